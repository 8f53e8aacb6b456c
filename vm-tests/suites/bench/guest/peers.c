// SPDX-License-Identifier: GPL-2.0
/*
 * peers DIR: what people would do instead, and what the kernel's own operations of the kind cost; DIR is on a tmpfs. A
 * bpf file system is at /sys/fs/bpf.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/bpf.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "holder.h"
#include "measure.h"

#define MAP "/sys/fs/bpf/bench"

static int file;	/* the end of a pipe */
static int connection;	/* to the daemon */
static pid_t daemon_pid;
static int daemon_pidfd;

static void nothing(void)
{
	syscall(SYS_getppid);
}

static void open_close(void)
{
	close(check(open("file", O_RDONLY | O_CLOEXEC)));
}

static void dup_close(void)
{
	close(check(dup(file)));
}

static void create_unlink(void)
{
	close(check(open("new", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)));
	check(unlink("new"));
}

static void mount_umount(void)
{
	check(mount("bench", "/mnt", "tmpfs", 0, NULL));
	check(umount2("/mnt", 0));
}

static void getfd(void)
{
	close(check((int)syscall(SYS_pidfd_getfd, daemon_pidfd, HOLDER_FD, 0)));
}

static void open_getfd(void)
{
	int pidfd = check((int)syscall(SYS_pidfd_open, daemon_pid, 0));

	close(check((int)syscall(SYS_pidfd_getfd, pidfd, HOLDER_FD, 0)));
	close(pidfd);
}

static void connected_get(void)
{
	close(check(holder_get(connection, "a")));
}

static void connecting_get(void)
{
	int to = check(holder_connect("socket"));

	close(check(holder_get(to, "a")));
	close(to);
}

static void connected_put(void)
{
	check(holder_put(connection, "b", file));
}

static void connecting_put(void)
{
	int to = check(holder_connect("socket"));

	check(holder_put(to, "b", file));
	close(to);
}

static void obj_get(void)
{
	union bpf_attr attr = { .pathname = (unsigned long)MAP, .file_flags = BPF_F_RDONLY };

	close(check((int)syscall(SYS_bpf, BPF_OBJ_GET, &attr, sizeof(attr))));
}

static void pin_map(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1,
	};
	int map = check((int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)));

	unlink(MAP);
	attr = (union bpf_attr){ .pathname = (unsigned long)MAP, .bpf_fd = map };
	check((int)syscall(SYS_bpf, BPF_OBJ_PIN, &attr, sizeof(attr)));
	close(map);
}

int main(int argc, char **argv)
{
	int ends[2];

	if (argc != 2)
		errx(2, "usage: peers DIR");
	check(chdir(argv[1]));
	check(pipe2(ends, O_CLOEXEC));
	file = ends[0];
	close(check(open("file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600)));
	pin_map();
	daemon_pid = check(holder_start("socket", file));
	daemon_pidfd = check((int)syscall(SYS_pidfd_open, daemon_pid, 0));
	connection = check(holder_connect("socket"));

	row("nothing", "getppid, the least that a system call costs", nothing);
	row("tmpfs-open", "open + close of a tmpfs file", open_close);
	row("dup", "dup + close", dup_close);
	row("scm", "get from a daemon (SCM_RIGHTS), connected", connected_get);
	row("scm-connect", "get from a daemon, connecting each time", connecting_get);
	row("scm-put", "put into a daemon, connected", connected_put);
	row("scm-connect-put", "put into a daemon, connecting each time", connecting_put);
	row("pidfd", "pidfd_getfd + close, from a living process", getfd);
	row("pidfd-open", "pidfd_open + pidfd_getfd + close + close", open_getfd);
	row("bpf", "bpf_obj_get of a pinned map + close", obj_get);
	row("tmpfs-create", "create + close + unlink on a tmpfs", create_unlink);
	measure(CLOCK_ALL_WORK, 15, 50, mount_umount, "tmpfs-mount", "mount + umount of a tmpfs");

	kill(daemon_pid, SIGKILL);
	unlink(MAP);
	return 0;
}
