// SPDX-License-Identifier: GPL-2.0
/*
 * What a process in a container does with a store:
 *   entry put PATH FD             stores its descriptor FD in PATH
 *   entry get PATH FD COMMAND...  runs COMMAND with what is stored as its FD
 *   entry cycle PATH              makes PATH hold a socket in whose queue a
 *                                 descriptor of PATH waits: it pins the store
 *   entry listen PATH PORT        stores a listener of 127.0.0.1:PORT in PATH
 *   entry fuse PATH DIR           mounts a FUSE file system on DIR, stores its
 *                                 connection in PATH, and leaves a client that
 *                                 has a file of it open, and no server
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

static void reply(int fuse, const struct fuse_in_header *in, const void *body,
		  size_t size)
{
	struct { struct fuse_out_header h; char body[256]; } out = {
		.h = { .len = sizeof(out.h) + size, .unique = in->unique },
	};

	memcpy(out.body, body, size);
	if (write(fuse, &out, out.h.len) != out.h.len)
		err(1, "reply");
}

/* Serves until the only file, "hello", has been opened. */
static void serve(int fuse)
{
	const struct fuse_init_out init = {
		.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096,
	};
	const struct fuse_entry_out hello = {
		.nodeid = 2, .attr_valid = 100, .entry_valid = 100,
		.attr = { .ino = 2, .mode = S_IFREG | 0644, .nlink = 1 },
	};
	const struct fuse_open_out opened = {};
	char buf[FUSE_MIN_READ_BUFFER];
	const struct fuse_in_header *in = (void *)buf;

	do {
		if (read(fuse, buf, sizeof(buf)) <= 0)
			err(1, "read of /dev/fuse");
		if (in->opcode == FUSE_INIT)
			reply(fuse, in, &init, sizeof(init));
		else if (in->opcode == FUSE_LOOKUP)
			reply(fuse, in, &hello, sizeof(hello));
		else if (in->opcode == FUSE_OPEN)
			reply(fuse, in, &opened, sizeof(opened));
	} while (in->opcode != FUSE_OPEN);
}

static void fuse(int entry, const char *dir)
{
	int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC), ready[2];
	char options[64];
	char c;

	if (fd < 0)
		err(1, "/dev/fuse");
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
	if (mount("fuse", dir, "fuse", 0, options))
		err(1, "mount %s", dir);
	put(entry, fd);
	if (pipe(ready))
		err(1, "pipe");
	if (!fork()) {
		char path[256];

		close(fd);
		snprintf(path, sizeof(path), "%s/hello", dir);
		if (setsid() < 0 || open(path, O_RDONLY) < 0)
			err(1, "%s", path);
		if (write(ready[1], "x", 1) != 1)
			err(1, "write");
		for (;;)
			pause();
	}
	serve(fd);
	if (read(ready[0], &c, 1) != 1)
		errx(1, "no client");
}

static void listen_at(int entry, int port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (listener < 0 ||
	    bind(listener, (void *)&address, sizeof(address)) ||
	    listen(listener, 8))
		err(1, "port %d", port);
	put(entry, listener);
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
	else if (argc == 4 && !strcmp(argv[1], "listen"))
		listen_at(open_entry(argv[2]), atoi(argv[3]));
	else if (argc == 4 && !strcmp(argv[1], "fuse"))
		fuse(open_entry(argv[2]), argv[3]);
	else
		errx(2, "usage: entry put PATH FD | get PATH FD COMMAND... | cycle PATH | listen PATH PORT | fuse PATH DIR");
	return 0;
}
