// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "fuzz.h"

void may_fail(struct expect *x, int err)
{
	for (int i = 0; i < x->n; i++)
		if (x->err[i] == err)
			return;
	x->err[x->n++] = err;
}

bool may_fail_if(bool condition, struct expect *x, int err)
{
	if (condition)
		may_fail(x, err);
	return condition;
}

void __attribute__((noreturn)) fail(const char *fmt, ...)
{
	static char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	report_failure(text);
	__builtin_unreachable();
}

const char *errno_name(int err)
{
	return err ? strerrorname_np(err) ?: "errno ?" : "success";
}

static bool is_expected(const struct expect *x, int err)
{
	if (!err)
		return !x->n;
	for (int i = 0; i < x->n; i++)
		if (x->err[i] == err)
			return true;
	return false;
}

/*
 * What a worker in the kernel has emptied a moment ago, it may still be about
 * to release: a call that comes too early for that is made once more.
 */
static bool is_transient(const struct request *q, int err)
{
	switch (err) {
	case EBUSY:
	case EINVAL:
		return q->what == C_UMOUNT || q->what == C_REMOUNT;
	case ENOSPC:
	case ETOOMANYREFS:
		return true;
	default:
		return false;
	}
}

bool call(struct actor *a, struct request *q, const struct expect *x,
	  struct reply *r)
{
	long end = 0;
	char wanted[256] = "";

	for (;;) {
		*r = act_on(a, q);
		if (is_expected(x, r->err))
			break;
		if (x->n || !is_transient(q, r->err) || (end && now_ms() > end)) {
			for (int i = 0; i < x->n; i++)
				sprintf(wanted + strlen(wanted), "%s%s", i ? " or " : "",
					errno_name(x->err[i]));
			fail("the call gave %s, expected was %s",
			     errno_name(r->err), x->n ? wanted : "success");
		}
		if (!end)
			end = now_ms() + patience_ms;
		sched_yield();
	}
	record_result(r->err);
	return !r->err;
}
