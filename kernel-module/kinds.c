// SPDX-License-Identifier: GPL-2.0
/*
 * Which files may be stored, watched, and used as anchors.
 *
 * Files that hold a mount of the store itself, or can come to hold one, must
 * not be stored. Once its mount namespace is gone, nothing could reach such a
 * store, and nothing would ever release it. Some cycles cannot be seen here: a
 * descriptor of the store in the queue of a stored AF_UNIX socket, a stored
 * socket that is bound to a name in the store afterwards, a file of the mount
 * below when both mounts are detached as one tree, and, until 6.1, a loop
 * device whose backing file is an entry. These are cut by removing the entry,
 * by umount -f, by the store's anchor, or by the administrator.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/io_uring.h>
#include <linux/magic.h>
#include <linux/miscdevice.h>
#include <linux/net.h>
#include <linux/poll.h>
#include <linux/proc_ns.h>
#include <net/af_unix.h>

#include "internal.h"

/*
 * These files have no mark that other parts of the kernel can see, but for a
 * name. Their names are safe to compare: no user can choose a name on the
 * superblocks where we look for them, and they never change.
 */
static bool fdstorefs_named(const struct file *file, const char *const *names)
{
	const char *name = (const char *)file->f_path.dentry->d_name.name;

	for (; *names; names++)
		if (!strcmp(name, *names))
			return true;
	return false;
}

/* These hold files or paths for their user, who can give them ours later. */
static bool fdstorefs_collects_files(struct file *file)
{
	static const char *const names[] = { "[fanotify]", NULL };

	return fdstorefs_is_uring(file) || fdstorefs_is_fs_context(file) ||
	       (file_inode(file)->i_sb->s_magic == ANON_INODE_FS_MAGIC &&
		fdstorefs_named(file, names));
}

static bool fdstorefs_holds_mnt_ns(const struct file *file)
{
	static const char *const proc_names[] = {
		"mounts", "mountinfo", "mountstats", NULL
	};
	struct inode *inode = file_inode(file);

	switch (inode->i_sb->s_magic) {
	case NSFS_MAGIC:
		return fdstorefs_is_mnt_ns(get_proc_ns(inode));
	case PROC_SUPER_MAGIC:
		return S_ISREG(inode->i_mode) &&
		       fdstorefs_named(file, proc_names);
	default:
		return false;
	}
}

static bool fdstorefs_is_ours(const struct super_block *sb)
{
	return sb->s_type == &fdstorefs_type;
}

/* A socket holds the path to which it, or its listener, is bound. */
static bool fdstorefs_socket_is_ours(struct file *file)
{
	struct socket *sock = sock_from_file(file);
	struct unix_sock *u;

	if (!sock || !sock->sk || sock->sk->sk_family != AF_UNIX)
		return false;
	u = unix_sk(sock->sk);
	/* bind(2) sets the path first and never changes it after the address. */
	return smp_load_acquire(&u->addr) && u->path.mnt &&
	       fdstorefs_is_ours(u->path.mnt->mnt_sb);
}

/**
 * fdstorefs_may_store - can this file be stored without pinning the store?
 * @file: what somebody wants to put
 *
 * Any store counts, not just the entry's own: two stores could hold each other.
 *
 * Return: 0, -ELOOP if the file holds a store or a place where one is mounted,
 * -EINVAL if it is of a kind that collects files.
 */
int fdstorefs_may_store(struct file *file)
{
	if (fdstorefs_is_ours(file->f_path.mnt->mnt_sb) ||
	    fdstorefs_is_ours(file_inode(file)->i_sb))
		return -ELOOP;
	/* What fsmount(2) and open_tree(2) return ends a mount when it closes. */
	if (file->f_mode & FMODE_NEED_UNMOUNT)
		return -ELOOP;
	if (fdstorefs_holds_mnt_ns(file) || fdstorefs_socket_is_ours(file))
		return -ELOOP;
	if (fdstorefs_collects_files(file))
		return -EINVAL;
	return 0;
}

/*
 * Sockets whose poll takes no lock that a sender may hold asleep, as that of
 * vsock does. The family is enough to know: the poll functions of TCP, MPTCP,
 * UDP, SCTP, SMC, raw and ping sockets all look at queues and flags, and take
 * spin locks at most.
 */
static bool fdstorefs_is_plain_socket(struct file *file)
{
	struct socket *sock = sock_from_file(file);

	if (!sock || !sock->sk)
		return false;
	switch (sock->sk->sk_family) {
	case AF_UNIX:
	case AF_INET:
	case AF_INET6:
	case AF_NETLINK:
	case AF_PACKET:
		return true;
	default:
		return false;
	}
}

/* The tun driver's minor number; no header that we could include names it. */
#define FDSTOREFS_TUN_MINOR	200

