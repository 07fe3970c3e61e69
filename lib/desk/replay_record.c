/*
 * A past period as it was recorded: what came, who had it when, who was there.
 * An interaction becomes its way through queues and agents: a leg for each
 * agent whom it was offered to. What an agent took without being offered it
 * (from a workbin, or begun by that agent) was that agent's, and stays so.
 */
#include <stdlib.h>
#include <string.h>

#include "desk/replay_priv.h"

struct past_ixn {
	const char *id, *medium, *contact, *origin_queue, *queue, *skills;
	int64_t priority, direction, state, queued, answered, ended, done, reason;
};
#define X struct past_ixn
RECORD(rec_past_ixn, X, "interaction", NULL,
       ID_FIELD(X, id, 0, NULL), TEXT_FIELD(X, medium, 0, NULL), ID_FIELD(X, contact, 0, NULL), TEXT_FIELD(X, origin_queue, 0, NULL),
       TEXT_FIELD(X, queue, 0, NULL), TEXT_FIELD(X, skills, 0, NULL), INT_FIELD(X, priority, 0, NULL), NAME_FIELD(X, direction, directions, 0, NULL),
       NAME_FIELD(X, state, ixn_states, 0, NULL), TIME_FIELD(X, queued, 0, NULL), TIME_FIELD(X, answered, 0, NULL), TIME_FIELD(X, ended, 0, NULL),
       TIME_FIELD(X, done, 0, NULL), NAME_FIELD(X, reason, end_reasons, 0, NULL))
#undef X

/* A segment, an offer that was accepted, or a part in it: an agent, from then till then. */
struct span {
	const char *ixn, *agent;
	int64_t started, ended;
};
RECORD(rec_past_span, struct span, "span", NULL, ID_FIELD(struct span, ixn, 0, NULL), TEXT_FIELD(struct span, agent, 0, NULL),
       TIME_FIELD(struct span, started, 0, NULL), TIME_FIELD(struct span, ended, 0, NULL))

struct move {
	int64_t at;
	const char *event, *ref, *reason;
};
RECORD(rec_past_move, struct move, "move", NULL, TIME_FIELD(struct move, at, 0, NULL), TEXT_FIELD(struct move, event, 0, NULL),
       TEXT_FIELD(struct move, ref, 0, NULL), TEXT_FIELD(struct move, reason, 0, NULL))

/* The spans of one interaction after the other: rows in the order of their ids. */
struct spans {
	const struct span *v;
	size_t n;
};

static struct spans
spans_of(const struct records *rows, size_t *at, const char *ixn)
{
	const struct span *v = rows->v;
	struct spans out;

	while (*at < rows->n && strcmp(v[*at].ixn, ixn) < 0)
		++*at;
	out = (struct spans){ v + *at, 0 };
	while (*at < rows->n && strcmp(v[*at].ixn, ixn) == 0) {
		++*at;
		out.n++;
	}
	return out;
}

/* What belongs to a range of interactions. */
struct rows {
	struct records segments, offers, parties;
	size_t at_segment, at_offer, at_party;
};

static int
rows_read(struct call *call, const char *from, const char *to, struct rows *out, struct err *err)
{
	*out = (struct rows){ .at_segment = 0 };
	if (sql_all(call->tx, call->arena, SQL_PAST_SEGMENTS, ARGS(V_TEXT(from), V_TEXT(to)), &rec_past_span, &out->segments, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_PAST_OFFERS, ARGS(V_TEXT(from), V_TEXT(to)), &rec_past_span, &out->offers, err) < 0)
		return -1;
	return sql_all(call->tx, call->arena, SQL_PAST_PARTIES, ARGS(V_TEXT(from), V_TEXT(to)), &rec_past_span, &out->parties, err);
}

/* One interaction. */

struct way {
	struct call *call;
	struct past *past;
	const struct past_ixn *ixn;
	struct spans segments, offers;
	struct records moves;
	size_t at_move;
	/* Where it is: what the next leg starts from; alone: it was handed to one agent. */
	const char *queue, *skills;
	bool alone;
	/* The item that the next leg belongs to; SIZE_MAX: none yet. */
	size_t item;
	VEC(struct replay_leg)
	legs;
};

static void
end_item(struct way *way)
{
	struct past *past = way->past;

	if (way->item == SIZE_MAX)
		return;
	past->items.v[way->item].leg = way->legs.v;
	past->items.v[way->item].n_legs = way->legs.n;
	for (size_t i = 0; i < way->legs.n; i++)
		vec_push(way->call->arena, &past->legs, &way->legs.v[i]);
	way->item = SIZE_MAX;
	memset(&way->legs, 0, sizeof(way->legs));
}

