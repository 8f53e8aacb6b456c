/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests say about stores: verbs, pipes as witnesses, waiting. */
#ifndef STORE_H
#define STORE_H

#include <dirent.h>
#include <linux/kcmp.h>
#include <linux/membarrier.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <time.h>
#include "fdstorefs.h"

/* How long an event that must come may take: not a measure, a way out. */
#define PATIENCE_MS	30000

static inline int put_all(int entry, int fd, unsigned int flags, int anchor)
{
	struct fdstorefs_put arg = { .fd = fd, .flags = flags, .anchor_fd = anchor };

	return ioctl(entry, FDSTOREFS_IOC_PUT, &arg);
}

static inline int put_with(int entry, int fd, unsigned int flags)
{
	return put_all(entry, fd, flags, -1);
}

static inline int put_anchored(int entry, int fd, int anchor)
{
	return put_all(entry, fd, 0, anchor);
}

static inline int put(int entry, int fd)
{
	return put_with(entry, fd, 0);
}

static inline int get(int entry)
{
	return ioctl(entry, FDSTOREFS_IOC_GET, 0);
}

static inline int take(int entry)
{
	return ioctl(entry, FDSTOREFS_IOC_TAKE, 0);
}

/* Opens an entry for reading and writing; makes it if there is none. */
static inline int entry(const char *path)
{
	return ASSERT_OK(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
}

/* Makes a new empty regular file, entry or not. */
static inline void make(const char *path)
{
	ASSERT_OK(close(ASSERT_OK(open(path, O_WRONLY | O_CREAT | O_EXCL, 0644))));
}

/* Stores fd under a name, and keeps nothing open but fd. */
static inline void fill(const char *path, int fd)
{
	int e = entry(path);

	ASSERT_OK(put(e, fd));
	ASSERT_OK(close(e));
}

/* Gives what is open and has no name one, as open(2) says of O_TMPFILE. */
static inline int link_fd(int fd, const char *path)
{
	char link[64];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

/* GETs from the entry of that name. */
static inline int get_from(const char *path)
{
	int e = ASSERT_OK(open(path, O_RDWR | O_CLOEXEC));
	int fd = get(e), err = errno;

	close(e);
	errno = err;
	return fd;
}

/* Both descriptors are of one open file description. */
static inline bool same(int a, int b)
{
	return ASSERT_OK(syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, a, b)) == 0;
}

static inline int memfd(void)
{
	return ASSERT_OK(memfd_create("test", MFD_CLOEXEC));
}

/*
 * The witness: stores the write end of a new pipe under a name, closes it, and
 * returns the read end, which sees POLLHUP once the store has let go.
 */
static inline int witness(const char *path)
{
	int p[2];

	ASSERT_OK(pipe2(p, O_CLOEXEC));
	fill(path, p[1]);
	ASSERT_OK(close(p[1]));
	return p[0];
}

static inline bool released_now(int reader)
{
	struct pollfd p = { .fd = reader };

	return ASSERT_OK(poll(&p, 1, 0)) == 1 && (p.revents & POLLHUP);
}

/* Waits for one of the events; returns what came, 0 if nothing. */
static inline int await(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	return ASSERT_OK(poll(&p, 1, PATIENCE_MS)) ? p.revents : 0;
}

/*
 * Waits until the entry is empty. One of a sealed store reports POLLHUP from
 * when the store is sealed, a moment before it is drained.
 */
static inline bool empties(int e)
{
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		if (await(e, POLLOUT) & POLLOUT)
			return true;
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec - start.tv_sec < PATIENCE_MS / 1000);
	return false;
}

#define ASSERT_EMPTIES(e)	ASSERT_TRUE(empties(e))

#define ASSERT_HELD(reader)	ASSERT_FALSE(released_now(reader))
#define ASSERT_RELEASED(reader)	ASSERT_TRUE(await(reader, 0) & POLLHUP)

static inline void mount_store(const char *dir, const char *options)
{
	if (mkdir(dir, 0755))
		ASSERT_EQ(errno, EEXIST);
	ASSERT_OK(mount("store", dir, "fdstorefs", 0, options));
}

static inline void mount_anchored(const char *dir, int anchor)
{
	char options[32];

	snprintf(options, sizeof(options), "anchor=%d", anchor);
	mount_store(dir, options);
}

