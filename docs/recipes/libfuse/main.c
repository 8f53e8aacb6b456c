// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <err.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "identity.h"
#include "mirror.h"
#include "mount.h"
#include "nodes.h"
#include "recovery.h"
#include "session.h"

static struct {
	const char *source;
	const char *mount;
	const char *store;
	bool standby;
	unsigned int workers;
} arguments = { .workers = 1 };

static void usage(void)
{
	fprintf(stderr,
		"usage: mirror --source DIR --mount DIR --store DIR [--standby] [--workers N]\n"
		"  --source DIR   show this directory\n"
		"  --mount DIR    here\n"
		"  --store DIR    and keep what the next server needs in this directory of an fdstorefs\n"
		"  --standby      only take over from another server, as soon as it dies\n"
		"  --workers N    serve by so many threads, 1 (default) to %d\n", STATE_SLOTS);
	exit(2);
}

static void parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "source", required_argument, NULL, 's' },
		{ "mount", required_argument, NULL, 'm' },
		{ "store", required_argument, NULL, 'd' },
		{ "standby", no_argument, NULL, 'b' },
		{ "workers", required_argument, NULL, 'w' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 's':
			arguments.source = optarg;
			break;
		case 'm':
			arguments.mount = optarg;
			break;
		case 'd':
			arguments.store = optarg;
			break;
		case 'b':
			arguments.standby = true;
			break;
		case 'w':
			arguments.workers = atoi(optarg);
			break;
		default:
			usage();
		}
	}
	if (optind != argc || !arguments.source || !arguments.mount || !arguments.store ||
	    arguments.workers < 1 || arguments.workers > STATE_SLOTS)
		usage();
}

/* What this server is about, and no other one. */
static struct state_kind kind;

static void describe(void)
{
	kind.rest_version = NODES_VERSION;
	kind.rest_size = nodes_size();
	identity_begin(&kind.identity, "mirror");
	identity_add_path(&kind.identity, "source", arguments.source);
	identity_add_path(&kind.identity, "mount", arguments.mount);
}

/* Ends the program if the session is about something else, or not to be understood. */
static void check_session(void)
{
	int state = session_look();

	if (state >= 0) {
		state_check(state, &kind);
		close(state);
	}
}

static void await_turn(void)
{
	char text[IDENTITY_SIZE];

	check_session();
	if (!arguments.standby && session_try_lease())
		return;
	printf("standing by for %s\n", identity_text(&kind.identity, text));
	session_await_lease(check_session);
}

static struct fuse_session *new_session(void)
{
	char *argv[] = { "mirror", NULL };
	struct fuse_args args = FUSE_ARGS_INIT(1, argv);
	struct fuse_session *se = fuse_session_new(&args, &mirror_operations,
						   sizeof(mirror_operations), NULL);

	if (!se)
		errx(1, "libfuse cannot be started");
	return se;
}

static void mount_anew(struct fuse_session *se)
{
	struct mount mount = mount_prepare(arguments.source);
	struct state state;
	int fd;

	state = state_create(&kind, &fd);
	nodes_create(state.rest, arguments.source);
	session_save(mount.connection, fd);
	mount_attach(&mount, arguments.mount);
	recovery_start(se, mount.connection, &state);
}

static void take_over(struct fuse_session *se, int connection, int fd)
{
	struct state state = state_open(fd, &kind);
	struct recovered recovered;

	nodes_restore(state.rest, arguments.source);
	recovery_start(se, connection, &state);
	recovery_replay(&recovered);
	printf("took over replayed=%u resent=%u answered=%u opcodes=%s\n", recovered.replayed,
	       recovered.resent, recovered.answered, *recovered.opcodes ? recovered.opcodes : "-");
}

static void say_serving(void)
{
	printf("serving %s\n", arguments.mount);
}

int main(int argc, char **argv)
{
	struct fuse_session *se;
	int connection, state;

	parse(argc, argv);
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* That nobody listens any more is no reason to die. */
	signal(SIGPIPE, SIG_IGN);
	umask(0);
	/*
	 * While huge pages are made of small ones these are missing. The kernel
	 * waits for them when it takes a reply, but not in a process that is
	 * being killed: the request would fail.
	 */
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	se = new_session();
	session_open_store(arguments.store);
	describe();
	await_turn();
	if (session_load(&connection, &state)) {
		take_over(se, connection, state);
	} else if (arguments.standby) {
		puts("nothing to take over");
		return 0;
	} else {
		mount_anew(se);
	}
	recovery_serve(arguments.workers, say_serving);
	session_clear();
	puts("unmounted");
	return 0;
}
