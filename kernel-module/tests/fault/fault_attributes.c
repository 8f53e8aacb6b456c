// SPDX-License-Identifier: GPL-2.0
/* Mode, owner, times, ACLs and labels, when memory fails. */
#define SUITE "fault_attributes"
#include "harness.h"
#include "fault.h"
#include "posix_acl.h"

#define WIDE	"u::rw,u:1000:rw,g::r,m::rw,o::r"
#define NARROW	"u::rw,u:1000:rw,g::r,m::r,o::-"

TEST(chmod_of_an_entry_without_an_acl)
{
	make("s/e");
	EACH_FAULT(f, ENOMEM, EFAULT) {
		ASSERT_OK(chmod("s/e", 0644));
		if (IN_FAULT(f, chmod("s/e", 0600)) < 0) {
			EXPECT_EQ(mode_of("s/e"), 0644);
			ASSERT_OK(chmod("s/e", 0600));
		}
		EXPECT_EQ(mode_of("s/e"), 0600);
	}
}

/* The mode and the mask of the ACL change together or not at all. */
TEST(chmod_of_an_entry_with_an_acl)
{
	make("s/e");
	EACH_FAULT(f, ENOMEM, EFAULT) {
		ASSERT_OK(set_acl("s/e", ACCESS_ACL, WIDE));
		if (IN_FAULT(f, chmod("s/e", 0640)) < 0) {
			EXPECT_EQ(mode_of("s/e"), 0664);
			EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), WIDE);
			ASSERT_OK(chmod("s/e", 0640));
		}
		EXPECT_EQ(mode_of("s/e"), 0640);
		EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), NARROW);
	}
}

/*
 * Whoever truncates a set-user-ID file takes that bit away, which goes the way
 * of chmod(2) and so needs memory where there is an ACL.
 */
TEST(a_truncation_that_fails_on_the_acl_does_not_empty)
{
	EACH_FAULT(f, ENOMEM, EFAULT) {
		int p = witness("s/e");

		ASSERT_OK(chown("s/e", 1000, 1000));
		ASSERT_OK(set_acl("s/e", ACCESS_ACL, WIDE));
		ASSERT_OK(chmod("s/e", 04666));
		AS_USER(1001, 1001) {
			ASSERT_OK(prctl(PR_SET_DUMPABLE, 1));
			if (IN_FAULT(f, truncate("s/e", 0)) < 0) {
				EXPECT_EQ(mode_of("s/e"), 04666);
				ASSERT_HELD(p);
				ASSERT_OK(truncate("s/e", 0));
			}
			EXPECT_EQ(mode_of("s/e"), 0666);
			ASSERT_RELEASED(p);
		}
		ASSERT_OK(close(p));
	}
}

TEST(change_of_owner)
{
	make("s/e");
	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct stat st;

		ASSERT_OK(chown("s/e", 0, 0));
		if (IN_FAULT(f, chown("s/e", 1000, 2000)) < 0) {
			st = stat_of("s/e");
			EXPECT_TRUE(st.st_uid == 0 && st.st_gid == 0);
			ASSERT_OK(chown("s/e", 1000, 2000));
		}
		st = stat_of("s/e");
		EXPECT_TRUE(st.st_uid == 1000 && st.st_gid == 2000);
	}
}

TEST(change_of_times)
{
	static const struct timespec old[2] = { { 1, 0 }, { 2, 0 } }, new[2] = { { 3, 0 }, { 4, 0 } };

	make("s/e");
	EACH_FAULT(f, ENOMEM, EFAULT) {
		ASSERT_OK(utimensat(AT_FDCWD, "s/e", old, 0));
		if (IN_FAULT(f, utimensat(AT_FDCWD, "s/e", new, 0)) < 0) {
			EXPECT_EQ(stat_of("s/e").st_mtime, 2);
			ASSERT_OK(utimensat(AT_FDCWD, "s/e", new, 0));
		}
		EXPECT_EQ(stat_of("s/e").st_atime, 3);
		EXPECT_EQ(stat_of("s/e").st_mtime, 4);
	}
}

