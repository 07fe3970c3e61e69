/*
 * The event log, and what falls due.
 */
#include <string.h>

#include "desk/import_priv.h"
#include "desk/review_priv.h"
#include "model/event_name.h"

/* In one answer: who wants more goes on behind the last. */
#define LIST_MAX 1000
/* A write settles at most this many before its own work. */
#define SETTLE_MAX 64

/* Contacts' addresses are theirs: only whoever works here is told of. */
static const char *
origin(const struct call *call)
{
	return call->actor.kind == ACTOR_AGENT || call->actor.kind == ACTOR_NOBODY ? call->from : NULL;
}

int
event_add(struct call *call, const struct event *e, struct err *err)
{
	static const char *const kinds[] = { [ACTOR_OWNER] = "owner", [ACTOR_AGENT] = "agent", [ACTOR_SYSTEM] = "system", [ACTOR_NOBODY] = "nobody", [ACTOR_CONTACT] = "contact" };
	time_ms at = e->at ? e->at : call->now;
	int64_t *notes = tx_notes(call->tx);

	notes[NOTE_NEWEST] = at;
	if (notes[NOTE_LATEST] < at)
		notes[NOTE_LATEST] = at;
	return RUN(call, EVENT_ADD, V_INT(++notes[NOTE_SEQ]), V_INT(at), V_TEXT(e->event), V_TEXT(kinds[call->actor.kind]), V_TEXT(call->actor.name),
		   V_TEXT(e->ixn), V_TEXT(e->agent), V_TEXT(e->ref), V_TEXT(e->state), V_TEXT(e->reason),
		   e->version ? V_INT(e->version) : V_NULL, V_TEXT(origin(call))) < 0
		       ? -1
		       : 0;
}

int
due_set(struct call *call, const char *kind, const char *id, time_ms at, struct err *err)
{
	int64_t *notes = tx_notes(call->tx);

	if (notes[NOTE_QUIET] > at)
		notes[NOTE_QUIET] = at;
	return RUN(call, DUE_SET, V_TEXT(kind), V_TEXT(id), V_INT(at)) < 0 ? -1 : 0;
}

int
due_clear(struct call *call, const char *kind, const char *id, struct err *err)
{
	return RUN(call, DUE_CLEAR, V_TEXT(kind), V_TEXT(id)) < 0 ? -1 : 0;
}

struct due {
	const char *kind, *id;
	int64_t at;
};
RECORD(rec_due, struct due, "due", NULL, TEXT_FIELD(struct due, kind, 0, NULL), TEXT_FIELD(struct due, id, 0, NULL), TIME_FIELD(struct due, at, 0, NULL))

static int
due_offer(struct call *call, const struct due *due, struct err *err)
{
	return offer_expire(call, due->id, due->at, err);
}

static int
due_session(struct call *call, const struct due *due, struct err *err)
{
	return session_end(call, due->id, due->at, "timeout", err);
}

static int
due_route(struct call *call, const struct due *due, struct err *err)
{
	return route_again(call, due->id, err);
}

static int
due_waiting(struct call *call, const struct due *due, struct err *err)
{
	return chat_waiting_due(call, due->id, due->at, err);
}

static int
due_inactive(struct call *call, const struct due *due, struct err *err)
{
	return chat_inactive_due(call, due->id, due->at, err);
}

static int
due_presence(struct call *call, const struct due *due, struct err *err)
{
	return presence_due(call, due->id, due->at, err);
}

static int
due_alert(struct call *call, const struct due *due, struct err *err)
{
	return alert_expire(call, due->id, due->at, err);
}

static int
due_overflow(struct call *call, const struct due *due, struct err *err)
{
	return route_overflow(call, due->id, due->at, err);
}

static int
due_widen(struct call *call, const struct due *due, struct err *err)
{
	return route_widen(call, due->id, due->at, err);
}

static int
due_reserve(struct call *call, const struct due *due, struct err *err)
{
	return route_wait_over(call, due->id, due->at, err);
}

static int
due_hours(struct call *call, const struct due *due, struct err *err)
{
	return route_hours(call, due->id, due->at, err);
}

static int
due_drain(struct call *call, const struct due *due, struct err *err)
{
	return route_drain(call, due->id, err);
}

/* After a store of an older version has been brought up to date. */
static int
due_rebuild(struct call *call, const struct due *due, struct err *err)
{
	static const struct texts none;

	(void)due;
	return route_rebuild(call, &none, err);
}

static int
due_import(struct call *call, const struct due *due, struct err *err)
{
	return import_due(call, due->id, err);
}

static int
due_guess(struct call *call, const struct due *due, struct err *err)
{
	return guess_forget(call, due->id, err);
}

static int
due_callback(struct call *call, const struct due *due, struct err *err)
{
	return callback_due(call, due->id, due->at, err);
}

static int
due_review(struct call *call, const struct due *due, struct err *err)
{
	return review_due(call, due->id, due->at, err);
}

/* Who did not want to review it may be asked again. */
static int
due_reviewer(struct call *call, const struct due *due, struct err *err)
{
	return review_ask(call, due->id, err);
}

