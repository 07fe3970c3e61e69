/*
 * Evaluating the tree of a field code. What has no value goes up through all
 * that does not ask for it, and names what was missing.
 */
#include <math.h>
#include <string.h>

#include "model/field_code_priv.h"

static const char *const type_names[] = { [CODE_NONE] = "nothing", [CODE_NUMBER] = "a number", [CODE_TEXT] = "a text", [CODE_TIME] = "a time", [CODE_BOOLEAN] = "a yes or no", [CODE_OBJECT] = "an object" };

const char *
code_type_name(enum code_type type)
{
	return type_names[type];
}

bool
code_has_value(const struct code_value *value)
{
	return value->type != CODE_NONE && (value->type != CODE_TEXT || *value->text);
}

int
code_spend(struct code_run *run, const struct node *node, size_t bytes)
{
	run->steps += 1 + (int64_t)(bytes / 64);
	return run->steps <= CODE_STEPS_MAX ? 0 : code_fault(run, node->at, "the field codes of the text take too much work");
}

int
code_put_number(struct code_run *run, const struct node *node, double number, struct code_value *out)
{
	if (isnan(number))
		return code_fault(run, node->at, "the result is no number");
	if (isinf(number))
		return code_fault(run, node->at, "the result is too large a number");
	*out = (struct code_value){ .type = CODE_NUMBER, .number = number };
	return 0;
}

int
code_put_text(struct code_run *run, const struct node *node, const char *text, struct code_value *out)
{
	if (strlen(text) > CODE_TEXT_MAX)
		return code_fault(run, node->at, "a value of more than %zu bytes", CODE_TEXT_MAX);
	*out = (struct code_value){ .type = CODE_TEXT, .text = text };
	return 0;
}

int
code_put_truth(bool is, struct code_value *out)
{
	*out = (struct code_value){ .type = CODE_BOOLEAN, .boolean = is };
	return 0;
}

static int
time_text(struct code_run *run, const struct node *node, const struct code_value *value, const char **text_r)
{
	struct civil civil;

	if (code_civil(run, node, value, &civil) < 0)
		return -1;
	*text_r = code_time_format(run, &civil, value->day, NULL, NULL);
	return 0;
}

int
code_text(struct code_run *run, const struct node *node, const struct code_value *value, const char **text_r)
{
	switch (value->type) {
	case CODE_TEXT:
		*text_r = value->text;
		return 0;
	case CODE_NUMBER:
		*text_r = code_number_text(run, value->number);
		return 0;
	case CODE_BOOLEAN:
		*text_r = run->language->words[value->boolean];
		return 0;
	case CODE_TIME:
		return time_text(run, node, value, text_r);
	case CODE_NONE:
		*text_r = "";
		return 0;
	case CODE_OBJECT:
		break;
	}
	return code_fault(run, node->at, "%s is an object: one of its properties is expected, as in %s.Id", value->text, value->text);
}

static int
none(const struct node *node, const char *name, struct code_value *out)
{
	*out = (struct code_value){ .type = CODE_NONE, .text = name, .origin = node };
	return 0;
}

static int
eval_value(struct code_run *run, const struct node *node, struct code_value *out)
{
	(void)run;
	*out = node->value;
	return 0;
}

static int
eval_object(struct code_run *run, const struct node *node, struct code_value *out)
{
	(void)run;
	*out = (struct code_value){ .type = CODE_OBJECT, .text = node->name };
	return 0;
}

/* Another's error is told as it is. */
static int
failed(struct code_run *run)
{
	run->failed = true;
	return -1;
}

/* The key between its parentheses, and how the property is then called; 0: the key has no value, which is *out. */
static int
eval_key(struct code_run *run, const struct node *node, const char **key_r, const char **name_r, struct code_value *out)
{
	if (code_eval(run, node->v[0], out) < 0)
		return -1;
	if (out->type == CODE_NONE)
		return 0;
	if (out->type != CODE_TEXT)
		return code_fault(run, node->v[0]->at, "%s takes a text, not %s", node->name, code_type_name(out->type));
	*key_r = out->text;
	*name_r = arena_printf(run->arena, "%s(\"%.80s\")", node->name, out->text);
	return 1;
}

static int
eval_property(struct code_run *run, const struct node *node, struct code_value *out)
{
	const struct code_options *options = run->options;
	const char *key = node->key, *name = node->name;
	struct code_value value = { .type = CODE_NONE };
	int rc = node->n ? eval_key(run, node, &key, &name, out) : 1;

	if (rc <= 0)
		return rc;
	if (options->get && options->get(options->context, run->arena, node->property, key, &value, run->err) < 0)
		return failed(run);
	if (value.type == CODE_TEXT && !value.text)
		value.type = CODE_NONE;
	if (!code_has_value(&value))
		return none(node, name, out);
	if (value.type == CODE_TEXT)
		return code_spend(run, node, strlen(value.text)) < 0 ? -1 : code_put_text(run, node, value.text, out);
	*out = value;
	return 0;
}

/* 0, and the formula. */
static int
find_named(struct code_run *run, const struct node *node, const char **formula_r)
{
	const struct code_options *options = run->options;
	int rc = options->named ? options->named(options->context, run->arena, node->name, formula_r, run->err) : 0;

	if (rc < 0)
		return failed(run);
	if (rc == 0)
		return code_fault(run, node->at, "there is no field code '%s'", node->name);
	if (run->depth >= CODE_DEPTH_MAX)
		return code_fault(run, node->at, "the field code '%s' leads to itself", node->name);
	return code_spend(run, node, strlen(*formula_r));
}

