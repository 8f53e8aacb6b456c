// SPDX-License-Identifier: GPL-2.0
/* One server takes over from another. */
#define SUITE "takeover"
#include "tracer.h"

#include <linux/fuse.h>
#include <sys/file.h>
#include <sys/uio.h>

#include "left.h"
#include "mount.c"

static void put_file(const char *path, const char *text)
{
	int fd = ASSERT_OK(open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644));

	ASSERT_EQ(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ASSERT_OK(close(fd));
}

static const char *content(const char *path)
{
	static char text[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t size = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[size < 0 ? 0 : size] = '\0';
	return text;
}

/* A child that makes a call. Exits with its errno, or 0. */
#define CLIENT(call)							\
	({								\
		pid_t pid_ = ASSERT_OK(fork());				\
									\
		if (!pid_)						\
			_exit((call) < 0 ? errno : 0);			\
		pid_;							\
	})

static int error_of(pid_t client)
{
	int status;

	ASSERT_EQ(waitpid(client, &status, 0), client);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool is_waiting(pid_t client)
{
	return waitpid(client, NULL, WNOHANG) == 0;
}

/* Until its request is queued, or read: proc_pid_wchan(5). */
static bool awaits_an_answer(pid_t client)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/wchan", client);
	for (int i = 0; i < 10000; i++) {
		if (strstr(content(path), "request_wait_answer") || strstr(content(path), "fuse"))
			return is_waiting(client);
		usleep(1000);
	}
	return false;
}

TEST(nothing_to_take_over)
{
	struct server server;

	make_directories();
	server = server_start(1, "--standby");
	EXPECT_TRUE(server_await(&server, "standing by"));
	EXPECT_TRUE(server_await(&server, "nothing to take over"));
	EXPECT_EQ(server_end(&server), 0);
	EXPECT_STREQ(server_errors(), "");
}

TEST(bad_arguments)
{
	struct server server;

	make_directories();
	server = server_start(0, NULL);
	EXPECT_FALSE(server_await(&server, ""));
	EXPECT_EQ(server_end(&server), 2);
	EXPECT_TRUE(strstr(server_errors(), "usage: mirror"));
}

TEST(not_a_store)
{
	struct server server;

	make_directories();
	ASSERT_OK(umount("s"));
	server = server_start(1, NULL);
	EXPECT_FALSE(server_await(&server, ""));
	EXPECT_EQ(server_end(&server), 1);
	EXPECT_TRUE(strstr(server_errors(), "mount -t fdstorefs"));
}

TEST(unmounting_ends_the_server_and_who_stands_by)
{
	struct server server, standby;

	make_directories();
	server = server_serve(4);
	standby = server_start(1, "--standby");
	EXPECT_TRUE(server_await(&standby, "standing by"));
	put_file(MOUNT "/a", "content");
	EXPECT_STREQ(content(SOURCE "/a"), "content");
	unmount_and_end(&server);
	EXPECT_TRUE(server_await(&standby, "nothing to take over"));
	EXPECT_EQ(server_end(&standby), 0);
	server = server_serve(1);
	EXPECT_STREQ(content(MOUNT "/a"), "content");
	unmount_and_end(&server);
}

TEST(of_two_successors_one_serves)
{
	struct server server, successors[2];
	char byte;

	make_directories();
	server = server_serve(1);
	for (int i = 0; i < 2; i++) {
		successors[i] = server_start(1, "--standby");
		EXPECT_TRUE(server_await(&successors[i], "standing by"));
	}
	put_file(MOUNT "/a", "content");
	server_kill(&server);
	EXPECT_STREQ(content(MOUNT "/a"), "content");
	for (int i = 0; i < 2; i++)
		ASSERT_OK(fcntl(fileno(successors[i].events), F_SETFL, O_NONBLOCK));
	usleep(200000);
	/* The one that still waits has not said anything. */
	if (read(fileno(successors[0].events), &byte, 1) == 1) {
		server = successors[0];
		successors[0] = successors[1];
	} else {
		server = successors[1];
		EXPECT_EQ(read(fileno(server.events), &byte, 1), 1);
	}
	EXPECT_ERRNO(EAGAIN, (int)read(fileno(successors[0].events), &byte, 1));
	server_kill(&server);
	ASSERT_OK(fcntl(fileno(successors[0].events), F_SETFL, 0));
	EXPECT_TRUE(server_await(&successors[0], "serving"));
	EXPECT_STREQ(content(MOUNT "/a"), "content");
	unmount_and_end(&successors[0]);
}

TEST(server_and_successors_killed_in_a_row)
{
	struct server servers[4];
	pid_t client;

	make_directories();
	servers[0] = server_serve(1);
	for (int i = 1; i < 4; i++) {
		servers[i] = server_start(1, "--standby");
		EXPECT_TRUE(server_await(&servers[i], "standing by"));
	}
	for (int i = 0; i < 3; i++)
		ASSERT_OK(kill(servers[i].pid, SIGKILL));
	client = CLIENT(mkdir(MOUNT "/a", 0700));
	for (int i = 0; i < 3; i++)
		server_end(&servers[i]);
	EXPECT_TRUE(server_await(&servers[3], "serving"));
	EXPECT_EQ(error_of(client), 0);
	EXPECT_OK(access(SOURCE "/a", F_OK));
	unmount_and_end(&servers[3]);
}

TEST(without_its_session_nothing_hangs)
{
	struct server server;
	pid_t client;
	int error;

	make_directories();
	server = server_serve(4);
	server_kill(&server);
	client = CLIENT(mkdir(MOUNT "/a", 0700));
	ASSERT_TRUE(awaits_an_answer(client));
	ASSERT_OK(unlink(STORE "/session/connection"));
	ASSERT_OK(unlink(STORE "/session/state"));
	ASSERT_OK(rmdir(STORE "/session"));
	error = error_of(client);
	dprintf(1, "#   the client saw: %s\n", strerror(error));
	EXPECT_TRUE(error == ENOTCONN || error == ECONNABORTED);
	EXPECT_OK(umount(MOUNT));
	server = server_serve(1);
	unmount_and_end(&server);
}

TEST(unmounted_while_nobody_serves)
{
	struct server server;

	make_directories();
	server = server_serve(1);
	server_kill(&server);
	ASSERT_OK(umount2(MOUNT, MNT_DETACH));
	server = server_serve(1);
	put_file(MOUNT "/a", "content");
	unmount_and_end(&server);
}

static void other_layout(struct state_head *head)
{
	head->version++;
}

static void other_table(struct state_head *head)
{
	head->rest_version++;
}

static void other_pages(struct state_head *head)
{
	head->page_size *= 4;
}

static void other_program(struct state_head *head)
{
	head->magic[0]++;
}

static void damaged_slots(struct state_head *head)
{
	head->slots--;
}

static void damaged_checksum(struct state_head *head)
{
	head->checksum++;
}

static void as_it_was(struct state_head *head)
{
}

TEST(states_that_do_not_fit_are_refused_and_the_mount_is_kept)
{
	static const struct {
		const char *complaint;
		void (*change)(struct state_head *head);
		int part;	/* of its size */
	} states[] = {
		{ "layout", other_layout, 1 },
		{ "layout", other_table, 1 },
		{ "laid out for pages of", other_pages, 1 },
		{ "not one of this program", other_program, 1 },
		{ "not one of this program", as_it_was, 0 },
		{ "checksum", damaged_slots, 1 },
		{ "checksum", damaged_checksum, 1 },
		{ "bytes instead of", as_it_was, 2 },
	};
	struct server server;
	pid_t client;
	int original, e;
	struct stat st;

	make_directories();
	server = server_serve(1);
	server_kill(&server);
	client = CLIENT(mkdir(MOUNT "/a", 0700));
	original = stored_state();
	ASSERT_OK(fstat(original, &st));
	e = entry(STORE "/session/state");
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		struct state_head head;
		int fd = ASSERT_OK(memfd_create("state", 0));

		ABOUT("state %zu", i);
		ASSERT_EQ(pread(original, &head, sizeof(head), 0), (ssize_t)sizeof(head));
		states[i].change(&head);
		if (states[i].part) {
			ASSERT_EQ(write(fd, &head, sizeof(head)), (ssize_t)sizeof(head));
			ASSERT_OK(ftruncate(fd, st.st_size / states[i].part));
		}
		ASSERT_OK(put_with(e, fd, FDSTOREFS_PUT_REPLACE));
		ASSERT_OK(truncate(ERRORS, 0));
		server = server_start(1, "--standby");
		EXPECT_FALSE(server_await(&server, "took over"));
		EXPECT_EQ(server_end(&server), 1);
		if (!strstr(server_errors(), states[i].complaint))
			EXPECT_STREQ(server_errors(), states[i].complaint);
		EXPECT_TRUE(is_waiting(client));
		close(fd);
	}
	harness_subject[0] = '\0';
	ASSERT_OK(truncate(ERRORS, 0));
	ASSERT_OK(put_with(e, original, FDSTOREFS_PUT_REPLACE));
	server = server_start(1, "--standby");
	EXPECT_TRUE(server_await(&server, "serving"));
	EXPECT_EQ(error_of(client), 0);
	unmount_and_end(&server);
}

