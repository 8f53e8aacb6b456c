/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slow closes: a connection whose last close lingers, since what it has sent
 * is not taken by its peer. The peer's end says for how long.
 */
#ifndef SLOW_H
#define SLOW_H

#include <netinet/in.h>
#include <sys/socket.h>

static inline int slow_peer(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	int listener = ASSERT_OK(socket(AF_INET, SOCK_STREAM, 0));

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ASSERT_OK(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &(int){ 1 }, sizeof(int)));
	ASSERT_OK(bind(listener, (struct sockaddr *)&in, sizeof(in)));
	ASSERT_OK(listen(listener, 1000));
	return listener;
}

static inline int slow_file(int listener)
{
	static char data[65536];
	struct sockaddr_in in;
	socklen_t len = sizeof(in);
	int s = ASSERT_OK(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));

	ASSERT_OK(getsockname(listener, (struct sockaddr *)&in, &len));
	ASSERT_OK(setsockopt(s, SOL_SOCKET, SO_SNDBUF, &(int){ 1 }, sizeof(int)));
	ASSERT_OK(setsockopt(s, SOL_SOCKET, SO_LINGER,
			     &(struct linger){ 1, 120 }, sizeof(struct linger)));
	ASSERT_OK(connect(s, (struct sockaddr *)&in, sizeof(in)));
	while (send(s, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	ASSERT_EQ(errno, EAGAIN);
	return s;
}

#endif
