// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "nodes.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "session.h"
#include "table.h"

#define BUCKETS		(1u << 18)
#define NOTHING		0	/* in chains, which are of ids */

struct handle {
	struct file_handle header;
	uint8_t bytes[MAX_HANDLE];
};

static struct table *table;
static int root;
static int root_mount;

/* Of this process: how nodes are found, and which are free. Both are chains. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint32_t bucket[BUCKETS];
static uint32_t next[MAX_NODES + 1];
static uint32_t free_nodes;

size_t nodes_size(void)
{
	return sizeof(struct table);
}

static struct node *node(uint64_t id)
{
	return &table->nodes[id - 1];
}

static int handle_of(int fd, struct handle *handle)
{
	int mount;

	handle->header.handle_bytes = MAX_HANDLE;
	if (name_to_handle_at(fd, "", &handle->header, &mount, AT_EMPTY_PATH))
		return -1;
	if (mount != root_mount) {
		errno = EXDEV;
		return -1;
	}
	return 0;
}

static uint32_t *chain_of(int type, const uint8_t *bytes, size_t size)
{
	uint64_t hash = 0xcbf29ce484222325 ^ type;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3;
	return &bucket[(hash >> 32) % BUCKETS];
}

static bool is_of(const struct node *node, const struct handle *handle)
{
	return node->handle_type == handle->header.handle_type &&
	       node->handle_bytes == handle->header.handle_bytes &&
	       !memcmp(node->handle, handle->header.f_handle, node->handle_bytes);
}

static uint64_t find(const struct handle *handle)
{
	uint32_t id = *chain_of(handle->header.handle_type, handle->header.f_handle,
				handle->header.handle_bytes);

	while (id != NOTHING && !is_of(node(id), handle))
		id = next[id];
	return id;
}

static void link_node(uint32_t id)
{
	uint32_t *chain = chain_of(node(id)->handle_type, node(id)->handle, node(id)->handle_bytes);

	next[id] = *chain;
	*chain = id;
}

static void unlink_node(uint32_t id)
{
	uint32_t *at = chain_of(node(id)->handle_type, node(id)->handle, node(id)->handle_bytes);

	while (*at != id)
		at = &next[*at];
	*at = next[id];
}

static void free_node(uint32_t id)
{
	next[id] = free_nodes;
	free_nodes = id;
}

static void describe(struct node *node, const struct handle *handle)
{
	node->generation++;
	node->kept = false;
	node->handle_type = handle->header.handle_type;
	node->handle_bytes = handle->header.handle_bytes;
	memcpy(node->handle, handle->header.f_handle, node->handle_bytes);
}

static uint64_t add(const struct handle *handle)
{
	uint32_t id = free_nodes;

	if (id != NOTHING) {
		free_nodes = next[id];
	} else if (table->reached < MAX_NODES) {
		id = ++table->reached;
	} else {
		errno = ENFILE;
		return NOTHING;
	}
	describe(node(id), handle);
	link_node(id);
	return id;
}

static void apply(const struct change *change)
{
	node(change->id)->count = change->count;
	*(uint64_t *)((char *)table - change->word) = change->value;
}

/* Change a count and a word of the memo, both or none whenever this server dies. */
static void change(uint64_t id, uint64_t count, uint64_t *word, uint64_t value)
{
	struct change *change = &table->change;

	change->id = id;
	change->count = count;
	change->word = (char *)table - (char *)word;
	change->value = value;
	atomic_store(&change->valid, 1);
	/* An atomic store alone would let the compiler begin with apply(). */
	atomic_signal_fence(memory_order_seq_cst);
	apply(change);
	atomic_store(&change->valid, 0);
}

/* A kept file goes first: the id may be used again from then on. */
static void release(uint32_t id)
{
	if (node(id)->kept && session_drop_file(id) && errno != ENOENT)
		warn("the file of node %u stays in the store", id);
	unlink_node(id);
	free_node(id);
}

static void uncount(struct node_memo *memo)
{
	uint64_t id = memo->counted;

	change(id, node(id)->count - 1, &memo->counted, NOTHING);
	if (!node(id)->count)
		release(id);
}

uint64_t node_count(int fd, struct node_memo *memo, uint64_t *generation)
{
	struct handle handle;
	uint64_t id;

	if (handle_of(fd, &handle))
		return NOTHING;
	pthread_mutex_lock(&lock);
	id = find(&handle);
	/* Executed before, when the name was that of another file. */
	if (memo->counted != NOTHING && memo->counted != id)
		uncount(memo);
	if (memo->counted == NOTHING) {
		if (id == NOTHING)
			id = add(&handle);
		if (id != NOTHING)
			change(id, node(id)->count + 1, &memo->counted, id);
	}
	if (id != NOTHING)
		*generation = node(id)->generation;
	pthread_mutex_unlock(&lock);
	return id;
}

