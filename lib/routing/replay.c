#include "routing/replay.h"

#include "base/err.h"
#include "routing/replay_priv.h"

/* No agent takes more at one stroke: as at the desk. */
#define OFFERS_MAX 64

/* Time that counts. */

/* Logged in, or not done with the work in hand. */
static bool
here(const struct worker *worker)
{
	return worker->logged_in > 0 || worker->in_hand > 0;
}

static void
presence(struct world *w, struct worker *worker, int logged_in, int hand)
{
	bool was_here = here(worker), was_busy = worker->in_hand > 0;

	worker->logged_in += logged_in;
	worker->in_hand += hand;
	if (!was_here && here(worker))
		worker->here_since = w->now;
	if (was_here && !here(worker))
		worker->time->here += w->now - worker->here_since;
	if (!was_busy && worker->in_hand > 0)
		worker->busy_since = w->now;
	if (was_busy && worker->in_hand == 0)
		worker->time->busy += w->now - worker->busy_since;
}

/* Offers. */

static void
load(struct world *w, const struct item *item, int by)
{
	w->worker[item->agent].on[item->medium].load += by;
	replay_refresh(w, item->agent);
}

/* After-call work begins or ends. Who is not ready anyway needs none; who is ready again has ended it. */
static void
wrap(struct world *w, uint32_t i, bool begins)
{
	struct item *item = &w->item[i];
	struct on_medium *on = &w->worker[item->agent].on[item->medium];

	if (item->wrapping == begins || (begins && on->ready <= 0))
		return;
	item->wrapping = begins;
	if (begins)
		item->shift = on->shift;
	if (item->shift == on->shift)
		on->wrapping += begins ? 1 : -1;
	replay_refresh(w, item->agent);
	if (begins)
		replay_at(w, item->left + w->place[item->queue].in->wrap_up, MOMENT_WRAPPED, i);
}

static void
take(struct world *w, uint32_t i)
{
	struct item *item = &w->item[i];
	const struct replay_leg *leg = leg_of(item);
	int64_t wrap_up = w->place[item->queue].in->wrap_up;

	item->state = ITEM_HELD;
	item->turn++;
	/* The latest that came, not the latest that was answered. */
	if (item->contact != NONE && w->last[item->contact].item <= i)
		w->last[item->contact] = (struct last){ item->agent, i };
	presence(w, &w->worker[item->agent], 0, 1);
	replay_at(w, w->now + leg->handling + leg->wrap, MOMENT_DONE, i);
	item->left = w->now + leg->handling;
	if (leg->wrap <= 0 || wrap_up <= 0 || item->left + wrap_up <= w->now)
		return;
	if (item->left <= w->now)
		wrap(w, i, true);
	else
		replay_at(w, item->left, MOMENT_WRAP, i);
}

static void
answer(struct world *w, uint32_t i)
{
	struct item *item = &w->item[i];

	if (item->fate->end == REPLAY_WAITING)
		*item->fate = (struct replay_fate){ w->now - item->in->at, w->agents.v[item->agent], REPLAY_ANSWERED, item->fate->overflowed };
	take(w, i);
}

/* The agent is asked, and answers at once or after a while. */
static void
ask(struct world *w, uint32_t i, uint32_t agent, int64_t response)
{
	struct item *item = &w->item[i];

	item->state = ITEM_OFFERED;
	item->agent = agent;
	load(w, item, 1);
	if (response > 0)
		replay_at(w, w->now + response, MOMENT_ANSWER, i);
	else
		answer(w, i);
}

static void
offer(struct world *w, uint32_t i, uint32_t agent)
{
	replay_lane_remove(w, i);
	ask(w, i, agent, w->place[w->item[i].queue].in->auto_answer ? 0 : leg_of(&w->item[i])->response);
}

static void
add_candidate(struct world *w, struct candidates *in, const struct lane *lane, uint32_t agent)
{
	const struct on_medium *on = &w->worker[agent].on[lane->medium];

	if (!on->free || !BIT_GET(lane->members, agent))
		return;
	w->candidate_agent[in->n] = agent;
	w->candidate[in->n++] = (struct candidate){
		.name = w->agents.v[agent],
		.idle_since = on->idle_since,
		.load = on->load,
		.room = on->room,
		.fit = lane->fit ? lane->fit[agent] : 0,
		.logged_in = true,
		.ready = true,
	};
}

