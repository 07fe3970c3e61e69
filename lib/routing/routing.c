#include "routing/routing.h"

#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "routing/skills.h"

/* Times and priorities are kept within this, so that doubles hold keys exactly. */
#define FAR 0x1p52

static double
pace(double ageing)
{
	if (!(ageing > 0))
		return 1.0;
	return fmin(fmax(ageing, ROUTING_AGEING_MIN), ROUTING_AGEING_MAX);
}

static double
within(double value)
{
	return fmin(fmax(value, -FAR), FAR);
}

int64_t
routing_sort_key(time_ms queued_at, int64_t priority, double ageing)
{
	double ahead = within((double)priority * (double)MS_MINUTE / pace(ageing));

	return (int64_t)within((double)queued_at) - (int64_t)llround(ahead);
}

double
routing_score(time_ms now, int64_t key, double ageing)
{
	return pace(ageing) * ((double)now - (double)key) / (double)MS_MINUTE;
}

/* a * (t - ka) > b * (t - kb), solved for t; then to the millisecond as the scores have it. */
time_ms
routing_overtakes_at(int64_t key_a, double ageing_a, int64_t key_b, double ageing_b)
{
	enum { STEPS = 1000 }; /* the solution is off by one at most, for sensible paces */
	double a = pace(ageing_a), b = pace(ageing_b), at;
	time_ms t;

	if (a == b)
		return key_a < key_b ? INT64_MIN : INT64_MAX;
	if (a < b)
		return INT64_MAX;
	at = (double)key_a + b * ((double)key_a - (double)key_b) / (a - b);
	if (fabs(at) > 0x1p62)
		return at > 0 ? INT64_MAX : INT64_MIN;
	t = (time_ms)floor(at);
	for (int i = 0; i < STEPS && routing_score(t - 1, key_a, a) > routing_score(t - 1, key_b, b); i++)
		t--;
	for (int i = 0; i < STEPS && routing_score(t, key_a, a) <= routing_score(t, key_b, b); i++)
		t++;
	return t;
}

/* The load as the language of skills sees it: each medium once, the one in question first. */
struct sums {
	size_t n;
	struct skill of[ROUTING_MEDIA + 1];
};

static void
add_up(const struct load *load, const char *medium, struct sums *out)
{
	*out = (struct sums){ 1, { { medium, 0 } } };
	for (size_t i = 0; i < load->n; i++) {
		size_t at = 0;

		while (at < out->n && strcmp(out->of[at].name, load->of[i].medium) != 0)
			at++;
		if (at == out->n)
			out->of[out->n++] = (struct skill){ load->of[i].medium, 0 };
		out->of[at].level += load->of[i].count;
	}
}

static const struct capacity_rule *
rule_for(const struct capacity *capacity, const char *medium)
{
	static const struct capacity_rule one_call = { .medium = "voice", .max = 1 };

	if (capacity->n == 0)
		return strcmp(medium, one_call.medium) == 0 ? &one_call : NULL;
	for (size_t i = 0; i < capacity->n; i++)
		if (strcmp(capacity->rule[i].medium, medium) == 0)
			return &capacity->rule[i];
	return NULL;
}

/* Percent that all that is in hand leaves free. */
static int64_t
spare(const struct capacity *capacity, const struct sums *sums)
{
	int64_t free = 100;

	for (size_t i = 0; i < sums->n; i++) {
		const struct capacity_rule *other = rule_for(capacity, sums->of[i].name);

		free -= other ? (int64_t)other->takes * sums->of[i].level : 0;
	}
	return free;
}

static int64_t
room_by_shares(const struct capacity *capacity, const struct capacity_rule *rule, const struct sums *sums)
{
	int64_t free = spare(capacity, sums);

	if (free < rule->needs)
		return 0;
	return rule->takes > 0 ? (free - rule->needs) / rule->takes + 1 : ROUTING_ROOM_MAX;
}

/* Each that fits is one more for the condition of the next. */
static int64_t
room_by_condition(const struct skills *unless, struct sums *sums, int64_t room)
{
	int64_t more = 0;
	int turn = skills_turn(unless, sums->of[0].name);

	for (; more < room; more++) {
		if (skills_match(unless, sums->of, sums->n, NULL))
			return more;
		/* It stays what it is from here on. */
		if (sums->of[0].level >= turn)
			return room;
		sums->of[0].level++;
	}
	return room;
}

int
routing_room(const struct capacity *capacity, const struct load *load, const char *medium)
{
	const struct capacity_rule *rule = rule_for(capacity, medium);
	int64_t room = ROUTING_ROOM_MAX, shares;
	struct sums sums;

	if (!rule)
		return 0;
	add_up(load, medium, &sums);
	if (rule->max >= 0)
		room = (int64_t)rule->max - sums.of[0].level;
	if (rule->needs > 0) {
		shares = room_by_shares(capacity, rule, &sums);
		room = shares < room ? shares : room;
	}
	room = room < ROUTING_ROOM_MAX ? room : ROUTING_ROOM_MAX;
	if (rule->unless && room > 0)
		room = room_by_condition(rule->unless, &sums, room);
	return room > 0 ? (int)room : 0;
}

