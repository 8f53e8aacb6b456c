// SPDX-License-Identifier: GPL-2.0
/* SELinux: labels that change, and those that stay. */
#define SUITE "selinux_relabel"
#include "harness.h"
#include "selinux.h"
#include "shell.h"

TEST(everything_can_be_relabelled_and_the_label_reads_back)
{
	static const char *const paths[] = { "s", "s/e", "s/d", "s/l", "s/p" };
	char names[256];

	make("s/e");
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(symlink("e", "s/l"));
	ASSERT_OK(mkfifo("s/p", 0600));
	for (int i = 0; i < 5; i++) {
		ABOUT("%s", paths[i]);
		EXPECT_OK(relabel(paths[i], "fdst_a_t"));
		EXPECT_STREQ(type_of(paths[i]), "fdst_a_t");
		EXPECT_EQ(llistxattr(paths[i], names, sizeof(names)),
			  (int)sizeof(LABEL));
		EXPECT_STREQ(names, LABEL);
		EXPECT_EQ(llistxattr(paths[i], NULL, 0), (int)sizeof(LABEL));
		EXPECT_ERRNO(ERANGE, llistxattr(paths[i], names, 3));
	}
	EXPECT_STREQ(type_of("s/e"), "fdst_a_t");
}

TEST(relabelling_works_through_a_descriptor)
{
	int e = entry("s/e");
	char label[LABEL_MAX];

	with_type(label_of("s/e"), "fdst_a_t", label);
	/* With the final NUL or without it, as setxattr(2) takes it elsewhere. */
	ASSERT_OK(fsetxattr(e, LABEL, label, strlen(label), 0));
	EXPECT_EQ(fgetxattr(e, LABEL, NULL, 0), (int)strlen(label) + 1);
	EXPECT_STREQ(type_of("s/e"), "fdst_a_t");
}

TEST(relabelling_changes_the_ctime_alone)
{
	struct stat before, after;

	make("s/e");
	before = stat_of("s/e");
	tick();
	ASSERT_OK(relabel("s/e", "fdst_a_t"));
	after = stat_of("s/e");
	EXPECT_FALSE(memcmp(&before.st_mtim, &after.st_mtim, sizeof(after.st_mtim)) != 0);
	EXPECT_TRUE(memcmp(&before.st_ctim, &after.st_ctim, sizeof(after.st_ctim)) != 0);
}

/* The first word of what a command says. */
static const char *first_word(const char *command)
{
	static char text[LABEL_MAX];

	output(command, text, sizeof(text));
	text[strcspn(text, " \n")] = '\0';
	return text;
}

TEST(chcon_and_ls_do_what_they_do_elsewhere)
{
	make("s/e");
	ASSERT_OK(mkdir("s/d", 0755));
	EXPECT_STREQ(first_word("chcon -t fdst_a_t s/e s/d && echo done"), "done");
	EXPECT_STREQ(type_in(first_word("ls -Z s/e")), "fdst_a_t");
	EXPECT_STREQ(type_in(first_word("ls -dZ s/d")), "fdst_a_t");
	EXPECT_STREQ(type_in(first_word("stat -c %C s/e")), "fdst_a_t");
	EXPECT_STREQ(first_word("find s -context '*:fdst_a_t:*' | wc -l"), "2");
}

TEST(a_domain_relabels_only_what_the_policy_lets_it)
{
	make_dir("s/d", "fdst_dir_t");
	AS_DOMAIN("fdst_maker_t") {
		make("s/d/e");
		EXPECT_ERRNO(EACCES, relabel("s/d/e", "fdst_b_t"));
		EXPECT_OK(relabel("s/d/e", "fdst_a_t"));
		EXPECT_ERRNO(EACCES, relabel("s/d/e", "fdst_mine_t"));
	}
	EXPECT_STREQ(type_of("s/d/e"), "fdst_a_t");
}

