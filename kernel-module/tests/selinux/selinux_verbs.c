// SPDX-License-Identifier: GPL-2.0
/* SELinux: which domain may do what with which entry. */
#define SUITE "selinux_verbs"
#include "harness.h"
#include "selinux.h"

TEST(a_domain_gets_one_entry_and_not_the_other)
{
	int m = memfd();

	fill_as("s/a", "fdst_a_t", m);
	fill_as("s/b", "fdst_b_t", m);
	for (uid_t uid = 0; uid <= SOMEBODY; uid += SOMEBODY) {
		AS_USER(uid, uid) {
			EXPECT_TRUE(same(ASSERT_OK(get_from("s/a")), m));
			EXPECT_TRUE(same(ASSERT_OK(get_from("s/b")), m));
			enter("fdst_getter_t");
			EXPECT_TRUE(same(ASSERT_OK(get_from("s/a")), m));
			EXPECT_ERRNO(EACCES, open("s/b", O_RDWR));
			EXPECT_ERRNO(EACCES, open("s/b", O_RDONLY));
			EXPECT_ERRNO(EACCES, open("s/b", O_WRONLY));
		}
	}
}

TEST(without_any_rule_a_domain_has_no_entry)
{
	struct stat st;

	fill_as("s/a", "fdst_a_t", memfd());
	AS_DOMAIN("fdst_nobody_t") {
		EXPECT_ERRNO(EACCES, stat("s/a", &st));
		EXPECT_ERRNO(EACCES, open("s/a", O_RDONLY));
		EXPECT_ERRNO(EACCES, open("s", O_RDONLY | O_DIRECTORY));
		EXPECT_ERRNO(EACCES, open("s/n", O_CREAT | O_RDWR, 0600));
		EXPECT_ERRNO(EACCES, unlink("s/a"));
	}
}

TEST(a_domain_that_may_put_may_not_get)
{
	int m = memfd();

	fill_as("s/e", "fdst_a_t", m);
	AS_DOMAIN("fdst_putter_t") {
		int e = ASSERT_OK(open("s/e", O_RDWR));

		EXPECT_ERRNO(EBUSY, put(e, m));
		EXPECT_OK(put_with(e, m, FDSTOREFS_PUT_REPLACE));
		EXPECT_ERRNO(EACCES, get(e));
		EXPECT_ERRNO(EACCES, take(e));
	}
	EXPECT_OK(get_from("s/e"));
}

TEST(a_domain_that_may_get_may_not_put)
{
	int m = memfd();

	fill_as("s/e", "fdst_a_t", m);
	AS_DOMAIN("fdst_getter_t") {
		int e = ASSERT_OK(open("s/e", O_RDWR));

		EXPECT_TRUE(same(ASSERT_OK(get(e)), m));
		EXPECT_ERRNO(EACCES, put_with(e, m, FDSTOREFS_PUT_REPLACE));
		EXPECT_ERRNO(EACCES, take(e));
	}
}

TEST(a_domain_that_may_take_may_not_get_or_put)
{
	int m = memfd();

	fill_as("s/e", "fdst_a_t", m);
	AS_DOMAIN("fdst_taker_t") {
		int e = ASSERT_OK(open("s/e", O_RDWR));

		EXPECT_ERRNO(EACCES, get(e));
		EXPECT_TRUE(same(ASSERT_OK(take(e)), m));
		EXPECT_ERRNO(EACCES, put(e, m));
		EXPECT_ERRNO(ENODATA, take(e));
	}
}

TEST(a_domain_that_may_only_read_gets_only_what_cannot_be_written)
{
	make("readable");
	fill_as("s/r", "fdst_a_t", ASSERT_OK(open("readable", O_RDONLY)));
	fill_as("s/w", "fdst_a_t", memfd());
	AS_DOMAIN("fdst_reader_t") {
		EXPECT_ERRNO(EACCES, open("s/w", O_RDWR));
		EXPECT_ERRNO(EACCES, get(ASSERT_OK(open("s/w", O_RDONLY))));
		EXPECT_OK(get(ASSERT_OK(open("s/r", O_RDONLY))));
		EXPECT_ERRNO(EACCES, truncate("s/r", 0));
		EXPECT_ERRNO(EACCES, open("s/r", O_RDONLY | O_TRUNC));
	}
}

