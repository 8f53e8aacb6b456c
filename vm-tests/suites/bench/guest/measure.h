/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Measuring one operation, as a row of a table of tabs: KEY, median, lowest and highest quarter, all for one operation,
 * and what it is. A unit is a nanosecond, which in a guest with a counted clock is an instruction.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <err.h>
#include <time.h>

/* What must not fail, or nothing that is measured means anything. */
#define check(call)							\
	({								\
		__typeof__(call) result_ = (call);			\
									\
		if (result_ < 0)					\
			err(1, "%s:%d: %s", __FILE__, __LINE__, #call);	\
		result_;						\
	})

/*
 * The clock: CLOCK_MONOTONIC has the work of all who take part in it, but waits, too; CLOCK_ALL_WORK has the work of all
 * processes and threads of the kernel on the first processor, without waits, but is meant for many operations a round.
 */
#define CLOCK_ALL_WORK	((clockid_t)-1000)

void measure(clockid_t clock, int rounds, int operations, void (*operation)(void), const char *key, const char *what);

/* The usual: the time of all, 61 rounds of 50 operations. */
void row(const char *key, const char *what, void (*operation)(void));

/* Rows that were measured otherwise: of all times, which get sorted, or of what is known of them. */
void print_times(const char *key, const char *what, double *times, int n);
void print_row(const char *key, const char *what, double median, double low, double high);

/* The clock's time in ns. */
double now(clockid_t clock);

#endif
