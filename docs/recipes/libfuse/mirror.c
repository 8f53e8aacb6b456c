// SPDX-License-Identifier: GPL-2.0
/*
 * The handlers. Those that change names look first and note in their memo what
 * they saw; executed again they take what they find for their own doing if the
 * note says that it was not so before. That is safe since the kernel keeps
 * everybody else off the directories and files of a change until it has been
 * answered. All other changes can be made twice, for the same reason.
 */
#define _GNU_SOURCE
#include "mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "listing.h"
#include "nodes.h"
#include "recovery.h"

/* Seconds for which the kernel may believe what it was told. */
#define TIMEOUT	1.0

struct memo {
	struct node_memo nodes;
	/* What the handler saw before it changed anything; 0 if it has not looked. */
	uint64_t seen;
};

_Static_assert(sizeof(struct memo) <= STATE_MEMO, "a memo fits");

#define ABSENT	1
#define PRESENT	2

static struct memo *memo(void)
{
	return recovery_memo();
}

static int open_directory(fuse_ino_t id)
{
	return node_open(id, O_PATH | O_DIRECTORY);
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* The result of a system call, as an error number. */
static int error_of(int result)
{
	return result < 0 ? errno : 0;
}

static void mirror_init(void *userdata, struct fuse_conn_info *conn)
{
	recovery_init(conn);
}

/* What the reply tells about an open file; the kernel knows its node then. */
static int describe(int fd, struct fuse_entry_param *entry)
{
	*entry = (struct fuse_entry_param){ .attr_timeout = TIMEOUT, .entry_timeout = TIMEOUT };
	if (fstatat(fd, "", &entry->attr, AT_EMPTY_PATH))
		return errno;
	entry->ino = node_count(fd, &memo()->nodes, &entry->generation);
	return entry->ino ? 0 : errno;
}

static int describe_name(int directory, const char *name, struct fuse_entry_param *entry)
{
	int fd = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	int error = fd < 0 ? errno : describe(fd, entry);

	close_if_open(fd);
	return error;
}

static void reply_entry(fuse_req_t req, int error, const struct fuse_entry_param *entry)
{
	if (error) {
		node_uncount(&memo()->nodes);
		fuse_reply_err(req, error);
	} else {
		fuse_reply_entry(req, entry);
	}
}

static void mirror_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct fuse_entry_param entry;
	int directory = open_directory(parent);
	int error = directory < 0 ? errno : describe_name(directory, name, &entry);

	close_if_open(directory);
	reply_entry(req, error, &entry);
}

static void mirror_forget(fuse_req_t req, fuse_ino_t id, uint64_t times)
{
	node_forget(id, times, &memo()->nodes, 0);
	fuse_reply_none(req);
}

static void mirror_forget_multi(fuse_req_t req, size_t count, struct fuse_forget_data *forgets)
{
	for (size_t i = 0; i < count; i++)
		node_forget(forgets[i].ino, forgets[i].nlookup, &memo()->nodes, i);
	fuse_reply_none(req);
}

static void mirror_getattr(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi)
{
	struct stat st;
	int fd = node_open(id, O_PATH);
	int error = fd < 0 ? errno : error_of(fstatat(fd, "", &st, AT_EMPTY_PATH));

	close_if_open(fd);
	if (error)
		fuse_reply_err(req, error);
	else
		fuse_reply_attr(req, &st, TIMEOUT);
}

static const char *path_of(int fd, char path[32])
{
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return path;
}

static int truncate_node(fuse_ino_t id, off_t size)
{
	int fd = node_open(id, O_WRONLY);
	int error = fd < 0 ? errno : error_of(ftruncate(fd, size));

	close_if_open(fd);
	return error;
}

static struct timespec time_to_set(int to_set, int given, int now, struct timespec time)
{
	if (to_set & now)
		return (struct timespec){ .tv_nsec = UTIME_NOW };
	if (to_set & given)
		return time;
	return (struct timespec){ .tv_nsec = UTIME_OMIT };
}

