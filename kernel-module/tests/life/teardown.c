// SPDX-License-Identifier: GPL-2.0
/*
 * A container that has stored its FUSE connection ends when its init is killed.
 *
 * The server is gone and only a store has the connection; a client inside has a
 * file of the mount open. Closing it waits for the server's answer, whatever
 * signal comes: the client cannot end before the connection does, init not
 * before the client, and the anchor must not wait for init.
 */
#define SUITE "teardown"
#include "harness.h"
#include "admin.h"
#include "store.h"
#include "userns.h"
#include "fuse.h"
#include "slow.h"
#include <linux/aio_abi.h>
#include <pthread.h>

/* What init does in its namespaces, until it tells that it is ready. */
struct container {
	void (*prepare)(void);		/* before all else */
	const char *entry;		/* where the connection is stored */
	int (*anchor)(void);		/* anchor_fd of that put */
	void (*client)(int file);	/* what the client does with its file */
	bool init_is_client;
	bool outer_is_client;		/* that of the namespace around init's */
	void (*fill)(void);		/* stores more, before the connection */
	void (*stay)(void);		/* how init goes on */
};

/* The client is ready; it may go on; init shall end. Each byte is for one. */
static int ready[2], go[2], end[2];
static pid_t wrapper;

static void tell(int fd)
{
	ASSERT_EQ(write(fd, "x", 1), 1);
}

static void hear(int fd)
{
	char c;

	ASSERT_EQ(read(fd, &c, 1), 1);
}

static void pause_for_ever(void)
{
	for (;;)
		pause();
}

static void hold(int file)
{
	tell(ready[1]);
	pause_for_ever();
}

/* Does not come back: the answer is not to come. */
static void close_it(int file)
{
	tell(ready[1]);
	close(file);
	pause_for_ever();
}

/* As udev has it: its user must open it. Opening it loads the module there may be. */
static void make_fuse_node(void)
{
	ASSERT_OK(mknod("fuse", S_IFCHR | 0666, makedev(10, 229)));
	close(ASSERT_OK(open("fuse", O_RDWR)));
}

static void be_client(const struct container *c)
{
	int file = ASSERT_OK(open("m/hello", O_RDONLY));

	/* Else the server would keep the connection itself. */
	hear(go[0]);
	c->client(file);
}

static void be_init(const struct container *c)
{
	pid_t server, client;
	int fd;

	if (c->prepare)
		c->prepare();
	if (!c->entry)
		mount_store("t", NULL);
	if (c->fill)
		c->fill();
	fd = ASSERT_OK(open("../fuse", O_RDWR | O_CLOEXEC));
	fuse_mount(fd, "m");
	{
		int e = entry(c->entry ?: "t/connection");

		ASSERT_OK(put_anchored(e, fd, c->anchor ? c->anchor() : -1));
		close(e);
	}
	server = ASSERT_OK(fork());
	if (!server) {
		fuse_serve_until(fd, FUSE_OPEN);
		finish();
	}
	close(fd);
	if (c->outer_is_client) {
		/* It waits until there is something to open. */
	} else if (!c->init_is_client) {
		client = ASSERT_OK(fork());
		if (!client)
			be_client(c);
	} else {
		int file = ASSERT_OK(open("m/hello", O_RDONLY));

		ASSERT_CHILD(server);
		c->client(file);
	}
	ASSERT_CHILD(server);
	tell(go[1]);
	if (c->stay)
		c->stay();
	pause_for_ever();
}

/*
 * Begins a container of uid 1000. Returns its init, as the host knows it; the
 * wrapper is its parent.
 */
static pid_t begin(const struct container *c)
{
	int number[2];
	pid_t init;

	make_fuse_node();
	ASSERT_OK(mkdir("r", 0755));
	ASSERT_OK(chown("r", 1000, 1000));
	ASSERT_OK(pipe(ready));
	ASSERT_OK(pipe(go));
	ASSERT_OK(pipe(end));
	ASSERT_OK(pipe(number));
	wrapper = ASSERT_OK(fork());
	if (!wrapper) {
		become(1000, 1000);
		ASSERT_OK(prctl(PR_SET_DUMPABLE, 1));
		become_root_of_user_namespace(CLONE_NEWNS | CLONE_NEWPID);
		ASSERT_OK(chdir("r"));
		init = ASSERT_OK(fork());
		if (!init)
			be_init(c);
		ASSERT_EQ(write(number[1], &init, sizeof(init)), (int)sizeof(init));
		ASSERT_EQ(waitpid(init, NULL, 0), init);
		finish();
	}
	ASSERT_EQ(read(number[0], &init, sizeof(init)), (int)sizeof(init));
	return init;
}

