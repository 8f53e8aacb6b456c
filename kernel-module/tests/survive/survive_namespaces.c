// SPDX-License-Identifier: GPL-2.0
/*
 * Namespaces: the last process in them is dead, only the store keeps them, and
 * what was set up in them is there. (Mount namespaces are refused: refuse.c.)
 */
#define SUITE "survive_namespaces"
#include "harness.h"
#include "survive.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/msg.h>

#define CGROUP	"/sys/fs/cgroup/fdstorefs-survive"

/* A process that has done that, and stays. */
static pid_t start(void (*set_up)(void))
{
	pid_t pid;
	char c;
	int p[2];

	ASSERT_OK(pipe(p));
	pid = ASSERT_OK(fork());
	if (!pid) {
		set_up();
		ASSERT_EQ(write(p[1], "", 1), 1);
		idle();
	}
	ASSERT_OK(close(p[1]));
	ASSERT_EQ(read(p[0], &c, 1), 1);
	return pid;
}

/* The namespace of a process that has set it up, and died. */
static int namespace(const char *name, void (*set_up)(void))
{
	pid_t pid = start(set_up);
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, name);
	fd = ASSERT_OK(open(path, O_RDONLY));
	ASSERT_OK(kill(pid, SIGKILL));
	ASSERT_EQ(waitpid(pid, NULL, 0), pid);
	return fd;
}

static void set_up_uts(void)
{
	ASSERT_OK(unshare(CLONE_NEWUTS));
	ASSERT_OK(sethostname("stored", 6));
}

static int make_uts(struct scene *s)
{
	return namespace("uts", set_up_uts);
}

static void use_uts(int fd, struct scene *s)
{
	char name[64];

	ASSERT_OK(setns(fd, CLONE_NEWUTS));
	ASSERT_OK(gethostname(name, sizeof(name)));
	EXPECT_STREQ(name, "stored");
}

KIND(a_uts_namespace_has_its_host_name, .make = make_uts, .use = use_uts)

#define KEY	0x66647374

static void set_up_ipc(void)
{
	struct { long type; char text[8]; } message = { 1, "stored" };

	ASSERT_OK(unshare(CLONE_NEWIPC));
	ASSERT_OK(msgsnd(ASSERT_OK(msgget(KEY, IPC_CREAT | 0600)), &message, 7, 0));
}

static int make_ipc(struct scene *s)
{
	return namespace("ipc", set_up_ipc);
}

static void use_ipc(int fd, struct scene *s)
{
	struct { long type; char text[8]; } message;

	EXPECT_ERRNO(ENOENT, msgget(KEY, 0));
	ASSERT_OK(setns(fd, CLONE_NEWIPC));
	ASSERT_EQ(msgrcv(ASSERT_OK(msgget(KEY, 0)), &message, 8, 0, IPC_NOWAIT), 7);
	EXPECT_STREQ(message.text, "stored");
}

KIND(an_ipc_namespace_has_its_message_queue, .make = make_ipc, .use = use_ipc)

/* An interface that is up, with an address that is bound to and connected to. */

static struct sockaddr_in address(void)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(7),
		.sin_addr.s_addr = inet_addr("10.9.8.7"),
	};
}

static void set_up_net(void)
{
	struct sockaddr_in a = address();
	struct ifreq lo = { .ifr_name = "lo" };
	int fd;

	ASSERT_OK(unshare(CLONE_NEWNET));
	fd = ASSERT_OK(socket(AF_INET, SOCK_DGRAM, 0));
	memcpy(&lo.ifr_addr, &a, sizeof(a));
	ASSERT_OK(ioctl(fd, SIOCSIFADDR, &lo));
	lo.ifr_flags = IFF_UP;
	ASSERT_OK(ioctl(fd, SIOCSIFFLAGS, &lo));
}

static int make_net(struct scene *s)
{
	return namespace("net", set_up_net);
}

static void use_net(int fd, struct scene *s)
{
	struct sockaddr_in a = address();
	int in, out;

	in = ASSERT_OK(socket(AF_INET, SOCK_STREAM, 0));
	EXPECT_ERRNO(EADDRNOTAVAIL, bind(in, (struct sockaddr *)&a, sizeof(a)));
	ASSERT_OK(setns(fd, CLONE_NEWNET));
	in = ASSERT_OK(socket(AF_INET, SOCK_STREAM, 0));
	out = ASSERT_OK(socket(AF_INET, SOCK_STREAM, 0));
	ASSERT_OK(bind(in, (struct sockaddr *)&a, sizeof(a)));
	ASSERT_OK(listen(in, 1));
	ASSERT_OK(connect(out, (struct sockaddr *)&a, sizeof(a)));
	send_message(ASSERT_OK(accept(in, NULL, NULL)), "hello");
	expect_message(out, "hello");
}

