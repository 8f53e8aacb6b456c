// SPDX-License-Identifier: GPL-2.0
/* Waiting for an entry: poll, epoll, inotify. */
#define SUITE "watch"
#include "harness.h"
#include "store.h"

#define EVERYTHING (POLLIN | POLLOUT | POLLPRI)

/* What poll says at once. */
static int ready(int fd)
{
	struct pollfd p = { .fd = fd, .events = EVERYTHING };

	ASSERT_OK(poll(&p, 1, 0));
	return p.revents;
}

/* A child that sleeps in poll until one of the events comes to the entry. */
static pid_t poller(int e, short events)
{
	pid_t pid = ASSERT_OK(fork());

	if (!pid) {
		struct pollfd p = { .fd = e, .events = events };

		ASSERT_EQ(ppoll(&p, 1, NULL, NULL), 1);
		ASSERT_TRUE(p.revents & (events | POLLHUP));
		finish();
	}
	await_syscall(pid, SYS_ppoll); /* poll(2) is not on every machine */
	return pid;
}

TEST(poll_says_out_while_empty_and_in_while_filled)
{
	int e = entry("s/e"), m = memfd();

	EXPECT_EQ(ready(e), POLLOUT);
	ASSERT_OK(put(e, m));
	EXPECT_EQ(ready(e), POLLIN);
	ASSERT_OK(put_with(e, m, FDSTOREFS_PUT_REPLACE));
	EXPECT_EQ(ready(e), POLLIN);
	ASSERT_OK(close(ASSERT_OK(take(e))));
	EXPECT_EQ(ready(e), POLLOUT);
	ASSERT_OK(put(e, m));
	ASSERT_OK(ftruncate(e, 0));
	EXPECT_EQ(ready(e), POLLOUT);
}

TEST(poll_works_whatever_the_entry_is_open_for)
{
	int r, w;

	make("s/e");
	r = ASSERT_OK(open("s/e", O_RDONLY));
	w = ASSERT_OK(open("s/e", O_WRONLY));
	EXPECT_EQ(ready(r), POLLOUT);
	ASSERT_OK(put(w, 0));
	EXPECT_EQ(ready(r), POLLIN);
	EXPECT_EQ(ready(w), POLLIN);
}

TEST(poll_says_hup_once_the_last_name_is_gone)
{
	int e = entry("s/e"), m = memfd();

	ASSERT_OK(put(e, m));
	ASSERT_OK(link("s/e", "s/l"));
	ASSERT_OK(unlink("s/e"));
	EXPECT_EQ(ready(e), POLLIN);
	ASSERT_OK(unlink("s/l"));
	EXPECT_EQ(ready(e) & (POLLHUP | POLLIN), POLLHUP);
}

TEST(poll_says_no_hup_of_a_tmpfile_that_has_no_name_yet)
{
	int fd = ASSERT_OK(open("s", O_TMPFILE | O_RDWR, 0600));

	EXPECT_EQ(ready(fd), POLLOUT);
	ASSERT_OK(put(fd, 0));
	EXPECT_EQ(ready(fd), POLLIN);
}

TEST(poll_says_hup_once_a_rename_replaced_the_entry)
{
	int e = entry("s/e");

	make("s/f");
	ASSERT_OK(rename("s/f", "s/e"));
	EXPECT_TRUE(ready(e) & POLLHUP);
}

TEST(a_put_wakes_who_waits_for_one)
{
	int e = entry("s/e");
	pid_t pid = poller(e, POLLIN);

	ASSERT_OK(put(e, memfd()));
	ASSERT_CHILD(pid);
}

TEST(a_put_through_another_opening_wakes_too)
{
	int e = entry("s/e"), other = entry("s/e");
	pid_t pid = poller(e, POLLIN);

	ASSERT_OK(put(other, memfd()));
	ASSERT_CHILD(pid);
}

TEST(a_take_a_truncate_and_an_unlink_wake_who_waits_for_room)
{
	int e = entry("s/e"), m = memfd();
	pid_t pid;

	ASSERT_OK(put(e, m));
	pid = poller(e, POLLOUT);
	ASSERT_OK(take(e));
	ASSERT_CHILD(pid);

	ASSERT_OK(put(e, m));
	pid = poller(e, POLLOUT);
	ASSERT_OK(truncate("s/e", 0));
	ASSERT_CHILD(pid);

	ASSERT_OK(put(e, m));
	pid = poller(e, POLLOUT);
	ASSERT_OK(close(ASSERT_OK(open("s/e", O_WRONLY | O_TRUNC))));
	ASSERT_CHILD(pid);

	ASSERT_OK(put(e, m));
	pid = poller(e, POLLOUT);
	ASSERT_OK(unlink("s/e"));
	ASSERT_CHILD(pid);
}

TEST(an_unlink_wakes_who_waits_for_a_put)
{
	int e = entry("s/e");
	pid_t pid = poller(e, POLLIN);

	ASSERT_OK(unlink("s/e"));
	ASSERT_CHILD(pid);
}