/* The order is that in which they are asked; where one bars, the next is not looked at. */
static enum routing_limit
limit_of(const struct capacity *capacity, const struct routing_limited *l, struct sums *sums)
{
	if (!l->rule)
		return capacity->n ? LIMIT_MEDIUM : LIMIT_NO_RULE;
	if (l->rule->max >= 0 && l->count >= l->rule->max)
		return capacity->n ? LIMIT_COUNT : LIMIT_NO_RULE;
	if (l->rule->needs > 0 && l->spare < l->rule->needs)
		return LIMIT_SHARES;
	return l->rule->unless && skills_match(l->rule->unless, sums->of, sums->n, NULL) ? LIMIT_CONDITION : LIMIT_NONE;
}

void
routing_limited(const struct capacity *capacity, const struct load *load, const char *medium, struct routing_limited *out)
{
	struct sums sums;

	add_up(load, medium, &sums);
	*out = (struct routing_limited){ .rule = rule_for(capacity, medium), .count = sums.of[0].level, .spare = spare(capacity, &sums) };
	out->limit = limit_of(capacity, out, &sums);
}

const char *
routing_limit_name(enum routing_limit limit)
{
	static const char *const names[ROUTING_LIMITS] = { "", "no_rule", "medium", "count", "shares", "condition" };

	return names[limit];
}

const char *
routing_why_name(enum routing_why why)
{
	static const char *const names[ROUTING_WHYS] = {
		[ROUTING_CHOSEN] = "chosen",
		[ROUTING_LOWER_SCORE] = "lower_score",
		[ROUTING_LESS_IDLE] = "less_idle",
		[ROUTING_MORE_LOADED] = "more_loaded",
		[ROUTING_WORSE_FIT] = "worse_fit",
		[ROUTING_LATER] = "later_in_order",
		[ROUTING_TIE] = "tie",
		[ROUTING_CLOSED] = "closed",
		[ROUTING_LOGGED_OUT] = "logged_out",
		[ROUTING_NOT_ON_MEDIUM] = "not_on_medium",
		[ROUTING_NOT_READY] = "not_ready",
		[ROUTING_NOT_MEMBER] = "not_member",
		[ROUTING_UNSKILLED] = "unskilled",
		[ROUTING_EXCLUDED] = "excluded",
		[ROUTING_RESERVED] = "reserved",
		[ROUTING_FULL] = "full",
	};

	return names[why];
}

static const char *const policies[ROUTING_POLICIES] = {
	[ROUTING_LONGEST_IDLE] = "longest-idle",
	[ROUTING_LEAST_LOADED] = "least-loaded",
	[ROUTING_BEST_FIT] = "best-fit",
	[ROUTING_ORDER] = "order",
};

const char *
routing_policy_name(enum routing_policy policy)
{
	return policies[policy];
}

bool
routing_policy_parse(const char *name, enum routing_policy *policy_r)
{
	for (size_t i = 0; i < COUNT_OF(policies); i++) {
		if (strcmp(policies[i], name) != 0)
			continue;
		*policy_r = (enum routing_policy)i;
		return true;
	}
	return false;
}

/* What the two directions have in common: candidates known by their place. */
struct contest {
	const void *in;
	size_t n;
	/* Why i cannot be chosen, whoever else is there; ROUTING_CHOSEN: it can. */
	enum routing_why (*barred)(const void *in, size_t i);
	/* Why b comes after a, both barred or both not; ROUTING_CHOSEN: it does not. */
	enum routing_why (*loses)(const void *in, size_t b, size_t a);
	void (*describe)(const void *in, size_t i, struct verdict *verdict);
};

static bool
comes_before(const struct contest *c, size_t a, size_t b)
{
	bool a_barred = c->barred(c->in, a) != ROUTING_CHOSEN, b_barred = c->barred(c->in, b) != ROUTING_CHOSEN;

	if (a_barred != b_barred)
		return b_barred;
	return c->loses(c->in, b, a) != ROUTING_CHOSEN;
}

/* Puts i among the best, if it is one of them. */
static void
rank(const struct contest *c, size_t i, struct decision *out)
{
	size_t at = out->n_best;

	while (at > 0 && comes_before(c, i, out->best[at - 1].at))
		at--;
	if (at == ROUTING_BEST)
		return;
	if (out->n_best < ROUTING_BEST)
		out->n_best++;
	memmove(out->best + at + 1, out->best + at, (out->n_best - 1 - at) * sizeof(*out->best));
	out->best[at] = (struct verdict){ .at = i };
}

static enum routing_why
why_of(const struct contest *c, size_t i, size_t winner)
{
	enum routing_why why = c->barred(c->in, i);

	if (why != ROUTING_CHOSEN || i == winner)
		return why;
	return c->loses(c->in, i, winner);
}

