/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Does a kind of file survive its process? A row of the table is a KIND(), and
 * a test of its own:
 *
 * 1. A putter makes the file, brings it into some state, stores it, and is
 *    killed by SIGKILL and reaped. From then on only the store has the file.
 * 2. A successor, which is no child of the putter and inherited nothing of it,
 *    gets the file and uses it.
 * 3. The successor is gone too, and the entry is removed.
 *
 * The test's own process is the bystander: the peer, the client, the
 * competitor. It never has the stored file; it acts before, in between and
 * afterwards.
 */
#ifndef SURVIVE_H
#define SURVIVE_H

#include "store.h"

struct kind;

/* Shared by putter, successor and bystander. */
struct scene {
	const struct kind *kind;
	pid_t putter;
	pid_t other;			/* some further process */
	int fd[4];			/* open in all three, if from before() */
	long number[4];
	char text[256];
	struct sockaddr_storage address;
	socklen_t length;
	bool absent;
};

/* Which kernels have the kind. What must be there and is not, fails. */
enum here {
	EVERYWHERE,
	STOCK,			/* but the debug kernel is built without it */
	SOME_MACHINES,		/* depends on the (emulated) hardware */
};

struct kind {
	const char *name;
	void (*before)(struct scene *s);	/* bystander */
	int (*make)(struct scene *s);		/* putter: what to store */
	void (*meanwhile)(struct scene *s);	/* bystander, putter dead */
	void (*use)(int fd, struct scene *s);	/* successor */
	void (*after)(struct scene *s);		/* bystander, entry removed */
	const char *modules;			/* loaded if there are such */
	enum here here;
	unsigned int since;			/* 6.12 as 612 */
	int family, type, protocol;		/* for the rows of a family */
};

static inline unsigned int kernel(void)
{
	unsigned int major, minor;
	struct utsname u;

	ASSERT_OK(uname(&u));
	ASSERT_EQ(sscanf(u.release, "%u.%u", &major, &minor), 2);
	return major * 100 + minor;
}

static inline bool must_be_here(const struct kind *k)
{
	if (on_debug_kernel())
		return k->here == EVERYWHERE;
	return k->here != SOME_MACHINES && kernel() >= k->since;
}

/* A call that fails if the kernel does not have the kind: then the row ends. */
#define HERE(s, call)							\
	({								\
		int here_ = (call);					\
									\
		if (here_ < 0)						\
			not_here(s, #call, errno);			\
		here_;							\
	})

static inline void __attribute__((noreturn))
not_here(struct scene *s, const char *call, int err)
{
	if (must_be_here(s->kind))
		HARNESS_FAIL(true, "not here, but must be: %s (%s)", call,
			     strerror(err));
	NOTE("not here: %s: %s (%s)", s->kind->name, call, strerror(err));
	s->absent = true;
	finish();
}

static inline void load_modules(const struct kind *k)
{
	char command[256];

	if (!k->modules || kernel() < k->since)
		return;
	snprintf(command, sizeof(command), "modprobe -qa %s 2>/dev/null",
		 k->modules);
	/* Built in, or not there at all: HERE() will tell. */
	if (system(command))
		errno = 0;
}

static inline void putter(struct scene *s)
{
	fill("s/e", ASSERT_OK(s->kind->make(s)));
	raise(SIGKILL);
}

static inline void survive(const struct kind *k)
{
	struct scene *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid, successor;
	int status;

	ASSERT_TRUE(s != MAP_FAILED);
	s->kind = k;
	load_modules(k);
	if (k->before)
		k->before(s);

	pid = ASSERT_OK(fork());
	if (!pid)
		putter(s);
	s->putter = pid;
	ASSERT_EQ(waitpid(s->putter, &status, 0), s->putter);
	if (s->absent)
		return;
	ASSERT_EQ(status, SIGKILL);

	if (k->meanwhile)
		k->meanwhile(s);
	successor = ASSERT_OK(fork());
	if (!successor) {
		k->use(ASSERT_OK(get_from("s/e")), s);
		finish();
	}
	ASSERT_CHILD(successor);

	ASSERT_OK(unlink("s/e"));
	if (k->after)
		k->after(s);
}

#define KIND(name_, ...)						\
	static const struct kind kind_##name_ = {			\
		.name = #name_, __VA_ARGS__				\
	};								\
	TEST(name_)							\
	{								\
		survive(&kind_##name_);					\
	}

static inline void __attribute__((noreturn)) idle(void)
{
	for (;;)
		pause();
}

/* A process that does nothing. */
static inline pid_t idler(void)
{
	pid_t pid = ASSERT_OK(fork());

	if (!pid)
		idle();
	return pid;
}

/* Waits for this message, or that much of a stream. */
static inline void expect_message(int fd, const char *text)
{
	char buf[64] = "";
	size_t n = 0;

	while (n < strlen(text)) {
		int got = ASSERT_OK(read(fd, buf + n, strlen(text) - n));

		ASSERT_NE(got, 0);
		n += got;
	}
	EXPECT_STREQ(buf, text);
}

static inline void send_message(int fd, const char *text)
{
	ASSERT_EQ(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

static inline uint64_t read_count(int fd)
{
	uint64_t n = 0;

	ASSERT_EQ(read(fd, &n, sizeof(n)), 8);
	return n;
}

/* What more than one suite does before(). */

static inline void pipe_is_made(struct scene *s)
{
	ASSERT_OK(pipe2(s->fd, O_CLOEXEC));
}

static inline void file_is_made(struct scene *s)
{
	make("file");
	s->fd[0] = ASSERT_OK(open("file", O_RDWR));
}

/* Locks all of a file, or as much of it as one sort of lock can. */
static inline int set_lock(int fd, int command, int type)
{
	struct flock l = { .l_type = type };

	return fcntl(fd, command, &l);
}

#endif
