// SPDX-License-Identifier: GPL-2.0
/* PUT, GET and TAKE, and what poll(2) and read(2) tell of an entry. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <unistd.h>
#include "fdstorefs.h"
#include "fuzz.h"

#define NO_FD	(-1)
#define BAD_FD	(-2)	/* a number that is not open */

void describe(const struct desc *d, char *text, size_t size)
{
	static const char *const names[KINDS] = {
		"nothing", "", "pipe's reader", "pipe's writer", "pipe for both",
		"socket", "mailbox", "eventfd", "memfd", "pidfd", "O_PATH"
	};
	static const char *const types[] = { "", "entry", "directory", "symlink" };

	if (!d)
		snprintf(text, size, "nothing");
	else if (d->kind == K_FILE)
		snprintf(text, size, "%s %d opened %s%s%s", types[d->inode->type],
			 (int)(d->inode - m.inode), d->path ? "O_PATH" : "",
			 d->read ? "r" : "", d->write ? "w" : "");
	else
		snprintf(text, size, "%s %d", names[d->kind], (int)(d - m.desc));
}

/* What every verb needs: an entry, opened for something. */
static void may_ioctl(const struct desc *d, struct expect *x)
{
	if (d->path)
		may_fail(x, EBADF);
	else
		may_fail_if(d->inode->type != T_REG, x, ENOTTY);
}

static void may_store(const struct desc *d, struct expect *x)
{
	may_fail_if(d->kind == K_FILE, x, ELOOP);
}

static void may_watch_hangup(const struct desc *d, struct expect *x)
{
	may_fail_if(d->kind == K_MEMFD || d->kind == K_OPATH, x, EINVAL);
	may_fail_if(d->hup, x, EPIPE);
}

static void may_anchor(const struct desc *d, struct expect *x)
{
	switch (d->kind) {
	case K_FILE:
		may_fail(x, ELOOP);
		break;
	case K_PIPE_R:
	case K_PIPE_W:
	case K_PIPE_RW:
	case K_EVENTFD:
	case K_PIDFD:
		may_fail_if(fired(d), x, EPIPE);
		break;
	default:
		may_fail(x, EINVAL);
	}
}

static bool writable_entry(const struct desc *d)
{
	return usable_entry(d) && d->write;
}

static bool anchor_kind(const struct desc *d)
{
	struct expect x = { .n = 0 };

	may_anchor(d, &x);
	return !x.n;
}

static bool is_entry(const struct desc *d)
{
	return d && d->kind == K_FILE && d->inode->type == T_REG && !d->path;
}

static void may_fill(const struct inode *i, unsigned int flags,
		     struct expect *x)
{
	may_fail_if(i->dead, x, ENOENT);
	may_fail_if(i->held.file && !(flags & FDSTOREFS_PUT_REPLACE), x, EBUSY);
	may_fail_if(i->store->sealed, x, ESHUTDOWN);
}

/*
 * a: actor, entry's slot, stored one's, anchor's or NO_FD, flags, limit of
 * descriptors, which does not matter, or -1
 */
void pick_put(int *a)
{
	const struct actor *act;

	pick_actor_with(&a[0], &a[1], one_in(8) ? any_entry : writable_entry);
	act = &m.actor[a[0]];
	pick_slot(act, &a[2], storable);
	a[3] = NO_FD;
	if (one_in(3))
		pick_slot(act, &a[3], one_in(6) ? storable : anchor_kind);
	if (one_in(40))
		a[2 + random_below(2)] = BAD_FD;
	a[4] = random_below(4);
	a[5] = one_in(act->root ? 8 : 2) ? (int)random_below(3) : -1;
}

static int fd_of(const struct actor *act, int slot)
{
	return slot >= 0 ? act->fd[slot] : slot == BAD_FD ? 9999 : -1;
}

