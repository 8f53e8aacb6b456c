// SPDX-License-Identifier: GPL-2.0
/* Behind a seccomp filter: what to let through, and how to tell the verbs apart. */
#define SUITE "seccomp"
#include "harness.h"
#include "store.h"
#include "scm.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>

#define LOAD(field) \
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ALLOW	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define DENY	BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)
/* The next instruction is for that number alone. */
#define IF(number)	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1)

/* The size of the struct is part of the number, and may grow: it is masked out. */
#define VERB_MASK	(~(IOCSIZE_MASK))
#define VERB(number)	((number) & VERB_MASK)

static void filter(struct sock_filter *program, unsigned short length)
{
	struct sock_fprog prog = { length, program };

	ASSERT_OK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	ASSERT_OK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog));
}

/* openat, close, one verb, and what a test needs to report. */
static void allow_verb(unsigned int verb)
{
	struct sock_filter program[] = {
		LOAD(nr),
		IF(SYS_openat), ALLOW,
		IF(SYS_close), ALLOW,
		IF(SYS_write), ALLOW,
		IF(SYS_exit_group), ALLOW,
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 1, 0), DENY,
		LOAD(args[1]),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, VERB_MASK),
		IF(VERB(verb)), ALLOW,
		DENY,
	};

	filter(program, sizeof(program) / sizeof(*program));
}

/* The system call itself: libc might do more. */
static int open_entry(const char *path, int flags)
{
	return syscall(SYS_openat, AT_FDCWD, path, flags);
}

TEST(to_get_takes_openat_and_ioctl_and_nothing_else)
{
	int fd;

	fill("s/e", memfd());
	allow_verb(FDSTOREFS_IOC_GET);
	fd = ASSERT_OK(get(ASSERT_OK(open_entry("s/e", O_RDWR))));
	ASSERT_OK(close(fd));
}

TEST(a_filter_tells_get_from_put_and_take)
{
	int m = memfd(), e;

	fill("s/e", m);
	allow_verb(FDSTOREFS_IOC_GET);
	e = ASSERT_OK(open_entry("s/e", O_RDWR));
	EXPECT_ERRNO(EPERM, put_with(e, m, FDSTOREFS_PUT_REPLACE));
	EXPECT_ERRNO(EPERM, take(e));
	EXPECT_OK(get(e));
}

TEST(a_filter_that_masks_the_size_lets_through_a_longer_put)
{
	struct { struct fdstorefs_put put; uint64_t later; } arg = {
		.put = { .fd = memfd(), .anchor_fd = -1 },
	};
	int e = entry("s/e");

	allow_verb(FDSTOREFS_IOC_PUT);
	EXPECT_OK(ioctl(e, _IOC(_IOC_WRITE, FDSTOREFS_IOC_MAGIC, 1, sizeof(arg)), &arg));
	EXPECT_ERRNO(EPERM, get(e));
}

TEST(strict_mode_kills_who_calls_a_verb)
{
	int e = entry("s/e"), status;
	pid_t pid = ASSERT_OK(fork());

	if (!pid) {
		ASSERT_OK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
		get(e);
		_exit(0);
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* The sandboxed program asks by a call that its supervisor answers for it. */
TEST(a_supervisor_gets_on_behalf_of_a_program_that_may_not)
{
	struct sock_filter program[] = {
		LOAD(nr),
		IF(SYS_ioctl), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		ALLOW,
	};
	struct sock_fprog prog = { sizeof(program) / sizeof(*program), program };
	struct seccomp_notif_addfd add = { .flags = SECCOMP_ADDFD_FLAG_SEND };
	struct seccomp_notif ask = {};
	int m = memfd(), sv[2], notify;
	pid_t pid;

	fill("s/e", m);
	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
	pid = ASSERT_OK(fork());
	if (!pid) {
		int fd;

		ASSERT_OK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
		notify = ASSERT_OK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
					   SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog));
		send_fd(sv[1], notify);
		/* It has no entry open at all. */
		fd = ASSERT_OK(get(-1));
		EXPECT_TRUE(same(fd, m));
		finish();
	}
	notify = receive_fd(sv[0]);
	ASSERT_OK(ioctl(notify, SECCOMP_IOCTL_NOTIF_RECV, &ask));
	EXPECT_EQ(ask.data.args[1], FDSTOREFS_IOC_GET);
	add.id = ask.id;
	add.srcfd = ASSERT_OK(get_from("s/e"));
	ASSERT_OK(ioctl(notify, SECCOMP_IOCTL_NOTIF_ADDFD, &add));
	ASSERT_CHILD(pid);
}
