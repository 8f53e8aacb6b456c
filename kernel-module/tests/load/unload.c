// SPDX-License-Identifier: GPL-2.0
/*
 * Operations without end leave nothing, and the module goes. Runs last, since
 * it unloads the module; with FDSTOREFS_KO=FILE it loads it again from there.
 * FDSTOREFS_OPS is how many entries are made (200000).
 */
#define SUITE "unload"
#include "harness.h"
#include "slow.h"
#include "store.h"
#include <sys/syscall.h>

static int unload(void)
{
	return syscall(SYS_delete_module, "fdstorefs", O_NONBLOCK);
}

static long operations(void)
{
	return strtol(getenv("FDSTOREFS_OPS") ?: "200000", NULL, 10);
}

TEST_SECONDS(a_mass_of_created_filled_and_unlinked_entries_leaves_nothing, 600)
{
	int p[2];

	ASSERT_LEFT(1, 1);
	ASSERT_OK(pipe2(p, O_CLOEXEC));
	for (long i = operations(); i > 0; i--) {
		fill("s/e", p[1]);
		ASSERT_OK(unlink("s/e"));
	}
	EXPECT_EQ(files_in_use("s"), 0);
	ASSERT_OK(close(p[1]));
	ASSERT_RELEASED(p[0]);
	ASSERT_LEFT(1, 1);
}

TEST_SECONDS(a_mass_of_puts_gets_and_takes_leaves_nothing, 600)
{
	int p[2], e = entry("s/e");

	ASSERT_OK(pipe2(p, O_CLOEXEC));
	for (long i = operations() / 4; i > 0; i--) {
		ASSERT_OK(put_with(e, p[1], FDSTOREFS_PUT_REPLACE));
		ASSERT_OK(close(ASSERT_OK(get(e))));
		ASSERT_OK(close(ASSERT_OK(take(e))));
		ASSERT_ERRNO(ENODATA, take(e));
	}
	ASSERT_OK(close(p[1]));
	ASSERT_RELEASED(p[0]);
	ASSERT_OK(close(e));
	ASSERT_OK(unlink("s/e"));
	ASSERT_LEFT(1, 1);
}

TEST_SECONDS(a_mass_of_refused_puts_leaves_nothing, 600)
{
	int p[2], e = entry("s/e"), ns;

	ASSERT_OK(pipe2(p, O_CLOEXEC));
	ns = ASSERT_OK(open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC));
	for (long i = operations() / 10; i > 0; i--) {
		ASSERT_ERRNO(ELOOP, put(e, e));
		ASSERT_ERRNO(ELOOP, put(e, ns));
		ASSERT_ERRNO(EBADF, put(e, -1));
		ASSERT_ERRNO(EINVAL, put_with(e, p[1], 1U << 31));
	}
	ASSERT_OK(close(p[1]));
	ASSERT_RELEASED(p[0]);
	ASSERT_OK(close(e));
	ASSERT_OK(unlink("s/e"));
	ASSERT_LEFT(1, 1);
}

/* By a context, since the message for mount(2) would fill the kernel's log. */
static void refuse_bad_option(int fs)
{
	ASSERT_OK(fsconfig(fs, FSCONFIG_SET_STRING, "max", "3", 0));
	ASSERT_ERRNO(EINVAL, fsconfig(fs, FSCONFIG_SET_STRING, "max", "x", 0));
	ASSERT_OK(close(fs));
}

TEST_SECONDS(a_mass_of_mounts_with_and_without_errors_leaves_nothing, 600)
{
	ASSERT_OK(mkdir("d", 0755));
	for (long i = operations() / 200; i > 0; i--) {
		ASSERT_OK(mount("x", "d", "fdstorefs", 0, "max=3"));
		fill("d/e", 0);
		refuse_bad_option(ASSERT_OK(fspick(AT_FDCWD, "d", FSPICK_CLOEXEC)));
		ASSERT_OK(umount("d"));
		refuse_bad_option(ASSERT_OK(fsopen("fdstorefs", FSOPEN_CLOEXEC)));
	}
	ASSERT_LEFT(1, 1);
}

TEST_SECONDS(a_full_store_is_unmounted_in_one_go_and_leaves_nothing, 600)
{
	long n = operations() / 10;
	char path[32], options[32];
	int p[2];

	snprintf(options, sizeof(options), "max=%ld", n);
	mount_store("d", options);
	ASSERT_OK(pipe2(p, O_CLOEXEC));
	for (long i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "d/%ld", i);
		fill(path, p[1]);
	}
	ASSERT_OK(close(p[1]));
	ASSERT_OK(umount("d"));
	ASSERT_RELEASED(p[0]);
	ASSERT_LEFT(1, 1);
}

TEST(a_mounted_store_keeps_the_module_loaded)
{
	EXPECT_ERRNO(EWOULDBLOCK, unload());
	ASSERT_OK(umount("s"));
	EXPECT_EQ(number_in(MODULE_USERS), 0);
	/* Nothing is mounted, but a detached store is still in use. */
	ASSERT_OK(mount("store", "s", "fdstorefs", 0, NULL));
	ASSERT_OK(open("s/e", O_CREAT | O_RDWR, 0600));
	ASSERT_OK(umount2("s", MNT_DETACH));
	EXPECT_ERRNO(EWOULDBLOCK, unload());
}

/* To remove the module would wait, unkillably, for as long as that takes. */
TEST(a_slow_close_keeps_the_module_loaded)
{
	int listener = slow_peer(), slow = slow_file(listener);

	fill("s/e", slow);
	close(slow);
	ASSERT_OK(umount("s"));
	EXPECT_ERRNO(EWOULDBLOCK, unload());
	close(listener);
	ASSERT_LEFT(0, 0);
}

TEST(without_a_store_the_module_unloads_and_loads_again)
{
	const char *ko = getenv("FDSTOREFS_KO");
	char text[8192];
	int fd;

	ASSERT_OK(umount("s"));
	ASSERT_LEFT(0, 0);
	ASSERT_OK(unload());
	EXPECT_FALSE(exists("/sys/module/fdstorefs"));
	EXPECT_EQ(live_inodes(), -1);
	EXPECT_FALSE(strstr(slurp("/proc/filesystems", text, sizeof(text)), "fdstorefs"));
	if (!ko || !*ko) {
		NOTE("not loaded again: FDSTOREFS_KO is not set");
		return;
	}
	fd = ASSERT_OK(open(ko, O_RDONLY | O_CLOEXEC));
	ASSERT_OK(syscall(SYS_finit_module, fd, "", 0));
	ASSERT_OK(mount("store", "s", "fdstorefs", 0, NULL));
	fill("s/e", 0);
	EXPECT_OK(get_from("s/e"));
}