TEST(a_forced_unmount_wakes_who_waits_for_room)
{
	int e = entry("s/e");
	pid_t pid;

	ASSERT_OK(put(e, memfd()));
	pid = poller(e, POLLOUT);
	ASSERT_ERRNO(EBUSY, umount2("s", MNT_FORCE));
	ASSERT_CHILD(pid);
}

TEST(edge_triggered_epoll_sees_each_put_and_emptying)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLET };
	int e = entry("s/e"), ep = ASSERT_OK(epoll_create1(0)), m = memfd();

	ASSERT_OK(epoll_ctl(ep, EPOLL_CTL_ADD, e, &ev));
	ASSERT_EQ(epoll_wait(ep, &ev, 1, PATIENCE_MS), 1);
	EXPECT_EQ(ev.events, EPOLLOUT);
	for (int i = 0; i < 3; i++) {
		EXPECT_EQ(epoll_wait(ep, &ev, 1, 0), 0);
		ASSERT_OK(put(e, m));
		ASSERT_EQ(epoll_wait(ep, &ev, 1, PATIENCE_MS), 1);
		EXPECT_EQ(ev.events, EPOLLIN);
		ASSERT_OK(close(ASSERT_OK(take(e))));
		ASSERT_EQ(epoll_wait(ep, &ev, 1, PATIENCE_MS), 1);
		EXPECT_EQ(ev.events, EPOLLOUT);
	}
	ASSERT_OK(unlink("s/e"));
	ASSERT_EQ(epoll_wait(ep, &ev, 1, PATIENCE_MS), 1);
	EXPECT_TRUE(ev.events & EPOLLHUP);
}

static int watcher(const char *path, unsigned int mask)
{
	int fd = ASSERT_OK(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));

	ASSERT_OK(inotify_add_watch(fd, path, mask));
	return fd;
}

/* How many events of this kind (and name, if not NULL) are in the queue. */
static int events(int fd, unsigned int mask, const char *name)
{
	char buf[4096] __attribute__((aligned(8)));
	ssize_t n;
	int seen = 0;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		struct inotify_event *ev = (void *)buf;

		for (; (char *)ev < buf + n; ev = (void *)(ev->name + ev->len))
			seen += (ev->mask & mask) &&
				(!name || (ev->len && !strcmp(ev->name, name)));
	}
	ASSERT_EQ(errno, EAGAIN);
	return seen;
}

TEST(a_put_and_every_emptying_is_in_modify)
{
	int e = entry("s/e"), in = watcher("s/e", IN_MODIFY), m = memfd();

	ASSERT_OK(put(e, m));
	EXPECT_EQ(events(in, IN_MODIFY, NULL), 1);
	ASSERT_OK(put_with(e, m, FDSTOREFS_PUT_REPLACE));
	EXPECT_EQ(events(in, IN_MODIFY, NULL), 1);
	ASSERT_OK(take(e));
	EXPECT_EQ(events(in, IN_MODIFY, NULL), 1);
	ASSERT_OK(put(e, m));
	events(in, IN_MODIFY, NULL);
	ASSERT_OK(ftruncate(e, 0));
	EXPECT_GE(events(in, IN_MODIFY, NULL), 1);
	ASSERT_OK(put(e, m));
	events(in, IN_MODIFY, NULL);
	ASSERT_OK(open("s/e", O_WRONLY | O_TRUNC));
	EXPECT_GE(events(in, IN_MODIFY, NULL), 1);
}

TEST(a_drain_by_a_forced_unmount_is_in_modify)
{
	int e = entry("s/e"), in = watcher("s/e", IN_MODIFY);

	ASSERT_OK(put(e, 0));
	EXPECT_EQ(events(in, IN_MODIFY, NULL), 1);
	ASSERT_ERRNO(EBUSY, umount2("s", MNT_FORCE));
	ASSERT_ERRNO(ENODATA, get(e));
	EXPECT_EQ(events(in, IN_MODIFY, NULL), 1);
}

TEST(what_changes_nothing_is_no_in_modify)
{
	int e = entry("s/e"), in = watcher("s/e", IN_MODIFY);
	char c;

	EXPECT_ERRNO(ENODATA, take(e));
	EXPECT_ERRNO(EBADF, put(e, -1));
	EXPECT_EQ(read(e, &c, 1), 1);
	EXPECT_EQ(events(in, IN_MODIFY, NULL), 0);
	ASSERT_OK(put(e, 0));
	events(in, IN_MODIFY, NULL);
	EXPECT_ERRNO(EBUSY, put(e, 0));
	EXPECT_OK(get(e));
	EXPECT_EQ(events(in, IN_MODIFY, NULL), 0);
}

TEST(a_watched_directory_tells_the_name_of_the_entry)
{
	int in = watcher("s", IN_MODIFY | IN_CREATE | IN_DELETE), e = entry("s/e");

	EXPECT_EQ(events(in, IN_CREATE, "e"), 1);
	ASSERT_OK(put(e, 0));
	EXPECT_EQ(events(in, IN_MODIFY, "e"), 1);
	ASSERT_OK(take(e));
	EXPECT_EQ(events(in, IN_MODIFY, "e"), 1);
	ASSERT_OK(unlink("s/e"));
	EXPECT_EQ(events(in, IN_DELETE, "e"), 1);
}
