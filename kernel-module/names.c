// SPDX-License-Identifier: GPL-2.0
/*
 * Names: creating, linking, renaming and removing. As on ramfs, directories
 * exist in the dentry cache alone. Unlike on ramfs, an entry is emptied as soon
 * as its last name is removed.
 */
#include <linux/fs.h>
#include <linux/fsnotify.h>
#include <linux/slab.h>

#include "internal.h"

/* Give a new inode its name. */
static void fdstorefs_add(struct inode *dir, struct dentry *dentry,
			  struct inode *inode)
{
	fdstorefs_make_persistent(dentry, inode);
	fdstorefs_touch(dir);
}

static int fdstorefs_mknod(struct fdstorefs_idmap *idmap, struct inode *dir,
			   struct dentry *dentry, umode_t mode, dev_t dev)
{
	struct inode *inode;

	inode = fdstorefs_new_inode(idmap, dir, &dentry->d_name, mode, dev);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	fdstorefs_add(dir, dentry, inode);
	return 0;
}

static int fdstorefs_create(struct fdstorefs_idmap *idmap, struct inode *dir,
			    struct dentry *dentry, FDSTOREFS_CREATE_MODE)
{
	return fdstorefs_mknod(idmap, dir, dentry, mode | S_IFREG, 0);
}

static FDSTOREFS_MKDIR_TYPE fdstorefs_mkdir(struct fdstorefs_idmap *idmap,
					    struct inode *dir,
					    struct dentry *dentry, umode_t mode)
{
	int err;

	err = fdstorefs_mknod(idmap, dir, dentry, mode | S_IFDIR, 0);
	if (!err)
		inc_nlink(dir);
	return FDSTOREFS_MKDIR_RESULT(err);
}

static int fdstorefs_symlink(struct fdstorefs_idmap *idmap, struct inode *dir,
			     struct dentry *dentry, const char *target)
{
	struct inode *inode;
	char *copy;

	copy = kstrdup(target, GFP_KERNEL_ACCOUNT);
	if (!copy)
		return -ENOMEM;

	inode = fdstorefs_new_inode(idmap, dir, &dentry->d_name,
				    S_IFLNK | 0777, 0);
	if (IS_ERR(inode)) {
		kfree(copy);
		return PTR_ERR(inode);
	}
	inode->i_link = copy;
	inode->i_size = strlen(copy);
	fdstorefs_add(dir, dentry, inode);
	return 0;
}

static int fdstorefs_tmpfile(struct fdstorefs_idmap *idmap, struct inode *dir,
			     struct file *file, umode_t mode)
{
	struct inode *inode;

	inode = fdstorefs_new_inode(idmap, dir, NULL, mode, 0);
	if (IS_ERR(inode))
		return finish_open_simple(file, PTR_ERR(inode));
	d_tmpfile(file, inode);
	return finish_open_simple(file, 0);
}

static int fdstorefs_link(struct dentry *old, struct inode *dir,
			  struct dentry *dentry)
{
	struct inode *inode = d_inode(old);
	int err;

	/* The inode of an O_TMPFILE entry already counts for its first name. */
	if (inode->i_nlink) {
		err = fdstorefs_charge(fdstorefs_sb(dir->i_sb));
		if (err)
			return err;
	}
	return simple_link(old, dir, dentry);
}

/*
 * One name of @inode has been removed. The caller holds the inode's lock, so no
 * link() can add a name in between.
 */
static void fdstorefs_lost_name(struct inode *inode)
{
	if (!inode->i_nlink)
		fdstorefs_entry_bury(inode, FDSTOREFS_UNLINK);
	else
		fdstorefs_uncharge(fdstorefs_sb(inode->i_sb));
}

static int fdstorefs_unlink(struct inode *dir, struct dentry *dentry)
{
	const struct fdstorefs_removal *removal = dentry->d_fsdata;
	int err;

	/* If something has been put since then, it keeps its name. */
	if (removal && !fdstorefs_entry_unused_since(d_inode(dentry), removal->since))
		return -EBUSY;
	err = simple_unlink(dir, dentry);
	if (!err)
		fdstorefs_lost_name(d_inode(dentry));
	return err;
}

static int fdstorefs_rename(struct fdstorefs_idmap *idmap, struct inode *old_dir,
			    struct dentry *old, struct inode *new_dir,
			    struct dentry *new, unsigned int flags)
{
	struct inode *replaced = d_inode(new);
	int err;

	err = simple_rename(idmap, old_dir, old, new_dir, new, flags);
	if (!err && replaced && !(flags & RENAME_EXCHANGE) &&
	    !S_ISDIR(replaced->i_mode))
		fdstorefs_lost_name(replaced);
	return err;
}

const struct inode_operations fdstorefs_dir_iops = {
	.create		= fdstorefs_create,
	.lookup		= simple_lookup,
	.link		= fdstorefs_link,
	.unlink		= fdstorefs_unlink,
	.symlink	= fdstorefs_symlink,
	.mkdir		= fdstorefs_mkdir,
	.rmdir		= simple_rmdir,
	.mknod		= fdstorefs_mknod,
	.rename		= fdstorefs_rename,
	.tmpfile	= fdstorefs_tmpfile,
	.setattr	= fdstorefs_setattr,
	.set_acl	= fdstorefs_set_acl,
	.listxattr	= fdstorefs_listxattr,
};
