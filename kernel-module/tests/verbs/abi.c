// SPDX-License-Identifier: GPL-2.0
/* The numbers and structs of the interface, and wrong uses of them. */
#define SUITE "abi"
#include "harness.h"
#include "store.h"

/* PUT with a struct of another size: the first bytes are arg, then tail. */
static int put_sized(int e, struct fdstorefs_put arg, unsigned int size, char tail)
{
	static char buf[1 << _IOC_SIZEBITS];

	memset(buf, 0, sizeof(buf));
	memcpy(buf, &arg, sizeof(arg));
	if (size > sizeof(arg))
		buf[size - 1] = tail;
	return ioctl(e, _IOC(_IOC_WRITE, FDSTOREFS_IOC_MAGIC, 1, size), buf);
}

static struct fdstorefs_put storing(int fd)
{
	return (struct fdstorefs_put){ .fd = fd, .anchor_fd = -1 };
}

TEST(the_numbers_are_those_of_the_design)
{
	EXPECT_EQ(sizeof(struct fdstorefs_put), 16);
	EXPECT_EQ(FDSTOREFS_IOC_PUT, 0x4010df01);
	EXPECT_EQ(FDSTOREFS_IOC_GET, 0xdf02);
	EXPECT_EQ(FDSTOREFS_IOC_TAKE, 0xdf03);
	EXPECT_EQ(FDSTOREFS_PUT_REPLACE, 1);
	EXPECT_EQ(FDSTOREFS_SUPER_MAGIC, 0x46445354);
}

TEST(a_larger_struct_with_a_zero_tail_is_served)
{
	static const unsigned int sizes[] = { 17, 20, 24, 32, 64, 4096, 16383 };
	int e = entry("s/e"), m = memfd();

	for (int i = 0; i < 7; i++) {
		ABOUT("%u bytes", sizes[i]);
		EXPECT_OK(put_sized(e, storing(m), sizes[i], 0));
		EXPECT_TRUE(same(EXPECT_OK(take(e)), m));
	}
}

TEST(a_larger_struct_with_a_non_zero_tail_is_e2big)
{
	static const unsigned int sizes[] = { 17, 20, 24, 32, 64, 4096, 16383 };
	int e = entry("s/e"), m = memfd();

	for (int i = 0; i < 7; i++) {
		ABOUT("%u bytes", sizes[i]);
		EXPECT_ERRNO(E2BIG, put_sized(e, storing(m), sizes[i], 1));
		EXPECT_ERRNO(ENODATA, get(e));
	}
}

TEST(a_shorter_struct_is_einval)
{
	int e = entry("s/e"), m = memfd();

	for (unsigned int size = 1; size < 16; size++) {
		ABOUT("%u bytes", size);
		EXPECT_ERRNO(EINVAL, put_sized(e, storing(m), size, 0));
	}
	EXPECT_ERRNO(ENODATA, get(e));
}

TEST(an_unknown_flag_is_einval)
{
	int e = entry("s/e"), m = memfd();

	for (int bit = 2; bit < 32; bit++) {
		ABOUT("bit %d", bit);
		EXPECT_ERRNO(EINVAL, put_with(e, m, 1U << bit));
		EXPECT_ERRNO(EINVAL, put_with(e, m, 1U << bit | FDSTOREFS_PUT_REPLACE));
	}
	EXPECT_ERRNO(ENODATA, get(e));
}

TEST(a_non_zero_reserved_is_einval)
{
	struct fdstorefs_put arg = storing(memfd());
	int e = entry("s/e");

	arg.reserved = 1;
	EXPECT_ERRNO(EINVAL, ioctl(e, FDSTOREFS_IOC_PUT, &arg));
	arg.reserved = 1U << 31;
	EXPECT_ERRNO(EINVAL, ioctl(e, FDSTOREFS_IOC_PUT, &arg));
	EXPECT_ERRNO(ENODATA, get(e));
}

TEST(a_negative_anchor_other_than_none_is_einval)
{
	struct fdstorefs_put arg = storing(memfd());
	int e = entry("s/e");

	for (arg.anchor_fd = -3; arg.anchor_fd < -1; arg.anchor_fd++) {
		ABOUT("%d", arg.anchor_fd);
		EXPECT_ERRNO(EINVAL, ioctl(e, FDSTOREFS_IOC_PUT, &arg));
	}
	EXPECT_ERRNO(ENODATA, get(e));
}

