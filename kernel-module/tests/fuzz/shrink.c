// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>
#include "shrink.h"

bool quiet_failure;

static bool fails_without(const struct script *s, int from, int n)
{
	struct script rest = { 0 };
	bool fails;

	for (int i = 0; i < s->n; i++)
		if (i < from || i >= from + n)
			script_add(&rest, &s->op[i]);
	fails = !script_passes(&rest);
	free(rest.op);
	return fails;
}

/* Ever smaller parts are left out, as long as what is left still fails. */
void shrink(struct script *s)
{
	quiet_failure = true;
	patience_ms = 3000;
	if (script_passes(s)) {
		printf("# the script does not fail\n");
		quiet_failure = false;
		return;
	}
	for (int n = (s->n + 1) / 2; n; n = n > 1 ? (n + 1) / 2 : 0) {
		for (int from = s->n - n; from > -n; from -= n) {
			int at = from < 0 ? 0 : from;
			int len = from < 0 ? n + from : n;

			if (!fails_without(s, at, len))
				continue;
			memmove(&s->op[at], &s->op[at + len],
				(s->n - at - len) * sizeof(*s->op));
			s->n -= len;
		}
		printf("# %d operations still fail\n", s->n);
		fflush(stdout);
	}
	quiet_failure = false;
}
