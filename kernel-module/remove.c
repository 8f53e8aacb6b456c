// SPDX-License-Identifier: GPL-2.0
/*
 * FDSTOREFS_PUT_REMOVE: removing the names of an entry that has emptied itself.
 *
 * The permission to store something is no permission to remove a name. So the
 * names are removed on behalf of whoever put: with his credentials, and with
 * the idmap of the mount through which he came. A name that he may not remove
 * then stays.
 */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/slab.h>

#include "internal.h"

/* Could the caller remove the name by which he has opened the entry? */
static int fdstorefs_may_remove(struct file *file)
{
	struct fdstorefs_idmap *idmap = fdstorefs_file_idmap(file);
	struct dentry *parent = dget_parent(file->f_path.dentry);
	struct inode *dir = d_inode(parent);
	int err;

	err = inode_permission(idmap, dir, MAY_WRITE | MAY_EXEC);
	if (!err && check_sticky(idmap, dir, file_inode(file)))
		err = -EPERM;
	dput(parent);
	return err;
}

/**
 * fdstorefs_new_removal - prepare to remove the names of an entry
 * @file: the entry, as the caller has opened it
 *
 * Return: what fdstorefs_free_removal() frees; or an error pointer: -ENOMEM, or
 * -EACCES or -EPERM if the caller may not remove the name
 */
struct fdstorefs_removal *fdstorefs_new_removal(struct file *file)
{
	struct fdstorefs_removal *removal;
	int err;

	err = fdstorefs_may_remove(file);
	if (err)
		return ERR_PTR(err);
	removal = fdstorefs_zalloc(*removal, GFP_KERNEL_ACCOUNT);
	if (!removal)
		return ERR_PTR(-ENOMEM);
	removal->cred = get_current_cred();
	removal->idmap = fdstorefs_idmap_get(fdstorefs_file_idmap(file));
	return removal;
}

/**
 * fdstorefs_free_removal - undo fdstorefs_new_removal()
 * @removal: what that returned, or NULL
 */
void fdstorefs_free_removal(struct fdstorefs_removal *removal)
{
	if (!removal)
		return;
	put_cred(removal->cred);
	fdstorefs_idmap_put(removal->idmap);
	kfree(removal);
}

/* Return: true if there may be another name to remove. */
static bool fdstorefs_remove_alias(struct dentry *dentry, struct fdstorefs_removal *removal)
{
	struct dentry *parent = dget_parent(dentry);
	struct inode *dir = d_inode(parent);
	bool more = true;

	inode_lock_nested(dir, I_MUTEX_PARENT);
	if (dentry->d_parent == parent && !d_unhashed(dentry)) {
		/* For ->unlink(), under the lock that PUT takes, too. */
		dentry->d_fsdata = removal;
		more = !d_mountpoint(dentry) &&
		       !vfs_unlink(removal->idmap, dir, dentry, NULL);
		dentry->d_fsdata = NULL;
	}
	inode_unlock(dir);
	dput(parent);
	return more;
}

/**
 * fdstorefs_remove_names - remove the names of an entry that was emptied
 * @inode: the entry; the caller has a reference
 * @removal: on whose behalf, and since when the entry must have been empty
 */
void fdstorefs_remove_names(struct inode *inode, struct fdstorefs_removal *removal)
{
	const struct cred *own = override_creds(removal->cred);
	struct dentry *dentry;
	bool more;

	do {
		dentry = d_find_alias(inode);
		more = dentry && fdstorefs_remove_alias(dentry, removal);
		dput(dentry);
		cond_resched();
	} while (more);
	revert_creds(own);
}