/* The owner before the mode, of which it would clear bits, and the times at last. */
static int change_attributes(fuse_ino_t id, int fd, const struct stat *attr, int to_set)
{
	uid_t uid = to_set & FUSE_SET_ATTR_UID ? attr->st_uid : (uid_t)-1;
	gid_t gid = to_set & FUSE_SET_ATTR_GID ? attr->st_gid : (gid_t)-1;
	struct timespec times[2] = {
		time_to_set(to_set, FUSE_SET_ATTR_ATIME, FUSE_SET_ATTR_ATIME_NOW, attr->st_atim),
		time_to_set(to_set, FUSE_SET_ATTR_MTIME, FUSE_SET_ATTR_MTIME_NOW, attr->st_mtim),
	};
	char path[32];
	int error = 0;

	if (to_set & (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID))
		error = error_of(fchownat(fd, "", uid, gid, AT_EMPTY_PATH));
	if (!error && to_set & FUSE_SET_ATTR_MODE)
		error = error_of(chmod(path_of(fd, path), attr->st_mode & 07777));
	if (!error && to_set & FUSE_SET_ATTR_SIZE)
		error = truncate_node(id, attr->st_size);
	if (!error && (times[0].tv_nsec != UTIME_OMIT || times[1].tv_nsec != UTIME_OMIT))
		error = error_of(utimensat(fd, "", times, AT_EMPTY_PATH));
	return error;
}

static void mirror_setattr(fuse_req_t req, fuse_ino_t id, struct stat *attr, int to_set,
			   struct fuse_file_info *fi)
{
	int fd = node_open(id, O_PATH);
	int error = fd < 0 ? errno : change_attributes(id, fd, attr, to_set);

	if (!error)
		error = error_of(fstatat(fd, "", attr, AT_EMPTY_PATH));
	close_if_open(fd);
	if (error)
		fuse_reply_err(req, error);
	else
		fuse_reply_attr(req, attr, TIMEOUT);
}

static void mirror_readlink(fuse_req_t req, fuse_ino_t id)
{
	char target[4097];
	int fd = node_open(id, O_PATH);
	ssize_t size = fd < 0 ? -1 : readlinkat(fd, "", target, sizeof(target) - 1);
	int error = error_of(size);

	close_if_open(fd);
	if (error) {
		fuse_reply_err(req, error);
		return;
	}
	target[size] = '\0';
	fuse_reply_readlink(req, target);
}

/* What a name is to be made for. */
struct birth {
	mode_t mode;
	dev_t rdev;
	/* of a symbolic link */
	const char *target;
	/* open(2)'s, of a file that may be there already */
	int flags;
};

static int bear(int directory, const char *name, const struct birth *birth)
{
	if (birth->target)
		return symlinkat(birth->target, directory, name);
	if (S_ISDIR(birth->mode))
		return mkdirat(directory, name, 0700);
	return mknodat(directory, name, (birth->mode & S_IFMT) | 0600, birth->rdev);
}

/* Owner, group and mode as if the client itself had made it. */
static int hand_over(int directory, const char *name, const struct birth *birth,
		     const struct fuse_ctx *client)
{
	struct stat parent;
	gid_t gid = client->gid;
	mode_t mode = birth->mode & 07777;

	if (fstatat(directory, "", &parent, AT_EMPTY_PATH))
		return errno;
	if (parent.st_mode & S_ISGID) {
		gid = parent.st_gid;
		if (S_ISDIR(birth->mode))
			mode |= S_ISGID;
	}
	if (fchownat(directory, name, client->uid, gid, AT_SYMLINK_NOFOLLOW))
		return errno;
	return birth->target ? 0 : error_of(fchmodat(directory, name, mode, 0));
}

