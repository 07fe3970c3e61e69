/*
 * The nearest of several words.
 */
#include "tests/unit/tap.h"
#include "base/near.h"

static void
test_distance(void)
{
	static const struct {
		const char *a, *b;
		int want;
	} table[] = {
		{ "", "", 0 },
		{ "accept", "accept", 0 },
		{ "", "abc", 3 },
		{ "abc", "", 3 },
		{ "acept", "accept", 1 },
		{ "acccept", "accept", 1 },
		{ "axcept", "accept", 1 },
		{ "cacept", "accept", 1 },
		{ "offesr", "offers", 1 },
		{ "ab", "ba", 1 },
		{ "kitten", "sitting", 3 },
		{ "a-very-long-word-that-goes-on-and-on-and-on-beyond-all-that-a-name-may-be", "x", 63 },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		is_int(near_distance(table[i].a, table[i].b), table[i].want, table[i].a);
		is_int(near_distance(table[i].b, table[i].a), table[i].want, "and back");
	}
}

static const char *
nearest(const char *word)
{
	static const char *const words[] = { "ixn-accept", "ixn-list", "accept", "list", "chat-send", "chat-end" };
	struct near near = { .word = word };

	for (size_t i = 0; i < COUNT_OF(words); i++)
		near_try(&near, words[i]);
	return near.best;
}

int
main(void)
{
	test_distance();
	is_str(nearest("acept"), "accept", "a letter less");
	is_str(nearest("chat-sedn"), "chat-send", "two letters swapped");
	is_str(nearest("chat-s"), "chat-send", "a beginning");
	is_str(nearest("lst"), "list", "a short word");
	is_str(nearest("frobnicate"), NULL, "nothing near");
	is_str(nearest("x"), NULL, "one letter");
	return done();
}
