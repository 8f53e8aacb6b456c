// SPDX-License-Identifier: GPL-2.0
/* What put refuses, because it would pin the store for ever. */
#define SUITE "refuse"
#include "harness.h"
#include "store.h"
#include <linux/io_uring.h>
#include <sys/fanotify.h>

/* The put fails with err, REPLACE or not, and the entry stays as it is. */
static void expect_refused(const char *what, int err, int fd)
{
	int e = entry("s/test-entry"), m = memfd();

	ABOUT("%s", what);
	ASSERT_OK(fd);
	EXPECT_ERRNO(err, put(e, fd));
	EXPECT_ERRNO(ENODATA, get(e));
	ASSERT_OK(put_with(e, m, FDSTOREFS_PUT_REPLACE));
	EXPECT_ERRNO(err, put_with(e, fd, FDSTOREFS_PUT_REPLACE));
	EXPECT_TRUE(same(EXPECT_OK(get(e)), m));
	ASSERT_OK(unlink("s/test-entry"));
	close(e);
	close(m);
	ABOUT("%s", "");
}

#define REFUSED(err, call)	expect_refused(#call, err, call)

TEST(an_entry_is_eloop)
{
	int e = entry("s/e");

	EXPECT_ERRNO(ELOOP, put(e, e));
	REFUSED(ELOOP, open("s/e", O_RDONLY));
	REFUSED(ELOOP, open("s/e", O_WRONLY));
	REFUSED(ELOOP, open("s/e", O_RDWR));
	REFUSED(ELOOP, open("s/e", O_PATH));
	REFUSED(ELOOP, open("s", O_TMPFILE | O_RDWR, 0600));
}

TEST(a_directory_symlink_or_fifo_of_a_store_is_eloop)
{
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(symlink("d", "s/l"));
	ASSERT_OK(mkfifo("s/f", 0600));
	REFUSED(ELOOP, open("s", O_RDONLY | O_DIRECTORY));
	REFUSED(ELOOP, open("s", O_PATH));
	REFUSED(ELOOP, open("s/d", O_RDONLY | O_DIRECTORY));
	REFUSED(ELOOP, open("s/l", O_PATH | O_NOFOLLOW));
	REFUSED(ELOOP, open("s/f", O_RDWR));
	REFUSED(ELOOP, open("s/f", O_PATH));
	REFUSED(ELOOP, open_tree(AT_FDCWD, "s", 0));
}

TEST(a_file_of_another_store_is_eloop)
{
	mount_store("t", NULL);
	REFUSED(ELOOP, entry("t/e"));
	REFUSED(ELOOP, open("t/e", O_PATH));
	REFUSED(ELOOP, open("t", O_RDONLY | O_DIRECTORY));
	ASSERT_OK(mkdir("b", 0755));
	ASSERT_OK(mount("t", "b", NULL, MS_BIND, NULL));
	REFUSED(ELOOP, open("b/e", O_RDONLY));
}

TEST(a_mount_namespace_is_eloop)
{
	pid_t pid;
	char path[64];
	int p[2];

	REFUSED(ELOOP, open("/proc/self/ns/mnt", O_RDONLY));
	REFUSED(ELOOP, open("/proc/self/ns/mnt", O_PATH));
	REFUSED(ELOOP, open("/proc/1/ns/mnt", O_RDONLY));

	ASSERT_OK(pipe(p));
	pid = ASSERT_OK(fork());
	if (!pid) {
		ASSERT_OK(unshare(CLONE_NEWNS));
		ASSERT_EQ(write(p[1], "", 1), 1);
		pause();
	}
	ASSERT_EQ(read(p[0], path, 1), 1);
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	REFUSED(ELOOP, open(path, O_RDONLY));
	/* Bound to a name, as a container manager pins one. */
	make("ns");
	ASSERT_OK(mount(path, "ns", NULL, MS_BIND, NULL));
	REFUSED(ELOOP, open("ns", O_RDONLY));
}

