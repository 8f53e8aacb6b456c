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
#include "posix_acl.h"
#include <linux/capability.h>

#define OWNER	1000
#define TEAM	2000
#define NAMED	1001
#define OTHER	1002

enum { R = 4, W = 2 };

static const struct stored {
	const char *name;
	int flags;
	int needs;	/* the entry open for */
} storeds[] = {
	{ "r", O_RDONLY, R },
	{ "w", O_WRONLY, W },
	{ "rw", O_RDWR, R | W },
	{ "O_PATH", O_PATH, R },
};

static const struct opening {
	const char *name;
	int flags;
	int can;
} openings[] = {
	{ "r", O_RDONLY, R },
	{ "w", O_WRONLY, W },
	{ "rw", O_RDWR, R | W },
};

/* The caller, and the three bits that count for it. */
static const struct caller {
	const char *name;
	uid_t uid;
	gid_t gid;
	int shift;		/* of the mode; -1 if an ACL names the caller */
	bool overrides;		/* CAP_DAC_OVERRIDE */
} callers[] = {
	{ "owner", OWNER, OWNER, 6, false },
	{ "group", OTHER, TEAM, 3, false },
	{ "other", OTHER, OTHER, 0, false },
	{ "ACL user", NAMED, OTHER, -1, false },
	{ "root", 0, 0, 0, true },
	{ "root without CAP_DAC_OVERRIDE", 0, 0, 0, false },
};

static void drop_capabilities(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[2] = {};

	ASSERT_OK(syscall(SYS_capset, &head, none));
}

static void be(const struct caller *caller)
{
	if (caller->uid)
		become(caller->uid, caller->gid);
	else if (!caller->overrides)
		drop_capabilities();
}

static bool may_open(const struct caller *caller, int bits, const struct opening *opening)
{
	return caller->overrides || (bits & opening->can) == opening->can;
}

/* GET: what the entry is open for covers what the file can do. */
static int expected_of_get(const struct stored *stored, const struct opening *opening)
{
	return (opening->can & stored->needs) == stored->needs ? 0 : EACCES;
}

/* TAKE: the same, and open for writing before all else. */
static int expected_of_take(const struct stored *stored, const struct opening *opening)
{
	return opening->can & W ? expected_of_get(stored, opening) : EBADF;
}

/* One verb gives what is expected, and if that is a descriptor, of @file. */
static bool gives(int fd, int err, int file)
{
	bool ok;

	if (err)
		return fd == -1 && errno == err;
	ok = fd >= 0 && same(fd, file);
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool is_filled(int e)
{
	struct pollfd p = { .fd = e, .events = POLLIN | POLLOUT };

	ASSERT_EQ(poll(&p, 1, 0), 1);
	return p.revents & POLLIN;
}

/* In the caller's shoes: all openings of "s/e", which holds @file. */
static void try_openings(const struct caller *caller, int bits,
			 const struct stored *stored, int file, int root_entry)
{
	for (int o = 0; o < 3; o++) {
		const struct opening *opening = &openings[o];
		int err, e = open("s/e", opening->flags | O_CLOEXEC);

		ABOUT("%s, stored %s, entry with %c%c opened %s", caller->name,
		      stored->name, bits & R ? 'r' : '-', bits & W ? 'w' : '-',
		      opening->name);
		if (!may_open(caller, bits, opening)) {
			EXPECT_TRUE(e == -1 && errno == EACCES);
			continue;
		}
		EXPECT_OK(e);
		EXPECT_TRUE(gives(get(e), expected_of_get(stored, opening), file));
		EXPECT_TRUE(is_filled(root_entry));
		err = expected_of_take(stored, opening);
		EXPECT_TRUE(gives(take(e), err, file));
		EXPECT_EQ(is_filled(root_entry), err != 0);
		if (!err)
			ASSERT_OK(put(root_entry, file));
		close(e);
	}
}

/* The permissions @bits for the caller, and the opposite for everybody else. */
static void set_permissions(const struct caller *caller, int bits)
{
	int others = ~bits & (R | W);
	char text[64];

	if (caller->shift >= 0) {
		ASSERT_OK(chmod("s/e", (0111 * others & ~(7 << caller->shift)) |
				       bits << caller->shift));
		return;
	}
	snprintf(text, sizeof(text), "u::%1$s,u:1001:%2$s,g::%1$s,m::rw,o::%1$s",
		 (const char *[]){ "-", "w", "r", "rw" }[others / 2],
		 (const char *[]){ "-", "w", "r", "rw" }[bits / 2]);
	ASSERT_OK(set_acl("s/e", ACCESS_ACL, text));
}

static void try_caller(const struct caller *caller)
{
	/* Nobody else's bits let root in, and its own none: it is "other". */
	make("file");
	for (int s = 0; s < 4; s++) {
		int file = ASSERT_OK(open("file", storeds[s].flags | O_CLOEXEC));
		int e = entry("s/e");

		ASSERT_OK(chown("s/e", OWNER, TEAM));
		ASSERT_OK(put(e, file));
		for (int bits = 0; bits <= (R | W); bits += W) {
			pid_t pid;

			set_permissions(caller, bits);
			pid = ASSERT_OK(fork());
			if (!pid) {
				be(caller);
				/* kcmp(2) would ask for this */
				ASSERT_OK(prctl(PR_SET_DUMPABLE, 1));
				try_openings(caller, bits, &storeds[s], file, e);
				finish();
			}
			ASSERT_CHILD(pid);
		}
		ASSERT_OK(unlink("s/e"));
		close(e);
		close(file);
	}
}

TEST(the_owner)
{
	try_caller(&callers[0]);
}

TEST(a_member_of_the_group)
{
	try_caller(&callers[1]);
}

TEST(somebody_else)
{
	try_caller(&callers[2]);
}

TEST(a_user_named_in_the_acl)
{
	try_caller(&callers[3]);
}

TEST(root)
{
	try_caller(&callers[4]);
}

TEST(root_without_cap_dac_override)
{
	try_caller(&callers[5]);
}
