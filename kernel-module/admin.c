// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/fs/fdstorefs/MAJOR:MINOR/: what each live store holds, and a way to end
 * it, even if no mount table shows the store because a cycle pins it.
 *
 * The modes let only root of the initial user namespace in. A container may run
 * as that root without its powers, and see a writable sysfs, so reading and
 * writing also need the capability.
 */
#include <linux/capability.h>
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>

#include "internal.h"

static struct kset *fdstorefs_kset;

struct fdstorefs_attr {
	struct attribute attr;
	ssize_t (*show)(struct fdstorefs_super *fsi, char *buf);
	ssize_t (*store)(struct fdstorefs_super *fsi, const char *buf,
			 size_t len);
};

static struct fdstorefs_super *fdstorefs_of(struct kobject *kobj)
{
	return container_of(kobj, struct fdstorefs_super, kobj);
}

static ssize_t used_show(struct fdstorefs_super *fsi, char *buf)
{
	return sysfs_emit(buf, "%u\n", FDSTOREFS_PEEK(fsi->used));
}

static ssize_t max_show(struct fdstorefs_super *fsi, char *buf)
{
	return sysfs_emit(buf, "%u\n", FDSTOREFS_PEEK(fsi->opts.max));
}

static ssize_t filled_show(struct fdstorefs_super *fsi, char *buf)
{
	return sysfs_emit(buf, "%u\n", FDSTOREFS_PEEK(fsi->nr_filled));
}

/* How many files are released and not closed yet: a close may take its time. */
static ssize_t closing_show(struct fdstorefs_super *fsi, char *buf)
{
	return sysfs_emit(buf, "%u\n", FDSTOREFS_PEEK(fsi->nr_closing));
}

static ssize_t sealed_show(struct fdstorefs_super *fsi, char *buf)
{
	return sysfs_emit(buf, "%d\n", FDSTOREFS_PEEK(fsi->sealed));
}

static ssize_t anchor_show(struct fdstorefs_super *fsi, char *buf)
{
	const char *name = fdstorefs_anchor_name(fsi->opts.anchor);

	return sysfs_emit(buf, "%s\n", name ?: "none");
}

/* Whose store this is: the root directory's owner, as the host numbers it. */
static ssize_t owner_show(struct fdstorefs_super *fsi, char *buf)
{
	return sysfs_emit(buf, "%u\n",
			  from_kuid_munged(&init_user_ns, fsi->opts.uid));
}

/*
 * Its memory lives as long as its work runs. If the address were reused sooner,
 * the workqueue would take a later work there for this one, and wait for it.
 */
struct fdstorefs_drain_request {
	struct work_struct	work;
	struct completion	done;
	refcount_t		refs;
	struct fdstorefs_super	*fsi;
};

static void fdstorefs_drain_put(struct fdstorefs_drain_request *request)
{
	if (refcount_dec_and_test(&request->refs))
		kfree(request);
}

static void fdstorefs_drain_work(struct work_struct *work)
{
	struct fdstorefs_drain_request *request =
		container_of(work, struct fdstorefs_drain_request, work);
	struct super_block *sb;

	fdstorefs_seal(request->fsi);
	sb = fdstorefs_pin(request->fsi);
	if (sb)
		fdstorefs_drain(request->fsi, FDSTOREFS_DRAIN);
	/* The writer, and with it the store, may be gone from here on. */
	complete(&request->done);
	if (sb)
		deactivate_super(sb);
	fdstorefs_drain_put(request);
}

/*
 * Any write seals and drains. A work does it, not the writer: the store may end
 * meanwhile. Whoever drops its last active reference has to end it, which waits
 * until nobody is in this function; so the writer would wait for itself.
 */
static ssize_t drain_store(struct fdstorefs_super *fsi, const char *buf,
			   size_t len)
{
	struct fdstorefs_drain_request *request;

	request = kmalloc(sizeof(*request), GFP_KERNEL);
	if (!request)
		return -ENOMEM;
	INIT_WORK(&request->work, fdstorefs_drain_work);
	init_completion(&request->done);
	refcount_set(&request->refs, 2);
	request->fsi = fsi;
	fdstorefs_queue(&request->work);
	wait_for_completion(&request->done);
	fdstorefs_drain_put(request);
	fdstorefs_await_closes(fsi);
	return len;
}

#define FDSTOREFS_ATTR(_name, _mode, _show, _store)		\
	static struct fdstorefs_attr _name##_attr = {		\
		.attr	= { .name = #_name, .mode = _mode },	\
		.show	= _show,				\
		.store	= _store,				\
	}

