/* SPDX-License-Identifier: GPL-2.0 */
#ifndef OPCODES_H
#define OPCODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

const char *opcode_name(uint32_t opcode);

/* Does the kernel wait for a reply? */
bool opcode_has_reply(uint32_t opcode);

/* Add a name to a list of them, separated by commas, unless it is there. */
void opcode_add(char *list, size_t size, const char *name);

#endif
