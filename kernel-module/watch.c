// SPDX-License-Identifier: GPL-2.0
/*
 * Watches. A watch waits for an event that poll(2) of a file reports, or for
 * the death of a process. When its event has come it acts on what is tied to
 * it: it empties entries, or seals and drains a store. All puts of a store that
 * wait for the same event share one watch.
 *
 * The life of a watch, and why each teardown race is harmless:
 *
 * armed	Hooks are in the wait queues of the file. A wake-up may come at
 *		any moment, in any context, and only notifies the store's waker.
 * in use	By the puts that are tied to it, in whatever state they are.
 *		Whoever gives up the last use takes the watch out of its store's
 *		tree, under the lock under which others find it there, and ends
 *		it.
 * attached	A tie is in the watch's list, under the locks of its entry and
 *		of the watch, exactly as long as the entry holds the put. The
 *		watch acts only on what is attached. Nothing can be attached
 *		once the watch has fired, so nothing is forgotten.
 * ended	No look begins any more, because it would begin under the lock
 *		under which this is set. The hooks are removed next:
 *		remove_wait_queue() takes the lock under which wake-ups run, so
 *		none runs afterwards. Then the file may be closed.
 * freed	With the last reference. The waker's list holds one.
 *
 * A look is a poll under watch->lock: only files whose poll does not sleep are
 * watched, and none whose poll leads back here. Hence no look needs a reference
 * to the file, nor is a look ever the last to have one.
 *
 * Acting takes an active reference to the superblock. If that fails, the
 * superblock is ending and empties itself. If the reference turns out to be the
 * last one, the superblock ends here, a moment after the unmount.
 *
 * Lock order: entry->lock, watch->lock, then fsi->lock, i_lock or what a poll
 * takes, then the waker's lock, which is all that a wake-up takes.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/pidfd.h>
#include <linux/slab.h>

#include "internal.h"

/**
 * struct fdstorefs_hook - our place in one wait queue
 * @wait: the place
 * @head: the queue; NULL after the queue was freed (POLLFREE)
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
 * @refs: one until the end, one while a waker's list has it
 * @fsi: the store; a reference
 * @waker: what looks at it
 * @wakeup: its place there
 * @node: member of the store's tree of watches; guarded by the store's lock
 * @uses: how many ties there are; guarded by the store's lock
 * @events: what to wait for
 * @keys: a wake-up that names its events, but none of these, means nothing
 * @end_put: what ends each put that is tied to it; NULL if it is of the store
 * @end_store: what ends all that the store holds; NULL if it is of entries
 * @owns_file: @file is a reference; else the ties' puts have theirs
 * @file: what is polled; NULL if a death is awaited
 * @death: the death that is awaited, if its pid, a reference, is set
 * @lock: guards what follows
 * @ended: no look begins any more
 * @fired: the event has come
 * @ties: what to end then
 * @hook: one hook is enough for nearly every kind of file; guarded by nothing,
 *	since hooks are made before others know the watch, and removed after
 *	all others have forgotten it
 */
struct fdstorefs_watch {
	refcount_t		refs;
	struct fdstorefs_super	*fsi;
	struct fdstorefs_waker	*waker;
	struct fdstorefs_wakeup	wakeup;
	struct rb_node		node;
	unsigned int		uses;
	__poll_t		events;
	__poll_t		keys;
	fdstorefs_end_put	end_put;
	fdstorefs_end_store	end_store;
	bool			owns_file;
	struct file		*file;
	struct fdstorefs_death	death;
	spinlock_t		lock;
	bool			ended FDSTOREFS_GUARDED_BY(&lock);
	bool			fired FDSTOREFS_GUARDED_BY(&lock);
	struct list_head	ties FDSTOREFS_GUARDED_BY(&lock);
	struct fdstorefs_hook	hook;
};

static struct fdstorefs_watch *fdstorefs_watch_of(struct fdstorefs_wakeup *wakeup)
{
	return container_of(wakeup, struct fdstorefs_watch, wakeup);
}

static void fdstorefs_wakeup_get(struct fdstorefs_wakeup *wakeup)
{
	refcount_inc(&fdstorefs_watch_of(wakeup)->refs);
}

static void fdstorefs_wakeup_put(struct fdstorefs_wakeup *wakeup)
{
	struct fdstorefs_watch *watch = fdstorefs_watch_of(wakeup);

	if (!refcount_dec_and_test(&watch->refs))
		return;
	put_pid(watch->death.pid);
	fdstorefs_super_put(watch->fsi);
	kfree(watch);
}

