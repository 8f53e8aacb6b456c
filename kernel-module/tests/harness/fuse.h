/* SPDX-License-Identifier: GPL-2.0 */
/* A FUSE server of a few lines, after store.h: what tests need one for. */
#ifndef FUSE_H
#define FUSE_H

#include <linux/fuse.h>

/* The reply to a request. */
static inline void fuse_answer(int fd, const struct fuse_in_header *in,
			       const void *body, size_t size)
{
	struct { struct fuse_out_header h; char body[256]; } out = {
		.h = { .len = sizeof(out.h) + size, .unique = in->unique },
	};

	memcpy(out.body, body, size);
	ASSERT_EQ(write(fd, &out, out.h.len), out.h.len);
}

/* Mounts what fd, an opened /dev/fuse, is to serve, and answers INIT. */
static inline void fuse_mount(int fd, const char *dir)
{
	struct fuse_init_out init = {
		.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096,
		.flags = FUSE_ASYNC_READ | FUSE_ASYNC_DIO,
	};
	char buf[FUSE_MIN_READ_BUFFER], options[128];

	ASSERT_OK(mkdir(dir, 0755));
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=0,group_id=0", fd);
	ASSERT_OK(mount("fuse", dir, "fuse", 0, options));
	ASSERT_GT(read(fd, buf, sizeof(buf)), 0);
	ASSERT_EQ(((struct fuse_in_header *)buf)->opcode, FUSE_INIT);
	fuse_answer(fd, (void *)buf, &init, sizeof(init));
}

/* Answers requests, until one of that kind has been: the only file is "hello". */
static inline void fuse_serve_until(int fd, uint32_t opcode)
{
	const struct fuse_entry_out entry = {
		.nodeid = 2, .attr_valid = 100, .entry_valid = 100,
		.attr = { .ino = 2, .mode = S_IFREG | 0644, .nlink = 1, .size = 4711 },
	};
	const struct fuse_attr_out root = {
		.attr = { .ino = 1, .mode = S_IFDIR | 0755, .nlink = 2 },
	};
	const struct fuse_open_out opened = { .fh = 1 };
	char buf[FUSE_MIN_READ_BUFFER];
	const struct fuse_in_header *in = (void *)buf;

	do {
		ASSERT_GT(read(fd, buf, sizeof(buf)), 0);
		switch (in->opcode) {
		case FUSE_LOOKUP:
			ASSERT_STREQ((const char *)(in + 1), "hello");
			fuse_answer(fd, in, &entry, sizeof(entry));
			break;
		case FUSE_GETATTR:
			fuse_answer(fd, in, &root, sizeof(root));
			break;
		case FUSE_OPEN:
			fuse_answer(fd, in, &opened, sizeof(opened));
			break;
		}
	} while (in->opcode != opcode);
}

#endif
