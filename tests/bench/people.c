/*
 * people - a store with agents and contacts to be found:
 *	people STORE AGENTS CONTACTS
 * Names are made of syllables, some of them very frequent; each contact has a
 * mail address. The contacts are put there from outside, as an older version
 * left them; then ixn-setup's own pass learns them. Prints how long that took,
 * in ms, and how many contacts have the most frequent first name and surname.
 */
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "desk/priv.h"
#include "desk/site.h"

#define FIRST 500
#define LAST 40000

static const char *url;
static sqlite3 *db;
static uint64_t seed = 7;

static ATTR_NORETURN void
die(const char *what, const char *why)
{
	fprintf(stderr, "people: %s: %s\n", what, why);
	exit(1);
}

static void
check(int rc, const struct err *err, const char *what)
{
	if (rc < 0)
		die(what, err_get(err, "what") ? err_get(err, "what") : err_name(err->code));
}

static void
sql(const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		die(text, sqlite3_errmsg(db));
}

/* The same numbers in each run. */
static int
dice(int n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (int)((seed >> 33) % (uint64_t)n);
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

static sqlite3_stmt *
prepare(const char *text)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(db, text, -1, &st, NULL) != SQLITE_OK)
		die(text, sqlite3_errmsg(db));
	return st;
}

static void
step(sqlite3_stmt *st)
{
	if (sqlite3_step(st) != SQLITE_DONE)
		die("insert", sqlite3_errmsg(db));
	sqlite3_reset(st);
}

static void
make_contact(sqlite3_stmt *contact, sqlite3_stmt *address, int i)
{
	char first[24], last[24], id[40], rid[ID_SIZE], name[64], mail[96];

	name_of(first, skewed(FIRST), "");
	name_of(last, skewed(LAST), "n");
	snprintf(id, sizeof(id), "0%010d%08d%07d", i, dice(100000000), dice(10000000));
	id_reverse(id, rid);
	snprintf(name, sizeof(name), "%s %s", first, last);
	snprintf(mail, sizeof(mail), "%c.%s%d@example.%s", first[0] + 'a' - 'A', last, i, dice(2) ? "org" : "com");
	sqlite3_bind_text(contact, 1, id, -1, SQLITE_STATIC);
	sqlite3_bind_text(contact, 2, rid, -1, SQLITE_STATIC);
	sqlite3_bind_text(contact, 3, name, -1, SQLITE_STATIC);
	sqlite3_bind_text(address, 1, mail, -1, SQLITE_STATIC);
	sqlite3_bind_text(address, 2, id, -1, SQLITE_STATIC);
	step(contact);
	step(address);
}

static void
make_contacts(int n)
{
	sqlite3_stmt *contact = prepare("INSERT INTO contact (id, rid, version, name, created) VALUES (?1, ?2, 1, ?3, 0)");
	sqlite3_stmt *address = prepare("INSERT INTO contact_address (scheme, address, contact, shown, is_primary) VALUES ('mailto', ?1, ?2, ?1, 1)");

	sql("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN");
	for (int i = 0; i < n; i++)
		make_contact(contact, address, i);
	sql("INSERT INTO meta (key, value) VALUES ('words', '')");
	sqlite3_finalize(contact);
	sqlite3_finalize(address);
	sql("COMMIT; PRAGMA journal_mode = WAL");
}

static long long
count(const char *text)
{
	sqlite3_stmt *st = prepare(text);
	long long n = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : -1;

	sqlite3_finalize(st);
	return n;
}

int
main(int argc, char **argv)
{
	struct err err = { 0 };
	int64_t start;

	if (argc != 4)
		die("usage", "people STORE AGENTS CONTACTS");
	url = argv[1];
	check(desk_setup(url, false, &err), &err, "setup");
	if (sqlite3_open(url, &db) != SQLITE_OK)
		die(url, sqlite3_errmsg(db));
	make_site((int)strtol(argv[2], NULL, 10));
	make_contacts((int)strtol(argv[3], NULL, 10));
	start = clock_monotonic();
	check(desk_setup(url, false, &err), &err, "learning");
	printf("%lld", (long long)(clock_monotonic() - start));
	printf(" %lld", count("SELECT count(*) FROM contact WHERE name LIKE 'Ri %'"));
	printf(" %lld\n", count("SELECT count(*) FROM contact WHERE name LIKE '% Man'"));
	sqlite3_close(db);
	return 0;
}