TEST(each_part_of_the_state_begins_at_a_page_however_large_pages_are)
{
	for (size_t page = 4096; page <= 65536; page *= 4) {
		struct state_layout layout = state_layout(page);

		ABOUT("pages of %zu bytes", page);
		EXPECT_EQ(layout.page, page);
		EXPECT_EQ(layout.identity % page, 0);
		EXPECT_EQ(layout.slots % page, 0);
		EXPECT_EQ(layout.slot_size % page, 0);
		EXPECT_EQ(layout.rest % page, 0);
		EXPECT_TRUE(layout.identity >= sizeof(struct state_head));
		EXPECT_TRUE(layout.slots - layout.identity >= sizeof(struct identity));
		EXPECT_TRUE(layout.slot_size >= sizeof(struct slot));
		EXPECT_EQ(layout.rest, layout.slots + STATE_SLOTS * layout.slot_size);
	}
}

TEST(another_directory_is_refused)
{
	struct server server;

	make_directories();
	server = server_serve(1);
	server_kill(&server);
	ASSERT_OK(rename(SOURCE, "other"));
	ASSERT_OK(mkdir(SOURCE, 0755));
	server = server_start(1, NULL);
	EXPECT_FALSE(server_await(&server, "took over"));
	EXPECT_EQ(server_end(&server), 1);
	EXPECT_TRUE(strstr(server_errors(), "is not the directory"));
	ASSERT_OK(truncate(ERRORS, 0));
	ASSERT_OK(rmdir(SOURCE));
	ASSERT_OK(rename("other", SOURCE));
	server = server_serve(1);
	unmount_and_end(&server);
}

