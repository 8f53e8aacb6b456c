/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tests on the kernel's own harness, which runs each in a child process, as
 * they expect it: in a mount namespace of its own, with an empty directory and
 * a new store on "s" in it. The kernel's assertions work in the body of a test
 * alone; assertions.h has those that work in helpers and children, too.
 */
#ifndef HARNESS_H
#define HARNESS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "../../kselftest_harness.h"

#undef TEST
#undef SKIP
#undef ASSERT_EQ
#undef ASSERT_NE
#undef ASSERT_LT
#undef ASSERT_LE
#undef ASSERT_GT
#undef ASSERT_GE
#undef ASSERT_TRUE
#undef ASSERT_FALSE
#undef ASSERT_STREQ
#undef EXPECT_EQ
#undef EXPECT_NE
#undef EXPECT_LE
#undef EXPECT_GE
#undef EXPECT_TRUE
#undef EXPECT_FALSE
#undef EXPECT_STREQ
#include "assertions.h"

#define HARNESS_SECONDS		60

/*
 * In a child of its own, so that what the test leaves running can be killed: it
 * would keep the test's store, and other tests count stores.
 */
static void __attribute__((noreturn)) harness_run(void (*body)(void))
{
	int status;
	pid_t pid;

	ASSERT_OK(prctl(PR_SET_CHILD_SUBREAPER, 1));
	pid = ASSERT_OK(fork());
	if (!pid) {
		setpgid(0, 0);
		harness_world("/tmp");
		errno = 0;
		body();
		finish();
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	kill(-pid, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	if (WIFSIGNALED(status))
		NOTE("died of signal %d", WTERMSIG(status));
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : KSFT_FAIL);
}

#define TEST(name)	TEST_SECONDS(name, HARNESS_SECONDS)

#define TEST_SECONDS(name_, seconds_)					\
	static void body_of_##name_(void);				\
	__TEST_IMPL(name_, -1)						\
	{								\
		harness_run(body_of_##name_);				\
	}								\
	static void __attribute__((constructor)) harness_time_##name_(void) \
	{								\
		_##name_##_object.timeout = (seconds_);			\
	}								\
	static void body_of_##name_(void)

#define SKIP(...)							\
	do {								\
		NOTE(__VA_ARGS__);					\
		_exit(KSFT_SKIP);					\
	} while (0)

TEST_HARNESS_MAIN

#endif
