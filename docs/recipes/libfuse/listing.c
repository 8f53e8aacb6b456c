// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "listing.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "." and "..", as everybody expects, are first; 63 bits, since offsets are signed. */
static uint64_t offset_of(const char *name)
{
	uint64_t hash = 0xcbf29ce484222325;

	if (!strcmp(name, "."))
		return 1;
	if (!strcmp(name, ".."))
		return 2;
	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 0x100000001b3;
	/* FNV spreads its last bytes badly over the upper bits. */
	hash ^= hash >> 32;
	hash *= 0x9e3779b97f4a7c15;
	hash ^= hash >> 29;
	hash &= INT64_MAX;
	return hash > 2 ? hash : 3;
}

static int compare(const void *a, const void *b)
{
	const struct listed *one = a, *other = b;

	if (one->offset != other->offset)
		return one->offset < other->offset ? -1 : 1;
	return strcmp(one->name, other->name);
}

static int add(struct listing *listing, const struct dirent *entry, uint64_t offset)
{
	struct listed *names = listing->names;

	/* Each time it is a power of two it is full. */
	if (!(listing->count & (listing->count - 1))) {
		names = reallocarray(names, listing->count ? listing->count * 2 : 1, sizeof(*names));
		if (!names)
			return ENOMEM;
		listing->names = names;
	}
	names += listing->count;
	names->offset = offset;
	names->ino = entry->d_ino;
	names->type = entry->d_type;
	names->name = strdup(entry->d_name);
	if (!names->name)
		return ENOMEM;
	listing->count++;
	return 0;
}

int listing_read(struct listing *listing, int fd, uint64_t offset)
{
	DIR *directory = fdopendir(fd);
	struct dirent *entry;
	int error = 0;

	*listing = (struct listing){ 0 };
	if (!directory) {
		error = errno;
		close(fd);
		return error;
	}
	while (!error && (errno = 0, entry = readdir(directory))) {
		uint64_t of = offset_of(entry->d_name);

		if (of > offset)
			error = add(listing, entry, of);
	}
	if (!error)
		error = errno;
	closedir(directory);
	if (error)
		listing_free(listing);
	else if (listing->count)
		qsort(listing->names, listing->count, sizeof(*listing->names), compare);
	return error;
}

void listing_free(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++)
		free(listing->names[i].name);
	free(listing->names);
	*listing = (struct listing){ 0 };
}
