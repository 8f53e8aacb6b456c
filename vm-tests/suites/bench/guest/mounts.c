// SPDX-License-Identifier: GPL-2.0
/*
 * mounts TYPE MAX: what one more mount + umount costs, and a GET in the newest store, when 1, 10, ... MAX are mounted
 * already. The key of each row ends with @ and how many.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "verbs.h"

static const char *type;
static int newest;

static void name_of(char *name, int number)
{
	sprintf(name, "/mnt/%d", number);
}

static void mount_umount(void)
{
	check(mount("bench", "/mnt/more", type, 0, NULL));
	check(umount2("/mnt/more", 0));
}

static void open_get(void)
{
	open_and_get("a", O_RDONLY);
}

static void fill(const char *dir)
{
	int entry;

	check(chdir(dir));
	entry = check(open("a", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
	put(entry, STDIN_FILENO, 0);
	close(entry);
}

int main(int argc, char **argv)
{
	char name[32], key[64], what[64];
	int max;

	if (argc != 3)
		errx(2, "usage: mounts TYPE MAX");
	type = argv[1];
	max = atoi(argv[2]);
	sprintf(what, "one more %s, mount + umount", type);
	check(mount("bench", "/mnt", "tmpfs", 0, NULL));
	check(mkdir("/mnt/more", 0700));
	for (int goal = 1; goal <= max; goal *= 10) {
		while (newest < goal) {
			name_of(name, ++newest);
			check(mkdir(name, 0700));
			check(mount("bench", name, type, 0, NULL));
		}
		sprintf(key, "%s-mounts@%d", type, goal);
		measure(CLOCK_ALL_WORK, 5, 50, mount_umount, key, what);
		if (strcmp(type, "fdstorefs"))
			continue;
		fill(name);
		sprintf(key, "mounts-get@%d", goal);
		measure(CLOCK_MONOTONIC, 21, 50, open_get, key, "open + GET + close + close, in the newest store");
		check(chdir("/"));
	}
	while (newest) {
		name_of(name, newest--);
		check(umount2(name, 0));
	}
	check(umount2("/mnt", 0));
	return 0;
}
