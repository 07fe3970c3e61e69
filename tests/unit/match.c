/*
 * Names found by words: folding, ranks, and what is indexed. The table of ranks
 * is the golden order of team-find.
 */
#include "search/match.h"

#include "base/arena.h"
#include "tests/unit/tap.h"

static struct arena *arena;

static const char *
text_of(const char *name, const char *address)
{
	return match_text(arena, &(struct match_labels){ &name, &address, 1, 1 });
}

static void
test_fold(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "Ann Example", "ann example" },
		{ "Léa  O'Neil", "lea o neil" },
		{ "LE\xcc\x81"
		  "A",
		  "lea" },
		{ "  (Straße)—Œuvre…  ", "strasse oeuvre" },
		{ "billing_vip-2", "billing vip 2" },
		{ "ann.b@Example.org", "ann b example org" },
		{ "Ærøskøbing « x »", "aeroskobing x" },
		{ "Ναύτης Ёжик", "ναυτησ ежик" },
		{ "山田　太郎", "山田 太郎" },
		{ "--- !", "" },
		{ "", "" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		is_str(match_fold(arena, cases[i].text), cases[i].want, cases[i].text);
	is_str(text_of("Léa O'Neil", "Lea.O@Exämple.org"), "lea o neil\tlea.o example.org", "the text of a name and an address");
	is_str(text_of("--", "+33 140506070"), "33 140506070", "of a number");
	is_str(text_of(NULL, NULL), "", "of nothing");
}

static void
test_rank(void)
{
	static const struct {
		const char *name, *address, *query;
		enum match_rank want;
	} cases[] = {
		{ "bob", NULL, "bob", MATCH_EXACT },
		{ "Bob Smith", NULL, "bob  SMITH", MATCH_EXACT },
		{ "Bob Smith", NULL, "bob", MATCH_BEGINS_WORD },
		{ "Bob-Ray Smith", NULL, "bob ray", MATCH_BEGINS_WORD },
		{ "x", "bob@example.org", "bob@example.org", MATCH_EXACT },
		{ "x", "bob@example.org", "bob@example", MATCH_BEGINS },
		{ "x", "bob@example.org", "bob", MATCH_BEGINS_WORD },
		{ "x", "bob@example.org", "example.org", MATCH_WORDS },
		{ "x", "bob@example.org", "example", MATCH_PREFIXES },
		{ "x", "bob@example.org", "org", MATCH_NOT },
		{ "Ann Dee", "am@acme.com", "dee acme.com", MATCH_WORDS },
		{ "Ann Dee", "am@acme.com", "dee acme", MATCH_PREFIXES },
		{ "jean.luc", NULL, "jean.luc", MATCH_EXACT },
		{ "x", "jean.luc@example.org", "jean.lu", MATCH_BEGINS },
		{ "x", "+33140506070", "+33140506070", MATCH_EXACT },
		{ "x", "+33140506070", "33140", MATCH_BEGINS },
		{ "bobby", NULL, "bob", MATCH_BEGINS },
		{ "Bob Smith", NULL, "bob sm", MATCH_BEGINS },
		{ "Jim Bob", NULL, "bob", MATCH_WORDS },
		{ "Smith Bob", NULL, "bob smith", MATCH_WORDS },
		{ "Jim Bobson", NULL, "bob", MATCH_PREFIXES },
		{ "Jim Bob", NULL, "bob ji", MATCH_PREFIXES },
		{ "Jim Bob", NULL, "j b", MATCH_PREFIXES },
		{ "Jim Bob", NULL, "ob", MATCH_NOT },
		{ "Jim Bob", NULL, "bob ann", MATCH_NOT },
		{ "Jim Bob", NULL, "", MATCH_NOT },
		{ "Jim Bob", NULL, "-", MATCH_NOT },
		{ "bob", "smith", "bob smith", MATCH_WORDS },
		{ "bob", "smith", "smith bo", MATCH_PREFIXES },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *text = text_of(cases[i].name, cases[i].address);
		struct match_query query;
		enum match_rank rank, other = MATCH_NOT;

		match_query(arena, cases[i].query, &query);
		rank = match_rank(text, &query, NULL);
		if (match_query_address(arena, cases[i].query, &query))
			other = match_rank(text, &query, NULL);
		is_int(rank < other ? rank : other, cases[i].want, arena_printf(arena, "'%s' in '%s'", cases[i].query, text));
	}
}

static void
test_label(void)
{
	const char *text = "b 17\tbob fischer\tbob s shelf", *label;
	struct match_query query;

	match_query(arena, "bob", &query);
	ok(match_rank(text, &query, &label) == MATCH_BEGINS_WORD && label == text + 5, "the first of the best labels");
	match_query(arena, "fischer", &query);
	ok(match_rank(text, &query, &label) == MATCH_WORDS && label == text, "of words within, the first label");
}

static void
test_words(void)
{
	static const char *const places[] = { "alone", "first", "within" };
	const struct match_word *words;
	const char *got = "", *many = "x";
	size_t n = match_words(arena, "lea o neil o\tlea\tlea x", &words);

	for (size_t i = 0; i < n; i++)
		got = arena_printf(arena, "%s%s:%s ", got, words[i].word, places[words[i].place]);
	is_str(got, "lea:first o:within neil:within lea:alone x:within ", "each word once at each place");
	for (int i = 0; i < 100; i++)
		many = arena_printf(arena, "%s w%d", many, i);
	is_int((int64_t)match_words(arena, many, &words), MATCH_WORDS_MAX, "no more than so many");
	is_int((int64_t)match_words(arena, "", &words), 0, "none of nothing");
}

static void
test_query(void)
{
	struct match_query query;
	const char *many = "";

	for (int i = 0; i < 30; i++)
		many = arena_printf(arena, "%s w%d", many, i);
	match_query(arena, many, &query);
	is_int((int64_t)query.n, MATCH_QUERY_WORDS, "words behind so many do not count");
	is_int(match_rank("w0 w1 w2", &query, NULL), MATCH_NOT, "but those that do must all be there");
}

int
main(void)
{
	arena = arena_new();
	test_fold();
	test_rank();
	test_label();
	test_words();
	test_query();
	arena_free(&arena);
	return done();
}