TEST(an_unknown_number_is_enotty)
{
	int e = entry("s/e");
	char buf[64] = "";

	ASSERT_OK(put(e, memfd()));
	for (int nr = 0; nr < 256; nr++) {
		ABOUT("%d", nr);
		if (nr >= 1 && nr <= 3)
			continue;
		EXPECT_ERRNO(ENOTTY, ioctl(e, _IO(FDSTOREFS_IOC_MAGIC, nr), 0));
		EXPECT_ERRNO(ENOTTY, ioctl(e, _IOC(_IOC_WRITE, FDSTOREFS_IOC_MAGIC,
						   nr, 16), buf));
	}
	EXPECT_ERRNO(ENOTTY, ioctl(e, _IO(0xFC, 2), 0));
}

TEST(a_non_zero_argument_of_get_or_take_is_einval)
{
	int e = entry("s/e"), m = memfd();

	ASSERT_OK(put(e, m));
	EXPECT_ERRNO(EINVAL, ioctl(e, FDSTOREFS_IOC_GET, 1L));
	EXPECT_ERRNO(EINVAL, ioctl(e, FDSTOREFS_IOC_GET, -1L));
	EXPECT_ERRNO(EINVAL, ioctl(e, FDSTOREFS_IOC_GET, 1L << 32));
	EXPECT_ERRNO(EINVAL, ioctl(e, FDSTOREFS_IOC_TAKE, 1L));
	EXPECT_ERRNO(EINVAL, ioctl(e, FDSTOREFS_IOC_TAKE, 1L << 63));
	EXPECT_TRUE(same(ASSERT_OK(get(e)), m));
}

TEST(a_bad_pointer_is_efault)
{
	size_t page = sysconf(_SC_PAGESIZE);
	char *two = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct fdstorefs_put arg = storing(memfd());
	int e = entry("s/e");

	ASSERT_NE(two, MAP_FAILED);
	ASSERT_OK(munmap(two + page, page));
	EXPECT_ERRNO(EFAULT, ioctl(e, FDSTOREFS_IOC_PUT, NULL));
	EXPECT_ERRNO(EFAULT, ioctl(e, FDSTOREFS_IOC_PUT, -4096L));
	EXPECT_ERRNO(EFAULT, ioctl(e, FDSTOREFS_IOC_PUT, two + page));
	memcpy(two + page - 8, &arg, 8);
	EXPECT_ERRNO(EFAULT, ioctl(e, FDSTOREFS_IOC_PUT, two + page - 8));
	/* All that is known is there, but not the tail. */
	memcpy(two + page - sizeof(arg), &arg, sizeof(arg));
	EXPECT_ERRNO(EFAULT, ioctl(e, _IOC(_IOC_WRITE, FDSTOREFS_IOC_MAGIC, 1, 24),
				   two + page - sizeof(arg)));
	EXPECT_ERRNO(ENODATA, get(e));
	/* And up to the last byte it is enough. */
	EXPECT_OK(ioctl(e, FDSTOREFS_IOC_PUT, two + page - sizeof(arg)));
}

TEST(an_unaligned_struct_is_served)
{
	struct fdstorefs_put arg = storing(memfd());
	char buf[32];

	memcpy(buf + 1, &arg, sizeof(arg));
	EXPECT_OK(ioctl(entry("s/e"), FDSTOREFS_IOC_PUT, buf + 1));
}

TEST(directories_fifos_and_o_path_have_no_verbs)
{
	int d = ASSERT_OK(open("s", O_RDONLY | O_DIRECTORY)), m = memfd(), f, p;

	EXPECT_ERRNO(ENOTTY, put(d, m));
	EXPECT_ERRNO(ENOTTY, get(d));
	EXPECT_ERRNO(ENOTTY, take(d));
	ASSERT_OK(mkfifo("s/f", 0600));
	f = ASSERT_OK(open("s/f", O_RDWR));
	EXPECT_ERRNO(ENOTTY, put(f, m));
	EXPECT_ERRNO(ENOTTY, get(f));
	fill("s/e", m);
	p = ASSERT_OK(open("s/e", O_PATH));
	EXPECT_ERRNO(EBADF, put(p, m));
	EXPECT_ERRNO(EBADF, get(p));
	EXPECT_ERRNO(EBADF, take(p));
}

TEST(other_filesystems_do_not_know_the_verbs)
{
	int e = entry("file");

	EXPECT_ERRNO(ENOTTY, put(e, 0));
	EXPECT_ERRNO(ENOTTY, get(e));
}
