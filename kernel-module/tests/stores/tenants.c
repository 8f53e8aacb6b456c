// SPDX-License-Identifier: GPL-2.0
/*
 * What one tenant does holds up no other: slow closes, drains on hardly any
 * processor, and wake-ups without end.
 */
#define SUITE "tenants"
#include "harness.h"
#include "admin.h"
#include "slow.h"
#include "store.h"
#include "tracing.h"
#include "userns.h"
#include <sys/resource.h>

static void many_files(void)
{
	ASSERT_OK(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 150000, 150000 }));
}

static const char *numbered(const char *dir, int i)
{
	static char name[64];

	snprintf(name, sizeof(name), "%s/%d", dir, i);
	return name;
}

/* A store in which anybody may make entries; returns its number. */
static const char *open_store(const char *dir, const char *options)
{
	mount_store(dir, options);
	ASSERT_OK(chmod(dir, 0777));
	return store_of(dir);
}

/* User 1000 fills a store with so many slow files, with one anchor; fires it. */
static void attack_by_slow_closes(const char *dir, int listener, int n, bool fire)
{
	AS_USER(1000, 1000) {
		int anchor = ASSERT_OK(eventfd(0, 0));

		for (int i = 0; i < n; i++) {
			int s = slow_file(listener), e = entry(numbered(dir, i));

			ASSERT_OK(put_anchored(e, s, anchor));
			close(s);
			close(e);
		}
		if (fire)
			ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
	}
}

TEST_SECONDS(a_slow_close_holds_up_no_anchor_of_others, 120)
{
	char attacker[32];
	int listener = slow_peer(), anchor = ASSERT_OK(eventfd(0, 0)), p, e;

	snprintf(attacker, sizeof(attacker), "%s", open_store("a", NULL));
	attack_by_slow_closes("a", listener, 8, true);
	await_number(attacker, "filled", 0);
	ASSERT_EQ(store_number(attacker, "closing"), 8);

	/* Of an entry, of a store, by hang-up, and with a store. */
	p = witness("s/anchored");
	e = ASSERT_OK(open("s/anchored", O_RDWR));
	{
		int w = ASSERT_OK(get(e));

		ASSERT_OK(put_all(e, w, FDSTOREFS_PUT_REPLACE, anchor));
		close(w);
	}
	mount_anchored("v", anchor);
	{
		int q = witness("v/e"), h[2], hung = entry("s/hung"), u;

		ASSERT_OK(pipe(h));
		ASSERT_OK(put_with(hung, h[0], FDSTOREFS_PUT_HANGUP));
		close(h[0]);
		mount_store("u", NULL);
		u = witness("u/e");

		ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
		ASSERT_RELEASED(p);
		ASSERT_RELEASED(q);
		close(h[1]);
		ASSERT_EMPTIES(hung);
		ASSERT_OK(umount2("u", MNT_DETACH));
		ASSERT_RELEASED(u);
	}
	/* All that while those were still being closed. */
	ASSERT_EQ(store_number(attacker, "closing"), 8);
	close(listener);
	await_number(attacker, "closing", 0);
}

TEST_SECONDS(a_slow_close_holds_up_no_drain_of_another_store, 120)
{
	char attacker[32];
	int listener = slow_peer(), p;

	snprintf(attacker, sizeof(attacker), "%s", open_store("a", NULL));
	attack_by_slow_closes("a", listener, 8, false);
	drain_store(attacker);
	ASSERT_EQ(store_number(attacker, "filled"), 0);
	ASSERT_EQ(store_number(attacker, "closing"), 8);
	p = witness("s/e");
	drain_store(store_of("s"));
	ASSERT_RELEASED(p);
	ASSERT_EQ(store_number(attacker, "closing"), 8);
	close(listener);
}

TEST_SECONDS(ending_a_store_does_not_wait_for_slow_closes, 120)
{
	int listener = slow_peer();

	open_store("a", NULL);
	attack_by_slow_closes("a", listener, 8, false);
	ASSERT_OK(umount2("a", MNT_FORCE));
	open_store("a", NULL);
	attack_by_slow_closes("a", listener, 8, false);
	ASSERT_OK(umount("a"));
	close(listener);
}