/* A server that is about something else ends with an error that names both. */
static void expect_refused(struct server *other, const char *stored, const char *own)
{
	char here[PATH_MAX], text[2 * PATH_MAX];

	ASSERT_TRUE(getcwd(here, sizeof(here)));
	EXPECT_FALSE(server_await(other, "serving"));
	EXPECT_EQ(server_end(other), 1);
	snprintf(text, sizeof(text), "\"mirror source=%s/%s", here, stored);
	EXPECT_TRUE(strstr(server_errors(), text));
	snprintf(text, sizeof(text), "\"mirror source=%s/%s", here, own);
	EXPECT_TRUE(strstr(server_errors(), text));
	ASSERT_OK(truncate(ERRORS, 0));
}

TEST(a_server_of_another_source_or_mount_is_refused)
{
	static const char *const others[] = { "--source=source2", "--mount=mount2" };
	struct server server, other;
	pid_t client;

	make_directories();
	ASSERT_OK(mkdir("source2", 0755));
	ASSERT_OK(mkdir("mount2", 0755));
	server = server_serve(1);
	put_file(MOUNT "/ledger", "mine");
	for (int i = 0; i < 2; i++) {
		ABOUT("%s beside a server", others[i]);
		other = server_start(1, others[i]);
		expect_refused(&other, "source mount=", i ? "source mount=" : "source2 mount=");
	}
	server_kill(&server);
	client = CLIENT(mkdir(MOUNT "/a", 0700));
	ASSERT_TRUE(awaits_an_answer(client));
	for (int i = 0; i < 2; i++) {
		ABOUT("%s after a server", others[i]);
		other = server_start(1, others[i]);
		expect_refused(&other, "source mount=", i ? "source mount=" : "source2 mount=");
		EXPECT_TRUE(is_waiting(client));
	}
	harness_subject[0] = '\0';
	EXPECT_ERRNO(ENOENT, access("source2/a", F_OK));
	server = server_start(1, "--standby");
	EXPECT_TRUE(server_await(&server, "serving"));
	EXPECT_EQ(error_of(client), 0);
	EXPECT_STREQ(content(MOUNT "/ledger"), "mine");
	unmount_and_end(&server);
}

