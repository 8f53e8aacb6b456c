// SPDX-License-Identifier: GPL-2.0
/*
 * A crowd: processes that do everything to a few names at once, so that nobody
 * can tell what a call will answer. Now and then all of them stand still and
 * say what they hold, one of them mostly by having been killed; then exactly
 * those files must be alive that somebody holds or that an entry tells of.
 */
#define _GNU_SOURCE
#include <dirent.h>
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
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "fdstorefs.h"
#include "crowd.h"
#include "fuzz.h"

#define CROWD	4
#define FILES	8		/* of each */
#define HELD	6
#define ROUND	250		/* steps of each before they stand still */
#define ALL	(CROWD * FILES)

/* An end of a pipe or socket that is in play, and the other. */
static struct {
	int end, witness;
	ino_t ino;
	bool reader, socket;
} file[ALL];

/* What one of the crowd does and has. */
struct member {
	pid_t pid;
	ino_t own;		/* what its own entry must hold, 0: anything */
	unsigned int said;	/* which question it has answered last */
	bool stands;		/* still */
	int n;
	ino_t holds[FILES + 2 * HELD];
};

static struct {
	unsigned int question;
	struct member member[CROWD];
} *shared;

static int got[HELD], entry[HELD];

static ino_t ino_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_ino;
}

/* What an opened entry, or one of that name, says that it stores. */
static ino_t stored_in(int fd)
{
	char text[600];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	const char *ino;

	if (n <= 0)
		return 0;
	text[n] = '\0';
	ino = strstr(text, "stored-ino:\t");
	return ino ? strtoull(ino + 12, NULL, 10) : 0;
}

static void allow(long ret, const char *what, const int *errs)
{
	int err = errno;

	if (ret >= 0)
		return;
	for (; *errs; errs++)
		if (*errs == err)
			return;
	printf("# FAILED: %s gave %s\n", what, errno_name(err));
	fflush(stdout);
	_exit(1);
}

#define ALLOW(call, ...) ({						\
	long ret_ = (call);						\
									\
	allow(ret_, #call, (const int[]){ __VA_ARGS__, 0 });		\
	ret_; })

static void replace(int *fd, int by)
{
	if (*fd >= 0)
		close(*fd);
	*fd = by;
}

/* What comes out must be one of ours, as it was put. */
static void check_got(int fd)
{
	int access = fcntl(fd, F_GETFL) & O_ACCMODE;
	ino_t ino = ino_of(fd);

	for (int i = 0; i < ALL; i++)
		if (file[i].ino == ino &&
		    access == (file[i].socket ? O_RDWR :
			       file[i].reader ? O_RDONLY : O_WRONLY))
			return;
	printf("# FAILED: what came out is none of what was put\n");
	fflush(stdout);
	_exit(1);
}

static void put_something(int me, int e)
{
	struct fdstorefs_put arg = { .flags = random_below(4), .anchor_fd = -1 };
	int anchor = -1;

	arg.fd = one_in(2) ? file[me * FILES + random_below(FILES)].end :
			     got[random_below(HELD)];
	if (arg.fd < 0)
		return;
	if (one_in(3))
		arg.anchor_fd = anchor = eventfd(0, EFD_CLOEXEC);
	ALLOW(ioctl(e, FDSTOREFS_IOC_PUT, &arg), EBUSY, ENOENT, EPIPE);
	if (anchor < 0)
		return;
	if (one_in(2))
		ALLOW(write(anchor, &(uint64_t){ 1 }, 8), EAGAIN);
	close(anchor);
}

static void get_something(int e, bool take)
{
	int fd = ALLOW(ioctl(e, take ? FDSTOREFS_IOC_TAKE : FDSTOREFS_IOC_GET, 0),
		       ENODATA);

	if (fd < 0)
		return;
	check_got(fd);
	replace(&got[random_below(HELD)], fd);
}

static void on_entry(int me)
{
	int e = entry[random_below(HELD)];
	struct pollfd p = { .fd = e, .events = POLLIN | POLLOUT };

	if (e < 0)
		return;
	switch (random_below(10)) {
	case 0 ... 3:
		put_something(me, e);
		break;
	case 4 ... 5:
		get_something(e, false);
		break;
	case 6 ... 7:
		get_something(e, true);
		break;
	case 8:
		ALLOW(ftruncate(e, 0), 0);
		break;
	default:
		ALLOW(poll(&p, 1, 0), 0);
		stored_in(e);
	}
}

static void make_nameless(const char *name)
{
	char path[32];
	int e = ALLOW(open("m0", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600), 0);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", e);
	if (one_in(2))
		ALLOW(linkat(AT_FDCWD, path, AT_FDCWD, name, AT_SYMLINK_FOLLOW),
		      EEXIST);
	replace(&entry[random_below(HELD)], e);
}

