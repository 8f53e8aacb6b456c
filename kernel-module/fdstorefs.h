/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * fdstorefs: files that hold open file descriptions.
 *
 * An *entry* is a regular file of a mounted fdstorefs. It is empty or filled;
 * filled, it holds one open file description (what open(2) calls by that
 * name), the *stored file*. Three ioctl(2) commands on an opened entry move
 * open file descriptions between the entry and the caller's descriptor table.
 * In everything else (names, owner, mode, lifetime) entries are ordinary files
 * on an ordinary mount.
 *
 * truncate(2) to 0 and O_TRUNC empty an entry; removing its last name empties
 * it too. write(2) fails with EINVAL. read(2) gives "key:<TAB>value" lines
 * that describe the stored file. poll(2) reports POLLIN while the entry is
 * filled, POLLOUT while it is empty, and POLLHUP once nothing can ever be
 * put into it again.
 */
#ifndef _UAPI_FDSTOREFS_H
#define _UAPI_FDSTOREFS_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* statfs(2) f_type of every fdstorefs: "FDST". */
#define FDSTOREFS_SUPER_MAGIC	0x46445354

/* fdstorefs_put.flags: replace what is stored instead of failing with EBUSY. */
#define FDSTOREFS_PUT_REPLACE	(1U << 0)
/*
 * fdstorefs_put.flags: the kernel empties the entry once poll(2) of the stored
 * file reports POLLHUP or POLLERR. Unread data is lost then. The kernel looks
 * in vain at most 64 times a second for all entries of a store.
 */
#define FDSTOREFS_PUT_HANGUP	(1U << 1)
/*
 * fdstorefs_put.flags: as FDSTOREFS_PUT_HANGUP, and also once poll(2) reports
 * POLLRDHUP. When a TCP peer calls close(2), poll(2) reports only that.
 */
#define FDSTOREFS_PUT_PEER	(1U << 2)
/*
 * fdstorefs_put.flags: when hang-up or anchor_fd empties the entry, remove its
 * name, or names, too, unless something has been put into it again by then. A
 * name that something is mounted on stays, and so does a name that the caller
 * of PUT may not remove, with the credentials that he had then. Needs
 * FDSTOREFS_PUT_HANGUP, FDSTOREFS_PUT_PEER or an anchor_fd.
 */
#define FDSTOREFS_PUT_REMOVE	(1U << 3)

/**
 * struct fdstorefs_put - argument of FDSTOREFS_IOC_PUT
 * @fd: descriptor whose open file description is stored; may be O_PATH.
 *	The caller keeps its descriptor.
 * @flags: FDSTOREFS_PUT_* bits
 * @anchor_fd: -1, or a descriptor whose event empties the entry, as soon as
 *	poll(2) of it reports POLLIN, POLLHUP or POLLERR. A pidfd ties the
 *	entry to a process, a timerfd is an expiry, an eventfd a remote
 *	revocation, a pipe the life of whoever holds the other end; nothing
 *	else can be an anchor. The kernel looks shortly after the event, and
 *	misses it if somebody has read it in the meantime. A process empties
 *	the entry as soon as nothing can keep it from dying. That is before it
 *	closes its files, and before poll(2) of the pidfd reports its end.
 *	The caller keeps its descriptor.
 * @reserved: 0
 *
 * The struct is extensible: its size is part of the command number, and a
 * caller built against a later, longer version is served as long as the bytes
 * that this kernel does not know are zero.
 */
struct fdstorefs_put {
	__s32 fd;
	__u32 flags;
	__s32 anchor_fd;
	__u32 reserved;
};

#define FDSTOREFS_IOC_MAGIC	0xDF