/* The same, and waits until it is ready. */
static pid_t start(const struct container *c)
{
	pid_t init = begin(c);

	hear(ready[0]);
	return init;
}

/* All processes of the container are gone; the harness's patience bounds that. */
#define ASSERT_ENDS()	ASSERT_CHILD(wrapper)

static void assert_killed(const struct container *c)
{
	ASSERT_OK(kill(start(c), SIGKILL));
	ASSERT_ENDS();
}

TEST(init_is_killed)
{
	assert_killed(&(struct container){ .client = hold });
}

TEST(init_is_killed_while_the_client_waits_in_close)
{
	assert_killed(&(struct container){ .client = close_it });
}

TEST(init_is_killed_and_has_the_file_itself)
{
	assert_killed(&(struct container){ .client = hold, .init_is_client = true });
}

TEST(init_is_killed_while_it_waits_in_close_itself)
{
	pid_t init = start(&(struct container){
		.client = close_it, .init_is_client = true });

	await_syscall(init, SYS_close);
	ASSERT_OK(kill(init, SIGKILL));
	ASSERT_ENDS();
}

static void exit_when_told(void)
{
	hear(end[0]);
	_exit(0);
}

TEST(init_exits)
{
	start(&(struct container){ .client = hold, .stay = exit_when_told });
	tell(end[1]);
	ASSERT_ENDS();
}

static void *pause_in_thread(void *unused)
{
	pause_for_ever();
	return NULL;
}

static void leave_to_a_thread(void)
{
	pthread_t t;

	ASSERT_EQ(pthread_create(&t, NULL, pause_in_thread, NULL), 0);
	syscall(SYS_exit, 0);
}

TEST(init_is_killed_whose_main_thread_has_left)
{
	assert_killed(&(struct container){ .client = hold, .stay = leave_to_a_thread });
}

static void *exit_in_thread(void *unused)
{
	exit_when_told();
	return NULL;
}

static void leave_to_a_thread_that_exits(void)
{
	pthread_t t;

	ASSERT_EQ(pthread_create(&t, NULL, exit_in_thread, NULL), 0);
	syscall(SYS_exit, 0);
}

TEST(the_last_thread_of_init_exits_after_the_main_thread)
{
	start(&(struct container){ .client = hold, .stay = leave_to_a_thread_that_exits });
	tell(end[1]);
	ASSERT_ENDS();
}

/* The store is that of the inner of two pid namespaces, and so are all others. */
static void nest(void)
{
	pid_t inner;

	ASSERT_OK(unshare(CLONE_NEWPID));
	inner = ASSERT_OK(fork());
	if (!inner)
		return;
	ASSERT_EQ(waitpid(inner, NULL, 0), inner);
	finish();
}

TEST(the_init_outside_of_a_nested_pid_namespace_is_killed)
{
	assert_killed(&(struct container){ .client = hold, .prepare = nest });
}

static void hold_and_nest(void)
{
	pid_t inner;
	int file;

	ASSERT_OK(unshare(CLONE_NEWPID));
	inner = ASSERT_OK(fork());
	if (!inner)
		return;
	while ((file = open("m/hello", O_RDONLY)) < 0)
		ASSERT_EQ(errno, ENOENT);
	hear(go[0]);
	hold(file);
}

/* It cannot end its file, and so does not come to end its namespace. */
TEST(the_init_outside_of_a_nested_pid_namespace_is_killed_and_has_the_file)
{
	assert_killed(&(struct container){
		.client = hold, .prepare = hold_and_nest, .outer_is_client = true });
}

static int slow_listener;

