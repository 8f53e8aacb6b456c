// SPDX-License-Identifier: GPL-2.0
/* Making, opening, moving and removing names, when memory fails. */
#define SUITE "fault_names"
#include "harness.h"
#include "fault.h"
#include "posix_acl.h"

/* A failed call has changed nothing, and left no name. */
static void expect_no_name(const char *path, struct world before)
{
	EXPECT_UNCHANGED("s", before);
	EXPECT_FALSE(exists(path));
}

static int create(const char *path)
{
	return open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
}

TEST(create)
{
	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct world before = world_of("s");
		int e = IN_FAULT(f, create("s/e"));

		if (e < 0) {
			expect_no_name("s/e", before);
			e = ASSERT_OK(create("s/e"));
		}
		ASSERT_OK(put(e, 1));
		ASSERT_OK(close(e));
		EXPECT_EQ(mode_of("s/e"), 0640);
		ASSERT_OK(unlink("s/e"));
		EXPECT_UNCHANGED("s", before);
	}
	ASSERT_LEFT(1, 1);
}

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

TEST(o_tmpfile)
{
	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct world before = world_of("s");
		int e = IN_FAULT(f, open("s", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));

		if (e < 0) {
			EXPECT_UNCHANGED("s", before);
			e = ASSERT_OK(open("s", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));
		}
		ASSERT_OK(put(e, 1));
		ASSERT_OK(close(e));
		EXPECT_UNCHANGED("s", before);
	}
	ASSERT_LEFT(1, 1);
}

TEST(linkat_of_an_o_tmpfile)
{
	struct lifeline t = to_be_stored();
	int e = ASSERT_OK(open("s", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));

	ASSERT_OK(put(e, t.given));
	let_go(&t);
	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct world before = world_of("s");

		if (IN_FAULT(f, link_fd(e, "s/e")) < 0) {
			expect_no_name("s/e", before);
			ASSERT_TRUE(lives(&t));
			continue;
		}
		ASSERT_TRUE(lives(&t));
		ASSERT_OK(close(e));
		ASSERT_TRUE(lives(&t));
		ASSERT_OK(unlink("s/e"));
		ASSERT_DIES(&t);
		t = to_be_stored();
		e = ASSERT_OK(open("s", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));
		ASSERT_OK(put(e, t.given));
		let_go(&t);
	}
}

TEST(make_directory)
{
	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct world before = world_of("s");

		if (IN_FAULT(f, mkdir("s/d", 0750)) < 0) {
			expect_no_name("s/d", before);
			EXPECT_EQ(stat_of("s").st_nlink, 2);
			ASSERT_OK(mkdir("s/d", 0750));
		}
		EXPECT_EQ(stat_of("s").st_nlink, 3);
		EXPECT_EQ(mode_of("s/d"), 0750);
		ASSERT_OK(rmdir("s/d"));
		EXPECT_UNCHANGED("s", before);
	}
	ASSERT_LEFT(1, 1);
}

TEST(make_symbolic_link)
{
	char target[16] = "";

	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct world before = world_of("s");

		if (IN_FAULT(f, symlink("target", "s/l")) < 0) {
			expect_no_name("s/l", before);
			ASSERT_OK(symlink("target", "s/l"));
		}
		ASSERT_EQ(readlink("s/l", target, sizeof(target) - 1), 6);
		EXPECT_STREQ(target, "target");
		ASSERT_OK(unlink("s/l"));
		EXPECT_UNCHANGED("s", before);
	}
	ASSERT_LEFT(1, 1);
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

TEST(make_device_node_and_fifo)
{
	EACH_FAULT_OF(f, "a device node", ENOMEM, EFAULT) {
		struct world before = world_of("s");

		if (IN_FAULT(f, mknod("s/n", S_IFCHR | 0666, makedev(1, 3))) < 0) {
			expect_no_name("s/n", before);
			ASSERT_OK(mknod("s/n", S_IFCHR | 0666, makedev(1, 3)));
		}
		ASSERT_ERRNO(EACCES, open("s/n", O_RDWR));
		ASSERT_OK(unlink("s/n"));
	}
	EACH_FAULT_OF(g, "a fifo", ENOMEM, EFAULT) {
		struct world before = world_of("s");

		if (IN_FAULT(g, mkfifo("s/n", 0600)) < 0) {
			expect_no_name("s/n", before);
			ASSERT_OK(mkfifo("s/n", 0600));
		}
		ASSERT_OK(unlink("s/n"));
	}
	ASSERT_LEFT(1, 1);
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

/* A default ACL, which the new inode gets a copy of. */
#define DEFAULT	"u::rwx,u:1000:rw,g::rx,m::rwx,o::-"

TEST(create_where_there_is_a_default_acl)
{
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(set_acl("s/d", DEFAULT_ACL, DEFAULT));
	EACH_FAULT_OF(f, "an entry", ENOMEM, EFAULT) {
		struct world before = world_of("s");
		int e = IN_FAULT(f, create("s/d/e"));

		if (e < 0) {
			expect_no_name("s/d/e", before);
			e = ASSERT_OK(create("s/d/e"));
		}
		close(e);
		EXPECT_STREQ(acl_text("s/d/e", ACCESS_ACL), "u::rw,u:1000:rw,g::rx,m::r,o::-");
		ASSERT_OK(unlink("s/d/e"));
	}
	EACH_FAULT_OF(g, "a directory", ENOMEM, EFAULT) {
		struct world before = world_of("s");

		if (IN_FAULT(g, mkdir("s/d/d", 0777)) < 0) {
			expect_no_name("s/d/d", before);
			ASSERT_OK(mkdir("s/d/d", 0777));
		}
		EXPECT_STREQ(acl_text("s/d/d", ACCESS_ACL), DEFAULT);
		EXPECT_STREQ(acl_text("s/d/d", DEFAULT_ACL), DEFAULT);
		ASSERT_OK(rmdir("s/d/d"));
	}
	ASSERT_LEFT(1, 2);
}
