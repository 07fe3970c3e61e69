/*
 * Texts with field codes: whatever they are, an answer comes, and errors have
 * their place; the pieces make up the text; a value never becomes a field code;
 * what the check lets pass has no fault of syntax; a header is a line.
 */
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/utf8.h"
#include "model/field_code.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool good)
{
	if (!good)
		abort();
}

/* Some have values, of each type, and texts that would be mischief. */
static int
get(void *context, struct arena *arena, enum code_property property, const char *key, struct code_value *value_r, struct err *err)
{
	static const struct code_value values[] = {
		{ .type = CODE_NONE },
		{ .type = CODE_TEXT, .text = "<$ 1 / 0 $> $Contact.Id$ <b>\r\n\x1b \xe2\x80\xae" },
		{ .type = CODE_NUMBER, .number = 1e300 },
		{ .type = CODE_NUMBER, .number = -0.5 },
		{ .type = CODE_TIME, .time = INT64_C(1795253400000) },
		{ .type = CODE_TIME, .time = INT64_C(1795219200000), .day = true },
		{ .type = CODE_BOOLEAN, .boolean = true },
		{ .type = CODE_TEXT, .text = "12.5" },
	};

	(void)context, (void)arena, (void)err;
	*value_r = values[(property + (key ? strlen(key) : 0)) % COUNT_OF(values)];
	return 0;
}

static int
named(void *context, struct arena *arena, const char *name, const char **formula_r, struct err *err)
{
	static const char *const formulas[] = { "a + b", "Contact.FirstName", "1 + (", "c", "b + b" };

	(void)context, (void)arena, (void)err;
	if (name[1] || *name < 'a' || *name > 'e')
		return 0;
	*formula_r = formulas[*name - 'a'];
	return 1;
}

static void
check_pieces(const char *text, bool short_form)
{
	struct code_pieces s = { .text = text, .short_form = short_form };
	size_t at = 0;

	while (field_code_next(&s)) {
		must(s.p == text + at && s.size && s.line > 0 && s.column > 0);
		must(s.code || s.closed);
		at = s.at;
	}
	must(at == strlen(text));
}

static void
check_line(const char *text)
{
	uint32_t c;

	while (*text) {
		text += utf8_decode(text, &c);
		must(!utf8_unsafe(c));
	}
}

static void
check(struct arena *arena, const char *text, struct code_options *options)
{
	struct code_faults faults;
	struct err err = { 0 };
	const char *out;

	must(field_code_check(arena, text, options, &faults, &err) == 0 && faults.n <= CODE_FAULTS_MAX);
	for (size_t i = 0; i < faults.n; i++)
		must(faults.v[i].line > 0 && faults.v[i].column > 0 && faults.v[i].what);
	if (field_code_render(arena, text, options, &out, &err) < 0) {
		must(err.code == E_BAD_FIELD_CODE || err.code == E_NO_FIELD_VALUE || err.code == E_TOO_LARGE);
		must(err_get(&err, "where") && err_get(&err, "what"));
	} else if (options->into == CODE_HEADER) {
		check_line(out);
	} else {
		must(utf8_valid(out, strlen(out)) == strlen(out));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const languages[] = { "en", "fr", "de", NULL };
	struct arena *arena = arena_new();
	const char *text = utf8_repair(arena, (const char *)data, size, NULL);
	unsigned choice = size ? data[size - 1] : 0;
	struct code_options options = {
		.short_form = choice & 1,
		.into = (enum code_context)(choice >> 1 & 3),
		.missing = (enum missing_policy)((choice >> 3) % 3),
		.language = languages[choice >> 5 & 3],
		.now = INT64_C(1795253400000),
		.get = get,
		.named = named,
	};

	check_pieces(text, options.short_form);
	check(arena, text, &options);
	arena_free(&arena);
	return 0;
}
