/*
 * The words of 'ixn-show --why': each has a sentence, with fields that there are.
 */
#include <string.h>

#include "base/arena.h"
#include "desk/why.h"
#include "routing/routing.h"
#include "tests/unit/tap.h"

static const struct {
	const char *word, *given, *sentence;
} sayings[] = {
#define WHY(symbol, word, doc)
#define SAYS(word, given, sentence) { word, given, sentence },
#include "desk/why.def"
#undef WHY
#undef SAYS
};

static bool
has_sentence(const char *word)
{
	for (size_t i = 0; i < COUNT_OF(sayings); i++)
		if (strcmp(sayings[i].word, word) == 0)
			return true;
	return false;
}

static void
test_words(void)
{
	int wrong = 0, lacking = 0;

	for (size_t i = 0; i < ROUTING_WHYS; i++)
		wrong += strcmp(names_get(&why_words, (int)i), routing_why_name((enum routing_why)i)) != 0;
	is_int(wrong, 0, "the words of routing come first, in its order");
	for (size_t i = 0; i < why_words.n; i++)
		if (!has_sentence(why_words.v[i].name)) {
			printf("# no sentence: %s\n", why_words.v[i].name);
			lacking++;
		}
	is_int(lacking, 0, "each has a sentence");
}

static void
test_fields(void)
{
	for (size_t i = 0; i < COUNT_OF(sayings); i++) {
		bool good = names_find(&why_words, sayings[i].word) >= 0;

		for (const char *p = strchr(sayings[i].sentence, '{'); good && p; p = strchr(p + 1, '{')) {
			char name[32] = "";

			memcpy(name, p + 1, strcspn(p + 1, "}") < sizeof(name) ? strcspn(p + 1, "}") : 0);
			good = record_field(&rec_why, name) != NULL;
		}
		if (!good)
			ok(false, "%s: %s", sayings[i].word, sayings[i].sentence);
	}
	ok(true, "fields and words of sentences exist");
}

static const char *
shout(void *context, const struct field *field, const void *p)
{
	(void)context, (void)p;
	return field->name;
}

static void
test_filling(void)
{
	struct arena *arena = arena_new();
	void *p = record_new(arena, &rec_why);

	record_set_int(&rec_why, p, "why", names_find(&why_words, "full"));
	is_str(why_sentence(p), "no room", "nothing more is known");
	record_set_text(&rec_why, p, "limit", "count");
	is_str(why_sentence(p), "no room", "not all that the sentence needs");
	record_set_int(&rec_why, p, "load", 3);
	record_set_int(&rec_why, p, "max", 2);
	is_str(why_fill(arena, why_sentence(p), p, shout, NULL), "load in hand, at most max at once", "the one that fits");
	is_str(why_fill(arena, "{load}{max}", p, shout, NULL), "loadmax", "nothing between");
	is_str(why_fill(arena, "100 %, no end {load", p, shout, NULL), "100 %, no end {load", "no field");
	arena_free(&arena);
}

int
main(void)
{
	test_words();
	test_fields();
	test_filling();
	return done();
}
