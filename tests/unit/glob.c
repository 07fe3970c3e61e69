/*
 * Patterns: what they match, and which covers which.
 */
#include "base/glob.h"

#include "tests/unit/tap.h"

static void
test_match(void)
{
	static const struct {
		const char *glob, *text;
		bool want;
	} cases[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "a", "", false },
		{ "*", "", true },
		{ "*", "abc", true },
		{ "a*c", "abbbc", true },
		{ "a*c", "abbb", false },
		{ "*b*", "abc", true },
		{ "*ab", "aab", true },
		{ "a?c", "abc", true },
		{ "a?c", "ac", false },
		{ "a?c", "aéc", true },
		{ "??", "é", false },
		{ "*?é", "xxé", true },
		{ "abc", "ab", false },
		{ "ab", "abc", false },
		{ "Abc", "abc", false },
		{ "a**", "a", true },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		ok(glob_match(cases[i].glob, cases[i].text, 0) == cases[i].want, "'%s' and '%s'", cases[i].glob, cases[i].text);
	ok(glob_match("*@Example.ORG", "ann@example.org", GLOB_FOLD), "letters of either case");
}

static void
test_covers(void)
{
	static const struct {
		const char *wide, *narrow;
		bool want;
	} cases[] = {
		{ "*", "*", true },
		{ "*", "a?b*", true },
		{ "a*", "ab*", true },
		{ "a*", "a", true },
		{ "a*c", "a*b*c", true },
		{ "?", "?", true },
		{ "?", "a", true },
		{ "a", "?", false },
		{ "?*", "a*", true },
		{ "?", "*", false },
		{ "a", "*", false },
		{ "ab*", "a*", false },
		{ "*a*", "*a", true },
		{ "*a", "*a*", false },
		{ "a", "b", false },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		ok(glob_covers(cases[i].wide, cases[i].narrow, 0) == cases[i].want, "'%s' covers '%s'", cases[i].wide, cases[i].narrow);
}

int
main(void)
{
	test_match();
	test_covers();
	ok(glob_plain("abc") && !glob_plain("a*") && !glob_plain("a?"), "plain ones");
	return done();
}