TEST(a_domain_that_may_only_look_sees_and_waits)
{
	fill_as("s/e", "fdst_a_t", memfd());
	AS_DOMAIN("fdst_looker_t") {
		int e = ASSERT_OK(open("s/e", O_RDWR));
		char text[512];

		EXPECT_TRUE(strstr(slurp("s/e", text, sizeof(text)), "state:"));
		EXPECT_EQ(await(e, POLLIN), POLLIN);
		EXPECT_ERRNO(EACCES, get(e));
		EXPECT_ERRNO(EACCES, take(e));
		EXPECT_ERRNO(EACCES, put_with(e, e, FDSTOREFS_PUT_REPLACE));
	}
}

/* The verbs look at the domain that calls, not at the one that opened. */
TEST(an_inherited_entry_is_of_no_use_to_a_domain_without_the_verb)
{
	int e;

	fill_as("s/e", "fdst_a_t", memfd());
	e = ASSERT_OK(open("s/e", O_RDWR));
	AS_DOMAIN("fdst_nobody_t") {
		EXPECT_ERRNO(EACCES, get(e));
		EXPECT_ERRNO(EACCES, take(e));
	}
	AS_DOMAIN("fdst_getter_t")
		EXPECT_OK(get(e));
}

TEST(relabelling_an_open_entry_revokes_and_grants_the_verbs)
{
	int to_child[2], from_child[2], m = memfd();
	char c = 0;
	pid_t pid;

	fill_as("s/e", "fdst_a_t", m);
	ASSERT_OK(pipe(to_child));
	ASSERT_OK(pipe(from_child));
	pid = ASSERT_OK(fork());
	if (!pid) {
		int e;

		enter("fdst_getter_t");
		e = ASSERT_OK(open("s/e", O_RDWR));
		EXPECT_OK(get(e));
		for (int round = 0; round < 2; round++) {
			ASSERT_EQ(write(from_child[1], &c, 1), 1);
			ASSERT_EQ(read(to_child[0], &c, 1), 1);
			if (round)
				EXPECT_TRUE(same(ASSERT_OK(get(e)), m));
			else
				EXPECT_ERRNO(EACCES, get(e));
		}
		finish();
	}
	ASSERT_OK(close(from_child[1]));
	ASSERT_EQ(read(from_child[0], &c, 1), 1);
	ASSERT_OK(relabel("s/e", "fdst_b_t"));
	ASSERT_EQ(write(to_child[1], &c, 1), 1);
	ASSERT_EQ(read(from_child[0], &c, 1), 1);
	ASSERT_OK(relabel("s/e", "fdst_a_t"));
	ASSERT_EQ(write(to_child[1], &c, 1), 1);
	ASSERT_CHILD(pid);
}

TEST(the_policy_says_who_makes_and_removes_names)
{
	int p;

	make_dir("s/d", "fdst_a_t");
	p = witness("s/d/e");
	AS_DOMAIN("fdst_getter_t") {
		EXPECT_ERRNO(EACCES, open("s/d/n", O_CREAT | O_RDWR, 0600));
		EXPECT_ERRNO(EACCES, open("s/d", O_TMPFILE | O_RDWR, 0600));
		EXPECT_ERRNO(EACCES, mkdir("s/d/n", 0755));
		EXPECT_ERRNO(EACCES, unlink("s/d/e"));
		EXPECT_ERRNO(EACCES, rename("s/d/e", "s/d/n"));
		EXPECT_ERRNO(EACCES, link("s/d/e", "s/d/n"));
		EXPECT_ERRNO(EACCES, chmod("s/d/e", 0600));
	}
	ASSERT_HELD(p);
	AS_DOMAIN("fdst_maker_t") {
		EXPECT_OK(link("s/d/e", "s/d/n"));
		EXPECT_OK(rename("s/d/n", "s/d/m"));
		EXPECT_OK(mkdir("s/d/d", 0755));
		EXPECT_OK(rmdir("s/d/d"));
		EXPECT_OK(unlink("s/d/m"));
		EXPECT_OK(unlink("s/d/e"));
	}
	ASSERT_RELEASED(p);
}
