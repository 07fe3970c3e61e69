/*
 * routing_site.h - the store that routing.c measures: agents, queues and lanes of
 * a large site, and what waits in them.
 */
#ifndef TESTS_ROUTING_SITE_H
#define TESTS_ROUTING_SITE_H

#include <inttypes.h>
#include <sqlite3.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "desk/site.h"
#include "desk/route_priv.h"
#include "routing/routing.h"
#include "tests/bench/bench.h"

#define AGENTS 1000
#define SKILLS 20
#define SKILLS_EACH 8
#define QUEUES 50
#define LANES_EACH 6
#define RARE 30

static const char *url;
static sqlite3 *db;
static time_ms now;

static void
sql(const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		die(text, sqlite3_errmsg(db));
}

static int
how_many(const char *text)
{
	sqlite3_stmt *st = prepare(db, text);
	int n = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int(st, 0) : 0;

	sqlite3_finalize(st);
	return n;
}

/* The site. */

static void *
items(struct arena *arena, const struct record *record, size_t n, struct records *out)
{
	*out = (struct records){ arena_alloc(arena, n * record->size), n };
	for (size_t i = 0; i < n; i++)
		record_init(record, (char *)out->v + i * record->size);
	return out->v;
}

static void
make_agents(struct arena *arena, struct site *site)
{
	struct site_agent *a = items(arena, &rec_site_agent, AGENTS + 1, &site->agents);

	for (int i = 0; i <= AGENTS; i++) {
		a[i].name = i < AGENTS ? arena_printf(arena, "a%04d", i + 1) : "rare";
		texts_add(arena, &a[i].media, "email");
		if (i % 3)
			pairs_add(arena, &a[i].capacity, "email", "3");
		else
			a[i].capacity_rule = "mixed";
		if (i == AGENTS)
			pairs_add(arena, &a[i].skills, "rare", "5");
		while (i < AGENTS && a[i].skills.n < SKILLS_EACH) {
			const char *skill = arena_printf(arena, "s%02d", dice(SKILLS));

			if (!pairs_get(&a[i].skills, skill))
				pairs_add(arena, &a[i].skills, skill, arena_printf(arena, "%d", 1 + dice(5)));
		}
	}
}

static void
make_capacity(struct arena *arena, struct site *site)
{
	struct site_capacity *c = items(arena, &rec_site_capacity, 1, &site->capacities);
	struct site_capacity_medium *m = items(arena, &rec_site_capacity_medium, 2, &c->media);

	c->name = "mixed";
	m[0].name = "email";
	m[0].max = 3;
	m[0].unless = "chat>=2 | voice";
	m[1].name = "chat";
	m[1].takes = 50;
}

/* One open all the time, one that opens in another life. */
static void
make_hours(struct arena *arena, struct site *site)
{
	struct site_hours *h = items(arena, &rec_site_hours, 2, &site->hours);
	struct site_special *day = items(arena, &rec_site_special, 1, &h[1].special);

	h[0].name = "always";
	h[0].mon = h[0].tue = h[0].wed = h[0].thu = h[0].fri = h[0].sat = h[0].sun = "00:00-24:00";
	h[1].name = "never";
	h[0].zone = h[1].zone = "Europe/Paris";
	*day = (struct site_special){ "2199-01-01", "09:00-10:00" };
}

static void
make_rules(struct arena *arena, struct site_queue *q, int i)
{
	q->selection = routing_policy_name((enum routing_policy)(i % ROUTING_POLICIES));
	q->overflow_to = i % 7 == 3 ? "q00" : NULL;
	q->overflow_after = q->overflow_to ? 10 * MS_HOUR : INT_ABSENT;
	if (i % 7 == 5)
		q->hours = i % 2 ? "always" : "never";
	if (i % 5 == 1) {
		struct site_widen *w = items(arena, &rec_site_widen, 1, &q->widen);

		*w = (struct site_widen){ MS_HOUR, "" };
	}
}

/* One skill of a queue; its lanes add one more, every fifth two. */
static void
make_queues(struct arena *arena, struct site *site)
{
	struct site_queue *q = items(arena, &rec_site_queue, QUEUES + RARE, &site->queues);

	for (int i = 0; i < QUEUES + RARE; i++) {
		q[i].name = arena_printf(arena, i < QUEUES ? "q%02d" : "r%02d", i);
		q[i].skills = i < QUEUES ? arena_printf(arena, "s%02d>=%d", i % SKILLS, 1 + i % 3) : "rare>=1";
		if (i < QUEUES)
			make_rules(arena, &q[i], i);
	}
}

static void
call(struct desk *desk, const struct op *op, const void *in)
{
	struct arena *arena = arena_new();
	struct request request = { .op = op, .in = in };
	struct err err = { 0 };

	check(desk_call(desk, &request, arena, NULL, NULL, &err), &err, op->name);
	arena_free(&arena);
}

