// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include "model.h"

struct model m;

struct desc *desc_new(enum kind kind, bool read, bool write)
{
	for (int i = 0; i < DESCS; i++)
		if (m.desc[i].kind == K_NONE) {
			m.desc[i] = (struct desc){
				.kind = kind, .refs = 1, .read = read,
				.write = write, .witness = -1, .target = -1,
			};
			return &m.desc[i];
		}
	return NULL;
}

void desc_ref(struct desc *d)
{
	d->refs++;
}

static void mnt_unused(struct mnt *mnt)
{
	struct store *s = mnt->store;

	if (mnt->files || mnt->space >= 0)
		return;
	mnt->store = NULL;
	for (int i = 0; i < MOUNTS; i++)
		if (m.mnt[i].store == s)
			return;
	/* That was the last mount of the store. */
	s->live = false;
	s->ended = true;
	for (int i = 0; i < LINKS; i++)
		if (m.link[i].dir && m.link[i].dir->store == s)
			m.link[i].dir = NULL;
	for (int i = 0; i < INODES; i++)
		if (m.inode[i].type && m.inode[i].store == s) {
			drop(&m.inode[i]);
			m.inode[i].type = T_NONE;
		}
	if (s->anchor)
		desc_unref(s->anchor);
	s->anchor = NULL;
}

static void link_unused(struct link *l)
{
	struct inode *dir = l->dir;

	if (!l->removed || l->files ||
	    (l->inode->type == T_DIR && l->inode->self == l && l->inode->pins))
		return;
	l->dir = NULL;
	dir->pins--;
	if (!dir->pins && dir->self)
		link_unused(dir->self);
	inode_unused(dir);
}

/* The name 0 is none. */
struct link *link_new(struct inode *i, struct inode *dir, int name)
{
	struct link *l = m.link;

	while (l->dir)
		l++;
	*l = (struct link){ .inode = i, .dir = dir, .removed = !name };
	if (name) {
		dir->child[name] = i;
		dir->link[name] = l;
	} else {
		dir->pins++;
	}
	if (i->type == T_DIR) {
		i->self = l;
		i->parent = dir;
	}
	return l;
}

void link_remove(struct inode *dir, int name)
{
	struct link *l = dir->link[name];

	dir->child[name] = NULL;
	dir->link[name] = NULL;
	l->removed = true;
	dir->pins++;
	link_unused(l);
}

static void link_put(struct link *l, struct inode *dir, int name)
{
	dir->link[name] = l;
	dir->child[name] = l ? l->inode : NULL;
	if (!l)
		return;
	l->dir = dir;
	if (l->inode->type == T_DIR)
		l->inode->parent = dir;
}

/* To where there is none. */
void link_move(struct inode *from, int name, struct inode *to, int to_name)
{
	struct link *l = from->link[name];

	link_put(NULL, from, name);
	link_put(l, to, to_name);
}

void link_exchange(struct inode *from, int name, struct inode *to, int to_name)
{
	struct link *l = from->link[name];

	link_put(to->link[to_name], from, name);
	link_put(l, to, to_name);
}

void desc_unref(struct desc *d)
{
	if (--d->refs)
		return;
	if (d->kind == K_FILE) {
		struct inode *i = d->inode;
		struct mnt *mnt = d->mnt;

		d->kind = K_NONE;
		i->opens--;
		if (d->link) {
			d->link->files--;
			link_unused(d->link);
		}
		inode_unused(i);
		mnt->files--;
		mnt_unused(mnt);
		return;
	}
	d->gone = true;
	for (int i = 0; i < d->queued; i++)
		desc_unref(d->queue[i]);
	d->queued = 0;
	if (d->peer) {
		d->peer->hup = true;
		d->peer->peer = NULL;
		d->peer = NULL;
	}
}

struct inode *inode_new(struct store *store, enum type type, int user, int mode)
{
	for (int i = 0; i < INODES; i++)
		if (!m.inode[i].type) {
			m.inode[i] = (struct inode){
				.type = type, .store = store, .user = user,
				.mode = mode,
			};
			return &m.inode[i];
		}
	return NULL;
}

/* An inode goes with its last name and its last opened file. */
void inode_unused(struct inode *i)
{
	if (!i->type || i->nlink || i->opens || i->pins || i == i->store->root)
		return;
	drop(i);
	i->type = T_NONE;
	i->store->used--;
}

/* A file that is no directory has lost one of its names. */
void name_lost(struct inode *i)
{
	if (--i->nlink) {
		i->store->used--;
		return;
	}
	i->dead = true;
	drop(i);
	inode_unused(i);
}