void node_uncount(struct node_memo *memo)
{
	pthread_mutex_lock(&lock);
	if (memo->counted != NOTHING)
		uncount(memo);
	pthread_mutex_unlock(&lock);
}

void node_forget(uint64_t id, uint64_t times, struct node_memo *memo, uint64_t number)
{
	if (id == 1)
		return;
	pthread_mutex_lock(&lock);
	if (memo->forgotten > number) {
		/* done by a server before */
	} else if (id > table->reached || node(id)->count < times) {
		warnx("the kernel forgets node %llu more often than it was told about it",
		      (unsigned long long)id);
	} else {
		change(id, node(id)->count - times, &memo->forgotten, number + 1);
		if (!node(id)->count)
			release(id);
	}
	pthread_mutex_unlock(&lock);
}

/* By the descriptor's own name: a file that has no other is opened so too. */
static int reopen(int fd, int flags)
{
	char path[32];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, (flags & ~O_NOFOLLOW) | O_CLOEXEC);
	close(fd);
	return again;
}

/* Under the lock, since other nodes are added, and lookups of this one counted, at the same time. */
static bool copy_handle(uint64_t id, struct handle *handle)
{
	bool known;

	pthread_mutex_lock(&lock);
	known = id && id <= table->reached && node(id)->count;
	if (known) {
		handle->header.handle_bytes = node(id)->handle_bytes;
		handle->header.handle_type = node(id)->handle_type;
		memcpy(handle->header.f_handle, node(id)->handle, node(id)->handle_bytes);
	}
	pthread_mutex_unlock(&lock);
	return known;
}

static bool is_kept(uint64_t id)
{
	bool kept;

	pthread_mutex_lock(&lock);
	kept = node(id)->kept;
	pthread_mutex_unlock(&lock);
	if (!kept)
		errno = ESTALE;
	return kept;
}

int node_open(uint64_t id, int flags)
{
	struct handle handle;
	int fd;

	if (!copy_handle(id, &handle)) {
		errno = ESTALE;
		return -1;
	}
	fd = open_by_handle_at(root, &handle.header, flags | O_NOFOLLOW | O_CLOEXEC);
	/* Only now: it is kept before its last name is removed. */
	if (fd >= 0 || errno != ESTALE || !is_kept(id))
		return fd;
	fd = session_get_file(id);
	if (fd < 0 || flags & O_PATH)
		return fd;
	return reopen(fd, flags);
}

int node_keep(int fd, uint64_t *id)
{
	struct handle handle;
	int result = 0;

	*id = NOTHING;
	if (handle_of(fd, &handle))
		return -1;
	pthread_mutex_lock(&lock);
	*id = find(&handle);
	if (*id != NOTHING) {
		node(*id)->kept = true;
		atomic_signal_fence(memory_order_seq_cst);
		result = session_keep_file(*id, fd);
		if (result)
			warn("the store does not take a file that may be open");
	}
	pthread_mutex_unlock(&lock);
	return result;
}

void node_keep_not(uint64_t id)
{
	if (id != NOTHING && session_drop_file(id) && errno != ENOENT)
		warn("the file of node %llu stays in the store", (unsigned long long)id);
}

static void open_root(const char *path, struct handle *handle)
{
	int fd;

	root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		err(1, "%s", path);
	handle->header.handle_bytes = MAX_HANDLE;
	if (name_to_handle_at(root, "", &handle->header, &root_mount, AT_EMPTY_PATH))
		err(1, "%s: the file system has no file handles of at most %d bytes; choose another",
		    path, MAX_HANDLE);
	fd = open_by_handle_at(root, &handle->header, O_PATH | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s cannot be opened by its handle (be root, choose another file system)", path);
	close(fd);
}

void nodes_create(void *memory, const char *path)
{
	struct handle handle;

	table = memory;
	open_root(path, &handle);
	add(&handle);
	node(1)->count = 1;
}

static bool is_unwanted(uint64_t id)
{
	return !id || id > table->reached || !node(id)->count || !node(id)->kept;
}

void nodes_restore(void *memory, const char *path)
{
	struct handle handle;

	table = memory;
	open_root(path, &handle);
	if (!table->reached || table->reached > MAX_NODES || !is_of(node(1), &handle))
		errx(1, "%s is not the directory that the session is about; name that one", path);
	if (table->change.valid) {
		apply(&table->change);
		atomic_store(&table->change.valid, 0);
	}
	for (uint32_t id = table->reached; id; id--) {
		if (node(id)->count)
			link_node(id);
		else
			free_node(id);
	}
	session_drop_files(is_unwanted);
}
