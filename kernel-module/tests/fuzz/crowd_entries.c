// SPDX-License-Identifier: GPL-2.0
/* What one of the crowd does with the entries that all share, and with its own. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "fdstorefs.h"
#include "crowd.h"
#include "fuzz.h"

int eventfd_that_fires(void)
{
	return ALLOW(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), 0);
}

void fire(int anchor)
{
	ALLOW(write(anchor, &(uint64_t){ 1 }, 8), EAGAIN);
}

static int class_of(const struct file *f)
{
	return f->reader ? READERS : OTHERS;
}

/* What comes out must be of the entry's class, and as it was put. */
static void check_got(int fd, int class)
{
	int access = fcntl(fd, F_GETFL) & O_ACCMODE;
	ino_t ino = ino_of(fd);

	for (const struct file *f = crowd_file; f < crowd_file + ALL; f++) {
		if (f->ino != ino)
			continue;
		if (class_of(f) == class && access == (f->socket ? O_RDWR :
						       f->reader ? O_RDONLY : O_WRONLY))
			return;
		fail("what came out was put elsewhere, or otherwise");
	}
	if (class != FLEETING)
		fail("what came out is none of what was put");
}

static void put(int e, int fd)
{
	struct fdstorefs_put arg = { .fd = fd, .flags = random_below(4), .anchor_fd = -1 };
	int anchor = -1;

	if (one_in(3))
		arg.anchor_fd = anchor = eventfd_that_fires();
	ALLOW(ioctl(e, FDSTOREFS_IOC_PUT, &arg), EBUSY, ENOENT, EPIPE);
	if (anchor < 0)
		return;
	if (one_in(2))
		fire(anchor);
	close(anchor);
}

/* One end of something new, whose other end goes soon. */
static void put_fleeting(int e)
{
	int p[2];

	if (one_in(3))
		ALLOW(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p), 0);
	else
		ALLOW(pipe2(p, O_CLOEXEC), 0);
	put(e, p[1]);
	close(p[1]);
	replace(&kept[random_below(KEPT)], p[0]);
}

static void put_something(int e, int class)
{
	const struct file *f;
	int fd;

	if (class == FLEETING) {
		put_fleeting(e);
		return;
	}
	do
		f = any_own();
	while (class_of(f) != class);
	fd = one_in(2) ? f->end : *any_of(got[class]);
	if (fd >= 0)
		put(e, fd);
}

static void get_something(int e, bool take, int class)
{
	int fd = ALLOW(ioctl(e, take ? FDSTOREFS_IOC_TAKE : FDSTOREFS_IOC_GET, 0),
		       ENODATA);

	if (fd < 0)
		return;
	check_got(fd, class);
	if (class == FLEETING)
		close(fd);
	else
		replace(any_of(got[class]), fd);
}

void on_entry(void)
{
	int class = random_below(CLASSES), e = *any_of(entry[class]);
	struct pollfd p = { .fd = e, .events = POLLIN | POLLOUT };

	if (e < 0)
		return;
	switch (random_below(10)) {
	case 0 ... 3:
		put_something(e, class);
		break;
	case 4 ... 5:
		get_something(e, false, class);
		break;
	case 6 ... 7:
		get_something(e, true, class);
		break;
	case 8:
		ALLOW(ftruncate(e, 0), 0);
		break;
	default:
		if (poll(&p, 1, 0) != 1)
			fail("an entry is neither empty nor filled");
		stored_in(e);
	}
}

static void wait_a_little(void)
{
	for (volatile int i = random_below(2000); i > 0; i--)
		;
}

/* What hangs up and, half of the time, is revoked, too. */
static void put_what_ends(int e)
{
	struct fdstorefs_put arg = {
		.flags = FDSTOREFS_PUT_REPLACE | FDSTOREFS_PUT_HANGUP,
		.anchor_fd = eventfd_that_fires(),
	};
	int p[2];

	ALLOW(pipe2(p, O_CLOEXEC), 0);
	arg.fd = p[0];
	ALLOW(ioctl(e, FDSTOREFS_IOC_PUT, &arg), 0);
	if (one_in(2))
		fire(arg.anchor_fd);
	close(p[1]);
	close(p[0]);
	close(arg.anchor_fd);
}

/*
 * An entry that nobody else touches: what hung up or was revoked before it was
 * replaced must not take along what is there now.
 */
void own_entry(void)
{
	struct fdstorefs_put arg = { .flags = FDSTOREFS_PUT_REPLACE, .anchor_fd = -1 };
	char path[] = { 'm', '2', '/', 'a' + me, '\0' };
	int e = ALLOW(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), 0);
	ino_t own = 0;

	for (const struct file *f = &crowd_file[me * FILES], *end = f + FILES; f < end; f++) {
		if (own && stored_in(e) != own)
			fail("an entry has lost what it was put last");
		put_what_ends(e);
		wait_a_little();
		arg.fd = f->end;
		own = arg.fd >= 0 && !ALLOW(ioctl(e, FDSTOREFS_IOC_PUT, &arg), 0) ? f->ino : 0;
	}
	/* What is emptied too late will be seen when all stand still. */
	shared->member[me].own = own;
	close(e);
}