TEST(other_spellings_of_the_paths_are_the_same)
{
	struct server server;

	make_directories();
	ASSERT_OK(symlink(SOURCE, "link"));
	server = server_serve(1);
	put_file(MOUNT "/a", "content");
	server_kill(&server);
	server = server_start(1, "--source=./link/.");
	EXPECT_TRUE(server_await(&server, "serving"));
	server_kill(&server);
	server = server_start(1, "--mount=source/../mount");
	EXPECT_TRUE(server_await(&server, "serving"));
	EXPECT_STREQ(content(MOUNT "/a"), "content");
	unmount_and_end(&server);
}

TEST(who_waits_says_for_what_and_notices_that_it_waits_in_vain)
{
	struct server standby, other;
	int lease;

	make_directories();
	ASSERT_OK(mkdir("source2", 0755));
	/* Nobody knows yet what the session will be about. */
	lease = entry(STORE "/lease");
	ASSERT_OK(flock(lease, LOCK_EX));
	other = server_start(1, "--source=source2");
	EXPECT_TRUE(server_await(&other, "standing by for mirror source="));
	EXPECT_TRUE(strstr(other.line, "/source2 mount="));
	/* The one that gets the lease first is the other one, so it is kept from it until it is over. */
	standby = server_start(1, "--standby");
	EXPECT_TRUE(server_await(&standby, "standing by for mirror source="));
	ASSERT_OK(kill(standby.pid, SIGSTOP));
	close(lease);
	EXPECT_TRUE(server_await(&other, "serving"));
	ASSERT_OK(kill(standby.pid, SIGCONT));
	expect_refused(&standby, "source2 mount=", "source mount=");
	unmount_and_end(&other);
}

/* A traced worker. */
struct worker {
	pid_t tid;
	struct fuse_in_header request;
	unsigned long buffer;
	long call;
	bool held;	/* It is left where it has stopped. */
};

#define MOST	4

static int trace_workers(struct server *server, struct worker workers[MOST])
{
	pid_t tids[MOST];
	int count = workers_of(server->pid, tids, MOST);

	for (int i = 0; i < count; i++) {
		workers[i] = (struct worker){ .tid = tids[i] };
		trace(tids[i]);
		ASSERT_OK(ptrace(PTRACE_SYSCALL, tids[i], 0, 0));
	}
	return count;
}

