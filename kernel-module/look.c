// SPDX-License-Identifier: GPL-2.0
/*
 * Looking at an entry without touching what it holds: read(2), poll(2) and
 * /proc/PID/fdinfo.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/poll.h>
#include <linux/seq_file.h>

#include "internal.h"

/* Enough for every line below with a name of NAME_MAX bytes among them. */
#define FDSTOREFS_TEXT_MAX	640

static const char *fdstorefs_type_name(const struct inode *inode)
{
	switch (inode->i_mode & S_IFMT) {
	case S_IFREG:
		return "regular";
	case S_IFDIR:
		return "directory";
	case S_IFLNK:
		return "symlink";
	case S_IFIFO:
		return "fifo";
	case S_IFSOCK:
		return "socket";
	case S_IFCHR:
		return "character device";
	case S_IFBLK:
		return "block device";
	default:
		return "unknown";
	}
}

static const char *fdstorefs_access_name(const struct file *file)
{
	if (file->f_mode & FMODE_PATH)
		return "path";
	switch (file->f_mode & (FMODE_READ | FMODE_WRITE)) {
	case FMODE_READ | FMODE_WRITE:
		return "rw";
	case FMODE_READ:
		return "r";
	case FMODE_WRITE:
		return "w";
	default:
		return "none";
	}
}

/*
 * No path and no pid: the reader may live in another namespace than the process
 * that put the file. The name of an anonymous inode is its kind, which the
 * kernel chose.
 */
static int fdstorefs_describe(char *buf, const struct fdstorefs_held *held)
{
	const struct file *stored = held->file;
	const struct inode *inode = file_inode(stored);
	int len = scnprintf(buf, FDSTOREFS_TEXT_MAX,
			    "state:\tfilled\nstored-type:\t");
	u32 nsec;
	u64 sec = div_u64_rem(held->put_time, NSEC_PER_SEC, &nsec);

	if (inode->i_sb->s_magic == ANON_INODE_FS_MAGIC)
		len += scnprintf(buf + len, FDSTOREFS_TEXT_MAX - len,
				 "anon_inode:%pD\n", stored);
	else
		len += scnprintf(buf + len, FDSTOREFS_TEXT_MAX - len, "%s\n",
				 fdstorefs_type_name(inode));
	len += scnprintf(buf + len, FDSTOREFS_TEXT_MAX - len,
			 "stored-dev:\t%u:%u\nstored-ino:\t%llu\nstored-access:\t%s\nstored-flags:\t0%o\nput-time:\t%llu.%09u\n",
			 MAJOR(inode->i_sb->s_dev), MINOR(inode->i_sb->s_dev),
			 (u64)inode->i_ino, fdstorefs_access_name(stored),
			 stored->f_flags & ~O_CLOEXEC, sec, nsec);
	if (held->flags & FDSTOREFS_PUT_HANGUP)
		len += scnprintf(buf + len, FDSTOREFS_TEXT_MAX - len, "put-hangup:\tyes\n");
	if (held->flags & FDSTOREFS_PUT_PEER)
		len += scnprintf(buf + len, FDSTOREFS_TEXT_MAX - len, "put-peer:\tyes\n");
	if (held->flags & FDSTOREFS_PUT_REMOVE)
		len += scnprintf(buf + len, FDSTOREFS_TEXT_MAX - len, "put-remove:\tyes\n");
	/* The anchor is the last tie. */
	if (held->nr_ties && held->ties[held->nr_ties - 1].anchor_kind)
		len += scnprintf(buf + len, FDSTOREFS_TEXT_MAX - len, "put-anchor:\t%s\n",
				 held->ties[held->nr_ties - 1].anchor_kind);
	return len;
}

/* Describe the entry as it is now in @buf of FDSTOREFS_TEXT_MAX bytes. */
static int fdstorefs_text(struct inode *inode, char *buf)
{
	struct fdstorefs_inode *entry = fdstorefs_i(inode);
	int len;

	spin_lock(&entry->lock);
	if (entry->held)
		len = fdstorefs_describe(buf, entry->held);
	else
		len = scnprintf(buf, FDSTOREFS_TEXT_MAX, "state:\tempty\n");
	spin_unlock(&entry->lock);
	return len;
}

/**
 * fdstorefs_read - describe the entry as "key:<TAB>value" lines
 * @file: the entry
 * @buf: where to copy the text
 * @len: how much of it
 * @pos: from where; each call makes the text anew
 *
 * Return: as read(2)
 */
ssize_t fdstorefs_read(struct file *file, char __user *buf, size_t len,
		       loff_t *pos)
{
	char text[FDSTOREFS_TEXT_MAX];
	int text_len = fdstorefs_text(file_inode(file), text);
	ssize_t ret;

	ret = simple_read_from_buffer(buf, len, pos, text, text_len);
	if (ret > 0)
		file_accessed(file);
	return ret;
}

/**
 * fdstorefs_poll - is the entry filled, empty, or past both?
 * @file: the entry
 * @pt: the caller's poll table
 *
 * Return: EPOLLIN while filled, EPOLLOUT while empty; EPOLLHUP, too, when
 * nothing can be put any more, because the last name is gone or the store is
 * sealed.
 */
__poll_t fdstorefs_poll(struct file *file, struct poll_table_struct *pt)
{
	struct fdstorefs_inode *entry = fdstorefs_i(file_inode(file));
	struct fdstorefs_super *fsi = fdstorefs_sb(file_inode(file)->i_sb);
	__poll_t events;

	poll_wait(file, &entry->wait, pt);
	poll_wait(file, &fsi->seal_wait, pt);

	spin_lock(&entry->lock);
	events = entry->held ? EPOLLIN | EPOLLRDNORM :
				    EPOLLOUT | EPOLLWRNORM;
	if (entry->dead || FDSTOREFS_PEEK(fsi->sealed))
		events |= EPOLLHUP;
	spin_unlock(&entry->lock);
	return events;
}

/**
 * fdstorefs_show_fdinfo - what /proc/PID/fdinfo/N adds for an open entry
 * @m: where to print
 * @file: the entry
 */
void fdstorefs_show_fdinfo(struct seq_file *m, struct file *file)
{
	char text[FDSTOREFS_TEXT_MAX];

	/* Whoever may not read the entry must not read fdinfo instead. */
	if (file->f_mode & FMODE_READ)
		fdstorefs_text(file_inode(file), text);
	else
		scnprintf(text, sizeof(text), "state:\t%s\n",
			  FDSTOREFS_PEEK(fdstorefs_i(file_inode(file))->held) ?
			  "filled" : "empty");
	seq_puts(m, text);
}
