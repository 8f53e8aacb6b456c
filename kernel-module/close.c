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
 * Each store has a closer of its own, so it can only make itself wait, and more
 * closers when it gets a turn. Connections to FUSE servers have another closer,
 * because the end of a container may have to wait for a process that waits for
 * the server. Whoever put a file pays for it until it is closed. A store in
 * which very many files wait to be closed accepts no put, which limits how many
 * may wait.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "internal.h"

/*
 * The kernel limits how many works of one queue run at a time, to 512 in 6.1.
 * So stores are spread over several queues, and one tenant's slow closes cannot
 * fill all of them.
 */
#define FDSTOREFS_CLOSE_QUEUES	16

static struct workqueue_struct *fdstorefs_close_queues[FDSTOREFS_CLOSE_QUEUES];
static struct workqueue_struct *fdstorefs_urgent_queue;
static atomic_t fdstorefs_next_queue = ATOMIC_INIT(0);

/* Undo what a PUT did, except the payment. */
static void fdstorefs_let_go(struct fdstorefs_held *held)
{
	/* A watch must be gone before the file in whose wait queue it is. */
	fdstorefs_end_ties(held);
	if (held->file)
		fdstorefs_fput(held->file);
	/* Whoever goes on with the name must not close it again. */
	held->file = NULL;
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
 * @held: the put, which no entry holds, or NULL; it is freed
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
			break;
	if (i > FDSTOREFS_CLOSER_LAST || !fdstorefs_take_turn(fsi))
		return NULL;
	return &fsi->closers[i];
}

static bool fdstorefs_has_turn(const struct fdstorefs_closer *closer)
{
	const struct fdstorefs_closer *first = closer->fsi->closers;

	return closer > first + FDSTOREFS_CLOSER_FIRST &&
	       closer <= first + FDSTOREFS_CLOSER_LAST;
}

/* Start one more closer, if there is something to close and it may begin. */
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
 * After the close, which must not wait for whoever works in the directory. If
 * we have the superblock's last reference, it ends here.
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

/* Close one file, and finish, unless the next file must not wait for that. */
static void fdstorefs_close_one(struct fdstorefs_super *fsi, struct fdstorefs_held *held,
				bool urgent)
{
	bool last, later = urgent && fdstorefs_removes_name(held);

	fdstorefs_let_go(held);
	spin_lock(&fsi->lock);
	if (later) {
		/* Who waits for our next file may have locked a directory. */
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
 * Called under the store's lock, together with taking it from the entry. So
 * whoever finds the entry empty knows that its file is being closed, however
 * long the one who emptied it waits for a processor.
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
 * fdstorefs_await_closes - wait a moment for the closes of a store
 * @fsi: the store
 *
 * Whoever drains or ends a store wants everything to be closed when he returns,
 * and nearly always it is. But he must not wait for a tenant's file that is
 * slow to close; and an exit that ends many stores of a tenant must not wait a
 * moment for each of them.
 */
void fdstorefs_await_closes(struct fdstorefs_super *fsi)
{
	if (current->flags & PF_KTHREAD)
		return;
	if ((current->flags & PF_EXITING) && fdstorefs_others_linger(fsi))
		return;
	wait_event_killable_timeout(fsi->closed, fdstorefs_all_closed(fsi), HZ / 10);
}

/**
 * fdstorefs_close_beyond - let closes continue after the superblock has ended
 * @fsi: the store, whose superblock still counts as a user of the module
 *
 * Unloading the module would wait for all of them, so keep the module busy
 * until then.
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
 * fdstorefs_prepare_closers - set up the closers of a new store
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
 * fdstorefs_stop_closing - remove the queues, after the last store
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
 * fdstorefs_start_closing - make the queues, before the first store
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
		/* All works may sleep at once, in whatever their files do. */
		fdstorefs_close_queues[i] = alloc_workqueue("fdstorefs_close/%d", WQ_UNBOUND,
							    WQ_UNBOUND_MAX_ACTIVE, i);
		ok = fdstorefs_close_queues[i];
	}
	if (ok)
		return 0;
	fdstorefs_stop_closing();
	return -ENOMEM;
}
