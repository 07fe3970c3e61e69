/*
 * Decisions as they are kept, read again; and the verdict on each of many.
 */
#include "routing/routing.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "tests/unit/tap.h"

#define T INT64_C(1795253400000)

static struct arena *arena;

static const char *
text_of(const struct decision *d)
{
	struct buf out = BUF_INIT;
	const char *text;

	routing_decision_json(d, &out);
	text = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return text;
}

/* Twelve agents of whom the best eight are kept. */
static void
agents_of(struct candidate *agent, size_t n)
{
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l" };

	for (size_t i = 0; i < n; i++)
		agent[i] = (struct candidate){ .name = names[i],
					       .idle_since = T - (int64_t)(i * 5 % 12) * MS_MINUTE,
					       .load = (int)(i % 3),
					       .room = i % 4 != 3,
					       .fit = (int)(i * 7 % 5),
					       .logged_in = i != 5,
					       .ready = true };
}

static void
test_again(void)
{
	struct candidate agent[12];
	struct decision made, read;

	agents_of(agent, COUNT_OF(agent));
	for (int policy = 0; policy < ROUTING_POLICIES; policy++) {
		const char *text;

		routing_pick_agent(&(struct candidates){ .now = T, .policy = (enum routing_policy)policy, .agent = agent, .n = COUNT_OF(agent) }, &made);
		text = text_of(&made);
		ok(routing_decision_parse(arena, text, &read), "read: %s", routing_policy_name((enum routing_policy)policy));
		is_str(text_of(&read), text, "... as it was written");
		is_str(read.chosen, made.chosen, "... who was chosen");
		is_int((int64_t)read.n, 12, "... of how many");
		ok((strstr(text, "\"load\"") != NULL) == (policy == ROUTING_LEAST_LOADED) && (strstr(text, "\"fit\"") != NULL) == (policy == ROUTING_BEST_FIT),
		   "... and what the policy goes by");
	}
}

static void
test_items_again(void)
{
	static const struct head heads[] = { { .id = "B", .key = T - 90 * MS_MINUTE, .ageing = 0.3 }, { .id = "A", .key = T - 7001, .ageing = 2 }, { .id = "F", .key = T, .full = true } };
	struct decision made, read;

	routing_pick_item(&(struct heads){ .now = T, .head = heads, .n = COUNT_OF(heads) }, &made);
	ok(routing_decision_parse(arena, text_of(&made), &read) && !read.agents, "items");
	is_str(text_of(&read), text_of(&made), "... as written");
	routing_pick_item(&(struct heads){ .now = T }, &made);
	ok(routing_decision_parse(arena, text_of(&made), &read) && !read.chosen && read.n == 0, "of nothing");
}

static void
test_old_and_bad(void)
{
	static const char *const bad[] = { NULL, "", "{", "{}x", "[]", "{\"best\":[{\"id\":\"a\"}]}", "{\"best\":[{\"id\":\"a\",\"why\":\"because\"}]}", "{\"best\":[{\"why\":\"full\"}]}",
					   "{\"best\":{}}", "{\"best\":[", "{\"best\":[{\"id\":\"a\\u0041\",\"why\":\"full\"}]}", "{\"counts\":{\"others\":1}}", "{\"policy\":\"random\"}", "{\"policy\":3}",
					   ("{\"best\":[{\"id\":\"a\",\"why\":\"full\"},{\"id\":\"a\",\"why\":\"full\"},{\"id\":\"a\",\"why\":\"full\"},"
					    "{\"id\":\"a\",\"why\":\"full\"},{\"id\":\"a\",\"why\":\"full\"},{\"id\":\"a\",\"why\":\"full\"},"
					    "{\"id\":\"a\",\"why\":\"full\"},{\"id\":\"a\",\"why\":\"full\"},{\"id\":\"a\",\"why\":\"full\"}]}") };
	struct decision d;

	ok(routing_decision_parse(arena, "{\"chosen\":\"alice\",\"best\":[{\"id\":\"alice\",\"idle\":113,\"why\":\"chosen\"}],\"counts\":{\"chosen\":1}}", &d), "of an older version");
	ok(d.agents && strcmp(d.chosen, "alice") == 0 && d.best[0].idle == 113 && d.counts[ROUTING_CHOSEN] == 1, "... all of it");
	ok(routing_decision_parse(arena, "{\"chosen\":null,\"best\":[],\"counts\":{},\"later\":[{\"x\":[1]}]}", &d), "what a newer one adds");
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		ok(!routing_decision_parse(arena, bad[i], &d), "none: %s", bad[i] ? bad[i] : "nothing");
}

/* Beyond the best eight, too; and the same that the counts say. */
static void
test_each(void)
{
	struct candidate agent[12];
	struct candidates in = { .now = T, .policy = ROUTING_LEAST_LOADED, .agent = agent, .n = COUNT_OF(agent) };
	size_t counts[ROUTING_WHYS] = { 0 };
	struct decision d;
	int wrong = 0;

	agents_of(agent, COUNT_OF(agent));
	routing_pick_agent(&in, &d);
	for (size_t i = 0; i < in.n; i++)
		counts[routing_agent_why(&in, &d, i)]++;
	for (size_t i = 0; i < d.n_best; i++)
		wrong += routing_agent_why(&in, &d, d.best[i].at) != d.best[i].why;
	ok(memcmp(counts, d.counts, sizeof(counts)) == 0 && wrong == 0, "a verdict for each");
	is_int((int64_t)counts[ROUTING_FULL], 3, "... the full ones");
	is_int((int64_t)counts[ROUTING_LOGGED_OUT], 1, "... who is not there");
}

int
main(void)
{
	arena = arena_new();
	test_again();
	test_items_again();
	test_old_and_bad();
	test_each();
	arena_free(&arena);
	return done();
}
