/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What tests are written with, whatever harness runs them: ASSERT_*() ends a
 * test, EXPECT_*() only marks it failed. Both work in any function and in any
 * process of the test, which fails by the exit status of its first process.
 */
#ifndef ASSERTIONS_H
#define ASSERTIONS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int harness_failures;		/* of this process */
static char harness_subject[256];	/* see ABOUT() */

/* What the next failures are about, for the rounds of a table. */
#define ABOUT(...) \
	snprintf(harness_subject, sizeof(harness_subject), __VA_ARGS__)

/* A line of the report that is neither success nor failure. */
#define NOTE(...) \
	do { dprintf(1, "#   " __VA_ARGS__); dprintf(1, "\n"); } while (0)

static const char *harness_errno(int err)
{
	return strerrorname_np(err) ?: "errno ?";
}

static void __attribute__((format(printf, 4, 5)))
harness_fail(bool fatal, const char *file, int line, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	dprintf(1, "# %s:%d: %s%s%s\n", file, line, harness_subject,
		*harness_subject ? ": " : "", text);
	__atomic_add_fetch(&harness_failures, 1, __ATOMIC_RELAXED);
	if (fatal)
		_exit(1);
}

#define HARNESS_FAIL(fatal, ...) \
	harness_fail(fatal, __FILE__, __LINE__, __VA_ARGS__)

#define HARNESS_COMPARE(fatal, a, op, b)				\
	do {								\
		long long a_ = (long long)(a), b_ = (long long)(b);	\
		int err_ = errno;					\
									\
		if (!(a_ op b_))					\
			HARNESS_FAIL(fatal,				\
				"%s %s %s, but they are %lld (%#llx) and %lld (%#llx); errno %d is %s", \
				#a, #op, #b, a_, a_, b_, b_, err_,	\
				strerror(err_));			\
	} while (0)

#define ASSERT_EQ(a, b)		HARNESS_COMPARE(true, a, ==, b)
#define ASSERT_NE(a, b)		HARNESS_COMPARE(true, a, !=, b)
#define ASSERT_LT(a, b)		HARNESS_COMPARE(true, a, <, b)
#define ASSERT_LE(a, b)		HARNESS_COMPARE(true, a, <=, b)
#define ASSERT_GT(a, b)		HARNESS_COMPARE(true, a, >, b)
#define ASSERT_GE(a, b)		HARNESS_COMPARE(true, a, >=, b)
#define EXPECT_EQ(a, b)		HARNESS_COMPARE(false, a, ==, b)
#define EXPECT_NE(a, b)		HARNESS_COMPARE(false, a, !=, b)
#define EXPECT_LE(a, b)		HARNESS_COMPARE(false, a, <=, b)
#define EXPECT_GE(a, b)		HARNESS_COMPARE(false, a, >=, b)

