// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "holder.h"
#include "measure.h"

#define NAME_LEN	32
#define CONNECTIONS	8

struct request {
	char verb;
	char name[NAME_LEN];
};

/* What is held, a list by name; the first one is found at once. */
struct held {
	struct held *next;
	char name[NAME_LEN];
	int fd;
};

static ssize_t send_with(int connection, const void *data, size_t len, int fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {};
	struct iovec iov = { (void *)data, len };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	return sendmsg(connection, &msg, MSG_NOSIGNAL);
}

static ssize_t receive_with(int connection, void *data, size_t len, int *fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {};
	struct iovec iov = { data, len };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(connection, &msg, MSG_CMSG_CLOEXEC);

	*fd = -1;
	if (n > 0 && msg.msg_controllen)
		memcpy(fd, CMSG_DATA(&control.header), sizeof(*fd));
	return n;
}

static struct held *find(struct held *all, const char *name)
{
	while (all && strcmp(all->name, name))
		all = all->next;
	return all;
}

static void put(struct held **all, const char *name, int fd)
{
	struct held *held = find(*all, name);

	if (held) {
		close(held->fd);
	} else {
		held = calloc(1, sizeof(*held));
		if (!held)
			err(1, "calloc");
		strcpy(held->name, name);
		held->next = *all;
		*all = held;
	}
	held->fd = fd;
}

/* Whether the connection goes on. */
static int answer(int connection, struct held **all)
{
	struct request request;
	struct held *held;
	int fd;

	if (receive_with(connection, &request, sizeof(request), &fd) != sizeof(request))
		return 0;
	request.name[NAME_LEN - 1] = 0;
	if (request.verb == 'p') {
		put(all, request.name, fd);
		fd = -1;
	} else {
		held = find(*all, request.name);
		fd = held ? held->fd : -1;
	}
	return send_with(connection, "k", 1, fd) == 1;
}

static _Noreturn void serve(int listener, struct held *all)
{
	struct pollfd polled[1 + CONNECTIONS] = { { .fd = listener, .events = POLLIN } };
	int n = 1;

	for (;;) {
		if (poll(polled, n, -1) < 0 && errno != EINTR)
			err(1, "poll");
		for (int i = n - 1; i > 0; i--) {
			if (polled[i].revents && !answer(polled[i].fd, &all)) {
				close(polled[i].fd);
				polled[i] = polled[--n];
			}
		}
		if (polled[0].revents && n <= CONNECTIONS)
			polled[n++] = (struct pollfd){ check(accept4(listener, NULL, NULL, SOCK_CLOEXEC)), POLLIN, 0 };
	}
}

static struct sockaddr_un address(const char *socket)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strncpy(address.sun_path, socket, sizeof(address.sun_path) - 1);
	return address;
}

static int new_socket(void)
{
	return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

pid_t holder_start(const char *path, int fd)
{
	struct sockaddr_un to = address(path);
	struct held *first = NULL;
	int listener = check(new_socket());
	pid_t pid;

	unlink(path);
	check(bind(listener, (struct sockaddr *)&to, sizeof(to)));
	check(listen(listener, CONNECTIONS));
	pid = check(fork());
	if (pid == 0) {
		check(prctl(PR_SET_PDEATHSIG, SIGKILL));
		put(&first, "a", check(dup2(fd, HOLDER_FD)));
		serve(listener, first);
	}
	close(listener);
	return pid;
}

int holder_connect(const char *path)
{
	struct sockaddr_un to = address(path);
	int connection = check(new_socket());

	check(connect(connection, (struct sockaddr *)&to, sizeof(to)));
	return connection;
}

static int ask(int connection, char verb, const char *name, int fd)
{
	struct request request = { .verb = verb };
	char reply;

	strncpy(request.name, name, NAME_LEN - 1);
	check(send_with(connection, &request, sizeof(request), fd));
	if (receive_with(connection, &reply, 1, &fd) != 1)
		return -1;
	return fd;
}

int holder_get(int connection, const char *name)
{
	return ask(connection, 'g', name, -1);
}

int holder_put(int connection, const char *name, int fd)
{
	ask(connection, 'p', name, fd);
	return 0;
}