static void fill_with_slow_files(void)
{
	for (int i = 0; i < 8; i++) {
		int slow = slow_file(slow_listener), e;
		char name[8];

		snprintf(name, sizeof(name), "t/%d", i);
		e = entry(name);
		ASSERT_OK(put(e, slow));
		close(slow);
		close(e);
	}
}

/* Files that take their time to close do not keep the connection. */
TEST(init_is_killed_with_slow_closes_before_that_of_the_connection)
{
	slow_listener = slow_peer();
	assert_killed(&(struct container){ .client = hold, .fill = fill_with_slow_files });
	close(slow_listener);
}

/*
 * Before a thread that exits tells so it waits for what it reads asynchronously,
 * and there is no server to answer.
 */
static void read_and_exit(int file)
{
	static char page[4096] __attribute__((aligned(4096)));
	struct iocb cb = {
		.aio_lio_opcode = IOCB_CMD_PREAD, .aio_fildes = file,
		.aio_buf = (uintptr_t)page, .aio_nbytes = sizeof(page),
	}, *cbs = &cb;
	aio_context_t context = 0;

	ASSERT_OK(fcntl(file, F_SETFL, O_DIRECT));
	ASSERT_OK(syscall(SYS_io_setup, 1, &context));
	ASSERT_EQ(syscall(SYS_io_submit, context, 1, &cbs), 1);
	tell(ready[1]);
	_exit(0);
}

TEST(init_exits_while_it_reads_asynchronously)
{
	start(&(struct container){ .client = read_and_exit, .init_is_client = true });
	ASSERT_ENDS();
}

static pid_t only_child_of(pid_t pid)
{
	char path[64], buf[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	return strtol(slurp(path, buf, sizeof(buf)), NULL, 10);
}

TEST(the_init_inside_of_a_nested_pid_namespace_is_killed)
{
	pid_t outer = start(&(struct container){ .client = hold, .prepare = nest });

	ASSERT_OK(kill(only_child_of(outer), SIGKILL));
	ASSERT_ENDS();
}

#define GROUP	"/sys/fs/cgroup/fdstorefs-teardown"

static void enter_group(const char *procs, pid_t pid)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", pid);
	write_file(procs, number);
}

/* Starts it in a control group of its own. */
static void start_in_group(const struct container *c)
{
	ASSERT_OK(mkdir(GROUP, 0755));
	enter_group(GROUP "/cgroup.procs", getpid());
	start(c);
	enter_group("/sys/fs/cgroup/cgroup.procs", getpid());
	enter_group("/sys/fs/cgroup/cgroup.procs", wrapper);
}

TEST(the_control_group_is_killed)
{
	start_in_group(&(struct container){ .client = hold });
	write_file(GROUP "/cgroup.kill", "1");
	ASSERT_ENDS();
	ASSERT_OK(rmdir(GROUP));
}

