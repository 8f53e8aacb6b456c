// SPDX-License-Identifier: GPL-2.0
/* Anchors: of one put, and of a whole store. */
#define SUITE "anchor"
#include "harness.h"
#include "store.h"

static pid_t sleeper(void)
{
	pid_t pid = ASSERT_OK(fork());

	if (!pid)
		for (;;)
			pause();
	return pid;
}

static int pidfd_of(pid_t pid)
{
	return ASSERT_OK(syscall(SYS_pidfd_open, pid, 0));
}

static int try_anchor(int anchor)
{
	char options[32];

	if (mkdir("t", 0755))
		ASSERT_EQ(errno, EEXIST);
	snprintf(options, sizeof(options), "anchor=%d", anchor);
	return mount("store", "t", "fdstorefs", 0, options);
}

static void fire(int eventfd_)
{
	ASSERT_EQ(write(eventfd_, &(uint64_t){ 1 }, 8), 8);
}

TEST(a_pidfd_ties_an_entry_to_a_process)
{
	int e = entry("s/e");
	pid_t pid = sleeper();

	ASSERT_OK(put_anchored(e, memfd(), pidfd_of(pid)));
	close(ASSERT_OK(get(e)));
	kill(pid, SIGKILL);
	ASSERT_EMPTIES(e);
	ASSERT_EQ(waitpid(pid, NULL, 0), pid);
}

TEST(a_timerfd_is_an_expiry)
{
	struct itimerspec soon = { .it_value.tv_nsec = 1000000 };
	int e = entry("s/e"), timer = ASSERT_OK(timerfd_create(CLOCK_MONOTONIC, 0));

	ASSERT_OK(put_anchored(e, memfd(), timer));
	ASSERT_OK(timerfd_settime(timer, 0, &soon, NULL));
	close(timer);
	ASSERT_EMPTIES(e);
}

TEST(an_eventfd_is_a_remote_revocation)
{
	int e = entry("s/e"), anchor = ASSERT_OK(eventfd(0, 0));

	ASSERT_OK(put_anchored(e, memfd(), anchor));
	fire(anchor);
	ASSERT_EMPTIES(e);
}

TEST(a_pipe_is_the_life_of_its_other_end)
{
	int e = entry("s/e"), p[2];

	ASSERT_OK(pipe(p));
	ASSERT_OK(put_anchored(e, memfd(), p[0]));
	close(p[0]);
	close(p[1]);
	ASSERT_EMPTIES(e);
}

TEST(hangup_and_anchor_work_side_by_side)
{
	for (int i = 0; i < 2; i++) {
		int e = entry("s/e"), p[2], anchor = ASSERT_OK(eventfd(0, 0));
		struct fdstorefs_put arg = {
			.flags = FDSTOREFS_PUT_HANGUP, .anchor_fd = anchor,
		};

		ASSERT_OK(pipe(p));
		arg.fd = p[0];
		ASSERT_OK(ioctl(e, FDSTOREFS_IOC_PUT, &arg));
		if (i)
			fire(anchor);
		else
			close(p[1]);
		ASSERT_EMPTIES(e);
	}
}

TEST(an_anchor_that_has_fired_is_refused)
{
	int e = entry("s/e"), anchor = ASSERT_OK(eventfd(1, 0));

	ASSERT_ERRNO(EPIPE, put_anchored(e, memfd(), anchor));
	ASSERT_ERRNO(ENODATA, get(e));
}

