// SPDX-License-Identifier: GPL-2.0
/*
 * A store through an idmapped mount: what belongs to 0, 1000 and so on in the
 * store belongs to 10000, 11000 and so on as seen through the mount.
 */
#define SUITE "idmap"
#include "harness.h"
#include "store.h"
#include "posix_acl.h"
#include "userns.h"
#include <linux/mount.h>

#define SHIFT	10000
#define COUNT	5000	/* ids 0 to 4999 are mapped */

/* Ids from 0 of the user namespace of a process are those from @shift here. */
static void map_ids_of(pid_t pid, int shift, int count)
{
	static const char *const files[] = { "uid_map", "gid_map" };
	char path[64], map[64];

	snprintf(map, sizeof(map), "0 %d %d", shift, count);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, files[i]);
		write_file(path, map);
	}
}

/*
 * A child in a new user namespace with such a map, and in others by @flags. It
 * gets its 0 when a byte is written to *@go.
 */
static pid_t mapped_child(int flags, int shift, int count, int *go)
{
	int start[2], ready[2];
	pid_t pid;
	char c;

	ASSERT_OK(pipe2(start, O_CLOEXEC));
	ASSERT_OK(pipe2(ready, O_CLOEXEC));
	pid = ASSERT_OK(fork());
	if (!pid) {
		ASSERT_OK(unshare(CLONE_NEWUSER | flags));
		ASSERT_EQ(write(ready[1], "", 1), 1);
		ASSERT_EQ(read(start[0], &c, 1), 1);
		return 0;
	}
	ASSERT_EQ(read(ready[0], &c, 1), 1);
	map_ids_of(pid, shift, count);
	*go = start[1];
	return pid;
}

/* A user namespace that maps ids as the mount shall; nobody need live in it. */
static int map_of_ids(int shift, int count)
{
	char path[64];
	pid_t pid;
	int ns, go;

	pid = mapped_child(0, shift, count, &go);
	if (!pid)
		finish();
	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	ns = ASSERT_OK(open(path, O_RDONLY | O_CLOEXEC));
	ASSERT_EQ(write(go, "", 1), 1);
	ASSERT_CHILD(pid);
	return ns;
}

/* The store @from also on "m", with such a map. */
static void mount_mapped_as(const char *from, int shift, int count)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP };
	int tree = ASSERT_OK(open_tree(AT_FDCWD, from, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC));

	attr.userns_fd = map_of_ids(shift, count);
	ASSERT_OK(mount_setattr(tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)));
	ASSERT_OK(mkdir("m", 0755));
	ASSERT_OK(move_mount(tree, "", AT_FDCWD, "m", MOVE_MOUNT_F_EMPTY_PATH));
	close(tree);
	close(attr.userns_fd);
}

static void mount_mapped(void)
{
	mount_mapped_as("s", SHIFT, COUNT);
}

static void expect_owner(const char *path, uid_t uid, gid_t gid)
{
	ABOUT("%s", path);
	EXPECT_EQ(stat_of(path).st_uid, uid);
	EXPECT_EQ(stat_of(path).st_gid, gid);
	ABOUT("%s", "");
}

TEST(the_mount_shows_mapped_owners)
{
	make("s/e");
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(symlink("e", "s/l"));
	ASSERT_OK(mkfifo("s/f", 0644));
	ASSERT_OK(chown("s/e", 1000, 2000));
	mount_mapped();
	expect_owner("m", SHIFT, SHIFT);
	expect_owner("m/e", SHIFT + 1000, SHIFT + 2000);
	expect_owner("m/d", SHIFT, SHIFT);
	expect_owner("m/l", SHIFT, SHIFT);
	expect_owner("m/f", SHIFT, SHIFT);
	expect_owner("s/e", 1000, 2000);
}

TEST(an_owner_without_a_mapping_shows_as_the_overflow_id)
{
	make("s/e");
	ASSERT_OK(chown("s/e", COUNT, COUNT));
	mount_mapped();
	expect_owner("m/e", 65534, 65534);
}

TEST(what_is_made_through_it_belongs_to_the_id_beneath)
{
	ASSERT_OK(chmod("s", 0777));
	mount_mapped();
	AS_USER(SHIFT + 1000, SHIFT + 2000) {
		fill("m/e", memfd());
		ASSERT_OK(mkdir("m/d", 0755));
		ASSERT_OK(symlink("e", "m/l"));
		ASSERT_OK(mkfifo("m/f", 0644));
		ASSERT_OK(prctl(PR_SET_DUMPABLE, 1));
		ASSERT_OK(link_fd(ASSERT_OK(open("m", O_TMPFILE | O_RDWR, 0600)),
				  "m/t"));
	}
	for (const char *p = "s/e\0s/d\0s/l\0s/f\0s/t\0"; *p; p += 4)
		expect_owner(p, 1000, 2000);
	expect_owner("m/e", SHIFT + 1000, SHIFT + 2000);
}

