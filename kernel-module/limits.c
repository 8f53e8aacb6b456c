// SPDX-License-Identifier: GPL-2.0
/*
 * How much may be held: by a store, by a uid in it, by user namespaces.
 *
 * As on tmpfs, an inode counts once, and each further hard link counts, too,
 * since nothing else would limit the memory of its dentry. The root directory
 * does not count.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/hashtable.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>

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
 * maxuser=: how many entries of one store any one uid may have filled. Puts of
 * callers who are exempt do not count: a daemon's puts must not use up the
 * share of those who happen to have its uid. The uid is the one with which
 * files are created and checked, so a program that acts for somebody uses up
 * the share of that user.
 */
struct fdstorefs_share {
	struct rb_node		node;
	kuid_t			uid;
	/* puts that are under way or count; guarded by the store's lock */
	unsigned int		refs;
	/* those that count; guarded by the store's lock */
	unsigned int		filled;
};

static int fdstorefs_compare_shares(struct rb_node *a, const struct rb_node *b)
{
	uid_t left = __kuid_val(rb_entry(a, struct fdstorefs_share, node)->uid);
	uid_t right = __kuid_val(rb_entry(b, struct fdstorefs_share, node)->uid);

	return left < right ? -1 : left > right;
}

/**
 * fdstorefs_find_share - whose share will a put count against?
 * @fsi: the store
 * @held: the put, by the current user; it gets a reference to the share, or
 *	none if there is no limit
 *
 * Return: 0 or -ENOMEM
 */
int fdstorefs_find_share(struct fdstorefs_super *fsi, struct fdstorefs_held *held)
{
	struct fdstorefs_share *share;
	struct rb_node *node;

	if (fsi->opts.maxuser == FDSTOREFS_NO_MAXUSER ||
	    ns_capable_noaudit(held->inode->i_sb->s_user_ns, CAP_SYS_RESOURCE))
		return 0;
	share = fdstorefs_zalloc(*share, GFP_KERNEL_ACCOUNT);
	if (!share)
		return -ENOMEM;
	share->uid = current_fsuid();

	spin_lock(&fsi->lock);
	node = rb_find_add(&share->node, &fsi->shares, fdstorefs_compare_shares);
	held->share = node ? rb_entry(node, struct fdstorefs_share, node) : share;
	held->share->refs++;
	spin_unlock(&fsi->lock);
	if (node)
		kfree(share);
	return 0;
}

/**
 * fdstorefs_forget_share - undo fdstorefs_find_share()
 * @fsi: the store
 * @held: the put, which does not count
 */
void fdstorefs_forget_share(struct fdstorefs_super *fsi, struct fdstorefs_held *held)
{
	struct fdstorefs_share *share = held->share;

	if (!share)
		return;
	spin_lock(&fsi->lock);
	if (--share->refs)
		share = NULL;
	else
		rb_erase(&share->node, &fsi->shares);
	spin_unlock(&fsi->lock);
	kfree(share);
}

/*
 * What stores in user namespaces may hold. Anybody can make a user namespace
 * and mount as many stores in it as he likes, so the limit must not be up to
 * him: all these stores, and each file in them, count against one allowance,
 * that of the uid which made the namespace. Nested namespaces count with the
 * outermost one, since its root may have thousands of uids to make them with.
 * Each namespace that root has made, as a container engine does, has an
 * allowance of its own: one tenant must not use up what another may have. Only
 * max= limits stores of the initial user namespace, because whoever mounts them
 * is privileged.
 *
 * It does not matter who calls PUT, or what he has open: containers share uids,
 * and would starve each other.
 */
static DEFINE_SPINLOCK(fdstorefs_allowances_lock);	/* guards the table too */
static DEFINE_HASHTABLE(fdstorefs_allowances, 6);

struct fdstorefs_allowance {
	struct hlist_node	node;
	kuid_t			uid;
	/* a reference, if root has made it, else NULL */
	struct user_namespace	*ns;
	/* one for each store */
	unsigned long		refs FDSTOREFS_GUARDED_BY(&fdstorefs_allowances_lock);
	unsigned long		used FDSTOREFS_GUARDED_BY(&fdstorefs_allowances_lock);
	/* how many closers with a turn are at work */
	atomic_t		turns;
	/* how many stores have ended and are still closing files */
	atomic_t		lingering;
};

