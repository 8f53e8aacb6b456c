// SPDX-License-Identifier: GPL-2.0
/* Files that report events: what the dead has armed, watched and counted. */
#define SUITE "survive_events"
#include "harness.h"
#include "survive.h"
#include <sys/pidfd.h>
#include <sys/signalfd.h>

static int make_eventfd(struct scene *s)
{
	int fd = ASSERT_OK(eventfd(40, EFD_NONBLOCK));

	ASSERT_OK(eventfd_write(fd, 2));
	return fd;
}

static void use_eventfd(int fd, struct scene *s)
{
	EXPECT_EQ(read_count(fd), 42);
	EXPECT_ERRNO(EAGAIN, read(fd, &(uint64_t){ 0 }, 8));
	ASSERT_OK(eventfd_write(fd, 1));
	EXPECT_EQ(read_count(fd), 1);
}

KIND(an_eventfd_keeps_its_count, .make = make_eventfd, .use = use_eventfd)

static int make_timerfd(struct scene *s)
{
	int fd = ASSERT_OK(timerfd_create(CLOCK_MONOTONIC, 0));
	struct itimerspec each = {
		.it_value.tv_nsec = 5000000, .it_interval.tv_nsec = 5000000,
	};

	ASSERT_OK(timerfd_settime(fd, 0, &each, NULL));
	return fd;
}

static void use_timerfd(int fd, struct scene *s)
{
	struct itimerspec each;

	ASSERT_OK(timerfd_gettime(fd, &each));
	EXPECT_EQ(each.it_interval.tv_nsec, 5000000);
	EXPECT_GE(read_count(fd), 1);
	EXPECT_GE(read_count(fd), 1);
}

KIND(a_timerfd_ticks_on, .make = make_timerfd, .use = use_timerfd)

/* A signalfd has a set of signals, and gives those of whoever reads it. */

static sigset_t usr1(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return set;
}

static int make_signalfd(struct scene *s)
{
	sigset_t set = usr1();

	ASSERT_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	raise(SIGUSR1);
	return signalfd(-1, &set, SFD_NONBLOCK);
}

static void use_signalfd(int fd, struct scene *s)
{
	struct signalfd_siginfo info;
	sigset_t set = usr1();

	/* What was pending for the dead is no more. */
	EXPECT_ERRNO(EAGAIN, read(fd, &info, sizeof(info)));
	ASSERT_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	raise(SIGUSR1);
	ASSERT_TRUE(await(fd, POLLIN) & POLLIN);
	ASSERT_EQ(read(fd, &info, sizeof(info)), (ssize_t)sizeof(info));
	EXPECT_EQ(info.ssi_signo, SIGUSR1);
	EXPECT_EQ(info.ssi_pid, getpid());
}

KIND(a_signalfd_reads_the_signals_of_its_reader,
     .make = make_signalfd, .use = use_signalfd)

/*
 * An epoll set keeps a member as long as something keeps the member's file:
 * here, another entry. A member is known by file and by the number that it had
 * in the process that added it.
 */

#define FOREIGN_NUMBER	77

static int make_epoll(struct scene *s)
{
	struct epoll_event kept = { .events = EPOLLIN, .data.u64 = 1 };
	struct epoll_event lost = { .events = EPOLLIN, .data.u64 = 2 };
	int set = ASSERT_OK(epoll_create1(0)), fd = ASSERT_OK(eventfd(0, 0));

	ASSERT_OK(dup2(fd, FOREIGN_NUMBER));
	ASSERT_OK(epoll_ctl(set, EPOLL_CTL_ADD, FOREIGN_NUMBER, &kept));
	ASSERT_OK(epoll_ctl(set, EPOLL_CTL_ADD, ASSERT_OK(eventfd(1, 0)), &lost));
	fill("s/member", fd);
	return set;
}