TEST(what_is_no_anchor_is_refused)
{
	int s[2], e = entry("s/e"), m = memfd();

	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	ASSERT_ERRNO(EINVAL, put_anchored(e, m, s[0]));
	ASSERT_ERRNO(EINVAL, put_anchored(e, m, ASSERT_OK(epoll_create1(0))));
	ASSERT_ERRNO(EINVAL, put_anchored(e, m, m));
	ASSERT_ERRNO(ELOOP, put_anchored(e, m, e));
	ASSERT_ERRNO(ELOOP, put_anchored(e, m,
			ASSERT_OK(open("/proc/self/mounts", O_RDONLY))));
	ASSERT_ERRNO(EBADF, put_anchored(e, m, 9999));
	ASSERT_ERRNO(EINVAL, put_anchored(e, m, -2));
	ASSERT_ERRNO(ENODATA, get(e));

	ASSERT_ERRNO(EINVAL, try_anchor(s[0]));
	ASSERT_ERRNO(EINVAL, try_anchor(ASSERT_OK(epoll_create1(0))));
	ASSERT_ERRNO(EINVAL, try_anchor(m));
	ASSERT_ERRNO(EINVAL, try_anchor(ASSERT_OK(inotify_init1(0))));
	ASSERT_ERRNO(EINVAL, try_anchor(ASSERT_OK(open("/dev/ptmx", O_RDWR | O_NOCTTY))));
	ASSERT_ERRNO(ELOOP, try_anchor(e));
	ASSERT_ERRNO(EBADF, try_anchor(9999));
	ASSERT_ERRNO(EPIPE, try_anchor(ASSERT_OK(eventfd(1, 0))));
}

TEST(an_anchor_drains_and_seals_its_store)
{
	int anchor = ASSERT_OK(eventfd(0, 0)), a, b, empty;

	mount_anchored("t", anchor);
	a = witness("t/a");
	b = witness("t/b");
	empty = entry("t/empty");
	ASSERT_HELD(a);
	fire(anchor);
	ASSERT_RELEASED(a);
	ASSERT_RELEASED(b);
	/* Who waits on an empty entry hears of it. */
	ASSERT_TRUE(await(empty, 0) & POLLHUP);
	ASSERT_ERRNO(ESHUTDOWN, put(empty, memfd()));
	ASSERT_ERRNO(ESHUTDOWN, put_with(entry("t/a"), memfd(), FDSTOREFS_PUT_REPLACE));
	/* Names stay, so that the state can still be looked at. */
	ASSERT_TRUE(exists("t/a"));
	/* Other stores have nothing to do with it. */
	ASSERT_OK(put(entry("s/e"), memfd()));
}

TEST(a_store_lets_go_of_an_anchor_that_has_fired)
{
	int p[2], q[2], e;

	/* By hang-up, and by data. */
	ASSERT_OK(pipe(p));
	mount_anchored("t", p[0]);
	ASSERT_EQ(write(p[1], "x", 1), 1);
	close(p[0]);
	/* Nobody else could read it, so a writer learns that it is gone. */
	ASSERT_TRUE(await(p[1], 0) & POLLERR);

	/* The same with one of an entry. */
	ASSERT_OK(pipe(q));
	e = entry("s/e");
	ASSERT_OK(put_anchored(e, memfd(), q[0]));
	ASSERT_EQ(write(q[1], "x", 1), 1);
	close(q[0]);
	ASSERT_EMPTIES(e);
	ASSERT_TRUE(await(q[1], 0) & POLLERR);
}

TEST(a_process_anchors_a_store_until_it_dies_though_nobody_reaps_it)
{
	pid_t pid = sleeper();
	int p;

	mount_anchored("t", pidfd_of(pid));
	p = witness("t/e");
	ASSERT_HELD(p);
	kill(pid, SIGKILL);
	ASSERT_RELEASED(p);
	ASSERT_EQ(waitpid(pid, NULL, 0), pid);
}

TEST(fsconfig_takes_the_anchor_as_a_descriptor)
{
	int anchor = ASSERT_OK(eventfd(0, 0)), fc, m, p;

	fc = ASSERT_OK(syscall(SYS_fsopen, "fdstorefs", 0));
	ASSERT_OK(syscall(SYS_fsconfig, fc, 5 /* FSCONFIG_SET_FD */, "anchor",
			  NULL, anchor));
	ASSERT_OK(syscall(SYS_fsconfig, fc, 6 /* FSCONFIG_CMD_CREATE */, NULL,
			  NULL, 0));
	m = ASSERT_OK(syscall(SYS_fsmount, fc, 0, 0));
	ASSERT_OK(mkdir("t", 0755));
	ASSERT_OK(syscall(SYS_move_mount, m, "", AT_FDCWD, "t", 4));
	p = witness("t/e");
	fire(anchor);
	ASSERT_RELEASED(p);
}