/* Where the worker has stopped. Returns what the call that ends there returns, or -1. */
static long look_at(struct worker *worker)
{
	struct __ptrace_syscall_info info;
	struct iovec here = { &worker->request, sizeof(worker->request) }, there = here;

	ASSERT_OK(ptrace(PTRACE_GET_SYSCALL_INFO, worker->tid, sizeof(info), &info));
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		worker->call = info.entry.nr;
		worker->buffer = info.entry.args[1];
		return -1;
	}
	if (info.op != PTRACE_SYSCALL_INFO_EXIT)
		return -1;
	if (worker->call == SYS_read && info.exit.rval > 0) {
		there.iov_base = (void *)worker->buffer;
		ASSERT_EQ(process_vm_readv(worker->tid, &here, 1, &there, 1, 0), (ssize_t)here.iov_len);
	}
	return info.exit.rval;
}

/* Let the workers work until the client ends; hold those of which it is said. */
static int work(struct worker *workers, int count, pid_t client,
		bool (*hold)(const struct worker *worker, long result))
{
	for (;;) {
		int status;
		pid_t pid = ASSERT_OK(waitpid(-1, &status, __WALL));

		if (pid == client)
			return WEXITSTATUS(status);
		for (int i = 0; i < count; i++) {
			struct worker *worker = &workers[i];

			if (pid != worker->tid)
				continue;
			ASSERT_TRUE(WIFSTOPPED(status));
			worker->held = hold(worker, look_at(worker));
			if (!worker->held)
				ASSERT_OK(ptrace(PTRACE_SYSCALL, pid, 0, 0));
			else if (!client)
				return 0;
		}
	}
}

static void kill_traced(struct server *server, struct worker *workers, int count)
{
	ASSERT_OK(kill(server->pid, SIGKILL));
	for (int i = 0; i < count; i++)
		reap(workers[i].tid);
	server_end(server);
}

static bool has_read_mkdir(const struct worker *worker, long result)
{
	return worker->call == SYS_read && result > 0 && worker->request.opcode == FUSE_MKDIR;
}

TEST(all_requests_in_flight_are_replayed)
{
	struct worker workers[MOST];
	struct server server;
	pid_t clients[MOST];
	char path[32];

	make_directories();
	server = server_serve(MOST);
	for (int i = 0; i < MOST; i++) {
		sprintf(path, MOUNT "/%d", i);
		ASSERT_OK(mkdir(path, 0755));
	}
	ASSERT_EQ(trace_workers(&server, workers), MOST);
	for (int i = 0; i < MOST; i++) {
		sprintf(path, MOUNT "/%d/new", i);
		clients[i] = CLIENT(mkdir(path, 0700));
		work(workers, MOST, 0, has_read_mkdir);
	}
	kill_traced(&server, workers, MOST);
	server = server_start(1, "--standby");
	EXPECT_TRUE(server_await(&server, "took over"));
	EXPECT_EQ(taken_over(&server, "replayed"), MOST);
	EXPECT_EQ(taken_over(&server, "resent"), 0);
	EXPECT_TRUE(strstr(server.line, "opcodes=MKDIR\n"));
	for (int i = 0; i < MOST; i++) {
		EXPECT_EQ(error_of(clients[i]), 0);
		sprintf(path, SOURCE "/%d/new", i);
		EXPECT_OK(access(path, F_OK));
	}
	unmount_and_end(&server);
}

static bool has_answered_unlink(const struct worker *worker, long result)
{
	return worker->call == SYS_writev && result > 0 && worker->request.opcode == FUSE_UNLINK;
}

static int create(const char *path)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0644);

	return fd >= 0 && write(fd, "new", 3) == 3 ? 0 : -1;
}

