// SPDX-License-Identifier: GPL-2.0
/* POSIX ACLs: who they let in, and how they live with mode bits and umask. */
#define SUITE "acl"
#include "harness.h"
#include "store.h"
#include "posix_acl.h"
#include "userns.h"

#define OWNER	1000
#define NAMED	1001
#define OTHER	1002
#define TEAM	2000

static mode_t mode_of(const char *path)
{
	return stat_of(path).st_mode & 07777;
}

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

TEST(a_default_acl_is_inherited_by_whatever_is_made)
{
	static const char dflt[] = "u::rwx,u:1001:rwx,g::rx,m::rwx,o::-";

	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(set_acl("s/d", DEFAULT_ACL, dflt));
	umask(077);
	ASSERT_OK(close(ASSERT_OK(open("s/d/e", O_CREAT | O_RDWR, 0666))));
	ASSERT_OK(mkfifo("s/d/f", 0640));
	ASSERT_OK(mkdir("s/d/d", 0777));
	ASSERT_OK(symlink("e", "s/d/l"));
	/* The mode that was asked for cuts owner, mask and others. */
	EXPECT_STREQ(acl_text("s/d/e", ACCESS_ACL), "u::rw,u:1001:rwx,g::rx,m::rw,o::-");
	EXPECT_EQ(mode_of("s/d/e"), 0660);
	EXPECT_STREQ(acl_text("s/d/f", ACCESS_ACL), "u::rw,u:1001:rwx,g::rx,m::r,o::-");
	EXPECT_STREQ(acl_text("s/d/d", ACCESS_ACL), dflt);
	EXPECT_STREQ(acl_text("s/d/d", DEFAULT_ACL), dflt);
	EXPECT_STREQ(acl_text("s/d/e", DEFAULT_ACL), "none");
	EXPECT_EQ(stat_of("s/d/l").st_mode, S_IFLNK | 0777);
	AS_USER(NAMED, NAMED)
		expect_opens("s/d/e", O_RDWR, true);
}

TEST(a_nameless_entry_inherits_from_the_directory_it_is_made_in)
{
	char path[64];
	int e;

	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(set_acl("s/d", DEFAULT_ACL, "u::rw,u:1001:r,g::-,m::r,o::-"));
	e = ASSERT_OK(open("s/d", O_TMPFILE | O_RDWR, 0666));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", e);
	ASSERT_OK(linkat(AT_FDCWD, path, AT_FDCWD, "s/e", AT_SYMLINK_FOLLOW));
	EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), "u::rw,u:1001:r,g::-,m::r,o::-");
}

TEST(the_umask_counts_where_there_is_no_default_acl)
{
	char path[64];

	ASSERT_OK(mkdir("s/d", 0755));
	for (int mask = 0; mask <= 0777; mask += 0111) {
		int e;

		ABOUT("umask %o", mask);
		umask(mask);
		ASSERT_OK(close(ASSERT_OK(open("s/d/e", O_CREAT | O_RDWR, 0777))));
		ASSERT_OK(mkdir("s/d/d", 0777));
		ASSERT_OK(mknod("s/d/f", S_IFIFO | 0777, 0));
		e = ASSERT_OK(open("s/d", O_TMPFILE | O_RDWR, 0777));
		snprintf(path, sizeof(path), "/proc/self/fd/%d", e);
		ASSERT_OK(linkat(AT_FDCWD, path, AT_FDCWD, "s/d/t", AT_SYMLINK_FOLLOW));
		EXPECT_EQ(mode_of("s/d/e"), 0777 & ~mask);
		EXPECT_EQ(mode_of("s/d/d"), 0777 & ~mask);
		EXPECT_EQ(mode_of("s/d/f"), 0777 & ~mask);
		EXPECT_EQ(mode_of("s/d/t"), 0777 & ~mask);
		ASSERT_OK(unlink("s/d/e"));
		ASSERT_OK(rmdir("s/d/d"));
		ASSERT_OK(unlink("s/d/f"));
		ASSERT_OK(unlink("s/d/t"));
		close(e);
	}
}

TEST(only_the_owner_and_cap_fowner_set_and_remove)
{
	make("s/e");
	ASSERT_OK(chown("s/e", OWNER, OWNER));
	ASSERT_OK(chmod("s/e", 0666));
	AS_USER(OTHER, OTHER) {
		EXPECT_ERRNO(EPERM, set_acl("s/e", ACCESS_ACL, "u::rw,u:1002:rw,g::r,m::rw,o::-"));
		EXPECT_ERRNO(EPERM, removexattr("s/e", ACCESS_ACL));
	}
	AS_USER(OWNER, OWNER)
		EXPECT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,u:1002:rw,g::r,m::rw,o::-"));
}

TEST(a_member_of_another_group_loses_the_set_group_id_bit)
{
	make("s/e");
	ASSERT_OK(chown("s/e", OWNER, TEAM));
	ASSERT_OK(chmod("s/e", 02770));
	AS_USER(OWNER, OWNER)
		ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::rwx,u:1001:rwx,g::rwx,m::rwx,o::-"));
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
	};
	struct acl acl;
	size_t size;

	make("s/e");
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,u:1001:r,g::r,m::r,o::-"));
	for (int i = 0; i < 3; i++) {
		ABOUT("%s", bad[i]);
		EXPECT_ERRNO(EINVAL, set_acl("s/e", ACCESS_ACL, bad[i]));
	}
	size = acl_of("u::rw,g::r,o::-", &acl);
	EXPECT_ERRNO(EINVAL, setxattr("s/e", ACCESS_ACL, &acl, size - 1, 0));
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
}
