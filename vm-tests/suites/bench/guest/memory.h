/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MEMORY_H
#define MEMORY_H

/* Bytes that the kernel has in its slabs: all of its small objects, with what is lost between them. */
double kernel_memory(void);

/* Bytes of main memory that a process has to itself, its page tables included. */
double process_memory(int pid);

#endif
