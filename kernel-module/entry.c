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
 * fsi->lock		membership in the list of filled entries, and sealing
 *
 * Inside entry->lock, limits.c has one of its own for what each user is
 * charged.
 *
 * Emptying needs no i_rwsem: a watch or a drain may do it at any moment, to
 * TAKE as well, which then owns a file that was stored when it asked.
 *
 * What an entry held is released after the locks are dropped: ending a watch
 * takes locks of its own, and fput() may run into anything.
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
	entry->held = (struct fdstorefs_held){};
	INIT_LIST_HEAD(&entry->filled);
	init_waitqueue_head(&entry->wait);
}

/**
 * fdstorefs_release - undo what a PUT did
 * @held: what it brought, or nothing
 */
void fdstorefs_release(struct fdstorefs_held *held)
{
	int i;

	/* A watch must be gone before the file in whose wait queue it is. */
	for (i = 0; i < FDSTOREFS_WATCHES; i++)
		fdstorefs_watch_end(held->watches[i]);
	if (held->user)
		fdstorefs_uncharge_user(held->user, fdstorefs_held_files(held));
	if (held->file)
		fput(held->file);
}

/* Empty @entry, into @held. Under entry->lock. */
static void fdstorefs_remove(struct fdstorefs_inode *entry,
			     struct fdstorefs_held *held)
	__must_hold(&entry->lock)
{
	struct fdstorefs_super *fsi = fdstorefs_sb(entry->vfs_inode.i_sb);

	lockdep_assert_held(&entry->lock);
	*held = entry->held;
	entry->held = (struct fdstorefs_held){};
	if (!held->file)
		return;
	spin_lock(&fsi->lock);
	list_del_init(&entry->filled);
	fsi->nr_filled--;
	spin_unlock(&fsi->lock);
	/* At once: who sees that the entry is empty may fill another one. */
	fdstorefs_uncharge_user(held->user, fdstorefs_held_files(held));
	held->user = NULL;
}

/* Fill @entry from @held, and the other way round. Under entry->lock. */
static int fdstorefs_swap(struct fdstorefs_inode *entry,
			  struct fdstorefs_held *held)
	__must_hold(&entry->lock)
{
	struct fdstorefs_super *fsi = fdstorefs_sb(entry->vfs_inode.i_sb);
	int i;

	lockdep_assert_held(&entry->lock);
	/*
	 * Under one lock with sealing, so that a drain that seals first finds
	 * every entry that was filled before.
	 */
	spin_lock(&fsi->lock);
	if (fsi->sealed) {
		spin_unlock(&fsi->lock);
		return -ESHUTDOWN;
	}
	swap(entry->held, *held);
	if (!held->file) {
		list_add_tail(&entry->filled, &fsi->filled);
		fsi->nr_filled++;
	}
	spin_unlock(&fsi->lock);

	for (i = 0; i < FDSTOREFS_WATCHES; i++)
		if (entry->held.watches[i])
			fdstorefs_watch_attached(entry->held.watches[i]);
	return 0;
}

/* After an entry was emptied, outside the lock. */
static void fdstorefs_emptied(struct inode *inode, struct fdstorefs_held *held,
			      __poll_t events)
{
	wake_up_poll(&fdstorefs_i(inode)->wait, events);
	fdstorefs_release(held);
}

static void fdstorefs_notify(struct inode *inode)
{
	struct dentry *dentry = d_find_alias(inode);

	if (!dentry)
		return;
	fsnotify_dentry(dentry, FS_MODIFY);
	dput(dentry);
}

/* After @held, if it is anything, was dropped from an entry that may live on. */
static void fdstorefs_dropped(struct inode *inode, struct fdstorefs_held *held,
			      enum fdstorefs_reason reason)
{
	if (!held->file)
		return;
	trace_fdstorefs_drop(inode, held->file, reason);
	fdstorefs_emptied(inode, held, FDSTOREFS_EMPTY_EVENTS);
	/* Of a truncation the VFS tells inotify. */
	if (reason != FDSTOREFS_TRUNCATE)
		fdstorefs_notify(inode);
}

/**
 * fdstorefs_entry_put - fill an entry
 * @inode: the entry
 * @held: what to store; afterwards what is to be released
 * @replace: whether a filled entry may be filled again
 * @over_limit: the user who is charged has too much stored; which does not
 *	matter if it is charged for what is replaced
 *
 * Return: 0, -EBUSY if the entry is filled and @replace is not set, -ENOENT
 * if it has no name any more, -ESHUTDOWN if the store is sealed, -ETOOMANYREFS.
 */