TEST(the_mount_table_shows_the_anchor_and_a_remount_keeps_it)
{
	char buf[16384];
	int anchor = ASSERT_OK(eventfd(0, 0)), p;

	mount_anchored("t", anchor);
	ASSERT_TRUE(strstr(slurp("/proc/self/mounts", buf, sizeof(buf)),
			   "anchor=fd"));
	ASSERT_OK(mount(NULL, "t", NULL, MS_REMOUNT, "max=99,anchor=fd"));
	ASSERT_ERRNO(EINVAL, mount(NULL, "t", NULL, MS_REMOUNT, "anchor=3"));
	ASSERT_ERRNO(EINVAL, mount(NULL, "t", NULL, MS_REMOUNT, "noanchor"));
	p = witness("t/e");
	fire(anchor);
	ASSERT_RELEASED(p);
}

TEST(anchor_and_noanchor_contradict_each_other)
{
	char options[48];

	ASSERT_OK(mkdir("t", 0755));
	snprintf(options, sizeof(options), "anchor=%d,noanchor",
		 ASSERT_OK(eventfd(0, 0)));
	ASSERT_ERRNO(EINVAL, mount("store", "t", "fdstorefs", 0, options));
	snprintf(options, sizeof(options), "noanchor,anchor=%d",
		 ASSERT_OK(eventfd(0, 0)));
	ASSERT_ERRNO(EINVAL, mount("store", "t", "fdstorefs", 0, options));
	ASSERT_OK(mount("store", "t", "fdstorefs", 0, "noanchor"));
}

/* Runs the rest of the test as init of a new pid namespace; 0 there. */
static pid_t new_init(int flags)
{
	ASSERT_OK(unshare(CLONE_NEWPID | flags));
	return ASSERT_OK(fork());
}

TEST(in_a_pid_namespace_the_store_is_anchored_to_init)
{
	int out[2], p, ready = ASSERT_OK(eventfd(0, 0)), dir;
	uint64_t n;
	pid_t pid;

	ASSERT_OK(pipe(out));
	ASSERT_OK(mkdir("t", 0755));
	pid = new_init(0);
	if (!pid) {
		char buf[16384];

		mount_store("t", NULL);
		ASSERT_TRUE(strstr(slurp("/proc/self/mounts", buf, sizeof(buf)),
				   "anchor=init"));
		fill("t/e", out[1]);
		fire(ready);
		for (;;)
			pause();
	}
	close(out[1]);
	ASSERT_EQ(read(ready, &n, 8), 8);
	/* The mount lives on, since this process shares the mount namespace. */
	dir = ASSERT_OK(open("t", O_RDONLY | O_DIRECTORY));
	p = out[0];
	ASSERT_HELD(p);
	kill(pid, SIGKILL);
	ASSERT_RELEASED(p);
	ASSERT_ERRNO(ESHUTDOWN, put(entry("t/e"), memfd()));
	close(dir);
	ASSERT_EQ(waitpid(pid, NULL, 0), pid);
}

TEST(in_a_pid_namespace_the_store_goes_with_init_whatever_else_it_is_anchored_to)
{
	int out[2];
	pid_t pid;

	ASSERT_OK(pipe(out));
	ASSERT_OK(mkdir("t", 0755));
	pid = new_init(0);
	if (!pid) {
		mount_anchored("t", ASSERT_OK(eventfd(0, 0)));
		fill("t/e", out[1]);
		finish();
	}
	close(out[1]);
	ASSERT_CHILD(pid);
	ASSERT_RELEASED(out[0]);
	ASSERT_ERRNO(ESHUTDOWN, put(entry("t/e"), memfd()));
}

TEST(noanchor_keeps_the_store_of_a_pid_namespace)
{
	pid_t pid;
	int e;

	ASSERT_OK(mkdir("t", 0755));
	pid = new_init(0);
	if (!pid) {
		mount_store("t", "noanchor");
		fill("t/e", memfd());
		finish();
	}
	ASSERT_CHILD(pid);
	e = entry("t/e");
	ASSERT_OK(get(e));
}
