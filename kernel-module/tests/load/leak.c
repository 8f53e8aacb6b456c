// SPDX-License-Identifier: GPL-2.0
/*
 * What a call allocates, or takes a reference to, it gives back: after many of
 * the same no slab cache of the kernel has grown by as many objects. That says
 * on every kernel what kmemleak says on the debug kernel, and what it does not
 * say, as a reference that was lost to an object which others know.
 */
#define SUITE "leak"
#include "harness.h"
#include "admin.h"
#include "posix_acl.h"
#include "store.h"
#include <limits.h>

#define CALLS		1000
#define FEWER_CALLS	300	/* of what takes a process or a mount */

/* A slab cache, and how many objects of it there were. */
struct cache {
	char name[64];
	long objects;
};

static struct cache caches[1024];
static int number_of_caches;

static long objects_of(const char *name)
{
	return ASSERT_OK(live_objects(name));
}

/*
 * The stacks of processes that have ended are kept by the megabyte, for others.
 * What tells of them may have come together with what is of the same size.
 */
static void cache_of_stacks(char *name, size_t size)
{
	ssize_t len = readlink(SLABS "vmap_area", name, size - 1);

	if (len < 0)
		len = snprintf(name, size, "vmap_area");
	name[len] = '\0';
}

static void list_caches(void)
{
	DIR *dir = opendir(SLABS);
	struct dirent *d;
	char stacks[64];

	ASSERT_TRUE(dir != NULL);
	cache_of_stacks(stacks, sizeof(stacks));
	while ((d = readdir(dir))) {
		/* Links are other names for the same. */
		if (d->d_type != DT_DIR || *d->d_name == '.' ||
		    !strcmp(d->d_name, stacks))
			continue;
		ASSERT_LT(number_of_caches, 1024);
		strcpy(caches[number_of_caches++].name, d->d_name);
	}
	closedir(dir);
	ASSERT_GT(number_of_caches, 0);
}

/*
 * What waits to be freed does not any more: this is what makes the kernel free
 * what it frees in batches, as ACLs, and waits for a grace period of RCU.
 */
