// SPDX-License-Identifier: GPL-2.0
/* Sockets that carry descriptors, packets and what else is no plain message. */
#define SUITE "survive_packets"
#include "harness.h"
#include "survive.h"
#include "scm.h"
#include <linux/if_alg.h>
#include <linux/rtnetlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netpacket/packet.h>

/* A descriptor sent to a stored socket waits in its queue. */

static void pair_is_made(struct scene *s)
{
	ASSERT_OK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s->fd));
}

static int make_one_of_the_pair(struct scene *s)
{
	return s->fd[1];
}

static void descriptor_is_sent(struct scene *s)
{
	int m = memfd();

	ASSERT_OK(close(s->fd[1]));
	ASSERT_EQ(pwrite(m, "enclosed", 8, 0), 8);
	send_fd(s->fd[0], m);
	ASSERT_OK(close(m));
}

static void use_sent_descriptor(int fd, struct scene *s)
{
	int m = receive_fd(fd);

	ASSERT_EQ(lseek(m, 0, SEEK_SET), 0);
	expect_message(m, "enclosed");
}

KIND(descriptors_in_the_queue_of_a_unix_socket_are_received,
     .before = pair_is_made, .make = make_one_of_the_pair,
     .meanwhile = descriptor_is_sent, .use = use_sent_descriptor)

/* With a filter, which belongs to the socket: 1 bits are dropped. */
static int make_icmp(struct scene *s)
{
	int fd = ASSERT_OK(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
	int filter = ~(1 << ICMP_ECHOREPLY);

	ASSERT_OK(setsockopt(fd, SOL_RAW, 1 /* ICMP_FILTER */, &filter,
			     sizeof(filter)));
	return fd;
}

static void use_icmp(int fd, struct scene *s)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct { struct iphdr ip; struct icmphdr icmp; } reply;
	struct icmphdr request = {
		.type = ICMP_ECHO, .un.echo.id = htons(1),
		.checksum = (uint16_t)~htons((ICMP_ECHO << 8) + 1),
	};

	ASSERT_EQ(sendto(fd, &request, sizeof(request), 0,
			 (struct sockaddr *)&to, sizeof(to)),
		  (ssize_t)sizeof(request));
	ASSERT_EQ(read(fd, &reply, sizeof(reply)), (ssize_t)sizeof(reply));
	EXPECT_EQ(reply.icmp.type, ICMP_ECHOREPLY);
	EXPECT_EQ(reply.icmp.un.echo.id, request.un.echo.id);
}

KIND(a_raw_socket_pings, .make = make_icmp, .use = use_icmp)

static void use_netlink(int fd, struct scene *s)
{
	struct { struct nlmsghdr n; struct ifinfomsg i; } request = {
		.n = {
			.nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETLINK,
			.nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = 7,
		},
		.i.ifi_index = 1,
	}, *answer;
	char buf[8192];

	ASSERT_EQ(write(fd, &request, sizeof(request)), (ssize_t)sizeof(request));
	ASSERT_GT(read(fd, buf, sizeof(buf)), (ssize_t)sizeof(*answer));
	answer = (void *)buf;
	EXPECT_EQ(answer->n.nlmsg_type, RTM_NEWLINK);
	EXPECT_EQ(answer->n.nlmsg_seq, 7);
	EXPECT_EQ(answer->i.ifi_index, 1);
}

static int make_netlink(struct scene *s)
{
	return socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}

KIND(a_netlink_socket_asks_and_hears, .make = make_netlink, .use = use_netlink)

static int make_packet(struct scene *s)
{
	struct sockaddr_ll lo = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = if_nametoindex("lo"),
	};
	int fd = HERE(s, socket(AF_PACKET, SOCK_DGRAM, 0));

	ASSERT_OK(bind(fd, (struct sockaddr *)&lo, sizeof(lo)));
	return fd;
}

static void packet_passes(struct scene *s)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(9),
	};
	int fd = ASSERT_OK(socket(AF_INET, SOCK_DGRAM, 0));

	ASSERT_EQ(sendto(fd, "a packet passes", 15, 0, (struct sockaddr *)&to,
			 sizeof(to)), 15);
}

static void use_packet(int fd, struct scene *s)
{
	char buf[2048];
	int n;

	do {
		n = ASSERT_OK(read(fd, buf, sizeof(buf)));
	} while (!memmem(buf, n, "a packet passes", 15));
}

KIND(a_packet_socket_captures, .make = make_packet, .meanwhile = packet_passes,
     .use = use_packet, .modules = "af_packet")

/* A computation that the dead has begun. */
static int make_alg(struct scene *s)
{
	struct sockaddr_alg sha256 = {
		.salg_family = AF_ALG, .salg_type = "hash", .salg_name = "sha256",
	};
	int tfm = HERE(s, socket(AF_ALG, SOCK_SEQPACKET, 0)), op;

	ASSERT_OK(bind(tfm, (struct sockaddr *)&sha256, sizeof(sha256)));
	op = ASSERT_OK(accept(tfm, NULL, NULL));
	ASSERT_EQ(send(op, "a", 1, MSG_MORE), 1);
	return op;
}

static void use_alg(int fd, struct scene *s)
{
	static const unsigned char start_of_sha256_of_abc[] = {
		0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea
	};
	unsigned char digest[32];

	ASSERT_EQ(send(fd, "bc", 2, 0), 2);
	ASSERT_EQ(read(fd, digest, sizeof(digest)), 32);
	EXPECT_EQ(memcmp(digest, start_of_sha256_of_abc, 8), 0);
}

KIND(an_af_alg_socket_finishes_the_digest_that_was_begun,
     .make = make_alg, .use = use_alg, .modules = "algif_hash",
     .here = STOCK)
