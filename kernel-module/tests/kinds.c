// SPDX-License-Identifier: GPL-2.0
/*
 * What is welcome at put: everything but what refuse.c lists. Kinds that a
 * stock kernel has as a module, or a guest without udev has no node for, are
 * noted when they cannot be opened, since that is no matter of the store.
 */
#define SUITE "kinds"
#include "harness.h"
#include "store.h"
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/un.h>

/* Stores fd, gets it back, empties. */
static void expect_welcome(const char *what, int fd)
{
	int e = entry("s/e"), got;

	ABOUT("%s", what);
	ASSERT_OK(fd);
	if (EXPECT_OK(put(e, fd)) == 0) {
		got = EXPECT_OK(get(e));
		EXPECT_TRUE(same(got, fd));
		close(got);
	}
	ASSERT_OK(ftruncate(e, 0));
	close(e);
	close(fd);
	ABOUT("%s", "");
}

#define WELCOME(call)	expect_welcome(#call, call)

/* As WELCOME(), if this kernel has such a thing. */
#define WELCOME_IF_THERE(call)						\
	do {								\
		int fd_ = call;						\
									\
		if (fd_ < 0)						\
			NOTE("not here: " #call " (%s)", strerror(errno)); \
		else							\
			expect_welcome(#call, fd_);			\
	} while (0)

TEST(regular_files_and_memfds_are_welcome)
{
	make("file");
	WELCOME(open("file", O_RDONLY));
	WELCOME(open("file", O_RDWR | O_APPEND | O_SYNC));
	WELCOME(open(".", O_TMPFILE | O_RDWR, 0600));
	WELCOME(memfd_create("m", MFD_ALLOW_SEALING));
	WELCOME(open("/proc/self/exe", O_RDONLY));
}

TEST(directories_and_o_path_are_welcome)
{
	ASSERT_OK(symlink("s", "link"));
	ASSERT_OK(mkdir("d", 0755));
	make("file");
	WELCOME(open("d", O_RDONLY | O_DIRECTORY));
	WELCOME(open("/", O_RDONLY | O_DIRECTORY));
	WELCOME(open("file", O_PATH));
	WELCOME(open("d", O_PATH));
	WELCOME(open("link", O_PATH | O_NOFOLLOW));
	WELCOME(open_tree(AT_FDCWD, "d", 0));
}

TEST(pipes_and_fifos_are_welcome)
{
	int p[2];

	ASSERT_OK(pipe(p));
	expect_welcome("read end", p[0]);
	expect_welcome("write end", p[1]);
	ASSERT_OK(mkfifo("fifo", 0600));
	WELCOME(open("fifo", O_RDWR));
	WELCOME(open("fifo", O_RDONLY | O_NONBLOCK));
}

TEST(sockets_are_welcome)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "sock" };
	int p[2], u;

	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, p));
	expect_welcome("socketpair", p[0]);
	close(p[1]);
	u = ASSERT_OK(socket(AF_UNIX, SOCK_SEQPACKET, 0));
	ASSERT_OK(bind(u, (struct sockaddr *)&name, sizeof(name)));
	ASSERT_OK(listen(u, 5));
	expect_welcome("AF_UNIX listener bound elsewhere", u);
	u = ASSERT_OK(socket(AF_UNIX, SOCK_DGRAM, 0));
	name.sun_path[0] = '\0';
	ASSERT_OK(bind(u, (struct sockaddr *)&name, sizeof(name)));
	expect_welcome("abstract AF_UNIX", u);
	WELCOME(socket(AF_UNIX, SOCK_STREAM, 0));
	WELCOME(socket(AF_INET, SOCK_STREAM, 0));
	WELCOME(socket(AF_INET, SOCK_DGRAM, 0));
	WELCOME(socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
	WELCOME(socket(AF_NETLINK, SOCK_RAW, 0));
	WELCOME_IF_THERE(socket(AF_INET6, SOCK_STREAM, 0));
	WELCOME_IF_THERE(socket(AF_PACKET, SOCK_RAW, 0));
	WELCOME_IF_THERE(socket(AF_VSOCK, SOCK_STREAM, 0));
	WELCOME_IF_THERE(socket(AF_ALG, SOCK_SEQPACKET, 0));
}

