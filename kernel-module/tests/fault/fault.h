/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Faults: of each allocation, and of each copy from or to user space, that the
 * kernel makes in a system call, one after the other is made to fail, by
 * /proc/PID/fail-nth; after harness.h. Only the debug kernel has that.
 *
 *	EACH_FAULT(f, ENOMEM, EFAULT)
 *		if (IN_FAULT(f, put(e, m)) < 0)
 *			...	here all must be as if nobody had called
 *
 * The body runs with the 1st, the 2nd, the 3rd ... possible fault of the call,
 * until a call has met none. A call that met one may fail, with one of these
 * errnos, or may do without what it was refused; any other failure is the
 * test's. Some fault must have made it fail. The body, or a part of it, may be
 * that of a child process.
 *
 * What the kernel allocates once only, for itself, as a page for stack traces,
 * shifts the numbers of the others in that call. So a fault that a call did
 * without is tried once more, lest the one behind it is left out.
 */
#ifndef FAULT_H
#define FAULT_H

#include "admin.h"
#include <dirent.h>

#define FAULT_ERRNOS	4
#define FAULT_MOST	5000	/* no call has as many */

struct faults {
	const char *name;
	unsigned int nth;	/* which one the call is to meet */
	bool met;
	bool shrugged;	/* off: met, and the call succeeded */
	bool again;
	unsigned int failed, survived;
	int allowed[FAULT_ERRNOS + 1];
};

/* Of this process: the file that arms, and whose it is. */
static int fault_file = -1;
static pid_t fault_owner;

static inline void fault_setting(const char *kind, const char *name, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", kind, name);
	write_file(path, value);
}

static const char *const fault_kinds[] = { "failslab", "fail_page_alloc", "fail_usercopy" };

/* All that can fail may fail, and the kernel does not write about it. */
static inline void fault_settings(void)
{
	fault_setting("failslab", "ignore-gfp-wait", "N");
	fault_setting("fail_page_alloc", "ignore-gfp-wait", "N");
	fault_setting("fail_page_alloc", "min-order", "0");
	for (int i = 0; i < 3; i++)
		fault_setting(fault_kinds[i], "verbose", "0");
}

/* Before anything is counted, since it may open the file. */
static inline void fault_ready(void)
{
	if (fault_owner == getpid())
		return;
	if (fault_file >= 0)
		close(fault_file);
	if (geteuid() == 0 && access("/sys/kernel/debug/failslab", F_OK) == 0)
		fault_settings();
	fault_file = ASSERT_OK(open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC));
	fault_owner = getpid();
}

static inline void fault_arm(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	ASSERT_EQ(pwrite(fault_file, text, len, 0), len);
}

/*
 * What is left of the count: 0 if the fault was met. It comes by a copy to user
 * space, which is a possible fault itself, and is set back by another one.
 */
static inline unsigned int fault_disarm(void)
{
	char text[16] = "1";

	if (pread(fault_file, text, sizeof(text) - 1, 0) < 0)
		ASSERT_EQ(errno, EFAULT);
	if (atoi(text) && pwrite(fault_file, "0", 1, 0) < 0)
		ASSERT_EQ(errno, EFAULT);
	return atoi(text);
}

/* In memory that children share. */
static inline struct faults *fault_new(struct faults init)
{
	struct faults *f = mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ASSERT_TRUE(f != MAP_FAILED);
	*f = init;
	return f;
}

static inline bool fault_next(struct faults *f)
{
	if (!f->met) {
		NOTE("%s: %u faults, %u of them made it fail", f->name,
		     f->failed + f->survived, f->failed);
		ASSERT_GT(f->failed, 0);
		*harness_subject = '\0';
		return false;
	}
	fault_ready();
	f->again = f->shrugged && !f->again;
	if (!f->again) {
		f->survived += f->shrugged;
		f->nth++;
	}
	f->shrugged = false;
	ABOUT("%s, fault %u", f->name, f->nth);
	ASSERT_LT(f->nth, FAULT_MOST);
	return true;
}

