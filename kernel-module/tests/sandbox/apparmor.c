// SPDX-License-Identifier: GPL-2.0
/*
 * Under AppArmor: rules go by path, so by where the store is mounted and how
 * the entry is called. A stored file that a program under another profile has
 * opened is got only by whose profile covers the path of that file too; of what
 * an unconfined program has opened AppArmor takes no notice.
 */
#define SUITE "apparmor"
#include "harness.h"
#include "store.h"
#include "audit.h"

#define PROFILE	"fdstorefs-test"
#define OPENER	"fdstorefs-test-opener"

/* Where the harness has its scratch directory. */
static const char *here(void)
{
	static char dir[256];

	ASSERT_TRUE(getcwd(dir, sizeof(dir)));
	return dir;
}

/* The debug kernel is built without; every other has it. */
static void need_apparmor(void)
{
	if (exists("/sys/module/apparmor"))
		return;
	ASSERT_TRUE(on_debug_kernel());
	NOTE("not here: AppArmor");
	finish();
}

/* Loads a profile with these rules, in which %s is the scratch directory. */
static void load_as(const char *name, const char *rules)
{
	FILE *parser;

	need_apparmor();
	if (mount("securityfs", "/sys/kernel/security", "securityfs", 0, NULL))
		ASSERT_EQ(errno, EBUSY);
	parser = popen("apparmor_parser --replace --skip-cache --quiet", "w");
	ASSERT_TRUE(parser);
	fprintf(parser, "profile %s flags=(attach_disconnected) {\n"
		"  capability,\n"
		"  signal,\n", name);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	fprintf(parser, rules, here(), here(), here());
#pragma GCC diagnostic pop
	fprintf(parser, "}\n");
	ASSERT_EQ(pclose(parser), 0);
}

static void load(const char *rules)
{
	load_as(PROFILE, rules);
}

/* From here on this process is confined. */
static void enter(const char *profile)
{
	int fd = ASSERT_OK(open("/proc/thread-self/attr/current", O_WRONLY));

	ASSERT_GT(dprintf(fd, "changeprofile %s", profile), 0);
	close(fd);
}

static bool confined_child(const char *profile)
{
	if (!harness_in_child())
		return false;
	enter(profile);
	return true;
}

/* CONFINED { ... }: the block runs in a child that has the profile. */
#define CONFINED \
	for (bool as_ = confined_child(PROFILE); as_; finish())

static int file_for(const char *path, int flags)
{
	close(ASSERT_OK(open(path, O_CREAT | O_RDWR, 0644)));
	return ASSERT_OK(open(path, flags | O_CLOEXEC));
}

/* As file_for() and fill(), by a program under a profile of its own. */
static void fill_by_opener(const char *entry, const char *path, int flags)
{
	load_as(OPENER, "  /** rw,\n");
	for (bool as_ = confined_child(OPENER); as_; finish())
		fill(entry, file_for(path, flags));
}

TEST(a_profile_gets_one_entry_and_not_the_other)
{
	int file = file_for("file", O_RDONLY);

	fill("s/mine", file);
	fill("s/other", file);
	load("  %s/s/mine r,\n  %s/file r,\n");
	CONFINED {
		EXPECT_TRUE(same(ASSERT_OK(get(ASSERT_OK(open("s/mine", O_RDONLY)))), file));
		EXPECT_ERRNO(EACCES, open("s/other", O_RDONLY));
	}
}

TEST(r_is_for_get_w_is_for_put_and_rw_for_take)
{
	int file = file_for("file", O_RDONLY);

	fill("s/r", file);
	fill("s/w", file);
	fill("s/rw", file);
	load("  %s/s/r r,\n  %s/s/w w,\n  %s/s/rw rw,\n  /**/file r,\n");
	CONFINED {
		EXPECT_ERRNO(EACCES, open("s/r", O_WRONLY));
		EXPECT_ERRNO(EACCES, open("s/w", O_RDONLY));
		EXPECT_OK(get(ASSERT_OK(open("s/r", O_RDONLY))));
		EXPECT_OK(put_with(ASSERT_OK(open("s/w", O_WRONLY)), file, FDSTOREFS_PUT_REPLACE));
		EXPECT_OK(take(ASSERT_OK(open("s/rw", O_RDWR))));
	}
}

