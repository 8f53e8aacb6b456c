// SPDX-License-Identifier: GPL-2.0
/* Looking at entries and stores, and the administrator, when memory fails. */
#define SUITE "fault_look"
#include "harness.h"
#include "fault.h"

/* As read(2) into a buffer, which a fault may shorten but not change. */
static long read_again(int fd, char *buf, size_t size)
{
	memset(buf, 0, size);
	return pread(fd, buf, size - 1, 0);
}

TEST(read_an_entry)
{
	int p = witness("s/e"), e = ASSERT_OK(open("s/e", O_RDONLY | O_CLOEXEC));
	char is[1024], was[1024];

	ASSERT_GT(read_again(e, was, sizeof(was)), 0);
	EACH_FAULT(f, ENOMEM, EFAULT)
		if (IN_FAULT(f, read_again(e, is, sizeof(is))) >= 0)
			EXPECT_STREQ(is, was);
	ASSERT_HELD(p);
}

TEST(poll_many_entries)
{
	struct pollfd p[300];
	int e = entry("s/e");

	for (int i = 0; i < 300; i++)
		p[i] = (struct pollfd){ .fd = e, .events = POLLIN | POLLOUT };
	EACH_FAULT(f, ENOMEM, EFAULT)
		if (IN_FAULT(f, poll(p, 300, 0)) >= 0)
			EXPECT_EQ(p[299].revents, POLLOUT);
}

TEST(wait_for_an_entry_by_epoll)
{
	struct epoll_event events = { .events = EPOLLIN };
	int e = entry("s/e"), m = memfd();

	EACH_FAULT(f, ENOMEM, EFAULT) {
		int set = ASSERT_OK(epoll_create1(EPOLL_CLOEXEC));

		if (IN_FAULT(f, epoll_ctl(set, EPOLL_CTL_ADD, e, &events)) < 0)
			ASSERT_OK(epoll_ctl(set, EPOLL_CTL_ADD, e, &events));
		ASSERT_EQ(epoll_wait(set, &events, 1, 0), 0);
		ASSERT_OK(put(e, m));
		ASSERT_EQ(epoll_wait(set, &events, 1, 0), 1);
		ASSERT_OK(ftruncate(e, 0));
		ASSERT_OK(close(set));
	}
}

/* A file of /proc or /sys, opened and read anew. */
static long look_at(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;
	long n;

	if (fd < 0)
		return -1;
	memset(buf, 0, size);
	n = read(fd, buf, size - 1);
	err = errno;
	close(fd);
	errno = err;
	return n;
}

static void each_fault_of_looking_at(const char *path)
{
	char is[4096], was[4096];

	ASSERT_GT(look_at(path, was, sizeof(was)), 0);
	EACH_FAULT_OF(f, path, ENOMEM, EFAULT) {
		struct world before = world_of("s");

		/* It may be cut short, as any read(2) may. */
		if (IN_FAULT(f, look_at(path, is, sizeof(is))) > 0)
			EXPECT_EQ(strncmp(is, was, strlen(is)), 0);
		EXPECT_UNCHANGED("s", before);
	}
}

TEST(fdinfo)
{
	char path[64];
	int p = witness("s/e");

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d",
		 ASSERT_OK(open("s/e", O_RDONLY | O_CLOEXEC)));
	each_fault_of_looking_at(path);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d",
		 ASSERT_OK(open("s/e", O_WRONLY | O_CLOEXEC)));
	each_fault_of_looking_at(path);
	ASSERT_HELD(p);
}

TEST(mount_table)
{
	each_fault_of_looking_at("/proc/self/mountinfo");
}

TEST(stat_of_the_store)
{
	struct statfs st;

	make("s/e");
	EACH_FAULT(f, ENOMEM, EFAULT) {
		if (IN_FAULT(f, statfs("s", &st)) < 0)
			ASSERT_OK(statfs("s", &st));
		EXPECT_EQ(st.f_type, FDSTOREFS_SUPER_MAGIC);
		EXPECT_EQ(st.f_files - st.f_ffree, 1);
	}
}

TEST(what_the_administrator_sees)
{
	each_fault_of_looking_at(admin_path(store_of("s")));
}

static int drain(const char *store)
{
	int fd = open(admin_path(store), O_WRONLY | O_CLOEXEC), ret, err;

	if (fd < 0)
		return -1;
	ret = write(fd, "drain", 5);
	err = errno;
	close(fd);
	errno = err;
	return ret;
}

/* It drains and seals, or does neither. */
TEST(drain_by_the_administrator)
{
	EACH_FAULT(f, ENOMEM, EFAULT) {
		char store[32];
		int p;

		mount_store("t", NULL);
		strcpy(store, store_of("t"));
		p = witness("t/e");
		if (IN_FAULT(f, drain(store)) < 0) {
			ASSERT_HELD(p);
			EXPECT_EQ(store_number(store, "sealed"), 0);
			EXPECT_EQ(store_number(store, "filled"), 1);
			ASSERT_OK(drain(store));
		}
		ASSERT_RELEASED(p);
		EXPECT_EQ(store_number(store, "sealed"), 1);
		EXPECT_EQ(store_number(store, "filled"), 0);
		ASSERT_OK(umount("t"));
		ASSERT_STORE_GONE(store);
		close(p);
	}
	ASSERT_LEFT(1, 1);
}