TEST_SECONDS(who_put_a_file_pays_until_it_is_closed, 120)
{
	char attacker[32];
	int listener = slow_peer();

	snprintf(attacker, sizeof(attacker), "%s", open_store("a", "maxuser=8"));
	attack_by_slow_closes("a", listener, 8, true);
	await_number(attacker, "filled", 0);
	AS_USER(1000, 1000) {
		int e = entry("a/more");

		EXPECT_ERRNO(EDQUOT, put(e, memfd()));
	}
	AS_USER(1001, 1001)
		EXPECT_OK(put(entry("a/other"), memfd()));
	close(listener);
	await_number(attacker, "closing", 0);
	AS_USER(1000, 1000)
		EXPECT_OK(put(ASSERT_OK(open("a/more", O_RDWR)), memfd()));
}

TEST_SECONDS(what_waits_to_be_closed_is_bounded, 240)
{
	char attacker[32];
	int listener = slow_peer(), refused = 0, n;

	snprintf(attacker, sizeof(attacker), "%s", open_store("a", "max=4"));
	ASSERT_OK(open("a", O_RDONLY | O_DIRECTORY));
	for (n = 0; n < 200 && !refused; n++) {
		int s = slow_file(listener), e = entry("a/e");

		if (put(e, s))
			refused = errno;
		close(s);
		close(e);
		/* Drains, and fails, since somebody is in there. */
		ASSERT_ERRNO(EBUSY, umount2("a", MNT_FORCE));
	}
	ASSERT_EQ(refused, ENOSPC);
	EXPECT_LE(store_number(attacker, "closing"), 4 + 64 + 1);
	close(listener);
	await_number(attacker, "closing", 0);
	ASSERT_OK(put(ASSERT_OK(open("a/e", O_RDWR)), memfd()));
}

/* What all stores of the host have to close. */
static long all_closing(void)
{
	struct dirent *d;
	DIR *stores = opendir("/sys/fs/fdstorefs");
	long sum = 0;

	ASSERT_TRUE(stores);
	while ((d = readdir(stores)))
		if (*d->d_name != '.')
			sum += store_number(d->d_name, "closing");
	closedir(stores);
	return sum;
}

/* How many of the kernel's threads are closing. */
static int closers_at_work(void)
{
	static char stack[65536];
	struct dirent *d;
	DIR *proc = opendir("/proc");
	int n = 0;

	ASSERT_TRUE(proc);
	while ((d = readdir(proc))) {
		char path[300];

		snprintf(path, sizeof(path), "/proc/%s/stack", d->d_name);
		if (*d->d_name < '1' || *d->d_name > '9' || !exists(path))
			continue;
		slurp(path, stack, sizeof(stack));
		n += !!strstr(stack, "fdstorefs_close_work");
	}
	closedir(proc);
	return n;
}

#define SLOW_STORES	160
/* How many stores of one uid may have more than one closer at work. */
#define TURNS		16

/* Fills so many stores with slow files, ends all of that, and waits for its input. */
static void attack_by_many_stores(int listener, int said, int until)
{
	int anchor = ASSERT_OK(eventfd(0, 0));
	char c;

	for (int i = 0; i < SLOW_STORES; i++) {
		char dir[16];

		snprintf(dir, sizeof(dir), "d%d", i);
		mount_store(dir, "max=8");
		for (int j = 0; j < 4; j++) {
			int e = entry(numbered(dir, j)), slow = slow_file(listener);

			ASSERT_OK(put_anchored(e, slow, anchor));
			close(slow);
			close(e);
		}
	}
	ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
	ASSERT_EQ(write(said, "x", 1), 1);
	ASSERT_EQ(read(until, &c, 1), 0);
}

/* A container of the same uid. */
static void release_in_a_neighbour(void)
{
	ASSERT_OK(mkdir("neighbour", 0755));
	ASSERT_OK(chdir("neighbour"));
	ROOTLESS(0) {
		int anchor = ASSERT_OK(eventfd(0, 0)), p;

		mount_anchored("w", anchor);
		p = witness("w/e");
		ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
		ASSERT_RELEASED(p);
	}
	ASSERT_OK(chdir(".."));
}

