#include "routing/replay.h"

#include "tests/unit/replay.h"

/*
 * The same, slowly: second by second, everybody and everything looked at each
 * time, in the order that replay.h promises.
 */

struct slow_item {
	enum { COMING,
	       WAITING,
	       OFFERED,
	       HELD,
	       OVER } state;
	const struct replay_queue *queue;
	size_t widened, agent;
	time_ms entered, until;
	struct replay_fate fate;
};

struct slow_agent {
	bool ready[2];
	int load[2];
	time_ms idle[2];
};

static const char *const media[] = { "chat", "email" };
static struct slow_item slow[MAX];
static struct slow_agent slow_agents[256];
static time_ms now;

static int
medium_of(const char *medium)
{
	return strcmp(medium, media[1]) == 0;
}

static bool
may_take(size_t a, size_t i)
{
	const struct slow_item *s = &slow[i];
	const char *asked = s->widened ? s->queue->widen[s->widened - 1].skills : s->queue->skills;
	const struct skills *expr, *own;
	struct err err = { 0 };
	int m = medium_of(items[i].medium);

	if (skills_parse(arena, asked, &expr, &err) < 0 || skills_parse(arena, items[i].leg->skills, &own, &err) < 0)
		return false;
	return slow_agents[a].ready[m] && slow_agents[a].load[m] < agents[a].capacity.rule[m].max &&
	       skills_match(expr, agents[a].skill, agents[a].n_skills, NULL) && skills_match(own, agents[a].skill, agents[a].n_skills, NULL);
}

static void
slow_offer(size_t i, size_t a)
{
	slow[i].state = OFFERED;
	slow[i].agent = a;
	slow[i].until = now + items[i].leg->response;
	slow_agents[a].load[medium_of(items[i].medium)]++;
	if (slow[i].until > now)
		return;
	slow[i].state = HELD;
	slow[i].until = now + items[i].leg->handling;
	slow[i].fate = (struct replay_fate){ now - items[i].at, agents[a].name, REPLAY_ANSWERED, slow[i].fate.overflowed };
}

static bool
agent_before(size_t a, size_t b, size_t i)
{
	int m = medium_of(items[i].medium);
	const struct slow_agent *x = &slow_agents[a], *y = &slow_agents[b];

	if (slow[i].queue->policy == ROUTING_LEAST_LOADED && x->load[m] != y->load[m])
		return x->load[m] < y->load[m];
	return x->idle[m] != y->idle[m] ? x->idle[m] < y->idle[m] : strcmp(agents[a].name, agents[b].name) < 0;
}

static void
slow_item(size_t i)
{
	size_t best = SIZE_MAX;

	for (size_t a = 0; a < in.n_agents; a++)
		if (may_take(a, i) && (best == SIZE_MAX || agent_before(a, best, i)))
			best = a;
	if (best != SIZE_MAX)
		slow_offer(i, best);
}

static double
score(size_t i)
{
	double ageing = slow[i].queue->ageing;

	return routing_score(now, routing_sort_key(items[i].at, items[i].priority, ageing), ageing);
}

static void
slow_agent(size_t a)
{
	size_t best;

	do {
		best = SIZE_MAX;
		for (size_t i = 0; i < in.n_items; i++)
			if (slow[i].state == WAITING && may_take(a, i) &&
			    (best == SIZE_MAX || score(i) > score(best) || (score(i) == score(best) && strcmp(items[i].id, items[best].id) < 0)))
				best = i;
		if (best != SIZE_MAX)
			slow_offer(best, a);
	} while (best != SIZE_MAX);
}

static void
slow_release(size_t i)
{
	slow_agents[slow[i].agent].load[medium_of(items[i].medium)]--;
	slow[i].state = OVER;
}

static void
slow_deadline(size_t i, bool overflow)
{
	struct slow_item *s = &slow[i];

	if (s->state != WAITING)
		return;
	if (!overflow && s->widened < s->queue->n_widen && items[i].at + s->queue->widen[s->widened].after == now) {
		s->widened++;
		slow_item(i);
	} else if (overflow && s->queue->overflow_after >= 0 && s->entered + s->queue->overflow_after == now) {
		s->queue = &queues[1];
		s->fate.overflowed = true;
		s->entered = now;
		s->widened = 0;
		slow_item(i);
	}
}