/* How many stored files a store itself counts for. */
#define FDSTOREFS_STORE_COST	16
#define FDSTOREFS_TURNS		16

static unsigned int fdstorefs_userns_max = 1024 * FDSTOREFS_STORE_COST;
module_param_named(userns_max, fdstorefs_userns_max, uint, 0644);
MODULE_PARM_DESC(userns_max,
		 "how many files all stores in user namespaces that one uid has made may hold; a store counts for 16, an anchor for 1 (default 16384: 1024 stores, or 16 with 1008 files each)");

/*
 * Root of a container may be able to make user namespaces, too, each with an
 * allowance of its own. So there is one more limit, for all of them together.
 */
static unsigned int fdstorefs_userns_root_max = 4 * 1024 * FDSTOREFS_STORE_COST;
module_param_named(userns_root_max, fdstorefs_userns_root_max, uint, 0644);
MODULE_PARM_DESC(userns_root_max,
		 "the same for all user namespaces together that root has made, each of which has a userns_max of its own (default 65536)");

/* How much these hold. */
static unsigned long fdstorefs_root_used;	/* guarded by fdstorefs_allowances_lock */

static bool fdstorefs_count(struct fdstorefs_allowance *allowance, long cost)
	__must_hold(&fdstorefs_allowances_lock)
{
	allowance->used += cost;
	if (!allowance->ns)
		return allowance->used <= READ_ONCE(fdstorefs_userns_max);
	fdstorefs_root_used += cost;
	return allowance->used <= READ_ONCE(fdstorefs_userns_max) &&
	       fdstorefs_root_used <= READ_ONCE(fdstorefs_userns_root_max);
}

static struct fdstorefs_allowance *fdstorefs_find_allowance(const struct fdstorefs_allowance *like)
	__must_hold(&fdstorefs_allowances_lock)
{
	struct fdstorefs_allowance *allowance;

	hash_for_each_possible(fdstorefs_allowances, allowance, node,
			       __kuid_val(like->uid))
		if (uid_eq(allowance->uid, like->uid) && allowance->ns == like->ns)
			return allowance;
	return NULL;
}

/**
 * fdstorefs_allow - may there be one more store?
 * @fsi: the store
 * @ns: the user namespace that it belongs to
 *
 * Return: 0, -ETOOMANYREFS if the allowance is used up, -ENOMEM; whatever it
 * is, fdstorefs_disallow() and then fdstorefs_forget_allowance() undo it
 */
int fdstorefs_allow(struct fdstorefs_super *fsi, struct user_namespace *ns)
{
	struct fdstorefs_allowance *allowance, *new;
	bool over;

	if (ns == &init_user_ns)
		return 0;
	new = fdstorefs_zalloc(*new, GFP_KERNEL_ACCOUNT);
	if (!new)
		return -ENOMEM;
	while (ns->parent != &init_user_ns)
		ns = ns->parent;
	new->uid = ns->owner;
	if (uid_eq(ns->owner, GLOBAL_ROOT_UID))
		new->ns = ns;

	spin_lock(&fdstorefs_allowances_lock);
	allowance = fdstorefs_find_allowance(new);
	if (!allowance) {
		allowance = new;
		new = NULL;
		if (allowance->ns)
			get_user_ns(allowance->ns);
		hash_add(fdstorefs_allowances, &allowance->node,
			 __kuid_val(allowance->uid));
	}
	allowance->refs++;
	over = !fdstorefs_count(allowance, FDSTOREFS_STORE_COST);
	spin_unlock(&fdstorefs_allowances_lock);
	fsi->allowance = allowance;
	kfree(new);
	return over ? -ETOOMANYREFS : 0;
}

/**
 * fdstorefs_disallow - stop counting a store, but not yet what it still closes
 * @fsi: the store, which ends
 */
void fdstorefs_disallow(struct fdstorefs_super *fsi)
{
	if (!fsi->allowance)
		return;
	spin_lock(&fdstorefs_allowances_lock);
	fdstorefs_count(fsi->allowance, -FDSTOREFS_STORE_COST);
	spin_unlock(&fdstorefs_allowances_lock);
}

