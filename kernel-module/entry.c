// SPDX-License-Identifier: GPL-2.0
/*
 * The state of an entry, and every way in which it changes.
 *
 * An entry is empty or filled, and dead once its last name is gone. Three
 * locks are involved, taken in this order:
 *
 * inode->i_rwsem	the VFS holds it over unlink, rename-over and truncate;
 *			PUT and TAKE take it, so that TAKE can find out whether
 *			the caller may have the file before it empties the entry
 * entry->lock		the fields of struct fdstorefs_inode
 * watch->lock		what is tied to a watch
 * fsi->lock		the list of filled entries, sealing, limits, and what
 *			waits to be closed
 *
 * GET takes none of them: it looks up the file under RCU.
 *
 * Emptying needs no i_rwsem: a watch or a drain may empty the entry at any
 * moment, even during TAKE, which then gets the file that was stored when it
 * asked.
 *
 * What an entry held is either released after the locks are dropped, since
 * ending a watch takes locks of its own, and fput() may call anything; or it is
 * handed over to the closers while the locks are held.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fsnotify.h>
#include <linux/poll.h>

#include "internal.h"
#include "trace.h"

#define FDSTOREFS_FILLED_EVENTS	(EPOLLIN | EPOLLRDNORM)
#define FDSTOREFS_EMPTY_EVENTS	(EPOLLOUT | EPOLLWRNORM)

/**
 * fdstorefs_entry_init - a new inode starts out empty
 * @entry: memory as the allocator gave it
 */
FDSTOREFS_CONSTRUCTOR
void fdstorefs_entry_init(struct fdstorefs_inode *entry)
{
	spin_lock_init(&entry->lock);
	entry->dead = false;
	entry->charged = false;
	entry->held = NULL;
	RCU_INIT_POINTER(entry->file, NULL);
	INIT_LIST_HEAD(&entry->filled);
	init_waitqueue_head(&entry->wait);
}

/*
 * Does whoever empties an entry also close the file? Otherwise he must not wait
 * for the close, and the closers do it: see close.c. When a single inode is
 * evicted, whoever let go of it closes the file; when a whole store ends, the
 * closers do.
 */
static bool fdstorefs_closes_himself(struct fdstorefs_super *fsi,
				     enum fdstorefs_reason reason)
{
	switch (reason) {
	case FDSTOREFS_HANGUP:
	case FDSTOREFS_ANCHOR:
	case FDSTOREFS_UMOUNT:
	case FDSTOREFS_DRAIN:
		return false;
	case FDSTOREFS_EVICT:
		return FDSTOREFS_PEEK(fsi->sb) && !(current->flags & PF_KTHREAD);
	default:
		return true;
	}
}

/*
 * Empty @entry. Under entry->lock. Return: what is to be released by the
 * caller, or NULL if that is left to others.
 */
static struct fdstorefs_held *fdstorefs_remove(struct fdstorefs_inode *entry,
					       bool later)
	__must_hold(&entry->lock)
{
	struct fdstorefs_super *fsi = fdstorefs_sb(entry->vfs_inode.i_sb);
	struct fdstorefs_held *held = entry->held;

	lockdep_assert_held(&entry->lock);
	fdstorefs_detach_ties(held);
	spin_lock(&fsi->lock);
	entry->held = NULL;
	RCU_INIT_POINTER(entry->file, NULL);
	list_del_init(&entry->filled);
	fsi->nr_filled--;
	if (later)
		fdstorefs_release_later(fsi, held);
	else
		/* At once: whoever sees the entry empty may fill another. */
		fdstorefs_pay_back(fsi, held);
	spin_unlock(&fsi->lock);
	return later ? NULL : held;
}

/*
 * Empty @entry, if it holds anything, for @reason. Under entry->lock. Return:
 * whether it did; @held is then what fdstorefs_remove() returns.
 */
static bool fdstorefs_drop(struct fdstorefs_inode *entry,
			   enum fdstorefs_reason reason,
			   struct fdstorefs_held **held)
	__must_hold(&entry->lock)
{
	struct inode *inode = &entry->vfs_inode;
	struct fdstorefs_super *fsi = fdstorefs_sb(inode->i_sb);

	*held = NULL;
	if (!entry->held)
		return false;
	/* Traced first, since the file may be gone afterwards. */
	trace_fdstorefs_drop(inode, entry->held->file, reason);
	*held = fdstorefs_remove(entry, !fdstorefs_closes_himself(fsi, reason));
	return true;
}