static int
due_web(struct call *call, const struct due *due, struct err *err)
{
	return web_forget(call, due->id, err);
}

/* Every kind of deadline and what happens when it has come. */
static const struct {
	const char *kind;
	int (*settle)(struct call *call, const struct due *due, struct err *err);
} kinds[] = {
	{ "offer", due_offer },
	{ "session", due_session },
	{ "route", due_route },
	{ "overflow", due_overflow },
	{ "widen", due_widen },
	{ "reserve", due_reserve },
	{ "hours", due_hours },
	{ "drain", due_drain },
	{ "rebuild", due_rebuild },
	{ "presence", due_presence },
	{ "waiting", due_waiting },
	{ "inactive", due_inactive },
	{ "alert", due_alert },
	{ "import", due_import },
	{ "guess", due_guess },
	{ "callback", due_callback },
	{ "web", due_web },
	{ "review", due_review },
	{ "reviewer", due_reviewer },
};

int
due_settle(struct call *call, struct err *err)
{
	const struct actor actor = call->actor;
	int64_t *notes = tx_notes(call->tx);
	struct due due;
	int rc = 0;

	if (call->now < notes[NOTE_QUIET])
		return 0;
	call->actor = (struct actor){ ACTOR_SYSTEM, NULL, ROLE_SERVICE };
	for (int i = 0; i < SETTLE_MAX; i++) {
		rc = sql_one(call->tx, call->arena, SQL_DUE_FIRST, ARGS(V_INT(call->soon)), &rec_due, &due, err);
		if (rc == 0 || (rc > 0 && due.at > call->now))
			notes[NOTE_QUIET] = rc ? due.at : call->soon;
		if (rc <= 0 || due.at > call->now || (rc = due_clear(call, due.kind, due.id, err)) < 0)
			break;
		for (size_t k = 0; k < COUNT_OF(kinds) && rc == 0; k++)
			if (strcmp(kinds[k].kind, due.kind) == 0)
				rc = kinds[k].settle(call, &due, err);
		if (rc < 0 || (rc = route_freed(call, err)) < 0)
			break;
	}
	call->actor = actor;
	if (rc < 0)
		return -1;
	/* What was due earlier came last: a clock that is set back is held against the latest all the same. */
	if (notes[NOTE_NEWEST] < notes[NOTE_LATEST])
		rc = RUN(call, META_SET, V_TEXT("latest"), V_TEXT(arena_printf(call->arena, "%lld", (long long)notes[NOTE_LATEST])));
	return rc < 0 ? -1 : 0;
}

/* Reading the log. */

struct events_in {
	const char *after;
	struct texts ixn, event;
	int64_t level, since, until, limit, last;
};
RECORD(rec_events_in, struct events_in, "events", N_("Which events."),
       TEXT_FIELD_AS(struct events_in, after, "SEQ", 0, N_("only those behind this seq")),
       TEXTS_FIELD_AS(struct events_in, ixn, "ID", 0, N_("only of this interaction; may be given again")),
       TEXTS_FIELD_AS(struct events_in, event, "EVENT", 0, N_("only events of this name, or of this noun as in chat; may be given again")),
       NAME_FIELD(struct events_in, level, alert_levels, 0, N_("of alerts only those of this level or more urgent ones")),
       TIME_FIELD(struct events_in, since, FIELD_NO_OPTION, N_("not before")),
       TIME_FIELD(struct events_in, until, FIELD_NO_OPTION, N_("before")),
       INT_FIELD(struct events_in, limit, FIELD_NO_OPTION, N_("at most so many (1000), and never more than that")),
       BOOL_FIELD(struct events_in, last, FIELD_NO_OPTION, N_("only tell the last seq")))

struct event_out {
	const char *seq;
	int64_t at;
	const char *event, *ixn, *agent, *role, *text, *url, *state, *reason, *ref, *actor_kind, *actor, *origin, *visible;
	int64_t level, version;
};
RECORD(rec_event_out, struct event_out, "event", N_("Something that happened."),
       TEXT_FIELD(struct event_out, seq, FIELD_COLUMN, N_("its place in the log; opaque, in order")),
       TIME_FIELD(struct event_out, at, FIELD_COLUMN, N_("when")),
       TEXT_FIELD(struct event_out, event, FIELD_COLUMN, N_("its name; see ixn-events(7)")),
       ID_FIELD(struct event_out, ixn, FIELD_COLUMN, N_("the interaction")),
       TEXT_FIELD(struct event_out, agent, FIELD_COLUMN, N_("the agent concerned")),
       TEXT_FIELD(struct event_out, role, FIELD_COLUMN, N_("of a message: contact, agent or system")),
       TEXT_FIELD(struct event_out, text, FIELD_COLUMN | FIELD_PERSONAL, N_("of a message or an alert: its text")),
       TEXT_FIELD(struct event_out, url, FIELD_PERSONAL, N_("of a message: the page pushed")),
       TEXT_FIELD(struct event_out, state, 0, N_("the state it led to")),
       TEXT_FIELD(struct event_out, reason, 0, N_("why")),
       TEXT_FIELD(struct event_out, ref, 0, N_("what else is concerned: an offer, a message, a mail, an alert, a medium")),
       TEXT_FIELD(struct event_out, actor_kind, 0, N_("who did it: agent, contact, owner or system")),
       TEXT_FIELD(struct event_out, actor, 0, N_("the agent who did it")),
       TEXT_FIELD(struct event_out, origin, FIELD_PERSONAL, N_("the address from which the agent did it over a network; only admins are told")),
       TEXT_FIELD(struct event_out, visible, 0, N_("of a message or an alert: who may see it")),
       NAME_FIELD(struct event_out, level, alert_levels, 0, N_("of an alert: how urgent it is")),
       INT_FIELD(struct event_out, version, 0, N_("the interaction's version after it")))

