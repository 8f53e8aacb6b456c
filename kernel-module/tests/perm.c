// SPDX-License-Identifier: GPL-2.0
/* Who may put and get: as the owner, in the group, as another, privileged. */
#define SUITE "perm"
#include "harness.h"
#include "store.h"
#include <linux/capability.h>
#include <sys/socket.h>

#define OWNER	1000
#define GROUP	2000
#define OTHER	1001

/* This process goes on with this user and no capability but that one. */
static void keep_only(uid_t uid, int capability)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct caps[2] = {};

	ASSERT_OK(prctl(PR_SET_KEEPCAPS, 1));
	become(uid, uid);
	if (capability >= 0)
		caps[0].effective = caps[0].permitted = 1 << capability;
	ASSERT_OK(syscall(SYS_capset, &head, caps));
}

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

/*
 * One user and one mode: may it get a read-only file, may it put? Both through
 * an entry opened for just that, as another successor would.
 */
static void expect_may(bool may_get, bool may_put)
{
	int e = open("s/e", O_RDONLY);

	if (may_get)
		EXPECT_OK(get(EXPECT_OK(e)));
	else
		EXPECT_ERRNO(EACCES, e);
	e = open("s/e", O_WRONLY);
	if (may_put)
		EXPECT_OK(put_with(EXPECT_OK(e), ASSERT_OK(open("readable", O_RDONLY)),
				   FDSTOREFS_PUT_REPLACE));
	else
		EXPECT_ERRNO(EACCES, e);
}

TEST(the_mode_bits_of_the_entry_say_who_gets_and_who_puts)
{
	static const int modes[] = { 0600, 0640, 0644, 0200, 0400, 0620, 0000, 0666, 0060 };

	fill("s/e", readable());
	for (int i = 0; i < 9; i++) {
		int mode = modes[i];

		own("s/e", OWNER, GROUP, mode);
		AS_USER(OWNER, OWNER) {
			ABOUT("%04o, owner", mode);
			expect_may(mode & 0400, mode & 0200);
		}
		AS_USER(OTHER, GROUP) {
			ABOUT("%04o, group", mode);
			expect_may(mode & 0040, mode & 0020);
		}
		AS_USER(OTHER, OTHER) {
			ABOUT("%04o, other", mode);
			expect_may(mode & 0004, mode & 0002);
		}
		ABOUT("%04o, root", mode);
		expect_may(true, true);
	}
}

TEST(a_supplementary_group_counts)
{
	gid_t groups[] = { GROUP };

	fill("s/e", readable());
	own("s/e", OWNER, GROUP, 0640);
	ASSERT_OK(setgroups(1, groups));
	ASSERT_OK(setresgid(OTHER, OTHER, OTHER));
	ASSERT_OK(setresuid(OTHER, OTHER, OTHER));
	expect_may(true, false);
}

TEST(a_writable_file_needs_both_bits_to_be_got)
{
	fill("s/e", memfd());
	own("s/e", OWNER, GROUP, 0640);
	AS_USER(OTHER, GROUP) {
		EXPECT_ERRNO(EACCES, open("s/e", O_RDWR));
		EXPECT_ERRNO(EACCES, get(ASSERT_OK(open("s/e", O_RDONLY))));
	}
	AS_USER(OWNER, OWNER)
		EXPECT_OK(get(ASSERT_OK(open("s/e", O_RDWR))));
}

TEST(take_needs_write_permission_and_fails_without_loss)
{
	int r = readable();

	fill("s/e", r);
	own("s/e", OWNER, GROUP, 0644);
	AS_USER(OTHER, GROUP)
		EXPECT_ERRNO(EBADF, take(ASSERT_OK(open("s/e", O_RDONLY))));
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/e")), r));
	AS_USER(OWNER, OWNER)
		EXPECT_OK(take(ASSERT_OK(open("s/e", O_RDWR))));
	EXPECT_ERRNO(ENODATA, get_from("s/e"));
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
	char control[CMSG_SPACE(sizeof(int))] = "", c;
	struct iovec v = { &c, 1 };
	struct msghdr msg = {
		.msg_iov = &v, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
	int sv[2], m = memfd(), e = entry("s/e");

	ASSERT_OK(put(e, m));
	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &e, sizeof(int));
	ASSERT_EQ(sendmsg(sv[0], &msg, 0), 1);
	ASSERT_OK(close(e));
	AS_USER(OTHER, OTHER) {
		ASSERT_EQ(recvmsg(sv[1], &msg, 0), 1);
		memcpy(&e, CMSG_DATA(head), sizeof(int));
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

TEST(cap_dac_override_opens_any_entry_and_without_it_root_does_not)
{
	fill("s/e", memfd());
	own("s/e", OWNER, OWNER, 0600);
	for (int capable = 0; capable < 2; capable++) {
		pid_t pid = ASSERT_OK(fork());

		if (!pid) {
			ABOUT("uid %d", OTHER);
			keep_only(OTHER, capable ? CAP_DAC_OVERRIDE : -1);
			if (capable)
				EXPECT_OK(get(EXPECT_OK(open("s/e", O_RDWR))));
			else
				EXPECT_ERRNO(EACCES, open("s/e", O_RDWR));
			finish();
		}
		ASSERT_CHILD(pid);
		pid = ASSERT_OK(fork());
		if (!pid) {
			ABOUT("uid 0");
			keep_only(0, capable ? CAP_DAC_OVERRIDE : -1);
			if (capable)
				EXPECT_OK(get(EXPECT_OK(open("s/e", O_RDWR))));
			else
				EXPECT_ERRNO(EACCES, open("s/e", O_RDWR));
			finish();
		}
		ASSERT_CHILD(pid);
	}
}

TEST(no_capability_makes_get_give_more_than_the_entry_was_opened_for)
{
	fill("s/e", memfd());
	EXPECT_ERRNO(EACCES, get(ASSERT_OK(open("s/e", O_RDONLY))));
	EXPECT_ERRNO(EACCES, get(ASSERT_OK(open("s/e", O_WRONLY))));
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
