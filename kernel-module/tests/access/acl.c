// SPDX-License-Identifier: GPL-2.0
/* POSIX ACLs: who they let in, who sets them, how they live with mode bits. */
#define SUITE "acl"
#include "harness.h"
#include "store.h"
#include "caps.h"
#include "posix_acl.h"
#include "userns.h"

#define OWNER	1000
#define NAMED	1001
#define OTHER	1002
#define TEAM	2000

static void expect_opens(const char *path, int flags, bool may)
{
	int fd = open(path, flags);

	if (may)
		close(EXPECT_OK(fd));
	else
		EXPECT_ERRNO(EACCES, fd);
}

TEST(a_named_user_gets_puts_and_takes)
{
	fill("s/e", memfd());
	ASSERT_OK(chmod("s/e", 0600));
	AS_USER(NAMED, NAMED)
		EXPECT_ERRNO(EACCES, open("s/e", O_RDWR));
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,u:1001:rw,g::-,m::rw,o::-"));
	AS_USER(NAMED, NAMED) {
		int e = ASSERT_OK(open("s/e", O_RDWR));

		EXPECT_OK(get(e));
		EXPECT_OK(put_with(e, memfd(), FDSTOREFS_PUT_REPLACE));
		EXPECT_OK(take(e));
	}
	AS_USER(OTHER, OTHER)
		EXPECT_ERRNO(EACCES, open("s/e", O_RDONLY));
}

TEST(a_named_user_may_read_and_not_write)
{
	make("s/e");
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,u:1001:r,g::-,m::r,o::-"));
	AS_USER(NAMED, NAMED) {
		expect_opens("s/e", O_RDONLY, true);
		expect_opens("s/e", O_WRONLY, false);
		expect_opens("s/e", O_RDWR, false);
	}
}

TEST(a_named_group_lets_its_members_in)
{
	make("s/e");
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,g::-,g:2000:rw,m::rw,o::-"));
	AS_USER(OTHER, TEAM)
		expect_opens("s/e", O_RDWR, true);
	AS_USER(OTHER, OTHER)
		expect_opens("s/e", O_RDONLY, false);
}

TEST(an_acl_denies_whom_the_mode_bits_would_let_in)
{
	make("s/e");
	ASSERT_OK(chmod("s/e", 0666));
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,u:1001:-,g::rw,m::rw,o::rw"));
	AS_USER(NAMED, NAMED)
		expect_opens("s/e", O_RDONLY, false);
	AS_USER(OTHER, OTHER)
		expect_opens("s/e", O_RDWR, true);
}

TEST(the_mask_limits_named_users_and_the_group_but_not_the_owner)
{
	make("s/e");
	ASSERT_OK(chown("s/e", OWNER, TEAM));
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,u:1001:rw,g::rw,m::r,o::-"));
	AS_USER(OWNER, OWNER)
		expect_opens("s/e", O_RDWR, true);
	AS_USER(NAMED, NAMED) {
		expect_opens("s/e", O_RDONLY, true);
		expect_opens("s/e", O_RDWR, false);
	}
	AS_USER(OTHER, TEAM)
		expect_opens("s/e", O_RDWR, false);
}

TEST(chmod_of_the_group_bits_is_the_mask_and_keeps_the_rest)
{
	make("s/e");
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(mkfifo("s/f", 0644));
	for (const char *path = "s/e\0s/d\0s/f\0"; *path; path += 4) {
		ABOUT("%s", path);
		ASSERT_OK(set_acl(path, ACCESS_ACL, "u::rw,u:1001:rw,g::r,m::rw,o::-"));
		EXPECT_EQ(mode_of(path), 0660);
		ASSERT_OK(chmod(path, 0604));
		EXPECT_STREQ(acl_text(path, ACCESS_ACL), "u::rw,u:1001:rw,g::r,m::-,o::r");
		ASSERT_OK(chmod(path, 0640));
		EXPECT_STREQ(acl_text(path, ACCESS_ACL), "u::rw,u:1001:rw,g::r,m::r,o::-");
	}
}

TEST(an_acl_that_says_no_more_than_a_mode_becomes_one)
{
	make("s/e");
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,g::r,o::-"));
	EXPECT_EQ(mode_of("s/e"), 0640);
	EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), "none");
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,u:1001:rw,g::r,m::rw,o::-"));
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::r,g::w,o::x"));
	EXPECT_EQ(mode_of("s/e"), 0421);
	EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), "none");
}

TEST(a_removed_acl_is_gone)
{
	make("s/e");
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,u:1001:rw,g::r,m::rw,o::-"));
	ASSERT_OK(removexattr("s/e", ACCESS_ACL));
	EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), "none");
	AS_USER(NAMED, NAMED)
		expect_opens("s/e", O_RDONLY, false);
	ASSERT_OK(set_acl("s/d", DEFAULT_ACL, "u::rw,g::r,o::-"));
	ASSERT_OK(removexattr("s/d", DEFAULT_ACL));
	EXPECT_STREQ(acl_text("s/d", DEFAULT_ACL), "none");
}

