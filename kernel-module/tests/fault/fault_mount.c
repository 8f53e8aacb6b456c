// SPDX-License-Identifier: GPL-2.0
/* Mounting, remounting and unmounting, when memory fails. */
#define SUITE "fault_mount"
#include "harness.h"
#include "fault.h"
#include "userns.h"

#define OPTIONS	"mode=700,uid=1000,gid=1000,max=7"

/* The world seen from "s", while something is or is not mounted on "d". */
#define EXPECT_NOT_MOUNTED(before)					\
	do {								\
		EXPECT_UNCHANGED("s", before);				\
		EXPECT_EQ(stat_of("d").st_dev, stat_of(".").st_dev);	\
	} while (0)

static int mount_d(const char *options)
{
	return mount("store", "d", "fdstorefs", 0, options);
}

TEST(mount_with_options)
{
	ASSERT_OK(mkdir("d", 0755));
	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct world before = world_of("s");

		if (IN_FAULT(f, mount_d(OPTIONS)) < 0) {
			EXPECT_NOT_MOUNTED(before);
			ASSERT_OK(mount_d(OPTIONS));
		}
		EXPECT_EQ(mode_of("d"), 0700);
		EXPECT_EQ(store_number(store_of("d"), "max"), 7);
		fill("d/e", 0);
		ASSERT_OK(umount("d"));
		EXPECT_NOT_MOUNTED(before);
	}
	ASSERT_LEFT(1, 1);
}

TEST(mount_with_an_anchor)
{
	char options[32];

	ASSERT_OK(mkdir("d", 0755));
	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct lifeline anchor = to_be_an_anchor();
		struct world before = world_of("s");

		snprintf(options, sizeof(options), "anchor=%d", anchor.given);
		if (IN_FAULT(f, mount_d(options)) < 0) {
			EXPECT_NOT_MOUNTED(before);
			/* Nobody has kept the anchor. */
			let_go(&anchor);
			ASSERT_DIES(&anchor);
			continue;
		}
		let_go(&anchor);
		ASSERT_TRUE(lives(&anchor));
		ASSERT_OK(umount("d"));
		ASSERT_DIES(&anchor);
	}
	ASSERT_LEFT(1, 1);
}

