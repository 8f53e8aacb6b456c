// SPDX-License-Identifier: GPL-2.0
/*
 * Mounting: the file system type, its options, and the module itself.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs_context.h>
#include <linux/fs_parser.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>

#include "internal.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/*
 * Whoever may mount in a user namespace may mount a store there: no device can
 * be opened through it, and nothing can be reached through it that its
 * processes could not hold open themselves. Everything in such stores counts
 * against an allowance of whoever made the namespace, and the memory for it -
 * inodes, names, puts, ACLs - is charged to the memory cgroup. A store of a pid
 * namespace ends with that namespace; the allowance limits what other stores
 * leave behind, and the administrator sees them and can drain them.
 */
static bool fdstorefs_userns = true;
module_param_named(userns, fdstorefs_userns, bool, 0644);
MODULE_PARM_DESC(userns, "allow mounting stores in user namespaces (default Y)");

enum fdstorefs_param {
	Opt_mode,
	Opt_uid,
	Opt_gid,
	Opt_max,
	Opt_maxuser,
	Opt_anchor,
	Opt_noanchor,
};

static const struct fs_parameter_spec fdstorefs_params[] = {
	fsparam_u32oct("mode",	Opt_mode),
	fsparam_u32("uid",	Opt_uid),
	fsparam_u32("gid",	Opt_gid),
	fsparam_u32("max",	Opt_max),
	fsparam_u32("maxuser",	Opt_maxuser),
	fsparam_fd("anchor",	Opt_anchor),
	fsparam_flag("noanchor",	Opt_noanchor),
	{}
};

/*
 * When mount(8) remounts, it repeats the options that it read from
 * /proc/mounts, so what is shown there must be accepted. Another anchor must
 * not be ignored.
 */
static int fdstorefs_parse_same_anchor(struct fs_context *fc,
				       const struct fs_parameter *param)
{
	const struct fdstorefs_options *opts = fc->fs_private;
	const char *shown = fdstorefs_anchor_name(opts->anchor);
	size_t len = strlen(param->key);

	if (shown && !strncmp(shown, param->key, len)) {
		if (!shown[len] && param->type == fs_value_is_flag)
			return 0;
		if (shown[len] == '=' && param->type == fs_value_is_string &&
		    !strcmp(shown + len + 1, param->string))
			return 0;
	}
	return invalfc(fc, "%s: the anchor of a store cannot be changed",
		       param->key);
}

static int fdstorefs_parse_anchor(struct fs_context *fc,
				  const struct fs_parameter *param,
				  unsigned int fd)
{
	struct fdstorefs_options *opts = fc->fs_private;
	struct file *file;
	int err;

	/* FSCONFIG_SET_FD passes the file, mount(2) its number as a string. */
	if (param->type == fs_value_is_file)
		file = param->file ? get_file(param->file) : NULL;
	else
		file = fget_raw(fd);
	if (!file) {
		errorfc(fc, "anchor=%u: no such descriptor is open", fd);
		return -EBADF;
	}

	err = fdstorefs_may_anchor(file);
	if (err) {
		fput(file);
		errorfc(fc, "anchor: the descriptor must be a pidfd, eventfd, timerfd or pipe");
		return err;
	}
	if (opts->anchor_file)
		fput(opts->anchor_file);
	opts->anchor_file = file;
	return 0;
}

static int fdstorefs_parse_param(struct fs_context *fc,
				 struct fs_parameter *param)
{
	struct fdstorefs_options *opts = fc->fs_private;
	struct fs_parse_result result;
	int opt;

	if (fc->purpose == FS_CONTEXT_FOR_RECONFIGURE &&
	    (!strcmp(param->key, "anchor") || !strcmp(param->key, "noanchor")))
		return fdstorefs_parse_same_anchor(fc, param);

	opt = fs_parse(fc, fdstorefs_params, param, &result);
	if (opt < 0)
		return opt;

	switch (opt) {
	case Opt_mode:
		if (result.uint_32 & ~S_IALLUGO)
			return invalfc(fc, "mode=%o: must be permission bits, at most 7777",
				       result.uint_32);
		opts->mode = result.uint_32;
		break;
	case Opt_uid:
		/* The uid is one of the mounter's user namespace. */
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
			return invalfc(fc, "max=0: must be at least 1");
		opts->max = result.uint_32;
		break;
	case Opt_maxuser:
		if (!result.uint_32 || result.uint_32 == FDSTOREFS_NO_MAXUSER)
			return invalfc(fc, "maxuser=%u: must be from 1 to %u, or left out",
				       result.uint_32, FDSTOREFS_NO_MAXUSER - 1);
		opts->maxuser = result.uint_32;
		break;
	case Opt_anchor:
		return fdstorefs_parse_anchor(fc, param, result.uint_32);
	case Opt_noanchor:
		/* Only for those who could end what keeps the store alive. */
		if (!capable(CAP_SYS_ADMIN)) {
			errorfc(fc, "noanchor: needs CAP_SYS_ADMIN in the initial user namespace");
			return -EPERM;
		}
		opts->anchor = FDSTOREFS_ANCHOR_REFUSED;
		break;
	}
	return 0;
}

/*
 * A store that no process can reach any more, but that something pins, must not
 * live for ever. In a pid namespace of its own the store ends with that
 * namespace's init. In a user namespace without one we demand no anchor,
 * because an anchor that the mounter chooses need never fire; the allowance of
 * whoever made the namespace limits what such stores hold.
 */
