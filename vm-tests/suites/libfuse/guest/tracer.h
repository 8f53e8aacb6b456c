/* SPDX-License-Identifier: GPL-2.0 */
/* Servers that are stopped at each system call, by ptrace(2). */
#ifndef TRACER_H
#define TRACER_H

#include "server.h"
#include <dirent.h>
#include <sys/ptrace.h>

/* The threads of a server that are workers. Returns how many. */
static inline int workers_of(pid_t pid, pid_t *workers, int most)
{
	char path[64];
	struct dirent *entry;
	int count = 0;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	tasks = opendir(path);
	ASSERT_TRUE(tasks);
	while ((entry = readdir(tasks))) {
		pid_t tid = atoi(entry->d_name);

		if (tid && tid != pid && count < most)
			workers[count++] = tid;
	}
	closedir(tasks);
	return count;
}

/* Stop a thread, wherever it is. */
static inline void trace(pid_t tid)
{
	int status;

	ASSERT_OK(ptrace(PTRACE_SEIZE, tid, 0, PTRACE_O_TRACESYSGOOD));
	ASSERT_OK(ptrace(PTRACE_INTERRUPT, tid, 0, 0));
	ASSERT_EQ(waitpid(tid, &status, __WALL), tid);
	ASSERT_TRUE(WIFSTOPPED(status));
}

/* The process of a traced thread has been killed; it ends when its tracer knows. */
static inline void reap(pid_t tid)
{
	int status;

	do
		ASSERT_EQ(waitpid(tid, &status, __WALL), tid);
	while (WIFSTOPPED(status));
}

#endif
