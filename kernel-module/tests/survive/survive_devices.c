// SPDX-License-Identifier: GPL-2.0
/* Devices whose open file is what they live by. */
#define SUITE "survive_devices"
#include "harness.h"
#include "survive.h"
#include "fuse.h"
#include <arpa/inet.h>
#include <linux/if_tun.h>
#include <linux/io_uring.h>
#include <linux/loop.h>
#include <linux/ublk_cmd.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>

/* FUSE: a client waits, from when its server died, for the answer of the next. */

static int make_fuse(struct scene *s)
{
	int fd = HERE(s, open("/dev/fuse", O_RDWR));

	fuse_mount(fd, "m");
	return fd;
}

static void client_looks(struct scene *s)
{
	pid_t pid = ASSERT_OK(fork());

	if (!pid) {
		EXPECT_EQ(stat_of("m/hello").st_size, 4711);
		EXPECT_TRUE(S_ISDIR(stat_of("m").st_mode));
		finish();
	}
	s->other = pid;
}

/* The client looks at the file first, then at the directory. */
static void use_fuse(int fd, struct scene *s)
{
	fuse_serve_until(fd, FUSE_LOOKUP);
	fuse_serve_until(fd, FUSE_GETATTR);
}

static void client_was_answered(struct scene *s)
{
	ASSERT_CHILD(s->other);
	EXPECT_ERRNO(ENOTCONN, access("m/other", F_OK));
}

KIND(a_fuse_connection_is_served, .make = make_fuse, .meanwhile = client_looks,
     .use = use_fuse, .after = client_was_answered, .modules = "fuse")

/* tun: the interface stays, takes a packet, and delivers the answer. */

#define HERE_ADDRESS	"10.77.0.1"
#define THERE_ADDRESS	"10.77.0.2"

static void network_is_own(struct scene *s)
{
	ASSERT_OK(unshare(CLONE_NEWNET));
}

/* Gives a file this interface, which may be there already. */
static int attach(int fd, int flags)
{
	struct ifreq r = { .ifr_name = "stored", .ifr_flags = IFF_TUN | IFF_NO_PI | flags };

	return ioctl(fd, TUNSETIFF, &r);
}

static void set_up(void)
{
	int u = ASSERT_OK(socket(AF_INET, SOCK_DGRAM, 0));
	struct ifreq r = { .ifr_name = "stored" };
	struct sockaddr_in a = { .sin_family = AF_INET };

	a.sin_addr.s_addr = inet_addr(HERE_ADDRESS);
	memcpy(&r.ifr_addr, &a, sizeof(a));
	ASSERT_OK(ioctl(u, SIOCSIFADDR, &r));
	a.sin_addr.s_addr = inet_addr("255.255.255.0");
	memcpy(&r.ifr_netmask, &a, sizeof(a));
	ASSERT_OK(ioctl(u, SIOCSIFNETMASK, &r));
	r.ifr_flags = IFF_UP;
	ASSERT_OK(ioctl(u, SIOCSIFFLAGS, &r));
	ASSERT_OK(close(u));
}

static int make_tun(struct scene *s)
{
	int fd = HERE(s, open("/dev/net/tun", O_RDWR));

	ASSERT_OK(attach(fd, 0));
	set_up();
	return fd;
}

static void packet_goes_out(struct scene *s)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(7),
		.sin_addr.s_addr = inet_addr(THERE_ADDRESS),
	};

	s->fd[0] = ASSERT_OK(socket(AF_INET, SOCK_DGRAM, 0));
	ASSERT_OK(connect(s->fd[0], (struct sockaddr *)&to, sizeof(to)));
	send_message(s->fd[0], "echo this");
}

/* Sends it back: the sums stay right when source and destination change places. */
static void use_tun(int fd, struct scene *s)
{
	union {
		struct {
			struct iphdr ip;
			uint16_t from, to;
		};
		char room[2048];
	} packet;
	uint32_t address;
	uint16_t port;
	int n;

	/* The kernel sends some of its own, as for IPv6. */
	do {
		n = ASSERT_OK(read(fd, &packet, sizeof(packet)));
	} while (packet.ip.version != 4 || packet.ip.protocol != IPPROTO_UDP ||
		 packet.to != htons(7));
	ASSERT_EQ(packet.ip.ihl, 5);
	address = packet.ip.saddr;
	packet.ip.saddr = packet.ip.daddr;
	packet.ip.daddr = address;
	port = packet.from;
	packet.from = packet.to;
	packet.to = port;
	ASSERT_EQ(write(fd, &packet, n), n);
}

