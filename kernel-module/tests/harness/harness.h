/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A test harness in the manner of the kernel's: TEST() defines a test, written
 * with the words of assertions.h; the report is TAP 13.
 *
 * Each test runs in a child process that has a mount namespace, a scratch
 * directory (a tmpfs, its working directory) and a new store mounted on "s" in
 * it, all of which vanish with the child. A test file defines SUITE first.
 *
 * Usage of each program: SUITE [TEST...] runs all tests, or those named;
 * SUITE --list names them.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include "assertions.h"

#define HARNESS_SKIP		4	/* exit status of a child that skips */
#define HARNESS_SECONDS		60

struct harness_test {
	const char *name;
	void (*run)(void);
	unsigned int seconds;
	struct harness_test *next;
};

static struct harness_test *harness_tests, **harness_tail = &harness_tests;
static char *harness_reason;		/* of a skip; shared with the children */
static pid_t harness_child;
static volatile sig_atomic_t harness_late;

#define TEST(name)	TEST_SECONDS(name, HARNESS_SECONDS)

/* A test that may take longer than the others before it counts as hung. */
#define TEST_SECONDS(name_, seconds_)					\
	static void test_##name_(void);					\
	static struct harness_test harness_##name_ = {			\
		.name = #name_, .run = test_##name_,			\
		.seconds = (seconds_),					\
	};								\
	static void __attribute__((constructor)) harness_add_##name_(void) \
	{								\
		*harness_tail = &harness_##name_;			\
		harness_tail = &harness_##name_.next;			\
	}								\
	static void test_##name_(void)

#define SKIP(...)							\
	do {								\
		snprintf(harness_reason, 256, __VA_ARGS__);		\
		_exit(HARNESS_SKIP);					\
	} while (0)

static void harness_on_alarm(int sig)
{
	harness_late = 1;
	kill(-harness_child, SIGKILL);
}

/* Runs one test; returns its wait status. */
static int harness_run(const struct harness_test *t, const char *dir)
{
	int status;

	harness_late = 0;
	*harness_reason = '\0';
	harness_child = fork();
	if (harness_child < 0)
		return 1 << 8;
	if (!harness_child) {
		setpgid(0, 0);
		harness_world(dir);
		errno = 0;
		t->run();
		finish();
	}
	setpgid(harness_child, harness_child);
	alarm(t->seconds);
	while (waitpid(harness_child, &status, 0) < 0 && errno == EINTR)
		;
	alarm(0);
	/* What the test left running is ours now, and so are its mounts. */
	kill(-harness_child, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	return status;
}

static int harness_list(void)
{
	for (struct harness_test *t = harness_tests; t; t = t->next)
		printf("%s.%s\n", SUITE, t->name);
	return 0;
}

static bool harness_wanted(const struct harness_test *t, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], t->name))
			return true;
	return argc < 2;
}

int main(int argc, char **argv)
{
	char dir[] = "/tmp/fdstorefs.XXXXXX";
	struct sigaction on_alarm = { .sa_handler = harness_on_alarm };
	int number = 0, failed = 0;

	if (argc == 2 && !strcmp(argv[1], "--list"))
		return harness_list();
	for (struct harness_test *t = harness_tests; t; t = t->next)
		number += harness_wanted(t, argc, argv);
	dprintf(1, "TAP version 13\n1..%d\n", number);

	if (geteuid() != 0) {
		dprintf(1, "Bail out! needs root\n");
		return 1;
	}
	harness_reason = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (harness_reason == MAP_FAILED || !mkdtemp(dir)) {
		dprintf(1, "Bail out! no scratch directory in /tmp\n");
		return 1;
	}
	sigaction(SIGALRM, &on_alarm, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);

	number = 0;
	for (struct harness_test *t = harness_tests; t; t = t->next) {
		int status;
		bool skip, ok;

		if (!harness_wanted(t, argc, argv))
			continue;
		status = harness_run(t, dir);
		skip = WIFEXITED(status) && WEXITSTATUS(status) == HARNESS_SKIP;
		ok = skip || status == 0;
		failed += !ok;
		if (harness_late)
			dprintf(1, "# hung: killed after %u s\n", t->seconds);
		else if (WIFSIGNALED(status))
			dprintf(1, "# died of signal %d (%s)\n", WTERMSIG(status),
				strsignal(WTERMSIG(status)));
		dprintf(1, "%s %d - %s.%s%s%s\n", ok ? "ok" : "not ok", ++number,
			SUITE, t->name, skip ? " # SKIP " : "",
			skip ? harness_reason : "");
	}
	rmdir(dir);
	dprintf(1, "# %s: %d passed or skipped, %d failed\n", SUITE,
		number - failed, failed);
	return failed ? 1 : 0;
}

#endif
