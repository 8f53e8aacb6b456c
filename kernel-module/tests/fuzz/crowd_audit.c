// SPDX-License-Identifier: GPL-2.0
/*
 * When the crowd stands still: exactly those files must be alive that somebody
 * says to hold or that an entry tells of.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "crowd.h"
#include "fuzz.h"

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

void gone_wrong(pid_t pid)
{
	if (waitpid(pid, NULL, WNOHANG) == pid)
		_exit(1);	/* it has said why */
}

/* All who are there say what they hold now. */
void ask(void)
{
	unsigned int question = __atomic_add_fetch(&shared->question, 1,
						   __ATOMIC_SEQ_CST);

	for (struct member *one = shared->member; one < shared->member + CROWD; one++)
		while (one->pid &&
		       __atomic_load_n(&one->said, __ATOMIC_SEQ_CST) != question) {
			gone_wrong(one->pid);
			sched_yield();
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
void end_what_is_fleeting(void)
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
void compare_own(void)
{
	for (int i = 0; i < CROWD; i++)
		if (shared->member[i].own && !listed("m2", shared->member[i].own))
			fail("the entry of %d has lost what it was put last", i);
}

/* An anchor may still be about to empty an entry that we have seen filled. */
void compare(void)
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
