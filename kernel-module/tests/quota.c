// SPDX-License-Identifier: GPL-2.0
/* How much a user may have stored, and what pays for it. */
#define SUITE "quota"
#include "harness.h"
#include "store.h"
#include <sys/eventfd.h>
#include <sys/resource.h>

#define LIMIT	16

/* A limit that is below what this program has open itself does not matter. */
static void limit_files(rlim_t n)
{
	ASSERT_OK(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ n, n }));
}

static const char *numbered(int i)
{
	static char name[32];

	snprintf(name, sizeof(name), "d/%d", i);
	return name;
}

/* A directory of a store of its own, in which the user may do anything. */
static void open_store(void)
{
	mount_store("d", "mode=777");
}

/* As user 1000, with the limit; in a child. */
#define AS_LIMITED_USER							\
	for (bool once_ = true; once_; once_ = false)			\
		AS_USER(1000, 1000)					\
			for (bool l_ = (limit_files(LIMIT), true); l_; l_ = false)

/* Stores until refused; returns how many were stored. */
static int store_all(void)
{
	int n = 0, m = memfd();

	for (;; n++) {
		int e = entry(numbered(n)), ret = put(e, m);

		close(e);
		if (ret)
			break;
	}
	ASSERT_EQ(errno, ETOOMANYREFS);
	ASSERT_OK(unlink(numbered(n)));
	close(m);
	return n;
}

static void unlink_all(int n)
{
	while (n--)
		ASSERT_OK(unlink(numbered(n)));
}

TEST(a_user_stores_as_many_as_rlimit_nofile)
{
	open_store();
	AS_LIMITED_USER {
		int n = store_all();

		EXPECT_EQ(n, LIMIT);
		/* What is full can still be replaced, and be given up. */
		int e = entry(numbered(0)), m = memfd();

		ASSERT_OK(put_with(e, m, FDSTOREFS_PUT_REPLACE));
		ASSERT_ERRNO(EBUSY, put(e, m));
		close(ASSERT_OK(take(e)));
		ASSERT_OK(put(e, m));
		unlink_all(n);
	}
}

TEST(the_limit_is_of_the_user_not_of_the_process_or_the_store)
{
	open_store();
	mount_store("e", "mode=777");
	AS_LIMITED_USER
		for (int i = 0; i < LIMIT; i++)
			fill(numbered(i), 1);
	AS_LIMITED_USER
		EXPECT_ERRNO(ETOOMANYREFS, put(entry("e/x"), memfd()));
	/* Another user has an allowance of its own. */
	AS_USER(1001, 1001)
		EXPECT_OK(put(entry("e/y"), memfd()));
}

TEST(root_is_exempt_but_root_of_a_user_namespace_is_not)
{
	pid_t pid;

	open_store();
	pid = ASSERT_OK(fork());
	if (!pid) {
		limit_files(LIMIT);
		for (int i = 0; i < 3 * LIMIT; i++)
			fill(numbered(i), 1);
		finish();
	}
	ASSERT_CHILD(pid);
	unlink_all(3 * LIMIT);
	AS_USER(1000, 1000) {
		limit_files(LIMIT);
		ASSERT_OK(unshare(CLONE_NEWUSER));
		EXPECT_EQ(store_all(), LIMIT);
	}
}

/* Every way in which a put or its end gives the charge back. */
static void round_of_all_ways(int i)
{
	int m = memfd(), p[2], anchor = ASSERT_OK(eventfd(0, 0));
	int e = entry("d/way");
	struct fdstorefs_put arg = { .fd = m, .anchor_fd = anchor };
	uint64_t one = 1;

	switch (i % 8) {
	case 0:
		ASSERT_OK(put(e, m));
		close(ASSERT_OK(take(e)));
		break;
	case 1:
		ASSERT_OK(put(e, m));
		ASSERT_OK(ftruncate(e, 0));
		break;
	case 2:
		ASSERT_OK(put(e, m));
		ASSERT_OK(put_with(e, m, FDSTOREFS_PUT_REPLACE));
		ASSERT_ERRNO(EBUSY, put(e, m));
		break;
	case 3:
		ASSERT_ERRNO(ELOOP, put(e, e));
		ASSERT_ERRNO(EBADF, put(e, -1));
		break;
	case 4:
		ASSERT_OK(pipe(p));
		ASSERT_OK(put_with(e, p[0], FDSTOREFS_PUT_HANGUP));
		close(p[1]);
		ASSERT_TRUE(await(e, POLLOUT) & POLLOUT);
		ASSERT_ERRNO(EPIPE, put_with(e, p[0], FDSTOREFS_PUT_HANGUP));
		close(p[0]);
		break;
	case 5:
		ASSERT_OK(ioctl(e, FDSTOREFS_IOC_PUT, &arg));
		ASSERT_EQ(write(anchor, &one, 8), 8);
		ASSERT_TRUE(await(e, POLLOUT) & POLLOUT);
		break;
	case 6:
		ASSERT_OK(put(e, m));
		make("d/over");
		ASSERT_OK(rename("d/over", "d/way"));
		break;
	case 7:
		ASSERT_OK(unlink("d/way"));
		ASSERT_ERRNO(ENOENT, put(e, m));
		make("d/way");
		break;
	}
	ASSERT_OK(unlink("d/way"));
	close(e);
	close(m);
	close(anchor);
}

TEST(the_charge_is_given_back_exactly_once_on_every_path)
{
	open_store();
	AS_LIMITED_USER {
		int n;

		for (int i = 0; i < 200; i++)
			round_of_all_ways(i);
		n = store_all();
		EXPECT_EQ(n, LIMIT);
		unlink_all(n);
	}
	/* Also by unmounting. */
	for (int i = 0; i < 3; i++) {
		AS_LIMITED_USER
			EXPECT_EQ(store_all(), LIMIT);
		ASSERT_OK(umount2("d", i ? MNT_DETACH : MNT_FORCE));
		open_store();
	}
}

TEST_SECONDS(the_memory_cgroup_stops_a_tenant, 240)
{
	const char *group = "/sys/fs/cgroup/fdstorefs-test";
	int status, i;
	pid_t pid;

	mount_store("d", "max=10000000");
	write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	ASSERT_OK(mkdir(group, 0755));
	write_file("/sys/fs/cgroup/fdstorefs-test/memory.max", "8388608");
	pid = ASSERT_OK(fork());
	if (!pid) {
		write_file("/sys/fs/cgroup/fdstorefs-test/cgroup.procs", "0");
		for (i = 0;; i++) {
			int e = open(numbered(i), O_RDWR | O_CREAT, 0600);

			if (e < 0)
				_exit(errno == ENOMEM ? 0 : 2);
			if (put(e, 1))
				_exit(errno == ENOMEM ? 0 : 3);
			close(e);
			if (i > 100000)
				_exit(4);
		}
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	/* The kernel answers ENOMEM, or kills. */
	ASSERT_TRUE(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
	NOTE("%lu entries fit in 8 MiB", files_in_use("d"));
	EXPECT_GE(8388608 / files_in_use("d"), 500);
	ASSERT_OK(umount2("d", MNT_DETACH));
	ASSERT_OK(rmdir(group));
}
