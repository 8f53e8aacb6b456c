// SPDX-License-Identifier: GPL-2.0
/*
 * scale DIR flat|spread MAX: a new store at DIR is filled with 10, 100, ... MAX entries, in one directory or in
 * directories of 1,000. The key of each row ends with @ and how many entries there are.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "memory.h"
#include "verbs.h"

#define OPERATIONS	50
#define IN_A_DIRECTORY	1000

static int spread;
static long entries;
static int file;
static char names[OPERATIONS][32];
static int next;

static void name_of(char *name, long number)
{
	if (spread)
		sprintf(name, "%ld/%ld", number / IN_A_DIRECTORY, number % IN_A_DIRECTORY);
	else
		sprintf(name, "%ld", number);
}

static void put_and_close(int entry)
{
	put(entry, file, FDSTOREFS_PUT_REPLACE);
	close(entry);
}

static void fill(long number)
{
	char name[32];

	if (spread && number % IN_A_DIRECTORY == 0) {
		sprintf(name, "%ld", number / IN_A_DIRECTORY);
		check(mkdir(name, 0700));
	}
	name_of(name, number);
	put_and_close(check(open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)));
}

/* Any entries, each round others: which ones must not matter. */
static void open_get(void)
{
	open_and_get(names[next++ % OPERATIONS], O_RDONLY);
}

static void open_put(void)
{
	put_and_close(check(open(names[next++ % OPERATIONS], O_WRONLY | O_CLOEXEC)));
}

static long list(const char *name)
{
	static char buffer[1 << 16];
	int dir = check(open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	long found = 0, n;

	while ((n = check(syscall(SYS_getdents64, dir, buffer, sizeof(buffer)))))
		for (long at = 0; at < n; found++)
			at += *(unsigned short *)(buffer + at + 16);
	close(dir);
	return found - 2;
}

static void list_all(void)
{
	char name[32];
	long found = 0;

	if (!spread)
		found = list(".");
	for (long i = 0; spread && i * IN_A_DIRECTORY < entries; i++) {
		sprintf(name, "%ld", i);
		found += list(name);
	}
	if (found != entries)
		errx(1, "%ld of %ld entries listed", found, entries);
}

static void print_at(const char *what, double value, const char *text)
{
	char key[64];

	sprintf(key, "%s-%s@%ld", spread ? "spread" : "flat", what, entries);
	print_row(key, text, value, value, value);
}

static void measure_at(const char *what, int rounds, void (*operation)(void), const char *text)
{
	char key[64];

	sprintf(key, "%s-%s@%ld", spread ? "spread" : "flat", what, entries);
	measure(CLOCK_MONOTONIC, rounds, OPERATIONS, operation, key, text);
}

int main(int argc, char **argv)
{
	int ends[2];
	long max;
	double empty, begin;

	if (argc != 4)
		errx(2, "usage: scale DIR flat|spread MAX");
	spread = !strcmp(argv[2], "spread");
	max = atol(argv[3]);
	check(pipe2(ends, O_CLOEXEC));
	file = ends[0];
	check(mount("bench", argv[1], "fdstorefs", 0, "max=4000000"));
	check(chdir(argv[1]));
	empty = kernel_memory();

	for (long goal = 10; goal <= max; goal *= 10) {
		long before = entries;

		begin = now(CLOCK_MONOTONIC);
		while (entries < goal)
			fill(entries++);
		print_at("create", (now(CLOCK_MONOTONIC) - begin) / (goal - before), "create + PUT + close");
		print_at("bytes", (kernel_memory() - empty) / goal, "bytes of kernel memory for a filled entry");
		for (int i = 0; i < OPERATIONS; i++)
			name_of(names[i], random() % entries);
		measure_at("get", 21, open_get, "open + GET + close + close, of any entry");
		measure_at("put", 21, open_put, "open + PUT + close, replacing, in any entry");
		begin = now(CLOCK_MONOTONIC);
		list_all();
		print_at("list", (now(CLOCK_MONOTONIC) - begin) / entries, "to list all names, for each of them");
	}
	check(chdir("/"));
	begin = now(CLOCK_PROCESS_CPUTIME_ID);
	check(umount2(argv[1], 0));
	print_at("end", (now(CLOCK_PROCESS_CPUTIME_ID) - begin) / entries, "to unmount, for each entry");
	return 0;
}
