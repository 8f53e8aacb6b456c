/* SPDX-License-Identifier: GPL-2.0 */
/* Entering user namespaces, after harness.h. */
#ifndef USERNS_H
#define USERNS_H

static inline void write_file(const char *path, const char *text)
{
	int fd = ASSERT_OK(open(path, O_WRONLY | O_CLOEXEC));

	ASSERT_EQ(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* A new user namespace in which the caller is root, and others besides. */
static inline void become_root_of_user_namespace(int flags)
{
	char map[64];
	uid_t uid = geteuid();
	gid_t gid = getegid();

	ASSERT_OK(unshare(CLONE_NEWUSER | flags));
	write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	write_file("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %u 1", gid);
	write_file("/proc/self/gid_map", map);
}

#endif
