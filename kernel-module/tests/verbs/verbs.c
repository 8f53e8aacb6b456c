// SPDX-License-Identifier: GPL-2.0
/* PUT, GET and TAKE. */
#define SUITE "verbs"
#include "harness.h"
#include "store.h"

static int plain_file(int flags)
{
	return ASSERT_OK(open("file", O_CREAT | O_CLOEXEC | flags, 0600));
}

TEST(put_returns_0_and_leaves_the_caller_its_descriptor)
{
	int m = memfd(), e = entry("s/e");

	EXPECT_EQ(put(e, m), 0);
	EXPECT_OK(fcntl(m, F_GETFD));
	EXPECT_EQ(fcntl(m, F_GETFD), FD_CLOEXEC);
}

TEST(get_gives_the_very_open_file_description)
{
	int m = memfd(), e = entry("s/e"), other = memfd(), fd;

	ASSERT_OK(put(e, m));
	fd = ASSERT_OK(get(e));
	EXPECT_NE(fd, m);
	EXPECT_TRUE(same(fd, m));
	EXPECT_FALSE(same(fd, other));
}

TEST(get_shares_the_offset_and_the_status_flags)
{
	int f = plain_file(O_RDWR), fd;

	fill("s/e", f);
	fd = ASSERT_OK(get_from("s/e"));
	ASSERT_EQ(write(fd, "12345", 5), 5);
	EXPECT_EQ(lseek(f, 0, SEEK_CUR), 5);
	ASSERT_EQ(lseek(f, 2, SEEK_SET), 2);
	EXPECT_EQ(lseek(fd, 0, SEEK_CUR), 2);
	ASSERT_OK(fcntl(f, F_SETFL, O_APPEND | O_NONBLOCK));
	EXPECT_EQ(fcntl(fd, F_GETFL), fcntl(f, F_GETFL));
}

TEST(get_again_and_again_gives_the_same_file)
{
	int m = memfd(), e = entry("s/e");

	ASSERT_OK(put(e, m));
	for (int i = 0; i < 100; i++) {
		int fd = ASSERT_OK(get(e));

		ASSERT_TRUE(same(fd, m));
		ASSERT_OK(close(fd));
	}
}

TEST(get_and_take_give_the_lowest_free_number_and_close_on_exec)
{
	int e = entry("s/e"), m = memfd(), fd;
	int lowest = ASSERT_OK(dup(m));

	ASSERT_OK(fcntl(m, F_SETFD, 0));
	ASSERT_OK(put(e, m));
	ASSERT_OK(close(lowest));
	fd = ASSERT_OK(get(e));
	EXPECT_EQ(fd, lowest);
	EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ASSERT_OK(close(fd));
	fd = ASSERT_OK(take(e));
	EXPECT_EQ(fd, lowest);
	EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	EXPECT_EQ(fcntl(m, F_GETFD), 0);
}

TEST(the_stored_file_outlives_every_descriptor_of_it)
{
	int p = witness("s/e"), fd;
	char c;

	ASSERT_HELD(p);
	fd = ASSERT_OK(get_from("s/e"));
	ASSERT_EQ(write(fd, "x", 1), 1);
	EXPECT_EQ(read(p, &c, 1), 1);
	EXPECT_EQ(c, 'x');
}

TEST(put_into_a_filled_entry_is_ebusy_and_changes_nothing)
{
	int a = memfd(), b = memfd(), e = entry("s/e");

	ASSERT_OK(put(e, a));
	EXPECT_ERRNO(EBUSY, put(e, b));
	EXPECT_ERRNO(EBUSY, put(e, a));
	EXPECT_TRUE(same(ASSERT_OK(get(e)), a));
}

TEST(put_with_replace_releases_what_was_stored)
{
	int p = witness("s/e"), m = memfd(), e = entry("s/e");

	ASSERT_OK(put_with(e, m, FDSTOREFS_PUT_REPLACE));
	ASSERT_RELEASED(p);
	EXPECT_TRUE(same(ASSERT_OK(get(e)), m));
}