/* Fill @entry with @held, in place of what it holds. Under entry->lock. */
static int fdstorefs_fill_entry(struct fdstorefs_inode *entry,
				struct fdstorefs_held *held,
				struct fdstorefs_held **replaced)
	__must_hold(&entry->lock)
{
	struct fdstorefs_super *fsi = fdstorefs_sb(entry->vfs_inode.i_sb);
	int err = 0;

	lockdep_assert_held(&entry->lock);
	/*
	 * A watch that fires from now on waits for our lock, and then finds
	 * what it has to empty.
	 */
	err = fdstorefs_attach_ties(held);
	if (err)
		return err;
	/*
	 * Under one lock with sealing, so that a drain that seals first finds
	 * every entry that was filled before.
	 */
	spin_lock(&fsi->lock);
	if (fsi->sealed)
		err = -ESHUTDOWN;
	else if (fsi->nr_closing > (u64)fsi->opts.max + FDSTOREFS_CLOSING_SLACK)
		err = -ENOSPC;
	else
		err = fdstorefs_pay(fsi, held, entry->held);
	if (!err) {
		*replaced = entry->held;
		entry->held = held;
		rcu_assign_pointer(entry->file, held->file);
		entry->order = ++fsi->order;
		list_move_tail(&entry->filled, &fsi->filled);
		if (!*replaced)
			fsi->nr_filled++;
	}
	spin_unlock(&fsi->lock);
	if (err)
		fdstorefs_detach_ties(held);
	else if (*replaced)
		fdstorefs_detach_ties(*replaced);
	return err;
}

/* After an entry was emptied, outside the lock. */
static void fdstorefs_emptied(struct inode *inode, struct fdstorefs_held *held,
			      __poll_t events)
{
	wake_up_poll(&fdstorefs_i(inode)->wait, events);
	fdstorefs_release(fdstorefs_sb(inode->i_sb), held);
}

static void fdstorefs_notify(struct inode *inode)
{
	struct dentry *dentry = d_find_alias(inode);

	if (!dentry)
		return;
	fsnotify_dentry(dentry, FS_MODIFY);
	dput(dentry);
}

/* After an entry that may live on was emptied, outside the lock. */
static void fdstorefs_dropped(struct inode *inode, struct fdstorefs_held *held,
			      enum fdstorefs_reason reason)
{
	/* After a truncation, the VFS takes care of times and inotify. */
	if (reason != FDSTOREFS_TRUNCATE)
		fdstorefs_touch(inode);
	fdstorefs_emptied(inode, held, FDSTOREFS_EMPTY_EVENTS);
	if (reason != FDSTOREFS_TRUNCATE)
		fdstorefs_notify(inode);
}

/**
 * fdstorefs_entry_put - fill an entry
 * @inode: the entry
 * @held: what to store; afterwards what is to be released, or NULL
 * @replace: whether a filled entry may be filled again
 *
 * Return: 0, -EBUSY if the entry is filled and @replace is not set, -ENOENT
 * if it has no name any more, -EPIPE if what should end the put has happened,
 * -ESHUTDOWN if the store is sealed, -ENOSPC if too much is being closed,
 * -EDQUOT or -ETOOMANYREFS as fdstorefs_pay() says.
 */
int fdstorefs_entry_put(struct inode *inode, struct fdstorefs_held **held,
			bool replace)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	struct fdstorefs_held *new = *held, *replaced = NULL;
	int err;

	new->put_time = ktime_get_real_ns();
	spin_lock(&entry->lock);
	if (entry->dead)
		err = -ENOENT;
	else if (entry->held && !replace)
		err = -EBUSY;
	else
		err = fdstorefs_fill_entry(entry, new, &replaced);
	if (!err) {
		/* Under the lock, since only that keeps the entry's file. */
		trace_fdstorefs_put(inode, new->file);
		if (replaced)
			trace_fdstorefs_drop(inode, replaced->file,
					     FDSTOREFS_REPLACE);
		*held = replaced;
	}
	spin_unlock(&entry->lock);

	if (!err)
		wake_up_poll(&entry->wait, FDSTOREFS_FILLED_EVENTS);
	return err;
}

/**
 * fdstorefs_entry_drop - release what an entry holds, if anything
 * @inode: the entry
 * @reason: why
 */
void fdstorefs_entry_drop(struct inode *inode, enum fdstorefs_reason reason)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	struct fdstorefs_held *held;
	bool dropped;

	spin_lock(&entry->lock);
	dropped = fdstorefs_drop(entry, reason, &held);
	spin_unlock(&entry->lock);
	if (dropped)
		fdstorefs_dropped(inode, held, reason);
}

/*
 * If the entry's names have to be removed along with what it holds: whoever
 * closes that removes them, and keeps inode and superblock until then. Under
 * entry->lock; the caller has references, too.
 */
static void fdstorefs_mark_name(struct fdstorefs_inode *entry)
	__must_hold(&entry->lock)
{
	if (!entry->held->removal)
		return;
	ihold(&entry->vfs_inode);
	atomic_inc(&entry->vfs_inode.i_sb->s_active);
	entry->held->removal->since = entry->order;
}

