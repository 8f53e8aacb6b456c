/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watches: something outside the store whose end is also the end of what an
 * entry holds, or of everything that a store holds.
 */
#ifndef FDSTOREFS_WATCH_H
#define FDSTOREFS_WATCH_H

#include <linux/list.h>
#include <linux/poll.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct fdstorefs_held;
struct fdstorefs_super;
struct fdstorefs_watch;
struct pid;

#define FDSTOREFS_HANGUP_EVENTS	(EPOLLHUP | EPOLLERR)
#define FDSTOREFS_PEER_EVENTS	(FDSTOREFS_HANGUP_EVENTS | EPOLLRDHUP)
#define FDSTOREFS_ANCHOR_EVENTS	(EPOLLIN | EPOLLHUP | EPOLLERR)

/**
 * struct fdstorefs_tie - ends one put with what a watch waits for
 * @watch: the watch; the tie is one of its uses
 * @held: the put
 * @node: member of the watch's list while an entry holds @held; guarded by
 *	the lock there
 * @anchor_kind: of the anchor that is watched, or NULL if the stored file is
 */
struct fdstorefs_tie {
	struct fdstorefs_watch	*watch;
	struct fdstorefs_held	*held;
	struct list_head	node;
	const char		*anchor_kind;
};

/* struct fdstorefs_super.wakers[]: whose watches they look at */
enum {
	FDSTOREFS_WAKER_ENTRIES,
	FDSTOREFS_WAKER_STORE,
	FDSTOREFS_WAKERS,
};

struct fdstorefs_wakeup;

/**
 * struct fdstorefs_wakeup_ops - what a waker does with a watch; see watch.c
 * @get: take one more reference; any context
 * @put: give one up
 * @look: find out whether the watch's event has come, and act; false if the
 *	look was in vain
 */
struct fdstorefs_wakeup_ops {
	void (*get)(struct fdstorefs_wakeup *wakeup);
	void (*put)(struct fdstorefs_wakeup *wakeup);
	bool (*look)(struct fdstorefs_wakeup *wakeup, bool sure);
};

/**
 * struct fdstorefs_waker - looks at watches after their wake-ups; see wake.c
 * @fsi: the store whose watches they are
 * @ops: what to do with them
 * @lock: guards the rest; taken by wake-ups, in any context
 * @sure: watches that need no look, since their event has surely come
 * @fresh: watches that deserve a look
 * @hot: watches that were looked at in vain not long ago
 * @looks: how many more looks may be in vain for now
 * @refilled: when @looks was last raised, in jiffies
 * @active: @work is queued or runs
 * @resting: @work waits for @looks
 * @work: looks and acts; has a reference to @fsi each time that it is queued
 */
struct fdstorefs_waker {
	struct fdstorefs_super	*fsi;
	const struct fdstorefs_wakeup_ops *ops;
	raw_spinlock_t		lock;
	struct list_head	sure;
	struct list_head	fresh;
	struct list_head	hot;
	unsigned int		looks;
	unsigned long		refilled;
	bool			active;
	bool			resting;
	struct delayed_work	work;
};

/**
 * struct fdstorefs_wakeup - a watch's place with its waker; guarded by its lock
 * @node: member of one of the lists there
 * @queued: it is in one of them
 * @sure: the watch's event has surely come, so there is no need to look
 * @done: nothing is to be looked for any more
 * @in_vain: how many looks have been in vain
 * @calm: until when the next wake-up counts as hot, in jiffies
 */
struct fdstorefs_wakeup {
	struct list_head	node;
	bool			queued;
	bool			sure;
	bool			done;
	u8			in_vain;
	unsigned long		calm;
};

/* What a watch that has fired does: end one put, or seal and drain a store. */
typedef void (*fdstorefs_end_put)(struct inode *inode, u64 number, bool anchored);
typedef void (*fdstorefs_end_store)(struct fdstorefs_super *fsi,
				    const struct fdstorefs_watch *watch);

/* watch.c */
void fdstorefs_prepare_watching(struct fdstorefs_super *fsi);
int fdstorefs_tie(struct fdstorefs_super *fsi, struct fdstorefs_held *held,
		  struct file *file, __poll_t events, const char *anchor,
		  fdstorefs_end_put end);
int fdstorefs_attach_ties(struct fdstorefs_held *held);
void fdstorefs_detach_ties(struct fdstorefs_held *held);
void fdstorefs_end_ties(struct fdstorefs_held *held);
struct fdstorefs_watch *fdstorefs_watch_store(struct fdstorefs_super *fsi,
					      struct file *file, struct pid *pid,
					      fdstorefs_end_store end);
bool fdstorefs_watch_fired(const struct fdstorefs_watch *watch);
void fdstorefs_watch_end(struct fdstorefs_watch *watch);

/* wake.c */
void fdstorefs_prepare_wakers(struct fdstorefs_super *fsi,
			      const struct fdstorefs_wakeup_ops *ops);
void fdstorefs_wake(struct fdstorefs_waker *waker, struct fdstorefs_wakeup *wakeup,
		    bool sure);
void fdstorefs_queue(struct work_struct *work);
int fdstorefs_start_waking(void);
void fdstorefs_stop_waking(void);

/**
 * struct fdstorefs_death - reports that a process or thread begins to die
 * @node: member of a table; guarded by a lock there
 * @pid: whose death
 * @thread: of that thread alone, not of the whole process
 * @comes: called when it begins to die, in any context, maybe more than once
 */
struct fdstorefs_death {
	struct hlist_node	node;
	struct pid		*pid;
	bool			thread;
	void			(*comes)(struct fdstorefs_death *death);
};

/* death.c */
void fdstorefs_death_await(struct fdstorefs_death *death);
void fdstorefs_death_forget(struct fdstorefs_death *death);
bool fdstorefs_death_began(const struct fdstorefs_death *death);
int fdstorefs_start_dying(void);
void fdstorefs_stop_dying(void);

#endif /* FDSTOREFS_WATCH_H */
