/*
 * Formulas of field codes into trees: operators by precedence, one token ahead.
 */
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "model/field_code_priv.h"

static bool
take(struct parser *p, const char *sign)
{
	if (!code_ahead(p, sign))
		return false;
	code_advance(p);
	return true;
}

/* The token ahead, for messages. */
static const char *
seen(struct parser *p)
{
	return p->token == TOKEN_END ? "the end" : arena_printf(p->run->arena, "'%.*s'", p->size > 40 ? 40 : (int)p->size, p->start);
}

static struct node *
fail(struct parser *p, struct place at, const char *what)
{
	/* The scanner has said it. */
	if (p->token != TOKEN_BAD)
		code_fault(p->run, at, "%s", what);
	p->token = TOKEN_BAD;
	return NULL;
}

static struct node *
expected(struct parser *p, const char *what)
{
	return fail(p, p->place, arena_printf(p->run->arena, "%s is expected, not %s", what, seen(p)));
}

static struct node *parse_from(struct parser *p, int level);

static struct node *
node_new(struct parser *p, enum node_kind kind, struct place at)
{
	struct node *node = ARENA_NEW(p->run->arena, struct node);

	node->kind = kind;
	node->at = at;
	return node;
}

static bool
adopt(struct parser *p, struct node *node, struct node *child)
{
	vec_push(p->run->arena, node, child);
	if (child->height >= node->height)
		node->height = child->height + 1;
	return node->height <= CODE_CHAIN_MAX || fail(p, node->at, "too many operators in a row");
}

static struct node *
parse_nested(struct parser *p, int level)
{
	struct node *node;

	if (++p->depth > CODE_DEPTH_MAX)
		return fail(p, p->place, arena_printf(p->run->arena, "nested deeper than %d", CODE_DEPTH_MAX));
	node = parse_from(p, level);
	p->depth--;
	return node;
}

static struct node *
parse_arguments(struct parser *p, struct node *call)
{
	if (take(p, ")"))
		return call;
	do {
		struct node *argument = parse_nested(p, LEVEL_FORMAT);

		if (!argument || !adopt(p, call, argument))
			return NULL;
	} while (take(p, ","));
	return take(p, ")") ? call : expected(p, "',' or ')'");
}

static struct node *
parse_call(struct parser *p, const char *name, struct place at)
{
	struct node *call = node_new(p, NODE_CALL, at);

	call->function = function_find(name);
	if (!call->function)
		return fail(p, at, arena_printf(p->run->arena, "there is no function '%s'", name));
	call->name = call->function->name;
	return parse_arguments(p, call);
}

static bool
object_known(const char *name)
{
	for (size_t i = 0; i < CODE_PROPERTY_COUNT; i++)
		if (strcasecmp(code_properties[i].object, name) == 0)
			return true;
	return false;
}

/* The row of Object.Path, or that of the object where what follows is a key. */
static const struct code_property_row *
property_find(const struct code_run *run, const char *object, const char *path)
{
	for (size_t i = 0; i < CODE_PROPERTY_COUNT; i++) {
		const struct code_property_row *row = &code_properties[i];

		if (strcasecmp(row->object, object) != 0 || ((row->flags & CODE_INTERNAL) && !run->options->short_form))
			continue;
		if (row->flags & CODE_OPEN ? *path != '\0' : strcasecmp(row->name, path) == 0)
			return row;
	}
	return NULL;
}

static void
property_set(struct node *node, const struct code_property_row *row, struct arena *arena, const char *path)
{
	node->kind = NODE_PROPERTY;
	node->property = (enum code_property)(row - code_properties);
	node->key = row->flags & CODE_OPEN ? path : NULL;
	node->name = arena_printf(arena, "%s.%s", row->object, row->flags & CODE_OPEN ? path : row->name);
}

static struct node *
parse_property(struct parser *p, const char *object, struct place at)
{
	struct arena *arena = p->run->arena;
	struct node *node = node_new(p, NODE_OBJECT, at);
	const struct code_property_row *row;
	const char *path = "";

	node->name = object;
	while (take(p, ".")) {
		if (p->token != TOKEN_WORD)
			return expected(p, "a name");
		path = arena_printf(arena, "%s%s%.*s", path, *path ? "." : "", (int)p->size, p->start);
		code_advance(p);
	}
	if (!*path)
		return node;
	row = property_find(p->run, object, path);
	if (!row)
		return fail(p, at, arena_printf(arena, "there is no field code '%s.%s'", object, path));
	property_set(node, row, arena, path);
	if (!(row->flags & CODE_KEYED))
		return code_ahead(p, "(") ? fail(p, p->place, arena_printf(arena, "%s takes nothing in parentheses", node->name)) : node;
	if (!take(p, "("))
		return expected(p, "'('");
	if (!parse_arguments(p, node))
		return NULL;
	return node->n == 1 ? node : fail(p, at, arena_printf(arena, "%s takes one text", node->name));
}

