/*
 * people - a store with agents and contacts to be found:
 *	people STORE AGENTS CONTACTS
 * Names are made of syllables, some of them very frequent; each contact has a
 * mail address. They are put there from outside, as an older version left
 * them. ixn-setup's own pass learns the first ones, and the µs that each took
 * are printed; the others are put into the index at a stroke.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "desk/priv.h"
#include "desk/site.h"
#include "search/match.h"
#include "tests/bench/bench.h"

#define FIRST 500
#define LAST 40000
#define LEARNT 5000

static const char *url;
static sqlite3 *db;

static void
sql(const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		die(text, sqlite3_errmsg(db));
}

/* The first are many, as names are: about one in n^(1/3) has number 0. */
static int
skewed(int n)
{
	double u = dice(1 << 30) / (double)(1 << 30);

	return (int)(n * u * u * u);
}

static const char *
name_of(char out[24], int number, const char *end)
{
	static const char *const syllables[] = { "ma", "ri", "an", "jo", "le", "to", "ka", "su", "be", "no", "fi", "da", "el", "mi", "ro", "pa", "lu", "gre", "vi", "cha", "ste" };
	const int n = (int)COUNT_OF(syllables);
	size_t at = 0;

	number += n;
	for (; number > 0 && at < 16; number /= n)
		at += (size_t)snprintf(out + at, 24 - at, "%s", syllables[number % n]);
	snprintf(out + at, 24 - at, "%s", end);
	out[0] = (char)(out[0] - 'a' + 'A');
	return out;
}

static void
make_site(int agents)
{
	struct arena *arena = arena_new();
	const struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = MS_HOUR };
	struct site *site = record_new(arena, &rec_site);
	struct site_agent *a = arena_alloc(arena, (size_t)agents * sizeof(*a));
	struct request request = { .op = &op_site_load, .in = site };
	struct desk *desk;
	struct err err = { 0 };
	char first[24], last[24];

	for (int i = 0; i < agents; i++) {
		record_init(&rec_site_agent, &a[i]);
		a[i].name = arena_printf(arena, "a%05d", i + 1);
		a[i].alias = arena_printf(arena, "%s %s", name_of(first, skewed(FIRST), ""), name_of(last, skewed(LAST), "n"));
		pairs_add(arena, &a[i].capacity, "chat", "3");
	}
	site->agents = (struct records){ a, (size_t)agents };
	check(desk_open(url, &options, &desk, &err), &err, "open");
	check(desk_call(desk, &request, arena, NULL, NULL, &err), &err, "site");
	desk_close(&desk);
	arena_free(&arena);
}

static void
step(sqlite3_stmt *st)
{
	if (sqlite3_step(st) != SQLITE_DONE)
		die("insert", sqlite3_errmsg(db));
	sqlite3_reset(st);
}

static void
bind(sqlite3_stmt *st, int at, const char *text)
{
	sqlite3_bind_text(st, at, text, -1, SQLITE_TRANSIENT);
}

static void
index_contact(struct arena *arena, sqlite3_stmt *word, const char *id, const char *name, const char *mail)
{
	const char *text = match_text(arena, &(struct match_labels){ &name, &mail, 1, 1 });
	const struct match_word *words;
	size_t n = match_words(arena, text, &words);

	for (size_t i = 0; i < n; i++) {
		sqlite3_bind_int(word, 1, (int)words[i].place);
		bind(word, 2, words[i].word);
		bind(word, 3, text);
		bind(word, 4, id);
		step(word);
	}
	arena_reset(arena);
}

static void
make_contacts(int from, int to)
{
	sqlite3_stmt *contact = prepare(db, "INSERT INTO contact (id, rid, version, name, created) VALUES (?1, ?2, 1, ?3, 0)");
	sqlite3_stmt *address = prepare(db, "INSERT INTO contact_address (scheme, address, contact, shown, is_primary) VALUES ('mailto', ?1, ?2, ?1, 1)");
	sqlite3_stmt *word = prepare(db, "INSERT INTO temp.word VALUES (?1, ?2, ?3, ?4)");
	struct arena *arena = arena_new();

	for (int i = from; i < to; i++) {
		char first[24], last[24], id[40], rid[ID_SIZE];
		const char *name, *mail;

		name_of(first, skewed(FIRST), "");
		name_of(last, skewed(LAST), "n");
		snprintf(id, sizeof(id), "0%010d%08d%07d", i, dice(100000000), dice(10000000));
		id_reverse(id, rid);
		name = arena_printf(arena, "%s %s", first, last);
		mail = arena_printf(arena, "%c.%s%d@example.%s", first[0] + 'a' - 'A', last, i, dice(2) ? "org" : "com");
		bind(contact, 1, id);
		bind(contact, 2, rid);
		bind(contact, 3, name);
		bind(address, 1, mail);
		bind(address, 2, id);
		step(contact);
		step(address);
		if (i >= LEARNT)
			index_contact(arena, word, id, name, mail);
	}
	arena_free(&arena);
	sqlite3_finalize(contact);
	sqlite3_finalize(address);
	sqlite3_finalize(word);
}

static int64_t
learn(void)
{
	struct err err = { 0 };
	int64_t start;

	sql("INSERT INTO meta (key, value) VALUES ('words', '')");
	start = clock_monotonic();
	check(desk_setup(url, false, &err), &err, "learning");
	return clock_monotonic() - start;
}

int
main(int argc, char **argv)
{
	struct err err = { 0 };
	int64_t took;
	int contacts;

	if (argc != 4)
		die("usage", "people STORE AGENTS CONTACTS");
	url = argv[1];
	contacts = (int)strtol(argv[3], NULL, 10);
	check(desk_setup(url, false, &err), &err, "setup");
	if (sqlite3_open(url, &db) != SQLITE_OK)
		die(url, sqlite3_errmsg(db));
	make_site((int)strtol(argv[2], NULL, 10));
	sql("CREATE TEMP TABLE word (place INTEGER, word TEXT, text TEXT, ref TEXT); BEGIN");
	make_contacts(0, LEARNT);
	sql("COMMIT");
	took = learn();
	sql("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN");
	make_contacts(LEARNT, contacts);
	sql("INSERT INTO main.word SELECT 'contact', place, word, text, ref FROM temp.word ORDER BY place, word, text, ref");
	sql("COMMIT; PRAGMA journal_mode = WAL");
	printf("%lld\n", (long long)took * 1000 / LEARNT);
	sqlite3_close(db);
	return 0;
}
