// SPDX-License-Identifier: GPL-2.0
/* SELinux: labels by mount options, and who may mount and drain. */
#define SUITE "selinux_mounts"
#include "harness.h"
#include "selinux.h"
#include "userns.h"

TEST(context_labels_the_whole_store_for_good)
{
	mount_store("t", option("context", "fdst_a_t"));
	EXPECT_STREQ(type_of("t"), "fdst_a_t");
	fill("t/e", memfd());
	ASSERT_OK(mkdir("t/d", 0755));
	EXPECT_STREQ(type_of("t/e"), "fdst_a_t");
	EXPECT_STREQ(type_of("t/d"), "fdst_a_t");
	EXPECT_ERRNO(EOPNOTSUPP, relabel("t/e", "fdst_b_t"));
	EXPECT_STREQ(type_of("t/e"), "fdst_a_t");
	AS_DOMAIN("fdst_getter_t")
		EXPECT_OK(get_from("t/e"));
	ASSERT_OK(umount("t"));
	mount_store("t", option("context", "fdst_b_t"));
	fill("t/e", memfd());
	AS_DOMAIN("fdst_getter_t")
		EXPECT_ERRNO(EACCES, open("t/e", O_RDWR));
}

TEST(rootcontext_labels_the_root_and_what_inherits_from_it)
{
	mount_store("t", option("rootcontext", "fdst_a_t"));
	make("t/e");
	EXPECT_STREQ(type_of("t"), "fdst_a_t");
	EXPECT_STREQ(type_of("t/e"), "fdst_a_t");
	EXPECT_OK(relabel("t/e", "fdst_b_t"));
	EXPECT_STREQ(type_of("t/e"), "fdst_b_t");
}

TEST(fscontext_labels_the_file_system_and_the_entries_can_differ)
{
	struct statfs st;

	mount_store("t", option("fscontext", "fdst_a_t"));
	make("t/e");
	EXPECT_OK(relabel("t/e", "fdst_b_t"));
	EXPECT_STREQ(type_of("t/e"), "fdst_b_t");
	AS_DOMAIN("fdst_mounter_t")
		EXPECT_OK(statfs("t", &st));
	AS_DOMAIN("fdst_looker_t")
		EXPECT_ERRNO(EACCES, statfs("t", &st));
}

TEST(the_other_mount_options_go_with_context)
{
	char options[LABEL_MAX], mounts[16384];

	snprintf(options, sizeof(options), "mode=0711,%s,max=7",
		 option("context", "fdst_a_t"));
	mount_store("t", options);
	EXPECT_EQ(mode_of("t"), 0711);
	slurp("/proc/self/mounts", mounts, sizeof(mounts));
	EXPECT_TRUE(strstr(mounts, ":fdst_a_t:"));
	EXPECT_TRUE(strstr(mounts, "max=7"));
	ASSERT_OK(mount(NULL, "t", NULL, MS_REMOUNT, "max=8"));
	EXPECT_STREQ(type_of("t"), "fdst_a_t");
	EXPECT_ERRNO(EINVAL, mount("store", "s", "fdstorefs", 0,
				   option("context", "fdst_unheard_of_t")));
}

TEST(fsconfig_takes_a_context)
{
	const char *label = strchr(option("", "fdst_a_t"), '=') + 1;
	int fc = ASSERT_OK(syscall(SYS_fsopen, "fdstorefs", 0)), m;

	ASSERT_OK(syscall(SYS_fsconfig, fc, 1, "context", label, 0));
	ASSERT_OK(syscall(SYS_fsconfig, fc, 6, NULL, NULL, 0));
	m = ASSERT_OK(syscall(SYS_fsmount, fc, 0, 0));
	ASSERT_OK(mkdir("t", 0755));
	ASSERT_OK(syscall(SYS_move_mount, m, "", AT_FDCWD, "t", 4));
	EXPECT_STREQ(type_of("t"), "fdst_a_t");
}

TEST(the_policy_says_who_may_mount)
{
	struct statfs st;

	ASSERT_OK(mkdir("t", 0755));
	AS_DOMAIN("fdst_barred_t") {
		EXPECT_ERRNO(EACCES, mount("x", "t", "fdstorefs", 0, NULL));
		EXPECT_ERRNO(EACCES, statfs("s", &st));
		EXPECT_ERRNO(EACCES, mount(NULL, "s", NULL, MS_REMOUNT, "max=9"));
		EXPECT_ERRNO(EACCES, umount("s"));
	}
	AS_DOMAIN("fdst_mounter_t") {
		EXPECT_OK(mount("x", "t", "fdstorefs", 0, NULL));
		EXPECT_OK(statfs("t", &st));
		EXPECT_OK(mount(NULL, "t", NULL, MS_REMOUNT, "max=9"));
		EXPECT_OK(umount("t"));
		EXPECT_OK(mount("x", "t", "fdstorefs", 0, option("context", "fdst_a_t")));
		EXPECT_OK(umount("t"));
		EXPECT_ERRNO(EACCES, mount("x", "t", "fdstorefs", 0,
					   option("context", "fdst_b_t")));
	}
	EXPECT_STREQ(type_of("t"), type_of("."));
}

TEST(rootless_stores_have_labels_by_transition_and_no_context)
{
	ROOTLESS(CLONE_NEWPID) {
		ASSERT_TRUE(enforcing());
		mount_store("t", NULL);
		EXPECT_STREQ(type_of("t"), "fdstorefs_t");
		fill("t/e", memfd());
		EXPECT_STREQ(type_of("t/e"), "fdstorefs_t");
		make_dir("t/d", "fdst_dir_t");
		make("t/d/e");
		EXPECT_STREQ(type_of("t/d/e"), "fdst_born_t");
		EXPECT_OK(relabel("t/e", "fdst_a_t"));
		AS_DOMAIN("fdst_getter_t")
			EXPECT_OK(get_from("t/e"));
		EXPECT_OK(relabel("t/e", "fdst_b_t"));
		AS_DOMAIN("fdst_getter_t")
			EXPECT_ERRNO(EACCES, open("t/e", O_RDWR));
		ASSERT_OK(mkdir("u", 0755));
		EXPECT_ERRNO(EACCES, mount("x", "u", "fdstorefs", 0,
					   option("context", "fdst_a_t")));
		EXPECT_ERRNO(EACCES, mount("x", "u", "fdstorefs", 0,
					   option("rootcontext", "fdst_a_t")));
	}
}

TEST(the_policy_says_who_sees_and_drains_stores)
{
	struct stat st = stat_of("s");
	char path[64];
	int p;

	snprintf(path, sizeof(path), "/sys/fs/fdstorefs/%u:%u", major(st.st_dev),
		 minor(st.st_dev));
	EXPECT_STREQ(type_of(path), "fdstorefs_sysfs_t");
	p = witness("s/e");
	AS_DOMAIN("fdst_looker_t") {
		EXPECT_ERRNO(EACCES, open(path, O_WRONLY));
		EXPECT_ERRNO(EACCES, open(path, O_RDONLY));
	}
	ASSERT_HELD(p);
	AS_DOMAIN("fdst_admin_t") {
		int fd = ASSERT_OK(open(path, O_WRONLY));

		EXPECT_EQ(write(fd, "drain", 5), 5);
	}
	ASSERT_RELEASED(p);
}
