// SPDX-License-Identifier: GPL-2.0
/*
 * What a kernel with the first patches of the series does. Compiled with the
 * header that the kernel has after the last of them, in which what later ones
 * add is not declared.
 *   parts DIR        a store is mounted on DIR; prints TAP
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fdstorefs.h"

static int count, failures;

static void check(const char *name, bool holds)
{
	int error = errno;

	count++;
	if (!holds)
		failures++;
	printf("%sok %d - parts.%s\n", holds ? "" : "not ", count, name);
	if (!holds)
		printf("# errno is %d\n", error);
}

static int open_entry(const char *name, int how)
{
	return open(name, how | O_CLOEXEC, 0600);
}

static int put(int entry, int fd, unsigned int flags)
{
	struct fdstorefs_put arg = {
		.fd = fd, .flags = flags,
#ifdef FDSTOREFS_PUT_HANGUP
		.anchor_fd = -1,
#endif
	};

	return ioctl(entry, FDSTOREFS_IOC_PUT, &arg);
}

static void make_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC))
		err(1, "pipe2");
}

static bool fails_with(int result, int error)
{
	return result == -1 && errno == error;
}

static bool reports(int fd, short events)
{
	struct pollfd wait = { .fd = fd, .events = events };

	return poll(&wait, 1, 60000) == 1 && (wait.revents & events);
}

static void put_and_get(void)
{
	int entry = open_entry("kept", O_RDWR | O_CREAT), ends[2], got;
	char letter = 0;

	make_pipe(ends);
	check("an_empty_entry_gives_nothing", fails_with(ioctl(entry, FDSTOREFS_IOC_GET, 0), ENODATA));
	check("put", put(entry, ends[0], 0) == 0);
	check("a_filled_entry_is_not_overwritten", fails_with(put(entry, ends[0], 0), EBUSY));
	check("it_may_be_replaced", put(entry, ends[0], FDSTOREFS_PUT_REPLACE) == 0);
	close(ends[0]);
	close(entry);
	entry = open_entry("kept", O_RDWR);
	got = ioctl(entry, FDSTOREFS_IOC_GET, 0);
	check("get", got >= 0);
	check("what_is_got_is_the_same_file", write(ends[1], "x", 1) == 1 && read(got, &letter, 1) == 1 && letter == 'x');
	close(got);
	close(entry);
	if (seteuid(1000))
		err(1, "seteuid");
	check("others_may_not", fails_with(open_entry("kept", O_RDONLY), EACCES));
	if (seteuid(0))
		err(1, "seteuid");
	check("it_is_removed", unlink("kept") == 0);
	check("what_it_held_is_closed_then", reports(ends[1], POLLERR));
	close(ends[1]);
}

static void take(void)
{
#ifdef FDSTOREFS_IOC_TAKE
	int entry = open_entry("taken", O_RDWR | O_CREAT), ends[2], taken;

	make_pipe(ends);
	check("it_can_be_filled", reports(entry, POLLOUT));
	put(entry, ends[0], 0);
	check("it_can_be_taken", reports(entry, POLLIN));
	taken = ioctl(entry, FDSTOREFS_IOC_TAKE, 0);
	check("take", taken >= 0);
	check("it_is_taken_once", fails_with(ioctl(entry, FDSTOREFS_IOC_TAKE, 0), ENODATA));
	unlink("taken");
#endif
}

static void end_with_what_is_stored(void)
{
#ifdef FDSTOREFS_PUT_HANGUP
	int entry = open_entry("ends", O_RDWR | O_CREAT), ends[2];

	make_pipe(ends);
	check("put_until_it_hangs_up", put(entry, ends[0], FDSTOREFS_PUT_HANGUP) == 0);
	check("it_is_full_until_then", fails_with(put(entry, ends[0], 0), EBUSY));
	close(ends[1]);
	check("it_is_emptied_when_it_hangs_up", reports(entry, POLLOUT));
	unlink("ends");
#endif
}

int main(int argc, char **argv)
{
	if (argc != 2 || chdir(argv[1]))
		err(2, "give the directory of a store");
	put_and_get();
	take();
	end_with_what_is_stored();
	printf("1..%d\n", count);
	return failures != 0;
}