static bool fdstorefs_is_misc(const struct inode *inode, unsigned int minor)
{
	return S_ISCHR(inode->i_mode) && inode->i_rdev == MKDEV(MISC_MAJOR, minor);
}

/**
 * fdstorefs_is_urgent - is this a file whose close must not wait for others?
 * @file: what a store has released
 *
 * A process that waits for the server of a FUSE file system or a CUSE device
 * cannot be killed before the connection is closed. That close itself waits for
 * nobody.
 *
 * Return: true if it is such a connection
 */
bool fdstorefs_is_urgent(const struct file *file)
{
	const struct inode *inode = file_inode(file);

	return fdstorefs_is_misc(inode, FUSE_MINOR) || fdstorefs_is_misc(inode, CUSE_MINOR);
}

/**
 * fdstorefs_may_watch - can a hang-up of this file be watched for?
 * @file: what somebody wants to have watched
 *
 * A kernel thread polls it with locks held, so poll must not sleep, and must
 * not lead to files that we know nothing about, as an epoll set does. So only
 * those kinds are allowed whose poll has been read on each kernel; the
 * documentation lists them. The only devices among them are /dev/fuse and tun,
 * whose numbers nobody else can have, as the whole major belongs to the kernel.
 * Poll of a terminal waits for its line discipline, which any writer can hold;
 * poll of a CUSE device waits for a server, and that of a perf event for its
 * ring buffer.
 *
 * Return: 0 or -EINVAL
 */
int fdstorefs_may_watch(struct file *file)
{
	static const char *const names[] = {
		"[pidfd]", "[eventfd]", "[timerfd]", "[signalfd]", "inotify", NULL
	};
	const struct inode *inode = file_inode(file);
	bool may;

	if (!file_can_poll(file))
		return -EINVAL;
	if (inode->i_sb->s_magic == ANON_INODE_FS_MAGIC)
		may = fdstorefs_named(file, names);
	else if (inode->i_sb->s_magic == FDSTOREFS_PIDFS_MAGIC)
		may = true;
	else if (S_ISSOCK(inode->i_mode))
		may = fdstorefs_is_plain_socket(file);
	else
		may = S_ISFIFO(inode->i_mode) ||
		      fdstorefs_is_misc(inode, FUSE_MINOR) ||
		      fdstorefs_is_misc(inode, FDSTOREFS_TUN_MINOR);
	return may ? 0 : -EINVAL;
}

/**
 * fdstorefs_odd_keys - with which other events a kind announces its hang-up
 * @file: what fdstorefs_may_watch() has allowed
 *
 * Return: these events. tun, for example, reports that there is something to
 * read.
 */
__poll_t fdstorefs_odd_keys(const struct file *file)
{
	return fdstorefs_is_misc(file_inode(file), FDSTOREFS_TUN_MINOR) ? EPOLLIN : 0;
}

/**
 * fdstorefs_anchor_kind - what an anchor is
 * @file: what fdstorefs_may_anchor() has allowed
 *
 * Return: its name, as read(2) of an entry shows it
 */
const char *fdstorefs_anchor_kind(const struct file *file)
{
	static const char *const eventfd[] = { "[eventfd]", NULL };
	static const char *const timerfd[] = { "[timerfd]", NULL };

	if (S_ISFIFO(file_inode(file)->i_mode))
		return "fifo";
	if (fdstorefs_named(file, eventfd))
		return "eventfd";
	return fdstorefs_named(file, timerfd) ? "timerfd" : "pidfd";
}

/**
 * fdstorefs_may_anchor - can this file be an anchor?
 * @file: what somebody gave as one
 *
 * The watch holds the file. So, like a stored file, it must not hold a store,
 * and it must have no queue in which descriptors of a store can travel. Its
 * poll must never sleep, or stores would not end, and must not depend on who
 * polls, as that of a signalfd does.
 *
 * Return: 0, -ELOOP as fdstorefs_may_store(), -EINVAL
 */
int fdstorefs_may_anchor(struct file *file)
{
	static const char *const names[] = {
		"[pidfd]", "[eventfd]", "[timerfd]", NULL
	};
	const struct inode *inode = file_inode(file);
	bool may;
	int err;

	err = fdstorefs_may_store(file);
	if (err)
		return err;
	if (!file_can_poll(file))
		return -EINVAL;
	if (inode->i_sb->s_magic == ANON_INODE_FS_MAGIC)
		may = fdstorefs_named(file, names);
	else if (inode->i_sb->s_magic == FDSTOREFS_PIDFS_MAGIC)
		may = true;
	else
		may = S_ISFIFO(inode->i_mode);
	return may ? 0 : -EINVAL;
}
