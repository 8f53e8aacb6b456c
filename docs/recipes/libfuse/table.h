/* SPDX-License-Identifier: GPL-2.0 */
/* How the table of nodes lies in the state. NODES_VERSION is to be raised with every change. */
#ifndef TABLE_H
#define TABLE_H

#include <stdatomic.h>
#include <stdint.h>

#define MAX_NODES	(4u << 20)
#define MAX_HANDLE	40

/* In use while the count is not 0. */
struct node {
	uint64_t count;
	uint32_t generation;
	int32_t handle_type;
	uint8_t handle_bytes;
	/* The store has, or will have, the file itself. */
	uint8_t kept;
	uint8_t handle[MAX_HANDLE + 6];
};

/*
 * A change of a count, and the word of a memo that tells that it has been
 * made. A server that finds one that is valid does it again.
 */
struct change {
	_Atomic uint64_t valid;
	uint64_t id;
	uint64_t count;
	uint64_t word;	/* where, from the table's start; it is before it */
	uint64_t value;
};

struct table {
	struct change change;
	/* How many nodes have ever been in use at once; the others are zero. */
	uint64_t reached;
	struct node nodes[MAX_NODES];
};

#endif
