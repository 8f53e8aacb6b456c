// SPDX-License-Identifier: GPL-2.0
/*
 * footprint DIR: what each thing that is kept costs in memory, in bytes. DIR is on a tmpfs; a mount goes to /mnt. One and
 * the same open file is kept each time, so what it costs itself does not count.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "holder.h"
#include "memory.h"
#include "verbs.h"

#define ENTRIES	20000
#define MOUNTS	1000
/* What a daemon keeps; each has a limit of descriptors. */
#define HELD	10000

static int file;

static void print(const char *key, double bytes, const char *what)
{
	print_row(key, what, bytes, bytes, bytes);
}

static void keep(int number, int flags, int anchor)
{
	char name[16];
	int entry;

	sprintf(name, "%d", number);
	entry = check(open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
	if (flags >= 0)
		put_anchored(entry, file, flags, anchor);
	close(entry);
}

static void entries(const char *type, int flags, int anchor, const char *key, const char *what)
{
	double before;

	check(mount("bench", "/mnt", type, 0, strcmp(type, "tmpfs") ? "max=100000" : NULL));
	check(chdir("/mnt"));
	before = kernel_memory();
	for (int i = 0; i < ENTRIES; i++)
		keep(i, flags, anchor);
	print(key, (kernel_memory() - before) / ENTRIES, what);
	check(chdir("/"));
	check(umount2("/mnt", 0));
}

static void mounts(const char *type, const char *key, const char *what)
{
	double before;
	char name[32];

	check(mount("bench", "/mnt", "tmpfs", 0, NULL));
	for (int i = 0; i < MOUNTS; i++) {
		sprintf(name, "/mnt/%d", i);
		check(mkdir(name, 0700));
	}
	before = kernel_memory();
	for (int i = 0; i < MOUNTS; i++) {
		sprintf(name, "/mnt/%d", i);
		check(mount("bench", name, type, 0, NULL));
	}
	print(key, (kernel_memory() - before) / MOUNTS, what);
	for (int i = 0; i < MOUNTS; i++) {
		sprintf(name, "/mnt/%d", i);
		check(umount2(name, 0));
	}
	check(umount2("/mnt", 0));
}

/* The kernel's memory for the sockets and the table of descriptors, and that of the process, over what is held. */
static void held_by_daemon(const char *dir)
{
	double before, all;
	char name[16];
	int connection, daemon;

	check(chdir(dir));
	before = kernel_memory();
	daemon = check(holder_start("socket", file));
	connection = check(holder_connect("socket"));
	for (int number = 1; number <= HELD; number++) {
		sprintf(name, "%d", number);
		check(holder_put(connection, name, file));
		if (number != 1 && number != 100 && number != HELD)
			continue;
		all = kernel_memory() - before + process_memory(daemon);
		sprintf(name, "scm@%d", number);
		print(name, all / number, "a descriptor that the least of daemons holds, of so many");
	}
	kill(daemon, SIGKILL);
	waitpid(daemon, NULL, 0);
	check(chdir("/"));
}

int main(int argc, char **argv)
{
	int ends[2];

	if (argc != 2)
		errx(2, "usage: footprint DIR");
	check(pipe2(ends, O_CLOEXEC));
	file = ends[0];
	check(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 2 * HELD, 2 * HELD }));

	entries("tmpfs", -1, -1, "tmpfs-file", "an empty tmpfs file");
	entries("fdstorefs", -1, -1, "empty", "an empty entry");
	entries("fdstorefs", 0, -1, "filled", "a filled entry");
	entries("fdstorefs", FDSTOREFS_PUT_HANGUP, -1, "watched", "a filled entry with HANGUP");
	entries("fdstorefs", 0, ends[0], "anchored", "a filled entry with an anchor");
	entries("fdstorefs", FDSTOREFS_PUT_HANGUP, ends[0], "watched-anchored", "a filled entry with both");
	mounts("tmpfs", "tmpfs-mount-bytes", "a mounted tmpfs");
	mounts("fdstorefs", "mount-bytes", "a mounted store");
	held_by_daemon(argv[1]);
	return 0;
}
