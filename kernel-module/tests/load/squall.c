// SPDX-License-Identifier: GPL-2.0
/*
 * The squall: hang-ups and anchors fire while the entries and stores that they
 * are to empty are emptied, replaced, removed, drained and unmounted by others.
 * It counts operations, not time; STORM=N in the environment makes it N times
 * as long.
 */
#define SUITE "squall"
#include "harness.h"
#include "admin.h"
#include "threads.h"
#include <sys/eventfd.h>
#include <sys/socket.h>

#define SQUALL_OPS	4000
#define SQUALL_KEPT	32	/* witnesses of each thread */
#define STORE_ROUNDS	120

static int storm_factor(void)
{
	const char *factor = getenv("STORM");

	return factor ? atoi(factor) : 1;
}

/* Two ends, of which the end of one is seen by the other. */
static void any_pair(unsigned int *seed, int ends[2])
{
	if (rand_r(seed) % 3)
		ASSERT_OK(pipe2(ends, O_CLOEXEC));
	else
		ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
}

/* Puts one end of a pair, watched in some way; returns the other. */
static int put_watched(int e, unsigned int *seed)
{
	struct fdstorefs_put arg = { .anchor_fd = -1 };
	int ends[2], anchor = -1;

	any_pair(seed, ends);
	arg.fd = ends[1];
	arg.flags = rand_r(seed) % 4;	/* REPLACE, HANGUP, both or none */
	if (rand_r(seed) % 2)
		arg.anchor_fd = anchor = ASSERT_OK(eventfd(0, EFD_CLOEXEC));
	MAY_FAIL(ioctl(e, FDSTOREFS_IOC_PUT, &arg), EBUSY, ENOENT, ESHUTDOWN);
	close(ends[1]);
	if (anchor >= 0) {
		if (rand_r(seed) % 2)
			ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
		close(anchor);
	}
	return ends[0];
}

static void change(const char *path, int e, unsigned int *seed)
{
	int fd;

	switch (rand_r(seed) % 5) {
	case 0:
		MAY_FAIL(unlink(path), ENOENT);
		break;
	case 1:
		ASSERT_OK(ftruncate(e, 0));
		break;
	case 2:
	case 3:
		fd = rand_r(seed) % 2 ? take(e) : get(e);
		MAY_FAIL(fd, ENODATA);
		if (fd >= 0)
			close(fd);
		break;
	case 4:
		if (rand_r(seed) % 16 == 0)
			MAY_FAIL(umount2("s", MNT_FORCE), EBUSY);
		break;
	}
}

static int squall_kept[THREADS][SQUALL_KEPT];

static void *squall(void *arg)
{
	long me = (long)arg;
	unsigned int seed = me;
	int *kept = squall_kept[me];

	memset(kept, -1, sizeof(squall_kept[me]));
	for (int n = 0; n < SQUALL_OPS * storm_factor(); n++) {
		int *slot = &kept[rand_r(&seed) % SQUALL_KEPT], e;
		char path[16];

		snprintf(path, sizeof(path), "s/%d", rand_r(&seed) % 4);
		e = entry(path);
		if (*slot >= 0)
			close(*slot);	/* what hangs up what it was paired with */
		*slot = put_watched(e, &seed);
		if (rand_r(&seed) % 2)
			change(path, e, &seed);
		close(e);
	}
	return NULL;
}

/* Stores whose anchor fires while they are filled, drained and unmounted. */
static void *stores_that_end(void *arg)
{
	long me = (long)arg;
	unsigned int seed = me;
	char dir[16], path[24], options[48], store[32];

	snprintf(dir, sizeof(dir), "m%ld", me);
	snprintf(path, sizeof(path), "%s/e", dir);
	ASSERT_OK(mkdir(dir, 0755));
	for (int n = 0; n < STORE_ROUNDS * storm_factor(); n++) {
		int anchor = ASSERT_OK(eventfd(0, EFD_CLOEXEC)), p[3], e;
		struct stat st;

		snprintf(options, sizeof(options), "anchor=%d", anchor);
		ASSERT_OK(mount("store", dir, "fdstorefs", 0, options));
		st = stat_of(dir);
		snprintf(store, sizeof(store), "%u:%u", major(st.st_dev),
			 minor(st.st_dev));
		e = entry(path);
		p[0] = put_watched(e, &seed);
		if (rand_r(&seed) % 4)
			ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
		p[1] = put_watched(e, &seed);
		if (rand_r(&seed) % 4 == 0) {
			int fd = ASSERT_OK(open(admin_path(store, "drain"), O_WRONLY | O_CLOEXEC));

			ASSERT_EQ(write(fd, "1", 1), 1);
			close(fd);
		}
		p[2] = put_watched(e, &seed);
		close(e);
		ASSERT_OK(umount2(dir, MNT_DETACH));
		close(anchor);
		for (int i = 0; i < 3; i++) {
			ASSERT_RELEASED(p[i]);
			close(p[i]);
		}
	}
	return NULL;
}

static void *squall_or_stores(void *arg)
{
	return (long)arg < 4 ? squall(arg) : stores_that_end(arg);
}

TEST_SECONDS(watches_that_fire_amid_every_change_leave_nothing_behind, 1800)
{
	int keep = ASSERT_OK(open("s", O_PATH | O_CLOEXEC));	/* See MNT_FORCE. */

	in_threads(6, squall_or_stores);
	close(keep);
	ASSERT_OK(umount("s"));
	for (int t = 0; t < 4; t++)
		for (int i = 0; i < SQUALL_KEPT; i++)
			if (squall_kept[t][i] >= 0)
				ASSERT_RELEASED(squall_kept[t][i]);
	ASSERT_LEFT(0, 0);
}