KIND(a_network_namespace_has_its_interface, .make = make_net, .use = use_net)

static void set_up_user(void)
{
	ASSERT_OK(unshare(CLONE_NEWUSER));
	write_file("/proc/self/uid_map", "7 0 1");
}

static int make_user(struct scene *s)
{
	return namespace("user", set_up_user);
}

static void use_user(int fd, struct scene *s)
{
	ASSERT_EQ(getuid(), 0);
	ASSERT_OK(setns(fd, CLONE_NEWUSER));
	EXPECT_EQ(getuid(), 7);
	/* With all rights in there. */
	ASSERT_OK(unshare(CLONE_NEWUTS));
	ASSERT_OK(sethostname("x", 1));
}

KIND(a_user_namespace_has_its_map, .make = make_user, .use = use_user)

static void set_up_cgroup(void)
{
	write_file(CGROUP "/cgroup.procs", "0");
	ASSERT_OK(unshare(CLONE_NEWCGROUP));
}

static int make_cgroup(struct scene *s)
{
	ASSERT_OK(mkdir(CGROUP, 0755));
	return namespace("cgroup", set_up_cgroup);
}

static bool in_cgroup(const char *line)
{
	char buf[1024];

	return strstr(slurp("/proc/self/cgroup", buf, sizeof(buf)), line);
}

static void use_cgroup(int fd, struct scene *s)
{
	EXPECT_TRUE(in_cgroup("0::/\n"));
	ASSERT_OK(setns(fd, CLONE_NEWCGROUP));
	EXPECT_TRUE(in_cgroup("0::/..\n"));
}

static void cgroup_goes(struct scene *s)
{
	EXPECT_OK(rmdir(CGROUP));
}

KIND(a_cgroup_namespace_has_its_root,
     .make = make_cgroup, .use = use_cgroup, .after = cgroup_goes)

#define MEGASECOND	1000000

static void set_up_time(void)
{
	ASSERT_OK(unshare(CLONE_NEWTIME));
	write_file("/proc/self/timens_offsets", "monotonic 1000000 0");
}

static int make_time(struct scene *s)
{
	return namespace("time_for_children", set_up_time);
}

static void use_time(int fd, struct scene *s)
{
	struct timespec before, after;

	ASSERT_OK(clock_gettime(CLOCK_MONOTONIC, &before));
	ASSERT_OK(setns(fd, CLONE_NEWTIME));
	ASSERT_OK(clock_gettime(CLOCK_MONOTONIC, &after));
	EXPECT_GE(after.tv_sec, before.tv_sec + MEGASECOND);
}

KIND(a_time_namespace_has_its_offset, .make = make_time, .use = use_time)

/* Its init lives: a pid namespace without one takes no process any more. */

static void init_starts(struct scene *s)
{
	ASSERT_OK(unshare(CLONE_NEWPID));
	s->other = idler();
	/* Further children of ours shall not be in there. */
	s->fd[0] = ASSERT_OK(open("/proc/self/ns/pid", O_RDONLY));
	ASSERT_OK(setns(s->fd[0], CLONE_NEWPID));
}

static int make_pid(struct scene *s)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/pid", s->other);
	return open(path, O_RDONLY);
}

static void use_pid(int fd, struct scene *s)
{
	ASSERT_OK(setns(fd, CLONE_NEWPID));
	IN_CHILD {
		EXPECT_EQ(getpid(), 2);
		EXPECT_EQ(getppid(), 0);
	}
}

KIND(a_pid_namespace_with_an_init_takes_processes,
     .before = init_starts, .make = make_pid, .use = use_pid)

static void set_up_pid(void)
{
}

static int make_dead_pid(struct scene *s)
{
	ASSERT_OK(unshare(CLONE_NEWPID));
	return namespace("pid", set_up_pid);
}

static void use_dead_pid(int fd, struct scene *s)
{
	ASSERT_OK(setns(fd, CLONE_NEWPID));
	EXPECT_ERRNO(ENOMEM, fork());
}

KIND(a_pid_namespace_whose_init_died_takes_no_process,
     .make = make_dead_pid, .use = use_dead_pid)