bool run_put(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_PUT };
	struct desc *e = act->slot[a[1]], *anchor = NULL, *d = NULL;
	unsigned int flags = a[4];
	struct expect x = { .n = 0 };
	char text[2][80];
	struct reply r;

	if (!act->live || !e || e->kind != K_FILE || a[2] == NO_FD)
		return false;
	if (a[2] >= 0)
		d = act->slot[a[2]];
	if (a[3] >= 0)
		anchor = act->slot[a[3]];
	if ((a[2] >= 0 && !d) || (a[3] >= 0 && !anchor))
		return false;
	if (d && d->hup)
		observe_peer(act, a[2]);
	if (anchor && anchor->hup)
		observe_peer(act, a[3]);
	/* When a pidfd hangs up depends on the kernel. */
	if (d && d->kind == K_PIDFD)
		flags &= ~FDSTOREFS_PUT_HANGUP;

	may_ioctl(e, &x);
	may_fail_if(!e->write, &x, EBADF);
	may_fail_if(!d, &x, EBADF);
	may_fail_if(a[3] == BAD_FD, &x, EBADF);
	q.limit = a[5];
	if (d) {
		may_store(d, &x);
		if (flags & FDSTOREFS_PUT_HANGUP)
			may_watch_hangup(d, &x);
	}
	if (anchor)
		may_anchor(anchor, &x);
	if (is_entry(e))
		may_fill(e->inode, flags, &x);

	describe(d, text[0], sizeof(text[0]));
	describe(anchor, text[1], sizeof(text[1]));
	say("%s: PUT(slot %d: entry %d, slot %d: %s, %s%s, anchor slot %d: %s, limit %ld)",
	    who(act), a[1], (int)(e->inode - m.inode), a[2], text[0],
	    flags & FDSTOREFS_PUT_REPLACE ? "REPLACE" : "0",
	    flags & FDSTOREFS_PUT_HANGUP ? "|HANGUP" : "", a[3], text[1], q.limit);
	q.fd = act->fd[a[1]];
	q.fd2 = fd_of(act, a[2]);
	q.n[0] = flags;
	q.n[1] = fd_of(act, a[3]);
	q.n[3] = sizeof(struct fdstorefs_put);
	if (!call(act, &q, &x, &r))
		return true;

	/* New references first: what is replaced may be the same. */
	desc_ref(d);
	if (anchor)
		desc_ref(anchor);
	drop(e->inode);
	e->inode->held = (struct held){
		.file = d, .anchor = anchor,
		.hangup = flags & FDSTOREFS_PUT_HANGUP,
	};
	e->inode->store->filled++;
	return true;
}

enum odd {
	ODD_FLAGS, ODD_RESERVED, ODD_SHORT, ODD_TAIL, ODD_ANCHOR, ODD_MNT_NS,
	ODD_MOUNTS, ODD_EPOLL, ODD_CONTEXT, ODDS
};

/* Arguments that are never right. a: actor, entry's slot, stored one's, which */
void pick_put_odd(int *a)
{
	pick_actor_with(&a[0], &a[1], usable_entry);
	pick_slot(&m.actor[a[0]], &a[2], storable);
	a[3] = random_below(ODDS);
}

static void make_odd(enum odd odd, struct request *q, struct expect *x)
{
	switch (odd) {
	case ODD_FLAGS:
		q->n[0] = 1 << 10;
		may_fail(x, EINVAL);
		break;
	case ODD_RESERVED:
		q->n[2] = 1;
		may_fail(x, EINVAL);
		break;
	case ODD_SHORT:
		q->n[3] = 12;
		may_fail(x, EINVAL);
		break;
	case ODD_TAIL:
		q->n[3] += 24;
		q->n[4] = 1;
		may_fail(x, E2BIG);
		break;
	case ODD_ANCHOR:
		q->n[1] = -2;
		may_fail(x, EINVAL);
		break;
	case ODD_MNT_NS:
	case ODD_MOUNTS:
		may_fail(x, ELOOP);
		break;
	default:
		may_fail(x, EINVAL);
	}
}

/* One of the kinds that are refused; of this process. */
static int odd_fd(enum odd odd)
{
	switch (odd) {
	case ODD_MNT_NS:
		return open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	case ODD_MOUNTS:
		return open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	case ODD_EPOLL:
		return epoll_create1(EPOLL_CLOEXEC);
	case ODD_CONTEXT:
		return fsopen("tmpfs", 1);
	default:
		return -1;
	}
}

bool run_put_odd(const int *a)
{
	static const char *const names[] = {
		"flags 4", "reserved 1", "short", "a tail", "anchor -2",
		"a mount namespace", "mountinfo", "HANGUP of an epoll set",
		"an fscontext"
	};
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_PUT, .limit = -1 };
	struct desc *e = act->slot[a[1]], *d = act->slot[a[2]];
	struct expect x = { .n = 0 };
	struct reply r;
	int fd;

	if (!act->live || !is_entry(e) || !d || (a[3] >= ODD_MNT_NS && a[0]))
		return false;
	say("%s: PUT(slot %d, slot %d) with %s", who(act), a[1], a[2], names[a[3]]);
	fd = odd_fd(a[3]);
	q.fd = act->fd[a[1]];
	q.fd2 = fd >= 0 ? fd : act->fd[a[2]];
	q.n[0] = FDSTOREFS_PUT_REPLACE;
	if (a[3] == ODD_EPOLL)
		q.n[0] |= FDSTOREFS_PUT_HANGUP;
	q.n[1] = -1;
	q.n[3] = sizeof(struct fdstorefs_put);
	may_fail_if(!e->write, &x, EBADF);
	make_odd(a[3], &q, &x);
	call(act, &q, &x, &r);
	if (fd >= 0)
		close(fd);
	return true;
}

