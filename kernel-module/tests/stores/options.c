// SPDX-License-Identifier: GPL-2.0
/* The options: what is accepted, what a remount changes, what is shown. */
#define SUITE "options"
#include "harness.h"
#include "store.h"

/* A fs context with one option set (the name alone if value is NULL). */
static int set_option(int fs, const char *key, const char *value)
{
	return fsconfig(fs, value ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG,
			key, value, 0);
}

/* All messages of a fs context. */
static const char *messages(int fs)
{
	static char all[4096];
	size_t n = 0;
	ssize_t got;

	while ((got = read(fs, all + n, sizeof(all) - 1 - n)) > 0)
		n += got;
	all[n] = '\0';
	return all;
}

/* The option string of a mount: 4th word of its line in /proc/self/mounts. */
static const char *shown_options(const char *dir)
{
	static char all[65536], word[4][256];
	char real[256], end[260];

	ASSERT_TRUE(realpath(dir, real));
	slurp("/proc/self/mounts", all, sizeof(all));
	for (char *line = strtok(all, "\n"); line; line = strtok(NULL, "\n")) {
		ASSERT_EQ(sscanf(line, "%255s %255s %255s %255s", word[0],
				 word[1], word[2], word[3]), 4);
		if (!strcmp(word[1], real)) {
			ASSERT_STREQ(word[2], "fdstorefs");
			snprintf(end, sizeof(end), ",%s,", word[3]);
			return strcpy(word[0], end);
		}
	}
	HARNESS_FAIL(true, "%s is not in /proc/self/mounts", real);
	return NULL;
}

TEST(the_root_is_0755_by_default)
{
	EXPECT_EQ(stat_of("s").st_mode, S_IFDIR | 0755);
	EXPECT_EQ(stat_of("s").st_nlink, 2);
}

TEST(mode_uid_and_gid_are_those_of_the_root)
{
	mount_store("d", "mode=1770,uid=1000,gid=2000");
	EXPECT_EQ(stat_of("d").st_mode, S_IFDIR | 01770);
	EXPECT_EQ(stat_of("d").st_uid, 1000);
	EXPECT_EQ(stat_of("d").st_gid, 2000);
}

static const struct {
	const char *key, *value;
} bad_options[] = {
	{ "mode", "8" }, { "mode", "rwx" }, { "mode", "" }, { "mode", NULL },
	{ "mode", "10000" }, { "mode", "-1" },
	{ "uid", "x" }, { "uid", "-1" }, { "uid", "4294967295" }, { "uid", NULL },
	{ "gid", "x" }, { "gid", "-1" }, { "gid", "4294967295" }, { "gid", NULL },
	{ "max", "x" }, { "max", "-1" }, { "max", "" }, { "max", NULL },
	{ "max", "10k" }, { "max", "99999999999999999999" },
	{ "nonsense", NULL }, { "nonsense", "1" }, { "Max", "1" },
};

#define BAD_OPTIONS (sizeof(bad_options) / sizeof(*bad_options))

TEST(mount_with_a_bad_or_unknown_option_is_einval)
{
	char data[64];

	ASSERT_OK(mkdir("d", 0755));
	for (unsigned int i = 0; i < BAD_OPTIONS; i++) {
		snprintf(data, sizeof(data), "%s%s%s", bad_options[i].key,
			 bad_options[i].value ? "=" : "",
			 bad_options[i].value ?: "");
		ABOUT("%s", data);
		EXPECT_ERRNO(EINVAL, mount("x", "d", "fdstorefs", 0, data));
	}
	EXPECT_EQ(stat_of("d").st_dev, stat_of(".").st_dev);
}

TEST(fsconfig_with_a_bad_or_unknown_option_is_einval_and_says_which)
{
	for (unsigned int i = 0; i < BAD_OPTIONS; i++) {
		int fs = ASSERT_OK(fsopen("fdstorefs", FSOPEN_CLOEXEC));
		const char *said;
		int failed;

		ABOUT("%s=%s", bad_options[i].key, bad_options[i].value ?: "(flag)");
		/* At the option or, at the latest, when the store is made. */
		failed = set_option(fs, bad_options[i].key, bad_options[i].value);
		if (!failed)
			failed = fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
		EXPECT_ERRNO(EINVAL, failed);
		said = messages(fs);
		if (strncmp(said, "e ", 2) || !strstr(said, bad_options[i].key))
			HARNESS_FAIL(false, "the context says \"%s\"", said);
		ASSERT_OK(close(fs));
	}
}

TEST(remount_changes_max)
{
	struct statfs st;

	for (int i = 0; i < 10; i++) {
		char name[] = "s/0";

		name[2] += i;
		make(name);
	}
	ASSERT_OK(mount(NULL, "s", NULL, MS_REMOUNT, "max=20"));
	ASSERT_OK(statfs("s", &st));
	EXPECT_EQ(st.f_files, 20);
	EXPECT_EQ(st.f_ffree, 10);
	ASSERT_OK(mount(NULL, "s", NULL, MS_REMOUNT, "max=10"));
	EXPECT_ERRNO(ENOSPC, mkdir("s/a", 0755));
	ASSERT_OK(mount(NULL, "s", NULL, MS_REMOUNT, "max=11"));
	EXPECT_OK(mkdir("s/a", 0755));
}

