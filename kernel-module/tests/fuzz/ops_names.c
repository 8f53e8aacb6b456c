// SPDX-License-Identifier: GPL-2.0
/* Removing, linking, renaming; truncate(2), modes and owners. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include "fuzz.h"

static bool empty_dir(const struct inode *i)
{
	for (int c = 1; c <= NAMES; c++)
		if (i->child[c])
			return false;
	return true;
}

static void dir_gone(struct inode *i)
{
	i->nlink = 0;
	i->parent = NULL;
	inode_unused(i);
}

/* The name first: the inode may be forgotten with it. */
static void removed(struct inode *dir, int name)
{
	struct inode *i = dir->child[name];

	link_remove(dir, name);
	if (i->type == T_DIR)
		dir_gone(i);
	else
		name_lost(i);
}

static void set_path(struct request *q, const struct where *w)
{
	q->fd = w->fd;
	snprintf(q->path, sizeof(q->path), "%s", w->path);
}

static void set_path2(struct request *q, const struct where *w)
{
	q->fd2 = w->fd;
	snprintf(q->path2, sizeof(q->path2), "%s", w->path);
}

static bool run_remove(const int *a, bool dir)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_UNLINK, .limit = -1 };
	struct expect x = { .n = 0 };
	struct reply r;
	struct where w;

	if (!act->live || !resolve(act, a[1], a[2], &w, &x) ||
	    (!w.name && !w.bad))
		return false;
	if (!w.bad) {
		may_remove(act, &w, dir, &x);
		if (dir && w.inode && w.inode->type == T_DIR)
			may_fail_if(!empty_dir(w.inode), &x, ENOTEMPTY);
	}
	say("%s: %s(\"%s\" at %d)", who(act), dir ? "rmdir" : "unlink", w.path, a[1]);
	set_path(&q, &w);
	q.n[0] = dir ? AT_REMOVEDIR : 0;
	if (!call(act, &q, &x, &r))
		return true;
	removed(w.dir, w.name);
	return true;
}

void pick_unlink(int *a)
{
	pick_actor(&a[0]);
	pick_where(&m.actor[a[0]], &a[1], &a[2]);
}

bool run_unlink(const int *a)
{
	return run_remove(a, false);
}

void pick_rmdir(int *a)
{
	pick_unlink(a);
}

bool run_rmdir(const int *a)
{
	return run_remove(a, true);
}

static void may_link(struct actor *act, struct inode *i, const struct mnt *mnt,
		     const struct where *to, struct expect *x)
{
	may_make(act, to, x);
	may_fail_if(mnt != to->mnt, x, EXDEV);
	may_fail_if(i->type == T_DIR, x, EPERM);
	may_fail_if(!i->nlink && !i->linkable, x, ENOENT);
	may_fail_if(i->nlink && i->store->used >= i->store->max, x, ENOSPC);
}

static void linked(struct inode *i, const struct where *to)
{
	if (i->nlink++)
		i->store->used++;
	i->linkable = false;
	link_new(i, to->dir, to->name);
}

void pick_link(int *a)
{
	pick_actor(&a[0]);
	pick_where(&m.actor[a[0]], &a[1], &a[2]);
	pick_new_where(&m.actor[a[0]], &a[3], &a[4]);
	if (!one_in(6))
		a[3] = a[1];
}

bool run_link(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_LINK, .limit = -1 };
	struct expect x = { .n = 0 }, y = { .n = 0 };
	struct reply r;
	struct where from, to;

	if (!act->live || !resolve(act, a[1], a[2], &from, &x) ||
	    !resolve(act, a[3], a[4], &to, &y) ||
	    (!from.name && !from.bad) || (!to.name && !to.bad))
		return false;
	if (!from.bad)
		may_fail_if(!from.inode, &x, ENOENT);
	for (int i = 0; i < y.n; i++)
		may_fail(&x, y.err[i]);
	if (from.inode && !to.bad)
		may_link(act, from.inode, from.mnt, &to, &x);
	say("%s: link(\"%s\" at %d, \"%s\" at %d)", who(act), from.path, a[1],
	    to.path, a[3]);
	set_path(&q, &from);
	set_path2(&q, &to);
	if (call(act, &q, &x, &r))
		linked(from.inode, &to);
	return true;
}

void pick_link_fd(int *a)
{
	pick_actor_with(&a[0], &a[1], any_entry);
	pick_new_where(&m.actor[a[0]], &a[2], &a[3]);
}

