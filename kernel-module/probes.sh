#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# probes.sh INCLUDE-DIR: find out what this kernel offers. Prints a -D for each
# feature that it finds; only compat.h tests these macros. A probe looks for an
# extended regular expression in a header from which line ends are removed.
# Comparing versions would not do: stable and distribution kernels have backports.
set -eu
include=$1

probe() {
	feature=$1 header=$include/linux/$2 pattern=$3
	case $2 in trace/*) header=$include/$2 ;; esac
	if [ -r "$header" ] && tr -d '\n' <"$header" | grep -qE "$pattern"; then
		printf -- '-DFDSTOREFS_HAS_%s ' "$feature"
	fi
}

# 6.2: ->set_acl() and posix_acl_chmod() take a dentry, before it an inode
probe SET_ACL_DENTRY fs.h '\(\*set_acl\) ?\([^,]*, struct dentry'
# until 6.3: the extended attributes of ACLs have handlers like all others
probe ACL_XATTR_HANDLERS posix_acl_xattr.h 'posix_acl_access_xattr_handler'
# 6.3: the inode operations take a mnt_idmap, before it a user_namespace
probe MNT_IDMAP fs.h '\(\*create\) ?\(struct mnt_idmap'
# 6.6: timestamps are set by accessors
probe INODE_TIME_ACCESSORS fs.h 'simple_inode_init_ts'
# 6.7: the table of attribute handlers is constant; in fs.h, later in fs/super_types.h
probe CONST_S_XATTR fs.h 'xattr_handler \*[[:space:]]*const \*s_xattr'
probe CONST_S_XATTR fs/super_types.h 'xattr_handler[[:space:]]*\*[[:space:]]*const \*s_xattr'
# 6.8: receive_fd() can write the number to user space
probe RECEIVE_FD_UFD file.h ' receive_fd\(struct file \*file, int __user'
# 6.15: ->mkdir() returns a dentry
probe MKDIR_DENTRY fs.h 'struct dentry \*\(\*mkdir\)'
# 6.16: the tracepoint says whether an exiting thread is the last one
probe EXIT_GROUP_DEAD trace/events/sched.h 'TRACE_EVENT\(sched_process_exit,[[:space:]]*TP_PROTO\(struct task_struct \*p, bool'
# after 6.12, by 7.3: the security module's names are written through a cursor
probe LISTSECURITY_REMAINING security.h 'security_inode_listsecurity\(struct inode \*inode, char \*\*'
# after 6.12, by 7.2: an in-memory file system marks its dentries, instead of pinning them
probe D_MAKE_PERSISTENT dcache.h 'd_make_persistent'
# after 6.12, by 7.2: struct ns_common has its type itself
probe NS_TYPE ns/ns_common_types.h 'u32[[:space:]]+ns_type;'
# after 6.12, by 7.3: an allocation names the object, not its size
probe KZALLOC_OBJ slab.h 'define kzalloc_obj\('
# 7.3: ->create() no longer has "excl"
probe CREATE_EXCL fs.h '\(\*create\) ?\([^)]*bool'