static void
slow_moment(size_t i, int phase)
{
	struct slow_item *s = &slow[i];
	size_t agent = s->agent;
	bool due = s->until == now;

	if (phase == 0 || phase == 1) {
		slow_deadline(i, phase == 0);
	} else if (phase == 2 && s->state == HELD && due) {
		slow_release(i);
		slow_agents[agent].idle[medium_of(items[i].medium)] = now;
		slow_agent(agent);
	} else if (phase == 3 && s->state == OFFERED && due) {
		s->state = HELD;
		s->until = now + items[i].leg->handling;
		s->fate = (struct replay_fate){ now - items[i].at, agents[agent].name, REPLAY_ANSWERED, s->fate.overflowed };
	} else if (phase == 5 && (s->state == WAITING || s->state == OFFERED) && items[i].patience < INT64_MAX && items[i].at + items[i].patience == now) {
		bool asked = s->state == OFFERED;

		s->fate.end = REPLAY_ABANDONED;
		s->fate.waited = items[i].patience;
		s->state = OVER;
		if (asked) {
			slow_agents[agent].load[medium_of(items[i].medium)]--;
			slow_agent(agent);
		}
	} else if (phase == 6 && items[i].at == now) {
		s->state = WAITING;
		s->entered = now;
		slow_item(i);
	}
}

static void
slow_shift(size_t a)
{
	bool changed = false;

	for (size_t k = 0; k < agents[a].n_shifts; k++) {
		const struct replay_shift *s = &shifts[a][k];
		int m = medium_of(s->medium);

		if (!s->ready || (s->from != now && s->until != now))
			continue;
		changed = true;
		slow_agents[a].ready[m] = s->from == now;
		if (s->from == now && s->idle_since > slow_agents[a].idle[m])
			slow_agents[a].idle[m] = s->idle_since;
	}
	if (changed)
		slow_agent(a);
}

static void
run_slowly(void)
{
	memset(slow, 0, sizeof(slow));
	memset(slow_agents, 0, sizeof(slow_agents));
	for (size_t i = 0; i < in.n_items; i++)
		slow[i].queue = strcmp(items[i].leg->queue, "q") == 0 ? &queues[0] : &queues[1];
	for (now = in.from; now < in.until; now += MS_SECOND)
		for (int phase = 0; phase <= 6; phase++) {
			for (size_t a = 0; phase == 4 && a < in.n_agents; a++)
				slow_shift(a);
			for (size_t i = 0; phase != 4 && i < in.n_items; i++)
				slow_moment(i, phase);
		}
	for (size_t i = 0; i < in.n_items; i++)
		if (slow[i].fate.end == REPLAY_WAITING)
			slow[i].fate.waited = in.until - items[i].at;
}

/* The same numbers in each run. */
static uint64_t seed;

static int
dice(int n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (int)((seed >> 33) % (uint64_t)n);
}

static const struct replay_widen random_steps[] = { { S(40), "a" }, { S(100), "" } };

static void
random_agents(int n)
{
	for (int i = 0; i < n; i++) {
		int from = 1 + dice(600), until = from + 600 + dice(2400);
		struct replay_agent *a = add_agent(arena_printf(arena, "agent%03d", i), "chat", dice(3), AT(from), AT(until));

		shifts[i][2] = (struct replay_shift){ "email", true, AT(from + dice(3)), AT(until), AT(from) };
		a->n_shifts = 3;
		a->capacity.rule[1] = (struct capacity_rule){ .medium = "email", .max = dice(3) };
		a->capacity.n = 2;
		for (int k = 0; k < 3; k++)
			if (dice(2))
				add_skill(a, k == 0 ? "a" : k == 1 ? "b"
								   : "c",
					  1 + dice(3));
	}
}

static void
random_day(int n_items, int n_agents)
{
	static const char *const asked[] = { NULL, "b", "c>=2", "a | c" };

	fresh();
	in.until = AT(3600);
	queues[0] = (struct replay_queue){ .name = "q", .skills = "a>=2", .ageing = 1, .widen = random_steps, .n_widen = 2, .overflow_to = dice(2) ? "r" : NULL, .overflow_after = -1, .overflow_length = -1, .wrap_up = -1 };
	if (queues[0].overflow_to)
		queues[0].overflow_after = S(70);
	add_queue("r", NULL)->ageing = 2;
	queues[dice(2)].policy = ROUTING_LEAST_LOADED;
	random_agents(n_agents);
	for (int i = 0; i < n_items; i++) {
		struct replay_item *item = add_item(dice(2) ? "q" : "r", 1 + dice(3500), 10 + dice(200));

		item->medium = media[dice(2)];
		item->priority = dice(4);
		item->patience = dice(4) ? INT64_MAX : S(1 + dice(100));
		legs[i].skills = asked[dice(4)];
		legs[i].response = S(dice(3) ? 0 : dice(10));
	}
}

