#include "routing/routing.h"

#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
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

int
routing_room(const struct capacity *capacity, const struct load *load, const char *medium)
{
	int64_t room = 0;

	if (capacity->n == 0 && strcmp(medium, "voice") == 0)
		room = 1;
	for (size_t i = 0; i < capacity->n; i++)
		if (strcmp(capacity->rule[i].medium, medium) == 0)
			room = capacity->rule[i].max;
	for (size_t i = 0; i < load->n; i++)
		if (strcmp(load->of[i].medium, medium) == 0)
			room -= load->of[i].count;
	return room > 0 ? (int)room : 0;
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
		[ROUTING_LOGGED_OUT] = "logged_out",
		[ROUTING_NOT_READY] = "not_ready",
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

	if (!a->logged_in)
		return ROUTING_LOGGED_OUT;
	if (!a->ready)
		return ROUTING_NOT_READY;
	if (a->fit == SKILLS_UNFIT)
		return ROUTING_UNSKILLED;
	if (in->now < a->excluded_until)
		return ROUTING_EXCLUDED;
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
}

void
routing_pick_agent(const struct candidates *in, struct decision *out)
{
	const struct contest contest = {
		.in = in,
		.n = in->n,
		.barred = agent_barred,
		.loses = agent_loses,
		.describe = agent_describe,
	};

	*out = (struct decision){ .agents = true };
	decide(&contest, out);
}

static void
verdict_json(struct json *j, const struct verdict *v, bool agent)
{
	json_object(j);
	json_key(j, "id");
	json_str(j, v->id);
	json_key(j, agent ? "idle" : "score");
	if (agent)
		json_int(j, v->idle);
	else
		json_real(j, round(v->score * 1000) / 1000 + 0.0); /* no -0 */
	json_key(j, "why");
	json_str(j, routing_why_name(v->why));
	json_end_object(j);
}

void
routing_decision_json(const struct decision *decision, struct buf *out)
{
	struct json j = json_writer(out);

	json_object(&j);
	json_key(&j, "chosen");
	json_str(&j, decision->chosen);
	json_key(&j, "best");
	json_array(&j);
	for (size_t i = 0; i < decision->n_best; i++)
		verdict_json(&j, &decision->best[i], decision->agents);
	json_end_array(&j);
	json_key(&j, "counts");
	json_object(&j);
	for (size_t i = 0; i < ROUTING_WHYS; i++) {
		if (decision->counts[i] == 0)
			continue;
		json_key(&j, routing_why_name((enum routing_why)i));
		json_int(&j, (int64_t)decision->counts[i]);
	}
	json_end_object(&j);
	json_end_object(&j);
}