static void on_names(void)
{
	char a[] = { 'm', '0', '/', 'a' + random_below(3), '\0' };
	char b[] = { 'm', '0', '/', 'a' + random_below(3), '\0' };

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
		make_nameless(a);
		break;
	case 8:
		if (one_in(8))
			ALLOW(umount2("m0", MNT_FORCE), EBUSY);
		break;
	default:
		replace(&entry[random_below(HELD)],
			ALLOW(open(a, O_RDWR | O_CREAT | O_CLOEXEC, 0600), ENOENT));
	}
}

/* Closes what it has got, its own ends in the end, and the other ends of some. */
static void let_go(int me)
{
	replace(&got[random_below(HELD)], -1);
	replace(&entry[random_below(HELD)], -1);
	if (one_in(4))
		replace(&file[me * FILES + random_below(FILES)].end, -1);
}

/* A store of its own, that ends with something in it. */
static void own_store(int me)
{
	int e, anchor = eventfd(0, EFD_CLOEXEC);
	char options[32];

	snprintf(options, sizeof(options), "anchor=%d", anchor);
	/* The mount below may be taken away at this very moment. */
	if (ALLOW(mount("crowd", "m1", "fdstorefs", 0, options), ENOENT, EINVAL)) {
		close(anchor);
		return;
	}
	e = ALLOW(open("m1/a", O_RDWR | O_CREAT | O_CLOEXEC, 0600), EACCES);
	if (one_in(3))
		ALLOW(write(anchor, &(uint64_t){ 1 }, 8), 0);
	if (e >= 0 && one_in(2)) {
		struct fdstorefs_put arg = {
			.fd = file[me * FILES].end, .anchor_fd = -1,
		};

		/* Another's mount may be on top, and be gone again. */
		ALLOW(ioctl(e, FDSTOREFS_IOC_PUT, &arg), EBADF, EBUSY, ESHUTDOWN,
		      ENOENT, ENOTTY);
	}
	ALLOW(umount2("m1", MNT_DETACH), EINVAL);
	if (e >= 0)
		close(e);
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
		.anchor_fd = eventfd(0, EFD_CLOEXEC),
	};
	char path[] = { 'm', '2', '/', 'a' + me, '\0' };
	ino_t own = 0;
	int e = ALLOW(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), 0), p[2];

	for (int i = 0; i < FILES; i++) {
		ALLOW(pipe2(p, O_CLOEXEC), 0);
		if (own && stored_in(e) != own)
			fail("the entry of %d has lost what it was put last", me);
		arg.fd = p[0];
		arg.flags |= FDSTOREFS_PUT_HANGUP;
		ALLOW(ioctl(e, FDSTOREFS_IOC_PUT, &arg), 0);
		if (one_in(2))
			ALLOW(write(arg.anchor_fd, &(uint64_t){ 1 }, 8), 0);
		close(p[1]);
		close(p[0]);
		close(arg.anchor_fd);
		wait_a_little();
		arg.anchor_fd = -1;
		arg.flags = FDSTOREFS_PUT_REPLACE;
		arg.fd = file[me * FILES + i].end;
		if (arg.fd >= 0 && !ALLOW(ioctl(e, FDSTOREFS_IOC_PUT, &arg), 0))
			own = file[me * FILES + i].ino;
		else
			own = 0;
		arg.anchor_fd = eventfd(0, EFD_CLOEXEC);
	}
	/* What is emptied too late will be seen when all stand still. */
	shared->member[me].own = own;
	close(arg.anchor_fd);
	close(e);
}

static void report(struct member *mine, int me)
{
	int n = 0;

	for (int i = 0; i < FILES; i++)
		if (file[me * FILES + i].end >= 0)
			mine->holds[n++] = file[me * FILES + i].ino;
	for (int i = 0; i < HELD; i++) {
		if (got[i] >= 0)
			mine->holds[n++] = ino_of(got[i]);
		/* Maybe one without a name. */
		if (entry[i] >= 0)
			mine->holds[n++] = stored_in(entry[i]);
	}
	mine->n = n;
}

static void __attribute__((noreturn)) member(int me, uint64_t seed)
{
	struct member *mine = &shared->member[me];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	random_seed(seed);
	for (int i = 0; i < HELD; i++)
		got[i] = entry[i] = -1;
	for (int i = 0; i < ALL; i++) {
		close(file[i].witness);
		if (i / FILES != me)
			replace(&file[i].end, -1);
	}
	for (int n = 0; n < ROUND; n++) {
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
	__atomic_store_n(&mine->stands, true, __ATOMIC_SEQ_CST);
	for (;;) {
		unsigned int question = __atomic_load_n(&shared->question,
							__ATOMIC_SEQ_CST);

		if (question != mine->said) {
			report(mine, me);
			__atomic_store_n(&mine->said, question, __ATOMIC_SEQ_CST);
		}
		sched_yield();
	}
}

static void make_files(void)
{
	int p[2];

	for (int i = 0; i < ALL; i++) {
		file[i].socket = i % 4 == 0;
		file[i].reader = i % 2;
		if (file[i].socket ?
		    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p) :
		    pipe2(p, O_CLOEXEC))
			fail("no pipe: %s", errno_name(errno));
		file[i].end = p[!file[i].reader];
		file[i].witness = p[file[i].reader];
		file[i].ino = ino_of(file[i].end);
	}
}

