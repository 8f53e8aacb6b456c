// SPDX-License-Identifier: GPL-2.0
/* What is outside the stores: files to be stored, their other ends, processes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "fuzz.h"

static int room_for_descs(void)
{
	int n = 0;

	for (int i = 0; i < DESCS; i++)
		n += m.desc[i].kind == K_NONE;
	return n;
}

/* Puts a descriptor of this process into a slot of an actor, for good. */
static void hand_over(struct actor *act, int slot, struct desc *d, int fd)
{
	struct request q = { .what = C_INO, .fd = fd, .limit = -1 };
	struct reply r = act_on(&m.actor[0], &q);

	d->ino = r.ret;
	q.what = C_ACCEPT;
	r = act_with(act, &q, fd);
	if (r.ret < 0)
		fail("a descriptor could not be handed over: %s", errno_name(r.err));
	close(fd);
	slot_set(act, slot, d, r.ret);
}

static void checked(int ret, const char *what)
{
	if (ret < 0)
		fail("%s failed: %s", what, errno_name(errno));
}

static int make_one(struct desc *d, int a)
{
	char link[40];
	int p[2], fd;

	switch (d->kind) {
	case K_PIPE_R:
	case K_PIPE_W:
		checked(pipe2(p, O_CLOEXEC), "pipe");
		d->witness = p[d->kind == K_PIPE_R];
		return p[d->kind == K_PIPE_W];
	case K_PIPE_RW:
		checked(pipe2(p, O_CLOEXEC), "pipe");
		snprintf(link, sizeof(link), "/proc/self/fd/%d", p[0]);
		fd = open(link, O_RDWR | O_CLOEXEC);
		checked(fd, "opening a pipe again");
		close(p[1]);
		d->witness = p[0];
		return fd;
	case K_SOCKET:
		checked(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p),
			"socketpair");
		d->witness = p[1];
		return p[0];
	case K_EVENTFD:
		fd = eventfd(0, EFD_CLOEXEC);
		checked(fd, "eventfd");
		d->witness = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		d->blind = true;
		return fd;
	case K_MEMFD:
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		break;
	case K_PIDFD:
		fd = syscall(SYS_pidfd_open, m.actor[a].pid, 0);
		d->target = a;
		break;
	default:
		fd = open("/", O_PATH | O_CLOEXEC);
	}
	checked(fd, "making a file");
	return fd;
}

/* a: actor, kind, for a pidfd: the actor */
void pick_make(int *a)
{
	pick_actor(&a[0]);
	a[1] = one_in(2) ? K_PIPE_R + random_below(3) :
	       one_in(2) ? K_SOCKET : K_PIPE_R + random_below(KINDS - K_PIPE_R);
	a[2] = 1 + random_below(ACTORS - 1);
}

bool run_make(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	int slot = free_slot(act), kind = a[1];
	struct desc *d;
	char text[80];

	if (!act->live || slot < 0 || room_for_descs() < 3 || kind == K_MAILBOX ||
	    (kind == K_PIDFD && !m.actor[a[2]].live))
		return false;
	d = desc_new(kind, kind != K_PIPE_W && kind != K_OPATH,
		     kind != K_PIPE_R && kind != K_OPATH);
	describe(d, text, sizeof(text));
	say("%s: slot %d = new %s", who(act), slot, text);
	hand_over(act, slot, d, make_one(d, a[2]));
	record_result(0);
	return true;
}

/* A pair whose ends both are in play. a: actor, actor, pipe instead of sockets */
void pick_mailbox(int *a)
{
	pick_actor(&a[0]);
	pick_actor(&a[1]);
	a[2] = one_in(2);
}