/* Names of a noun, or an interaction's whole id. */
static bool
among(const struct texts *list, const char *value)
{
	for (size_t i = 0; i < list->n; i++)
		if (value && event_is(list->v[i], value))
			return true;
	return list->n == 0;
}

/* That a lead follows is not for agents to know. */
static bool
follows(const struct event_out *e)
{
	return e->event && (strncmp(e->event, "monitor.", 8) == 0 || (strncmp(e->event, "offer.", 6) == 0 && e->reason && strcmp(e->reason, "monitor") == 0));
}

/* Whose machine reads what is for those to know who look after all. */
static bool
is_copied(const struct call *call, const struct event_out *e)
{
	return e->event && strcmp(e->event, "data.copied") == 0 && call->actor.kind == ACTOR_AGENT && call->actor.role != ROLE_ADMIN;
}

static int
parse_seq(const char *text, int64_t *seq_r, struct err *err)
{
	*seq_r = 0;
	if (!text)
		return 0;
	if (!*text || text[strspn(text, "0123456789")] || strlen(text) > 18)
		return err_set(err, E_BAD_VALUE, "name", "after", "value", text, "expected", N_("the seq of an event"), NULL);
	*seq_r = strtoll(text, NULL, 10);
	return 0;
}

/* What was said goes to those for whom it was meant. */
static int
event_hide(struct call *call, struct event_out *e, struct err *err)
{
	int rc = 1;

	if (e->text && e->level != INT_ABSENT)
		rc = alert_for(call, e->visible, e->actor, err);
	else if (e->visible)
		rc = message_for(call, e->visible, e->actor);
	if (rc == 0)
		e->text = e->url = NULL;
	return rc < 0 ? -1 : 0;
}

static bool
event_wanted(const struct call *call, const struct events_in *in, const struct event_out *e)
{
	if (!among(&in->ixn, e->ixn) || !among(&in->event, e->event) || (follows(e) && !call_may_lead(call)) || is_copied(call, e))
		return false;
	if ((in->since != INT_ABSENT && e->at < in->since) || (in->until != INT_ABSENT && e->at >= in->until))
		return false;
	return in->level == INT_ABSENT || e->level == INT_ABSENT || e->level >= in->level;
}

static int
check_names(const struct texts *names, struct err *err)
{
	for (size_t i = 0; i < names->n; i++)
		if (event_check("event", names->v[i], err) < 0)
			return -1;
	return 0;
}

static int
events_fn(struct call *call, const void *input, struct err *err)
{
	const struct events_in *in = input;
	int64_t after, limit = in->limit > 0 && in->limit < LIST_MAX ? in->limit : LIST_MAX;
	struct records rows;
	enum sql sql = in->ixn.n == 1 ? SQL_EVENTS_OF_IXN : SQL_EVENTS;

	if (parse_seq(in->after, &after, err) < 0 || check_names(&in->event, err) < 0)
		return -1;
	if (in->last == 1) {
		int64_t last = 0;

		if (sql_int(call->tx, SQL_EVENT_LAST, NO_ARGS, &last, err) < 0)
			return -1;
		((struct event_out *)call_answer(call))->seq = arena_printf(call->arena, "%lld", (long long)last);
		return 0;
	}
	if (sql_all(call->tx, call->arena, sql, ARGS(V_INT(after), V_INT(limit), V_TEXT(in->ixn.n == 1 ? in->ixn.v[0] : "")), &rec_event_out, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		struct event_out *e = (struct event_out *)rows.v + i;
		int sees = call->from && e->level != INT_ABSENT ? alert_for(call, e->visible, e->actor, err) : sight_event(call, e->ixn, e->agent, err);

		if (sees < 0)
			return -1;
		if (!sees || !event_wanted(call, in, e)) {
			/* The reader's cursor must move on past what it does not want. */
			const char *seq = e->seq;

			if (i + 1 < rows.n)
				continue;
			record_init(&rec_event_out, e);
			e->seq = seq;
		}
		if (call->actor.kind == ACTOR_AGENT && call->actor.role != ROLE_ADMIN)
			e->origin = NULL;
		if (event_hide(call, e, err) < 0)
			return -1;
		call_emit(call, e);
	}
	return 0;
}

const struct op op_event_list = { "event.list", N_("what happened, in order"), MAY_ALL, OP_MIRROR, &rec_events_in, &rec_event_out, events_fn, NULL };
