/* SPDX-License-Identifier: GPL-2.0 */
/* Entering user namespaces, after store.h. */
#ifndef USERNS_H
#define USERNS_H

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

/*
 * ROOTLESS(flags) { ... }: the block runs in a child that was user 1000 and is
 * root of a user namespace and of a mount namespace, in a directory of its own.
 */
static inline bool rootless_child(int flags)
{
	pid_t init;

	ASSERT_OK(mkdir("r", 0755));
	ASSERT_OK(chown("r", 1000, 1000));
	if (!harness_in_child())
		return false;
	become(1000, 1000);
	/* Else the files of /proc/self would stay root's. */
	ASSERT_OK(prctl(PR_SET_DUMPABLE, 1));
	become_root_of_user_namespace(CLONE_NEWNS | flags);
	ASSERT_OK(chdir("r"));
	if (flags & CLONE_NEWPID) {
		init = ASSERT_OK(fork());
		if (init) {
			ASSERT_CHILD(init);
			finish();
		}
	}
	return true;
}

#define ROOTLESS(flags) \
	for (bool as_ = rootless_child(flags); as_; finish())

#endif
