/*
 * A day at the desk itself, with all that queues may do, and the same day
 * replayed with its own rules: what is worked out without a store must be what
 * the desk did with one.
 */
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "desk/priv.h"
#include "desk/site.h"
#include "tests/unit/folder.h"
#include "tests/unit/tap.h"

#define T INT64_C(1795251600000) /* 2026-11-21T09:00Z, a Saturday */
#define CHATS 240
#define AGENTS 5

static struct arena *arena;
static struct desk *owner, *desks[AGENTS];
static const char *const names[AGENTS] = { "ada", "bob", "cy", "dee", "eve" };
static char *folder;
static const char *url;
static sqlite3 *db;
static time_ms now;

/* A chat, as it is meant to be; times in milliseconds. */
static struct chat {
	const char *id, *queue, *contact, *skill, *on;
	int64_t at, response, talk, wrap, patience;
} chats[CHATS];

/* What agents do, whatever comes. */
static const struct doing {
	int64_t at;
	int agent;
	const char *state; /* NULL: logs out, "login": in */
} doings[] = {
	{ 0, 0, "login" },
	{ 5003, 1, "login" },
	{ 9007, 2, "login" },
	{ 9511, 3, "login" },
	{ 300011, 1, "not-ready" },
	{ 381013, 1, "ready" },
	{ 520017, 0, "not-ready" },
	{ 560019, 0, "ready" },
	{ 640021, 4, "login" },
	{ 901023, 3, "not-ready" },
	{ 1100027, 3, "ready" },
};

static uint64_t seed = 2;

static int
dice(int n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (int)((seed >> 33) % (uint64_t)n);
}

/* The desk. */

static void
at(int64_t ms)
{
	char text[TIME_TEXT];
	struct err err = { 0 };

	now = T + ms;
	if (clock_pin(time_format(now, text), &err) < 0)
		ok(false, "the clock");
}

static void *
input(const struct op *op, const char *field, const char *value)
{
	void *in = record_new(arena, op->in);

	record_set_text(op->in, in, field, value);
	return in;
}

static int
call(struct desk *desk, const struct op *op, const void *in, emit_fn *emit, void *context)
{
	struct err err = { 0 };

	if (desk_call(desk, &(struct request){ .op = op, .in = in }, arena, emit, context, &err) == 0)
		return 0;
	ok(false, "%s at %" PRId64 " ms: %s %s", op->name, now - T, err_name(err.code), err_get(&err, "what") ? err_get(&err, "what") : "");
	return -1;
}

static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)err;
	*(const char **)context = arena_strdup(arena, field_text(record_field(record, record_field(record, "token") ? "token" : "id"), p));
	return 0;
}

static void *
items(const struct record *record, size_t n, struct records *out)
{
	*out = (struct records){ arena_alloc(arena, n * record->size), n };
	for (size_t i = 0; i < n; i++)
		record_init(record, (char *)out->v + i * record->size);
	return out->v;
}

static void
set_queues(struct site *site)
{
	struct site_queue *q = items(&rec_site_queue, 4, &site->queues);
	struct site_widen *w;

	q[0].name = "q";
	q[0].skills = "french>=2";
	q[0].wrap_up = 15 * MS_SECOND;
	w = items(&rec_site_widen, 2, &q[0].widen);
	w[0] = (struct site_widen){ 50 * MS_SECOND, "french" };
	w[1] = (struct site_widen){ 90 * MS_SECOND, "" };
	q[1].name = "r";
	q[1].ageing = 2;
	q[1].selection = "least-loaded";
	q[1].overflow_to = "q";
	q[1].overflow_after = 70 * MS_SECOND;
	q[1].overflow_length = 5;
	q[2].name = "s";
	q[2].priority = 2;
	q[2].hours = "late";
	q[2].last_agent = LAST_AGENT_MEMBER;
	q[2].last_agent_wait = 25 * MS_SECOND;
	q[2].selection = "best-fit";
	q[3].name = "t";
	q[3].auto_answer = 1;
	q[3].hours = "late";
	q[3].closed = CLOSED_MESSAGE;
	q[3].overflow_to = "r";
	q[3].overflow_nobody = 1;
	q[3].selection = "order";
}

static void
set_agents(struct site *site)
{
	static const char *const capacity[AGENTS] = { "2", "1", "1", "3", "2" };
	static const char *const french[AGENTS] = { "2", "1", NULL, "3", NULL };
	struct site_agent *a = items(&rec_site_agent, AGENTS, &site->agents);

	for (int i = 0; i < AGENTS; i++) {
		a[i].name = names[i];
		texts_add(arena, &a[i].media, "chat");
		pairs_add(arena, &a[i].capacity, "chat", capacity[i]);
		if (french[i])
			pairs_add(arena, &a[i].skills, "french", french[i]);
	}
	texts_add(arena, &a[2].queues, "r");
	texts_add(arena, &a[2].queues, "s");
	texts_add(arena, &a[4].queues, "t");
}

