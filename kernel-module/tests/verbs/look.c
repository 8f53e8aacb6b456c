// SPDX-License-Identifier: GPL-2.0
/* What read(2), fdinfo and stat tell of an entry. */
#define SUITE "look"
#include "harness.h"
#include "store.h"

static char text[4096];

/* The value of a key in a text of "key:\tvalue\n" lines; NULL if not there. */
static const char *value_in(const char *from, const char *key)
{
	static char value[8][256];
	static int turn;
	size_t n = strlen(key);

	for (const char *line = from; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, n) && line[n] == ':' && line[n + 1] == '\t') {
			turn = (turn + 1) % 8;
			snprintf(value[turn], sizeof(value[turn]), "%.*s",
				 (int)strcspn(line + n + 2, "\n"), line + n + 2);
			return value[turn];
		}
	}
	return NULL;
}

static const char *told(const char *key)
{
	return value_in(slurp("s/e", text, sizeof(text)), key) ?: "(none)";
}

static const char *fdinfo(int fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	return slurp(path, text, sizeof(text));
}

/* Stores fd in a new s/e and compares what the entry tells with fstat. */
static void expect_told(const char *type, const char *access, int fd)
{
	char dev[64], number[64];
	struct stat st;

	ASSERT_OK(fd);
	ASSERT_OK(fstat(fd, &st));
	fill("s/e", fd);
	ABOUT("%s %s", type, access);
	snprintf(dev, sizeof(dev), "%u:%u", major(st.st_dev), minor(st.st_dev));
	snprintf(number, sizeof(number), "%lu", st.st_ino);
	EXPECT_STREQ(told("state"), "filled");
	EXPECT_STREQ(told("stored-type"), type);
	EXPECT_STREQ(told("stored-access"), access);
	EXPECT_STREQ(told("stored-dev"), dev);
	EXPECT_STREQ(told("stored-ino"), number);
	EXPECT_EQ(strtol(told("stored-flags"), NULL, 8), fcntl(fd, F_GETFL));
	ASSERT_OK(unlink("s/e"));
	ASSERT_OK(close(fd));
	ABOUT("%s", "");
}

TEST(an_empty_entry_tells_only_its_state)
{
	make("s/e");
	EXPECT_STREQ(slurp("s/e", text, sizeof(text)), "state:\tempty\n");
}

TEST(a_filled_entry_tells_in_lines_of_key_and_value)
{
	static const char *const keys[] = {
		"state", "stored-type", "stored-dev", "stored-ino",
		"stored-access", "stored-flags", "put-time",
	};

	fill("s/e", memfd());
	slurp("s/e", text, sizeof(text));
	for (int i = 0; i < 7; i++) {
		ABOUT("%s", keys[i]);
		EXPECT_TRUE(value_in(text, keys[i]));
	}
	for (char *line = text; *line; line = strchr(line, '\n') + 1) {
		ABOUT("%s", line);
		ASSERT_TRUE(strchr(line, '\n'));
		ASSERT_TRUE(strchr(line, ':'));
		EXPECT_LE(strchr(line, ':'), strchr(line, '\n'));
		EXPECT_EQ(strchr(line, ':')[1], '\t');
	}
}

TEST(the_type_device_inode_access_and_flags_are_those_of_the_stored_file)
{
	int p[2];

	make("file");
	ASSERT_OK(mkdir("d", 0755));
	ASSERT_OK(symlink("d", "l"));
	ASSERT_OK(mknod("null", S_IFCHR | 0666, makedev(1, 3)));
	ASSERT_OK(mknod("loop", S_IFBLK | 0666, makedev(7, 0)));
	expect_told("regular", "r", open("file", O_RDONLY));
	expect_told("regular", "w", open("file", O_WRONLY | O_APPEND));
	expect_told("regular", "rw", open("file", O_RDWR | O_NONBLOCK));
	expect_told("regular", "path", open("file", O_PATH));
	expect_told("regular", "rw", memfd_create("m", 0));
	expect_told("directory", "r", open("d", O_RDONLY | O_DIRECTORY));
	expect_told("directory", "path", open("d", O_PATH));
	expect_told("symlink", "path", open("l", O_PATH | O_NOFOLLOW));
	expect_told("character device", "rw", open("null", O_RDWR));
	expect_told("block device", "path", open("loop", O_PATH));
	ASSERT_OK(pipe(p));
	expect_told("fifo", "r", p[0]);
	expect_told("fifo", "w", p[1]);
	ASSERT_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, p));
	expect_told("socket", "rw", p[0]);
	expect_told("anon_inode:[eventfd]", "rw", eventfd(0, 0));
	expect_told("anon_inode:[timerfd]", "rw",
		    timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK));
}

