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

#include "internal.h"

/**
 * fdstorefs_unanchor - end the anchors of a store
 * @fsi: the store
 */
void fdstorefs_unanchor(struct fdstorefs_super *fsi)
{
	struct fdstorefs_watch *watch;
	int i;

	for (i = 0; i < FDSTOREFS_ANCHORS; i++) {
		spin_lock(&fsi->lock);
		watch = fsi->anchors[i];
		fsi->anchors[i] = NULL;
		spin_unlock(&fsi->lock);
		if (watch)
			fdstorefs_watch_end(watch);
	}
}

/*
 * Seal and drain. Nothing happens if the store is not yet anchored to @watch,
 * or not any more.
 */
static void fdstorefs_anchor_fired(struct fdstorefs_super *fsi,
				   const struct fdstorefs_watch *watch)
{
	struct super_block *sb;
	bool ours;

	spin_lock(&fsi->lock);
	ours = fsi->anchors[FDSTOREFS_ANCHORS_INIT] == watch ||
	       fsi->anchors[FDSTOREFS_ANCHORS_FILE] == watch;
	spin_unlock(&fsi->lock);
	if (!ours)
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

static struct fdstorefs_watch *fdstorefs_watch_my_init(struct fdstorefs_super *fsi)
{
	struct fdstorefs_watch *watch;
	struct pid *pid;

	rcu_read_lock();
	pid = get_pid(find_pid_ns(1, task_active_pid_ns(current)));
	rcu_read_unlock();
	/* The namespace is being torn down around us. */
	if (!pid)
		return ERR_PTR(-EPIPE);
	watch = fdstorefs_watch_store(fsi, NULL, pid, fdstorefs_anchor_fired);
	put_pid(pid);
	return watch;
}

static int fdstorefs_attach(struct fdstorefs_super *fsi, int which,
			    struct fdstorefs_watch *watch)
{
	if (IS_ERR(watch))
		return PTR_ERR(watch);

	spin_lock(&fsi->lock);
	fsi->anchors[which] = watch;
	spin_unlock(&fsi->lock);
	/* An event before this has found nothing to seal. */
	return fdstorefs_watch_fired(watch) ? -EPIPE : 0;
}

/**
 * fdstorefs_anchor - give a new store its anchors
 * @fsi: the store
 * @opts: say which
 *
 * Return: 0; -EPIPE if the anchor has fired already, -ENOMEM
 */
int fdstorefs_anchor(struct fdstorefs_super *fsi,
		     const struct fdstorefs_options *opts)
{
	int err = 0;

	/*
	 * Whatever anchor a container names, its store ends with its init, too:
	 * an eventfd that nobody holds any more would be as good as noanchor.
	 */
	if (opts->anchor == FDSTOREFS_ANCHOR_INIT || opts->init_too)
		err = fdstorefs_attach(fsi, FDSTOREFS_ANCHORS_INIT,
				       fdstorefs_watch_my_init(fsi));
	if (!err && opts->anchor == FDSTOREFS_ANCHOR_FD)
		err = fdstorefs_attach(fsi, FDSTOREFS_ANCHORS_FILE,
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