static int fdstorefs_choose_anchor(struct fs_context *fc)
{
	struct fdstorefs_options *opts = fc->fs_private;
	bool contained = task_active_pid_ns(current) != &init_pid_ns;

	if (opts->anchor == FDSTOREFS_ANCHOR_REFUSED) {
		if (opts->anchor_file)
			return invalfc(fc, "anchor= and noanchor exclude each other");
		return 0;
	}
	opts->init_too = contained;
	if (opts->anchor_file)
		opts->anchor = FDSTOREFS_ANCHOR_FD;
	else if (contained)
		opts->anchor = FDSTOREFS_ANCHOR_INIT;
	return 0;
}

static int fdstorefs_fill(struct super_block *sb, struct fs_context *fc)
{
	return fdstorefs_fill_super(sb, fc->fs_private);
}

/* Every mount is a store of its own, empty, as on tmpfs. */
static int fdstorefs_get_tree(struct fs_context *fc)
{
	int err;

	if (fc->user_ns != &init_user_ns && !READ_ONCE(fdstorefs_userns)) {
		errorfc(fc, "mounting in user namespaces is turned off: see the module's parameter userns");
		return -EPERM;
	}
	err = fdstorefs_choose_anchor(fc);
	if (err)
		return err;
	err = get_tree_nodev(fc, fdstorefs_fill);
	if (err == -EPIPE)
		errorfc(fc, "anchor: it has fired already, so the store would end at once");
	else if (err == -ETOOMANYREFS)
		errorfc(fc, "the stores of whoever made this user namespace hold as much as the module's parameter userns_max allows, or all of root's as much as userns_root_max does: unmount some");
	return err;
}

static int fdstorefs_reconfigure(struct fs_context *fc)
{
	const struct fdstorefs_options *opts = fc->fs_private;
	struct fdstorefs_super *fsi = fdstorefs_sb(fc->root->d_sb);

	/*
	 * mount(8) repeats the options that it read from /proc/mounts, so the
	 * same value must be accepted. Another one must not be ignored.
	 */
	if (opts->mode != fsi->opts.mode ||
	    !uid_eq(opts->uid, fsi->opts.uid) ||
	    !gid_eq(opts->gid, fsi->opts.gid))
		return invalfc(fc, "mode=, uid= and gid= cannot be changed: chmod or chown the root directory instead");
	if (opts->maxuser != fsi->opts.maxuser)
		return invalfc(fc, "maxuser= cannot be changed: mount a new store instead");
	if (opts->max && fdstorefs_set_max(fsi, opts->max))
		return invalfc(fc, "max=%u is less than the store holds: remove entries first",
			       opts->max);
	return 0;
}

static void fdstorefs_free_fc(struct fs_context *fc)
{
	struct fdstorefs_options *opts = fc->fs_private;

	if (!opts)
		return;
	if (opts->anchor_file)
		fput(opts->anchor_file);
	kfree(opts);
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

	opts = fdstorefs_zalloc(*opts, GFP_KERNEL);
	if (!opts)
		return -ENOMEM;

	if (fc->purpose == FS_CONTEXT_FOR_RECONFIGURE) {
		*opts = fdstorefs_sb(fc->root->d_sb)->opts;
		/* 0: not given, so it stays, whatever other remounts do. */
		opts->max = 0;
	} else {
		opts->mode = FDSTOREFS_DEFAULT_MODE;
		opts->uid = fc->cred->fsuid;
		opts->gid = fc->cred->fsgid;
		opts->max = FDSTOREFS_DEFAULT_MAX;
		opts->maxuser = FDSTOREFS_NO_MAXUSER;
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
	/* Whatever ids there are, the idmap of the caller's mount maps them. */
	.fs_flags		= FS_ALLOW_IDMAP | FS_USERNS_MOUNT,
};

static int __init fdstorefs_init(void)
{
	int err;

	err = fdstorefs_start_closing();
	if (err)
		return err;
	err = fdstorefs_init_inode_cache();
	if (err)
		goto out_closing;
	err = fdstorefs_start_waking();
	if (err)
		goto out_cache;
	err = fdstorefs_start_dying();
	if (err)
		goto out_waking;
	err = fdstorefs_admin_init();
	if (err)
		goto out_dying;
	err = register_filesystem(&fdstorefs_type);
	if (err)
		goto out_admin;
	return 0;

out_admin:
	fdstorefs_admin_exit();
out_dying:
	fdstorefs_stop_dying();
out_waking:
	fdstorefs_stop_waking();
out_cache:
	fdstorefs_destroy_inode_cache();
out_closing:
	fdstorefs_stop_closing();
	return err;
}

static void __exit fdstorefs_exit(void)
{
	unregister_filesystem(&fdstorefs_type);
	fdstorefs_await_stores();
	fdstorefs_stop_dying();
	fdstorefs_stop_closing();
	fdstorefs_stop_waking();
	fdstorefs_admin_exit();
	fdstorefs_destroy_inode_cache();
}

module_init(fdstorefs_init);
module_exit(fdstorefs_exit);

MODULE_ALIAS_FS("fdstorefs");
MODULE_DESCRIPTION("A file system whose files hold open file descriptions");
MODULE_AUTHOR("The fdstorefs authors");
MODULE_VERSION(FDSTOREFS_VERSION);
MODULE_LICENSE("GPL");
