// SPDX-License-Identifier: GPL-2.0
/* Stores of user namespaces: as root there, and rootless from the start. */
#define SUITE "userns"
#include "harness.h"
#include "store.h"
#include "userns.h"

static void mount_with_own_pidfd(const char *dir, const char *more)
{
	char options[64];

	snprintf(options, sizeof(options), "anchor=%d%s",
		 ASSERT_OK(syscall(SYS_pidfd_open, getpid(), 0)), more);
	mount_store(dir, options);
}

TEST(without_a_pid_namespace_an_anchor_is_the_mounters_choice)
{
	ROOTLESS(0) {
		char mounts[4096];

		mount_store("t", "max=9");
		EXPECT_FALSE(strstr(slurp("/proc/mounts", mounts, sizeof(mounts)), "anchor"));
		mount_with_own_pidfd("u", "");
		EXPECT_TRUE(strstr(slurp("/proc/mounts", mounts, sizeof(mounts)), "anchor=fd"));
		fill("t/e", memfd());
		fill("u/e", memfd());
		ASSERT_OK(get_from("t/e"));
		ASSERT_OK(get_from("u/e"));
	}
}

TEST(with_a_pid_namespace_the_anchor_is_automatic)
{
	ROOTLESS(CLONE_NEWPID) {
		mount_store("t", NULL);
		fill("t/e", memfd());
		ASSERT_OK(get_from("t/e"));
	}
}

TEST(noanchor_is_for_the_privileged_alone)
{
	ROOTLESS(CLONE_NEWPID) {
		ASSERT_OK(mkdir("t", 0755));
		EXPECT_ERRNO(EPERM, mount("store", "t", "fdstorefs", 0, "noanchor"));
	}
}

TEST(ids_are_those_of_the_namespace)
{
	ROOTLESS(CLONE_NEWPID) {
		ASSERT_OK(mkdir("t", 0755));
		EXPECT_ERRNO(EINVAL, mount("store", "t", "fdstorefs", 0, "uid=1000"));
		EXPECT_ERRNO(EINVAL, mount("store", "t", "fdstorefs", 0, "gid=7"));
		mount_store("t", "uid=0,gid=0");
		make("t/e");
		EXPECT_EQ(stat_of("t").st_uid, 0);
		EXPECT_EQ(stat_of("t/e").st_uid, 0);
		EXPECT_EQ(stat_of("t/e").st_gid, 0);
		EXPECT_ERRNO(EINVAL, chown("t/e", 1000, -1));
	}
}

TEST(the_host_sees_the_files_as_the_users)
{
	int ready = ASSERT_OK(eventfd(0, 0)), go = ASSERT_OK(eventfd(0, 0));
	char path[64];
	uint64_t n;
	pid_t pid = ASSERT_OK(fork());

	if (!pid) {
		ASSERT_OK(mkdir("t", 0777));
		ASSERT_OK(chmod("t", 0777));
		become(1000, 1000);
		ASSERT_OK(prctl(PR_SET_DUMPABLE, 1));
		become_root_of_user_namespace(CLONE_NEWNS);
		mount_with_own_pidfd("t", "");
		make("t/e");
		ASSERT_EQ(write(ready, &(uint64_t){ 1 }, 8), 8);
		ASSERT_EQ(read(go, &n, 8), 8);
		finish();
	}
	ASSERT_EQ(read(ready, &n, 8), 8);
	snprintf(path, sizeof(path), "/proc/%d/cwd/t/e", pid);
	EXPECT_EQ(stat_of(path).st_uid, 1000);
	ASSERT_EQ(write(go, &(uint64_t){ 1 }, 8), 8);
	ASSERT_CHILD(pid);
}

TEST(no_device_can_be_made_there)
{
	ROOTLESS(CLONE_NEWPID) {
		mount_store("t", NULL);
		EXPECT_ERRNO(EPERM, mknod("t/null", S_IFCHR | 0666, 0x103));
		ASSERT_OK(mknod("t/fifo", S_IFIFO | 0600, 0));
	}
}

TEST(umount_f_by_its_root_drains)
{
	ROOTLESS(CLONE_NEWPID) {
		int p, e;

		mount_store("t", NULL);
		p = witness("t/e");
		e = entry("t/e");
		ASSERT_ERRNO(EBUSY, umount2("t", MNT_FORCE));
		ASSERT_RELEASED(p);
		ASSERT_OK(put(e, 1));
	}
}

TEST(root_there_cannot_drain_or_unmount_a_store_of_the_host)
{
	int p = witness("s/e");

	ROOTLESS(CLONE_NEWPID) {
		EXPECT_ERRNO(EINVAL, umount2("../s", MNT_FORCE));
		EXPECT_ERRNO(EINVAL, umount2("../s", MNT_DETACH));
		EXPECT_ERRNO(EPERM, mount(NULL, "../s", NULL, MS_REMOUNT, "max=9"));
		EXPECT_ERRNO(EACCES, open("../s/e", O_RDONLY));
	}
	ASSERT_HELD(p);
}

TEST(two_namespaces_do_not_see_each_other)
{
	for (int i = 0; i < 2; i++) {
		ROOTLESS(CLONE_NEWPID) {
			mount_store("t", NULL);
			ASSERT_FALSE(exists("t/e"));
			fill("t/e", memfd());
		}
		ASSERT_OK(rmdir("r/t"));
		ASSERT_OK(rmdir("r"));
	}
}

TEST(the_store_goes_with_its_namespaces)
{
	int p[2];

	ASSERT_OK(pipe2(p, O_CLOEXEC));
	ROOTLESS(CLONE_NEWPID) {
		mount_store("t", NULL);
		fill("t/e", p[1]);
	}
	close(p[1]);
	ASSERT_RELEASED(p[0]);
}
