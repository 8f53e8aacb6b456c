// SPDX-License-Identifier: GPL-2.0
/*
 * PUT, GET and TAKE. open(2) has checked the permission to open the entry, with
 * everything that decides there: owner, mode, security module, read-only mount.
 * What is checked here is whether the entry was opened for enough.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fsnotify.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "internal.h"
#include "trace.h"

#define FDSTOREFS_PUT_FLAGS	(FDSTOREFS_PUT_REPLACE | FDSTOREFS_PUT_HANGUP | \
				 FDSTOREFS_PUT_PEER | FDSTOREFS_PUT_REMOVE)
/* Those with which the stored file's own end is the end of the put. */
#define FDSTOREFS_PUT_ENDS	(FDSTOREFS_PUT_HANGUP | FDSTOREFS_PUT_PEER)

static int fdstorefs_tie_hangup(struct fdstorefs_super *fsi,
				struct fdstorefs_held *held)
{
	int err;

	err = fdstorefs_may_watch(held->file);
	if (err)
		return err;
	return fdstorefs_tie(fsi, held, held->file,
			     held->flags & FDSTOREFS_PUT_PEER ?
			     FDSTOREFS_PEER_EVENTS : FDSTOREFS_HANGUP_EVENTS, NULL,
			     fdstorefs_entry_drop_put);
}

static int fdstorefs_tie_anchor(struct fdstorefs_super *fsi,
				struct fdstorefs_held *held, int anchor_fd)
{
	struct file *anchor;
	int err;

	anchor = fget_raw(anchor_fd);
	if (!anchor)
		return -EBADF;
	err = fdstorefs_may_anchor(anchor);
	if (!err)
		err = fdstorefs_tie(fsi, held, anchor, FDSTOREFS_ANCHOR_EVENTS,
				    fdstorefs_anchor_kind(anchor),
				    fdstorefs_entry_drop_put);
	if (!err)
		held->cost++;
	fput(anchor);
	return err;
}

static int fdstorefs_gather_removal(struct fdstorefs_held *held, struct file *file)
{
	struct fdstorefs_removal *removal = fdstorefs_new_removal(file);

	if (IS_ERR(removal))
		return PTR_ERR(removal);
	held->removal = removal;
	return 0;
}

/* Gather what belongs to the PUT; fdstorefs_release() undoes any part of it. */
static int fdstorefs_gather(struct fdstorefs_super *fsi, struct fdstorefs_held *held,
			    struct file *file, const struct fdstorefs_put *arg)
{
	int err;

	/* Raw, since an O_PATH descriptor is worth storing, too. */
	held->file = fget_raw(arg->fd);
	if (!held->file)
		return -EBADF;
	held->urgent = fdstorefs_is_urgent(held->file);
	err = fdstorefs_may_store(held->file);
	if (!err && (arg->flags & FDSTOREFS_PUT_ENDS))
		err = fdstorefs_tie_hangup(fsi, held);
	if (!err && arg->anchor_fd != -1)
		err = fdstorefs_tie_anchor(fsi, held, arg->anchor_fd);
	if (!err && (arg->flags & FDSTOREFS_PUT_REMOVE))
		err = fdstorefs_gather_removal(held, file);
	if (!err)
		err = fdstorefs_find_share(fsi, held);
	return err;
}

static struct fdstorefs_held *fdstorefs_new_held(struct inode *inode,
						 const struct fdstorefs_put *arg)
{
	unsigned int ties = !!(arg->flags & FDSTOREFS_PUT_ENDS) +
			    (arg->anchor_fd != -1);
	struct fdstorefs_held *held;
	size_t size = sizeof(*held);

	size += flex_array_size(held, ties, ties);
	held = kzalloc(size, GFP_KERNEL_ACCOUNT);
	if (!held)
		return NULL;
	held->inode = inode;
	held->number = atomic64_inc_return(&fdstorefs_sb(inode->i_sb)->puts);
	held->flags = arg->flags;
	held->cost = 1;
	return held;
}

