// SPDX-License-Identifier: GPL-2.0
/* What a new name is born with: the directory's default ACL, else the umask. */
#define SUITE "acl_default"
#include "harness.h"
#include "store.h"
#include "posix_acl.h"

#define NAMED	1001

/* An entry made without a name, and given one elsewhere. */
static int make_nameless(const char *dir, mode_t mode, const char *path)
{
	int e = ASSERT_OK(open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, mode));

	return link_fd(e, path) ?: close(e);
}

/* One of each kind in "s/d", with the bits that each call asks for by itself. */
static void make_all(mode_t mode)
{
	ASSERT_OK(close(ASSERT_OK(open("s/d/e", O_CREAT | O_EXCL | O_RDWR, mode))));
	ASSERT_OK(mkdir("s/d/d", mode));
	ASSERT_OK(mknod("s/d/f", S_IFIFO | mode, 0));
	ASSERT_OK(mknod("s/d/n", S_IFREG | mode, 0));
	ASSERT_OK(mknod("s/d/s", S_IFSOCK | mode, 0));
	ASSERT_OK(make_nameless("s/d", mode, "s/d/t"));
}

static const char *const all[] = {
	"s/d/e", "s/d/d", "s/d/f", "s/d/n", "s/d/s", "s/d/t", NULL
};

static void remove_all(void)
{
	for (const char *const *path = all; *path; path++)
		ASSERT_OK(remove(*path));
}

/* Of all that make_all() made. */
static void expect_all(int mask, const char *acl, mode_t mode)
{
	for (const char *const *path = all; *path; path++) {
		ABOUT("umask %o, %s", mask, *path);
		EXPECT_STREQ(acl_text(*path, ACCESS_ACL), acl);
		EXPECT_EQ(mode_of(*path), mode);
	}
}

TEST(a_default_acl_is_inherited_whatever_the_umask)
{
	static const char dflt[] = "u::rwx,u:1001:rwx,g::rx,g:2000:x,m::rwx,o::r";

	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(set_acl("s/d", DEFAULT_ACL, dflt));
	for (int mask = 0; mask <= 0777; mask += 0111) {
		umask(mask);
		make_all(0777);
		expect_all(mask, dflt, 0774);
		remove_all();
	}
}

/* It cuts owner, mask and others, and leaves the names. */
TEST(the_mode_that_is_asked_for_cuts_what_is_inherited)
{
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(set_acl("s/d", DEFAULT_ACL, "u::rwx,u:1001:rwx,g::rx,m::rwx,o::rwx"));
	umask(077);
	make_all(0641);
	expect_all(077, "u::rw,u:1001:rwx,g::rx,m::r,o::x", 0641);
}

TEST(a_directory_hands_the_default_down_and_nothing_else_has_one)
{
	static const char dflt[] = "u::rwx,u:1001:rx,g::rx,m::rx,o::-";

	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(set_acl("s/d", DEFAULT_ACL, dflt));
	EXPECT_STREQ(acl_text("s/d", ACCESS_ACL), "none");
	make_all(0755);
	for (const char *const *path = all; *path; path++) {
		ABOUT("%s", *path);
		EXPECT_STREQ(acl_text(*path, DEFAULT_ACL), path == all + 1 ? dflt : "none");
	}
	ASSERT_OK(mkdir("s/d/d/d", 0700));
	EXPECT_STREQ(acl_text("s/d/d/d", DEFAULT_ACL), dflt);
	/* What has been handed down is one's own. */
	ASSERT_OK(removexattr("s/d/d", DEFAULT_ACL));
	EXPECT_STREQ(acl_text("s/d", DEFAULT_ACL), dflt);
	EXPECT_STREQ(acl_text("s/d/d/d", DEFAULT_ACL), dflt);
	make("s/d/d/e");
	EXPECT_STREQ(acl_text("s/d/d/e", ACCESS_ACL), "none");
}

TEST(a_default_acl_without_names_becomes_mode_bits)
{
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(set_acl("s/d", DEFAULT_ACL, "u::rwx,g::rwx,o::x"));
	umask(0777);
	make_all(0777);
	expect_all(0777, "none", 0771);
}

