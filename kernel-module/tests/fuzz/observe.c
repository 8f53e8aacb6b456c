// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the kernel's world is the model's. Who is gone in the model must be
 * gone, now or as soon as workers in the kernel got to it; who is alive must be
 * alive. A pipe or socket tells by its other end, the witness.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "fuzz.h"

long patience_ms = 20000;

long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool sees_end(const struct desc *d, short revents)
{
	bool error = d->kind == K_PIPE_R || (d->kind == K_SOCKET && d->soft);

	return revents & (error ? POLLERR : POLLHUP);
}

static void forget(struct desc *d)
{
	if (d->witness >= 0)
		close(d->witness);
	d->kind = K_NONE;
	d->gone = false;
}

/* With POLLHUP there anyway, poll(2) would not wait for POLLERR. */
static bool await_end(const struct desc *d)
{
	struct pollfd p = { .fd = d->witness };
	long end = now_ms() + patience_ms;

	while (poll(&p, 1, d->soft ? 0 : patience_ms) > 0) {
		if (sees_end(d, p.revents))
			return true;
		if (now_ms() > end)
			break;
		sched_yield();
	}
	return false;
}

static void observe_witnesses(void)
{
	struct pollfd p[DESCS];
	struct desc *of[DESCS];
	char text[80];
	int n = 0;

	for (int i = 0; i < DESCS; i++) {
		struct desc *d = &m.desc[i];

		if (d->kind <= K_FILE)
			continue;
		if (d->gone) {
			describe(d, text, sizeof(text));
			if (d->witness >= 0 && !d->blind && !await_end(d))
				fail("%s is still held, though nobody should", text);
			forget(d);
		} else if (d->witness >= 0 && !d->blind) {
			p[n] = (struct pollfd){ .fd = d->witness };
			of[n++] = d;
		}
	}
	if (poll(p, n, 0) <= 0)
		return;
	for (int i = 0; i < n; i++)
		if (sees_end(of[i], p[i].revents)) {
			describe(of[i], text, sizeof(text));
			fail("%s is gone, though %d still refer to it", text,
			     of[i]->refs);
		}
}

static bool sees_hang_up(struct actor *a, int slot)
{
	struct request q = { .what = C_POLL, .fd = a->fd[slot], .limit = -1 };

	return act_on(a, &q).ret & (POLLHUP | POLLERR);
}

/*
 * An actor's end of a pair whose other end is in play, too, or was a witness:
 * it sees what became of that.
 */
void observe_peer(struct actor *a, int slot)
{
	const struct desc *d = a->slot[slot];
	long end = now_ms() + patience_ms;
	char text[80];

	describe(d, text, sizeof(text));
	while (sees_hang_up(a, slot) != d->hup) {
		if (!d->hup)
			fail("%s has hung up, though its other end is held", text);
		if (now_ms() > end)
			fail("%s has not hung up, though its other end is not held",
			     text);
		sched_yield();
	}
}

static void observe_peers(void)
{
	struct actor *a = &m.actor[0];

	for (int i = 0; i < SLOTS; i++)
		if (a->slot[i] && a->slot[i]->kind > K_FILE &&
		    (a->slot[i]->hup || a->slot[i]->peer))
			observe_peer(a, i);
}

void observe_store(struct store *s)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/fs/fdstorefs/%s", s->name);
	s->fd_admin = open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd_admin < 0)
		fail("%s is not there: %s", path, errno_name(errno));
}

/* What the store's file says after a name; -1 once the store is no more. */
static int number(int fd, const char *name)
{
	char text[256] = "\n", wanted[32];
	const char *line;

	if (pread(fd, text + 1, sizeof(text) - 2, 0) <= 0)
		return -1;
	snprintf(wanted, sizeof(wanted), "\n%s ", name);
	line = strstr(text, wanted);
	if (!line)
		fail("a store's file has no %s:%s", name, text);
	return atoi(line + strlen(wanted));
}

static void await_number(const struct store *s, const char *name, int wanted)
{
	long end = 0;
	int is;

	while ((is = number(s->fd_admin, name)) != wanted) {
		if (!end)
			end = now_ms() + patience_ms;
		if (now_ms() > end)
			fail("store %d (%s) has %s %d, not %d", (int)(s - m.store),
			     s->name, name, is, wanted);
		sched_yield();
	}
}

/* Each look takes its time: what should not have changed, in turn. */
static void observe_stores(void)
{
	for (int i = 0; i < STORES; i++) {
		struct store *s = &m.store[i];

		if (s->live) {
			await_number(s, "filled", s->filled);
			if (i != step_number % STORES && s->seen_used == s->used &&
			    s->seen_sealed == s->sealed)
				continue;
			await_number(s, "used", s->used);
			await_number(s, "sealed", s->sealed);
			s->seen_used = s->used;
			s->seen_sealed = s->sealed;
		} else if (s->ended) {
			/* It should be gone. */
			await_number(s, "used", -1);
			close(s->fd_admin);
			s->ended = false;
		}
	}
}

