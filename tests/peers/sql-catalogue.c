/*
 * sql-catalogue - the schema and every statement as an engine gets them.
 *	sql-catalogue schema ENGINE     the schema
 *	sql-catalogue prepare ENGINE    PREPARE of each statement
 *	sql-catalogue run ENGINE        EXECUTE of each, '1' for every parameter:
 *	                                first what adds, then what reads, changes, removes
 *	sql-catalogue names             the names, one a line
 * For psql: each statement ends with a ';'.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "store/store.h"

static void
print_schema(struct arena *arena, const char *engine)
{
	const char *text;

	for (size_t i = 0; (text = schema_text_for(arena, engine, i)); i++)
		printf("%s;\n", text);
}

/* The number of the last parameter. */
static int
parameters(const char *text)
{
	int n = 0;

	for (const char *p = text; (p = strpbrk(p, "?$")); p++)
		if (isdigit((unsigned char)p[1]) && strtol(p + 1, NULL, 10) > n)
			n = (int)strtol(p + 1, NULL, 10);
	return n;
}

static void
print_execute(struct arena *arena, const char *engine, const char *verb)
{
	for (int i = 0; i < SQL_COUNT; i++) {
		const char *text = sql_text_for(arena, engine, (enum sql)i);
		int n = parameters(text);

		if (strncmp(text, verb, strlen(verb)) != 0)
			continue;
		printf("EXECUTE \"%s\"", sql_name((enum sql)i));
		for (int k = 0; k < n; k++)
			printf("%s'1'%s", k ? ", " : " (", k + 1 == n ? ")" : "");
		puts(";");
	}
}

int
main(int argc, char **argv)
{
	static const char *const verbs[] = { "INSERT", "SELECT", "UPDATE", "DELETE" };
	const char *what = argc > 1 ? argv[1] : "", *engine = argc > 2 ? argv[2] : "";
	struct arena *arena = arena_new();

	if (strcmp(what, "schema") == 0)
		print_schema(arena, engine);
	for (int i = 0; i < SQL_COUNT; i++)
		if (strcmp(what, "prepare") == 0)
			printf("PREPARE \"%s\" AS %s;\n", sql_name((enum sql)i), sql_text_for(arena, engine, (enum sql)i));
		else if (strcmp(what, "names") == 0)
			puts(sql_name((enum sql)i));
	for (size_t i = 0; i < COUNT_OF(verbs) && strcmp(what, "run") == 0; i++)
		print_execute(arena, engine, verbs[i]);
	arena_free(&arena);
	return fflush(stdout) == 0 ? 0 : 74;
}
