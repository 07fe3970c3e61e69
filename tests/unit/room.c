/*
 * How many more an agent may have: counts, conditions between media, shares;
 * and rules made at random against a count one by one.
 */
#include "routing/routing.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "routing/skills.h"
#include "tests/unit/tap.h"

static struct arena *arena;

struct rule {
	const char *medium;
	int max;
	const char *unless;
	int takes, needs;
};

static const struct skills *
expression(const char *text)
{
	const struct skills *expr = NULL;
	struct err err = { 0 };

	if (skills_parse(arena, text, &expr, &err) < 0)
		ok(false, "%s: %s", text, err_get(&err, "what"));
	return expr;
}

/* As many rules as have a medium. */
static struct capacity
capacity_of(const struct rule *rules)
{
	struct capacity c = { 0 };

	for (; c.n < 4 && rules[c.n].medium; c.n++)
		c.rule[c.n] = (struct capacity_rule){ rules[c.n].medium, rules[c.n].max, rules[c.n].unless ? expression(rules[c.n].unless) : NULL,
						      rules[c.n].takes, rules[c.n].needs };
	return c;
}

/* "voice=1 chat=2". */
static struct load
load_of(const char *text)
{
	struct load load = { 0 };
	char *save = NULL;

	for (char *part = strtok_r(arena_strdup(arena, text), " ", &save); part; part = strtok_r(NULL, " ", &save)) {
		char *count = strchr(part, '=');

		*count++ = '\0';
		load.of[load.n].medium = part;
		load.of[load.n++].count = (int)strtol(count, NULL, 10);
	}
	return load;
}

static const struct rule none[4] = { { NULL, 0, NULL, 0, 0 } };
static const struct rule counts[4] = { { "chat", 3, NULL, 0, 0 }, { "email", 2, NULL, 0, 0 }, { "voice", 0, NULL, 0, 0 } };
static const struct rule conditions[4] = {
	{ "chat", 3, "email | voice>=1", 0, 0 },
	{ "email", 2, "chat", 0, 0 },
	{ "sms", -1, "sms>=4 | chat>=2 & email=0", 0, 0 },
	{ "task", 9, "task=2", 0, 0 },
};
/* Shares as the field has them: what one takes, and what must be free for one more. */
static const struct rule shares[4] = { { "voice", -1, NULL, 100, 50 }, { "chat", -1, NULL, 25, 25 }, { "email", -1, NULL, 25, 100 }, { "task", 2, NULL, 10, 0 } };
static const struct rule both[4] = { { "chat", 3, "email>=2", 30, 30 }, { "email", 5, NULL, 5, 20 } };

static const struct {
	const struct rule *rules;
	const char *load, *medium;
	int want;
	const char *what;
} rows[] = {
	{ none, "", "voice", 1, "no rule: one call" },
	{ none, "voice=1", "voice", 0, "... and no second" },
	{ none, "", "chat", 0, "... no chat" },
	{ none, "", "email", 0, "... no mail" },
	{ none, "chat=2 email=5", "voice", 1, "... other media do not count" },
	{ counts, "", "chat", 3, "three chats" },
	{ counts, "voice=1", "chat", 3, "... during a call" },
	{ counts, "chat=2 email=5 chat=1", "chat", 0, "the fourth waits" },
	{ counts, "chat=2 email=5 chat=1", "email", 0, "never below 0" },
	{ counts, "", "voice", 0, "a rule of 0" },
	{ counts, "", "fax", 0, "a medium without a rule" },
	{ conditions, "", "chat", 3, "nothing in the way" },
	{ conditions, "email=1", "chat", 0, "a mail is" },
	{ conditions, "voice=1", "chat", 0, "a call is" },
	{ conditions, "chat=1", "chat", 2, "a chat is not" },
	{ conditions, "chat=1", "email", 0, "a chat is in the way of mail" },
	{ conditions, "", "email", 2, "... nothing else" },
	{ conditions, "", "sms", 4, "a condition on itself: what fits before it is fulfilled" },
	{ conditions, "sms=3", "sms", 1, "... one more" },
	{ conditions, "sms=3 sms=2", "sms", 0, "... too many" },
	{ conditions, "chat=2", "sms", 0, "both of two" },
	{ conditions, "chat=2 email=1", "sms", 4, "one of two" },
	{ conditions, "", "task", 2, "stopped on the way" },
	{ conditions, "task=3", "task", 6, "... and not behind it" },
	{ shares, "chat=3", "chat", 1, "three chats: one more chat" },
	{ shares, "chat=3", "email", 0, "... no mail, which needs all" },
	{ shares, "chat=3", "voice", 0, "... no call, which needs half" },
	{ shares, "chat=2", "voice", 1, "two chats: a call, which takes more than is free" },
	{ shares, "chat=2 voice=1", "chat", 0, "... and then nothing" },
	{ shares, "chat=2 voice=1", "voice", 0, "... no second call" },
	{ shares, "", "chat", 4, "four chats" },
	{ shares, "", "email", 1, "one mail" },
	{ shares, "", "voice", 1, "one call" },
	{ shares, "task=2", "email", 0, "tasks take" },
	{ shares, "task=2", "chat", 3, "... their part" },
	{ shares, "voice=1", "task", 2, "but need none" },
	{ shares, "fax=9", "chat", 4, "what has no rule takes nothing" },
	{ both, "", "chat", 3, "three by shares and by count" },
	{ both, "email=1", "chat", 3, "95 percent free" },
	{ both, "email=2", "chat", 0, "a condition all the same" },
	{ both, "chat=2", "email", 5, "the count" },
	{ both, "chat=2 email=3", "email", 2, "the count again" },
	{ both, "chat=2 email=2", "email", 3, "the shares: 30, 25, 20 free" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct capacity capacity = capacity_of(rows[i].rules);
		struct load load = load_of(rows[i].load);

		is_int(routing_room(&capacity, &load, rows[i].medium), rows[i].want, rows[i].what);
	}
}

