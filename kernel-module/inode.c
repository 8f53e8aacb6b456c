// SPDX-License-Identifier: GPL-2.0
/*
 * Inodes: how they are made when a name is created, and their operations.
 */
#include <linux/fs.h>
#include <linux/posix_acl.h>

#include "internal.h"

/**
 * fdstorefs_setattr - chmod(2), chown(2), utimensat(2), and truncate(2) of an entry
 * @idmap: of the mount through which the caller came
 * @dentry: of any inode
 * @attr: what to set
 *
 * The group bits of the mode are the mask of an ACL. Changing that needs
 * memory, as nothing else here does, so it comes first: a failure must change
 * nothing, and least of all empty an entry. Truncation can change the mode,
 * too, when it removes the set-user-ID bit.
 *
 * Return: 0, -EPERM, -EINVAL for a size other than 0, or the error of changing
 * the ACL along with the mode
 */
int fdstorefs_setattr(struct fdstorefs_idmap *idmap, struct dentry *dentry,
		      struct iattr *attr)
{
	struct inode *inode = d_inode(dentry);
	int err;

	err = setattr_prepare(idmap, dentry, attr);
	if (err)
		return err;

	/* An entry has no bytes: the only size that it can get is 0. */
	if ((attr->ia_valid & ATTR_SIZE) && attr->ia_size)
		return -EINVAL;
	if (attr->ia_valid & ATTR_MODE) {
		err = posix_acl_chmod(idmap, fdstorefs_acl_owner_of(dentry),
				      attr->ia_mode);
		if (err)
			return err;
	}
	if (attr->ia_valid & ATTR_SIZE) {
		fdstorefs_entry_drop(inode, FDSTOREFS_TRUNCATE);
		fdstorefs_touch(inode);
	}
	setattr_copy(idmap, inode, attr);
	return 0;
}

/* For entries, and for device nodes, FIFOs and sockets. */
static const struct inode_operations fdstorefs_entry_iops = {
	.setattr	= fdstorefs_setattr,
	.set_acl	= fdstorefs_set_acl,
	.listxattr	= fdstorefs_listxattr,
};

static const struct inode_operations fdstorefs_symlink_iops = {
	.get_link	= simple_get_link,
	.setattr	= fdstorefs_setattr,
	.listxattr	= fdstorefs_listxattr,
};

/*
 * There is no ->write(), so write(2) fails with EINVAL. It must not interpret
 * numbers as descriptors: a set-user-ID program that prints to a descriptor
 * which somebody else opened would hand over files of its own.
 */
static const struct file_operations fdstorefs_entry_fops = {
	.llseek		= generic_file_llseek,
	.read		= fdstorefs_read,
	.poll		= fdstorefs_poll,
	.unlocked_ioctl	= fdstorefs_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
	.fsync		= noop_fsync,
	.show_fdinfo	= fdstorefs_show_fdinfo,
};

static void fdstorefs_set_ops(struct inode *inode, dev_t dev)
{
	switch (inode->i_mode & S_IFMT) {
	case S_IFREG:
		inode->i_op = &fdstorefs_entry_iops;
		inode->i_fop = &fdstorefs_entry_fops;
		break;
	case S_IFDIR:
		inode->i_op = &fdstorefs_dir_iops;
		inode->i_fop = &simple_dir_operations;
		/* "." is a link, too */
		inc_nlink(inode);
		break;
	case S_IFLNK:
		inode->i_op = &fdstorefs_symlink_iops;
		break;
	default:
		inode->i_op = &fdstorefs_entry_iops;
		init_special_inode(inode, inode->i_mode, dev);
	}
}

/**
 * fdstorefs_new_inode - an inode that is about to get a name in a directory
 * @idmap: of the mount through which it is created
 * @dir: the directory
 * @name: the name, or NULL if it gets none for now
 * @mode: type and permission bits
 * @dev: the device, for a device node
 *
 * The inode is charged to its store; eviction takes the charge back.
 *
 * Return: the inode, or an error pointer: -ENOSPC, -ENOMEM, or the security
 * module's error
 */
struct inode *fdstorefs_new_inode(struct fdstorefs_idmap *idmap, struct inode *dir,
				  const struct qstr *name, umode_t mode, dev_t dev)
{
	struct super_block *sb = dir->i_sb;
	struct inode *inode;
	int err;

	err = fdstorefs_charge(fdstorefs_sb(sb));
	if (err)
		return ERR_PTR(err);

	inode = new_inode(sb);
	if (!inode) {
		fdstorefs_uncharge(fdstorefs_sb(sb));
		return ERR_PTR(-ENOMEM);
	}
	fdstorefs_i(inode)->charged = true;
	inode->i_ino = atomic64_inc_return(&fdstorefs_sb(sb)->next_ino);
	inode_init_owner(idmap, inode, dir, mode);
	fdstorefs_set_times(inode);
	fdstorefs_set_ops(inode, dev);
	err = fdstorefs_init_security(inode, dir, name);
	if (err) {
		iput(inode);
		return ERR_PTR(err);
	}
	return inode;
}

/**
 * fdstorefs_new_root - the inode of the root directory
 * @sb: a superblock whose options are set
 *
 * Return: the inode, or NULL if there is no memory
 */
struct inode *fdstorefs_new_root(struct super_block *sb)
{
	const struct fdstorefs_options *opts = &fdstorefs_sb(sb)->opts;
	struct inode *inode;

	inode = new_inode(sb);
	if (!inode)
		return NULL;
	inode->i_ino = FDSTOREFS_ROOT_INO;
	inode->i_mode = S_IFDIR | opts->mode;
	inode->i_uid = opts->uid;
	inode->i_gid = opts->gid;
	fdstorefs_set_times(inode);
	fdstorefs_set_ops(inode, 0);
	cache_no_acl(inode);
	return inode;
}
