// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/fs/fdstorefs/MAJOR:MINOR: what each live store holds, and a way to end
 * it, even if no mount table shows the store because a cycle pins it.
 *
 * The mode lets only root of the initial user namespace in. A container may run
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
#include <linux/workqueue.h>

#include "internal.h"

static struct kobject *fdstorefs_kobj;

static struct fdstorefs_super *fdstorefs_of(struct kobj_attribute *attr)
{
	return container_of(attr, struct fdstorefs_super, admin);
}

/*
 * One file for all, since each file of sysfs costs a mount a twentieth of what
 * it takes else. The numbers may be from different moments.
 */
static ssize_t fdstorefs_admin_show(struct kobject *kobj,
				    struct kobj_attribute *attr, char *buf)
{
	struct fdstorefs_super *fsi = fdstorefs_of(attr);

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return sysfs_emit(buf,
			  "owner %u\n"
			  "used %u\n"
			  "max %u\n"
			  "filled %u\n"
			  "closing %u\n"
			  "anchor %s\n"
			  "sealed %d\n",
			  from_kuid_munged(&init_user_ns, fsi->opts.uid),
			  FDSTOREFS_PEEK(fsi->used),
			  FDSTOREFS_PEEK(fsi->opts.max),
			  FDSTOREFS_PEEK(fsi->nr_filled),
			  FDSTOREFS_PEEK(fsi->nr_closing),
			  fdstorefs_anchor_name(fsi->opts.anchor) ?: "none",
			  FDSTOREFS_PEEK(fsi->sealed));
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
 * A work seals and drains, not the writer: the store may end meanwhile. Whoever
 * drops its last active reference has to end it, which waits until nobody is in
 * this function; so the writer would wait for itself.
 */
static ssize_t fdstorefs_admin_store(struct kobject *kobj,
				     struct kobj_attribute *attr,
				     const char *buf, size_t len)
{
	struct fdstorefs_super *fsi = fdstorefs_of(attr);
	struct fdstorefs_drain_request *request;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (!sysfs_streq(buf, "drain"))
		return -EINVAL;
	request = fdstorefs_zalloc(*request, GFP_KERNEL);
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

/**
 * fdstorefs_admin_add - show a store in sysfs
 * @fsi: the store
 *
 * Return: 0 or -ENOMEM
 */
int fdstorefs_admin_add(struct fdstorefs_super *fsi)
{
	struct attribute *attr = &fsi->admin.attr;
	dev_t dev = FDSTOREFS_PEEK(fsi->sb)->s_dev;
	int err;

	sysfs_attr_init(attr);
	snprintf(fsi->shown_name, sizeof(fsi->shown_name), "%u:%u", MAJOR(dev),
		 MINOR(dev));
	attr->name = fsi->shown_name;
	attr->mode = 0600;
	fsi->admin.show = fdstorefs_admin_show;
	fsi->admin.store = fdstorefs_admin_store;
	err = sysfs_create_file(fdstorefs_kobj, attr);
	fsi->is_shown = !err;
	return err;
}

/**
 * fdstorefs_admin_del - remove a store from sysfs
 * @fsi: the store; waits for whoever is reading or draining
 */
void fdstorefs_admin_del(struct fdstorefs_super *fsi)
{
	if (fsi->is_shown)
		sysfs_remove_file(fdstorefs_kobj, &fsi->admin.attr);
}

/**
 * fdstorefs_admin_init - make /sys/fs/fdstorefs
 *
 * Return: 0 or -ENOMEM
 */
int __init fdstorefs_admin_init(void)
{
	fdstorefs_kobj = kobject_create_and_add("fdstorefs", fs_kobj);
	return fdstorefs_kobj ? 0 : -ENOMEM;
}

/**
 * fdstorefs_admin_exit - remove /sys/fs/fdstorefs, after the last store
 */
void fdstorefs_admin_exit(void)
{
	kobject_put(fdstorefs_kobj);
}
