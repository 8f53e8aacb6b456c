// SPDX-License-Identifier: GPL-2.0
/* Who may put and get, besides the mode rule, which is in matrix.c. */
#define SUITE "perm"
#include "harness.h"
#include "store.h"
#include "scm.h"

#define OWNER	1000
#define GROUP	2000
#define OTHER	1001

static int readable(void)
{
	make("readable");
	return ASSERT_OK(open("readable", O_RDONLY | O_CLOEXEC));
}

static void own(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	ASSERT_OK(chown(path, uid, gid));
	ASSERT_OK(chmod(path, mode));
}

TEST(a_supplementary_group_counts)
{
	gid_t groups[] = { GROUP };

	fill("s/e", readable());
	own("s/e", OWNER, GROUP, 0640);
	ASSERT_OK(setgroups(1, groups));
	ASSERT_OK(setresgid(OTHER, OTHER, OTHER));
	ASSERT_OK(setresuid(OTHER, OTHER, OTHER));
	EXPECT_OK(get(ASSERT_OK(open("s/e", O_RDONLY))));
	EXPECT_ERRNO(EACCES, open("s/e", O_WRONLY));
}

TEST(a_drop_box_of_mode_0200_is_filled_but_not_looked_into)
{
	make("s/e");
	own("s/e", OWNER, GROUP, 0200);
	AS_USER(OWNER, OWNER) {
		int e = ASSERT_OK(open("s/e", O_WRONLY));
		char c;

		EXPECT_OK(put(e, memfd()));
		EXPECT_ERRNO(EACCES, get(e));
		EXPECT_ERRNO(EACCES, take(e));
		EXPECT_ERRNO(EBADF, read(e, &c, 1));
		EXPECT_ERRNO(EACCES, open("s/e", O_RDWR));
	}
	EXPECT_OK(get_from("s/e"));
}

/* The entry decides, not the file: that is what handing over means. */
/* What DAC can say of "get only": who may get a socket may take it, so give each his own. */
TEST(each_user_with_an_entry_of_his_own_can_only_lose_his_own)
{
	int s[2];

	ASSERT_OK(chmod("s", 0777));
	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	fill("s/1000", s[0]);
	fill("s/1001", s[0]);
	ASSERT_OK(chown("s/1000", 1000, 1000));
	ASSERT_OK(chown("s/1001", 1001, 1001));
	AS_USER(1000, 1000) {
		close(ASSERT_OK(take(ASSERT_OK(open("s/1000", O_RDWR)))));
		EXPECT_ERRNO(EACCES, open("s/1001", O_RDWR));
	}
	AS_USER(1001, 1001)
		EXPECT_TRUE(same(ASSERT_OK(get_from("s/1001")), s[0]));
}

TEST(a_user_gets_what_it_could_not_have_opened)
{
	char text[8] = "";
	int fd;

	fd = ASSERT_OK(open("secret", O_CREAT | O_RDWR, 0600));
	ASSERT_EQ(write(fd, "secret", 6), 6);
	fill("s/e", ASSERT_OK(open("secret", O_RDONLY)));
	ASSERT_OK(chmod("s/e", 0644));
	AS_USER(OTHER, OTHER) {
		ASSERT_ERRNO(EACCES, open("secret", O_RDONLY));
		fd = ASSERT_OK(get(ASSERT_OK(open("s/e", O_RDONLY))));
		EXPECT_EQ(pread(fd, text, 6, 0), 6);
		EXPECT_STREQ(text, "secret");
		EXPECT_ERRNO(EBADF, write(fd, "x", 1));
	}
}

TEST(an_entry_opened_by_root_works_in_the_hands_of_a_user)
{
	int m = memfd(), e = entry("s/e");

	ASSERT_OK(put(e, m));
	AS_USER(OTHER, OTHER) {
		ASSERT_ERRNO(EACCES, open("s/e", O_RDONLY));
		EXPECT_TRUE(same(ASSERT_OK(get(e)), m));
		EXPECT_OK(put_with(e, m, FDSTOREFS_PUT_REPLACE));
		EXPECT_OK(take(e));
	}
}

TEST(an_entry_sent_over_a_socket_works_for_who_receives_it)
{
	int sv[2], m = memfd(), e = entry("s/e");

	ASSERT_OK(put(e, m));
	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
	send_fd(sv[0], e);
	ASSERT_OK(close(e));
	AS_USER(OTHER, OTHER) {
		e = receive_fd(sv[1]);
		EXPECT_TRUE(same(ASSERT_OK(get(e)), m));
	}
}

TEST(a_directory_without_search_permission_hides_its_entries)
{
	ASSERT_OK(mkdir("s/d", 0755));
	fill("s/d/e", readable());
	ASSERT_OK(chmod("s/d/e", 0666));
	own("s/d", OWNER, GROUP, 0710);
	AS_USER(OTHER, GROUP)
		EXPECT_OK(get(ASSERT_OK(open("s/d/e", O_RDONLY))));
	AS_USER(OTHER, GROUP)
		EXPECT_ERRNO(EACCES, open("s/d", O_RDONLY | O_DIRECTORY));
	AS_USER(OTHER, OTHER)
		EXPECT_ERRNO(EACCES, open("s/d/e", O_RDONLY));
}

TEST(a_directory_without_write_permission_lets_nobody_make_or_remove)
{
	int p;

	ASSERT_OK(mkdir("s/d", 0755));
	p = witness("s/d/e");
	ASSERT_OK(chmod("s/d/e", 0666));
	AS_USER(OTHER, OTHER) {
		EXPECT_ERRNO(EACCES, open("s/d/n", O_CREAT | O_RDWR, 0600));
		EXPECT_ERRNO(EACCES, open("s/d", O_TMPFILE | O_RDWR, 0600));
		EXPECT_ERRNO(EACCES, mkdir("s/d/n", 0755));
		EXPECT_ERRNO(EACCES, symlink("e", "s/d/n"));
		EXPECT_ERRNO(EACCES, unlink("s/d/e"));
		EXPECT_ERRNO(EACCES, rename("s/d/e", "s/d/n"));
	}
	ASSERT_HELD(p);
	ASSERT_OK(chmod("s/d", 0777));
	AS_USER(OTHER, OTHER)
		EXPECT_OK(unlink("s/d/e"));
	ASSERT_RELEASED(p);
}

TEST(who_may_not_mount_elsewhere_may_not_mount_a_store)
{
	ASSERT_OK(mkdir("d", 0777));
	AS_USER(OTHER, OTHER) {
		EXPECT_ERRNO(EPERM, mount("x", "d", "fdstorefs", 0, NULL));
		EXPECT_ERRNO(EPERM, fsopen("fdstorefs", 0));
		EXPECT_ERRNO(EPERM, mount(NULL, "s", NULL, MS_REMOUNT, "max=9"));
		EXPECT_ERRNO(EPERM, umount2("s", MNT_FORCE));
	}
}
