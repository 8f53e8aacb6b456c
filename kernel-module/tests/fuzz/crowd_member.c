// SPDX-License-Identifier: GPL-2.0
/* One of the crowd: what it does, and what it says that it holds. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "fdstorefs.h"
#include "crowd.h"
#include "fuzz.h"

static int got[CLASSES][HELD], entry[CLASSES][HELD];
static int kept[KEPT];		/* the other ends of what is fleeting */

static void __attribute__((noreturn)) failed(const char *what)
{
	printf("# FAILED: %s\n", what);
	fflush(stdout);
	_exit(1);
}

static void allow(long ret, const char *what, const int *errs)
{
	int err = errno;
	char text[200];

	if (ret >= 0)
		return;
	for (; *errs; errs++)
		if (*errs == err)
			return;
	snprintf(text, sizeof(text), "%s gave %s", what, errno_name(err));
	failed(text);
}

#define ALLOW(call, ...) ({						\
	long ret_ = (call);						\
									\
	allow(ret_, #call, (const int[]){ __VA_ARGS__, 0 });		\
	ret_; })

static int class_of(const struct file *f)
{
	return f->reader ? READERS : OTHERS;
}

/* One of a member's own. */
static struct file *any_file(int me, int class)
{
	struct file *f;

	do
		f = &crowd_file[me * FILES + random_below(FILES)];
	while (class_of(f) != class);
	return f;
}

/* What comes out must be of the entry's class, and as it was put. */
static void check_got(int fd, int class)
{
	int access = fcntl(fd, F_GETFL) & O_ACCMODE;
	ino_t ino = ino_of(fd);

	for (int i = 0; i < ALL; i++) {
		const struct file *f = &crowd_file[i];

		if (f->ino != ino)
			continue;
		if (class_of(f) == class && access == (f->socket ? O_RDWR :
						       f->reader ? O_RDONLY : O_WRONLY))
			return;
		failed("what came out was put elsewhere, or otherwise");
	}
	if (class != FLEETING)
		failed("what came out is none of what was put");
}

static int eventfd_that_fires(void)
{
	return ALLOW(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), 0);
}

static void fire(int anchor)
{
	ALLOW(write(anchor, &(uint64_t){ 1 }, 8), EAGAIN);
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

static void put_something(int me, int e, int class)
{
	int fd;

	if (class == FLEETING) {
		put_fleeting(e);
		return;
	}
	fd = one_in(2) ? any_file(me, class)->end : got[class][random_below(HELD)];
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
		replace(&got[class][random_below(HELD)], fd);
}

static void on_entry(int me)
{
	int class = random_below(CLASSES), e = entry[class][random_below(HELD)];
	struct pollfd p = { .fd = e, .events = POLLIN | POLLOUT };

	if (e < 0)
		return;
	switch (random_below(10)) {
	case 0 ... 3:
		put_something(me, e, class);
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
			failed("an entry is neither empty nor filled");
		stored_in(e);
	}
}

static void make_nameless(const char *name, int class)
{
	char path[32];
	int e = ALLOW(open("m0", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600), 0);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", e);
	if (one_in(2))
		ALLOW(linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW),
		      EEXIST);
	replace(&entry[class][random_below(HELD)], e);
}

static void on_names(void)
{
	int class = random_below(CLASSES);
	char a[] = { 'm', '0', '/', 'A' + class, '/', 'a' + random_below(3), '\0' };
	char b[] = { 'm', '0', '/', 'A' + class, '/', 'a' + random_below(3), '\0' };

	switch (random_below(10)) {
	case 0:
	case 1:
		ALLOW(unlink(a), ENOENT);
		break;
	case 2:
		ALLOW(rename(a, b), ENOENT);
		break;
	case 3:
		ALLOW(renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE), ENOENT);
		break;
	case 4:
		ALLOW(renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_NOREPLACE), ENOENT,
		      EEXIST);
		break;
	case 5:
		ALLOW(link(a, b), ENOENT, EEXIST);
		break;
	case 6:
		ALLOW(truncate(a, 0), ENOENT);
		break;
	case 7:
		make_nameless(a, class);
		break;
	case 8:
		if (one_in(8))
			ALLOW(umount2("m0", MNT_FORCE), EBUSY);
		break;
	default:
		replace(&entry[class][random_below(HELD)],
			ALLOW(open(a, O_RDWR | O_CREAT | O_CLOEXEC, 0600), ENOENT));
	}
}

/* Closes what it has got, its own ends in the end, and the other ends of some. */
static void let_go(int me)
{
	int class = random_below(CLASSES);

	replace(&got[class][random_below(HELD)], -1);
	replace(&entry[class][random_below(HELD)], -1);
	replace(&kept[random_below(KEPT)], -1);
	if (one_in(4))
		replace(&crowd_file[me * FILES + random_below(FILES)].end, -1);
}

/* By the administrator. It may be another's store that is on top, or none. */
static void drain_as_admin(const char *dir)
{
	char path[64];
	struct stat st;
	int fd;

	ALLOW(stat(dir, &st), 0);
	snprintf(path, sizeof(path), "/sys/fs/fdstorefs/%u:%u/drain",
		 major(st.st_dev), minor(st.st_dev));
	fd = ALLOW(open(path, O_WRONLY | O_CLOEXEC), ENOENT, ENODEV);
	if (fd < 0)
		return;
	ALLOW(write(fd, "1", 1), ENODEV);
	close(fd);
}

/* Into its own store; but another's mount may be on top, and be gone again, or at its end. */
static void put_own(int e, const struct file *f)
{
	struct fdstorefs_put arg = { .fd = f->end, .flags = random_below(4), .anchor_fd = -1 };

	if (e >= 0 && one_in(2))
		ALLOW(ioctl(e, FDSTOREFS_IOC_PUT, &arg), EBADF, EBUSY, ESHUTDOWN, ENOENT, ENOTTY);
}

