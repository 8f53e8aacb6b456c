// SPDX-License-Identifier: GPL-2.0
/*
 * The fuzzer: operations at random on stores, by several processes, one at a
 * time, each compared with a model of what should happen. See README.md.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/membarrier.h>
#include <unistd.h>
#include "crowd.h"
#include "shrink.h"
#include "world.h"

#define ROUND_STEPS	2000
#define LINES		60
#define ERRNOS		140

static struct options {
	uint64_t seed;
	long steps, seconds;
	const char *replay, *shrink, *script;
	bool verbose, model, crowd;
} opt = { .seed = 1, .script = "/tmp/fuzz.script", .model = true, .crowd = true };

long step_number;
static struct script done;		/* of this round */
static char line[LINES][512];		/* the last of them, as a person reads them */
static int lines;
static int kind_now;
/* How often which operation ended how; shared with the children. */
static unsigned int (*reached)[ERRNOS];

void say(const char *fmt, ...)
{
	char *to = line[lines++ % LINES];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(to, sizeof(line[0]) - 40, fmt, ap);
	va_end(ap);
}

void record_result(int err)
{
	char *to = line[(lines + LINES - 1) % LINES];

	snprintf(to + strlen(to), 40, " -> %s", errno_name(err));
	reached[kind_now][err < ERRNOS ? err : ERRNOS - 1]++;
}

void __attribute__((noreturn)) report_failure(const char *text)
{
	int from = lines > LINES ? lines - LINES : 0;

	if (!quiet_failure) {
		printf("# FAILED at step %ld: %s\n", step_number, text);
		printf("# the last operations:\n");
		for (int i = from; i < lines; i++)
			printf("#   %s\n", line[i % LINES]);
		world_print();
		script_save(&done, opt.script);
		printf("# the script is in %s\n", opt.script);
		fflush(stdout);
	}
	_exit(1);
}

/* Runs one operation, if it stands for anything, and compares. */
static bool step(const struct op *op)
{
	kind_now = op->kind;
	if (!op_kinds[op->kind].run(op->a))
		return false;
	step_number++;
	script_add(&done, op);
	if (opt.verbose) {
		op_print(stdout, op, line[(lines + LINES - 1) % LINES]);
		fflush(stdout);
	}
	observe();
	if (step_number % 64 == 0)
		audit();
	return true;
}

static int pick_kind(void)
{
	static int sum;
	int at, i;

	if (!sum)
		for (i = 0; i < op_count; i++)
			sum += op_kinds[i].weight;
	at = random_below(sum);
	for (i = 0; at >= op_kinds[i].weight; i++)
		at -= op_kinds[i].weight;
	return i;
}

static void run_random(uint64_t seed, long steps)
{
	random_seed(seed);
	while (step_number < steps) {
		struct op op = { .kind = pick_kind() };

		op_kinds[op.kind].pick(op.a);
		step(&op);
	}
}

static void run_script(const struct script *s)
{
	for (int i = 0; i < s->n; i++)
		step(&s->op[i]);
}

/* In a child of its own; true if nothing was wrong. */
static bool run_round(uint64_t seed, long steps, bool together,
		      const struct script *s)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		world_make();
		if (together) {
			crowd(seed, steps);
		} else {
			if (s)
				run_script(s);
			else
				run_random(seed, steps);
			kind_now = op_count;
			audit();
			end_of_everything();
		}
		world_end();
		fflush(stdout);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return false;
	if (WIFSIGNALED(status) && !quiet_failure)
		printf("# died of signal %d\n", WTERMSIG(status));
	return status == 0;
}

bool script_passes(const struct script *s)
{
	return run_round(0, 0, false, s);
}

static void print_table(void)
{
	int pairs = 0;

	for (int k = 0; k < op_count; k++) {
		printf("# %-10s", op_kinds[k].name);
		for (int e = 0; e < ERRNOS; e++)
			if (reached[k][e]) {
				printf(" %s:%u", e ? errno_name(e) : "ok", reached[k][e]);
				pairs++;
			}
		printf("\n");
	}
	printf("# %d pairs of operation and result\n", pairs);
}

