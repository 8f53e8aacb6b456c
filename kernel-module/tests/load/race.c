// SPDX-License-Identifier: GPL-2.0
/*
 * Many at once. Every test counts operations, not time, and ends with the
 * module's users and inodes where they were: one each for the mount of "s".
 */
#define SUITE "race"
#include "harness.h"
#include "store.h"
#include "threads.h"

#define TAKE_ROUNDS 300

static int prize, winners, losers;

static void *taker(void *arg)
{
	int e = entry("s/e");

	for (int i = 0; i < TAKE_ROUNDS; i++) {
		int fd;

		if (!arg) {
			prize = memfd();
			winners = losers = 0;
			ASSERT_OK(put(e, prize));
		}
		meet();
		fd = take(e);
		if (fd >= 0) {
			ASSERT_TRUE(same(fd, prize));
			__atomic_add_fetch(&winners, 1, __ATOMIC_SEQ_CST);
			close(fd);
		} else {
			ASSERT_EQ(errno, ENODATA);
			__atomic_add_fetch(&losers, 1, __ATOMIC_SEQ_CST);
		}
		meet();
		if (!arg) {
			ASSERT_EQ(winners, 1);
			ASSERT_EQ(losers, THREADS - 1);
			close(prize);
		}
	}
	close(e);
	return NULL;
}

TEST_SECONDS(of_many_takers_exactly_one_wins_each_put, SECONDS)
{
	in_threads(THREADS, taker);
	ASSERT_OK(unlink("s/e"));
	ASSERT_LEFT(1, 1);
}

#define STREAM	6000

static int stream_over;
static long streamed;

/* No rounds, so that calls meet in every way: one thread puts, the rest take. */
static void *stream(void *arg)
{
	int e = entry("s/e"), m = memfd(), fd;

	for (long n = 0; !arg && n < STREAM; ) {
		if (put(e, m) == 0)
			n++;
		else
			ASSERT_EQ(errno, EBUSY);
	}
	while (arg && !__atomic_load_n(&stream_over, __ATOMIC_SEQ_CST)) {
		fd = take(e);
		if (fd >= 0) {
			__atomic_add_fetch(&streamed, 1, __ATOMIC_SEQ_CST);
			close(fd);
		} else {
			ASSERT_EQ(errno, ENODATA);
		}
	}
	if (!arg) {
		struct pollfd p = { .fd = e, .events = POLLOUT };

		ASSERT_EQ(poll(&p, 1, PATIENCE_MS), 1);
		__atomic_store_n(&stream_over, 1, __ATOMIC_SEQ_CST);
	}
	close(e);
	close(m);
	return NULL;
}

TEST_SECONDS(in_a_stream_of_puts_each_is_taken_once, SECONDS)
{
	in_threads(4, stream);
	ASSERT_EQ(streamed, STREAM);
	ASSERT_OK(unlink("s/e"));
	ASSERT_LEFT(1, 1);
}

#define PUT_ROUNDS 300

static int filled;

static void *putter(void *arg)
{
	int e = entry("s/e"), m = memfd();

	for (int i = 0; i < PUT_ROUNDS; i++) {
		if (!arg)
			filled = 0;
		meet();
		if (put(e, m) == 0)
			__atomic_add_fetch(&filled, 1, __ATOMIC_SEQ_CST);
		else
			ASSERT_EQ(errno, EBUSY);
		meet();
		if (!arg) {
			ASSERT_EQ(filled, 1);
			ASSERT_OK(close(ASSERT_OK(take(e))));
		}
		meet();
	}
	close(e);
	close(m);
	return NULL;
}

TEST_SECONDS(of_many_putters_exactly_one_fills_an_empty_entry, SECONDS)
{
	in_threads(THREADS, putter);
	ASSERT_OK(unlink("s/e"));
	ASSERT_LEFT(1, 1);
}

#define UNLINK_ROUNDS 300

static int shared_entry;

/* One thread unlinks while the others put: stored or ENOENT, never kept. */
static void *put_or_unlink(void *arg)
{
	for (int i = 0; i < UNLINK_ROUNDS; i++) {
		int p[2];

		if (!arg)
			shared_entry = entry("s/e");
		ASSERT_OK(pipe2(p, O_CLOEXEC));
		meet();
		if (!arg)
			ASSERT_OK(unlink("s/e"));
		else if (put_with(shared_entry, p[1], FDSTOREFS_PUT_REPLACE))
			ASSERT_EQ(errno, ENOENT);
		ASSERT_OK(close(p[1]));
		meet();
		ASSERT_ERRNO(ENODATA, get(shared_entry));
		ASSERT_RELEASED(p[0]);
		ASSERT_OK(close(p[0]));
		meet();
		if (!arg)
			ASSERT_OK(close(shared_entry));
	}
	return NULL;
}

TEST_SECONDS(a_put_that_meets_the_last_unlink_leaves_nothing_stored, SECONDS)
{
	in_threads(THREADS, put_or_unlink);
	ASSERT_LEFT(1, 1);
}

#define SESSIONS 300

static int sessions_done;

/* Each session is a directory of two memfds that hold the session's number. */
static void make_session(const char *dir, int number)
{
	char path[64];

	ASSERT_OK(mkdir(dir, 0755));
	for (int i = 0; i < 2; i++) {
		int m = memfd();

		ASSERT_EQ(write(m, &number, sizeof(number)), sizeof(number));
		snprintf(path, sizeof(path), "%s/%d", dir, i);
		fill(path, m);
		close(m);
	}
}