/**
 * fdstorefs_entry_unused_since - has an entry been empty all the time?
 * @inode: the entry; its inode lock is held, so it stays as it is
 * @since: the entry's order when it was emptied
 *
 * Return: true if nothing has been put since then
 */
bool fdstorefs_entry_unused_since(struct inode *inode, u64 since)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	bool unused;

	spin_lock(&entry->lock);
	unused = !entry->held && entry->order == since;
	spin_unlock(&entry->lock);
	return unused;
}

/**
 * fdstorefs_entry_drop_put - release what one put stored
 * @inode: the entry
 * @number: of the put
 * @anchored: its anchor has fired; otherwise the stored file has hung up
 *
 * Nothing happens if the entry has been emptied or filled anew since.
 */
void fdstorefs_entry_drop_put(struct inode *inode, u64 number, bool anchored)
{
	enum fdstorefs_reason reason = anchored ? FDSTOREFS_ANCHOR : FDSTOREFS_HANGUP;
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	struct fdstorefs_held *held;
	bool dropped = false;

	spin_lock(&entry->lock);
	if (entry->held && entry->held->number == number) {
		fdstorefs_mark_name(entry);
		dropped = fdstorefs_drop(entry, reason, &held);
	}
	spin_unlock(&entry->lock);
	if (dropped)
		fdstorefs_dropped(inode, held, reason);
}

/**
 * fdstorefs_entry_taken - a caller has got a file by TAKE
 * @inode: the entry
 * @file: what the entry held when the caller asked
 *
 * The caller holds the inode lock, so that nobody else has taken or replaced
 * @file, but a watch or a drain may have emptied the entry.
 */
void fdstorefs_entry_taken(struct inode *inode, const struct file *file)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	struct fdstorefs_held *held = NULL;

	spin_lock(&entry->lock);
	if (entry->held && entry->held->file == file)
		held = fdstorefs_remove(entry, false);
	spin_unlock(&entry->lock);

	trace_fdstorefs_take(inode, file);
	if (held)
		fdstorefs_emptied(inode, held, FDSTOREFS_EMPTY_EVENTS);
}

/**
 * fdstorefs_entry_bury - empty an entry for good
 * @inode: an inode without a name
 * @reason: why
 *
 * Otherwise whoever still has the entry open could fill it again, and keep a
 * file alive that nobody can find.
 */
void fdstorefs_entry_bury(struct inode *inode, enum fdstorefs_reason reason)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	struct fdstorefs_held *held;

	spin_lock(&entry->lock);
	entry->dead = true;
	fdstorefs_drop(entry, reason, &held);
	spin_unlock(&entry->lock);
	fdstorefs_emptied(inode, held, FDSTOREFS_EMPTY_EVENTS | EPOLLHUP);
}

/**
 * fdstorefs_seal - refuse every later put
 * @fsi: the store
 */
void fdstorefs_seal(struct fdstorefs_super *fsi)
{
	spin_lock(&fsi->lock);
	fsi->sealed = true;
	spin_unlock(&fsi->lock);
	wake_up_poll(&fsi->seal_wait, EPOLLHUP);
}

/* The first of the entries that were filled up to @last, with a reference. */
static struct inode *fdstorefs_first_filled(struct fdstorefs_super *fsi, u64 last)
{
	struct fdstorefs_inode *entry;
	struct inode *inode = NULL;

	spin_lock(&fsi->lock);
	while (!inode && !list_empty(&fsi->filled)) {
		entry = list_first_entry(&fsi->filled, struct fdstorefs_inode,
					 filled);
		if (entry->order > last)
			break;
		inode = igrab(&entry->vfs_inode);
		/* An inode that is being evicted empties itself: skip it. */
		if (!inode) {
			entry->order = ++fsi->order;
			list_move_tail(&entry->filled, &fsi->filled);
		}
	}
	spin_unlock(&fsi->lock);
	return inode;
}

/**
 * fdstorefs_drain - release every stored file of a store
 * @fsi: the store; the caller keeps its superblock from ending
 * @reason: why
 *
 * What is put while this runs may stay, unless the store is sealed, so somebody
 * who puts as fast as we drain cannot keep us here. Any number of drains may
 * run at the same time. None waits for another, which might be that of a tenant
 * who gets hardly any processor time: an entry stays in the list until it is
 * empty, and the closers have what it held by then.
 */
void fdstorefs_drain(struct fdstorefs_super *fsi, enum fdstorefs_reason reason)
{
	struct inode *inode;
	u64 last;

	spin_lock(&fsi->lock);
	last = fsi->order;
	spin_unlock(&fsi->lock);
	while ((inode = fdstorefs_first_filled(fsi, last))) {
		fdstorefs_entry_drop(inode, reason);
		iput(inode);
		cond_resched();
	}
}
