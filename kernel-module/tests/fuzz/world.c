// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "fuzz.h"
#include "world.h"

#define MODULE_USERS	"/sys/module/fdstorefs/refcnt"
#define SLAB		"/sys/kernel/slab/fdstorefs_inode_cache/"

static char dir[] = "/tmp/fdstorefs-fuzz.XXXXXX";
static long users, inodes;

/* Who may link what, or follow what in sticky directories, is not modelled. */
static struct {
	const char *path;
	long was;
} protection[] = {
	{ .path = "/proc/sys/fs/protected_hardlinks" },
	{ .path = "/proc/sys/fs/protected_symlinks" },
	{ .path = "/proc/sys/fs/protected_regular" },
};

#define PROTECTIONS	3

static long number_in(const char *path)
{
	char text[64] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return -1;
	close(fd);
	return strtol(text, NULL, 10);
}

static bool write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) > 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* The slab's spare ones flushed. */
static long live_inodes(void)
{
	write_to(SLAB "shrink", "1");
	return number_in(SLAB "objects");
}

bool world_prepare(void)
{
	for (int i = 0; i < PROTECTIONS; i++) {
		protection[i].was = number_in(protection[i].path);
		write_to(protection[i].path, "0");
	}
	users = number_in(MODULE_USERS);
	return users >= 0 && geteuid() == 0 && mkdtemp(dir);
}

static void need(int ret, const char *what)
{
	if (ret < 0)
		fail("%s failed: %s", what, errno_name(errno));
}

void world_make(void)
{
	struct rlimit files = { 4096, 4096 };
	char path[8];

	users = number_in(MODULE_USERS);
	inodes = live_inodes();
	signal(SIGPIPE, SIG_IGN);
	umask(0);
	need(setrlimit(RLIMIT_NOFILE, &files), "setrlimit");
	need(unshare(CLONE_NEWNS), "unshare");
	need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "making / private");
	need(mount("scratch", dir, "tmpfs", 0, "mode=0755"), "mounting a tmpfs");
	need(chdir(dir), "chdir");
	for (int p = 0; p < POINTS; p++) {
		snprintf(path, sizeof(path), "m%d", p);
		need(mkdir(path, 0755), "mkdir");
	}
	memset(&m, 0, sizeof(m));
	m.actor[0] = (struct actor){ .live = true, .root = true };
	m.in_space[0] = 1;
}

/* Inodes are freed after an RCU grace period, which each round waits for. */
void world_end(void)
{
	long end = now_ms() + patience_ms, u, i;

	for (;;) {
		u = number_in(MODULE_USERS);
		i = live_inodes();
		if (u <= users && i <= inodes)
			return;
		if (now_ms() > end)
			break;
		syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
		sched_yield();
	}
	fail("%ld users of the module and %ld inodes are left, not %ld and %ld",
	     u, i, users, inodes);
}

void world_remove(void)
{
	char text[16];

	for (int i = 0; i < PROTECTIONS; i++) {
		snprintf(text, sizeof(text), "%ld", protection[i].was);
		write_to(protection[i].path, text);
	}
	rmdir(dir);
}

static void print_slots(const struct actor *a)
{
	char text[80];

	for (int s = 0; s < SLOTS; s++)
		if (a->slot[s]) {
			describe(a->slot[s], text, sizeof(text));
			printf("#     slot %d = fd %d: %s\n", s, a->fd[s], text);
		}
}

static void print_store(const struct store *s)
{
	char text[80];

	printf("#   store %d (%s): max %d, used %d, filled %d%s\n",
	       (int)(s - m.store), s->name, s->max, s->used, s->filled,
	       s->sealed ? ", sealed" : "");
	for (int i = 0; i < MOUNTS; i++)
		if (m.mnt[i].store == s)
			printf("#     mount %d in namespace %d, %d files\n",
			       m.mnt[i].point, m.mnt[i].space, m.mnt[i].files);
	for (int i = 0; i < INODES; i++) {
		const struct inode *n = &m.inode[i];

		if (!n->type || n->store != s)
			continue;
		describe(n->held.file, text, sizeof(text));
		printf("#     inode %d: type %d, mode %o, user %d, %d names, %d opens, holds %s%s\n",
		       i, n->type, n->mode, n->user, n->nlink, n->opens, text,
		       n->held.hangup ? ", watched" : "");
		if (n->held.anchor) {
			describe(n->held.anchor, text, sizeof(text));
			printf("#       anchored to %s\n", text);
		}
	}
}

void world_print(void)
{
	printf("# the model:\n");
	for (int i = 0; i < ACTORS; i++)
		if (m.actor[i].live) {
			printf("#   process %d: user %d%s, namespace %d\n", i,
			       m.actor[i].user, m.actor[i].init ? ", init" : "",
			       m.actor[i].space);
			print_slots(&m.actor[i]);
		}
	for (int i = 0; i < STORES; i++)
		if (m.store[i].live)
			print_store(&m.store[i]);
}
