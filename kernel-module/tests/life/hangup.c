// SPDX-License-Identifier: GPL-2.0
/* FDSTOREFS_PUT_HANGUP: entries that empty themselves. */
#define SUITE "hangup"
#include "harness.h"
#include "admin.h"
#include "store.h"
#include "threads.h"
#include <linux/filter.h>
#include <linux/if_tun.h>
#include <linux/perf_event.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pty.h>
#include <sys/signalfd.h>

#define ASSERT_FILLED(e)						\
	do {								\
		struct pollfd p_ = { .fd = e, .events = POLLIN };	\
									\
		ASSERT_EQ(poll(&p_, 1, 0), 1);				\
		ASSERT_EQ(p_.revents, POLLIN);				\
	} while (0)

static int put_hangup(int e, int fd)
{
	return put_with(e, fd, FDSTOREFS_PUT_HANGUP);
}

static void delete_link(int index)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} request = {
		.header = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = RTM_DELLINK,
			.nlmsg_flags = NLM_F_REQUEST,
		},
		.link = { .ifi_index = index },
	};
	int s = ASSERT_OK(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));

	ASSERT_EQ(send(s, &request, sizeof(request), 0), sizeof(request));
	close(s);
}

static void tcp_pair(int *a, int *b)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	int listener = ASSERT_OK(socket(AF_INET, SOCK_STREAM, 0));

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ASSERT_OK(bind(listener, (struct sockaddr *)&in, sizeof(in)));
	ASSERT_OK(listen(listener, 1));
	ASSERT_OK(getsockname(listener, (struct sockaddr *)&in, &len));
	*a = ASSERT_OK(socket(AF_INET, SOCK_STREAM, 0));
	ASSERT_OK(connect(*a, (struct sockaddr *)&in, sizeof(in)));
	*b = ASSERT_OK(accept(listener, NULL, NULL));
	close(listener);
}

TEST(the_read_end_of_a_pipe_goes_when_the_writer_does)
{
	int p[2], e = entry("s/e");

	ASSERT_OK(pipe(p));
	ASSERT_OK(put_hangup(e, p[0]));
	ASSERT_FILLED(e);
	close(p[1]);
	ASSERT_EMPTIES(e);
	EXPECT_ERRNO(ENODATA, get(e));
}

TEST(the_write_end_of_a_pipe_goes_when_the_reader_does)
{
	int p[2], e = entry("s/e");

	ASSERT_OK(pipe(p));
	ASSERT_OK(put_hangup(e, p[1]));
	close(p[0]);
	ASSERT_EMPTIES(e);
}

TEST(a_named_pipe_goes_when_its_other_end_does)
{
	int r, w, e = entry("s/e");

	ASSERT_OK(mkfifo("fifo", 0600));
	r = ASSERT_OK(open("fifo", O_RDONLY | O_NONBLOCK));
	w = ASSERT_OK(open("fifo", O_WRONLY));
	ASSERT_OK(put_hangup(e, r));
	close(w);
	ASSERT_EMPTIES(e);
}

TEST(a_unix_socket_goes_when_its_peer_does)
{
	int s[2], e = entry("s/e");

	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	ASSERT_OK(put_hangup(e, s[0]));
	ASSERT_FILLED(e);
	close(s[1]);
	ASSERT_EMPTIES(e);
}

TEST(a_tcp_connection_goes_when_both_sides_are_shut_down)
{
	int a, b, e = entry("s/e");

	tcp_pair(&a, &b);
	ASSERT_OK(put_hangup(e, a));
	ASSERT_FILLED(e);
	ASSERT_OK(shutdown(b, SHUT_WR));
	ASSERT_FILLED(e);
	ASSERT_OK(shutdown(a, SHUT_WR));
	ASSERT_EMPTIES(e);
}

