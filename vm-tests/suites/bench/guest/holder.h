/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The least that a daemon can be which keeps descriptors for others: no access control, no checks of who asks, one
 * request at a time; a request is a packet with one letter and a name, 'g' to get, 'p' to put.
 */
#ifndef HOLDER_H
#define HOLDER_H

#include <sys/types.h>

/* The number that the first descriptor has in the daemon. */
#define HOLDER_FD	100

/* Start one that listens at SOCKET and holds FD as "a"; it goes with its parent. */
pid_t holder_start(const char *socket, int fd);

int holder_connect(const char *socket);
int holder_get(int connection, const char *name);
int holder_put(int connection, const char *name, int fd);

#endif
