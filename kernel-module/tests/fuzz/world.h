/* SPDX-License-Identifier: GPL-2.0 */
/* The place where a round happens: a mount namespace and a scratch directory. */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include <stdbool.h>

bool world_prepare(void);	/* once, before the first round */
void world_make(void);		/* in the child that runs a round */
void world_end(void);		/* there; fails if anything is left of the stores */
void world_remove(void);	/* once, after the last */
void world_print(void);		/* what the model thinks there is */

#endif