static void
decide(const struct contest *c, struct decision *out)
{
	size_t winner;

	out->n = c->n;
	for (size_t i = 0; i < c->n; i++)
		rank(c, i, out);
	/* Where even the first is barred, all are, and none is compared with it. */
	winner = out->n_best ? out->best[0].at : 0;
	for (size_t i = 0; i < c->n; i++)
		out->counts[why_of(c, i, winner)]++;
	for (size_t i = 0; i < out->n_best; i++) {
		out->best[i].why = why_of(c, out->best[i].at, winner);
		c->describe(c->in, out->best[i].at, &out->best[i]);
	}
	if (out->n_best && out->best[0].why == ROUTING_CHOSEN)
		out->chosen = out->best[0].id;
}

/* The last resort: b is equal to a, and later by name, or by place. */
static enum routing_why
tie(const char *name_b, size_t b, const char *name_a, size_t a)
{
	int order = strcmp(name_b, name_a);

	return order > 0 || (order == 0 && b > a) ? ROUTING_TIE : ROUTING_CHOSEN;
}

static enum routing_why
item_barred(const void *aux, size_t i)
{
	const struct heads *in = aux;
	const struct head *h = &in->head[i];

	if (h->closed)
		return ROUTING_CLOSED;
	if (h->not_ready)
		return ROUTING_NOT_READY;
	if (in->now < h->excluded_until)
		return ROUTING_EXCLUDED;
	if (h->reserved)
		return ROUTING_RESERVED;
	return h->full ? ROUTING_FULL : ROUTING_CHOSEN;
}

static double
item_score(const struct heads *in, size_t i)
{
	return routing_score(in->now, in->head[i].key, in->head[i].ageing);
}

static enum routing_why
item_loses(const void *aux, size_t b, size_t a)
{
	const struct heads *in = aux;
	double score_b = item_score(in, b), score_a = item_score(in, a);

	if (score_b < score_a)
		return ROUTING_LOWER_SCORE;
	return score_b > score_a ? ROUTING_CHOSEN : tie(in->head[b].id, b, in->head[a].id, a);
}

static void
item_describe(const void *aux, size_t i, struct verdict *verdict)
{
	const struct heads *in = aux;

	verdict->id = in->head[i].id;
	verdict->score = item_score(in, i);
}

void
routing_pick_item(const struct heads *in, struct decision *out)
{
	const struct contest contest = {
		.in = in,
		.n = in->n,
		.barred = item_barred,
		.loses = item_loses,
		.describe = item_describe,
	};

	*out = (struct decision){ .agents = false };
	decide(&contest, out);
}

static enum routing_why
agent_barred(const void *aux, size_t i)
{
	const struct candidates *in = aux;
	const struct candidate *a = &in->agent[i];

	if (in->closed)
		return ROUTING_CLOSED;
	if (!a->logged_in)
		return ROUTING_LOGGED_OUT;
	if (a->not_on_medium)
		return ROUTING_NOT_ON_MEDIUM;
	if (!a->ready)
		return ROUTING_NOT_READY;
	if (a->not_member)
		return ROUTING_NOT_MEMBER;
	if (a->fit == SKILLS_UNFIT)
		return ROUTING_UNSKILLED;
	if (in->now < a->excluded_until)
		return ROUTING_EXCLUDED;
	if (a->reserved)
		return ROUTING_RESERVED;
	return a->room > 0 ? ROUTING_CHOSEN : ROUTING_FULL;
}

static enum routing_why
agent_loses(const void *aux, size_t b, size_t a)
{
	const struct candidates *in = aux;
	const struct candidate *y = &in->agent[b], *x = &in->agent[a];

	if (in->policy == ROUTING_ORDER)
		return b > a ? ROUTING_LATER : ROUTING_CHOSEN;
	if (in->policy == ROUTING_LEAST_LOADED && y->load != x->load)
		return y->load > x->load ? ROUTING_MORE_LOADED : ROUTING_CHOSEN;
	if (in->policy == ROUTING_BEST_FIT && y->fit != x->fit)
		return y->fit > x->fit ? ROUTING_WORSE_FIT : ROUTING_CHOSEN;
	if (y->idle_since != x->idle_since)
		return y->idle_since > x->idle_since ? ROUTING_LESS_IDLE : ROUTING_CHOSEN;
	return tie(y->name, b, x->name, a);
}

static void
agent_describe(const void *aux, size_t i, struct verdict *verdict)
{
	const struct candidates *in = aux;
	const struct candidate *a = &in->agent[i];

	verdict->id = a->name;
	verdict->idle = a->idle_since < in->now ? in->now - a->idle_since : 0;
	verdict->load = a->load;
	verdict->fit = a->fit;
}

static struct contest
among_agents(const struct candidates *in)
{
	return (struct contest){
		.in = in,
		.n = in->n,
		.barred = agent_barred,
		.loses = agent_loses,
		.describe = agent_describe,
	};
}

void
routing_pick_agent(const struct candidates *in, struct decision *out)
{
	const struct contest contest = among_agents(in);

	*out = (struct decision){ .agents = true, .policy = in->policy };
	decide(&contest, out);
}

enum routing_why
routing_agent_why(const struct candidates *in, const struct decision *decision, size_t i)
{
	const struct contest contest = among_agents(in);

	return why_of(&contest, i, decision->best[0].at);
}