/* The lowest rank of those who are free, where ranks count. */
static int64_t
best_rank(const struct world *w, const struct lane *lane)
{
	const struct idle *idle = &w->idle[lane->medium];
	int64_t best = INT64_MAX;

	for (size_t i = 0; i < idle->n; i++) {
		int64_t rank = w->worker[idle->agent[i]].in->rank;

		if (rank < best && BIT_GET(lane->members, idle->agent[i]))
			best = rank;
	}
	return best;
}

/* The free agents of a lane, the longest idle first: where that or the list decides, the first few will do. */
static void
add_candidates(struct world *w, struct candidates *in, const struct lane *lane)
{
	const struct idle *idle = &w->idle[lane->medium];
	bool ranked = lane->policy == ROUTING_ORDER;
	int64_t rank = ranked ? best_rank(w, lane) : 0;
	size_t most = ranked || lane->policy == ROUTING_LONGEST_IDLE ? ROUTING_BEST : idle->n;

	if (lane->agent != NONE)
		add_candidate(w, in, lane, lane->agent);
	for (size_t i = 0; lane->agent == NONE && i < idle->n && in->n < most; i++)
		if (!ranked || w->worker[idle->agent[i]].in->rank == rank)
			add_candidate(w, in, lane, idle->agent[i]);
}

void
replay_route_item(struct world *w, uint32_t i)
{
	struct lane *lane = &w->lanes.v[w->item[i].lane];
	struct candidates in = { .now = w->now, .policy = lane->policy, .agent = w->candidate };
	struct decision decision;

	if (lane->busy_at == SIZE_MAX)
		return;
	add_candidates(w, &in, lane);
	if (in.n == 0)
		return;
	routing_pick_agent(&in, &decision);
	if (decision.chosen)
		offer(w, i, w->candidate_agent[decision.best[0].at]);
}

static bool
route_next(struct world *w, uint32_t agent)
{
	const struct worker *worker = &w->worker[agent];
	struct heads in = { w->now, NULL, 0 };
	struct decision decision;

	w->heads.n = 0;
	for (size_t k = 0; k < w->busy.n; k++) {
		const struct lane *lane = &w->lanes.v[w->busy.v[k]];
		const struct item *item = &w->item[lane->heap[0]];

		if (worker->on[lane->medium].free && BIT_GET(lane->members, agent))
			vec_push(w->arena, &w->heads, ((struct head){ .id = item->in->id, .lane = lane->heap[0], .key = item->key, .ageing = lane->ageing }));
	}
	in.head = w->heads.v;
	in.n = w->heads.n;
	if (in.n == 0)
		return false;
	routing_pick_item(&in, &decision);
	if (decision.chosen)
		offer(w, (uint32_t)in.head[decision.best[0].at].lane, agent);
	return decision.chosen;
}

/* Offers waiting items to an agent as long as one is free for them. */
static void
route_agent(struct world *w, uint32_t agent)
{
	for (int i = 0; i < OFFERS_MAX && route_next(w, agent); i++)
		continue;
}

/* What happens. */

static void
done(struct world *w, uint32_t i)
{
	struct item *item = &w->item[i];
	uint32_t agent = item->agent;

	replay_idle(w, agent, item->medium, w->now);
	presence(w, &w->worker[agent], 0, -1);
	wrap(w, i, false);
	load(w, item, -1);
	item->agent = NONE;
	item->turn++;
	item->state = ITEM_GONE;
	if (item->leg + 1 < item->in->n_legs) {
		item->leg++;
		replay_arrive(w, i);
	}
	route_agent(w, agent);
}

static void
leave(struct world *w, uint32_t i)
{
	struct item *item = &w->item[i];
	uint32_t agent = item->agent;

	if (item->fate->end != REPLAY_WAITING)
		return;
	item->fate->end = REPLAY_ABANDONED;
	item->fate->waited = w->now - item->in->at;
	if (item->state == ITEM_WAITING)
		replay_lane_remove(w, i);
	item->turn++;
	if (item->state == ITEM_OFFERED) {
		load(w, item, -1);
		route_agent(w, agent);
	}
	item->state = ITEM_GONE;
}

