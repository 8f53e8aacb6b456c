// SPDX-License-Identifier: GPL-2.0
/*
 * storm DIR SECONDS THREADS: operations on files in DIR, of which each result
 * is compared with what it must be, for SECONDS and until SIGTERM. Prints how
 * many there were and what was wrong; exits with 1 if anything was.
 *
 * Each thread has a directory of its own, with a few names, and knows what
 * each of them is. All of them also race for names in one directory.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define NAMES	10
#define MAX_SIZE (200 * 1024)

enum kind { NOTHING, FILE_, DIRECTORY, LINK };

struct object {
	enum kind kind;
	unsigned int seed, mode;
	size_t size;
	bool attribute;
};

struct worker {
	pthread_t thread;
	unsigned int number, random;
	int directory;
	/* What a name is; hard links share what they are. */
	struct object *names[NAMES];
	unsigned long operations;
};

static const char *root;
static int shared;
static time_t end;
static _Atomic bool told_to_end;
static unsigned int threads;
static _Atomic unsigned long failed;
static _Atomic unsigned int wins[1 << 16];

static void __attribute__((format(printf, 2, 3)))
wrong(struct worker *w, const char *format, ...)
{
	char text[300];
	va_list arguments;
	int saved = errno;

	/* The first ones tell most. */
	if (failed++ >= 20)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	printf("# worker %u, operation %lu: %s (errno: %s)\n", w->number, w->operations, text,
	       strerror(saved));
	fflush(stdout);
}

static unsigned int any(struct worker *w, unsigned int below)
{
	return rand_r(&w->random) % below;
}

static char *name_of(unsigned int i, char *name)
{
	sprintf(name, "name%u", i);
	return name;
}

static unsigned char byte_at(unsigned int seed, size_t offset)
{
	unsigned int x = seed + (unsigned int)offset * 2654435761u;

	return (x ^ x >> 15) * 31 >> 3;
}

/* What a call has returned, and what it must: 0, or the negated errno. */
static bool expect(struct worker *w, int result, int expected, const char *what, unsigned int a,
		   unsigned int b)
{
	if (result >= 0 ? expected == 0 : expected == -errno)
		return true;
	wrong(w, "%s name%u name%u: result %d, expected %d", what, a, b, result, expected);
	return false;
}

static void check_content(struct worker *w, int fd, const struct object *object)
{
	static _Thread_local unsigned char data[MAX_SIZE + 1];
	size_t size = 0;
	ssize_t got;

	while ((got = pread(fd, data + size, sizeof(data) - size, size)) > 0)
		size += got;
	if (got < 0 || size != object->size) {
		wrong(w, "read: %zu bytes instead of %zu", size, object->size);
		return;
	}
	for (size_t i = 0; i < size; i++)
		if (data[i] != byte_at(object->seed, i)) {
			wrong(w, "read: byte %zu of %zu differs", i, size);
			return;
		}
}

static void write_content(struct worker *w, int fd, struct object *object)
{
	static _Thread_local unsigned char data[MAX_SIZE];
	size_t size = any(w, 4) ? any(w, 6000) : any(w, MAX_SIZE);
	size_t at = 0;

	object->seed = any(w, 1 << 30);
	for (size_t i = 0; i < size; i++)
		data[i] = byte_at(object->seed, i);
	if (ftruncate(fd, any(w, 2) ? 0 : any(w, MAX_SIZE)))
		wrong(w, "ftruncate");
	while (at < size) {
		size_t part = any(w, 2) ? size - at : any(w, size - at) + 1;
		ssize_t done = pwrite(fd, data + at, part, at);

		if (done <= 0) {
			wrong(w, "write: %zd", done);
			break;
		}
		at += done;
	}
	if (ftruncate(fd, size))
		wrong(w, "ftruncate");
	object->size = size;
	if (!any(w, 8) && fsync(fd))
		wrong(w, "fsync");
}

static void create(struct worker *w, unsigned int i)
{
	char name[16];
	struct object *object = w->names[i];
	int flags = any(w, 2) ? O_EXCL : any(w, 2) ? O_TRUNC : 0;
	int expected = 0, fd;

	if (object && flags & O_EXCL)
		expected = -EEXIST;
	else if (object && object->kind == DIRECTORY)
		expected = -EISDIR;
	else if (object && object->kind == LINK)
		expected = -ELOOP;
	fd = openat(w->directory, name_of(i, name), O_RDWR | O_CREAT | O_NOFOLLOW | flags, 0640);
	if (!expect(w, fd, expected, "create", i, i) || fd < 0)
		return;
	if (!object) {
		object = calloc(1, sizeof(*object));
		object->kind = FILE_;
		object->mode = 0640;
		w->names[i] = object;
	} else if (flags & O_TRUNC) {
		object->size = 0;
	}
	check_content(w, fd, object);
	if (any(w, 3))
		write_content(w, fd, object);
	if (!any(w, 3))
		check_content(w, fd, object);
	close(fd);
}

