/*
 * What a formula can be, whatever its values: only what can never be right is
 * a fault.
 */
#include <string.h>

#include "model/field_code_priv.h"

const char *
code_types_names(struct arena *arena, unsigned types)
{
	const char *text = NULL;

	if ((types & TYPES_ANY) == TYPES_ANY)
		return "any value";
	for (int t = CODE_NUMBER; t <= CODE_OBJECT; t++)
		if (types & TYPE(t))
			text = arena_printf(arena, "%s%s%s", text ? text : "", text ? " or " : "", code_type_name((enum code_type)t));
	return text ? text : code_type_name(CODE_NONE);
}

static unsigned
types_value(struct code_run *run, const struct node *node)
{
	(void)run;
	return TYPE(node->value.type);
}

static unsigned
types_object(struct code_run *run, const struct node *node)
{
	(void)run, (void)node;
	return TYPE(CODE_OBJECT);
}

static unsigned
types_property(struct code_run *run, const struct node *node)
{
	enum code_type type = code_properties[node->property].type;
	unsigned key = node->n ? code_types(run, node->v[0]) : TYPE(CODE_TEXT);

	if (!(key & TYPE(CODE_TEXT)))
		code_fault(run, node->v[0]->at, "%s takes a text, not %s", node->name, code_types_names(run->arena, key));
	return type == CODE_NONE ? TYPES_ANY : TYPE(type);
}

static unsigned
types_named(struct code_run *run, const struct node *node)
{
	const char *outer = run->named;
	const int depth = run->depth;
	const struct node *inner;
	unsigned types = TYPES_ANY;

	/* One that leads to itself, or to too many, is told once. */
	if (run->stop)
		return TYPES_ANY;
	inner = code_enter(run, node);
	if (inner)
		types = code_types(run, inner);
	else
		run->stop = true;
	run->named = outer;
	run->depth = depth;
	run->stop = run->stop && outer;
	return types;
}

static unsigned
types_unary(struct code_run *run, const struct node *node)
{
	bool minus = node->kind == NODE_MINUS;
	enum code_type wanted = minus ? CODE_NUMBER : CODE_BOOLEAN;
	unsigned types = code_types(run, node->v[0]);

	if (!(types & TYPE(wanted)))
		code_fault(run, node->at, "'%s' takes %s, not %s", minus ? "-" : "Not", code_type_name(wanted), code_types_names(run->arena, types));
	return TYPE(wanted);
}

/* A format that stands there as it is can be tried on anything. */
static void
try_format(struct code_run *run, const struct node *node, unsigned left)
{
	const struct node *pattern = node->v[1];
	const char *what = NULL;
	struct civil civil = { 2026, 11, 21, 9, 30, 0, 0, 6 };
	bool good = !(left & (TYPE(CODE_NUMBER) | TYPE(CODE_TIME)));

	if (node->row->level != LEVEL_FORMAT || pattern->kind != NODE_VALUE || pattern->value.type != CODE_TEXT)
		return;
	good = good || ((left & TYPE(CODE_NUMBER)) && code_number_format(run, 1, pattern->value.text, &what)) ||
	       ((left & TYPE(CODE_TIME)) && code_time_format(run, &civil, false, pattern->value.text, &what));
	if (!good)
		code_fault(run, node->at, "the format: %s", what);
}

static unsigned
types_operator(struct code_run *run, const struct node *node)
{
	const struct operator_row *row = node->row;
	unsigned left = code_types(run, node->v[0]), right = code_types(run, node->v[1]), gives = 0;

	for (size_t i = 0; i < row->n; i++)
		if ((row->v[i].left & left) && (row->v[i].right & right))
			gives |= TYPE(row->v[i].gives);
	if (gives) {
		try_format(run, node, left);
		return gives;
	}
	code_fault(run, node->at, "'%s' does not go with %s and %s", row->sign ? row->sign : row->word, code_types_names(run->arena, left), code_types_names(run->arena, right));
	for (size_t i = 0; i < row->n; i++)
		gives |= TYPE(row->v[i].gives);
	return gives;
}

static unsigned
types_call(struct code_run *run, const struct node *node)
{
	const struct function_row *f = node->function;
	unsigned any = 0, gives = code_letter_types(f->gives);

	code_call_fits(run, node);
	for (size_t i = 0; i < node->n; i++) {
		unsigned types = code_types(run, node->v[i]), wanted = code_argument_types(f, i);

		if (!(types & wanted))
			code_fault(run, node->v[i]->at, "%s takes %s here, not %s", f->name, code_types_names(run->arena, wanted), code_types_names(run->arena, types));
		/* If and First give one of them, but not the condition. */
		if (i > 0 || f->args[0] != 'b')
			any |= types;
	}
	if (gives)
		return gives;
	return any ? any : TYPES_ANY;
}

static unsigned
types_first(struct code_run *run, const struct node *node)
{
	(void)run, (void)node;
	return TYPES_ANY;
}

unsigned
code_types(struct code_run *run, const struct node *node)
{
	static unsigned (*const all[])(struct code_run *, const struct node *) = {
		[NODE_VALUE] = types_value,
		[NODE_OBJECT] = types_object,
		[NODE_PROPERTY] = types_property,
		[NODE_NAMED] = types_named,
		[NODE_CALL] = types_call,
		[NODE_NOT] = types_unary,
		[NODE_MINUS] = types_unary,
		[NODE_OPERATOR] = types_operator,
		[NODE_FIRST] = types_first,
	};

	return all[node->kind](run, node);
}
