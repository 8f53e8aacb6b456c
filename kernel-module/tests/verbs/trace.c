// SPDX-License-Identifier: GPL-2.0
/* The tracepoints: every way in which a file enters or leaves an entry. */
#define SUITE "trace"
#include "harness.h"
#include "admin.h"
#include "threads.h"
#include "tracing.h"

TEST(put_get_and_take_are_traced_with_what_is_stored)
{
	int e = entry("s/e"), m = memfd();
	ino_t ino = stat_of("s/e").st_ino;
	struct stat st;
	char stored[64];

	ASSERT_OK(fstat(m, &st));
	snprintf(stored, sizeof(stored), "stored=%u:%u/%lu", major(st.st_dev),
		 minor(st.st_dev), st.st_ino);
	start_tracing();
	ASSERT_OK(put(e, m));
	close(ASSERT_OK(get(e)));
	close(ASSERT_OK(take(e)));
	stop_tracing();
	EXPECT_STREQ(traced("fdstorefs_put", store_of("s"), ino), stored);
	EXPECT_STREQ(traced("fdstorefs_get", store_of("s"), ino), stored);
	EXPECT_STREQ(traced("fdstorefs_take", store_of("s"), ino), stored);
}

TEST(each_drop_is_traced_with_its_reason)
{
	static const char *const reasons[] = {
		"unlink", "truncate", "replace", "hangup", "anchor", "umount",
		"drain", "evict",
	};
	struct fdstorefs_put anchored = { .anchor_fd = eventfd(0, 0) };
	int p[2], tmp, e[8];
	ino_t ino[8];

	for (int i = 0; i < 8; i++) {
		char name[8] = { 's', '/', 'a' + i };

		e[i] = i == 7 ? ASSERT_OK(open("s", O_TMPFILE | O_RDWR, 0600)) :
				entry(name);
		struct stat st;

		ASSERT_OK(fstat(e[i], &st));
		ino[i] = st.st_ino;
	}
	ASSERT_OK(pipe(p));
	anchored.fd = tmp = memfd();
	start_tracing();
	ASSERT_OK(put(e[0], tmp));
	ASSERT_OK(unlink("s/a"));
	ASSERT_OK(put(e[1], tmp));
	ASSERT_OK(truncate("s/b", 0));
	ASSERT_OK(put(e[2], tmp));
	ASSERT_OK(put_with(e[2], tmp, FDSTOREFS_PUT_REPLACE));
	ASSERT_OK(put_with(e[3], p[0], FDSTOREFS_PUT_HANGUP));
	close(p[1]);
	ASSERT_TRUE(await(e[3], POLLOUT) & POLLOUT);
	ASSERT_OK(ioctl(e[4], FDSTOREFS_IOC_PUT, &anchored));
	ASSERT_EQ(write(anchored.anchor_fd, &(uint64_t){ 1 }, 8), 8);
	ASSERT_TRUE(await(e[4], POLLOUT) & POLLOUT);
	ASSERT_OK(put(e[5], tmp));
	ASSERT_ERRNO(EBUSY, umount2("s", MNT_FORCE));
	ASSERT_OK(put(e[7], tmp));
	ASSERT_OK(close(e[7]));
	ASSERT_OK(put(e[6], tmp));
	drain_store(store_of("s"));
	stop_tracing();
	for (int i = 0; i < 8; i++) {
		char wanted[32];

		snprintf(wanted, sizeof(wanted), "reason=%s", reasons[i]);
		EXPECT_STREQ(traced("fdstorefs_drop", store_of("s"), ino[i]), wanted);
	}
}

/* How many lines of the whole trace have each of these words. */
static void count_lines(const char *const *words, long *counts, int n)
{
	FILE *f = fopen(TRACING "trace", "re");
	char line[512];

	ASSERT_TRUE(f);
	while (fgets(line, sizeof(line), f))
		for (int i = 0; i < n; i++)
			counts[i] += !!strstr(line, words[i]);
	ASSERT_EQ(fclose(f), 0);
}

#define ROUNDS	10000

static int taken_and_replaced;

static void *take_or_replace(void *arg)
{
	int m[2] = { memfd(), memfd() };

	meet();
	for (int i = 0; i < ROUNDS; i++) {
		if (arg) {
			ASSERT_OK(put_with(taken_and_replaced, m[i % 2],
					   FDSTOREFS_PUT_REPLACE));
		} else {
			int fd = take(taken_and_replaced);

			if (fd >= 0)
				close(fd);
			else
				ASSERT_EQ(errno, ENODATA);
		}
	}
	return NULL;
}

/* A TAKE and a PUT that replaces cannot both have what was there. */
TEST_SECONDS(what_is_put_leaves_once_and_no_more, SECONDS)
{
	static const char *const words[] = {
		" fdstorefs_put: ", " fdstorefs_take: ", " fdstorefs_drop: "
	};
	long counts[3] = {};

	taken_and_replaced = entry("s/e");
	write_file(TRACING "buffer_size_kb", "8192");
	start_tracing();
	in_threads(2, take_or_replace);
	stop_tracing();
	count_lines(words, counts, 3);
	NOTE("%ld put, %ld taken, %ld replaced", counts[0], counts[1], counts[2]);
	ASSERT_EQ(counts[0], ROUNDS);
	EXPECT_EQ(counts[1] + counts[2] + store_number(store_of("s"), "filled"), counts[0]);
}
