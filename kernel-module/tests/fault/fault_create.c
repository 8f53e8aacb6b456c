// SPDX-License-Identifier: GPL-2.0
/* Making entries, directories, links and nodes, when memory fails. */
#define SUITE "fault_create"
#include "harness.h"
#include "fault.h"
#include "posix_acl.h"

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
