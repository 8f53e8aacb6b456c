// SPDX-License-Identifier: GPL-2.0
/*
 * The anchor of a store seals and drains it even if something still pins its
 * mount. Without an anchor a tenant could keep files alive for ever, by a cycle
 * that no check sees: the store holds a socket, and a descriptor of the store
 * waits in the queue of that socket.
 *
 * A container could not even be killed: a process that closes a file of a FUSE
 * mount waits for the server; only the store keeps the connection alive; and
 * init waits for the process. So the anchor fires as soon as init begins to die
 * (death.c).
 */
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>

#include "internal.h"

/**
 * fdstorefs_unanchor - end the anchors of a store
 * @fsi: the store
 */
void fdstorefs_unanchor(struct fdstorefs_super *fsi)
{
	struct fdstorefs_watch *watch;
	int i;

	for (i = 0; i < fsi->nr_anchors; i++) {
		spin_lock(&fsi->lock);
		watch = fsi->anchors[i];
		fsi->anchors[i] = NULL;
		spin_unlock(&fsi->lock);
		if (watch)
			fdstorefs_watch_end(watch);
	}
}

static bool fdstorefs_is_anchored(struct fdstorefs_super *fsi,
				  const struct fdstorefs_watch *watch)
{
	bool is = false;
	int i;

	spin_lock(&fsi->lock);
	for (i = 0; i < fsi->nr_anchors; i++)
		is = is || fsi->anchors[i] == watch;
	spin_unlock(&fsi->lock);
	return is;
}

/*
 * Seal and drain. Nothing happens if the store is not yet anchored to @watch,
 * or not any more.
 */
static void fdstorefs_anchor_fired(struct fdstorefs_super *fsi,
				   const struct fdstorefs_watch *watch)
{
	struct super_block *sb;

	if (!fdstorefs_is_anchored(fsi, watch))
		return;

	fdstorefs_seal(fsi);
	/* A superblock that is ending empties itself. */
	sb = fdstorefs_pin(fsi);
	if (sb)
		fdstorefs_drain(fsi, FDSTOREFS_ANCHOR);
	/* The anchors have done all that they can: do not keep their files. */
	fdstorefs_unanchor(fsi);
	if (sb)
		deactivate_super(sb);
}

static int fdstorefs_attach(struct fdstorefs_super *fsi, unsigned int which,
			    struct fdstorefs_watch *watch)
{
	bool fired;

	if (IS_ERR(watch))
		return PTR_ERR(watch);

	/*
	 * Under the lock under which a watch that fires looks whether it is an
	 * anchor: either it has fired before, or it finds itself here. From
	 * then on it may end at any moment.
	 */
	spin_lock(&fsi->lock);
	fsi->anchors[which] = watch;
	fired = fdstorefs_watch_fired(watch);
	spin_unlock(&fsi->lock);
	return fired ? -EPIPE : 0;
}

static int fdstorefs_attach_init(struct fdstorefs_super *fsi, unsigned int which,
				 struct pid_namespace *ns)
{
	struct fdstorefs_watch *watch;
	struct pid *pid;
	int err;

	rcu_read_lock();
	pid = get_pid(find_pid_ns(1, ns));
	rcu_read_unlock();
	/* The namespace is being torn down around us. */
	if (!pid)
		return -EPIPE;
	watch = fdstorefs_watch_store(fsi, NULL, pid, fdstorefs_anchor_fired);
	err = fdstorefs_attach(fsi, which, watch);
	put_pid(pid);
	return err;
}

/*
 * Anchor the store to the init of our pid namespace, and to that of each
 * namespace around it but the initial one. When an outer init ends, ours ends,
 * too; but before that the outer one may wait for a file of ours.
 */
static int fdstorefs_attach_inits(struct fdstorefs_super *fsi)
{
	struct pid_namespace *ns;
	int err = 0;

	for (ns = task_active_pid_ns(current); ns && ns->level && !err; ns = ns->parent)
		err = fdstorefs_attach_init(fsi, ns->level, ns);
	return err;
}

/**
 * fdstorefs_anchor - give a new store its anchors
 * @fsi: the store
 * @opts: say which
 *
 * Return: 0; -EPIPE if an anchor has fired already, -ENOMEM
 */
int fdstorefs_anchor(struct fdstorefs_super *fsi,
		     const struct fdstorefs_options *opts)
{
	/* The first is for a file, the others are for inits. */
	unsigned int nr = task_active_pid_ns(current)->level + 1;
	struct fdstorefs_watch **anchors;
	int err = 0;

	if (opts->anchor != FDSTOREFS_ANCHOR_INIT && opts->anchor != FDSTOREFS_ANCHOR_FD)
		return 0;
	anchors = kcalloc(nr, sizeof(*anchors), GFP_KERNEL_ACCOUNT);
	if (!anchors)
		return -ENOMEM;
	spin_lock(&fsi->lock);
	fsi->anchors = anchors;
	fsi->nr_anchors = nr;
	spin_unlock(&fsi->lock);
	/*
	 * Whatever anchor a container names, its store ends with its init, too:
	 * an eventfd that nobody holds any more would be as good as noanchor.
	 */
	if (opts->anchor == FDSTOREFS_ANCHOR_INIT || opts->init_too)
		err = fdstorefs_attach_inits(fsi);
	if (!err && opts->anchor == FDSTOREFS_ANCHOR_FD)
		err = fdstorefs_attach(fsi, 0,
				       fdstorefs_watch_store(fsi, opts->anchor_file, NULL,
							     fdstorefs_anchor_fired));
	return err;
}

/**
 * fdstorefs_anchor_name - the mount option for an anchor
 * @anchor: the kind of anchor
 *
 * Return: as /proc/mounts shows it, or NULL if there is nothing to show
 */
const char *fdstorefs_anchor_name(enum fdstorefs_anchor anchor)
{
	switch (anchor) {
	case FDSTOREFS_ANCHOR_REFUSED:
		return "noanchor";
	case FDSTOREFS_ANCHOR_INIT:
		return "anchor=init";
	case FDSTOREFS_ANCHOR_FD:
		return "anchor=fd";
	default:
		return NULL;
	}
}
