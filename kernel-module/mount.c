// SPDX-License-Identifier: GPL-2.0
/*
 * Mounting: the file system type, its options, and the module itself.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cred.h>
#include <linux/fs_context.h>
#include <linux/fs_parser.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "internal.h"

enum fdstorefs_param {
	Opt_mode,
	Opt_uid,
	Opt_gid,
	Opt_max,
};

static const struct fs_parameter_spec fdstorefs_params[] = {
	fsparam_u32oct("mode",	Opt_mode),
	fsparam_u32("uid",	Opt_uid),
	fsparam_u32("gid",	Opt_gid),
	fsparam_u32("max",	Opt_max),
	{}
};

static int fdstorefs_parse_param(struct fs_context *fc,
				 struct fs_parameter *param)
{
	struct fdstorefs_options *opts = fc->fs_private;
	struct fs_parse_result result;
	int opt;

	opt = fs_parse(fc, fdstorefs_params, param, &result);
	if (opt < 0)
		return opt;

	switch (opt) {
	case Opt_mode:
		if (result.uint_32 & ~S_IALLUGO)
			return invalfc(fc, "mode=%o: give permission bits, at most 7777",
				       result.uint_32);
		opts->mode = result.uint_32;
		break;
	case Opt_uid:
		/* A uid counts as the mounter sees it, not as the kernel does. */
		opts->uid = make_kuid(fc->user_ns, result.uint_32);
		if (!uid_valid(opts->uid))
			return invalfc(fc, "uid=%u: no such uid in this user namespace",
				       result.uint_32);
		break;
	case Opt_gid:
		opts->gid = make_kgid(fc->user_ns, result.uint_32);
		if (!gid_valid(opts->gid))
			return invalfc(fc, "gid=%u: no such gid in this user namespace",
				       result.uint_32);
		break;
	case Opt_max:
		if (!result.uint_32)
			return invalfc(fc, "max=0: a store must hold at least 1 inode");
		opts->max = result.uint_32;
		break;
	}
	return 0;
}

static int fdstorefs_fill(struct super_block *sb, struct fs_context *fc)
{
	return fdstorefs_fill_super(sb, fc->fs_private);
}

/* Every mount is a store of its own, empty, as on tmpfs. */
static int fdstorefs_get_tree(struct fs_context *fc)
{
	return get_tree_nodev(fc, fdstorefs_fill);
}

static int fdstorefs_reconfigure(struct fs_context *fc)
{
	const struct fdstorefs_options *opts = fc->fs_private;
	struct fdstorefs_super *fsi = fdstorefs_sb(fc->root->d_sb);

	/*
	 * mount(8) repeats the options that it read from /proc/mounts, so the
	 * same value must pass. Another one must not be ignored.
	 */
	if (opts->mode != fsi->opts.mode ||
	    !uid_eq(opts->uid, fsi->opts.uid) ||
	    !gid_eq(opts->gid, fsi->opts.gid))
		return invalfc(fc, "mode=, uid=, gid= stay: chmod or chown the root directory instead");
	if (opts->max && fdstorefs_set_max(fsi, opts->max))
		return invalfc(fc, "max=%u is less than the store holds: remove entries first",
			       opts->max);
	return 0;
}

static void fdstorefs_free_fc(struct fs_context *fc)
{
	kfree(fc->fs_private);
}

static const struct fs_context_operations fdstorefs_context_ops = {
	.free		= fdstorefs_free_fc,
	.parse_param	= fdstorefs_parse_param,
	.get_tree	= fdstorefs_get_tree,
	.reconfigure	= fdstorefs_reconfigure,
};

static int fdstorefs_init_fs_context(struct fs_context *fc)
{
	struct fdstorefs_options *opts;

	opts = kzalloc(sizeof(*opts), GFP_KERNEL);
	if (!opts)
		return -ENOMEM;

	if (fc->purpose == FS_CONTEXT_FOR_RECONFIGURE) {
		*opts = fdstorefs_sb(fc->root->d_sb)->opts;
		/* What is not given stays, also if another remount comes first. */
		opts->max = 0;
	} else {
		opts->mode = FDSTOREFS_DEFAULT_MODE;
		opts->uid = fc->cred->fsuid;
		opts->gid = fc->cred->fsgid;
		opts->max = FDSTOREFS_DEFAULT_MAX;
	}
	fc->fs_private = opts;
	fc->ops = &fdstorefs_context_ops;
	return 0;
}

struct file_system_type fdstorefs_type = {
	.owner			= THIS_MODULE,
	.name			= "fdstorefs",
	.init_fs_context	= fdstorefs_init_fs_context,
	.parameters		= fdstorefs_params,
	.kill_sb		= fdstorefs_kill_sb,
};

static int __init fdstorefs_init(void)
{
	int err;

	err = fdstorefs_init_inode_cache();
	if (err)
		return err;

	err = register_filesystem(&fdstorefs_type);
	if (err)
		fdstorefs_destroy_inode_cache();
	return err;
}

static void __exit fdstorefs_exit(void)
{
	unregister_filesystem(&fdstorefs_type);
	fdstorefs_destroy_inode_cache();
}

module_init(fdstorefs_init);
module_exit(fdstorefs_exit);

MODULE_ALIAS_FS("fdstorefs");
MODULE_DESCRIPTION("A file system whose files hold open file descriptions");
MODULE_AUTHOR("The fdstorefs authors");
MODULE_LICENSE("GPL");