/* What has been answered is not done again, although its slot is not free. */
TEST(later_work_survives_an_earlier_request)
{
	struct worker workers[MOST];
	struct server server;

	make_directories();
	server = server_serve(2);
	put_file(MOUNT "/a", "old");
	ASSERT_EQ(trace_workers(&server, workers), 2);
	EXPECT_EQ(work(workers, 2, CLIENT(unlink(MOUNT "/a")), has_answered_unlink), 0);
	EXPECT_EQ(work(workers, 2, CLIENT(create(MOUNT "/a")), has_answered_unlink), 0);
	EXPECT_TRUE(workers[0].held || workers[1].held);
	kill_traced(&server, workers, 2);
	server = server_start(1, "--standby");
	EXPECT_TRUE(server_await(&server, "took over"));
	EXPECT_GE(taken_over(&server, "answered"), 1);
	EXPECT_STREQ(content(MOUNT "/a"), "new");
	EXPECT_STREQ(content(SOURCE "/a"), "new");
	unmount_and_end(&server);
}

static bool answers_mkdir(const struct worker *worker, long result)
{
	return worker->call == SYS_writev && result == -1 && worker->request.opcode == FUSE_MKDIR;
}

TEST(a_reply_that_was_not_sent_is_sent)
{
	struct worker workers[MOST];
	struct server server;
	pid_t client;

	make_directories();
	server = server_serve(1);
	ASSERT_EQ(trace_workers(&server, workers), 1);
	client = CLIENT(mkdir(MOUNT "/a", 0700));
	work(workers, 1, 0, answers_mkdir);
	kill_traced(&server, workers, 1);
	/* Done again it would fail. */
	ASSERT_OK(rmdir(SOURCE "/a"));
	ASSERT_OK(symlink("other", SOURCE "/a"));
	server = server_start(1, "--standby");
	EXPECT_TRUE(server_await(&server, "took over"));
	EXPECT_EQ(taken_over(&server, "replayed"), 0);
	EXPECT_EQ(taken_over(&server, "resent"), 1);
	EXPECT_TRUE(strstr(server.line, "opcodes=MKDIR\n"));
	EXPECT_EQ(error_of(client), 0);
	unmount_and_end(&server);
}

TEST(what_kills_every_server_fails_at_last)
{
	struct worker workers[MOST];
	struct server server;
	struct state state;
	pid_t client;

	make_directories();
	server = server_serve(1);
	ASSERT_EQ(trace_workers(&server, workers), 1);
	client = CLIENT(mkdir(MOUNT "/a", 0700));
	work(workers, 1, 0, has_read_mkdir);
	kill_traced(&server, workers, 1);
	state = map_stored_state();
	state_slot(&state, 0)->replays = 16;
	server = server_start(1, "--standby");
	EXPECT_TRUE(server_await(&server, "serving"));
	EXPECT_EQ(error_of(client), EIO);
	EXPECT_TRUE(strstr(server_errors(), "16 servers died of MKDIR"));
	EXPECT_ERRNO(ENOENT, access(SOURCE "/a", F_OK));
	EXPECT_OK(mkdir(MOUNT "/a", 0700));
	ASSERT_OK(truncate(ERRORS, 0));
	unmount_and_end(&server);
}

/* A request of a server that was killed, and what its memo says; the kernel waits for no reply. */
static void plant_forget(const struct state *state, uint64_t id, uint64_t times, uint64_t forgotten)
{
	struct slot *slot = state_slot(state, 0);
	struct fuse_forget_in *forget = (void *)(slot->request.bytes + sizeof(slot->request.header));
	struct node_memo *memo = (void *)slot->memo;

	slot->request.header = (struct fuse_in_header){
		.len = sizeof(slot->request.header) + sizeof(*forget),
		.opcode = FUSE_FORGET,
		.nodeid = id,
		.unique = 1 << 20,
	};
	slot->composed = 0;
	forget->nlookup = times;
	memo->forgotten = forgotten;
}

static void take_over(struct server *server)
{
	*server = server_start(1, "--standby");
	ASSERT_TRUE(server_await(server, "took over"));
	EXPECT_EQ(taken_over(server, "replayed"), 1);
	ASSERT_TRUE(server_await(server, "serving"));
}

