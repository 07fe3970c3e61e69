/*
 * replay - a past day, for ixn-replay:
 *	replay seed STORE N     a store with a day of N interactions, 1,000 agents and 50 queues
 *	replay simulate N       the same day without a store: seconds of the replay, and of one that looks at everybody each time
 * Agents have 8 of 20 skills and work 8 hours; interactions ask for 200
 * different sets of skills.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/rand.h"
#include "desk/desk.h"
#include "desk/site.h"
#include "model/id.h"
#include "routing/replay.h"
#include "tests/bench/bench.h"

#define DAY INT64_C(1763683200000) /* 2025-11-21T00:00Z */
#define AGENTS 1000
#define QUEUES 50
#define SKILLS 20
#define SKILLS_EACH 8
#define VARIANTS 4
#define ROOM 2

static struct arena *arena;
static struct replay in = { .from = DAY, .until = DAY + MS_DAY, .n_agents = AGENTS, .n_queues = QUEUES };
static struct replay_agent agents[AGENTS];
static struct replay_queue queues[QUEUES];
static struct replay_item *items;
static struct replay_leg *legs;

/* The day. */

static void
make_agents(void)
{
	for (int i = 0; i < AGENTS; i++) {
		struct skill *skills = arena_alloc(arena, SKILLS_EACH * sizeof(*skills));
		struct replay_shift *shifts = arena_alloc(arena, 2 * sizeof(*shifts));
		time_ms from = DAY + dice(16 * 3600) * MS_SECOND, until = from + 8 * MS_HOUR;
		int first = dice(SKILLS);

		for (int k = 0; k < SKILLS_EACH; k++)
			skills[k] = (struct skill){ arena_printf(arena, "s%02d", (first + 3 * k) % SKILLS), 1 + dice(5) };
		shifts[0] = (struct replay_shift){ "chat", false, from, until, from };
		shifts[1] = (struct replay_shift){ "chat", true, from, until, from };
		agents[i] = (struct replay_agent){ .name = arena_printf(arena, "a%04d", i + 1), .skill = skills, .n_skills = SKILLS_EACH, .shift = shifts, .n_shifts = 2 };
		agents[i].capacity = (struct capacity){ 1, { { .medium = "chat", .max = ROOM } } };
	}
}

/* So much to do that the agents are busy five sixths of their time. */
static void
make_items(int n)
{
	int64_t mean = (int64_t)AGENTS * ROOM * 8 * MS_HOUR * 5 / 6 / n;

	items = arena_alloc(arena, (size_t)n * sizeof(*items));
	legs = arena_alloc(arena, (size_t)n * sizeof(*legs));
	for (int i = 0; i < n; i++) {
		/* Most of them by day. */
		time_ms at = DAY + (dice(12 * 3600) + dice(12 * 3600)) * MS_SECOND + dice(1000);
		int queue = dice(QUEUES), variant = dice(VARIANTS);

		legs[i] = (struct replay_leg){ .queue = queues[queue].name, .response = dice(8000), .handling = mean / 2 + mean * dice(1000) / 1000 };
		if (variant)
			legs[i].skills = arena_printf(arena, "s%02d", (queue + variant) % SKILLS);
		items[i] = (struct replay_item){ .id = id_new(arena, at), .at = at, .medium = "chat", .online = true, .leg = &legs[i], .n_legs = 1 };
		items[i].patience = INT64_MAX;
		/* How long the answer to somebody who left would have taken, no record tells. */
		if (dice(4) == 0) {
			items[i].patience = dice(600) * MS_SECOND;
			legs[i].response = 0;
		}
	}
	in.item = items;
	in.n_items = (size_t)n;
}

static void
make_day(int n)
{
	arena = arena_new();
	rand_pin(seed);
	for (int i = 0; i < QUEUES; i++)
		queues[i] = (struct replay_queue){ .name = arena_printf(arena, "q%02d", i), .skills = arena_printf(arena, "s%02d>=%d", i % SKILLS, 1 + i % 3), .ageing = 1 + i % 3, .overflow_after = -1, .overflow_length = -1, .wrap_up = -1 };
	make_agents();
	make_items(n);
	in.agent = agents;
	in.queue = queues;
}