TEST(a_tcp_connection_goes_when_its_peer_closes_if_that_was_asked_for)
{
	int a, b, c, d, e = entry("s/e"), f = entry("s/f");

	tcp_pair(&a, &b);
	tcp_pair(&c, &d);
	ASSERT_OK(put_hangup(e, a));
	ASSERT_OK(put_with(f, c, FDSTOREFS_PUT_PEER));
	close(b);
	close(d);
	ASSERT_EMPTIES(f);
	/* An ordinary close shuts down one direction only. */
	ASSERT_FILLED(e);
	ASSERT_ERRNO(EPIPE, put_with(f, c, FDSTOREFS_PUT_PEER));
}

TEST(peer_means_all_that_hangup_does)
{
	int s[2], p[2], e = entry("s/e");

	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	ASSERT_OK(put_with(e, s[0], FDSTOREFS_PUT_PEER));
	ASSERT_OK(shutdown(s[1], SHUT_WR));
	ASSERT_EMPTIES(e);
	ASSERT_OK(pipe(p));
	ASSERT_OK(put_with(e, p[0], FDSTOREFS_PUT_PEER));
	close(p[1]);
	ASSERT_EMPTIES(e);
	ASSERT_ERRNO(EINVAL, put_with(e, memfd(), FDSTOREFS_PUT_PEER));
}

#define REMOVING	(FDSTOREFS_PUT_HANGUP | FDSTOREFS_PUT_REMOVE)

TEST(the_name_goes_too_if_that_was_asked_for)
{
	int p[2], e = entry("s/e"), anchor = ASSERT_OK(eventfd(0, 0)), in;
	unsigned long used = files_in_use("s");
	char buf[512];

	ASSERT_ERRNO(EINVAL, put_with(e, 1, FDSTOREFS_PUT_REMOVE));
	in = ASSERT_OK(inotify_init1(0));
	ASSERT_OK(inotify_add_watch(in, "s", IN_DELETE));
	ASSERT_OK(pipe(p));
	ASSERT_OK(put_with(e, p[0], REMOVING));
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(link("s/e", "s/d/other"));
	close(p[1]);
	await_gone("s/e");
	await_gone("s/d/other");
	ASSERT_EQ(await(in, POLLIN), POLLIN);
	ASSERT_GT(read(in, buf, sizeof(buf)), 0);
	ASSERT_STREQ(((struct inotify_event *)buf)->name, "e");
	/* For whoever has it open it is as if somebody had removed it. */
	ASSERT_TRUE(await(e, 0) & POLLHUP);
	ASSERT_ERRNO(ENOENT, put(e, 1));
	close(e);
	e = entry("s/d/by anchor");
	ASSERT_OK(put_all(e, 1, FDSTOREFS_PUT_REMOVE, anchor));
	ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
	await_gone("s/d/by anchor");
	ASSERT_OK(rmdir("s/d"));
	close(e);
	settle(number_in(MODULE_USERS), live_inodes());
	ASSERT_EQ(files_in_use("s"), used - 1);
}

TEST(what_is_emptied_otherwise_keeps_its_name)
{
	int p[2], e = entry("s/e"), of_store = ASSERT_OK(eventfd(0, 0)), f;

	ASSERT_OK(pipe(p));
	ASSERT_OK(put_with(e, p[0], REMOVING));
	close(ASSERT_OK(take(e)));
	ASSERT_OK(put_with(e, p[0], REMOVING));
	ASSERT_OK(ftruncate(e, 0));
	mount_anchored("t", of_store);
	f = entry("t/e");
	ASSERT_OK(put_with(f, p[0], REMOVING));
	ASSERT_EQ(write(of_store, &(uint64_t){ 1 }, 8), 8);
	ASSERT_EMPTIES(f);
	close(p[1]);
	drain_store(store_of("s"));
	ASSERT_TRUE(exists("s/e"));
	ASSERT_TRUE(exists("t/e"));
}

TEST(a_name_that_something_is_mounted_on_stays)
{
	int p[2], e = entry("s/e"), f = entry("s/f");

	ASSERT_OK(pipe(p));
	ASSERT_OK(put_with(e, p[0], REMOVING));
	ASSERT_OK(put_with(f, p[0], REMOVING));
	make("over");
	ASSERT_OK(mount("over", "s/e", NULL, MS_BIND, NULL));
	close(p[1]);
	await_gone("s/f");
	ASSERT_EMPTIES(e);
	ASSERT_OK(umount("s/e"));
	ASSERT_TRUE(exists("s/e"));
}

