// SPDX-License-Identifier: GPL-2.0
/*
 * s6 SOCKET PID: what s6's fd holder costs that listens at SOCKET and is process PID, from one process, by its own
 * protocol: connected, and connecting each time as its clients do. Then what it keeps for 1, 100 and 900 descriptors.
 */
#include <fcntl.h>
#include <s6/fdholder.h>
#include <skalibs/tai.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "measure.h"
#include "memory.h"

static const char *path;
static int file;
static s6_fdholder_t holder = S6_FDHOLDER_ZERO;
static tain deadline;

static void start(s6_fdholder_t *to)
{
	if (!s6_fdholder_start_g(to, path, &deadline))
		err(1, "s6_fdholder_start");
}

static void get(s6_fdholder_t *from)
{
	close(check(s6_fdholder_retrieve_g(from, "a", &deadline)));
}

static void store(s6_fdholder_t *to, const char *name)
{
	tain limit = TAIN_INFINITE;

	if (!s6_fdholder_store_g(to, file, name, &limit, &deadline))
		err(1, "s6_fdholder_store");
}

static void connected_get(void)
{
	get(&holder);
}

static void connecting_get(void)
{
	s6_fdholder_t one = S6_FDHOLDER_ZERO;

	start(&one);
	get(&one);
	s6_fdholder_end(&one);
}

/* A name that is taken is refused, so it is deleted again. */
static void connected_put(void)
{
	store(&holder, "new");
	if (!s6_fdholder_delete_g(&holder, "new", &deadline))
		err(1, "s6_fdholder_delete");
}

/* It has "a" already. */
static void fill(int pid)
{
	char name[16];

	for (int number = 1; number <= 900; number++) {
		sprintf(name, "%d", number);
		if (number > 1)
			store(&holder, name);
		if (number != 1 && number != 100 && number != 900)
			continue;
		double bytes = process_memory(pid) / number;

		sprintf(name, "s6@%d", number);
		print_row(name, "a descriptor that s6-fdholderd holds, of so many", bytes, bytes, bytes);
	}
}

int main(int argc, char **argv)
{
	int ends[2];

	if (argc != 3)
		errx(2, "usage: s6 SOCKET PID");
	path = argv[1];
	check(pipe(ends));
	file = ends[0];
	tain_now_set_stopwatch_g();
	tain_add_g(&deadline, &tain_infinite_relative);
	start(&holder);
	store(&holder, "a");
	row("s6", "get from s6-fdholderd by its protocol, connected", connected_get);
	row("s6-connect", "get from s6-fdholderd by its protocol, connecting each time", connecting_get);
	row("s6-put", "put into s6-fdholderd and delete, connected", connected_put);
	fill(atoi(argv[2]));
	return 0;
}
