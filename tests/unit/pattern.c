/*
 * Patterns of a site: what they find, what is wrong with them, and that those
 * which would never end give up.
 */
#include "base/pattern.h"

#include <stdlib.h>

#include "base/clock.h"
#include "tests/unit/tap.h"

static const struct {
	const char *pattern, *text;
	enum pattern_found want;
} rows[] = {
	{ "refund", "a refund is due", PATTERN_FOUND },
	{ "refund", "a Refund is due", PATTERN_ABSENT },
	{ "(?i)refund", "a Refund is due", PATTERN_FOUND },
	{ "^Regards", "Hello,\n\nRegards\nAlice", PATTERN_FOUND },
	{ "due$", "it is due\nnow", PATTERN_FOUND },
	{ "\\bpass\\b", "the passage", PATTERN_ABSENT },
	{ "(?i)\xc3\x89t\xc3\xa9", "l'\xc3\xa9t\xc3\xa9", PATTERN_FOUND },
	{ "^\\w+$", "\xc3\xa9t\xc3\xa9", PATTERN_FOUND },
	{ "", "anything", PATTERN_FOUND },
	{ "x", "", PATTERN_ABSENT },
};

static const struct {
	const char *pattern;
	size_t at;
} wrong[] = { { "(", 2 }, { "a[", 3 }, { "*", 1 }, { "\xc3\xa9(", 3 }, { "\\C", 3 }, { "(?<n>a)(?<n>b)", 0 } };

static void
test_endless(const char *text, char c)
{
	static char long_text[60000];
	struct pattern_fault fault;
	struct pattern *pattern = pattern_new(text, &fault);
	time_ms begun = clock_monotonic();

	memset(long_text, c, sizeof(long_text) - 1);
	if (!ok(pattern != NULL, "'%s' is a pattern", text))
		return;
	is_int(pattern_find(pattern, long_text, strlen(long_text)), PATTERN_GIVES_UP, "it gives up");
	ok(clock_monotonic() - begun < 10 * MS_SECOND, "soon");
	is_int(pattern_find(pattern, "b", 1) == PATTERN_GIVES_UP, false, "and is good for another text");
	pattern_free(&pattern);
}

int
main(void)
{
	static char beyond[PATTERN_TEXT_MAX + 2];
	struct pattern_fault fault;
	struct pattern *pattern;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		pattern = pattern_new(rows[i].pattern, &fault);
		if (ok(pattern != NULL, "'%s' is a pattern", rows[i].pattern))
			is_int(pattern_find(pattern, rows[i].text, strlen(rows[i].text)), rows[i].want, "and finds what it should");
		pattern_free(&pattern);
	}
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		pattern = pattern_new(wrong[i].pattern, &fault);
		ok(!pattern && *fault.what, "'%s' is none: %s", wrong[i].pattern, fault.what);
		if (wrong[i].at)
			is_int((int64_t)fault.at, (int64_t)wrong[i].at, "at this character");
		pattern_free(&pattern);
	}
	test_endless("(a+)+[bc]", 'a');
	test_endless("(a|aa)+[bc]", 'a');
	test_endless("(.*)(.*)(.*)(.*)(.*)[xy]", 'a');
	test_endless("^(([a-z])+.)+[A-Z]([a-z])+$", 'a');
	test_endless("(?:a?){60}a{60}[bc]", 'a');
	memset(beyond, 'a', sizeof(beyond) - 1);
	pattern = pattern_new("a", &fault);
	if (ok(pattern != NULL, "a plain one"))
		is_int(pattern_find(pattern, beyond, strlen(beyond)), PATTERN_GIVES_UP, "looks at no text that is too long");
	pattern_free(&pattern);
	pattern_free(&pattern);
	return done();
}