/* A lane exists as soon as something entered it. */
static void
make_lane(struct arena *arena, struct desk *desk, int queue, int variant)
{
	const struct record *record = op_ixn_create.in;
	void *in = record_new(arena, record);
	struct texts *skill = field_at(record_field(record, "skill"), in);
	int first = queue % SKILLS, second = (first + 1 + variant) % SKILLS, third = (first + 10 + variant) % SKILLS;

	record_set_text(record, in, "media", "email");
	record_set_text(record, in, "queue", arena_printf(arena, queue < QUEUES ? "q%02d" : "r%02d", queue));
	if (queue < QUEUES) {
		texts_add(arena, skill, arena_printf(arena, "s%02d>=%d", second, 1 + variant % 3));
		if ((queue + variant) % 5 == 0)
			texts_add(arena, skill, arena_printf(arena, "s%02d>=%d", third, 1));
	}
	call(desk, &op_ixn_create, in);
}

/* For the naive statement: what a lane asks for, as rows. */
static void
make_required(void)
{
	sql("CREATE TABLE bench_skill (lane INTEGER, skill TEXT, level INTEGER, PRIMARY KEY (lane, skill)) WITHOUT ROWID");
	for (int i = 0; i < SKILLS; i++) {
		char text[400];

		/* Canonical expressions hold "s01>=2"; a level of 1 may be left out. */
		snprintf(text, sizeof(text), "INSERT INTO bench_skill SELECT id, 's%02d',"
					     " CASE WHEN skills LIKE '%%s%02d>=2%%' THEN 2 WHEN skills LIKE '%%s%02d>=3%%' THEN 3 ELSE 1 END"
					     " FROM lane WHERE skills LIKE '%%s%02d%%'",
			 i, i, i, i);
		sql(text);
	}
	sql("INSERT INTO bench_skill SELECT id, 'rare', 1 FROM lane WHERE skills LIKE '%rare%'");
}

static void
make_site(void)
{
	struct arena *arena = arena_new();
	const struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = MS_HOUR };
	struct site *site = record_new(arena, &rec_site);
	struct desk *desk;
	struct err err = { 0 };

	check(desk_setup(url, false, &err), &err, "setup");
	check(desk_open(url, &options, &desk, &err), &err, "open");
	make_agents(arena, site);
	make_queues(arena, site);
	make_capacity(arena, site);
	make_hours(arena, site);
	call(desk, &op_site_load, site);
	for (int q = 0; q < QUEUES + RARE; q++)
		for (int v = 0; v < (q < QUEUES ? LANES_EACH : 1); v++)
			make_lane(arena, desk, q, v);
	/* What widens has waited for two hours by now. */
	sql("UPDATE ixn SET queued = queued - 7200000; UPDATE due SET at = at - 3600000 WHERE kind = 'widen'");
	for (int i = 0; i < 4; i++)
		call(desk, &op_site_load, record_new(arena, &rec_site));
	desk_close(&desk);
	arena_free(&arena);
	sql("DELETE FROM ixn; DELETE FROM event; DELETE FROM due");
	make_required();
}

/* Everybody is ready, and has been idle for a while. */
static void
make_presence(void)
{
	sqlite3_stmt *st = prepare(db, "INSERT INTO agent_medium (agent, medium, state, cause, since, idle_since, load, room, free)"
				       " SELECT name, 'email', 'ready', 'login', ?1, ?1 - abs(random() % 3600000), 0, 3, 1 FROM agent");

	sqlite3_bind_int64(st, 1, now);
	if (sqlite3_step(st) != SQLITE_DONE)
		die("presence", sqlite3_errmsg(db));
	sqlite3_finalize(st);
}

/* n more that wait, spread over the lanes and the last eight hours. */
static void
make_waiting(int from, int n)
{
	sqlite3_stmt *st = prepare(db, "INSERT INTO ixn (id, rid, version, medium, state, online, queue, origin_queue, skills, lane, priority, sort_key,"
				       " conversation, seq, created, queued) SELECT ?1, ?2, 1, 'email', 'queued', 0, queue, queue, '', id, 0, ?4, ?1, 0, ?4, ?4"
				       " FROM lane WHERE id = ?3 AND queue LIKE 'q%'");
	int lanes = how_many("SELECT max(id) FROM lane");
	char id[40], rid[ID_SIZE];

	if (lanes <= 0)
		die("lanes", "none");
	sql("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN");
	for (int i = from; i < from + n; i++) {
		time_ms at = now - dice((int)(8 * MS_HOUR));

		snprintf(id, sizeof(id), "0%010d%08d%07d", i, dice(100000000), dice(10000000));
		id_reverse(id, rid);
		sqlite3_bind_text(st, 1, id, -1, SQLITE_STATIC);
		sqlite3_bind_text(st, 2, rid, -1, SQLITE_STATIC);
		sqlite3_bind_int(st, 3, 1 + dice(lanes));
		sqlite3_bind_int64(st, 4, at);
		if (sqlite3_step(st) != SQLITE_DONE)
			die("insert", sqlite3_errmsg(db));
		/* That lane was a rare one's. */
		if (sqlite3_changes(db) == 0)
			i--;
		sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	sql("COMMIT; PRAGMA journal_mode = WAL");
}

static void
open_outside(void)
{
	if (sqlite3_open(url, &db) != SQLITE_OK)
		die(url, sqlite3_errmsg(db));
}

static void
make_store(int n)
{
	struct err err = { 0 };

	now = clock_now();
	check(desk_setup(url, false, &err), &err, "setup");
	open_outside();
	make_site();
	make_presence();
	make_waiting(0, n);
}

#endif
