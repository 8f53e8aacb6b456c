// SPDX-License-Identifier: GPL-2.0
/* BPF objects and performance counters. */
#define SUITE "survive_bpf"
#include "harness.h"
#include "survive.h"
#include <linux/bpf.h>
#include <linux/perf_event.h>

#define CGROUP	"/sys/fs/cgroup/fdstorefs-bpf"

static int bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int map_element(int command, int fd, int key, int *value)
{
	union bpf_attr attr = {
		.map_fd = fd, .key = (uintptr_t)&key, .value = (uintptr_t)value,
	};

	return bpf(command, &attr);
}

static int make_map(struct scene *s)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 4,
		.max_entries = 8,
	};
	int fd = HERE(s, bpf(BPF_MAP_CREATE, &attr)), value = 4711;

	ASSERT_OK(map_element(BPF_MAP_UPDATE_ELEM, fd, 1, &value));
	return fd;
}

static void use_map(int fd, struct scene *s)
{
	int value = 0;

	ASSERT_OK(map_element(BPF_MAP_LOOKUP_ELEM, fd, 1, &value));
	EXPECT_EQ(value, 4711);
	ASSERT_OK(map_element(BPF_MAP_UPDATE_ELEM, fd, 2, &value));
	ASSERT_OK(map_element(BPF_MAP_DELETE_ELEM, fd, 1, NULL));
	EXPECT_ERRNO(ENOENT, map_element(BPF_MAP_LOOKUP_ELEM, fd, 1, &value));
}

KIND(a_bpf_map_has_its_elements, .make = make_map, .use = use_map)

/* A program that returns a number. */
static int load(int type, int attach_type, int result)
{
	struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = result },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = type, .expected_attach_type = attach_type,
		.insns = (uintptr_t)program, .insn_cnt = 2,
		.license = (uintptr_t)"GPL",
	};

	return bpf(BPF_PROG_LOAD, &attr);
}

/* As a socket filter: that many bytes of each message pass. */
static int make_program(struct scene *s)
{
	return HERE(s, load(BPF_PROG_TYPE_SOCKET_FILTER, 0, 4));
}

static void use_program(int fd, struct scene *s)
{
	char buf[16];
	int p[2];

	ASSERT_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, p));
	ASSERT_OK(setsockopt(p[0], SOL_SOCKET, SO_ATTACH_BPF, &fd, sizeof(fd)));
	send_message(p[1], "12345678");
	EXPECT_EQ(read(p[0], buf, sizeof(buf)), 4);
}

KIND(a_bpf_program_is_attached, .make = make_program, .use = use_program)

/* A link: its program forbids a cgroup to make sockets, until the entry goes. */

static void cgroup_is_made(struct scene *s)
{
	ASSERT_OK(mkdir(CGROUP, 0755));
	s->fd[0] = ASSERT_OK(open(CGROUP, O_RDONLY | O_DIRECTORY));
}

static bool may_make_sockets(void)
{
	pid_t pid = ASSERT_OK(fork());
	int status;

	if (!pid) {
		write_file(CGROUP "/cgroup.procs", "0");
		if (socket(AF_INET, SOCK_DGRAM, 0) >= 0)
			_exit(10);
		_exit(errno == EPERM ? 11 : 1);
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	ASSERT_TRUE(WEXITSTATUS(status) == 10 || WEXITSTATUS(status) == 11);
	return WEXITSTATUS(status) == 10;
}

static int make_link(struct scene *s)
{
	int program = HERE(s, load(BPF_PROG_TYPE_CGROUP_SOCK,
				   BPF_CGROUP_INET_SOCK_CREATE, 0));
	union bpf_attr attr = {
		.link_create = {
			.prog_fd = program, .target_fd = s->fd[0],
			.attach_type = BPF_CGROUP_INET_SOCK_CREATE,
		},
	};

	ASSERT_TRUE(may_make_sockets());
	return ASSERT_OK(bpf(BPF_LINK_CREATE, &attr));
}

static void link_works(struct scene *s)
{
	EXPECT_FALSE(may_make_sockets());
}

static void use_link(int fd, struct scene *s)
{
	struct bpf_link_info info = {};
	union bpf_attr attr = {
		.info = {
			.bpf_fd = fd, .info = (uintptr_t)&info,
			.info_len = sizeof(info),
		},
	};

	ASSERT_OK(bpf(BPF_OBJ_GET_INFO_BY_FD, &attr));
	EXPECT_EQ(info.type, BPF_LINK_TYPE_CGROUP);
	/* The program can be changed, which only the link's file allows. */
	attr = (union bpf_attr){
		.link_update = {
			.link_fd = fd,
			.new_prog_fd = ASSERT_OK(load(BPF_PROG_TYPE_CGROUP_SOCK,
				BPF_CGROUP_INET_SOCK_CREATE, 1)),
		},
	};
	ASSERT_OK(bpf(BPF_LINK_UPDATE, &attr));
	EXPECT_TRUE(may_make_sockets());
	attr.link_update.new_prog_fd = ASSERT_OK(load(BPF_PROG_TYPE_CGROUP_SOCK,
				BPF_CGROUP_INET_SOCK_CREATE, 0));
	ASSERT_OK(bpf(BPF_LINK_UPDATE, &attr));
	EXPECT_FALSE(may_make_sockets());
}

static void link_is_gone(struct scene *s)
{
	while (!may_make_sockets())
		;
	EXPECT_OK(rmdir(CGROUP));
}

KIND(a_bpf_link_stays_attached, .before = cgroup_is_made, .make = make_link,
     .meanwhile = link_works, .use = use_link, .after = link_is_gone)

/* A counter of a processor counts on, that of a process ends with it. */

static int counter(pid_t pid, int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
	};

	return syscall(SYS_perf_event_open, &attr, pid, cpu, -1, 0);
}

static int make_counter(struct scene *s)
{
	int fd = HERE(s, counter(-1, 0));

	s->number[0] = read_count(fd);
	return fd;
}

static void use_counter(int fd, struct scene *s)
{
	uint64_t n = read_count(fd);

	EXPECT_GE(n, (uint64_t)s->number[0]);
	while (read_count(fd) == n)
		;
	ASSERT_OK(ioctl(fd, PERF_EVENT_IOC_DISABLE, 0));
	n = read_count(fd);
	EXPECT_EQ(read_count(fd), n);
}

KIND(a_perf_counter_of_a_processor_counts_on,
     .make = make_counter, .use = use_counter)

static int make_own_counter(struct scene *s)
{
	int fd = HERE(s, counter(0, -1));

	while (!(s->number[0] = read_count(fd)))
		;
	return fd;
}

static void use_own_counter(int fd, struct scene *s)
{
	uint64_t n = read_count(fd);

	EXPECT_GE(n, (uint64_t)s->number[0]);
	EXPECT_TRUE(await(fd, POLLIN) & POLLHUP);
	EXPECT_EQ(read_count(fd), n);
}

KIND(a_perf_counter_of_the_dead_keeps_its_last_count,
     .make = make_own_counter, .use = use_own_counter)
