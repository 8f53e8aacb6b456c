/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests say about /sys/fs/fdstorefs, after harness.h and store.h. */
#ifndef ADMIN_H
#define ADMIN_H

#include "store.h"

#define ADMIN	"/sys/fs/fdstorefs/"

static inline const char *admin_path(const char *store)
{
	static _Thread_local char path[128];

	snprintf(path, sizeof(path), ADMIN "%s", store);
	return path;
}

/* major:minor of the store that is mounted on dir. */
static inline const char *store_of(const char *dir)
{
	static _Thread_local char name[32];
	struct stat st = stat_of(dir);

	snprintf(name, sizeof(name), "%u:%u", major(st.st_dev), minor(st.st_dev));
	return name;
}

static inline bool store_is_shown(const char *store)
{
	return exists(admin_path(store));
}

/* What its file says after a name and a blank. */
static inline const char *store_value(const char *store, const char *name)
{
	static _Thread_local char text[256];
	size_t length = strlen(name);

	slurp(admin_path(store), text, sizeof(text));
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (!strncmp(line, name, length) && line[length] == ' ')
			return line + length + 1;
	return "";
}

/* -1 if there is no such store. */
static inline long store_number(const char *store, const char *name)
{
	return store_is_shown(store) ? atol(store_value(store, name)) : -1;
}

/* Waits for a number of a store to become what it shall. */
static inline void await_number(const char *store, const char *name, long wanted)
{
	long end = now_ms() + PATIENCE_MS;

	while (store_number(store, name) != wanted && now_ms() < end)
		sched_yield();
	ASSERT_EQ(store_number(store, name), wanted);
}

static inline void drain_store(const char *store)
{
	write_file(admin_path(store), "drain\n");
}

/* The end of a store may take a moment: whoever held it last ends it. */
#define ASSERT_STORE_GONE(store)					\
	do {								\
		long end_ = now_ms() + PATIENCE_MS;			\
									\
		while (store_is_shown(store) && now_ms() < end_)	\
			sched_yield();					\
		ASSERT_FALSE(store_is_shown(store));			\
	} while (0)

#endif
