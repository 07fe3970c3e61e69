/*
 * The texts of sql.def and schema.def as each engine gets them.
 */
#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "store/priv.h"

static const struct {
	const char *name, *text;
} statements[SQL_COUNT] = {
#define SQL(name, text) { #name, text },
#include "store/sql.def"
#undef SQL
};

static const struct {
	int version;
	const char *text;
} schema[] = {
#define DDL(version, text) { version, text },
#include "store/schema.def"
#undef DDL
};

/* What the words in @ stand for. */
static const struct word {
	const char *word, *sqlite, *postgresql;
} words[] = {
	{ "@ID@", "INTEGER PRIMARY KEY", "BIGINT PRIMARY KEY" },
	/* An aggregate: @JOIN(expression)@ joins by commas. */
	{ "@JOIN(", "group_concat(", "string_agg(" },
	{ ")@", ")", ", ',')" },
	{ "@BYTES@", "", "COLLATE \"C\"" },
	{ "@BLOB@", "BLOB", "BYTEA" },
	{ "@INT@", "INTEGER", "BIGINT" },
	{ "@REAL@", "REAL", "DOUBLE PRECISION" },
	{ "@STRICT@", "STRICT", "" },
	{ "@FLAT@", "STRICT, WITHOUT ROWID", "" },
	/* Of events e: those that no failure takes back (postgresql.h). */
	{ "@KEPT@", "", " AND e.seq <= (SELECT max(f.n) FROM flushed f)" },
	{ "@TABLES@", "sqlite_master", "(SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()) AS tables" },
};

/* In a table, text is in the order of its bytes, whatever the database's locale: as ids are made, as lists are paged. */
static const struct word columns[] = {
	{ " TEXT @BYTES@", " TEXT", " TEXT COLLATE \"C\"" },
	{ " TEXT", " TEXT", " TEXT COLLATE \"C\"" },
};

static const struct word *
word_at(const struct word *table, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strncmp(text, table[i].word, strlen(table[i].word)) == 0)
			return &table[i];
	return NULL;
}

static const char *
engine_text(struct arena *arena, const char *engine, const char *text, bool table)
{
	bool sqlite = strcmp(engine, "sqlite") == 0;
	struct buf out = BUF_INIT;
	const char *copy;

	/* Most have nothing to replace. */
	if (sqlite && !strchr(text, '@'))
		return text;
	while (*text) {
		const struct word *w = word_at(words, COUNT_OF(words), text);

		if (!w && table)
			w = word_at(columns, COUNT_OF(columns), text);
		/* A word of the schema, or a parameter: ?7 here, $7 there. */
		if (w) {
			buf_str(&out, sqlite ? w->sqlite : w->postgresql);
			text += strlen(w->word);
		} else {
			buf_char(&out, !sqlite && *text == '?' && isdigit((unsigned char)text[1]) ? '$' : *text);
			text++;
		}
	}
	copy = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return copy;
}

const char *
sql_text_for(struct arena *arena, const char *engine, enum sql sql)
{
	return engine_text(arena, engine, statements[sql].text, false);
}

const char *
schema_text_for(struct arena *arena, const char *engine, size_t i)
{
	return i < COUNT_OF(schema) ? engine_text(arena, engine, schema[i].text, true) : NULL;
}

const char *
schema_creates(struct arena *arena, size_t i)
{
	static const char create[] = "CREATE TABLE ";
	const char *name = schema[i].text + sizeof(create) - 1;

	return strncmp(schema[i].text, create, sizeof(create) - 1) == 0 ? arena_memdup(arena, name, strcspn(name, " ")) : NULL;
}

const char *
schema_table(struct arena *arena, size_t i)
{
	for (size_t k = 0; k < COUNT_OF(schema); k++) {
		const char *name = schema_creates(arena, k);

		if (name && i-- == 0)
			return name;
	}
	return NULL;
}

int
schema_version(size_t i)
{
	return schema[i].version;
}

bool
sql_adds(enum sql sql)
{
	const char *text = statements[sql].text;

	return strncmp(text, "INSERT INTO ", 12) == 0 && strstr(text, " VALUES (") && !strstr(text, "DO NOTHING");
}

const char *
sql_name(enum sql sql)
{
	return statements[sql].name;
}
