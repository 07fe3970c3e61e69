/*
 * routing - who gets what, in one process, beside the statement that one would
 * write first: a join of skills.
 *	routing seed STORE N       a store with N queued interactions; agent a0001 has 3
 *	routing measure STORE      100,000 queued, then 1,000,000: NAME QUEUED MEDIAN PEER WORST in µs
 * 1,000 agents with 8 of 20 skills, every third with conditions between media;
 * 50 queues of all ways to select an agent, some that widen, some with hours of
 * which one is closed; 360 lanes of one to three skills; beside them an agent
 * "rare" who serves 30 lanes in which nothing waits.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "tests/bench/routing_site.h"

#define SAMPLES 400
#define ROUNDS 7
#define SMALL 64

static double
micros(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* A decision waits for nothing: its processor time is its time, whoever else is busy here. */
#define CPU CLOCK_THREAD_CPUTIME_ID
#define WALL CLOCK_MONOTONIC

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_size);
	return n ? v[n / 2] : 0;
}

/* What is measured: ours in a read transaction on the store, the peer's beside it. */

struct head_row {
	const char *id;
	int64_t lane, key;
	double ageing;
	const char *reserved;
};
static const struct field head_fields[] = {
	ID_FIELD(struct head_row, id, 0, NULL),
	INT_FIELD(struct head_row, lane, 0, NULL),
	INT_FIELD(struct head_row, key, 0, NULL),
	REAL_FIELD(struct head_row, ageing, 0, NULL),
	TEXT_FIELD(struct head_row, reserved, 0, NULL),
};
static const struct record rec_head = { "head", NULL, sizeof(struct head_row), head_fields, COUNT_OF(head_fields) };

/* Small ones, and large ones by how their queues select. */
enum { LANES_SMALL = ROUTING_POLICIES,
       LANES_KINDS };
static struct lanes {
	struct a_lane {
		int64_t id;
		char queue[8];
	} v[QUEUES * LANES_EACH * 2];
	int n;
} lanes_of[LANES_KINDS];

/* One decision: for an agent by name, for an interaction by its lane. */
struct question {
	struct arena *arena;
	const char *agent;
	const struct a_lane *lane;
	bool chosen;
	double took;
};

static int
next_fn(struct tx *tx, void *context, struct err *err)
{
	struct question *q = context;
	struct head list[16];
	struct heads in = { now, list, 0 };
	struct records rows;
	struct decision decision;
	double start = micros(CPU);

	if (sql_all(tx, q->arena, SQL_HEADS_OF_AGENT, ARGS(V_TEXT(q->agent), V_INT(now)), &rec_head, &rows, err) < 0)
		return -1;
	for (; in.n < rows.n && in.n < COUNT_OF(list); in.n++) {
		const struct head_row *r = (struct head_row *)rows.v + in.n;

		list[in.n] = (struct head){ .id = r->id, .lane = r->lane, .key = r->key, .ageing = r->ageing };
	}
	routing_pick_item(&in, &decision);
	q->took = micros(CPU) - start;
	q->chosen = decision.chosen != NULL;
	return 0;
}

static int
best_fn(struct tx *tx, void *context, struct err *err)
{
	struct question *q = context;
	struct call one = { .tx = tx, .arena = q->arena, .now = now };
	const struct ixn ixn = { .id = "X", .medium = "email", .queue = q->lane->queue, .lane = q->lane->id };
	struct decision decision = { .chosen = NULL };
	double start = micros(CPU);
	int rc = route_pick(&one, &ixn, &decision, err);

	q->took = micros(CPU) - start;
	q->chosen = decision.chosen != NULL;
	return rc < 0 ? -1 : 0;
}

/* The agents or lanes asked about, one after the other. */
typedef struct question next_question(int i);

struct figures {
	double median, worst;
};