int fdstorefs_entry_put(struct inode *inode, struct fdstorefs_held *held,
			bool replace, bool over_limit)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	const struct file *file = held->file;
	int err;

	held->put_time = ktime_get_real_ns();
	spin_lock(&entry->lock);
	if (entry->dead)
		err = -ENOENT;
	else if (entry->held.file && !replace)
		err = -EBUSY;
	else if (over_limit && (entry->held.user != held->user ||
				fdstorefs_held_files(&entry->held) <
				fdstorefs_held_files(held)))
		err = -ETOOMANYREFS;
	else
		err = fdstorefs_swap(entry, held);
	/* The entry's reference keeps @file only as long as the lock is held. */
	if (!err) {
		trace_fdstorefs_put(inode, file);
		if (held->file)
			trace_fdstorefs_drop(inode, held->file,
					     FDSTOREFS_REPLACE);
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
	struct fdstorefs_held held;

	spin_lock(&entry->lock);
	fdstorefs_remove(entry, &held);
	spin_unlock(&entry->lock);
	fdstorefs_dropped(inode, &held, reason);
}

/**
 * fdstorefs_entry_drop_watched - release what a watch was put along with
 * @inode: the entry
 * @watch: a watch that has fired
 *
 * Nothing happens if the entry has been emptied or filled anew since.
 */
void fdstorefs_entry_drop_watched(struct inode *inode,
				  const struct fdstorefs_watch *watch)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	enum fdstorefs_reason reason = FDSTOREFS_HANGUP;
	struct fdstorefs_held held = {};

	spin_lock(&entry->lock);
	if (entry->held.watches[FDSTOREFS_WATCH_ANCHOR] == watch)
		reason = FDSTOREFS_ANCHOR;
	if (reason == FDSTOREFS_ANCHOR ||
	    entry->held.watches[FDSTOREFS_WATCH_HANGUP] == watch)
		fdstorefs_remove(entry, &held);
	spin_unlock(&entry->lock);
	fdstorefs_dropped(inode, &held, reason);
}

/**
 * fdstorefs_entry_taken - a caller has got a file by TAKE
 * @inode: the entry
 * @file: what the entry held when the caller asked
 *
 * The caller holds the inode lock, so that nobody else has taken @file, but a
 * watch or a drain may have emptied the entry.
 */
void fdstorefs_entry_taken(struct inode *inode, const struct file *file)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	struct fdstorefs_held held = {};

	spin_lock(&entry->lock);
	if (entry->held.file == file)
		fdstorefs_remove(entry, &held);
	spin_unlock(&entry->lock);

	trace_fdstorefs_take(inode, file);
	if (held.file)
		fdstorefs_emptied(inode, &held, FDSTOREFS_EMPTY_EVENTS);
}

/**
 * fdstorefs_entry_bury - empty an entry for good
 * @inode: an inode without a name
 * @reason: why
 *
 * Whoever has the entry open still could otherwise fill it again and keep a
 * file alive that nobody can find.
 */
void fdstorefs_entry_bury(struct inode *inode, enum fdstorefs_reason reason)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	struct fdstorefs_held held;

	spin_lock(&entry->lock);
	entry->dead = true;
	fdstorefs_remove(entry, &held);
	spin_unlock(&entry->lock);

	if (held.file)
		trace_fdstorefs_drop(inode, held.file, reason);
	fdstorefs_emptied(inode, &held, FDSTOREFS_EMPTY_EVENTS | EPOLLHUP);
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
	wake_up_poll(&fsi->wait, EPOLLHUP);
}

/**
 * fdstorefs_drain - release every stored file of a store
 * @fsi: the store; the caller keeps its superblock from ending
 * @reason: why
 *
 * What is put while this runs may stay, unless the store is sealed. The list
 * is emptied into one of our own first, so that somebody who puts as fast as
 * we drain cannot keep us here; an entry that is emptied by others meanwhile
 * leaves our list by the same lock.
 */
void fdstorefs_drain(struct fdstorefs_super *fsi, enum fdstorefs_reason reason)
{
	struct fdstorefs_inode *entry;
	struct inode *inode;
	LIST_HEAD(draining);

	mutex_lock(&fsi->draining);
	spin_lock(&fsi->lock);
	list_splice_init(&fsi->filled, &draining);
	while (!list_empty(&draining)) {
		entry = list_first_entry(&draining, struct fdstorefs_inode,
					 filled);
		list_move_tail(&entry->filled, &fsi->filled);
		/* An inode that is being evicted empties itself. */
		inode = igrab(&entry->vfs_inode);
		spin_unlock(&fsi->lock);
		if (inode) {
			fdstorefs_entry_drop(inode, reason);
			iput(inode);
		}
		cond_resched();
		spin_lock(&fsi->lock);
	}
	spin_unlock(&fsi->lock);
	mutex_unlock(&fsi->draining);
}