/* To put is no permission to remove a name. */
TEST(who_may_not_remove_the_name_may_not_have_it_removed)
{
	int anchor = ASSERT_OK(eventfd(0, 0)), own;

	ASSERT_OK(chmod("s", 01777));
	ASSERT_OK(mkdir("s/closed", 0755));
	make("s/api");
	make("s/closed/api");
	ASSERT_OK(chmod("s/api", 0666));
	ASSERT_OK(chmod("s/closed/api", 0666));
	AS_USER(1000, 1000) {
		int sticky = ASSERT_OK(open("s/api", O_RDWR));
		int closed = ASSERT_OK(open("s/closed/api", O_RDWR));

		EXPECT_ERRNO(EPERM, put_all(sticky, 1, FDSTOREFS_PUT_REMOVE, anchor));
		EXPECT_ERRNO(EACCES, put_all(closed, 1, FDSTOREFS_PUT_REMOVE, anchor));
		EXPECT_OK(put_anchored(sticky, 1, anchor));
		own = entry("s/own");
		EXPECT_OK(put_all(own, 1, FDSTOREFS_PUT_REMOVE, anchor));
		ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
		await_gone("s/own");
	}
	ASSERT_TRUE(exists("s/api"));
}

TEST(a_name_in_a_directory_where_the_putter_may_not_remove_it_stays)
{
	int anchor = ASSERT_OK(eventfd(0, 0)), p[2], e;

	ASSERT_OK(pipe(p));
	ASSERT_OK(chmod("s", 0777));
	ASSERT_OK(mkdir("s/closed", 0755));
	AS_USER(1000, 1000) {
		ASSERT_OK(put_all(entry("s/own"), p[1], FDSTOREFS_PUT_REMOVE, anchor));
		ASSERT_OK(put_all(entry("s/other"), p[1], FDSTOREFS_PUT_REMOVE, anchor));
	}
	close(p[1]);
	e = ASSERT_OK(open("s/own", O_RDWR));
	ASSERT_OK(rename("s/own", "s/closed/own"));
	ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
	await_gone("s/other");
	ASSERT_EMPTIES(e);
	ASSERT_RELEASED(p[0]);
	await_number(store_of("s"), "closing", 0);
	ASSERT_TRUE(exists("s/closed/own"));
	ASSERT_OK(put(e, 1));
}

TEST(a_listener_stays)
{
	int s = ASSERT_OK(socket(AF_INET, SOCK_STREAM, 0)), e = entry("s/e");

	ASSERT_OK(listen(s, 1));
	ASSERT_OK(put_hangup(e, s));
	ASSERT_FILLED(e);
}

TEST(terminals_are_refused_since_a_line_discipline_makes_poll_wait)
{
	int m, t, e = entry("s/e");

	ASSERT_OK(openpty(&m, &t, NULL, NULL, NULL));
	ASSERT_ERRNO(EINVAL, put_hangup(e, t));
	ASSERT_ERRNO(EINVAL, put_hangup(e, m));
	ASSERT_OK(put(e, t));
}

TEST(devices_are_refused_but_those_whose_poll_is_known)
{
	static const char *const devices[] = {
		"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
		"/dev/ptmx", "/dev/console", "/dev/kmsg", "/dev/loop-control",
		"/dev/uinput", "/dev/rtc0", "/dev/input/event0", "/dev/cuse", NULL
	};
	int e = entry("s/e"), found = 0;

	for (int i = 0; devices[i]; i++) {
		int fd = open(devices[i], O_RDWR | O_NOCTTY | O_NONBLOCK);

		if (fd < 0)
			fd = open(devices[i], O_RDONLY | O_NOCTTY | O_NONBLOCK);
		if (fd < 0)
			continue;
		ABOUT("%s", devices[i]);
		found++;
		EXPECT_ERRNO(EINVAL, put_hangup(e, fd));
		close(fd);
	}
	EXPECT_GE(found, 5);
}