static void packet_came_back(struct scene *s)
{
	expect_message(s->fd[0], "echo this");
	while (if_nametoindex("stored"))
		sched_yield();
	EXPECT_EQ(errno, ENODEV);
}

KIND(a_tun_interface_carries_packets, .before = network_is_own,
     .make = make_tun, .meanwhile = packet_goes_out, .use = use_tun,
     .after = packet_came_back, .modules = "tun")

/* A program that opens the interface by its name, as most do, is kept out by the stored file. */
static void nobody_else_opens_tun(struct scene *s)
{
	int fd = ASSERT_OK(open("/dev/net/tun", O_RDWR));

	EXPECT_ERRNO(EBUSY, attach(fd, 0));
	ASSERT_OK(close(fd));
	packet_goes_out(s);
}

KIND(a_tun_interface_is_busy_for_who_opens_it_by_name, .before = network_is_own,
     .make = make_tun, .meanwhile = nobody_else_opens_tun, .use = use_tun,
     .after = packet_came_back, .modules = "tun")

/*
 * With several queues it is not. The stored one is detached, or it would have its share of the packets. Without any
 * other the interface stays, and drops what is sent.
 */
static int make_detached_queue(struct scene *s)
{
	struct ifreq r = { .ifr_flags = IFF_DETACH_QUEUE };
	int fd = HERE(s, open("/dev/net/tun", O_RDWR));

	ASSERT_OK(attach(fd, IFF_MULTI_QUEUE));
	set_up();
	ASSERT_OK(ioctl(fd, TUNSETQUEUE, &r));
	return fd;
}

static void another_opens_tun(struct scene *s)
{
	int fd = ASSERT_OK(open("/dev/net/tun", O_RDWR));

	EXPECT_ERRNO(EINVAL, attach(fd, 0));
	ASSERT_OK(attach(fd, IFF_MULTI_QUEUE));
	packet_goes_out(s);
	use_tun(fd, s);
	expect_message(s->fd[0], "echo this");
	ASSERT_OK(close(fd));
	/* It was the only one. */
	EXPECT_NE(if_nametoindex("stored"), 0u);
	send_message(s->fd[0], "nobody hears this");
}

/* What was stored may as well go on itself. */
static void use_detached_queue(int fd, struct scene *s)
{
	struct ifreq r = { .ifr_flags = IFF_ATTACH_QUEUE };

	ASSERT_OK(ioctl(fd, TUNSETQUEUE, &r));
	send_message(s->fd[0], "echo this");
	use_tun(fd, s);
}

KIND(a_tun_interface_of_several_queues_is_opened_by_name, .before = network_is_own,
     .make = make_detached_queue, .meanwhile = another_opens_tun,
     .use = use_detached_queue, .after = packet_came_back, .modules = "tun")

/* A loop device that goes when it is closed. */

#define SECTOR	"one sector of the file behind it"

static int make_loop(struct scene *s)
{
	int control = HERE(s, open("/dev/loop-control", O_RDWR)), m = memfd();
	struct loop_config config = { .fd = m, .info.lo_flags = LO_FLAGS_AUTOCLEAR };
	int fd;

	ASSERT_OK(ftruncate(m, 1 << 20));
	ASSERT_EQ(pwrite(m, SECTOR, sizeof(SECTOR), 512), (int)sizeof(SECTOR));
	snprintf(s->text, sizeof(s->text), "/dev/loop%d",
		 ASSERT_OK(ioctl(control, LOOP_CTL_GET_FREE)));
	fd = ASSERT_OK(open(s->text, O_RDWR));
	ASSERT_OK(ioctl(fd, LOOP_CONFIGURE, &config));
	return fd;
}