static struct node *
parse_word(struct parser *p)
{
	const char *name = arena_memdup(p->run->arena, p->start, p->size);
	struct place at = p->place;
	struct node *node;

	code_advance(p);
	if (strcasecmp(name, "True") == 0 || strcasecmp(name, "False") == 0) {
		node = node_new(p, NODE_VALUE, at);
		node->value = (struct code_value){ .type = CODE_BOOLEAN, .boolean = strcasecmp(name, "True") == 0 };
		return node;
	}
	if (code_reserved(name, strlen(name)))
		return fail(p, at, arena_printf(p->run->arena, "'%s' has no left side", name));
	if (take(p, "("))
		return parse_call(p, name, at);
	if (object_known(name))
		return parse_property(p, name, at);
	node = node_new(p, NODE_NAMED, at);
	node->name = name;
	return code_ahead(p, ".") ? fail(p, at, arena_printf(p->run->arena, "there is no object '%s'", name)) : node;
}

static struct node *
parse_prefixed(struct parser *p, enum node_kind kind, int level)
{
	struct node *node = node_new(p, kind, p->place), *operand;

	code_advance(p);
	operand = parse_nested(p, level);
	return operand && adopt(p, node, operand) ? node : NULL;
}

static struct node *
parse_operand(struct parser *p)
{
	struct node *node;

	if (code_ahead(p, "-"))
		return parse_prefixed(p, NODE_MINUS, INT_MAX);
	if (p->token == TOKEN_WORD && code_word_is(p->start, p->size, "Not"))
		return parse_prefixed(p, NODE_NOT, LEVEL_COMPARISON);
	if (p->token == TOKEN_WORD)
		return parse_word(p);
	if (take(p, "(")) {
		node = parse_nested(p, LEVEL_FORMAT);
		return !node || take(p, ")") ? node : expected(p, "')'");
	}
	if (p->token != TOKEN_NUMBER && p->token != TOKEN_TEXT)
		return expected(p, "a value");
	node = node_new(p, NODE_VALUE, p->place);
	node->value = p->value;
	code_advance(p);
	return node;
}

static const struct operator_row *
operator_ahead(const struct parser *p)
{
	for (size_t i = 0; i < code_operators_n; i++) {
		const struct operator_row *row = &code_operators[i];

		if ((row->sign && code_ahead(p, row->sign)) || (p->token == TOKEN_WORD && row->word && code_word_is(p->start, p->size, row->word)))
			return row;
	}
	return NULL;
}

/* Operators that bind as the level or closer; of one level the left one goes first. */
static struct node *
parse_from(struct parser *p, int level)
{
	struct node *left = parse_operand(p);
	const struct operator_row *row;

	while (left && (row = operator_ahead(p)) && row->level >= level) {
		struct node *node = node_new(p, NODE_OPERATOR, p->place), *right;

		node->row = row;
		code_advance(p);
		right = parse_nested(p, row->level + 1);
		left = right && adopt(p, node, left) && adopt(p, node, right) ? node : NULL;
	}
	return left;
}

static bool
too_long(struct code_run *run, size_t size, struct place at)
{
	return size > CODE_BYTES_MAX && code_fault(run, at, "longer than %d bytes", CODE_BYTES_MAX) < 0;
}

struct node *
code_parse(struct code_run *run, const char *formula, size_t size, struct place at)
{
	struct parser p = { .run = run, .p = formula, .end = formula + size, .at = at, .token = TOKEN_END };
	struct node *node;

	if (too_long(run, size, at))
		return NULL;
	code_advance(&p);
	if (p.token == TOKEN_END)
		return fail(&p, at, "there is nothing in it");
	node = parse_from(&p, LEVEL_FORMAT);
	return !node || p.token == TOKEN_END ? node : expected(&p, "an operator or the end");
}

/* The short form. */

static struct node *
alternative(struct parser *p, const char *text, struct place at)
{
	const char *dot = strchr(text, '.'), *object = dot ? arena_memdup(p->run->arena, text, (size_t)(dot - text)) : text;
	const struct code_property_row *row = dot ? property_find(p->run, object, dot + 1) : NULL;
	struct node *node = node_new(p, NODE_PROPERTY, at);

	if (!row || (row->flags & CODE_KEYED))
		return fail(p, at, arena_printf(p->run->arena, "there is no field code '%s'", text));
	property_set(node, row, p->run->arena, dot + 1);
	return node;
}

struct node *
code_parse_short(struct code_run *run, const char *list, size_t size, struct place at)
{
	struct parser p = { .run = run, .at = at, .token = TOKEN_END };
	struct node *first = node_new(&p, NODE_FIRST, at);
	const char *end;

	if (too_long(run, size, at))
		return NULL;
	if (size >= 2 && list[0] == '(' && list[size - 1] == ')')
		list++, size -= 2;
	first->name = arena_memdup(run->arena, list, size);
	end = list + size;
	for (const char *bar;; list = bar + 1) {
		struct node *node;

		bar = memchr(list, '|', (size_t)(end - list));
		node = alternative(&p, arena_memdup(run->arena, list, (size_t)((bar ? bar : end) - list)), at);
		if (!node || !adopt(&p, first, node))
			return NULL;
		if (!bar)
			return first;
	}
}
