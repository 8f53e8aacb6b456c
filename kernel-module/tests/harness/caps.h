/* SPDX-License-Identifier: GPL-2.0 */
/* Giving up capabilities, all but one; after harness.h. */
#ifndef CAPS_H
#define CAPS_H

#include <linux/capability.h>
#include <sys/syscall.h>

/* This process goes on as that user, with no capability but that one; -1: none. */
static inline void keep_only(uid_t uid, gid_t gid, int capability)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct caps[2] = {};

	ASSERT_OK(prctl(PR_SET_KEEPCAPS, 1));
	become(uid, gid);
	if (capability >= 0)
		caps[0].effective = caps[0].permitted = 1U << capability;
	ASSERT_OK(syscall(SYS_capset, &head, caps));
}

#endif
