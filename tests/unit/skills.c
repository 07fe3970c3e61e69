#include "routing/skills.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "tests/unit/tap.h"

static struct arena *arena;

static const struct skills *
parsed(const char *text)
{
	const struct skills *expr = NULL;
	struct err err = { 0 };

	if (skills_parse(arena, text, &expr, &err) < 0)
		printf("# %s: %s at %s\n", text, err_get(&err, "what"), err_get(&err, "at"));
	return expr;
}

/* Expressions and the one text they share. */
static const struct {
	const char *text, *want;
} canonical[] = {
	{ "", "" },
	{ " \t\n", "" },
	{ "french", "french" },
	{ "FRENCH>=3", "french>=3" },
	{ "french > 2", "french>=3" },
	{ "french<3", "french<=2" },
	{ "french==3", "french=3" },
	{ "french = 03", "french=3" },
	{ "french>=1", "french" },
	{ "french>0", "french" },
	{ "french!=0", "french" },
	{ "french<1", "french=0" },
	{ "french<=0", "french=0" },
	{ "french>=0", "french>=0" },
	{ "french!=4", "french!=4" },
	{ "french>=1000000", "french>=1000000" },
	{ "b&a", "a & b" },
	{ "b|a", "a | b" },
	{ "c & b | a", "a | b & c" },
	{ "a | b & c", "a | b & c" },
	{ "a & b | c & d", "a & b | c & d" },
	{ "(a | b) & c", "(a | b) & c" },
	{ "c & (b | a)", "(a | b) & c" },
	{ "a & (b & (c & d))", "a & b & c & d" },
	{ "((a | b)) | (c)", "a | b | c" },
	{ "a & a", "a" },
	{ "a | a>0 | A", "a" },
	{ "(a | b) & (b | a)", "a | b" },
	{ "((a & b) | (b & a)) & c", "a & b & c" },
	{ "((a | b) & (b | a)) | c", "a | b | c" },
	{ "(french>=3)&(sales>=2|billing)", "(billing | sales>=2) & french>=3" },
	{ "espa\xc3\xb1ol>=2 & \xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "espa\xc3\xb1ol>=2 & \xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e" },
	{ "24h-support & v1.2_x", "24h-support & v1.2_x" },
};

static void
test_canonical(void)
{
	for (size_t i = 0; i < COUNT_OF(canonical); i++) {
		const struct skills *expr = parsed(canonical[i].text), *again;
		const char *got = expr ? skills_canonical(arena, expr) : NULL;

		is_str(got, canonical[i].want, canonical[i].text);
		again = got ? parsed(got) : NULL;
		ok(again && strcmp(skills_canonical(arena, again), got) == 0, "... and is its own canonical form");
	}
	is_str(skills_canonical(arena, parsed(NULL)), "", "NULL is the empty expression");
}

static void
bad(const char *text, const char *what, int at)
{
	const struct skills *expr = NULL;
	struct err err = { 0 };
	char number[16];

	snprintf(number, sizeof(number), "%d", at);
	ok(skills_parse(arena, text, &expr, &err) < 0 && err.code == E_BAD_SKILLS && !expr, "refused: %.40s", text);
	is_str(err_get(&err, "what"), what, "... what");
	is_str(err_get(&err, "at"), number, "... at");
}

static const struct {
	const char *text, *what;
	int at;
} refused[] = {
	{ "&", "a skill is missing", 1 },
	{ "a &", "a skill is missing", 4 },
	{ "a & | b", "a skill is missing", 5 },
	{ "a && b", "a skill is missing", 4 },
	{ "()", "a skill is missing", 2 },
	{ ">=3", "a skill is missing", 1 },
	{ "a b", "'&' or '|' is missing", 3 },
	{ "not a", "'&' or '|' is missing", 5 },
	{ "a>=3x", "'&' or '|' is missing", 5 },
	{ "a, b", "'&' or '|' is missing", 2 },
	{ "a>=3.5", "'&' or '|' is missing", 5 },
	{ "!a", "this character has no place here", 1 },
	{ "a & \"b\"", "this character has no place here", 5 },
	{ "\xc3\xa9t\xc3\xa9 & \xe2\x82\xac", "this character has no place here", 7 },
	{ "a\xe2\x80\xae", "'&' or '|' is missing", 2 },
	{ "a>=", "a level is missing", 4 },
	{ "a >= b", "a level is missing", 6 },
	{ "a>=-1", "a level is missing", 4 },
	{ "a=>3", "a level is missing", 3 },
	{ "a>=1000001", "no such level (they go from 0 to 1000000)", 4 },
	{ "a>1000000", "no such level (they go from 0 to 1000000)", 3 },
	{ "a<0", "no such level (they go from 0 to 1000000)", 3 },
	{ "a>=99999999999999999999", "no such level (they go from 0 to 1000000)", 4 },
	{ "(a", "')' is missing", 3 },
	{ "(a b)", "'&', '|' or ')' is missing", 4 },
	{ "a)", "')' without '('", 2 },
	{ "a & \xff", "not valid UTF-8", 5 },
	{ "\xc3\xa9 & \xc3", "not valid UTF-8", 5 },
};

static void
test_bad(void)
{
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		bad(refused[i].text, refused[i].what, refused[i].at);
}

/* count times text, then tail. */
static const char *
repeat(const char *text, int count, const char *tail)
{
	const char *s = tail;

	while (count-- > 0)
		s = arena_printf(arena, "%s%s", text, s);
	return s;
}

static void
test_limits(void)
{
	const char *deep = arena_printf(arena, "%s%s", repeat("(", 32, "a"), repeat(")", 32, ""));
	const char *name = repeat("n", 1000, "");
	struct err err = { 0 };
	const struct skills *expr = NULL;

	ok(parsed(deep) != NULL, "32 parentheses");
	bad(arena_printf(arena, "(%s)", deep), "parentheses too deep (32 at most)", 33);
	ok(parsed(repeat("a&", 63, "a")) != NULL, "64 skills");
	bad(repeat("a&", 64, "a"), "too many skills (64 at most)", 129);
	ok(parsed(name) != NULL, "1000 bytes");
	bad(arena_printf(arena, "%sn", name), "too long (1000 bytes at most)", 1001);
	bad(repeat("\xc3\xa9", 500, "e"), "too long (1000 bytes at most)", 501);
	bad(arena_printf(arena, "%s&b", repeat("n", 998, "")), "too long in canonical form (1000 bytes at most)", 1001);
	ok(skills_parse(arena, repeat("\xc3\xa9", 600, ""), &expr, &err) < 0 && strlen(err_get(&err, "value")) == 203,
	   "a long value is shortened in the message");
	ok(skills_parse(arena, "a &", &expr, NULL) < 0, "nobody asks why");
}

static const struct skill agent[] = {
	{ "French", 3 }, { "billing", 1 }, { "sales", 0 }, { "chess", -2 }, { "french", 9 }, { "go", INT_MAX }
};
static const struct {
	const char *text;
	const char *missing; /* NULL: fulfilled */
	int fit;
} matches[] = {
	{ "", NULL, 0 },
	{ "french", NULL, 2 },
	{ "french>=3", NULL, 0 },
	{ "french>3", "french>=4", SKILLS_UNFIT },
	{ "french=3", NULL, 0 },
	{ "french=9", "french=9", SKILLS_UNFIT },
	{ "french!=3", "french!=3", SKILLS_UNFIT },
	{ "french<3", "french<=2", SKILLS_UNFIT },
	{ "french<=3", NULL, 0 },
	{ "sales", "sales", SKILLS_UNFIT },
	{ "sales=0", NULL, 0 },
	{ "chess=0 & dance=0", NULL, 0 },
	{ "dance<2", NULL, 0 },
	{ "dance>=0", NULL, 0 },
	{ "fren", "fren", SKILLS_UNFIT },
	{ "frenchy", "frenchy", SKILLS_UNFIT },
	{ "go=1000000", NULL, 0 },
	{ "french>=2 & billing", NULL, 1 },
	{ "french>=2 & sales & dance", "sales", SKILLS_UNFIT },
	{ "dance | sales", "dance", SKILLS_UNFIT },
	{ "french>=2 | billing", NULL, 0 },
	{ "french | french>=2", NULL, 1 },
	/* & before |: otherwise sales would be needed in both. */
	{ "billing | dance & sales", NULL, 0 },
	{ "dance & sales | billing", NULL, 0 },
	{ "(billing | dance) & sales", "sales", SKILLS_UNFIT },
	{ "french>=3 & (billing | sales>=2)", NULL, 0 },
	{ "french>=3 & (dance | sales>=2)", "dance", SKILLS_UNFIT },
};

static void
test_match(void)
{
	for (size_t i = 0; i < COUNT_OF(matches); i++) {
		const struct skills *expr = parsed(matches[i].text);
		const char *missing = "unset";
		bool match = skills_match(expr, agent, COUNT_OF(agent), &missing);

		ok(match == !matches[i].missing, "match: '%s'", matches[i].text);
		is_str(missing, matches[i].missing, "... missing");
		is_int(skills_fit(expr, agent, COUNT_OF(agent)), matches[i].fit, "... fit");
	}
	ok(!skills_match(parsed("a"), NULL, 0, NULL), "an agent without skills");
	ok(skills_match(parsed(""), NULL, 0, NULL), "... for the empty expression");
}

static void
test_names(void)
{
	ok(skills_name_valid("french"), "a name");
	ok(skills_name_valid("\xd1\x80\xd1\x83\xd1\x81\xd1\x81\xd0\xba\xd0\xb8\xd0\xb9"), "a Russian name");
	ok(!skills_name_valid(""), "no name");
	ok(!skills_name_valid("two words"), "two words");
	ok(!skills_name_valid("a>=3"), "a term");
	ok(!skills_name_valid("fran\xe7"
			      "ais"),
	   "Latin-1");
	ok(!skills_name_valid("a\xc2\xa0"
			      "b"),
	   "a no-break space");
	ok(!skills_name_valid("a\xef\xbb\xbf"), "a byte order mark");
}

/* What some, all or no agents fulfil. */
static const struct {
	const char *text;
	bool some, all;
	int turn; /* of a */
} questions[] = {
	{ "", true, true, 0 },
	{ "a", true, false, 1 },
	{ "a>=0", true, true, 0 },
	{ "a>=3 & a<2", false, false, 3 },
	{ "a>=3 & a<=3", true, false, 4 },
	{ "a>=3 & a<=3 & a!=3", false, false, 4 },
	{ "a>=3 & a<=5 & a!=3 & a!=4 & a!=5", false, false, 6 },
	{ "a=3 & a=4", false, false, 5 },
	{ "a & a=0", false, false, 1 },
	{ "a | a=0", true, true, 1 },
	{ "A | a<1", true, true, 1 },
	{ "a>=2 | a<=2", true, true, 3 },
	{ "a>=2 | a<=0", true, false, 2 },
	{ "a!=3 | b", true, false, 4 },
	{ "a!=3 | a!=4", true, true, 5 },
	{ "b>=9", true, false, 0 },
	{ "a>=1000000", true, false, 1000000 },
	{ "a<=1000000", true, true, 1000001 },
	{ "(a>=3 | b) & a<2 & b=0", false, false, 3 },
	{ "(a>=3 | b) & a<2", true, false, 3 },
	{ "(a | b) & (a=0 | b=0) & (a | b=0) & (a=0 | b)", false, false, 1 },
	{ "(a & b | c) & c=0 & (a=0 | b=0)", false, false, 1 },
	{ "a & b | a=0 | b=0", true, true, 1 },
};

/* Names a, b, c and levels 0 to 3: levels above are alike for these terms. */
static void
ask_all(const struct skills *expr, bool *some_r, bool *all_r)
{
	*some_r = false;
	*all_r = true;
	for (int i = 0; i < 5 * 5 * 5; i++) {
		const struct skill levels[] = { { "a", i % 5 }, { "b", i / 5 % 5 }, { "c", i / 25 } };
		bool match = skills_match(expr, levels, COUNT_OF(levels), NULL);

		*some_r = *some_r || match;
		*all_r = *all_r && match;
	}
}

static unsigned
any(unsigned n)
{
	static uint64_t seed = 3;

	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % n;
}

/* Terms of a, b and c at levels up to 3, joined and grouped by chance. */
static const char *
made_up(int depth)
{
	static const char *const ops[] = { ">=", "<=", "=", "!=", ">", "<" };
	const char *text = "";
	unsigned n = 2 + any(3);

	if (depth == 0)
		return arena_printf(arena, "%c%s%u", 'a' + (char)any(3), ops[any(COUNT_OF(ops))], 1 + any(3));
	for (unsigned i = 0; i < n; i++)
		text = arena_printf(arena, "%s%s(%s)", text, i ? any(3) ? " & " : " | " : "", made_up(depth - 1 - (int)any((unsigned)depth)));
	return text;
}

static void
test_questions(void)
{
	int wrong = 0, never = 0, always = 0;

	for (size_t i = 0; i < COUNT_OF(questions); i++) {
		const struct skills *expr = parsed(questions[i].text);

		ok(skills_satisfiable(expr) == questions[i].some, "%s: '%s'", questions[i].some ? "some" : "none", questions[i].text);
		ok(skills_always(expr) == questions[i].all, "... %s", questions[i].all ? "all" : "not all");
		is_int(skills_turn(expr, "A"), questions[i].turn, "... the turning point of a");
	}
	for (int i = 0; i < 6000; i++) {
		const struct skills *expr = parsed(made_up(1 + (int)any(3)));
		bool some, all;

		if (!expr)
			continue;
		ask_all(expr, &some, &all);
		wrong += skills_satisfiable(expr) != some || skills_always(expr) != all;
		never += !some;
		always += all;
	}
	is_int(wrong, 0, "as if each agent was asked");
	ok(never > 100 && always > 100, "... %d impossible, %d certain", never, always);
}

/* Thirty pairs of which one each is to be met, and what is impossible: out of reach behind them, or a term, which comes first. */
static void
test_steps(void)
{
	const char *pairs = "z";

	for (int i = 0; i < 30; i++)
		pairs = arena_printf(arena, "(p%d | q%d) & %s", i, i, pairs);
	ok(skills_satisfiable(parsed(arena_printf(arena, "(z=0 | z=0 & p0) & %s", pairs))), "what takes too long is not called impossible");
	ok(!skills_satisfiable(parsed(arena_printf(arena, "%s & z=0", pairs))), "what is short is found, whatever stands beside it");
	ok(!skills_always(parsed(arena_printf(arena, "%s | z=0", pairs))), "nor is it called certain");
}

int
main(void)
{
	arena = arena_new();
	test_canonical();
	test_bad();
	test_limits();
	test_match();
	test_names();
	test_questions();
	test_steps();
	arena_free(&arena);
	return done();
}
