// SPDX-License-Identifier: GPL-2.0
/* spawn KEY WHAT PROGRAM [ARGUMENT...]: what it costs to run a program and wait for it. */
#define _GNU_SOURCE
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

static char **command;

static void run(void)
{
	int status;
	pid_t pid;

	if (posix_spawn(&pid, command[0], NULL, NULL, command, environ))
		err(1, "%s", command[0]);
	check(waitpid(pid, &status, 0));
	if (status)
		errx(1, "%s failed", command[0]);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		errx(2, "usage: spawn KEY WHAT PROGRAM [ARGUMENT...]");
	command = argv + 3;
	measure(CLOCK_ALL_WORK, 11, 3, run, argv[1], argv[2]);
	return 0;
}
