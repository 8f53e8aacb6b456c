// SPDX-License-Identifier: GPL-2.0
/* Renaming: over, into, instead of, and whole directories. */
#define SUITE "rename"
#include "harness.h"
#include "store.h"

static int xrename(const char *from, const char *to, unsigned int flags)
{
	return renameat2(AT_FDCWD, from, AT_FDCWD, to, flags);
}

TEST(rename_moves_what_is_stored)
{
	int m = memfd();

	ASSERT_OK(mkdir("s/d", 0755));
	fill("s/a", m);
	ASSERT_OK(rename("s/a", "s/d/b"));
	EXPECT_FALSE(exists("s/a"));
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/d/b")), m));
}

TEST(rename_replaces_the_target)
{
	int a = memfd(), b = memfd();

	fill("s/a", a);
	fill("s/b", b);
	ASSERT_OK(rename("s/a", "s/b"));
	EXPECT_FALSE(exists("s/a"));
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/b")), a));
}

TEST(rename_between_two_links_of_one_entry_does_nothing)
{
	make("s/a");
	ASSERT_OK(link("s/a", "s/b"));
	ASSERT_OK(rename("s/a", "s/b"));
	EXPECT_TRUE(exists("s/a"));
	EXPECT_EQ(stat_of("s/b").st_nlink, 2);
}

TEST(rename_noreplace_keeps_the_target)
{
	int a = memfd(), b = memfd();

	fill("s/a", a);
	fill("s/b", b);
	EXPECT_ERRNO(EEXIST, xrename("s/a", "s/b", RENAME_NOREPLACE));
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/a")), a));
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/b")), b));
	EXPECT_OK(xrename("s/a", "s/c", RENAME_NOREPLACE));
}

TEST(rename_exchange_swaps)
{
	int a = memfd(), b = memfd();

	fill("s/a", a);
	ASSERT_OK(mkdir("s/d", 0755));
	fill("s/d/b", b);
	ASSERT_OK(xrename("s/a", "s/d/b", RENAME_EXCHANGE));
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/a")), b));
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/d/b")), a));
	EXPECT_ERRNO(ENOENT, xrename("s/a", "s/none", RENAME_EXCHANGE));
}

TEST(rename_exchange_of_a_directory_and_an_entry_moves_the_link_counts)
{
	ASSERT_OK(mkdir("s/p", 0755));
	ASSERT_OK(mkdir("s/q", 0755));
	ASSERT_OK(mkdir("s/p/d", 0755));
	make("s/q/e");
	EXPECT_EQ(stat_of("s/p").st_nlink, 3);
	ASSERT_OK(xrename("s/p/d", "s/q/e", RENAME_EXCHANGE));
	EXPECT_TRUE(S_ISDIR(stat_of("s/q/e").st_mode));
	EXPECT_TRUE(S_ISREG(stat_of("s/p/d").st_mode));
	EXPECT_EQ(stat_of("s/p").st_nlink, 2);
	EXPECT_EQ(stat_of("s/q").st_nlink, 3);
}

TEST(other_rename_flags_are_einval)
{
	make("s/a");
	make("s/b");
	EXPECT_ERRNO(EINVAL, xrename("s/a", "s/b",
				     RENAME_EXCHANGE | RENAME_NOREPLACE));
	EXPECT_ERRNO(EINVAL, xrename("s/a", "s/b", RENAME_WHITEOUT));
	EXPECT_ERRNO(EINVAL, xrename("s/a", "s/b", 1 << 5));
}

/* Sessions: filled under a temporary name, seen whole under the final one. */
TEST(a_filled_directory_renames_with_all_that_is_in_it)
{
	int a = memfd(), b = memfd();

	ASSERT_OK(mkdir("s/tmp", 0755));
	fill("s/tmp/a", a);
	fill("s/tmp/b", b);
	ASSERT_OK(rename("s/tmp", "s/session"));
	EXPECT_FALSE(exists("s/tmp"));
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/session/a")), a));
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/session/b")), b));
}

TEST(renames_of_directories_that_make_no_sense_fail)
{
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(mkdir("s/d/d", 0755));
	ASSERT_OK(mkdir("s/x", 0755));
	ASSERT_OK(mkdir("s/x/d", 0755));
	make("s/e");
	EXPECT_ERRNO(EINVAL, rename("s/d", "s/d/d/d"));
	EXPECT_ERRNO(ENOTEMPTY, rename("s/x", "s/d"));
	EXPECT_ERRNO(EISDIR, rename("s/e", "s/d"));
	EXPECT_ERRNO(ENOTDIR, rename("s/d", "s/e"));
	EXPECT_ERRNO(EXDEV, rename("s/e", "e"));
	EXPECT_ERRNO(EXDEV, link("s/e", "e"));
	mount_store("t", NULL);
	EXPECT_ERRNO(EXDEV, rename("s/e", "t/e"));
}
