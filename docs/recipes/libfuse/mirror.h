/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MIRROR_H
#define MIRROR_H

#include <fuse_lowlevel.h>

/* A file system that shows a directory; its nodes are those of nodes.h. */
extern const struct fuse_lowlevel_ops mirror_operations;

#endif
