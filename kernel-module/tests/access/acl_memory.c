// SPDX-License-Identifier: GPL-2.0
/* Who pays for ACLs, and what is left when nobody can. */
#define SUITE "acl_memory"
#include "harness.h"
#include "store.h"
#include "posix_acl.h"

#define GROUP	"/sys/fs/cgroup/fdstorefs-acl"
#define SMALL	"u::rw,u:1001:r,g::r,m::r,o::-"
#define ENTRIES	64

/* As many as an attribute of 64 KiB holds; the kernel's copy is a bit longer. */
#define NAMES	8187
#define BYTES	65536L

static int set_big_acl(const char *path, const char *type)
{
	static struct {
		struct posix_acl_xattr_header head;
		struct posix_acl_xattr_entry entries[NAMES + 4];
	} acl;
	struct posix_acl_xattr_entry *e = acl.entries;

	acl.head.a_version = htole32(POSIX_ACL_XATTR_VERSION);
	*e++ = (struct posix_acl_xattr_entry){ htole16(ACL_USER_OBJ), htole16(7),
					       htole32(ACL_NOBODY) };
	for (int i = 0; i < NAMES; i++)
		*e++ = (struct posix_acl_xattr_entry){ htole16(ACL_USER), htole16(7),
						       htole32(10000 + i) };
	*e++ = (struct posix_acl_xattr_entry){ htole16(ACL_GROUP_OBJ), htole16(7),
					       htole32(ACL_NOBODY) };
	*e++ = (struct posix_acl_xattr_entry){ htole16(ACL_MASK), htole16(7),
					       htole32(ACL_NOBODY) };
	*e++ = (struct posix_acl_xattr_entry){ htole16(ACL_OTHER), htole16(7),
					       htole32(ACL_NOBODY) };
	return setxattr(path, type, &acl, sizeof(acl), 0);
}

static const char *numbered(int i)
{
	static char name[32];

	snprintf(name, sizeof(name), "s/d/%d", i);
	return name;
}

static void allow(long bytes)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", bytes);
	write_file(GROUP "/memory.max", text);
}

/*
 * A cgroup sets some memory aside for each processor and takes it back from
 * others at its leisure: on a single one what is spent is spent.
 */
static void stay_on_this_processor(void)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(ASSERT_OK(sched_getcpu()), &cpus);
	ASSERT_OK(sched_setaffinity(0, sizeof(cpus), &cpus));
}

/*
 * An allocation that the cgroup has no room for calls the OOM killer, unless it
 * is of more than eight pages, which 128 KiB are not where these are large. If
 * there is nobody to be killed, it is refused.
 */
static void be_spared(void)
{
	write_file("/proc/self/oom_score_adj", "-1000");
}

static void in_a_memory_cgroup(void (*run)(void))
{
	int status = -1;
	pid_t pid;

	write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	ASSERT_OK(mkdir(GROUP, 0755));
	pid = ASSERT_OK(fork());
	if (!pid) {
		stay_on_this_processor();
		be_spared();
		write_file(GROUP "/cgroup.procs", "0");
		run();
		finish();
	}
	EXPECT_EQ(waitpid(pid, &status, 0), pid);
	/* First of all, or the next test would find it. */
	ASSERT_OK(rmdir(GROUP));
	ASSERT_EQ(status, 0);
}

static void expect_charged(void (*spend)(void))
{
	long before = number_in(GROUP "/memory.current");

	spend();
	EXPECT_GE(number_in(GROUP "/memory.current") - before, ENTRIES * BYTES);
}

static void set_many(void)
{
	for (int i = 0; i < ENTRIES; i++) {
		make(numbered(i));
		ASSERT_OK(set_big_acl(numbered(i), ACCESS_ACL));
	}
}

static void inherit_many(void)
{
	for (int i = 0; i < ENTRIES; i++)
		make(numbered(i));
}

/* What chmod(2) changes is a copy. */
static void chmod_many(void)
{
	for (int i = 0; i < ENTRIES; i++)
		ASSERT_OK(chmod(numbered(i), 0600));
}

static void pay_for_set(void)
{
	expect_charged(set_many);
}

static void pay_for_inherited(void)
{
	expect_charged(inherit_many);
}

static void pay_for_chmod(void)
{
	expect_charged(chmod_many);
}

TEST(the_memory_cgroup_pays_for_acls_that_are_set)
{
	ASSERT_OK(mkdir("s/d", 0755));
	in_a_memory_cgroup(pay_for_set);
}

TEST(the_memory_cgroup_pays_for_acls_that_are_inherited)
{
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(set_big_acl("s/d", DEFAULT_ACL));
	in_a_memory_cgroup(pay_for_inherited);
}

TEST(the_memory_cgroup_pays_for_acls_that_chmod_changes)
{
	ASSERT_OK(mkdir("s/d", 0755));
	set_many();
	in_a_memory_cgroup(pay_for_chmod);
}

/* Sets big ACLs until there is no memory for one; returns which. */
static int spend_all(void)
{
	int i;

	allow(ENTRIES / 4 * BYTES);
	for (i = 0; i < ENTRIES; i++)
		if (set_big_acl(numbered(i), ACCESS_ACL))
			break;
	ASSERT_EQ(errno, ENOMEM);
	ASSERT_LT(i, ENTRIES);
	return i;
}

/* As inodes, and not for a big ACL. */
static void leave_room_for_small_things(void)
{
	allow(number_in(GROUP "/memory.current") + BYTES);
}

static void set_until_refused(void)
{
	const char *path = numbered(spend_all());

	EXPECT_STREQ(acl_text(path, ACCESS_ACL), SMALL);
	EXPECT_EQ(stat_of(path).st_mode, S_IFREG | 0640);
	leave_room_for_small_things();
	EXPECT_ERRNO(ENOMEM, set_big_acl("s/d", DEFAULT_ACL));
	EXPECT_STREQ(acl_text("s/d", DEFAULT_ACL), "none");
}

static void make_small(void)
{
	ASSERT_OK(mkdir("s/d", 0755));
	for (int i = 0; i < ENTRIES; i++) {
		make(numbered(i));
		ASSERT_OK(set_acl(numbered(i), ACCESS_ACL, SMALL));
	}
}

TEST(an_acl_for_which_there_is_no_memory_changes_nothing)
{
	make_small();
	in_a_memory_cgroup(set_until_refused);
}

static void make_until_refused(void)
{
	spend_all();
	leave_room_for_small_things();
	EXPECT_ERRNO(ENOMEM, open("s/x/e", O_CREAT | O_RDWR, 0666));
	EXPECT_ERRNO(ENOMEM, open("s/x", O_TMPFILE | O_RDWR, 0666));
	EXPECT_ERRNO(ENOMEM, mkdir("s/x/d", 0777));
	EXPECT_ERRNO(ENOMEM, mkfifo("s/x/f", 0666));
	EXPECT_OK(symlink("e", "s/x/l"));
}

TEST(a_name_whose_acl_there_is_no_memory_for_is_not_made)
{
	unsigned long used;

	make_small();
	ASSERT_OK(mkdir("s/x", 0755));
	ASSERT_OK(set_big_acl("s/x", DEFAULT_ACL));
	used = files_in_use("s");
	in_a_memory_cgroup(make_until_refused);
	EXPECT_EQ(files_in_use("s"), used + 1);
	EXPECT_EQ(stat_of("s/x").st_nlink, 2);
	EXPECT_FALSE(exists("s/x/e"));
}