static int empty_existing(int directory, const char *name)
{
	int fd = openat(directory, name, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
	int error = error_of(fd);

	close_if_open(fd);
	return error;
}

static int make(int directory, const char *name, const struct birth *birth,
		const struct fuse_ctx *client)
{
	struct stat st;
	bool present = !fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW);

	if (!present && errno != ENOENT)
		return errno;
	if (!memo()->seen)
		memo()->seen = present ? PRESENT : ABSENT;
	if (memo()->seen == PRESENT) {
		if (birth->flags & O_EXCL)
			return EEXIST;
		return birth->flags & O_TRUNC ? empty_existing(directory, name) : 0;
	}
	if (!present && bear(directory, name, birth))
		return errno;
	return hand_over(directory, name, birth, client);
}

static int make_entry(fuse_req_t req, fuse_ino_t parent, const char *name,
		      const struct birth *birth, struct fuse_entry_param *entry)
{
	int directory = open_directory(parent);
	int error = directory < 0 ? errno : make(directory, name, birth, fuse_req_ctx(req));

	if (!error)
		error = describe_name(directory, name, entry);
	close_if_open(directory);
	return error;
}

static void mirror_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
			 dev_t rdev)
{
	struct birth birth = { .mode = mode, .rdev = rdev, .flags = O_EXCL };
	struct fuse_entry_param entry;

	reply_entry(req, make_entry(req, parent, name, &birth, &entry), &entry);
}

static void mirror_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
	struct birth birth = { .mode = S_IFDIR | mode, .flags = O_EXCL };
	struct fuse_entry_param entry;

	reply_entry(req, make_entry(req, parent, name, &birth, &entry), &entry);
}

static void mirror_symlink(fuse_req_t req, const char *target, fuse_ino_t parent, const char *name)
{
	struct birth birth = { .target = target, .flags = O_EXCL };
	struct fuse_entry_param entry;

	reply_entry(req, make_entry(req, parent, name, &birth, &entry), &entry);
}

static void mirror_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
			  struct fuse_file_info *fi)
{
	struct birth birth = { .mode = S_IFREG | (mode & 07777), .flags = fi->flags };
	struct fuse_entry_param entry;
	int error = make_entry(req, parent, name, &birth, &entry);

	if (error)
		reply_entry(req, error, &entry);
	else
		fuse_reply_create(req, &entry, fi);
}

static int link_file(int fd, int directory, const char *name)
{
	if (linkat(fd, "", directory, name, AT_EMPTY_PATH) && !(errno == EEXIST && memo()->seen == ABSENT))
		return errno;
	return 0;
}

static void mirror_link(fuse_req_t req, fuse_ino_t id, fuse_ino_t parent, const char *name)
{
	struct fuse_entry_param entry;
	struct stat st;
	int directory = open_directory(parent);
	int fd = directory < 0 ? -1 : node_open(id, O_PATH);
	int error = error_of(fd);

	if (!error && !memo()->seen)
		memo()->seen = fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) ? ABSENT : PRESENT;
	if (!error)
		error = link_file(fd, directory, name);
	if (!error)
		error = describe(fd, &entry);
	close_if_open(fd);
	close_if_open(directory);
	reply_entry(req, error, &entry);
}

/* Keep what a name stands for, if it is the last one. */
static int keep_if_last(int directory, const char *name, uint64_t *id)
{
	struct stat st;
	int fd = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	int error = 0;

	*id = 0;
	if (fd < 0)
		return errno == ENOENT ? 0 : errno;
	if (fstatat(fd, "", &st, AT_EMPTY_PATH) ||
	    ((S_ISDIR(st.st_mode) || st.st_nlink == 1) && node_keep(fd, id)))
		error = errno;
	close(fd);
	return error;
}

