// SPDX-License-Identifier: GPL-2.0
/*
 * Watches. Each waits on what poll(2) of a file waits on, or on the end of a
 * process, and acts on its target when that has come: it empties an entry, or
 * seals and drains a store.
 *
 * The life of a watch, and why each teardown race is harmless:
 *
 * armed	Hooks are in the wait queues of the file. A wake-up may come at
 *		any moment, in any context, and only puts the watch on a list.
 * attached	The target points to it, under the target's lock. Only from now
 *		on may it act; what came before is repeated on attaching.
 * ended	Whoever detaches it, under the target's lock, ends it, so it
 *		ends once. Hooks go first: remove_wait_queue() takes the lock
 *		under which wake-ups run, so there are none afterwards. Then
 *		the target is forgotten, under watch->lock.
 * freed	With the last reference. The work holds one for each watch on
 *		its list, so ending never waits for the work, and the work never
 *		sees freed memory.
 *
 * The work reaches its target only while watch->lock keeps the target from
 * being forgotten, and takes an active reference to the superblock there. When
 * that fails the superblock is on its way out and empties itself. So a watch
 * neither delays an unmount nor meets one half way.
 *
 * Lock order: wait queue head, alone; watch->lock, then fsi->lock or i_lock.
 * No lock of a target is held when watch->lock is taken.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/llist.h>
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

/* Bits of struct fdstorefs_watch.flags */
enum {
	FDSTOREFS_WATCH_WOKEN,		/* a wake-up has come at some time */
	FDSTOREFS_WATCH_LISTED,		/* it is on the list of the work */
};

/**
 * struct fdstorefs_watch - see above
 * @refs: one for whoever it is attached to, one while it is listed
 * @events: what to wait for
 * @file: what is polled, or NULL
 * @pid: whose end is awaited, if @file is NULL
 * @flags: atomic bits
 * @listed: in fdstorefs_woken
 * @lock: guards @inode and @fsi against being forgotten while they are used
 * @inode: the target, if it is an entry
 * @fsi: the target, if it is a store; a reference
 * @hook: one hook is enough for nearly every kind of file
 */
struct fdstorefs_watch {
	refcount_t		refs;
	__poll_t		events;
	struct file		*file;
	struct pid		*pid;
	unsigned long		flags;
	struct llist_node	listed;
	spinlock_t		lock;
	struct inode		*inode;
	struct fdstorefs_super	*fsi;
	struct fdstorefs_hook	hook;
};

static void fdstorefs_work(struct work_struct *work);

static LLIST_HEAD(fdstorefs_woken);
static DECLARE_WORK(fdstorefs_watch_work, fdstorefs_work);

static void fdstorefs_watch_put(struct fdstorefs_watch *watch)
{
	if (!refcount_dec_and_test(&watch->refs))
		return;
	if (watch->file)
		fput(watch->file);
	put_pid(watch->pid);
	kfree(watch);
}

/* Any context. The caller knows that somebody holds a reference. */
static void fdstorefs_watch_list(struct fdstorefs_watch *watch)
{
	set_bit(FDSTOREFS_WATCH_WOKEN, &watch->flags);
	if (test_and_set_bit(FDSTOREFS_WATCH_LISTED, &watch->flags))
		return;
	refcount_inc(&watch->refs);
	if (llist_add(&watch->listed, &fdstorefs_woken))
		queue_work(fdstorefs_workqueue, &fdstorefs_watch_work);
}

static int fdstorefs_wake(struct wait_queue_entry *wait, unsigned int mode,
			  int sync, void *key)
{
	struct fdstorefs_hook *hook =
		container_of(wait, struct fdstorefs_hook, wait);
	__poll_t events = key_to_poll(key);

	/* No key means that anything may have happened: let the work look. */
	if (!events || (events & hook->watch->events))
		fdstorefs_watch_list(hook->watch);

	/*
	 * The queue is about to be freed although the file lives on, as with
	 * a signalfd. The store is the last thing that touches the hook: who
	 * unhooks may find it done and free the watch.
	 */
	if (events & POLLFREE) {
		list_del_init(&wait->entry);
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

/* Has it come? Polls with @table, which may leave hooks. */
static bool fdstorefs_watch_poll(struct fdstorefs_watch *watch,
				 struct poll_table_struct *table)
{
	if (!watch->file)
		return fdstorefs_process_gone(watch->pid);
	table->_key = watch->events;
	return vfs_poll(watch->file, table) & watch->events;
}

static int fdstorefs_arm(struct fdstorefs_watch *watch)
{
	struct fdstorefs_arming arming = { .watch = watch };
	bool fired;

	init_poll_funcptr(&arming.table, fdstorefs_arm_queue);
	if (watch->pid)
		fdstorefs_hook_add(watch, &watch->hook,
				   &watch->pid->wait_pidfd);
	fired = fdstorefs_watch_poll(watch, &arming.table);
	if (arming.err)
		return arming.err;
	return fired ? -EPIPE : 0;
}

static struct fdstorefs_watch *fdstorefs_watch_new(struct fdstorefs_watch init)
{
	struct fdstorefs_watch *watch;
	int err;

	watch = kmalloc(sizeof(*watch), GFP_KERNEL_ACCOUNT);
	if (!watch)
		return ERR_PTR(-ENOMEM);
	*watch = init;
	refcount_set(&watch->refs, 1);
	spin_lock_init(&watch->lock);
	if (watch->file)
		get_file(watch->file);
	get_pid(watch->pid);
	if (watch->fsi)
		fdstorefs_super_get(watch->fsi);

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
	if (test_bit(FDSTOREFS_WATCH_WOKEN, &watch->flags))
		fdstorefs_watch_list(watch);
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

	if (!watch)
		return;
	fdstorefs_unhook(watch);

	spin_lock(&watch->lock);
	watch->inode = NULL;
	fsi = watch->fsi;
	watch->fsi = NULL;
	spin_unlock(&watch->lock);

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

static void fdstorefs_work(struct work_struct *work)
{
	struct llist_node *woken = llist_del_all(&fdstorefs_woken);
	struct fdstorefs_watch *watch, *next;
	struct poll_table_struct table;

	init_poll_funcptr(&table, NULL);
	llist_for_each_entry_safe(watch, next, woken, listed) {
		/* From here on a wake-up lists the watch again. */
		clear_bit(FDSTOREFS_WATCH_LISTED, &watch->flags);
		smp_mb__after_atomic();
		if (fdstorefs_watch_poll(watch, &table))
			fdstorefs_watch_act(watch);
		fdstorefs_watch_put(watch);
		cond_resched();
	}
}
