/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The only place that knows how kernels differ. Everything else is written for
 * the newest kernel; probes.sh finds out what this one offers. Nothing here has
 * a name that newer kernels use, because a stable kernel may gain that name.
 */
#ifndef FDSTOREFS_COMPAT_H
#define FDSTOREFS_COMPAT_H

#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <linux/proc_ns.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include <linux/xattr.h>

/*
 * Which lock guards a member. Clang checks this with the headers of a new
 * kernel ("make check"); elsewhere these are only comments.
 *
 * FDSTOREFS_GUARDED_BY() marks a member. FDSTOREFS_PEEK() reads it without the
 * lock. FDSTOREFS_CONSTRUCTOR marks a function that sets up something that nobody
 * else knows yet.
 */
#ifdef __guarded_by
#define FDSTOREFS_GUARDED_BY(lock)	__guarded_by(lock)
/* Read without its lock: out of date at worst, which is good enough for a report. */
#define FDSTOREFS_PEEK(member)		context_unsafe(READ_ONCE(member))
#define FDSTOREFS_CONSTRUCTOR		__no_context_analysis
#else
#define FDSTOREFS_GUARDED_BY(lock)
#define FDSTOREFS_PEEK(member)		READ_ONCE(member)
#define FDSTOREFS_CONSTRUCTOR
#endif

#ifdef FDSTOREFS_HAS_KZALLOC_OBJ
#define fdstorefs_zalloc(object, flags)	kzalloc_obj(object, flags)
#else
#define fdstorefs_zalloc(object, flags)	kzalloc(sizeof(object), flags)
#endif

/* struct fdstorefs_idmap: how the mount through which a call came maps ids. */
#ifdef FDSTOREFS_HAS_MNT_IDMAP
#define fdstorefs_idmap			mnt_idmap
#define fdstorefs_file_idmap(file)	file_mnt_idmap(file)
#define fdstorefs_idmap_get(idmap)	mnt_idmap_get(idmap)
#define fdstorefs_idmap_put(idmap)	mnt_idmap_put(idmap)
#else
#define fdstorefs_idmap			user_namespace
#define fdstorefs_file_idmap(file)	file_mnt_user_ns(file)
#define fdstorefs_idmap_get(idmap)	get_user_ns(idmap)
#define fdstorefs_idmap_put(idmap)	put_user_ns(idmap)
#endif

#ifdef FDSTOREFS_HAS_INODE_TIME_ACCESSORS
static inline void fdstorefs_set_times(struct inode *inode)
{
	simple_inode_init_ts(inode);
}

static inline void fdstorefs_touch(struct inode *inode)
{
	inode_set_mtime_to_ts(inode, inode_set_ctime_current(inode));
}

static inline void fdstorefs_touch_ctime(struct inode *inode)
{
	inode_set_ctime_current(inode);
}
#else
static inline void fdstorefs_set_times(struct inode *inode)
{
	inode->i_ctime = current_time(inode);
	inode->i_mtime = inode->i_ctime;
	inode->i_atime = inode->i_ctime;
}

static inline void fdstorefs_touch(struct inode *inode)
{
	inode->i_ctime = current_time(inode);
	inode->i_mtime = inode->i_ctime;
}

static inline void fdstorefs_touch_ctime(struct inode *inode)
{
	inode->i_ctime = current_time(inode);
}
#endif

static inline int fdstorefs_receive_fd(struct file *file, unsigned int flags)
{
#ifdef FDSTOREFS_HAS_RECEIVE_FD_UFD
	return receive_fd(file, NULL, flags);
#else
	return receive_fd(file, flags);
#endif
}

/*
 * A reference to the file that *@place points to, or NULL. Under RCU. The
 * kernel's own get_file_rcu() does that since files are reused by the slab
 * allocator without a grace period; before, it was a macro for the count alone.
 */
static inline struct file *fdstorefs_get_file_rcu(struct file __rcu **place)
{
#ifdef get_file_rcu
	struct file *file;

	for (;;) {
		file = rcu_dereference(*place);
		if (!file)
			return NULL;
		if (!get_file_rcu(file))
			continue;
		if (file == rcu_access_pointer(*place))
			return file;
		fput(file);
	}
#else
	return get_file_rcu(place);
#endif
}

