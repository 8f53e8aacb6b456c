// SPDX-License-Identifier: GPL-2.0
/* Emptying by truncate(2), and write(2), which does nothing. */
#define SUITE "empty"
#include "harness.h"
#include "store.h"
#include <sys/sendfile.h>
#include <sys/uio.h>

static int plain_file(int flags)
{
	return ASSERT_OK(open("file", O_CREAT | O_CLOEXEC | flags, 0600));
}

TEST(truncate_to_0_and_o_trunc_empty_the_entry)
{
	int p = witness("s/e");

	ASSERT_OK(truncate("s/e", 0));
	ASSERT_RELEASED(p);
	EXPECT_ERRNO(ENODATA, get_from("s/e"));
	p = witness("s/e");
	ASSERT_OK(ftruncate(entry("s/e"), 0));
	ASSERT_RELEASED(p);
	p = witness("s/e");
	ASSERT_OK(open("s/e", O_WRONLY | O_TRUNC));
	ASSERT_RELEASED(p);
	p = witness("s/e");
	ASSERT_OK(creat("s/e", 0600));
	ASSERT_RELEASED(p);
	EXPECT_OK(truncate("s/e", 0));
}

TEST(truncate_to_another_size_is_einval_and_changes_nothing)
{
	int m = memfd(), e;

	fill("s/e", m);
	e = entry("s/e");
	EXPECT_ERRNO(EINVAL, truncate("s/e", 1));
	EXPECT_ERRNO(EINVAL, ftruncate(e, 4096));
	EXPECT_ERRNO(EINVAL, ftruncate(e, -1));
	EXPECT_EQ(stat_of("s/e").st_size, 0);
	EXPECT_TRUE(same(ASSERT_OK(get(e)), m));
}

TEST(truncate_needs_write_permission)
{
	int p = witness("s/e");

	ASSERT_OK(chmod("s/e", 0644));
	AS_USER(1000, 1000) {
		EXPECT_ERRNO(EACCES, truncate("s/e", 0));
		EXPECT_ERRNO(EACCES, open("s/e", O_RDONLY | O_TRUNC));
		EXPECT_ERRNO(EINVAL, ftruncate(ASSERT_OK(open("s/e", O_RDONLY)), 0));
	}
	ASSERT_HELD(p);
}

TEST(write_is_einval_in_all_its_forms)
{
	struct iovec v = { "1\n", 2 };
	int e = entry("s/e"), f = plain_file(O_RDWR), p[2], m = memfd();
	loff_t zero = 0;

	ASSERT_EQ(write(f, "1\n", 2), 2);
	ASSERT_OK(pipe(p));
	ASSERT_EQ(write(p[1], "1\n", 2), 2);
	for (int filled = 0; filled < 2; filled++) {
		ABOUT("%s", filled ? "filled" : "empty");
		EXPECT_ERRNO(EINVAL, write(e, "1\n", 2));
		EXPECT_ERRNO(EINVAL, pwrite(e, "1\n", 2, 0));
		EXPECT_ERRNO(EINVAL, writev(e, &v, 1));
		EXPECT_ERRNO(EINVAL, sendfile(e, f, &zero, 2));
		EXPECT_ERRNO(EINVAL, splice(p[0], NULL, e, NULL, 2, 0));
		if (!filled)
			ASSERT_OK(put(e, m));
	}
	EXPECT_TRUE(same(ASSERT_OK(get(e)), m));
	EXPECT_ERRNO(EBADF, write(ASSERT_OK(open("s/e", O_RDONLY)), "1\n", 2));
}
