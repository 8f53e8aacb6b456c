/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory that outlives the server: a memfd.
 *
 *	head	what it is; and the INIT request, which the kernel sends only once
 *	identity	what the session is about
 *	slots	the journal: each holds one request that was read, and its reply
 *	rest	whatever the file system itself must not lose
 *
 * A server may be killed between any two stores, so whatever is here must make
 * sense then. It is not meant to survive the machine, so there are no fences but
 * those that keep the compiler from reordering. They are enough on processors
 * that reorder, too: a thread that is killed leaves its program between two
 * instructions, and all that it had stored is seen by whoever sees what the
 * kernel does for it afterwards. Each thread gives up the table of descriptors
 * (an atomic operation with full order), the last one unlocks the lease, and the
 * next server locks it; both hold the same spin lock of the kernel meanwhile.
 *
 * Among the threads of a server a slot is its thread's alone, and what nodes.c
 * has in the rest is used under its lock.
 */
#ifndef STATE_H
#define STATE_H

#include <linux/fuse.h>

#include "identity.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define STATE_SLOTS	16
#define STATE_MAX_WRITE	(128 * 1024)
/* With what is beside the data: headers and names. */
#define STATE_REQUEST	(STATE_MAX_WRITE + 8192)
#define STATE_MEMO	64
#define STATE_REPLY	(4096 - 8 - STATE_MEMO)

struct slot {
	/* Bytes of the reply; 0 until there is one. */
	_Atomic uint32_t composed;
	/* How many servers have begun to execute the request again. */
	uint32_t replays;
	/* What the handler must know if the request is executed again. */
	_Alignas(8) uint8_t memo[STATE_MEMO];
	_Alignas(8) uint8_t reply[STATE_REPLY];
	/* The slot is free while the header's len is 0. */
	union {
		struct fuse_in_header header;
		uint8_t bytes[STATE_REQUEST];
	} request;
};

struct state_head {
	/* Never changes; the checksum is that of all before it. */
	char magic[8];
	uint32_t version;
	uint32_t slots;
	/* Of the machine, and so of the layout. */
	uint64_t page_size;
	uint64_t slot_size;
	uint64_t rest_version;
	uint64_t rest_size;
	uint64_t identity_checksum;
	uint64_t checksum;

	/* Bytes of the INIT request; 0 until the kernel has sent it. */
	_Atomic uint32_t init_size;
	_Alignas(8) uint8_t init[512];
};

/*
 * Where the parts are in the memfd, the head being at 0. Each begins at a page,
 * slots, too: a page is what the kernel can be asked to provide. It has 4 KiB
 * on some machines, and 16 or 64 KiB on others.
 */
struct state_layout {
	size_t page;
	size_t identity;
	size_t slots;
	/* From one slot to the next. */
	size_t slot_size;
	size_t rest;
};

struct state_layout state_layout(size_t page);

/* One that is mapped. */
struct state {
	struct state_layout layout;
	struct state_head *head;
	void *rest;
};

static inline struct slot *state_slot(const struct state *state, unsigned int number)
{
	return (void *)((char *)state->head + state->layout.slots + number * state->layout.slot_size);
}

/* What the rest is, and what the session is about. */
struct state_kind {
	uint64_t rest_version;
	size_t rest_size;
	struct identity identity;
};

/*
 * A new state, or that of a server before. Both end the program if they
 * cannot, also since that one is of another kind, with a message; nothing has
 * been changed then.
 */
struct state state_create(const struct state_kind *kind, int *fd);
struct state state_open(int fd, const struct state_kind *kind);

/* The memory of a memfd, so much of which is the rest. */
struct state state_map(int fd, size_t rest_size);

/* Ends the program as state_open() would. Another server may be using it. */
void state_check(int fd, const struct state_kind *kind);

/* See to it that the kernel never meets a missing page when it fills a slot. */
void slot_fault_in(struct slot *slot);

#endif
