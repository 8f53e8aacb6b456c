// SPDX-License-Identifier: GPL-2.0
/*
 * How much may be held: by a store, and by a user.
 *
 * As on tmpfs an inode counts once, and each
 * further hard link counts too, since its dentry takes memory that nothing
 * else would bound. The root directory is free.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/hashtable.h>
#include <linux/sched/signal.h>
#include <linux/sched/user.h>
#include <linux/slab.h>

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

/*
 * A stored file is counted to the user who put it, as AF_UNIX counts those in
 * flight, and against the same limit: otherwise a store would be the way
 * around RLIMIT_NOFILE. The file of an anchor counts like a stored one, and so
 * does a store. The count belongs to the user as the initial namespace knows
 * it, so a user namespace gives no allowance beyond those of the uids that are
 * mapped into it.
 */
static DEFINE_SPINLOCK(fdstorefs_users_lock);	/* guards the table too */

struct fdstorefs_user {
	struct hlist_node	node;
	kuid_t			uid;
	/* 0 only while being made */
	unsigned long		stored FDSTOREFS_GUARDED_BY(&fdstorefs_users_lock);
};

static DEFINE_HASHTABLE(fdstorefs_users, 6);

static struct fdstorefs_user *fdstorefs_find_user(kuid_t uid)
	__must_hold(&fdstorefs_users_lock)
{
	struct fdstorefs_user *user;

	hash_for_each_possible(fdstorefs_users, user, node, __kuid_val(uid))
		if (uid_eq(user->uid, uid))
			return user;
	return NULL;
}

/**
 * fdstorefs_charge_user - count more files to the current user
 * @n: how many
 * @over_limit: whether that is more than the user may have
 *
 * Return: what to give back to fdstorefs_uncharge_user(), or NULL when there
 * is no memory
 */
struct fdstorefs_user *fdstorefs_charge_user(unsigned int n, bool *over_limit)
{
	kuid_t uid = current_user()->uid;
	struct fdstorefs_user *user, *new = NULL;
	unsigned long stored = 0;

	spin_lock(&fdstorefs_users_lock);
	user = fdstorefs_find_user(uid);
	if (!user) {
		spin_unlock(&fdstorefs_users_lock);
		new = kzalloc(sizeof(*new), GFP_KERNEL_ACCOUNT);
		if (!new)
			return NULL;
		new->uid = uid;
		spin_lock(&fdstorefs_users_lock);
		user = fdstorefs_find_user(uid);
		if (!user) {
			user = new;
			new = NULL;
			hash_add(fdstorefs_users, &user->node,
				 __kuid_val(uid));
		}
	}
	user->stored += n;
	stored = user->stored;
	spin_unlock(&fdstorefs_users_lock);
	kfree(new);

	*over_limit = stored > rlimit(RLIMIT_NOFILE) &&
		      !capable(CAP_SYS_RESOURCE) && !capable(CAP_SYS_ADMIN);
	return user;
}

/**
 * fdstorefs_uncharge_user - undo one fdstorefs_charge_user()
 * @user: what it returned
 * @n: as it was given
 */
void fdstorefs_uncharge_user(struct fdstorefs_user *user, unsigned int n)
{
	spin_lock(&fdstorefs_users_lock);
	user->stored -= n;
	if (user->stored)
		user = NULL;
	else
		hash_del(&user->node);
	spin_unlock(&fdstorefs_users_lock);
	kfree(user);
}
