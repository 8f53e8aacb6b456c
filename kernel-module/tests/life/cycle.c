// SPDX-License-Identifier: GPL-2.0
/*
 * Cycles: a store that something in it pins. The ones that can be seen at put
 * are refused (see refuse.c). The others leak without an anchor, until the
 * administrator drains them; with an anchor nothing is left.
 */
#define SUITE "cycle"
#include "harness.h"
#include "admin.h"
#include "store.h"
#include "scm.h"
#include "userns.h"

/* A process that lives until told, and makes a cycle before it goes. */
struct tenant {
	pid_t pid;
	int witness;		/* sees whether the store has let go */
	int done;		/* eventfd: written to, the tenant goes */
	char store[32];		/* major:minor */
};

/* An AF_UNIX socket in whose queue the entry waits that holds the socket. */
static void queue_cycle(void)
{
	int s[2], e = entry("t/cycle");

	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	send_fd(s[0], e);
	ASSERT_OK(put(e, s[1]));
	/* The sending end stays with the queue. */
	fill("t/other_end", s[0]);
}

/* A socket that is put first, and bound to a name in the store afterwards. */
static void bound_later_cycle(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "t/socket" };
	int s = ASSERT_OK(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));

	fill("t/cycle", s);
	ASSERT_OK(bind(s, (struct sockaddr *)&un, sizeof(un)));
}

/* A file of a copy of the mount below, whose other descriptor is closed. */
static void detached_tree_cycle(void)
{
	int tree = ASSERT_OK(syscall(SYS_open_tree, AT_FDCWD, ".",
				     1 /* OPEN_TREE_CLONE */ | AT_RECURSIVE |
				     O_CLOEXEC));

	fill("t/cycle", ASSERT_OK(openat(tree, "file", O_RDWR | O_CREAT, 0600)));
	close(tree);
}

/*
 * A file of the mount below the store, when a less privileged mount namespace
 * has a copy of both that it may not take apart.
 */
static void locked_child_cycle(void)
{
	pid_t pid = ASSERT_OK(fork());

	if (!pid) {
		ASSERT_OK(unshare(CLONE_NEWUSER | CLONE_NEWNS));
		/* The working directory is in the old copy: enter the new one. */
		ASSERT_OK(chdir("/"));
		ASSERT_OK(chdir(getenv("SCRATCH")));
		fill("t/cycle", ASSERT_OK(open("file", O_RDWR | O_CREAT, 0600)));
		finish();
	}
	ASSERT_CHILD(pid);
}

static struct tenant start(void (*make_cycle)(void), bool anchored)
{
	int out[2], told[2];
	struct tenant t = { .done = ASSERT_OK(eventfd(0, EFD_CLOEXEC)) };

	ASSERT_OK(pipe2(out, O_CLOEXEC));
	ASSERT_OK(pipe2(told, O_CLOEXEC));
	t.witness = out[0];
	t.pid = ASSERT_OK(fork());
	if (!t.pid) {
		char scratch[4096], options[32];
		struct stat st;
		uint64_t n;

		/* A tenant's own world, of which nothing else keeps a part. */
		ASSERT_OK(unshare(CLONE_NEWNS));
		ASSERT_OK(mkdir("p", 0755));
		ASSERT_OK(mount("p", "p", "tmpfs", 0, NULL));
		ASSERT_OK(chdir("p"));
		ASSERT_OK(setenv("SCRATCH", getcwd(scratch, sizeof(scratch)), 1));
		snprintf(options, sizeof(options), "anchor=%d",
			 ASSERT_OK(syscall(SYS_pidfd_open, getpid(), 0)));
		mount_store("t", anchored ? options : NULL);
		st = stat_of("t");
		dprintf(told[1], "%u:%u", major(st.st_dev), minor(st.st_dev));
		fill("t/witness", out[1]);
		make_cycle();
		ASSERT_OK(close(told[1]));
		ASSERT_EQ(read(t.done, &n, 8), 8);
		finish();
	}
	close(out[1]);
	close(told[1]);
	for (int n = 0, got; (got = read(told[0], t.store + n,
					 sizeof(t.store) - 1 - n)) > 0; n += got)
		;
	close(told[0]);
	return t;
}

static void end(struct tenant *t)
{
	ASSERT_EQ(write(t->done, &(uint64_t){ 1 }, 8), 8);
	ASSERT_CHILD(t->pid);
}

