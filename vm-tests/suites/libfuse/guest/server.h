/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests say about servers: that of docs/recipes/libfuse, which lies beside the test. */
#ifndef SERVER_H
#define SERVER_H

#include "harness.h"
#include "store.h"
#include <libgen.h>
#include <linux/limits.h>

#define SOURCE	"source"
#define MOUNT	"mount"
#define STORE	"s"
#define ERRORS	"errors"	/* what all servers of a test have written to stderr */

struct server {
	pid_t pid;
	FILE *events;
	char line[600];		/* the last of its events that was awaited */
};

/* A program that lies beside this one. */
static inline const char *beside(const char *name)
{
	static char path[PATH_MAX];
	char self[PATH_MAX] = "";

	ASSERT_OK(readlink("/proc/self/exe", self, sizeof(self) - 1));
	snprintf(path, sizeof(path), "%s/%s", dirname(self), name);
	return path;
}

static inline void make_directories(void)
{
	if (access("/dev/fuse", F_OK))
		ASSERT_EQ(system("modprobe fuse"), 0);
	ASSERT_OK(mkdir(SOURCE, 0755));
	ASSERT_OK(mkdir(MOUNT, 0755));
	ASSERT_OK(close(ASSERT_OK(open(ERRORS, O_CREAT | O_WRONLY | O_TRUNC, 0600))));
}

/* The last argument may be "--standby", or NULL. */
static inline struct server server_start(int workers, const char *more)
{
	struct server server;
	char number[16];
	int events[2];

	snprintf(number, sizeof(number), "%d", workers);
	ASSERT_OK(pipe2(events, O_CLOEXEC));
	server.pid = ASSERT_OK(fork());
	if (!server.pid) {
		dup2(events[1], 1);
		dup2(open(ERRORS, O_WRONLY | O_APPEND), 2);
		execl(beside("mirror"), "mirror", "--source", SOURCE, "--mount", MOUNT, "--store", STORE,
		      "--workers", number, more, NULL);
		_exit(127);
	}
	close(events[1]);
	server.events = fdopen(events[0], "r");
	return server;
}

/* Wait for an event that begins so. False if the server ends without it. */
static inline bool server_await(struct server *server, const char *event)
{
	while (fgets(server->line, sizeof(server->line), server->events))
		if (!strncmp(server->line, event, strlen(event)))
			return true;
	return false;
}

static inline const char *server_errors(void)
{
	static char text[4096];
	int fd = ASSERT_OK(open(ERRORS, O_RDONLY | O_CLOEXEC));
	ssize_t size = read(fd, text, sizeof(text) - 1);

	close(fd);
	text[size < 0 ? 0 : size] = '\0';
	return text;
}

static inline struct server server_serve(int workers)
{
	struct server server = server_start(workers, NULL);

	if (!server_await(&server, "serving"))
		HARNESS_FAIL(true, "the server does not serve: %s", server_errors());
	return server;
}

static inline int server_end(struct server *server)
{
	int status;

	ASSERT_EQ(waitpid(server->pid, &status, 0), server->pid);
	fclose(server->events);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static inline void server_kill(struct server *server)
{
	ASSERT_OK(kill(server->pid, SIGKILL));
	server_end(server);
}

/* A number in what a server said when it took over. */
static inline int taken_over(const struct server *server, const char *what)
{
	char key[32];
	const char *at;

	snprintf(key, sizeof(key), " %s=", what);
	at = strstr(server->line, key);
	return at ? atoi(at + strlen(key)) : -1;
}

/* The server has nothing to complain about, and stops because it is unmounted. */
static inline void unmount_and_end(struct server *server)
{
	ASSERT_OK(umount(MOUNT));
	EXPECT_TRUE(server_await(server, "unmounted"));
	EXPECT_EQ(server_end(server), 0);
	EXPECT_STREQ(server_errors(), "");
	EXPECT_ERRNO(ENOENT, access(STORE "/session", F_OK));
	EXPECT_ERRNO(ENOENT, access(STORE "/open", F_OK));
}

#endif