TEST(a_perf_event_is_refused_since_its_ring_buffer_makes_poll_wait)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
	};
	int e = entry("s/e");

	ASSERT_ERRNO(EINVAL, put_hangup(e, ASSERT_OK(syscall(SYS_perf_event_open,
				&attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC))));
}

TEST(a_seccomp_listener_is_refused_since_its_filter_makes_poll_wait)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = { .len = 1, .filter = &allow };
	int e = entry("s/e");

	ASSERT_OK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	ASSERT_ERRNO(EINVAL, put_hangup(e, ASSERT_OK(syscall(SYS_seccomp,
				SECCOMP_SET_MODE_FILTER,
				SECCOMP_FILTER_FLAG_NEW_LISTENER, &program))));
}

TEST(a_fuse_connection_goes_when_its_mount_does)
{
	int fuse, e = entry("s/e");
	char options[64];

	/* Opening the node loads the module that the guest may have. */
	ASSERT_OK(mknod("fuse", S_IFCHR | 0600, makedev(10, 229)));
	fuse = ASSERT_OK(open("fuse", O_RDWR));
	snprintf(options, sizeof(options),
		 "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
	ASSERT_OK(mkdir("f", 0755));
	ASSERT_OK(mount("test", "f", "fuse", 0, options));
	ASSERT_OK(put_hangup(e, fuse));
	close(fuse);
	ASSERT_FILLED(e);
	/* Lazily, since nobody answers. */
	ASSERT_OK(umount2("f", MNT_FORCE | MNT_DETACH));
	ASSERT_EMPTIES(e);
}

TEST(a_tun_device_goes_when_its_interface_does)
{
	struct ifreq ifr = { .ifr_flags = IFF_TUN };
	int tun, control, e = entry("s/e");

	ASSERT_OK(unshare(CLONE_NEWNET));
	/* Opening the node loads the module that the guest may have. */
	ASSERT_OK(mknod("tun", S_IFCHR | 0600, makedev(10, 200)));
	tun = ASSERT_OK(open("tun", O_RDWR));
	ASSERT_OK(ioctl(tun, TUNSETIFF, &ifr));
	/* As "ip link del" does, here with its network namespace. */
	ASSERT_OK(put_hangup(e, tun));
	close(tun);
	ASSERT_FILLED(e);
	control = ASSERT_OK(socket(AF_INET, SOCK_DGRAM, 0));
	ASSERT_OK(ioctl(control, SIOCGIFINDEX, &ifr));
	delete_link(ifr.ifr_ifindex);
	ASSERT_EMPTIES(e);
}

TEST(a_vsock_whose_poll_may_sleep_is_refused)
{
	int s = socket(AF_VSOCK, SOCK_STREAM, 0), e = entry("s/e");

	if (s < 0) {
		ASSERT_EQ(errno, EAFNOSUPPORT);
		NOTE("this kernel has no vsock");
		return;
	}
	ASSERT_ERRNO(EINVAL, put_hangup(e, s));
	ASSERT_OK(put(e, s));
}

TEST(what_never_hangs_up_stays)
{
	struct itimerspec soon = { .it_value.tv_nsec = 1 };
	sigset_t set;
	int fds[4], e;

	sigemptyset(&set);
	fds[0] = ASSERT_OK(eventfd(1, 0));
	fds[1] = ASSERT_OK(timerfd_create(CLOCK_MONOTONIC, 0));
	ASSERT_OK(timerfd_settime(fds[1], 0, &soon, NULL));
	fds[2] = ASSERT_OK(inotify_init1(0));
	fds[3] = ASSERT_OK(signalfd(-1, &set, 0));
	for (int i = 0; i < 4; i++) {
		char name[16];

		ABOUT("fd %d", i);
		snprintf(name, sizeof(name), "s/%d", i);
		e = entry(name);
		ASSERT_OK(put_hangup(e, fds[i]));
		ASSERT_FILLED(e);
	}
}

TEST(a_signalfd_outlives_the_process_whose_queue_it_polled)
{
	int e = entry("s/e"), pid = ASSERT_OK(fork());
	sigset_t set;

	if (!pid) {
		sigemptyset(&set);
		sigaddset(&set, SIGUSR1);
		ASSERT_OK(put_hangup(e, ASSERT_OK(signalfd(-1, &set, 0))));
		finish();
	}
	ASSERT_CHILD(pid);
	ASSERT_FILLED(e);
	close(ASSERT_OK(take(e)));
}

TEST(a_pidfd_stays_while_its_process_lives)
{
	int e = entry("s/e"), pid = ASSERT_OK(fork());

	if (!pid)
		for (;;)
			pause();
	ASSERT_OK(put_hangup(e, ASSERT_OK(syscall(SYS_pidfd_open, pid, 0))));
	ASSERT_FILLED(e);
	kill(pid, SIGKILL);
	ASSERT_EQ(waitpid(pid, NULL, 0), pid);
}

TEST(what_has_already_hung_up_is_refused_and_released)
{
	int p[2], q, e = entry("s/e");

	ASSERT_OK(pipe(p));
	close(p[0]);
	ASSERT_ERRNO(EPIPE, put_hangup(e, p[1]));
	q = witness("s/kept");
	ASSERT_HELD(q);
	ASSERT_ERRNO(EPIPE, put_with(entry("s/kept"), p[1],
				     FDSTOREFS_PUT_HANGUP | FDSTOREFS_PUT_REPLACE));
	/* Nothing is half done. */
	ASSERT_HELD(q);
	/* Without the flag it is as good as any. */
	ASSERT_OK(put(e, p[1]));
}

TEST(what_cannot_be_watched_is_refused)
{
	int p[2], e = entry("s/e");

	ASSERT_ERRNO(EINVAL, put_hangup(e, memfd()));
	ASSERT_ERRNO(EINVAL, put_hangup(e, ASSERT_OK(open(".", O_RDONLY))));
	ASSERT_ERRNO(EINVAL, put_hangup(e, ASSERT_OK(open("/", O_PATH))));
	ASSERT_ERRNO(EINVAL, put_hangup(e, ASSERT_OK(epoll_create1(0))));
	ASSERT_OK(pipe(p));
	ASSERT_ERRNO(EINVAL, put_hangup(e, ASSERT_OK(open("/dev/null", O_RDWR))));
	ASSERT_ERRNO(ENODATA, get(e));
}

TEST(data_and_other_events_do_not_empty)
{
	int s[2], e = entry("s/e");
	char c;

	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	ASSERT_OK(put_hangup(e, s[0]));
	for (int i = 0; i < 1000; i++) {
		ASSERT_EQ(write(s[1], "x", 1), 1);
		ASSERT_EQ(read(s[0], &c, 1), 1);
	}
	ASSERT_FILLED(e);
}

TEST(a_hangup_after_the_entry_was_replaced_changes_nothing)
{
	int p[2], q[2], e = entry("s/e");

	ASSERT_OK(pipe(p));
	ASSERT_OK(pipe(q));
	ASSERT_OK(put_hangup(e, p[0]));
	ASSERT_OK(put_with(e, q[0], FDSTOREFS_PUT_REPLACE));
	close(p[1]);
	/* Another watch that fires later shows that the worker came by. */
	int other = entry("s/other"), r[2];

	ASSERT_OK(pipe(r));
	ASSERT_OK(put_hangup(other, r[0]));
	close(r[1]);
	ASSERT_EMPTIES(other);
	ASSERT_FILLED(e);
}

TEST(an_entry_that_emptied_itself_can_be_filled_again)
{
	int p[2], e = entry("s/e");

	for (int i = 0; i < 100; i++) {
		ASSERT_OK(pipe(p));
		ASSERT_OK(put_hangup(e, p[0]));
		close(p[1]);
		ASSERT_EMPTIES(e);
		close(p[0]);
	}
}

/* What empties the entry, which holds the read end of p, from outside. */
enum end { BY_HANGUP, BY_ANCHOR, BY_STORES_ANCHOR, BY_UMOUNT_F, BY_DRAIN, ENDS };

static const char *const ends[] = {
	"hang-up", "anchor", "anchor of the store", "umount -f", "drain"
};

static void end_by(enum end end, int writer, int anchor, int stores_anchor)
{
	switch (end) {
	case BY_HANGUP:
		close(writer);
		break;
	case BY_ANCHOR:
		ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
		break;
	case BY_STORES_ANCHOR:
		ASSERT_EQ(write(stores_anchor, &(uint64_t){ 1 }, 8), 8);
		break;
	case BY_UMOUNT_F:
		ASSERT_ERRNO(EBUSY, umount2("t", MNT_FORCE));
		break;
	default:
		drain_store(store_of("t"));
	}
}

static bool later(struct timespec a, struct timespec b)
{
	return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

TEST(times_and_inotify_tell_of_an_entry_that_was_emptied_from_outside)
{
	for (int i = 0; i < ENDS; i++) {
		struct inotify_event event;
		struct stat before, after;
		int anchor = ASSERT_OK(eventfd(0, 0)), of_store = ASSERT_OK(eventfd(0, 0));
		int p[2], e, in = ASSERT_OK(inotify_init1(0));

		ABOUT("%s", ends[i]);
		mount_anchored("t", of_store);
		e = entry("t/e");
		ASSERT_OK(pipe(p));
		ASSERT_OK(put_all(e, p[0], FDSTOREFS_PUT_HANGUP, anchor));
		ASSERT_OK(inotify_add_watch(in, "t/e", IN_MODIFY));
		before = stat_of("t/e");
		tick();
		end_by(i, p[1], anchor, of_store);
		ASSERT_EMPTIES(e);
		ASSERT_EQ(await(in, POLLIN), POLLIN);
		ASSERT_EQ(read(in, &event, sizeof(event)), sizeof(event));
		EXPECT_EQ(event.mask, IN_MODIFY);
		after = stat_of("t/e");
		EXPECT_TRUE(later(after.st_mtim, before.st_mtim));
		EXPECT_TRUE(later(after.st_ctim, before.st_ctim));
		close(e);
		close(in);
		ASSERT_OK(umount2("t", MNT_DETACH));
	}
}

/* ENTRIES=N in the environment for another number, and to see what it takes. */
TEST_SECONDS(one_event_empties_a_thousand_entries, 600)
{
	const char *entries = getenv("ENTRIES");
	int n = entries ? atoi(entries) : 1000, p[2], e;
	char name[16];
	long start;

	ASSERT_OK(mount(NULL, "s", NULL, MS_REMOUNT, "max=1000000"));
	ASSERT_OK(pipe(p));
	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "s/%d", i);
		e = entry(name);
		ASSERT_OK(put_hangup(e, p[0]));
		close(e);
	}
	ASSERT_EQ(store_number(store_of("s"), "filled"), n);
	start = now_ms();
	close(p[1]);
	while (store_number(store_of("s"), "filled"))
		sched_yield();
	NOTE("%d entries emptied in %ld ms", n, now_ms() - start);
	ASSERT_ERRNO(ENODATA, get_from("s/0"));
}

