// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "session.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "fdstorefs.h"

#define SESSION	"session"
#define DRAFT	".session.draft"
#define OPEN	"open"

/* How often a server that waits makes sure that it waits for a session of its own. */
#define CHECK_SECONDS	2

static const char *store_path;
static int store;
static int lease;
static int open_files;

static int put(int directory, const char *name, int fd, uint32_t flags)
{
	struct fdstorefs_put put = { .fd = fd, .flags = flags, .anchor_fd = -1 };
	int entry = openat(directory, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	int result, saved;

	if (entry < 0)
		return -1;
	result = ioctl(entry, FDSTOREFS_IOC_PUT, &put);
	saved = errno;
	close(entry);
	errno = saved;
	return result;
}

static int get(int directory, const char *name)
{
	int entry = openat(directory, name, O_RDWR | O_CLOEXEC);
	int fd, saved;

	if (entry < 0)
		return -1;
	fd = ioctl(entry, FDSTOREFS_IOC_GET, 0);
	saved = errno;
	close(entry);
	errno = saved;
	return fd;
}

static void remove_at(int directory, const char *name, int flags)
{
	if (unlinkat(directory, name, flags) && errno != ENOENT)
		err(1, "%s: %s cannot be removed", store_path, name);
}

/* The connection first: a session without one is none. */
static void remove_session(const char *name)
{
	int session = openat(store, name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (session < 0)
		return;
	remove_at(session, "connection", 0);
	remove_at(session, "state", 0);
	close(session);
	remove_at(store, name, AT_REMOVEDIR);
}

void session_open_store(const char *directory)
{
	struct statfs fs;

	store_path = directory;
	store = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store < 0 || fstatfs(store, &fs))
		err(1, "%s", directory);
	if (fs.f_type != FDSTOREFS_SUPER_MAGIC)
		errx(1, "%s is not in an fdstorefs; mount -t fdstorefs fdstore %s", directory, directory);
	lease = openat(store, "lease", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lease < 0)
		err(1, "%s/lease", directory);
}

bool session_try_lease(void)
{
	if (!flock(lease, LOCK_EX | LOCK_NB))
		return true;
	if (errno != EWOULDBLOCK)
		err(1, "%s/lease cannot be locked", store_path);
	return false;
}

static void interrupt(int signal)
{
}

void session_await_lease(void (*check)(void))
{
	struct sigaction action = { .sa_handler = interrupt }, before;
	struct itimerval often = { { CHECK_SECONDS, 0 }, { CHECK_SECONDS, 0 } }, never = { 0 };

	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &often, NULL);
	while (flock(lease, LOCK_EX)) {
		if (errno != EINTR)
			err(1, "%s/lease cannot be locked", store_path);
		check();
	}
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &before, NULL);
}

static void prepare_open_files(void)
{
	if (mkdirat(store, OPEN, 0700) && errno != EEXIST)
		err(1, "%s/" OPEN, store_path);
	open_files = openat(store, OPEN, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (open_files < 0)
		err(1, "%s/" OPEN, store_path);
}

/* Both are -1 if there is no session. If there is, its state may be missing all the same. */
static void find(int *connection, int *state)
{
	int session = openat(store, SESSION, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int saved;

	*connection = -1;
	*state = -1;
	if (session < 0) {
		if (errno != ENOENT)
			err(1, "%s/" SESSION, store_path);
		return;
	}
	*connection = get(session, "connection");
	if (*connection < 0 && errno != ENOENT && errno != ENODATA)
		err(1, "%s/" SESSION "/connection", store_path);
	if (*connection >= 0)
		*state = get(session, "state");
	saved = errno;
	close(session);
	errno = saved;
}

int session_look(void)
{
	struct pollfd connected = { 0 };
	int connection, state;

	find(&connection, &state);
	if (connection < 0)
		return -1;
	connected.fd = connection;
	if (state >= 0 && poll(&connected, 1, 0) == 1 && (connected.revents & POLLERR)) {
		close(state);
		state = -1;
	}
	close(connection);
	return state;
}

bool session_load(int *connection, int *state)
{
	find(connection, state);
	if (*connection < 0) {
		session_clear();
		return false;
	}
	if (*state < 0)
		err(1, "%s/" SESSION "/state", store_path);
	prepare_open_files();
	return true;
}

void session_save(int connection, int state)
{
	int draft;

	prepare_open_files();
	remove_session(DRAFT);
	if (mkdirat(store, DRAFT, 0700))
		err(1, "%s/" DRAFT, store_path);
	draft = openat(store, DRAFT, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (draft < 0)
		err(1, "%s/" DRAFT, store_path);
	/* Once unmounted the connection is of no use, so its entry may become empty. */
	if (put(draft, "connection", connection, FDSTOREFS_PUT_HANGUP) ||
	    put(draft, "state", state, 0))
		err(1, "%s: the session cannot be stored", store_path);
	close(draft);
	if (renameat(store, DRAFT, store, SESSION))
		err(1, "%s/" SESSION, store_path);
}

static bool anything(uint64_t id)
{
	return true;
}

void session_clear(void)
{
	remove_session(SESSION);
	session_drop_files(anything);
	remove_at(store, OPEN, AT_REMOVEDIR);
}

static const char *name_of(uint64_t id, char name[24])
{
	snprintf(name, 24, "%" PRIu64, id);
	return name;
}

int session_keep_file(uint64_t id, int fd)
{
	char name[24];

	return put(open_files, name_of(id, name), fd, FDSTOREFS_PUT_REPLACE);
}

int session_get_file(uint64_t id)
{
	char name[24];

	return get(open_files, name_of(id, name));
}

int session_drop_file(uint64_t id)
{
	char name[24];

	return unlinkat(open_files, name_of(id, name), 0);
}

void session_drop_files(bool (*unwanted)(uint64_t id))
{
	int directory = openat(store, OPEN, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *entry;
	DIR *names;

	if (directory < 0 && errno == ENOENT)
		return;
	names = directory < 0 ? NULL : fdopendir(directory);
	if (!names)
		err(1, "%s/" OPEN, store_path);
	while ((entry = readdir(names)))
		if (entry->d_name[0] != '.' && unwanted(strtoull(entry->d_name, NULL, 10)))
			remove_at(directory, entry->d_name, 0);
	closedir(names);
}