/* All that begins or ends by now. */
static void
shift(struct world *w, uint32_t agent)
{
	struct worker *worker = &w->worker[agent];

	for (; worker->next < worker->n_edges && worker->edge[worker->next].at <= w->now; worker->next++) {
		const struct edge *e = &worker->edge[worker->next];
		struct on_medium *on = &worker->on[e->medium];

		if (!e->ready) {
			on->logged_in += e->by;
			presence(w, worker, e->by, 0);
			continue;
		}
		on->ready += e->by;
		if (e->by > 0) {
			replay_idle(w, agent, e->medium, e->idle_since);
		} else {
			on->wrapping = 0;
			on->shift++;
		}
	}
	replay_refresh(w, agent);
	replay_away(w, agent);
	if (worker->next < worker->n_edges)
		replay_at(w, worker->edge[worker->next].at, MOMENT_SHIFT, agent);
}

static void
arrive(struct world *w, uint32_t i)
{
	struct item *item = &w->item[i];
	uint32_t held = item->in->held ? replay_word_find(&w->agents, item->in->held) : NONE;

	w->arrived++;
	item->queue = replay_word_find(&w->queues, replay_text(leg_of(item)->queue));
	if (w->in->progress && w->n_items >= 100 && w->arrived % (w->n_items / 100) == 0)
		w->in->progress(w->in->context, w->arrived, w->n_items);
	if (item->in->patience < INT64_MAX)
		replay_at(w, item->in->at + item->in->patience, MOMENT_LEAVE, i);
	if (!item->in->held) {
		replay_arrive(w, i);
	} else if (held != NONE) {
		item->fate->end = REPLAY_ANSWERED;
		ask(w, i, held, leg_of(item)->response);
	}
}

static void
happen(struct world *w, const struct moment *m)
{
	bool stale = m->kind != MOMENT_HOURS && m->kind != MOMENT_SHIFT && m->kind != MOMENT_LEAVE && w->item[m->who].turn != m->turn;

	if (stale)
		return;
	switch ((enum moment_kind)m->kind) {
	case MOMENT_HOURS:
	case MOMENT_WIDEN:
	case MOMENT_OVERFLOW:
	case MOMENT_RELEASE:
		replay_deadline(w, m);
		break;
	case MOMENT_WRAPPED:
		wrap(w, m->who, false);
		route_agent(w, w->item[m->who].agent);
		break;
	case MOMENT_WRAP:
		wrap(w, m->who, true);
		break;
	case MOMENT_DONE:
		done(w, m->who);
		break;
	case MOMENT_ANSWER:
		answer(w, m->who);
		break;
	case MOMENT_SHIFT:
		shift(w, m->who);
		route_agent(w, m->who);
		break;
	case MOMENT_LEAVE:
		leave(w, m->who);
		break;
	case MOMENT_ARRIVE:
		arrive(w, m->who);
		break;
	}
}

/* What the period finds: who is there, what they have in hand, what waits. Only then is anything offered. */
static void
begin(struct world *w)
{
	w->now = w->in->from;
	replay_begin(w);
	for (uint32_t a = 0; a < w->n_workers; a++)
		shift(w, a);
	w->quiet = true;
	for (int held = 1; held >= 0; held--)
		for (uint32_t i = 0; i < w->n_items; i++) {
			const struct replay_item *in = w->item[i].in;

			if ((in->held != NULL) != held)
				continue;
			if (held ? in->held_from <= w->now : in->at < w->now)
				arrive(w, i);
			else
				replay_at(w, held ? in->held_from : in->at, MOMENT_ARRIVE, i);
		}
	w->quiet = false;
	for (uint32_t a = 0; a < w->n_workers; a++)
		route_agent(w, a);
}

/* The period is over, whatever is still going on. */
static void
end(struct world *w)
{
	w->now = w->in->until;
	for (size_t a = 0; a < w->n_workers; a++) {
		struct worker *worker = &w->worker[a];

		presence(w, worker, -worker->logged_in, -worker->in_hand);
	}
	for (size_t i = 0; i < w->n_items; i++)
		if (w->item[i].fate->end == REPLAY_WAITING && w->item[i].in->at < w->now)
			w->item[i].fate->waited = w->now - w->item[i].in->at;
}

int
replay_run(const struct replay *in, struct arena *arena, struct replay_result *result_r, struct err *err)
{
	struct world w = { .in = in, .arena = arena, .err = err };
	struct moment m;

	replay_build(&w, result_r);
	begin(&w);
	while (!w.failed && replay_next(&w, &m)) {
		w.now = m.at;
		happen(&w, &m);
	}
	end(&w);
	return w.failed ? -1 : 0;
}