static int remove_name(int directory, const char *name, int flags)
{
	struct stat st;
	uint64_t kept;
	int error;

	if (fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT && memo()->seen == PRESENT ? 0 : errno;
	memo()->seen = PRESENT;
	error = keep_if_last(directory, name, &kept);
	if (error)
		return error;
	error = error_of(unlinkat(directory, name, flags));
	if (error)
		node_keep_not(kept);
	return error;
}

static void remove_entry(fuse_req_t req, fuse_ino_t parent, const char *name, int flags)
{
	int directory = open_directory(parent);
	int error = directory < 0 ? errno : remove_name(directory, name, flags);

	close_if_open(directory);
	fuse_reply_err(req, error);
}

static void mirror_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	remove_entry(req, parent, name, 0);
}

static void mirror_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	remove_entry(req, parent, name, AT_REMOVEDIR);
}

static bool names_file(int directory, const char *name, uint64_t ino)
{
	struct stat st;

	return !fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) && st.st_ino == ino;
}

/* What is seen here is the file itself: if it has the new name and not the old one, it was done. */
static int rename_name(int from, const char *name, int to, const char *new_name, unsigned int flags)
{
	struct stat st;
	uint64_t kept = 0;
	int error = 0;

	if (!memo()->seen) {
		if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW))
			return errno;
		memo()->seen = st.st_ino;
	} else if (!names_file(from, name, memo()->seen) && names_file(to, new_name, memo()->seen)) {
		return 0;
	}
	if (!(flags & (RENAME_EXCHANGE | RENAME_NOREPLACE)))
		error = keep_if_last(to, new_name, &kept);
	if (error)
		return error;
	error = error_of(renameat2(from, name, to, new_name, flags));
	if (error)
		node_keep_not(kept);
	return error;
}

static void mirror_rename(fuse_req_t req, fuse_ino_t parent, const char *name,
			  fuse_ino_t new_parent, const char *new_name, unsigned int flags)
{
	int from = open_directory(parent);
	int to = from < 0 ? -1 : open_directory(new_parent);
	int error = to < 0 ? errno : rename_name(from, name, to, new_name, flags);

	close_if_open(from);
	close_if_open(to);
	fuse_reply_err(req, error);
}

/* Files are opened for each request anew: there is nothing to be lost. */
static void mirror_open(fuse_req_t req, fuse_ino_t id, struct fuse_file_info *fi)
{
	fuse_reply_open(req, fi);
}

static void mirror_read(fuse_req_t req, fuse_ino_t id, size_t size, off_t offset,
			struct fuse_file_info *fi)
{
	char data[STATE_MAX_WRITE];
	size_t done = 0;
	ssize_t result = 0;
	int fd = node_open(id, O_RDONLY);

	if (fd < 0) {
		fuse_reply_err(req, errno);
		return;
	}
	if (size > sizeof(data))
		size = sizeof(data);
	while (done < size && (result = pread(fd, data + done, size - done, offset + done)) > 0)
		done += result;
	if (result < 0 && !done)
		fuse_reply_err(req, errno);
	else
		fuse_reply_buf(req, data, done);
	close(fd);
}

static void mirror_write(fuse_req_t req, fuse_ino_t id, const char *data, size_t size,
			 off_t offset, struct fuse_file_info *fi)
{
	size_t done = 0;
	ssize_t result = 0;
	int fd = node_open(id, O_WRONLY);

	if (fd < 0) {
		fuse_reply_err(req, errno);
		return;
	}
	while (done < size && (result = pwrite(fd, data + done, size - done, offset + done)) > 0)
		done += result;
	if (result < 0 && !done)
		fuse_reply_err(req, errno);
	else
		fuse_reply_write(req, done);
	close(fd);
}

static void synchronize(fuse_req_t req, fuse_ino_t id, int datasync, int flags)
{
	int fd = node_open(id, O_RDONLY | flags);
	int error = error_of(fd < 0 ? -1 : datasync ? fdatasync(fd) : fsync(fd));

	close_if_open(fd);
	fuse_reply_err(req, error);
}

static void mirror_fsync(fuse_req_t req, fuse_ino_t id, int datasync, struct fuse_file_info *fi)
{
	synchronize(req, id, datasync, 0);
}

