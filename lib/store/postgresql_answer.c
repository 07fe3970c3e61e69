/*
 * What was asked, for as long as it holds.
 *
 * A statement is known by the tables that its text names, behind FROM and JOIN (a
 * list with commas is none of ours: tests/unit/catalogue.c). What came of it, with
 * the same values, holds until one of them is changed; in a transaction that
 * writes nobody else does that, for it has the turn.
 *
 * What is asked of the site alone, of who is logged in, and of who serves which
 * lane, changes seldom: it is kept beyond the transaction. Whoever changes one of
 * those tables counts that in the row turn, and each transaction is told that
 * count in its first round trip; where it is another one, nothing is kept.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/postgresql.h"

/* More than this are not kept, nor more bytes. */
#define ANSWERS_MAX 2048
#define ANSWERS_BYTES ((size_t)4 << 20)

/* Changed by 'ixn-setup --load', by who manages agents, logs in or out, and where a lane is met for the first time. */
static const char *const site_tables[] = {
	"agent", "agent_capacity", "agent_lane", "agent_skill", "capacity_medium", "capacity_rule", "data_key", "data_value",
	"disposition", "gateway", "hours", "hours_special", "lane", "policy", "queue", "queue_widen", "session", "setting", "site_item",
	"team", "team_member", "template", "token", "web", "web_text", "website", "workbin", "workflow"
};

/* These say when somebody was last there, which is asked anew from time to time: it is not counted. */
static const char *const passing[] = { "UPDATE session SET seen = ", "UPDATE token SET used = " };

/* Tables. */

static bool
word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool
is_site(const char *table)
{
	for (size_t i = 0; i < COUNT_OF(site_tables); i++)
		if (strcmp(site_tables[i], table) == 0)
			return true;
	return false;
}

static size_t
table_of(const struct pg *pg, const char *word, size_t size)
{
	size_t i = 0;

	while (pg->tables[i] && (strlen(pg->tables[i]) != size || strncmp(pg->tables[i], word, size) != 0))
		i++;
	return i;
}

static void
add_table(const struct pg *pg, struct statement *s, size_t table)
{
	for (size_t i = 0; i < s->tables_n; i++)
		if (s->tables[i] == table)
			return;
	s->site = s->site && is_site(pg->tables[table]);
	/* One that names more is asked each time. */
	s->asks = s->asks && s->tables_n < COUNT_OF(s->tables);
	if (s->tables_n < COUNT_OF(s->tables))
		s->tables[s->tables_n++] = (unsigned char)table;
}

static bool
about(const struct pg *pg, const struct statement *s, const char *table)
{
	for (size_t i = 0; i < s->tables_n; i++)
		if (strcmp(pg->tables[s->tables[i]], table) == 0)
			return true;
	return false;
}

/* Behind these stands a table, or what is none. */
static bool
leads(const char *word, size_t size)
{
	static const char *const words[] = { "FROM", "JOIN", "INTO", "UPDATE" };

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strlen(words[i]) == size && strncmp(words[i], word, size) == 0)
			return true;
	return false;
}

/* The table that a statement changes is the first that it names. */
void
answers_about(const struct pg *pg, struct statement *s)
{
	const char *p = s->text;
	bool led = false;
	size_t size;

	s->writes = strncmp(p, "SELECT ", 7) != 0 && strncmp(p, "WITH ", 5) != 0;
	s->asks = !s->writes;
	s->site = true;
	for (; *p; p += size ? size : 1) {
		size_t table;

		for (size = 0; word_char(p[size]);)
			size++;
		table = size && led ? table_of(pg, p, size) : 0;
		if (size && led && pg->tables[table] && !(s->writes && s->tables_n))
			add_table(pg, s, table);
		led = size ? leads(p, size) : led;
	}
	s->asks = s->asks && s->tables_n;
	s->site = s->site && s->tables_n;
	/* Sessions alone are asked for with the time, and never twice the same. */
	s->site = s->site && (s->writes || !about(pg, s, "session") || about(pg, s, "token"));
	for (size_t i = 0; i < COUNT_OF(passing); i++)
		s->passes = s->passes || strncmp(s->text, passing[i], strlen(passing[i])) == 0;
}

/* Answers. */

static char *
key_of(const struct statement *s, size_t *size_r)
{
	size_t size = 0;
	char *key;

	for (size_t i = 0; i < s->n; i++)
		size += sizeof(int) + (s->values[i] ? (s->formats[i] ? (size_t)s->sizes[i] : strlen(s->values[i])) : 0);
	key = xmalloc(size + 1);
	*size_r = size;
	size = 0;
	for (size_t i = 0; i < s->n; i++) {
		int n = !s->values[i] ? -1 : (s->formats[i] ? s->sizes[i] : (int)strlen(s->values[i]));

		memcpy(key + size, &n, sizeof(n));
		size += sizeof(n);
		if (n > 0)
			memcpy(key + size, s->values[i], (size_t)n);
		size += n > 0 ? (size_t)n : 0;
	}
	return key;
}