static void
begin_item(struct way *way, const char *id, time_ms at, const char *held)
{
	const struct past_ixn *x = way->ixn;
	struct replay_item item = { .id = id, .at = at, .medium = x->medium, .online = strcmp(x->medium, "chat") == 0, .contact = x->contact, .priority = x->priority, .patience = INT64_MAX, .held = held };

	end_item(way);
	way->item = way->past->items.n;
	vec_push(way->call->arena, &way->past->items, item);
	vec_push(way->call->arena, &way->past->fates, ((struct replay_fate){ .end = REPLAY_WAITING }));
}

/* Where it had gone by then: transfers, and what its queue did, which the rules do again. */
static void
follow_moves(struct way *way, time_ms by)
{
	const struct move *v = way->moves.v;

	for (; way->at_move < way->moves.n && v[way->at_move].at <= by; way->at_move++) {
		const char *ref = v[way->at_move].ref;

		if (strcmp(v[way->at_move].event, "ixn.created") == 0)
			way->skills = v[way->at_move].reason ? v[way->at_move].reason : "";
		if (!ref || strcmp(v[way->at_move].event, "ixn.transferred") != 0)
			continue;
		way->alone = strncmp(ref, "agent:", 6) == 0 || strncmp(ref, "lead:", 5) == 0;
		if (strncmp(ref, "queue:", 6) == 0) {
			way->queue = ref + 6;
			way->skills = "";
		} else if (strncmp(ref, "skill:", 6) == 0) {
			way->skills = ref + 6;
		}
	}
}

/* The offer by which a segment began; NULL: the agent took it without one. */
static const struct span *
offer_for(struct way *way, const struct span *segment)
{
	for (size_t i = 0; i < way->offers.n; i++) {
		const struct span *o = &way->offers.v[i];

		if (o->ended == segment->started && strcmp(o->agent, segment->agent) == 0)
			return o;
	}
	return NULL;
}

/* What is still going on: below 0, how long it has by now; -1 is nothing. */
static int64_t
so_far(const struct way *way, time_ms from)
{
	return way->call->now > from ? from - way->call->now : -1;
}

/* handling and wrap of a segment, from a time on. */
static struct replay_leg
leg_of(const struct way *way, const struct span *segment, time_ms from)
{
	const struct past_ixn *x = way->ixn;
	struct replay_leg leg = { .queue = way->queue, .skills = way->skills, .handling = segment->ended - from };

	if (segment->ended == INT_ABSENT) {
		leg.handling = so_far(way, from);
		return leg;
	}
	/* The contact was gone before it was finished. */
	if (x->ended != INT_ABSENT && x->ended >= segment->started && x->ended < segment->ended) {
		leg.handling = x->ended > from ? x->ended - from : 0;
		leg.wrap = segment->ended - from - leg.handling;
	}
	return leg;
}

static void
add_segment(struct way *way, size_t k)
{
	const struct span *segment = &way->segments.v[k], *offer = offer_for(way, segment);
	bool before = segment->started < way->past->since, arrives = k == 0 && way->ixn->direction == INBOUND;
	time_ms from = before ? way->past->since : segment->started;
	struct replay_leg leg;

	if (segment->ended != INT_ABSENT && segment->ended <= way->past->since)
		return;
	follow_moves(way, segment->started);
	leg = leg_of(way, segment, from);
	leg.response = offer ? offer->ended - offer->started : 0;
	if (offer && (way->alone || !*way->queue))
		leg.agent = segment->agent;
	if (before || (!offer && !arrives))
		begin_item(way, arena_printf(way->call->arena, "%s/%zu", way->ixn->id, k), from, segment->agent);
	else if (way->item == SIZE_MAX)
		begin_item(way, way->ixn->id, way->ixn->queued, NULL);
	vec_push(way->call->arena, &way->legs, leg);
	way->alone = false;
}

/* What waits still, or was never answered: how long it would have taken nobody knows yet. */
static void
add_waiting(struct way *way)
{
	const struct past_ixn *x = way->ixn;
	bool waits = x->state == IXN_QUEUED || x->state == IXN_OFFERED;

	if (x->direction != INBOUND || x->queued == INT_ABSENT || !x->origin_queue || (way->segments.n && !waits))
		return;
	follow_moves(way, INT64_MAX);
	if (way->item == SIZE_MAX)
		begin_item(way, x->id, x->queued, NULL);
	if (x->answered == INT_ABSENT && x->done != INT_ABSENT && x->reason == END_ABANDONED)
		way->past->items.v[way->item].patience = x->done - x->queued;
	vec_push(way->call->arena, &way->legs, ((struct replay_leg){ .queue = way->queue, .skills = way->skills, .response = -1, .handling = -1 }));
}