static struct figures
measure_once(struct store *store, store_fn *fn, next_question *next, bool want)
{
	struct figures f = { 0 };
	double took[SAMPLES];
	struct err err = { 0 };

	for (int i = 0; i < SAMPLES; i++) {
		struct question q = next(i);

		q.arena = arena_new();
		check(store_read(store, fn, &q, &err), &err, "read");
		if (q.chosen != want)
			die("the wrong decision for", q.agent ? q.agent : "a lane");
		took[i] = q.took;
		arena_free(&q.arena);
	}
	f.median = median(took, SAMPLES);
	f.worst = took[SAMPLES - 1];
	return f;
}

static char names[AGENTS][16];
/* Any but a0002, who is at work in measure_cycle. */
static struct question
an_agent(int i)
{
	(void)i;
	return (struct question){ .agent = names[2 + dice(AGENTS - 2)] };
}

static struct question
the_rare_one(int i)
{
	(void)i;
	return (struct question){ .agent = "rare" };
}

static struct question
a_lane(int kind)
{
	return (struct question){ .lane = &lanes_of[kind].v[dice(lanes_of[kind].n)] };
}

static struct question
a_small_lane(int i)
{
	(void)i;
	return a_lane(LANES_SMALL);
}

static struct question
a_large_lane(int i)
{
	(void)i;
	return a_lane(ROUTING_LONGEST_IDLE);
}

static struct question
a_loaded_lane(int i)
{
	(void)i;
	return a_lane(ROUTING_LEAST_LOADED);
}

static struct question
a_fitting_lane(int i)
{
	(void)i;
	return a_lane(ROUTING_BEST_FIT);
}

static struct question
an_ordered_lane(int i)
{
	(void)i;
	return a_lane(ROUTING_ORDER);
}

/* A lane whose members are all busy: the walk over the free agents finds nobody. */
static struct question
a_busy_lane(int i)
{
	(void)i;
	return (struct question){ .lane = &lanes_of[ROUTING_LONGEST_IDLE].v[0] };
}

/* The same where each member is looked at in the order of the fit. */
static struct question
a_busy_fit(int i)
{
	(void)i;
	return (struct question){ .lane = &lanes_of[ROUTING_BEST_FIT].v[0] };
}

#define LACKS "EXISTS (SELECT 1 FROM bench_skill r WHERE r.lane = %s AND NOT EXISTS (SELECT 1 FROM agent_skill s" \
	      " WHERE s.agent = %s AND s.skill = r.skill AND s.level >= r.level))"

/* The peer's statement, for a few of the same questions. */
static double
measure_naive(next_question *next, int n)
{
	double took[SAMPLES];
	const struct question kind = next(0);
	char text[600], lacks[300];
	sqlite3_stmt *st;

	snprintf(lacks, sizeof(lacks), LACKS, kind.agent ? "i.lane" : "?1", kind.agent ? "?1" : "m.agent");
	snprintf(text, sizeof(text), kind.agent ? "SELECT i.id FROM ixn i INDEXED BY bench_naive WHERE i.state = 'queued' AND NOT %s ORDER BY i.sort_key, i.id LIMIT 1" : "SELECT m.agent FROM agent_medium m WHERE m.medium = 'email' AND m.free = 1 AND NOT %s ORDER BY m.idle_since, m.agent LIMIT 1",
		 lacks);
	st = prepare(db, text);
	for (int i = -1; i < n; i++) {
		struct question q = next(i);
		double start = micros(CPU);

		if (q.agent)
			sqlite3_bind_text(st, 1, q.agent, -1, SQLITE_STATIC);
		else
			sqlite3_bind_int64(st, 1, q.lane->id);
		if (sqlite3_step(st) == SQLITE_ERROR)
			die(text, sqlite3_errmsg(db));
		sqlite3_reset(st);
		if (i >= 0)
			took[i] = micros(CPU) - start;
	}
	sqlite3_finalize(st);
	return median(took, (size_t)n);
}

