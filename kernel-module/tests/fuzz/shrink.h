/* SPDX-License-Identifier: GPL-2.0 */
/* Finding a short script that fails in a long one. */
#ifndef FUZZ_SHRINK_H
#define FUZZ_SHRINK_H

#include "script.h"

extern bool quiet_failure;	/* only the exit status counts */

bool script_passes(const struct script *s);	/* main.c */
void shrink(struct script *s);

#endif
