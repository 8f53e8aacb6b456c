// SPDX-License-Identifier: GPL-2.0
/*
 * Watches. Each waits on what poll(2) of a file waits on, or on the end of a
 * process, and acts on its target when that has come: it empties an entry, or
 * seals and drains a store.
 *
 * The life of a watch, and why each teardown race is harmless:
 *
 * armed	Hooks are in the wait queues of the file. A wake-up may come at
 *		any moment, in any context, and only queues the watch's work.
 * attached	The target points to it, under the target's lock. Only from now
 *		on may it act; what came before is repeated on attaching.
 * ended	Whoever detaches it, under the target's lock, ends it, so it
 *		ends once. Hooks go first: remove_wait_queue() takes the lock
 *		under which wake-ups run, so there are none afterwards. Then
 *		work that waits is cancelled, and file and target are forgotten,
 *		under watch->lock.
 * freed	With the last reference. Queued work holds one, so ending need
 *		not wait for work that runs, and that never sees freed memory.
 *
 * The work reaches its target only while watch->lock keeps the target from
 * being forgotten, and takes an active reference to the superblock there. When
 * that fails the superblock is on its way out and empties itself; when it was
 * the last one left, the superblock ends here, a moment after the unmount.
 *
 * Each watch has a work of its own, so that a poll which somebody manages to
 * stall stalls nobody else. Anchors of stores have a queue of their own, for
 * they must fire whatever the watches of entries are up to.
 *
 * Lock order: wait queue head, alone; watch->lock, then fsi->lock or i_lock.
 * No lock of a target is held when watch->lock is taken.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "internal.h"

/**
 * struct fdstorefs_hook - our place in one wait queue
 * @wait: the place
 * @head: the queue; NULL after it went away under us (POLLFREE)
 * @watch: whose hook it is
 * @next: another hook of the same watch
 */
struct fdstorefs_hook {
	struct wait_queue_entry	wait;
	wait_queue_head_t	*head;
	struct fdstorefs_watch	*watch;
	struct fdstorefs_hook	*next;
};

/**
 * struct fdstorefs_watch - see above
 * @refs: one for whoever it is attached to, one while @work is queued
 * @events: what to wait for
 * @file: what is polled, or NULL; a reference, until the end; guarded by @lock
 * @pid: whose end is awaited instead; a reference
 * @woken: a wake-up has come at some time
 * @lock: guards @file, @inode and @fsi against being forgotten while they are
 *	used
 * @inode: the target, if it is an entry
 * @fsi: the target, if it is a store; a reference
 * @queue: where @work runs
 * @work: polls, and acts
 * @hook: one hook is enough for nearly every kind of file
 */
struct fdstorefs_watch {
	refcount_t		refs;
	__poll_t		events;
	struct file		*file FDSTOREFS_GUARDED_BY(&lock);
	struct pid		*pid;
	bool			woken;
	spinlock_t		lock;
	struct inode		*inode FDSTOREFS_GUARDED_BY(&lock);
	struct fdstorefs_super	*fsi FDSTOREFS_GUARDED_BY(&lock);
	struct workqueue_struct	*queue;
	struct delayed_work	work;
	struct fdstorefs_hook	hook;
};

static struct workqueue_struct *fdstorefs_entry_queue;
static struct workqueue_struct *fdstorefs_store_queue;

static void fdstorefs_watch_put(struct fdstorefs_watch *watch)
{
	if (!refcount_dec_and_test(&watch->refs))
		return;
	put_pid(watch->pid);
	kfree(watch);
}

/*
 * Any context. The caller knows that somebody holds a reference. @now does not
 * wait for the next tick.
 */
static void fdstorefs_watch_queue(struct fdstorefs_watch *watch, bool now)
{
	bool was_queued;

	WRITE_ONCE(watch->woken, true);
	refcount_inc(&watch->refs);
	if (now)
		was_queued = mod_delayed_work(watch->queue, &watch->work, 0);
	else
		was_queued = !queue_delayed_work(watch->queue, &watch->work, 1);
	/* Not the last one: the caller's, and the queued work's, are there. */
	if (was_queued)
		refcount_dec(&watch->refs);
}

static int fdstorefs_wake(struct wait_queue_entry *wait, unsigned int mode,
			  int sync, void *key)
{
	struct fdstorefs_hook *hook =
		container_of(wait, struct fdstorefs_hook, wait);
	__poll_t events = key_to_poll(key);

	/*
	 * Without a matching key something may have happened all the same: tun
	 * announces its end as data. A tick bounds how often that is looked
	 * at, since /dev/fuse, for one, wakes up for each request.
	 */
	fdstorefs_watch_queue(hook->watch, events & hook->watch->events);

	/*
	 * The queue is about to be freed although the file lives on, as with
	 * a signalfd. The store is the last thing that touches the hook: who
	 * unhooks may find it done and free the watch.
	 */
	if (events & POLLFREE) {
		list_del_init(&wait->entry);
		/* Pairs with the acquire of fdstorefs_hook_remove(). */
		smp_store_release(&hook->head, NULL);
	}
	return 0;
}

