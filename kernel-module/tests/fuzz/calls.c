// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/kcmp.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include "fdstorefs.h"
#include "calls.h"
#include "model.h"

/* A message with one descriptor, or none if that is -1. */
static ssize_t send_with(int sock, const void *data, size_t size, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { .iov_base = (void *)data, .iov_len = size };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *head;

	if (fd >= 0) {
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		head = CMSG_FIRSTHDR(&msg);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(head), &fd, sizeof(int));
	}
	return sendmsg(sock, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static ssize_t receive_with(int sock, void *data, size_t size, int *fd, int flags)
{
	char control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { .iov_base = data, .iov_len = size };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *head;
	ssize_t got = recvmsg(sock, &msg, flags | MSG_CMSG_CLOEXEC);

	*fd = -1;
	head = got >= 0 ? CMSG_FIRSTHDR(&msg) : NULL;
	if (head && head->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(head), sizeof(int));
	return got;
}

static long call_put(const struct request *q)
{
	struct {
		struct fdstorefs_put put;
		char tail[64];
	} arg = {
		.put = {
			.fd = q->fd2, .flags = q->n[0], .anchor_fd = q->n[1],
			.reserved = q->n[2],
		},
	};
	unsigned int number = _IOC(_IOC_WRITE, FDSTOREFS_IOC_MAGIC, 1, q->n[3]);

	arg.tail[3] = q->n[4];
	return ioctl(q->fd, number, &arg);
}

static void name_store(const char *path, char *text)
{
	struct stat st = { 0 };

	stat(path, &st);
	sprintf(text, "%u:%u", major(st.st_dev), minor(st.st_dev));
}

static long call_fsmount(const struct request *q)
{
	int fs = fsopen("fdstorefs", FSOPEN_CLOEXEC), mnt = -1, err;
	long ret = -1;

	if (fs < 0)
		return -1;
	if (q->n[0] >= 0 &&
	    fsconfig(fs, FSCONFIG_SET_FD, "anchor", NULL, q->n[0]))
		goto out;
	if (*q->text && fsconfig(fs, FSCONFIG_SET_STRING, "max", q->text, 0))
		goto out;
	if (fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		goto out;
	mnt = fsmount(fs, FSMOUNT_CLOEXEC, 0);
	if (mnt >= 0)
		ret = move_mount(mnt, "", AT_FDCWD, q->path, MOVE_MOUNT_F_EMPTY_PATH);
out:
	err = errno;
	if (mnt >= 0)
		close(mnt);
	close(fs);
	errno = err;
	return ret;
}

static long call_receive(const struct request *q)
{
	char c;
	int fd;
	ssize_t got = receive_with(q->fd, &c, 1, &fd, MSG_DONTWAIT);

	return got <= 0 ? got : fd;
}

static long perform(const struct request *q, char *text)
{
	struct pollfd p = { .fd = q->fd, .events = q->n[0] };
	char link[128];
	struct stat st;
	long ret;

	switch (q->what) {
	case C_OPEN:
		return openat(q->fd, q->path, q->n[0] | O_CLOEXEC, q->n[1]);
	case C_CLOSE:
		return close(q->fd);
	case C_DUP:
		return dup(q->fd);
	case C_PUT:
		return call_put(q);
	case C_IOCTL:
		return ioctl(q->fd, q->n[0], q->n[1]);
	case C_UNLINK:
		return unlinkat(q->fd, q->path, q->n[0]);
	case C_MKDIR:
		return mkdirat(q->fd, q->path, q->n[0]);
	case C_SYMLINK:
		return symlinkat("none/none", q->fd, q->path);
	case C_LINK:
		return linkat(q->fd, q->path, q->fd2, q->path2, q->n[0]);
	case C_RENAME:
		return renameat2(q->fd, q->path, q->fd2, q->path2, q->n[0]);
	case C_TRUNCATE:
		if (q->fd == AT_FDCWD)
			return truncate(q->path, q->n[0]);
		snprintf(link, sizeof(link), "/proc/self/fd/%d/%s", q->fd, q->path);
		return truncate(link, q->n[0]);
	case C_FTRUNCATE:
		return ftruncate(q->fd, q->n[0]);
	case C_CHMOD:
		return fchmodat(q->fd, q->path, q->n[0], 0);
	case C_CHOWN:
		return fchownat(q->fd, q->path, q->n[0], q->n[0], 0);
	case C_POLL:
		return poll(&p, 1, 0) < 0 ? -1 : p.revents;
	case C_READ:
		ret = pread(q->fd, text, 600, 0);
		if (ret >= 0)
			text[ret] = '\0';
		return ret;
	case C_WRITE:
		return write(q->fd, "0", 1);
	case C_MOUNT:
		ret = mount("store", q->path, "fdstorefs", 0, q->text);
		if (!ret)
			name_store(q->path, text);
		return ret;
	case C_FSMOUNT:
		ret = call_fsmount(q);
		if (!ret)
			name_store(q->path, text);
		return ret;
	case C_BIND:
		return mount(q->path, q->path2, NULL, MS_BIND, NULL);
	case C_REMOUNT:
		return mount(NULL, q->path, NULL, MS_REMOUNT, q->text);
	case C_UMOUNT:
		return umount2(q->path, q->n[0]);
	case C_SEND:
		return send_with(q->fd, "x", 1, q->fd2) == 1 ? 0 : -1;
	case C_RECEIVE:
		return call_receive(q);
	case C_ACCEPT:
		return q->fd;
	case C_INO:
		return fstat(q->fd, &st) ? -1 : (long)(st.st_ino & 0x7fffffff);
	case C_SAME:
		return syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, q->fd, q->fd2) == 0;
	case C_WHATS:
		break;
	}
	errno = ENOSYS;
	return -1;
}

static struct reply limited(const struct request *q)
{
	struct rlimit usual, less;
	struct reply r = { 0 };

	if (q->limit >= 0) {
		getrlimit(RLIMIT_NOFILE, &usual);
		less = usual;
		less.rlim_cur = q->limit;
		setrlimit(RLIMIT_NOFILE, &less);
	}
	errno = 0;
	r.ret = perform(q, r.text);
	r.err = r.ret < 0 ? errno : 0;
	if (q->limit >= 0)
		setrlimit(RLIMIT_NOFILE, &usual);
	return r;
}

static size_t reply_size(const struct reply *r)
{
	return offsetof(struct reply, text) + strlen(r->text) + 1;
}

static void __attribute__((noreturn)) serve(int sock)
{
	struct request q;
	struct reply r;
	int fd;

	while (receive_with(sock, &q, sizeof(q), &fd, 0) == sizeof(q)) {
		if (q.what == C_ACCEPT)
			q.fd = fd;
		r = limited(&q);
		if (send(sock, &r, reply_size(&r), MSG_NOSIGNAL) < 0)
			break;
	}
	_exit(0);
}

struct reply act_with(struct actor *a, const struct request *q, int fd)
{
	struct reply r = { .ret = -1, .err = EOWNERDEAD };

	if (a == m.actor) {
		struct request mine = *q;

		if (q->what == C_ACCEPT)
			mine.fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		return limited(&mine);
	}
	if (send_with(a->sock, q, sizeof(*q), fd) == sizeof(*q))
		recv(a->sock, &r, sizeof(r), 0);
	return r;
}

struct reply act_on(struct actor *a, const struct request *q)
{
	return act_with(a, q, -1);
}

static void put_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		_exit(3);
	close(fd);
}