static void have_it_freed(void)
{
	write_file("/proc/sys/vm/drop_caches", "2");
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

/*
 * Counts when there is nothing left to be freed: what earlier tests left would
 * hide a leak.
 */
static void count_all(int calls)
{
	long all = LONG_MAX, before;

	do {
		before = all;
		all = 0;
		have_it_freed();
		for (int i = 0; i < number_of_caches; i++)
			all += caches[i].objects = objects_of(caches[i].name);
	} while (all < before - calls / 10);
}

/* The first cache that has grown by so many objects; NULL if there is none. */
static const struct cache *grown(long by)
{
	for (int i = 0; i < number_of_caches; i++)
		if (objects_of(caches[i].name) >= caches[i].objects + by)
			return &caches[i];
	return NULL;
}

static void leaks_nothing_in(int calls, void (*call)(void))
{
	const struct cache *leak;
	long end;

	/*
	 * KASAN keeps what is freed for a while, to see whether it is used
	 * again. There it is kmemleak that tells, at the end.
	 */
	if (on_debug_kernel()) {
		for (int i = 0; i < 20; i++)
			call();
		return;
	}
	for (int i = 0; i < calls / 10; i++)
		call();
	list_caches();
	count_all(calls);
	for (int i = 0; i < calls; i++)
		call();
	end = now_ms() + PATIENCE_MS;
	do {
		have_it_freed();
		leak = grown(calls / 2);
	} while (leak && now_ms() < end);
	if (leak)
		HARNESS_FAIL(true, "after %d calls %s has %ld more objects",
			     calls, leak->name,
			     objects_of(leak->name) - leak->objects);
}

static int e, m, other;

/* An entry, a file to be stored, and another one. */
static void set_up(void)
{
	e = entry("s/e");
	m = memfd();
	other = memfd();
}

/*
 * A test whose body is called many times and leaks nothing, after what stands
 * behind the name has been done once.
 */
#define LEAKS_NOTHING_IN(name, calls, ...)				\
	static void call_##name(void);					\
	TEST(name)							\
	{								\
		set_up();						\
		__VA_ARGS__;						\
		leaks_nothing_in(calls, call_##name);			\
	}								\
	static void call_##name(void)

#define LEAKS_NOTHING(name, ...)	LEAKS_NOTHING_IN(name, CALLS, ##__VA_ARGS__)

LEAKS_NOTHING(a_put_and_emptying)
{
	int fd = memfd();

	ASSERT_OK(put(e, fd));
	close(fd);
	ASSERT_OK(ftruncate(e, 0));
}

LEAKS_NOTHING(a_replacing_put)
{
	int fd = memfd();

	ASSERT_OK(put_with(e, fd, FDSTOREFS_PUT_REPLACE));
	close(fd);
}

LEAKS_NOTHING(a_put_and_unlinking)
{
	int entry_of_its_own = entry("s/new"), fd = memfd();

	ASSERT_OK(put(entry_of_its_own, fd));
	close(fd);
	close(entry_of_its_own);
	ASSERT_OK(unlink("s/new"));
}

LEAKS_NOTHING(a_put_and_get_and_take)
{
	int fd = memfd();

	ASSERT_OK(put(e, fd));
	close(fd);
	close(ASSERT_OK(get(e)));
	close(ASSERT_OK(take(e)));
}

LEAKS_NOTHING(a_put_that_fails, other = ASSERT_OK(eventfd(0, EFD_CLOEXEC)), ASSERT_OK(put(e, m)))
{
	int fd = ASSERT_OK(eventfd(0, EFD_CLOEXEC)), dead = ASSERT_OK(eventfd(1, EFD_CLOEXEC));

	ASSERT_ERRNO(EBUSY, put(e, fd));
	ASSERT_ERRNO(EBUSY, put_with(e, fd, FDSTOREFS_PUT_HANGUP));
	ASSERT_ERRNO(EBUSY, put_anchored(e, fd, other));
	ASSERT_ERRNO(EINVAL, put_with(e, fd, ~0U));
	ASSERT_ERRNO(EPIPE, put_anchored(e, fd, dead));
	close(dead);
	close(fd);
}

LEAKS_NOTHING(a_put_that_is_refused)
{
	int fd = ASSERT_OK(open("s", O_RDONLY | O_DIRECTORY | O_CLOEXEC));

	ASSERT_ERRNO(ELOOP, put(e, fd));
	close(fd);
}

LEAKS_NOTHING(a_get_from_an_empty_entry)
{
	int empty = entry("s/empty");

	ASSERT_ERRNO(ENODATA, get(empty));
	ASSERT_ERRNO(ENODATA, take(empty));
	ASSERT_ERRNO(ENOTTY, ioctl(empty, FDSTOREFS_IOC_TAKE + 1, 0));
	close(empty);
}

LEAKS_NOTHING(a_hangup)
{
	int p[2];

	ASSERT_OK(pipe2(p, O_CLOEXEC));
	ASSERT_OK(put_with(e, p[1], FDSTOREFS_PUT_HANGUP));
	close(p[1]);
	close(p[0]);
	ASSERT_EMPTIES(e);
}

LEAKS_NOTHING(a_watch_that_is_taken_back)
{
	int p[2];

	ASSERT_OK(pipe2(p, O_CLOEXEC));
	ASSERT_OK(put_with(e, p[1], FDSTOREFS_PUT_HANGUP));
	close(p[1]);
	close(ASSERT_OK(take(e)));
	close(p[0]);
}

LEAKS_NOTHING(an_anchor_that_fires)
{
	int anchor = ASSERT_OK(eventfd(0, EFD_CLOEXEC));

	ASSERT_OK(put_anchored(e, m, anchor));
	ASSERT_OK(eventfd_write(anchor, 1));
	close(anchor);
	ASSERT_EMPTIES(e);
}

LEAKS_NOTHING(an_anchor_that_does_not)
{
	int anchor = ASSERT_OK(eventfd(0, EFD_CLOEXEC));

	ASSERT_OK(put_anchored(e, m, anchor));
	close(anchor);
	ASSERT_OK(ftruncate(e, 0));
}

LEAKS_NOTHING(reading_and_polling_an_entry, ASSERT_OK(put(e, m)))
{
	struct pollfd p = { .fd = e };
	char text[1024];

	slurp("s/e", text, sizeof(text));
	ASSERT_OK(poll(&p, 1, 0));
}

LEAKS_NOTHING(names)
{
	static const char target[] = "a target that is too long to lie in the inode itself, if it could";
	char text[128];
	int file = ASSERT_OK(open("s", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));

	close(file);
	file = ASSERT_OK(open("s", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
	ASSERT_OK(link_fd(file, "s/file"));
	close(file);
	ASSERT_ERRNO(EEXIST, mkdir("s/file", 0700));
	ASSERT_OK(mkdir("s/dir", 0700));
	ASSERT_OK(link("s/file", "s/dir/link"));
	ASSERT_OK(symlink(target, "s/dir/symlink"));
	ASSERT_OK(readlink("s/dir/symlink", text, sizeof(text)));
	ASSERT_OK(rename("s/dir/link", "s/renamed"));
	ASSERT_OK(rename("s/renamed", "s/file"));
	ASSERT_OK(rename("s/file", "s/dir/symlink"));
	ASSERT_OK(unlink("s/dir/symlink"));
	ASSERT_OK(unlink("s/renamed"));
	ASSERT_OK(rmdir("s/dir"));
}

LEAKS_NOTHING(names_in_a_full_store, mount_store("d", "max=1"), make("d/one"))
{
	ASSERT_ERRNO(ENOSPC, mkdir("d/dir", 0700));
	ASSERT_ERRNO(ENOSPC, symlink("target", "d/symlink"));
	ASSERT_ERRNO(ENOSPC, open("d/file", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
	ASSERT_ERRNO(ENOSPC, open("d", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
}

LEAKS_NOTHING(acls)
{
	char list[256];

	ASSERT_OK(mkdir("s/dir", 0700));
	ASSERT_OK(set_acl("s/dir", ACCESS_ACL, "u::rwx,u:1000:r,g::r,m::rwx,o::-"));
	ASSERT_OK(set_acl("s/dir", DEFAULT_ACL, "u::rwx,u:1000:rw,g::r,m::rwx,o::-"));
	ASSERT_OK(mkdir("s/dir/dir", 0777));
	ASSERT_OK(chmod("s/dir/dir", 0750));
	make("s/dir/file");
	ASSERT_OK(set_acl("s/dir/file", ACCESS_ACL, "u::rw,u:1:r,g::r,m::rwx,o::-"));
	ASSERT_STREQ(acl_text("s/dir/file", ACCESS_ACL), "u::rw,u:1:r,g::r,m::rwx,o::-");
	ASSERT_OK(listxattr("s/dir", list, sizeof(list)));
	ASSERT_OK(listxattr("s/dir/file", list, sizeof(list)));
	ASSERT_OK(removexattr("s/dir/file", ACCESS_ACL));
	ASSERT_OK(unlink("s/dir/file"));
	ASSERT_OK(rmdir("s/dir/dir"));
	ASSERT_OK(rmdir("s/dir"));
}

/* Nobody else has anything stored, so what counts for the user comes and goes. */
LEAKS_NOTHING(a_put_of_a_user)
{
	ASSERT_OK(setresuid(1000, 1000, 0));
	ASSERT_OK(put(e, m));
	ASSERT_OK(setresuid(0, 0, 0));
	close(ASSERT_OK(take(e)));
}

LEAKS_NOTHING(draining)
{
	int fd = memfd();

	drain_store(store_of("s"));
	close(fd);
}

LEAKS_NOTHING_IN(mounting_and_unmounting, FEWER_CALLS)
{
	int anchor = ASSERT_OK(eventfd(0, EFD_CLOEXEC));
	char options[64];

	snprintf(options, sizeof(options), "mode=700,max=9,anchor=%d", anchor);
	mount_store("d", options);
	close(anchor);
	fill("d/e", m);
	ASSERT_OK(mount(NULL, "d", NULL, MS_REMOUNT, "max=10"));
	drain_store(store_of("d"));
	ASSERT_OK(umount("d"));
}

LEAKS_NOTHING_IN(a_store_whose_anchor_fires, FEWER_CALLS)
{
	int anchor = ASSERT_OK(eventfd(0, EFD_CLOEXEC)), reader;

	mount_anchored("d", anchor);
	reader = witness("d/e");
	ASSERT_OK(eventfd_write(anchor, 1));
	ASSERT_RELEASED(reader);
	close(reader);
	close(anchor);
	ASSERT_OK(umount("d"));
}

LEAKS_NOTHING_IN(mounting_that_fails, FEWER_CALLS, ASSERT_OK(mkdir("d", 0700)))
{
	int anchor = ASSERT_OK(eventfd(1, EFD_CLOEXEC)), none = memfd();
	char options[64];

	ASSERT_ERRNO(EINVAL, mount("store", "d", "fdstorefs", 0, "max=0"));
	ASSERT_ERRNO(EINVAL, mount("store", "d", "fdstorefs", 0, "teapot"));
	snprintf(options, sizeof(options), "anchor=%d", none);
	ASSERT_ERRNO(EINVAL, mount("store", "d", "fdstorefs", 0, options));
	snprintf(options, sizeof(options), "anchor=%d,anchor=%d,max=x", anchor, anchor);
	ASSERT_ERRNO(EINVAL, mount("store", "d", "fdstorefs", 0, options));
	snprintf(options, sizeof(options), "anchor=%d", anchor);
	ASSERT_ERRNO(EPIPE, mount("store", "d", "fdstorefs", 0, options));
	ASSERT_ERRNO(EINVAL, mount(NULL, "s", NULL, MS_REMOUNT, "max=x"));
	close(none);
	close(anchor);
}

/* Its store is anchored to it, and so is what it stores. */
static int live_as_init(void *arg)
{
	int self = ASSERT_OK(syscall(SYS_pidfd_open, getpid(), 0));

	mount_store("d", NULL);
	e = entry("d/e");
	ASSERT_OK(put_anchored(e, m, self));
	finish();
}

LEAKS_NOTHING_IN(a_store_of_a_pid_namespace, FEWER_CALLS, ASSERT_OK(mkdir("d", 0700)))
{
	static char stack[65536] __attribute__((aligned(16)));

	pid_t pid = ASSERT_OK(clone(live_as_init, stack + sizeof(stack),
				    CLONE_NEWPID | CLONE_NEWNS | SIGCHLD, NULL));

	ASSERT_CHILD(pid);
}
