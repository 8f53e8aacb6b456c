// SPDX-License-Identifier: GPL-2.0
/*
 * Noticing when a process begins to die.
 *
 * poll(2) of a pidfd reports the end of a process, which can be too late. A
 * process that closes a file of a FUSE mount waits for the server's answer,
 * uninterruptibly. If only a store holds the connection, and waits for the
 * process to end, both wait for ever. The same is true of the init of a pid
 * namespace, which waits for all its processes before it ends.
 *
 * So a process counts as dying as soon as nothing can keep it from dying: when
 * a signal or exit_group(2) has doomed all its threads, or the last one exits.
 * Two tracepoints report this, before a thread gives up its descriptors:
 * signal_generate, when the signal is sent, whatever its target is stuck in, and
 * sched_process_exit.
 *
 * They report nothing if a thread that exits by itself is stuck before that, in
 * an asynchronous read of a FUSE file that it has begun, or in writing a core
 * dump. So a work looks once a second, too.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/hash.h>
#include <linux/list.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/tracepoint.h>
#include <linux/workqueue.h>
#include <trace/events/sched.h>
#include <trace/events/signal.h>

#include "compat.h"
#include "watch.h"

#ifndef CONFIG_TRACEPOINTS
#error "fdstorefs needs a kernel with CONFIG_TRACEPOINTS"
#endif

#define FDSTOREFS_DEATH_BITS	10

/*
 * Hashed by the address of the pid. The probes run with a signal lock held and
 * interrupts off, on behalf of whoever sends a signal. So they only look into
 * one short list, and what they find there only queues work.
 */
static struct fdstorefs_deaths {
	raw_spinlock_t		lock;
	struct hlist_head	list;
} fdstorefs_deaths[1 << FDSTOREFS_DEATH_BITS];

/* How many deaths are awaited. */
static atomic_t fdstorefs_awaited = ATOMIC_INIT(0);
/* How many of them are deaths of a single thread. */
static atomic_t fdstorefs_thread_deaths = ATOMIC_INIT(0);

static void fdstorefs_look_for_deaths(struct work_struct *work);
static DECLARE_DELAYED_WORK(fdstorefs_death_look, fdstorefs_look_for_deaths);

static struct fdstorefs_deaths *fdstorefs_deaths_of(const struct pid *pid)
{
	return &fdstorefs_deaths[hash_ptr(pid, FDSTOREFS_DEATH_BITS)];
}

/**
 * fdstorefs_death_await - ask to be told of a death
 * @death: whose, and what to call; the caller has a reference to its pid
 *
 * A death that has begun before is not reported: call fdstorefs_death_began()
 * afterwards.
 */
void fdstorefs_death_await(struct fdstorefs_death *death)
{
	struct fdstorefs_deaths *deaths = fdstorefs_deaths_of(death->pid);
	unsigned long flags;

	if (death->thread)
		atomic_inc(&fdstorefs_thread_deaths);
	raw_spin_lock_irqsave(&deaths->lock, flags);
	hlist_add_head(&death->node, &deaths->list);
	raw_spin_unlock_irqrestore(&deaths->lock, flags);
	if (atomic_inc_return(&fdstorefs_awaited) == 1)
		schedule_delayed_work(&fdstorefs_death_look, HZ);
}

/**
 * fdstorefs_death_forget - undo fdstorefs_death_await()
 * @death: what that was given; it is not called any more
 */
void fdstorefs_death_forget(struct fdstorefs_death *death)
{
	struct fdstorefs_deaths *deaths = fdstorefs_deaths_of(death->pid);
	unsigned long flags;

	raw_spin_lock_irqsave(&deaths->lock, flags);
	hlist_del(&death->node);
	raw_spin_unlock_irqrestore(&deaths->lock, flags);
	if (death->thread)
		atomic_dec(&fdstorefs_thread_deaths);
	atomic_dec(&fdstorefs_awaited);
}

static bool fdstorefs_is_doomed(const struct task_struct *task)
{
	/* Once set, the flag stays; once 0, so does the count. */
	return (READ_ONCE(task->signal->flags) & SIGNAL_GROUP_EXIT) ||
	       !atomic_read(&task->signal->live);
}

