// SPDX-License-Identifier: GPL-2.0
/* Sockets of all common families: listening, connected, of datagrams. */
#define SUITE "survive_sockets"
#include "harness.h"
#include "survive.h"
#include <linux/vm_sockets.h>
#include <netinet/in.h>

/* Families that listen and connect. */
#define TCP		.family = AF_INET, .type = SOCK_STREAM
#define TCP6		.family = AF_INET6, .type = SOCK_STREAM
#define UNIX_STREAM	.family = AF_UNIX, .type = SOCK_STREAM
#define UNIX_SEQPACKET	.family = AF_UNIX, .type = SOCK_SEQPACKET
#define VSOCK		.family = AF_VSOCK, .type = SOCK_STREAM,	\
			.modules = "vsock_loopback", .here = STOCK
#define MPTCP		TCP, .protocol = IPPROTO_MPTCP, .here = STOCK
#define SCTP		TCP, .protocol = IPPROTO_SCTP,			\
			.modules = "sctp", .here = STOCK

static int new_socket(const struct scene *s)
{
	return socket(s->kind->family, s->kind->type | SOCK_CLOEXEC,
		      s->kind->protocol);
}

/* A socket at an address of its own; -1 if there is no such family. */
static int bound_socket(struct sockaddr_storage *address, socklen_t *length,
			const struct scene *s)
{
	int fd = new_socket(s);

	if (fd < 0)
		return -1;
	memset(address, 0, sizeof(*address));
	address->ss_family = s->kind->family;
	switch (s->kind->family) {
	case AF_INET:
		((struct sockaddr_in *)address)->sin_addr.s_addr =
			htonl(INADDR_LOOPBACK);
		*length = sizeof(struct sockaddr_in);
		break;
	case AF_INET6:
		((struct sockaddr_in6 *)address)->sin6_addr = in6addr_loopback;
		*length = sizeof(struct sockaddr_in6);
		break;
	case AF_VSOCK:
		((struct sockaddr_vm *)address)->svm_cid = VMADDR_CID_LOCAL;
		((struct sockaddr_vm *)address)->svm_port = VMADDR_PORT_ANY;
		*length = sizeof(struct sockaddr_vm);
		break;
	case AF_UNIX:
		*length = sizeof(sa_family_t);	/* an abstract name */
		if (s->kind->type != SOCK_STREAM)
			break;
		strcpy(((struct sockaddr_un *)address)->sun_path, "socket");
		*length = sizeof(struct sockaddr_un);
		break;
	}
	if (bind(fd, (struct sockaddr *)address, *length))
		return -1;
	*length = sizeof(*address);
	ASSERT_OK(getsockname(fd, (struct sockaddr *)address, length));
	return fd;
}

static int here_at_its_address(struct scene *s)
{
	return HERE(s, bound_socket(&s->address, &s->length, s));
}

