/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MOUNT_H
#define MOUNT_H

/*
 * A FUSE mount that nobody sees yet, and its connection: so the connection can
 * be stored before anybody can use the mount. End the program if they fail.
 */
struct mount {
	int connection;
	int tree;
};

struct mount mount_prepare(const char *source);
void mount_attach(struct mount *mount, const char *directory);

#endif
