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
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "crowd.h"
#include "fuzz.h"

struct file crowd_file[ALL];
struct crowd *shared;

ino_t ino_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_ino;
}

ino_t stored_in(int fd)
{
	char text[600];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	const char *ino;

	if (n <= 0)
		return 0;
	text[n] = '\0';
	if (strncmp(text, "state:\t", 7))
		fail("an entry reads as %s", text);
	ino = strstr(text, "stored-ino:\t");
	return ino ? strtoull(ino + 12, NULL, 10) : 0;
}

void replace(int *fd, int by)
{
	if (*fd >= 0)
		close(*fd);
	*fd = by;
}

static void make_files(void)
{
	int p[2];

	for (int i = 0; i < ALL; i++) {
		crowd_file[i].socket = i % 4 == 0;
		crowd_file[i].reader = i % 2;
		if (crowd_file[i].socket ?
		    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p) :
		    pipe2(p, O_CLOEXEC))
			fail("no pipe: %s", errno_name(errno));
		crowd_file[i].end = p[!crowd_file[i].reader];
		crowd_file[i].witness = p[crowd_file[i].reader];
		crowd_file[i].ino = ino_of(crowd_file[i].end);
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
	return listed("m0/A", ino) || listed("m0/B", ino) || listed("m2", ino);
}

/* All who stand still see the end of what is fleeting, once its entries are empty. */
static void end_what_is_fleeting(void)
{
	char path[] = "m0/C/a";

	for (; path[5] < 'd'; path[5]++)
		if (truncate(path, 0) && errno != ENOENT)
			fail("%s is not emptied: %s", path, errno_name(errno));
	shared->fleeting_end = true;
	ask();
	shared->fleeting_end = false;
}

static bool alive(int i)
{
	struct pollfd p = { .fd = crowd_file[i].witness };

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

		while (alive(i) != held(crowd_file[i].ino)) {
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
			crowd_member(i, seed + i);
		one->pid = pid;
	}
	for (int i = 0; i < ALL; i++)
		replace(&crowd_file[i].end, -1);
	stand_still(victim);
	/* A mount of its own that somebody was not given the time to end. */
	while (!umount2("m1", MNT_DETACH))
		;
	compare();
	compare_own();
	end_what_is_fleeting();
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
		close(crowd_file[i].witness);
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
	for (const char *class = "ABC"; *class; class++) {
		char dir[] = { 'm', '0', '/', *class, '\0' };

		if (mkdir(dir, 0755))
			fail("no directory %s: %s", dir, errno_name(errno));
	}
	keep[0] = open("m0", O_PATH | O_CLOEXEC);
	keep[1] = open("m2", O_PATH | O_CLOEXEC);
	for (long n = 0; n < steps; n += CROWD * ROUND)
		one_round(seed + n * CROWD);
	close(keep[0]);
	close(keep[1]);
	if (umount("m0") || umount("m2"))
		fail("a store is busy, though nobody uses it");
}