static int fdstorefs_woken(struct wait_queue_entry *wait, unsigned int mode,
			   int sync, void *key)
{
	struct fdstorefs_hook *hook =
		container_of(wait, struct fdstorefs_hook, wait);
	struct fdstorefs_watch *watch = hook->watch;
	__poll_t events = key_to_poll(key);

	/* As for epoll, a wake-up that names no events may mean any of them. */
	if (!events || (events & watch->keys))
		fdstorefs_wake(watch->waker, &watch->wakeup, false);

	/*
	 * The queue is about to be freed although the file lives on, as with
	 * a signalfd. Writing NULL is our last access to the hook: whoever
	 * unhooks may see it and free the watch.
	 */
	if (events & POLLFREE) {
		list_del_init(&wait->entry);
		/* Pairs with the acquire of fdstorefs_hook_remove(). */
		smp_store_release(&hook->head, NULL);
	}
	return 0;
}

static void fdstorefs_death_comes(struct fdstorefs_death *death)
{
	struct fdstorefs_watch *watch =
		container_of(death, struct fdstorefs_watch, death);

	fdstorefs_wake(watch->waker, &watch->wakeup, true);
}

static void fdstorefs_hook_remove(struct fdstorefs_hook *hook)
{
	wait_queue_head_t *head;

	/* After POLLFREE, a queue is freed by RCU. */
	rcu_read_lock();
	/* Pairs with the release of fdstorefs_woken(). */
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

	/* A pipe that is open for both directions has two queues. */
	if (hook->head) {
		hook = fdstorefs_zalloc(*hook, GFP_KERNEL_ACCOUNT);
		if (!hook) {
			arming->err = -ENOMEM;
			return;
		}
		hook->next = watch->hook.next;
		watch->hook.next = hook;
	}
	init_waitqueue_func_entry(&hook->wait, fdstorefs_woken);
	hook->watch = watch;
	hook->head = head;
	add_wait_queue(head, &hook->wait);
}

/* Has the event come? The caller keeps the file from being closed. */
static bool fdstorefs_has_come(const struct fdstorefs_watch *watch,
			       struct poll_table_struct *table)
{
	if (watch->death.pid)
		return fdstorefs_death_began(&watch->death);
	table->_key = watch->events;
	return vfs_poll(watch->file, table) & watch->events;
}

static int fdstorefs_arm(struct fdstorefs_watch *watch)
{
	struct fdstorefs_arming arming = { .watch = watch };
	bool come;

	init_poll_funcptr(&arming.table, fdstorefs_arm_queue);
	if (watch->death.pid)
		fdstorefs_death_await(&watch->death);
	come = fdstorefs_has_come(watch, &arming.table);
	if (arming.err)
		return arming.err;
	return come ? -EPIPE : 0;
}

/*
 * Watch @file, or, if it is an anchor and a pidfd, its process, whose death we
 * notice earlier than poll(2) of the pidfd reports it.
 */
static void fdstorefs_watch_what(struct fdstorefs_watch *watch, struct file *file,
				 bool anchored)
{
	struct pid *pid = anchored ? fdstorefs_pidfd_pid(file, &watch->death.thread) : NULL;

	if (pid) {
		watch->death.pid = get_pid(pid);
		return;
	}
	watch->owns_file = anchored;
	watch->file = anchored ? get_file(file) : file;
}

static FDSTOREFS_CONSTRUCTOR
struct fdstorefs_watch *fdstorefs_watch_new(struct fdstorefs_super *fsi, int waker,
					    __poll_t events)
{
	struct fdstorefs_watch *watch;

	watch = fdstorefs_zalloc(*watch, GFP_KERNEL_ACCOUNT);
	if (!watch)
		return NULL;
	refcount_set(&watch->refs, 1);
	fdstorefs_super_get(fsi);
	watch->fsi = fsi;
	watch->waker = &fsi->wakers[waker];
	watch->uses = 1;
	watch->events = events;
	watch->keys = events;
	watch->death.comes = fdstorefs_death_comes;
	spin_lock_init(&watch->lock);
	INIT_LIST_HEAD(&watch->ties);
	return watch;
}

/**
 * fdstorefs_watch_end - end a watch that nobody uses or can find any more
 * @watch: the watch
 *
 * On return the watch will not act again. Process context, no locks held.
 */
void fdstorefs_watch_end(struct fdstorefs_watch *watch)
{
	spin_lock(&watch->lock);
	watch->ended = true;
	spin_unlock(&watch->lock);

	fdstorefs_unhook(watch);
	if (watch->death.pid)
		fdstorefs_death_forget(&watch->death);
	if (watch->owns_file)
		fdstorefs_fput(watch->file);
	fdstorefs_wakeup_put(&watch->wakeup);
}

