// SPDX-License-Identifier: GPL-2.0
/*
 * Locks that belong to the open file description. (Record locks of POSIX do
 * not: survive_not.c.)
 */
#define SUITE "survive_locks"
#include "harness.h"
#include "survive.h"
#include <sys/file.h>

static int make_flock(struct scene *s)
{
	int fd = ASSERT_OK(open("file", O_RDWR));

	ASSERT_OK(flock(fd, LOCK_EX));
	return fd;
}

static void flock_is_held(struct scene *s)
{
	EXPECT_ERRNO(EWOULDBLOCK, flock(s->fd[0], LOCK_EX | LOCK_NB));
}

static void use_flock(int fd, struct scene *s)
{
	int other = ASSERT_OK(open("file", O_RDWR));

	EXPECT_ERRNO(EWOULDBLOCK, flock(other, LOCK_SH | LOCK_NB));
	ASSERT_OK(flock(fd, LOCK_SH));
	ASSERT_OK(flock(other, LOCK_SH | LOCK_NB));
}

static void flock_is_free(struct scene *s)
{
	ASSERT_OK(flock(s->fd[0], LOCK_EX));
}

KIND(a_flock_is_held, .before = file_is_made, .make = make_flock,
     .meanwhile = flock_is_held, .use = use_flock, .after = flock_is_free)

static int make_ofd_lock(struct scene *s)
{
	int fd = ASSERT_OK(open("file", O_RDWR));

	ASSERT_OK(set_lock(fd, F_OFD_SETLK, F_WRLCK));
	return fd;
}

static void ofd_lock_is_held(struct scene *s)
{
	EXPECT_ERRNO(EAGAIN, set_lock(s->fd[0], F_OFD_SETLK, F_WRLCK));
}

static void use_ofd_lock(int fd, struct scene *s)
{
	EXPECT_ERRNO(EAGAIN, set_lock(ASSERT_OK(open("file", O_RDWR)),
				      F_OFD_SETLK, F_RDLCK));
	ASSERT_OK(set_lock(fd, F_OFD_SETLK, F_RDLCK));
	ASSERT_OK(set_lock(ASSERT_OK(open("file", O_RDWR)), F_OFD_SETLK, F_RDLCK));
}

static void ofd_lock_is_free(struct scene *s)
{
	ASSERT_OK(set_lock(s->fd[0], F_OFD_SETLKW, F_WRLCK));
}

KIND(an_open_file_description_lock_is_held,
     .before = file_is_made, .make = make_ofd_lock,
     .meanwhile = ofd_lock_is_held, .use = use_ofd_lock,
     .after = ofd_lock_is_free)

/* The lease stays, but its signal is for the dead until fcntl(F_SETOWN). */

static int make_lease(struct scene *s)
{
	int fd;

	make("leased");
	fd = ASSERT_OK(open("leased", O_RDWR));
	ASSERT_OK(fcntl(fd, F_SETLEASE, F_WRLCK));
	return fd;
}

static void use_lease(int fd, struct scene *s)
{
	sigset_t set;

	EXPECT_EQ(fcntl(fd, F_GETLEASE), F_WRLCK);
	EXPECT_EQ(fcntl(fd, F_GETOWN), 0);
	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	ASSERT_OK(sigprocmask(SIG_BLOCK, &set, NULL));
	ASSERT_OK(fcntl(fd, F_SETOWN, getpid()));
	EXPECT_ERRNO(EWOULDBLOCK, open("leased", O_RDONLY | O_NONBLOCK));
	ASSERT_EQ(sigwaitinfo(&set, NULL), SIGIO);
	ASSERT_OK(fcntl(fd, F_SETLEASE, F_UNLCK));
	ASSERT_OK(open("leased", O_RDONLY | O_NONBLOCK));
}

KIND(a_lease_is_held, .make = make_lease, .use = use_lease)
