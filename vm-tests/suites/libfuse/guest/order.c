// SPDX-License-Identifier: GPL-2.0
/*
 * What a server that has got the lease sees of the one that was killed: what state.h says about processors that
 * reorder. Many rounds, on two processors. (An arm64 that is emulated on a PC does not reorder more than the PC.)
 */
#define SUITE "order"
#include "server.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/file.h>

#define ROUNDS	300
#define THREADS	2
#define WORDS	4

/* Each word is in a page of its own, so that no two of them travel together. */
struct words {
	_Alignas(65536) volatile uint64_t value;
};

static struct words (*memory)[WORDS];

/* As servers do: in this order, which the compiler keeps. */
static void *count(void *argument)
{
	long thread = (long)argument;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(thread, &cpus);
	sched_setaffinity(0, sizeof(cpus), &cpus);
	for (uint64_t n = 1;; n++) {
		for (int i = 0; i < WORDS; i++) {
			memory[thread][i].value = n;
			atomic_signal_fence(memory_order_seq_cst);
		}
	}
	return NULL;
}

static pid_t start_predecessor(int *lease)
{
	pid_t pid = ASSERT_OK(fork());

	if (!pid) {
		pthread_t thread;

		*lease = open(STORE "/lease", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (*lease < 0 || flock(*lease, LOCK_EX) || pthread_create(&thread, NULL, count, (void *)1))
			_exit(1);
		count((void *)0);
	}
	return pid;
}

static void copy(uint64_t words[THREADS][WORDS])
{
	for (int thread = 0; thread < THREADS; thread++)
		for (int i = 0; i < WORDS; i++)
			words[thread][i] = memory[thread][i].value;
}

static void expect_a_moment(uint64_t words[WORDS])
{
	for (int i = 1; i < WORDS; i++) {
		EXPECT_LE(words[i], words[i - 1]);
		EXPECT_LE(words[0], words[i] + 1);
	}
}

TEST_SECONDS(a_successor_sees_all_that_its_predecessor_stored_and_in_that_order, 300)
{
	size_t size = THREADS * sizeof(*memory);
	unsigned int seed = 1;

	ASSERT_GE(sysconf(_SC_NPROCESSORS_ONLN), THREADS);
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_TRUE(memory != MAP_FAILED);
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t seen[THREADS][WORDS], later[THREADS][WORDS];
		int lease, status;
		pid_t pid;

		ABOUT("round %d", round);
		for (int i = 0; i < THREADS * WORDS; i++)
			memory[i / WORDS][i % WORDS].value = 0;
		pid = start_predecessor(&lease);
		while (!memory[0][WORDS - 1].value || !memory[1][WORDS - 1].value)
			sched_yield();
		for (int spin = rand_r(&seed) % 10000; spin; spin--)
			atomic_signal_fence(memory_order_seq_cst);
		lease = ASSERT_OK(open(STORE "/lease", O_RDWR | O_CLOEXEC));
		ASSERT_OK(kill(pid, SIGKILL));
		ASSERT_OK(flock(lease, LOCK_EX));
		copy(seen);
		ASSERT_EQ(waitpid(pid, &status, 0), pid);
		copy(later);
		for (int thread = 0; thread < THREADS; thread++)
			expect_a_moment(seen[thread]);
		ABOUT("round %d: nothing arrives when the lease was handed over", round);
		EXPECT_TRUE(!memcmp(seen, later, sizeof(seen)));
		ASSERT_OK(close(lease));
	}
}