static void leaks_until_drained(void (*make_cycle)(void))
{
	struct tenant t = start(make_cycle, false);

	end(&t);
	/* Neither a process nor a mount is left, and yet: */
	ASSERT_HELD(t.witness);
	ASSERT_TRUE(store_is_shown(t.store));
	ASSERT_EQ(store_number(t.store, "sealed"), 0);
	drain_store(t.store);
	ASSERT_RELEASED(t.witness);
	ASSERT_STORE_GONE(t.store);
}

static void leaves_nothing_when_anchored(void (*make_cycle)(void))
{
	struct tenant t = start(make_cycle, true);

	ASSERT_HELD(t.witness);
	end(&t);
	ASSERT_RELEASED(t.witness);
	ASSERT_STORE_GONE(t.store);
}

TEST(a_queued_entry_leaks_until_drained)
{
	leaks_until_drained(queue_cycle);
}

TEST(a_queued_entry_leaves_nothing_when_anchored)
{
	leaves_nothing_when_anchored(queue_cycle);
}

/* Newer kernels take such trees apart. */
static void may_leak_until_drained(void (*make_cycle)(void))
{
	struct tenant t = start(make_cycle, false);

	end(&t);
	if (released_now(t.witness)) {
		NOTE("this kernel does not leak here");
	} else {
		ASSERT_TRUE(store_is_shown(t.store));
		drain_store(t.store);
	}
	ASSERT_RELEASED(t.witness);
	ASSERT_STORE_GONE(t.store);
}

TEST(a_locked_child_mount_leaks_until_drained)
{
	may_leak_until_drained(locked_child_cycle);
}

TEST(a_detached_tree_leaks_until_drained)
{
	may_leak_until_drained(detached_tree_cycle);
}

TEST(a_detached_tree_leaves_nothing_when_anchored)
{
	leaves_nothing_when_anchored(detached_tree_cycle);
}

TEST(a_socket_bound_later_leaks_until_drained)
{
	leaks_until_drained(bound_later_cycle);
}

TEST(a_socket_bound_later_leaves_nothing_when_anchored)
{
	leaves_nothing_when_anchored(bound_later_cycle);
}

TEST(a_locked_child_mount_leaves_nothing_when_anchored)
{
	leaves_nothing_when_anchored(locked_child_cycle);
}

static void no_cycle(void)
{
}

TEST(without_a_cycle_the_store_goes_with_its_last_mount)
{
	struct tenant t = start(no_cycle, false);

	ASSERT_HELD(t.witness);
	end(&t);
	ASSERT_RELEASED(t.witness);
	ASSERT_STORE_GONE(t.store);
}

/* As a container: user, mount and pid namespaces of its own, init killed. */
TEST(killing_init_of_a_container_leaves_nothing_of_any_cycle)
{
	void (*const cycles[])(void) = { no_cycle, queue_cycle };

	for (unsigned int i = 0; i < 2; i++) {
		int out[2], ready = ASSERT_OK(eventfd(0, 0)), status;
		uint64_t n;
		pid_t runtime, init;

		ABOUT("cycle %u", i);
		if (mkdir("t", 0755))
			ASSERT_EQ(errno, EEXIST);
		ASSERT_OK(pipe(out));
		runtime = ASSERT_OK(fork());
		if (!runtime) {
			become_root_of_user_namespace(CLONE_NEWNS | CLONE_NEWPID);
			init = ASSERT_OK(fork());
			if (init) {
				ASSERT_EQ(waitpid(init, &status, 0), init);
				_exit(!WIFSIGNALED(status));
			}
			ASSERT_OK(mount("t", "t", "tmpfs", 0, NULL));
			ASSERT_OK(mkdir("t/t", 0755));
			ASSERT_OK(chdir("t"));
			mount_store("t", NULL);
			fill("t/witness", out[1]);
			cycles[i]();
			ASSERT_EQ(write(ready, &(uint64_t){ getpid() }, 8), 8);
			for (;;)
				pause();
		}
		close(out[1]);
		ASSERT_EQ(read(ready, &n, 8), 8);
		ASSERT_HELD(out[0]);
		/* The only child of the runtime is init. */
		char path[64], buf[64];

		snprintf(path, sizeof(path), "/proc/%d/task/%d/children",
			 runtime, runtime);
		init = atoi(slurp(path, buf, sizeof(buf)));
		ASSERT_GT(init, 1);
		ASSERT_OK(kill(init, SIGKILL));
		ASSERT_CHILD(runtime);
		ASSERT_RELEASED(out[0]);
		close(out[0]);
	}
}