static bool
same_fate(const struct replay_fate *a, const struct replay_fate *b)
{
	return a->end == b->end && a->waited == b->waited && a->overflowed == b->overflowed && (a->agent ? a->agent : "") == (b->agent ? b->agent : "");
}

static void
test_slowly(void)
{
	int ends[4] = { 0 }, overflowed = 0;

	for (int round = 0; round < 12; round++) {
		size_t differ = 0;

		seed = (uint64_t)round;
		random_day(60 + 30 * round, 4 + round);
		run();
		run_slowly();
		for (size_t i = 0; i < in.n_items; i++) {
			differ += !same_fate(&slow[i].fate, &result.fate[i]);
			ends[result.fate[i].end]++;
			overflowed += result.fate[i].overflowed;
		}
		is_int((int64_t)differ, 0, "a random hour, fast and slowly");
	}
	ok(ends[REPLAY_WAITING] > 50 && ends[REPLAY_ANSWERED] > 500 && ends[REPLAY_ABANDONED] > 50 && overflowed > 50, "... %d waiting, %d answered, %d abandoned, %d overflowed",
	   ends[REPLAY_WAITING], ends[REPLAY_ANSWERED], ends[REPLAY_ABANDONED], overflowed);
}

/* At most so many in hand or on offer at once, of each agent and medium. */
static int
over_capacity(void)
{
	int over = 0;

	for (size_t i = 0; i < in.n_items; i++) {
		const struct replay_fate *f = &result.fate[i];
		time_ms at = items[i].at + f->waited - items[i].leg->response;
		int load = 0, max = 0;

		if (f->end != REPLAY_ANSWERED)
			continue;
		for (size_t k = 0; k < in.n_items; k++) {
			const struct replay_fate *g = &result.fate[k];
			time_ms from = items[k].at + g->waited - items[k].leg->response;

			load += g->end == REPLAY_ANSWERED && g->agent == f->agent && items[k].medium == items[i].medium && from <= at &&
				at < items[k].at + g->waited + items[k].leg->handling;
		}
		for (size_t a = 0; a < in.n_agents; a++)
			if (agents[a].name == f->agent)
				max = agents[a].capacity.rule[medium_of(items[i].medium)].max;
		over += load > max;
	}
	return over;
}

static void
test_invariants(void)
{
	for (int round = 0; round < 4; round++) {
		struct replay_figures *f;
		struct err err = { 0 };
		size_t n;

		seed = (uint64_t)round + 1000;
		random_day(3000, 40 * (round + 1));
		run();
		is_int(over_capacity(), 0, "nobody has more than fits");
		ok(replay_figures(&in, &result, S(20), arena, &f, &n, &err) == 0 && n == 3 && !f[2].queue, "figures of two queues and the total");
		is_int(f[2].answered + f[2].abandoned + f[2].waiting + f[2].turned_away, 3000, "nothing is lost");
		is_int(f[0].arrivals + f[1].arrivals, 3000, "... of either");
	}
}

/* The rows in another order. */
static void
test_order(void)
{
	static struct replay_fate before[MAX];
	size_t differ = 0;

	seed = 7;
	random_day(2000, 20);
	run();
	memcpy(before, result.fate, in.n_items * sizeof(*before));
	for (size_t i = 0; i < in.n_items / 2; i++) {
		struct replay_item item = items[i];

		items[i] = items[in.n_items - 1 - i];
		items[in.n_items - 1 - i] = item;
	}
	for (size_t i = 0; i < in.n_agents / 2; i++) {
		struct replay_agent a = agents[i];

		agents[i] = agents[in.n_agents - 1 - i];
		agents[in.n_agents - 1 - i] = a;
	}
	run();
	for (size_t i = 0; i < in.n_items; i++)
		differ += !same_fate(&before[i], &result.fate[in.n_items - 1 - i]);
	is_int((int64_t)differ, 0, "whatever the order of the rows");
}

int
main(void)
{
	arena = arena_new();
	test_slowly();
	test_invariants();
	test_order();
	arena_free(&arena);
	return done();
}
