/* SPDX-License-Identifier: GPL-2.0 */
/* What the tracepoints say, after store.h. */
#ifndef TRACING_H
#define TRACING_H

#define TRACING	"/sys/kernel/tracing/"

/*
 * The events are enabled once and stay so; what is turned on and off is whether
 * they are recorded. To enable an event is to patch the kernel's text, which an
 * emulator with a thread for each processor does not always survive.
 */
static inline void start_tracing(void)
{
	write_file(TRACING "events/fdstorefs/enable", "1");
	close(ASSERT_OK(open(TRACING "trace", O_WRONLY | O_TRUNC)));
	write_file(TRACING "tracing_on", "1");
}

static inline void stop_tracing(void)
{
	write_file(TRACING "tracing_on", "0");
}

/* What the recorded trace says of this event on this entry: the last word of the line. */
static inline const char *traced(const char *event, const char *store, ino_t ino)
{
	static char trace[1 << 20];
	char wanted[96], *at;

	slurp(TRACING "trace", trace, sizeof(trace));
	snprintf(wanted, sizeof(wanted), "%s: dev=%s ino=%lu ", event, store, ino);
	at = strstr(trace, wanted);
	if (!at)
		return "";
	at[strcspn(at, "\n")] = '\0';
	return strrchr(at, ' ') + 1;
}

#endif
