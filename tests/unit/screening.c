#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "desk/site.h"
#include "desk/take_priv.h"
#include "tests/unit/tap.h"

static struct arena *arena;

/* Patterns, and where they go wrong; 0: they are right. */
static const struct {
	const char *pattern;
	int at;
} patterns[] = {
	{ "", 0 },
	{ "(?i)invoice (\\d+)", 0 },
	{ "^\\p{L}+$", 0 },
	{ "(", 2 },
	{ "a[z-a]", 5 },
	{ "\xc3\xa9(", 3 },
	{ "(?<n>a)(?<n>b)", 13 },
	{ "\\C", 3 },
};

static const struct {
	const char *name;
	bool can;
} headers[] = {
	{ "X-Spam", true },
	{ "*", true },
	{ "body", true },
	{ "Subject", true },
	{ "", false },
	{ "a b", false },
	{ "To:", false },
	{ "**", true },
	{ "\xc3\xa9", false },
};

static struct site_mail_rule
rule(const char *name, const char *header, const char *matches)
{
	return (struct site_mail_rule){ .name = name, .header = header, .matches = matches, .priority = INT_ABSENT, .stop = INT_ABSENT };
}

static struct mail_fetched
mail(const char *subject, const char *text)
{
	struct mail_fetched m;

	record_init(&rec_mail_fetched, &m);
	m.subject = subject;
	m.text = text;
	return m;
}

static struct screened
run(struct site_mail_rule *rules, size_t n, const struct mail_fetched *m)
{
	const struct records all = { rules, n };
	struct screen *screen = screen_new(&all);
	struct screened out;

	screen_run(screen, m, arena, &out);
	screen_free(&screen);
	ok(screen == NULL, "freed");
	return out;
}

static void
test_patterns(void)
{
	for (size_t i = 0; i < COUNT_OF(patterns); i++) {
		struct err err = { 0 };
		int rc = screening_check(arena, patterns[i].pattern, &err);

		if (!patterns[i].at)
			ok(rc == 0, "%s", patterns[i].pattern);
		else
			is_str(rc < 0 && err.code == E_BAD_PATTERN ? err_get(&err, "at") : NULL, arena_printf(arena, "%d", patterns[i].at), patterns[i].pattern);
	}
	for (size_t i = 0; i < COUNT_OF(headers); i++)
		ok(screening_header(headers[i].name) == headers[i].can, "%s", headers[i].name);
}

static const char *
letters(size_t n)
{
	char *text = arena_alloc(arena, n + 1);

	memset(text, 'a', n);
	text[n] = '\0';
	return text;
}

static void
test_sizes(void)
{
	struct err err = { 0 };

	ok(screening_check(arena, letters(2000), &err) == 0, "a long pattern");
	ok(screening_check(arena, letters(2001), &err) < 0 && err.code == E_TOO_LARGE, "one byte more");
	ok(screening_header(letters(64)), "a long name of a header");
	ok(!screening_header(letters(65)), "one byte more");
}

static void
test_places(void)
{
	struct site_mail_rule rules[] = { rule("subject", NULL, "^one$"), rule("named", "SUBJECT", "one"), rule("body", "body", "^two$"), rule("header", "x-tier", "^gold$"),
					  rule("any", "*", "^X-Tier: gold$"), rule("none", "X-None", "") };
	struct mail_fetched m = mail("one", "two");
	struct screened s;

	pairs_add(arena, &m.headers, "X-Tier", "silver");
	pairs_add(arena, &m.headers, "X-TIER", "gold");
	s = run(rules, COUNT_OF(rules), &m);
	is_int((int64_t)s.matched.n, 4, "the subject, twice, the text, each header of a name");
	is_str(s.matched.v[3], "header", "in whatever case");
	pairs_add(arena, &m.headers, "X-Tier", "gold");
	s = run(rules, COUNT_OF(rules), &m);
	is_str(s.matched.v[s.matched.n - 1], "any", "the whole line");
	m = mail(NULL, NULL);
	s = run(rules, COUNT_OF(rules), &m);
	is_int((int64_t)s.matched.n, 0, "nothing matches nothing");
}

