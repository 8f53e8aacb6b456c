// SPDX-License-Identifier: Apache-2.0
/* report [ARGUMENT...]: what this process inherited. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

extern char **environ;

static const char *const keys[] = {
	"Umask:", "TracerPid:", "Uid:", "Gid:", "Groups:", "SigBlk:", "SigIgn:", "SigCgt:", "CapInh:", "CapPrm:",
	"CapEff:", "CapBnd:", "CapAmb:", "NoNewPrivs:", "Seccomp:", "Cpus_allowed:", "Mems_allowed:", "THP_enabled:",
};

static void show(const char *path, int all)
{
	char line[4096];
	FILE *file = fopen(path, "re");
	size_t i;

	while (fgets(line, sizeof(line), file))
		for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
			if (all || !strncmp(line, keys[i], strlen(keys[i]))) {
				printf("%s: %s", strrchr(path, '/') + 1, line);
				break;
			}
	fclose(file);
}

int main(int argc, char **argv)
{
	char path[64], target[4096];
	int fd, i;
	ssize_t length;

	/* The name may have been found in the PATH, or given as a path. */
	printf("name: %s\n", strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0]);
	for (i = 1; i < argc; i++)
		printf("argument: %s\n", argv[i]);
	for (i = 0; environ[i]; i++)
		printf("environment: %s\n", environ[i]);
	for (fd = 0; fd < 100000; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			continue;
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		length = readlink(path, target, sizeof(target) - 1);
		target[length < 0 ? 0 : length] = 0;
		if (strchr(target, ':'))
			*strchr(target, ':') = 0;
		printf("fd: %d %s %o %d\n", fd, target, fcntl(fd, F_GETFL), fcntl(fd, F_GETFD));
	}
	show("/proc/self/status", 0);
	show("/proc/self/limits", 1);
	show("/proc/self/coredump_filter", 1);
	show("/proc/self/oom_score_adj", 1);
	show("/proc/self/personality", 1);
	printf("timerslack: %d\n", prctl(PR_GET_TIMERSLACK));
	printf("dumpable: %d\n", prctl(PR_GET_DUMPABLE));
	printf("nice: %d\n", getpriority(PRIO_PROCESS, 0));
	printf("directory: %s\n", getcwd(target, sizeof(target)));
	return 7;
}
