// SPDX-License-Identifier: GPL-2.0
/* PUT, GET, TAKE and emptying, when memory or a copy from user space fails. */
#define SUITE "fault_verbs"
#include "harness.h"
#include "fault.h"

/* A failed PUT into an empty entry has kept nothing of what it was given. */
static void expect_nothing_put(int e, struct world before)
{
	EXPECT_UNCHANGED("s", before);
	EXPECT_ERRNO(ENODATA, get(e));
}

TEST(put)
{
	int e = entry("s/e");

	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct lifeline t = to_be_stored();
		struct world before = world_of("s");

		if (IN_FAULT(f, put(e, t.given)) < 0) {
			expect_nothing_put(e, before);
			ASSERT_OK(put(e, t.given));
		}
		let_go(&t);
		ASSERT_TRUE(lives(&t));
		close(ASSERT_OK(take(e)));
		ASSERT_DIES(&t);
	}
}

/* What the entry held before is held until the PUT has succeeded. */
TEST(put_with_replace)
{
	int e = entry("s/e");

	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct lifeline old = to_be_stored(), new = to_be_stored();
		struct world before;

		ASSERT_OK(put(e, old.given));
		before = world_of("s");
		if (IN_FAULT(f, put_with(e, new.given, FDSTOREFS_PUT_REPLACE)) < 0) {
			int is = ASSERT_OK(get(e));

			EXPECT_TRUE(same(is, old.given));
			close(is);
			EXPECT_UNCHANGED("s", before);
			ASSERT_OK(put_with(e, new.given, FDSTOREFS_PUT_REPLACE));
		}
		let_go(&old);
		ASSERT_DIES(&old);
		let_go(&new);
		ASSERT_TRUE(lives(&new));
		close(ASSERT_OK(take(e)));
		ASSERT_DIES(&new);
	}
}

/* A PUT with HANGUP that meets the fault; when that fails, one that does not. */
static void put_watched(struct faults *f, int e, int fd)
{
	struct world before = world_of("s");

	if (IN_FAULT(f, put_with(e, fd, FDSTOREFS_PUT_HANGUP)) < 0) {
		expect_nothing_put(e, before);
		ASSERT_OK(put_with(e, fd, FDSTOREFS_PUT_HANGUP));
	}
}

TEST(put_with_hangup)
{
	int e = entry("s/e");

	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct lifeline t = to_be_stored();

		put_watched(f, e, t.given);
		let_go(&t);
		ASSERT_TRUE(lives(&t));
		ASSERT_OK(close(t.mine));
		ASSERT_EMPTIES(e);
	}
}

/* Who may read and write a FIFO waits in two queues. */
static struct lifeline with_two_queues(void)
{
	struct lifeline t;

	ASSERT_OK(mkfifo("fifo", 0600));
	t.given = ASSERT_OK(open("fifo", O_RDWR | O_CLOEXEC));
	t.mine = ASSERT_OK(open("fifo", O_RDONLY | O_CLOEXEC));
	ASSERT_OK(unlink("fifo"));
	return t;
}

/* The second one takes memory of its own. */
TEST(put_with_hangup_of_a_file_with_two_queues)
{
	int e = entry("s/e");

	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct lifeline t = with_two_queues();

		put_watched(f, e, t.given);
		let_go(&t);
		ASSERT_TRUE(lives(&t));
		ASSERT_OK(ftruncate(e, 0));
		ASSERT_DIES(&t);
		/* Without the argument, the watch or the second hook there is no put. */
		if (!f->met)
			EXPECT_GE(f->failed, 3);
	}
}

TEST(put_that_removes_the_name)
{
	EACH_FAULT(f, ENOMEM, EFAULT) {
		int e = entry("s/e"), anchor = ASSERT_OK(eventfd(0, EFD_CLOEXEC));
		struct lifeline t = to_be_stored();
		struct world before = world_of("s");

		if (IN_FAULT(f, put_all(e, t.given, FDSTOREFS_PUT_REMOVE, anchor)) < 0) {
			expect_nothing_put(e, before);
			ASSERT_OK(put_all(e, t.given, FDSTOREFS_PUT_REMOVE, anchor));
		}
		let_go(&t);
		ASSERT_TRUE(lives(&t));
		ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
		ASSERT_DIES(&t);
		await_gone("s/e");
		ASSERT_OK(close(anchor));
		ASSERT_OK(close(e));
		/* The argument, the put, its watch and what the removal takes. */
		if (!f->met)
			EXPECT_GE(f->failed, 4);
	}
}

TEST(put_with_an_anchor)
{
	int e = entry("s/e");

	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct lifeline t = to_be_stored(), anchor = to_be_an_anchor();
		struct world before = world_of("s");

		if (IN_FAULT(f, put_all(e, t.given, 0, anchor.given)) < 0) {
			expect_nothing_put(e, before);
			ASSERT_OK(put_all(e, t.given, 0, anchor.given));
		}
		let_go(&t);
		let_go(&anchor);
		ASSERT_TRUE(lives(&t));
		ASSERT_TRUE(lives(&anchor));
		close(ASSERT_OK(take(e)));
		ASSERT_DIES(&t);
		ASSERT_DIES(&anchor);
	}
}