/* In a store. */

static sqlite3 *db;

static void
sql(const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		die(text, sqlite3_errmsg(db));
}

/* One row: texts by names, numbers by ?1 to ?4. */
static void
put(sqlite3_stmt **stmt, const char *text, const char *const texts[4], const int64_t numbers[4])
{
	if (!*stmt && sqlite3_prepare_v2(db, text, -1, stmt, NULL) != SQLITE_OK)
		die(text, sqlite3_errmsg(db));
	for (int i = 0; i < 4; i++) {
		sqlite3_bind_text(*stmt, 1 + i, texts[i], -1, SQLITE_STATIC);
		if (numbers[i] >= 0)
			sqlite3_bind_int64(*stmt, 5 + i, numbers[i]);
		else
			sqlite3_bind_null(*stmt, 5 + i);
	}
	if (sqlite3_step(*stmt) != SQLITE_DONE)
		die(text, sqlite3_errmsg(db));
	sqlite3_reset(*stmt);
}

struct happened {
	time_ms at;
	size_t n;
	const char *event, *ixn, *agent, *ref;
};
static VEC(struct happened) happened;

static void
put_event(time_ms at, const char *event, const char *ixn, const char *agent, const char *ref)
{
	const struct happened h = { at, happened.n, event, ixn, agent, ref };

	vec_push(arena, &happened, h);
}

static int
by_at(const void *a, const void *b)
{
	const struct happened *x = a, *y = b;

	return x->at != y->at ? (x->at < y->at ? -1 : 1) : (x->n > y->n) - (x->n < y->n);
}

/* In the order of time, as the desk would have written it. */
static void
put_log(void)
{
	sqlite3_stmt *stmt = NULL;

	qsort(happened.v, happened.n, sizeof(*happened.v), by_at);
	for (size_t i = 0; i < happened.n; i++) {
		const struct happened *h = &happened.v[i];

		put(&stmt, "INSERT INTO event (at, event, actor_kind, ixn, agent, ref, state) VALUES (?5, ?1, 'agent', ?2, ?3, ?4, CASE ?1 WHEN 'agent.state' THEN 'ready' END)",
		    (const char *const[]){ h->event, h->ixn, h->agent, h->ref }, (const int64_t[]){ h->at, -1, -1, -1 });
	}
}

static void
put_item(const struct replay_item *item, const struct replay_fate *fate)
{
	static sqlite3_stmt *ixn, *segment, *offer;
	const struct replay_leg *leg = item->leg;
	bool answered = fate->end == REPLAY_ANSWERED, over = fate->end != REPLAY_WAITING;
	int64_t at = item->at, when = at + fate->waited, done = answered ? when + leg->handling : when;
	const char *const texts[] = { item->id, leg->queue, leg->skills ? leg->skills : "", answered ? fate->agent : NULL };

	put(&ixn, "INSERT INTO ixn (id, rid, version, medium, state, online, queue, origin_queue, skills, priority, sort_key, conversation, seq, created, queued,"
		  " answered, ended, done, reason) VALUES (?1, ?1, 1, 'chat', CASE WHEN ?7 IS NULL THEN 'queued' ELSE 'done' END, 0, ?2, ?2, ?3, 0, ?5, ?1, 0, ?5, ?5,"
		  " ?6, ?7, ?7, CASE WHEN ?7 IS NULL THEN NULL WHEN ?4 IS NULL THEN 'abandoned' ELSE 'completed' END)",
	    texts, (const int64_t[]){ at, answered ? when : -1, over ? done : -1, -1 });
	put_event(at, "ixn.created", item->id, NULL, NULL);
	if (!answered)
		return;
	put(&offer, "INSERT INTO offer (id, ixn, agent, purpose, state, created, expires, ended) VALUES (?1, ?1, ?4, 'route', 'accepted', ?5, ?6, ?6)",
	    texts, (const int64_t[]){ when - leg->response, when, -1, -1 });
	put(&segment, "INSERT INTO segment (ixn, agent, started, ended, reason) VALUES (?1, ?4, ?5, ?6, 'completed')", texts, (const int64_t[]){ when, done, -1, -1 });
	put_event(when - leg->response, "offer.created", item->id, fate->agent, item->id);
	put_event(when, "offer.accepted", item->id, fate->agent, item->id);
	put_event(done, "chat.ended", item->id, fate->agent, NULL);
	put_event(done, "ixn.done", item->id, fate->agent, NULL);
}

