// SPDX-License-Identifier: GPL-2.0
/*
 * From a wake-up to the act.
 *
 * A wake-up may come in any context, on any processor's time, as often as a
 * tenant likes. It only puts the watch into a list of its store. The store's
 * work looks whether the watch's event has really come, and acts. That work
 * runs on the kernel's account, not in the tenant's cgroup, so its time is
 * rationed: each store may have FDSTOREFS_LOOKS looks a second in vain, and as
 * many at once after it has had none for a while. A look that finds something
 * is free, because it ends something that a put had to pay for.
 *
 * When a ration is used up, nobody else must have to wait. So each store has a
 * ration of its own, and the watch of its anchor has another one than the
 * watches of its entries. An event that needs no look never waits. Watches that
 * were looked at in vain shortly before come last, so that a watch that wakes
 * up over and over waits behind one that wakes up once.
 */
#include <linux/jiffies.h>
#include <linux/minmax.h>

#include "internal.h"

#define FDSTOREFS_LOOKS		64
/* 2 to the power of that is the longest time, in seconds, to stay hot. */
#define FDSTOREFS_HOT_MAX	6

static struct workqueue_struct *fdstorefs_wake_queue;

/*
 * Each time that the work is queued it has a reference to the store. While it
 * rests, it may begin before it can say so, and then it is queued once more.
 */
static void fdstorefs_run_waker(struct fdstorefs_waker *waker, unsigned long delay)
{
	lockdep_assert_held(&waker->lock);
	fdstorefs_super_get(waker->fsi);
	/* It was queued already, with a reference, so ours is one too many. */
	if (mod_delayed_work(fdstorefs_wake_queue, &waker->work, delay))
		fdstorefs_super_put(waker->fsi);
}

/**
 * fdstorefs_wake - look at a watch soon
 * @waker: the waker
 * @wakeup: of the watch; somebody holds a reference, and to its store
 * @sure: its event has surely come
 *
 * Any context.
 */
void fdstorefs_wake(struct fdstorefs_waker *waker, struct fdstorefs_wakeup *wakeup,
		    bool sure)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&waker->lock, flags);
	if (wakeup->done || (wakeup->queued && (wakeup->sure || !sure)))
		goto out;
	if (!wakeup->queued)
		waker->ops->get(wakeup);
	else
		list_del(&wakeup->node);
	wakeup->queued = true;
	wakeup->sure = sure;
	if (sure)
		list_add_tail(&wakeup->node, &waker->sure);
	else if (wakeup->in_vain && time_before(jiffies, wakeup->calm))
		list_add_tail(&wakeup->node, &waker->hot);
	else
		list_add_tail(&wakeup->node, &waker->fresh);

	if (!waker->active || (waker->resting && sure)) {
		waker->active = true;
		waker->resting = false;
		fdstorefs_run_waker(waker, 0);
	}
out:
	raw_spin_unlock_irqrestore(&waker->lock, flags);
}

static void fdstorefs_refill(struct fdstorefs_waker *waker)
{
	unsigned long now = jiffies, more;

	lockdep_assert_held(&waker->lock);
	more = (now - waker->refilled) * FDSTOREFS_LOOKS / HZ;
	if (!more)
		return;
	waker->looks = min_t(unsigned long, waker->looks + more, FDSTOREFS_LOOKS);
	waker->refilled = now;
}

/*
 * The next watch to look at, with the list's reference. NULL if there is none,
 * or if none may be looked at now; then the work runs again later.
 */
static struct fdstorefs_wakeup *fdstorefs_next(struct fdstorefs_waker *waker,
					       bool *sure)
{
	struct fdstorefs_wakeup *wakeup = NULL;
	struct list_head *list = NULL;

	raw_spin_lock_irq(&waker->lock);
	waker->resting = false;
	fdstorefs_refill(waker);
	if (!list_empty(&waker->sure))
		list = &waker->sure;
	else if (!list_empty(&waker->fresh))
		list = &waker->fresh;
	else if (!list_empty(&waker->hot))
		list = &waker->hot;

	if (!list) {
		waker->active = false;
	} else if (list != &waker->sure && !waker->looks) {
		waker->resting = true;
		fdstorefs_run_waker(waker, HZ / FDSTOREFS_LOOKS + 1);
	} else {
		wakeup = list_first_entry(list, struct fdstorefs_wakeup, node);
		list_del(&wakeup->node);
		wakeup->queued = false;
		*sure = wakeup->sure;
	}
	raw_spin_unlock_irq(&waker->lock);
	return wakeup;
}

static void fdstorefs_looked(struct fdstorefs_waker *waker,
			     struct fdstorefs_wakeup *wakeup, bool in_vain)
{
	raw_spin_lock_irq(&waker->lock);
	if (!in_vain) {
		wakeup->done = true;
	} else {
		if (waker->looks)
			waker->looks--;
		wakeup->calm = jiffies + (HZ << wakeup->in_vain);
		if (wakeup->in_vain < FDSTOREFS_HOT_MAX)
			wakeup->in_vain++;
	}
	raw_spin_unlock_irq(&waker->lock);
}

static void fdstorefs_waker_work(struct work_struct *work)
{
	struct fdstorefs_waker *waker =
		container_of(to_delayed_work(work), struct fdstorefs_waker, work);
	struct fdstorefs_wakeup *wakeup;
	bool sure;

	while ((wakeup = fdstorefs_next(waker, &sure))) {
		fdstorefs_looked(waker, wakeup, !waker->ops->look(wakeup, sure));
		waker->ops->put(wakeup);
		cond_resched();
	}
	fdstorefs_super_put(waker->fsi);
}

/**
 * fdstorefs_prepare_wakers - set up the wakers of a new store
 * @fsi: the store
 * @ops: what they do with a watch
 */
void fdstorefs_prepare_wakers(struct fdstorefs_super *fsi,
			      const struct fdstorefs_wakeup_ops *ops)
{
	int i;

	for (i = 0; i < FDSTOREFS_WAKERS; i++) {
		struct fdstorefs_waker *waker = &fsi->wakers[i];

		waker->fsi = fsi;
		waker->ops = ops;
		raw_spin_lock_init(&waker->lock);
		INIT_LIST_HEAD(&waker->sure);
		INIT_LIST_HEAD(&waker->fresh);
		INIT_LIST_HEAD(&waker->hot);
		waker->looks = FDSTOREFS_LOOKS;
		waker->refilled = jiffies;
		INIT_DELAYED_WORK(&waker->work, fdstorefs_waker_work);
	}
}

/**
 * fdstorefs_queue - run a work where the acts of watches run
 * @work: the work
 */
void fdstorefs_queue(struct work_struct *work)
{
	queue_work(fdstorefs_wake_queue, work);
}

/**
 * fdstorefs_start_waking - make the queue, before the first store
 *
 * One queue serves the wakers of all stores. It is unbound, so each waker has a
 * thread of its own while it has work to do.
 *
 * Return: 0 or -ENOMEM
 */
int __init fdstorefs_start_waking(void)
{
	fdstorefs_wake_queue = alloc_workqueue("fdstorefs_wake", WQ_UNBOUND, 0);
	return fdstorefs_wake_queue ? 0 : -ENOMEM;
}

/**
 * fdstorefs_stop_waking - remove the queue, after the last store
 */
void fdstorefs_stop_waking(void)
{
	destroy_workqueue(fdstorefs_wake_queue);
}
