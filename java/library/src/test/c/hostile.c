// SPDX-License-Identifier: Apache-2.0
/*
 * hostile COMMAND...: runs the command as the child of a parent that changed everything which a
 * process inherits. ProgramStateTest knows what.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *environment[] = {
	"PATH=/usr/bin:/bin", "PWD=/nonsense", "a.b=dot", "BYTES=\xff\xc3\xa4\n", "EMPTY=", "SHLVL=7", "_=x", "LC_ALL=C", NULL,
};

static void spoil(void)
{
	static const int ignored[] = { SIGHUP, SIGINT, SIGQUIT, SIGUSR2, SIGPIPE, SIGCHLD, SIGXFSZ, 40 };
	static const int blocked[] = { SIGTERM, SIGUSR1, SIGQUIT, 35 };
	struct rlimit limit;
	FILE *filter;
	sigset_t set;
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
	/* posix_spawn(3), by which this was started perhaps, leaves those of the C library ignored. */
	syscall(SYS_rt_sigaction, 32, (unsigned long [4]){ 0 }, NULL, 8);
	syscall(SYS_rt_sigaction, 33, (unsigned long [4]){ 0 }, NULL, 8);
	sigemptyset(&set);
	for (i = 0; i < sizeof(blocked) / sizeof(*blocked); i++)
		sigaddset(&set, blocked[i]);
	sigprocmask(SIG_SETMASK, &set, NULL);

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = 200;
	setrlimit(RLIMIT_NOFILE, &limit);
	filter = fopen("/proc/self/coredump_filter", "w");
	fputs("0x11", filter);
	fclose(filter);
	umask(027);
	prctl(PR_SET_TIMERSLACK, 70000);

	dup2(open("/dev/null", O_WRONLY), 9);
	dup2(open("/dev/zero", O_RDONLY), 150);
	close(3);
	close(4);
}

int main(int argc, char **argv)
{
	int status;
	pid_t pid = fork();

	(void)argc;
	if (pid == 0) {
		spoil();
		execve(argv[1], argv + 1, environment);
		perror(argv[1]);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
