// SPDX-License-Identifier: GPL-2.0
/*
 * A crowd: processes that do everything to a few names at once, so that nobody
 * can tell what a call will answer. Now and then all of them stand still, one
 * of them mostly by having been killed, and what they hold is compared.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
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

static void make_files(void)
{
	int p[2];

	for (int i = 0; i < ALL; i++) {
		struct file *f = &crowd_file[i];

		f->socket = i % 4 == 0;
		f->reader = i % 2;
		if (f->socket ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p) :
				pipe2(p, O_CLOEXEC))
			fail("no pipe: %s", errno_name(errno));
		f->end = p[!f->reader];
		f->witness = p[f->reader];
		f->ino = ino_of(f->end);
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
		close(crowd_file[i].end);
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
	if (shared == MAP_FAILED || mount("crowd", "m0", "fdstorefs", 0, "max=100") ||
	    mount("crowd", "m2", "fdstorefs", 0, NULL) || mkdir("m0/A", 0755) ||
	    mkdir("m0/B", 0755) || mkdir("m0/C", 0755))
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
