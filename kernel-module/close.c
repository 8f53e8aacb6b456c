// SPDX-License-Identifier: GPL-2.0
/*
 * Closing what a store has released.
 *
 * The last close of a file may take as long as the file's maker likes: a TCP
 * socket that lingers waits for its peer. Whoever removes, truncates, replaces
 * or takes an entry closes what it held in his own time, as with close(2).
 * Works close what a hang-up, an anchor, a drain or the end of the store
 * releases, since whoever happens to run there must not wait for somebody
 * else's file. Nor must somebody else's close wait for it, as it would in the
 * kernel's own work for the last closes of kernel threads, which is a single
 * one for all.
 *
 * Each store has FDSTOREFS_CLOSERS works, so it can only make itself wait, and
 * the stores of one tenant may have only so many at a time (turns.c). Whoever
 * put a file pays for it until it is closed. A store in which very many files
 * wait to be closed accepts no put, which limits how many may wait.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "internal.h"

static struct workqueue_struct *fdstorefs_close_queue;

/* Undo what a PUT did, except the payment. */
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
	kfree(held);
}

/**
 * fdstorefs_release - undo what a PUT did, in the caller's time
 * @fsi: the store
 * @held: the put, which no entry holds, or NULL; it is freed
 */
void fdstorefs_release(struct fdstorefs_super *fsi, struct fdstorefs_held *held)
{
	if (!held)
		return;
	fdstorefs_let_go(held);
	fdstorefs_free_held(fsi, held);
}

/*
 * After the close, which must not wait for whoever works in the directory. If
 * we have the superblock's last reference, it ends here.
 */
static void fdstorefs_remove_name(struct fdstorefs_held *held)
{
	struct super_block *sb;

	if (!held->order)
		return;
	sb = held->inode->i_sb;
	fdstorefs_sb(sb)->remove_names(held->inode, held->order);
	iput(held->inode);
	deactivate_super(sb);
}

static struct fdstorefs_closer *fdstorefs_idle_closer(struct fdstorefs_super *fsi)
	__must_hold(&fsi->lock)
{
	int i;

	for (i = 0; i < FDSTOREFS_CLOSERS; i++)
		if (!fsi->closers[i].busy)
			return &fsi->closers[i];
	return NULL;
}

static void fdstorefs_start_closer(struct fdstorefs_super *fsi,
				   struct fdstorefs_closer *closer)
	__must_hold(&fsi->lock)
{
	closer->busy = true;
	fdstorefs_super_get(fsi);
	queue_work(fdstorefs_close_queue, &closer->work);
}

/* Start one more closer, if it has work and may. Under the store's lock. */
static void fdstorefs_share_closing(struct fdstorefs_super *fsi)
	__must_hold(&fsi->lock)
{
	struct fdstorefs_closer *closer = fdstorefs_idle_closer(fsi);

	if (closer && !list_empty(&fsi->closing) && fdstorefs_take_turn(fsi))
		fdstorefs_start_closer(fsi, closer);
}

/* A closer has ended: let another one begin. */
static void fdstorefs_next_turn(struct fdstorefs_super *fsi, bool more)
{
	struct fdstorefs_super *next = fdstorefs_give_turn(fsi, more);
	struct fdstorefs_closer *closer;

	while (next) {
		struct fdstorefs_super *last = next;

		spin_lock(&last->lock);
		closer = fdstorefs_idle_closer(last);
		if (closer && !list_empty(&last->closing)) {
			fdstorefs_start_closer(last, closer);
			next = NULL;
		}
		spin_unlock(&last->lock);
		/* It has enough closers by now, or nothing to close. */
		if (next)
			next = fdstorefs_give_turn(last, false);
		fdstorefs_super_put(last);
	}
}

