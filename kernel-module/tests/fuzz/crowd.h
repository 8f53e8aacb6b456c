/* SPDX-License-Identifier: GPL-2.0 */
/* The second mode: several processes at once, on the same names. */
#ifndef FUZZ_CROWD_H
#define FUZZ_CROWD_H

#include <stdbool.h>
#include <stdint.h>

/* Does so many steps in all; in a process of its own, which fails or returns. */
void crowd(uint64_t seed, long steps);

#endif