TEST(only_the_owner_sets_and_removes)
{
	static const char text[] = "u::rw,u:1002:rw,g::r,m::rw,o::rw";

	make("s/e");
	ASSERT_OK(chown("s/e", OWNER, OWNER));
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, text));
	/* May write, and so what: */
	AS_USER(OTHER, OTHER) {
		EXPECT_ERRNO(EPERM, set_acl("s/e", ACCESS_ACL, "u::rw,g::rw,o::rw"));
		EXPECT_ERRNO(EPERM, removexattr("s/e", ACCESS_ACL));
	}
	EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), text);
	AS_USER(OWNER, OWNER) {
		EXPECT_OK(removexattr("s/e", ACCESS_ACL));
		EXPECT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,u:1001:r,g::r,m::r,o::-"));
	}
}

TEST(cap_fowner_sets_for_anybody_and_root_without_it_does_not)
{
	static const char text[] = "u::rw,u:1001:r,g::r,m::r,o::-";

	make("s/e");
	ASSERT_OK(chown("s/e", OWNER, OWNER));
	IN_CHILD {
		keep_only(0, 0, CAP_DAC_OVERRIDE);
		EXPECT_ERRNO(EPERM, set_acl("s/e", ACCESS_ACL, text));
	}
	IN_CHILD {
		keep_only(OTHER, OTHER, CAP_FOWNER);
		EXPECT_OK(set_acl("s/e", ACCESS_ACL, text));
	}
	EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), text);
}

TEST(only_a_member_of_the_group_keeps_the_set_group_id_bit)
{
	static const char text[] = "u::rwx,u:1001:rwx,g::rwx,m::rwx,o::-";

	make("s/e");
	ASSERT_OK(chown("s/e", OWNER, TEAM));
	ASSERT_OK(chmod("s/e", 02770));
	AS_USER(OWNER, TEAM)
		ASSERT_OK(set_acl("s/e", ACCESS_ACL, text));
	EXPECT_EQ(mode_of("s/e"), 02770);
	AS_USER(OWNER, OWNER)
		ASSERT_OK(set_acl("s/e", ACCESS_ACL, text));
	EXPECT_EQ(mode_of("s/e"), 0770);
}

TEST(only_directories_have_a_default_and_symbolic_links_have_none)
{
	make("s/e");
	ASSERT_OK(symlink("e", "s/l"));
	EXPECT_ERRNO(EACCES, set_acl("s/e", DEFAULT_ACL, "u::rw,g::r,o::-"));
	EXPECT_ERRNO(EOPNOTSUPP, lsetxattr("s/l", ACCESS_ACL, &(struct acl){}, 4, 0));
	EXPECT_ERRNO(EOPNOTSUPP, lgetxattr("s/l", ACCESS_ACL, NULL, 0));
}

TEST(what_is_no_acl_is_einval_and_changes_nothing)
{
	static const char *const bad[] = {
		"u::rw,g::r",				/* no others */
		"u::rw,u:1001:rw,g::r,o::-",		/* a name without a mask */
		"u::rw,g::r,o::-,u:1001:rw,m::rw",	/* out of order */
		"u::rw,g::r,m::r,m::r,o::-",		/* two masks */
		"u::rw,u::rw,g::r,o::-",		/* two owners */
	};
	struct acl acl;
	size_t size;

	make("s/e");
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,u:1001:r,g::r,m::r,o::-"));
	for (int i = 0; i < 5; i++) {
		ABOUT("%s", bad[i]);
		EXPECT_ERRNO(EINVAL, set_acl("s/e", ACCESS_ACL, bad[i]));
	}
	size = acl_of("u::rw,g::r,o::-", &acl);
	ABOUT("%s", "a size, a permission, a tag");
	EXPECT_ERRNO(EINVAL, setxattr("s/e", ACCESS_ACL, &acl, size - 1, 0));
	EXPECT_ERRNO(EINVAL, setxattr("s/e", ACCESS_ACL, &acl, 3, 0));
	acl.entries[0].e_perm = htole16(8);
	EXPECT_ERRNO(EINVAL, setxattr("s/e", ACCESS_ACL, &acl, size, 0));
	acl.entries[0].e_perm = htole16(6);
	acl.entries[0].e_tag = htole16(0x80);
	EXPECT_ERRNO(EINVAL, setxattr("s/e", ACCESS_ACL, &acl, size, 0));
	EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), "u::rw,u:1001:r,g::r,m::r,o::-");
	EXPECT_EQ(mode_of("s/e"), 0640);
}

