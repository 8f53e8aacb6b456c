// SPDX-License-Identifier: GPL-2.0
/*
 * How much a store may hold. As on tmpfs an inode counts once, and each
 * further hard link counts too, since its dentry takes memory that nothing
 * else would bound. The root directory is free.
 */
#include "internal.h"

/**
 * fdstorefs_charge - count one more inode or additional hard link
 * @fsi: the store
 *
 * Return: 0, or -ENOSPC when the store holds as much as max= allows.
 */
int fdstorefs_charge(struct fdstorefs_super *fsi)
{
	int err = -ENOSPC;

	spin_lock(&fsi->lock);
	if (fsi->used < fsi->opts.max) {
		fsi->used++;
		err = 0;
	}
	spin_unlock(&fsi->lock);
	return err;
}

/**
 * fdstorefs_uncharge - undo one fdstorefs_charge()
 * @fsi: the store
 */
void fdstorefs_uncharge(struct fdstorefs_super *fsi)
{
	spin_lock(&fsi->lock);
	fsi->used--;
	spin_unlock(&fsi->lock);
}

/**
 * fdstorefs_set_max - change max= of a live store
 * @fsi: the store
 * @max: the new limit
 *
 * Return: 0, or -EINVAL when the store holds more than @max already.
 */
int fdstorefs_set_max(struct fdstorefs_super *fsi, unsigned int max)
{
	int err = -EINVAL;

	spin_lock(&fsi->lock);
	if (max >= fsi->used) {
		fsi->opts.max = max;
		err = 0;
	}
	spin_unlock(&fsi->lock);
	return err;
}