FDSTOREFS_ATTR(used, 0400, used_show, NULL);
FDSTOREFS_ATTR(max, 0400, max_show, NULL);
FDSTOREFS_ATTR(filled, 0400, filled_show, NULL);
FDSTOREFS_ATTR(closing, 0400, closing_show, NULL);
FDSTOREFS_ATTR(sealed, 0400, sealed_show, NULL);
FDSTOREFS_ATTR(anchor, 0400, anchor_show, NULL);
FDSTOREFS_ATTR(owner, 0400, owner_show, NULL);
FDSTOREFS_ATTR(drain, 0200, NULL, drain_store);

static struct attribute *fdstorefs_attrs[] = {
	&used_attr.attr,
	&max_attr.attr,
	&filled_attr.attr,
	&closing_attr.attr,
	&sealed_attr.attr,
	&anchor_attr.attr,
	&owner_attr.attr,
	&drain_attr.attr,
	NULL,
};
ATTRIBUTE_GROUPS(fdstorefs);

static ssize_t fdstorefs_attr_show(struct kobject *kobj,
				   struct attribute *attr, char *buf)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return container_of(attr, struct fdstorefs_attr, attr)->
		show(fdstorefs_of(kobj), buf);
}

static ssize_t fdstorefs_attr_store(struct kobject *kobj,
				    struct attribute *attr, const char *buf,
				    size_t len)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return container_of(attr, struct fdstorefs_attr, attr)->
		store(fdstorefs_of(kobj), buf, len);
}

static const struct sysfs_ops fdstorefs_sysfs_ops = {
	.show	= fdstorefs_attr_show,
	.store	= fdstorefs_attr_store,
};

/* How many stores exist; a store may outlive its superblock for a moment. */
static atomic_t fdstorefs_stores = ATOMIC_INIT(0);

/* Nobody else has it any more, so no lock is needed, as in a constructor. */
FDSTOREFS_CONSTRUCTOR
static void fdstorefs_super_release(struct kobject *kobj)
{
	struct fdstorefs_super *fsi = fdstorefs_of(kobj);

	fdstorefs_forget_allowance(fsi);
	kfree(fsi->anchors);
	kfree(fsi);
	if (atomic_dec_and_test(&fdstorefs_stores))
		wake_up_var(&fdstorefs_stores);
}

static const struct kobj_type fdstorefs_ktype = {
	.release	= fdstorefs_super_release,
	.sysfs_ops	= &fdstorefs_sysfs_ops,
	.default_groups	= fdstorefs_groups,
};

/**
 * fdstorefs_admin_prepare - start counting references to a store
 * @fsi: the store, zeroed
 */
void fdstorefs_admin_prepare(struct fdstorefs_super *fsi)
{
	atomic_inc(&fdstorefs_stores);
	kobject_init(&fsi->kobj, &fdstorefs_ktype);
}

/**
 * fdstorefs_admin_add - show a store in sysfs
 * @fsi: the store
 *
 * Return: 0 or -ENOMEM
 */
int fdstorefs_admin_add(struct fdstorefs_super *fsi)
{
	dev_t dev = FDSTOREFS_PEEK(fsi->sb)->s_dev;

	fsi->kobj.kset = fdstorefs_kset;
	return kobject_add(&fsi->kobj, NULL, "%u:%u", MAJOR(dev), MINOR(dev));
}

/**
 * fdstorefs_admin_del - remove a store from sysfs
 * @fsi: the store; waits for whoever is reading or draining
 */
void fdstorefs_admin_del(struct fdstorefs_super *fsi)
{
	if (fsi->kobj.state_in_sysfs)
		kobject_del(&fsi->kobj);
}

/**
 * fdstorefs_admin_init - make /sys/fs/fdstorefs
 *
 * Return: 0 or -ENOMEM
 */
int __init fdstorefs_admin_init(void)
{
	fdstorefs_kset = kset_create_and_add("fdstorefs", NULL, fs_kobj);
	return fdstorefs_kset ? 0 : -ENOMEM;
}

/**
 * fdstorefs_await_stores - wait until no store is left
 *
 * When all superblocks are gone, only works hold stores: closers, until the
 * last file is closed, and wakers. They may still be returning after this, so
 * their queues must be destroyed next.
 */
void fdstorefs_await_stores(void)
{
	wait_var_event(&fdstorefs_stores, !atomic_read(&fdstorefs_stores));
}

/**
 * fdstorefs_admin_exit - remove /sys/fs/fdstorefs, after the last store
 */
void fdstorefs_admin_exit(void)
{
	kset_unregister(fdstorefs_kset);
}
