/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the module share. See entry.c for the locking of entries,
 * watch.c for that of watches, and close.c for how released files are closed.
 */
#ifndef FDSTOREFS_INTERNAL_H
#define FDSTOREFS_INTERNAL_H

#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "fdstorefs.h"
#include "watch.h"

#define FDSTOREFS_DEFAULT_MODE	0755
#define FDSTOREFS_DEFAULT_MAX	4096
#define FDSTOREFS_NO_MAXUSER	UINT_MAX
/* The root directory; the numbers of all others follow. */
#define FDSTOREFS_ROOT_INO	1

struct fdstorefs_allowance;
struct fdstorefs_share;

/* Why a stored file was released, as the tracepoint fdstorefs_drop reports. */
enum fdstorefs_reason {
	FDSTOREFS_UNLINK,	/* the last name was removed or renamed over */
	FDSTOREFS_TRUNCATE,	/* truncate(2) or O_TRUNC */
	FDSTOREFS_REPLACE,	/* another file was put in its place */
	FDSTOREFS_HANGUP,	/* FDSTOREFS_PUT_HANGUP */
	FDSTOREFS_ANCHOR,	/* anchor_fd of the put, or anchor= of the mount */
	FDSTOREFS_UMOUNT,	/* umount -f */
	FDSTOREFS_DRAIN,	/* the administrator */
	FDSTOREFS_EVICT,	/* the store ended, or an unnamed entry was closed */
};

/* What ends a store before its last unmount. */
enum fdstorefs_anchor {
	FDSTOREFS_ANCHOR_NONE,		/* nothing, and nothing was asked for */
	FDSTOREFS_ANCHOR_REFUSED,	/* nothing, by noanchor */
	FDSTOREFS_ANCHOR_INIT,		/* the init of the mounter's pid namespace */
	FDSTOREFS_ANCHOR_FD,		/* anchor= */
};

/**
 * struct fdstorefs_options - what a mount was given
 * @mode: of the root directory
 * @uid: of the root directory
 * @gid: of the root directory
 * @max: how many inodes and additional hard links the store may hold
 * @maxuser: how many entries any one uid may have filled; FDSTOREFS_NO_MAXUSER:
 *	no limit
 * @anchor: what is to end the store
 * @init_too: the init of the mounter's pid namespace shall end it, too
 * @anchor_file: a reference, if @anchor is FDSTOREFS_ANCHOR_FD and while
 *	mounting
 */
struct fdstorefs_options {
	umode_t			mode;
	kuid_t			uid;
	kgid_t			gid;
	unsigned int		max;
	unsigned int		maxuser;
	enum fdstorefs_anchor	anchor;
	bool			init_too;
	struct file		*anchor_file;
};

/*
 * The closers of a store: the first, up to three more, and one for files whose
 * close others may wait for, and which never waits itself; see close.c.
 */
enum {
	FDSTOREFS_CLOSER_FIRST,
	FDSTOREFS_CLOSER_LAST = 3,
	FDSTOREFS_CLOSER_URGENT,
	FDSTOREFS_CLOSERS,
};

/* No puts while more files than max= plus this wait to be closed. */
#define FDSTOREFS_CLOSING_SLACK	64

/**
 * struct fdstorefs_closer - closes files that a store has released
 * @work: closes one file after another
 * @queue: where it runs
 * @fsi: the store
 * @files: what it closes; guarded by the store's lock
 * @busy: @work is queued or runs, and holds a reference to @fsi; guarded by
 *	the store's lock
 */
struct fdstorefs_closer {
	struct work_struct	work;
	struct workqueue_struct	*queue;
	struct fdstorefs_super	*fsi;
	struct list_head	*files;
	bool			busy;
};

/**
 * struct fdstorefs_removal - how to remove the names of an entry; see remove.c
 * @cred: of whoever put
 * @idmap: of the mount through which he came
 * @since: the entry's order when it was emptied, if its names have to be
 *	removed: then there are references to the inode and its superblock;
 *	else 0
 */
struct fdstorefs_removal {
	const struct cred	*cred;
	struct fdstorefs_idmap	*idmap;
	u64			since;
};