static bool listed(const char *dir, ino_t ino)
{
	struct dirent *e;
	bool found = false;
	DIR *d = opendir(dir);

	if (!d)
		fail("%s does not open", dir);
	while (!found && (e = readdir(d))) {
		int fd = *e->d_name == '.' ? -1 :
			 openat(dirfd(d), e->d_name, O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			continue;
		found = stored_in(fd) == ino;
		close(fd);
	}
	closedir(d);
	return found;
}

static void gone_wrong(pid_t pid)
{
	if (waitpid(pid, NULL, WNOHANG) == pid)
		_exit(1);	/* it has said why */
}

/* All who are there say what they hold now. */
static void ask(void)
{
	unsigned int question = __atomic_add_fetch(&shared->question, 1,
						   __ATOMIC_SEQ_CST);

	for (int i = 0; i < CROWD; i++) {
		struct member *one = &shared->member[i];

		while (one->pid &&
		       __atomic_load_n(&one->said, __ATOMIC_SEQ_CST) != question) {
			gone_wrong(one->pid);
			sched_yield();
		}
	}
}

static bool held(ino_t ino)
{
	for (int i = 0; i < CROWD; i++)
		for (int n = 0; n < shared->member[i].n; n++)
			if (shared->member[i].holds[n] == ino)
				return true;
	return listed("m0", ino) || listed("m2", ino);
}

static bool alive(int i)
{
	struct pollfd p = { .fd = file[i].witness };

	return poll(&p, 1, 0) <= 0 || !(p.revents & (POLLHUP | POLLERR));
}

/* As long as nobody was killed in the middle of filling it. */
static void compare_own(void)
{
	for (int i = 0; i < CROWD; i++)
		if (shared->member[i].own && !listed("m2", shared->member[i].own))
			fail("the entry of %d has lost what it was put last", i);
}

/* An anchor may still be about to empty an entry that we have seen filled. */
static void compare(void)
{
	ask();
	for (int i = 0; i < ALL; i++) {
		long end = now_ms() + patience_ms;

		while (alive(i) != held(file[i].ino)) {
			ask();
			if (now_ms() > end)
				fail("file %d is %s", i, alive(i) ?
				     "alive, though nobody holds it" :
				     "gone, though it is held");
			sched_yield();
		}
	}
}

static void dismiss(struct member *one)
{
	kill(one->pid, SIGKILL);
	waitpid(one->pid, NULL, 0);
	*one = (struct member){ .n = 0 };
}

/* All but one, who is killed while it is busy, if it has not come to an end. */
static void stand_still(int victim)
{
	for (int i = 0; i < CROWD; i++) {
		struct member *one = &shared->member[i];

		if (i == victim) {
			gone_wrong(one->pid);
			dismiss(one);
			continue;
		}
		while (!__atomic_load_n(&one->stands, __ATOMIC_SEQ_CST)) {
			gone_wrong(one->pid);
			sched_yield();
		}
	}
}

static void one_round(uint64_t seed)
{
	int victim = random_below(CROWD + 1);

	make_files();
	fflush(stdout);
	for (int i = 0; i < CROWD; i++) {
		struct member *one = &shared->member[i];
		pid_t pid;

		one->said = shared->question;
		pid = fork();
		if (!pid)
			member(i, seed + i);
		one->pid = pid;
	}
	for (int i = 0; i < ALL; i++)
		replace(&file[i].end, -1);
	stand_still(victim);
	/* A mount of its own that somebody was not given the time to end. */
	while (!umount2("m1", MNT_DETACH))
		;
	compare();
	compare_own();
	for (int i = 0; i < CROWD; i++)
		if (i != victim)
			dismiss(&shared->member[i]);
	/* What they have put lives on, and nothing else, until it is drained. */
	compare();
	if (!umount2("m0", MNT_FORCE) || errno != EBUSY ||
	    !umount2("m2", MNT_FORCE) || errno != EBUSY)
		fail("a store is not busy, though it is open");
	compare();
	for (int i = 0; i < ALL; i++)
		close(file[i].witness);
}

void crowd(uint64_t seed, long steps)
{
	int keep[2];

	random_seed(seed);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mount("crowd", "m0", "fdstorefs", 0, "max=100") ||
	    mount("crowd", "m2", "fdstorefs", 0, NULL) || shared == MAP_FAILED)
		fail("no store: %s", errno_name(errno));
	/* So that a forced unmount drains, and does no more. */
	keep[0] = open("m0", O_PATH | O_CLOEXEC);
	keep[1] = open("m2", O_PATH | O_CLOEXEC);
	for (long n = 0; n < steps; n += CROWD * ROUND)
		one_round(seed + n * CROWD);
	close(keep[0]);
	close(keep[1]);
	if (umount("m0") || umount("m2"))
		fail("a store is busy, though nobody uses it");
}
