// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "identity.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add_word(struct identity *identity, const char *key, const char *separator,
		     const char *value)
{
	size_t room = sizeof(identity->words) - identity->size;
	int length = snprintf(identity->words + identity->size, room, "%s%s%s", key, separator,
			      value);

	if (length < 0 || (size_t)length >= room)
		errx(1, "the identity of the session is longer than %zu bytes",
		     sizeof(identity->words));
	identity->size += length + 1;
}

void identity_begin(struct identity *identity, const char *kind)
{
	memset(identity, 0, sizeof(*identity));
	add_word(identity, kind, "", "");
}

void identity_add(struct identity *identity, const char *key, const char *value)
{
	add_word(identity, key, "=", value);
}

/* To look at the root of a mount that nobody serves would never end; to open it so asks no server. */
static bool real_path(const char *path, char real[PATH_MAX])
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	ssize_t length;
	char link[32];

	if (fd < 0)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, real, PATH_MAX - 1);
	close(fd);
	if (length <= 0 || *real != '/')
		return false;
	real[length] = '\0';
	return true;
}

void identity_add_path(struct identity *identity, const char *key, const char *path)
{
	char real[PATH_MAX];

	identity_add(identity, key, real_path(path, real) ? real : path);
}

bool identity_equals(const struct identity *identity, const struct identity *other)
{
	return identity->size == other->size &&
	       !memcmp(identity->words, other->words, identity->size);
}

const char *identity_text(const struct identity *identity, char text[IDENTITY_SIZE])
{
	memcpy(text, identity->words, identity->size);
	for (uint32_t i = 0; i + 1 < identity->size; i++)
		if (!text[i])
			text[i] = ' ';
	return text;
}