/**
 * struct fdstorefs_super - a store
 * @ref: how many refer to it; the superblock is one
 * @admin: /sys/fs/fdstorefs/MAJOR:MINOR
 * @shown_name: MAJOR:MINOR
 * @is_shown: whether that file is there; of the mount and its end alone, as are
 *	@admin and @shown_name
 * @opts: as mounted; @opts.max is guarded by @lock, the rest never changes
 * @lock: nests in struct fdstorefs_inode.lock and in that of a watch; nothing
 *	nests in it but i_lock, and leaf locks of limits.c and of wait queues
 * @sb: the superblock until it begins to end, then NULL; guarded by @lock
 * @used: how much of @opts.max is used; guarded by @lock
 * @filled: the filled entries, in the order of their puts; guarded by @lock
 * @nr_filled: how many entries that is; guarded by @lock
 * @order: the place of the last one in @filled; guarded by @lock
 * @sealed: nothing may be put any more; guarded by @lock
 * @anchors: the watches that seal and drain the store, each may be NULL;
 *	guarded by @lock
 * @nr_anchors: the size of @anchors; never changes once it is set
 * @watches: the watches of entries, by what they watch; guarded by @lock
 * @shares: who has filled how many entries, if @opts.maxuser limits that;
 *	guarded by @lock
 * @allowance: what the store and everything in it counts against; NULL in the
 *	initial user namespace
 * @wakers: look at the watches of entries, and of the store, after a wake-up
 * @closing: what was released and waits for one of @closers; guarded by @lock
 * @urgent: the same, for files whose close others may wait for; guarded by
 *	@lock
 * @nr_closing: how many files these are, including those that are being closed;
 *	guarded by @lock
 * @closers: close what was released
 * @lingers: the superblock has ended, and some files are not closed yet: until
 *	they are, the module cannot be unloaded; guarded by @lock
 * @closed: waiters for @nr_closing to become 0
 * @seal_wait: pollers of any entry, which sealing wakes up
 * @next_ino: the number of the last inode
 * @puts: the number of the last put
 */
struct fdstorefs_super {
	struct kref			ref;
	struct kobj_attribute		admin;
	char				shown_name[24];
	bool				is_shown;
	struct fdstorefs_options	opts;
	spinlock_t			lock;
	struct super_block		*sb FDSTOREFS_GUARDED_BY(&lock);
	unsigned int			used FDSTOREFS_GUARDED_BY(&lock);
	struct list_head		filled FDSTOREFS_GUARDED_BY(&lock);
	unsigned int			nr_filled FDSTOREFS_GUARDED_BY(&lock);
	u64				order FDSTOREFS_GUARDED_BY(&lock);
	bool				sealed FDSTOREFS_GUARDED_BY(&lock);
	struct fdstorefs_watch		**anchors FDSTOREFS_GUARDED_BY(&lock);
	unsigned int			nr_anchors;
	struct rb_root			watches FDSTOREFS_GUARDED_BY(&lock);
	struct rb_root			shares FDSTOREFS_GUARDED_BY(&lock);
	struct fdstorefs_allowance	*allowance;
	struct fdstorefs_waker		wakers[FDSTOREFS_WAKERS];
	struct list_head		closing FDSTOREFS_GUARDED_BY(&lock);
	struct list_head		urgent FDSTOREFS_GUARDED_BY(&lock);
	unsigned int			nr_closing FDSTOREFS_GUARDED_BY(&lock);
	struct fdstorefs_closer		closers[FDSTOREFS_CLOSERS];
	bool				lingers FDSTOREFS_GUARDED_BY(&lock);
	wait_queue_head_t		closed;
	wait_queue_head_t		seal_wait;
	atomic64_t			next_ino;
	atomic64_t			puts;
};

/**
 * struct fdstorefs_held - everything that belongs to one PUT; it moves as a
 * whole
 * @file: a reference to the stored file
 * @put_time: when, in ns since the epoch
 * @inode: the entry that holds it
 * @share: whose share of the entries it counts against, or NULL
 * @closing: member of struct fdstorefs_super.closing
 * @number: of the put, among all puts of its store
 * @cost: what it counts against the store's allowance: 1, and 1 for an anchor
 * @flags: FDSTOREFS_PUT_*
 * @removal: if @flags ask to remove the entry's names, too; else NULL
 * @nr_ties: how many @ties there are
 * @urgent: its close must wait for no other
 * @ties: to the watches that will empty the entry
 */