TEST(flags_set_after_the_put_show)
{
	int m = memfd();

	fill("s/e", m);
	ASSERT_OK(fcntl(m, F_SETFL, O_APPEND));
	EXPECT_EQ(strtol(told("stored-flags"), NULL, 8), fcntl(m, F_GETFL));
}

static bool says(int e, const char *line)
{
	char text[1024] = "";

	ASSERT_GT(pread(e, text, sizeof(text) - 1, 0), 0);
	return strstr(text, line);
}

TEST(how_it_was_put_is_told)
{
	int p[2], e = entry("s/e"), kinds[4];
	static const char *const names[] = { "eventfd", "timerfd", "fifo", "pidfd" };

	ASSERT_OK(pipe(p));
	ASSERT_OK(put(e, p[0]));
	EXPECT_FALSE(says(e, "put-hangup"));
	EXPECT_FALSE(says(e, "put-anchor"));
	kinds[0] = ASSERT_OK(eventfd(0, 0));
	kinds[1] = ASSERT_OK(timerfd_create(CLOCK_MONOTONIC, 0));
	kinds[2] = p[0];
	kinds[3] = ASSERT_OK(syscall(SYS_pidfd_open, getpid(), 0));
	for (int i = 0; i < 4; i++) {
		char line[64];

		ABOUT("%s", names[i]);
		ASSERT_OK(put_all(e, p[0], FDSTOREFS_PUT_REPLACE | FDSTOREFS_PUT_HANGUP |
				  FDSTOREFS_PUT_PEER | FDSTOREFS_PUT_REMOVE, kinds[i]));
		snprintf(line, sizeof(line), "\nput-anchor:\t%s\n", names[i]);
		EXPECT_TRUE(says(e, line));
		EXPECT_TRUE(says(e, "\nput-hangup:\tyes\nput-peer:\tyes\nput-remove:\tyes\n"));
	}
}

TEST(put_time_is_when_it_was_put)
{
	struct timespec before, after;
	long sec, nsec;
	char end;

	clock_gettime(CLOCK_REALTIME_COARSE, &before);
	fill("s/e", memfd());
	clock_gettime(CLOCK_REALTIME, &after);
	ABOUT("%s", told("put-time"));
	ASSERT_EQ(sscanf(told("put-time"), "%ld.%9ld%c", &sec, &nsec, &end), 2);
	EXPECT_EQ(strlen(strchr(told("put-time"), '.')), 10);
	EXPECT_GE(sec * 1000000000 + nsec, before.tv_sec * 1000000000 + before.tv_nsec);
	EXPECT_LE(sec * 1000000000 + nsec, after.tv_sec * 1000000000 + after.tv_nsec);
}

TEST(no_path_and_no_pid_are_told)
{
	char pid[32];
	int fd;

	fd = ASSERT_OK(open("a-file-with-a-name", O_CREAT | O_RDWR, 0600));
	fill("s/e", fd);
	slurp("s/e", text, sizeof(text));
	EXPECT_FALSE(strstr(text, "a-file-with-a-name"));
	EXPECT_FALSE(strchr(text, '/'));
	EXPECT_FALSE(strstr(text, "pid"));
	snprintf(pid, sizeof(pid), "\t%d\n", getpid());
	EXPECT_FALSE(strstr(text, pid));
}