TEST(put_with_replace_fills_an_empty_entry_and_replaces_a_file_by_itself)
{
	int m = memfd(), e = entry("s/e");

	ASSERT_OK(put_with(e, m, FDSTOREFS_PUT_REPLACE));
	ASSERT_OK(put_with(e, m, FDSTOREFS_PUT_REPLACE));
	EXPECT_TRUE(same(ASSERT_OK(get(e)), m));
}

TEST(a_put_with_replace_that_fails_keeps_what_was_stored)
{
	int p = witness("s/e"), e = entry("s/e");

	EXPECT_ERRNO(ELOOP, put_with(e, e, FDSTOREFS_PUT_REPLACE));
	EXPECT_ERRNO(EBADF, put_with(e, 1000, FDSTOREFS_PUT_REPLACE));
	EXPECT_ERRNO(EINVAL, put_with(e, 0, FDSTOREFS_PUT_REPLACE | 1U << 31));
	ASSERT_HELD(p);
	EXPECT_OK(get(e));
}

TEST(one_file_can_be_stored_in_many_entries)
{
	int m = memfd();

	fill("s/a", m);
	fill("s/b", m);
	mount_store("t", NULL);
	fill("t/a", m);
	ASSERT_OK(unlink("s/a"));
	EXPECT_TRUE(same(ASSERT_OK(get_from("s/b")), m));
	EXPECT_TRUE(same(ASSERT_OK(get_from("t/a")), m));
}

TEST(every_opening_of_an_entry_sees_the_same)
{
	int m = memfd(), a = entry("s/e"), b = entry("s/e");

	ASSERT_OK(put(a, m));
	EXPECT_TRUE(same(ASSERT_OK(get(b)), m));
	EXPECT_OK(take(b));
	EXPECT_ERRNO(ENODATA, get(a));
}

TEST(get_and_take_of_an_empty_entry_are_enodata)
{
	int e = entry("s/e");

	EXPECT_ERRNO(ENODATA, get(e));
	EXPECT_ERRNO(ENODATA, take(e));
}

TEST(take_gives_the_file_and_empties_the_entry)
{
	int m = memfd(), e = entry("s/e");

	ASSERT_OK(put(e, m));
	EXPECT_TRUE(same(ASSERT_OK(take(e)), m));
	EXPECT_ERRNO(ENODATA, get(e));
	EXPECT_ERRNO(ENODATA, take(e));
	EXPECT_OK(put(e, m));
}

TEST(take_leaves_no_reference_behind)
{
	int p = witness("s/e"), e = entry("s/e");

	ASSERT_OK(close(ASSERT_OK(take(e))));
	ASSERT_RELEASED(p);
}

TEST(put_of_what_is_no_descriptor_is_ebadf)
{
	int e = entry("s/e");

	EXPECT_ERRNO(EBADF, put(e, -1));
	EXPECT_ERRNO(EBADF, put(e, AT_FDCWD));
	EXPECT_ERRNO(EBADF, put(e, 1000));
	EXPECT_ERRNO(EBADF, put(e, INT32_MAX));
	EXPECT_ERRNO(ENODATA, get(e));
}

TEST(put_into_an_unlinked_entry_is_enoent)
{
	int e = entry("s/e"), m = memfd();

	ASSERT_OK(unlink("s/e"));
	EXPECT_ERRNO(ENOENT, put(e, m));
	EXPECT_ERRNO(ENOENT, put_with(e, m, FDSTOREFS_PUT_REPLACE));
	EXPECT_ERRNO(ENODATA, get(e));
	EXPECT_ERRNO(ENODATA, take(e));
}

TEST(put_into_an_entry_that_a_rename_replaced_is_enoent)
{
	int e = entry("s/e"), m = memfd();

	make("s/f");
	ASSERT_OK(rename("s/f", "s/e"));
	EXPECT_ERRNO(ENOENT, put(e, m));
}

TEST(put_into_a_tmpfile_without_name_works)
{
	int m = memfd(), fd = ASSERT_OK(open("s", O_TMPFILE | O_RDWR, 0600));

	ASSERT_OK(put(fd, m));
	EXPECT_TRUE(same(ASSERT_OK(get(fd)), m));
}
