// SPDX-License-Identifier: GPL-2.0
/*
 * Mistakes that check/c must see found, each by the checker that is named
 * beside it: one that finds nothing here does not work. Never run.
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "compat.h"

int planted_unbalanced(int early);
int planted_address(int __user *there);
int planted_unlocked(void);
void planted_free(void);

static DEFINE_SPINLOCK(planted_lock);
static int planted_guarded FDSTOREFS_GUARDED_BY(&planted_lock);

int planted_unbalanced(int early) /* sparse finds this */
{
	spin_lock(&planted_lock);
	if (early)
		return 1;
	spin_unlock(&planted_lock);
	return 0;
}

int planted_address(int __user *there)
{
	return *there; /* sparse finds this */
}

int planted_unlocked(void)
{
	return planted_guarded; /* Clang finds this */
}

void planted_free(void)
{
	int *p = kmalloc(sizeof(*p), GFP_KERNEL);

	kfree(p);
	*p = 1; /* Coccinelle finds this */
}

static int planted_unused(void) /* gcc finds this */
{
	return( 0 ); /* checkpatch finds this */
}

MODULE_DESCRIPTION("mistakes to be found");
MODULE_LICENSE("GPL");
