// SPDX-License-Identifier: GPL-2.0
/*
 * Each operation, and a server that is killed before and after each system
 * call that it makes on the way. Whatever the moment, the next server has to
 * finish the operation, once. STRIDE=N: only at every N-th of these places.
 */
#define SUITE "steps"
#include "tracer.h"
#include "left.h"

#include <sys/xattr.h>

/* The files of an operation, in MOUNT; each round has its own directory. */
static char directory[64];

static const char *in(const char *name)
{
	static char paths[4][128];
	static int next;
	char *path = paths[next++ % 4];

	snprintf(path, 128, "%s/%s", directory, name);
	return path;
}

/* The same file, but not through the mount. */
static const char *under(const char *name)
{
	static char path[192];

	snprintf(path, sizeof(path), SOURCE "/%s/%s", directory + strlen(MOUNT) + 1, name);
	return path;
}

static void put_file(const char *name, const char *text)
{
	int fd = ASSERT_OK(open(in(name), O_CREAT | O_WRONLY | O_TRUNC, 0644));

	ASSERT_EQ(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ASSERT_OK(close(fd));
}

static const char *content_of(int fd)
{
	static char text[64];
	ssize_t size = pread(fd, text, sizeof(text) - 1, 0);

	text[size < 0 ? 0 : size] = '\0';
	return text;
}

static const char *content(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const char *text = fd < 0 ? "(none)" : content_of(fd);

	if (fd >= 0)
		close(fd);
	return text;
}

static mode_t mode_under(const char *name)
{
	struct stat st;

	return lstat(under(name), &st) ? 0 : st.st_mode;
}

static struct stat status_under(const char *name)
{
	struct stat st = { 0 };

	EXPECT_OK(lstat(under(name), &st));
	return st;
}

/* What an operation needs to be there, and what must be there afterwards. */
static int opened;

static void nothing(void)
{
}

static void one_file(void)
{
	put_file("a", "content of a");
}

static void two_files(void)
{
	one_file();
	put_file("b", "content of b");
}

static void one_open_file(void)
{
	one_file();
	opened = ASSERT_OK(open(in("a"), O_RDWR | O_CLOEXEC));
}

static void two_files_second_open(void)
{
	two_files();
	opened = ASSERT_OK(open(in("b"), O_RDWR | O_CLOEXEC));
}

static void one_directory(void)
{
	ASSERT_OK(mkdir(in("a"), 0755));
}

static void full_directory(void)
{
	one_directory();
	ASSERT_OK(mkdir(in("a/b"), 0755));
}

static void attribute(void)
{
	one_file();
	ASSERT_OK(setxattr(in("a"), "trusted.test", "old", 3, 0));
}

static int create_new(void)
{
	return open(in("a"), O_CREAT | O_EXCL | O_WRONLY, 0640);
}

static void is_new(void)
{
	EXPECT_EQ(mode_under("a"), S_IFREG | 0640);
	EXPECT_EQ(status_under("a").st_size, 0);
}

static void is_unchanged(void)
{
	EXPECT_STREQ(content(under("a")), "content of a");
	EXPECT_EQ(mode_under("a"), S_IFREG | 0644);
}

static int create_truncating(void)
{
	return open(in("a"), O_CREAT | O_TRUNC | O_WRONLY, 0640);
}

static void is_empty(void)
{
	EXPECT_EQ(status_under("a").st_size, 0);
	EXPECT_EQ(mode_under("a"), S_IFREG | 0644);
}

static int create_as_user(void)
{
	if (setresgid(-1, 1000, -1) || setresuid(-1, 1000, -1))
		return -1;
	return create_new();
}

static void open_to_all(void)
{
	ASSERT_OK(chmod(in("."), 0777));
}

static void is_of_user(void)
{
	is_new();
	EXPECT_EQ(status_under("a").st_uid, 1000);
	EXPECT_EQ(status_under("a").st_gid, 1000);
}

static int append_twice(void)
{
	int fd = open(in("a"), O_WRONLY | O_APPEND);

	return fd < 0 || write(fd, ", and", 5) != 5 || write(fd, " more", 5) != 5 ? -1 : 0;
}

static void is_appended(void)
{
	EXPECT_STREQ(content(under("a")), "content of a, and more");
}

static int make_fifo(void)
{
	return mkfifo(in("a"), 0620);
}

static void is_fifo(void)
{
	EXPECT_EQ(mode_under("a"), S_IFIFO | 0620);
}

static int make_directory(void)
{
	return mkdir(in("a"), 0750);
}

static void is_directory(void)
{
	EXPECT_EQ(mode_under("a"), S_IFDIR | 0750);
}

static int make_symlink(void)
{
	return symlink("where it points to", in("a"));
}

static void is_symlink(void)
{
	char target[64] = "";

	EXPECT_OK(readlink(under("a"), target, sizeof(target) - 1));
	EXPECT_STREQ(target, "where it points to");
}

static int make_link(void)
{
	return link(in("a"), in("b"));
}

static void is_linked(void)
{
	is_unchanged();
	EXPECT_EQ(status_under("a").st_nlink, 2);
	EXPECT_EQ(status_under("b").st_ino, status_under("a").st_ino);
}

static void is_not_linked(void)
{
	is_unchanged();
	EXPECT_EQ(status_under("a").st_nlink, 1);
	EXPECT_STREQ(content(under("b")), "content of b");
}

static int remove_file(void)
{
	return unlink(in("a"));
}

static void is_gone(void)
{
	EXPECT_EQ(mode_under("a"), 0);
	EXPECT_ERRNO(ENOENT, access(in("a"), F_OK));
}

static void is_gone_but_open(void)
{
	is_gone();
	EXPECT_STREQ(content_of(opened), "content of a");
	EXPECT_EQ(pwrite(opened, "CONTENT", 7, 0), 7);
	EXPECT_OK(fsync(opened));
	EXPECT_STREQ(content_of(opened), "CONTENT of a");
}

static int remove_directory(void)
{
	return rmdir(in("a"));
}

static void is_full(void)
{
	EXPECT_EQ(mode_under("a/b"), S_IFDIR | 0755);
}

static int rename_it(void)
{
	return rename(in("a"), in("b"));
}

static void is_renamed(void)
{
	is_gone();
	EXPECT_STREQ(content(under("b")), "content of a");
	EXPECT_STREQ(content(in("b")), "content of a");
}

static void is_renamed_over_open(void)
{
	is_renamed();
	EXPECT_STREQ(content_of(opened), "content of b");
}

static int rename_not_replacing(void)
{
	return renameat2(AT_FDCWD, in("a"), AT_FDCWD, in("b"), RENAME_NOREPLACE);
}

static int exchange(void)
{
	return renameat2(AT_FDCWD, in("a"), AT_FDCWD, in("b"), RENAME_EXCHANGE);
}

static void is_exchanged(void)
{
	EXPECT_STREQ(content(under("a")), "content of b");
	EXPECT_STREQ(content(under("b")), "content of a");
}

static int shorten(void)
{
	return truncate(in("a"), 7);
}

static void is_short(void)
{
	EXPECT_STREQ(content(under("a")), "content");
}

static int change_mode(void)
{
	return chmod(in("a"), 0600);
}

static void is_private(void)
{
	EXPECT_EQ(mode_under("a"), S_IFREG | 0600);
}

static int change_owner(void)
{
	return chown(in("a"), 1000, 1001);
}

static void is_of_other(void)
{
	is_unchanged();
	EXPECT_EQ(status_under("a").st_uid, 1000);
	EXPECT_EQ(status_under("a").st_gid, 1001);
}

static int change_times(void)
{
	struct timespec times[2] = { { .tv_sec = 1000 }, { .tv_sec = 2000, .tv_nsec = 3 } };

	return utimensat(AT_FDCWD, in("a"), times, 0);
}

static void is_old(void)
{
	EXPECT_EQ(status_under("a").st_mtim.tv_sec, 2000);
	EXPECT_EQ(status_under("a").st_mtim.tv_nsec, 3);
}

static int add_attribute(void)
{
	return setxattr(in("a"), "trusted.test", "new", 3, XATTR_CREATE);
}

static int replace_attribute(void)
{
	return setxattr(in("a"), "trusted.test", "new", 3, XATTR_REPLACE);
}

static const char *attribute_now(void)
{
	static char value[8];

	memset(value, 0, sizeof(value));
	return getxattr(under("a"), "trusted.test", value, sizeof(value) - 1) < 0 ? "(none)" : value;
}

static void has_new_attribute(void)
{
	EXPECT_STREQ(attribute_now(), "new");
}

static void has_old_attribute(void)
{
	EXPECT_STREQ(attribute_now(), "old");
}

static void has_no_attribute(void)
{
	EXPECT_STREQ(attribute_now(), "(none)");
}

static int remove_attribute(void)
{
	return removexattr(in("a"), "trusted.test");
}

static int allocate(void)
{
	int fd = open(in("a"), O_WRONLY);

	return fd < 0 ? -1 : fallocate(fd, 0, 0, 10000);
}

static void is_allocated(void)
{
	EXPECT_EQ(status_under("a").st_size, 10000);
}

static int copy(void)
{
	int from = open(in("a"), O_RDONLY), to = open(in("b"), O_WRONLY);

	return copy_file_range(from, NULL, to, NULL, 12, 0) == 12 ? 0 : -1;
}

static void is_copied(void)
{
	EXPECT_STREQ(content(under("b")), "content of a");
}

static int look(void)
{
	DIR *names = opendir(in("."));
	struct dirent *entry;
	struct stat st;
	int seen = 0;

	while (names && (entry = readdir(names)))
		seen |= !strcmp(entry->d_name, "a") ? 1 : !strcmp(entry->d_name, "b") ? 2 : 0;
	return seen == 3 && !stat(in("b"), &st) && st.st_size == 12 &&
	       !strcmp(content(in("a")), "content of a") ? 0 : -1;
}

static const struct operation {
	const char *name;
	void (*prepare)(void);
	int (*act)(void);
	int error;
	void (*check)(void);
} operations[] = {
	{ "create", nothing, create_new, 0, is_new },
	{ "create what is there", one_file, create_new, EEXIST, is_unchanged },
	{ "create what is there, truncating", one_file, create_truncating, 0, is_empty },
	{ "create as a user", open_to_all, create_as_user, 0, is_of_user },
	{ "append", one_file, append_twice, 0, is_appended },
	{ "mknod", nothing, make_fifo, 0, is_fifo },
	{ "mkdir", nothing, make_directory, 0, is_directory },
	{ "mkdir what is there", one_file, make_directory, EEXIST, is_unchanged },
	{ "symlink", nothing, make_symlink, 0, is_symlink },
	{ "link", one_file, make_link, 0, is_linked },
	{ "link to what is there", two_files, make_link, EEXIST, is_not_linked },
	{ "unlink", one_file, remove_file, 0, is_gone },
	{ "unlink what is not there", nothing, remove_file, ENOENT, is_gone },
	{ "unlink what is open", one_open_file, remove_file, 0, is_gone_but_open },
	{ "rmdir", one_directory, remove_directory, 0, is_gone },
	{ "rmdir what is not empty", full_directory, remove_directory, ENOTEMPTY, is_full },
	{ "rename", one_file, rename_it, 0, is_renamed },
	{ "rename what is not there", nothing, rename_it, ENOENT, is_gone },
	{ "rename over", two_files, rename_it, 0, is_renamed },
	{ "rename over what is open", two_files_second_open, rename_it, 0, is_renamed_over_open },
	{ "rename, not replacing", one_file, rename_not_replacing, 0, is_renamed },
	{ "rename, not replacing what is there", two_files, rename_not_replacing, EEXIST, is_not_linked },
	{ "exchange", two_files, exchange, 0, is_exchanged },
	{ "truncate", one_file, shorten, 0, is_short },
	{ "chmod", one_file, change_mode, 0, is_private },
	{ "chown", one_file, change_owner, 0, is_of_other },
	{ "utimens", one_file, change_times, 0, is_old },
	{ "add an attribute", one_file, add_attribute, 0, has_new_attribute },
	{ "add an attribute that is there", attribute, add_attribute, EEXIST, has_old_attribute },
	{ "replace an attribute", attribute, replace_attribute, 0, has_new_attribute },
	{ "replace an attribute that is not there", one_file, replace_attribute, ENODATA, has_no_attribute },
	{ "remove an attribute", attribute, remove_attribute, 0, has_no_attribute },
	{ "remove an attribute that is not there", one_file, remove_attribute, ENODATA, has_no_attribute },
	{ "fallocate", one_file, allocate, 0, is_allocated },
	{ "copy_file_range", two_files, copy, 0, is_copied },
	{ "look", two_files, look, 0, nothing },
};

/* The operation, in a process of its own. It exits with the errno. */
static pid_t begin(const struct operation *operation)
{
	pid_t client = ASSERT_OK(fork());

	if (!client)
		_exit(operation->act() < 0 ? errno : 0);
	return client;
}

/*
 * Let the worker go through that many stops at system calls. False if the
 * operation has ended before; *status is how then.
 */
static bool go_on(pid_t worker, int stops, pid_t client, int *status)
{
	while (stops--) {
		ASSERT_OK(ptrace(PTRACE_SYSCALL, worker, 0, 0));
		for (;;) {
			int how;
			pid_t pid = ASSERT_OK(waitpid(-1, &how, __WALL));

			if (pid == client) {
				*status = how;
				return false;
			}
			if (pid == worker)
				break;
		}
	}
	return true;
}

/* Returns whether the server was killed on the way. */
static bool kill_after(const struct operation *operation, int stops, struct server *server)
{
	struct server next;
	pid_t worker = 0, client;
	int status;
	bool killed;

	/* Before any file is open: its exec would close its copy, and so wait for a server. */
	next = server_start(1, "--standby");
	ASSERT_TRUE(server_await(&next, "standing by"));

	snprintf(directory, sizeof(directory), MOUNT "/%d", stops);
	ASSERT_OK(mkdir(directory, 0755));
	opened = -1;
	operation->prepare();
	ASSERT_EQ(workers_of(server->pid, &worker, 1), 1);
	trace(worker);
	client = begin(operation);
	killed = go_on(worker, stops, client, &status);
	ASSERT_OK(kill(server->pid, SIGKILL));
	reap(worker);
	server_end(server);
	*server = next;
	ASSERT_TRUE(server_await(server, "serving"));
	if (killed)
		ASSERT_EQ(waitpid(client, &status, 0), client);
	EXPECT_EQ(status, operation->error << 8);
	operation->check();
	if (opened >= 0)
		close(opened);
	return killed;
}

static void kill_everywhere(const struct operation *operation)
{
	int stride = atoi(getenv("STRIDE") ?: "1");
	struct server server;
	int stops = 1, kills = 0;

	make_directories();
	server = server_serve(1);
	for (;; stops += stride, kills++) {
		ABOUT("%s, killed after %d stops", operation->name, stops);
		if (!kill_after(operation, stops, &server) || harness_failures)
			break;
	}
	NOTE("%s: killed at %d places", operation->name, kills);
	ABOUT("%s", operation->name);
	expect_no_nodes();
	unmount_and_end(&server);
	harness_subject[0] = '\0';
	ASSERT_OK(unlink(ERRORS));
	ASSERT_OK(rmdir(MOUNT));
	ASSERT_OK(rename(SOURCE, operation->name));
}

static void kill_all_from(const char *first, const char *behind)
{
	size_t count = sizeof(operations) / sizeof(operations[0]), i = 0;

	while (strcmp(operations[i].name, first))
		i++;
	for (; i < count && (!behind || strcmp(operations[i].name, behind)); i++)
		kill_everywhere(&operations[i]);
}

TEST_SECONDS(names_are_made_once, 300)
{
	kill_all_from("create", "unlink");
}

TEST_SECONDS(names_are_removed_once, 300)
{
	kill_all_from("unlink", "rename");
}

TEST_SECONDS(names_are_changed_once, 300)
{
	kill_all_from("rename", "truncate");
}

TEST_SECONDS(attributes_and_content_are_as_if_changed_once, 300)
{
	kill_all_from("truncate", NULL);
}
