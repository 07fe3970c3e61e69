/*
 * The operators of field codes: a table of what each does with which types,
 * that both the check and the evaluation follow.
 */
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "model/field_code_priv.h"

#define APPLY(name) \
	static int name(struct code_run *run, const struct node *node, const struct code_value *a, const struct code_value *b, struct code_value *out)

static int
compare_texts(const char *p, const char *q)
{
	uint32_t c, d;

	while (*p && *q) {
		p += utf8_decode(p, &c);
		q += utf8_decode(q, &d);
		c = code_lower(c);
		d = code_lower(d);
		if (c != d)
			return c < d ? -1 : 1;
	}
	return (*p != '\0') - (*q != '\0');
}

/* -1, 0, 1 of two of one type; texts ignore case. */
static int
compare(const struct code_value *a, const struct code_value *b)
{
	switch (a->type) {
	case CODE_NUMBER:
		return (a->number > b->number) - (a->number < b->number);
	case CODE_TIME:
		return (a->time > b->time) - (a->time < b->time);
	case CODE_BOOLEAN:
		return a->boolean - b->boolean;
	case CODE_TEXT:
		return compare_texts(a->text, b->text);
	case CODE_NONE:
	case CODE_OBJECT:
		break;
	}
	return 0;
}

/* Format. */

static int
formatted(struct code_run *run, const struct node *node, const char *text, const char *what, struct code_value *out)
{
	return text ? code_put_text(run, node, text, out) : code_fault(run, node->at, "the format: %s", what);
}

APPLY(format_number)
{
	const char *what = NULL, *text = code_number_format(run, a->number, b->text, &what);

	return formatted(run, node, text, what, out);
}

APPLY(format_time)
{
	const char *what = NULL, *text;
	struct civil civil;

	if (code_civil(run, node, a, &civil) < 0)
		return -1;
	text = code_time_format(run, &civil, a->day, b->text, &what);
	return formatted(run, node, text, what, out);
}

static const struct overload format[] = {
	{ TYPE(CODE_NUMBER), TYPE(CODE_TEXT), CODE_TEXT, format_number },
	{ TYPE(CODE_TIME), TYPE(CODE_TEXT), CODE_TEXT, format_time },
};

/* Logic: only where the left side has settled nothing. */

APPLY(right)
{
	(void)run, (void)node, (void)a;
	*out = *b;
	return 0;
}

static const struct overload logic[] = { { TYPE(CODE_BOOLEAN), TYPE(CODE_BOOLEAN), CODE_BOOLEAN, right } };

/* Comparison. */

/* What has no value equals nothing but what has none, and the empty text. */
static bool
equal(const struct code_value *a, const struct code_value *b)
{
	if (a->type == CODE_NONE || b->type == CODE_NONE)
		return !code_has_value(a) && !code_has_value(b);
	return compare(a, b) == 0;
}

#define COMPARE(name, condition) \
	APPLY(name) \
	{ \
		(void)run, (void)node; \
		return code_put_truth(condition, out); \
	} \
	static const struct overload name##_all[] = { SAME(CODE_NUMBER, name), SAME(CODE_TEXT, name), SAME(CODE_TIME, name), SAME(CODE_BOOLEAN, name) };
#define SAME(type, fn) \
	{ \
		TYPE(type) | TYPE(CODE_NONE), TYPE(type) | TYPE(CODE_NONE), CODE_BOOLEAN, fn \
	}
COMPARE(is_equal, equal(a, b))
COMPARE(is_other, !equal(a, b))
COMPARE(is_less, compare(a, b) < 0)
COMPARE(is_most, compare(a, b) <= 0)
COMPARE(is_more, compare(a, b) > 0)
COMPARE(is_least, compare(a, b) >= 0)

/* Arithmetic. */

APPLY(add)
{
	return code_put_number(run, node, a->number + b->number, out);
}

APPLY(subtract)
{
	return code_put_number(run, node, a->number - b->number, out);
}

APPLY(multiply)
{
	return code_put_number(run, node, a->number * b->number, out);
}

APPLY(divide)
{
	if (b->number == 0)
		return code_fault(run, node->at, "division by zero");
	return code_put_number(run, node, a->number / b->number, out);
}

APPLY(modulo)
{
	if (b->number == 0)
		return code_fault(run, node->at, "division by zero");
	return code_put_number(run, node, fmod(a->number, b->number), out);
}

APPLY(power)
{
	return code_put_number(run, node, pow(a->number, b->number), out);
}

APPLY(join)
{
	const char *left, *end;

	if (code_text(run, node, a, &left) < 0 || code_text(run, node, b, &end) < 0 || code_spend(run, node, strlen(left) + strlen(end)) < 0)
		return -1;
	return code_put_text(run, node, arena_printf(run->arena, "%s%s", left, end), out);
}