TEST(put_with_all_of_them)
{
	int e = entry("s/e");
	unsigned int flags = FDSTOREFS_PUT_REPLACE | FDSTOREFS_PUT_HANGUP;

	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct lifeline old = to_be_stored(), old_anchor = to_be_an_anchor();
		struct lifeline new = to_be_stored(), anchor = to_be_an_anchor();
		struct world before;

		ASSERT_OK(put_all(e, old.given, flags, old_anchor.given));
		let_go(&old);
		let_go(&old_anchor);
		before = world_of("s");
		if (IN_FAULT(f, put_all(e, new.given, flags, anchor.given)) < 0) {
			EXPECT_TRUE(lives(&old) && lives(&old_anchor));
			EXPECT_UNCHANGED("s", before);
			ASSERT_OK(put_all(e, new.given, flags, anchor.given));
		}
		ASSERT_DIES(&old);
		ASSERT_DIES(&old_anchor);
		let_go(&new);
		let_go(&anchor);
		ASSERT_TRUE(lives(&new) && lives(&anchor));
		/* And the watches are the new ones. */
		ASSERT_OK(close(anchor.mine));
		ASSERT_EMPTIES(e);
		ASSERT_DIES(&new);
	}
}

/* What failed keeps no hook in the wait queue of its file, nor its anchor's. */
TEST(what_a_failed_put_would_have_watched_can_end)
{
	int e = entry("s/e");

	EACH_FAULT(f, ENOMEM, EFAULT) {
		struct lifeline t = to_be_stored(), anchor = to_be_an_anchor();
		bool put = IN_FAULT(f, put_all(e, t.given, FDSTOREFS_PUT_HANGUP,
					       anchor.given)) == 0;

		let_go(&t);
		let_go(&anchor);
		if (put) {
			ASSERT_TRUE(lives(&t) && lives(&anchor));
			ASSERT_OK(close(t.mine));
			ASSERT_EMPTIES(e);
			ASSERT_DIES(&anchor);
		} else {
			ASSERT_DIES(&t);
			ASSERT_DIES(&anchor);
		}
	}
}

/* A notification that there is no memory for is the watcher's loss alone. */
TEST(put_and_take_are_done_though_nobody_can_be_told)
{
	int e = entry("s/e"), m = memfd(), i = ASSERT_OK(inotify_init1(IN_NONBLOCK));
	char events[4096];

	ASSERT_OK(inotify_add_watch(i, "s/e", IN_MODIFY));
	EACH_FAULT_OF(f, "put", ENOMEM, EFAULT) {
		if (IN_FAULT(f, put(e, m)) == 0) {
			close(ASSERT_OK(take(e)));
			ASSERT_GT(read(i, events, sizeof(events)), 0);
		}
	}
	close(i);
}

/* The next descriptor is one for which the table has to grow. */
static void fill_descriptor_table(void)
{
	fault_ready();
	while (ASSERT_OK(dup(0)) < 63)
		;
}

/* The table grows once, hence a child for each time. */
TEST(get_when_the_descriptor_table_has_to_grow)
{
	struct lifeline t = to_be_stored();
	int e = entry("s/e");

	ASSERT_OK(put(e, t.given));
	EACH_FAULT(f, ENOMEM)
		IN_CHILD {
			fill_descriptor_table();
			if (IN_FAULT(f, get(e)) < 0) {
				EXPECT_ERRNO(EBADF, fcntl(64, F_GETFD));
				EXPECT_EQ(get(e), 64);
			}
			EXPECT_TRUE(same(64, t.given));
		}
	let_go(&t);
	ASSERT_TRUE(lives(&t));
	ASSERT_OK(ftruncate(e, 0));
	ASSERT_DIES(&t);
}

TEST(take_when_the_descriptor_table_has_to_grow)
{
	int e = entry("s/e");

	EACH_FAULT(f, ENOMEM) {
		struct lifeline t = to_be_stored();

		ASSERT_OK(put(e, t.given));
		IN_CHILD {
			fill_descriptor_table();
			if (IN_FAULT(f, take(e)) < 0) {
				EXPECT_ERRNO(EBADF, fcntl(64, F_GETFD));
				EXPECT_TRUE(filled(e));
				EXPECT_EQ(take(e), 64);
			}
			EXPECT_FALSE(filled(e));
			EXPECT_TRUE(same(64, t.given));
		}
		let_go(&t);
		ASSERT_DIES(&t);
	}
}

TEST(emptying_by_truncation)
{
	EACH_FAULT_OF(f, "truncate", ENOMEM, EFAULT) {
		int p = witness("s/e");

		if (IN_FAULT(f, truncate("s/e", 0)) < 0) {
			ASSERT_HELD(p);
			ASSERT_OK(truncate("s/e", 0));
		}
		ASSERT_RELEASED(p);
		close(p);
	}
	EACH_FAULT_OF(g, "O_TRUNC", ENOMEM, EFAULT) {
		int p = witness("s/e");
		struct world before = world_of("s");
		int e = IN_FAULT(g, open("s/e", O_WRONLY | O_TRUNC | O_CLOEXEC));

		if (e < 0) {
			EXPECT_UNCHANGED("s", before);
			ASSERT_HELD(p);
			e = ASSERT_OK(open("s/e", O_WRONLY | O_TRUNC | O_CLOEXEC));
		}
		close(e);
		ASSERT_RELEASED(p);
		close(p);
	}
}

TEST(nothing_is_left_of_all_the_failures)
{
	int e = entry("s/e"), m = memfd();
	struct lifeline anchor = to_be_an_anchor();

	ASSERT_LEFT(1, 2);
	EACH_FAULT(f, ENOMEM, EFAULT)
		if (IN_FAULT(f, put_all(e, m, FDSTOREFS_PUT_REPLACE, anchor.given)) == 0)
			ASSERT_OK(ftruncate(e, 0));
	close(e);
	ASSERT_OK(unlink("s/e"));
	ASSERT_LEFT(1, 1);
}
