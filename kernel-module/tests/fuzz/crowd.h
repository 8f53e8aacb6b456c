/* SPDX-License-Identifier: GPL-2.0 */
/* The second mode: several processes at once, on the same names. */
#ifndef FUZZ_CROWD_H
#define FUZZ_CROWD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Does so many steps in all; in a process of its own, which fails or returns. */
void crowd(uint64_t seed, long steps);

/* What follows is between the files crowd*.c. */

#define CROWD	4
#define FILES	8		/* of each */
#define HELD	4		/* of each class */
#define KEPT	8
#define ROUND	250		/* steps of each before they stand still */
#define ALL	(CROWD * FILES)

/*
 * What an entry may hold is decided by its directory, m0/A, m0/B or m0/C: files
 * that are read only, the others, or what nobody else has and what may hang up
 * at any moment. So a file that comes out of the wrong entry is noticed.
 */
enum { READERS, OTHERS, FLEETING, CLASSES };

/* An end of a pipe or socket that is in play, and the other. */
struct file {
	int end, witness;
	ino_t ino;
	bool reader, socket;
};

/* What one of the crowd does and has. */
struct member {
	pid_t pid;
	ino_t own;		/* what its own entry must hold, 0: anything */
	unsigned int said;	/* which question it has answered last */
	bool stands;		/* still */
	int n;
	ino_t holds[FILES + 2 * 2 * HELD];
};

/* What all of them see. */
struct crowd {
	unsigned int question;
	bool fleeting_end;	/* all that is fleeting must have ended when it is answered */
	struct member member[CROWD];
};

extern struct file crowd_file[ALL];
extern struct crowd *shared;

/* crowd_audit.c: who holds what. */
void ask(void);
void compare(void);
void compare_own(void);
void end_what_is_fleeting(void);
void gone_wrong(pid_t pid);
ino_t ino_of(int fd);
ino_t stored_in(int fd);	/* what an opened entry says that it stores */

/* crowd_member.c: one of the crowd, and what it has. */
extern int me, got[CLASSES][HELD], entry[CLASSES][HELD];
extern int kept[KEPT];		/* the other ends of what is fleeting */
void __attribute__((noreturn)) crowd_member(int number, uint64_t seed);
void replace(int *fd, int by);
int *any_of(int fds[HELD]);
struct file *any_own(void);

/* What a call gave that is no error, or one of those that are listed. */
long allow(long ret, const char *what, const int *errs);
#define ALLOW(call, ...) allow(call, #call, (const int[]){ __VA_ARGS__, 0 })

/* crowd_entries.c */
int eventfd_that_fires(void);
void fire(int anchor);
void on_entry(void);
void own_entry(void);

/* crowd_names.c */
void on_names(void);
void own_store(void);

#endif