static void be_user(void)
{
	if (setgroups(0, NULL) || setresgid(USER_ID, USER_ID, USER_ID) ||
	    setresuid(USER_ID, USER_ID, USER_ID) ||
	    prctl(PR_SET_DUMPABLE, 1))
		_exit(3);
}

static void become(enum role role)
{
	char map[32];

	if (role == R_USER || role == R_USERNS)
		be_user();
	if (role != R_USERNS)
		return;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		_exit(3);
	put_text("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %d 1", USER_ID);
	put_text("/proc/self/uid_map", map);
	put_text("/proc/self/gid_map", map);
}

bool actor_start(struct actor *a, enum role role)
{
	unsigned long flags = SIGCHLD;
	int pair[2];
	char ready = 0;

	if (role == R_SPACE || role == R_CONTAINER)
		flags |= CLONE_NEWNS;
	if (role == R_INIT || role == R_CONTAINER)
		flags |= CLONE_NEWPID;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return false;
	a->pid = syscall(SYS_clone, flags, 0, NULL, NULL, 0);
	if (a->pid < 0) {
		close(pair[0]);
		close(pair[1]);
		return false;
	}
	if (!a->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (dup2(pair[1], 3) < 0 || close_range(4, ~0U, 0))
			_exit(3);
		become(role);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (send(3, "", 1, MSG_NOSIGNAL) < 0)
			_exit(3);
		serve(3);
	}
	close(pair[1]);
	a->sock = pair[0];
	return recv(a->sock, &ready, 1, 0) == 1;
}

void actor_kill(struct actor *a)
{
	kill(a->pid, SIGKILL);
	while (waitpid(a->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(a->sock);
}
