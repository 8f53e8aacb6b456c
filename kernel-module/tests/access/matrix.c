// SPDX-License-Identifier: GPL-2.0
/*
 * The mode rule in all combinations: what is stored, what the entry's
 * permissions say to the caller, for what the caller opens it, the verb, and
 * who the caller is. What is expected is worked out here from the rule's words,
 * not from what the module does.
 */
#define SUITE "matrix"
#include "harness.h"
#include "store.h"
#include "caps.h"
#include "posix_acl.h"

#define OWNER	1000
#define TEAM	2000
#define NAMED	1001
#define OTHER	1002
#define NAMED_TEAM 2001

enum { R = 4, W = 2 };

#define STOREDS		5
#define OPENINGS	4
#define PERMISSIONS	8

static const struct stored {
	const char *name;
	int flags;
	int needs;	/* the entry open for */
} storeds[STOREDS] = {
	{ "r", O_RDONLY, R },
	{ "w", O_WRONLY, W },
	{ "rw", O_RDWR, R | W },
	{ "O_PATH", O_PATH, R },
	{ "for ioctl only", 3, R },
};

static const struct opening {
	const char *name;
	int flags;
	int asks;	/* the permission of */
	int can;
} openings[OPENINGS] = {
	{ "r", O_RDONLY, R, R },
	{ "w", O_WRONLY, W, W },
	{ "rw", O_RDWR, R | W, R | W },
	{ "for ioctl only", 3, R | W, 0 },
};

/* Which permissions count for the caller: a shift of the mode, or the ACL's. */
enum { BY_OWNER = 6, BY_GROUP = 3, BY_OTHER = 0, BY_USER_NAME = -1, BY_GROUP_NAME = -2 };

struct caller {
	uid_t uid;
	gid_t gid;
	int by;
	int capability;		/* besides which there is none; -1, or ALL */
	int overrides;		/* what it may whatever the permissions */
};

#define ALL	-2

/* @bits for the caller, the opposite for everybody else. */
static void set_permissions(const char *path, const struct caller *caller, int bits)
{
	static const char *const names[] = { "-", "x", "w", "wx", "r", "rx", "rw", "rwx" };
	const char *mine = names[bits], *others = names[~bits & 7];
	char text[128];

	if (caller->by >= 0) {
		ASSERT_OK(chmod(path, (0111 * (~bits & 7) & ~(7 << caller->by)) |
				      bits << caller->by));
		return;
	}
	snprintf(text, sizeof(text), "u::%s,u:%d:%s,g::%s,g:%d:%s,m::rwx,o::%s", others,
		 NAMED, caller->by == BY_USER_NAME ? mine : others, others,
		 NAMED_TEAM, caller->by == BY_GROUP_NAME ? mine : others, others);
	ASSERT_OK(set_acl(path, ACCESS_ACL, text));
}

/* What a capability allows it allows for the whole of what is asked. */
static bool may_open(const struct caller *caller, int bits, const struct opening *opening)
{
	return !(opening->asks & ~bits) || !(opening->asks & ~caller->overrides);
}

static int expected_of_put(const struct opening *opening)
{
	return opening->can & W ? 0 : EBADF;
}

/* GET: what the entry is open for covers what the file can do. */
static int expected_of_get(const struct stored *stored, const struct opening *opening)
{
	return stored->needs & ~opening->can ? EACCES : 0;
}

/* TAKE: the same, and open for writing before all else. */
static int expected_of_take(const struct stored *stored, const struct opening *opening)
{
	return opening->can & W ? expected_of_get(stored, opening) : EBADF;
}

/* A call gave what is expected; if that is a descriptor, of @file. */
static void expect_file(const char *verb, int fd, int expected, int file)
{
	int got = fd < 0 ? errno : 0;

	if (got != expected)
		HARNESS_FAIL(false, "%s gave %s, not %s", verb, harness_errno(got),
			     harness_errno(expected));
	else if (fd >= 0 && !same(fd, file))
		HARNESS_FAIL(false, "%s gave another file", verb);
	if (fd >= 0)
		close(fd);
}

/* Seen through what root has opened, which may get anything. */
static void expect_content(const char *when, int root_entry, int file)
{
	expect_file(when, get(root_entry), file < 0 ? ENODATA : 0, file);
}