static void make_directory(struct worker *w, unsigned int i)
{
	char name[16];

	if (!expect(w, mkdirat(w->directory, name_of(i, name), 0750), w->names[i] ? -EEXIST : 0,
		    "mkdir", i, i) || w->names[i])
		return;
	w->names[i] = calloc(1, sizeof(struct object));
	*w->names[i] = (struct object){ .kind = DIRECTORY, .mode = 0750 };
}

static void make_link(struct worker *w, unsigned int i)
{
	char name[16], target[64];

	sprintf(target, "target of %u", i);
	if (!expect(w, symlinkat(target, w->directory, name_of(i, name)), w->names[i] ? -EEXIST : 0,
		    "symlink", i, i) || w->names[i])
		return;
	w->names[i] = calloc(1, sizeof(struct object));
	w->names[i]->kind = LINK;
}

static unsigned int links(const struct worker *w, const struct object *object)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < NAMES; i++)
		count += w->names[i] == object;
	return count;
}

static void forget_name(struct worker *w, unsigned int i)
{
	struct object *object = w->names[i];

	w->names[i] = NULL;
	if (object && !links(w, object))
		free(object);
}

/* Sometimes with the file open: then it must go on living. */
static void remove_name(struct worker *w, unsigned int i)
{
	char name[16];
	struct object *object = w->names[i];
	bool directory = any(w, 3) == 0;
	int expected = 0, fd = -1;

	if (object && object->kind == FILE_ && any(w, 2)) {
		fd = openat(w->directory, name_of(i, name), O_RDWR);
		if (fd < 0)
			wrong(w, "open name%u", i);
	}
	if (!object)
		expected = -ENOENT;
	else if (directory && object->kind != DIRECTORY)
		expected = -ENOTDIR;
	else if (!directory && object->kind == DIRECTORY)
		expected = -EISDIR;
	if (expect(w, unlinkat(w->directory, name_of(i, name), directory ? AT_REMOVEDIR : 0),
		   expected, "remove", i, directory) && !expected) {
		if (fd >= 0) {
			struct object copy = *object;
			struct stat st;

			check_content(w, fd, &copy);
			if (links(w, object) == 1) {
				write_content(w, fd, &copy);
				check_content(w, fd, &copy);
			}
			if (fstat(fd, &st) || st.st_nlink != links(w, object) - 1)
				wrong(w, "%u names are left, should be %u", (unsigned int)st.st_nlink,
				      links(w, object) - 1);
		}
		forget_name(w, i);
	}
	if (fd >= 0)
		close(fd);
}

static void rename_name(struct worker *w, unsigned int i, unsigned int j)
{
	char name[16], new_name[16];
	struct object *from = w->names[i], *to = w->names[j];
	unsigned int flags = any(w, 3);
	int expected = 0, fd = -1;
	bool ok;

	if (to && to->kind == FILE_ && any(w, 2)) {
		fd = openat(w->directory, name_of(j, new_name), O_RDWR);
		if (fd < 0)
			wrong(w, "open name%u", j);
	}
	if (!from || (flags == RENAME_EXCHANGE && !to))
		expected = -ENOENT;
	else if (flags == RENAME_NOREPLACE && to)
		expected = -EEXIST;
	else if (!flags && to && i != j && from != to) {
		if (from->kind == DIRECTORY && to->kind != DIRECTORY)
			expected = -ENOTDIR;
		else if (from->kind != DIRECTORY && to->kind == DIRECTORY)
			expected = -EISDIR;
	}
	ok = expect(w, renameat2(w->directory, name_of(i, name), w->directory, name_of(j, new_name),
				 flags), expected, flags ? flags == 1 ? "rename NOREPLACE" :
		    "rename EXCHANGE" : "rename", i, j);
	if (fd >= 0) {
		check_content(w, fd, to);
		close(fd);
	}
	if (!ok || expected || i == j || from == to)
		return;
	if (flags == RENAME_EXCHANGE) {
		w->names[i] = to;
		w->names[j] = from;
		return;
	}
	if (to)
		forget_name(w, j);
	w->names[j] = from;
	w->names[i] = NULL;
}

static void link_name(struct worker *w, unsigned int i, unsigned int j)
{
	char name[16], new_name[16];
	int expected = 0;

	if (!w->names[i])
		expected = -ENOENT;
	else if (w->names[j])
		expected = -EEXIST;
	else if (w->names[i]->kind == DIRECTORY)
		expected = -EPERM;
	if (expect(w, linkat(w->directory, name_of(i, name), w->directory, name_of(j, new_name), 0),
		   expected, "link", i, j) && !expected)
		w->names[j] = w->names[i];
}

