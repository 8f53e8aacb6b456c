// SPDX-License-Identifier: GPL-2.0
/*
 * The superblock: how a store is made, what it shows of itself, how it ends.
 */
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/statfs.h>
#include <linux/wait_bit.h>

#include "internal.h"

static struct kmem_cache *fdstorefs_inode_cache;

static struct inode *fdstorefs_alloc_inode(struct super_block *sb)
{
	struct fdstorefs_inode *entry;

	entry = alloc_inode_sb(sb, fdstorefs_inode_cache, GFP_KERNEL);
	if (!entry)
		return NULL;
	fdstorefs_entry_init(entry);
	return &entry->vfs_inode;
}

static void fdstorefs_free_inode(struct inode *inode)
{
	if (S_ISLNK(inode->i_mode))
		kfree(inode->i_link);
	kmem_cache_free(fdstorefs_inode_cache, fdstorefs_i(inode));
}

/*
 * Reached with a file still stored when an O_TMPFILE entry is closed without
 * ever having had a name, and when the store ends.
 */
static void fdstorefs_evict_inode(struct inode *inode)
{
	fdstorefs_entry_bury(inode, FDSTOREFS_EVICT);
	clear_inode(inode);
	if (fdstorefs_i(inode)->charged)
		fdstorefs_uncharge(fdstorefs_sb(inode->i_sb));
}

static int fdstorefs_statfs(struct dentry *dentry, struct kstatfs *buf)
{
	struct fdstorefs_super *fsi = fdstorefs_sb(dentry->d_sb);
	int err;

	err = simple_statfs(dentry, buf);
	if (err)
		return err;

	spin_lock(&fsi->lock);
	buf->f_files = fsi->opts.max;
	buf->f_ffree = fsi->opts.max - fsi->used;
	spin_unlock(&fsi->lock);
	buf->f_fsid = u64_to_fsid(huge_encode_dev(dentry->d_sb->s_dev));
	return 0;
}

static int fdstorefs_show_options(struct seq_file *m, struct dentry *root)
{
	const struct fdstorefs_options *opts = &fdstorefs_sb(root->d_sb)->opts;
	const char *anchor = fdstorefs_anchor_name(opts->anchor);
	struct user_namespace *ns = root->d_sb->s_user_ns;

	seq_printf(m, ",mode=%o,uid=%u,gid=%u,max=%u", opts->mode,
		   from_kuid_munged(ns, opts->uid),
		   from_kgid_munged(ns, opts->gid), READ_ONCE(opts->max));
	if (opts->maxuser != FDSTOREFS_NO_MAXUSER)
		seq_printf(m, ",maxuser=%u", opts->maxuser);
	if (anchor)
		seq_printf(m, ",%s", anchor);
	return 0;
}

/*
 * umount -f: release every stored file at once, so that the operator need not
 * first find out who keeps the mount busy. Whoever still has an entry open may
 * fill it again: then the unmount itself fails with EBUSY, and the store stays.
 */
static void fdstorefs_umount_begin(struct super_block *sb)
{
	fdstorefs_drain(fdstorefs_sb(sb), FDSTOREFS_UMOUNT);
	fdstorefs_await_closes(fdstorefs_sb(sb));
}

static const struct super_operations fdstorefs_super_ops = {
	.alloc_inode	= fdstorefs_alloc_inode,
	.free_inode	= fdstorefs_free_inode,
	.evict_inode	= fdstorefs_evict_inode,
	.statfs		= fdstorefs_statfs,
	.show_options	= fdstorefs_show_options,
	.umount_begin	= fdstorefs_umount_begin,
};

/* How many stores exist; a store may outlive its superblock for a moment. */
static atomic_t fdstorefs_stores = ATOMIC_INIT(0);

/**
 * fdstorefs_super_release - free a store that nobody refers to any more
 * @ref: its reference count
 *
 * Nobody else has it, so no lock is needed, as in a constructor.
 */
FDSTOREFS_CONSTRUCTOR
void fdstorefs_super_release(struct kref *ref)
{
	struct fdstorefs_super *fsi = container_of(ref, struct fdstorefs_super,
						   ref);

	fdstorefs_forget_allowance(fsi);
	kfree(fsi->anchors);
	kfree(fsi);
	if (atomic_dec_and_test(&fdstorefs_stores))
		wake_up_var(&fdstorefs_stores);
}

/**
 * fdstorefs_await_stores - wait until no store is left
 *
 * When all superblocks are gone, only works hold stores: closers, until the
 * last file is closed, and wakers. They may still be returning after this, so
 * their queues must be destroyed next.
 */
void fdstorefs_await_stores(void)
{
	wait_var_event(&fdstorefs_stores, !atomic_read(&fdstorefs_stores));
}