/* As open(2) says how to give what O_TMPFILE made a name. */
bool run_link_fd(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_LINK, .fd = AT_FDCWD, .limit = -1 };
	struct expect x = { .n = 0 };
	struct desc *d = act->slot[a[1]];
	struct reply r;
	struct where to;

	if (!act->live || !d || d->kind != K_FILE || d->inode->type == T_LINK ||
	    !resolve(act, a[2], a[3], &to, &x) || (!to.name && !to.bad))
		return false;
	if (!to.bad)
		may_link(act, d->inode, d->mnt, &to, &x);
	say("%s: link(slot %d, \"%s\" at %d)", who(act), a[1], to.path, a[2]);
	snprintf(q.path, sizeof(q.path), "/proc/self/fd/%d", act->fd[a[1]]);
	set_path2(&q, &to);
	q.n[0] = AT_SYMLINK_FOLLOW;
	if (call(act, &q, &x, &r))
		linked(d->inode, &to);
	return true;
}

/* Whether dir is i or below it. */
static bool is_below(const struct inode *dir, const struct inode *i)
{
	for (; dir; dir = dir->parent)
		if (dir == i)
			return true;
	return false;
}

/* As rename(2) goes about it, as far as anything may depend on the order. */
static void may_rename(const struct actor *act, const struct where *from,
		       const struct where *to, unsigned int flags,
		       struct expect *x)
{
	bool exchange = flags & 2;

	may_fail_if(!from->inode, x, ENOENT);
	/* Nothing can be moved into what is removed, maybe of oneself. */
	if (may_fail_if(!to->dir->nlink, x, ENOENT))
		may_fail(x, EINVAL);
	may_fail_if((flags & 1) && to->inode, x, EEXIST);
	may_fail_if(exchange && !to->inode, x, ENOENT);
	if (from->inode && from->inode->type == T_DIR)
		may_fail_if(is_below(to->dir, from->inode), x, EINVAL);
	if (to->inode && to->inode->type == T_DIR)
		may_fail_if(is_below(from->dir, to->inode), x,
			    exchange ? EINVAL : ENOTEMPTY);
	/* Two names of one inode: nothing is done, and nothing is asked. */
	if (x->n || from->inode == to->inode)
		return;
	may_remove(act, from, from->inode->type == T_DIR, x);
	if (!to->inode)
		may_make(act, to, x);
	else
		may_remove(act, to, exchange ? to->inode->type == T_DIR :
			   from->inode->type == T_DIR, x);
	if (from->dir != to->dir) {
		may_fail_if(from->inode->type == T_DIR &&
			    !may(act, from->inode, MAY_W), x, EACCES);
		may_fail_if(exchange && to->inode->type == T_DIR &&
			    !may(act, to->inode, MAY_W), x, EACCES);
	}
	if (to->inode && to->inode->type == T_DIR && !exchange)
		may_fail_if(!empty_dir(to->inode), x, ENOTEMPTY);
}

static void renamed(const struct where *from, const struct where *to, bool exchange)
{
	if (from->inode == to->inode)
		return;
	if (exchange) {
		link_exchange(from->dir, from->name, to->dir, to->name);
		return;
	}
	if (to->inode)
		removed(to->dir, to->name);
	link_move(from->dir, from->name, to->dir, to->name);
}

void pick_rename(int *a)
{
	pick_actor(&a[0]);
	pick_where(&m.actor[a[0]], &a[1], &a[2]);
	if (one_in(2))
		pick_where(&m.actor[a[0]], &a[3], &a[4]);
	else
		pick_new_where(&m.actor[a[0]], &a[3], &a[4]);
	if (!one_in(8))
		a[3] = a[1];
	a[5] = one_in(2) ? 0 : random_below(4);
}

bool run_rename(const int *a)
{
	static const char *const names[] = {
		"0", "NOREPLACE", "EXCHANGE", "NOREPLACE|EXCHANGE"
	};
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_RENAME, .limit = -1 };
	struct expect x = { .n = 0 }, y = { .n = 0 };
	struct reply r;
	struct where from, to;

	if (!act->live || !resolve(act, a[1], a[2], &from, &x) ||
	    !resolve(act, a[3], a[4], &to, &y) ||
	    (!from.name && !from.bad) || (!to.name && !to.bad))
		return false;
	for (int i = 0; i < y.n; i++)
		may_fail(&x, y.err[i]);
	may_fail_if(a[5] == 3, &x, EINVAL);
	may_fail_if(from.mnt != to.mnt, &x, EXDEV);
	if (!x.n)
		may_rename(act, &from, &to, a[5], &x);
	say("%s: rename(\"%s\" at %d, \"%s\" at %d, %s)", who(act), from.path, a[1],
	    to.path, a[3], names[a[5]]);
	set_path(&q, &from);
	set_path2(&q, &to);
	q.n[0] = a[5];
	if (call(act, &q, &x, &r))
		renamed(&from, &to, a[5] == 2);
	return true;
}

