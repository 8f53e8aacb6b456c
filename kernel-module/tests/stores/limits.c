// SPDX-License-Identifier: GPL-2.0
/* max=: what counts, what happens past it, what statfs tells. */
#define SUITE "limits"
#include "harness.h"
#include "store.h"

TEST(max_is_4096_by_default)
{
	struct statfs st;

	ASSERT_OK(statfs("s", &st));
	EXPECT_EQ(st.f_files, 4096);
	EXPECT_EQ(st.f_ffree, 4096);
}

TEST(statfs_tells_magic_and_name_length)
{
	struct statfs st;

	make("s/e");
	ASSERT_OK(statfs("s/e", &st));
	EXPECT_EQ(st.f_type, FDSTOREFS_SUPER_MAGIC);
	EXPECT_EQ(st.f_type, 0x46445354);
	EXPECT_EQ(st.f_namelen, 255);
}

TEST(entries_directories_symlinks_links_and_fifos_count_but_not_the_root)
{
	EXPECT_EQ(files_in_use("s"), 0);
	make("s/e");
	EXPECT_EQ(files_in_use("s"), 1);
	ASSERT_OK(mkdir("s/d", 0755));
	EXPECT_EQ(files_in_use("s"), 2);
	ASSERT_OK(symlink("e", "s/d/s"));
	EXPECT_EQ(files_in_use("s"), 3);
	ASSERT_OK(link("s/e", "s/d/l"));
	EXPECT_EQ(files_in_use("s"), 4);
	ASSERT_OK(mkfifo("s/f", 0644));
	EXPECT_EQ(files_in_use("s"), 5);
	fill("s/e", memfd());
	EXPECT_EQ(files_in_use("s"), 5);
}

TEST(unlink_rmdir_and_rename_over_free)
{
	make("s/a");
	make("s/b");
	ASSERT_OK(link("s/a", "s/l"));
	ASSERT_OK(symlink("a", "s/s"));
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(mkdir("s/c", 0755));
	EXPECT_EQ(files_in_use("s"), 6);
	ASSERT_OK(unlink("s/l"));
	EXPECT_EQ(files_in_use("s"), 5);
	ASSERT_OK(unlink("s/s"));
	EXPECT_EQ(files_in_use("s"), 4);
	ASSERT_OK(rename("s/a", "s/b"));
	EXPECT_EQ(files_in_use("s"), 3);
	ASSERT_OK(rename("s/c", "s/d"));
	EXPECT_EQ(files_in_use("s"), 2);
	ASSERT_OK(rmdir("s/d"));
	EXPECT_EQ(files_in_use("s"), 1);
	ASSERT_OK(unlink("s/b"));
	EXPECT_EQ(files_in_use("s"), 0);
}

TEST(a_tmpfile_counts_once_linked_or_not_until_it_is_gone)
{
	int fd = ASSERT_OK(open("s", O_TMPFILE | O_RDWR, 0600));

	EXPECT_EQ(files_in_use("s"), 1);
	ASSERT_OK(link_fd(fd, "s/t"));
	EXPECT_EQ(files_in_use("s"), 1);
	ASSERT_OK(link_fd(fd, "s/u"));
	EXPECT_EQ(files_in_use("s"), 2);
	ASSERT_OK(unlink("s/u"));
	ASSERT_OK(unlink("s/t"));
	ASSERT_OK(close(fd));
	EXPECT_EQ(files_in_use("s"), 0);
	fd = ASSERT_OK(open("s", O_TMPFILE | O_RDWR, 0600));
	ASSERT_OK(close(fd));
	EXPECT_EQ(files_in_use("s"), 0);
}

TEST(past_max_whatever_makes_a_name_fails_with_enospc_and_leaves_none)
{
	mount_store("d", "max=2");
	make("d/a");
	make("d/b");
	EXPECT_ERRNO(ENOSPC, open("d/n", O_CREAT | O_RDWR, 0600));
	EXPECT_ERRNO(ENOSPC, mkdir("d/n", 0755));
	EXPECT_ERRNO(ENOSPC, mkfifo("d/n", 0644));
	EXPECT_ERRNO(ENOSPC, mknod("d/n", S_IFREG | 0644, 0));
	EXPECT_ERRNO(ENOSPC, symlink("a", "d/n"));
	EXPECT_ERRNO(ENOSPC, link("d/a", "d/n"));
	EXPECT_ERRNO(ENOSPC, open("d", O_TMPFILE | O_RDWR, 0600));
	EXPECT_FALSE(exists("d/n"));
	EXPECT_EQ(stat_of("d/a").st_nlink, 1);
	EXPECT_EQ(stat_of("d").st_nlink, 2);
	EXPECT_EQ(files_in_use("d"), 2);
	ASSERT_OK(unlink("d/a"));
	EXPECT_OK(mkdir("d/n", 0755));
	EXPECT_ERRNO(ENOSPC, mkdir("d/m", 0755));
}

TEST(a_full_store_still_opens_renames_puts_and_gets)
{
	int m = memfd();

	mount_store("d", "max=2");
	make("d/a");
	make("d/b");
	fill("d/a", m);
	EXPECT_TRUE(same(ASSERT_OK(get_from("d/a")), m));
	EXPECT_OK(rename("d/a", "d/c"));
	EXPECT_OK(renameat2(AT_FDCWD, "d/b", AT_FDCWD, "d/c", RENAME_EXCHANGE));
	EXPECT_TRUE(same(ASSERT_OK(get_from("d/b")), m));
	EXPECT_OK(rename("d/b", "d/c"));
	EXPECT_EQ(files_in_use("d"), 1);
}

TEST(a_failed_operation_counts_nothing)
{
	make("s/e");
	ASSERT_OK(mkdir("s/d", 0755));
	EXPECT_ERRNO(EEXIST, open("s/e", O_CREAT | O_EXCL | O_RDWR, 0600));
	EXPECT_ERRNO(EEXIST, mkdir("s/d", 0755));
	EXPECT_ERRNO(EEXIST, symlink("x", "s/e"));
	EXPECT_ERRNO(EEXIST, link("s/e", "s/d"));
	EXPECT_ERRNO(EPERM, link("s/d", "s/l"));
	EXPECT_EQ(files_in_use("s"), 2);
}

TEST(max_1_holds_one)
{
	mount_store("one", "max=1");
	make("one/e");
	EXPECT_ERRNO(ENOSPC, mkdir("one/d", 0755));
}

TEST(a_store_fills_to_exactly_its_default_max)
{
	char name[32];

	for (int i = 0; i < 4096; i++) {
		snprintf(name, sizeof(name), "s/%d", i);
		make(name);
	}
	EXPECT_ERRNO(ENOSPC, open("s/n", O_CREAT | O_RDWR, 0600));
	for (int i = 0; i < 4096; i++) {
		snprintf(name, sizeof(name), "s/%d", i);
		ASSERT_OK(unlink(name));
	}
	EXPECT_EQ(files_in_use("s"), 0);
}
