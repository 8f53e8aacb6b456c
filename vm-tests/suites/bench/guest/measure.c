// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "measure.h"

#define WARM_UP	3

/* Of cpu0: what /proc/schedstat has as its seventh number, the ns that tasks have run, up to the last switch. */
static double all_work(void)
{
	FILE *file = fopen("/proc/schedstat", "re");
	char line[256];
	double ns = 0;

	if (!file)
		err(1, "/proc/schedstat");
	usleep(1000);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "cpu0 %*d %*d %*d %*d %*d %*d %lf", &ns) == 1)
			break;
	fclose(file);
	if (!ns)
		errx(1, "/proc/schedstat does not tell how long tasks have run");
	return ns;
}

double now(clockid_t clock)
{
	struct timespec t;

	if (clock == CLOCK_ALL_WORK)
		return all_work();
	check(clock_gettime(clock, &t));
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void print_row(const char *key, const char *what, double median, double low, double high)
{
	printf("%s\t%.1f\t%.1f\t%.1f\t%s\n", key, median, low, high, what);
	fflush(stdout);
}

void print_times(const char *key, const char *what, double *times, int n)
{
	qsort(times, n, sizeof(*times), compare);
	print_row(key, what, times[n / 2], times[n / 4], times[n * 3 / 4]);
}

void measure(clockid_t clock, int rounds, int operations, void (*operation)(void), const char *key, const char *what)
{
	double *times = calloc(rounds, sizeof(*times));

	if (!times)
		err(1, "calloc");
	for (int round = -WARM_UP; round < rounds; round++) {
		double begin = now(clock);

		for (int i = 0; i < operations; i++)
			operation();
		if (round >= 0)
			times[round] = (now(clock) - begin) / operations;
	}
	print_times(key, what, times, rounds);
	free(times);
}

void row(const char *key, const char *what, void (*operation)(void))
{
	measure(CLOCK_MONOTONIC, 61, 50, operation, key, what);
}
