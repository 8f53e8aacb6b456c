// SPDX-License-Identifier: GPL-2.0
/* Stores come and go. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>
#include "fuzz.h"

static bool may_mount(const struct actor *a)
{
	return a->root || a->userns;
}

static bool room_for_mount(bool store)
{
	bool mount = false, free_store = !store, inode = false;

	for (int i = 0; i < MOUNTS; i++)
		mount |= !m.mnt[i].store;
	for (int i = 0; i < STORES; i++)
		free_store |= !m.store[i].live && !m.store[i].ended;
	for (int i = 0; i < INODES; i++)
		inode |= !m.inode[i].type;
	return mount && free_store && inode;
}

static void pick_point(const struct actor *a, int *point, bool mounted)
{
	for (int tries = 0; tries < 8; tries++) {
		*point = random_below(POINTS);
		if (mounted == (m.at[a->space][*point] != NULL))
			return;
	}
}

/* Anchors mostly, and what is none. */
static void pick_anchor(const struct actor *a, int *slot)
{
	*slot = -1;
	for (int tries = 0; tries < 6; tries++) {
		int s = random_below(SLOTS);

		if (!a->slot[s])
			continue;
		*slot = s;
		if (a->slot[s]->kind == K_PIPE_R || a->slot[s]->kind == K_EVENTFD ||
		    a->slot[s]->kind == K_PIDFD)
			return;
	}
}

static const int sizes[] = { 1, 2, 3, 5, 8, 30, 30, 30 };
static const int root_modes[] = { 0755, 0777, 0777, 01777, 0700 };

#define NO_MODE 0755
#define NO_MAX	4096

static void may_anchor_store(const struct desc *d, bool by_fd, struct expect *x)
{
	switch (d->kind) {
	case K_PIPE_R:
	case K_PIPE_W:
	case K_PIPE_RW:
	case K_EVENTFD:
	case K_PIDFD:
		may_fail_if(fired(d), x, EPIPE);
		return;
	case K_FILE:
		may_fail(x, ELOOP);
		break;
	default:
		may_fail(x, EINVAL);
	}
	/* FSCONFIG_SET_FD does not take O_PATH. */
	may_fail_if(by_fd && (d->path || d->kind == K_OPATH), x, EBADF);
}

static void mounted(struct actor *act, int point, int max, int mode,
		    struct desc *anchor, bool init, const char *name)
{
	struct store *s = store_new(act->user, max, mode);

	mnt_new(s, act->space, point);
	s->anchor = anchor;
	if (anchor)
		desc_ref(anchor);
	s->init = init ? act - m.actor : -1;
	snprintf(s->name, sizeof(s->name), "%s", name);
	observe_store(s);
}

/* Who anchors a store by being there, rather than anybody. */
static void pick_mounter(int *a)
{
	for (int tries = 0; tries < 3; tries++) {
		pick_actor(a);
		if (m.actor[*a].init)
			return;
	}
}

/* a: actor, point, size, mode, anchor's slot or -1, odd */
void pick_mount(int *a)
{
	pick_mounter(&a[0]);
	pick_point(&m.actor[a[0]], &a[1], false);
	a[2] = random_below(8);
	a[3] = random_below(5);
	a[4] = -1;
	if (m.actor[a[0]].userns || one_in(3))
		pick_anchor(&m.actor[a[0]], &a[4]);
	a[5] = one_in(6) ? 1 + random_below(5) : 0;
}

bool run_mount(const int *a)
{
	static const char *const odd[] = {
		"", ",max=0", ",nonsense", ",mode=8", ",noanchor", ",anchor=9999"
	};
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_MOUNT, .limit = -1 };
	struct desc *anchor = a[4] < 0 ? NULL : act->slot[a[4]];
	struct expect x = { .n = 0 };
	struct reply r;

	if (!act->live || m.at[act->space][a[1]] || !room_for_mount(true) ||
	    (a[4] >= 0 && !anchor))
		return false;
	may_fail_if(!may_mount(act), &x, EPERM);
	if (anchor && anchor->hup)
		observe_peer(act, a[4]);
	if (anchor)
		may_anchor_store(anchor, false, &x);
	if (a[5] == 4) {
		may_fail_if(!act->root, &x, EPERM);
		may_fail_if(anchor, &x, EINVAL);
	} else {
		may_fail_if(a[5] == 5, &x, EBADF);
		may_fail_if(a[5] && a[5] < 4, &x, EINVAL);
	}
	snprintf(q.path, sizeof(q.path), "m%d", a[1]);
	snprintf(q.text, sizeof(q.text), "max=%d,mode=%o%s", sizes[a[2]],
		 root_modes[a[3]], odd[a[5]]);
	if (anchor)
		sprintf(q.text + strlen(q.text), ",anchor=%d", act->fd[a[4]]);
	say("%s: mount(\"m%d\", \"%s\") anchor slot %d", who(act), a[1], q.text, a[4]);
	if (call(act, &q, &x, &r))
		mounted(act, a[1], sizes[a[2]], root_modes[a[3]], anchor,
			act->init && a[5] != 4, r.text);
	return true;
}

/* By fsopen(2) and so on. a: actor, point, size, anchor's slot or -1 */
void pick_fsmount(int *a)
{
	pick_mounter(&a[0]);
	pick_point(&m.actor[a[0]], &a[1], false);
	a[2] = random_below(9);
	pick_anchor(&m.actor[a[0]], &a[3]);
}

