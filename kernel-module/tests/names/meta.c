// SPDX-License-Identifier: GPL-2.0
/* Modes, owners and times. */
#define SUITE "meta"
#include "harness.h"
#include "store.h"
#include <sys/xattr.h>

static const struct timespec long_ago[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };

/* Sets the times of a path back, so that any change shows. */
static void age(const char *path)
{
	ASSERT_OK(utimensat(AT_FDCWD, path, long_ago, AT_SYMLINK_NOFOLLOW));
	ASSERT_EQ(stat_of(path).st_mtime, 1000);
}

static bool later(struct timespec a, struct timespec b)
{
	return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

TEST(modes_of_new_names_obey_the_umask)
{
	umask(027);
	ASSERT_OK(open("s/e", O_CREAT | O_RDWR, 0666));
	ASSERT_OK(mkdir("s/d", 0777));
	ASSERT_OK(mkfifo("s/f", 0666));
	EXPECT_EQ(stat_of("s/e").st_mode, S_IFREG | 0640);
	EXPECT_EQ(stat_of("s/d").st_mode, S_IFDIR | 0750);
	EXPECT_EQ(stat_of("s/f").st_mode, S_IFIFO | 0640);
}

TEST(new_names_belong_to_who_makes_them)
{
	ASSERT_OK(chmod("s", 0777));
	AS_USER(1000, 1001) {
		make("s/e");
		ASSERT_OK(mkdir("s/d", 0755));
		ASSERT_OK(symlink("e", "s/l"));
	}
	for (const char *path = "s/e\0s/d\0s/l\0"; *path; path += 4) {
		EXPECT_EQ(stat_of(path).st_uid, 1000);
		EXPECT_EQ(stat_of(path).st_gid, 1001);
	}
}

TEST(chmod_sets_all_twelve_bits)
{
	make("s/e");
	ASSERT_OK(mkdir("s/d", 0755));
	for (int mode = 0; mode <= 07777; mode += 0111) {
		ABOUT("%o", mode);
		ASSERT_OK(chmod("s/e", mode));
		EXPECT_EQ(stat_of("s/e").st_mode, S_IFREG | mode);
		ASSERT_OK(chmod("s/d", mode));
		EXPECT_EQ(stat_of("s/d").st_mode, S_IFDIR | mode);
	}
}

TEST(chmod_and_chown_do_not_touch_what_is_stored)
{
	int m = memfd();

	fill("s/e", m);
	ASSERT_OK(chmod("s/e", 0));
	ASSERT_OK(chown("s/e", 1000, 1000));
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/e")), m));
	EXPECT_EQ(stat_of("s/e").st_uid, 1000);
}

TEST(chown_sets_owner_and_group_one_or_both)
{
	make("s/e");
	ASSERT_OK(chown("s/e", 5, -1));
	ASSERT_OK(chown("s/e", -1, 6));
	EXPECT_EQ(stat_of("s/e").st_uid, 5);
	EXPECT_EQ(stat_of("s/e").st_gid, 6);
	ASSERT_OK(symlink("e", "s/l"));
	ASSERT_OK(lchown("s/l", 7, 8));
	EXPECT_EQ(stat_of("s/l").st_uid, 7);
	EXPECT_EQ(stat_of("s/e").st_uid, 5);
}

TEST(an_unprivileged_chown_clears_set_id_bits)
{
	make("s/e");
	ASSERT_OK(chown("s/e", 1000, 1000));
	ASSERT_OK(chmod("s/e", 06777));
	AS_USER(1000, 1000)
		ASSERT_OK(chown("s/e", -1, 1000));
	EXPECT_EQ(stat_of("s/e").st_mode, S_IFREG | 0777);
}

TEST(only_the_owner_changes_mode_owner_and_times)
{
	make("s/e");
	ASSERT_OK(chmod("s/e", 0666));
	AS_USER(1000, 1000) {
		EXPECT_ERRNO(EPERM, chmod("s/e", 0777));
		EXPECT_ERRNO(EPERM, chown("s/e", 1000, 1000));
		EXPECT_ERRNO(EPERM, utimensat(AT_FDCWD, "s/e", long_ago, 0));
		EXPECT_OK(utimensat(AT_FDCWD, "s/e", NULL, 0));
	}
	ASSERT_OK(chown("s/e", 1000, 1000));
	AS_USER(1000, 1000) {
		EXPECT_OK(chmod("s/e", 0600));
		EXPECT_OK(utimensat(AT_FDCWD, "s/e", long_ago, 0));
		EXPECT_ERRNO(EPERM, chown("s/e", 0, -1));
	}
}

TEST(a_setgid_directory_hands_its_group_down)
{
	ASSERT_OK(mkdir("s/d", 0777));
	ASSERT_OK(chown("s/d", 0, 2000));
	ASSERT_OK(chmod("s/d", 02777));
	make("s/d/e");
	ASSERT_OK(mkdir("s/d/d", 0755));
	EXPECT_EQ(stat_of("s/d/e").st_gid, 2000);
	EXPECT_EQ(stat_of("s/d/d").st_gid, 2000);
	EXPECT_EQ(stat_of("s/d/d").st_mode, S_IFDIR | 02755);
}

TEST(in_a_sticky_directory_only_the_owner_removes_or_renames)
{
	ASSERT_OK(chmod("s", 01777));
	make("s/root");
	AS_USER(1000, 1000)
		make("s/user");
	AS_USER(1001, 1001) {
		EXPECT_ERRNO(EPERM, unlink("s/root"));
		EXPECT_ERRNO(EPERM, unlink("s/user"));
		EXPECT_ERRNO(EPERM, rename("s/user", "s/mine"));
		make("s/mine");
		EXPECT_ERRNO(EPERM, rename("s/mine", "s/user"));
	}
	AS_USER(1000, 1000)
		EXPECT_OK(unlink("s/user"));
	EXPECT_OK(unlink("s/mine"));
}

TEST(utimensat_sets_times_to_the_nanosecond)
{
	struct timespec t[2] = { { 1, 123456789 }, { 2000000000, 987654321 } };
	struct stat st;

	make("s/e");
	ASSERT_OK(utimensat(AT_FDCWD, "s/e", t, 0));
	st = stat_of("s/e");
	EXPECT_EQ(st.st_atim.tv_sec, 1);
	EXPECT_EQ(st.st_atim.tv_nsec, 123456789);
	EXPECT_EQ(st.st_mtim.tv_sec, 2000000000);
	EXPECT_EQ(st.st_mtim.tv_nsec, 987654321);
	t[0].tv_nsec = UTIME_OMIT;
	t[1].tv_nsec = UTIME_NOW;
	ASSERT_OK(utimensat(AT_FDCWD, "s/e", t, 0));
	EXPECT_EQ(stat_of("s/e").st_atim.tv_nsec, 123456789);
	EXPECT_NE(stat_of("s/e").st_mtime, 2000000000);
}

TEST(new_names_have_the_time_of_their_making)
{
	struct timespec before;

	clock_gettime(CLOCK_REALTIME_COARSE, &before);
	make("s/e");
	EXPECT_FALSE(later(before, stat_of("s/e").st_mtim));
	EXPECT_FALSE(later(before, stat_of("s/e").st_ctim));
	EXPECT_FALSE(later(before, stat_of("s/e").st_atim));
}

TEST(whatever_changes_a_directory_updates_its_mtime)
{
	int fd;

	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(mkdir("s/x", 0755));
#define CHANGES(dir, call)						\
	do {								\
		age(dir);						\
		ASSERT_OK(call);					\
		ABOUT("%s", #call);					\
		EXPECT_NE(stat_of(dir).st_mtime, 1000);			\
	} while (0)
	CHANGES("s/d", fd = open("s/d/e", O_CREAT | O_RDWR, 0600));
	CHANGES("s/d", mkdir("s/d/d", 0755));
	CHANGES("s/d", symlink("e", "s/d/s"));
	CHANGES("s/d", mkfifo("s/d/f", 0600));
	CHANGES("s/d", link("s/d/e", "s/d/l"));
	CHANGES("s/d", rename("s/d/e", "s/d/r"));
	CHANGES("s/d", unlink("s/d/r"));
	CHANGES("s/d", rmdir("s/d/d"));
	age("s/x");
	CHANGES("s/d", rename("s/d/l", "s/x/l"));
	EXPECT_NE(stat_of("s/x").st_mtime, 1000);
	close(fd);
}

TEST(whatever_changes_an_inode_updates_its_ctime)
{
	struct timespec was;

	make("s/e");
#define TOUCHES(call)							\
	do {								\
		was = stat_of("s/e").st_ctim;				\
		tick();							\
		ASSERT_OK(call);					\
		ABOUT("%s", #call);					\
		EXPECT_TRUE(later(stat_of("s/e").st_ctim, was));	\
	} while (0)
	TOUCHES(chmod("s/e", 0600));
	TOUCHES(chown("s/e", 1, 1));
	TOUCHES(link("s/e", "s/l"));
	TOUCHES(unlink("s/l"));
	TOUCHES((rename("s/e", "s/r") ?: rename("s/r", "s/e")));
	TOUCHES(utimensat(AT_FDCWD, "s/e", long_ago, 0));
}

TEST(user_and_trusted_attributes_are_not_supported)
{
	make("s/e");
	EXPECT_ERRNO(EOPNOTSUPP, setxattr("s/e", "user.a", "x", 1, 0));
	EXPECT_ERRNO(EOPNOTSUPP, setxattr("s/e", "trusted.a", "x", 1, 0));
	EXPECT_ERRNO(EOPNOTSUPP, getxattr("s/e", "user.a", NULL, 0));
	EXPECT_ERRNO(EOPNOTSUPP, setxattr("s", "trusted.a", "x", 1, 0));
}

TEST(fsync_of_entries_and_directories_succeeds)
{
	int e = entry("s/e"), d = ASSERT_OK(open("s", O_RDONLY | O_DIRECTORY));

	EXPECT_OK(fsync(e));
	EXPECT_OK(fdatasync(e));
	EXPECT_OK(fsync(d));
	EXPECT_OK(syncfs(d));
}
