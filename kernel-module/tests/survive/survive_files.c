// SPDX-License-Identifier: GPL-2.0
/* Files, memory, directories, paths, pipes. */
#define SUITE "survive_files"
#include "harness.h"
#include "survive.h"
#include <mqueue.h>

/* A file that has no name any more; its offset and flags are the dead's. */

static int make_deleted(struct scene *s)
{
	int fd = ASSERT_OK(open("file", O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK,
				0600));

	send_message(fd, "abcdef");
	ASSERT_OK(unlink("file"));
	ASSERT_EQ(lseek(fd, 2, SEEK_SET), 2);
	return fd;
}

static void use_deleted(int fd, struct scene *s)
{
	struct stat st;

	ASSERT_OK(fstat(fd, &st));
	EXPECT_EQ(st.st_nlink, 0);
	EXPECT_EQ(fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK),
		  O_RDWR | O_APPEND | O_NONBLOCK);
	expect_message(fd, "cdef");
	ASSERT_OK(lseek(fd, 0, SEEK_SET));
	send_message(fd, "ghi");
	ASSERT_OK(lseek(fd, 0, SEEK_SET));
	expect_message(fd, "abcdefghi");
}

KIND(a_deleted_file_with_its_offset_and_flags,
     .make = make_deleted, .use = use_deleted)

/* Memory with seals. */

#define SEALS	(F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW)

static int make_memfd(struct scene *s)
{
	int fd = ASSERT_OK(memfd_create("m", MFD_ALLOW_SEALING));

	ASSERT_EQ(pwrite(fd, "state", 5, 0), 5);
	ASSERT_OK(fcntl(fd, F_ADD_SEALS, SEALS));
	return fd;
}

static void use_memfd(int fd, struct scene *s)
{
	char *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);

	ASSERT_TRUE(p != MAP_FAILED);
	EXPECT_EQ(memcmp(p, "state", 5), 0);
	EXPECT_EQ(fcntl(fd, F_GET_SEALS), SEALS);
	EXPECT_ERRNO(EPERM, pwrite(fd, "other", 5, 0));
	EXPECT_ERRNO(EPERM, ftruncate(fd, 0));
}

KIND(a_sealed_memfd, .make = make_memfd, .use = use_memfd)

/* A mapping of the dead wrote it, one of the successor reads and writes. */
static int make_mapped(struct scene *s)
{
	int fd = memfd();
	char *p;

	ASSERT_OK(ftruncate(fd, 4096));
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_TRUE(p != MAP_FAILED);
	strcpy(p, "by store instructions");
	return fd;
}

static void use_mapped(int fd, struct scene *s)
{
	char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	ASSERT_TRUE(p != MAP_FAILED);
	EXPECT_STREQ(p, "by store instructions");
	memcpy(p, "BY", 2);
	expect_message(fd, "BY store");
}

KIND(memory_that_was_mapped, .make = make_mapped, .use = use_mapped)

/* A directory: the dead read a part of it, the successor the rest. */

#define NAMES	200

static int make_directory(struct scene *s)
{
	char buf[512], name[32];
	int fd, n;

	ASSERT_OK(mkdir("d", 0700));
	for (int i = 0; i < NAMES; i++) {
		snprintf(name, sizeof(name), "d/%d", i);
		make(name);
	}
	fd = ASSERT_OK(open("d", O_RDONLY | O_DIRECTORY));
	n = ASSERT_OK(getdents64(fd, buf, sizeof(buf)));
	ASSERT_GT(n, 0);
	for (int at = 0; at < n; s->number[0]++)
		at += ((struct dirent64 *)(buf + at))->d_reclen;
	return fd;
}

static void use_directory(int fd, struct scene *s)
{
	char buf[512];
	int n, names = s->number[0];

	while ((n = ASSERT_OK(getdents64(fd, buf, sizeof(buf)))) > 0)
		for (int at = 0; at < n; names++)
			at += ((struct dirent64 *)(buf + at))->d_reclen;
	EXPECT_EQ(names, NAMES + 2);
	ASSERT_OK(openat(fd, "0", O_RDONLY));
	ASSERT_OK(mkdirat(fd, "new", 0700));
	ASSERT_OK(fchdir(fd));
	EXPECT_TRUE(exists("new"));
}

KIND(a_directory_with_its_position,
     .make = make_directory, .use = use_directory)

/* O_PATH: to open below, to open again, to execute. */

static int make_path_directory(struct scene *s)
{
	ASSERT_OK(mkdir("d", 0700));
	make("d/file");
	return open("d", O_PATH | O_DIRECTORY);
}

