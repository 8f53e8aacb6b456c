// SPDX-License-Identifier: GPL-2.0
/* /sys/fs/fdstorefs: what the administrator sees, and cuts. */
#define SUITE "admin"
#include "harness.h"
#include "admin.h"
#include <linux/capability.h>

static void drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {};

	ASSERT_OK(syscall(SYS_capset, &header, data));
}

TEST(each_store_shows_what_it_holds)
{
	char store[32];

	mount_store("t", "max=7,uid=1000");
	strcpy(store, store_of("t"));
	make("t/empty");
	fill("t/a", memfd());
	fill("t/b", memfd());
	EXPECT_EQ(store_number(store, "used"), 3);
	EXPECT_EQ(store_number(store, "max"), 7);
	EXPECT_EQ(store_number(store, "filled"), 2);
	EXPECT_EQ(store_number(store, "sealed"), 0);
	EXPECT_EQ(store_number(store, "owner"), 1000);
	EXPECT_STREQ(store_value(store, "anchor"), "none");
	ASSERT_OK(unlink("t/a"));
	EXPECT_EQ(store_number(store, "filled"), 1);
}

TEST(a_store_is_shown_as_long_as_it_lives)
{
	char store[32];

	mount_store("t", NULL);
	strcpy(store, store_of("t"));
	ASSERT_TRUE(store_is_shown(store));
	ASSERT_OK(umount("t"));
	ASSERT_STORE_GONE(store);
}

TEST(drain_releases_everything_and_seals)
{
	int a, b, e;

	mount_store("t", NULL);
	a = witness("t/a");
	b = witness("t/b");
	e = entry("t/e");
	drain_store(store_of("t"));
	ASSERT_RELEASED(a);
	ASSERT_RELEASED(b);
	EXPECT_ERRNO(ESHUTDOWN, put(e, memfd()));
	EXPECT_EQ(await(e, 0) & POLLHUP, POLLHUP);
	EXPECT_EQ(store_number(store_of("t"), "sealed"), 1);
	EXPECT_EQ(store_number(store_of("t"), "filled"), 0);
	/* Draining once more does no harm. */
	drain_store(store_of("t"));
}

TEST(what_is_no_command_changes_nothing)
{
	static const char *const texts[] = { "1", "\n", "drain all", "DRAIN", "drai" };
	const char *store = store_of("s");
	int p = witness("s/e"), fd = ASSERT_OK(open(admin_path(store), O_WRONLY));

	for (int i = 0; i < 5; i++)
		EXPECT_ERRNO(EINVAL, write(fd, texts[i], strlen(texts[i])));
	ASSERT_HELD(p);
	EXPECT_EQ(store_number(store, "sealed"), 0);
}

TEST(only_root_of_the_initial_namespace_sees_and_drains)
{
	const char *store = store_of("s");

	AS_USER(1000, 1000) {
		EXPECT_ERRNO(EACCES, open(admin_path(store), O_RDONLY));
		EXPECT_ERRNO(EACCES, open(admin_path(store), O_WRONLY));
	}
	pid_t pid = ASSERT_OK(fork());

	if (!pid) {	/* root of a user namespace */
		ASSERT_OK(unshare(CLONE_NEWUSER));
		int fd = open(admin_path(store), O_WRONLY);

		if (fd >= 0)
			EXPECT_ERRNO(EPERM, write(fd, "drain", 5));
		finish();
	}
	ASSERT_CHILD(pid);
	pid = ASSERT_OK(fork());
	if (!pid) {	/* root without capabilities, as in many containers */
		char c;

		drop_capabilities();
		EXPECT_ERRNO(EPERM, read(ASSERT_OK(open(admin_path(store), O_RDONLY)), &c, 1));
		EXPECT_ERRNO(EPERM, write(ASSERT_OK(open(admin_path(store), O_WRONLY)),
					  "drain", 5));
		finish();
	}
	ASSERT_CHILD(pid);
	ASSERT_EQ(store_number(store, "sealed"), 0);
}

TEST_SECONDS(draining_while_the_store_ends_harms_neither, 120)
{
	for (int i = 0; i < 50; i++) {
		char store[32];
		pid_t pid;
		int p, fd;

		mount_store("t", NULL);
		strcpy(store, store_of("t"));
		p = witness("t/e");
		fd = ASSERT_OK(open(admin_path(store), O_WRONLY));
		pid = ASSERT_OK(fork());
		if (!pid) {
			close(fd);
			ASSERT_OK(umount("t"));
			finish();
		}
		if (write(fd, "drain", 5) < 0)
			ASSERT_EQ(errno, ENODEV);
		close(fd);
		ASSERT_CHILD(pid);
		ASSERT_RELEASED(p);
		ASSERT_STORE_GONE(store);
		close(p);
	}
}
