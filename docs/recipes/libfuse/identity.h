/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a session is about: the kind of file system, and whatever tells two
 * sessions of that kind apart, that is what is served, where it is mounted, and
 * each option that changes what a node or a memo means. A server takes over only
 * from one whose identity is the same.
 */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

#define IDENTITY_SIZE	16384

/* Words, each with a NUL behind it; zeros behind the last one. */
struct identity {
	uint32_t size;
	char words[IDENTITY_SIZE - sizeof(uint32_t)];
};

/* These end the program if there is no room. */
void identity_begin(struct identity *identity, const char *kind);
void identity_add(struct identity *identity, const char *key, const char *value);

/* Where the file really is; a mount whose server is dead is not asked. */
void identity_add_path(struct identity *identity, const char *key, const char *path);

bool identity_equals(const struct identity *identity, const struct identity *other);

/* For a person to read; it is in the buffer. */
const char *identity_text(const struct identity *identity, char text[IDENTITY_SIZE]);

#endif
