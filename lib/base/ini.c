#include "base/ini.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/utf8.h"

#define SIZE_LIMIT (1 << 20)
#define ENTRY_LIMIT 10000

struct parse {
	struct arena *arena;
	const char *name, *section;
	unsigned line;
	struct ini *ini;
	struct err *err;
};

/* A piece of the text. */
struct span {
	const char *p;
	size_t n;
};

static int
fail(struct parse *parse, const char *what)
{
	char where[256];

	snprintf(where, sizeof(where), "%.200s:%u", parse->name, parse->line);
	return err_set(parse->err, E_BAD_CONFIG, "where", where, "what", what, NULL);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span
trim(struct span s)
{
	while (s.n > 0 && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

static bool
is_key(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '_' && c != '-' && c != '.')
			return false;
	}
	return s.n > 0;
}

static int
section(struct parse *parse, struct span s)
{
	struct span name;

	if (s.p[s.n - 1] != ']')
		return fail(parse, N_("a section ends with ]"));
	name = trim((struct span){ s.p + 1, s.n - 2 });
	if (name.n == 0)
		return fail(parse, N_("a section without a name"));
	if (memchr(name.p, '[', name.n) || memchr(name.p, ']', name.n))
		return fail(parse, N_("brackets in the name of a section"));
	parse->section = arena_memdup(parse->arena, name.p, name.n);
	return 0;
}

static int
unquote(struct parse *parse, struct span s, const char **value_r)
{
	char *out = arena_alloc(parse->arena, s.n);
	size_t n = 0, i;

	for (i = 1; i < s.n && s.p[i] != '"'; i++) {
		if (s.p[i] == '\\') {
			i++;
			if (i == s.n || (s.p[i] != '"' && s.p[i] != '\\'))
				return fail(parse, N_("only \\\" and \\\\ are escapes"));
		}
		out[n++] = s.p[i];
	}
	if (i >= s.n)
		return fail(parse, N_("a quote is not closed"));
	if (i != s.n - 1)
		return fail(parse, N_("something stands behind the closing quote"));
	*value_r = out;
	return 0;
}

static int
entry(struct parse *parse, struct span s)
{
	const char *equals = memchr(s.p, '=', s.n), *stop = s.p + s.n;
	struct span key, value;
	struct ini_entry e = { .line = parse->line };

	if (!equals)
		return fail(parse, N_("neither [section] nor key = value"));
	key = trim((struct span){ s.p, (size_t)(equals - s.p) });
	value = trim((struct span){ equals + 1, (size_t)(stop - equals) - 1 });
	if (!is_key(key))
		return fail(parse, N_("a key has letters, digits, '-', '_' and '.'"));
	if (value.n > 0 && value.p[0] == '"') {
		if (unquote(parse, value, &e.value) < 0)
			return -1;
	} else {
		e.value = arena_memdup(parse->arena, value.p, value.n);
	}
	e.key = arena_printf(parse->arena, "%s%s%.*s", parse->section ? parse->section : "",
			     parse->section ? "." : "", (int)key.n, key.p);
	if (parse->ini->n == ENTRY_LIMIT)
		return fail(parse, N_("more than 10,000 entries"));
	vec_push(parse->arena, parse->ini, e);
	return 0;
}

static int
one_line(struct parse *parse, struct span s)
{
	if (utf8_valid(s.p, s.n) < s.n)
		return fail(parse, N_("not valid UTF-8"));
	s = trim(s);
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
			return fail(parse, N_("a control character"));
	if (s.n == 0 || s.p[0] == '#' || s.p[0] == ';')
		return 0;
	return s.p[0] == '[' ? section(parse, s) : entry(parse, s);
}

int
ini_parse(struct arena *arena, const char *name, const char *text, size_t size, struct ini *ini_r, struct err *err)
{
	struct parse parse = { .arena = arena, .name = name, .line = 1, .ini = ini_r, .err = err };
	const char *stop = text + size;

	*ini_r = (struct ini){ 0 };
	if (size > SIZE_LIMIT)
		return fail(&parse, N_("larger than 1 MiB"));
	/* Some editors begin a file with a byte order mark. */
	if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	for (; text < stop; parse.line++) {
		const char *end = memchr(text, '\n', (size_t)(stop - text));

		if (!end)
			end = stop;
		if (one_line(&parse, (struct span){ text, (size_t)(end - text) }) < 0)
			return -1;
		text = end < stop ? end + 1 : stop;
	}
	return 0;
}