/* With more slow closes than the kernel runs works of one queue at the same time. */
TEST_SECONDS(slow_closes_of_many_stores_hold_up_no_other_tenant, 240)
{
	int listener = slow_peer(), said[2], until[2], anchor = ASSERT_OK(eventfd(0, 0));
	int q, p;
	pid_t pid;
	char c;

	ASSERT_OK(pipe(said));
	ASSERT_OK(pipe(until));
	pid = ASSERT_OK(fork());
	if (!pid) {
		close(until[1]);
		ROOTLESS(0)
			attack_by_many_stores(listener, said[1], until[0]);
		finish();
	}
	close(said[1]);
	ASSERT_EQ(read(said[0], &c, 1), 1);
	while (all_closing() < 4 * SLOW_STORES)
		sched_yield();

	mount_anchored("v", anchor);
	q = witness("v/e");
	p = witness("s/e");
	ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
	ASSERT_RELEASED(q);
	drain_store(store_of("s"));
	ASSERT_RELEASED(p);
	release_in_a_neighbour();
	ASSERT_EQ(all_closing(), 4 * SLOW_STORES);
	EXPECT_GE(closers_at_work(), SLOW_STORES);
	EXPECT_LE(closers_at_work(), SLOW_STORES + TURNS);

	/* None of them is forgotten. */
	ASSERT_OK(shutdown(listener, SHUT_RDWR));
	while (all_closing())
		sched_yield();
	close(until[1]);
	ASSERT_CHILD(pid);
}

/* Control groups. */

#define GROUP	"/sys/fs/cgroup/fdstorefs-tenant"

static void make_group(const char *cpu_max)
{
	write_file("/sys/fs/cgroup/cgroup.subtree_control", "+cpu");
	if (mkdir(GROUP, 0755))
		ASSERT_EQ(errno, EEXIST);
	write_file(GROUP "/cpu.max", cpu_max);
}

static void fill_store(const char *dir, int n)
{
	int m = memfd();

	for (int i = 0; i < n; i++)
		fill(numbered(dir, i), m);
	close(m);
}

static long drain_ms(const char *store)
{
	long start = now_ms();

	drain_store(store);
	ASSERT_EQ(store_number(store, "filled"), 0);
	return now_ms() - start;
}

TEST_SECONDS(the_administrators_drain_waits_for_no_tenants, 240)
{
	const int n = 20000;
	char store[32];
	long alone, beside;
	int running[2];
	pid_t pid;

	if (on_debug_kernel()) {
		NOTE("this kernel has no control group of processors");
		return;
	}
	make_group("1000 100000");
	snprintf(store, sizeof(store), "%s", open_store("a", "max=100000"));
	fill_store("a", n);
	alone = drain_ms(store);
	ASSERT_OK(umount("a"));

	snprintf(store, sizeof(store), "%s", open_store("a", "max=100000"));
	fill_store("a", n);
	ASSERT_OK(pipe(running));
	pid = ASSERT_OK(fork());
	if (!pid) {
		int busy = ASSERT_OK(open("a", O_RDONLY | O_DIRECTORY));

		write_file(GROUP "/cgroup.procs", "0");
		ASSERT_EQ(write(running[1], "x", 1), 1);
		umount2("a", MNT_FORCE);
		close(busy);
		finish();
	}
	{
		char c;

		ASSERT_EQ(read(running[0], &c, 1), 1);
	}
	/* It has begun to drain, and has hardly any processor to go on. */
	while (store_number(store, "filled") == n)
		sched_yield();
	beside = drain_ms(store);
	NOTE("%ld ms alone, %ld ms beside a tenant's", alone, beside);
	EXPECT_LE(beside, 10 * (alone + 100));
	write_file("/sys/fs/cgroup/fdstorefs-tenant/cpu.max", "max");
	ASSERT_CHILD(pid);
}

static long switches(void)
{
	struct rusage usage;

	ASSERT_OK(getrusage(RUSAGE_SELF, &usage));
	return usage.ru_nivcsw;
}

/* Whoever shares the processor with a long drain gets his turns meanwhile. */
TEST_SECONDS(a_drain_gives_way_to_others_on_its_processor, 240)
{
	const int n = on_debug_kernel() ? 5000 : 50000;
	cpu_set_t first;
	long before;
	pid_t pid;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	ASSERT_OK(sched_setaffinity(0, sizeof(first), &first));
	mount_store("d", "max=100000");
	fill_store("d", n);
	ASSERT_OK(open("d", O_RDONLY | O_DIRECTORY));
	pid = ASSERT_OK(fork());
	if (!pid)
		for (;;)
			;
	before = switches();
	ASSERT_ERRNO(EBUSY, umount2("d", MNT_FORCE));
	NOTE("the processor changed hands %ld times", switches() - before);
	EXPECT_GE(switches() - before, 3);
	kill(pid, SIGKILL);
}

