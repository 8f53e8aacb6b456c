// SPDX-License-Identifier: GPL-2.0
/*
 * Extended attributes: POSIX ACLs and the security module's labels. We store
 * neither. An ACL lives in the inode's own ACL cache, which an inode in memory
 * never loses; a label lives in what the security module keeps with the inode.
 * There are no user.* and trusted.* attributes.
 */
#include <linux/fs.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/xattr.h>

#include "internal.h"

/*
 * Keep a copy of @acl, which may be NULL, with @inode. The VFS charges nobody
 * for an ACL, which can have 64 KiB. Without the copy, thousands of them in a
 * store would be a way out of a memory cgroup.
 */
static int fdstorefs_keep_acl(struct inode *inode, int type,
			      const struct posix_acl *acl)
{
	struct posix_acl *copy = NULL;

	if (acl) {
		copy = kmemdup(acl, struct_size(acl, a_entries, acl->a_count),
			       GFP_KERNEL_ACCOUNT);
		if (!copy)
			return -ENOMEM;
		refcount_set(&copy->a_refcount, 1);
	}
	set_cached_acl(inode, type, copy);
	posix_acl_release(copy);
	return 0;
}

/**
 * fdstorefs_set_acl - set or remove an ACL of anything but a symbolic link
 * @idmap: of the mount through which the caller came
 * @owner: the dentry, on old kernels the inode
 * @acl: the ACL; NULL removes it
 * @type: ACL_TYPE_ACCESS or ACL_TYPE_DEFAULT
 *
 * The VFS has checked that the caller owns the inode, and that only a directory
 * gets a default ACL.
 *
 * Return: 0, -ENOMEM, or -EINVAL for an invalid ACL
 */
int fdstorefs_set_acl(struct fdstorefs_idmap *idmap,
		      struct fdstorefs_acl_owner *owner, struct posix_acl *acl,
		      int type)
{
	struct inode *inode = fdstorefs_acl_inode(owner);
	umode_t mode = inode->i_mode;
	int err;

	if (type == ACL_TYPE_ACCESS) {
		/*
		 * An ACL that says no more than mode bits do becomes mode bits;
		 * a caller who is not in the group loses the set-group-ID bit.
		 */
		err = posix_acl_update_mode(idmap, inode, &mode, &acl);
		if (err)
			return err;
	}
	err = fdstorefs_keep_acl(inode, type, acl);
	if (err)
		return err;
	inode->i_mode = mode;
	fdstorefs_touch_ctime(inode);
	return 0;
}

/* The inode has its label already, and there is nowhere else to keep it. */
static int fdstorefs_keep_no_label(struct inode *inode,
				   const struct xattr *labels, void *unused)
{
	return 0;
}

/**
 * fdstorefs_init_security - give a new inode its first ACLs and label
 * @inode: the inode; it has its mode, and no name yet
 * @dir: its directory, which may have a default ACL
 * @name: its name there, or NULL if it gets none now
 *
 * Without a default ACL this removes the umask from the mode, which the VFS
 * leaves to file systems that have ACLs.
 *
 * Return: 0, -ENOMEM, or the security module's error
 */
int fdstorefs_init_security(struct inode *inode, struct inode *dir,
			    const struct qstr *name)
{
	struct posix_acl *dflt, *access;
	int err;

	err = posix_acl_create(dir, &inode->i_mode, &dflt, &access);
	if (err)
		return err;
	/* Even if it is NULL: the cache must know that there is none. */
	set_cached_acl(inode, ACL_TYPE_DEFAULT, dflt);
	err = fdstorefs_keep_acl(inode, ACL_TYPE_ACCESS, access);
	posix_acl_release(dflt);
	posix_acl_release(access);
	if (err)
		return err;

	err = security_inode_init_security(inode, dir, name,
					   fdstorefs_keep_no_label, NULL);
	return err == -EOPNOTSUPP ? 0 : err;
}

/* Add @name and its NUL to the list; -ERANGE if there is no room for it. */
static int fdstorefs_list_name(const char *name, char *list, size_t size,
			       size_t *used)
{
	size_t len = strlen(name) + 1;

	if (list) {
		if (len > size - *used)
			return -ERANGE;
		memcpy(list + *used, name, len);
	}
	*used += len;
	return 0;
}

static int fdstorefs_list_acl(struct inode *inode, int type, const char *name,
			      char *list, size_t size, size_t *used)
{
	struct posix_acl *acl = get_cached_acl(inode, type);

	if (IS_ERR_OR_NULL(acl))
		return 0;
	posix_acl_release(acl);
	return fdstorefs_list_name(name, list, size, used);
}

/**
 * fdstorefs_listxattr - listxattr(2)
 * @dentry: of any inode
 * @list: where to put the names; NULL to ask for the size only
 * @size: how much fits
 *
 * Return: the size of the list, or -ERANGE
 */
ssize_t fdstorefs_listxattr(struct dentry *dentry, char *list, size_t size)
{
	struct inode *inode = d_inode(dentry);
	size_t used = 0;
	int err;

	err = fdstorefs_list_acl(inode, ACL_TYPE_ACCESS,
				 XATTR_NAME_POSIX_ACL_ACCESS, list, size, &used);
	if (err)
		return err;
	err = fdstorefs_list_acl(inode, ACL_TYPE_DEFAULT,
				 XATTR_NAME_POSIX_ACL_DEFAULT, list, size, &used);
	if (err)
		return err;
	err = fdstorefs_list_labels(inode, list, size, &used);
	return err ? err : used;
}

/*
 * The VFS reads a label from the security module, and calls this only if that
 * has none.
 */
static int fdstorefs_get_label(const struct xattr_handler *handler,
			       struct dentry *dentry, struct inode *inode,
			       const char *name, void *value, size_t size)
{
	return -EOPNOTSUPP;
}

/*
 * -EAGAIN makes the VFS hand the label to the security module, which knows what
 * it supports. The VFS does not do so when a label is removed.
 */
static int fdstorefs_set_label(const struct xattr_handler *handler,
			       struct fdstorefs_idmap *idmap,
			       struct dentry *dentry, struct inode *inode,
			       const char *name, const void *value,
			       size_t size, int flags)
{
	if (!value)
		return -EOPNOTSUPP;
	fdstorefs_touch_ctime(inode);
	return -EAGAIN;
}

static const struct xattr_handler fdstorefs_label_handler = {
	.prefix	= XATTR_SECURITY_PREFIX,
	.get	= fdstorefs_get_label,
	.set	= fdstorefs_set_label,
};

const struct xattr_handler *FDSTOREFS_HANDLER_CONST fdstorefs_xattr_handlers[] = {
	FDSTOREFS_ACL_HANDLERS
	&fdstorefs_label_handler,
	NULL
};
