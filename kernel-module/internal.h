/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the module share. See entry.c for the locking.
 */
#ifndef FDSTOREFS_INTERNAL_H
#define FDSTOREFS_INTERNAL_H

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "compat.h"
#include "fdstorefs.h"

#define FDSTOREFS_DEFAULT_MODE	0755
#define FDSTOREFS_DEFAULT_MAX	4096
/* The root directory; the numbers of all others follow and are never reused. */
#define FDSTOREFS_ROOT_INO	1

/**
 * struct fdstorefs_options - what a mount was given
 * @mode: of the root directory
 * @uid: of the root directory
 * @gid: of the root directory
 * @max: how many inodes and additional hard links the store may hold
 */
struct fdstorefs_options {
	umode_t		mode;
	kuid_t		uid;
	kgid_t		gid;
	unsigned int	max;
};

/**
 * struct fdstorefs_super - a store
 * @opts: as mounted; @opts.max is guarded by @lock, the rest never changes
 * @lock: nests in struct fdstorefs_inode.lock, nothing nests in it but i_lock
 * @used: how much of @opts.max is taken; guarded by @lock
 * @filled: the filled entries; guarded by @lock
 * @next_ino: the number of the next inode
 */
struct fdstorefs_super {
	struct fdstorefs_options	opts;
	spinlock_t			lock;
	unsigned int			used;
	struct list_head		filled;
	atomic64_t			next_ino;
};

/**
 * struct fdstorefs_inode - any inode of a store; entries use the other fields
 * @vfs_inode: the inode
 * @lock: guards @stored, @put_time, @dead
 * @dead: the last name is gone, so nothing may be stored any more
 * @stored: the open file description that the entry holds, or NULL
 * @put_time: when @stored was put, in ns since the epoch
 * @filled: member of struct fdstorefs_super.filled while @stored is set;
 *	guarded by the lock there
 * @wait: who polls the entry
 */
struct fdstorefs_inode {
	struct inode		vfs_inode;
	spinlock_t		lock;
	bool			dead;
	struct file		*stored;
	u64			put_time;
	struct list_head	filled;
	wait_queue_head_t	wait;
};

static inline struct fdstorefs_super *fdstorefs_sb(struct super_block *sb)
{
	return sb->s_fs_info;
}

static inline struct fdstorefs_inode *fdstorefs_i(struct inode *inode)
{
	return container_of(inode, struct fdstorefs_inode, vfs_inode);
}

/* mount.c */
extern struct file_system_type fdstorefs_type;

/* super.c */
int fdstorefs_fill_super(struct super_block *sb,
			 const struct fdstorefs_options *opts);
void fdstorefs_kill_sb(struct super_block *sb);
int fdstorefs_init_inode_cache(void);
void fdstorefs_destroy_inode_cache(void);

/* limits.c */
int fdstorefs_charge(struct fdstorefs_super *fsi);
void fdstorefs_uncharge(struct fdstorefs_super *fsi);
int fdstorefs_set_max(struct fdstorefs_super *fsi, unsigned int max);

/* inode.c */
struct inode *fdstorefs_new_inode(struct fdstorefs_idmap *idmap, struct inode *dir,
				  umode_t mode, dev_t dev);
struct inode *fdstorefs_new_root(struct super_block *sb);

/* names.c */
extern const struct inode_operations fdstorefs_dir_iops;

/* entry.c */
void fdstorefs_entry_init(struct fdstorefs_inode *entry);
int fdstorefs_entry_put(struct inode *inode, struct file *file, bool replace);
struct file *fdstorefs_entry_get(struct inode *inode);
void fdstorefs_entry_empty(struct inode *inode);
void fdstorefs_entry_empty_of(struct inode *inode, struct file *file);
void fdstorefs_entry_bury(struct inode *inode);
void fdstorefs_drain(struct fdstorefs_super *fsi);

/* verbs.c */
long fdstorefs_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/* look.c */
ssize_t fdstorefs_read(struct file *file, char __user *buf, size_t len,
		       loff_t *pos);
__poll_t fdstorefs_poll(struct file *file, struct poll_table_struct *pt);
void fdstorefs_show_fdinfo(struct seq_file *m, struct file *file);

/* kinds.c */
int fdstorefs_may_store(struct file *file);

#endif /* FDSTOREFS_INTERNAL_H */