/* What had become of it when the period was over. */
static struct replay_fate
fate_of(const struct past *past, const struct past_ixn *x, const struct span *first, bool overflowed)
{
	struct replay_fate fate = { .end = REPLAY_WAITING, .waited = past->until - x->queued, .overflowed = overflowed };

	if (x->answered != INT_ABSENT && x->answered < past->until) {
		fate.end = REPLAY_ANSWERED;
		fate.waited = x->answered - x->queued;
		fate.agent = first ? first->agent : NULL;
	} else if (x->answered == INT_ABSENT && x->done != INT_ABSENT && x->done < past->until) {
		fate.end = x->reason == END_ABANDONED ? REPLAY_ABANDONED : REPLAY_TURNED_AWAY;
		fate.waited = x->done - x->queued;
	}
	return fate;
}

static void
add_fate(struct way *way, size_t from)
{
	struct past *past = way->past;
	const struct move *v = way->moves.v;
	bool overflowed = false;

	for (size_t i = 0; i < way->moves.n; i++)
		overflowed |= strcmp(v[i].event, "ixn.overflowed") == 0 && v[i].at < past->until;
	for (size_t i = from; i < past->items.n; i++) {
		if (past->items.v[i].held)
			continue;
		past->fates.v[i] = fate_of(past, way->ixn, way->segments.n ? way->segments.v : NULL, overflowed);
		past->arrivals += past->items.v[i].at >= past->since && past->items.v[i].at < past->until;
	}
}

/* What an agent had in hand, by hand: nobody else could have got it. */
static void
add_work(struct way *way, const struct span *span, const char *id)
{
	struct past *past = way->past;
	time_ms from = span->started < past->since ? past->since : span->started;
	time_ms to = span->ended == INT_ABSENT || span->ended > past->until ? past->until : span->ended;
	struct replay_leg *leg = ARENA_NEW(way->call->arena, struct replay_leg);

	if (from >= to)
		return;
	leg->handling = to - from;
	vec_push(way->call->arena, &past->work,
		 ((struct replay_item){ .id = id, .at = from, .medium = way->ixn->medium, .patience = INT64_MAX, .held = span->agent, .leg = leg, .n_legs = 1 }));
}

static void
add_party(struct way *way, const struct span *span, const char *id)
{
	time_ms since = way->past->since, from = span->started < since ? since : span->started;

	if (span->ended != INT_ABSENT && span->ended <= since)
		return;
	begin_item(way, id, from, span->agent);
	vec_push(way->call->arena, &way->legs, ((struct replay_leg){ .queue = way->queue, .handling = span->ended == INT_ABSENT ? so_far(way, from) : span->ended - from }));
	end_item(way);
	add_work(way, span, id);
}

static int
add_ixn(struct call *call, struct past *past, const struct past_ixn *ixn, struct rows *rows, struct err *err)
{
	struct way way = { .call = call, .past = past, .ixn = ixn, .queue = ixn->origin_queue ? ixn->origin_queue : "", .skills = "", .item = SIZE_MAX };
	struct spans parties = spans_of(&rows->parties, &rows->at_party, ixn->id);
	size_t from = past->items.n;

	way.segments = spans_of(&rows->segments, &rows->at_segment, ixn->id);
	way.offers = spans_of(&rows->offers, &rows->at_offer, ixn->id);
	/* What never left its queue and its agent has no moves worth a look. */
	if ((way.segments.n > 1 || (ixn->queue && strcmp(ixn->queue, way.queue) != 0)) &&
	    sql_all(call->tx, call->arena, SQL_PAST_MOVES, ARGS(V_TEXT(ixn->id)), &rec_past_move, &way.moves, err) < 0)
		return -1;
	if (!way.moves.n)
		way.skills = ixn->skills;
	for (size_t k = 0; k < way.segments.n; k++) {
		add_segment(&way, k);
		add_work(&way, &way.segments.v[k], arena_printf(call->arena, "%s/%zu", ixn->id, k));
	}
	add_waiting(&way);
	end_item(&way);
	add_fate(&way, from);
	for (size_t k = 0; k < parties.n; k++)
		add_party(&way, &parties.v[k], arena_printf(call->arena, "%s/with/%zu", ixn->id, k));
	return 0;
}

/* How long it takes: the median of what is known. */

struct known {
	const char *queue;
	int64_t handling, response;
};

static int
by_queue(const void *a, const void *b)
{
	return strcmp(((const struct known *)a)->queue, ((const struct known *)b)->queue);
}

static int
by_handling(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return (x->handling > y->handling) - (x->handling < y->handling);
}

static int
by_response(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return (x->response > y->response) - (x->response < y->response);
}

/* The medians of some, which are sorted for it. */
static struct known
medians(struct known *v, size_t n)
{
	struct known out = { v->queue, 0, 0 };

	qsort(v, n, sizeof(*v), by_handling);
	out.handling = v[(n - 1) / 2].handling;
	qsort(v, n, sizeof(*v), by_response);
	out.response = v[(n - 1) / 2].response;
	return out;
}