/* After the call: ret and errno are its. */
static inline long fault_judge(struct faults *f, const char *call, long ret, int err)
{
	if (ret >= 0) {
		f->shrugged = f->met;
	} else {
		if (!f->met)
			HARNESS_FAIL(true, "%s gave %s without a fault", call,
				     harness_errno(err));
		if (!harness_is_one_of(err, f->allowed))
			HARNESS_FAIL(false, "%s gave %s", call, harness_errno(err));
		f->failed++;
	}
	errno = err;
	return ret;
}

#define EACH_FAULT_OF(f, name_, ...)					\
	for (struct faults *f = fault_new((struct faults){		\
		.name = name_, .met = true, .allowed = { __VA_ARGS__ } }); \
	     fault_next(f);)

#define EACH_FAULT(f, ...) \
	EACH_FAULT_OF(f, __func__ + sizeof("test_") - 1, __VA_ARGS__)

/* The value of the call, which meets the fault. */
#define IN_FAULT(f, call)						\
	({								\
		long r_;						\
		int err_;						\
									\
		fault_ready();						\
		fault_arm((f)->nth);					\
		r_ = (call);						\
		err_ = errno;						\
		(f)->met = !fault_disarm();				\
		fault_judge(f, #call, r_, err_);			\
	})

/* What a call that has failed must not have changed. */
struct world {
	long used;	/* of the store */
	long filled;
	long descriptors;	/* of the process */
	long users;	/* of the module */
	long stores;
};

static inline long entries_of(const char *path)
{
	DIR *dir = opendir(path);
	long n = 0;

	ASSERT_TRUE(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static inline struct world world_of(const char *dir)
{
	fault_ready();
	return (struct world){
		.used = files_in_use(dir),
		.filled = geteuid() ? 0 : store_number(store_of(dir), "filled"),
		.descriptors = entries_of("/proc/self/fd"),
		.users = number_in(MODULE_USERS),
		.stores = entries_of(ADMIN),
	};
}

#define EXPECT_UNCHANGED(dir, before)					\
	do {								\
		struct world now_ = world_of(dir);			\
									\
		EXPECT_EQ(now_.used, (before).used);			\
		EXPECT_EQ(now_.filled, (before).filled);		\
		EXPECT_EQ(now_.descriptors, (before).descriptors);	\
		EXPECT_EQ(now_.users, (before).users);			\
		EXPECT_EQ(now_.stores, (before).stores);		\
	} while (0)

/* A failed call has changed nothing, and left no name. */
static inline void expect_no_name(const char *path, struct world before)
{
	EXPECT_UNCHANGED("s", before);
	EXPECT_FALSE(exists(path));
}

/* A pipe, one end of which is given away; the other tells when nobody has it. */
struct lifeline {
	int mine, given;
};

/* The write end is given away. */
static inline struct lifeline to_be_stored(void)
{
	int p[2];

	ASSERT_OK(pipe2(p, O_CLOEXEC));
	return (struct lifeline){ .mine = p[0], .given = p[1] };
}

/* The read end is given away, which does not fire as long as the other is open. */
static inline struct lifeline to_be_an_anchor(void)
{
	int p[2];

	ASSERT_OK(pipe2(p, O_CLOEXEC));
	return (struct lifeline){ .mine = p[1], .given = p[0] };
}

static inline void let_go(struct lifeline *t)
{
	ASSERT_OK(close(t->given));
	t->given = -1;
}

/* Does anybody hold the given end? After let_go(). */
static inline bool lives(const struct lifeline *t)
{
	struct pollfd p = { .fd = t->mine };

	return !(ASSERT_OK(poll(&p, 1, 0)) == 1 && (p.revents & (POLLHUP | POLLERR)));
}

static inline bool filled(int e)
{
	struct pollfd p = { .fd = e };

	p.events = POLLIN;
	return ASSERT_OK(poll(&p, 1, 0)) == 1 && (p.revents & POLLIN);
}

#define ASSERT_DIES(t)							\
	do {								\
		ASSERT_TRUE(await((t)->mine, 0) & (POLLHUP | POLLERR));	\
		ASSERT_OK(close((t)->mine));				\
	} while (0)

#endif