static void *session_maker_or_reader(void *arg)
{
	int number[2], i, e, fd, dir;

	if (!arg) {
		for (int n = 1; n <= SESSIONS; n++) {
			make_session("s/new", n);
			ASSERT_OK(renameat2(AT_FDCWD, "s/new", AT_FDCWD, "s/session",
					    RENAME_EXCHANGE));
			ASSERT_OK(unlink("s/new/0"));
			ASSERT_OK(unlink("s/new/1"));
			ASSERT_OK(rmdir("s/new"));
		}
		__atomic_store_n(&sessions_done, 1, __ATOMIC_SEQ_CST);
		return NULL;
	}
	while (!__atomic_load_n(&sessions_done, __ATOMIC_SEQ_CST)) {
		dir = ASSERT_OK(open("s/session", O_PATH | O_DIRECTORY | O_CLOEXEC));
		for (i = 0; i < 2; i++) {
			e = openat(dir, i ? "1" : "0", O_RDWR | O_CLOEXEC);
			if (e < 0) {
				ASSERT_EQ(errno, ENOENT);
				break;
			}
			fd = get(e);
			if (fd < 0)
				ASSERT_EQ(errno, ENODATA);
			close(e);
			if (fd < 0)
				break;
			ASSERT_EQ(pread(fd, &number[i], sizeof(int), 0), sizeof(int));
			close(fd);
		}
		close(dir);
		if (i == 2)
			ASSERT_EQ(number[0], number[1]);
	}
	return NULL;
}

TEST_SECONDS(a_session_directory_is_seen_whole_while_exchange_replaces_it, SECONDS)
{
	make_session("s/session", 0);
	in_threads(4, session_maker_or_reader);
	ASSERT_OK(unlink("s/session/0"));
	ASSERT_OK(unlink("s/session/1"));
	ASSERT_OK(rmdir("s/session"));
	ASSERT_LEFT(1, 1);
}

#define LIMIT	32
#define MAKES	1500

static int made;

static void *maker(void *arg)
{
	unsigned int seed = (long)arg;
	char path[32];

	for (int i = 0; i < MAKES; i++) {
		int kind = rand_r(&seed) % 4, failed;

		snprintf(path, sizeof(path), "d/%ld.%d", (long)arg, rand_r(&seed) % 8);
		if (unlink(path) == 0 || (errno == EISDIR && rmdir(path) == 0))
			continue;
		if (kind == 0)
			failed = mknod(path, S_IFREG | 0600, 0);
		else if (kind == 1)
			failed = mkdir(path, 0755);
		else if (kind == 2)
			failed = symlink("x", path);
		else
			failed = link("d/root", path);
		if (failed)
			ASSERT_EQ(errno, ENOSPC);
		else
			__atomic_add_fetch(&made, 1, __ATOMIC_SEQ_CST);
		ASSERT_LE(files_in_use("d"), LIMIT);
	}
	for (int i = 0; i < 8; i++) {
		snprintf(path, sizeof(path), "d/%ld.%d", (long)arg, i);
		if (unlink(path) && errno == EISDIR)
			ASSERT_OK(rmdir(path));
	}
	return NULL;
}

TEST_SECONDS(many_makers_and_removers_never_pass_max_and_all_is_counted_back, SECONDS)
{
	mount_store("d", "max=32");
	make("d/root");
	in_threads(THREADS, maker);
	ASSERT_GT(made, 0);
	ASSERT_EQ(files_in_use("d"), 1);
	ASSERT_OK(umount("d"));
	ASSERT_LEFT(1, 1);
}

#define DRAINED	2048
#define DRAIN_ROUNDS 30

/* Many forced unmounts: when one of them is back, the store is drained. */
static void *drainer(void *arg)
{
	char path[32];
	int e;

	for (int i = 0; i < DRAIN_ROUNDS; i++) {
		for (int n = (long)arg; n < DRAINED; n += THREADS) {
			snprintf(path, sizeof(path), "s/%d", n);
			fill(path, 0);
		}
		meet();
		ASSERT_ERRNO(EBUSY, umount2("s", MNT_FORCE));
		for (int n = DRAINED - 1; n >= 0; n -= 128) {
			snprintf(path, sizeof(path), "s/%d", n);
			e = entry(path);
			ASSERT_ERRNO(ENODATA, get(e));
			close(e);
		}
		meet();
	}
	return NULL;
}

TEST_SECONDS(every_one_of_many_forced_unmounts_returns_to_a_drained_store, SECONDS)
{
	int keep = ASSERT_OK(open("s", O_PATH | O_CLOEXEC));

	in_threads(THREADS, drainer);
	ASSERT_OK(close(keep));
	ASSERT_EQ(files_in_use("s"), DRAINED);
	ASSERT_OK(umount("s"));
	ASSERT_LEFT(0, 0);
}

/* Processes this time, each with a mount namespace of its own, killed. */
TEST_SECONDS(stores_of_killed_namespaces_leave_nothing, SECONDS)
{
	int p[2], status;
	char c;

	for (int i = 0; i < 40; i++) {
		pid_t pid;

		ASSERT_OK(pipe2(p, O_CLOEXEC));
		pid = ASSERT_OK(fork());
		if (!pid) {
			ASSERT_OK(unshare(CLONE_NEWNS));
			mount_store("t", NULL);
			ASSERT_EQ(write(p[1], "", 1), 1);
			for (;;) {
				fill("t/e", p[1]);
				ASSERT_OK(unlink("t/e"));
			}
		}
		ASSERT_OK(close(p[1]));
		ASSERT_EQ(read(p[0], &c, 1), 1);
		ASSERT_OK(kill(pid, SIGKILL));
		ASSERT_EQ(waitpid(pid, &status, 0), pid);
		ASSERT_EQ(WTERMSIG(status), SIGKILL);
		ASSERT_RELEASED(p[0]);
		ASSERT_OK(close(p[0]));
	}
	ASSERT_LEFT(1, 1);
}