/* One for each queue, by name, and that of all behind them; *n_r counts the queues. */
static struct known *
all_medians(struct arena *arena, const struct past *past, size_t *n_r)
{
	struct known *v = arena_alloc(arena, (past->legs.n + 1) * sizeof(*v)), *out = arena_alloc(arena, (past->legs.n + 1) * sizeof(*out));
	size_t n = 0;

	*n_r = 0;
	for (size_t i = 0; i < past->legs.n; i++)
		if (past->legs.v[i]->handling >= 0)
			v[n++] = (struct known){ past->legs.v[i]->queue, past->legs.v[i]->handling + past->legs.v[i]->wrap, past->legs.v[i]->response };
	qsort(v, n, sizeof(*v), by_queue);
	for (size_t i = 0, k; i < n; i += k) {
		for (k = 1; i + k < n && strcmp(v[i].queue, v[i + k].queue) == 0;)
			k++;
		out[(*n_r)++] = medians(v + i, k);
	}
	out[*n_r] = n ? medians(v, n) : (struct known){ "", 0, 0 };
	return out;
}

/* What was never finished takes as long as others of its queue, or as long as it has by now. */
static void
fill_unknown(struct call *call, struct past *past)
{
	size_t n;
	const struct known *all = all_medians(call->arena, past, &n);

	for (size_t i = 0; i < past->legs.n; i++) {
		struct replay_leg *leg = past->legs.v[i];
		const struct known key = { leg->queue, 0, 0 }, *k;

		if (leg->handling >= 0)
			continue;
		k = n ? bsearch(&key, all, n, sizeof(*all), by_queue) : NULL;
		k = k ? k : &all[n];
		if (leg->response < 0)
			leg->response = k->response;
		leg->handling = leg->handling == -1 || -leg->handling < k->handling ? k->handling : -leg->handling;
	}
}

/* All of them. */

static int
read_period(struct call *call, struct past *past, const char *from, const char *to, struct err *err)
{
	struct records ixns;
	struct rows rows;

	if (sql_all(call->tx, call->arena, SQL_PAST_IXNS, ARGS(V_TEXT(from), V_TEXT(to)), &rec_past_ixn, &ixns, err) < 0 ||
	    rows_read(call, from, to, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < ixns.n; i++)
		if (add_ixn(call, past, (struct past_ixn *)ixns.v + i, &rows, err) < 0)
			return -1;
	return 0;
}

static int
read_open(struct call *call, struct past *past, const char *from, struct err *err)
{
	struct records ixns;
	struct rows rows;

	if (sql_all(call->tx, call->arena, SQL_PAST_OPEN, ARGS(V_TEXT(from), V_INT(past->since)), &rec_past_ixn, &ixns, err) < 0)
		return -1;
	for (size_t i = 0; i < ixns.n; i++) {
		const struct past_ixn *ixn = (struct past_ixn *)ixns.v + i;

		if (rows_read(call, ixn->id, arena_printf(call->arena, "%s~", ixn->id), &rows, err) < 0 || add_ixn(call, past, ixn, &rows, err) < 0)
			return -1;
	}
	return 0;
}

static int
by_contact(const void *a, const void *b)
{
	return strcmp(((const struct replay_contact *)a)->contact, ((const struct replay_contact *)b)->contact);
}

static int
read_contacts(struct call *call, struct past *past, const char *from, struct err *err)
{
	struct replay_contact *v = arena_alloc(call->arena, (past->items.n + 1) * sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < past->items.n; i++)
		if (past->items.v[i].contact && !past->items.v[i].held)
			v[n++].contact = past->items.v[i].contact;
	qsort(v, n, sizeof(*v), by_contact);
	for (size_t i = 0; i < n; i++) {
		int rc;

		if (i && strcmp(v[i].contact, v[i - 1].contact) == 0)
			continue;
		rc = sql_text(call->tx, call->arena, SQL_PAST_SERVED, ARGS(V_TEXT(v[i].contact), V_TEXT(from)), &v[i].agent, err);
		if (rc < 0)
			return -1;
		if (rc > 0)
			vec_push(call->arena, &past->contacts, v[i]);
	}
	return 0;
}

int
past_read(struct call *call, struct past *past, bool contacts, struct err *err)
{
	char from[ID_SIZE], to[ID_SIZE];

	id_least(past->since, from);
	id_least(past->until, to);
	if (read_open(call, past, from, err) < 0 || read_period(call, past, from, to, err) < 0)
		return -1;
	fill_unknown(call, past);
	return contacts ? read_contacts(call, past, from, err) : 0;
}