#define HARNESS_TRUE(fatal, a)						\
	do {								\
		if (!(a))						\
			HARNESS_FAIL(fatal, "%s is false", #a);		\
	} while (0)

#define ASSERT_TRUE(a)		HARNESS_TRUE(true, a)
#define ASSERT_FALSE(a)		HARNESS_TRUE(true, !(a))
#define EXPECT_TRUE(a)		HARNESS_TRUE(false, a)
#define EXPECT_FALSE(a)		HARNESS_TRUE(false, !(a))

#define HARNESS_STRING(fatal, a, b)					\
	do {								\
		const char *a_ = (a), *b_ = (b);			\
									\
		if (strcmp(a_, b_))					\
			HARNESS_FAIL(fatal, "%s is \"%s\", not \"%s\"",	\
				     #a, a_, b_);			\
	} while (0)

#define ASSERT_STREQ(a, b)	HARNESS_STRING(true, a, b)
#define EXPECT_STREQ(a, b)	HARNESS_STRING(false, a, b)

/* The call succeeds: its value is not negative. The value is the macro's. */
#define HARNESS_OK(fatal, call)						\
	({								\
		long long v_ = (long long)(call);			\
		int err_ = errno;					\
									\
		if (v_ < 0)						\
			HARNESS_FAIL(fatal, "%s gave %lld: %s (%s)",	\
				     #call, v_, harness_errno(err_),	\
				     strerror(err_));			\
		(int)v_;						\
	})

#define ASSERT_OK(call)		HARNESS_OK(true, call)
#define EXPECT_OK(call)		HARNESS_OK(false, call)

/* The call fails with -1 and this errno. */
#define HARNESS_ERRNO(fatal, err, call)					\
	do {								\
		long long v_ = (long long)(call);			\
		int err_ = errno;					\
									\
		if (v_ != -1)						\
			HARNESS_FAIL(fatal, "%s gave %lld, not %s",	\
				     #call, v_, harness_errno(err));	\
		else if (err_ != (err))					\
			HARNESS_FAIL(fatal, "%s gave %s, not %s", #call, \
				     harness_errno(err_),		\
				     harness_errno(err));		\
	} while (0)

#define ASSERT_ERRNO(err, call)	HARNESS_ERRNO(true, err, call)
#define EXPECT_ERRNO(err, call)	HARNESS_ERRNO(false, err, call)

static inline bool harness_is_one_of(int err, const int *errs)
{
	for (; *errs; errs++)
		if (*errs == err)
			return true;
	return false;
}

/* The call succeeds, or fails with one of these errnos. */
#define MAY_FAIL(call, ...)						\
	do {								\
		if ((call) == -1 &&					\
		    !harness_is_one_of(errno, (const int[]){ __VA_ARGS__, 0 }))	\
			HARNESS_FAIL(true, "%s gave %s", #call,		\
				     harness_errno(errno));		\
	} while (0)

/* The child process exits, without a failure of its own. */
#define ASSERT_CHILD(pid)						\
	do {								\
		int status_ = -1;					\
									\
		ASSERT_EQ(waitpid(pid, &status_, 0), pid);		\
		if (status_)						\
			HARNESS_FAIL(true, "child %s: wait status %#x",	\
				     #pid, status_);			\
	} while (0)

/* The end of a child that a test forked. */
static inline void __attribute__((noreturn)) finish(void)
{
	_exit(harness_failures ? 1 : 0);
}

static inline void become(uid_t uid, gid_t gid)
{
	ASSERT_OK(setgroups(0, NULL));
	ASSERT_OK(setresgid(gid, gid, gid));
	ASSERT_OK(setresuid(uid, uid, uid));
}

/* True in a new child; in its parent false, when the child has succeeded. */
static inline bool harness_in_child(void)
{
	pid_t pid = ASSERT_OK(fork());

	if (!pid) {
		harness_failures = 0;
		return true;
	}
	ASSERT_CHILD(pid);
	return false;
}

/* IN_CHILD { ... }: the block runs in a child. */
#define IN_CHILD \
	for (bool as_ = harness_in_child(); as_; finish())

static inline bool harness_as_user(uid_t uid, gid_t gid)
{
	if (!harness_in_child())
		return false;
	become(uid, gid);
	return true;
}

/* AS_USER(uid, gid) { ... }: the block runs in a child that has no privileges. */
#define AS_USER(uid, gid) \
	for (bool as_ = harness_as_user(uid, gid); as_; finish())

static void harness_world(const char *dir)
{
	ASSERT_OK(unshare(CLONE_NEWNS));
	ASSERT_OK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	ASSERT_OK(mount("scratch", dir, "tmpfs", 0, "mode=0755"));
	ASSERT_OK(chdir(dir));
	umask(0);
	signal(SIGPIPE, SIG_IGN);
	ASSERT_OK(mkdir("s", 0755));
	ASSERT_OK(mount("store", "s", "fdstorefs", 0, NULL));
}

#endif
