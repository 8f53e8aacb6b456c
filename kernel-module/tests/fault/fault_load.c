// SPDX-License-Identifier: GPL-2.0
/*
 * Loading the module, when memory fails: what fails leaves nothing, and loads
 * the next time. FDSTOREFS_KO=FILE is the module.
 */
#define SUITE "fault_load"
#include "harness.h"
#include "fault.h"

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

/* Where a function of the kernel begins and ends. */
static void find_function(const char *name, unsigned long *start, unsigned long *end)
{
	FILE *symbols = fopen("/proc/kallsyms", "r");
	char line[512], is[256];
	unsigned long address;

	ASSERT_TRUE(symbols);
	*start = *end = 0;
	while (!*end && fgets(line, sizeof(line), symbols)) {
		ASSERT_EQ(sscanf(line, "%lx %*c %255s", &address, is), 2);
		if (*start && address > *start)
			*end = address;
		if (!strcmp(is, name))
			*start = address;
	}
	fclose(symbols);
	ASSERT_TRUE(*start && *end);
}

static void set_address(const char *name, unsigned long address)
{
	char text[32];

	snprintf(text, sizeof(text), "%#lx", address);
	for (int i = 0; i < 3; i++)
		fault_setting(fault_kinds[i], name, text);
}

/*
 * Only what our own part of loading asks for. And not what the kernel needs to
 * show a new cache in /sys: when that fails it forgets the name of the cache,
 * and kmemleak would tell on us.
 */
static void only_what_the_module_asks_for(void)
{
	unsigned long start, end;

	fault_ready();
	find_function("do_one_initcall", &start, &end);
	set_address("require-start", start);
	set_address("require-end", end);
	find_function("sysfs_slab_add", &start, &end);
	set_address("reject-start", start);
	set_address("reject-end", end);
}

static void anything(void)
{
	set_address("require-start", 0);
	set_address("require-end", -1UL);
	set_address("reject-start", 0);
	set_address("reject-end", 0);
}

TEST_SECONDS(load, 1800)
{
	int ko = ASSERT_OK(open(getenv("FDSTOREFS_KO") ?: "/vm/fdstorefs.ko",
				O_RDONLY | O_CLOEXEC));

	ASSERT_OK(umount("s"));
	ASSERT_LEFT(0, 0);
	ASSERT_OK(unload());
	only_what_the_module_asks_for();
	EACH_FAULT(f, ENOMEM)
		if (IN_FAULT(f, load(ko)) < 0)
			expect_nothing_loaded();
		else
			ASSERT_OK(unload());
	anything();
	ASSERT_OK(load(ko));
	ASSERT_OK(mount("store", "s", "fdstorefs", 0, NULL));
	fill("s/e", 0);
	EXPECT_OK(get_from("s/e"));
	ASSERT_LEFT(1, 2);
}