TEST(remount_below_what_is_in_use_is_refused_and_changes_nothing)
{
	struct statfs st;
	int fs;

	make("s/a");
	make("s/b");
	EXPECT_ERRNO(EINVAL, mount(NULL, "s", NULL, MS_REMOUNT, "max=1"));
	ASSERT_OK(statfs("s", &st));
	EXPECT_EQ(st.f_files, 4096);
	EXPECT_OK(mount(NULL, "s", NULL, MS_REMOUNT, "max=2"));

	fs = ASSERT_OK(fspick(AT_FDCWD, "s", FSPICK_CLOEXEC));
	ASSERT_OK(set_option(fs, "max", "1"));
	EXPECT_ERRNO(EINVAL, fsconfig(fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0));
	EXPECT_TRUE(strstr(messages(fs), "max"));
}

TEST(remount_without_max_leaves_it)
{
	struct statfs st;

	mount_store("d", "max=7");
	ASSERT_OK(mount(NULL, "d", NULL, MS_REMOUNT, NULL));
	ASSERT_OK(statfs("d", &st));
	EXPECT_EQ(st.f_files, 7);
}

TEST(fspick_and_fsconfig_change_max)
{
	int fs = ASSERT_OK(fspick(AT_FDCWD, "s", FSPICK_CLOEXEC));
	struct statfs st;

	ASSERT_OK(set_option(fs, "max", "33"));
	ASSERT_OK(fsconfig(fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0));
	ASSERT_OK(statfs("s", &st));
	EXPECT_EQ(st.f_files, 33);
}

TEST(remount_keeps_what_is_stored_and_accepts_unchanged_options)
{
	int m = memfd();

	mount_store("d", "mode=0750,uid=1000,gid=2000,max=7");
	fill("d/e", m);
	EXPECT_OK(mount(NULL, "d", NULL, MS_REMOUNT,
			"mode=0750,uid=1000,gid=2000,max=8"));
	EXPECT_TRUE(same(ASSERT_OK(get_from("d/e")), m));
	EXPECT_EQ(stat_of("d").st_mode, S_IFDIR | 0750);
	EXPECT_EQ(stat_of("d").st_uid, 1000);
}

/* As mount(8) does for "remount,max=": all that /proc/mounts shows, and that. */
TEST(remount_accepts_what_proc_mounts_shows)
{
	char data[512];
	char *from;

	mount_store("d", "mode=0750,uid=1000,gid=2000,max=7");
	ASSERT_OK(chmod("d", 0700));
	ASSERT_OK(chown("d", 1, 1));
	snprintf(data, sizeof(data), "%smax=9", shown_options("d") + 1);
	/* These are flags of the mount, which mount(8) takes out. */
	for (const char *flag = "rw,\0relatime,\0nosuid,\0nodev,\0noexec,\0";
	     *flag; flag += strlen(flag) + 1)
		while ((from = strstr(data, flag)))
			memmove(from, from + strlen(flag),
				strlen(from + strlen(flag)) + 1);
	ABOUT("%s", data);
	EXPECT_OK(mount(NULL, "d", NULL, MS_REMOUNT, data));
	EXPECT_EQ(stat_of("d").st_mode, S_IFDIR | 0700);
	EXPECT_EQ(stat_of("d").st_uid, 1);
}

TEST(remount_with_a_bad_option_is_einval)
{
	EXPECT_ERRNO(EINVAL, mount(NULL, "s", NULL, MS_REMOUNT, "max=x"));
	EXPECT_ERRNO(EINVAL, mount(NULL, "s", NULL, MS_REMOUNT, "nonsense"));
}

TEST(remount_never_changes_the_root_directory)
{
	/* Whether it is refused or ignored, the design does not say. */
	mount(NULL, "s", NULL, MS_REMOUNT, "mode=0700,uid=5,gid=6");
	EXPECT_EQ(stat_of("s").st_mode, S_IFDIR | 0755);
	EXPECT_EQ(stat_of("s").st_uid, 0);
	EXPECT_EQ(stat_of("s").st_gid, 0);
}

/* A context may be kept for long: it says nothing of max=, so max= stays. */
TEST(a_reconfiguration_that_was_begun_earlier_does_not_bring_an_old_max_back)
{
	int fs = ASSERT_OK(fspick(AT_FDCWD, "s", FSPICK_CLOEXEC));
	struct statfs st;

	ASSERT_OK(mount(NULL, "s", NULL, MS_REMOUNT, "max=7"));
	ASSERT_OK(fsconfig(fs, FSCONFIG_SET_FLAG, "ro", NULL, 0));
	ASSERT_OK(fsconfig(fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0));
	ASSERT_OK(statfs("s", &st));
	EXPECT_EQ(st.f_files, 7);
}

TEST(proc_mounts_shows_the_options)
{
	const char *shown, *mode;

	mount_store("d", "mode=0710,uid=1000,gid=2000,max=7");
	shown = shown_options("d");
	ABOUT("%s", shown);
	mode = strstr(shown, ",mode=");
	ASSERT_TRUE(mode);
	EXPECT_EQ(strtol(mode + 6, NULL, 8), 0710);
	EXPECT_TRUE(strstr(shown, ",uid=1000,"));
	EXPECT_TRUE(strstr(shown, ",gid=2000,"));
	EXPECT_TRUE(strstr(shown, ",max=7,"));
	ASSERT_OK(mount(NULL, "d", NULL, MS_REMOUNT, "max=8"));
	EXPECT_TRUE(strstr(shown_options("d"), ",max=8,"));
}