bool run_mailbox(const int *a)
{
	struct actor *one = &m.actor[a[0]], *other = &m.actor[a[1]];
	struct desc *d[2];
	int p[2], slot;

	if (!one->live || !other->live || free_slot(one) < 0 ||
	    free_slot(other) < 0 || room_for_descs() < 3)
		return false;
	/* Two in one process need two slots. */
	slot = free_slot(one);
	if (one == other) {
		one->slot[slot] = &m.desc[0];
		if (free_slot(one) < 0) {
			one->slot[slot] = NULL;
			return false;
		}
		one->slot[slot] = NULL;
	}
	if (a[2])
		checked(pipe2(p, O_CLOEXEC), "pipe");
	else
		checked(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p),
			"socketpair");
	d[0] = desc_new(a[2] ? K_PIPE_R : K_MAILBOX, true, !a[2]);
	d[1] = desc_new(a[2] ? K_PIPE_W : K_MAILBOX, !a[2], true);
	d[0]->peer = d[1];
	d[1]->peer = d[0];
	d[0]->blind = d[1]->blind = true;
	hand_over(one, slot, d[0], p[0]);
	say("%s: slot %d, and %s: slot %d = new pair of %s %d and %d", who(one), slot,
	    who(other), free_slot(other), a[2] ? "pipe" : "mailboxes",
	    (int)(d[0] - m.desc), (int)(d[1] - m.desc));
	hand_over(other, free_slot(other), d[1], p[1]);
	record_result(0);
	return true;
}

static void pick_mailbox_slot(int *a)
{
	for (int tries = 0; tries < 20; tries++) {
		pick_actor(&a[0]);
		a[1] = random_below(SLOTS);
		if (m.actor[a[0]].slot[a[1]] &&
		    m.actor[a[0]].slot[a[1]]->kind == K_MAILBOX)
			return;
	}
}

void pick_send(int *a)
{
	pick_mailbox_slot(a);
	pick_slot(&m.actor[a[0]], &a[2], one_in(2) ? any_entry : anything);
}

/* No sockets in sockets: when the kernel finds such cycles is its own affair. */
bool run_send(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_SEND, .limit = -1 };
	struct desc *box = act->slot[a[1]], *d = act->slot[a[2]];
	struct expect x = { .n = 0 };
	struct reply r;
	char text[80];

	if (!act->live || !box || !d || box->kind != K_MAILBOX ||
	    d->kind == K_MAILBOX || d->kind == K_SOCKET ||
	    (box->peer && box->peer->queued == QUEUE))
		return false;
	may_fail_if(box->hup, &x, EPIPE);
	observe_peer(act, a[1]);
	describe(d, text, sizeof(text));
	say("%s: send(slot %d: mailbox, slot %d: %s)", who(act), a[1], a[2], text);
	q.fd = act->fd[a[1]];
	q.fd2 = act->fd[a[2]];
	if (!call(act, &q, &x, &r))
		return true;
	desc_ref(d);
	box->peer->queue[box->peer->queued++] = d;
	return true;
}

void pick_receive(int *a)
{
	pick_mailbox_slot(a);
}

bool run_receive(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_RECEIVE, .limit = -1 };
	struct desc *box = act->slot[a[1]], *d;
	struct expect x = { .n = 0 };
	int slot = free_slot(act);
	struct reply r;
	char text[80];

	if (!act->live || slot < 0 || !box || box->kind != K_MAILBOX ||
	    (box->hup && !box->queued))
		return false;
	may_fail_if(!box->queued, &x, EAGAIN);
	d = box->queued ? box->queue[0] : NULL;
	describe(d, text, sizeof(text));
	say("%s: slot %d = receive(slot %d): %s", who(act), slot, a[1], text);
	q.fd = act->fd[a[1]];
	if (!call(act, &q, &x, &r))
		return true;
	for (int i = 1; i < box->queued; i++)
		box->queue[i - 1] = box->queue[i];
	box->queued--;
	slot_set(act, slot, d, r.ret);
	return true;
}

/* Something is to happen when this one fires, or hangs up. */
static bool is_awaited(const struct desc *d)
{
	for (int i = 0; i < STORES; i++)
		if (m.store[i].live && m.store[i].anchor == d)
			return one_in(6);
	for (int i = 0; i < INODES; i++) {
		const struct held *h = &m.inode[i].held;

		if (m.inode[i].type && (h->anchor == d || (h->file == d && h->hangup)))
			return true;
	}
	return false;
}