TEST(set_an_access_acl)
{
	make("s/e");
	EACH_FAULT_OF(f, "the first", ENOMEM, EFAULT) {
		ASSERT_OK(chmod("s/e", 0600));
		if (IN_FAULT(f, set_acl("s/e", ACCESS_ACL, WIDE)) < 0) {
			EXPECT_EQ(mode_of("s/e"), 0600);
			EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), "none");
			ASSERT_OK(set_acl("s/e", ACCESS_ACL, WIDE));
		}
		EXPECT_EQ(mode_of("s/e"), 0664);
		EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), WIDE);
		ASSERT_OK(removexattr("s/e", ACCESS_ACL));
	}
	EACH_FAULT_OF(g, "another one", ENOMEM, EFAULT) {
		ASSERT_OK(set_acl("s/e", ACCESS_ACL, WIDE));
		if (IN_FAULT(g, set_acl("s/e", ACCESS_ACL, NARROW)) < 0) {
			EXPECT_EQ(mode_of("s/e"), 0664);
			EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), WIDE);
			ASSERT_OK(set_acl("s/e", ACCESS_ACL, NARROW));
		}
		EXPECT_EQ(mode_of("s/e"), 0640);
		EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), NARROW);
	}
	/* Which is one that says no more than mode bits do. */
	EACH_FAULT_OF(h, "none", ENOMEM, EFAULT) {
		ASSERT_OK(set_acl("s/e", ACCESS_ACL, WIDE));
		if (IN_FAULT(h, set_acl("s/e", ACCESS_ACL, "u::rw,g::-,o::-")) < 0) {
			EXPECT_EQ(mode_of("s/e"), 0664);
			EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), WIDE);
			ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,g::-,o::-"));
		}
		EXPECT_EQ(mode_of("s/e"), 0600);
		EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), "none");
	}
}

TEST(remove_an_access_acl)
{
	make("s/e");
	EACH_FAULT(f, ENOMEM, EFAULT) {
		ASSERT_OK(set_acl("s/e", ACCESS_ACL, WIDE));
		if (IN_FAULT(f, removexattr("s/e", ACCESS_ACL)) < 0) {
			EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), WIDE);
			ASSERT_OK(removexattr("s/e", ACCESS_ACL));
		}
		EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), "none");
	}
}

TEST(set_and_remove_a_default_acl)
{
	ASSERT_OK(mkdir("s/d", 0755));
	EACH_FAULT_OF(f, "set", ENOMEM, EFAULT) {
		if (IN_FAULT(f, set_acl("s/d", DEFAULT_ACL, NARROW)) < 0) {
			EXPECT_STREQ(acl_text("s/d", DEFAULT_ACL), "none");
			ASSERT_OK(set_acl("s/d", DEFAULT_ACL, NARROW));
		}
		EXPECT_STREQ(acl_text("s/d", DEFAULT_ACL), NARROW);
		EXPECT_EQ(mode_of("s/d"), 0755);
		ASSERT_OK(removexattr("s/d", DEFAULT_ACL));
	}
	EACH_FAULT_OF(g, "remove", ENOMEM, EFAULT) {
		ASSERT_OK(set_acl("s/d", DEFAULT_ACL, NARROW));
		if (IN_FAULT(g, removexattr("s/d", DEFAULT_ACL)) < 0) {
			EXPECT_STREQ(acl_text("s/d", DEFAULT_ACL), NARROW);
			ASSERT_OK(removexattr("s/d", DEFAULT_ACL));
		}
		EXPECT_STREQ(acl_text("s/d", DEFAULT_ACL), "none");
	}
}

TEST(read_and_list_attributes)
{
	char list[256], value[256];

	make("s/e");
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, WIDE));
	EACH_FAULT_OF(f, "getxattr", ENOMEM, EFAULT)
		IN_FAULT(f, getxattr("s/e", ACCESS_ACL, value, sizeof(value)));
	EACH_FAULT_OF(g, "listxattr", ENOMEM, EFAULT) {
		memset(list, 0, sizeof(list));
		if (IN_FAULT(g, listxattr("s/e", list, sizeof(list))) >= 0)
			EXPECT_STREQ(list, ACCESS_ACL);
	}
	EACH_FAULT_OF(h, "setxattr of a kind that there is not", ENOMEM, EFAULT)
		IN_FAULT(h, setxattr("s/e", "user.x", "1", 1, 0) &&
			 errno == EOPNOTSUPP ? 0 : -1);
}
