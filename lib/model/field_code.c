/*
 * Texts with field codes: their pieces in turn, each formula evaluated and made
 * safe for where it goes, and never looked at again.
 */
#include "model/field_code.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/html.h"
#include "base/utf8.h"
#include "model/field_code_priv.h"

#define NAME_LENGTH_MAX 64

const struct code_property_row code_properties[CODE_PROPERTY_COUNT] = {
#define CODE_ROW(value, object, name, type, flags, doc) [value] = { object, name, type, flags, doc },
	CODE_PROPERTIES(CODE_ROW)
#undef CODE_ROW
};

/* What went wrong. */

static void
set_error(struct code_run *run, enum err_code code, struct place at, const char *what)
{
	const char *name = run->options->name;
	struct arena *arena = run->arena;

	run->failed = true;
	err_fill(run->err, code, "where", arena_printf(arena, "%s%s%d:%d", name ? name : "", name ? ":" : "", at.line, at.column), "what", what,
		 "line", arena_printf(arena, "%d", at.line), "column", arena_printf(arena, "%d", at.column), NULL);
}

int
code_fault(struct code_run *run, struct place at, const char *format, ...)
{
	struct code_fault fault = { .code = run->code };
	va_list ap;

	va_start(ap, format);
	fault.what = arena_vprintf(run->arena, format, ap);
	va_end(ap);
	if (run->named) {
		fault.what = arena_printf(run->arena, "in the field code '%s', at character %d: %s", run->named, at.column, fault.what);
		at = run->at;
	}
	fault.line = at.line;
	fault.column = at.column;
	if (run->faults && run->faults->n < CODE_FAULTS_MAX)
		vec_push(run->arena, run->faults, fault);
	if (!run->faults && !run->failed)
		set_error(run, E_BAD_FIELD_CODE, at, fault.what);
	return -1;
}

int
field_code_faults_err(const char *name, const struct code_faults *faults, struct err *err)
{
	const struct code_options options = { .name = name };
	struct code_run run = { .options = &options, .err = err };

	if (!faults->n)
		return 0;
	run.arena = arena_new();
	set_error(&run, E_BAD_FIELD_CODE, (struct place){ faults->v[0].line, faults->v[0].column }, faults->v[0].what);
	arena_free(&run.arena);
	return -1;
}

bool
field_code_name(const char *name)
{
	size_t size = strlen(name);

	if (size == 0 || size > NAME_LENGTH_MAX || code_word(name, size) < size || (*name >= '0' && *name <= '9') || code_reserved(name, size))
		return false;
	for (size_t i = 0; i < CODE_PROPERTY_COUNT; i++)
		if (strcasecmp(code_properties[i].object, name) == 0)
			return false;
	return true;
}

/* Pieces. */

/* Behind the $> that closes what begins at p, which a text in quotes may hold; NULL: none within bounds. */
static const char *
formula_end(const char *p)
{
	bool quoted = false;

	for (const char *from = p; *p && p - from <= CODE_BYTES_MAX + 2; p++) {
		if (!quoted && p[0] == '$' && p[1] == '>')
			return p + 2;
		if (*p == '"' || *p == '\n')
			quoted = *p == '"' && !quoted;
		else if (quoted && *p == '\\' && p[1])
			p++;
	}
	return NULL;
}

static void
formula_piece(struct code_pieces *s)
{
	const char *p = s->text + s->at, *end = formula_end(p + 2);

	s->code = true;
	/* Quotes that do not match hide the end: then it is the first one. */
	if (!end) {
		end = strstr(p + 2, "$>");
		end = end ? end + 2 : NULL;
	}
	s->closed = end;
	s->size = end ? (size_t)(end - p) : strlen(p);
}

static void
short_piece(struct code_pieces *s)
{
	const char *p = s->text + s->at, *end = strchr(p + 1, '$');

	s->code = p[1] != '$';
	s->closed = end;
	s->size = end ? (size_t)(end + 1 - p) : strlen(p);
}

bool
field_code_next(struct code_pieces *s)
{
	struct place at = { s->at ? s->next_line : 1, s->at ? s->next_column : 1 };
	const char *p = s->text + s->at, *mark;

	if (!*p)
		return false;
	s->line = at.line;
	s->column = at.column;
	s->p = p;
	s->code = false;
	s->closed = true;
	mark = strstr(p, s->short_form ? "$" : "<$");
	if (mark == p)
		(s->short_form ? short_piece : formula_piece)(s);
	else
		s->size = mark ? (size_t)(mark - p) : strlen(p);
	at = code_place(at, p, s->size);
	s->at += s->size;
	s->next_line = at.line;
	s->next_column = at.column;
	/* Of $$ one is meant. */
	if (mark == p && !s->code)
		s->size = 1;
	return true;
}

/* Making values safe. */

/* Everything but what never needs it (RFC 3986, 2.3). */
static void
put_url(struct buf *out, const char *value)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (const unsigned char *p = (const unsigned char *)value; *p; p++)
		buf_printf(out, strchr(plain, *p) ? "%c" : "%%%02X", *p);
}