/**
 * fdstorefs_forget_allowance - stop counting anything of a store
 * @fsi: the store, all of whose files are closed
 */
void fdstorefs_forget_allowance(struct fdstorefs_super *fsi)
{
	struct fdstorefs_allowance *allowance = fsi->allowance;

	if (!allowance)
		return;
	spin_lock(&fdstorefs_allowances_lock);
	if (--allowance->refs)
		allowance = NULL;
	else
		hash_del(&allowance->node);
	spin_unlock(&fdstorefs_allowances_lock);
	if (!allowance)
		return;
	if (allowance->ns)
		put_user_ns(allowance->ns);
	kfree(allowance);
}

/**
 * fdstorefs_take_turn - take a turn for one more closer besides the first
 * @fsi: the store
 *
 * All stores of one allowance together may have FDSTOREFS_TURNS of these, so
 * that a tenant who has many stores full of files that are slow to close does
 * not use as many of the kernel's threads.
 *
 * Return: true if the closer may begin; fdstorefs_give_turn() gives the turn
 * back
 */
bool fdstorefs_take_turn(struct fdstorefs_super *fsi)
{
	return !fsi->allowance ||
	       atomic_add_unless(&fsi->allowance->turns, 1, FDSTOREFS_TURNS);
}

/**
 * fdstorefs_give_turn - undo one fdstorefs_take_turn()
 * @fsi: the store
 */
void fdstorefs_give_turn(struct fdstorefs_super *fsi)
{
	if (fsi->allowance)
		atomic_dec(&fsi->allowance->turns);
}

/**
 * fdstorefs_linger - count a store that has ended and is still closing files
 * @fsi: the store
 * @on: true if it begins to do so, false if it is done
 */
void fdstorefs_linger(struct fdstorefs_super *fsi, bool on)
{
	if (fsi->allowance)
		atomic_add(on ? 1 : -1, &fsi->allowance->lingering);
}

/**
 * fdstorefs_others_linger - do ended stores of the allowance still close files?
 * @fsi: the store
 *
 * Return: true if any is
 */
bool fdstorefs_others_linger(const struct fdstorefs_super *fsi)
{
	return fsi->allowance && atomic_read(&fsi->allowance->lingering);
}

static bool fdstorefs_spend(struct fdstorefs_super *fsi, long cost)
{
	struct fdstorefs_allowance *allowance = fsi->allowance;
	bool may;

	if (!allowance || !cost)
		return true;
	spin_lock(&fdstorefs_allowances_lock);
	may = fdstorefs_count(allowance, cost) || cost < 0;
	if (!may)
		fdstorefs_count(allowance, -cost);
	spin_unlock(&fdstorefs_allowances_lock);
	return may;
}

/**
 * fdstorefs_pay - count a put
 * @fsi: the store
 * @held: the put
 * @replaced: what it is going to replace, or NULL; that stops counting
 *
 * Under the store's lock.
 *
 * Return: 0, -EDQUOT if the uid's share is used up, -ETOOMANYREFS if the
 * allowance is; then nothing has changed
 */
int fdstorefs_pay(struct fdstorefs_super *fsi, struct fdstorefs_held *held,
		  struct fdstorefs_held *replaced)
{
	struct fdstorefs_share *share = held->share;

	lockdep_assert_held(&fsi->lock);
	if (share && (!replaced || replaced->share != share) &&
	    share->filled >= fsi->opts.maxuser)
		return -EDQUOT;
	if (!fdstorefs_spend(fsi, (long)held->cost - (replaced ? replaced->cost : 0)))
		return -ETOOMANYREFS;
	if (share)
		share->filled++;
	if (replaced && replaced->share)
		replaced->share->filled--;
	return 0;
}

/**
 * fdstorefs_pay_back - undo fdstorefs_pay()
 * @fsi: the store
 * @held: a put that stops counting
 *
 * Under the store's lock.
 */
void fdstorefs_pay_back(struct fdstorefs_super *fsi, struct fdstorefs_held *held)
{
	lockdep_assert_held(&fsi->lock);
	if (held->share)
		held->share->filled--;
	fdstorefs_spend(fsi, -(long)held->cost);
}
