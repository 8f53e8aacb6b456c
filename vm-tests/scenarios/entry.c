// SPDX-License-Identifier: GPL-2.0
/*
 * What a process in a container does with a store:
 *   entry put PATH FD             stores its descriptor FD in PATH
 *   entry get PATH FD COMMAND...  runs COMMAND with what is stored as its FD
 *   entry cycle PATH              makes PATH hold a socket in whose queue a
 *                                 descriptor of PATH waits: it pins the store
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fdstorefs.h"

static int open_entry(const char *path)
{
	int entry = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (entry < 0)
		err(1, "open %s", path);
	return entry;
}

static void put(int entry, int fd)
{
	struct fdstorefs_put arg = { .fd = fd, .anchor_fd = -1 };

	if (ioctl(entry, FDSTOREFS_IOC_PUT, &arg))
		err(1, "put");
}

static void run_with(int entry, int fd, char **command)
{
	int got = ioctl(entry, FDSTOREFS_IOC_GET, 0);

	if (got < 0)
		err(1, "get");
	/* Without close-on-exec, which dup2() onto itself would leave. */
	if (got == fd ? fcntl(fd, F_SETFD, 0) : dup2(got, fd) < 0)
		err(1, "descriptor %d", fd);
	execvp(command[0], command);
	err(1, "%s", command[0]);
}

static void cycle(int entry)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {};
	struct iovec iov = { .iov_base = "x", .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	int sockets[2];

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &entry, sizeof(int));
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) ||
	    sendmsg(sockets[0], &msg, 0) != 1)
		err(1, "socket");
	put(entry, sockets[1]);
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "put"))
		put(open_entry(argv[2]), atoi(argv[3]));
	else if (argc > 4 && !strcmp(argv[1], "get"))
		run_with(open_entry(argv[2]), atoi(argv[3]), argv + 4);
	else if (argc == 3 && !strcmp(argv[1], "cycle"))
		cycle(open_entry(argv[2]));
	else
		errx(2, "usage: entry put PATH FD | get PATH FD COMMAND... | cycle PATH");
	return 0;
}
