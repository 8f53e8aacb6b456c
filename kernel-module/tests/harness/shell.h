/* SPDX-License-Identifier: GPL-2.0 */
/* What commands of the distribution say, after harness.h. */
#ifndef SHELL_H
#define SHELL_H

/* The output of a command, which must succeed. */
static inline const char *output(const char *command, char *buf, size_t size)
{
	FILE *pipe = popen(command, "r");
	size_t n;

	ASSERT_TRUE(pipe);
	n = fread(buf, 1, size - 1, pipe);
	buf[n] = '\0';
	ASSERT_EQ(pclose(pipe), 0);
	return buf;
}

#endif
