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
 * fsi->lock		membership in the list of filled entries
 *
 * Emptying needs no i_rwsem: it may happen at any moment, to TAKE as well,
 * which then owns a file that was stored when it asked.
 *
 * fput() is never called under a lock of ours. The last reference may go
 * there, and although fput() defers the work, the order costs nothing.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/poll.h>

#include "internal.h"

/**
 * fdstorefs_entry_init - a new inode starts out empty
 * @entry: memory as the allocator gave it
 */
void fdstorefs_entry_init(struct fdstorefs_inode *entry)
{
	spin_lock_init(&entry->lock);
	entry->dead = false;
	entry->stored = NULL;
	entry->put_time = 0;
	INIT_LIST_HEAD(&entry->filled);
	init_waitqueue_head(&entry->wait);
}

/* Exchange what @entry holds; the caller drops the result. Under entry->lock. */
static struct file *fdstorefs_exchange(struct fdstorefs_inode *entry,
				       struct file *file)
{
	struct fdstorefs_super *fsi = fdstorefs_sb(entry->vfs_inode.i_sb);
	struct file *old = entry->stored;

	lockdep_assert_held(&entry->lock);
	entry->stored = file;
	entry->put_time = file ? ktime_get_real_ns() : 0;
	if (!old == !file)
		return old;

	spin_lock(&fsi->lock);
	if (file)
		list_add_tail(&entry->filled, &fsi->filled);
	else
		list_del_init(&entry->filled);
	spin_unlock(&fsi->lock);
	return old;
}

/* After a change, outside the lock: tell who polls, release what was stored. */
static void fdstorefs_changed(struct fdstorefs_inode *entry, __poll_t events,
			      struct file *old)
{
	wake_up_poll(&entry->wait, events);
	if (old)
		fput(old);
}

/**
 * fdstorefs_entry_put - fill an entry
 * @inode: the entry
 * @file: what to store; the entry gets a reference of its own
 * @replace: whether a filled entry may be filled again
 *
 * Return: 0, -EBUSY if the entry is filled and @replace is not set, -ENOENT
 * if it has no name any more.
 */
int fdstorefs_entry_put(struct inode *inode, struct file *file, bool replace)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	struct file *old = NULL;
	int err = 0;

	spin_lock(&entry->lock);
	if (entry->dead)
		err = -ENOENT;
	else if (entry->stored && !replace)
		err = -EBUSY;
	else
		old = fdstorefs_exchange(entry, get_file(file));
	spin_unlock(&entry->lock);

	if (!err)
		fdstorefs_changed(entry, EPOLLIN | EPOLLRDNORM, old);
	return err;
}

/**
 * fdstorefs_entry_get - what an entry holds
 * @inode: the entry
 *
 * Return: a reference to the stored file, or NULL if the entry is empty.
 */
struct file *fdstorefs_entry_get(struct inode *inode)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	struct file *file;

	spin_lock(&entry->lock);
	file = entry->stored;
	if (file)
		get_file(file);
	spin_unlock(&entry->lock);
	return file;
}

/**
 * fdstorefs_entry_empty - release what an entry holds, if anything
 * @inode: the entry
 */
void fdstorefs_entry_empty(struct inode *inode)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	struct file *old;

	spin_lock(&entry->lock);
	old = fdstorefs_exchange(entry, NULL);
	spin_unlock(&entry->lock);

	if (old)
		fdstorefs_changed(entry, EPOLLOUT | EPOLLWRNORM, old);
}

/**
 * fdstorefs_entry_empty_of - release one particular file
 * @inode: the entry
 * @file: what it held when the caller looked
 *
 * Nothing happens if the entry has been emptied or filled anew since.
 */
void fdstorefs_entry_empty_of(struct inode *inode, struct file *file)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	struct file *old = NULL;

	spin_lock(&entry->lock);
	if (entry->stored == file)
		old = fdstorefs_exchange(entry, NULL);
	spin_unlock(&entry->lock);

	if (old)
		fdstorefs_changed(entry, EPOLLOUT | EPOLLWRNORM, old);
}

/**
 * fdstorefs_entry_bury - empty an entry for good
 * @inode: an inode without a name
 *
 * Whoever has the entry open still could otherwise fill it again and keep a
 * file alive that nobody can find.
 */
void fdstorefs_entry_bury(struct inode *inode)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	struct file *old;

	spin_lock(&entry->lock);
	entry->dead = true;
	old = fdstorefs_exchange(entry, NULL);
	spin_unlock(&entry->lock);

	fdstorefs_changed(entry, EPOLLOUT | EPOLLWRNORM | EPOLLHUP, old);
}

/**
 * fdstorefs_drain - release every stored file of a store
 * @fsi: the store
 *
 * What is put while this runs may stay. The list is emptied into one of our
 * own first, so that somebody who puts as fast as we drain cannot keep us
 * here; an entry that is emptied by others meanwhile leaves our list by the
 * same lock.
 */
void fdstorefs_drain(struct fdstorefs_super *fsi)
{
	struct fdstorefs_inode *entry;
	struct inode *inode;
	LIST_HEAD(draining);

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
			fdstorefs_entry_empty(inode);
			iput(inode);
		}
		cond_resched();
		spin_lock(&fsi->lock);
	}
	spin_unlock(&fsi->lock);
}
