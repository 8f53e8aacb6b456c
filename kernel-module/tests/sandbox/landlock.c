// SPDX-License-Identifier: GPL-2.0
/*
 * In a Landlock sandbox: entries are files, opened by paths, so the rights on
 * their paths count; what is got is not looked at again.
 */
#define SUITE "landlock"
#include "harness.h"
#include "store.h"
#include <linux/landlock.h>

/* linux/landlock.h of kernels after 6.1 */
#define FS_TRUNCATE	(1ULL << 14)	/* ABI 3 */
#define FS_IOCTL_DEV	(1ULL << 15)	/* ABI 5 */

#define FS_READ		LANDLOCK_ACCESS_FS_READ_FILE
#define FS_WRITE	LANDLOCK_ACCESS_FS_WRITE_FILE
#define FS_MAKE		LANDLOCK_ACCESS_FS_MAKE_REG
#define FS_REMOVE	LANDLOCK_ACCESS_FS_REMOVE_FILE

static int abi(void)
{
	return ASSERT_OK(syscall(SYS_landlock_create_ruleset, NULL, 0,
				 LANDLOCK_CREATE_RULESET_VERSION));
}

/* All rights that this kernel knows. */
static uint64_t all_rights(void)
{
	static const uint64_t of_abi[] = {
		0, (1ULL << 13) - 1, (1ULL << 14) - 1, (1ULL << 15) - 1,
		(1ULL << 15) - 1, (1ULL << 16) - 1,
	};
	int n = abi();

	return of_abi[n < 5 ? n : 5];
}

static int sandbox(void)
{
	struct landlock_ruleset_attr attr = { .handled_access_fs = all_rights() };

	return ASSERT_OK(syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0));
}

static void allow(int rules, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr beneath = {
		.allowed_access = rights,
		.parent_fd = ASSERT_OK(open(path, O_PATH | O_CLOEXEC)),
	};

	ASSERT_OK(syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
			  &beneath, 0));
	close(beneath.parent_fd);
}

static void enter(int rules)
{
	ASSERT_OK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	ASSERT_OK(syscall(SYS_landlock_restrict_self, rules, 0));
	close(rules);
}

/* A file outside of every sandbox here, open for reading. */
static int readable(void)
{
	int fd = ASSERT_OK(open("outside", O_CREAT | O_RDWR, 0644));

	ASSERT_EQ(write(fd, "hello", 5), 5);
	close(fd);
	return ASSERT_OK(open("outside", O_RDONLY | O_CLOEXEC));
}

TEST(to_get_takes_the_right_to_read_that_very_entry)
{
	int file = readable(), rules;

	fill("s/mine", file);
	fill("s/other", file);
	rules = sandbox();
	allow(rules, "s/mine", FS_READ);
	enter(rules);
	EXPECT_TRUE(same(ASSERT_OK(get(ASSERT_OK(open("s/mine", O_RDONLY)))), file));
	EXPECT_ERRNO(EACCES, open("s/mine", O_WRONLY));
	EXPECT_ERRNO(EACCES, open("s/other", O_RDONLY));
}

TEST(a_right_on_the_directory_is_one_on_all_entries_in_it)
{
	int rules;

	ASSERT_OK(mkdir("s/d", 0755));
	fill("s/d/e", readable());
	fill("s/e", readable());
	rules = sandbox();
	allow(rules, "s/d", FS_READ);
	enter(rules);
	EXPECT_OK(get(ASSERT_OK(open("s/d/e", O_RDONLY))));
	EXPECT_ERRNO(EACCES, open("s/e", O_RDONLY));
}

TEST(to_put_takes_the_right_to_write_and_to_take_both)
{
	int file = readable(), rules;

	fill("s/e", file);
	fill("s/w", file);
	rules = sandbox();
	allow(rules, "s/e", FS_READ | FS_WRITE);
	allow(rules, "s/w", FS_WRITE);
	enter(rules);
	EXPECT_OK(put_with(ASSERT_OK(open("s/w", O_WRONLY)), file, FDSTOREFS_PUT_REPLACE));
	EXPECT_ERRNO(EACCES, take(ASSERT_OK(open("s/w", O_WRONLY))));
	EXPECT_ERRNO(EACCES, open("s/w", O_RDWR));
	EXPECT_OK(take(ASSERT_OK(open("s/e", O_RDWR))));
}

