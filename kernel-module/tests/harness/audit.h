/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The audit log as the kernel multicasts it, whether or not auditd runs; the
 * kernel log has but a part of it, by a rate limit. After store.h.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include <linux/audit.h>
#include <linux/netlink.h>
#include <sys/socket.h>

static inline int open_audit_log(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };
	int fd, group = AUDIT_NLGRP_READLOG, room = 1 << 20;

	fd = ASSERT_OK(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT));
	ASSERT_OK(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)));
	ASSERT_OK(bind(fd, (struct sockaddr *)&addr, sizeof(addr)));
	ASSERT_OK(setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
			     sizeof(group)));
	return fd;
}

/* Waits for a record that has each of these texts. */
static inline bool audited(int log, const char *const *texts)
{
	static char buf[16384];
	const char *record = NLMSG_DATA((struct nlmsghdr *)buf);

	while (await(log, POLLIN)) {
		int n = ASSERT_OK(recv(log, buf, sizeof(buf) - 1, 0));
		bool all = true;

		buf[n] = '\0';
		for (const char *const *text = texts; all && *text; text++)
			all = strstr(record, *text);
		if (all)
			return true;
	}
	return false;
}

#define EXPECT_AUDITED(log, ...) \
	EXPECT_TRUE(audited(log, (const char *const []){ __VA_ARGS__, NULL }))

#endif