static int call(const struct scene *s)
{
	int fd = ASSERT_OK(new_socket(s));

	if (connect(fd, (struct sockaddr *)&s->address, s->length) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Listening: a client comes while no process has the socket. */

static int make_listener(struct scene *s)
{
	int fd = here_at_its_address(s);

	ASSERT_OK(listen(fd, 5));
	return fd;
}

static void client_comes(struct scene *s)
{
	s->fd[0] = ASSERT_OK(call(s));
	send_message(s->fd[0], "ping");
}

static void use_listener(int fd, struct scene *s)
{
	int client = ASSERT_OK(accept(fd, NULL, NULL));

	expect_message(client, "ping");
	send_message(client, "pong");
	/* Not only for those that were waiting. */
	ASSERT_OK(call(s));
	ASSERT_OK(accept(fd, NULL, NULL));
}

static void client_was_served(struct scene *s)
{
	char c;
	int fd;

	expect_message(s->fd[0], "pong");
	EXPECT_EQ(read(s->fd[0], &c, 1), 0);
	while ((fd = call(s)) >= 0)
		close(fd);
	EXPECT_TRUE(errno == ECONNREFUSED || errno == ECONNRESET);
}

#define LISTENER(name, ...)						\
	KIND(name, .make = make_listener, .meanwhile = client_comes,	\
	     .use = use_listener, .after = client_was_served, __VA_ARGS__)

LISTENER(a_tcp_listener_accepts, TCP)
LISTENER(a_tcp6_listener_accepts, TCP6)
LISTENER(a_unix_stream_listener_accepts, UNIX_STREAM)
LISTENER(a_unix_seqpacket_listener_accepts, UNIX_SEQPACKET)
LISTENER(a_vsock_listener_accepts, VSOCK)
LISTENER(an_mptcp_listener_accepts, MPTCP)
LISTENER(an_sctp_listener_accepts, SCTP)

/* What the kernel wrote down about the process at listen(2) stays. */
static void use_credentials(int fd, struct scene *s)
{
	int client = ASSERT_OK(call(s)), server = ASSERT_OK(accept(fd, NULL, NULL));
	struct ucred cred;
	socklen_t length = sizeof(cred);

	ASSERT_OK(getsockopt(client, SOL_SOCKET, SO_PEERCRED, &cred, &length));
	EXPECT_EQ(cred.pid, s->putter);
	ASSERT_OK(getsockopt(server, SOL_SOCKET, SO_PEERCRED, &cred, &length));
	EXPECT_EQ(cred.pid, getpid());

	/* Until the successor listens, too. */
	ASSERT_OK(listen(fd, 5));
	client = ASSERT_OK(call(s));
	ASSERT_OK(getsockopt(client, SOL_SOCKET, SO_PEERCRED, &cred, &length));
	EXPECT_EQ(cred.pid, getpid());
}

KIND(a_unix_listener_shows_clients_the_credentials_of_the_dead,
     .make = make_listener, .use = use_credentials, UNIX_STREAM)

/* Connected: the peer notices nothing until the entry is removed. */

static void peer_listens(struct scene *s)
{
	s->fd[0] = make_listener(s);
}

static int make_connection(struct scene *s)
{
	int fd = ASSERT_OK(call(s));

	send_message(fd, "last words");
	return fd;
}

static void peer_is_not_disturbed(struct scene *s)
{
	char c;

	s->fd[1] = ASSERT_OK(accept(s->fd[0], NULL, NULL));
	expect_message(s->fd[1], "last words");
	EXPECT_ERRNO(EAGAIN, recv(s->fd[1], &c, 1, MSG_DONTWAIT));
	send_message(s->fd[1], "still there?");
}

static void use_connection(int fd, struct scene *s)
{
	/* This copy of the peer's end is none of ours. */
	close(s->fd[1]);
	expect_message(fd, "still there?");
	send_message(fd, "yes");
}

static void peer_sees_the_end(struct scene *s)
{
	char c;

	expect_message(s->fd[1], "yes");
	EXPECT_EQ(read(s->fd[1], &c, 1), 0);
}

#define CONNECTION(name, ...)						\
	KIND(name, .before = peer_listens, .make = make_connection,	\
	     .meanwhile = peer_is_not_disturbed, .use = use_connection,	\
	     .after = peer_sees_the_end, __VA_ARGS__)

CONNECTION(a_tcp_connection_goes_on, TCP)
CONNECTION(a_tcp6_connection_goes_on, TCP6)
CONNECTION(a_unix_stream_connection_goes_on, UNIX_STREAM)
CONNECTION(a_unix_seqpacket_connection_goes_on, UNIX_SEQPACKET)
CONNECTION(a_vsock_connection_goes_on, VSOCK)
CONNECTION(an_mptcp_connection_goes_on, MPTCP)
CONNECTION(an_sctp_connection_goes_on, SCTP)

/* Datagrams: one comes while no process has the socket. */

static void datagram_comes(struct scene *s)
{
	struct sockaddr_storage address;
	socklen_t length;

	s->fd[0] = ASSERT_OK(bound_socket(&address, &length, s));
	ASSERT_EQ(sendto(s->fd[0], "ping", 4, 0, (struct sockaddr *)&s->address,
			 s->length), 4);
}

static void use_datagrams(int fd, struct scene *s)
{
	struct sockaddr_storage from;
	socklen_t length = sizeof(from);
	char buf[8] = "";

	ASSERT_EQ(recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&from,
			   &length), 4);
	EXPECT_STREQ(buf, "ping");
	ASSERT_EQ(sendto(fd, "pong", 4, 0, (struct sockaddr *)&from, length), 4);
}

static void datagram_was_answered(struct scene *s)
{
	expect_message(s->fd[0], "pong");
}

#define DATAGRAMS(name, ...)						\
	KIND(name, .make = here_at_its_address, .meanwhile = datagram_comes, \
	     .use = use_datagrams, .after = datagram_was_answered, __VA_ARGS__)

DATAGRAMS(a_udp_socket_receives_and_answers,
	  .family = AF_INET, .type = SOCK_DGRAM)
DATAGRAMS(a_udp6_socket_receives_and_answers,
	  .family = AF_INET6, .type = SOCK_DGRAM)
DATAGRAMS(a_unix_datagram_socket_receives_and_answers,
	  .family = AF_UNIX, .type = SOCK_DGRAM)
