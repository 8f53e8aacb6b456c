// SPDX-License-Identifier: GPL-2.0
/*
 * Paths: a base (a mount point, or an opened directory) and up to three names,
 * the digits of a number to base 5.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include "fuzz.h"

/* Owner and group go together here, so the group bits never decide alone. */
bool may(const struct actor *a, const struct inode *i, int mask)
{
	int bits = i->mode;

	if (a->root || (a->userns && a->user == i->user))
		return true;
	if (a->user == i->user)
		bits >>= 6;
	return (bits & mask) == mask;
}

bool may_own(const struct actor *a, const struct inode *i)
{
	return a->root || a->user == i->user;
}

void may_remove(const struct actor *a, const struct where *w, bool dir,
		struct expect *x)
{
	if (may_fail_if(!w->inode, x, ENOENT))
		return;
	may_fail_if(!may(a, w->dir, MAY_W | MAY_X), x, EACCES);
	if (w->dir->mode & 01000)
		may_fail_if(!may_own(a, w->inode) && !may_own(a, w->dir), x, EPERM);
	if (dir)
		may_fail_if(w->inode->type != T_DIR, x, ENOTDIR);
	else
		may_fail_if(w->inode->type == T_DIR, x, EISDIR);
}

void may_make(const struct actor *a, const struct where *w, struct expect *x)
{
	may_fail_if(w->inode, x, EEXIST);
	may_fail_if(!w->dir->nlink, x, ENOENT);
	may_fail_if(!may(a, w->dir, MAY_W | MAY_X), x, EACCES);
}

static int digits_of(int path, int *digit)
{
	int n = 0;

	for (; path && n < 3; path /= 5)
		if (path % 5)
			digit[n++] = path % 5;
	return n;
}

static bool find_base(struct actor *a, int base, struct where *w)
{
	struct desc *d;

	w->fd = AT_FDCWD;
	if (base < BASE_FD) {
		w->mnt = m.at[a->space][base];
		if (!w->mnt)
			return false;
		w->inode = w->mnt->store->root;
		sprintf(w->path, "m%d", base);
		return true;
	}
	d = a->slot[base - BASE_FD];
	if (!d || d->kind != K_FILE || d->inode->type != T_DIR)
		return false;
	w->mnt = d->mnt;
	w->inode = d->inode;
	w->fd = a->fd[base - BASE_FD];
	return true;
}

/* Returns false if there is no such base. What resolving may answer goes to x. */
bool resolve(struct actor *a, int base, int path, struct where *w,
	     struct expect *x)
{
	int digit[3], n = digits_of(path, digit);

	memset(w, 0, sizeof(*w));
	if (base < 0 || base >= BASE_FD + SLOTS || (base >= POINTS && base < BASE_FD) ||
	    !find_base(a, base, w))
		return false;
	for (int i = 0; i < n; i++)
		sprintf(w->path + strlen(w->path), "%s%c", *w->path ? "/" : "",
			'a' + digit[i] - 1);
	if (!n && !*w->path) {
		strcpy(w->path, ".");
		if (!may(a, w->inode, MAY_X)) {
			may_fail(x, EACCES);
			w->bad = true;
			w->inode = NULL;
		}
	}

	for (int i = 0; i < n; i++) {
		if (w->inode && w->inode->type == T_REG)
			may_fail(x, ENOTDIR);
		else if (!w->inode || w->inode->type == T_LINK)
			may_fail(x, ENOENT);
		else if (!may(a, w->inode, MAY_X))
			may_fail(x, EACCES);
		if (x->n) {
			w->bad = true;
			w->inode = NULL;
			return true;
		}
		w->dir = w->inode;
		w->name = digit[i];
		w->inode = w->dir->child[w->name];
	}
	return true;
}

/* The path of an inode below its root; 0 for the root, or if it has none. */
int path_of(const struct inode *i)
{
	int path = 0;

	while (i->parent) {
		int name = 1;

		while (name <= NAMES && i->parent->child[name] != i)
			name++;
		if (name > NAMES || path >= 25)
			return 0;
		path = path * 5 + name;
		i = i->parent;
	}
	return path;
}

