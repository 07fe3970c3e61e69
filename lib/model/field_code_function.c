/*
 * Functions of field codes: finding one, what it takes, and how the manual
 * shows it.
 */
#include <string.h>
#include <strings.h>

#include "model/field_code_priv.h"

static const struct function_row *const families[] = { code_functions_logic, code_functions_text, code_functions_number, code_functions_date };

static const struct {
	char letter;
	unsigned types;
	const char *name;
} letters[] = {
	{ 'n', TYPE(CODE_NUMBER), "number" },
	{ 't', TYPE(CODE_TEXT), "text" },
	{ 'd', TYPE(CODE_TIME), "time" },
	{ 'b', TYPE(CODE_BOOLEAN), "condition" },
};

const struct function_row *
function_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(families); i++)
		for (const struct function_row *f = families[i]; f->name; f++)
			if (strcasecmp(f->name, name) == 0)
				return f;
	return NULL;
}

unsigned
code_letter_types(char letter)
{
	for (size_t i = 0; i < COUNT_OF(letters); i++)
		if (letters[i].letter == letter)
			return letters[i].types;
	return 0;
}

/* Of "tn|n", "a*": how many there must be, and may be. */
static void
bounds(const struct function_row *f, size_t *least_r, size_t *most_r)
{
	size_t n = 0;
	bool optional = false;

	*least_r = 0;
	for (const char *p = f->args; *p; p++) {
		optional = optional || *p == '|';
		n += *p != '|' && *p != '*';
		if (!optional)
			*least_r = n;
	}
	*most_r = f->args[0] && f->args[strlen(f->args) - 1] == '*' ? SIZE_MAX : n;
}

unsigned
code_argument_types(const struct function_row *f, size_t argument)
{
	unsigned types = TYPES_ALL;

	for (const char *p = f->args; *p; p++) {
		if (*p == '|' || *p == '*')
			continue;
		types = *p == 'a' ? TYPES_ALL : code_letter_types(*p);
		if (argument-- == 0)
			break;
	}
	return types;
}

int
code_call_fits(struct code_run *run, const struct node *call)
{
	const struct function_row *f = call->function;
	size_t least, most;

	bounds(f, &least, &most);
	if (call->n >= least && call->n <= most)
		return 0;
	if (least == most)
		return code_fault(run, call->at, "%s takes %zu arguments, not %zu", f->name, least, call->n);
	if (most == SIZE_MAX)
		return code_fault(run, call->at, "%s takes %zu arguments or more, not %zu", f->name, least, call->n);
	return code_fault(run, call->at, "%s takes %zu to %zu arguments, not %zu", f->name, least, most, call->n);
}

static const char *
argument_name(char letter)
{
	for (size_t i = 0; i < COUNT_OF(letters); i++)
		if (letters[i].letter == letter)
			return letters[i].name;
	return "value";
}

/* "Mid(text, number[, number])" */
static const char *
call_shown(struct arena *arena, const struct function_row *f)
{
	const char *text = arena_printf(arena, "%s(", f->name), *comma = "";
	bool optional = false;

	for (const char *p = f->args; *p; p++) {
		if (*p == '|') {
			optional = true;
		} else if (*p == '*') {
			text = arena_printf(arena, "%s, ...", text);
		} else {
			text = arena_printf(arena, "%s%s%s%s%s", text, optional ? "[" : "", comma, argument_name(*p), optional ? "]" : "");
			comma = ", ";
		}
	}
	return arena_printf(arena, "%s)", text);
}

size_t
code_function_docs(struct arena *arena, const struct code_function_doc **docs_r)
{
	VEC(struct code_function_doc)
	docs = { NULL, 0, 0 };

	for (size_t i = 0; i < COUNT_OF(families); i++)
		for (const struct function_row *f = families[i]; f->name; f++) {
			struct code_function_doc doc = { f->family, call_shown(arena, f), f->doc, f->example, f->shows };

			vec_push(arena, &docs, doc);
		}
	*docs_r = docs.v;
	return docs.n;
}

size_t
code_operator_docs(struct arena *arena, const struct code_operator_doc **docs_r)
{
	VEC(struct code_operator_doc)
	docs = { NULL, 0, 0 };

	for (size_t i = 0; i < code_operators_n; i++) {
		const struct operator_row *o = &code_operators[i];
		struct code_operator_doc doc = { o->sign && o->word ? arena_printf(arena, "%s %s", o->sign, o->word) : (o->sign ? o->sign : o->word), o->doc, o->example, o->shows };

		if (o->doc)
			vec_push(arena, &docs, doc);
	}
	*docs_r = docs.v;
	return docs.n;
}