static void use_loop(int fd, struct scene *s)
{
	char buf[512];

	ASSERT_EQ(pread(fd, buf, 512, 512), 512);
	EXPECT_STREQ(buf, SECTOR);
	ASSERT_EQ(pwrite(fd, "two", 3, 1024), 3);
	ASSERT_OK(fsync(fd));
}

static void loop_is_free(struct scene *s)
{
	struct loop_info64 info;
	int fd = ASSERT_OK(open(s->text, O_RDONLY));

	EXPECT_ERRNO(ENXIO, ioctl(fd, LOOP_GET_STATUS64, &info));
}

KIND(a_loop_device_has_its_file, .make = make_loop, .use = use_loop,
     .after = loop_is_free, .modules = "loop")

/*
 * cachefiles: there is only one, and what it has been told belongs to the open
 * file. (It is not bound to a cache here, which takes a disk file system.)
 */
static int make_cachefiles(struct scene *s)
{
	int fd = HERE(s, open("/dev/cachefiles", O_RDWR));

	send_message(fd, "tag stored");
	send_message(fd, "dir /tmp/stored");
	return fd;
}

static void cachefiles_is_in_use(struct scene *s)
{
	EXPECT_ERRNO(EBUSY, open("/dev/cachefiles", O_RDWR));
}

static void use_cachefiles(int fd, struct scene *s)
{
	EXPECT_ERRNO(EEXIST, write(fd, "dir /tmp/other", 14));
	send_message(fd, "brun 20%");
	EXPECT_ERRNO(EINVAL, write(fd, "brun none", 9));
}

static void cachefiles_is_free(struct scene *s)
{
	ASSERT_OK(open("/dev/cachefiles", O_RDWR));
}

KIND(a_cachefiles_device_goes_on_with_its_set_up, .make = make_cachefiles,
     .meanwhile = cachefiles_is_in_use, .use = use_cachefiles,
     .after = cachefiles_is_free, .modules = "cachefiles", .here = STOCK)

/* ublk's control device, whose commands are io_uring's only. */

#ifndef UBLK_U_CMD_GET_FEATURES
#define UBLK_U_CMD_GET_FEATURES	_IOR('u', 0x13, struct ublksrv_ctrl_cmd)
#endif

/* One command, by a ring for this one; its result. */
static int uring_command(int fd, unsigned int command, const void *arg,
			 size_t size)
{
	struct io_uring_params p = { .flags = IORING_SETUP_SQE128 };
	int ring = ASSERT_OK(syscall(SYS_io_uring_setup, 1, &p));
	char *rings = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
			   IORING_OFF_SQ_RING);
	struct io_uring_sqe *sqe = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
					MAP_SHARED, ring, IORING_OFF_SQES);

	ASSERT_TRUE(p.features & IORING_FEAT_SINGLE_MMAP);
	ASSERT_TRUE(rings != MAP_FAILED && sqe != MAP_FAILED);
	sqe->opcode = IORING_OP_URING_CMD;
	sqe->fd = fd;
	sqe->cmd_op = command;
	memcpy(sqe->cmd, arg, size);
	((unsigned int *)(rings + p.sq_off.array))[0] = 0;
	__atomic_store_n((unsigned int *)(rings + p.sq_off.tail), 1,
			 __ATOMIC_RELEASE);
	ASSERT_EQ(syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS,
			  NULL, 0), 1);
	return ((struct io_uring_cqe *)(rings + p.cq_off.cqes))->res;
}

static int make_ublk(struct scene *s)
{
	return HERE(s, open("/dev/ublk-control", O_RDWR));
}

static void use_ublk(int fd, struct scene *s)
{
	uint64_t features = 0;
	struct ublksrv_ctrl_cmd command = {
		.dev_id = -1, .queue_id = -1,
		.len = sizeof(features), .addr = (uintptr_t)&features,
	};

	ASSERT_EQ(uring_command(fd, UBLK_U_CMD_GET_FEATURES, &command,
				sizeof(command)), 0);
	EXPECT_NE(features, 0);
}

KIND(a_ublk_control_device_takes_commands, .make = make_ublk, .use = use_ublk,
     .modules = "ublk_drv", .here = STOCK, .since = 612)
