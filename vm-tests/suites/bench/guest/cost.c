// SPDX-License-Identifier: GPL-2.0
/*
 * cost N PROGRAM [ARGUMENT...]: runs the program N times, without its output. Prints for one run the
 * processor time of it and its children in milliseconds, minimum and median, and its memory in MB.
 * Exits with 1 if it ever fails.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double milliseconds(struct timeval time)
{
	return time.tv_sec * 1000.0 + time.tv_usec / 1000.0;
}

static _Noreturn void run(char **command)
{
	int null = open("/dev/null", O_WRONLY);

	if (null < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(126);
	execvp(command[0], command);
	_exit(127);
}

int main(int argc, char **argv)
{
	int runs = argc > 2 ? atoi(argv[1]) : 0;
	double *times;
	long memory = 0;

	if (runs < 1) {
		fputs("usage: cost N PROGRAM [ARGUMENT...]\n", stderr);
		return 2;
	}
	times = calloc(runs, sizeof(*times));
	if (!times)
		return 1;
	for (int i = 0; i < runs; i++) {
		struct rusage usage;
		int status;
		pid_t child = fork();

		if (child == 0)
			run(argv + 2);
		if (child < 0 || wait4(child, &status, 0, &usage) < 0)
			return 1;
		if (status) {
			fprintf(stderr, "cost: %s failed\n", argv[2]);
			return 1;
		}
		times[i] = milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
		if (usage.ru_maxrss > memory)
			memory = usage.ru_maxrss;
	}
	qsort(times, runs, sizeof(*times), compare);
	printf("%.1f %.1f %ld\n", times[0], times[runs / 2], memory / 1024);
	return 0;
}