TEST(event_files_are_welcome)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	WELCOME(eventfd(0, 0));
	WELCOME(timerfd_create(CLOCK_MONOTONIC, 0));
	WELCOME(signalfd(-1, &set, 0));
	WELCOME(epoll_create1(0));
	WELCOME(inotify_init());
	WELCOME_IF_THERE(mq_open("/fdstorefs-test", O_CREAT | O_RDWR, 0600, NULL));
	mq_unlink("/fdstorefs-test");
}

TEST(process_files_are_welcome)
{
	WELCOME(pidfd_open(getpid(), 0));
	WELCOME(open("/proc/self", O_RDONLY | O_DIRECTORY));
	WELCOME(open("/proc/self/status", O_RDONLY));
	WELCOME(open("/proc/self/mem", O_RDONLY));
}

TEST(namespaces_other_than_mount_are_welcome)
{
	WELCOME(open("/proc/self/ns/net", O_RDONLY));
	WELCOME(open("/proc/self/ns/pid", O_RDONLY));
	WELCOME(open("/proc/self/ns/user", O_RDONLY));
	WELCOME(open("/proc/self/ns/uts", O_RDONLY));
	WELCOME(open("/proc/self/ns/ipc", O_RDONLY));
	WELCOME(open("/proc/self/ns/cgroup", O_RDONLY));
	WELCOME(open("/proc/self/ns/time", O_RDONLY));
	WELCOME(open("/proc/self/ns/net", O_PATH));
	WELCOME(open("/proc/self/ns/mnt", O_PATH | O_NOFOLLOW));
}

/* The refused ones are known by what they are, not by how they are called. */
TEST(files_that_only_share_a_name_with_refused_ones_are_welcome)
{
	make("mounts");
	make("mountinfo");
	make("[io_uring]");
	WELCOME(open("mounts", O_RDWR));
	WELCOME(open("mountinfo", O_RDONLY));
	WELCOME(open("[io_uring]", O_RDONLY));
	WELCOME(memfd_create("[io_uring]", 0));
	WELCOME(memfd_create("[fscontext]", 0));
}

TEST(terminals_are_welcome)
{
	int ptmx, zero = 0;

	ASSERT_OK(mkdir("pts", 0755));
	ASSERT_OK(mount("pts", "pts", "devpts", 0, "ptmxmode=0666"));
	ptmx = ASSERT_OK(open("pts/ptmx", O_RDWR | O_NOCTTY));
	ASSERT_OK(ioctl(ptmx, TIOCSPTLCK, &zero));
	WELCOME(ioctl(ptmx, TIOCGPTPEER, O_RDWR | O_NOCTTY));
	expect_welcome("ptmx", ptmx);
}

TEST(devices_are_welcome)
{
	ASSERT_OK(mknod("null", S_IFCHR | 0666, makedev(1, 3)));
	WELCOME(open("null", O_RDWR));
	WELCOME(open("null", 3));
	ASSERT_OK(mknod("fuse", S_IFCHR | 0666, makedev(10, 229)));
	ASSERT_OK(mknod("tun", S_IFCHR | 0666, makedev(10, 200)));
	ASSERT_OK(mknod("loop", S_IFBLK | 0666, makedev(7, 0)));
	WELCOME_IF_THERE(open("fuse", O_RDWR));
	WELCOME_IF_THERE(open("tun", O_RDWR));
	WELCOME_IF_THERE(open("loop", O_RDONLY));
}

TEST(perf_events_bpf_maps_and_userfaultfds_are_welcome)
{
	struct perf_event_attr perf = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(perf),
		.config = PERF_COUNT_SW_CPU_CLOCK,
	};
	union bpf_attr map = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4,
		.max_entries = 1,
	};

	WELCOME(syscall(SYS_perf_event_open, &perf, 0, -1, -1, 0));
	WELCOME(syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof(map)));
	WELCOME_IF_THERE(syscall(SYS_userfaultfd, UFFD_USER_MODE_ONLY));
}
