// SPDX-License-Identifier: GPL-2.0
/* One of the crowd: it takes its steps, stands still, and says what it holds. */
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "crowd.h"
#include "fuzz.h"

int me, got[CLASSES][HELD], entry[CLASSES][HELD];
int kept[KEPT];

long allow(long ret, const char *what, const int *errs)
{
	int err = errno;

	if (ret >= 0)
		return ret;
	for (; *errs != err; errs++)
		if (!*errs)
			fail("%s gave %s", what, errno_name(err));
	return ret;
}

void replace(int *fd, int by)
{
	if (*fd >= 0)
		close(*fd);
	*fd = by;
}

int *any_of(int fds[HELD])
{
	return &fds[random_below(HELD)];
}

struct file *any_own(void)
{
	return &crowd_file[me * FILES + random_below(FILES)];
}

/* Closes what it has got, its own ends in the end, and the other ends of some. */
static void let_go(void)
{
	int class = random_below(CLASSES);

	replace(any_of(got[class]), -1);
	replace(any_of(entry[class]), -1);
	replace(&kept[random_below(KEPT)], -1);
	if (one_in(4))
		replace(&any_own()->end, -1);
}

static void step(void)
{
	if (one_in(50))
		own_store();
	else if (one_in(12))
		own_entry();
	else if (one_in(12))
		let_go();
	else if (one_in(3))
		on_names();
	else
		on_entry();
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
				fail("what is in no entry is alive, though nobody holds it");
			sched_yield();
		}
	}
}

static void report(struct member *mine)
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

void __attribute__((noreturn)) crowd_member(int number, uint64_t seed)
{
	struct member *mine = &shared->member[number];

	me = number;
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
		step();
	__atomic_store_n(&mine->stands, true, __ATOMIC_SEQ_CST);
	for (;; sched_yield()) {
		unsigned int question = __atomic_load_n(&shared->question,
							__ATOMIC_SEQ_CST);

		if (question == mine->said)
			continue;
		if (shared->fleeting_end)
			see_the_end_of_what_is_fleeting();
		report(mine);
		__atomic_store_n(&mine->said, question, __ATOMIC_SEQ_CST);
	}
}