static void *
make(const struct record *record, size_t n, struct records *out)
{
	*out = (struct records){ arena_alloc(arena, n * record->size), n };
	for (size_t i = 0; i < n; i++)
		record_init(record, (char *)out->v + i * record->size);
	return out->v;
}

static void
load_site(const char *url)
{
	const struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = MS_DAY };
	struct site *site = record_new(arena, &rec_site);
	struct site_agent *a = make(&rec_site_agent, AGENTS, &site->agents);
	struct site_queue *q = make(&rec_site_queue, QUEUES, &site->queues);
	struct desk *desk;
	struct err err = { 0 };

	for (int i = 0; i < AGENTS; i++) {
		a[i].name = agents[i].name;
		texts_add(arena, &a[i].media, "chat");
		pairs_add(arena, &a[i].capacity, "chat", arena_printf(arena, "%d", ROOM));
		for (int k = 0; k < SKILLS_EACH; k++)
			pairs_add(arena, &a[i].skills, agents[i].skill[k].name, arena_printf(arena, "%d", agents[i].skill[k].level));
	}
	for (int i = 0; i < QUEUES; i++) {
		q[i].name = queues[i].name;
		q[i].skills = queues[i].skills;
		q[i].ageing = queues[i].ageing;
	}
	check(desk_setup(url, false, &err), &err, "setup");
	check(desk_open(url, &options, &desk, &err), &err, "open");
	check(desk_call(desk, &(struct request){ .op = &op_site_load, .in = site }, arena, NULL, NULL, &err), &err, "site");
	desk_close(&desk);
}

static void
seed_store(const char *path)
{
	const char *url = arena_printf(arena, "file:%s", path);
	struct replay_result result;
	struct err err = { 0 };

	load_site(url);
	check(replay_run(&in, arena, &result, &err), &err, "replay");
	if (sqlite3_open(path, &db) != SQLITE_OK)
		die(path, sqlite3_errmsg(db));
	sql("PRAGMA synchronous = OFF; BEGIN; DELETE FROM event");
	for (size_t i = 0; i < in.n_items; i++)
		put_item(&items[i], &result.fate[i]);
	for (int i = 0; i < AGENTS; i++) {
		const struct replay_shift *s = agents[i].shift;

		put_event(s->from, "agent.login", NULL, agents[i].name, NULL);
		put_event(s->from, "agent.state", NULL, agents[i].name, "chat");
		put_event(s->until, "agent.logout", NULL, agents[i].name, NULL);
	}
	put_log();
	sql("COMMIT; ANALYZE");
	sqlite3_close(db);
}

/* Without one, as one would write it first: look at everybody and everything each time. */

static struct {
	int load;
	time_ms idle, done[ROOM]; /* when what is in hand is done; 0: a free hand */
} staff[AGENTS];
static const struct skills *asked[QUEUES][VARIANTS];
static size_t *waiting, n_waiting, answered;
static time_ms now;

/* What an item asks for is one of the same few. */
static const struct skills *
asks(size_t i)
{
	long queue = strtol(legs[i].queue + 1, NULL, 10), own = legs[i].skills ? strtol(legs[i].skills + 1, NULL, 10) : queue % SKILLS;

	return asked[queue][(own - queue % SKILLS + SKILLS) % SKILLS];
}

static bool
can(size_t a, size_t i)
{
	return staff[a].load < ROOM && agents[a].shift->from <= now && now < agents[a].shift->until &&
	       skills_match(asks(i), agents[a].skill, agents[a].n_skills, NULL);
}

static void
give(size_t i, size_t a)
{
	int hand = 0;

	while (staff[a].done[hand])
		hand++;
	staff[a].done[hand] = now + legs[i].response + legs[i].handling;
	staff[a].load++;
	answered++;
}

static double
score(size_t i)
{
	double ageing = queues[strtol(legs[i].queue + 1, NULL, 10)].ageing;

	return routing_score(now, routing_sort_key(items[i].at, 0, ageing), ageing);
}