TEST(who_does_not_own_it_does_not_relabel_it)
{
	make("s/e");
	AS_USER(SOMEBODY, SOMEBODY)
		EXPECT_ERRNO(EPERM, relabel("s/e", "fdst_a_t"));
	ASSERT_OK(chown("s/e", SOMEBODY, SOMEBODY));
	AS_USER(SOMEBODY, SOMEBODY)
		EXPECT_OK(relabel("s/e", "fdst_a_t"));
}

TEST(a_type_that_is_no_entry_type_cannot_be_a_label)
{
	make("s/e");
	/* It must be associated with the file system. */
	EXPECT_ERRNO(EACCES, relabel("s/e", "httpd_log_t"));
	EXPECT_ERRNO(EINVAL, relabel("s/e", "fdst_unheard_of_t"));
	EXPECT_STREQ(type_of("s/e"), "fdstorefs_t");
}

TEST(a_label_cannot_be_removed)
{
	make("s/e");
	ASSERT_OK(relabel("s/e", "fdst_a_t"));
	EXPECT_ERRNO(EACCES, removexattr("s/e", LABEL));
	EXPECT_STREQ(type_of("s/e"), "fdst_a_t");
}

TEST(there_are_no_other_attributes)
{
	static const char *const names[] = {
		"security.foo", "security.SMACK64", "user.foo",
		"trusted.foo", "system.foo",
	};
	char value[8];

	make("s/e");
	for (int i = 0; i < 5; i++) {
		ABOUT("%s", names[i]);
		EXPECT_ERRNO(EOPNOTSUPP, setxattr("s/e", names[i], "x", 1, 0));
		EXPECT_ERRNO(EOPNOTSUPP, getxattr("s/e", names[i], value, 8));
	}
	EXPECT_EQ(listxattr("s/e", NULL, 0), (int)sizeof(LABEL));
}

TEST(an_acl_and_a_label_are_listed_side_by_side)
{
	char names[256];
	int n;

	make("s/e");
	EXPECT_STREQ(first_word("setfacl -m u:1000:r s/e && echo done"), "done");
	n = ASSERT_OK(listxattr("s/e", names, sizeof(names)));
	EXPECT_TRUE(memmem(names, n, LABEL, sizeof(LABEL)));
	EXPECT_TRUE(memmem(names, n, "system.posix_acl_access", 24));
	EXPECT_EQ(n, (int)sizeof(LABEL) + 24);
}

TEST(a_rename_and_a_link_keep_the_label)
{
	make_dir("s/d", "fdst_dir_t");
	fill_as("s/e", "fdst_a_t", memfd());
	ASSERT_OK(link("s/e", "s/d/link"));
	ASSERT_OK(rename("s/e", "s/d/e"));
	EXPECT_STREQ(type_of("s/d/link"), "fdst_a_t");
	EXPECT_STREQ(type_of("s/d/e"), "fdst_a_t");
	fill_as("s/f", "fdst_b_t", memfd());
	ASSERT_OK(renameat2(AT_FDCWD, "s/f", AT_FDCWD, "s/d/e", RENAME_EXCHANGE));
	EXPECT_STREQ(type_of("s/d/e"), "fdst_b_t");
	EXPECT_STREQ(type_of("s/f"), "fdst_a_t");
}

static void drop_caches(void)
{
	int fd = ASSERT_OK(open("/proc/sys/vm/drop_caches", O_WRONLY));

	ASSERT_EQ(write(fd, "2", 1), 1);
	close(fd);
}

TEST(a_label_outlives_its_users_and_memory_pressure)
{
	fill_as("s/e", "fdst_a_t", memfd());
	ASSERT_OK(mkdir("s/d", 0755));
	ASSERT_OK(relabel("s/d", "fdst_b_t"));
	drop_caches();
	EXPECT_STREQ(type_of("s/e"), "fdst_a_t");
	EXPECT_STREQ(type_of("s/d"), "fdst_b_t");
	ASSERT_OK(truncate("s/e", 0));
	EXPECT_STREQ(type_of("s/e"), "fdst_a_t");
}