TEST(an_id_without_a_mapping_makes_nothing)
{
	unsigned long used = files_in_use("s");

	ASSERT_OK(chmod("s", 0777));
	mount_mapped();
	AS_USER(1000, 1000) {
		EXPECT_ERRNO(EOVERFLOW, open("m/e", O_CREAT | O_RDWR, 0600));
		EXPECT_ERRNO(EOVERFLOW, open("m", O_TMPFILE | O_RDWR, 0600));
		EXPECT_ERRNO(EOVERFLOW, mkdir("m/d", 0755));
		EXPECT_ERRNO(EOVERFLOW, symlink("e", "m/l"));
		EXPECT_ERRNO(EOVERFLOW, mkfifo("m/f", 0644));
		EXPECT_ERRNO(EOVERFLOW, mknod("m/r", S_IFREG | 0644, 0));
	}
	EXPECT_EQ(files_in_use("s"), used);
}

TEST(mapped_ids_decide_who_may_get_put_and_take)
{
	fill("s/e", memfd());
	ASSERT_OK(chown("s/e", 1000, 1000));
	ASSERT_OK(chmod("s/e", 0600));
	mount_mapped();
	/* Beneath it is the number 1000 that owns, through it 11000. */
	AS_USER(1000, 1000)
		EXPECT_ERRNO(EACCES, open("m/e", O_RDWR));
	AS_USER(SHIFT + 1000, SHIFT + 1000) {
		int e = ASSERT_OK(open("m/e", O_RDWR));

		EXPECT_ERRNO(EACCES, open("s/e", O_RDWR));
		EXPECT_OK(get(e));
		EXPECT_OK(put_with(e, memfd(), FDSTOREFS_PUT_REPLACE));
		EXPECT_OK(take(e));
	}
}

TEST(both_mounts_show_the_same_entry)
{
	int m = memfd(), p;

	mount_mapped();
	make("s/e");
	ASSERT_OK(put(ASSERT_OK(open("m/e", O_RDWR)), m));
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/e")), m));
	p = witness("s/w");
	ASSERT_OK(unlink("m/w"));
	ASSERT_RELEASED(p);
}

TEST(chown_goes_through_the_map)
{
	make("s/e");
	mount_mapped();
	ASSERT_OK(chown("m/e", SHIFT + 7, SHIFT + 8));
	expect_owner("s/e", 7, 8);
	EXPECT_ERRNO(EOVERFLOW, chown("m/e", 7, 8));
	expect_owner("s/e", 7, 8);
}

TEST(chmod_asks_for_the_mapped_owner)
{
	make("s/e");
	ASSERT_OK(chown("s/e", 1000, 1000));
	mount_mapped();
	AS_USER(SHIFT + 1000, SHIFT + 1000)
		EXPECT_OK(chmod("m/e", 0640));
	AS_USER(1000, 1000)
		EXPECT_ERRNO(EPERM, chmod("m/e", 0600));
	EXPECT_EQ(stat_of("s/e").st_mode, S_IFREG | 0640);
}

TEST(names_in_acls_go_through_the_map)
{
	make("s/e");
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, "u::rw,u:1000:rw,g::-,m::rw,o::-"));
	mount_mapped();
	EXPECT_STREQ(acl_text("m/e", ACCESS_ACL), "u::rw,u:11000:rw,g::-,m::rw,o::-");
	AS_USER(SHIFT + 1000, SHIFT + 1000)
		EXPECT_OK(open("m/e", O_RDWR));
	AS_USER(1000, 1000)
		EXPECT_ERRNO(EACCES, open("m/e", O_RDWR));
	ASSERT_OK(set_acl("m/e", ACCESS_ACL, "u::rw,u:12000:r,g::-,m::r,o::-"));
	EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), "u::rw,u:2000:r,g::-,m::r,o::-");
}

TEST(a_name_without_a_mapping_gets_into_no_acl)
{
	static const char text[] = "u::rw,u:1000:r,g::r,m::r,o::-";

	make("s/e");
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, text));
	mount_mapped();
	EXPECT_ERRNO(EINVAL, set_acl("m/e", ACCESS_ACL, "u::rw,u:1000:rw,g::r,m::rw,o::-"));
	EXPECT_STREQ(acl_text("s/e", ACCESS_ACL), text);
}

TEST(a_default_acl_is_inherited_through_the_map)
{
	static const char beneath[] = "u::rw,u:1000:rw,g::-,m::rw,o::-";

	ASSERT_OK(mkdir("s/d", 0777));
	mount_mapped();
	ASSERT_OK(set_acl("m/d", DEFAULT_ACL, "u::rw,u:11000:rw,g::-,m::rw,o::-"));
	EXPECT_STREQ(acl_text("s/d", DEFAULT_ACL), beneath);
	AS_USER(SHIFT + 7, SHIFT + 7)
		fill("m/d/e", memfd());
	ASSERT_OK(chmod("m/d/e", 0660));
	EXPECT_STREQ(acl_text("s/d/e", ACCESS_ACL), beneath);
	AS_USER(SHIFT + 1000, SHIFT + 1000)
		EXPECT_OK(get_from("m/d/e"));
}