TEST(a_stored_file_outside_of_the_profile_is_refused_and_stays)
{
	fill_by_opener("s/e", "secret", O_RDWR);
	load("  %s/s/e rw,\n");
	CONFINED {
		int e = ASSERT_OK(open("s/e", O_RDWR));

		EXPECT_ERRNO(EACCES, get(e));
		EXPECT_ERRNO(EACCES, take(e));
	}
	EXPECT_OK(get_from("s/e"));
}

TEST(a_stored_file_needs_the_access_it_was_opened_with)
{
	fill_by_opener("s/r", "file", O_RDONLY);
	fill_by_opener("s/rw", "file", O_RDWR);
	load("  %s/s/* rw,\n  %s/file r,\n");
	CONFINED {
		EXPECT_OK(get_from("s/r"));
		EXPECT_ERRNO(EACCES, get_from("s/rw"));
	}
}

TEST(what_an_unconfined_program_opened_is_not_looked_at)
{
	int secret = file_for("secret", O_RDWR);

	fill("s/e", secret);
	load("  %s/s/e rw,\n");
	CONFINED {
		EXPECT_TRUE(same(ASSERT_OK(get_from("s/e")), secret));
		EXPECT_ERRNO(EACCES, open("secret", O_RDONLY));
	}
}

TEST(pipes_and_epolls_have_no_path_and_need_no_rule)
{
	int p[2];

	ASSERT_OK(pipe2(p, O_CLOEXEC));
	fill("s/pipe", p[0]);
	fill("s/epoll", ASSERT_OK(syscall(SYS_epoll_create1, O_CLOEXEC)));
	load("  %s/s/* rw,\n");
	CONFINED {
		EXPECT_OK(get_from("s/pipe"));
		EXPECT_OK(get_from("s/epoll"));
	}
}

TEST(a_rule_goes_by_where_the_store_is_mounted)
{
	int file = file_for("file", O_RDONLY);

	fill("s/e", file);
	ASSERT_OK(mkdir("elsewhere", 0755));
	ASSERT_OK(mount("s", "elsewhere", NULL, MS_BIND, NULL));
	load("  %s/elsewhere/e rw,\n  %s/file r,\n");
	CONFINED {
		EXPECT_ERRNO(EACCES, open("s/e", O_RDONLY));
		EXPECT_OK(get_from("elsewhere/e"));
	}
}

TEST(names_take_w_on_the_old_and_the_new_one)
{
	load("  %s/s/mine* rw,\n");
	make("s/other");
	CONFINED {
		make("s/mine");
		EXPECT_ERRNO(EACCES, open("s/new", O_CREAT | O_RDWR, 0600));
		EXPECT_ERRNO(EACCES, rename("s/mine", "s/new"));
		EXPECT_ERRNO(EACCES, unlink("s/other"));
		EXPECT_OK(rename("s/mine", "s/mine2"));
		EXPECT_OK(unlink("s/mine2"));
	}
}

TEST(a_mount_rule_says_who_may_mount_a_store)
{
	ASSERT_OK(mkdir("t", 0755));
	ASSERT_OK(mkdir("u", 0755));
	load("  mount fstype=fdstorefs -> %s/t/,\n  %s/** r,\n");
	CONFINED {
		EXPECT_OK(mount("store", "t", "fdstorefs", 0, NULL));
		EXPECT_ERRNO(EACCES, mount("store", "u", "fdstorefs", 0, NULL));
		EXPECT_ERRNO(EACCES, mount("store", "t", "tmpfs", 0, NULL));
		EXPECT_ERRNO(EACCES, umount2("t", 0));
	}
}

TEST(a_refusal_is_in_the_audit_log_with_the_path_of_what_is_stored)
{
	int log;

	fill_by_opener("s/e", "secret", O_RDONLY);
	load("  %s/s/e rw,\n");
	log = open_audit_log();
	CONFINED
		EXPECT_ERRNO(EACCES, get_from("s/e"));
	EXPECT_AUDITED(log, "apparmor=\"DENIED\"", "operation=\"file_receive\"", "/secret\"");
	CONFINED
		EXPECT_ERRNO(EACCES, open("s/other", O_CREAT | O_RDWR, 0600));
	EXPECT_AUDITED(log, "apparmor=\"DENIED\"", "profile=\"" PROFILE "\"", "/s/other\"");
}
