// SPDX-License-Identifier: GPL-2.0
/* Mounting: the ways to, and what a store is not. */
#define SUITE "mount"
#include "harness.h"
#include "store.h"
#include <linux/capability.h>

static int set_option(int fs, const char *key, const char *value)
{
	return fsconfig(fs, FSCONFIG_SET_STRING, key, value, 0);
}

static void attach(int fs, const char *dir)
{
	int mnt;

	ASSERT_OK(fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
	mnt = ASSERT_OK(fsmount(fs, FSMOUNT_CLOEXEC, 0));
	ASSERT_OK(mkdir(dir, 0755));
	ASSERT_OK(move_mount(mnt, "", AT_FDCWD, dir, MOVE_MOUNT_F_EMPTY_PATH));
	ASSERT_OK(close(mnt));
}

static int names_in(const char *path)
{
	DIR *dir = opendir(path);
	int n = 0;

	ASSERT_TRUE(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;	/* . and .. */
}

TEST(proc_filesystems_lists_it_as_nodev)
{
	char text[8192];

	ASSERT_TRUE(strstr(slurp("/proc/filesystems", text, sizeof(text)),
			   "nodev\tfdstorefs\n"));
}

TEST(mount_gives_an_empty_store)
{
	struct statfs st;

	ASSERT_OK(mkdir("d", 0755));
	ASSERT_OK(mount("any name", "d", "fdstorefs", 0, NULL));
	ASSERT_OK(statfs("d", &st));
	EXPECT_EQ(st.f_type, FDSTOREFS_SUPER_MAGIC);
	EXPECT_EQ(names_in("d"), 0);
	fill("d/e", memfd());
	ASSERT_OK(get_from("d/e"));
}

TEST(fsopen_fsconfig_fsmount_give_an_empty_store)
{
	int fs = ASSERT_OK(fsopen("fdstorefs", FSOPEN_CLOEXEC));
	struct statfs st;

	ASSERT_OK(set_option(fs, "source", "name"));
	ASSERT_OK(set_option(fs, "mode", "0710"));
	ASSERT_OK(set_option(fs, "uid", "11"));
	ASSERT_OK(set_option(fs, "gid", "12"));
	ASSERT_OK(set_option(fs, "max", "13"));
	attach(fs, "d");
	ASSERT_OK(statfs("d", &st));
	EXPECT_EQ(st.f_type, FDSTOREFS_SUPER_MAGIC);
	EXPECT_EQ(st.f_files, 13);
	EXPECT_EQ(stat_of("d").st_mode, S_IFDIR | 0710);
	EXPECT_EQ(stat_of("d").st_uid, 11);
	EXPECT_EQ(stat_of("d").st_gid, 12);
	EXPECT_EQ(names_in("d"), 0);
	fill("d/e", memfd());
	ASSERT_OK(get_from("d/e"));
}

TEST(every_mount_is_a_new_store)
{
	mount_store("d", NULL);
	fill("s/e", memfd());
	EXPECT_EQ(names_in("d"), 0);
	EXPECT_NE(stat_of("s").st_dev, stat_of("d").st_dev);
	ASSERT_OK(umount("s"));
	ASSERT_OK(mount("store", "s", "fdstorefs", 0, NULL));
	EXPECT_EQ(names_in("s"), 0);
}

TEST(a_bind_mount_shows_the_same_store)
{
	int m = memfd();

	fill("s/e", m);
	ASSERT_OK(mkdir("d", 0755));
	ASSERT_OK(mount("s", "d", NULL, MS_BIND, NULL));
	EXPECT_TRUE(same(ASSERT_OK(get_from("d/e")), m));
}

TEST(the_root_belongs_to_the_mounter_by_default)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct caps[2] = {};

	EXPECT_EQ(stat_of("s").st_uid, 0);
	EXPECT_EQ(stat_of("s").st_gid, 0);

	ASSERT_OK(mkdir("d", 0777));
	ASSERT_OK(prctl(PR_SET_KEEPCAPS, 1));
	become(1000, 1001);
	caps[0].effective = caps[0].permitted = 1 << CAP_SYS_ADMIN;
	ASSERT_OK(syscall(SYS_capset, &head, caps));
	mount_store("d", NULL);
	EXPECT_EQ(stat_of("d").st_uid, 1000);
	EXPECT_EQ(stat_of("d").st_gid, 1001);
}

TEST(device_nodes_cannot_be_opened)
{
	ASSERT_OK(mknod("s/c", S_IFCHR | 0666, makedev(1, 3)));
	ASSERT_OK(mknod("s/b", S_IFBLK | 0666, makedev(7, 0)));
	EXPECT_EQ(stat_of("s/c").st_rdev, makedev(1, 3));
	EXPECT_ERRNO(EACCES, open("s/c", O_RDWR));
	EXPECT_ERRNO(EACCES, open("s/b", O_RDONLY));
}

TEST(nothing_in_it_can_be_executed)
{
	make("s/e");
	ASSERT_OK(chmod("s/e", 0777));
	EXPECT_ERRNO(EACCES, execl("s/e", "s/e", NULL));
}

TEST(overlayfs_cannot_be_stacked_on_it)
{
	static const char *const data[] = {
		"lowerdir=l,upperdir=u,workdir=w",	/* the control */
		"lowerdir=s,upperdir=u,workdir=w",
		"lowerdir=s/d:l",
		"lowerdir=l,upperdir=s/u,workdir=s/w",
	};

	for (const char *d = "l\0u\0w\0o\0s/d\0s/u\0s/w\0"; *d; d += strlen(d) + 1)
		ASSERT_OK(mkdir(d, 0755));
	ASSERT_OK(mount("o", "o", "overlay", 0, data[0]));
	ASSERT_OK(umount("o"));
	for (int i = 1; i < 4; i++) {
		ABOUT("%s", data[i]);
		EXPECT_ERRNO(EINVAL, mount("o", "o", "overlay", 0, data[i]));
	}
}

TEST(it_is_not_exportable)
{
	struct {
		struct file_handle head;
		unsigned char bytes[MAX_HANDLE_SZ];
	} h = { .head.handle_bytes = MAX_HANDLE_SZ };
	int id, fd, root = ASSERT_OK(open("s", O_RDONLY | O_DIRECTORY));

	make("s/e");
	EXPECT_ERRNO(EOPNOTSUPP, name_to_handle_at(AT_FDCWD, "s/e", &h.head, &id, 0));

	/* And no handle opens, not even one of a fs that gives such. */
	h.head.handle_bytes = MAX_HANDLE_SZ;
	ASSERT_OK(name_to_handle_at(AT_FDCWD, ".", &h.head, &id, 0));
	fd = open_by_handle_at(root, &h.head, O_RDONLY);
	ASSERT_EQ(fd, -1);
	EXPECT_TRUE(errno == EOPNOTSUPP || errno == ESTALE);
}