/**
 * fdstorefs_watch_store - arm a watch that will seal and drain a store
 * @fsi: the store
 * @file: the anchor; fdstorefs_may_anchor() has allowed it
 * @pid: a process instead, or NULL
 * @end: seals and drains
 *
 * Return: the watch, which the caller has to end; or an error pointer: -EPIPE
 * if its event has come already, -ENOMEM
 */
struct fdstorefs_watch *fdstorefs_watch_store(struct fdstorefs_super *fsi,
					      struct file *file, struct pid *pid,
					      fdstorefs_end_store end)
{
	struct fdstorefs_watch *watch;
	int err;

	watch = fdstorefs_watch_new(fsi, FDSTOREFS_WAKER_STORE, FDSTOREFS_ANCHOR_EVENTS);
	if (!watch)
		return ERR_PTR(-ENOMEM);
	watch->end_store = end;
	if (pid)
		watch->death.pid = get_pid(pid);
	else
		fdstorefs_watch_what(watch, file, true);
	err = fdstorefs_arm(watch);
	if (!err)
		return watch;
	fdstorefs_watch_end(watch);
	return ERR_PTR(err);
}

/**
 * fdstorefs_watch_fired - has somebody noticed that a watch's event has come?
 * @watch: the watch
 *
 * Return: true if somebody has
 */
bool fdstorefs_watch_fired(const struct fdstorefs_watch *watch)
{
	return FDSTOREFS_PEEK(watch->fired);
}

static int fdstorefs_compare(const void *a, const void *b)
{
	return a < b ? -1 : a > b;
}

/* By what they wait for: two that are alike can be one. */
static int fdstorefs_compare_watches(const struct fdstorefs_watch *a,
				     const struct fdstorefs_watch *b)
{
	const u32 a_events = (__force u32)a->events, b_events = (__force u32)b->events;

	return fdstorefs_compare(a->file, b->file) ?:
	       fdstorefs_compare(a->death.pid, b->death.pid) ?:
	       (int)a->death.thread - (int)b->death.thread ?:
	       (int)a->owns_file - (int)b->owns_file ?:
	       (a_events > b_events) - (a_events < b_events);
}

static int fdstorefs_compare_nodes(struct rb_node *a, const struct rb_node *b)
{
	return fdstorefs_compare_watches(rb_entry(a, struct fdstorefs_watch, node),
					 rb_entry(b, struct fdstorefs_watch, node));
}

static void fdstorefs_unuse(struct fdstorefs_watch *watch)
{
	struct fdstorefs_super *fsi = watch->fsi;
	bool last;

	spin_lock(&fsi->lock);
	last = !--watch->uses;
	if (last && !RB_EMPTY_NODE(&watch->node))
		rb_erase(&watch->node, &fsi->watches);
	spin_unlock(&fsi->lock);
	if (last)
		fdstorefs_watch_end(watch);
}

/*
 * If there is a watch like @new, use it once more; else use @new. A watch that
 * has fired is of no use: its event may be over again.
 */
static struct fdstorefs_watch *fdstorefs_share_watch(struct fdstorefs_super *fsi,
						     struct fdstorefs_watch *new)
{
	struct fdstorefs_watch *watch = new;
	struct rb_node *node;

	spin_lock(&fsi->lock);
	node = rb_find_add(&new->node, &fsi->watches, fdstorefs_compare_nodes);
	if (node)
		watch = rb_entry(node, struct fdstorefs_watch, node);
	if (node && fdstorefs_watch_fired(watch)) {
		rb_replace_node(node, &new->node, &fsi->watches);
		RB_CLEAR_NODE(node);
		watch = new;
	} else if (node) {
		watch->uses++;
	}
	spin_unlock(&fsi->lock);
	return watch;
}

/**
 * fdstorefs_tie - make an end for a put that is being prepared
 * @fsi: its store
 * @held: the put
 * @file: what to watch; allowed to be watched, or to be an anchor
 * @events: what to wait for
 * @anchor: what kind of anchor it is; NULL if it is the stored file
 * @end: what ends the put
 *
 * Return: 0; -EPIPE if the event has come already, -ENOMEM
 */
int fdstorefs_tie(struct fdstorefs_super *fsi, struct fdstorefs_held *held,
		  struct file *file, __poll_t events, const char *anchor,
		  fdstorefs_end_put end)
{
	struct fdstorefs_tie *tie = &held->ties[held->nr_ties];
	struct fdstorefs_watch *new, *watch;
	int err;

	new = fdstorefs_watch_new(fsi, FDSTOREFS_WAKER_ENTRIES, events);
	if (!new)
		return -ENOMEM;
	new->end_put = end;
	fdstorefs_watch_what(new, file, anchor);
	new->keys |= fdstorefs_odd_keys(file);
	err = fdstorefs_arm(new);
	if (err) {
		fdstorefs_watch_end(new);
		return err;
	}
	watch = fdstorefs_share_watch(fsi, new);
	if (watch != new)
		fdstorefs_watch_end(new);
	*tie = (struct fdstorefs_tie){
		.watch = watch, .held = held, .anchor_kind = anchor,
		.node = LIST_HEAD_INIT(tie->node),
	};
	held->nr_ties++;
	return 0;
}