TEST(listxattr_tells_what_there_is_and_no_more)
{
	static const char both[] = ACCESS_ACL "\0" DEFAULT_ACL;
	char list[256];

	ASSERT_OK(mkdir("s/d", 0755));
	EXPECT_EQ(listxattr("s/d", list, sizeof(list)), 0);
	ASSERT_OK(set_acl("s/d", ACCESS_ACL, "u::rw,u:1001:r,g::r,m::r,o::-"));
	EXPECT_EQ(listxattr("s/d", list, sizeof(list)), sizeof(ACCESS_ACL));
	EXPECT_STREQ(list, ACCESS_ACL);
	ASSERT_OK(set_acl("s/d", DEFAULT_ACL, "u::rw,g::r,o::-"));
	EXPECT_EQ(listxattr("s/d", NULL, 0), sizeof(both));
	EXPECT_ERRNO(ERANGE, listxattr("s/d", list, sizeof(both) - 1));
	EXPECT_ERRNO(ERANGE, listxattr("s/d", list, 3));
	EXPECT_EQ(listxattr("s/d", list, sizeof(both)), sizeof(both));
	EXPECT_EQ(memcmp(list, both, sizeof(both)), 0);
}

TEST(other_attributes_are_not_supported)
{
	static const char *const names[] = {
		"user.x", "trusted.x", "security.x", "system.x",
	};

	make("s/e");
	for (int i = 0; i < 4; i++) {
		ABOUT("%s", names[i]);
		EXPECT_ERRNO(EOPNOTSUPP, setxattr("s/e", names[i], "1", 1, 0));
		EXPECT_ERRNO(EOPNOTSUPP, getxattr("s/e", names[i], NULL, 0));
		EXPECT_ERRNO(EOPNOTSUPP, removexattr("s/e", names[i]));
	}
}

TEST(an_acl_goes_along_with_link_and_rename)
{
	static const char text[] = "u::rw,u:1001:r,g::r,m::r,o::-";

	make("s/e");
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, text));
	ASSERT_OK(link("s/e", "s/l"));
	ASSERT_OK(rename("s/e", "s/r"));
	EXPECT_STREQ(acl_text("s/l", ACCESS_ACL), text);
	EXPECT_STREQ(acl_text("s/r", ACCESS_ACL), text);
}

TEST(whatever_changes_an_acl_updates_ctime_and_not_mtime)
{
	struct stat was, now;

	ASSERT_OK(mkdir("s/d", 0755));
#define TOUCHES(call)							\
	do {								\
		ABOUT("%s", #call);					\
		was = stat_of("s/d");					\
		tick();							\
		ASSERT_OK(call);					\
		now = stat_of("s/d");					\
		EXPECT_NE(memcmp(&now.st_ctim, &was.st_ctim,	\
				 sizeof(was.st_ctim)), 0);		\
		EXPECT_EQ(memcmp(&now.st_mtim, &was.st_mtim,	\
				 sizeof(was.st_mtim)), 0);		\
	} while (0)
	TOUCHES(set_acl("s/d", ACCESS_ACL, "u::rwx,u:1001:r,g::r,m::r,o::-"));
	TOUCHES(set_acl("s/d", DEFAULT_ACL, "u::rwx,g::r,o::-"));
	TOUCHES(removexattr("s/d", ACCESS_ACL));
	TOUCHES(removexattr("s/d", DEFAULT_ACL));
}

TEST(the_root_directory_has_acls_like_any)
{
	ASSERT_OK(set_acl("s", ACCESS_ACL, "u::rwx,u:1001:rwx,g::rx,m::rwx,o::rx"));
	ASSERT_OK(set_acl("s", DEFAULT_ACL, "u::rw,u:1002:rw,g::-,m::rw,o::-"));
	AS_USER(NAMED, NAMED) {
		ASSERT_OK(put(ASSERT_OK(open("s/e", O_CREAT | O_RDWR, 0660)), memfd()));
	}
	AS_USER(OTHER, OTHER) {
		EXPECT_OK(get_from("s/e"));
		EXPECT_ERRNO(EACCES, open("s/n", O_CREAT | O_RDWR, 0600));
	}
}

TEST(in_a_user_namespace_names_are_those_of_the_namespace)
{
	make("s/e");
	ASSERT_OK(chown("s/e", OWNER, OWNER));
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,u:1000:r,u:1001:r,g::r,m::r,o::-"));
	ROOTLESS(0) {
		/* 1000 is root there, 1001 is nobody whom it could name. */
		EXPECT_STREQ(acl_text("../s/e", ACCESS_ACL),
			     "u::rw,u:0:r,u::r,g::r,m::r,o::-");
		EXPECT_ERRNO(EINVAL, set_acl("../s/e", ACCESS_ACL, "u::rw,u:7:r,g::r,m::r,o::-"));
	}
}

TEST(a_read_only_mount_is_erofs)
{
	make("s/e");
	ASSERT_OK(mount(NULL, "s", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
	EXPECT_ERRNO(EROFS, set_acl("s/e", ACCESS_ACL, "u::rw,g::r,o::-"));
	EXPECT_ERRNO(EROFS, removexattr("s/e", ACCESS_ACL));
	EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), "none");
}
