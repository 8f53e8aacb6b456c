// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"
#include "memory.h"

/* The kilobytes of the lines of FILE that begin with one of the names, in bytes. */
static double sum_of(const char *path, const char *const *names)
{
	FILE *file = fopen(path, "re");
	char line[256];
	double sum = 0;
	long kb;

	if (!file)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), file))
		for (int i = 0; names[i]; i++)
			if (!strncmp(line, names[i], strlen(names[i])) &&
			    sscanf(line + strlen(names[i]), "%ld", &kb) == 1)
				sum += kb * 1024.0;
	fclose(file);
	return sum;
}

double kernel_memory(void)
{
	static const char *const names[] = { "Slab:", "VmallocUsed:", "Percpu:", "PageTables:", NULL };
	double last, all = sum_of("/proc/meminfo", names);

	/* What was freed by others is given back a little later. */
	do {
		last = all;
		usleep(20000);
		all = sum_of("/proc/meminfo", names);
	} while (all < last);
	return all;
}

double process_memory(int pid)
{
	static const char *const names[] = { "RssAnon:", "VmPTE:", NULL };
	char path[64];

	sprintf(path, "/proc/%d/status", pid);
	return sum_of(path, names);
}