static void use_epoll(int set, struct scene *s)
{
	int fd = ASSERT_OK(get_from("s/member"));
	struct epoll_event e[4];

	ASSERT_EQ(epoll_wait(set, e, 4, 0), 0);
	ASSERT_OK(eventfd_write(fd, 1));
	ASSERT_EQ(epoll_wait(set, e, 4, PATIENCE_MS), 1);
	EXPECT_EQ(e->data.u64, 1);
	EXPECT_ERRNO(ENOENT, epoll_ctl(set, EPOLL_CTL_DEL, fd, NULL));
	ASSERT_OK(dup2(fd, FOREIGN_NUMBER));
	ASSERT_OK(epoll_ctl(set, EPOLL_CTL_DEL, FOREIGN_NUMBER, NULL));
	EXPECT_EQ(epoll_wait(set, e, 4, 0), 0);
	ASSERT_OK(epoll_ctl(set, EPOLL_CTL_ADD, fd, e));
	EXPECT_EQ(epoll_wait(set, e, 4, 0), 1);
}

KIND(an_epoll_set_reports_members_that_are_kept,
     .make = make_epoll, .use = use_epoll)

/* The process of the pidfd is neither the putter nor the successor. */

static void other_process_waits(struct scene *s)
{
	s->other = idler();
}

static int make_pidfd(struct scene *s)
{
	return pidfd_open(s->other, 0);
}

static void use_pidfd(int fd, struct scene *s)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	ASSERT_EQ(poll(&p, 1, 0), 0);
	ASSERT_OK(pidfd_send_signal(fd, SIGTERM, NULL, 0));
	ASSERT_TRUE(await(fd, POLLIN) & POLLIN);
}

static void other_process_was_killed(struct scene *s)
{
	int status;

	ASSERT_EQ(waitpid(s->other, &status, 0), s->other);
	EXPECT_EQ(status, SIGTERM);
}

KIND(a_pidfd_signals_and_sees_the_end,
     .before = other_process_waits, .make = make_pidfd, .use = use_pidfd,
     .after = other_process_was_killed)

/* An event while no process has the queue, and one afterwards. */

static int make_inotify(struct scene *s)
{
	int fd = ASSERT_OK(inotify_init1(0));

	ASSERT_OK(mkdir("d", 0700));
	s->number[0] = ASSERT_OK(inotify_add_watch(fd, "d", IN_CREATE));
	return fd;
}

static void file_appears(struct scene *s)
{
	make("d/meanwhile");
}

static void expect_appears(int fd, int watch, const char *name)
{
	union { struct inotify_event e; char room[512]; } u;

	ASSERT_GT(read(fd, &u, sizeof(u)), (ssize_t)sizeof(u.e));
	EXPECT_EQ(u.e.wd, watch);
	EXPECT_STREQ(u.e.name, name);
}

static void use_inotify(int fd, struct scene *s)
{
	expect_appears(fd, s->number[0], "meanwhile");
	make("d/afterwards");
	expect_appears(fd, s->number[0], "afterwards");
	ASSERT_OK(inotify_rm_watch(fd, s->number[0]));
}

KIND(an_inotify_watch_reports,
     .make = make_inotify, .meanwhile = file_appears, .use = use_inotify)

/*
 * O_ASYNC stays set and names nobody: the successor makes itself the owner,
 * and has its signal.
 */

static int make_async(struct scene *s)
{
	ASSERT_OK(fcntl(s->fd[0], F_SETOWN, getpid()));
	ASSERT_OK(fcntl(s->fd[0], F_SETSIG, SIGUSR1));
	ASSERT_OK(fcntl(s->fd[0], F_SETFL, O_ASYNC));
	return s->fd[0];
}

static void reader_is_closed(struct scene *s)
{
	ASSERT_OK(close(s->fd[0]));
}

static void use_async(int fd, struct scene *s)
{
	sigset_t set = usr1();
	siginfo_t info;

	EXPECT_EQ(fcntl(fd, F_GETOWN), 0);
	EXPECT_EQ(fcntl(fd, F_GETSIG), SIGUSR1);
	EXPECT_TRUE(fcntl(fd, F_GETFL) & O_ASYNC);
	ASSERT_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	send_message(s->fd[1], "lost");
	ASSERT_OK(fcntl(fd, F_SETOWN, getpid()));
	send_message(s->fd[1], "seen");
	ASSERT_EQ(sigwaitinfo(&set, &info), SIGUSR1);
	EXPECT_EQ(info.si_fd, s->fd[0]);
	EXPECT_ERRNO(EAGAIN, sigtimedwait(&set, NULL, &(struct timespec){}));
}

KIND(signal_driven_io_waits_for_a_new_owner,
     .before = pipe_is_made, .make = make_async,
     .meanwhile = reader_is_closed, .use = use_async)
