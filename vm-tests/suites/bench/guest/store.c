// SPDX-License-Identifier: GPL-2.0
/* store DIR: what each operation of a store costs that is mounted at DIR. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "verbs.h"

static int entry;	/* "a", open, and filled with the end of a pipe */
static int file;	/* that end */

static void open_close(void)
{
	close(check(open("a", O_RDONLY | O_CLOEXEC)));
}

static void open_get(void)
{
	open_and_get("a", O_RDONLY);
}

static void open_get_both(void)
{
	open_and_get("both", O_RDWR);
}

static void get_only(void)
{
	close(get(entry));
}

static void open_put(void)
{
	int opened = check(open("a", O_WRONLY | O_CLOEXEC));

	put(opened, file, FDSTOREFS_PUT_REPLACE);
	close(opened);
}

static void put_only(void)
{
	put(entry, file, FDSTOREFS_PUT_REPLACE);
}

static void put_watched(void)
{
	put(entry, file, FDSTOREFS_PUT_REPLACE | FDSTOREFS_PUT_HANGUP);
}

static void open_take_put(void)
{
	int opened = check(open("a", O_RDWR | O_CLOEXEC));
	int taken = take(opened);

	put(opened, taken, 0);
	close(taken);
	close(opened);
}

static void take_put(void)
{
	int taken = take(entry);

	put(entry, taken, 0);
	close(taken);
}

static void create_put_unlink(void)
{
	int opened = check(open("new", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));

	put(opened, file, 0);
	close(opened);
	check(unlink("new"));
}

static void mount_umount(void)
{
	check(mount("bench", "/mnt", "fdstorefs", 0, NULL));
	check(umount2("/mnt", 0));
}

int main(int argc, char **argv)
{
	int ends[2], both;

	if (argc != 2)
		errx(2, "usage: store DIR");
	check(chdir(argv[1]));
	check(pipe2(ends, O_CLOEXEC));
	file = ends[0];
	entry = check(open("a", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
	put(entry, file, FDSTOREFS_PUT_REPLACE);

	both = check(open("both", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
	put(both, check(open("/dev/null", O_RDWR | O_CLOEXEC)), FDSTOREFS_PUT_REPLACE);

	row("open", "open + close of an entry", open_close);
	row("get", "open + GET + close + close", open_get);
	row("get-both", "open + GET + close + close, of what can be read and written", open_get_both);
	row("get-only", "GET + close, on an open entry", get_only);
	row("put", "open + PUT + close, replacing", open_put);
	row("put-only", "PUT, on an open entry, replacing", put_only);
	row("take", "open + TAKE + PUT + close + close", open_take_put);
	row("take-only", "TAKE + PUT + close, on an open entry", take_put);
	row("create", "create + PUT + close + unlink", create_put_unlink);
	row("put-watched", "PUT with HANGUP, on an open entry, replacing", put_watched);
	measure(CLOCK_ALL_WORK, 15, 50, mount_umount, "mount", "mount + umount of a store");
	return 0;
}