#define RACES	4000

static int race_entry, race_pipe[2], race_put, race_late;

static void spin(unsigned int *seed)
{
	for (volatile int i = rand_r(seed) % 2000; i > 0; i--)
		;
}

/* One thread puts what hangs up; the other makes it hang up meanwhile. */
static void *put_and_hang_up(void *arg)
{
	unsigned int seed = (long)arg;

	for (int i = 0; i < RACES; i++) {
		if (arg)
			ASSERT_OK(pipe(race_pipe));
		meet();
		spin(&seed);
		if (arg)
			race_put = put_hangup(race_entry, race_pipe[0]);
		else
			close(race_pipe[1]);
		meet();
		if (!arg)
			continue;
		if (race_put)
			ASSERT_EQ(errno, EPIPE);
		else if (!(await(race_entry, POLLOUT) & POLLOUT))
			race_late++;
		close(race_pipe[0]);
	}
	return NULL;
}

TEST_SECONDS(a_hangup_during_the_put_is_not_lost, SECONDS)
{
	race_entry = entry("s/e");
	in_threads(2, put_and_hang_up);
	ASSERT_EQ(race_late, 0);
}

/* One thread replaces what hangs up by what does not. */
static void *replace_and_hang_up(void *arg)
{
	unsigned int seed = (long)arg;
	int m = memfd();

	for (int i = 0; i < RACES; i++) {
		if (arg) {
			ASSERT_OK(pipe(race_pipe));
			ASSERT_OK(put_with(race_entry, race_pipe[0],
					   FDSTOREFS_PUT_HANGUP | FDSTOREFS_PUT_REPLACE));
		}
		meet();
		spin(&seed);
		if (arg)
			ASSERT_OK(put_with(race_entry, m, FDSTOREFS_PUT_REPLACE));
		else
			close(race_pipe[1]);
		meet();
		if (!arg)
			continue;
		ASSERT_FILLED(race_entry);
		close(race_pipe[0]);
	}
	/* What was under way in the last round has come by now, or never. */
	ASSERT_FILLED(race_entry);
	return NULL;
}

