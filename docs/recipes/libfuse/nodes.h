/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The nodes that the kernel knows: for each the file of the host, by the
 * handle that opens it wherever it has been moved to, and how often the kernel
 * has been told about it. The kernel forgets exactly as many; with too low a
 * count a file would be lost that is still in use. So the table is in the
 * state, and each count changes once for a request, however often the request
 * is executed.
 */
#ifndef NODES_H
#define NODES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NODES_VERSION	1

/* What a request notes in its memo about nodes; zero at first. */
struct node_memo {
	/* The node that the reply tells the kernel about. */
	uint64_t counted;
	/* How many nodes have been forgotten. */
	uint64_t forgotten;
};

size_t nodes_size(void);

/*
 * A new table in that memory of the state, or the one of a server before.
 * Node 1 is the root directory. Ends the program if it cannot.
 */
void nodes_create(void *memory, const char *root);
void nodes_restore(void *memory, const char *root);

/* Open a node. -1 and errno if that fails, as below. */
int node_open(uint64_t id, int flags);

/* The node of an open file, which the reply will tell the kernel about. */
uint64_t node_count(int fd, struct node_memo *memo, uint64_t *generation);

/* The reply will be an error after all. */
void node_uncount(struct node_memo *memo);

/* The kernel forgets a node, the number-th of the request, so many times. */
void node_forget(uint64_t id, uint64_t times, struct node_memo *memo, uint64_t number);

/*
 * Before the last name of a file is removed: see to it that it is there for
 * as long as the kernel knows it, for it may be open. Returns the node, or 0
 * if the kernel does not know it.
 */
int node_keep(int fd, uint64_t *id);

/* The name has not been removed. */
void node_keep_not(uint64_t id);

#endif