static void fdstorefs_close_work(struct work_struct *work)
{
	struct fdstorefs_closer *closer =
		container_of(work, struct fdstorefs_closer, work);
	struct fdstorefs_super *fsi = closer->fsi;
	struct fdstorefs_held *held;
	bool more;

	spin_lock(&fsi->lock);
	while (!list_empty(&fsi->closing)) {
		held = list_first_entry(&fsi->closing, struct fdstorefs_held,
					closing);
		list_del(&held->closing);
		fdstorefs_share_closing(fsi);
		spin_unlock(&fsi->lock);
		fdstorefs_let_go(held);
		spin_lock(&fsi->lock);
		fdstorefs_pay_back(fsi, held);
		if (!--fsi->nr_closing)
			wake_up_all(&fsi->closed);
		spin_unlock(&fsi->lock);
		fdstorefs_remove_name(held);
		fdstorefs_free_held(fsi, held);
		cond_resched();
		spin_lock(&fsi->lock);
		if (fdstorefs_turn_wanted(fsi))
			break;
	}
	more = !list_empty(&fsi->closing);
	closer->busy = false;
	spin_unlock(&fsi->lock);
	fdstorefs_next_turn(fsi, more);
	fdstorefs_super_put(fsi);
}

/**
 * fdstorefs_release_later - undo what a PUT did, in a work
 * @fsi: the store
 * @held: what an entry held until now
 *
 * Called under the store's lock, together with taking it from the entry. So
 * whoever finds the entry empty knows that its file is being closed, however
 * long the one who emptied it waits for a processor.
 */
void fdstorefs_release_later(struct fdstorefs_super *fsi,
			     struct fdstorefs_held *held)
{
	lockdep_assert_held(&fsi->lock);
	list_add_tail(&held->closing, &fsi->closing);
	fsi->nr_closing++;
	fdstorefs_share_closing(fsi);
}

static bool fdstorefs_all_closed(struct fdstorefs_super *fsi)
{
	return !FDSTOREFS_PEEK(fsi->nr_closing);
}

/**
 * fdstorefs_await_closes - wait a moment for the closes of a store
 * @fsi: the store
 *
 * Whoever drains or ends a store wants everything to be closed when he returns,
 * and nearly always it is. But he must not wait for a tenant's file that is
 * slow to close.
 */
void fdstorefs_await_closes(struct fdstorefs_super *fsi)
{
	if (current->flags & PF_KTHREAD)
		return;
	wait_event_killable_timeout(fsi->closed, fdstorefs_all_closed(fsi), HZ / 10);
}

/**
 * fdstorefs_prepare_closers - set up the closers of a new store
 * @fsi: the store
 * @remove_names: removes the names of an entry, if nothing was put since
 */
FDSTOREFS_CONSTRUCTOR
void fdstorefs_prepare_closers(struct fdstorefs_super *fsi,
			       void (*remove_names)(struct inode *inode, u64 since))
{
	int i;

	fsi->remove_names = remove_names;
	INIT_LIST_HEAD(&fsi->closing);
	INIT_LIST_HEAD(&fsi->turn);
	init_waitqueue_head(&fsi->closed);
	for (i = 0; i < FDSTOREFS_CLOSERS; i++) {
		INIT_WORK(&fsi->closers[i].work, fdstorefs_close_work);
		fsi->closers[i].fsi = fsi;
	}
}

/**
 * fdstorefs_start_closing - make the queue, before the first store
 *
 * Return: 0 or -ENOMEM
 */
int __init fdstorefs_start_closing(void)
{
	/* All works may sleep at once, in whatever their files do. */
	fdstorefs_close_queue = alloc_workqueue("fdstorefs_close", WQ_UNBOUND,
						WQ_UNBOUND_MAX_ACTIVE);
	return fdstorefs_close_queue ? 0 : -ENOMEM;
}

/**
 * fdstorefs_stop_closing - remove the queue, after the last store
 */
void fdstorefs_stop_closing(void)
{
	destroy_workqueue(fdstorefs_close_queue);
}