static void
find_lanes(void)
{
	sqlite3_stmt *st = prepare(db, "SELECT l.id, l.queue, l.members, q.selection FROM lane l JOIN queue q ON q.name = l.queue WHERE l.queue LIKE 'q%' AND l.open = 1 AND l.members > 0");

	while (sqlite3_step(st) == SQLITE_ROW) {
		enum routing_policy policy = ROUTING_LONGEST_IDLE;
		struct lanes *lanes;

		if (!routing_policy_parse((const char *)sqlite3_column_text(st, 3), &policy))
			die("lanes", "a policy");
		lanes = &lanes_of[sqlite3_column_int(st, 2) < SMALL ? LANES_SMALL : (int)policy];
		lanes->v[lanes->n].id = sqlite3_column_int64(st, 0);
		snprintf(lanes->v[lanes->n++].queue, sizeof(lanes->v->queue), "%s", (const char *)sqlite3_column_text(st, 1));
	}
	sqlite3_finalize(st);
	for (int i = 0; i < AGENTS; i++)
		snprintf(names[i], sizeof(names[i]), "a%04d", i + 1);
	for (int i = 0; i < LANES_KINDS; i++)
		if (!lanes_of[i].n)
			die("lanes", "the site has none of a kind");
}

/* Accepting and finishing: two transactions, the second of which finds the next. */

struct kept {
	struct arena *arena;
	const char *text; /* the token; the interaction */
};

static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	struct kept *kept = context;

	(void)err;
	kept->text = arena_strdup(kept->arena, record_text(record, p, record == op_session_login.out ? "token" : "id"));
	return 0;
}

static struct desk *
log_in(struct arena *arena, struct desk_options *options)
{
	const struct record *record = op_session_login.in;
	void *in = record_new(arena, record);
	const struct request request = { .op = &op_session_login, .in = in };
	struct kept token = { arena, NULL };
	struct desk *desk;
	struct err err = { 0 };

	*options = (struct desk_options){ .zone = "UTC", .language = "en", .session_ttl = MS_HOUR };
	check(desk_open(url, options, &desk, &err), &err, "open");
	record_set_text(record, in, "name", "a0002");
	record_set_int(record, in, "ready", 1);
	check(desk_call(desk, &request, arena, keep, &token, &err), &err, "login");
	desk_close(&desk);
	options->agent = "a0002";
	options->token = token.text;
	check(desk_open(url, options, &desk, &err), &err, "open");
	return desk;
}

static double
one_cycle(struct desk *desk)
{
	struct arena *arena = arena_new();
	struct kept id = { arena, NULL };
	void *in = record_new(arena, op_ixn_done.in);
	const struct request accept = { .op = &op_ixn_accept, .in = record_new(arena, op_ixn_accept.in) }, finish = { .op = &op_ixn_done, .in = in };
	struct err err = { 0 };
	double start = micros(WALL);

	check(desk_call(desk, &accept, arena, keep, &id, &err), &err, "accept");
	if (!id.text)
		die("accept", "no offer");
	record_set_text(op_ixn_done.in, in, "id", id.text);
	check(desk_call(desk, &finish, arena, NULL, NULL, &err), &err, "done");
	arena_free(&arena);
	return micros(WALL) - start;
}

/* The least that two durable changes cost: a row each, and a line in the log. */
static double
two_changes(void)
{
	double start = micros(WALL);

	for (int k = 0; k < 2; k++)
		sql("BEGIN IMMEDIATE; UPDATE ixn SET version = version + 1 WHERE id = (SELECT max(id) FROM ixn);"
		    "INSERT INTO event (at, event, actor_kind) VALUES (1, 'bench', 'system'); COMMIT");
	return micros(WALL) - start;
}

/* In turns, for the disk is not always as fast. */
static void
measure_cycle(double *ours, double *peer)
{
	struct arena *arena = arena_new();
	struct desk_options options;
	struct desk *desk = log_in(arena, &options);
	double us[SAMPLES], them[SAMPLES];

	sql("PRAGMA synchronous = FULL");
	for (int i = 0; i < SAMPLES; i++) {
		us[i] = one_cycle(desk);
		them[i] = two_changes();
	}
	*ours = median(us, SAMPLES);
	*peer = median(them, SAMPLES);
	desk_close(&desk);
	arena_free(&arena);
}

