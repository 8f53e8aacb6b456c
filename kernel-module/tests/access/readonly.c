// SPDX-License-Identifier: GPL-2.0
/* A store mounted read-only: nothing changes, but what is readable is got. */
#define SUITE "readonly"
#include "harness.h"
#include "store.h"

static int readable(void)
{
	make("readable");
	return ASSERT_OK(open("readable", O_RDONLY | O_CLOEXEC));
}

/* What a read-only view of the store, of either making, lets one do. */
static void expect_read_only(const char *dir, int stored)
{
	ASSERT_OK(chdir(dir));
	EXPECT_ERRNO(EROFS, open("e", O_RDWR));
	EXPECT_ERRNO(EROFS, open("e", O_WRONLY));
	EXPECT_ERRNO(EROFS, open("e", O_RDONLY | O_TRUNC));
	EXPECT_ERRNO(EROFS, open("n", O_CREAT | O_RDWR, 0600));
	EXPECT_ERRNO(EROFS, open(".", O_TMPFILE | O_RDWR, 0600));
	EXPECT_ERRNO(EROFS, truncate("e", 0));
	EXPECT_ERRNO(EROFS, unlink("e"));
	EXPECT_ERRNO(EROFS, rename("e", "n"));
	EXPECT_ERRNO(EROFS, mkdir("n", 0755));
	EXPECT_ERRNO(EROFS, chmod("e", 0600));
	EXPECT_TRUE(same(EXPECT_OK(get(EXPECT_OK(open("e", O_RDONLY)))), stored));
	EXPECT_ERRNO(EACCES, get(EXPECT_OK(open("rw", O_RDONLY))));
	EXPECT_ERRNO(EBADF, take(EXPECT_OK(open("e", O_RDONLY))));
	ASSERT_OK(chdir(".."));
}

TEST(a_read_only_bind_mount_lets_one_get_what_is_read_only)
{
	int r = readable();

	fill("s/e", r);
	fill("s/rw", memfd());
	ASSERT_OK(mkdir("ro", 0755));
	ASSERT_OK(mount("s", "ro", NULL, MS_BIND, NULL));
	ASSERT_OK(mount(NULL, "ro", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL));
	expect_read_only("ro", r);
	EXPECT_OK(truncate("s/e", 0));
	EXPECT_ERRNO(ENODATA, get(ASSERT_OK(open("ro/e", O_RDONLY))));
}

TEST(a_read_only_remount_lets_one_get_what_is_read_only)
{
	int r = readable(), e = entry("s/e");

	ASSERT_OK(put(e, r));
	fill("s/rw", memfd());
	EXPECT_ERRNO(EBUSY, mount(NULL, "s", NULL, MS_REMOUNT | MS_RDONLY, NULL));
	ASSERT_OK(close(e));
	ASSERT_OK(mount(NULL, "s", NULL, MS_REMOUNT | MS_RDONLY, NULL));
	expect_read_only("s", r);
	ASSERT_OK(mount(NULL, "s", NULL, MS_REMOUNT, NULL));
	EXPECT_OK(truncate("s/e", 0));
}