static void
test_order(void)
{
	struct site_mail_rule rules[] = { rule("first", NULL, "x"), rule("second", NULL, "x"), rule("third", NULL, "x") };
	struct mail_fetched m = mail("x", "");
	struct screened s;

	rules[0].queue = "a";
	rules[0].priority = 1;
	rules[0].language = "fr";
	rules[1].queue = "b";
	rules[1].skills = "s>=1";
	rules[2].queue = "c";
	s = run(rules, 3, &m);
	is_str(s.queue, "c", "the last one wins");
	is_int(s.priority, 1, "what it does not say stays");
	is_str(s.skills, "s>=1", "skills");
	is_str(s.language, "fr", "language");
	rules[1].stop = 1;
	is_str(run(rules, 3, &m).queue, "b", "one that stops is the last");
	rules[1].stop = INT_ABSENT;
	rules[1].discard = "why";
	s = run(rules, 3, &m);
	is_str(s.discard, "why", "nor is anything behind one that discards looked at");
	is_int((int64_t)s.matched.n, 2, "two did match");
}

static void
test_data(void)
{
	struct site_mail_rule rules[] = { rule("r", NULL, "(a+)(b)?-(\\w+)|(never)") };
	struct mail_fetched m = mail("aaa-\xc3\xa9t\xc3\xa9", "");
	struct screened s;

	pairs_add(arena, &rules[0].data, "x", "<$1$2$3$4$9$$0>");
	pairs_add(arena, &rules[0].data, "plain", "5 $ a");
	pairs_add(arena, &rules[0].data, "x2", "$3");
	s = run(rules, 1, &m);
	is_str(pairs_get(&s.data, "x"), "<aaa\xc3\xa9t\xc3\xa9$$0>", "groups; those that did not match are empty");
	is_str(pairs_get(&s.data, "plain"), "5 $ a", "a dollar");
	is_str(pairs_get(&s.data, "x2"), "\xc3\xa9t\xc3\xa9", "letters of any script");
}

static void
test_data_again(void)
{
	struct site_mail_rule rules[] = { rule("one", "body", "(a+)"), rule("two", "body", "a") };
	struct mail_fetched m = mail("", letters(1001));
	struct screened s;

	pairs_add(arena, &rules[0].data, "x", "$1");
	s = run(rules, 1, &m);
	ok(strlen(pairs_get(&s.data, "x")) == 1000, "of a long match the beginning");
	pairs_add(arena, &rules[1].data, "x", "other");
	s = run(rules, 2, &m);
	ok(s.data.n == 1 && strcmp(s.data.v[0].value, "other") == 0, "what a later rule says stands instead");
}

static void
test_limits(void)
{
	struct site_mail_rule rules[] = { rule("slow", "body", "^(a+)+$"), rule("end", "body", "b$"), rule("begin", "body", "^a") };
	size_t size = (size_t)1 << 20;
	char *text = arena_alloc(arena, size + 2);
	struct mail_fetched m;
	struct screened s;

	memset(text, 'a', 5000);
	text[5000] = 'b';
	m = mail("", text);
	s = run(rules, 3, &m);
	is_int((int64_t)s.gave_up.n, 1, "what takes too long gives up");
	ok(s.gave_up.n && strcmp(s.gave_up.v[0], "slow") == 0, "and is named");
	is_int((int64_t)s.matched.n, 2, "the others are looked at");
	memset(text, 'a', size);
	text[size] = 'b';
	s = run(&rules[1], 2, &m);
	ok(s.matched.n == 1 && strcmp(s.matched.v[0], "begin") == 0, "of a long text the beginning alone");
}

int
main(void)
{
	arena = arena_new();
	test_patterns();
	test_sizes();
	test_places();
	test_order();
	test_data();
	test_data_again();
	test_limits();
	arena_free(&arena);
	return done();
}
