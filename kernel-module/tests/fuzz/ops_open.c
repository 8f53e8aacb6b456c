// SPDX-License-Identifier: GPL-2.0
/* Opening and closing. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include "fuzz.h"

static const struct {
	int flags;
	const char *text;
} ways[] = {
	{ O_RDWR | O_CREAT, "RDWR|CREAT" },
	{ O_RDWR, "RDWR" },
	{ O_RDONLY, "RDONLY" },
	{ O_WRONLY, "WRONLY" },
	{ 3, "3" },	/* ioctl(2) only, says the manual; needs both */
	{ O_WRONLY | O_CREAT, "WRONLY|CREAT" },
	{ O_RDONLY | O_CREAT, "RDONLY|CREAT" },
	{ O_RDWR | O_CREAT | O_EXCL, "RDWR|CREAT|EXCL" },
	{ O_RDWR | O_TRUNC, "RDWR|TRUNC" },
	{ O_RDONLY | O_TRUNC, "RDONLY|TRUNC" },
	{ O_RDWR | O_CREAT | O_TRUNC, "RDWR|CREAT|TRUNC" },
	{ O_PATH, "PATH" },
	{ O_PATH | O_NOFOLLOW, "PATH|NOFOLLOW" },
	{ O_PATH | O_DIRECTORY, "PATH|DIRECTORY" },
	{ O_RDONLY | O_DIRECTORY, "RDONLY|DIRECTORY" },
	{ O_RDWR | O_NOFOLLOW, "RDWR|NOFOLLOW" },
};

#define WAYS ((int)(sizeof(ways) / sizeof(*ways)))

const int file_modes[] = { 0600, 0600, 0666, 0644, 0640, 0444, 0222, 0 };

#define FILE_MODES 8

static struct desc *file_new(struct inode *i, struct link *l, struct mnt *mnt,
			     bool read, bool write, bool path)
{
	struct desc *d = desc_new(K_FILE, read, write);

	d->inode = i;
	d->link = l;
	d->mnt = mnt;
	if (l)
		l->files++;
	d->path = path;
	i->opens++;
	mnt->files++;
	return d;
}

const char *who(const struct actor *a)
{
	static char text[ACTORS][24];
	int n = a - m.actor;

	snprintf(text[n], sizeof(text[n]), "process %d%s", n,
		 a->root ? "" : a->userns ? " (rootless)" : " (user)");
	return text[n];
}

static bool reads(int flags)
{
	return !(flags & O_PATH) &&
	       ((flags & O_ACCMODE) == O_RDONLY || (flags & O_ACCMODE) == O_RDWR);
}

static bool writes(int flags)
{
	return !(flags & O_PATH) &&
	       ((flags & O_ACCMODE) == O_WRONLY || (flags & O_ACCMODE) == O_RDWR);
}

static void open_existing(const struct actor *a, const struct inode *i,
			  int flags, struct expect *x)
{
	int mask = 0;

	if (may_fail_if((flags & O_CREAT) && (flags & O_EXCL), x, EEXIST)) {
		may_fail_if(i->type == T_DIR, x, EISDIR);
		return;
	}
	if (i->type == T_LINK) {
		/* It leads nowhere. */
		if (!(flags & O_NOFOLLOW))
			may_fail(x, ENOENT);
		else if (!(flags & O_PATH))
			may_fail(x, ELOOP);
		return;
	}
	may_fail_if((flags & O_DIRECTORY) && i->type != T_DIR, x, ENOTDIR);
	if (flags & O_PATH)
		return;
	if (reads(flags) || (flags & O_ACCMODE) == 3)
		mask |= MAY_R;
	if (writes(flags) || (flags & O_ACCMODE) == 3 || (flags & O_TRUNC))
		mask |= MAY_W;
	may_fail_if(i->type == T_DIR && ((mask & MAY_W) || (flags & O_CREAT)),
		    x, EISDIR);
	may_fail_if(!may(a, i, mask), x, EACCES);
}

static struct inode *make_node(struct actor *a, const struct where *w,
			       enum type type, int mode)
{
	struct inode *i = inode_new(w->mnt->store, type, a->user, mode);

