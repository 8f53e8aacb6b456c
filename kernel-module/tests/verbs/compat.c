// SPDX-License-Identifier: GPL-2.0
/*
 * The verbs called as 32-bit programs call them. On x86-64 int 0x80 enters the
 * kernel by the 32-bit table from any program, so this needs no 32-bit libc;
 * pointers must only lie below 4 GiB.
 */
#define SUITE "compat"
#include "harness.h"
#include "store.h"

#ifndef __x86_64__
#error "int 0x80 is x86"
#endif

static long int80(long number, long b, long c, long d)
{
	long ret;

	asm volatile("int $0x80" : "=a" (ret)
		     : "a" (number), "b" (b), "c" (c), "d" (d)
		     : "memory", "cc", "r8", "r9", "r10", "r11");
	return ret;
}

static int ioctl32(int fd, unsigned int cmd, unsigned int arg)
{
	int ret = (int)int80(54 /* ioctl */, fd, cmd, arg);

	if (ret >= 0 || ret < -4095)
		return ret;
	errno = -ret;
	return -1;
}

/* A struct at an address that 32 bits can say, of so many bytes. */
static unsigned int low(int fd, unsigned int flags, char tail)
{
	static char *page;
	struct fdstorefs_put *arg;

	if (!page)
		page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	ASSERT_NE(page, MAP_FAILED);
	memset(page, 0, 4096);
	arg = (void *)page;
	*arg = (struct fdstorefs_put){ .fd = fd, .flags = flags, .anchor_fd = -1 };
	page[31] = tail;
	return (unsigned int)(uintptr_t)page;
}

TEST(int_0x80_calls_are_32_bit_calls)
{
	EXPECT_EQ(int80(20 /* getpid */, 0, 0, 0), getpid());
}

TEST(a_32_bit_caller_puts_gets_and_takes)
{
	int e = entry("s/e"), m = memfd(), fd;

	ASSERT_OK(ioctl32(e, FDSTOREFS_IOC_PUT, low(m, 0, 0)));
	fd = ASSERT_OK(ioctl32(e, FDSTOREFS_IOC_GET, 0));
	EXPECT_TRUE(same(fd, m));
	EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	fd = ASSERT_OK(ioctl32(e, FDSTOREFS_IOC_TAKE, 0));
	EXPECT_TRUE(same(fd, m));
	EXPECT_ERRNO(ENODATA, ioctl32(e, FDSTOREFS_IOC_GET, 0));
	EXPECT_ERRNO(ENODATA, ioctl32(e, FDSTOREFS_IOC_TAKE, 0));
}

TEST(a_32_bit_caller_replaces)
{
	int e = entry("s/e"), a = memfd(), b = memfd();

	ASSERT_OK(ioctl32(e, FDSTOREFS_IOC_PUT, low(a, 0, 0)));
	EXPECT_ERRNO(EBUSY, ioctl32(e, FDSTOREFS_IOC_PUT, low(b, 0, 0)));
	ASSERT_OK(ioctl32(e, FDSTOREFS_IOC_PUT, low(b, FDSTOREFS_PUT_REPLACE, 0)));
	EXPECT_TRUE(same(ASSERT_OK(get(e)), b));
}

TEST(a_32_bit_caller_sees_the_same_errors)
{
	int e = entry("s/e"), m = memfd();

	EXPECT_ERRNO(EBADF, ioctl32(e, FDSTOREFS_IOC_PUT, low(-1, 0, 0)));
	EXPECT_ERRNO(EINVAL, ioctl32(e, FDSTOREFS_IOC_PUT, low(m, 1U << 31, 0)));
	EXPECT_ERRNO(EFAULT, ioctl32(e, FDSTOREFS_IOC_PUT, 0));
	EXPECT_ERRNO(ENOTTY, ioctl32(e, _IO(FDSTOREFS_IOC_MAGIC, 9), 0));
	EXPECT_ERRNO(ELOOP, ioctl32(e, FDSTOREFS_IOC_PUT, low(e, 0, 0)));
	ASSERT_OK(put(e, m));
	EXPECT_ERRNO(EINVAL, ioctl32(e, FDSTOREFS_IOC_GET, 1));
	EXPECT_ERRNO(EINVAL, ioctl32(e, FDSTOREFS_IOC_TAKE, 0x80000000));
	EXPECT_ERRNO(EACCES, ioctl32(ASSERT_OK(open("s/e", O_RDONLY)),
				     FDSTOREFS_IOC_GET, 0));
	EXPECT_ERRNO(EBADF, ioctl32(ASSERT_OK(open("s/e", O_RDONLY)),
				    FDSTOREFS_IOC_TAKE, 0));
}

TEST(a_32_bit_caller_s_struct_may_be_of_another_size)
{
	const unsigned int longer = _IOC(_IOC_WRITE, FDSTOREFS_IOC_MAGIC, 1, 32);
	const unsigned int shorter = _IOC(_IOC_WRITE, FDSTOREFS_IOC_MAGIC, 1, 12);
	int e = entry("s/e"), m = memfd();

	EXPECT_ERRNO(E2BIG, ioctl32(e, longer, low(m, 0, 1)));
	EXPECT_ERRNO(EINVAL, ioctl32(e, shorter, low(m, 0, 0)));
	EXPECT_OK(ioctl32(e, longer, low(m, 0, 0)));
	EXPECT_TRUE(same(ASSERT_OK(get(e)), m));
}

TEST(a_32_bit_caller_stores_a_file_without_o_largefile_and_64_bit_gets_it)
{
	static char *path;
	int e = entry("s/e"), fd;

	path = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	ASSERT_NE(path, MAP_FAILED);
	strcpy(path, "file");
	make("file");
	fd = (int)int80(5 /* open */, (long)path, O_RDWR, 0);
	ASSERT_OK(fd);
	ASSERT_OK(ioctl32(e, FDSTOREFS_IOC_PUT, low(fd, 0, 0)));
	EXPECT_TRUE(same(ASSERT_OK(get(e)), fd));
}

TEST(a_32_bit_caller_opens_an_entry_reads_it_and_truncates_it)
{
	static char *low_page;
	int fd;

	low_page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	ASSERT_NE(low_page, MAP_FAILED);
	fill("s/e", memfd());
	strcpy(low_page, "s/e");
	fd = (int)int80(5 /* open */, (long)low_page, O_RDWR, 0);
	ASSERT_OK(fd);
	ASSERT_GT(int80(3 /* read */, fd, (long)low_page, 4096), 14);
	EXPECT_EQ(memcmp(low_page, "state:\tfilled\n", 14), 0);
	EXPECT_EQ(int80(93 /* ftruncate */, fd, 0, 0), 0);
	EXPECT_ERRNO(ENODATA, get(fd));
}
