// SPDX-License-Identifier: GPL-2.0
/* How much may be stored, by whom, and what pays for it. */
#define SUITE "quota"
#include "harness.h"
#include "admin.h"
#include "caps.h"
#include "store.h"
#include "userns.h"
#include <sys/fsuid.h>
#include <sys/resource.h>

#define LIMIT		16
#define USERNS_MAX	"/sys/module/fdstorefs/parameters/userns_max"
#define USERNS_ROOT_MAX	"/sys/module/fdstorefs/parameters/userns_root_max"
#define USERNS		"/sys/module/fdstorefs/parameters/userns"
/* What a store counts for, as limits.c and its parameter's description say. */
#define STORE_COST	16

static const char *numbered(const char *dir, int i)
{
	static char name[32];

	snprintf(name, sizeof(name), "%s/%d", dir, i);
	return name;
}

/* A directory of a store of its own, in which anybody may do anything. */
static void open_store(const char *options)
{
	char all[64];

	snprintf(all, sizeof(all), "mode=777,%s", options);
	mount_store("d", all);
}

/* Stores until refused with that errno; returns how many were stored. */
static int store_all(const char *dir, int err)
{
	int n = 0, m = memfd();

	for (;; n++) {
		int e = entry(numbered(dir, n)), ret = put(e, m);

		close(e);
		if (ret)
			break;
		ASSERT_LT(n, 10000);
	}
	ASSERT_EQ(errno, err);
	ASSERT_OK(unlink(numbered(dir, n)));
	close(m);
	return n;
}

static void unlink_all(const char *dir, int n)
{
	while (n--)
		ASSERT_OK(unlink(numbered(dir, n)));
}

/* maxuser=: entries of one store that one uid has filled. */

TEST(a_uid_fills_as_many_entries_of_a_store_as_maxuser_says)
{
	open_store("maxuser=16");
	AS_USER(1000, 1000) {
		int n = store_all("d", EDQUOT);

		EXPECT_EQ(n, LIMIT);
		/* What is full can still be replaced, and be given up. */
		int e = entry(numbered("d", 0)), m = memfd();

		ASSERT_OK(put_with(e, m, FDSTOREFS_PUT_REPLACE));
		ASSERT_ERRNO(EBUSY, put(e, m));
		close(ASSERT_OK(take(e)));
		ASSERT_OK(put(e, m));
		unlink_all("d", n);
	}
}

TEST(each_uid_has_a_share_of_its_own_in_each_store)
{
	open_store("maxuser=1");
	mount_store("e", "mode=777,maxuser=1");
	AS_USER(1000, 1000) {
		fill("d/a", 1);
		EXPECT_ERRNO(EDQUOT, put(entry("d/b"), 1));
		fill("e/a", 1);
		EXPECT_ERRNO(EDQUOT, put(entry("e/b"), 1));
	}
	AS_USER(1001, 1001)
		fill("d/c", 1);
}

TEST(what_a_uid_replaces_of_another_counts_for_it_and_no_more_for_the_other)
{
	open_store("maxuser=1");
	AS_USER(1000, 1000)
		fill("d/a", 1);
	ASSERT_OK(chmod("d/a", 0666));
	AS_USER(1001, 1001) {
		ASSERT_OK(put_with(ASSERT_OK(open("d/a", O_RDWR)), 1,
				   FDSTOREFS_PUT_REPLACE));
		EXPECT_ERRNO(EDQUOT, put(entry("d/b"), 1));
	}
	AS_USER(1000, 1000)
		fill("d/c", 1);
}

TEST(the_uid_that_counts_is_the_effective_one_as_for_files)
{
	open_store("maxuser=1");
	IN_CHILD {
		/* Real 1000, effective 1001; no capability comes of it. */
		keep_only(1000, 1000, CAP_SETUID);
		ASSERT_OK(setresuid(1000, 1001, 1000));
		fill("d/a", 1);
		EXPECT_EQ(stat_of("d/a").st_uid, 1001);
	}
	AS_USER(1001, 1001)
		EXPECT_ERRNO(EDQUOT, put(entry("d/b"), 1));
	AS_USER(1000, 1000)
		EXPECT_OK(put(entry("d/c"), 1));
}

TEST(who_may_exceed_resource_limits_is_exempt_and_not_counted)
{
	open_store("maxuser=4");
	for (int i = 0; i < 3 * LIMIT; i++)
		fill(numbered("d", i), 1);
	/* The same uid, without the capability, has its whole share. */
	IN_CHILD {
		keep_only(0, 0, -1);
		ASSERT_OK(mkdir("d/sub", 0700));
		EXPECT_EQ(store_all("d/sub", EDQUOT), 4);
	}
}