/* A part of the time, in percent, or all the steps. */
static bool fuzz(bool together, int percent)
{
	long start = now_ms(), steps = 0;
	int rounds = 0;
	bool ok = true;

	while (ok && (opt.seconds ? now_ms() - start < opt.seconds * 10 * percent :
		      steps < opt.steps)) {
		long n = ROUND_STEPS;

		if (!opt.seconds && opt.steps - steps < n)
			n = opt.steps - steps;
		ok = run_round(opt.seed + rounds, n, together, NULL);
		if (!ok)
			printf("# to see it again: --%s --seed %llu --steps %ld\n",
			       together ? "crowd" : "model",
			       (unsigned long long)opt.seed + rounds, n);
		steps += n;
		rounds++;
	}
	printf("# seed %llu: %d rounds, %ld steps in %ld ms\n",
	       (unsigned long long)opt.seed, rounds, steps, now_ms() - start);
	return ok;
}

static bool replay(const char *path, bool make_small)
{
	struct script s = { 0 };

	if (!script_load(&s, path)) {
		printf("# no script %s\n", path);
		return false;
	}
	if (make_small) {
		shrink(&s);
		script_save(&s, opt.script);
		opt.verbose = true;
	}
	return run_round(0, 0, false, &s);
}

/* As a suite that ../harness/run starts, it is told by the environment. */
static void parse_environment(void)
{
	const char *seed = getenv("FUZZ_SEED"), *steps = getenv("FUZZ_STEPS");
	const char *only = getenv("FUZZ_ONLY");

	if (seed)
		opt.seed = strtoull(seed, NULL, 10);
	if (steps)
		opt.steps = atol(steps);
	opt.script = getenv("FUZZ_SCRIPT") ?: opt.script;
	opt.model = !only || !strcmp(only, "model");
	opt.crowd = !only || !strcmp(only, "crowd");
}

static void parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seed", 1, NULL, 's' }, { "steps", 1, NULL, 'n' },
		{ "seconds", 1, NULL, 't' }, { "replay", 1, NULL, 'r' },
		{ "shrink", 1, NULL, 'k' }, { "script", 1, NULL, 'o' },
		{ "model", 0, NULL, 'm' }, { "crowd", 0, NULL, 'c' },
		{ "patience", 1, NULL, 'p' }, { "verbose", 0, NULL, 'v' }, { 0 }
	};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (c) {
		case 's':
			opt.seed = strtoull(optarg, NULL, 10);
			break;
		case 'n':
			opt.steps = atol(optarg);
			break;
		case 't':
			opt.seconds = atol(optarg);
			break;
		case 'r':
			opt.replay = optarg;
			break;
		case 'k':
			opt.shrink = optarg;
			break;
		case 'o':
			opt.script = optarg;
			break;
		case 'm':
			opt.crowd = false;
			break;
		case 'c':
			opt.model = false;
			break;
		case 'p':
			patience_ms = atol(optarg) * 1000;
			break;
		case 'v':
			opt.verbose = true;
			break;
		default:
			fprintf(stderr, "usage: fuzz [--seed N] [--steps N | --seconds S] [--replay FILE | --shrink FILE] [--model | --crowd] [--patience S] [--script FILE] [--verbose]\n");
			exit(2);
		}
	if (!opt.steps && !opt.seconds)
		opt.steps = ROUND_STEPS;
}

static bool failed;
static int tests;

static void result(bool ok, const char *name)
{
	printf("%s %d - fuzz.%s\n", ok ? "ok" : "not ok", ++tests, name);
	failed |= !ok;
}

int main(int argc, char **argv)
{
	bool scripted;

	parse_environment();
	parse(argc, argv);
	scripted = opt.shrink || opt.replay;
	if (scripted)
		opt.crowd = false;
	reached = mmap(NULL, sizeof(*reached) * (op_count + 1), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	printf("TAP version 13\n1..%d\n", opt.model + opt.crowd);
	if (reached == MAP_FAILED || !world_prepare()) {
		printf("Bail out! needs root, and the module\n");
		return 1;
	}
	if (opt.model) {
		bool ok = scripted ? replay(opt.shrink ?: opt.replay, opt.shrink) :
				     fuzz(false, opt.crowd ? 80 : 100);

		print_table();
		result(ok, "the_kernel_does_what_the_model_says");
	}
	if (opt.crowd)
		result(fuzz(true, opt.model ? 20 : 100),
		       "a_crowd_leaves_alive_what_it_holds_and_nothing_else");
	world_remove();
	return failed;
}