struct store *store_new(int user, int max, int mode)
{
	for (int i = 0; i < STORES; i++) {
		struct store *s = &m.store[i];

		if (s->live || s->ended)
			continue;
		*s = (struct store){
			.live = true, .max = max, .mounter = user, .init = -1,
		};
		s->root = inode_new(s, T_DIR, user, mode);
		if (!s->root) {
			s->live = false;
			return NULL;
		}
		s->root->nlink = 1;
		return s;
	}
	return NULL;
}

struct mnt *mnt_new(struct store *store, int space, int point)
{
	for (int i = 0; i < MOUNTS; i++)
		if (!m.mnt[i].store) {
			m.mnt[i] = (struct mnt){
				.store = store, .space = space, .point = point,
			};
			m.at[space][point] = &m.mnt[i];
			return &m.mnt[i];
		}
	return NULL;
}

void mnt_detach(struct mnt *mnt)
{
	m.at[mnt->space][mnt->point] = NULL;
	mnt->space = mnt->point = -1;
	mnt_unused(mnt);
}

/* Empty an entry. */
void drop(struct inode *i)
{
	struct held h = i->held;

	i->held = (struct held){ 0 };
	if (!h.file)
		return;
	i->store->filled--;
	if (h.anchor)
		desc_unref(h.anchor);
	desc_unref(h.file);
}

void drain(struct store *s)
{
	for (int i = 0; i < INODES && s->live; i++)
		if (m.inode[i].type && m.inode[i].store == s)
			drop(&m.inode[i]);
}

bool fired(const struct desc *d)
{
	return d->in || d->hup;
}

static bool store_consequences(struct store *s)
{
	struct desc *anchor = s->anchor;

	if (!s->live || s->fired || (s->anchor == NULL && s->init < 0))
		return false;
	if (!(anchor && fired(anchor)) &&
	    !(s->init >= 0 && !m.actor[s->init].live))
		return false;
	s->fired = s->sealed = true;
	s->init = -1;
	s->anchor = NULL;
	drain(s);
	if (anchor)
		desc_unref(anchor);
	return true;
}

static bool entry_consequences(struct inode *i)
{
	struct held *h = &i->held;

	if (!i->type || !h->file)
		return false;
	if (!(h->hangup && h->file->hup) && !(h->anchor && fired(h->anchor)))
		return false;
	drop(i);
	return true;
}

void consequences(void)
{
	bool more;

	do {
		more = false;
		for (int i = 0; i < STORES; i++)
			more |= store_consequences(&m.store[i]);
		for (int i = 0; i < INODES; i++)
			more |= entry_consequences(&m.inode[i]);
	} while (more);
}

int free_slot(const struct actor *a)
{
	for (int i = 0; i < SLOTS; i++)
		if (!a->slot[i])
			return i;
	return -1;
}

/* The slot takes over the caller's reference. */
void slot_set(struct actor *a, int slot, struct desc *d, int fd)
{
	a->slot[slot] = d;
	a->fd[slot] = fd;
}

void slot_clear(struct actor *a, int slot)
{
	struct desc *d = a->slot[slot];

	a->slot[slot] = NULL;
	desc_unref(d);
}

void actor_died(struct actor *a)
{
	int space = a->space;

	for (int i = 0; i < DESCS; i++)
		if (m.desc[i].kind == K_PIDFD &&
		    m.desc[i].target == a - m.actor) {
			m.desc[i].in = true;
			m.desc[i].target = -1;
		}
	a->live = false;
	for (int i = 0; i < STORES; i++)	/* before its number is used again */
		if (m.store[i].live && m.store[i].init == a - m.actor)
			store_consequences(&m.store[i]);
	for (int i = 0; i < SLOTS; i++)
		if (a->slot[i])
			slot_clear(a, i);
	if (--m.in_space[space])
		return;
	for (int p = 0; p < POINTS; p++)
		if (m.at[space][p])
			mnt_detach(m.at[space][p]);
}

/* A mount namespace with copies of the mounts of another; -1 if there is no room. */
int space_copy(int from)
{
	int space = 1, room = 0, needed = 0;

	while (space < SPACES && m.in_space[space])
		space++;
	for (int i = 0; i < MOUNTS; i++)
		room += !m.mnt[i].store;
	for (int p = 0; p < POINTS; p++)
		needed += m.at[from][p] != NULL;
	if (space == SPACES || needed > room)
		return -1;
	for (int p = 0; p < POINTS; p++)
		if (m.at[from][p])
			mnt_new(m.at[from][p]->store, space, p);
	return space;
}