/**
 * fdstorefs_fill_super - make an empty store
 * @sb: the superblock of the new mount
 * @opts: its options
 *
 * Return: 0, -ENOMEM, -ETOOMANYREFS if the allowance of the user namespace is
 * used up, -EPIPE if the anchor has fired already;
 * fdstorefs_kill_sb() cleans up either way.
 */
FDSTOREFS_CONSTRUCTOR
int fdstorefs_fill_super(struct super_block *sb,
			 const struct fdstorefs_options *opts)
{
	struct fdstorefs_super *fsi;
	struct inode *root;
	int err;

	fsi = fdstorefs_zalloc(*fsi, GFP_KERNEL_ACCOUNT);
	if (!fsi)
		return -ENOMEM;
	atomic_inc(&fdstorefs_stores);
	kref_init(&fsi->ref);
	fsi->opts = *opts;
	fsi->opts.anchor_file = NULL;
	fsi->sb = sb;
	spin_lock_init(&fsi->lock);
	init_waitqueue_head(&fsi->seal_wait);
	fsi->shares = RB_ROOT;
	fdstorefs_prepare_watching(fsi);
	fdstorefs_prepare_closers(fsi);
	INIT_LIST_HEAD(&fsi->filled);
	atomic64_set(&fsi->next_ino, FDSTOREFS_ROOT_INO);
	sb->s_fs_info = fsi;

	err = fdstorefs_allow(fsi, sb->s_user_ns);
	if (err)
		return err;

	sb->s_maxbytes = MAX_LFS_FILESIZE;
	sb->s_blocksize = PAGE_SIZE;
	sb->s_blocksize_bits = PAGE_SHIFT;
	sb->s_magic = FDSTOREFS_SUPER_MAGIC;
	sb->s_op = &fdstorefs_super_ops;
	sb->s_xattr = fdstorefs_xattr_handlers;
	sb->s_flags |= SB_POSIXACL;
	sb->s_time_gran = 1;
	/*
	 * Nothing here is a program, and whoever can create names must not be
	 * able to make device nodes that open. Set-user-ID bits mean nothing
	 * where nothing executes.
	 */
	sb->s_iflags |= SB_I_NODEV | SB_I_NOEXEC;
	/*
	 * A file system stacked on a store would hold the store's mount, and a
	 * stored file may hold the mount of that file system: refuse stacking.
	 */
	sb->s_stack_depth = FILESYSTEM_MAX_STACK_DEPTH;

	root = fdstorefs_new_root(sb);
	if (!root)
		return -ENOMEM;
	sb->s_root = d_make_root(root);
	if (!sb->s_root)
		return -ENOMEM;
	err = fdstorefs_admin_add(fsi);
	if (err)
		return err;
	err = fdstorefs_anchor(fsi, opts);
	if (err)
		return err;
	return 0;
}

/**
 * fdstorefs_kill_sb - end a store whose last mount is gone
 * @sb: the superblock
 *
 * Evicting the inodes releases what is stored. Works close it, without locks,
 * so a stored file that is itself the last holder of some other mount cannot
 * deadlock with this one. These works, a watch or the administrator may hold
 * the struct fdstorefs_super for a while, but find no superblock in it.
 */
void fdstorefs_kill_sb(struct super_block *sb)
{
	struct fdstorefs_super *fsi = fdstorefs_sb(sb);

	if (fsi) {
		spin_lock(&fsi->lock);
		fsi->sb = NULL;
		spin_unlock(&fsi->lock);
		fdstorefs_unanchor(fsi);
		fdstorefs_admin_del(fsi);
	}
	fdstorefs_kill_persistent_super(sb);
	if (fsi) {
		fdstorefs_await_closes(fsi);
		fdstorefs_close_beyond(fsi);
		fdstorefs_disallow(fsi);
		fdstorefs_super_put(fsi);
	}
}

static void fdstorefs_init_once(void *p)
{
	struct fdstorefs_inode *entry = p;

	inode_init_once(&entry->vfs_inode);
}

/**
 * fdstorefs_init_inode_cache - make the cache, before the first mount
 *
 * No SLAB_RECLAIM_ACCOUNT, since names pin the inodes. SLAB_ACCOUNT charges
 * them to the memory cgroup of whoever creates them.
 *
 * Return: 0 or -ENOMEM
 */
int __init fdstorefs_init_inode_cache(void)
{
	fdstorefs_inode_cache =
		kmem_cache_create("fdstorefs_inode_cache",
				  sizeof(struct fdstorefs_inode), 0,
				  SLAB_ACCOUNT, fdstorefs_init_once);
	return fdstorefs_inode_cache ? 0 : -ENOMEM;
}

/**
 * fdstorefs_destroy_inode_cache - remove the cache, after the last unmount
 */
void fdstorefs_destroy_inode_cache(void)
{
	/* The VFS frees inodes by RCU: wait for those that it is freeing. */
	rcu_barrier();
	kmem_cache_destroy(fdstorefs_inode_cache);
}