static void fdstorefs_hook_add(struct fdstorefs_watch *watch,
			       struct fdstorefs_hook *hook,
			       wait_queue_head_t *head)
{
	init_waitqueue_func_entry(&hook->wait, fdstorefs_wake);
	hook->watch = watch;
	hook->head = head;
	add_wait_queue(head, &hook->wait);
}

static void fdstorefs_hook_remove(struct fdstorefs_hook *hook)
{
	wait_queue_head_t *head;

	/* Who frees a queue after POLLFREE does so by RCU. */
	rcu_read_lock();
	/* Pairs with the release of fdstorefs_wake(). */
	head = smp_load_acquire(&hook->head);
	if (head)
		remove_wait_queue(head, &hook->wait);
	rcu_read_unlock();
}

static void fdstorefs_unhook(struct fdstorefs_watch *watch)
{
	struct fdstorefs_hook *more = watch->hook.next;

	fdstorefs_hook_remove(&watch->hook);
	while (more) {
		struct fdstorefs_hook *next = more->next;

		fdstorefs_hook_remove(more);
		kfree(more);
		more = next;
	}
	watch->hook.next = NULL;
}

/* A poll that leaves hooks behind. */
struct fdstorefs_arming {
	struct poll_table_struct	table;
	struct fdstorefs_watch		*watch;
	int				err;
};

static void fdstorefs_arm_queue(struct file *file, wait_queue_head_t *head,
				struct poll_table_struct *table)
{
	struct fdstorefs_arming *arming =
		container_of(table, struct fdstorefs_arming, table);
	struct fdstorefs_watch *watch = arming->watch;
	struct fdstorefs_hook *hook = &watch->hook;

	/* A tty has two queues, one side of a pipe that can do both too. */
	if (hook->head) {
		hook = kzalloc(sizeof(*hook), GFP_KERNEL_ACCOUNT);
		if (!hook) {
			arming->err = -ENOMEM;
			return;
		}
		hook->next = watch->hook.next;
		watch->hook.next = hook;
	}
	fdstorefs_hook_add(watch, hook, head);
}

static bool fdstorefs_process_gone(struct pid *pid)
{
	struct task_struct *task;
	bool gone;

	rcu_read_lock();
	task = pid_task(pid, PIDTYPE_TGID);
	/* As poll(2) of a pidfd: a zombie counts, if no thread is left. */
	gone = !task || (READ_ONCE(task->exit_state) && thread_group_empty(task));
	rcu_read_unlock();
	return gone;
}

static bool fdstorefs_fired(const struct fdstorefs_watch *watch,
			    struct file *file, struct poll_table_struct *table)
{
	if (watch->pid)
		return fdstorefs_process_gone(watch->pid);
	table->_key = watch->events;
	return vfs_poll(file, table) & watch->events;
}

static FDSTOREFS_CONSTRUCTOR int fdstorefs_arm(struct fdstorefs_watch *watch)
{
	struct fdstorefs_arming arming = { .watch = watch };
	bool fired;

	init_poll_funcptr(&arming.table, fdstorefs_arm_queue);
	if (watch->pid)
		fdstorefs_hook_add(watch, &watch->hook,
				   &watch->pid->wait_pidfd);
	fired = fdstorefs_fired(watch, watch->file, &arming.table);
	if (arming.err)
		return arming.err;
	return fired ? -EPIPE : 0;
}

static void fdstorefs_watch_work(struct work_struct *work);

static FDSTOREFS_CONSTRUCTOR
struct fdstorefs_watch *fdstorefs_watch_new(struct fdstorefs_watch init)
{
	struct fdstorefs_watch *watch;
	int err;

	watch = kmalloc(sizeof(*watch), GFP_KERNEL_ACCOUNT);
	if (!watch)
		return ERR_PTR(-ENOMEM);
	*watch = init;
	refcount_set(&watch->refs, 1);
	spin_lock_init(&watch->lock);
	INIT_DELAYED_WORK(&watch->work, fdstorefs_watch_work);
	if (watch->file)
		get_file(watch->file);
	get_pid(watch->pid);
	watch->queue = fdstorefs_entry_queue;
	if (watch->fsi) {
		watch->queue = fdstorefs_store_queue;
		fdstorefs_super_get(watch->fsi);
	}

	err = fdstorefs_arm(watch);
	if (err) {
		fdstorefs_watch_end(watch);
		return ERR_PTR(err);
	}
	return watch;
}

/**
 * fdstorefs_watch_entry - arm a watch that will empty an entry
 * @inode: the entry
 * @file: what to poll; fdstorefs_may_watch() has allowed it
 * @events: what to wait for
 *
 * Return: the watch, to be attached to the entry or ended; or an error
 * pointer: -EPIPE if it has come already, -ENOMEM.
 */
struct fdstorefs_watch *fdstorefs_watch_entry(struct inode *inode,
					      struct file *file,
					      __poll_t events)
{
	return fdstorefs_watch_new((struct fdstorefs_watch){
		.inode = inode, .file = file, .events = events,
	});
}