/* What keeps the next one away. */
static void
test_limits(void)
{
	static const struct {
		const struct rule *rules;
		const char *load, *medium;
		enum routing_limit want;
		int count, spare;
	} limits[] = {
		{ none, "", "voice", LIMIT_NONE, 0, 100 },
		{ none, "voice=1", "voice", LIMIT_NO_RULE, 1, 100 },
		{ none, "chat=2", "chat", LIMIT_NO_RULE, 2, 100 },
		{ counts, "", "fax", LIMIT_MEDIUM, 0, 100 },
		{ counts, "chat=2 chat=1", "chat", LIMIT_COUNT, 3, 100 },
		{ counts, "", "voice", LIMIT_COUNT, 0, 100 },
		{ conditions, "email=1", "chat", LIMIT_CONDITION, 0, 100 },
		{ conditions, "chat=1", "chat", LIMIT_NONE, 1, 100 },
		{ shares, "chat=3", "voice", LIMIT_SHARES, 0, 25 },
		{ shares, "chat=2 voice=1", "chat", LIMIT_SHARES, 2, -50 },
		{ both, "email=2 chat=3", "chat", LIMIT_COUNT, 3, 0 },
		{ both, "email=2 chat=2", "chat", LIMIT_CONDITION, 2, 30 },
		{ both, "email=3 chat=2", "chat", LIMIT_SHARES, 2, 25 },
	};

	for (size_t i = 0; i < COUNT_OF(limits); i++) {
		struct capacity capacity = capacity_of(limits[i].rules);
		struct load load = load_of(limits[i].load);
		struct routing_limited l;

		routing_limited(&capacity, &load, limits[i].medium, &l);
		ok(l.limit == limits[i].want && l.count == limits[i].count && l.spare == limits[i].spare, "%s of '%s': %s", limits[i].medium, limits[i].load,
		   routing_limit_name(limits[i].want));
	}
}

static const char *const media[] = { "voice", "chat", "email", "sms" };

static int
count(const struct load *load, const char *medium)
{
	int n = 0;

	for (size_t i = 0; i < load->n; i++)
		n += strcmp(load->of[i].medium, medium) == 0 ? load->of[i].count : 0;
	return n;
}

/* May there be one more? As it is written down, and no faster. */
static bool
fits(const struct rule *rules, const struct skills *unless, const struct load *load, size_t at)
{
	struct skill sums[COUNT_OF(media)];
	int taken = 0;

	for (size_t i = 0; i < COUNT_OF(media); i++) {
		sums[i] = (struct skill){ media[i], count(load, media[i]) };
		taken += sums[i].level * rules[i].takes;
	}
	return (rules[at].max < 0 || sums[at].level < rules[at].max) && (!unless || !skills_match(unless, sums, COUNT_OF(sums), NULL)) &&
	       (!rules[at].needs || 100 - taken >= rules[at].needs);
}

static unsigned
any(unsigned n)
{
	static uint64_t seed = 7;

	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % n;
}

static void
make_rules(struct rule *out)
{
	static const char *const conditions_at_random[] = { NULL, NULL, "voice", "chat>=2 | email", "chat=2", "sms!=1 & voice", "email<3 & chat>=1", "(voice | sms>=4) & email<=2", "chat>5", "email!=2" };
	static const int takes[] = { 0, 7, 10, 25, 50, 100 }, needs[] = { 0, 1, 10, 25, 50, 100 };

	for (size_t i = 0; i < COUNT_OF(media); i++)
		out[i] = (struct rule){ media[i], any(4) ? (int)any(8) : -1, conditions_at_random[any(COUNT_OF(conditions_at_random))], takes[any(COUNT_OF(takes))],
					needs[any(COUNT_OF(needs))] };
}

static void
test_random(void)
{
	int wrong = 0, room_somewhere = 0;

	for (int turn = 0; turn < 4000; turn++) {
		struct rule rules[COUNT_OF(media)];
		struct load load = { .n = any(6) };
		struct capacity capacity;
		struct routing_limited limited;
		size_t at = any(COUNT_OF(media));
		int room, slow = 0;

		make_rules(rules);
		capacity = capacity_of(rules);
		for (size_t i = 0; i < load.n; i++) {
			load.of[i].medium = media[any(COUNT_OF(media))];
			load.of[i].count = (int)any(3);
		}
		room = routing_room(&capacity, &load, media[at]);
		routing_limited(&capacity, &load, media[at], &limited);
		wrong += (room > 0) != (limited.limit == LIMIT_NONE);
		load.of[load.n].medium = media[at];
		load.of[load.n].count = 0;
		load.n++;
		for (; slow < ROUTING_ROOM_MAX && fits(rules, capacity.rule[at].unless, &load, at); slow++)
			load.of[load.n - 1].count++;
		wrong += room != slow;
		room_somewhere += room > 1;
	}
	is_int(wrong, 0, "as many as fit one by one");
	ok(room_somewhere > 400, "... more than one in %d cases", room_somewhere);
}

int
main(void)
{
	arena = arena_new();
	test_rows();
	test_limits();
	test_random();
	arena_free(&arena);
	return done();
}