TEST(what_was_got_works_though_its_own_path_is_outside)
{
	char buf[8];
	int rules, fd;

	fill("s/e", readable());
	rules = sandbox();
	allow(rules, "s/e", FS_READ);
	enter(rules);
	fd = ASSERT_OK(get(ASSERT_OK(open("s/e", O_RDONLY))));
	EXPECT_EQ(read(fd, buf, sizeof(buf)), 5);
	EXPECT_ERRNO(EACCES, open("outside", O_RDONLY));
}

TEST(an_entry_opened_before_works_inside)
{
	int e = entry("s/e"), file = readable();

	enter(sandbox());
	EXPECT_ERRNO(EACCES, open("s/e", O_RDONLY));
	EXPECT_OK(put(e, file));
	EXPECT_TRUE(same(ASSERT_OK(get(e)), file));
	EXPECT_OK(take(e));
}

TEST(to_empty_by_truncation_takes_its_right_where_the_kernel_knows_it)
{
	bool known = all_rights() & FS_TRUNCATE;
	int rules, p = witness("s/e"), e;

	witness("s/t");
	rules = sandbox();
	allow(rules, "s/e", FS_WRITE);
	allow(rules, "s/t", FS_WRITE | (all_rights() & FS_TRUNCATE));
	enter(rules);
	EXPECT_OK(truncate("s/t", 0));
	e = ASSERT_OK(open("s/e", O_WRONLY));
	if (known) {
		EXPECT_ERRNO(EACCES, truncate("s/e", 0));
		EXPECT_ERRNO(EACCES, ftruncate(e, 0));
		EXPECT_ERRNO(EACCES, open("s/e", O_WRONLY | O_TRUNC));
		ASSERT_HELD(p);
	} else {
		EXPECT_OK(ftruncate(e, 0));
		ASSERT_RELEASED(p);
	}
}

TEST(the_verbs_need_no_right_to_ioctl_which_is_for_devices)
{
	int rules;

	fill("s/e", readable());
	rules = sandbox();
	/* Without FS_IOCTL_DEV, which all_rights() handles where it is known. */
	allow(rules, "s", FS_READ | FS_WRITE);
	enter(rules);
	EXPECT_OK(get(ASSERT_OK(open("s/e", O_RDONLY))));
}

TEST(names_take_the_rights_to_make_and_to_remove)
{
	int rules, p = witness("s/e");

	ASSERT_OK(mkdir("s/made", 0755));
	ASSERT_OK(mkdir("s/too", 0755));
	rules = sandbox();
	allow(rules, "s", FS_READ | FS_WRITE);
	allow(rules, "s/made", FS_READ | FS_WRITE | FS_MAKE | FS_REMOVE);
	allow(rules, "s/too", FS_READ | FS_WRITE | FS_MAKE | FS_REMOVE);
	enter(rules);
	EXPECT_ERRNO(EACCES, open("s/n", O_CREAT | O_RDWR, 0600));
	EXPECT_ERRNO(EACCES, unlink("s/e"));
	EXPECT_ERRNO(EACCES, mkdir("s/made/d", 0755));
	ASSERT_HELD(p);
	fill("s/made/n", 1);
	EXPECT_OK(rename("s/made/n", "s/made/m"));
	EXPECT_OK(unlink("s/made/m"));
	/* Into another directory: LANDLOCK_ACCESS_FS_REFER, of both. */
	make("s/made/x");
	EXPECT_ERRNO(EXDEV, rename("s/made/x", "s/too/x"));
}

TEST(a_rule_stays_with_the_entry_and_not_with_the_name)
{
	int rules;

	fill("s/e", readable());
	rules = sandbox();
	allow(rules, "s/e", FS_READ);
	ASSERT_OK(rename("s/e", "s/renamed"));
	fill("s/e", readable());
	enter(rules);
	EXPECT_OK(get(ASSERT_OK(open("s/renamed", O_RDONLY))));
	EXPECT_ERRNO(EACCES, open("s/e", O_RDONLY));
}

TEST(nobody_mounts_in_a_sandbox)
{
	ASSERT_OK(mkdir("t", 0755));
	enter(sandbox());
	EXPECT_ERRNO(EPERM, mount("store", "t", "fdstorefs", 0, NULL));
	EXPECT_ERRNO(EPERM, umount2("s", MNT_FORCE));
}
