/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: every way in which an open file description enters or leaves an
 * entry. Both are identified by device and inode number, as by stat(2).
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM fdstorefs

#if !defined(FDSTOREFS_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define FDSTOREFS_TRACE_H

#include <linux/fs.h>
#include <linux/tracepoint.h>

#include "internal.h"

#define FDSTOREFS_REASONS				\
	EM(FDSTOREFS_UNLINK,	"unlink")		\
	EM(FDSTOREFS_TRUNCATE,	"truncate")		\
	EM(FDSTOREFS_REPLACE,	"replace")		\
	EM(FDSTOREFS_HANGUP,	"hangup")		\
	EM(FDSTOREFS_ANCHOR,	"anchor")		\
	EM(FDSTOREFS_UMOUNT,	"umount")		\
	EM(FDSTOREFS_DRAIN,	"drain")		\
	EMe(FDSTOREFS_EVICT,	"evict")

#undef EM
#undef EMe
#define EM(a, b)	TRACE_DEFINE_ENUM(a);
#define EMe(a, b)	TRACE_DEFINE_ENUM(a);
FDSTOREFS_REASONS
#undef EM
#undef EMe
#define EM(a, b)	{ a, b },
#define EMe(a, b)	{ a, b }

DECLARE_EVENT_CLASS(fdstorefs_move,
	TP_PROTO(const struct inode *inode, const struct file *stored),
	TP_ARGS(inode, stored),
	TP_STRUCT__entry(
		__field(dev_t,	dev)
		__field(u64,	ino)
		__field(dev_t,	stored_dev)
		__field(u64,	stored_ino)
	),
	TP_fast_assign(
		__entry->dev = inode->i_sb->s_dev;
		__entry->ino = inode->i_ino;
		__entry->stored_dev = file_inode(stored)->i_sb->s_dev;
		__entry->stored_ino = file_inode(stored)->i_ino;
	),
	TP_printk("dev=%u:%u ino=%llu stored=%u:%u/%llu",
		  MAJOR(__entry->dev), MINOR(__entry->dev), __entry->ino,
		  MAJOR(__entry->stored_dev), MINOR(__entry->stored_dev),
		  __entry->stored_ino)
);

DEFINE_EVENT(fdstorefs_move, fdstorefs_put,
	TP_PROTO(const struct inode *inode, const struct file *stored),
	TP_ARGS(inode, stored));

DEFINE_EVENT(fdstorefs_move, fdstorefs_get,
	TP_PROTO(const struct inode *inode, const struct file *stored),
	TP_ARGS(inode, stored));

DEFINE_EVENT(fdstorefs_move, fdstorefs_take,
	TP_PROTO(const struct inode *inode, const struct file *stored),
	TP_ARGS(inode, stored));

TRACE_EVENT(fdstorefs_drop,
	TP_PROTO(const struct inode *inode, const struct file *stored,
		 enum fdstorefs_reason reason),
	TP_ARGS(inode, stored, reason),
	TP_STRUCT__entry(
		__field(dev_t,	dev)
		__field(u64,	ino)
		__field(dev_t,	stored_dev)
		__field(u64,	stored_ino)
		__field(int,	reason)
	),
	TP_fast_assign(
		__entry->dev = inode->i_sb->s_dev;
		__entry->ino = inode->i_ino;
		__entry->stored_dev = file_inode(stored)->i_sb->s_dev;
		__entry->stored_ino = file_inode(stored)->i_ino;
		__entry->reason = reason;
	),
	TP_printk("dev=%u:%u ino=%llu stored=%u:%u/%llu reason=%s",
		  MAJOR(__entry->dev), MINOR(__entry->dev), __entry->ino,
		  MAJOR(__entry->stored_dev), MINOR(__entry->stored_dev),
		  __entry->stored_ino,
		  __print_symbolic(__entry->reason, FDSTOREFS_REASONS))
);

#endif /* FDSTOREFS_TRACE_H */

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