static void change_mode(struct worker *w, unsigned int i)
{
	char name[16];
	struct object *object = w->names[i];
	struct timespec times[2] = { { .tv_sec = 1000 + any(w, 1000) }, { .tv_sec = any(w, 1 << 30) } };
	struct stat st;

	if (!object || object->kind == LINK)
		return;
	object->mode = any(w, 2) ? 0600 : 0755;
	if (fchmodat(w->directory, name_of(i, name), object->mode, 0) ||
	    utimensat(w->directory, name, times, 0) || fstatat(w->directory, name, &st, 0))
		wrong(w, "chmod, utimens, stat name%u", i);
	else if ((st.st_mode & 07777) != object->mode || st.st_mtime != times[1].tv_sec)
		wrong(w, "name%u: mode is %o instead of %o, or mtime is wrong", i, st.st_mode,
		      object->mode);
}

static void attributes(struct worker *w, unsigned int i)
{
	char name[16], value[8];
	struct object *object = w->names[i];
	int flags = any(w, 3), fd;
	bool removal = !any(w, 3);

	if (!object || object->kind == LINK)
		return;
	fd = openat(w->directory, name_of(i, name), O_RDONLY);
	if (fd < 0) {
		wrong(w, "open name%u", i);
		return;
	}
	if (removal) {
		expect(w, fremovexattr(fd, "trusted.storm"), object->attribute ? 0 : -ENODATA,
		       "removexattr", i, i);
		object->attribute = false;
	} else {
		int expected = 0;

		if (flags == XATTR_CREATE && object->attribute)
			expected = -EEXIST;
		if (flags == XATTR_REPLACE && !object->attribute)
			expected = -ENODATA;
		expect(w, fsetxattr(fd, "trusted.storm", "storm", 5, flags), expected, "setxattr", i,
		       flags);
		object->attribute = object->attribute || !expected;
	}
	expect(w, fgetxattr(fd, "trusted.storm", value, sizeof(value)),
	       object->attribute ? 0 : -ENODATA, "getxattr", i, i);
	close(fd);
}

static void allocate(struct worker *w, unsigned int i)
{
	char name[16];
	struct object *object = w->names[i];
	int fd;

	if (!object || object->kind != FILE_)
		return;
	fd = openat(w->directory, name_of(i, name), O_RDWR);
	if (fd < 0 || fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, object->size + 4096))
		wrong(w, "fallocate name%u", i);
	else
		check_content(w, fd, object);
	if (fd >= 0)
		close(fd);
}

static void copy(struct worker *w, unsigned int i, unsigned int j)
{
	char name[16], new_name[16];
	struct object *from = w->names[i], *to = w->names[j];
	off_t in = 0, out = 0;
	size_t left;
	int source, target;

	if (!from || from->kind != FILE_ || !to || to->kind != FILE_ || from == to)
		return;
	source = openat(w->directory, name_of(i, name), O_RDONLY);
	target = openat(w->directory, name_of(j, new_name), O_RDWR | O_TRUNC);
	if (source < 0 || target < 0)
		wrong(w, "open name%u name%u", i, j);
	for (left = from->size; left;) {
		ssize_t done = copy_file_range(source, &in, target, &out, left, 0);

		if (done <= 0) {
			wrong(w, "copy_file_range name%u name%u: %zd", i, j, done);
			break;
		}
		left -= done;
	}
	to->seed = from->seed;
	to->size = from->size;
	check_content(w, target, to);
	close(source);
	close(target);
}

static void look(struct worker *w, unsigned int i)
{
	char name[16];
	struct object *object = w->names[i];
	struct stat st;

	if (!expect(w, fstatat(w->directory, name_of(i, name), &st, AT_SYMLINK_NOFOLLOW),
		    object ? 0 : -ENOENT, "stat", i, i) || !object)
		return;
	if (object->kind == FILE_ && ((size_t)st.st_size != object->size || !S_ISREG(st.st_mode) ||
				      st.st_nlink != links(w, object)))
		wrong(w, "name%u: size %lld instead of %zu, or %d names instead of %u", i,
		      (long long)st.st_size, object->size, (int)st.st_nlink, links(w, object));
	if (object->kind == DIRECTORY && !S_ISDIR(st.st_mode))
		wrong(w, "name%u should be a directory", i);
	if (object->kind == LINK && !S_ISLNK(st.st_mode))
		wrong(w, "name%u should be a symbolic link", i);
	if (object->kind == FILE_) {
		int fd = openat(w->directory, name, O_RDONLY);

		if (fd < 0) {
			wrong(w, "open name%u", i);
			return;
		}
		check_content(w, fd, object);
		close(fd);
	}
}