/**
 * fdstorefs_watch_store - arm a watch that will seal and drain a store
 * @fsi: the store
 * @file: the anchor; fdstorefs_may_anchor() has allowed it
 *
 * Return: as fdstorefs_watch_entry()
 */
struct fdstorefs_watch *fdstorefs_watch_store(struct fdstorefs_super *fsi,
					      struct file *file)
{
	return fdstorefs_watch_new((struct fdstorefs_watch){
		.fsi = fsi, .file = file, .events = FDSTOREFS_ANCHOR_EVENTS,
	});
}

/**
 * fdstorefs_watch_init - the same, anchored to a process
 * @fsi: the store
 * @pid: the process, as a thread group
 *
 * Return: as fdstorefs_watch_entry()
 */
struct fdstorefs_watch *fdstorefs_watch_init(struct fdstorefs_super *fsi,
					     struct pid *pid)
{
	return fdstorefs_watch_new((struct fdstorefs_watch){
		.fsi = fsi, .pid = pid, .events = FDSTOREFS_ANCHOR_EVENTS,
	});
}

/**
 * fdstorefs_watch_attached - the target points to the watch from now on
 * @watch: the watch
 *
 * Called under the lock that guards the target's pointer. A wake-up that came
 * between arming and attaching found nothing to do: repeat it.
 */
void fdstorefs_watch_attached(struct fdstorefs_watch *watch)
{
	if (READ_ONCE(watch->woken))
		fdstorefs_watch_queue(watch, true);
}

/**
 * fdstorefs_watch_end - nobody points to the watch any more
 * @watch: the watch, or NULL
 *
 * On return the watch will not touch its target again. Process context, no
 * locks held.
 */
void fdstorefs_watch_end(struct fdstorefs_watch *watch)
{
	struct fdstorefs_super *fsi;
	struct file *file;

	if (!watch)
		return;
	fdstorefs_unhook(watch);
	if (cancel_delayed_work(&watch->work))
		fdstorefs_watch_put(watch);

	spin_lock(&watch->lock);
	file = watch->file;
	watch->file = NULL;
	watch->inode = NULL;
	fsi = watch->fsi;
	watch->fsi = NULL;
	spin_unlock(&watch->lock);

	if (file)
		fput(file);
	if (fsi)
		fdstorefs_super_put(fsi);
	fdstorefs_watch_put(watch);
}

static void fdstorefs_watch_act(struct fdstorefs_watch *watch)
{
	struct super_block *sb = NULL;
	struct fdstorefs_super *fsi;
	struct inode *inode = NULL;

	spin_lock(&watch->lock);
	fsi = watch->fsi;
	if (fsi) {
		fdstorefs_super_get(fsi);
	} else if (watch->inode) {
		sb = fdstorefs_pin(fdstorefs_sb(watch->inode->i_sb));
		if (sb)
			inode = igrab(watch->inode);
	}
	spin_unlock(&watch->lock);

	if (fsi) {
		fdstorefs_anchor_fired(fsi, watch);
		fdstorefs_super_put(fsi);
	}
	if (inode) {
		fdstorefs_entry_drop_watched(inode, watch);
		iput(inode);
	}
	if (sb)
		deactivate_super(sb);
}

static void fdstorefs_watch_work(struct work_struct *work)
{
	struct fdstorefs_watch *watch =
		container_of(to_delayed_work(work), struct fdstorefs_watch, work);
	struct poll_table_struct table;
	struct file *file;
	bool ended;

	spin_lock(&watch->lock);
	file = watch->file ? get_file(watch->file) : NULL;
	ended = !watch->inode && !watch->fsi;
	spin_unlock(&watch->lock);

	if (!ended) {
		init_poll_funcptr(&table, NULL);
		if (fdstorefs_fired(watch, file, &table))
			fdstorefs_watch_act(watch);
	}
	if (file)
		fput(file);
	fdstorefs_watch_put(watch);
}

/**
 * fdstorefs_queue - run something beside the anchors of stores
 * @work: what
 */
void fdstorefs_queue(struct work_struct *work)
{
	queue_work(fdstorefs_store_queue, work);
}

/**
 * fdstorefs_start_watching - before the first watch
 *
 * Return: 0 or -ENOMEM
 */
int __init fdstorefs_start_watching(void)
{
	fdstorefs_entry_queue = alloc_workqueue("fdstorefs_entry", WQ_UNBOUND, 0);
	if (!fdstorefs_entry_queue)
		return -ENOMEM;
	fdstorefs_store_queue = alloc_workqueue("fdstorefs_store", WQ_UNBOUND, 0);
	if (fdstorefs_store_queue)
		return 0;
	destroy_workqueue(fdstorefs_entry_queue);
	return -ENOMEM;
}

/**
 * fdstorefs_stop_watching - after the last one
 *
 * Every watch has ended, but its work may be in the middle of ending the last
 * superblock.
 */
void fdstorefs_stop_watching(void)
{
	destroy_workqueue(fdstorefs_entry_queue);
	destroy_workqueue(fdstorefs_store_queue);
}