static void
make_site(void)
{
	struct site *site = record_new(arena, &rec_site);
	struct site_hours *h = items(&rec_site_hours, 1, &site->hours);

	set_queues(site);
	set_agents(site);
	h->name = "late";
	h->zone = "UTC";
	h->sat = "09:02-09:10, 09:13-24:00";
	call(owner, &op_site_load, site, NULL, NULL);
}

/* The plan. */

static void
make_plan(void)
{
	static const char *const to[] = { "q", "q", "r", "r", "r", "s", "s", "t" };

	for (int i = 0, t = 10000; i < CHATS; i++) {
		struct chat *c = &chats[i];

		c->at = t;
		t += 500 + dice(9000);
		c->queue = to[dice(COUNT_OF(to))];
		c->contact = arena_printf(arena, "c%d@example.org", dice(30));
		c->skill = dice(8) ? NULL : "french | german";
		c->response = 1 + dice(2) * dice(6000);
		c->talk = 4000 + dice(40000);
		c->wrap = dice(3) ? 0 : 3000 + dice(25000);
		c->patience = dice(5) ? INT64_MAX : 5000 + dice(60000);
		c->on = dice(8) ? NULL : to[dice(6)];
	}
}

/* The day: the next thing to happen, of what is planned, due, or follows from what is going on. */

struct next {
	int64_t at;
	enum { NOTHING,
	       SETTLE,
	       COME,
	       DO,
	       ACCEPT,
	       END,
	       HAND,
	       DONE,
	       LEAVE } what;
	int i; /* the chat, or the doing */
	const char *agent;
};

static void
sooner(struct next *next, int64_t at_ms, int what, int i, const char *agent)
{
	if (next->what != NOTHING && next->at <= at_ms)
		return;
	next->at = at_ms;
	next->what = what;
	next->i = i;
	next->agent = agent ? arena_strdup(arena, agent) : NULL;
}

static int
chat_of(const char *id)
{
	for (int i = 0; i < CHATS; i++)
		if (chats[i].id && strcmp(chats[i].id, id) == 0)
			return i;
	return 0;
}

/* What an open chat is going to do by itself. */
static void
look_at(struct next *next, sqlite3_stmt *row)
{
	int i = chat_of((const char *)sqlite3_column_text(row, 0));
	const struct chat *c = &chats[i];
	const char *state = (const char *)sqlite3_column_text(row, 1), *agent = (const char *)sqlite3_column_text(row, 2);
	int64_t since = sqlite3_column_int64(row, 3) - T, segments = sqlite3_column_int64(row, 4), ended = sqlite3_column_int64(row, 5) - T;

	if (strcmp(state, "active") == 0 && c->on && segments == 1)
		sooner(next, since + c->talk / 2, HAND, i, agent);
	else if (strcmp(state, "active") == 0)
		sooner(next, since + c->talk, END, i, agent);
	else if (strcmp(state, "wrap") == 0)
		sooner(next, ended + c->wrap, DONE, i, agent);
	else if (strcmp(state, "offered") == 0)
		sooner(next, since + c->response, ACCEPT, i, agent);
	if (segments == 0 && c->patience < INT64_MAX)
		sooner(next, c->at + c->patience, LEAVE, i, NULL);
}

