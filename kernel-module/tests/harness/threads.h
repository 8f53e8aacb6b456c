/* SPDX-License-Identifier: GPL-2.0 */
/* Many threads of one test, in step. */
#ifndef THREADS_H
#define THREADS_H

#include <pthread.h>

#define THREADS	8
#define SECONDS	240	/* of patience, on emulated processors */

static pthread_barrier_t barrier;

/* Runs fn(number) in so many threads and waits for them. */
static inline void in_threads(int n, void *(*fn)(void *))
{
	pthread_t t[32];

	ASSERT_EQ(pthread_barrier_init(&barrier, NULL, n), 0);
	for (long i = 0; i < n; i++)
		ASSERT_EQ(pthread_create(&t[i], NULL, fn, (void *)i), 0);
	for (int i = 0; i < n; i++)
		ASSERT_EQ(pthread_join(t[i], NULL), 0);
}

static inline void meet(void)
{
	pthread_barrier_wait(&barrier);
}

#endif
