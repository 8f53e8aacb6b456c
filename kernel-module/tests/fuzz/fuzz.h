/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the fuzzer share. An operation is a row of small numbers:
 * its kind, and arguments that are places in the model's tables. Those are
 * what a script records, so it can be run again, also with lines left out: an
 * operation whose arguments stand for nothing is passed over.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include "calls.h"
#include "model.h"

#define ARGS	9

struct op {
	int kind;
	int a[ARGS];
};

struct op_kind {
	const char *name;
	int weight;
	void (*pick)(int *a);	/* arguments at random, with an eye on the model */
	bool (*run)(const int *a);	/* false if they stand for nothing now */
};

/* random.c */
void random_seed(uint64_t seed);
unsigned int random_below(unsigned int n);
bool one_in(unsigned int n);

/* expect.c: what a call may answer, and what it did. */
struct expect {
	int err[16];
	int n;
};

void may_fail(struct expect *x, int err);
bool may_fail_if(bool condition, struct expect *x, int err);
/* The part of the script's line that a person reads. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/*
 * Makes the call. It must fail with one of the errnos that are expected, or
 * succeed if there are none. Returns whether it did succeed.
 */
bool call(struct actor *a, struct request *q, const struct expect *x,
	  struct reply *r);
void __attribute__((noreturn, format(printf, 1, 2))) fail(const char *fmt, ...);

/* paths.c: names, and who may use them. */
#define PATHS	125
#define BASE_FD	100	/* + slot: relative to that descriptor */

enum { MAY_X = 1, MAY_W = 2, MAY_R = 4 };

struct where {
	struct mnt *mnt;
	struct inode *dir, *inode;	/* NULL: no such */
	int name;			/* 1 to NAMES; 0: the base itself */
	bool bad;			/* resolving fails, as expected */
	int fd;
	char path[96];
};

bool may(const struct actor *a, const struct inode *i, int mask);
bool may_own(const struct actor *a, const struct inode *i);
void may_remove(const struct actor *a, const struct where *w, bool dir,
		struct expect *x);
void may_make(const struct actor *a, const struct where *w, struct expect *x);
bool resolve(struct actor *a, int base, int path, struct where *w,
	     struct expect *x);
int path_of(const struct inode *i);
void pick_actor(int *a);
void pick_where(const struct actor *a, int *base, int *path);
void pick_new_where(const struct actor *a, int *base, int *path);
bool any_entry(const struct desc *d);
bool usable_entry(const struct desc *d);
bool filled_entry(const struct desc *d);
bool storable(const struct desc *d);
bool useless(const struct desc *d);
bool anything(const struct desc *d);
void pick_slot(const struct actor *a, int *slot, bool (*wanted)(const struct desc *d));
void pick_actor_with(int *a, int *slot, bool (*wanted)(const struct desc *d));

/* ops_*.c */
extern const struct op_kind op_kinds[];
extern const int op_count;
void describe(const struct desc *d, char *text, size_t size);
const char *who(const struct actor *a);

#define OPS(X)								\
	X(open) X(tmpfile) X(close) X(dup) X(mkdir) X(symlink)		\
	X(unlink) X(rmdir) X(link) X(link_fd) X(rename) X(truncate)	\
	X(ftruncate) X(chmod) X(chown) X(write)				\
	X(put) X(put_odd) X(get) X(take) X(poll) X(read)		\
	X(mount) X(fsmount) X(bind) X(remount) X(umount) X(drain)	\
	X(make) X(mailbox) X(send) X(receive) X(fire) X(hang_up)	\
	X(spawn) X(kill)

#define DECLARE_OP(name)						\
	void pick_##name(int *a);					\
	bool run_##name(const int *a);
OPS(DECLARE_OP)

/* observe.c: that the kernel's world is the model's. */
void observe(void);
void audit(void);
void observe_store(struct store *s);
void observe_peer(struct actor *a, int slot);
void end_of_everything(void);
long now_ms(void);
extern long patience_ms;	/* how long what must come may take: a way out, no measure */

/* main.c */
extern long step_number;
void report_failure(const char *text);
void record_result(int err);
const char *errno_name(int err);

#endif