/* Between a count, its memo and the end of the request no system call is made. */
TEST(counts_change_once)
{
	struct server server;
	struct state state;
	struct table *table;
	struct node *node;
	uint64_t told;

	make_directories();
	server = server_serve(1);
	put_file(MOUNT "/a", "content");
	state = map_stored_state();
	table = state.rest;
	ASSERT_EQ(nodes_in_use(&state), 2);
	node = &table->nodes[1];
	told = node->count;
	server_kill(&server);
	plant_forget(&state, 2, told, 1);
	take_over(&server);
	ABOUT("the memo says that it was done");
	EXPECT_EQ(node->count, told);

	server_kill(&server);
	plant_forget(&state, 2, 5, 0);
	node->count = told + 5;
	take_over(&server);
	ABOUT("it was not done");
	EXPECT_EQ(node->count, told);

	server_kill(&server);
	plant_forget(&state, 2, 5, 0);
	node->count = told + 5;
	table->change = (struct change){
		.id = 2,
		.count = told + 5,
		.word = (char *)table - (char *)&((struct node_memo *)state_slot(&state, 0)->memo)->forgotten,
		.value = 1,
		.valid = 1,
	};
	take_over(&server);
	ABOUT("it was being done");
	EXPECT_EQ(node->count, told + 5);
	EXPECT_EQ(table->change.valid, 0);
	node->count = told;
	EXPECT_STREQ(content(MOUNT "/a"), "content");
	unmount_and_end(&server);
}

static struct fuse_in_header read_request(int connection)
{
	static union {
		struct fuse_in_header header;
		char bytes[STATE_REQUEST];
	} request;

	ASSERT_OK(read(connection, &request, sizeof(request)));
	return request.header;
}

static int reply(int connection, uint64_t unique, int error, const void *data, size_t size)
{
	struct fuse_out_header header = { .len = sizeof(header) + size, .error = error, .unique = unique };
	struct iovec iov[] = { { &header, sizeof(header) }, { (void *)data, size } };

	return writev(connection, iov, 2);
}

/* What recovery relies on: the kernel tells whether it waits, and that changes nothing. */
TEST(the_kernel_tells_whether_it_waits)
{
	struct fuse_init_out init = { .major = 7, .minor = 31, .max_write = STATE_MAX_WRITE };
	struct fuse_in_header request;
	struct mount tree;
	pid_t client;

	make_directories();
	tree = mount_prepare("source");
	mount_attach(&tree, MOUNT);
	request = read_request(tree.connection);
	ASSERT_EQ(request.opcode, FUSE_INIT);
	EXPECT_EQ(reply(tree.connection, request.unique | 1, 0, NULL, 0), 16);
	ASSERT_OK(reply(tree.connection, request.unique, 0, &init, sizeof(init)));
	EXPECT_ERRNO(ENOENT, reply(tree.connection, request.unique | 1, 0, NULL, 0));
	client = CLIENT(access(MOUNT "/a", F_OK));
	do {
		request = read_request(tree.connection);
		if (request.opcode == FUSE_GETATTR) {
			struct fuse_attr_out attr = { .attr = { .ino = 1, .mode = S_IFDIR | 0755, .nlink = 2 } };

			ASSERT_OK(reply(tree.connection, request.unique, 0, &attr, sizeof(attr)));
		}
	} while (request.opcode != FUSE_LOOKUP);
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(reply(tree.connection, request.unique | 1, 0, NULL, 0), 16);
	EXPECT_TRUE(is_waiting(client));
	ASSERT_OK(reply(tree.connection, request.unique, -EXDEV, NULL, 0));
	EXPECT_ERRNO(ENOENT, reply(tree.connection, request.unique | 1, 0, NULL, 0));
	EXPECT_EQ(error_of(client), EXDEV);
	ASSERT_OK(umount(MOUNT));
}
