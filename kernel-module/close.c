// SPDX-License-Identifier: GPL-2.0
/*
 * Closing what a store has released.
 *
 * The last close of a file may take as long as the file's maker likes: a TCP
 * socket that lingers waits for its peer. Whoever removes, truncates, replaces
 * or takes an entry closes what it held himself, as with close(2). What goes
 * by itself - by a hang-up, an anchor, a drain, or with its store - is closed
 * by works, since whoever happens to run there must not wait for somebody
 * else's file, and neither must somebody else's close: the kernel's own work
 * for the last closes of kernel threads is a single one for all.
 *
 * Each store has a closer of its own, so it can only make itself wait, and more
 * as its turn comes. The connection to a FUSE server has another one: a process
 * that waits for the server may be what the store's container ends with. Who
 * put a file pays for it until it is closed, and a store in which very much
 * waits to be closed takes nothing more, so that what may wait is bounded.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "internal.h"

/*
 * The kernel runs so many works of one queue at a time, 512 in 6.1. Stores are
 * dealt out to several, so that one tenant's slow closes do not fill them.
 */
#define FDSTOREFS_CLOSE_QUEUES	32

static struct workqueue_struct *fdstorefs_close_queues[FDSTOREFS_CLOSE_QUEUES];
static struct workqueue_struct *fdstorefs_urgent_queue;
static atomic_t fdstorefs_next_queue = ATOMIC_INIT(0);

/* Undo what a PUT did, but for the payment. */
static void fdstorefs_let_go(struct fdstorefs_held *held)
{
	/* A watch must be gone before the file in whose wait queue it is. */
	fdstorefs_end_ties(held);
	if (held->file)
		fdstorefs_fput(held->file);
}

static void fdstorefs_free_held(struct fdstorefs_super *fsi,
				struct fdstorefs_held *held)
{
	fdstorefs_forget_share(fsi, held);
	fdstorefs_free_removal(held->removal);
	kfree(held);
}

/**
 * fdstorefs_release - undo what a PUT did, in the caller's time
 * @fsi: the store
 * @held: what no entry holds, or NULL; freed
 */
void fdstorefs_release(struct fdstorefs_super *fsi, struct fdstorefs_held *held)
{
	if (!held)
		return;
	fdstorefs_let_go(held);
	fdstorefs_free_held(fsi, held);
}

static struct fdstorefs_closer *fdstorefs_idle_closer(struct fdstorefs_super *fsi)
	__must_hold(&fsi->lock)
{
	int i;

	if (!fsi->closers[FDSTOREFS_CLOSER_FIRST].busy)
		return &fsi->closers[FDSTOREFS_CLOSER_FIRST];
	for (i = FDSTOREFS_CLOSER_FIRST + 1; i <= FDSTOREFS_CLOSER_LAST; i++)
		if (!fsi->closers[i].busy)
			return fdstorefs_take_turn(fsi) ? &fsi->closers[i] : NULL;
	return NULL;
}

static bool fdstorefs_has_turn(const struct fdstorefs_closer *closer)
{
	const struct fdstorefs_closer *first = closer->fsi->closers;

	return closer > first + FDSTOREFS_CLOSER_FIRST &&
	       closer <= first + FDSTOREFS_CLOSER_LAST;
}

/* Have one more closer work, if there is work, and it may. */
static void fdstorefs_start_closer(struct fdstorefs_super *fsi, bool urgent)
	__must_hold(&fsi->lock)
{
	struct fdstorefs_closer *closer = &fsi->closers[FDSTOREFS_CLOSER_URGENT];

	if (list_empty(urgent ? &fsi->urgent : &fsi->closing))
		return;
	if (!urgent)
		closer = fdstorefs_idle_closer(fsi);
	if (!closer || closer->busy)
		return;
	closer->busy = true;
	fdstorefs_super_get(fsi);
	queue_work(closer->queue, &closer->work);
}

/*
 * After the close, which must not wait for whoever works in the directory. When
 * the superblock's last reference is ours, it ends here.
 */
static void fdstorefs_remove_name(struct fdstorefs_held *held)
{
	struct super_block *sb = held->inode->i_sb;

	fdstorefs_remove_names(held->inode, held->removal);
	iput(held->inode);
	deactivate_super(sb);
}

static bool fdstorefs_removes_name(const struct fdstorefs_held *held)
{
	return held->removal && held->removal->since;
}

/* All that is to be done, but for what the next must not wait for. */
static void fdstorefs_close_one(struct fdstorefs_super *fsi, struct fdstorefs_held *held,
				bool urgent)
{
	bool last, later = urgent && fdstorefs_removes_name(held);

	fdstorefs_let_go(held);
	spin_lock(&fsi->lock);
	if (later) {
		/* A directory can be locked by who waits for our next one. */
		list_add_tail(&held->closing, &fsi->closing);
		fdstorefs_start_closer(fsi, false);
	} else {
		fdstorefs_pay_back(fsi, held);
	}
	spin_unlock(&fsi->lock);
	if (later)
		return;

	if (fdstorefs_removes_name(held))
		fdstorefs_remove_name(held);
	fdstorefs_free_held(fsi, held);
	spin_lock(&fsi->lock);
	last = !--fsi->nr_closing;
	if (last)
		wake_up_all(&fsi->closed);
	last = last && fsi->lingers;
	if (last)
		fsi->lingers = false;
	spin_unlock(&fsi->lock);
	if (last) {
		fdstorefs_linger(fsi, false);
		module_put(THIS_MODULE);
	}
}