TEST(the_text_follows_the_state)
{
	int e = entry("s/e"), m = memfd();

	EXPECT_STREQ(told("state"), "empty");
	ASSERT_OK(put(e, m));
	EXPECT_STREQ(told("state"), "filled");
	ASSERT_OK(close(ASSERT_OK(take(e))));
	EXPECT_STREQ(slurp("s/e", text, sizeof(text)), "state:\tempty\n");
	ASSERT_OK(put(e, m));
	ASSERT_OK(put_with(e, ASSERT_OK(eventfd(0, 0)), FDSTOREFS_PUT_REPLACE));
	EXPECT_STREQ(told("stored-type"), "anon_inode:[eventfd]");
	ASSERT_OK(ftruncate(e, 0));
	EXPECT_STREQ(told("state"), "empty");
}

TEST(pread_lseek_and_short_reads_give_parts_of_the_same_text)
{
	char part[4096] = "";
	size_t n, i = 0;
	int e;

	fill("s/e", memfd());
	n = strlen(slurp("s/e", text, sizeof(text)));
	e = ASSERT_OK(open("s/e", O_RDONLY));
	while (ASSERT_OK(read(e, part + i, 1)) == 1)
		i++;
	EXPECT_EQ(i, n);
	EXPECT_STREQ(part, text);
	EXPECT_EQ(lseek(e, 7, SEEK_SET), 7);
	EXPECT_EQ(read(e, part, sizeof(part)), n - 7);
	EXPECT_EQ(memcmp(part, text + 7, n - 7), 0);
	EXPECT_EQ(lseek(e, 0, SEEK_CUR), n);
	EXPECT_EQ(pread(e, part, 5, 0), 5);
	EXPECT_EQ(memcmp(part, text, 5), 0);
	EXPECT_EQ(pread(e, part, 5, n), 0);
	EXPECT_EQ(pread(e, part, 5, 1 << 20), 0);
	EXPECT_EQ(lseek(e, -2, SEEK_CUR), n - 2);
	EXPECT_ERRNO(EINVAL, lseek(e, -1, SEEK_SET));
}

TEST(reading_needs_read_permission)
{
	make("s/e");
	EXPECT_ERRNO(EBADF, read(ASSERT_OK(open("s/e", O_WRONLY)), text, 1));
	ASSERT_OK(chmod("s/e", 0622));
	AS_USER(1000, 1000)
		EXPECT_ERRNO(EACCES, open("s/e", O_RDONLY));
}

TEST(read_into_a_bad_pointer_is_efault)
{
	EXPECT_ERRNO(EFAULT, syscall(SYS_read, entry("s/e"), 8, 10));
}

TEST(fdinfo_of_an_entry_tells_what_a_read_tells)
{
	int e = entry("s/e"), m = memfd();

	EXPECT_STREQ(value_in(fdinfo(e), "state") ?: "(none)", "empty");
	EXPECT_FALSE(value_in(text, "stored-type"));
	ASSERT_OK(put(e, m));
	EXPECT_STREQ(value_in(fdinfo(e), "state") ?: "(none)", "filled");
	EXPECT_STREQ(value_in(text, "stored-type") ?: "(none)", "regular");
	EXPECT_TRUE(value_in(text, "stored-ino"));
	EXPECT_TRUE(value_in(text, "pos"));
}

TEST(fdinfo_of_an_entry_open_only_for_writing_tells_nothing_of_what_is_stored)
{
	int e;

	fill("s/e", memfd());
	e = ASSERT_OK(open("s/e", O_WRONLY));
	EXPECT_STREQ(value_in(fdinfo(e), "state") ?: "(none)", "filled");
	EXPECT_FALSE(strstr(text, "stored-"));
}

TEST(stat_gives_size_0_whatever_is_stored)
{
	struct stat st;

	fill("s/e", memfd());
	st = stat_of("s/e");
	EXPECT_EQ(st.st_size, 0);
	EXPECT_EQ(st.st_blocks, 0);
	EXPECT_TRUE(S_ISREG(st.st_mode));
}

TEST(inode_numbers_in_a_store_are_unique)
{
	make("s/a");
	make("s/b");
	ASSERT_OK(mkdir("s/d", 0755));
	EXPECT_NE(stat_of("s/a").st_ino, stat_of("s/b").st_ino);
	EXPECT_NE(stat_of("s/a").st_ino, stat_of("s/d").st_ino);
	EXPECT_NE(stat_of("s").st_ino, stat_of("s/d").st_ino);
	EXPECT_EQ(stat_of("s/a").st_dev, stat_of("s").st_dev);
}
