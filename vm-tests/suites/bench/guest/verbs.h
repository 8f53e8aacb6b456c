/* SPDX-License-Identifier: GPL-2.0 */
/* The verbs, which must not fail. */
#ifndef VERBS_H
#define VERBS_H

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../../../kernel-module/fdstorefs.h"
#include "measure.h"

static inline void put_anchored(int entry, int fd, unsigned int flags, int anchor)
{
	struct fdstorefs_put arg = { .fd = fd, .flags = flags, .anchor_fd = anchor };

	check(ioctl(entry, FDSTOREFS_IOC_PUT, &arg));
}

static inline void put(int entry, int fd, unsigned int flags)
{
	put_anchored(entry, fd, flags, -1);
}

static inline int get(int entry)
{
	return check(ioctl(entry, FDSTOREFS_IOC_GET, 0));
}

static inline int take(int entry)
{
	return check(ioctl(entry, FDSTOREFS_IOC_TAKE, 0));
}

/* What all ways to get are compared with: open + GET + close + close. */
static inline void open_and_get(const char *name, int access)
{
	int entry = check(open(name, access | O_CLOEXEC));

	close(get(entry));
	close(entry);
}

#endif