/**
 * fdstorefs_attach_ties - let the ties end the put from now on
 * @held: the put, which an entry is about to hold; under the entry's lock
 *
 * Return: 0, or -EPIPE if a watch has fired
 */
int fdstorefs_attach_ties(struct fdstorefs_held *held)
{
	int i, err = 0;

	for (i = 0; i < held->nr_ties && !err; i++) {
		struct fdstorefs_tie *tie = &held->ties[i];

		spin_lock(&tie->watch->lock);
		if (tie->watch->fired)
			err = -EPIPE;
		else
			list_add_tail(&tie->node, &tie->watch->ties);
		spin_unlock(&tie->watch->lock);
	}
	if (err)
		fdstorefs_detach_ties(held);
	return err;
}

/**
 * fdstorefs_detach_ties - undo fdstorefs_attach_ties()
 * @held: the put; under the lock of the entry that holds it
 */
void fdstorefs_detach_ties(struct fdstorefs_held *held)
{
	int i;

	for (i = 0; i < held->nr_ties; i++) {
		struct fdstorefs_tie *tie = &held->ties[i];

		spin_lock(&tie->watch->lock);
		list_del_init(&tie->node);
		spin_unlock(&tie->watch->lock);
	}
}

/**
 * fdstorefs_end_ties - undo fdstorefs_tie()
 * @held: a put that no entry holds; it still has its file
 */
void fdstorefs_end_ties(struct fdstorefs_held *held)
{
	while (held->nr_ties)
		fdstorefs_unuse(held->ties[--held->nr_ties].watch);
}

/* The next put to end: its entry, with a reference, and its number. */
static struct inode *fdstorefs_next_tied(struct fdstorefs_watch *watch, u64 *number,
					 bool *anchored)
{
	struct inode *inode = NULL;
	struct fdstorefs_tie *tie;

	spin_lock(&watch->lock);
	while (!inode && !list_empty(&watch->ties)) {
		tie = list_first_entry(&watch->ties, struct fdstorefs_tie, node);
		*number = tie->held->number;
		*anchored = tie->anchor_kind;
		inode = igrab(tie->held->inode);
		/* An inode that is being evicted empties itself. */
		if (!inode)
			list_del_init(&tie->node);
	}
	spin_unlock(&watch->lock);
	return inode;
}

static void fdstorefs_watch_act(struct fdstorefs_watch *watch)
{
	struct super_block *sb;
	struct inode *inode;
	bool anchored;
	u64 number;

	if (watch->end_store) {
		watch->end_store(watch->fsi, watch);
		return;
	}
	sb = fdstorefs_pin(watch->fsi);
	if (!sb)
		return;
	while ((inode = fdstorefs_next_tied(watch, &number, &anchored))) {
		watch->end_put(inode, number, anchored);
		iput(inode);
		cond_resched();
	}
	deactivate_super(sb);
}

/* Act if the watch's event has come. Return: false if it has not. */
static bool fdstorefs_wakeup_look(struct fdstorefs_wakeup *wakeup, bool sure)
{
	struct fdstorefs_watch *watch = fdstorefs_watch_of(wakeup);
	struct poll_table_struct table;
	bool ended, fired = false;

	init_poll_funcptr(&table, NULL);
	spin_lock(&watch->lock);
	ended = watch->ended;
	if (!ended)
		fired = sure || fdstorefs_has_come(watch, &table);
	if (fired)
		watch->fired = true;
	spin_unlock(&watch->lock);

	if (fired)
		fdstorefs_watch_act(watch);
	return fired || ended;
}

static const struct fdstorefs_wakeup_ops fdstorefs_wakeup_ops = {
	.get	= fdstorefs_wakeup_get,
	.put	= fdstorefs_wakeup_put,
	.look	= fdstorefs_wakeup_look,
};

/**
 * fdstorefs_prepare_watching - a new store watches nothing yet
 * @fsi: the store
 */
FDSTOREFS_CONSTRUCTOR
void fdstorefs_prepare_watching(struct fdstorefs_super *fsi)
{
	fsi->watches = RB_ROOT;
	fdstorefs_prepare_wakers(fsi, &fdstorefs_wakeup_ops);
}
