// SPDX-License-Identifier: GPL-2.0
/* What a user is charged with, when memory fails. */
#define SUITE "fault_charge"
#include "harness.h"
#include "fault.h"

/*
 * User 1000 may have so many stored in "d". A charge that a failed PUT kept, or
 * gave back twice, shows in the next one.
 */
#define AS_USER_WHO_MAY_STORE(n)					\
	for (bool once_ = (mount_store("d", "mode=777,maxuser=" #n), true); \
	     once_; once_ = false)					\
		AS_USER(1000, 1000)					\
			for (bool u_ = (become_traceable(), true); u_; u_ = false)

/* Else /proc/thread-self/fail-nth would be root's. */
static void become_traceable(void)
{
	ASSERT_OK(prctl(PR_SET_DUMPABLE, 1));
	fault_ready();
}

/* What is charged at all takes memory, if it is the user's first. */
TEST(the_first_put_of_a_user)
{
	int m = memfd();

	AS_USER_WHO_MAY_STORE(1) {
		int e = entry("d/e");

		EACH_FAULT(f, ENOMEM, EFAULT) {
			if (IN_FAULT(f, put(e, m)) < 0) {
				EXPECT_FALSE(filled(e));
				ASSERT_OK(put(e, m));
			}
			ASSERT_OK(ftruncate(e, 0));
		}
	}
}

TEST(a_failed_put_leaves_the_charge_as_it_was)
{
	int m = memfd(), p[2];
	struct lifeline anchor = to_be_an_anchor();

	ASSERT_OK(pipe2(p, O_CLOEXEC));
	AS_USER_WHO_MAY_STORE(2) {
		int e = entry("d/e"), other = entry("d/other"), third = entry("d/third");

		/* So that the first charge is not the only one. */
		ASSERT_OK(put(other, m));
		EACH_FAULT(f, ENOMEM, EFAULT) {
			if (IN_FAULT(f, put_all(e, p[1], FDSTOREFS_PUT_HANGUP, anchor.given)) < 0)
				ASSERT_OK(put_all(e, p[1], FDSTOREFS_PUT_HANGUP, anchor.given));
			/* As many as the user may have, neither more nor less. */
			ASSERT_ERRNO(EDQUOT, put(third, m));
			ASSERT_OK(ftruncate(e, 0));
		}
	}
}

/* The same, where the failure comes while a charge is there already. */
TEST(a_failed_replacement_leaves_the_charge_as_it_was)
{
	unsigned int flags = FDSTOREFS_PUT_HANGUP | FDSTOREFS_PUT_REPLACE;
	int m = memfd(), p[2];
	struct lifeline anchor = to_be_an_anchor();

	ASSERT_OK(pipe2(p, O_CLOEXEC));
	AS_USER_WHO_MAY_STORE(1) {
		int e = entry("d/e"), other = entry("d/other");

		ASSERT_OK(put_all(e, m, 0, anchor.given));
		EACH_FAULT(f, ENOMEM, EFAULT) {
			if (IN_FAULT(f, put_all(e, p[1], flags, anchor.given)) < 0)
				ASSERT_OK(put_all(e, p[1], flags, anchor.given));
			ASSERT_ERRNO(EDQUOT, put(other, m));
		}
		ASSERT_OK(ftruncate(e, 0));
		ASSERT_OK(put_all(other, m, 0, anchor.given));
	}
}
