// SPDX-License-Identifier: GPL-2.0
/* How unmounting, in each of its ways, ends a store. */
#define SUITE "unmount"
#include "harness.h"
#include "store.h"
#include "scm.h"

/* The file is not only held but works: a byte goes through. */
static void expect_works(int stored, int reader)
{
	char c = 0;

	EXPECT_EQ(write(stored, "x", 1), 1);
	EXPECT_EQ(read(reader, &c, 1), 1);
	EXPECT_EQ(c, 'x');
	close(stored);
}

TEST(umount_releases_all)
{
	int p[20];
	char path[32];

	ASSERT_OK(mkdir("s/d", 0755));
	for (int i = 0; i < 20; i++) {
		snprintf(path, sizeof(path), i % 2 ? "s/%d" : "s/d/%d", i);
		p[i] = witness(path);
	}
	ASSERT_OK(umount("s"));
	for (int i = 0; i < 20; i++)
		ASSERT_RELEASED(p[i]);
}

TEST(umount_of_one_of_two_mounts_of_a_store_keeps)
{
	int p = witness("s/e");

	ASSERT_OK(mkdir("b", 0755));
	ASSERT_OK(mount("s", "b", NULL, MS_BIND, NULL));
	ASSERT_OK(umount("s"));
	ASSERT_HELD(p);
	expect_works(ASSERT_OK(get_from("b/e")), p);
	ASSERT_OK(umount("b"));
	ASSERT_RELEASED(p);
}

TEST(an_open_entry_makes_umount_ebusy_and_keeps_all)
{
	int p = witness("s/e"), e = entry("s/e");

	EXPECT_ERRNO(EBUSY, umount("s"));
	ASSERT_HELD(p);
	expect_works(ASSERT_OK(get(e)), p);
}

TEST(after_a_lazy_umount_the_store_lives_until_its_last_entry_is_closed)
{
	int p = witness("s/e"), q = witness("s/f"), e = entry("s/e");

	ASSERT_OK(umount2("s", MNT_DETACH));
	EXPECT_FALSE(exists("s/e"));
	ASSERT_HELD(p);
	ASSERT_HELD(q);
	expect_works(ASSERT_OK(get(e)), p);
	ASSERT_OK(close(e));
	ASSERT_RELEASED(p);
	ASSERT_RELEASED(q);
}

TEST(after_a_lazy_umount_a_working_directory_is_a_user_too)
{
	int p = witness("s/e"), top = ASSERT_OK(open(".", O_PATH));

	ASSERT_OK(chdir("s"));
	ASSERT_OK(umount2(".", MNT_DETACH));
	ASSERT_HELD(p);
	expect_works(ASSERT_OK(get_from("e")), p);
	ASSERT_OK(fchdir(top));
	ASSERT_RELEASED(p);
}

TEST(umount_with_force_is_ebusy_drains_and_leaves_the_store_usable)
{
	int p = witness("s/e"), q = witness("s/f"), e = entry("s/e"), m = memfd();

	ASSERT_ERRNO(EBUSY, umount2("s", MNT_FORCE));
	ASSERT_RELEASED(p);
	ASSERT_RELEASED(q);
	EXPECT_ERRNO(ENODATA, get(e));
	EXPECT_TRUE(exists("s/f"));
	ASSERT_OK(put(e, m));
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/e")), m));
	EXPECT_OK(open("s/new", O_CREAT | O_RDWR, 0600));
}

TEST(umount_with_force_of_an_idle_store_unmounts_it)
{
	int p = witness("s/e");

	ASSERT_OK(umount2("s", MNT_FORCE));
	ASSERT_RELEASED(p);
	EXPECT_FALSE(exists("s/e"));
}

TEST(umount_with_force_and_detach_drains_a_busy_store)
{
	int p = witness("s/e"), e = entry("s/e");

	ASSERT_OK(umount2("s", MNT_FORCE | MNT_DETACH));
	ASSERT_RELEASED(p);
	EXPECT_ERRNO(ENODATA, get(e));
}

TEST(the_end_of_the_mount_namespace_ends_the_store)
{
	int p[2], go[2];
	pid_t pid;
	char c;

	ASSERT_OK(pipe2(p, O_CLOEXEC));
	ASSERT_OK(pipe2(go, O_CLOEXEC));
	pid = ASSERT_OK(fork());
	if (!pid) {
		ASSERT_OK(unshare(CLONE_NEWNS));
		mount_store("t", NULL);
		fill("t/e", p[1]);
		ASSERT_OK(close(p[1]));
		ASSERT_EQ(write(go[1], "", 1), 1);
		pause();
	}
	ASSERT_OK(close(p[1]));
	ASSERT_EQ(read(go[0], &c, 1), 1);
	ASSERT_HELD(p[0]);
	ASSERT_OK(kill(pid, SIGKILL));
	ASSERT_RELEASED(p[0]);
}

/*
 * The stored file is the last user of a lazily unmounted tmpfs, which ends
 * with it: IN_UNMOUNT tells. In a store's own teardown this nests two.
 */
static void last_user_of_another_mount(int (*release)(void))
{
	char buf[4096];
	int in = ASSERT_OK(inotify_init1(IN_CLOEXEC));

	ASSERT_OK(mkdir("t", 0755));
	ASSERT_OK(mount("t", "t", "tmpfs", 0, NULL));
	make("t/file");
	ASSERT_OK(inotify_add_watch(in, "t", IN_DELETE_SELF));
	fill("s/e", ASSERT_OK(open("t/file", O_RDONLY | O_CLOEXEC)));
	closefrom(in + 1);
	ASSERT_OK(umount2("t", MNT_DETACH));
	ASSERT_OK(release());
	ASSERT_TRUE(await(in, POLLIN) & POLLIN);
	ASSERT_OK(read(in, buf, sizeof(buf)));
	EXPECT_TRUE(((struct inotify_event *)buf)->mask & (IN_UNMOUNT | IN_DELETE_SELF));
}

static int by_unlink(void)
{
	return unlink("s/e");
}

static int by_umount(void)
{
	return umount("s");
}

static int by_force(void)
{
	int e = entry("s/e");

	ASSERT_ERRNO(EBUSY, umount2("s", MNT_FORCE));
	return close(e);
}

static int by_truncate(void)
{
	return truncate("s/e", 0);
}

TEST(releasing_the_last_user_of_another_mount_does_not_deadlock)
{
	int (*const ways[])(void) = { by_unlink, by_umount, by_force, by_truncate };

	for (int i = 0; i < 4; i++) {
		pid_t pid = ASSERT_OK(fork());

		if (!pid) {
			ASSERT_OK(unshare(CLONE_NEWNS));
			mount_store("s", NULL);
			ABOUT("way %d", i);
			last_user_of_another_mount(ways[i]);
			finish();
		}
		ASSERT_CHILD(pid);
		rmdir("t");
	}
}

/* A socket's queue is what no check sees; unmounting one store ends another. */
TEST(releasing_the_last_user_of_another_store_does_not_deadlock)
{
	int p, sv[2], e;

	mount_store("t", NULL);
	p = witness("t/e");
	e = entry("t/e");
	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv));
	send_fd(sv[0], e);
	fill("s/socket", sv[1]);
	ASSERT_OK(umount2("t", MNT_DETACH));
	ASSERT_OK(close(sv[0]));
	ASSERT_OK(close(sv[1]));
	ASSERT_OK(close(e));
	ASSERT_HELD(p);
	ASSERT_OK(umount("s"));
	ASSERT_RELEASED(p);
}