TEST(the_mapped_owner_sets_the_acl)
{
	make("s/e");
	ASSERT_OK(chown("s/e", 1000, 1000));
	mount_mapped();
	AS_USER(1000, 1000)
		EXPECT_ERRNO(EPERM, set_acl("m/e", ACCESS_ACL, "u::rw,g::r,o::r"));
	AS_USER(SHIFT + 1000, SHIFT + 1000)
		EXPECT_OK(set_acl("m/e", ACCESS_ACL, "u::rw,g::r,o::-"));
	EXPECT_EQ(stat_of("s/e").st_mode, S_IFREG | 0640);
}

TEST(only_a_member_of_the_mapped_group_keeps_the_set_group_id_bit)
{
	static const char text[] = "u::rwx,u:11000:rwx,g::rwx,m::rwx,o::-";

	make("s/e");
	ASSERT_OK(chown("s/e", 1000, 2000));
	ASSERT_OK(chmod("s/e", 02770));
	mount_mapped();
	AS_USER(SHIFT + 1000, SHIFT + 2000)
		ASSERT_OK(set_acl("m/e", ACCESS_ACL, text));
	EXPECT_EQ(stat_of("s/e").st_mode, S_IFREG | 02770);
	/* The number of the group beneath is that of another group here. */
	AS_USER(SHIFT + 1000, 2000)
		ASSERT_OK(set_acl("m/e", ACCESS_ACL, text));
	EXPECT_EQ(stat_of("s/e").st_mode, S_IFREG | 0770);
}

TEST(a_set_group_id_directory_hands_its_group_down)
{
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(chown("s/d", 0, 2000));
	ASSERT_OK(chmod("s/d", 02777));
	mount_mapped();
	AS_USER(SHIFT + 1000, SHIFT + 1000)
		make("m/d/e");
	expect_owner("s/d/e", 1000, 2000);
}

TEST(the_sticky_bit_asks_for_the_mapped_owner)
{
	make("s/e");
	ASSERT_OK(chown("s/e", 1000, 1000));
	ASSERT_OK(chmod("s", 01777));
	mount_mapped();
	AS_USER(1000, 1000)
		EXPECT_ERRNO(EPERM, unlink("m/e"));
	AS_USER(SHIFT + 1000, SHIFT + 1000)
		EXPECT_OK(unlink("m/e"));
}

/*
 * Ids 0 to 999 of a user namespace are 100000 and so on outside it; there a
 * store, and on "m" the same with 0 to 49 shown as 100 to 149.
 */
static void use_a_store_of_a_namespace(void)
{
	mount_store("t", "mode=777");
	fill("t/e", memfd());
	ASSERT_OK(chown("t/e", 7, 8));
	ASSERT_OK(set_acl("t/e", ACCESS_ACL, "u::rw,u:9:rw,g::-,m::rw,o::-"));
	mount_mapped_as("t", 100, 50);
	expect_owner("m/e", 107, 108);
	EXPECT_STREQ(acl_text("m/e", ACCESS_ACL), "u::rw,u:109:rw,g::-,m::rw,o::-");
	AS_USER(109, 109)
		EXPECT_OK(get_from("m/e"));
	AS_USER(9, 9) {
		EXPECT_ERRNO(EACCES, open("m/e", O_RDWR));
		EXPECT_ERRNO(EOVERFLOW, open("m/n", O_CREAT | O_RDWR, 0600));
	}
	AS_USER(120, 121)
		fill("m/n", memfd());
	expect_owner("t/n", 20, 21);
	ASSERT_OK(unlink("m/n"));
	EXPECT_FALSE(exists("t/n"));
}

TEST(a_store_of_a_user_namespace_is_mapped_within_it)
{
	pid_t pid, init;
	int go;

	ASSERT_OK(chmod(".", 0777));
	pid = mapped_child(CLONE_NEWNS | CLONE_NEWPID, 100000, 1000, &go);
	if (!pid) {
		ASSERT_OK(setresgid(0, 0, 0));
		ASSERT_OK(setresuid(0, 0, 0));
		/* Else the files of /proc/PID would belong to nobody there. */
		ASSERT_OK(prctl(PR_SET_DUMPABLE, 1));
		init = ASSERT_OK(fork());
		if (!init) {
			/* Of the new pid namespace, where the map is written by pid. */
			ASSERT_OK(mount("proc", "/proc", "proc", 0, NULL));
			use_a_store_of_a_namespace();
			finish();
		}
		ASSERT_CHILD(init);
		finish();
	}
	ASSERT_EQ(write(go, "", 1), 1);
	ASSERT_CHILD(pid);
}