static void
put_line(struct buf *out, const char *text)
{
	uint32_t c;

	for (size_t n; *text; text += n) {
		n = utf8_valid(text, strnlen(text, 4)) ? utf8_decode(text, &c) : 0;
		if (!n) {
			n = 1;
			buf_str(out, "\xef\xbf\xbd");
		} else if (c == '\n' || c == '\t' || c == 0x85 || c == 0x2028 || c == 0x2029) {
			buf_char(out, ' ');
		} else if (!utf8_unsafe(c)) {
			buf_add(out, text, n);
		}
	}
}

static void (*const puts_value[])(struct buf *out, const char *text) = { [CODE_PLAIN] = buf_str, [CODE_HTML] = html_escape, [CODE_HEADER] = put_line, [CODE_URL] = put_url };

static void
put_fixed(const struct code_run *run, struct buf *out, const char *p, size_t size)
{
	if (run->options->into == CODE_HEADER)
		put_line(out, arena_memdup(run->arena, p, size));
	else
		buf_add(out, p, size);
}

/* One field code. */

static struct node *
parse_piece(struct code_run *run, const struct code_pieces *s)
{
	const size_t around = s->short_form ? 1 : 2;
	struct place at = { s->line, s->column };

	run->at = at;
	run->code = NULL;
	if (!s->closed) {
		code_fault(run, at, s->short_form ? "a $ is never closed" : "<$ is never closed by $>");
		return NULL;
	}
	run->code = arena_memdup(run->arena, s->p, s->size > CODE_BYTES_MAX ? CODE_BYTES_MAX : s->size);
	if (++run->codes > CODES_MAX) {
		code_fault(run, at, "more than %d field codes", CODES_MAX);
		return NULL;
	}
	if (s->short_form)
		return code_parse_short(run, s->p + 1, s->size - 2, at);
	return code_parse(run, s->p + around, s->size - 2 * around, code_place(at, s->p, around));
}

/* Nothing came of it: what is to be done then. */
static int
put_missing(struct code_run *run, const struct code_pieces *s, const struct code_value *value, struct buf *out)
{
	const struct node *origin = value->origin;

	switch (run->options->missing) {
	case MISSING_EMPTY:
		return 0;
	case MISSING_KEEP:
		if (run->options->into == CODE_URL)
			put_url(out, run->code);
		else
			put_fixed(run, out, s->p, s->size);
		return 0;
	case MISSING_FAIL:
		break;
	}
	set_error(run, E_NO_FIELD_VALUE, origin ? origin->at : run->at, value->text ? value->text : run->code);
	return -1;
}

static int
put_code(struct code_run *run, const struct code_pieces *s, struct buf *out)
{
	const struct node *node = parse_piece(run, s);
	struct code_value value;
	const char *text;

	if (!node || code_eval(run, node, &value) < 0)
		return -1;
	if (value.type == CODE_NONE)
		return put_missing(run, s, &value, out);
	if (code_text(run, node, &value, &text) < 0)
		return -1;
	puts_value[run->options->into](out, text);
	return 0;
}

static struct code_run
run_new(struct arena *arena, const struct code_options *options, struct code_faults *faults, struct err *err)
{
	return (struct code_run){ .arena = arena, .options = options, .language = code_language_find(options->language), .err = err, .faults = faults };
}

int
field_code_render(struct arena *arena, const char *text, const struct code_options *options, const char **text_r, struct err *err)
{
	/* What evaluation needs goes when it is done. */
	struct arena *scratch = arena_new();
	struct code_run run = run_new(scratch, options, NULL, err);
	struct code_pieces s = { .text = text, .short_form = options->short_form };
	struct buf out = BUF_INIT;
	int rc = 0;

	while (rc == 0 && field_code_next(&s)) {
		if (s.code)
			rc = put_code(&run, &s, &out);
		else
			put_fixed(&run, &out, s.p, s.size);
		if (rc == 0 && out.n > CODE_OUTPUT_MAX)
			rc = err_set(err, E_TOO_LARGE, "what", N_("the text with its field codes filled in"), "limit", "32 MiB", NULL);
	}
	if (rc == 0)
		*text_r = arena_memdup(arena, buf_get(&out), out.n);
	buf_release(&out);
	arena_free(&scratch);
	return rc;
}

int
field_code_check(struct arena *arena, const char *text, const struct code_options *options, struct code_faults *out, struct err *err)
{
	struct code_run run = run_new(arena, options, out, err);
	struct code_pieces s = { .text = text, .short_form = options->short_form };

	*out = (struct code_faults){ NULL, 0, 0 };
	while (!run.failed && run.codes <= CODES_MAX && out->n < CODE_FAULTS_MAX && field_code_next(&s)) {
		const struct node *node = s.code ? parse_piece(&run, &s) : NULL;

		if (node && code_types(&run, node) == TYPE(CODE_OBJECT))
			code_fault(&run, node->at, "%s is an object: one of its properties is expected, as in %s.Id", node->name, node->name);
	}
	return run.failed ? -1 : 0;
}

int
field_code_check_formula(struct arena *arena, const char *formula, const struct code_options *options, struct code_faults *out, struct err *err)
{
	struct code_run run = run_new(arena, options, out, err);
	const struct node *node;

	*out = (struct code_faults){ NULL, 0, 0 };
	run.at = (struct place){ 1, 1 };
	run.code = formula;
	node = code_parse(&run, formula, strlen(formula), run.at);
	if (node)
		code_types(&run, node);
	return run.failed ? -1 : 0;
}
