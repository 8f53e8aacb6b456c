// SPDX-License-Identifier: GPL-2.0
/* The only source of chance: the same seed, the same sequence. */
#include "fuzz.h"

static uint64_t state;

void random_seed(uint64_t seed)
{
	state = seed;
}

/* A counter whose bits are mixed until none shows. */
static uint64_t random_bits(void)
{
	uint64_t x = state += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 32) * 0xd6e8feb86659fd93;
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93;
	return x ^ x >> 32;
}

unsigned int random_below(unsigned int n)
{
	return random_bits() % n;
}

bool one_in(unsigned int n)
{
	return random_below(n) == 0;
}