struct fdstorefs_held {
	struct file		*file;
	u64			put_time;
	struct inode		*inode;
	struct fdstorefs_share	*share;
	struct list_head	closing;
	u64			number;
	struct fdstorefs_removal *removal;
	u8			flags;
	u8			cost;
	u8			nr_ties;
	bool			urgent;
	struct fdstorefs_tie	ties[];
};

/**
 * struct fdstorefs_inode - any inode of a store; entries use the other fields
 * @vfs_inode: the inode
 * @lock: guards @dead, and @held against change; to change @held takes the
 *	store's lock, too
 * @dead: the last name is gone, so nothing may be stored any more
 * @charged: it counts against max=, as every inode but the root does; never
 *	changes
 * @held: what the entry holds, or NULL
 * @file: its file, for GET alone, which takes no lock, as fget() takes none;
 *	changed together with @held
 * @filled: member of struct fdstorefs_super.filled while @held is set;
 *	guarded by the lock there
 * @order: the place of @filled in that list; guarded by the lock there
 * @wait: pollers of the entry
 */
struct fdstorefs_inode {
	struct inode		vfs_inode;
	spinlock_t		lock;
	bool			dead FDSTOREFS_GUARDED_BY(&lock);
	bool			charged;
	struct fdstorefs_held	*held FDSTOREFS_GUARDED_BY(&lock);
	struct file __rcu	*file;
	struct list_head	filled;
	u64			order;
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

/**
 * fdstorefs_entry_get - what an entry holds
 * @inode: the entry
 *
 * Return: a reference to the stored file, or NULL if the entry is empty.
 */
static inline struct file *fdstorefs_entry_get(struct inode *inode)
{
	struct file *file;

	/*
	 * What was taken is what the entry held at that moment: the pointer is
	 * read again when the reference is there. Whoever empties the entry
	 * gives up the reference of the store only afterwards.
	 */
	rcu_read_lock();
	file = fdstorefs_get_file_rcu(&fdstorefs_i(inode)->file);
	rcu_read_unlock();
	return file;
}

void fdstorefs_super_release(struct kref *ref);

static inline void fdstorefs_super_get(struct fdstorefs_super *fsi)
{
	kref_get(&fsi->ref);
}

static inline void fdstorefs_super_put(struct fdstorefs_super *fsi)
{
	kref_put(&fsi->ref, fdstorefs_super_release);
}

/**
 * fdstorefs_pin - keep a store from ending
 * @fsi: the store
 *
 * Return: its superblock, for deactivate_super(); NULL if it is ending already
 */
static inline struct super_block *fdstorefs_pin(struct fdstorefs_super *fsi)
{
	struct super_block *sb;

	spin_lock(&fsi->lock);
	sb = fsi->sb;
	if (sb && !atomic_inc_not_zero(&sb->s_active))
		sb = NULL;
	spin_unlock(&fsi->lock);
	return sb;
}

/**
 * fdstorefs_fput - give up a reference to a file that may be the last one
 * @file: the file
 *
 * A kernel thread closes the file at once. Otherwise the file would be closed
 * only after everything that other kernel threads have left for later.
 */
static inline void fdstorefs_fput(struct file *file)
{
	if (current->flags & PF_KTHREAD)
		__fput_sync(file);
	else
		fput(file);
}

/* mount.c */
extern struct file_system_type fdstorefs_type;

/* super.c */
int fdstorefs_fill_super(struct super_block *sb,
			 const struct fdstorefs_options *opts);
void fdstorefs_await_stores(void);
void fdstorefs_kill_sb(struct super_block *sb);
int fdstorefs_init_inode_cache(void);
void fdstorefs_destroy_inode_cache(void);

/* anchor.c */
int fdstorefs_anchor(struct fdstorefs_super *fsi,
		     const struct fdstorefs_options *opts);
void fdstorefs_unanchor(struct fdstorefs_super *fsi);
const char *fdstorefs_anchor_name(enum fdstorefs_anchor anchor);

/* limits.c */
int fdstorefs_charge(struct fdstorefs_super *fsi);
void fdstorefs_uncharge(struct fdstorefs_super *fsi);
int fdstorefs_set_max(struct fdstorefs_super *fsi, unsigned int max);
int fdstorefs_allow(struct fdstorefs_super *fsi, struct user_namespace *ns);
void fdstorefs_disallow(struct fdstorefs_super *fsi);
void fdstorefs_forget_allowance(struct fdstorefs_super *fsi);
bool fdstorefs_take_turn(struct fdstorefs_super *fsi);
void fdstorefs_give_turn(struct fdstorefs_super *fsi);
void fdstorefs_linger(struct fdstorefs_super *fsi, bool on);
bool fdstorefs_others_linger(const struct fdstorefs_super *fsi);
int fdstorefs_find_share(struct fdstorefs_super *fsi, struct fdstorefs_held *held);
void fdstorefs_forget_share(struct fdstorefs_super *fsi, struct fdstorefs_held *held);
int fdstorefs_pay(struct fdstorefs_super *fsi, struct fdstorefs_held *held,
		  struct fdstorefs_held *replaced);
void fdstorefs_pay_back(struct fdstorefs_super *fsi, struct fdstorefs_held *held);

/* inode.c */
struct inode *fdstorefs_new_inode(struct fdstorefs_idmap *idmap,
				  struct inode *dir, const struct qstr *name,
				  umode_t mode, dev_t dev);
struct inode *fdstorefs_new_root(struct super_block *sb);
int fdstorefs_setattr(struct fdstorefs_idmap *idmap, struct dentry *dentry,
		      struct iattr *attr);

/* xattr.c */
int fdstorefs_set_acl(struct fdstorefs_idmap *idmap,
		      struct fdstorefs_acl_owner *owner, struct posix_acl *acl,
		      int type);
int fdstorefs_init_security(struct inode *inode, struct inode *dir,
			    const struct qstr *name);
ssize_t fdstorefs_listxattr(struct dentry *dentry, char *list, size_t size);
extern const struct xattr_handler *FDSTOREFS_HANDLER_CONST fdstorefs_xattr_handlers[];

/* names.c */
extern const struct inode_operations fdstorefs_dir_iops;

/* entry.c */
void fdstorefs_entry_init(struct fdstorefs_inode *entry);
int fdstorefs_entry_put(struct inode *inode, struct fdstorefs_held **held,
			bool replace);
void fdstorefs_entry_drop(struct inode *inode, enum fdstorefs_reason reason);
void fdstorefs_entry_drop_put(struct inode *inode, u64 number, bool anchored);
void fdstorefs_entry_taken(struct inode *inode, const struct file *file);
bool fdstorefs_entry_unused_since(struct inode *inode, u64 since);
void fdstorefs_entry_bury(struct inode *inode, enum fdstorefs_reason reason);
void fdstorefs_drain(struct fdstorefs_super *fsi, enum fdstorefs_reason reason);
void fdstorefs_seal(struct fdstorefs_super *fsi);

/* remove.c */
struct fdstorefs_removal *fdstorefs_new_removal(struct file *file);
void fdstorefs_free_removal(struct fdstorefs_removal *removal);
void fdstorefs_remove_names(struct inode *inode, struct fdstorefs_removal *removal);

/* close.c */
void fdstorefs_prepare_closers(struct fdstorefs_super *fsi);
void fdstorefs_release(struct fdstorefs_super *fsi, struct fdstorefs_held *held);
void fdstorefs_release_later(struct fdstorefs_super *fsi,
			     struct fdstorefs_held *held);
void fdstorefs_await_closes(struct fdstorefs_super *fsi);
void fdstorefs_close_beyond(struct fdstorefs_super *fsi);
int fdstorefs_start_closing(void);
void fdstorefs_stop_closing(void);

/* verbs.c */
long fdstorefs_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/* look.c */
ssize_t fdstorefs_read(struct file *file, char __user *buf, size_t len,
		       loff_t *pos);
__poll_t fdstorefs_poll(struct file *file, struct poll_table_struct *pt);
void fdstorefs_show_fdinfo(struct seq_file *m, struct file *file);

/* kinds.c */
int fdstorefs_may_store(struct file *file);
int fdstorefs_may_watch(struct file *file);
__poll_t fdstorefs_odd_keys(const struct file *file);
int fdstorefs_may_anchor(struct file *file);
bool fdstorefs_is_urgent(const struct file *file);
const char *fdstorefs_anchor_kind(const struct file *file);

/* admin.c */
int fdstorefs_admin_init(void);
void fdstorefs_admin_exit(void);
int fdstorefs_admin_add(struct fdstorefs_super *fsi);
void fdstorefs_admin_del(struct fdstorefs_super *fsi);

#endif /* FDSTOREFS_INTERNAL_H */