static void use_up_memory(void)
{
	size_t size = 64 << 20;

	hear(end[0]);
	write_file("/proc/self/oom_score_adj", "1000");
	memset(mmap(NULL, size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1, size);
	pause_for_ever();
}

TEST(init_runs_out_of_memory)
{
	write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	start_in_group(&(struct container){ .client = hold, .stay = use_up_memory });
	write_file(GROUP "/memory.max", "33554432");
	tell(end[1]);
	ASSERT_ENDS();
	ASSERT_OK(rmdir(GROUP));
}

/* A store that no init ends, where the container may make an entry. */
static void mount_for_all(const char *dir, const char *options)
{
	mount_store(dir, options);
	ASSERT_OK(chmod(dir, 01777));
}

static int init_by_pidfd(void)
{
	return ASSERT_OK(syscall(SYS_pidfd_open, 1, 0));
}

TEST(a_pidfd_of_init_given_by_the_container_with_a_put_ends_it)
{
	mount_for_all("h", NULL);
	assert_killed(&(struct container){
		.client = hold, .entry = "../h/connection", .anchor = init_by_pidfd });
}

TEST(a_pidfd_of_init_given_by_the_host_with_a_put_ends_it)
{
	pid_t init;
	int e;

	mount_for_all("h", NULL);
	init = start(&(struct container){
		.client = hold, .entry = "../h/connection" });
	e = ASSERT_OK(open("h/connection", O_RDWR));
	{
		int connection = ASSERT_OK(get(e));

		ASSERT_OK(put_all(e, connection, FDSTOREFS_PUT_REPLACE,
				  ASSERT_OK(syscall(SYS_pidfd_open, init, 0))));
		close(connection);
	}
	ASSERT_OK(kill(init, SIGKILL));
	ASSERT_ENDS();
}

static void wait_to_go(void)
{
	hear(go[0]);
}

TEST(a_pidfd_of_init_that_a_store_of_the_host_is_anchored_to_ends_it)
{
	struct container c = {
		.client = hold, .entry = "../h/s/connection", .prepare = wait_to_go,
	};
	pid_t init;

	/* Only once there is an init can the store be mounted, by the host. */
	ASSERT_OK(mkdir("h", 0755));
	ASSERT_OK(mount("shared", "h", "tmpfs", 0, NULL));
	ASSERT_OK(mount(NULL, "h", NULL, MS_SHARED, NULL));
	init = begin(&c);
	mount_anchored("h/s", ASSERT_OK(syscall(SYS_pidfd_open, init, 0)));
	ASSERT_OK(chmod("h/s", 01777));
	tell(go[1]);
	hear(ready[0]);
	ASSERT_OK(kill(init, SIGKILL));
	ASSERT_ENDS();
}

/* Not only with init: any process that a put is tied to may be its client. */
TEST(a_process_that_a_put_is_tied_to_ends_with_a_file_of_its_mount_open)
{
	int e = entry("s/connection"), fd;
	pid_t client;

	make_fuse_node();
	fd = ASSERT_OK(open("fuse", O_RDWR | O_CLOEXEC));
	ASSERT_OK(pipe(ready));
	fuse_mount(fd, "m");
	client = ASSERT_OK(fork());
	if (!client) {
		close(fd);
		hold(ASSERT_OK(open("m/hello", O_RDONLY)));
	}
	fuse_serve_until(fd, FUSE_OPEN);
	hear(ready[0]);
	ASSERT_OK(put_anchored(e, fd, ASSERT_OK(syscall(SYS_pidfd_open, client, 0))));
	close(fd);
	ASSERT_OK(kill(client, SIGKILL));
	ASSERT_EQ(waitpid(client, NULL, 0), client);
	ASSERT_EMPTIES(e);
}

/* The name goes after the close, in another work, which must not close it again. */
TEST(a_connection_whose_name_goes_too_is_closed_once)
{
	int e = entry("s/connection"), anchor = ASSERT_OK(eventfd(0, EFD_CLOEXEC)), fd;
	pid_t client;

	make_fuse_node();
	fd = ASSERT_OK(open("fuse", O_RDWR | O_CLOEXEC));
	fuse_mount(fd, "m");
	ASSERT_OK(put_all(e, fd, FDSTOREFS_PUT_REMOVE, anchor));
	ASSERT_EQ(write(anchor, &(uint64_t){ 1 }, 8), 8);
	await_gone("s/connection");
	await_number(store_of("s"), "closing", 0);

	/* Ours is still the connection of the mount. */
	client = ASSERT_OK(fork());
	if (!client) {
		close(fd);
		ASSERT_OK(open("m/hello", O_RDONLY));
		_exit(0);
	}
	fuse_serve_until(fd, FUSE_OPEN);
	close(fd);
	ASSERT_CHILD(client);
}

TEST(the_main_thread_leaving_is_not_the_end_of_a_process)
{
	int e = entry("s/e");
	pid_t pid;

	ASSERT_OK(pipe(end));
	pid = ASSERT_OK(fork());
	if (!pid)
		leave_to_a_thread_that_exits();
	ASSERT_OK(put_anchored(e, memfd(), ASSERT_OK(syscall(SYS_pidfd_open, pid, 0))));
	{
		char path[64], state[512];

		/* Its main thread is a zombie, the other one lives. */
		snprintf(path, sizeof(path), "/proc/%d/stat", pid);
		while (!strstr(slurp(path, state, sizeof(state)), ") Z "))
			sched_yield();
	}
	close(ASSERT_OK(get(e)));
	tell(end[1]);
	ASSERT_EMPTIES(e);
	ASSERT_EQ(waitpid(pid, NULL, 0), pid);
}
