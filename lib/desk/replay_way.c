/*
 * The way of one interaction through queues and agents, from its rows: a leg
 * for each agent whom it was offered to. What an agent took without being
 * offered it (from a workbin, or begun by that agent) was that agent's, and
 * stays so; so does what somebody had, or was asked to take, when the period
 * began.
 */
#include <string.h>

#include "desk/replay_priv.h"

RECORD(rec_past_move, struct move, "move", NULL, TIME_FIELD(struct move, at, 0, NULL), TEXT_FIELD(struct move, event, 0, NULL),
       TEXT_FIELD(struct move, ref, 0, NULL), TEXT_FIELD(struct move, reason, 0, NULL))

struct walk {
	struct arena *arena;
	time_ms now;
	struct past *past;
	const struct way *way;
	size_t at_move;
	/* Where it is: what the next leg starts from; alone: it was handed to one agent. */
	const char *queue, *skills;
	bool alone;
	/* The item that the next leg belongs to; SIZE_MAX: none yet. */
	size_t item;
	/* All legs; those of the item from first on. */
	struct replay_leg *legs;
	size_t first, n;
};

/* A length of time of which only this much is known: below 0. */
static int64_t
at_least(int64_t ms)
{
	return -1 - (ms > 0 ? ms : 0);
}

/* Items. */

static void
end_item(struct walk *w)
{
	struct replay_item *item;

	if (w->item == SIZE_MAX)
		return;
	item = &w->past->items.v[w->item];
	item->leg = w->legs + w->first;
	item->n_legs = w->n - w->first;
	w->item = SIZE_MAX;
	w->first = w->n;
}

static void
begin_item(struct walk *w, const char *id, const char *held, time_ms from)
{
	const struct past_ixn *x = w->way->ixn;
	struct replay_item item = {
		.id = id,
		.at = x->queued == INT_ABSENT ? from : x->queued,
		.medium = x->medium,
		.contact = x->contact,
		.priority = x->priority,
		.online = strcmp(x->medium, "chat") == 0,
		.patience = INT64_MAX,
		.held = held,
		.held_from = from,
	};

	end_item(w);
	w->item = w->past->items.n;
	vec_push(w->arena, &w->past->items, item);
	vec_push(w->arena, &w->past->fates, ((struct replay_fate){ .end = REPLAY_WAITING }));
}

static void
add_leg(struct walk *w, struct replay_leg leg, bool known)
{
	struct replay_leg *to = &w->legs[w->n++];

	*to = leg;
	if (known)
		vec_push(w->arena, &w->past->known, to);
	else
		vec_push(w->arena, &w->past->unknown, to);
}

/* Moves. */

static void
follow(struct walk *w, const struct move *m)
{
	const char *ref = m->ref ? m->ref : "";

	if (strcmp(m->event, "ixn.created") == 0) {
		w->skills = m->reason ? m->reason : "";
	} else if (strcmp(m->event, "ixn.overflowed") == 0) {
		/* In the period the rules do it again. */
		if (m->at < w->past->since && strncmp(ref, "queue:", 6) == 0)
			w->queue = ref + 6;
	} else {
		w->alone = strncmp(ref, "agent:", 6) == 0 || strncmp(ref, "lead:", 5) == 0;
		if (strncmp(ref, "queue:", 6) == 0) {
			w->queue = ref + 6;
			w->skills = "";
		} else if (strncmp(ref, "skill:", 6) == 0) {
			w->skills = ref + 6;
		}
	}
}

/* Where it had gone by then. */
static void
follow_moves(struct walk *w, time_ms by)
{
	const struct move *v = w->way->moves.v;

	for (; w->at_move < w->way->moves.n && v[w->at_move].at <= by; w->at_move++)
		follow(w, &v[w->at_move]);
}

/* Segments. */

/* The offer by which a segment began; NULL: the agent took it without one. */
static const struct span *
offer_for(const struct way *way, const struct span *segment)
{
	for (size_t i = 0; i < way->offers.n; i++) {
		const struct span *o = &way->offers.v[i];

		if (o->accepted == 1 && o->ended == segment->started && strcmp(o->agent, segment->agent) == 0)
			return o;
	}
	return NULL;
}

/* How long it was in hand from a time on, as one who has it. */
static struct replay_leg
leg_of(const struct walk *w, const struct span *segment, time_ms from)
{
	const struct past_ixn *x = w->way->ixn;
	struct replay_leg leg = { .queue = w->queue, .skills = w->skills };

	if (segment->ended == INT_ABSENT) {
		leg.handling = at_least(w->now - from);
		return leg;
	}
	leg.handling = segment->ended - from;
	/* The contact was gone before it was finished. */
	if (x->ended != INT_ABSENT && x->ended >= segment->started && x->ended < segment->ended) {
		leg.handling = x->ended - from;
		leg.wrap = segment->ended - x->ended;
	}
	return leg;
}

static void
add_segment(struct walk *w, size_t k)
{
	const struct span *segment = &w->way->segments.v[k], *offer = offer_for(w->way, segment);
	time_ms since = w->past->since, asked = offer ? offer->started : segment->started;
	bool before = asked < since, arrives = k == 0 && w->way->ixn->direction == INBOUND;
	const char *part = arena_printf(w->arena, "%s/%zu", w->way->ixn->id, k);
	struct replay_leg leg;

	follow_moves(w, segment->started);
	if (segment->ended != INT_ABSENT && segment->ended <= since) {
		vec_push(w->arena, &w->past->idle, ((struct past_idle){ segment->agent, w->way->ixn->medium, segment->ended }));
		return;
	}
	leg = leg_of(w, segment, segment->started < since ? since : segment->started);
	leg.response = segment->started - (before ? since : asked);
	if (leg.response < 0)
		leg.response = 0;
	if (offer && (w->alone || !*w->queue))
		leg.agent = segment->agent;
	if (before || (!offer && !arrives))
		begin_item(w, part, segment->agent, before ? since : segment->started);
	else if (w->item == SIZE_MAX)
		begin_item(w, w->way->ixn->id, NULL, 0);
	add_leg(w, leg, segment->ended != INT_ABSENT);
	w->alone = false;
}

