/*
 * Functions of field codes that decide and ask about values, and those on
 * numbers.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/field_code_priv.h"

#define LAZY(name) \
	static int name(struct code_run *run, const struct node *call, struct code_value *out)

LAZY(if_)
{
	struct code_value condition;

	if (code_eval(run, call->v[0], &condition) < 0)
		return -1;
	if (condition.type == CODE_NONE) {
		*out = condition;
		return 0;
	}
	if (condition.type != CODE_BOOLEAN)
		return code_fault(run, call->v[0]->at, "If takes %s here, not %s", code_type_name(CODE_BOOLEAN), code_type_name(condition.type));
	return code_eval(run, call->v[condition.boolean ? 1 : 2], out);
}

/* What an argument is by itself. */
static int
ask(struct code_run *run, const struct node *argument, struct code_value *out)
{
	int rc;

	run->asking++;
	rc = code_eval(run, argument, out);
	run->asking--;
	return rc;
}

LAZY(first)
{
	for (size_t i = 0; i < call->n; i++) {
		if (ask(run, call->v[i], out) < 0)
			return -1;
		if (code_has_value(out))
			return 0;
	}
	return 0;
}

LAZY(has_value)
{
	struct code_value value;

	return ask(run, call->v[0], &value) < 0 ? -1 : code_put_truth(code_has_value(&value), out);
}

LAZY(type)
{
	static const char *const names[] = { [CODE_NONE] = "None", [CODE_NUMBER] = "Number", [CODE_TEXT] = "String", [CODE_TIME] = "DateTime", [CODE_BOOLEAN] = "Boolean", [CODE_OBJECT] = "Object" };
	struct code_value value;

	return code_eval(run, call->v[0], &value) < 0 ? -1 : code_put_text(run, call, names[value.type], out);
}

static int
is_type(struct code_run *run, const struct node *call, enum code_type wanted, struct code_value *out)
{
	struct code_value value;

	return code_eval(run, call->v[0], &value) < 0 ? -1 : code_put_truth(value.type == wanted, out);
}

LAZY(is_string)
{
	return is_type(run, call, CODE_TEXT, out);
}

LAZY(is_number)
{
	return is_type(run, call, CODE_NUMBER, out);
}

LAZY(is_time)
{
	return is_type(run, call, CODE_TIME, out);
}

LAZY(is_boolean)
{
	return is_type(run, call, CODE_BOOLEAN, out);
}

#define ASKS(name, args, gives, fn, doc, example, shows) \
	{ \
		name, "logic", args, gives, NULL, fn, doc, example, shows \
	}
const struct function_row code_functions_logic[] = {
	ASKS("If", "baa", 'i', if_, N_("the second where the first is true, else the third; the other is not looked at"), "If(Length(\"abc\") > 2, \"long\", \"short\")", "long"),
	ASKS("First", "a*", 'i', first, N_("the first that has a value, and not an empty one"), "First(Contact.LastName, \"Madam, Sir\")", "Madam, Sir"),
	ASKS("HasValue", "a", 'b', has_value, N_("whether it has a value, and not an empty one"), "HasValue(Contact.LastName)", "no"),
	ASKS("Type", "a", 't', type, N_("String, Number, DateTime, Boolean, Object or None"), "Type(1 < 2)", "Boolean"),
	ASKS("IsString", "a", 'b', is_string, N_("whether it is a text"), "IsString(\"12\")", "yes"),
	ASKS("IsNumber", "a", 'b', is_number, N_("whether it is a number"), "IsNumber(\"12\")", "no"),
	ASKS("IsDateTime", "a", 'b', is_time, N_("whether it is a time"), "IsDateTime(Now())", "yes"),
	ASKS("IsBoolean", "a", 'b', is_boolean, N_("whether it is yes or no"), "IsBoolean(1 = 1)", "yes"),
	{ .name = NULL },
};

/* Numbers. */

#define CALL(name) \
	static int name(struct code_run *run, const struct node *call, const struct code_value *args, size_t n, struct code_value *out)

CALL(round_)
{
	double decimals = n > 1 ? args[1].number : 0;

	if (decimals < 0 || decimals > 15 || decimals != floor(decimals))
		return code_fault(run, call->v[1]->at, "Round takes 0 to 15 decimals");
	return code_put_number(run, call, code_round(args[0].number, (int)decimals), out);
}

CALL(abs_)
{
	(void)n;
	return code_put_number(run, call, fabs(args[0].number), out);
}

CALL(floor_)
{
	(void)n;
	return code_put_number(run, call, floor(args[0].number), out);
}

CALL(ceiling)
{
	(void)n;
	return code_put_number(run, call, ceil(args[0].number), out);
}

CALL(min)
{
	double least = args[0].number;

	for (size_t i = 1; i < n; i++)
		least = fmin(least, args[i].number);
	return code_put_number(run, call, least, out);
}

CALL(max)
{
	double most = args[0].number;

	for (size_t i = 1; i < n; i++)
		most = fmax(most, args[i].number);
	return code_put_number(run, call, most, out);
}

/* As it is written with a point, whatever the language. */
CALL(number)
{
	const char *text = args[0].text;
	bool good = *text && strlen(text) <= 64 && !text[strspn(text, "+-.0123456789eE")];
	char *end = NULL;
	double value = good ? strtod(text, &end) : 0;

	(void)n;
	if (!good || *end)
		return code_fault(run, call->at, "Number: '%.40s' is no number", text);
	return code_put_number(run, call, value, out);
}

CALL(format_number)
{
	const char *what = NULL, *text = code_number_format(run, args[0].number, args[1].text, &what);

	(void)n;
	return text ? code_put_text(run, call, text, out) : code_fault(run, call->v[1]->at, "the format: %s", what);
}

#define CALLED(name, args, gives, fn, doc, example, shows) \
	{ \
		name, "number", args, gives, fn, NULL, doc, example, shows \
	}
const struct function_row code_functions_number[] = {
	CALLED("Round", "n|n", 'n', round_, N_("rounded, to so many decimals; a half goes away from zero"), "Round(2.675, 2)", "2.68"),
	CALLED("Floor", "n", 'n', floor_, N_("the whole number below"), "Floor(-1.5)", "-2"),
	CALLED("Ceiling", "n", 'n', ceiling, N_("the whole number above"), "Ceiling(1.2)", "2"),
	CALLED("Abs", "n", 'n', abs_, N_("without its sign"), "Abs(-3)", "3"),
	CALLED("Min", "n*", 'n', min, N_("the least"), "Min(3, 1, 2)", "1"),
	CALLED("Max", "n*", 'n', max, N_("the greatest"), "Max(3, 1, 2)", "3"),
	CALLED("Number", "t", 'n', number, N_("the number that a text is, as in 1234.5"), "Number(\"12.5\") * 2", "25"),
	CALLED("FormatNumber", "nt", 't', format_number, N_("by a format, as with ':'"), "FormatNumber(0.125, \"0.0%\")", "12.5%"),
	{ .name = NULL },
};