static void list(struct worker *w)
{
	int fd = openat(w->directory, ".", O_RDONLY | O_DIRECTORY);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	unsigned int seen[NAMES] = { 0 }, other = 0;
	struct dirent *entry;

	if (!directory) {
		wrong(w, "opendir");
		return;
	}
	while ((errno = 0, entry = readdir(directory))) {
		unsigned int i;

		if (sscanf(entry->d_name, "name%u", &i) == 1 && i < NAMES)
			seen[i]++;
		else if (entry->d_name[0] != '.')
			other++;
	}
	if (errno || other)
		wrong(w, "readdir: %u unknown names", other);
	for (unsigned int i = 0; i < NAMES; i++)
		if (seen[i] != !!w->names[i])
			wrong(w, "readdir lists name%u %u times", i, seen[i]);
	closedir(directory);
}

/* Of all that try to be the first to make a name, one is. */
static void race(struct worker *w, unsigned int round)
{
	char name[32];
	int result;

	sprintf(name, "race%u", round);
	result = any(w, 2) ? mkdirat(shared, name, 0700) :
		 openat(shared, name, O_CREAT | O_EXCL | O_RDWR, 0600);
	if (result >= 0)
		wins[round]++;
	else if (errno != EEXIST)
		wrong(w, "%s", name);
	if (result > 2)
		close(result);
}

static void *work(void *argument)
{
	struct worker *w = argument;
	unsigned int round = 0;

	while (!told_to_end || time(NULL) < end) {
		unsigned int i = any(w, NAMES), j = any(w, NAMES);

		switch (any(w, 14)) {
		case 0: case 1: case 2: create(w, i); break;
		case 3: make_directory(w, i); break;
		case 4: make_link(w, i); break;
		case 5: case 6: remove_name(w, i); break;
		case 7: case 8: rename_name(w, i, j); break;
		case 9: link_name(w, i, j); break;
		case 10: change_mode(w, i); attributes(w, i); break;
		case 11: allocate(w, i); copy(w, i, j); break;
		case 12: look(w, i); break;
		case 13: list(w); break;
		}
		if (w->operations++ % 10 == 0 && round < sizeof(wins) / sizeof(wins[0]))
			race(w, round++);
	}
	w->operations += round;
	for (unsigned int i = 0; i < NAMES; i++)
		look(w, i);
	return NULL;
}

static void on_sigterm(int signal)
{
	(void)signal;
	told_to_end = true;
}

int main(int argc, char **argv)
{
	struct worker *workers;
	unsigned long operations = 0;
	unsigned int most = 0;
	sigset_t sigterm;

	if (argc != 4)
		errx(2, "usage: storm DIR SECONDS THREADS");
	root = argv[1];
	end = time(NULL) + atoi(argv[2]);
	threads = atoi(argv[3]);
	workers = calloc(threads, sizeof(*workers));
	umask(0);
	/* It shall not interrupt a request of a worker. */
	sigemptyset(&sigterm);
	sigaddset(&sigterm, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &sigterm, NULL);
	signal(SIGTERM, on_sigterm);
	shared = open(root, O_RDONLY | O_DIRECTORY);
	if (shared < 0)
		err(1, "%s", root);
	for (unsigned int i = 0; i < threads; i++) {
		char name[32];

		sprintf(name, "worker%u", i);
		workers[i] = (struct worker){ .number = i, .random = time(NULL) + i * 7919 };
		if (mkdirat(shared, name, 0700))
			err(1, "%s", name);
		workers[i].directory = openat(shared, name, O_RDONLY | O_DIRECTORY);
		if (workers[i].directory < 0)
			err(1, "%s", name);
	}
	for (unsigned int i = 0; i < threads; i++)
		pthread_create(&workers[i].thread, NULL, work, &workers[i]);
	pthread_sigmask(SIG_UNBLOCK, &sigterm, NULL);
	for (unsigned int i = 0; i < threads; i++) {
		pthread_join(workers[i].thread, NULL);
		operations += workers[i].operations;
	}
	for (unsigned int i = 0; i < sizeof(wins) / sizeof(wins[0]); i++)
		if (wins[i] > 1) {
			printf("# %u workers were the first to make race%u\n", wins[i], i);
			failed++;
		} else if (wins[i]) {
			most = i + 1;
		}
	for (unsigned int i = 0; i < most; i++)
		if (!wins[i]) {
			printf("# nobody made race%u\n", i);
			failed++;
		}
	printf("operations=%lu races=%u failed=%lu\n", operations, most, failed);
	return !!failed;
}
