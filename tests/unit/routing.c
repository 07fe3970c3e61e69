#include "routing/routing.h"

#include <math.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "routing/skills.h"
#include "tests/unit/tap.h"

#define T INT64_C(1795253400000) /* 2026-11-21T09:30Z */

static void
is_real(double got, double want, const char *what)
{
	if (!ok(got == want, "%s", what))
		printf("# got:  %.17g\n# want: %.17g\n", got, want);
}

static void
test_keys(void)
{
	static const struct {
		time_ms queued_at;
		int64_t priority;
		double ageing;
		int64_t want;
		const char *what;
	} rows[] = {
		{ T, 0, 1, T, "no priority: the time itself" },
		{ T, 5, 1, T - 5 * MS_MINUTE, "a point is a minute" },
		{ T, -5, 1, T + 5 * MS_MINUTE, "less than nothing" },
		{ T, 5, 0.5, T - 10 * MS_MINUTE, "half the pace: a point is two" },
		{ T, 5, 100, T - 3 * MS_SECOND, "a fast queue" },
		{ T, 1, 7, T - 8571, "rounded to the millisecond" },
		{ T, 5, 0, T - 5 * MS_MINUTE, "no pace is 1" },
		{ T, 5, -2, T - 5 * MS_MINUTE, "nor is a negative one" },
		{ T, 5, NAN, T - 5 * MS_MINUTE, "nor what is no number" },
		{ T, 5, INFINITY, T - 300, "a pace without end is 1000" },
		{ T, 1, 1e-30, T - 60000000, "one near 0 is 0.001" },
		{ T, INT64_MAX, 1, T - (INT64_C(1) << 52), "all the priority there is" },
		{ T, INT64_MIN, 1, T + (INT64_C(1) << 52), "... and the least" },
		{ INT64_MAX, INT64_MIN, 1, INT64_C(1) << 53, "the end of time" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_int(routing_sort_key(rows[i].queued_at, rows[i].priority, rows[i].ageing), rows[i].want, rows[i].what);
	is_real(routing_score(T, routing_sort_key(T, 5, 1), 1), 5, "score on arrival is the priority");
	is_real(routing_score(T + 90 * MS_SECOND, routing_sort_key(T, 5, 2), 2), 8, "... and rises by the pace");
	is_real(routing_score(T - MS_MINUTE, routing_sort_key(T, 0, 1), 1), -1, "... and is below it before");
	ok(routing_score(INT64_MAX, INT64_MIN, 1) > 0, "no overflow");
}

static const char *
pick(time_ms now, const struct head *head, size_t n)
{
	struct decision d;

	routing_pick_item(&(struct heads){ .now = now, .head = head, .n = n }, &d);
	return d.chosen;
}

/* Row 62 of domain.md: in one lane an item of priority 5 is worth five minutes, exactly. */
static void
test_ageing_in_a_lane(void)
{
	static const struct {
		time_ms later;
		const char *want;
	} rows[] = {
		{ 5 * MS_MINUTE - 1, "urgent" },
		{ 5 * MS_MINUTE, "old" }, /* equal: by id */
		{ 5 * MS_MINUTE + 1, "old" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct head two[] = {
			{ .id = "urgent", .key = routing_sort_key(T + rows[i].later, 5, 1), .ageing = 1 },
			{ .id = "old", .key = routing_sort_key(T, 0, 1), .ageing = 1 },
		};

		is_str(pick(T + MS_HOUR, two, 2), rows[i].want, "one lane, an hour later");
		is_str(pick(T + 9 * MS_DAY, two, 2), rows[i].want, "... and ever after");
	}
}

/* Two queues: 2 points a minute since T, against 30 + 1 point a minute since T+10 min: equal at T+20 min. */
static void
test_overtaking(void)
{
	struct head two[] = {
		{ .id = "z-low-old", .key = routing_sort_key(T, 0, 2), .ageing = 2 },
		{ .id = "a-high-new", .key = routing_sort_key(T + 10 * MS_MINUTE, 30, 1), .ageing = 1 },
	};
	time_ms at = routing_overtakes_at(two[0].key, 2, two[1].key, 1);

	is_int(at, T + 20 * MS_MINUTE + 1, "the instant of overtaking");
	is_str(pick(at - 2, two, 2), "a-high-new", "two milliseconds before");
	is_str(pick(at - 1, two, 2), "a-high-new", "equal: by id");
	is_str(pick(at, two, 2), "z-low-old", "at the instant");
	is_str(pick(at + MS_DAY, two, 2), "z-low-old", "a day later");
	is_int(routing_overtakes_at(two[1].key, 1, two[0].key, 2), INT64_MAX, "the slower never overtakes");
	is_int(routing_overtakes_at(T, 1, T + 1, 1), INT64_MIN, "alike and older: always ahead");
	is_int(routing_overtakes_at(T, 1, T, 1), INT64_MAX, "alike and as old: never ahead");
	is_int(routing_overtakes_at(T + 1, 1, T, 1), INT64_MAX, "alike and younger: never");
	is_int(routing_overtakes_at(T, 1.5, T, 1), T + 1, "as old, but faster");
}

/* For any two items: not ahead one millisecond before, ahead at the instant. */
static void
test_overtaking_exact(void)
{
	static const double paces[] = { 0.1, 0.5, 1, 1.1, 2, 3.3, 7, 100 };
	uint64_t seed = 1;
	int wrong = 0, tried = 0;

	for (int i = 0; i < 4000; i++) {
		double a, b;
		int64_t key_a, key_b;
		time_ms at;

		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		a = paces[seed >> 61];
		b = paces[(seed >> 58) & 7];
		key_a = routing_sort_key(T + (int64_t)(seed >> 20) % MS_DAY, (int64_t)(seed >> 40) % 50, a);
		key_b = routing_sort_key(T + (int64_t)(seed >> 30) % MS_DAY, (int64_t)(seed >> 50) % 50, b);
		at = routing_overtakes_at(key_a, a, key_b, b);
		if (a <= b)
			continue;
		tried++;
		wrong += !(routing_score(at, key_a, a) > routing_score(at, key_b, b));
		wrong += routing_score(at - 1, key_a, a) > routing_score(at - 1, key_b, b);
	}
	ok(tried > 1000, "%d pairs tried", tried);
	is_int(wrong, 0, "the instant is exact");
}

static void
is_json(const struct decision *d, const char *want, const char *what)
{
	struct buf text = BUF_INIT;

	routing_decision_json(d, &text);
	is_str(buf_get(&text), want, what);
	buf_release(&text);
}

static void
test_items(void)
{
	const struct head heads[] = {
		{ .id = "F", .key = T - 90 * MS_MINUTE, .full = true },
		{ .id = "R", .key = T - 80 * MS_MINUTE, .reserved = true },
		{ .id = "X", .key = T - 70 * MS_MINUTE, .excluded_until = T + 1 },
		{ .id = "N", .key = T - 60 * MS_MINUTE, .not_ready = true, .full = true },
		{ .id = "C", .key = T - 10 * MS_MINUTE, .ageing = 0.5 },
		{ .id = "B", .key = T - 10 * MS_MINUTE },
		{ .id = "A", .key = T - 10 * MS_MINUTE, .excluded_until = T },
	};
	const struct heads in = { .now = T, .head = heads, .n = COUNT_OF(heads) };
	struct decision d;

	routing_pick_item(&in, &d);
	is_json(&d, "{\"chosen\":\"A\",\"best\":[{\"id\":\"A\",\"score\":10,\"why\":\"chosen\"},{\"id\":\"B\",\"score\":10,\"why\":\"tie\"},"
		    "{\"id\":\"C\",\"score\":5,\"why\":\"lower_score\"},{\"id\":\"F\",\"score\":90,\"why\":\"full\"},"
		    "{\"id\":\"R\",\"score\":80,\"why\":\"reserved\"},{\"id\":\"X\",\"score\":70,\"why\":\"excluded\"},"
		    "{\"id\":\"N\",\"score\":60,\"why\":\"not_ready\"}],\"counts\":{\"chosen\":1,\"lower_score\":1,\"tie\":1,"
		    "\"not_ready\":1,\"excluded\":1,\"reserved\":1,\"full\":1}}",
		"a reason for each");
	is_int((int64_t)d.best[0].at, 6, "the place of the chosen");
	routing_pick_item(&(struct heads){ .now = T, .head = heads, .n = 4 }, &d);
	ok(!d.chosen && d.n_best == 4 && d.counts[ROUTING_CHOSEN] == 0, "all barred: nothing chosen");
	is_str(pick(T + 1, heads, 4), "X", "the exclusion ends at its time");
	routing_pick_item(&(struct heads){ .now = T, .head = &(struct head){ .id = "c", .key = T, .not_ready = true, .closed = true }, .n = 1 }, &d);
	is_json(&d, "{\"chosen\":null,\"best\":[{\"id\":\"c\",\"score\":0,\"why\":\"closed\"}],\"counts\":{\"closed\":1}}", "a closed queue comes first");
	routing_pick_item(&(struct heads){ .now = T }, &d);
	is_json(&d, "{\"chosen\":null,\"best\":[],\"counts\":{}}", "nothing to choose from");
	routing_pick_item(&(struct heads){ .now = T, .head = &(struct head){ .id = "q\"", .key = T + 1 }, .n = 1 }, &d);
	is_json(&d, "{\"chosen\":\"q\\\"\",\"best\":[{\"id\":\"q\\\"\",\"score\":0,\"why\":\"chosen\"}],\"counts\":{\"chosen\":1}}", "escaped; no -0");
}

/* More than the decision keeps: the best stay, all are counted. */
static void
test_many_items(void)
{
	static const char *const ids[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t" };
	struct head heads[20] = { 0 };
	struct decision d;
	char best[ROUTING_BEST + 1] = "";

	for (size_t i = 0; i < COUNT_OF(heads); i++) {
		heads[i].id = ids[i];
		heads[i].key = T - (int64_t)((i * 7) % 20) * MS_MINUTE;
		heads[i].full = i % 3 == 0;
	}
	routing_pick_item(&(struct heads){ .now = T, .head = heads, .n = COUNT_OF(heads) }, &d);
	for (size_t i = 0; i < d.n_best; i++)
		best[i] = d.best[i].id[0];
	is_str(best, "rolifctq", "the best eight in order");
	is_int((int64_t)d.n, 20, "twenty looked at");
	is_int((int64_t)(d.counts[ROUTING_CHOSEN] + d.counts[ROUTING_LOWER_SCORE]), 13, "... of them possible");
	is_int((int64_t)d.counts[ROUTING_FULL], 7, "... and full");
}

static const struct candidate team[] = {
	{ .name = "eve", .idle_since = T - 50 * MS_MINUTE, .load = 2, .room = 1, .fit = 4, .logged_in = true, .ready = true },
	{ .name = "dan", .idle_since = T - 40 * MS_MINUTE, .load = 1, .room = 1, .fit = 4, .logged_in = true, .ready = true },
	{ .name = "cat", .idle_since = T - 20 * MS_MINUTE, .load = 1, .room = 1, .fit = 0, .logged_in = true, .ready = true },
	{ .name = "bob", .idle_since = T - 20 * MS_MINUTE, .load = 1, .room = 3, .fit = 0, .logged_in = true, .ready = true },
	{ .name = "f1", .idle_since = T - 99 * MS_MINUTE, .room = 1, .ready = true },
	{ .name = "f2", .idle_since = T - 99 * MS_MINUTE, .room = 1, .logged_in = true },
	{ .name = "f3", .idle_since = T - 99 * MS_MINUTE, .room = 0, .logged_in = true, .ready = true },
	{ .name = "f4", .idle_since = T - 99 * MS_MINUTE, .room = 1, .logged_in = true, .ready = true, .fit = SKILLS_UNFIT },
	{ .name = "f5", .idle_since = T - 99 * MS_MINUTE, .room = 1, .logged_in = true, .ready = true, .excluded_until = T + 1 },
	{ .name = "f6", .idle_since = T - 99 * MS_MINUTE, .room = 1, .logged_in = true, .ready = true, .fit = SKILLS_UNFIT, .not_member = true },
	{ .name = "f7", .idle_since = T - 99 * MS_MINUTE, .room = 1, .logged_in = true, .not_on_medium = true },
	{ .name = "f8", .idle_since = T - 99 * MS_MINUTE, .logged_in = true, .ready = true, .reserved = true },
};

/* best: who could be chosen, by first letter, in order; why: of the others of them. */
static void
test_policies(void)
{
	static const struct {
		const char *best;
		enum routing_policy policy;
		enum routing_why why[3];
	} rows[] = {
		{ "edbc", ROUTING_LONGEST_IDLE, { ROUTING_LESS_IDLE, ROUTING_LESS_IDLE, ROUTING_LESS_IDLE } },
		{ "dbce", ROUTING_LEAST_LOADED, { ROUTING_LESS_IDLE, ROUTING_LESS_IDLE, ROUTING_MORE_LOADED } },
		{ "bced", ROUTING_BEST_FIT, { ROUTING_TIE, ROUTING_WORSE_FIT, ROUTING_WORSE_FIT } },
		{ "edcb", ROUTING_ORDER, { ROUTING_LATER, ROUTING_LATER, ROUTING_LATER } },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *name = routing_policy_name(rows[i].policy);
		char best[5] = "";
		struct decision d;
		int wrong = 0;

		routing_pick_agent(&(struct candidates){ .now = T, .policy = rows[i].policy, .agent = team, .n = COUNT_OF(team) }, &d);
		for (size_t k = 0; k < 4; k++) {
			best[k] = d.best[k].id[0];
			wrong += d.best[k].why != (k ? rows[i].why[k - 1] : ROUTING_CHOSEN);
		}
		is_str(best, rows[i].best, name);
		is_int(wrong, 0, "... and why the others not");
	}
}

static void
test_barred_agents(void)
{
	static const enum routing_why barred[] = { ROUTING_LOGGED_OUT, ROUTING_NOT_READY, ROUTING_FULL, ROUTING_UNSKILLED, ROUTING_EXCLUDED, ROUTING_NOT_MEMBER, ROUTING_NOT_ON_MEDIUM, ROUTING_RESERVED };
	struct decision d;

	for (size_t i = 0; i < COUNT_OF(barred); i++) {
		routing_pick_agent(&(struct candidates){ .now = T, .policy = ROUTING_LONGEST_IDLE, .agent = team + 4 + i, .n = 1 }, &d);
		ok(!d.chosen && d.best[0].why == barred[i], "barred: %s", routing_why_name(barred[i]));
	}
	routing_pick_agent(&(struct candidates){ .now = T + 1, .policy = ROUTING_LONGEST_IDLE, .agent = team, .n = COUNT_OF(team) }, &d);
	is_str(d.chosen, "f5", "the exclusion ends at its time");
	routing_pick_agent(&(struct candidates){ .now = T, .agent = team, .n = COUNT_OF(team), .closed = true }, &d);
	ok(!d.chosen && d.counts[ROUTING_CLOSED] == COUNT_OF(team), "a closed queue: nobody");
	routing_pick_agent(&(struct candidates){ .now = T, .policy = ROUTING_LONGEST_IDLE, .agent = team + 2, .n = 3 }, &d);
	is_json(&d, "{\"chosen\":\"bob\",\"best\":[{\"id\":\"bob\",\"idle\":1200000,\"why\":\"chosen\"},"
		    "{\"id\":\"cat\",\"idle\":1200000,\"why\":\"tie\"},{\"id\":\"f1\",\"idle\":5940000,\"why\":\"logged_out\"}],"
		    "\"counts\":{\"chosen\":1,\"tie\":1,\"logged_out\":1},\"policy\":\"longest-idle\"}",
		"as JSON");
	routing_pick_agent(&(struct candidates){ .now = T - MS_DAY, .policy = ROUTING_LONGEST_IDLE, .agent = team, .n = 1 }, &d);
	is_int(d.best[0].idle, 0, "idle is never below 0");
}

/* Rotated and reversed lists give the same decision, except by ORDER. */
static void
test_order_of_input(void)
{
	enum { N = COUNT_OF(team) };

	for (int policy = ROUTING_LONGEST_IDLE; policy <= ROUTING_BEST_FIT; policy++) {
		struct decision first, d;
		int wrong = 0;

		routing_pick_agent(&(struct candidates){ .now = T, .policy = (enum routing_policy)policy, .agent = team, .n = N }, &first);
		for (size_t turn = 0; turn < 2 * (size_t)N; turn++) {
			struct candidate other[N];

			for (size_t i = 0; i < N; i++)
				other[i] = team[(turn < N ? i + turn : turn + N - i) % N];
			routing_pick_agent(&(struct candidates){ .now = T, .policy = (enum routing_policy)policy, .agent = other, .n = N }, &d);
			for (size_t i = 0; i < ROUTING_BEST; i++)
				wrong += strcmp(d.best[i].id, first.best[i].id) != 0 || d.best[i].why != first.best[i].why;
			wrong += memcmp(d.counts, first.counts, sizeof(d.counts)) != 0;
		}
		ok(wrong == 0, "whatever the order of the list: %s", routing_policy_name((enum routing_policy)policy));
	}
}

static void
test_names(void)
{
	enum routing_policy policy;

	for (int i = 0; i < ROUTING_WHYS; i++)
		ok(routing_why_name((enum routing_why)i) != NULL, "reason %d has a name", i);
	is_str(routing_why_name(ROUTING_NOT_MEMBER), "not_member", "who does not serve the queue");
	for (int i = 0; i < ROUTING_POLICIES; i++)
		ok(routing_policy_parse(routing_policy_name((enum routing_policy)i), &policy) && policy == (enum routing_policy)i, "policy %d", i);
	ok(!routing_policy_parse("random", &policy), "no such policy");
}

int
main(void)
{
	test_keys();
	test_ageing_in_a_lane();
	test_overtaking();
	test_overtaking_exact();
	test_items();
	test_many_items();
	test_policies();
	test_barred_agents();
	test_order_of_input();
	test_names();
	return done();
}
