/* SPDX-License-Identifier: GPL-2.0 */
/* What was done, to be read and to be done again. */
#ifndef FUZZ_SCRIPT_H
#define FUZZ_SCRIPT_H

#include <stdio.h>
#include "fuzz.h"

struct script {
	struct op *op;
	int n, room;
};

void script_add(struct script *s, const struct op *op);
bool script_load(struct script *s, const char *path);
void script_save(const struct script *s, const char *path);
void op_print(FILE *f, const struct op *op, const char *said);

#endif
