// SPDX-License-Identifier: GPL-2.0
/*
 * The storm: threads do everything to a few names while stores come and go.
 * It counts operations, not time.
 */
#define SUITE "storm"
#include "harness.h"
#include "store.h"
#include "threads.h"
#include <sys/resource.h>

static void many_descriptors(void)
{
	struct rlimit most = { 8192, 8192 };

	ASSERT_OK(setrlimit(RLIMIT_NOFILE, &most));
}

/*
 * Entries in s/A only ever hold pipes of class A and those in s/B of class B; a
 * get that gives another file, and a pipe that does not see its end after the
 * unmount, are failures.
 */
#define STORM_THREADS	8
#define STORM_PIPES	8	/* of each class and thread */
#define STORM_OPS	1500

static struct {
	int ends[2];
	ino_t ino;
} storm_pipe[2][STORM_THREADS][STORM_PIPES];

static bool of_class(int fd, int class)
{
	struct stat st;

	ASSERT_OK(fstat(fd, &st));
	for (int t = 0; t < STORM_THREADS; t++)
		for (int i = 0; i < STORM_PIPES; i++)
			if (storm_pipe[class][t][i].ino == st.st_ino)
				return (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY;
	return false;
}

static void storm_on_entry(int e, int class, int op, int pipe_end)
{
	char text[512];
	struct pollfd p = { .fd = e, .events = POLLIN | POLLOUT };
	int fd;

	switch (op) {
	case 0:
		MAY_FAIL(put(e, pipe_end), EBUSY, ENOENT);
		break;
	case 1:
		MAY_FAIL(put_with(e, pipe_end, FDSTOREFS_PUT_REPLACE), ENOENT);
		break;
	case 2:
	case 3:
		fd = op == 2 ? get(e) : take(e);
		MAY_FAIL(fd, ENODATA);
		if (fd >= 0) {
			ASSERT_TRUE(of_class(fd, class));
			close(fd);
		}
		break;
	case 4:
		ASSERT_OK(ftruncate(e, 0));
		break;
	case 5:
		ASSERT_GT(pread(e, text, sizeof(text), 0), 0);
		ASSERT_EQ(memcmp(text, "state:\t", 7), 0);
		break;
	case 6:
		ASSERT_EQ(poll(&p, 1, 0), 1);
		break;
	}
}

static void *storm(void *arg)
{
	long me = (long)arg;
	unsigned int seed = me;

	for (int n = 0; n < STORM_OPS; n++) {
		int class = rand_r(&seed) % 2, op = rand_r(&seed) % 14, e;
		int pipe_end = storm_pipe[class][me][rand_r(&seed) % STORM_PIPES].ends[1];
		char a[16], b[16];

		snprintf(a, sizeof(a), "s/%c/%d", 'A' + class, rand_r(&seed) % 3);
		snprintf(b, sizeof(b), "s/%c/%d", 'A' + class, rand_r(&seed) % 3);
		switch (op) {
		case 7:
			MAY_FAIL(unlink(a), ENOENT);
			break;
		case 8:
			MAY_FAIL(rename(a, b), ENOENT);
			break;
		case 9:
			MAY_FAIL(renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE),
				 ENOENT);
			break;
		case 10:
			MAY_FAIL(renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_NOREPLACE),
				 ENOENT, EEXIST);
			break;
		case 11:
			MAY_FAIL(link(a, b), ENOENT, EEXIST);
			break;
		case 12:
			MAY_FAIL(truncate(a, 0), ENOENT);
			break;
		case 13:
			if (rand_r(&seed) % 8 == 0)
				MAY_FAIL(umount2("s", MNT_FORCE), EBUSY);
			break;
		default:
			e = open(a, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
			MAY_FAIL(e, ENOENT);
			if (e >= 0) {
				storm_on_entry(e, class, op, pipe_end);
				close(e);
			}
		}
	}
	return NULL;
}

#define MOUNT_ROUNDS	150

/* Beside the storm: a store comes, is filled, used by others too, and goes. */
static void mounter(const char *dir, unsigned int seed)
{
	static const int how[] = { 0, MNT_FORCE, MNT_DETACH, MNT_DETACH | MNT_FORCE };
	char path[16];

	snprintf(path, sizeof(path), "%s/mine", dir);
	for (int i = 0; i < MOUNT_ROUNDS; i++) {
		int p;

		ASSERT_OK(mount("store", dir, "fdstorefs", 0, NULL));
		p = witness(path);
		if (umount2(dir, how[rand_r(&seed) % 4])) {
			ASSERT_EQ(errno, EBUSY);
			ASSERT_OK(umount2(dir, MNT_DETACH));
		}
		ASSERT_RELEASED(p);
		ASSERT_OK(close(p));
	}
}

/* Puts and gets in whatever is mounted there at the moment. */
static void mount_user(const char *dir, unsigned int seed)
{
	char path[16];

	snprintf(path, sizeof(path), "%s/shared", dir);
	for (int i = 0; i < MOUNT_ROUNDS * 4; i++) {
		int fd, e = entry(path);

		MAY_FAIL(put(e, storm_pipe[0][0][rand_r(&seed) % STORM_PIPES].ends[1]),
			 ENOTTY, EBUSY);
		fd = get(e);
		MAY_FAIL(fd, ENOTTY, ENODATA);
		if (fd >= 0) {
			ASSERT_TRUE(of_class(fd, 0));
			close(fd);
		}
		close(e);
	}
}

static void *storm_with_mounts(void *arg)
{
	long me = (long)arg;
	const char *dir = me % 2 ? "m1" : "m0";

	if (me < STORM_THREADS)
		return storm(arg);
	if (me < STORM_THREADS + 2)
		mounter(dir, me);
	else
		mount_user(dir, me);
	return NULL;
}

static void storm_pipes(bool open)
{
	struct stat st;

	for (int class = 0; class < 2; class++)
		for (int t = 0; t < STORM_THREADS; t++)
			for (int i = 0; i < STORM_PIPES; i++) {
				int *ends = storm_pipe[class][t][i].ends;

				if (!open) {
					ASSERT_OK(close(ends[1]));
					continue;
				}
				ASSERT_OK(pipe2(ends, O_CLOEXEC));
				ASSERT_OK(fstat(ends[1], &st));
				storm_pipe[class][t][i].ino = st.st_ino;
			}
}

TEST_SECONDS(a_storm_on_few_names_gets_no_wrong_file_and_leaves_none_behind, SECONDS)
{
	int keep;

	many_descriptors();
	storm_pipes(true);
	ASSERT_OK(mkdir("s/A", 0755));
	ASSERT_OK(mkdir("s/B", 0755));
	ASSERT_OK(mkdir("m0", 0755));
	ASSERT_OK(mkdir("m1", 0755));
	keep = ASSERT_OK(open("s", O_PATH | O_CLOEXEC));	/* See MNT_FORCE. */
	in_threads(STORM_THREADS + 4, storm_with_mounts);
	ASSERT_OK(close(keep));
	storm_pipes(false);
	ASSERT_OK(umount("s"));
	for (int class = 0; class < 2; class++)
		for (int t = 0; t < STORM_THREADS; t++)
			for (int i = 0; i < STORM_PIPES; i++)
				ASSERT_RELEASED(storm_pipe[class][t][i].ends[0]);
	ASSERT_LEFT(0, 0);
}
