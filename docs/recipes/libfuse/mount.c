// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "mount.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

struct mount mount_prepare(const char *source)
{
	struct mount mount = { .connection = open("/dev/fuse", O_RDWR | O_CLOEXEC) };
	char connection[16];
	int fs;

	if (mount.connection < 0)
		err(1, "/dev/fuse (modprobe fuse?)");
	snprintf(connection, sizeof(connection), "%d", mount.connection);
	fs = fsopen("fuse", FSOPEN_CLOEXEC);
	if (fs < 0)
		err(1, "fsopen fuse");
	if (fsconfig(fs, FSCONFIG_SET_STRING, "source", source, 0) ||
	    fsconfig(fs, FSCONFIG_SET_STRING, "subtype", "mirror", 0) ||
	    fsconfig(fs, FSCONFIG_SET_STRING, "fd", connection, 0) ||
	    fsconfig(fs, FSCONFIG_SET_STRING, "rootmode", "40000", 0) ||
	    fsconfig(fs, FSCONFIG_SET_STRING, "user_id", "0", 0) ||
	    fsconfig(fs, FSCONFIG_SET_STRING, "group_id", "0", 0) ||
	    fsconfig(fs, FSCONFIG_SET_FLAG, "default_permissions", NULL, 0) ||
	    fsconfig(fs, FSCONFIG_SET_FLAG, "allow_other", NULL, 0) ||
	    fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		err(1, "the FUSE file system cannot be set up");
	mount.tree = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NODEV | MOUNT_ATTR_NOSUID);
	if (mount.tree < 0)
		err(1, "fsmount");
	close(fs);
	return mount;
}

void mount_attach(struct mount *mount, const char *directory)
{
	if (move_mount(mount->tree, "", AT_FDCWD, directory, MOVE_MOUNT_F_EMPTY_PATH))
		err(1, "%s cannot be mounted on", directory);
	close(mount->tree);
	mount->tree = -1;
}