static void
print(const char *name, int queued, double ours, double peer, double worst)
{
	printf("%s %d %.1f %.1f %.1f\n", name, queued, ours, peer, worst);
	fflush(stdout);
}

static const struct kind {
	const char *name;
	store_fn *fn;
	next_question *next;
	bool found;
	int peers; /* how often the peer is asked: it may take seconds */
} kinds[] = {
	{ "next", next_fn, an_agent, true, 100 },
	{ "nothing", next_fn, the_rare_one, false, 2 },
	{ "best-small", best_fn, a_small_lane, true, 100 },
	{ "best-large", best_fn, a_large_lane, true, 100 },
	{ "best-load", best_fn, a_loaded_lane, true, 100 },
	{ "best-fit", best_fn, a_fitting_lane, true, 100 },
	{ "best-order", best_fn, an_ordered_lane, true, 100 },
	{ "nobody", best_fn, a_busy_lane, false, 100 },
	{ "nobody-fit", best_fn, a_busy_fit, false, 100 },
};

/* All who serve the lane of a question about nobody are busy; all are free again. */
static void
set_busy(next_question *next)
{
	char text[300];

	sql("UPDATE agent_medium SET free = 1 WHERE free = 0 AND room > 0");
	if (next != a_busy_lane && next != a_busy_fit)
		return;
	snprintf(text, sizeof(text), "UPDATE agent_medium SET free = 0 WHERE agent IN (SELECT agent FROM agent_lane WHERE lane = %" PRId64 ")", next(0).lane->id);
	sql(text);
}

/* The best of several medians, taken in turns: what others do on this machine only ever adds. */
static void
measure_round(bool first, struct figures ours[COUNT_OF(kinds)])
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct store *store;
		struct err err = { 0 };
		struct figures one;

		set_busy(kinds[i].next);
		check(store_open(url, 0, &store, &err), &err, "open");
		one = measure_once(store, kinds[i].fn, kinds[i].next, kinds[i].found);
		store_close(&store);
		if (first || one.median < ours[i].median)
			ours[i].median = one.median;
		if (first || one.worst < ours[i].worst)
			ours[i].worst = one.worst;
	}
	set_busy(NULL);
}

static void
measure_all(int queued)
{
	struct figures ours[COUNT_OF(kinds)];
	double peer[COUNT_OF(kinds)];

	/* For the peer alone: without it, it would sort all that waits. */
	sql("CREATE INDEX bench_naive ON ixn (sort_key, id) WHERE state = 'queued'");
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		set_busy(kinds[i].next);
		peer[i] = measure_naive(kinds[i].next, kinds[i].peers);
	}
	for (int i = 0; i < ROUNDS; i++)
		measure_round(i == 0, ours);
	sql("DROP INDEX bench_naive");
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		print(kinds[i].name, queued, ours[i].median, peer[i], ours[i].worst);
	measure_cycle(&ours[0].median, &peer[0]);
	print("cycle", queued, ours[0].median, peer[0], 0);
}

int
main(int argc, char **argv)
{
	if (argc < 3)
		die("usage", "seed STORE N, or measure STORE");
	url = argv[2];
	if (strcmp(argv[1], "seed") == 0 && argc == 4) {
		make_store((int)strtol(argv[3], NULL, 10));
		sql("UPDATE ixn SET state = 'active', agent = 'a0001', lane = NULL WHERE id IN (SELECT id FROM ixn ORDER BY rid LIMIT 3)");
	} else {
		make_store(100000);
		find_lanes();
		measure_all(100000);
		make_waiting(100000, 900000);
		measure_all(1000000);
	}
	sqlite3_close(db);
	return 0;
}