static struct next
find_next(int come, int doing)
{
	static const char open[] = "SELECT i.id, i.state, coalesce(i.agent, o.agent), coalesce(o.created, s.started, i.queued),"
				   " (SELECT count(*) FROM segment t WHERE t.ixn = i.id), coalesce(i.ended, 0) FROM ixn i"
				   " LEFT JOIN offer o ON o.ixn = i.id AND o.state = 'pending' LEFT JOIN segment s ON s.ixn = i.id AND s.ended IS NULL"
				   " WHERE i.state <> 'done' ORDER BY i.id";
	struct next next = { 0, NOTHING, 0, NULL };
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(db, "SELECT at FROM due WHERE kind <> 'session' ORDER BY at LIMIT 1", -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
		sooner(&next, sqlite3_column_int64(stmt, 0) - T, SETTLE, 0, NULL);
	sqlite3_finalize(stmt);
	if (sqlite3_prepare_v2(db, open, -1, &stmt, NULL) == SQLITE_OK)
		while (sqlite3_step(stmt) == SQLITE_ROW)
			look_at(&next, stmt);
	sqlite3_finalize(stmt);
	if (doing < (int)COUNT_OF(doings))
		sooner(&next, doings[doing].at, DO, doing, NULL);
	if (come < CHATS)
		sooner(&next, chats[come].at, COME, come, NULL);
	return next;
}

static struct desk *
desk_of(const char *agent)
{
	for (int i = 0; i < AGENTS; i++)
		if (strcmp(names[i], agent) == 0)
			return desks[i];
	return owner;
}

static void
come(struct chat *c)
{
	const struct record *record = op_ixn_create.in;
	void *in = input(&op_ixn_create, "queue", c->queue);

	record_set_text(record, in, "from", c->contact);
	if (c->skill)
		texts_add(arena, field_at(record_field(record, "skill"), in), c->skill);
	call(owner, &op_ixn_create, in, keep, &c->id);
}

static void
log_in(int agent)
{
	struct desk_options options = { .agent = names[agent], .zone = "UTC", .language = "en", .session_ttl = MS_DAY };
	void *in = input(&op_session_login, "name", names[agent]);
	struct err err = { 0 };

	record_set_int(op_session_login.in, in, "ready", 1);
	if (call(owner, &op_session_login, in, keep, &options.token) == 0 && desk_open(url, &options, &desks[agent], &err) < 0)
		ok(false, "a session: %s", err_name(err.code));
}

static void
act(const struct doing *d)
{
	void *in;

	if (strcmp(d->state, "login") == 0) {
		log_in(d->agent);
		return;
	}
	in = record_new(arena, op_agent_state.in);
	record_set_int(op_agent_state.in, in, "state", strcmp(d->state, "ready") == 0 ? AGENT_READY : AGENT_NOT_READY);
	call(desks[d->agent], &op_agent_state, in, NULL, NULL);
}

static void
carry_out(const struct next *next)
{
	struct chat *c = &chats[next->i];
	void *in;

	switch (next->what) {
	case NOTHING:
		break;
	case SETTLE:
		desk_wait(owner, 0);
		break;
	case COME:
		come(c);
		break;
	case DO:
		act(&doings[next->i]);
		break;
	case ACCEPT:
		call(desk_of(next->agent), &op_ixn_accept, input(&op_ixn_accept, "id", c->id), NULL, NULL);
		break;
	case END:
		call(desk_of(next->agent), &op_chat_end, input(&op_chat_end, "id", c->id), NULL, NULL);
		if (!c->wrap)
			call(desk_of(next->agent), &op_ixn_done, input(&op_ixn_done, "id", c->id), NULL, NULL);
		break;
	case HAND:
		in = input(&op_ixn_transfer, "id", c->id);
		record_set_text(op_ixn_transfer.in, in, "to", arena_printf(arena, "queue:%s", c->on));
		call(desk_of(next->agent), &op_ixn_transfer, in, NULL, NULL);
		break;
	case DONE:
		call(desk_of(next->agent), &op_ixn_done, input(&op_ixn_done, "id", c->id), NULL, NULL);
		break;
	case LEAVE:
		in = input(&op_chat_end, "id", c->id);
		record_set_int(op_chat_end.in, in, "as_contact", 1);
		call(owner, &op_chat_end, in, NULL, NULL);
		break;
	}
}

static void
live_through(int64_t until)
{
	int coming = 0, doing = 0, steps = 0;
	struct next next;

	for (; steps < 20 * CHATS; steps++) {
		next = find_next(coming, doing);
		if (next.what == NOTHING || next.at >= until)
			break;
		/* A deadline may have passed before it was set: nothing happens in the past. */
		at(next.at > now - T ? next.at : now - T);
		coming += next.what == COME;
		doing += next.what == DO;
		carry_out(&next);
	}
	ok(coming == CHATS || next.at >= until, "the day: %d steps, %d chats", steps, coming);
}

/* The replay. */

struct figures {
	size_t n;
	const void *v[32];
	const struct record *record;
};

static int
take(void *context, const struct record *record, const void *p, struct err *err)
{
	struct figures *f = context;

	(void)err;
	f->record = record;
	if (f->n < COUNT_OF(f->v))
		f->v[f->n++] = p;
	return 0;
}

static void
is_same(const struct record *record, const void *was, const void *is)
{
	for (size_t i = 0; i < record->n; i++) {
		const struct field *f = &record->fields[i];
		const char *a = field_format(arena, f, was), *b = field_format(arena, f, is);

		if (strcmp(f->name, "run") != 0)
			is_str(b, a, arena_printf(arena, "%s: %s", record_text(record, was, "queue"), f->name));
	}
}

static void
test_replay(int64_t until)
{
	struct figures f = { 0 };
	void *in = record_new(arena, op_ixn_replay.in);

	record_set_int(op_ixn_replay.in, in, "since", T);
	record_set_int(op_ixn_replay.in, in, "until", T + until);
	if (call(owner, &op_ixn_replay, in, take, &f) < 0)
		return;
	for (size_t i = 0; i + 1 < f.n; i += 2)
		is_same(f.record, f.v[i], f.v[i + 1]);
	ok(f.n == 10, "four queues and the total, each as recorded and as replayed");
}

int
main(void)
{
	const struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = MS_DAY };
	struct err err = { 0 };

	arena = arena_new();
	folder = folder_new(arena, "ixn-replay");
	url = arena_printf(arena, "file:%s/store.db", folder);
	at(0);
	if (desk_setup(url, true, &err) < 0 || desk_open(url, &options, &owner, &err) < 0 || sqlite3_open(url + 5, &db) != SQLITE_OK)
		return 1;
	make_site();
	make_plan();
	live_through(1500000);
	at(1500000);
	test_replay(1500000);
	test_replay(700007);
	for (int i = 0; i < AGENTS; i++)
		if (desks[i])
			desk_close(&desks[i]);
	desk_close(&owner);
	sqlite3_close(db);
	file_remove_all(folder);
	arena_free(&arena);
	return done();
}
