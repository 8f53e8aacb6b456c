// SPDX-License-Identifier: GPL-2.0
/*
 * PUT, GET and TAKE. The permission to open the entry was checked by open(2),
 * with everything that decides there: owner, mode, security module, read-only
 * mount. What is checked here is that the opened entry was opened for enough.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fsnotify.h>
#include <linux/uaccess.h>

#include "internal.h"

#define FDSTOREFS_PUT_FLAGS	FDSTOREFS_PUT_REPLACE

static long fdstorefs_put(struct file *file, const void __user *uarg,
			  size_t size)
{
	struct inode *inode = file_inode(file);
	struct fdstorefs_put arg;
	struct file *stored;
	int err;

	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (size < sizeof(arg))
		return -EINVAL;
	err = copy_struct_from_user(&arg, sizeof(arg), uarg, size);
	if (err)
		return err;
	if ((arg.flags & ~FDSTOREFS_PUT_FLAGS) || arg.anchor_fd != -1 ||
	    arg.reserved)
		return -EINVAL;

	/* Raw, since an O_PATH descriptor is worth storing too. */
	stored = fget_raw(arg.fd);
	if (!stored)
		return -EBADF;
	err = fdstorefs_may_store(stored);
	if (err)
		goto out;

	inode_lock(inode);
	err = fdstorefs_entry_put(inode, stored,
				  arg.flags & FDSTOREFS_PUT_REPLACE);
	if (!err)
		fdstorefs_touch(inode);
	inode_unlock(inode);
	if (!err)
		fsnotify_modify(file);
out:
	fput(stored);
	return err;
}

/*
 * The new descriptor can do all that the stored file can do, whatever the
 * entry was opened for, so the entry must have been opened for as much: mode
 * bits, ACL and security module had their say about just that. What can
 * neither read nor write, as O_PATH, still tells and reaches things: reading.
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
	fput(stored);
	return fd;
}

/*
 * The inode lock makes one of many callers the winner. The entry is emptied
 * last, when nothing can fail any more, so nothing is ever lost.
 */
static long fdstorefs_take(struct file *file, unsigned long arg)
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
			fdstorefs_entry_empty_of(inode, stored);
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
	/* The size in the number is the caller's sizeof(struct fdstorefs_put). */
	if ((cmd & ~IOCSIZE_MASK) == (FDSTOREFS_IOC_PUT & ~IOCSIZE_MASK))
		return fdstorefs_put(file, (const void __user *)arg,
				     _IOC_SIZE(cmd));

	switch (cmd) {
	case FDSTOREFS_IOC_GET:
		return fdstorefs_get(file, arg);
	case FDSTOREFS_IOC_TAKE:
		return fdstorefs_take(file, arg);
	default:
		return -ENOTTY;
	}
}