/* Every way in which a put or its end gives the charge back. */
static void round_of_all_ways(int i)
{
	int m = memfd(), p[2], anchor = ASSERT_OK(eventfd(0, 0));
	int e = entry("d/way");
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
		ASSERT_EMPTIES(e);
		ASSERT_ERRNO(EPIPE, put_with(e, p[0], FDSTOREFS_PUT_HANGUP));
		close(p[0]);
		break;
	case 5:
		ASSERT_OK(put_anchored(e, m, anchor));
		ASSERT_EQ(write(anchor, &one, 8), 8);
		ASSERT_EMPTIES(e);
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

TEST(the_share_is_given_back_exactly_once_on_every_path)
{
	char store[32];

	open_store("maxuser=16");
	snprintf(store, sizeof(store), "%s", store_of("d"));
	AS_USER(1000, 1000)
		for (int i = 0; i < 200; i++)
			round_of_all_ways(i);
	/* What is closed by others is paid for until it is. */
	await_number(store, "closing", 0);
	AS_USER(1000, 1000)
		EXPECT_EQ(store_all("d", EDQUOT), LIMIT);
	drain_store(store);
	ASSERT_EQ(store_number(store, "filled"), 0);
}

TEST(what_is_open_has_nothing_to_do_with_it)
{
	open_store("");
	AS_USER(1000, 1000) {
		int m = memfd();

		ASSERT_OK(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 8, 8 }));
		for (int i = 0; i < 100; i++)
			fill(numbered("d", i), m);
	}
}

TEST(containers_that_run_as_one_uid_have_nothing_to_do_with_each_other)
{
	open_store("");
	mount_store("e", "mode=777");
	IN_CHILD {
		keep_only(0, 0, -1);
		for (int i = 0; i < 1100; i++)
			fill(numbered("d", i), 1);
	}
	IN_CHILD {
		keep_only(0, 0, -1);
		ASSERT_OK(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 1024, 1024 }));
		fill("e/first", 1);
	}
}

/* Stores of user namespaces, and the allowance of who makes those. */

static long set_number(const char *path, long number)
{
	long before = number_in(path);
	char text[32];

	snprintf(text, sizeof(text), "%ld", number);
	write_file(path, text);
	return before;
}

/* A parameter is everybody's, so a test that lowers it raises it again. */
#define WITH_PARAMETER(path, n)						\
	for (long before_ = set_number(path, n), on_ = 1; on_;		\
	     on_ = 0, set_number(path, before_))
#define WITH_ALLOWANCE(n)	WITH_PARAMETER(USERNS_MAX, n)

/* The block as root of a user namespace that this uid makes, in "r". */
static bool namespace_of(uid_t uid)
{
	if (!exists("r"))
		ASSERT_OK(mkdir("r", 0777));
	ASSERT_OK(chmod("r", 0777));
	if (!harness_in_child())
		return false;
	if (uid)
		become(uid, uid);
	ASSERT_OK(prctl(PR_SET_DUMPABLE, 1));
	become_root_of_user_namespace(CLONE_NEWNS);
	ASSERT_OK(chdir("r"));
	return true;
}

#define IN_NAMESPACE_OF(uid) \
	for (bool as_ = namespace_of(uid); as_; finish())

TEST(stores_of_a_user_namespace_and_what_they_hold_count_against_an_allowance)
{
	WITH_ALLOWANCE(2 * STORE_COST + 4)
		IN_NAMESPACE_OF(1000) {
			int anchor = ASSERT_OK(eventfd(0, 0)), n, e;

			mount_store("t", NULL);
			mount_store("u", NULL);
			ASSERT_OK(mkdir("v", 0755));
			EXPECT_ERRNO(ETOOMANYREFS, mount("store", "v", "fdstorefs", 0, NULL));
			n = store_all("t", ETOOMANYREFS);
			EXPECT_EQ(n, 4);
			EXPECT_ERRNO(ETOOMANYREFS, put(entry("u/e"), 1));
			/* An anchor counts, too. */
			e = entry("t/0");
			EXPECT_ERRNO(ETOOMANYREFS,
				     put_all(e, 1, FDSTOREFS_PUT_REPLACE, anchor));
			close(e);
			unlink_all("t", 2);
			EXPECT_OK(put_anchored(entry("u/e"), 1, anchor));
			EXPECT_ERRNO(ETOOMANYREFS, put(entry("u/f"), 1));
			ASSERT_OK(umount("t"));
			EXPECT_OK(put(entry("u/f"), 1));
		}
}