TEST_SECONDS(a_hangup_of_what_is_replaced_does_not_empty_what_replaces_it, SECONDS)
{
	race_entry = entry("s/e");
	in_threads(2, replace_and_hang_up);
}

/*
 * One thread makes what goes with its name hang up, the other gives the name to
 * something else meanwhile, in each of the ways there are.
 */
static void *give_away_and_hang_up(void *arg)
{
	unsigned int seed = (long)arg;
	int m = memfd();

	for (int i = 0; i < RACES / 4; i++) {
		int e = -1, kept = 0;

		if (arg) {
			ASSERT_OK(pipe(race_pipe));
			e = entry("s/name");
			ASSERT_OK(put_with(e, race_pipe[0], REMOVING));
			fill("s/new", m);
		}
		meet();
		spin(&seed);
		if (!arg) {
			close(race_pipe[1]);
		} else if (i % 3 == 0) {
			ASSERT_OK(rename("s/new", "s/name"));
		} else if (i % 3 == 1) {
			MAY_FAIL(syscall(SYS_renameat2, AT_FDCWD, "s/new", AT_FDCWD,
					 "s/name", RENAME_EXCHANGE), ENOENT);
		} else {
			/* Or the name has been faster to go. */
			kept = put_with(e, m, FDSTOREFS_PUT_REPLACE) == 0;
			if (!kept)
				ASSERT_EQ(errno, ENOENT);
		}
		meet();
		if (!arg)
			continue;
		if (i % 3 == 0)
			ASSERT_OK(close(ASSERT_OK(get_from("s/name"))));
		else if (i % 3 == 1)
			ASSERT_TRUE(exists("s/new") || exists("s/name"));
		else if (kept)
			ASSERT_OK(close(ASSERT_OK(get_from("s/name"))));
		close(e);
		close(race_pipe[0]);
		unlink("s/new");
		unlink("s/name");
	}
	return NULL;
}

TEST_SECONDS(a_name_that_holds_something_else_by_then_is_never_removed, SECONDS)
{
	in_threads(2, give_away_and_hang_up);
}

TEST(an_unmount_does_not_wait_for_what_is_watched)
{
	int p[2];

	ASSERT_OK(pipe(p));
	mount_store("t", NULL);
	ASSERT_OK(put_hangup(entry("t/e"), p[0]));
	ASSERT_OK(umount2("t", MNT_DETACH));
	ASSERT_OK(close_range(3, ~0U, 0));
	/* Only "s" is left. */
	ASSERT_LEFT(1, 1);
}