static struct answer **
bucket_of(struct answers *all, const struct statement *s, const char *key, size_t size)
{
	size_t hash = (size_t)(s->name[1] * 31 + s->name[2]) * 31 + (size_t)s->name[3];

	for (size_t i = 0; i < size; i++)
		hash = hash * 31 + (unsigned char)key[i];
	return &all->bucket[s->site][hash % COUNT_OF(all->bucket[0])];
}

static void
answer_free(struct answers *all, struct answer **at)
{
	struct answer *a = *at;

	*at = a->next;
	all->bytes -= a->result ? PQresultMemorySize(a->result) : 0;
	PQclear(a->result);
	free(a->key);
	free(a);
	all->n--;
}

static bool
holds(const struct answers *all, const struct answer *a)
{
	if (a->number < 0 && !a->result)
		return false;
	for (size_t i = 0; i < a->of->tables_n; i++)
		if (all->changed[a->of->tables[i]] > a->asked)
			return false;
	return true;
}

/* Those that are awaited stay: their results are still to be read. */
static void
forget(struct pg *pg, bool site)
{
	struct answers *all = &pg->answers;

	for (int kind = 0; kind < (site ? 2 : 1); kind++)
		for (size_t i = 0; i < COUNT_OF(all->bucket[kind]); i++)
			for (struct answer **at = &all->bucket[kind][i]; *at;)
				if ((*at)->number < 0)
					answer_free(all, at);
				else
					at = &(*at)->next;
}

void
answers_forget(struct pg *pg)
{
	forget(pg, true);
}

void
answers_begin(struct pg *pg)
{
	struct answers *all = &pg->answers;

	answers_lost(pg);
	forget(pg, !pg->turns || all->n > ANSWERS_MAX / 2 || all->bytes > ANSWERS_BYTES / 2);
	all->told = all->changes_site = all->counts_site = false;
}

struct answer *
answers_find(struct pg *pg, const struct statement *s)
{
	size_t size;
	char *key = key_of(s, &size);
	struct answer *a = *bucket_of(&pg->answers, s, key, size);

	while (a && (a->of != s || a->size != size || memcmp(a->key, key, size) != 0 || !holds(&pg->answers, a)))
		a = a->next;
	free(key);
	return a;
}

struct answer *
answers_add(struct pg *pg, const struct statement *s, int part)
{
	struct answers *all = &pg->answers;
	struct answer *a = xcalloc(1, sizeof(*a)), **bucket;

	if (all->n >= ANSWERS_MAX || all->bytes > ANSWERS_BYTES)
		answers_forget(pg);
	a->of = s;
	a->key = key_of(s, &a->size);
	a->asked = all->changes;
	a->number = pg->sent - 1;
	a->part = part;
	bucket = bucket_of(all, s, a->key, a->size);
	a->next = *bucket;
	*bucket = a;
	all->n++;
	if (!all->awaited)
		all->behind = &all->awaited;
	*all->behind = a;
	all->behind = &a->behind;
	return a;
}

void
answers_drop(struct pg *pg, struct answer *answer)
{
	struct answer **at = bucket_of(&pg->answers, answer->of, answer->key, answer->size);

	while (*at != answer)
		at = &(*at)->next;
	pg->answers.bytes -= PQresultMemorySize(answer->result);
	answer->result = NULL;
	answer_free(&pg->answers, at);
}

void
answers_changed(struct pg *pg, const struct statement *s)
{
	struct answers *all = &pg->answers;

	all->changes++;
	for (size_t i = 0; i < s->tables_n; i++)
		all->changed[s->tables[i]] = all->changes;
	all->changes_site = all->changes_site || s->site;
	all->counts_site = all->counts_site || (s->site && !s->passes);
}

/* What comes. */

bool
answers_take(struct pg *pg, int n, PGresult *result)
{
	struct answers *all = &pg->answers;
	bool ok = PQresultStatus(result) == PGRES_TUPLES_OK;

	for (struct answer *a = all->awaited; a && a->number == n; a = all->awaited) {
		all->awaited = a->behind;
		a->behind = NULL;
		a->number = -1;
		if (ok && a->part < 0) {
			a->result = result;
			all->bytes += PQresultMemorySize(result);
			return true;
		}
		/* Where it finds something it is asked what. */
		if (ok && strcmp(PQgetvalue(result, 0, a->part), "f") == 0) {
			a->result = PQmakeEmptyPGresult(pg->conn, PGRES_TUPLES_OK);
			all->bytes += PQresultMemorySize(a->result);
		}
	}
	return false;
}

void
answers_told(struct pg *pg, const PGresult *result)
{
	struct answers *all = &pg->answers;
	int64_t site = PQntuples(result) > 0 ? strtoll(PQgetvalue(result, 0, 0), NULL, 10) : -1;

	if (site != all->site)
		answers_forget(pg);
	all->site = site;
	all->told = true;
	pg->heard = PQnfields(result) > 1 && PQntuples(result) > 0 && strcmp(PQgetvalue(result, 0, 1), "t") == 0;
}

void
answers_lost(struct pg *pg)
{
	struct answers *all = &pg->answers;

	for (struct answer *a = all->awaited; a; a = all->awaited) {
		all->awaited = a->behind;
		a->behind = NULL;
		a->number = -1;
	}
	pg->tells = -1;
}