	w->mnt->store->used++;
	if (w->name) {
		link_new(i, w->dir, w->name);
		i->nlink = 1;
	}
	return i;
}

/* By which name it was found. */
static struct link *link_of(const struct where *w)
{
	return w->name ? w->dir->link[w->name] : w->inode->self;
}

static bool room(void)
{
	int inodes = 0, descs = 0, links = 0;

	for (int i = 0; i < INODES; i++)
		inodes += !m.inode[i].type;
	for (int i = 0; i < DESCS; i++)
		descs += m.desc[i].kind == K_NONE;
	for (int i = 0; i < LINKS; i++)
		links += !m.link[i].dir;
	return inodes && descs > 2 && links > 2;
}

void pick_open(int *a)
{
	pick_actor(&a[0]);
	a[3] = one_in(3) ? 0 : random_below(one_in(2) ? 5 : WAYS);
	if (one_in(2)) {
		pick_where(&m.actor[a[0]], &a[1], &a[2]);
		if (one_in(2))
			a[3] = 1 + random_below(4);
	} else {
		pick_new_where(&m.actor[a[0]], &a[1], &a[2]);
	}
	if (one_in(30))
		a[2] = 0;
	a[4] = random_below(FILE_MODES);
}

bool run_open(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	int flags = ways[a[3]].flags, slot = free_slot(act);
	struct expect x = { .n = 0 };
	struct request q = { .what = C_OPEN, .limit = -1 };
	struct reply r;
	struct where w;

	if (!act->live || slot < 0 || !room() ||
	    !resolve(act, a[1], a[2], &w, &x))
		return false;
	if (!w.bad) {
		if (w.inode) {
			open_existing(act, w.inode, flags, &x);
		} else if (!(flags & O_CREAT)) {
			may_fail(&x, ENOENT);
		} else {
			may_make(act, &w, &x);
			may_fail_if(w.mnt->store->used >= w.mnt->store->max, &x,
				    ENOSPC);
		}
	}
	say("%s: slot %d = open(\"%s\" at %d, %s, %04o)", who(act), slot, w.path,
	    a[1], ways[a[3]].text, file_modes[a[4]]);
	q.fd = w.fd;
	q.n[0] = flags;
	q.n[1] = file_modes[a[4]];
	snprintf(q.path, sizeof(q.path), "%s", w.path);
	if (!call(act, &q, &x, &r))
		return true;
	if (!w.inode)
		w.inode = make_node(act, &w, T_REG, file_modes[a[4]]);
	else if ((flags & O_TRUNC) && !(flags & O_PATH))
		drop(w.inode);
	slot_set(act, slot, file_new(w.inode, link_of(&w), w.mnt, reads(flags), writes(flags),
				     flags & O_PATH), r.ret);
	return true;
}

void pick_tmpfile(int *a)
{
	pick_actor(&a[0]);
	pick_where(&m.actor[a[0]], &a[1], &a[2]);
	if (one_in(2))
		a[2] = 0;
	a[3] = one_in(8) ? 0 : 1 + random_below(2);
	a[4] = one_in(4);
	a[5] = random_below(FILE_MODES);
}

bool run_tmpfile(const int *a)
{
	static const int access[] = { O_RDONLY, O_WRONLY, O_RDWR };
	struct actor *act = &m.actor[a[0]];
	int slot = free_slot(act);
	struct expect x = { .n = 0 };
	struct request q = { .what = C_OPEN, .limit = -1 };
	struct reply r;
	struct where w;

	if (!act->live || slot < 0 || !room() ||
	    !resolve(act, a[1], a[2], &w, &x))
		return false;
	may_fail_if(!a[3], &x, EINVAL);
	if (!w.bad) {
		if (!w.inode || w.inode->type == T_LINK)
			may_fail(&x, ENOENT);
		else if (w.inode->type == T_REG)
			may_fail(&x, ENOTDIR);
		else
			may_fail_if(!may(act, w.inode, MAY_W | MAY_X), &x, EACCES);
		may_fail_if(w.mnt->store->used >= w.mnt->store->max, &x, ENOSPC);
	}
	say("%s: slot %d = open(\"%s\" at %d, TMPFILE%s, %s, %04o)", who(act), slot,
	    w.path, a[1], a[4] ? "|EXCL" : "",
	    a[3] ? a[3] == 1 ? "WRONLY" : "RDWR" : "RDONLY", file_modes[a[5]]);
	q.fd = w.fd;
	q.n[0] = O_TMPFILE | access[a[3]] | (a[4] ? O_EXCL : 0);
	q.n[1] = file_modes[a[5]];
	snprintf(q.path, sizeof(q.path), "%s", w.path);
	if (!call(act, &q, &x, &r))
		return true;
	w.name = 0;
	w.dir = w.inode;
	w.inode = make_node(act, &w, T_REG, file_modes[a[5]]);
	w.inode->linkable = !a[4];
	slot_set(act, slot, file_new(w.inode, link_new(w.inode, w.dir, 0), w.mnt,
				     a[3] == 2, true, false), r.ret);
	return true;
}