TEST(the_allowance_is_of_the_namespaces_maker_whoever_puts)
{
	WITH_ALLOWANCE(STORE_COST + 2) {
		int other;

		IN_NAMESPACE_OF(1000) {
			mount_store("t", NULL);
			fill("t/a", 1);
			fill("t/b", 1);
			/* Another namespace of the same maker, meanwhile. */
			IN_CHILD {
				ASSERT_OK(unshare(CLONE_NEWUSER | CLONE_NEWNS));
				ASSERT_OK(mkdir("inner", 0755));
				EXPECT_ERRNO(ETOOMANYREFS,
					     mount("store", "inner", "fdstorefs", 0, NULL));
			}
			/* Another maker has another allowance. */
		}
		other = 1001;
		IN_NAMESPACE_OF(other) {
			mount_store("t2", NULL);
			fill("t2/a", 1);
		}
	}
}

/* One namespace of root's fills a store as far as it goes; then another does. */
static void fill_one_then_the_other(int first, int second)
{
	int p[2], q[2];
	pid_t pid;
	char c;

	ASSERT_OK(pipe(p));
	ASSERT_OK(pipe(q));
	pid = ASSERT_OK(fork());
	if (!pid) {
		become_root_of_user_namespace(CLONE_NEWNS);
		mount_store("t", NULL);
		EXPECT_EQ(store_all("t", ETOOMANYREFS), first);
		ASSERT_EQ(write(p[1], "x", 1), 1);
		ASSERT_EQ(read(q[0], &c, 1), 1);
		finish();
	}
	ASSERT_EQ(read(p[0], &c, 1), 1);
	IN_CHILD {
		become_root_of_user_namespace(CLONE_NEWNS);
		ASSERT_OK(mkdir("u", 0755));
		if (second < 0) {
			EXPECT_ERRNO(ETOOMANYREFS, mount("store", "u", "fdstorefs", 0, NULL));
		} else {
			ASSERT_OK(mount("store", "u", "fdstorefs", 0, NULL));
			EXPECT_EQ(store_all("u", ETOOMANYREFS), second);
		}
	}
	ASSERT_EQ(write(q[1], "x", 1), 1);
	ASSERT_CHILD(pid);
}

TEST(namespaces_that_root_makes_do_not_share_an_allowance)
{
	WITH_ALLOWANCE(STORE_COST + 2)
		fill_one_then_the_other(2, 2);
}

/* Root of a container may be able to make any number of them. */
TEST(namespaces_that_root_makes_have_a_limit_together)
{
	WITH_ALLOWANCE(STORE_COST + 3)
		WITH_PARAMETER(USERNS_ROOT_MAX, 2 * STORE_COST + 5)
			fill_one_then_the_other(3, 2);
}

TEST(with_the_limit_of_all_that_root_makes_used_up_nothing_is_mounted)
{
	WITH_PARAMETER(USERNS_ROOT_MAX, STORE_COST + 2) {
		fill_one_then_the_other(2, -1);
		/* Who is not root has nothing to do with that. */
		IN_NAMESPACE_OF(1000) {
			mount_store("w", NULL);
			mount_store("x", NULL);
		}
	}
}

TEST(stores_of_the_host_have_no_allowance)
{
	WITH_ALLOWANCE(0) {
		open_store("");
		for (int i = 0; i < LIMIT; i++)
			fill(numbered("d", i), 1);
	}
}

TEST(the_allowance_is_given_back_with_the_store)
{
	WITH_ALLOWANCE(STORE_COST + 2)
		for (int i = 0; i < 20; i++)
			IN_NAMESPACE_OF(1000) {
				mount_store("t", NULL);
				fill("t/a", 1);
				fill("t/b", 1);
			}
}

TEST(mounting_in_user_namespaces_can_be_turned_off)
{
	write_file(USERNS, "N");
	IN_NAMESPACE_OF(1000) {
		ASSERT_OK(mkdir("t", 0755));
		EXPECT_ERRNO(EPERM, mount("store", "t", "fdstorefs", 0, NULL));
	}
	mount_store("d", NULL);
	write_file(USERNS, "Y");
	IN_NAMESPACE_OF(1000)
		mount_store("t", NULL);
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
			int e = open(numbered("d", i), O_RDWR | O_CREAT, 0600);

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