const struct node *
code_enter(struct code_run *run, const struct node *node)
{
	const char *formula = "";

	if (find_named(run, node, &formula) < 0)
		return NULL;
	run->depth++;
	run->named = node->name;
	return code_parse(run, formula, strlen(formula), (struct place){ 1, 1 });
}

/* Its places are those of another text: it is told with its name. */
static int
eval_named(struct code_run *run, const struct node *node, struct code_value *out)
{
	const char *outer = run->named;
	const int depth = run->depth;
	const struct node *inner = code_enter(run, node);
	int rc = inner ? code_eval(run, inner, out) : -1;

	run->named = outer;
	run->depth = depth;
	if (rc == 0 && out->type == CODE_NONE)
		out->origin = node;
	return rc;
}

static int
eval_unary(struct code_run *run, const struct node *node, struct code_value *out)
{
	bool minus = node->kind == NODE_MINUS;
	enum code_type wanted = minus ? CODE_NUMBER : CODE_BOOLEAN;

	if (code_eval(run, node->v[0], out) < 0)
		return -1;
	if (out->type == CODE_NONE)
		return 0;
	if (out->type != wanted)
		return code_fault(run, node->at, "'%s' takes %s, not %s", minus ? "-" : "Not", code_type_name(wanted), code_type_name(out->type));
	out->number = -out->number;
	out->boolean = !out->boolean;
	return 0;
}

static int
operate(struct code_run *run, const struct node *node, const struct code_value *a, const struct code_value *b, struct code_value *out)
{
	const struct operator_row *row = node->row;

	for (size_t i = 0; i < row->n; i++)
		if ((row->v[i].left & TYPE(a->type)) && (row->v[i].right & TYPE(b->type)))
			return row->v[i].apply(run, node, a, b, out);
	return code_fault(run, node->at, "'%s' does not go with %s and %s", row->sign ? row->sign : row->word, code_type_name(a->type), code_type_name(b->type));
}

/* Where it is to be left empty, "Dear " + what is missing is "Dear ". */
static bool
joins_empty(const struct code_run *run, const struct node *node, struct code_value *a, struct code_value *b)
{
	const struct code_value empty = { .type = CODE_TEXT, .text = "" };

	if (run->options->missing != MISSING_EMPTY || run->asking || !node->row->sign || strcmp(node->row->sign, "+") != 0 ||
	    (a->type != CODE_TEXT && b->type != CODE_TEXT))
		return false;
	*a = a->type == CODE_NONE ? empty : *a;
	*b = b->type == CODE_NONE ? empty : *b;
	return true;
}

static int
eval_operator(struct code_run *run, const struct node *node, struct code_value *out)
{
	const struct operator_row *row = node->row;
	struct code_value a, b;

	if (code_eval(run, node->v[0], &a) < 0)
		return -1;
	if (row->settled && a.type == CODE_BOOLEAN && a.boolean == (row->settled == SETTLED_TRUE)) {
		*out = a;
		return 0;
	}
	if (code_eval(run, node->v[1], &b) < 0)
		return -1;
	if (row->none || (a.type != CODE_NONE && b.type != CODE_NONE) || joins_empty(run, node, &a, &b))
		return operate(run, node, &a, &b, out);
	*out = a.type == CODE_NONE ? a : b;
	return 0;
}

static int
eval_call(struct code_run *run, const struct node *node, struct code_value *out)
{
	const struct function_row *f = node->function;
	struct code_value *args, *missing = NULL;

	if (code_call_fits(run, node) < 0)
		return -1;
	if (f->lazy)
		return f->lazy(run, node, out);
	args = arena_alloc(run->arena, (node->n + 1) * sizeof(*args));
	for (size_t i = 0; i < node->n; i++) {
		if (code_eval(run, node->v[i], &args[i]) < 0)
			return -1;
		if (args[i].type == CODE_NONE && !missing)
			missing = &args[i];
		if (args[i].type != CODE_NONE && !(code_argument_types(f, i) & TYPE(args[i].type)))
			return code_fault(run, node->v[i]->at, "%s takes %s here, not %s", f->name, code_types_names(run->arena, code_argument_types(f, i)), code_type_name(args[i].type));
	}
	if (!missing)
		return f->fn(run, node, args, node->n, out);
	*out = *missing;
	return 0;
}

static int
eval_first(struct code_run *run, const struct node *node, struct code_value *out)
{
	for (size_t i = 0; i < node->n; i++) {
		if (code_eval(run, node->v[i], out) < 0)
			return -1;
		if (out->type != CODE_NONE)
			return 0;
	}
	return none(node, node->name, out);
}

int
code_eval(struct code_run *run, const struct node *node, struct code_value *out)
{
	static int (*const evals[])(struct code_run *, const struct node *, struct code_value *) = {
		[NODE_VALUE] = eval_value,
		[NODE_OBJECT] = eval_object,
		[NODE_PROPERTY] = eval_property,
		[NODE_NAMED] = eval_named,
		[NODE_CALL] = eval_call,
		[NODE_NOT] = eval_unary,
		[NODE_MINUS] = eval_unary,
		[NODE_OPERATOR] = eval_operator,
		[NODE_FIRST] = eval_first,
	};

	*out = (struct code_value){ .type = CODE_NONE };
	return code_spend(run, node, 0) < 0 ? -1 : evals[node->kind](run, node, out);
}