static void try_opening(const struct caller *caller, const char *path, int bits,
			const struct stored *stored, const struct opening *opening,
			int file, int root_entry)
{
	int err, e = open(path, opening->flags | O_CLOEXEC);

	if (!may_open(caller, bits, opening)) {
		EXPECT_ERRNO(EACCES, e);
		return;
	}
	EXPECT_OK(e);
	expect_file("GET", get(e), expected_of_get(stored, opening), file);
	expect_content("a look after GET", root_entry, file);
	err = expected_of_take(stored, opening);
	expect_file("TAKE", take(e), err, file);
	expect_content("a look after TAKE", root_entry, err ? file : -1);
	if (put_with(e, file, FDSTOREFS_PUT_REPLACE)) {
		EXPECT_EQ(errno, expected_of_put(opening));
	} else {
		EXPECT_EQ(expected_of_put(opening), 0);
	}
	expect_content("a look after PUT", root_entry, file);
	close(e);
}

static const char *path_of(int s, int bits)
{
	static char path[16];

	snprintf(path, sizeof(path), "s/%d%d", s, bits);
	return path;
}

/* All entries are made first, so that one process can be the caller for all. */
static void try_caller(struct caller caller)
{
	int files[STOREDS], entries[STOREDS][PERMISSIONS];

	make("file");
	for (int s = 0; s < STOREDS; s++) {
		files[s] = ASSERT_OK(open("file", storeds[s].flags | O_CLOEXEC));
		for (int bits = 0; bits < PERMISSIONS; bits++) {
			entries[s][bits] = entry(path_of(s, bits));
			ASSERT_OK(chown(path_of(s, bits), OWNER, TEAM));
			set_permissions(path_of(s, bits), &caller, bits);
			ASSERT_OK(put(entries[s][bits], files[s]));
		}
	}
	if (caller.capability != ALL)
		keep_only(caller.uid, caller.gid, caller.capability);
	for (int s = 0; s < STOREDS; s++) {
		for (int bits = 0; bits < PERMISSIONS; bits++) {
			for (int o = 0; o < OPENINGS; o++) {
				ABOUT("stored %s, permissions %d, opened %s",
				      storeds[s].name, bits, openings[o].name);
				try_opening(&caller, path_of(s, bits), bits, &storeds[s],
					    &openings[o], files[s], entries[s][bits]);
			}
		}
	}
}

TEST(the_owner)
{
	try_caller((struct caller){ OWNER, OWNER, BY_OWNER, -1, 0 });
}

TEST(the_owner_who_is_also_in_the_group)
{
	try_caller((struct caller){ OWNER, TEAM, BY_OWNER, -1, 0 });
}

TEST(a_member_of_the_group)
{
	try_caller((struct caller){ OTHER, TEAM, BY_GROUP, -1, 0 });
}

TEST(somebody_else)
{
	try_caller((struct caller){ OTHER, OTHER, BY_OTHER, -1, 0 });
}

TEST(a_user_whom_the_acl_names)
{
	try_caller((struct caller){ NAMED, OTHER, BY_USER_NAME, -1, 0 });
}

TEST(a_user_whom_the_acl_names_counts_before_its_groups)
{
	try_caller((struct caller){ NAMED, NAMED_TEAM, BY_USER_NAME, -1, 0 });
}

TEST(a_member_of_a_group_that_the_acl_names)
{
	try_caller((struct caller){ OTHER, NAMED_TEAM, BY_GROUP_NAME, -1, 0 });
}

TEST(root)
{
	try_caller((struct caller){ 0, 0, BY_OTHER, ALL, R | W });
}

/* Nobody's bits are root's: what others may it may. */
TEST(root_without_capabilities)
{
	try_caller((struct caller){ 0, 0, BY_OTHER, -1, 0 });
}

TEST(root_with_cap_dac_read_search_alone)
{
	try_caller((struct caller){ 0, 0, BY_OTHER, CAP_DAC_READ_SEARCH, R });
}

TEST(a_user_with_cap_dac_override_alone)
{
	try_caller((struct caller){ OTHER, OTHER, BY_OTHER, CAP_DAC_OVERRIDE, R | W });
}