static void mirror_fsyncdir(fuse_req_t req, fuse_ino_t id, int datasync, struct fuse_file_info *fi)
{
	synchronize(req, id, datasync, O_DIRECTORY);
}

static size_t fill(fuse_req_t req, const struct listing *listing, char *data, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < listing->count; i++) {
		const struct listed *listed = &listing->names[i];
		struct stat st = { .st_ino = listed->ino, .st_mode = listed->type << 12 };
		size_t more = fuse_add_direntry(req, data + used, size - used, listed->name, &st,
						listed->offset);

		if (more > size - used)
			break;
		used += more;
	}
	return used;
}

static void mirror_readdir(fuse_req_t req, fuse_ino_t id, size_t size, off_t offset,
			   struct fuse_file_info *fi)
{
	char data[STATE_MAX_WRITE];
	struct listing listing;
	int fd = node_open(id, O_RDONLY | O_DIRECTORY);
	int error = fd < 0 ? errno : listing_read(&listing, fd, offset);

	if (error) {
		fuse_reply_err(req, error);
		return;
	}
	if (size > sizeof(data))
		size = sizeof(data);
	fuse_reply_buf(req, data, fill(req, &listing, data, size));
	listing_free(&listing);
}

static void mirror_statfs(fuse_req_t req, fuse_ino_t id)
{
	struct statvfs st;
	int fd = node_open(id, O_PATH);
	int error = error_of(fd < 0 ? -1 : fstatvfs(fd, &st));

	close_if_open(fd);
	if (error)
		fuse_reply_err(req, error);
	else
		fuse_reply_statfs(req, &st);
}

/* The kernel would not check them here, and setting one changes modes. */
static bool is_acl(const char *name)
{
	return !strncmp(name, "system.posix_acl_", strlen("system.posix_acl_"));
}

/* 0, or an error number. The flags are obeyed once: later on the attribute may be our own. */
static int set_attribute(const char *path, const char *name, const char *value, size_t size, int flags)
{
	if (!memo()->seen) {
		bool present = getxattr(path, name, NULL, 0) >= 0;

		if (present && flags & XATTR_CREATE)
			return EEXIST;
		if (!present && flags & XATTR_REPLACE)
			return errno;
		memo()->seen = present ? PRESENT : ABSENT;
	}
	return error_of(setxattr(path, name, value, size, 0));
}

static void mirror_setxattr(fuse_req_t req, fuse_ino_t id, const char *name, const char *value,
			    size_t size, int flags)
{
	char path[32];
	int fd = is_acl(name) ? (errno = EOPNOTSUPP, -1) : node_open(id, O_PATH);
	int error = fd < 0 ? errno : set_attribute(path_of(fd, path), name, value, size, flags);

	close_if_open(fd);
	fuse_reply_err(req, error);
}

static int remove_attribute(const char *path, const char *name)
{
	if (!memo()->seen) {
		if (getxattr(path, name, NULL, 0) < 0)
			return errno;
		memo()->seen = PRESENT;
	}
	if (removexattr(path, name) && errno != ENODATA)
		return errno;
	return 0;
}

static void mirror_removexattr(fuse_req_t req, fuse_ino_t id, const char *name)
{
	char path[32];
	int fd = is_acl(name) ? (errno = EOPNOTSUPP, -1) : node_open(id, O_PATH);
	int error = fd < 0 ? errno : remove_attribute(path_of(fd, path), name);

	close_if_open(fd);
	fuse_reply_err(req, error);
}

static void reply_attribute(fuse_req_t req, ssize_t result, const char *data, size_t size)
{
	if (result < 0)
		fuse_reply_err(req, errno);
	else if (!size)
		fuse_reply_xattr(req, result);
	else
		fuse_reply_buf(req, data, result);
}

