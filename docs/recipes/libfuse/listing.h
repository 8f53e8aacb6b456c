/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LISTING_H
#define LISTING_H

#include <stdint.h>
#include <sys/types.h>

/*
 * The names of a directory behind an offset, in the order of their offsets.
 * An offset is made of the name alone, so it means the same to the next
 * server, and stays when other names come and go.
 */
struct listing {
	struct listed {
		uint64_t offset;
		ino_t ino;
		unsigned char type;
		char *name;
	} *names;
	size_t count;
};

/* Takes the descriptor. 0, or an error number. */
int listing_read(struct listing *listing, int fd, uint64_t offset);
void listing_free(struct listing *listing);

#endif
