// SPDX-License-Identifier: GPL-2.0
/*
 * What a mount costs those who use it: prints how many microseconds each of some operations takes there.
 *   cost MOUNT SOURCE        SOURCE: the directory that MOUNT shows, where files are made that the mount has not seen
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PIECE (1 << 20)
#define PIECES 32
#define BLOCK 4096
#define READS 2000
#define FILES 1000

static char *buffer;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void tell(const char *what, double began, int count)
{
	printf("%s\t%.1f\n", what, (now() - began) / count);
}

/* By O_DIRECT, since it is the server that is to be measured, and not the page cache. */
static void data(void)
{
	int fd = open("data", O_CREAT | O_RDWR | O_DIRECT | O_CLOEXEC, 0600);
	double began = now();

	if (fd < 0)
		err(1, "data");
	for (int i = 0; i < PIECES; i++)
		if (pwrite(fd, buffer, PIECE, (off_t)i * PIECE) != PIECE)
			err(1, "write");
	tell("write 1 MiB", began, PIECES);
	began = now();
	for (int i = 0; i < PIECES; i++)
		if (pread(fd, buffer, PIECE, (off_t)i * PIECE) != PIECE)
			err(1, "read");
	tell("read 1 MiB", began, PIECES);
	began = now();
	srand(1);
	for (int i = 0; i < READS; i++)
		if (pread(fd, buffer, BLOCK, (off_t)(rand() % (PIECES * PIECE / BLOCK)) * BLOCK) != BLOCK)
			err(1, "read");
	tell("read 4 KiB", began, READS);
	close(fd);
	unlink("data");
}

static void names(const char *source)
{
	char path[8192];
	struct stat st;
	double began;

	for (int i = 0; i < FILES; i++) {
		int fd;

		snprintf(path, sizeof(path), "%s/new-%d-%d", source, (int)getpid(), i);
		fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
		if (fd < 0)
			err(1, "%s", path);
		close(fd);
	}
	began = now();
	for (int i = 0; i < FILES; i++) {
		snprintf(path, sizeof(path), "new-%d-%d", (int)getpid(), i);
		if (stat(path, &st))
			err(1, "%s", path);
	}
	tell("stat", began, FILES);
	for (int i = 0; i < FILES; i++) {
		snprintf(path, sizeof(path), "%s/new-%d-%d", source, (int)getpid(), i);
		unlink(path);
	}
	began = now();
	for (int i = 0; i < FILES; i++) {
		int fd;

		snprintf(path, sizeof(path), "made-%d", i);
		fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
		if (fd < 0 || write(fd, "x", 1) != 1)
			err(1, "%s", path);
		close(fd);
	}
	tell("create, write, close", began, FILES);
	began = now();
	for (int i = 0; i < FILES; i++) {
		snprintf(path, sizeof(path), "made-%d", i);
		unlink(path);
	}
	tell("unlink", began, FILES);
}

int main(int argc, char **argv)
{
	char source[4096];

	if (argc != 3 || !realpath(argv[2], source))
		errx(2, "MOUNT SOURCE");
	if (chdir(argv[1]) || posix_memalign((void **)&buffer, BLOCK, PIECE))
		err(1, "%s", argv[1]);
	memset(buffer, 1, PIECE);
	data();
	names(source);
	return 0;
}