APPLY(later)
{
	return code_add_days(run, node, a, b->number, out);
}

APPLY(later_swapped)
{
	return code_add_days(run, node, b, a->number, out);
}

APPLY(earlier)
{
	return code_add_days(run, node, a, -b->number, out);
}

#define NUMBERS TYPE(CODE_NUMBER), TYPE(CODE_NUMBER), CODE_NUMBER
static const struct overload plus[] = {
	{ NUMBERS, add },
	{ TYPE(CODE_TEXT), TYPES_ANY, CODE_TEXT, join },
	{ TYPES_ANY, TYPE(CODE_TEXT), CODE_TEXT, join },
	{ TYPE(CODE_TIME), TYPE(CODE_NUMBER), CODE_TIME, later },
	{ TYPE(CODE_NUMBER), TYPE(CODE_TIME), CODE_TIME, later_swapped },
};
static const struct overload minus[] = {
	{ NUMBERS, subtract },
	{ TYPE(CODE_TIME), TYPE(CODE_TIME), CODE_NUMBER, code_days_between },
	{ TYPE(CODE_TIME), TYPE(CODE_NUMBER), CODE_TIME, earlier },
};
static const struct overload times[] = { { NUMBERS, multiply } };
static const struct overload over[] = { { NUMBERS, divide } };
static const struct overload mod[] = { { NUMBERS, modulo } };
static const struct overload raise[] = { { NUMBERS, power } };

#define ALL(v) v, COUNT_OF(v)
const struct operator_row code_operators[] = {
	{ "^", NULL, 7, ALL(raise), SETTLED_NEVER, false, N_("power"), "2 ^ 3 ^ 2", "64" },
	{ "*", NULL, 6, ALL(times), SETTLED_NEVER, false, N_("product"), "6 * 7", "42" },
	{ "/", NULL, 6, ALL(over), SETTLED_NEVER, false, N_("quotient; nothing is rounded before it is shown"), "7 / 2", "3.5" },
	{ NULL, "Mod", 5, ALL(mod), SETTLED_NEVER, false, N_("what a division leaves, with the sign of the left side"), "17 Mod 5", "2" },
	{ "+", NULL, 4, ALL(plus), SETTLED_NEVER, false, N_("sum; days added to a time; texts joined, with anything"), "\"No. \" + 6 * 7", "No. 42" },
	{ "-", NULL, 4, ALL(minus), SETTLED_NEVER, false, N_("difference; of two times in days"), "Date(2026, 12, 24) - Today()", "33" },
	{ "=", "EQ", LEVEL_COMPARISON, ALL(is_equal_all), SETTLED_NEVER, true, N_("equal; what has no value equals the empty text"), "\"Paris\" = \"PARIS\"", "yes" },
	{ "==", NULL, LEVEL_COMPARISON, ALL(is_equal_all), SETTLED_NEVER, true, NULL, NULL, NULL },
	{ "<>", "NE", LEVEL_COMPARISON, ALL(is_other_all), SETTLED_NEVER, true, N_("not equal"), "1 <> 2", "yes" },
	{ "!=", NULL, LEVEL_COMPARISON, ALL(is_other_all), SETTLED_NEVER, true, NULL, NULL, NULL },
	{ "<", "LT", LEVEL_COMPARISON, ALL(is_less_all), SETTLED_NEVER, false, N_("less; of times earlier, of texts before by the alphabet"), "2 LT 10", "yes" },
	{ "<=", "LE", LEVEL_COMPARISON, ALL(is_most_all), SETTLED_NEVER, false, N_("less or equal"), "10 <= 2", "no" },
	{ ">", "GT", LEVEL_COMPARISON, ALL(is_more_all), SETTLED_NEVER, false, N_("more"), "\"b\" > \"A\"", "yes" },
	{ ">=", "GE", LEVEL_COMPARISON, ALL(is_least_all), SETTLED_NEVER, false, N_("more or equal"), "Today() GE Date(2027, 1, 1)", "no" },
	{ NULL, "And", 2, ALL(logic), SETTLED_FALSE, false, N_("both"), "1 < 2 And 2 < 1", "no" },
	{ NULL, "Or", 1, ALL(logic), SETTLED_TRUE, false, N_("one of them, or both"), "1 < 2 Or 2 < 1", "yes" },
	{ ":", NULL, LEVEL_FORMAT, ALL(format), SETTLED_NEVER, false, N_("a number or a time by a format"), "1234.5 : \"#,##0.00\"", "1,234.50" },
};
const size_t code_operators_n = COUNT_OF(code_operators);