static void use_path_directory(int fd, struct scene *s)
{
	ASSERT_OK(openat(fd, "file", O_RDONLY));
	EXPECT_ERRNO(EBADF, fchmod(fd, 0));
}

KIND(an_o_path_of_a_directory_opens_what_is_in_it,
     .make = make_path_directory, .use = use_path_directory)

static int make_path_file(struct scene *s)
{
	int fd = ASSERT_OK(open("file", O_RDWR | O_CREAT, 0600));

	send_message(fd, "content");
	fd = ASSERT_OK(open("file", O_PATH));
	ASSERT_OK(unlink("file"));
	return fd;
}

static void use_path_file(int fd, struct scene *s)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	expect_message(ASSERT_OK(open(path, O_RDONLY)), "content");
	EXPECT_ERRNO(EBADF, read(fd, path, 1));
}

KIND(an_o_path_of_a_deleted_file_opens_it_again,
     .make = make_path_file, .use = use_path_file)

static int make_program(struct scene *s)
{
	return open("/bin/true", O_PATH);
}

static void use_program(int fd, struct scene *s)
{
	pid_t pid = ASSERT_OK(fork());

	if (!pid) {
		execveat(fd, "", (char *[]){ "true", NULL }, environ,
			 AT_EMPTY_PATH);
		_exit(127);
	}
	ASSERT_CHILD(pid);
}

KIND(an_o_path_of_a_program_is_executed,
     .make = make_program, .use = use_program)

/* Pipes: nobody else has this end. */

static int make_write_end(struct scene *s)
{
	send_message(s->fd[1], "one ");
	return s->fd[1];
}

static void reader_sees_no_end(struct scene *s)
{
	ASSERT_OK(close(s->fd[1]));
	ASSERT_HELD(s->fd[0]);
}

static void use_write_end(int fd, struct scene *s)
{
	send_message(fd, "two");
}

static void reader_reads_all(struct scene *s)
{
	expect_message(s->fd[0], "one two");
	ASSERT_RELEASED(s->fd[0]);
}

KIND(the_write_end_of_a_pipe, .before = pipe_is_made, .make = make_write_end,
     .meanwhile = reader_sees_no_end, .use = use_write_end,
     .after = reader_reads_all)

static int make_read_end(struct scene *s)
{
	return s->fd[0];
}

static void writer_writes(struct scene *s)
{
	ASSERT_OK(close(s->fd[0]));
	send_message(s->fd[1], "to nobody");
}

static void use_read_end(int fd, struct scene *s)
{
	expect_message(fd, "to nobody");
}

static void writer_has_no_reader(struct scene *s)
{
	ASSERT_TRUE(await(s->fd[1], 0) & POLLERR);
	EXPECT_ERRNO(EPIPE, write(s->fd[1], "x", 1));
}

KIND(the_read_end_of_a_pipe, .before = pipe_is_made, .make = make_read_end,
     .meanwhile = writer_writes, .use = use_read_end,
     .after = writer_has_no_reader)

static int make_fifo(struct scene *s)
{
	ASSERT_OK(mkfifo("fifo", 0600));
	return open("fifo", O_RDONLY | O_NONBLOCK);
}

static void fifo_is_written(struct scene *s)
{
	/* Without a reader, this open would be ENXIO. */
	s->fd[0] = ASSERT_OK(open("fifo", O_WRONLY | O_NONBLOCK));
	send_message(s->fd[0], "to nobody");
}

KIND(a_fifo, .make = make_fifo, .meanwhile = fifo_is_written,
     .use = use_read_end)

static int make_mqueue(struct scene *s)
{
	mqd_t q = HERE(s, mq_open("/fdstorefs-test", O_CREAT | O_EXCL | O_RDWR,
				  0600, NULL));

	ASSERT_OK(mq_unlink("/fdstorefs-test"));
	ASSERT_OK(mq_send(q, "low", 3, 1));
	ASSERT_OK(mq_send(q, "high", 4, 2));
	return q;
}

static void use_mqueue(int fd, struct scene *s)
{
	char buf[8192];

	ASSERT_EQ(mq_receive(fd, buf, sizeof(buf), NULL), 4);
	EXPECT_EQ(memcmp(buf, "high", 4), 0);
	ASSERT_EQ(mq_receive(fd, buf, sizeof(buf), NULL), 3);
}

KIND(a_posix_message_queue_without_a_name,
     .make = make_mqueue, .use = use_mqueue)