/*
 * FDSTOREFS_IOC_PUT - store the open file description of a descriptor
 *
 * Needs the entry open for writing. Returns 0, or -1 and errno:
 *   EACCES, EPERM with FDSTOREFS_PUT_REMOVE: the caller may not remove the name
 *            by which the entry was opened, as with unlink(2)
 *   E2BIG    the struct is longer than this kernel knows, with non-zero bytes
 *   EBADF    fd is not open, or the entry is not open for writing
 *   EBADF    anchor_fd is not open
 *   EBUSY    the entry is filled and FDSTOREFS_PUT_REPLACE was not given
 *   EFAULT   the struct cannot be read
 *   EINVAL   unknown flag, or a struct shorter than the one above; fd is of a
 *            kind that would pin the store for ever: io_uring,
 *            fsopen(2)/fspick(2), fanotify
 *   EINVAL   non-zero reserved; anchor_fd below -1, or no pidfd, eventfd,
 *            timerfd or pipe; FDSTOREFS_PUT_REMOVE with nothing that could end
 *            the put; FDSTOREFS_PUT_HANGUP or _PEER with an fd other than
 *            pipes, sockets of the families unix, inet, inet6, netlink and
 *            packet, /dev/fuse, tun, pidfd, eventfd, timerfd, signalfd and
 *            inotify: other kinds cannot be polled, or only by sleeping, as
 *            terminals
 *   EDQUOT   the caller's effective uid has as many entries of this store
 *            filled as maxuser= allows, and has no CAP_SYS_RESOURCE in the
 *            store's user namespace
 *   ELOOP    fd belongs to an fdstorefs, is a socket bound to a name in one, is
 *            a mount namespace, a /proc/PID/{mounts,mountinfo,mountstats} file
 *            or a detached mount: it would pin the store for ever
 *   ELOOP    anchor_fd is one of these
 *   ENOENT   the last name of the entry has been removed
 *   ENOMEM   no kernel memory
 *   ENOSPC   the store is still closing more files that it has released than
 *            max= plus 64
 *   EPIPE    fd has hung up already, with FDSTOREFS_PUT_HANGUP or _PEER; or
 *            anchor_fd has fired already
 *   ESHUTDOWN the store is sealed: its anchor has fired, or the administrator
 *            has drained it
 *   ETOOMANYREFS the store belongs to a user namespace, and the stores, stored
 *            files and anchors of whoever made the namespace would be more than
 *            the module's parameter userns_max allows; or root has made it, and
 *            those of all such namespaces would be more than userns_root_max
 *            allows
 */
#define FDSTOREFS_IOC_PUT	_IOW(FDSTOREFS_IOC_MAGIC, 1, struct fdstorefs_put)

/*
 * FDSTOREFS_IOC_GET - a new descriptor of the stored open file description
 *
 * Needs the entry open at least for what the stored file can do: a readable
 * one needs reading, a writable one writing, one that can do neither (O_PATH)
 * needs reading. Whoever may GET what can be read and written may therefore
 * also TAKE, replace and empty it, unless a security module tells the commands
 * apart. The argument is 0. Returns the new descriptor, which is
 * close-on-exec and the lowest free number, or -1 and errno:
 *   EACCES   the stored file can do more than the entry was opened for
 *   EINVAL   the argument is not 0
 *   EMFILE   RLIMIT_NOFILE of the caller is reached
 *   ENODATA  the entry is empty
 *   ENOMEM   no kernel memory for the descriptor table
 *   and what a security module returns when it is asked about receiving the
 *   file (mostly EACCES)
 */
#define FDSTOREFS_IOC_GET	_IO(FDSTOREFS_IOC_MAGIC, 2)

/*
 * FDSTOREFS_IOC_TAKE - get, and empty the entry, in one step
 *
 * Of many callers exactly one succeeds for each put; the others see ENODATA.
 * When it fails the entry keeps what it holds. Returns and errors as
 * FDSTOREFS_IOC_GET, and:
 *   EBADF    the entry is not open for writing
 */
#define FDSTOREFS_IOC_TAKE	_IO(FDSTOREFS_IOC_MAGIC, 3)

#endif /* _UAPI_FDSTOREFS_H */
