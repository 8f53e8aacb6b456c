/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watches: something outside the store whose end is also the end of what an
 * entry holds, or of everything that a store holds.
 */
#ifndef FDSTOREFS_WATCH_H
#define FDSTOREFS_WATCH_H

#include <linux/poll.h>

struct fdstorefs_super;
struct fdstorefs_watch;
struct inode;
struct pid;
struct work_struct;

#define FDSTOREFS_HANGUP_EVENTS	(EPOLLHUP | EPOLLERR)
#define FDSTOREFS_ANCHOR_EVENTS	(EPOLLIN | EPOLLHUP | EPOLLERR)

struct fdstorefs_watch *fdstorefs_watch_entry(struct inode *inode,
					      struct file *file,
					      __poll_t events);
struct fdstorefs_watch *fdstorefs_watch_store(struct fdstorefs_super *fsi,
					      struct file *file);
struct fdstorefs_watch *fdstorefs_watch_init(struct fdstorefs_super *fsi,
					     struct pid *pid);
void fdstorefs_watch_attached(struct fdstorefs_watch *watch);
void fdstorefs_watch_end(struct fdstorefs_watch *watch);

void fdstorefs_queue(struct work_struct *work);
int fdstorefs_start_watching(void);
void fdstorefs_stop_watching(void);

#endif /* FDSTOREFS_WATCH_H */