void pick_actor(int *a)
{
	do
		*a = random_below(ACTORS);
	while (!m.actor[*a].live);
	/* Half of all is done by this process, which is quicker. */
	if (one_in(2))
		*a = 0;
}

static bool is_dir(const struct desc *d)
{
	return d && d->kind == K_FILE && d->inode->type == T_DIR;
}

static void pick_base(const struct actor *a, int *base)
{
	int points[POINTS + SLOTS], n = 0;

	for (int p = 0; p < POINTS; p++)
		if (m.at[a->space][p])
			points[n++] = p;
	for (int s = 0; s < SLOTS; s++)
		if (is_dir(a->slot[s]))
			points[n++] = BASE_FD + s;
	*base = n ? points[random_below(n)] : 0;
}

static const struct inode *base_inode(const struct actor *a, int base)
{
	if (base >= BASE_FD)
		return is_dir(a->slot[base - BASE_FD]) ?
			a->slot[base - BASE_FD]->inode : NULL;
	return m.at[a->space][base] ? m.at[a->space][base]->store->root : NULL;
}

/* Mostly something that is there, and mostly no directory. */
void pick_where(const struct actor *a, int *base, int *path)
{
	const struct inode *i;
	int steps = 1, factor = 1;

	pick_base(a, base);
	i = base_inode(a, *base);
	*path = 0;
	if (!i || one_in(10)) {
		*path = random_below(PATHS);
		return;
	}
	while (steps++ <= 3 && i && i->type == T_DIR) {
		int names[NAMES], n = 0;

		for (int c = 1; c <= NAMES; c++)
			if (i->child[c])
				names[n++] = c;
		if (!n)
			break;
		n = names[random_below(n)];
		*path += factor * n;
		factor *= 5;
		i = i->child[n];
		if (one_in(4))
			break;
	}
	if (!*path)
		*path = 1 + random_below(NAMES);
}

/* Mostly a name that is not there, in a directory that is. */
void pick_new_where(const struct actor *a, int *base, int *path)
{
	const struct inode *i;
	int factor = 1;

	pick_base(a, base);
	i = base_inode(a, *base);
	*path = 0;
	while (i && factor < 25) {
		int c = 1 + random_below(NAMES);

		if (i->child[c] && i->child[c]->type == T_DIR && !one_in(4)) {
			*path += factor * c;
			factor *= 5;
			i = i->child[c];
			continue;
		}
		for (int tries = 0; i->child[c] && tries < 3; tries++)
			c = 1 + random_below(NAMES);
		*path += factor * c;
		return;
	}
	*path += factor * (1 + random_below(NAMES));
}

bool any_entry(const struct desc *d)
{
	return d->kind == K_FILE && d->inode->type == T_REG;
}

bool usable_entry(const struct desc *d)
{
	return any_entry(d) && !d->path && !d->inode->dead &&
	       !d->inode->store->sealed;
}

bool filled_entry(const struct desc *d)
{
	return usable_entry(d) && d->inode->held.file;
}

bool storable(const struct desc *d)
{
	return d->kind != K_FILE && !d->hup;
}

bool useless(const struct desc *d)
{
	return any_entry(d) ? !usable_entry(d) : d->kind != K_FILE && d->hup;
}

bool anything(const struct desc *d)
{
	return d != NULL;
}

/* A descriptor, mostly one that is as wanted. */
void pick_slot(const struct actor *a, int *slot, bool (*wanted)(const struct desc *d))
{
	int slots[SLOTS], n = 0;

	for (int s = 0; s < SLOTS; s++)
		if (a->slot[s] && (wanted(a->slot[s]) || one_in(16)))
			slots[n++] = s;
	*slot = n ? slots[random_below(n)] : (int)random_below(SLOTS);
}

/* A process that has such a descriptor, if chance finds one. */
void pick_actor_with(int *a, int *slot, bool (*wanted)(const struct desc *d))
{
	for (int tries = 0; tries < 4; tries++) {
		pick_actor(a);
		pick_slot(&m.actor[*a], slot, wanted);
		if (m.actor[*a].slot[*slot] && wanted(m.actor[*a].slot[*slot]))
			return;
	}
}