/* Processor time of kernel threads that run works, in ns. */
static unsigned long long workers_ns(void)
{
	unsigned long long sum = 0;
	struct dirent *d;
	DIR *proc = opendir("/proc");

	ASSERT_TRUE(proc);
	while ((d = readdir(proc))) {
		char path[300], comm[64] = "", stat[128] = "";
		int fd;

		if (*d->d_name < '1' || *d->d_name > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", d->d_name);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			continue;
		ASSERT_GE(read(fd, comm, sizeof(comm) - 1), 0);
		close(fd);
		if (strncmp(comm, "kworker/", 8))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/schedstat", d->d_name);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			continue;
		ASSERT_GE(read(fd, stat, sizeof(stat) - 1), 0);
		close(fd);
		sum += strtoull(stat, NULL, 10);
	}
	closedir(proc);
	return sum;
}

static unsigned long long own_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* How much of the kernel's time goes by while a timer ticks so often. */
static unsigned long long workers_during(int timer, int ticks)
{
	unsigned long long start = workers_ns();
	uint64_t n;

	for (int seen = 0; seen < ticks; seen += n)
		ASSERT_EQ(read(timer, &n, sizeof(n)), 8);
	return workers_ns() - start;
}

static int ticking(void)
{
	struct itimerspec often = {
		.it_value.tv_nsec = 4000000, .it_interval.tv_nsec = 4000000,
	};
	int t = ASSERT_OK(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));

	ASSERT_OK(timerfd_settime(t, 0, &often, NULL));
	return t;
}

/* What is waited for cannot come with these wake-ups: nobody even looks. */
TEST_SECONDS(a_ticking_timer_costs_the_kernel_nothing, 120)
{
	unsigned long long without, with;
	int clock = ticking(), timer = ticking(), n = 2000;

	without = workers_during(clock, 500);
	for (int i = 0; i < n; i++) {
		int e = entry(numbered("s", i));

		ASSERT_OK(put_with(e, timer, FDSTOREFS_PUT_HANGUP));
		close(e);
	}
	with = workers_during(clock, 500);
	NOTE("works took %llu ms before, %llu ms with %d entries", without / 1000000,
	     with / 1000000, n);
	EXPECT_LE(with, 2 * without + 100000000);
	ASSERT_EQ(store_number(store_of("s"), "filled"), n);
}

#define WOKEN	100

/* Fills an entry with what each write to "busy" or "busier" wakes up. */
static void put_woken(const char *name)
{
	int fd = ASSERT_OK(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)), e = entry(name);

	ASSERT_OK(inotify_add_watch(fd, "busy", IN_MODIFY));
	ASSERT_OK(inotify_add_watch(fd, "busier", IN_MODIFY));
	ASSERT_OK(put_with(e, fd, FDSTOREFS_PUT_HANGUP));
	close(fd);
	close(e);
}

static void fill_with_woken(const char *dir, int n)
{
	many_files();
	write_file("/proc/sys/fs/inotify/max_user_instances", "8192");
	make("busy");
	make("busier");
	for (int i = 0; i < n; i++)
		put_woken(numbered(dir, i));
}

/* In turns, since inotify takes two that are alike for one. */
static void write_to_both(const int *files)
{
	ASSERT_EQ(write(files[0], "x", 1), 1);
	ASSERT_EQ(write(files[1], "x", 1), 1);
}

static void open_both(int *files)
{
	files[0] = ASSERT_OK(open("busy", O_WRONLY));
	files[1] = ASSERT_OK(open("busier", O_WRONLY));
}

/* How much of the kernel's time goes by while we write, for so much of ours. */
static unsigned long long works_of_writing(const int *files, unsigned long long for_ns)
{
	unsigned long long own = own_ns(), works = workers_ns();

	while (own_ns() - own < for_ns)
		write_to_both(files);
	return workers_ns() - works;
}