static void
naive_agent(size_t a)
{
	size_t best = SIZE_MAX;

	for (size_t k = 0; k < n_waiting; k++) {
		size_t i = waiting[k];

		if (items[i].patience < INT64_MAX && items[i].at + items[i].patience < now)
			waiting[k--] = waiting[--n_waiting];
		else if (can(a, i) && (best == SIZE_MAX || score(i) > score(waiting[best])))
			best = k;
	}
	if (best == SIZE_MAX)
		return;
	give(waiting[best], a);
	waiting[best] = waiting[--n_waiting];
}

static void
naive_item(size_t i)
{
	size_t best = AGENTS;

	for (size_t a = 0; a < AGENTS; a++)
		if (can(a, i) && (best == AGENTS || staff[a].idle < staff[best].idle))
			best = a;
	if (best < AGENTS)
		give(i, best);
	else
		waiting[n_waiting++] = i;
}

/* Of all that is in hand, and of the shifts, what comes next: an agent. */
static size_t
next_agent(time_ms *at_r, int *hand_r)
{
	size_t next = 0;

	*at_r = INT64_MAX;
	for (size_t a = 0; a < AGENTS; a++) {
		if (agents[a].shift->from > now && agents[a].shift->from < *at_r) {
			*at_r = agents[a].shift->from;
			*hand_r = -1;
			next = a;
		}
		for (int hand = 0; hand < ROOM; hand++)
			if (staff[a].done[hand] && staff[a].done[hand] < *at_r) {
				*at_r = staff[a].done[hand];
				*hand_r = hand;
				next = a;
			}
	}
	return next;
}

static int
by_time(const void *a, const void *b)
{
	time_ms x = items[*(const size_t *)a].at, y = items[*(const size_t *)b].at;

	return (x > y) - (x < y);
}

static void
simulate_naively(void)
{
	size_t *order = arena_alloc(arena, in.n_items * sizeof(*order)), agent;
	time_ms at;
	int hand = -1;

	waiting = arena_alloc(arena, in.n_items * sizeof(*waiting));
	for (size_t i = 0; i < in.n_items; i++)
		order[i] = i;
	qsort(order, in.n_items, sizeof(*order), by_time);
	for (size_t i = 0; i < in.n_items;) {
		agent = next_agent(&at, &hand);
		if (at > items[order[i]].at) {
			now = items[order[i]].at;
			naive_item(order[i++]);
			continue;
		}
		now = at;
		if (hand >= 0) {
			staff[agent].done[hand] = 0;
			staff[agent].idle = now;
			staff[agent].load--;
		}
		naive_agent(agent);
	}
}

static void
parse_skills(void)
{
	struct err err = { 0 };

	for (int q = 0; q < QUEUES; q++)
		for (int v = 0; v < VARIANTS; v++)
			check(skills_parse(arena, v ? arena_printf(arena, "(%s) & (s%02d)", queues[q].skills, (q + v) % SKILLS) : queues[q].skills, &asked[q][v], &err), &err, "skills");
}

/* Nobody is waited for: its processor time is its time, whoever else is busy here. */
static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
simulate(void)
{
	struct replay_result result;
	struct err err = { 0 };
	double start = seconds(), ours;
	size_t n = 0;

	check(replay_run(&in, arena, &result, &err), &err, "replay");
	ours = seconds() - start;
	for (size_t i = 0; i < in.n_items; i++)
		n += result.fate[i].end == REPLAY_ANSWERED;
	parse_skills();
	start = seconds();
	simulate_naively();
	printf("%.3f %.3f %zu %zu\n", ours, seconds() - start, n, answered);
}

int
main(int argc, char **argv)
{
	int n = argc > 2 ? (int)strtol(argv[argc - 1], NULL, 10) : 0;

	if (n <= 0)
		die("usage", "replay seed STORE N | simulate N");
	make_day(n);
	if (argc == 4 && strcmp(argv[1], "seed") == 0)
		seed_store(argv[2]);
	else if (argc == 3 && strcmp(argv[1], "simulate") == 0)
		simulate();
	else
		die("usage", "replay seed STORE N | simulate N");
	arena_free(&arena);
	return 0;
}