/**
 * fdstorefs_death_began - is the process or thread dying, or dead?
 * @death: which
 *
 * Return: whether it is
 */
bool fdstorefs_death_began(const struct fdstorefs_death *death)
{
	struct task_struct *task;
	bool began;

	rcu_read_lock();
	task = pid_task(death->pid, death->thread ? PIDTYPE_PID : PIDTYPE_TGID);
	began = !task || fdstorefs_is_doomed(task) ||
		(death->thread && (READ_ONCE(task->flags) & PF_EXITING));
	rcu_read_unlock();
	return began;
}

static void fdstorefs_look_for_deaths(struct work_struct *work)
{
	struct fdstorefs_death *death;
	int i;

	for (i = 0; i < ARRAY_SIZE(fdstorefs_deaths); i++) {
		struct fdstorefs_deaths *deaths = &fdstorefs_deaths[i];

		raw_spin_lock_irq(&deaths->lock);
		hlist_for_each_entry(death, &deaths->list, node)
			if (fdstorefs_death_began(death))
				death->comes(death);
		raw_spin_unlock_irq(&deaths->lock);
		cond_resched();
	}
	if (atomic_read(&fdstorefs_awaited))
		schedule_delayed_work(&fdstorefs_death_look, HZ);
}

static void fdstorefs_tell_death(const struct pid *pid, bool thread)
{
	struct fdstorefs_deaths *deaths = fdstorefs_deaths_of(pid);
	struct fdstorefs_death *death;
	unsigned long flags;

	raw_spin_lock_irqsave(&deaths->lock, flags);
	hlist_for_each_entry(death, &deaths->list, node)
		if (death->pid == pid && death->thread == thread)
			death->comes(death);
	raw_spin_unlock_irqrestore(&deaths->lock, flags);
}

static void fdstorefs_tell_process(struct task_struct *task)
{
	struct task_struct *thread;

	fdstorefs_tell_death(task_tgid(task), false);
	if (!atomic_read(&fdstorefs_thread_deaths))
		return;
	rcu_read_lock();
	for_each_thread(task, thread)
		fdstorefs_tell_death(task_pid(thread), true);
	rcu_read_unlock();
}

/* With the signal lock of @task held: its pids stay. */
static void fdstorefs_on_signal(void *unused, int sig, struct kernel_siginfo *info,
				struct task_struct *task, int group, int result)
{
	/* The signal may have been ignored, or its target was dying already. */
	if (READ_ONCE(task->signal->flags) & SIGNAL_GROUP_EXIT)
		fdstorefs_tell_process(task);
}

static void fdstorefs_on_exit(void *unused, FDSTOREFS_EXIT_ARGS)
{
	if (fdstorefs_is_doomed(p))
		fdstorefs_tell_death(task_tgid(p), false);
	if (atomic_read(&fdstorefs_thread_deaths))
		fdstorefs_tell_death(task_pid(p), true);
}

/**
 * fdstorefs_start_dying - register the probes, before the first store
 *
 * Return: 0, -ENOMEM, or -EOPNOTSUPP on a kernel without the tracepoints
 */
int __init fdstorefs_start_dying(void)
{
	int i, err;

	for (i = 0; i < ARRAY_SIZE(fdstorefs_deaths); i++)
		raw_spin_lock_init(&fdstorefs_deaths[i].lock);
	err = fdstorefs_trace_register(signal_generate, fdstorefs_on_signal);
	if (err)
		return err;
	err = fdstorefs_trace_register(sched_process_exit, fdstorefs_on_exit);
	if (err) {
		fdstorefs_trace_unregister(signal_generate, fdstorefs_on_signal);
		tracepoint_synchronize_unregister();
	}
	return err;
}

/**
 * fdstorefs_stop_dying - remove the probes, after the last store
 */
void fdstorefs_stop_dying(void)
{
	cancel_delayed_work_sync(&fdstorefs_death_look);
	fdstorefs_trace_unregister(signal_generate, fdstorefs_on_signal);
	fdstorefs_trace_unregister(sched_process_exit, fdstorefs_on_exit);
	tracepoint_synchronize_unregister();
}