TEST(the_mount_tables_of_proc_are_eloop)
{
	char path[64];

	REFUSED(ELOOP, open("/proc/self/mounts", O_RDONLY));
	REFUSED(ELOOP, open("/proc/self/mountinfo", O_RDONLY));
	REFUSED(ELOOP, open("/proc/self/mountstats", O_RDONLY));
	REFUSED(ELOOP, open("/proc/mounts", O_RDONLY));
	REFUSED(ELOOP, open("/proc/1/mountinfo", O_RDONLY));
	REFUSED(ELOOP, open("/proc/thread-self/mountinfo", O_RDONLY));
	snprintf(path, sizeof(path), "/proc/self/task/%d/mounts", getpid());
	REFUSED(ELOOP, open(path, O_RDONLY));
	ASSERT_OK(mkdir("proc", 0755));
	ASSERT_OK(mount("proc", "proc", "proc", 0, NULL));
	REFUSED(ELOOP, open("proc/self/mounts", O_RDONLY));
}

TEST(a_detached_mount_is_eloop)
{
	int fs = ASSERT_OK(fsopen("tmpfs", 0));

	REFUSED(ELOOP, open_tree(AT_FDCWD, ".", OPEN_TREE_CLONE));
	REFUSED(ELOOP, open_tree(AT_FDCWD, ".", OPEN_TREE_CLONE | AT_RECURSIVE));
	REFUSED(ELOOP, open_tree(AT_FDCWD, "s", OPEN_TREE_CLONE));
	ASSERT_OK(fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
	REFUSED(ELOOP, fsmount(fs, 0, 0));
}

TEST(a_filesystem_context_is_einval)
{
	REFUSED(EINVAL, fsopen("fdstorefs", 0));
	REFUSED(EINVAL, fsopen("tmpfs", 0));
	REFUSED(EINVAL, fspick(AT_FDCWD, "s", 0));
	REFUSED(EINVAL, fspick(AT_FDCWD, ".", 0));
}

TEST(an_io_uring_is_einval)
{
	struct io_uring_params params = {};

	REFUSED(EINVAL, syscall(SYS_io_uring_setup, 4, &params));
}

TEST(a_fanotify_group_is_einval)
{
	REFUSED(EINVAL, fanotify_init(FAN_CLASS_NOTIF, O_RDONLY));
	REFUSED(EINVAL, fanotify_init(FAN_CLASS_CONTENT | FAN_NONBLOCK, O_RDONLY));
	REFUSED(EINVAL, fanotify_init(FAN_REPORT_FID, 0));
}

static int bound_socket(int type, const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = ASSERT_OK(socket(AF_UNIX, type | SOCK_CLOEXEC, 0));

	strcpy(name.sun_path, path);
	ASSERT_OK(bind(fd, (struct sockaddr *)&name, sizeof(name)));
	return fd;
}

TEST(an_af_unix_socket_bound_to_a_name_in_a_store_is_eloop)
{
	REFUSED(ELOOP, bound_socket(SOCK_STREAM, "s/stream"));
	REFUSED(ELOOP, bound_socket(SOCK_DGRAM, "s/dgram"));
	REFUSED(ELOOP, bound_socket(SOCK_SEQPACKET, "s/seqpacket"));
	mount_store("t", NULL);
	REFUSED(ELOOP, bound_socket(SOCK_STREAM, "t/other"));
	ASSERT_OK(unlink("s/stream"));
}

/* It has the name of its listener, and so the mount, but its peer has not. */
TEST(an_af_unix_connection_accepted_through_such_a_name_is_eloop)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "s/u" };
	int server = bound_socket(SOCK_STREAM, "s/u");
	int client = ASSERT_OK(socket(AF_UNIX, SOCK_STREAM, 0)), e;

	ASSERT_OK(listen(server, 1));
	ASSERT_OK(connect(client, (struct sockaddr *)&name, sizeof(name)));
	REFUSED(ELOOP, accept(server, NULL, NULL));
	e = entry("s/e");
	EXPECT_OK(put(e, client));
}

TEST(what_was_refused_is_not_pinned)
{
	int p[2], e = entry("s/e"), fd;

	ASSERT_OK(mkfifo("s/f", 0600));
	fd = ASSERT_OK(open("s/f", O_RDWR | O_CLOEXEC));
	EXPECT_ERRNO(ELOOP, put(e, fd));
	ASSERT_OK(pipe2(p, O_CLOEXEC));
	EXPECT_ERRNO(EINVAL, put_with(e, p[1], 1U << 31));
	ASSERT_OK(close(p[1]));
	ASSERT_RELEASED(p[0]);
	ASSERT_OK(close(fd));
	ASSERT_OK(close(e));
	EXPECT_OK(umount("s"));
}