TEST(the_umask_counts_where_there_is_no_default_acl)
{
	ASSERT_OK(mkdir("s/d", 0755));
	/* One of its own is not one to inherit. */
	ASSERT_OK(set_acl("s/d", ACCESS_ACL, "u::rwx,u:1001:rwx,g::rx,m::rwx,o::-"));
	for (int mask = 0; mask <= 0777; mask += 0111) {
		umask(mask);
		make_all(0777);
		expect_all(mask, "none", 0777 & ~mask);
		remove_all();
	}
}

TEST(a_nameless_entry_inherits_where_it_is_made_not_where_it_is_named)
{
	static const char dflt[] = "u::rw,u:1001:r,g::-,m::r,o::-";

	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(mkdir("s/x", 0755));
	ASSERT_OK(set_acl("s/d", DEFAULT_ACL, dflt));
	ASSERT_OK(make_nameless("s/d", 0666, "s/x/a"));
	ASSERT_OK(make_nameless("s/x", 0666, "s/d/b"));
	EXPECT_STREQ(acl_text("s/x/a", ACCESS_ACL), dflt);
	EXPECT_STREQ(acl_text("s/d/b", ACCESS_ACL), "none");
}

/* To bind(2) the umask is the mode to ask for, wherever. */
TEST(a_bound_socket_inherits_what_the_umask_leaves)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "s/d/s" };
	int s = ASSERT_OK(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));

	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(set_acl("s/d", DEFAULT_ACL, "u::rwx,u:1001:rwx,g::rx,m::rwx,o::rwx"));
	umask(027);
	ASSERT_OK(bind(s, (struct sockaddr *)&name, sizeof(name)));
	EXPECT_STREQ(acl_text("s/d/s", ACCESS_ACL), "u::rwx,u:1001:rwx,g::rx,m::rx,o::-");
	EXPECT_EQ(mode_of("s/d/s"), 0750);
}

TEST(a_symbolic_link_inherits_nothing)
{
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(set_acl("s/d", DEFAULT_ACL, "u::rwx,u:1001:r,g::-,m::r,o::-"));
	ASSERT_OK(symlink("e", "s/d/l"));
	EXPECT_EQ(stat_of("s/d/l").st_mode, S_IFLNK | 0777);
	EXPECT_ERRNO(EOPNOTSUPP, lgetxattr("s/d/l", ACCESS_ACL, NULL, 0));
	EXPECT_EQ(llistxattr("s/d/l", NULL, 0), 0);
}

TEST(a_set_group_id_directory_hands_down_its_group_besides)
{
	static const char dflt[] = "u::rwx,u:1001:rwx,g::rx,m::rwx,o::-";

	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(chown("s/d", 0, 2000));
	ASSERT_OK(chmod("s/d", 02777));
	ASSERT_OK(set_acl("s/d", DEFAULT_ACL, dflt));
	AS_USER(1000, 1000) {
		ASSERT_OK(mkdir("s/d/d", 0777));
		ASSERT_OK(close(ASSERT_OK(open("s/d/e", O_CREAT | O_RDWR, 02777))));
	}
	EXPECT_EQ(mode_of("s/d/d"), 02770);
	EXPECT_EQ(stat_of("s/d/d").st_gid, 2000);
	EXPECT_STREQ(acl_text("s/d/d", ACCESS_ACL), dflt);
	/* Who is not in the group makes nothing that runs as the group. */
	EXPECT_EQ(mode_of("s/d/e"), 0770);
	EXPECT_EQ(stat_of("s/d/e").st_gid, 2000);
}

TEST(who_is_named_in_the_default_gets_from_what_another_puts)
{
	int m = memfd();

	ASSERT_OK(mkdir("s/d", 0777));
	ASSERT_OK(chmod("s/d", 0777));
	ASSERT_OK(set_acl("s/d", DEFAULT_ACL, "u::rw,u:1001:rw,g::-,m::rw,o::-"));
	umask(077);
	AS_USER(1000, 1000)
		ASSERT_OK(put(ASSERT_OK(open("s/d/e", O_CREAT | O_RDWR, 0666)), m));
	AS_USER(NAMED, NAMED)
		EXPECT_TRUE(same(ASSERT_OK(get_from("s/d/e")), m));
	AS_USER(1002, 1002)
		EXPECT_ERRNO(EACCES, open("s/d/e", O_RDONLY));
}
