// SPDX-License-Identifier: GPL-2.0
/* Finding, linking, moving and removing names, when memory fails. */
#define SUITE "fault_names"
#include "harness.h"
#include "fault.h"

TEST(open_of_what_is_there)
{
	int p = witness("s/e");

	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct world before = world_of("s");
		int e = IN_FAULT(f, open("s/e", O_RDWR | O_CLOEXEC));

		if (e < 0)
			EXPECT_UNCHANGED("s", before);
		else
			ASSERT_OK(close(e));
		ASSERT_HELD(p);
	}
}

TEST(looking_for_what_is_not_there)
{
	char path[32];

	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct world before = world_of("s");
		struct stat st;

		/* A name that no cache knows yet. */
		snprintf(path, sizeof(path), "s/%u", f->nth);
		IN_FAULT(f, stat(path, &st) && errno == ENOENT ? 0 : -1);
		EXPECT_UNCHANGED("s", before);
	}
}

TEST(follow_symbolic_link)
{
	char target[16];

	ASSERT_OK(symlink("e", "s/l"));
	make("s/e");
	EACH_FAULT_OF(f, "readlink", ENOMEM, EFAULT)
		IN_FAULT(f, readlink("s/l", target, sizeof(target)));
	EACH_FAULT_OF(g, "open through it", ENOMEM, EFAULT) {
		struct world before = world_of("s");
		int e = IN_FAULT(g, open("s/l", O_RDWR | O_CLOEXEC));

		if (e >= 0)
			close(e);
		EXPECT_UNCHANGED("s", before);
	}
}

TEST(make_hard_link)
{
	int p = witness("s/e");

	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct world before = world_of("s");

		if (IN_FAULT(f, link("s/e", "s/l")) < 0) {
			expect_no_name("s/l", before);
			EXPECT_EQ(stat_of("s/e").st_nlink, 1);
			ASSERT_OK(link("s/e", "s/l"));
		}
		EXPECT_EQ(stat_of("s/e").st_nlink, 2);
		EXPECT_EQ(files_in_use("s"), before.used + 1);
		ASSERT_OK(unlink("s/l"));
		ASSERT_HELD(p);
	}
}

static int rename_with(const char *from, const char *to, unsigned int flags)
{
	return renameat2(AT_FDCWD, from, AT_FDCWD, to, flags);
}

TEST(rename_to_a_new_name)
{
	static const unsigned int flags[] = { 0, RENAME_NOREPLACE };

	for (int i = 0; i < 2; i++)
		EACH_FAULT_OF(f, i ? "RENAME_NOREPLACE" : "rename", ENOMEM, EFAULT) {
			int p = witness("s/a");
			struct world before = world_of("s");

			if (IN_FAULT(f, rename_with("s/a", "s/b", flags[i])) < 0) {
				expect_no_name("s/b", before);
				EXPECT_TRUE(exists("s/a"));
				ASSERT_OK(rename_with("s/a", "s/b", flags[i]));
			}
			expect_no_name("s/a", before);
			ASSERT_HELD(p);
			ASSERT_OK(unlink("s/b"));
			ASSERT_RELEASED(p);
			close(p);
		}
}

TEST(rename_over_an_entry)
{
	EACH_FAULT(f, ENOMEM, EFAULT) {
		int a = witness("s/a"), b = witness("s/b");
		struct world before = world_of("s");

		if (IN_FAULT(f, rename("s/a", "s/b")) < 0) {
			EXPECT_UNCHANGED("s", before);
			EXPECT_TRUE(exists("s/a") && exists("s/b"));
			ASSERT_HELD(b);
			ASSERT_OK(rename("s/a", "s/b"));
		}
		EXPECT_EQ(files_in_use("s"), before.used - 1);
		ASSERT_RELEASED(b);
		ASSERT_HELD(a);
		ASSERT_OK(unlink("s/b"));
		ASSERT_RELEASED(a);
		close(a);
		close(b);
	}
	ASSERT_LEFT(1, 1);
}

TEST(rename_exchange)
{
	int a = witness("s/a"), b = witness("s/b");
	ino_t first = stat_of("s/a").st_ino, second = stat_of("s/b").st_ino;

	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct world before = world_of("s");

		if (IN_FAULT(f, rename_with("s/a", "s/b", RENAME_EXCHANGE)) == 0)
			ASSERT_OK(rename_with("s/a", "s/b", RENAME_EXCHANGE));
		EXPECT_UNCHANGED("s", before);
		EXPECT_EQ(stat_of("s/a").st_ino, first);
		EXPECT_EQ(stat_of("s/b").st_ino, second);
		ASSERT_HELD(a);
		ASSERT_HELD(b);
	}
}

TEST(rename_of_a_directory_over_an_empty_one)
{
	ASSERT_OK(mkdir("s/x", 0755));
	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct world before;
		int p;

		ASSERT_OK(mkdir("s/a", 0755));
		ASSERT_OK(mkdir("s/x/b", 0755));
		p = witness("s/a/e");
		before = world_of("s");
		if (IN_FAULT(f, rename("s/a", "s/x/b")) < 0) {
			EXPECT_UNCHANGED("s", before);
			EXPECT_EQ(stat_of("s").st_nlink, 4);
			EXPECT_EQ(stat_of("s/x").st_nlink, 3);
			ASSERT_OK(rename("s/a", "s/x/b"));
		}
		EXPECT_EQ(files_in_use("s"), before.used - 1);
		EXPECT_EQ(stat_of("s").st_nlink, 3);
		EXPECT_EQ(stat_of("s/x").st_nlink, 3);
		ASSERT_HELD(p);
		ASSERT_OK(unlink("s/x/b/e"));
		ASSERT_OK(rmdir("s/x/b"));
		close(p);
	}
}

TEST(remove_the_last_name)
{
	EACH_FAULT(f, ENOMEM, EFAULT) {
		int p = witness("s/e");
		struct world before = world_of("s");

		if (IN_FAULT(f, unlink("s/e")) < 0) {
			EXPECT_UNCHANGED("s", before);
			EXPECT_TRUE(exists("s/e"));
			ASSERT_HELD(p);
			ASSERT_OK(unlink("s/e"));
		}
		ASSERT_RELEASED(p);
		close(p);
		EXPECT_EQ(files_in_use("s"), 0);
	}
	ASSERT_LEFT(1, 1);
}

TEST(remove_directory)
{
	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct world before;

		ASSERT_OK(mkdir("s/d", 0755));
		before = world_of("s");
		if (IN_FAULT(f, rmdir("s/d")) < 0) {
			EXPECT_UNCHANGED("s", before);
			EXPECT_TRUE(exists("s/d"));
			ASSERT_OK(rmdir("s/d"));
		}
		EXPECT_EQ(files_in_use("s"), 0);
	}
}

/* All that takes memory there is the open directory. */
static long list_directory(const char *path)
{
	int d = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char buf[1024];
	long n;

	if (d < 0)
		return -1;
	n = syscall(SYS_getdents64, d, buf, sizeof(buf));
	close(d);
	return n;
}

TEST(list_directory)
{
	make("s/a");
	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct world before = world_of("s");

		IN_FAULT(f, list_directory("s"));
		EXPECT_UNCHANGED("s", before);
	}
}