#ifdef FDSTOREFS_HAS_MKDIR_DENTRY
#define FDSTOREFS_MKDIR_TYPE		struct dentry *
#define FDSTOREFS_MKDIR_RESULT(err)	ERR_PTR(err)
#else
#define FDSTOREFS_MKDIR_TYPE		int
#define FDSTOREFS_MKDIR_RESULT(err)	(err)
#endif

#ifdef FDSTOREFS_HAS_CREATE_EXCL
#define FDSTOREFS_CREATE_MODE		umode_t mode, bool excl
#else
#define FDSTOREFS_CREATE_MODE		umode_t mode
#endif

/* struct fdstorefs_acl_owner: what ->set_acl() and posix_acl_chmod() take. */
#ifdef FDSTOREFS_HAS_SET_ACL_DENTRY
#define fdstorefs_acl_owner		dentry

static inline struct inode *fdstorefs_acl_inode(struct dentry *owner)
{
	return d_inode(owner);
}

static inline struct dentry *fdstorefs_acl_owner_of(struct dentry *dentry)
{
	return dentry;
}
#else
#define fdstorefs_acl_owner		inode

static inline struct inode *fdstorefs_acl_inode(struct inode *owner)
{
	return owner;
}

static inline struct inode *fdstorefs_acl_owner_of(struct dentry *dentry)
{
	return d_inode(dentry);
}
#endif

/* Old kernels reach ACLs through extended attributes, new ones directly. */
#ifdef FDSTOREFS_HAS_ACL_XATTR_HANDLERS
#define FDSTOREFS_ACL_HANDLERS		&posix_acl_access_xattr_handler,	\
					&posix_acl_default_xattr_handler,
#else
#define FDSTOREFS_ACL_HANDLERS
#endif

#ifdef FDSTOREFS_HAS_CONST_S_XATTR
#define FDSTOREFS_HANDLER_CONST		const
#else
#define FDSTOREFS_HANDLER_CONST
#endif

/*
 * Append the names of the security module's attributes to @list, which has
 * @size bytes, @used of them taken. If @list is NULL, only count.
 */
static inline int fdstorefs_list_labels(struct inode *inode, char *list,
					size_t size, size_t *used)
{
#ifdef FDSTOREFS_HAS_LISTSECURITY_REMAINING
	char *end = list ? list + *used : NULL;
	ssize_t left = list ? size - *used : 0;
	const ssize_t before = left;
	int err;

	err = security_inode_listsecurity(inode, &end, &left);
	if (!err)
		*used += before - left;
	return err;
#else
	size_t left = list ? size - *used : 0;
	int len;

	len = security_inode_listsecurity(inode, list ? list + *used : NULL, left);
	if (len < 0)
		return len;
	/* Then it has written nothing. */
	if (list && len > left)
		return -ERANGE;
	*used += len;
	return 0;
#endif
}

/* Make @dentry name @inode for as long as nobody unlinks it. */
static inline void fdstorefs_make_persistent(struct dentry *dentry,
					     struct inode *inode)
{
#ifdef FDSTOREFS_HAS_D_MAKE_PERSISTENT
	d_make_persistent(dentry, inode);
#else
	d_instantiate(dentry, inode);
	dget(dentry);
#endif
}

/* End a superblock whose dentries fdstorefs_make_persistent() holds. */
static inline void fdstorefs_kill_persistent_super(struct super_block *sb)
{
#ifdef FDSTOREFS_HAS_D_MAKE_PERSISTENT
	kill_anon_super(sb);
#else
	kill_litter_super(sb);
#endif
}

/* The arguments of the tracepoint sched_process_exit. */
#ifdef FDSTOREFS_HAS_EXIT_GROUP_DEAD
#define FDSTOREFS_EXIT_ARGS		struct task_struct *p, bool group_dead
#else
#define FDSTOREFS_EXIT_ARGS		struct task_struct *p
#endif

