// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>
#include "script.h"

void script_add(struct script *s, const struct op *op)
{
	if (s->n == s->room) {
		s->room = s->room ? 2 * s->room : 1024;
		s->op = realloc(s->op, s->room * sizeof(*s->op));
		if (!s->op)
			exit(2);
	}
	s->op[s->n++] = *op;
}

static bool parse(struct op *op, char *line)
{
	char *word = strtok(line, " \n");

	memset(op, 0, sizeof(*op));
	if (!word || *word == '#')
		return false;
	while (op->kind < op_count && strcmp(word, op_kinds[op->kind].name))
		op->kind++;
	for (int i = 0; i < ARGS && (word = strtok(NULL, " \n")) && *word != '#'; i++)
		op->a[i] = atoi(word);
	return op->kind < op_count;
}

bool script_load(struct script *s, const char *path)
{
	FILE *f = fopen(path, "re");
	char line[512];
	struct op op;

	if (!f)
		return false;
	while (fgets(line, sizeof(line), f))
		if (parse(&op, line))
			script_add(s, &op);
	fclose(f);
	return true;
}

void op_print(FILE *f, const struct op *op, const char *said)
{
	int n = ARGS;

	fprintf(f, "%s", op_kinds[op->kind].name);
	while (n && !op->a[n - 1])
		n--;
	for (int i = 0; i < n; i++)
		fprintf(f, " %d", op->a[i]);
	fprintf(f, "%s%s\n", *said ? "\t# " : "", said);
}

void script_save(const struct script *s, const char *path)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return;
	for (int i = 0; i < s->n; i++)
		op_print(f, &s->op[i], "");
	fclose(f);
}
