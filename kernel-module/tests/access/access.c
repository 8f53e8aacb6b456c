// SPDX-License-Identifier: GPL-2.0
/*
 * What an entry must be open for, besides the mode rule, which is in matrix.c,
 * and what a failure leaves as it was.
 */
#define SUITE "access"
#include "harness.h"
#include "store.h"
#include <sys/resource.h>

/* No descriptor is left: the lowest free one is past the limit. */
static void exhaust_descriptors(struct rlimit *was)
{
	struct rlimit now;
	int lowest = ASSERT_OK(dup(0));

	ASSERT_OK(close(lowest));
	ASSERT_OK(getrlimit(RLIMIT_NOFILE, was));
	now = *was;
	now.rlim_cur = lowest;
	ASSERT_OK(setrlimit(RLIMIT_NOFILE, &now));
	ASSERT_ERRNO(EMFILE, dup(0));
}

TEST(put_needs_the_entry_open_for_writing)
{
	int m = memfd();

	make("s/e");
	EXPECT_ERRNO(EBADF, put(ASSERT_OK(open("s/e", O_RDONLY)), m));
	EXPECT_ERRNO(EBADF, put(ASSERT_OK(open("s/e", O_PATH)), m));
	EXPECT_ERRNO(EBADF, put(ASSERT_OK(open("s/e", 3)), m));
	EXPECT_OK(put(ASSERT_OK(open("s/e", O_WRONLY)), m));
}

TEST(a_take_that_fails_loses_nothing)
{
	int p = witness("s/e"), r, e = entry("s/e");
	struct rlimit was;

	r = ASSERT_OK(open("s/e", O_RDONLY));
	EXPECT_ERRNO(EBADF, take(r));
	EXPECT_ERRNO(EINVAL, ioctl(e, FDSTOREFS_IOC_TAKE, 1));
	exhaust_descriptors(&was);
	EXPECT_ERRNO(EMFILE, take(e));
	ASSERT_OK(setrlimit(RLIMIT_NOFILE, &was));
	ASSERT_HELD(p);
	EXPECT_OK(take(e));
}

TEST(get_without_a_free_descriptor_is_emfile)
{
	struct rlimit was;
	int e = entry("s/e"), m = memfd();

	ASSERT_OK(put(e, m));
	exhaust_descriptors(&was);
	EXPECT_ERRNO(EMFILE, get(e));
	ASSERT_OK(setrlimit(RLIMIT_NOFILE, &was));
	EXPECT_TRUE(same(ASSERT_OK(get(e)), m));
}