static void fdstorefs_close_work(struct work_struct *work)
{
	struct fdstorefs_closer *closer =
		container_of(work, struct fdstorefs_closer, work);
	struct fdstorefs_super *fsi = closer->fsi;
	bool urgent = closer->files == &fsi->urgent;
	struct fdstorefs_held *held;

	spin_lock(&fsi->lock);
	while (!list_empty(closer->files)) {
		held = list_first_entry(closer->files, struct fdstorefs_held, closing);
		list_del(&held->closing);
		fdstorefs_start_closer(fsi, urgent);
		spin_unlock(&fsi->lock);
		fdstorefs_close_one(fsi, held, urgent);
		cond_resched();
		spin_lock(&fsi->lock);
	}
	closer->busy = false;
	if (fdstorefs_has_turn(closer))
		fdstorefs_give_turn(fsi);
	spin_unlock(&fsi->lock);
	fdstorefs_super_put(fsi);
}

/**
 * fdstorefs_release_later - undo what a PUT did, in a work
 * @fsi: the store
 * @held: what an entry held until now
 *
 * Called under the store's lock, together with taking it from the entry: who
 * finds the entry empty knows that its file is being closed, however long the
 * one who emptied it waits for a processor.
 */
void fdstorefs_release_later(struct fdstorefs_super *fsi,
			     struct fdstorefs_held *held)
{
	lockdep_assert_held(&fsi->lock);
	list_add_tail(&held->closing, held->urgent ? &fsi->urgent : &fsi->closing);
	fsi->nr_closing++;
	fdstorefs_start_closer(fsi, held->urgent);
}

static bool fdstorefs_all_closed(struct fdstorefs_super *fsi)
{
	return !FDSTOREFS_PEEK(fsi->nr_closing);
}

/**
 * fdstorefs_await_closes - give the works the time that closing mostly takes
 * @fsi: the store
 *
 * Whoever drains or ends a store wants to find it all closed, and nearly
 * always does. But a tenant's file that takes its time must not take his; and
 * not as often as the tenant has stores, if it is an exit that ends them all.
 */
void fdstorefs_await_closes(struct fdstorefs_super *fsi)
{
	if ((current->flags & PF_KTHREAD) ||
	    ((current->flags & PF_EXITING) && fdstorefs_others_linger(fsi)))
		return;
	wait_event_killable_timeout(fsi->closed, fdstorefs_all_closed(fsi), HZ / 10);
}

/**
 * fdstorefs_close_beyond - go on closing after the superblock has ended
 * @fsi: the store, whose superblock still counts as a user of the module
 *
 * To remove the module would wait for it all: better it is busy.
 */
void fdstorefs_close_beyond(struct fdstorefs_super *fsi)
{
	spin_lock(&fsi->lock);
	if (fsi->nr_closing) {
		__module_get(THIS_MODULE);
		fdstorefs_linger(fsi, true);
		fsi->lingers = true;
	}
	spin_unlock(&fsi->lock);
}

/**
 * fdstorefs_prepare_closers - set up those of a new store
 * @fsi: the store
 */
FDSTOREFS_CONSTRUCTOR
void fdstorefs_prepare_closers(struct fdstorefs_super *fsi)
{
	unsigned int queue = atomic_inc_return(&fdstorefs_next_queue) %
			     FDSTOREFS_CLOSE_QUEUES;
	int i;

	INIT_LIST_HEAD(&fsi->closing);
	INIT_LIST_HEAD(&fsi->urgent);
	init_waitqueue_head(&fsi->closed);
	for (i = 0; i < FDSTOREFS_CLOSERS; i++) {
		struct fdstorefs_closer *closer = &fsi->closers[i];
		bool urgent = i == FDSTOREFS_CLOSER_URGENT;

		INIT_WORK(&closer->work, fdstorefs_close_work);
		closer->fsi = fsi;
		closer->files = urgent ? &fsi->urgent : &fsi->closing;
		closer->queue = urgent ? fdstorefs_urgent_queue :
					 fdstorefs_close_queues[queue];
	}
}

/**
 * fdstorefs_stop_closing - after the last store
 */
void fdstorefs_stop_closing(void)
{
	int i;

	if (fdstorefs_urgent_queue)
		destroy_workqueue(fdstorefs_urgent_queue);
	for (i = 0; i < FDSTOREFS_CLOSE_QUEUES; i++)
		if (fdstorefs_close_queues[i])
			destroy_workqueue(fdstorefs_close_queues[i]);
}

/**
 * fdstorefs_start_closing - before the first one
 *
 * Return: 0 or -ENOMEM
 */
int __init fdstorefs_start_closing(void)
{
	bool ok;
	int i;

	fdstorefs_urgent_queue = alloc_workqueue("fdstorefs_urgent", WQ_UNBOUND, 0);
	ok = fdstorefs_urgent_queue;
	for (i = 0; i < FDSTOREFS_CLOSE_QUEUES && ok; i++) {
		/* They may all sleep, in whatever their files do. */
		fdstorefs_close_queues[i] = alloc_workqueue("fdstorefs_close/%d", WQ_UNBOUND,
							    WQ_UNBOUND_MAX_ACTIVE, i);
		ok = fdstorefs_close_queues[i];
	}
	if (ok)
		return 0;
	fdstorefs_stop_closing();
	return -ENOMEM;
}
