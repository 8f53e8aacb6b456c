// SPDX-License-Identifier: GPL-2.0
/*
 * A module that commits one sin while it is loaded, so that plant-test
 * can show that the checkers of the debug kernel are on and that a run which
 * they complain in fails. Never load it on a machine that matters.
 */
#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

static char *plant = "none";
module_param(plant, charp, 0444);
MODULE_PARM_DESC(plant, "the sin: none, uaf, leak or inversion");

static noinline void plant_uaf(void)
{
	char *p = kzalloc(100, GFP_KERNEL);

	if (!p)
		return;
	kfree(p);
	OPTIMIZER_HIDE_VAR(p);	/* else the compiler sees it too */
	pr_info("freed memory holds %d\n", READ_ONCE(p[40]));
}

/* Several, since what the stack still has of one hides it from kmemleak. */
static noinline void plant_leak(void)
{
	int i;

	for (i = 0; i < 8; i++) {
		void *p = kzalloc(100, GFP_KERNEL);

		OPTIMIZER_HIDE_VAR(p);	/* else it is optimised away */
	}
}

static DEFINE_MUTEX(plant_a);
static DEFINE_MUTEX(plant_b);

/* Nobody waits here: that the orders differ is enough for lockdep. */
static noinline void plant_inversion(void)
{
	mutex_lock(&plant_a);
	mutex_lock(&plant_b);
	mutex_unlock(&plant_b);
	mutex_unlock(&plant_a);

	mutex_lock(&plant_b);
	mutex_lock(&plant_a);
	mutex_unlock(&plant_a);
	mutex_unlock(&plant_b);
}

static int __init plant_init(void)
{
	if (!strcmp(plant, "uaf"))
		plant_uaf();
	else if (!strcmp(plant, "leak"))
		plant_leak();
	else if (!strcmp(plant, "inversion"))
		plant_inversion();
	else if (strcmp(plant, "none"))
		return -EINVAL;
	return 0;
}
module_init(plant_init);

static void __exit plant_exit(void)
{
}
module_exit(plant_exit);

MODULE_DESCRIPTION("Plants mistakes for the debug kernel to find");
MODULE_LICENSE("GPL");