/* These wake-ups do not say what has happened: looks are rationed. */
TEST_SECONDS(wakeups_without_end_cost_the_kernel_less_than_who_causes_them, 120)
{
	unsigned long long without, own = 3000000000ULL, works;
	int files[2];

	fill_with_woken("s", WOKEN);
	open_both(files);
	works = works_of_writing(files, own);
	/* The same number of wake-ups, of which nobody is told. */
	drain_store(store_of("s"));
	without = works_of_writing(files, own);
	NOTE("the tenant took %llu ms, works took %llu ms, and %llu ms when all was done",
	     own / 1000000, works / 1000000, without / 1000000);
	EXPECT_LE(works, own / 4 + without);
}

/* An event elsewhere in the same store still comes through. */
TEST_SECONDS(wakeups_without_end_do_not_keep_a_revocation_waiting, 120)
{
	int files[2], anchor = ASSERT_OK(eventfd(0, 0)), e = entry("s/revoked");
	pid_t pid;
	int clock = ticking();

	fill_with_woken("s", WOKEN);
	ASSERT_OK(put_anchored(e, 1, anchor));
	pid = ASSERT_OK(fork());
	if (!pid) {
		open_both(files);
		for (;;)
			write_to_both(files);
	}
	/* By then they have all been looked at in vain. */
	workers_during(clock, 500);
	ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
	ASSERT_EMPTIES(e);
	kill(pid, SIGKILL);
}

/*
 * What ends the store is looked at whatever its entries are up to: with far more
 * looks to come than may be in vain for now, the anchor comes first.
 */
TEST_SECONDS(a_stores_anchor_does_not_wait_for_looks_at_its_entries, 120)
{
	int anchor = ASSERT_OK(eventfd(0, 0)), busy, late[2], e;

	mount_anchored("v", anchor);
	fill_with_woken("v", on_debug_kernel() ? 500 : 2000);
	ASSERT_OK(pipe(late));
	e = entry("v/late");
	ASSERT_OK(put_with(e, late[0], FDSTOREFS_PUT_HANGUP));
	close(late[0]);
	busy = ASSERT_OK(open("busy", O_WRONLY));

	start_tracing();
	ASSERT_EQ(write(busy, "x", 1), 1);
	close(late[1]);
	ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
	ASSERT_EMPTIES(e);
	stop_tracing();
	EXPECT_STREQ(traced("fdstorefs_drop", store_of("v"), stat_of("v/late").st_ino),
		     "reason=anchor");
}

/* From SIGKILL until the process can be reaped. */
static long end_ms(pid_t pid)
{
	long start = now_ms();

	ASSERT_OK(kill(pid, SIGKILL));
	ASSERT_EQ(waitpid(pid, NULL, 0), pid);
	return now_ms() - start;
}

static pid_t sleeper(void)
{
	pid_t pid = ASSERT_OK(fork());

	if (!pid)
		for (;;)
			pause();
	return pid;
}

TEST_SECONDS(entries_tied_to_a_process_hold_up_its_end_no_more_than_epoll_does, 240)
{
	const int n = on_debug_kernel() ? 2000 : 50000;
	int pidfd, ep = ASSERT_OK(epoll_create1(EPOLL_CLOEXEC)), m = memfd();
	long with_epoll, with_entries;
	pid_t pid;

	many_files();
	mount_store("d", "max=100000");
	pid = sleeper();
	pidfd = ASSERT_OK(syscall(SYS_pidfd_open, pid, 0));
	for (int i = 0; i < n; i++) {
		struct epoll_event event = { .events = EPOLLIN };

		ASSERT_OK(epoll_ctl(ep, EPOLL_CTL_ADD, ASSERT_OK(dup(pidfd)), &event));
	}
	with_epoll = end_ms(pid);

	pid = sleeper();
	pidfd = ASSERT_OK(syscall(SYS_pidfd_open, pid, 0));
	for (int i = 0; i < n; i++) {
		int e = entry(numbered("d", i));

		ASSERT_OK(put_anchored(e, m, pidfd));
		close(e);
	}
	with_entries = end_ms(pid);
	NOTE("%ld ms with epoll, %ld ms with entries", with_epoll, with_entries);
	/* Lockdep and KASAN weigh more on what takes more locks. */
	EXPECT_LE(with_entries, (on_debug_kernel() ? 10 : 3) * with_epoll + 100);
	await_number(store_of("d"), "filled", 0);
}
