// SPDX-License-Identifier: GPL-2.0
/* How long a stored file lives, seen from the other end of a pipe. */
#define SUITE "life"
#include "harness.h"
#include "store.h"
#include <sys/file.h>

/* The file is not only held but works: a byte goes through. */
static void expect_works(int stored, int reader)
{
	char c = 0;

	EXPECT_EQ(write(stored, "x", 1), 1);
	EXPECT_EQ(read(reader, &c, 1), 1);
	EXPECT_EQ(c, 'x');
	close(stored);
}

TEST(unlink_of_the_last_name_releases_though_the_entry_is_open)
{
	int p = witness("s/e"), e = entry("s/e");

	ASSERT_OK(unlink("s/e"));
	ASSERT_RELEASED(p);
	EXPECT_ERRNO(ENODATA, get(e));
}

TEST(unlink_of_one_of_two_names_keeps)
{
	int p = witness("s/a");

	ASSERT_OK(link("s/a", "s/b"));
	ASSERT_OK(unlink("s/a"));
	ASSERT_HELD(p);
	expect_works(ASSERT_OK(get_from("s/b")), p);
	ASSERT_OK(unlink("s/b"));
	ASSERT_RELEASED(p);
}

TEST(being_renamed_over_releases_though_the_entry_is_open)
{
	int a = witness("s/a"), b = witness("s/b"), e = entry("s/b");

	ASSERT_OK(rename("s/a", "s/b"));
	ASSERT_RELEASED(b);
	ASSERT_HELD(a);
	EXPECT_ERRNO(ENODATA, get(e));
	expect_works(ASSERT_OK(get_from("s/b")), a);
}

TEST(rename_and_exchange_keep)
{
	int a = witness("s/a"), b = witness("s/b");

	ASSERT_OK(rename("s/a", "s/c"));
	ASSERT_OK(renameat2(AT_FDCWD, "s/b", AT_FDCWD, "s/c", RENAME_EXCHANGE));
	ASSERT_HELD(a);
	ASSERT_HELD(b);
	expect_works(ASSERT_OK(get_from("s/b")), a);
	expect_works(ASSERT_OK(get_from("s/c")), b);
}

TEST(closing_a_nameless_tmpfile_releases)
{
	int p[2], copy, fd = ASSERT_OK(open("s", O_TMPFILE | O_RDWR, 0600));

	ASSERT_OK(pipe(p));
	ASSERT_OK(put(fd, p[1]));
	ASSERT_OK(close(p[1]));
	copy = ASSERT_OK(dup(fd));
	ASSERT_OK(close(fd));
	ASSERT_HELD(p[0]);
	ASSERT_OK(close(copy));
	ASSERT_RELEASED(p[0]);
}

TEST(closing_the_entry_releases_nothing)
{
	int p = witness("s/e");

	for (int i = 0; i < 10; i++)
		ASSERT_OK(close(entry("s/e")));
	ASSERT_HELD(p);
	expect_works(ASSERT_OK(get_from("s/e")), p);
}

TEST(what_was_got_lives_on_when_the_store_lets_go)
{
	int p = witness("s/e"), fd = ASSERT_OK(get_from("s/e"));

	ASSERT_OK(unlink("s/e"));
	ASSERT_HELD(p);
	expect_works(fd, p);
	ASSERT_RELEASED(p);
}

TEST(the_death_of_the_putter_by_sigkill_keeps)
{
	int p[2], status;
	pid_t pid;

	ASSERT_OK(pipe2(p, O_CLOEXEC));
	pid = ASSERT_OK(fork());
	if (!pid) {
		fill("s/e", p[1]);
		raise(SIGKILL);
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	ASSERT_TRUE(WIFSIGNALED(status));
	ASSERT_OK(close(p[1]));
	ASSERT_HELD(p[0]);
	expect_works(ASSERT_OK(get_from("s/e")), p[0]);
}

TEST(a_listening_socket_accepts_after_its_server_died)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "sock" };
	int client, server, status;
	char c = 0;
	pid_t pid = ASSERT_OK(fork());

	if (!pid) {
		server = ASSERT_OK(socket(AF_UNIX, SOCK_STREAM, 0));
		ASSERT_OK(bind(server, (struct sockaddr *)&name, sizeof(name)));
		ASSERT_OK(listen(server, 5));
		fill("s/listener", server);
		raise(SIGKILL);
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);

	/* The client comes while nobody has the socket open. */
	client = ASSERT_OK(socket(AF_UNIX, SOCK_STREAM, 0));
	ASSERT_OK(connect(client, (struct sockaddr *)&name, sizeof(name)));
	ASSERT_EQ(write(client, "x", 1), 1);

	server = ASSERT_OK(get_from("s/listener"));
	ASSERT_EQ(read(ASSERT_OK(accept(server, NULL, NULL)), &c, 1), 1);
	EXPECT_EQ(c, 'x');
}

TEST(a_flock_on_the_stored_file_survives_in_the_store_until_unlink)
{
	int mine, other, status;
	pid_t pid;

	make("file");
	other = ASSERT_OK(open("file", O_RDWR));
	pid = ASSERT_OK(fork());
	if (!pid) {
		mine = ASSERT_OK(open("file", O_RDWR));
		ASSERT_OK(flock(mine, LOCK_EX));
		fill("s/e", mine);
		raise(SIGKILL);
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_ERRNO(EWOULDBLOCK, flock(other, LOCK_EX | LOCK_NB));
	ASSERT_OK(unlink("s/e"));
	EXPECT_OK(flock(other, LOCK_EX));
}

TEST(a_record_lock_stays_behind_with_the_process)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int mine, other, status;
	pid_t pid;

	make("file");
	other = ASSERT_OK(open("file", O_RDWR));
	pid = ASSERT_OK(fork());
	if (!pid) {
		mine = ASSERT_OK(open("file", O_RDWR));
		ASSERT_OK(fcntl(mine, F_SETLK, &lock));
		fill("s/e", mine);
		raise(SIGKILL);
	}
	ASSERT_EQ(waitpid(pid, &status, 0), pid);
	EXPECT_OK(fcntl(other, F_SETLK, &lock));
}

TEST(flock_on_an_entry_is_a_lease_that_death_releases)
{
	int e = entry("s/e"), go[2];
	pid_t pid;
	char c;

	ASSERT_OK(pipe(go));
	pid = ASSERT_OK(fork());
	if (!pid) {
		ASSERT_OK(flock(entry("s/e"), LOCK_EX));
		ASSERT_EQ(write(go[1], "", 1), 1);
		pause();
	}
	ASSERT_EQ(read(go[0], &c, 1), 1);
	EXPECT_ERRNO(EWOULDBLOCK, flock(e, LOCK_EX | LOCK_NB));
	ASSERT_OK(put(e, memfd()));	/* The lock is only between who ask. */
	ASSERT_OK(kill(pid, SIGKILL));
	EXPECT_OK(flock(e, LOCK_EX));
}