void pick_truncate(int *a)
{
	pick_unlink(a);
	a[3] = one_in(6) ? (int)random_below(3) - 1 : 0;
}

bool run_truncate(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_TRUNCATE, .limit = -1 };
	struct expect x = { .n = 0 };
	struct reply r;
	struct where w;

	if (!act->live || !resolve(act, a[1], a[2], &w, &x))
		return false;
	may_fail_if(a[3], &x, EINVAL);
	if (!w.bad) {
		if (!w.inode || w.inode->type == T_LINK)
			may_fail(&x, ENOENT);
		else if (w.inode->type == T_DIR)
			may_fail(&x, EISDIR);
		else
			may_fail_if(!may(act, w.inode, MAY_W), &x, EACCES);
	}
	say("%s: truncate(\"%s\" at %d, %d)", who(act), w.path, a[1], a[3]);
	set_path(&q, &w);
	q.n[0] = a[3];
	if (call(act, &q, &x, &r))
		drop(w.inode);
	return true;
}

void pick_ftruncate(int *a)
{
	pick_actor_with(&a[0], &a[1], any_entry);
	a[2] = one_in(6) ? (int)random_below(3) - 1 : 0;
}

bool run_ftruncate(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_FTRUNCATE, .limit = -1 };
	struct expect x = { .n = 0 };
	struct desc *d = act->slot[a[1]];
	struct reply r;

	if (!act->live || !d || d->kind != K_FILE)
		return false;
	may_fail_if(a[2], &x, EINVAL);
	may_fail_if(d->path, &x, EBADF);
	may_fail_if(!d->write || d->inode->type != T_REG, &x, EINVAL);
	say("%s: ftruncate(slot %d, %d)", who(act), a[1], a[2]);
	q.fd = act->fd[a[1]];
	q.n[0] = a[2];
	if (call(act, &q, &x, &r))
		drop(d->inode);
	return true;
}

static bool run_attr(const int *a, bool owner, int value)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = owner ? C_CHOWN : C_CHMOD, .limit = -1 };
	struct expect x = { .n = 0 };
	struct reply r;
	struct where w;

	/* What the numbers mean to a user namespace, others look at. */
	if (!act->live || (owner && act->userns) ||
	    !resolve(act, a[1], a[2], &w, &x))
		return false;
	if (!w.bad) {
		if (!w.inode || w.inode->type == T_LINK)
			may_fail(&x, ENOENT);
		else
			may_fail_if(!act->root && !(may_own(act, w.inode) &&
						    (!owner || value == act->user)),
				    &x, EPERM);
	}
	say("%s: %s(\"%s\" at %d, %s%o)", who(act), owner ? "chown" : "chmod", w.path,
	    a[1], owner ? "user 0" : "0", value);
	set_path(&q, &w);
	q.n[0] = owner ? value * USER_ID : value;
	if (!call(act, &q, &x, &r))
		return true;
	if (owner)
		w.inode->user = value;
	else
		w.inode->mode = value;
	return true;
}

void pick_chmod(int *a)
{
	pick_unlink(a);
	a[3] = random_below(10);
}

bool run_chmod(const int *a)
{
	static const int modes[] = {
		0755, 0777, 0600, 0666, 0644, 01777, 0700, 0500, 0200, 0
	};

	return run_attr(a, false, modes[a[3]]);
}

void pick_chown(int *a)
{
	pick_unlink(a);
	a[3] = random_below(USERS);
}

bool run_chown(const int *a)
{
	return run_attr(a, true, a[3]);
}

void pick_write(int *a)
{
	pick_ftruncate(a);
}

/* Nothing is ever written to an entry. */
bool run_write(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_WRITE, .limit = -1 };
	struct expect x = { .n = 0 };
	struct desc *d = act->slot[a[1]];
	struct reply r;

	if (!act->live || !d || d->kind != K_FILE)
		return false;
	may_fail(&x, d->write ? EINVAL : EBADF);
	say("%s: write(slot %d)", who(act), a[1]);
	q.fd = act->fd[a[1]];
	call(act, &q, &x, &r);
	return true;
}