/* Mostly one that somebody waits for. */
static void pick_desc(int *a)
{
	bool any = one_in(5);

	for (int i = 0; i < DESCS; i++) {
		const struct desc *d;

		a[0] = (i + random_below(DESCS)) % DESCS;
		d = &m.desc[a[0]];
		if (d->kind > K_FILE && d->witness >= 0 && (any || is_awaited(d)))
			return;
	}
}

void pick_fire(int *a)
{
	pick_desc(a);
}

/* What an anchor waits for. */
bool run_fire(const int *a)
{
	struct desc *d = &m.desc[a[0]];
	uint64_t one = 1;
	char text[80];

	if (d->gone || d->in || d->witness < 0 || (d->kind == K_PIPE_R && d->hup) ||
	    (d->kind != K_PIPE_R && d->kind != K_EVENTFD))
		return false;
	describe(d, text, sizeof(text));
	say("fire %s", text);
	if (write(d->witness, &one, d->kind == K_EVENTFD ? 8 : 1) < 0)
		fail("no event: %s", errno_name(errno));
	record_result(0);
	d->in = true;
	return true;
}

void pick_hang_up(int *a)
{
	pick_desc(a);
}

bool run_hang_up(const int *a)
{
	struct desc *d = &m.desc[a[0]];
	char text[80];

	if (d->gone || d->hup || d->witness < 0 || (d->kind != K_PIPE_R &&
	    d->kind != K_PIPE_W && d->kind != K_SOCKET))
		return false;
	describe(d, text, sizeof(text));
	say("hang up on %s", text);
	if (d->kind == K_SOCKET) {
		/*
		 * What the other side leaves unread makes its end an error
		 * here, the only one that can still be seen after this.
		 */
		if (write(d->witness, "", 1) != 1 || shutdown(d->witness, SHUT_RDWR))
			fail("no hang-up: %s", errno_name(errno));
		d->soft = true;
	} else {
		close(d->witness);
		d->witness = -1;
		d->blind = true;
	}
	d->hup = true;
	record_result(0);
	return true;
}

void pick_spawn(int *a)
{
	a[0] = 1 + random_below(ACTORS - 1);
	a[1] = random_below(ROLES);
}

bool run_spawn(const int *a)
{
	static const char *const names[] = {
		"root", "the user", "root in a mount namespace",
		"init of a pid namespace", "init of a container",
		"root of a user namespace"
	};
	struct actor *act = &m.actor[a[0]];
	enum role role = a[1];
	bool own = role == R_SPACE || role == R_CONTAINER || role == R_USERNS;
	int space = 0;

	if (act->live || !a[0])
		return false;
	if (own) {
		space = space_copy(0);
		if (space < 0)
			return false;
	}
	say("start process %d: %s, mount namespace %d", a[0], names[role], space);
	*act = (struct actor){
		.live = true, .root = role != R_USER && role != R_USERNS,
		.user = role == R_USER || role == R_USERNS, .space = space,
		.userns = role == R_USERNS,
		.init = role == R_INIT || role == R_CONTAINER,
	};
	m.in_space[space]++;
	for (int p = 0; p < POINTS && role == R_USERNS; p++)
		if (m.at[space][p])
			m.at[space][p]->locked = true;
	if (!actor_start(act, role))
		fail("the process does not start: %s", errno_name(errno));
	record_result(0);
	return true;
}

/* Mostly one that a store goes with. */
void pick_kill(int *a)
{
	for (int tries = 0; tries < 6; tries++) {
		a[0] = 1 + random_below(ACTORS - 1);
		for (int i = 0; i < STORES; i++)
			if (m.store[i].live && m.store[i].init == a[0])
				return;
	}
}

bool run_kill(const int *a)
{
	struct actor *act = &m.actor[a[0]];

	if (!act->live || !a[0])
		return false;
	say("kill process %d", a[0]);
	actor_kill(act);
	record_result(0);
	actor_died(act);
	return true;
}