static inline bool fdstorefs_is_mnt_ns(struct ns_common *ns)
{
#ifdef FDSTOREFS_HAS_NS_TYPE
	return ns->ns_type == CLONE_NEWNS;
#else
	return ns->ops->type == CLONE_NEWNS;
#endif
}

/*
 * What a file system in the kernel's own tree may ask, and a module may not,
 * since the kernel does not export it. "make upstream" defines
 * FDSTOREFS_IN_TREE, nothing else does.
 */
#ifdef FDSTOREFS_IN_TREE
#define FDSTOREFS_PIDFS_MAGIC		PID_FS_MAGIC
#define fdstorefs_trace_register(name, probe) \
	register_trace_##name(probe, NULL)
#define fdstorefs_trace_unregister(name, probe) \
	unregister_trace_##name(probe, NULL)

static inline bool fdstorefs_is_uring(struct file *file)
{
	return io_is_uring_fops(file);
}

static inline bool fdstorefs_is_fs_context(const struct file *file)
{
	return file->f_op == &fscontext_fops;
}

/*
 * The process that a pidfd refers to, valid while somebody keeps @file open, or
 * NULL if @file is no pidfd. @thread: it refers to one thread alone.
 */
static inline struct pid *fdstorefs_pidfd_pid(const struct file *file, bool *thread)
{
	struct pid *pid = pidfd_pid(file);

	*thread = !IS_ERR(pid) && (file->f_flags & PIDFD_THREAD);
	return IS_ERR(pid) ? NULL : pid;
}
#else
/* PID_FS_MAGIC of linux/magic.h since 6.10; before 6.9 a pidfd is anonymous. */
#define FDSTOREFS_PIDFS_MAGIC	0x50494446

/* No user can choose the name of an anonymous inode, and it never changes. */
static inline bool fdstorefs_is_anon(const struct file *file, const char *name)
{
	return file_inode(file)->i_sb->s_magic == ANON_INODE_FS_MAGIC &&
	       !strcmp((const char *)file->f_path.dentry->d_name.name, name);
}

static inline bool fdstorefs_is_uring(const struct file *file)
{
	return fdstorefs_is_anon(file, "[io_uring]");
}

static inline bool fdstorefs_is_fs_context(const struct file *file)
{
	return fdstorefs_is_anon(file, "[fscontext]");
}

/* As above; a thread's own pidfd exists since 6.9 (PIDFD_THREAD of linux/pidfd.h). */
static inline struct pid *fdstorefs_pidfd_pid(const struct file *file, bool *thread)
{
	*thread = false;
	if (fdstorefs_is_anon(file, "[pidfd]"))
		return file->private_data;
	if (file_inode(file)->i_sb->s_magic != FDSTOREFS_PIDFS_MAGIC)
		return NULL;
	*thread = file->f_flags & O_EXCL;
	return file_inode(file)->i_private;
}

/* A tracepoint, found by its name, as modules have no symbol for it. */
struct fdstorefs_point {
	const char		*name;
	struct tracepoint	*point;
};

static inline void fdstorefs_match_point(struct tracepoint *point, void *sought)
{
	struct fdstorefs_point *it = sought;

	if (!strcmp(point->name, it->name))
		it->point = point;
}

static inline struct tracepoint *fdstorefs_find_point(const char *name)
{
	struct fdstorefs_point it = { .name = name };

	for_each_kernel_tracepoint(fdstorefs_match_point, &it);
	return it.point;
}

static inline int fdstorefs_probe_register(const char *name, void *probe)
{
	struct tracepoint *point = fdstorefs_find_point(name);

	if (point)
		return tracepoint_probe_register(point, probe, NULL);
	pr_err("this kernel has no tracepoint %s\n", name);
	return -EOPNOTSUPP;
}

/* The compiler compares the arguments, as it cannot where there are none. */
#define fdstorefs_trace_register(name, probe) ({		\
	typeof(probe) *probe_ = (probe);			\
								\
	check_trace_callback_type_##name(probe_);		\
	fdstorefs_probe_register(#name, probe_);		\
})
#define fdstorefs_trace_unregister(name, probe) \
	tracepoint_probe_unregister(fdstorefs_find_point(#name), probe, NULL)
#endif

#endif /* FDSTOREFS_COMPAT_H */