void observe(void)
{
	consequences();
	observe_stores();
	observe_witnesses();
	observe_peers();
}

static void audit_entry(const struct inode *i, const char *path)
{
	struct request q = { .what = C_OPEN, .fd = AT_FDCWD, .limit = -1 };
	struct reply r;

	snprintf(q.path, sizeof(q.path), "%s", path);
	r = act_on(&m.actor[0], &q);
	if (r.ret < 0)
		fail("%s does not open: %s", path, errno_name(r.err));
	q = (struct request){ .what = C_READ, .fd = r.ret, .limit = -1 };
	r = act_on(&m.actor[0], &q);
	if (strncmp(r.text, i->held.file ? "state:\tfilled\n" : "state:\tempty\n", 13))
		fail("%s should be %s, but says \"%s\"", path,
		     i->held.file ? "filled" : "empty", r.text);
	close(q.fd);
}

static int links_of(const struct inode *i)
{
	int n = i->nlink;

	if (i->type != T_DIR)
		return n;
	n = 2;
	for (int c = 1; c <= NAMES; c++)
		n += i->child[c] && i->child[c]->type == T_DIR;
	return n;
}

static void audit_node(const struct inode *i, const char *path)
{
	static const mode_t types[] = { 0, S_IFREG, S_IFDIR, S_IFLNK };
	mode_t mode = types[i->type] | i->mode;
	struct stat st;

	if (lstat(path, &st))
		fail("%s is not there", path);
	if (st.st_mode != mode)
		fail("%s has mode %o, not %o", path, st.st_mode, mode);
	if ((int)st.st_nlink != links_of(i))
		fail("%s has %d links, not %d", path, (int)st.st_nlink, links_of(i));
	if (st.st_uid != (uid_t)i->user * USER_ID)
		fail("%s belongs to user %u", path, st.st_uid);
	if (i->type == T_REG)
		audit_entry(i, path);
}

static void audit_dir(const struct inode *dir, const char *path)
{
	struct dirent *e;
	char below[128];
	int n = 0;
	DIR *d = opendir(path);

	if (!d)
		fail("%s does not open: %s", path, errno_name(errno));
	while ((e = readdir(d))) {
		int c = e->d_name[0] - 'a' + 1;

		if (e->d_name[0] == '.')
			continue;
		if (c < 1 || c > NAMES || e->d_name[1] || !dir->child[c])
			fail("%s lists \"%s\", which is not there", path, e->d_name);
		n++;
	}
	closedir(d);
	for (int c = 1; c <= NAMES; c++) {
		if (!dir->child[c])
			continue;
		n--;
		snprintf(below, sizeof(below), "%s/%c", path, 'a' + c - 1);
		audit_node(dir->child[c], below);
		if (dir->child[c]->type == T_DIR && strlen(below) < 100)
			audit_dir(dir->child[c], below);
	}
	if (n)
		fail("%s lists %d names too few", path, -n);
}

/* All that can be seen of the stores from here. */
void audit(void)
{
	struct statfs fs;
	char path[8];

	for (int p = 0; p < POINTS; p++) {
		const struct store *s = m.at[0][p] ? m.at[0][p]->store : NULL;

		if (!s)
			continue;
		snprintf(path, sizeof(path), "m%d", p);
		if (statfs(path, &fs))
			fail("no statfs of %s", path);
		if ((int)fs.f_files != s->max ||
		    (int)(fs.f_files - fs.f_ffree) != s->used)
			fail("%s has %d of %d in use, not %d of %d", path,
			     (int)(fs.f_files - fs.f_ffree), (int)fs.f_files,
			     s->used, s->max);
		audit_node(s->root, path);
		audit_dir(s->root, path);
	}
}

/* Everybody lets go of everything; cycles that pin a store are drained. */
void end_of_everything(void)
{
	int a[ARGS] = { 0 };

	for (int i = 1; i < ACTORS; i++) {
		a[0] = i;
		run_kill(a);
	}
	for (int i = 0; i < SLOTS; i++) {
		a[0] = 0;
		a[1] = i;
		run_close(a);
	}
	observe();
	for (int p = 0; p < POINTS; p++) {
		a[0] = 0;
		a[1] = p;
		a[2] = MNT_DETACH;
		if (m.at[0][p])
			run_umount(a);
	}
	observe();
	for (int i = 0; i < STORES; i++) {
		a[0] = i;
		run_drain(a);
		observe();
	}
	say("the end of everything");
	observe();
	for (int i = 0; i < STORES; i++)
		if (m.store[i].live)
			fail("the model is wrong: store %d is left", i);
	for (int i = 0; i < DESCS; i++)
		if (m.desc[i].kind)
			fail("the model is wrong: description %d is left", i);
}