TEST(a_context_with_every_option)
{
	static const char *const keys[] = { "mode", "uid", "gid", "max" };

	EACH_FAULT_OF(f, "fsopen", ENOMEM, EFAULT) {
		struct world before = world_of("s");
		int fs = IN_FAULT(f, fsopen("fdstorefs", FSOPEN_CLOEXEC));

		if (fs < 0)
			EXPECT_UNCHANGED("s", before);
		else
			ASSERT_OK(close(fs));
		EXPECT_UNCHANGED("s", before);
	}
	for (int i = 0; i < 4; i++)
		EACH_FAULT_OF(g, keys[i], ENOMEM, EFAULT) {
			struct world before = world_of("s");
			int fs = ASSERT_OK(fsopen("fdstorefs", FSOPEN_CLOEXEC));

			if (IN_FAULT(g, fsconfig(fs, FSCONFIG_SET_STRING, keys[i], "5", 0)) < 0)
				ASSERT_OK(fsconfig(fs, FSCONFIG_SET_STRING, keys[i], "5", 0));
			ASSERT_OK(fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
			ASSERT_OK(close(fs));
			EXPECT_UNCHANGED("s", before);
		}
	EACH_FAULT_OF(h, "noanchor", ENOMEM, EFAULT) {
		int fs = ASSERT_OK(fsopen("fdstorefs", FSOPEN_CLOEXEC));

		if (IN_FAULT(h, fsconfig(fs, FSCONFIG_SET_FLAG, "noanchor", NULL, 0)) < 0)
			ASSERT_OK(fsconfig(fs, FSCONFIG_SET_FLAG, "noanchor", NULL, 0));
		ASSERT_OK(fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
		ASSERT_OK(close(fs));
	}
	EACH_FAULT_OF(k, "anchor", ENOMEM, EFAULT) {
		/* The second takes the place of the first. */
		struct lifeline first = to_be_an_anchor(), second = to_be_an_anchor();
		int fs = ASSERT_OK(fsopen("fdstorefs", FSOPEN_CLOEXEC));
		bool set;

		ASSERT_OK(fsconfig(fs, FSCONFIG_SET_FD, "anchor", NULL, first.given));
		set = IN_FAULT(k, fsconfig(fs, FSCONFIG_SET_FD, "anchor", NULL, second.given)) == 0;
		let_go(&first);
		let_go(&second);
		EXPECT_EQ(lives(&first), !set);
		EXPECT_EQ(lives(&second), set);
		ASSERT_OK(close(fs));
		ASSERT_DIES(&first);
		ASSERT_DIES(&second);
	}
	ASSERT_LEFT(1, 1);
}

/* What the message takes, when an option is refused. */
TEST(refusing_an_option)
{
	EACH_FAULT(f, ENOMEM, EFAULT) {
		int fs = ASSERT_OK(fsopen("fdstorefs", FSOPEN_CLOEXEC));

		IN_FAULT(f, fsconfig(fs, FSCONFIG_SET_STRING, "max", "0", 0) &&
			 errno == EINVAL ? 0 : -1);
		ASSERT_OK(fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
		ASSERT_OK(close(fs));
	}
}

TEST(create_from_a_context)
{
	EACH_FAULT_OF(f, "create", ENOMEM, EFAULT) {
		struct lifeline anchor = to_be_an_anchor();
		struct world before = world_of("s");
		int fs = ASSERT_OK(fsopen("fdstorefs", FSOPEN_CLOEXEC));

		ASSERT_OK(fsconfig(fs, FSCONFIG_SET_FD, "anchor", NULL, anchor.given));
		if (IN_FAULT(f, fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0)) == 0)
			EXPECT_EQ(entries_of(ADMIN), before.stores + 1);
		ASSERT_OK(close(fs));
		EXPECT_UNCHANGED("s", before);
		let_go(&anchor);
		ASSERT_DIES(&anchor);
	}
	EACH_FAULT_OF(g, "fsmount", ENOMEM, EFAULT) {
		struct world before = world_of("s");
		int fs = ASSERT_OK(fsopen("fdstorefs", FSOPEN_CLOEXEC)), mnt;

		ASSERT_OK(fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
		mnt = IN_FAULT(g, fsmount(fs, FSMOUNT_CLOEXEC, 0));
		if (mnt >= 0)
			ASSERT_OK(close(mnt));
		ASSERT_OK(close(fs));
		EXPECT_UNCHANGED("s", before);
	}
	ASSERT_LEFT(1, 1);
}

TEST(bind_mount)
{
	ASSERT_OK(mkdir("d", 0755));
	fill("s/e", 0);
	EACH_FAULT_OF(f, "a bind mount", ENOMEM, EFAULT) {
		struct world before = world_of("s");

		if (IN_FAULT(f, mount("s", "d", NULL, MS_BIND, NULL)) < 0) {
			EXPECT_NOT_MOUNTED(before);
			ASSERT_OK(mount("s", "d", NULL, MS_BIND, NULL));
		}
		EXPECT_TRUE(exists("d/e"));
		ASSERT_OK(umount("d"));
		EXPECT_UNCHANGED("s", before);
	}
}

TEST(remount)
{
	mount_store("d", "max=5");
	EACH_FAULT_OF(f, "mount", ENOMEM, EFAULT) {
		const char *store = store_of("d");

		ASSERT_OK(mount(NULL, "d", NULL, MS_REMOUNT, "max=5"));
		if (IN_FAULT(f, mount(NULL, "d", NULL, MS_REMOUNT, "max=9")) < 0) {
			EXPECT_EQ(store_number(store, "max"), 5);
			ASSERT_OK(mount(NULL, "d", NULL, MS_REMOUNT, "max=9"));
		}
		EXPECT_EQ(store_number(store, "max"), 9);
	}
	EACH_FAULT_OF(g, "fspick", ENOMEM, EFAULT) {
		struct world before = world_of("d");
		int fs = IN_FAULT(g, fspick(AT_FDCWD, "d", FSPICK_CLOEXEC));

		if (fs >= 0)
			ASSERT_OK(close(fs));
		EXPECT_UNCHANGED("d", before);
	}
	ASSERT_OK(umount("d"));
	ASSERT_LEFT(1, 1);
}

TEST(unmount)
{
	static const struct {
		const char *name;
		int flags;
	} ways[] = {
		{ "umount", 0 }, { "umount -f", MNT_FORCE }, { "umount -l", MNT_DETACH },
	};

	for (int i = 0; i < 3; i++)
		EACH_FAULT_OF(f, ways[i].name, ENOMEM, EFAULT) {
			struct world before = world_of("s");
			int p;

			mount_store("d", NULL);
			p = witness("d/e");
			if (IN_FAULT(f, umount2("d", ways[i].flags)) < 0) {
				ASSERT_HELD(p);
				ASSERT_OK(umount2("d", ways[i].flags));
			}
			ASSERT_RELEASED(p);
			close(p);
			EXPECT_NOT_MOUNTED(before);
		}
	ASSERT_LEFT(1, 1);
}

#define ALLOWANCE	"/sys/module/fdstorefs/parameters/userns_max"

/*
 * In a container: the store is anchored to init, and charged to the user, who
 * may have one. A charge that was kept, or given back twice, shows in the next.
 */
TEST(mount_where_init_is_the_anchor)
{
	long before = number_in(ALLOWANCE);

	write_file(ALLOWANCE, "16");
	ROOTLESS(CLONE_NEWPID) {
		ASSERT_OK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
		ASSERT_OK(mount("proc", "/proc", "proc", 0, NULL));
		ASSERT_OK(mkdir("d", 0755));
		ASSERT_OK(mkdir("e", 0755));
		EACH_FAULT(f, ENOMEM, EFAULT) {
			fault_ready();
			if (IN_FAULT(f, mount_d(NULL)) < 0)
				ASSERT_OK(mount_d(NULL));
			ASSERT_ERRNO(ETOOMANYREFS, mount("store", "e", "fdstorefs", 0, NULL));
			ASSERT_OK(umount("d"));
		}
	}
	write_file(ALLOWANCE, ({ static char text[32]; sprintf(text, "%ld", before); text; }));
	ASSERT_LEFT(1, 1);
}

TEST(mount_where_init_is_an_anchor_and_another_is_given)
{
	char options[32];

	ROOTLESS(CLONE_NEWPID) {
		ASSERT_OK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
		ASSERT_OK(mount("proc", "/proc", "proc", 0, NULL));
		ASSERT_OK(mkdir("d", 0755));
		EACH_FAULT(f, ENOMEM, EFAULT) {
			struct lifeline anchor = to_be_an_anchor();

			snprintf(options, sizeof(options), "anchor=%d", anchor.given);
			if (IN_FAULT(f, mount_d(options)) == 0) {
				let_go(&anchor);
				ASSERT_TRUE(lives(&anchor));
				ASSERT_OK(umount("d"));
			} else {
				let_go(&anchor);
			}
			ASSERT_DIES(&anchor);
		}
	}
	ASSERT_LEFT(1, 1);
}
