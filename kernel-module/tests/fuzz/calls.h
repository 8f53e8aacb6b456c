/* SPDX-License-Identifier: GPL-2.0 */
/*
 * System calls, made by the process that the model has in mind: actor 0 is
 * this process, the others are its children, which do what they are sent.
 */
#ifndef FUZZ_CALLS_H
#define FUZZ_CALLS_H

#include <stdbool.h>
#include <sys/types.h>

enum what {
	C_OPEN,		/* fd/path, n[0] flags, n[1] mode */
	C_CLOSE,	/* fd */
	C_DUP,		/* fd */
	C_PUT,		/* fd, fd2, n[0] flags, n[1] anchor, n[2] reserved, n[3] size, n[4] tail */
	C_IOCTL,	/* fd, n[0] number, n[1] argument */
	C_UNLINK,	/* fd/path, n[0] flags */
	C_MKDIR,	/* fd/path, n[0] mode */
	C_SYMLINK,	/* fd/path */
	C_LINK,		/* fd/path, fd2/path2, n[0] flags */
	C_RENAME,	/* fd/path, fd2/path2, n[0] flags */
	C_TRUNCATE,	/* path, n[0] length */
	C_FTRUNCATE,	/* fd, n[0] length */
	C_CHMOD,	/* fd/path, n[0] mode */
	C_CHOWN,	/* fd/path, n[0] user and group */
	C_POLL,		/* fd, n[0] events: returns revents */
	C_READ,		/* fd: into text */
	C_WRITE,	/* fd */
	C_MOUNT,	/* path, text: options; returns into text the store's name */
	C_FSMOUNT,	/* path, n[0] anchor or -1, text: max= */
	C_BIND,		/* path, path2 */
	C_REMOUNT,	/* path, text: options */
	C_UMOUNT,	/* path, n[0] flags */
	C_SEND,		/* fd, fd2: a descriptor */
	C_RECEIVE,	/* fd: a descriptor, or 0 at the end */
	C_ACCEPT,	/* a descriptor that comes along with the request */
	C_INO,		/* fd: inode number */
	C_SAME,		/* fd, fd2: of one open file description? */
	C_WHATS,
};

struct request {
	enum what what;
	int fd, fd2;
	long n[5];
	long limit;		/* RLIMIT_NOFILE during the call, or -1 */
	char path[96], path2[96];
	char text[96];
};

struct reply {
	long ret;
	int err;
	char text[640];
};

enum role {
	R_ROOT,		/* root in the fuzzer's namespaces */
	R_USER,		/* an ordinary user there */
	R_SPACE,	/* root in a mount namespace of its own */
	R_INIT,		/* init of a pid namespace, the mounts shared */
	R_CONTAINER,	/* init of a pid namespace with its own mounts */
	R_USERNS,	/* root of a user namespace with its own mounts */
	ROLES
};

struct actor;

struct reply act_on(struct actor *a, const struct request *q);
/* The same, with a descriptor of this process that the actor gets (C_ACCEPT). */
struct reply act_with(struct actor *a, const struct request *q, int fd);
/* Starts the process of an actor; false if that failed. */
bool actor_start(struct actor *a, enum role role);
void actor_kill(struct actor *a);

#endif