static void make_named(const int *a, enum what what, enum type type, int mode)
{
	struct actor *act = &m.actor[a[0]];
	struct expect x = { .n = 0 };
	struct request q = { .what = what, .limit = -1 };
	struct reply r;
	struct where w;

	resolve(act, a[1], a[2], &w, &x);
	if (!w.bad) {
		may_make(act, &w, &x);
		may_fail_if(w.mnt->store->used >= w.mnt->store->max, &x, ENOSPC);
	}
	say("%s: %s(\"%s\" at %d, %04o)", who(act),
	    type == T_DIR ? "mkdir" : "symlink", w.path, a[1], mode);
	q.fd = w.fd;
	q.n[0] = mode;
	snprintf(q.path, sizeof(q.path), "%s", w.path);
	if (call(act, &q, &x, &r))
		make_node(act, &w, type, mode);
}

static bool can_make(const int *a)
{
	struct expect x = { .n = 0 };
	struct where w;

	return m.actor[a[0]].live && room() && a[2] &&
	       resolve(&m.actor[a[0]], a[1], a[2], &w, &x) && (w.name || w.bad);
}

static const int dir_modes[] = { 0755, 0755, 0777, 0777, 01777, 0700, 0733, 0500 };

#define DIR_MODES 8

void pick_mkdir(int *a)
{
	pick_actor(&a[0]);
	pick_new_where(&m.actor[a[0]], &a[1], &a[2]);
	a[3] = random_below(DIR_MODES);
}

bool run_mkdir(const int *a)
{
	if (!can_make(a))
		return false;
	make_named(a, C_MKDIR, T_DIR, dir_modes[a[3]]);
	return true;
}

void pick_symlink(int *a)
{
	pick_mkdir(a);
}

bool run_symlink(const int *a)
{
	if (!can_make(a))
		return false;
	make_named(a, C_SYMLINK, T_LINK, 0777);
	return true;
}

/* Only what is there: a descriptor that the model does not know is nobody's. */
static void pick_full_slot(int *a)
{
	pick_actor_with(&a[0], &a[1], one_in(2) ? useless : anything);
}

void pick_close(int *a)
{
	pick_full_slot(a);
}

bool run_close(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_CLOSE, .limit = -1 };
	struct expect x = { .n = 0 };
	struct reply r;
	char text[80];

	if (!act->live || !act->slot[a[1]])
		return false;
	describe(act->slot[a[1]], text, sizeof(text));
	say("%s: close(slot %d: %s)", who(act), a[1], text);
	q.fd = act->fd[a[1]];
	call(act, &q, &x, &r);
	slot_clear(act, a[1]);
	return true;
}

void pick_dup(int *a)
{
	pick_full_slot(a);
}

bool run_dup(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_DUP, .limit = -1 };
	int slot = free_slot(act);
	struct expect x = { .n = 0 };
	struct reply r;

	if (!act->live || !act->slot[a[1]] || slot < 0)
		return false;
	say("%s: slot %d = dup(slot %d)", who(act), slot, a[1]);
	q.fd = act->fd[a[1]];
	call(act, &q, &x, &r);
	desc_ref(act->slot[a[1]]);
	slot_set(act, slot, act->slot[a[1]], r.ret);
	return true;
}