static noinline long fdstorefs_put(struct file *file, const void __user *uarg,
				   size_t size)
{
	struct inode *inode = file_inode(file);
	struct fdstorefs_super *fsi = fdstorefs_sb(inode->i_sb);
	struct fdstorefs_held *held;
	struct fdstorefs_put arg;
	int err;

	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (size < sizeof(arg))
		return -EINVAL;
	err = copy_struct_from_user(&arg, sizeof(arg), uarg, size);
	if (err)
		return err;
	if (arg.flags & ~FDSTOREFS_PUT_FLAGS)
		return -EINVAL;
	if (arg.anchor_fd < -1 || arg.reserved)
		return -EINVAL;
	if ((arg.flags & FDSTOREFS_PUT_REMOVE) &&
	    !(arg.flags & FDSTOREFS_PUT_ENDS) && arg.anchor_fd == -1)
		return -EINVAL;

	held = fdstorefs_new_held(inode, &arg);
	if (!held)
		return -ENOMEM;
	err = fdstorefs_gather(fsi, held, file, &arg);
	if (!err) {
		/* Otherwise this could replace a file that is being taken. */
		inode_lock(inode);
		err = fdstorefs_entry_put(inode, &held,
					  arg.flags & FDSTOREFS_PUT_REPLACE);
		if (!err)
			fdstorefs_touch(inode);
		inode_unlock(inode);
	}
	/* Whatever was replaced or could not be put. */
	fdstorefs_release(fsi, held);
	if (!err)
		fsnotify_modify(file);
	return err;
}

/*
 * The new descriptor can do everything that the stored file can do, so the
 * entry must have been opened for as much: that is what mode bits, ACL and
 * security module have decided about. A file that can neither read nor write,
 * as O_PATH, still reveals and reaches things, so it needs reading.
 */
static bool fdstorefs_may_receive(const struct file *file,
				  const struct file *stored)
{
	fmode_t needed = stored->f_mode & (FMODE_READ | FMODE_WRITE);

	if (!needed)
		needed = FMODE_READ;
	return (file->f_mode & needed) == needed;
}

/* receive_fd() asks the security module, as for a file sent by SCM_RIGHTS. */
static int fdstorefs_receive(const struct file *file, struct file *stored)
{
	if (!fdstorefs_may_receive(file, stored))
		return -EACCES;
	return fdstorefs_receive_fd(stored, O_CLOEXEC);
}

static long fdstorefs_get(struct file *file, unsigned long arg)
{
	struct file *stored;
	int fd;

	if (arg)
		return -EINVAL;
	stored = fdstorefs_entry_get(file_inode(file));
	if (!stored)
		return -ENODATA;
	fd = fdstorefs_receive(file, stored);
	if (fd >= 0)
		trace_fdstorefs_get(file_inode(file), stored);
	fput(stored);
	return fd;
}

/*
 * The inode lock makes exactly one of many callers the winner. The entry is
 * emptied last, when nothing can fail any more, so no file is ever lost.
 */
static noinline long fdstorefs_take(struct file *file, unsigned long arg)
{
	struct inode *inode = file_inode(file);
	struct file *stored;
	int fd = -ENODATA;

	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (arg)
		return -EINVAL;

	inode_lock(inode);
	stored = fdstorefs_entry_get(inode);
	if (stored) {
		fd = fdstorefs_receive(file, stored);
		if (fd >= 0) {
			fdstorefs_entry_taken(inode, stored);
			fdstorefs_touch(inode);
		}
		fput(stored);
	}
	inode_unlock(inode);
	if (fd >= 0)
		fsnotify_modify(file);
	return fd;
}

/**
 * fdstorefs_ioctl - the verbs of an opened entry
 * @file: the entry
 * @cmd: FDSTOREFS_IOC_PUT of any size, FDSTOREFS_IOC_GET, FDSTOREFS_IOC_TAKE
 * @arg: as the UAPI header says
 *
 * Return: as the UAPI header says; -ENOTTY for another @cmd
 */
long fdstorefs_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	/*
	 * GET comes first, and the others are out of line: it is called most,
	 * and need not save the registers that the others use.
	 */
	if (likely(cmd == FDSTOREFS_IOC_GET))
		return fdstorefs_get(file, arg);
	if (cmd == FDSTOREFS_IOC_TAKE)
		return fdstorefs_take(file, arg);
	/* The size in the number is the caller's sizeof(struct fdstorefs_put). */
	if ((cmd & ~IOCSIZE_MASK) == (FDSTOREFS_IOC_PUT & ~IOCSIZE_MASK))
		return fdstorefs_put(file, (const void __user *)arg,
				     _IOC_SIZE(cmd));
	return -ENOTTY;
}