static inline unsigned long files_in_use(const char *path)
{
	struct statfs st;

	ASSERT_OK(statfs(path, &st));
	return st.f_files - st.f_ffree;
}

static inline struct stat stat_of(const char *path)
{
	struct stat st;

	ASSERT_OK(lstat(path, &st));
	return st;
}

/* The twelve bits of a mode. */
static inline mode_t mode_of(const char *path)
{
	return stat_of(path).st_mode & 07777;
}

static inline bool exists(const char *path)
{
	return faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Reads a whole small file, from its start, as a string. */
static inline const char *slurp(const char *path, char *buf, size_t size)
{
	int fd = ASSERT_OK(open(path, O_RDONLY | O_CLOEXEC));
	size_t n = 0;
	int got;

	while ((got = ASSERT_OK(read(fd, buf + n, size - 1 - n))) > 0)
		n += got;
	buf[n] = '\0';
	ASSERT_OK(close(fd));
	return buf;
}

static inline void write_file(const char *path, const char *text)
{
	int fd = ASSERT_OK(open(path, O_WRONLY | O_CLOEXEC));

	ASSERT_EQ(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ASSERT_OK(close(fd));
}

/* Reads a number from a file; -1 if there is no such file. */
static inline long number_in(const char *path)
{
	char buf[64];

	if (!exists(path))
		return -1;
	return strtol(slurp(path, buf, sizeof(buf)), NULL, 10);
}

/* Waits until the task sleeps in this system call. */
static inline void await_syscall(pid_t tid, long number)
{
	char path[64], buf[256];

	snprintf(path, sizeof(path), "/proc/%d/syscall", tid);
	while (strtol(slurp(path, buf, sizeof(buf)), NULL, 10) != number ||
	       buf[0] < '0' || buf[0] > '9')
		sched_yield();
}

#define MODULE_USERS	"/sys/module/fdstorefs/refcnt"
#define SLABS		"/sys/kernel/slab/"

/*
 * How many objects of a slab cache there are, exactly (its spare ones flushed);
 * -1 if there is no such cache.
 */
static inline long live_objects(const char *cache)
{
	char path[128];

	snprintf(path, sizeof(path), SLABS "%s/shrink", cache);
	if (exists(path))
		write_file(path, "1");
	snprintf(path, sizeof(path), SLABS "%s/objects", cache);
	return number_in(path);
}

/* How many inodes the module has. */
static inline long live_inodes(void)
{
	return live_objects("fdstorefs_inode_cache");
}

static inline long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static inline void await_gone(const char *path)
{
	long end = now_ms() + PATIENCE_MS;

	while (exists(path) && now_ms() < end)
		sched_yield();
	ASSERT_FALSE(exists(path));
}

/* The kernel's clock for files has ticked since the call. */
static inline void tick(void)
{
	struct timespec a, b;

	clock_gettime(CLOCK_REALTIME_COARSE, &a);
	do
		clock_gettime(CLOCK_REALTIME_COARSE, &b);
	while (a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec);
}

/* CONFIG_LOCALVERSION in vm-tests/images/make-debug-kernel.config */
static inline bool on_debug_kernel(void)
{
	struct utsname u;

	ASSERT_OK(uname(&u));
	return strstr(u.release, "-fdstorefs-debug");
}

/* How many use the module; what is built into the kernel counts nobody. */
static inline long module_users(long if_built_in)
{
	if (exists("/sys/module/fdstorefs") && !exists(MODULE_USERS))
		return if_built_in;
	return number_in(MODULE_USERS);
}

/*
 * Inodes are freed after an RCU grace period: each round waits for one
 * (membarrier), so this ends soon or shows a leak.
 */
static inline void settle(long users, long inodes)
{
	long end = now_ms() + PATIENCE_MS;

	while ((module_users(users) != users || live_inodes() != inodes) &&
	       now_ms() < end) {
		syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
		sched_yield();
	}
}

/* So many users of the module and inodes are left, once all has settled. */
#define ASSERT_LEFT(users, inodes)					\
	do {								\
		settle(users, inodes);					\
		ASSERT_EQ(module_users(users), users);			\
		ASSERT_EQ(live_inodes(), inodes);			\
	} while (0)

#endif