static void mirror_getxattr(fuse_req_t req, fuse_ino_t id, const char *name, size_t size)
{
	char value[XATTR_SIZE_MAX];
	char path[32];
	int fd = is_acl(name) ? (errno = EOPNOTSUPP, -1) : node_open(id, O_PATH);
	ssize_t result = -1;

	if (size > sizeof(value))
		size = sizeof(value);
	if (fd >= 0) {
		result = getxattr(path_of(fd, path), name, value, size);
		close(fd);
	}
	reply_attribute(req, result, value, size);
}

static size_t without_acls(char *names, size_t size)
{
	char *kept = names;

	for (char *name = names, *end = names + size; name < end;) {
		size_t length = strlen(name) + 1;

		if (!is_acl(name)) {
			memmove(kept, name, length);
			kept += length;
		}
		name += length;
	}
	return kept - names;
}

static void mirror_listxattr(fuse_req_t req, fuse_ino_t id, size_t size)
{
	char names[XATTR_LIST_MAX];
	char path[32];
	int fd = node_open(id, O_PATH);
	ssize_t result = fd < 0 ? -1 : listxattr(path_of(fd, path), names, sizeof(names));

	close_if_open(fd);
	if (result > 0)
		result = without_acls(names, result);
	if (size && result > (ssize_t)size) {
		result = -1;
		errno = ERANGE;
	}
	reply_attribute(req, result, names, size);
}

static void mirror_fallocate(fuse_req_t req, fuse_ino_t id, int mode, off_t offset, off_t length,
			     struct fuse_file_info *fi)
{
	int fd = node_open(id, O_WRONLY);
	int error = error_of(fd < 0 ? -1 : fallocate(fd, mode, offset, length));

	close_if_open(fd);
	fuse_reply_err(req, error);
}

static void mirror_copy_file_range(fuse_req_t req, fuse_ino_t from_id, off_t from_offset,
				   struct fuse_file_info *from_fi, fuse_ino_t to_id, off_t to_offset,
				   struct fuse_file_info *to_fi, size_t size, int flags)
{
	int from = node_open(from_id, O_RDONLY);
	int to = from < 0 ? -1 : node_open(to_id, O_WRONLY);
	ssize_t done = to < 0 ? -1 : copy_file_range(from, &from_offset, to, &to_offset, size, flags);
	int error = error_of(done);

	(void)from_fi;
	(void)to_fi;
	close_if_open(from);
	close_if_open(to);
	if (error)
		fuse_reply_err(req, error);
	else
		fuse_reply_write(req, done);
}

static void mirror_lseek(fuse_req_t req, fuse_ino_t id, off_t offset, int whence,
			 struct fuse_file_info *fi)
{
	int fd = node_open(id, O_RDONLY);
	off_t found = fd < 0 ? -1 : lseek(fd, offset, whence);
	int error = error_of(found < 0 ? -1 : 0);

	close_if_open(fd);
	if (error)
		fuse_reply_err(req, error);
	else
		fuse_reply_lseek(req, found);
}

const struct fuse_lowlevel_ops mirror_operations = {
	.init = mirror_init,
	.lookup = mirror_lookup,
	.forget = mirror_forget,
	.forget_multi = mirror_forget_multi,
	.getattr = mirror_getattr,
	.setattr = mirror_setattr,
	.readlink = mirror_readlink,
	.mknod = mirror_mknod,
	.mkdir = mirror_mkdir,
	.unlink = mirror_unlink,
	.rmdir = mirror_rmdir,
	.symlink = mirror_symlink,
	.rename = mirror_rename,
	.link = mirror_link,
	.open = mirror_open,
	.read = mirror_read,
	.write = mirror_write,
	.fsync = mirror_fsync,
	.fsyncdir = mirror_fsyncdir,
	.readdir = mirror_readdir,
	.statfs = mirror_statfs,
	.setxattr = mirror_setxattr,
	.getxattr = mirror_getxattr,
	.listxattr = mirror_listxattr,
	.removexattr = mirror_removexattr,
	.create = mirror_create,
	.fallocate = mirror_fallocate,
	.copy_file_range = mirror_copy_file_range,
	.lseek = mirror_lseek,
};
