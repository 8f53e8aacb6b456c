// SPDX-License-Identifier: GPL-2.0
/*
 * What is welcome at put though it resembles what refuse.c lists, or is of a
 * sort that the rows of survive_*.c leave out.
 */
#define SUITE "kinds"
#include "harness.h"
#include "store.h"

/* Stores fd, gets it back, empties. */
static void expect_welcome(const char *what, int fd)
{
	int e = entry("s/e"), got;

	ABOUT("%s", what);
	ASSERT_OK(fd);
	if (EXPECT_OK(put(e, fd)) == 0) {
		got = EXPECT_OK(get(e));
		EXPECT_TRUE(same(got, fd));
		close(got);
	}
	ASSERT_OK(ftruncate(e, 0));
	close(e);
	close(fd);
	ABOUT("%s", "");
}

#define WELCOME(call)	expect_welcome(#call, call)

TEST(files_of_every_access_mode_are_welcome)
{
	make("file");
	ASSERT_OK(mknod("null", S_IFCHR | 0666, makedev(1, 3)));
	WELCOME(open("file", O_RDONLY));
	WELCOME(open("file", O_WRONLY));
	WELCOME(open("file", O_RDWR | O_APPEND | O_SYNC));
	WELCOME(open(".", O_TMPFILE | O_RDWR, 0600));
	WELCOME(open("null", O_RDWR));
	WELCOME(open("null", 3));
}

/* A path alone holds no mount namespace, and no detached mount. */
TEST(o_path_next_to_refused_kinds_is_welcome)
{
	ASSERT_OK(symlink("s", "link"));
	ASSERT_OK(mkdir("d", 0755));
	WELCOME(open("link", O_PATH | O_NOFOLLOW));
	WELCOME(open("/", O_RDONLY | O_DIRECTORY));
	WELCOME(open_tree(AT_FDCWD, "d", 0));
	WELCOME(open("/proc/self/ns/net", O_PATH));
	WELCOME(open("/proc/self/ns/mnt", O_PATH | O_NOFOLLOW));
}

TEST(files_of_proc_about_a_process_are_welcome)
{
	WELCOME(open("/proc/self", O_RDONLY | O_DIRECTORY));
	WELCOME(open("/proc/self/exe", O_RDONLY));
	WELCOME(open("/proc/self/status", O_RDONLY));
}

/* The refused ones are known by what they are, not by how they are called. */
TEST(files_that_only_share_a_name_with_refused_ones_are_welcome)
{
	make("mounts");
	make("mountinfo");
	make("[io_uring]");
	WELCOME(open("mounts", O_RDWR));
	WELCOME(open("mountinfo", O_RDONLY));
	WELCOME(open("[io_uring]", O_RDONLY));
	WELCOME(memfd_create("[io_uring]", 0));
	WELCOME(memfd_create("[fscontext]", 0));
}
