// SPDX-License-Identifier: GPL-2.0
/*
 * Loading the module, when memory fails: what fails leaves nothing, and loads
 * the next time. FDSTOREFS_KO=FILE is the module.
 *
 * The kernel needs memory a thousand times before it comes to the module's own
 * part of it, and once it is there, only few times more: these are the last.
 */
#define SUITE "fault_load"
#include "harness.h"
#include "fault.h"

#define LAST	400

static int unload(void)
{
	return syscall(SYS_delete_module, "fdstorefs", O_NONBLOCK);
}

static int load(int ko)
{
	return syscall(SYS_finit_module, ko, "", 0);
}

static void expect_nothing_loaded(void)
{
	char text[8192];

	EXPECT_FALSE(exists("/sys/module/fdstorefs"));
	EXPECT_FALSE(exists("/sys/fs/fdstorefs"));
	EXPECT_FALSE(exists("/sys/kernel/slab/fdstorefs_inode_cache"));
	EXPECT_FALSE(strstr(slurp("/proc/filesystems", text, sizeof(text)), "fdstorefs"));
}

/* How many faults there can be when it loads; it is loaded then. */
static unsigned int count_faults(int ko)
{
	const unsigned int many = FAULT_MOST;

	fault_ready();
	fault_arm(many);
	ASSERT_OK(load(ko));
	return many - fault_disarm();
}

TEST_SECONDS(load, 900)
{
	int ko = ASSERT_OK(open(getenv("FDSTOREFS_KO") ?: "/vm/fdstorefs.ko",
				O_RDONLY | O_CLOEXEC));
	unsigned int all;

	ASSERT_OK(umount("s"));
	ASSERT_LEFT(0, 0);
	ASSERT_OK(unload());
	all = count_faults(ko);
	NOTE("%u faults in all", all);
	ASSERT_OK(unload());
	EACH_FAULT_FROM(f, all > LAST ? all - LAST : 1, "load", ENOMEM, EFAULT)
		if (IN_FAULT(f, load(ko)) < 0)
			expect_nothing_loaded();
		else
			ASSERT_OK(unload());
	ASSERT_OK(load(ko));
	ASSERT_OK(mount("store", "s", "fdstorefs", 0, NULL));
	fill("s/e", 0);
	EXPECT_OK(get_from("s/e"));
	ASSERT_LEFT(1, 2);
}