/* Both verbs that give a descriptor. a: actor, entry's slot, how it is odd */
static bool run_give(const int *a, bool take)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_IOCTL, .limit = a[2] == 1 ? 0 : -1 };
	struct desc *e = act->slot[a[1]], *d;
	struct expect x = { .n = 0 };
	int slot = free_slot(act);
	struct request check = { .limit = -1 };
	struct reply r, s;
	char text[80];

	if (!act->live || slot < 0 || !e || e->kind != K_FILE)
		return false;
	d = e->inode->held.file;
	may_ioctl(e, &x);
	may_fail_if(take && !e->write, &x, EBADF);
	may_fail_if(a[2] == 2, &x, EINVAL);
	/* What is wrong with the call comes before what is in the entry. */
	if (!x.n) {
		may_fail_if(a[2] == 1, &x, EMFILE);
		may_fail_if(!d, &x, ENODATA);
		if (d) {
			bool read = d->read || !d->write;

			may_fail_if((read && !e->read) || (d->write && !e->write),
				    &x, EACCES);
		}
	}
	describe(d, text, sizeof(text));
	say("%s: slot %d = %s(slot %d: entry %d that holds %s)%s", who(act), slot,
	    take ? "TAKE" : "GET", a[1], (int)(e->inode - m.inode), text,
	    a[2] == 1 ? " without a free descriptor" : a[2] ? " with argument 1" : "");
	q.fd = act->fd[a[1]];
	q.n[0] = take ? FDSTOREFS_IOC_TAKE : FDSTOREFS_IOC_GET;
	q.n[1] = a[2] == 2;
	if (!call(act, &q, &x, &r))
		return true;
	desc_ref(d);
	slot_set(act, slot, d, r.ret);
	if (take)
		drop(e->inode);
	check.what = C_INO;
	check.fd = r.ret;
	s = act_on(act, &check);
	if (s.ret != d->ino)
		fail("what came out has inode %ld, not %d", s.ret, d->ino);
	for (int i = 0; i < SLOTS; i++) {
		if (i == slot || !act->slot[i])
			continue;
		check.what = C_SAME;
		check.fd2 = act->fd[i];
		s = act_on(act, &check);
		if (s.ret >= 0 && s.ret != (act->slot[i] == d))
			fail("what came out is %s slot %d", s.ret ? "the same as" :
			     "not the same as", i);
		if (act->slot[i] == d)
			break;
	}
	return true;
}

static bool partial_entry(const struct desc *d)
{
	return filled_entry(d) && !(d->read && d->write);
}

void pick_get(int *a)
{
	pick_actor_with(&a[0], &a[1], one_in(4) ? any_entry :
			one_in(3) ? partial_entry : filled_entry);
	a[2] = one_in(12) ? 1 + random_below(2) : 0;
}

bool run_get(const int *a)
{
	return run_give(a, false);
}

void pick_take(int *a)
{
	pick_get(a);
}

bool run_take(const int *a)
{
	return run_give(a, true);
}

void pick_poll(int *a)
{
	pick_actor_with(&a[0], &a[1], any_entry);
}

bool run_poll(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_POLL, .limit = -1 };
	struct desc *e = act->slot[a[1]];
	struct expect x = { .n = 0 };
	struct reply r;
	long wanted;

	if (!act->live || !e || e->kind != K_FILE || e->inode->type == T_DIR)
		return false;
	if (e->path) {
		wanted = POLLNVAL;
	} else {
		wanted = e->inode->held.file ? POLLIN : POLLOUT;
		if (e->inode->dead || e->inode->store->sealed)
			wanted |= POLLHUP;
	}
	say("%s: poll(slot %d: entry %d) = %#lx", who(act), a[1],
	    (int)(e->inode - m.inode), wanted);
	q.fd = act->fd[a[1]];
	q.n[0] = POLLIN | POLLOUT;
	call(act, &q, &x, &r);
	if (r.ret != wanted)
		fail("poll gave %#lx", r.ret);
	return true;
}

void pick_read(int *a)
{
	pick_poll(a);
}

/* What an entry must tell of what it holds. */
static void check_text(const struct held *h, const char *text)
{
	static const char *const access[] = { "none", "r", "w", "rw" };
	char wanted[64];

	if (!h->file) {
		if (strcmp(text, "state:\tempty\n"))
			fail("an empty entry says \"%s\"", text);
		return;
	}
	snprintf(wanted, sizeof(wanted), "stored-access:\t%s\n",
		 h->file->kind == K_OPATH ? "path" :
		 access[h->file->read + 2 * h->file->write]);
	if (strncmp(text, "state:\tfilled\n", 14) || !strstr(text, wanted))
		fail("a filled entry says \"%s\"", text);
	snprintf(wanted, sizeof(wanted), "stored-ino:\t");
	text = strstr(text, wanted);
	if (!text || (strtoll(text + strlen(wanted), NULL, 10) & 0x7fffffff) !=
	    h->file->ino)
		fail("a filled entry tells of another inode: \"%s\"", text ?: "");
}

bool run_read(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_READ, .limit = -1 };
	struct desc *e = act->slot[a[1]];
	struct expect x = { .n = 0 };
	struct reply r;

	if (!act->live || !e || e->kind != K_FILE || e->inode->type == T_DIR)
		return false;
	may_fail_if(!e->read, &x, EBADF);
	say("%s: read(slot %d: entry %d)", who(act), a[1], (int)(e->inode - m.inode));
	q.fd = act->fd[a[1]];
	if (call(act, &q, &x, &r))
		check_text(&e->inode->held, r.text);
	return true;
}
