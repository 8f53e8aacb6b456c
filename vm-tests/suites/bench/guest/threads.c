// SPDX-License-Identifier: GPL-2.0
/*
 * threads DIR: 1 to 16 threads get the same entry of a store at DIR/store, and each an entry of its own; and do what does
 * the same without a store: open + close of a file on the tmpfs at DIR/tmpfs, and dup + close. The key of each row
 * ends with @ and how many threads; it is the processor time of all for one operation.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>

#include "verbs.h"

#define MOST		16
#define OPERATIONS	64000
#define ROUNDS		7

static void open_get(const char *name)
{
	open_and_get(name, O_RDONLY);
}

static void reopen(const char *name)
{
	close(check(open(name, O_RDONLY | O_CLOEXEC)));
	close(check(dup(STDIN_FILENO)));
}

struct work {
	pthread_t thread;
	void (*operation)(const char *name);
	char name[32];
	int operations;
};

static void *run(void *p)
{
	struct work *work = p;

	for (int i = 0; i < work->operations; i++)
		work->operation(work->name);
	return NULL;
}

static void fill(const char *dir, int number, int store)
{
	char name[32];
	int entry;

	sprintf(name, "%s/%d", dir, number);
	entry = check(open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
	if (store)
		put(entry, STDIN_FILENO, 0);
	close(entry);
}

static void measure_threads(const char *what, int n, int same, const char *dir, void (*operation)(const char *name),
			    const char *text)
{
	struct work works[MOST];
	double times[ROUNDS], begin;
	char key[64];

	for (int round = 0; round < ROUNDS; round++) {
		begin = now(CLOCK_PROCESS_CPUTIME_ID);
		for (int i = 0; i < n; i++) {
			works[i].operation = operation;
			works[i].operations = OPERATIONS / n;
			sprintf(works[i].name, "%s/%d", dir, same ? 0 : i);
			if (pthread_create(&works[i].thread, NULL, run, &works[i]))
				errx(1, "pthread_create");
		}
		for (int i = 0; i < n; i++)
			pthread_join(works[i].thread, NULL);
		times[round] = (now(CLOCK_PROCESS_CPUTIME_ID) - begin) / OPERATIONS;
	}
	sprintf(key, "%s@%d", what, n);
	print_times(key, text, times, ROUNDS);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: threads DIR");
	check(chdir(argv[1]));
	for (int i = 0; i < MOST; i++) {
		fill("store", i, 1);
		fill("tmpfs", i, 0);
	}
	for (int n = 1; n <= MOST; n *= 2) {
		measure_threads("threads-same", n, 1, "store", open_get, "GET by threads, all from the same entry");
		measure_threads("threads-different", n, 0, "store", open_get, "GET by threads, each from its own entry");
		measure_threads("threads-tmpfs-same", n, 1, "tmpfs", reopen, "the same tmpfs file, and dup");
		measure_threads("threads-tmpfs-different", n, 0, "tmpfs", reopen, "a tmpfs file each, and dup");
	}
	return 0;
}