bool run_fsmount(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_FSMOUNT, .limit = -1 };
	struct desc *anchor = a[3] < 0 ? NULL : act->slot[a[3]];
	struct expect x = { .n = 0 };
	struct reply r;

	if (!act->live || m.at[act->space][a[1]] || !room_for_mount(true) ||
	    (a[3] >= 0 && !anchor))
		return false;
	may_fail_if(!may_mount(act), &x, EPERM);
	if (anchor && anchor->hup)
		observe_peer(act, a[3]);
	if (anchor)
		may_anchor_store(anchor, true, &x);
	snprintf(q.path, sizeof(q.path), "m%d", a[1]);
	if (a[2] < 8)
		snprintf(q.text, sizeof(q.text), "%d", sizes[a[2]]);
	q.n[0] = anchor ? act->fd[a[3]] : -1;
	say("%s: fsmount(\"m%d\", max=%s) anchor slot %d", who(act), a[1], q.text, a[3]);
	if (call(act, &q, &x, &r))
		mounted(act, a[1], a[2] < 8 ? sizes[a[2]] : NO_MAX, NO_MODE, anchor,
			act->init, r.text);
	return true;
}

void pick_bind(int *a)
{
	pick_actor(&a[0]);
	pick_point(&m.actor[a[0]], &a[1], true);
	pick_point(&m.actor[a[0]], &a[2], false);
}

bool run_bind(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_BIND, .limit = -1 };
	struct mnt *from = m.at[act->space][a[1]];
	struct expect x = { .n = 0 };
	struct reply r;

	if (!act->live || !from || m.at[act->space][a[2]] || !room_for_mount(false))
		return false;
	may_fail_if(!may_mount(act), &x, EPERM);
	say("%s: mount --bind m%d m%d", who(act), a[1], a[2]);
	snprintf(q.path, sizeof(q.path), "m%d", a[1]);
	snprintf(q.path2, sizeof(q.path2), "m%d", a[2]);
	if (call(act, &q, &x, &r))
		mnt_new(from->store, act->space, a[2]);
	return true;
}

/* a: actor, point, new max less what is used, or a bad option */
void pick_remount(int *a)
{
	pick_actor(&a[0]);
	pick_point(&m.actor[a[0]], &a[1], true);
	a[2] = (int)random_below(6) - 1;
	a[3] = one_in(8);
}

bool run_remount(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_REMOUNT, .limit = -1 };
	struct mnt *mnt = m.at[act->space][a[1]];
	struct expect x = { .n = 0 };
	struct reply r;
	int max = (mnt ? mnt->store->used : 0) + a[2];

	if (!act->live || max < 0)
		return false;
	may_fail_if(!may_mount(act), &x, EPERM);
	may_fail_if(!mnt || a[3] || a[2] < 0 || !max, &x, EINVAL);
	may_fail_if(mnt && act->userns && mnt->store->mounter != act->user, &x, EPERM);
	snprintf(q.path, sizeof(q.path), "m%d", a[1]);
	snprintf(q.text, sizeof(q.text), "max=%d%s", max, a[3] ? ",anchor=1" : "");
	say("%s: mount -o remount,%s m%d", who(act), q.text, a[1]);
	if (call(act, &q, &x, &r))
		mnt->store->max = max;
	return true;
}

void pick_umount(int *a)
{
	pick_actor(&a[0]);
	pick_point(&m.actor[a[0]], &a[1], true);
	a[2] = one_in(2) ? 0 : random_below(4);
}

bool run_umount(const int *a)
{
	struct actor *act = &m.actor[a[0]];
	struct request q = { .what = C_UMOUNT, .limit = -1 };
	struct mnt *mnt = m.at[act->space][a[1]];
	struct expect x = { .n = 0 };
	int flags = a[2];
	struct reply r;

	/* MNT_FORCE 1 and MNT_DETACH 2. Who may force, kernels see differently. */
	if (act->userns)
		flags &= ~MNT_FORCE;
	if (!act->live)
		return false;
	may_fail_if(!may_mount(act), &x, EPERM);
	may_fail_if(!mnt || mnt->locked, &x, EINVAL);
	say("%s: umount(m%d%s%s)", who(act), a[1], flags & MNT_FORCE ? ", FORCE" : "",
	    flags & MNT_DETACH ? ", DETACH" : "");
	if (!x.n && (flags & MNT_FORCE)) {
		drain(mnt->store);
		consequences();
	}
	may_fail_if(!x.n && mnt->files && !(flags & MNT_DETACH), &x, EBUSY);
	snprintf(q.path, sizeof(q.path), "m%d", a[1]);
	q.n[0] = flags;
	if (call(act, &q, &x, &r))
		mnt_detach(mnt);
	return true;
}

/* The administrator's. */
void pick_drain(int *a)
{
	a[0] = random_below(STORES);
}

bool run_drain(const int *a)
{
	struct store *s = &m.store[a[0]];
	char path[64];
	int fd;

	if (!s->live)
		return false;
	say("drain store %d (%s)", a[0], s->name);
	snprintf(path, sizeof(path), "/sys/fs/fdstorefs/%s", s->name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "drain", 5) != 5)
		fail("%s cannot be written to", path);
	close(fd);
	record_result(0);
	s->sealed = true;
	drain(s);
	return true;
}
