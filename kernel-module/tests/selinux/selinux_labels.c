// SPDX-License-Identifier: GPL-2.0
/* SELinux: what the labels are that things are born with. */
#define SUITE "selinux_labels"
#include "harness.h"
#include "selinux.h"

TEST(the_distributions_policy_is_enforced)
{
	static const char context[] = "system_u:object_r:httpd_log_t:s0";
	char own[LABEL_MAX];
	int fd;

	ASSERT_TRUE(enforcing());
	/* Only a real policy knows this one. */
	fd = ASSERT_OK(open(SELINUXFS "context", O_RDWR | O_CLOEXEC));
	EXPECT_EQ(write(fd, context, sizeof(context)), (ssize_t)sizeof(context));
	EXPECT_STREQ(type_in(slurp("/proc/self/attr/current", own, sizeof(own))),
		     "unconfined_t");
}

/* An entry, a directory, a link, and what begins without a name. */
static const char *const kinds[] = { "e", "d", "l", "t" };

static const char *in(const char *dir, const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void make_all(const char *dir)
{
	make(in(dir, "e"));
	ASSERT_OK(mkdir(in(dir, "d"), 0755));
	ASSERT_OK(symlink("e", in(dir, "l")));
	ASSERT_OK(link_fd(ASSERT_OK(open(dir, O_TMPFILE | O_RDWR, 0600)), in(dir, "t")));
}

static void expect_all(const char *dir, const char *type)
{
	for (int i = 0; i < 4; i++) {
		ABOUT("%s", in(dir, kinds[i]));
		EXPECT_STREQ(type_of(in(dir, kinds[i])), type);
	}
}

TEST(what_is_made_has_the_label_of_the_file_system)
{
	EXPECT_STREQ(type_of("s"), "fdstorefs_t");
	make_all("s");
	ASSERT_OK(mkfifo("s/p", 0600));
	ASSERT_OK(mknod("s/c", S_IFCHR | 0600, makedev(1, 3)));
	expect_all("s", "fdstorefs_t");
	EXPECT_STREQ(type_of("s/p"), "fdstorefs_t");
	EXPECT_STREQ(type_of("s/c"), "fdstorefs_t");
}

TEST(what_is_made_inherits_the_label_of_its_directory)
{
	make_dir("s/d", "fdst_a_t");
	make_all("s/d");
	make("s/d/d/e");
	expect_all("s/d", "fdst_a_t");
	EXPECT_STREQ(type_of("s/d/d/e"), "fdst_a_t");
}

TEST(a_type_transition_labels_what_is_made)
{
	make_dir("s/d", "fdst_dir_t");
	make_all("s/d");
	expect_all("s/d", "fdst_born_t");
}

TEST(a_type_transition_goes_by_the_name)
{
	make_dir("s/d", "fdst_dir_t");
	make("s/d/special");
	EXPECT_STREQ(type_of("s/d/special"), "fdst_named_t");
}

TEST(a_type_transition_goes_by_the_domain_that_makes)
{
	make_dir("s/d", "fdst_dir_t");
	AS_DOMAIN("fdst_maker_t") {
		make("s/d/e");
		ASSERT_OK(mkdir("s/d/d", 0755));
		ASSERT_OK(symlink("e", "s/d/l"));
	}
	EXPECT_STREQ(type_of("s/d/e"), "fdst_mine_t");
	EXPECT_STREQ(type_of("s/d/d"), "fdst_mine_t");
	EXPECT_STREQ(type_of("s/d/l"), "fdst_mine_t");
}

/* As the CLI does it: nobody ever sees the name without the file. */
TEST(a_domain_that_may_manage_and_put_stores_by_a_nameless_entry)
{
	make_dir("s/d", "fdst_a_t");
	AS_DOMAIN("fdst_maker_t") {
		int e = ASSERT_OK(open("s/d", O_TMPFILE | O_RDWR, 0600));

		ASSERT_OK(put(e, memfd()));
		ASSERT_OK(link_fd(e, "s/d/e"));
	}
	EXPECT_STREQ(type_of("s/d/e"), "fdst_a_t");
	EXPECT_OK(get_from("s/d/e"));
}

TEST(a_label_asked_for_beforehand_is_what_is_made)
{
	char label[LABEL_MAX];
	int fd = ASSERT_OK(open("/proc/self/attr/fscreate", O_RDWR | O_CLOEXEC));

	with_type(label_of("s"), "fdst_b_t", label);
	ASSERT_EQ(write(fd, label, strlen(label)), (ssize_t)strlen(label));
	make("s/e");
	EXPECT_STREQ(type_of("s/e"), "fdst_b_t");
}

TEST(what_cannot_be_labelled_is_not_made_and_leaves_nothing)
{
	unsigned long used;

	make_dir("s/d", "fdst_reject_t");
	used = files_in_use("s");
	EXPECT_ERRNO(EACCES, open("s/d/e", O_CREAT | O_RDWR, 0600));
	/* Here nobody but the file system itself asks for the label. */
	EXPECT_ERRNO(EACCES, open("s/d", O_TMPFILE | O_RDWR, 0600));
	EXPECT_FALSE(exists("s/d/e"));
	EXPECT_EQ(files_in_use("s"), used);
	ASSERT_OK(rmdir("s/d"));
	EXPECT_EQ(files_in_use("s"), used - 1);
}

TEST(a_new_policy_changes_no_label_and_no_entry)
{
	static char policy[16 << 20];
	int m = memfd(), fd;
	size_t n = 0;
	ssize_t got;

	fill_as("s/a", "fdst_a_t", m);
	fill_as("s/b", "fdst_b_t", m);
	fd = ASSERT_OK(open(SELINUXFS "policy", O_RDONLY | O_CLOEXEC));
	while ((got = ASSERT_OK(read(fd, policy + n, sizeof(policy) - n))) > 0)
		n += got;
	ASSERT_OK(close(fd));
	fd = ASSERT_OK(open(SELINUXFS "load", O_WRONLY | O_CLOEXEC));
	ASSERT_EQ(write(fd, policy, n), (ssize_t)n);
	ASSERT_TRUE(enforcing());
	EXPECT_STREQ(type_of("s/a"), "fdst_a_t");
	EXPECT_STREQ(type_of("s/b"), "fdst_b_t");
	AS_DOMAIN("fdst_getter_t") {
		EXPECT_TRUE(same(ASSERT_OK(get_from("s/a")), m));
		EXPECT_ERRNO(EACCES, open("s/b", O_RDWR));
	}
}