/* The contact left while it was offered: the answer would have come later than that. */
static int64_t
not_answered(const struct way *way)
{
	const struct span *last = way->offers.n ? &way->offers.v[way->offers.n - 1] : NULL;

	if (!last || last->accepted == 1 || last->ended == INT_ABSENT || way->ixn->done == INT_ABSENT || last->ended < way->ixn->done)
		return at_least(0);
	return at_least(last->ended - last->started + 1);
}

/* What waits still, or was never answered: how long it would have taken nobody knows yet. */
static void
add_waiting(struct walk *w)
{
	const struct past_ixn *x = w->way->ixn;
	bool waits = x->state == IXN_QUEUED || x->state == IXN_OFFERED;

	if (x->direction != INBOUND || x->queued == INT_ABSENT || !x->origin_queue || (w->way->segments.n && !waits))
		return;
	follow_moves(w, INT64_MAX);
	if (w->item == SIZE_MAX)
		begin_item(w, x->id, NULL, 0);
	if (x->answered == INT_ABSENT && x->done != INT_ABSENT && x->reason == END_ABANDONED)
		w->past->items.v[w->item].patience = x->done - x->queued;
	add_leg(w, (struct replay_leg){ .queue = w->queue, .skills = w->skills, .response = not_answered(w->way), .handling = at_least(0) }, false);
}

/* What became of it. */

static struct replay_fate
fate_of(const struct past *past, const struct way *way)
{
	const struct past_ixn *x = way->ixn;
	struct replay_fate fate = { .end = REPLAY_WAITING, .waited = past->until - x->queued };
	const struct move *v = way->moves.v;

	for (size_t i = 0; i < way->moves.n; i++)
		fate.overflowed |= strcmp(v[i].event, "ixn.overflowed") == 0 && v[i].at < past->until;
	if (x->answered != INT_ABSENT && x->answered < past->until) {
		fate.end = REPLAY_ANSWERED;
		fate.waited = x->answered - x->queued;
		fate.agent = way->segments.n ? way->segments.v->agent : NULL;
	} else if (x->answered == INT_ABSENT && x->done != INT_ABSENT && x->done < past->until) {
		fate.end = x->reason == END_ABANDONED ? REPLAY_ABANDONED : REPLAY_TURNED_AWAY;
		fate.waited = x->done - x->queued;
	}
	return fate;
}

/* What an agent had in hand, when that was: nobody else could have got it. */
static void
add_work(struct walk *w, const struct span *span, const char *id)
{
	struct past *past = w->past;
	time_ms from = span->started < past->since ? past->since : span->started;
	time_ms to = span->ended == INT_ABSENT || span->ended > past->until ? past->until : span->ended;
	struct replay_item item = { .id = id, .at = from, .medium = w->way->ixn->medium, .patience = INT64_MAX, .held = span->agent, .held_from = from, .n_legs = 1 };
	struct replay_leg *leg;

	if (from >= to)
		return;
	leg = ARENA_NEW(w->arena, struct replay_leg);
	leg->handling = to - from;
	item.leg = leg;
	vec_push(w->arena, &past->work, item);
}

/* Who had part in it beside its agent had that in hand. */
static void
add_party(struct walk *w, const struct span *span, const char *id)
{
	time_ms since = w->past->since, from = span->started < since ? since : span->started;
	bool over = span->ended != INT_ABSENT;

	if (over && span->ended <= since)
		return;
	begin_item(w, id, span->agent, from);
	w->past->items.v[w->item].contact = NULL;
	add_leg(w, (struct replay_leg){ .queue = w->queue, .handling = over ? span->ended - from : at_least(w->now - from) }, over);
	end_item(w);
	add_work(w, span, id);
}

void
past_add(struct past *past, const struct way *way, struct arena *arena, time_ms now)
{
	const struct past_ixn *x = way->ixn;
	struct walk w = { .arena = arena, .now = now, .past = past, .way = way, .queue = x->origin_queue ? x->origin_queue : "", .item = SIZE_MAX };
	size_t first = past->items.n, most = way->segments.n + 1 + way->parties.n;

	w.legs = arena_alloc(arena, most * sizeof(*w.legs));
	/* Without moves it has asked for the same all along. */
	w.skills = way->moves.n || !x->skills ? "" : x->skills;
	for (size_t k = 0; k < way->segments.n; k++) {
		add_segment(&w, k);
		add_work(&w, &way->segments.v[k], arena_printf(arena, "%s/%zu", x->id, k));
	}
	add_waiting(&w);
	end_item(&w);
	for (size_t i = first; i < past->items.n; i++) {
		const struct replay_item *item = &past->items.v[i];

		if (item->held)
			continue;
		past->fates.v[i] = fate_of(past, way);
		past->arrivals += item->at >= past->since && item->at < past->until;
	}
	for (size_t k = 0; k < way->parties.n; k++)
		add_party(&w, &way->parties.v[k], arena_printf(arena, "%s/with/%zu", x->id, k));
}
