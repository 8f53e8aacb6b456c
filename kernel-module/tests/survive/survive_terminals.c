// SPDX-License-Identifier: GPL-2.0
/* Terminals. */
#define SUITE "survive_terminals"
#include "harness.h"
#include "survive.h"
#include <termios.h>

/* Of a pty, the master and the slave. */

static int make_master(struct scene *s)
{
	int fd = HERE(s, posix_openpt(O_RDWR | O_NOCTTY));

	ASSERT_OK(unlockpt(fd));
	ASSERT_OK(ptsname_r(fd, s->text, sizeof(s->text)));
	return fd;
}

static void slave_writes(struct scene *s)
{
	s->fd[0] = ASSERT_OK(open(s->text, O_RDWR | O_NOCTTY));
	send_message(s->fd[0], "up");
}

static void use_master(int fd, struct scene *s)
{
	expect_message(fd, "up");
	send_message(fd, "down\n");
	/* Here, since what the slave has not read is lost with the master. */
	expect_message(s->fd[0], "down\n");
}

static void slave_is_hung_up(struct scene *s)
{
	char c;

	ASSERT_TRUE(await(s->fd[0], 0) & POLLHUP);
	EXPECT_ERRNO(EIO, write(s->fd[0], "x", 1));
	EXPECT_EQ(read(s->fd[0], &c, 1), 0);
}

KIND(a_pty_master_has_its_slave, .make = make_master,
     .meanwhile = slave_writes, .use = use_master, .after = slave_is_hung_up)

static void master_is_opened(struct scene *s)
{
	s->fd[0] = make_master(s);
}

/* As the controlling terminal of a session that ends with the putter. */
static int make_slave(struct scene *s)
{
	int fd;

	ASSERT_OK(setsid());
	fd = ASSERT_OK(open(s->text, O_RDWR));
	ASSERT_EQ(tcgetsid(fd), getpid());
	return fd;
}

static void master_writes(struct scene *s)
{
	send_message(s->fd[0], "down\n");
}

static void use_slave(int fd, struct scene *s)
{
	expect_message(fd, "down\n");
	send_message(fd, "up");
	ASSERT_OK(setsid());
	ASSERT_OK(ioctl(fd, TIOCSCTTY, 0));
	EXPECT_EQ(tcgetsid(fd), getpid());
}

static void master_reads(struct scene *s)
{
	expect_message(s->fd[0], "down\r\nup");
	ASSERT_TRUE(await(s->fd[0], 0) & POLLHUP);
}

KIND(a_pty_slave_has_its_master, .before = master_is_opened,
     .make = make_slave, .meanwhile = master_writes, .use = use_slave,
     .after = master_reads)

/*
 * The dead was the leader of a session that this terminal controlled. It is
 * hung up, unlike a pty.
 */

#define CONSOLE	"/dev/tty63"

static int make_controlling(struct scene *s)
{
	int fd;

	ASSERT_OK(setsid());
	fd = HERE(s, open(CONSOLE, O_RDWR));
	ASSERT_EQ(tcgetsid(fd), getpid());
	return fd;
}

static void use_controlling(int fd, struct scene *s)
{
	char c;

	EXPECT_EQ(read(fd, &c, 1), 0);
	EXPECT_ERRNO(EIO, write(fd, "x", 1));
	/* The console itself is not lost. */
	send_message(ASSERT_OK(open(CONSOLE, O_RDWR | O_NOCTTY)), "hello");
}

KIND(a_console_that_controlled_the_dead_session_is_hung_up,
     .make = make_controlling, .use = use_controlling, .here = STOCK)