/* A store of its own that ends, in one of the ways, with something in it. */
static void own_store(int me)
{
	static const int how[] = { 0, MNT_FORCE, MNT_DETACH, MNT_DETACH | MNT_FORCE };
	int e, anchor = eventfd_that_fires();
	char options[32];

	snprintf(options, sizeof(options), "anchor=%d", anchor);
	/* The mount below may be taken away at this very moment. */
	if (ALLOW(mount("crowd", "m1", "fdstorefs", 0, options), ENOENT, EINVAL)) {
		close(anchor);
		return;
	}
	e = ALLOW(open("m1/a", O_RDWR | O_CREAT | O_CLOEXEC, 0600), EACCES);
	put_own(e, &crowd_file[me * FILES]);
	if (one_in(3))
		fire(anchor);
	put_own(e, &crowd_file[me * FILES + 1]);
	if (one_in(4))
		drain_as_admin("m1");
	put_own(e, &crowd_file[me * FILES + 2]);
	if (one_in(2))
		replace(&e, -1);
	if (ALLOW(umount2("m1", how[random_below(4)]), EINVAL, EBUSY))
		ALLOW(umount2("m1", MNT_DETACH), EINVAL);
	replace(&e, -1);
	close(anchor);
}

static void wait_a_little(void)
{
	for (volatile int i = random_below(2000); i > 0; i--)
		;
}

/*
 * An entry that nobody else touches: what hung up or was revoked before it was
 * replaced must not take along what is there now.
 */
static void own_entry(int me)
{
	struct fdstorefs_put arg = {
		.flags = FDSTOREFS_PUT_REPLACE,
		.anchor_fd = eventfd_that_fires(),
	};
	char path[] = { 'm', '2', '/', 'a' + me, '\0' };
	ino_t own = 0;
	int e = ALLOW(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), 0), p[2];

	for (int i = 0; i < FILES; i++) {
		ALLOW(pipe2(p, O_CLOEXEC), 0);
		if (own && stored_in(e) != own)
			failed("an entry has lost what it was put last");
		arg.fd = p[0];
		arg.flags |= FDSTOREFS_PUT_HANGUP;
		ALLOW(ioctl(e, FDSTOREFS_IOC_PUT, &arg), 0);
		if (one_in(2))
			fire(arg.anchor_fd);
		close(p[1]);
		close(p[0]);
		close(arg.anchor_fd);
		wait_a_little();
		arg.anchor_fd = -1;
		arg.flags = FDSTOREFS_PUT_REPLACE;
		arg.fd = crowd_file[me * FILES + i].end;
		if (arg.fd >= 0 && !ALLOW(ioctl(e, FDSTOREFS_IOC_PUT, &arg), 0))
			own = crowd_file[me * FILES + i].ino;
		else
			own = 0;
		arg.anchor_fd = eventfd_that_fires();
	}
	/* What is emptied too late will be seen when all stand still. */
	shared->member[me].own = own;
	close(arg.anchor_fd);
	close(e);
}

/* No entry has what is fleeting any more: then who kept its other end sees that. */
static void see_the_end_of_what_is_fleeting(void)
{
	long end = now_ms() + patience_ms;

	for (int i = 0; i < HELD; i++)
		replace(&entry[FLEETING][i], -1);
	for (int i = 0; i < KEPT; i++) {
		struct pollfd p = { .fd = kept[i] };

		while (kept[i] >= 0 && (poll(&p, 1, 0) != 1 || !(p.revents & (POLLHUP | POLLERR)))) {
			if (now_ms() > end)
				failed("what is in no entry is alive, though nobody holds it");
			sched_yield();
		}
	}
}

static void report(struct member *mine, int me)
{
	int n = 0;

	for (int i = 0; i < FILES; i++)
		if (crowd_file[me * FILES + i].end >= 0)
			mine->holds[n++] = crowd_file[me * FILES + i].ino;
	for (int class = 0; class < FLEETING; class++)
		for (int i = 0; i < HELD; i++) {
			if (got[class][i] >= 0)
				mine->holds[n++] = ino_of(got[class][i]);
			/* Maybe one without a name. */
			if (entry[class][i] >= 0)
				mine->holds[n++] = stored_in(entry[class][i]);
		}
	mine->n = n;
}

static void step(int me)
{
	if (one_in(50))
		own_store(me);
	else if (one_in(12))
		own_entry(me);
	else if (one_in(12))
		let_go(me);
	else if (one_in(3))
		on_names();
	else
		on_entry(me);
}

void __attribute__((noreturn)) crowd_member(int me, uint64_t seed)
{
	struct member *mine = &shared->member[me];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	random_seed(seed);
	memset(got, -1, sizeof(got));
	memset(entry, -1, sizeof(entry));
	memset(kept, -1, sizeof(kept));
	for (int i = 0; i < ALL; i++) {
		close(crowd_file[i].witness);
		if (i / FILES != me)
			replace(&crowd_file[i].end, -1);
	}
	for (int n = 0; n < ROUND; n++)
		step(me);
	__atomic_store_n(&mine->stands, true, __ATOMIC_SEQ_CST);
	for (;;) {
		unsigned int question = __atomic_load_n(&shared->question,
							__ATOMIC_SEQ_CST);

		if (question != mine->said) {
			if (shared->fleeting_end)
				see_the_end_of_what_is_fleeting();
			report(mine, me);
			__atomic_store_n(&mine->said, question, __ATOMIC_SEQ_CST);
		}
		sched_yield();
	}
}
