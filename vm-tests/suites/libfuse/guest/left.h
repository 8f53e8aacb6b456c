/* SPDX-License-Identifier: GPL-2.0 */
/* The state that a server keeps in the store, and what is left in it. After server.h. */
#ifndef LEFT_H
#define LEFT_H

#include <dirent.h>
#include "nodes.h"
#include "state.h"
#include "table.h"

static inline int stored_state(void)
{
	int e = entry(STORE "/session/state");
	int fd = ASSERT_OK(get(e));

	close(e);
	return fd;
}

static inline struct state map_stored_state(void)
{
	return state_map(stored_state(), sizeof(struct table));
}

static inline unsigned int nodes_in_use(const struct state *state)
{
	const struct table *table = state->rest;
	unsigned int count = 0;

	for (uint64_t i = 0; i < table->reached; i++)
		count += !!table->nodes[i].count;
	return count;
}

static inline int names_in(const char *path)
{
	DIR *names = opendir(path);
	int count = -2;

	ASSERT_TRUE(names);
	while (readdir(names))
		count++;
	closedir(names);
	return count;
}

/*
 * The kernel forgets all nodes in the end, exactly as often as it was told about them. A node that is open is first
 * struck off and then taken out of the store, so that both are awaited.
 */
static inline void expect_no_nodes(void)
{
	struct state state = map_stored_state();
	long end = now_ms() + PATIENCE_MS;

	do {
		int fd = ASSERT_OK(open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC));

		ASSERT_OK(write(fd, "2", 1));
		close(fd);
	} while ((nodes_in_use(&state) > 1 || names_in(STORE "/open") > 0) && now_ms() < end);
	EXPECT_EQ(nodes_in_use(&state), 1);
	EXPECT_EQ(names_in(STORE "/open"), 0);
}

#endif
