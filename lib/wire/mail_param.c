/* Parameters of Content-Type and Content-Disposition (RFC 2045, RFC 2231). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "wire/mail_priv.h"

#define PARAMS_MAX 200
#define SECTIONS_MAX 200

/* Behind a comment at p, or p: it has no end. */
static const char *
skip_comment(const char *p, const char *end)
{
	unsigned depth = 0;

	for (const char *s = p; s < end; s++) {
		if (*s == '\\' && s + 1 < end)
			s++;
		else if (*s == '(')
			depth++;
		else if (*s == ')' && --depth == 0)
			return s + 1;
	}
	return p;
}

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && mail_is_space(*p))
		p++;
	return p;
}

/* A quoted string at p: its bytes; behind it. Without an end, all that follows. */
static const char *
read_quoted(struct arena *arena, const char *p, const char *end, struct mail_param *param)
{
	char *out = arena_alloc(arena, (size_t)(end - p) + 1);
	size_t n = 0;

	for (p++; p < end && *p != '"'; p++) {
		/* A backslash that is no escape is part of a Windows path. */
		if (*p == '\\' && p + 1 < end && (p[1] == '"' || p[1] == '\\'))
			p++;
		if (*p != '\r' && *p != '\n')
			out[n++] = *p;
	}
	param->value = out;
	param->size = n;
	while (p < end && *p != ';')
		p++;
	return p;
}

/* As far as the semicolon: what should have been quoted often is not. */
static const char *
read_bare(struct arena *arena, const char *p, const char *end, struct mail_param *param)
{
	const char *stop = memchr(p, ';', (size_t)(end - p));
	struct mail_span value;

	stop = stop ? stop : end;
	value = mail_trim((struct mail_span){ p, (size_t)(stop - p) });
	param->value = arena_memdup(arena, value.p, value.n);
	param->size = value.n;
	return stop;
}

static const char *
read_main(struct arena *arena, const char *p, const char *end, struct mail_params *out)
{
	const char *from = skip_space(p, end), *stop;

	for (stop = from; stop < end && *stop != ';' && *stop != '(' && !mail_is_space(*stop); stop++)
		;
	/* "text / plain" */
	out->main = mail_lower(arena, (struct mail_span){ from, (size_t)(stop - from) });
	p = skip_space(stop, end);
	if (p < end && *p == '(')
		p = skip_comment(p, end);
	while (p < end && *p != ';')
		p++;
	return p;
}

void
mail_params_read(struct arena *arena, struct mail_span value, struct mail_params *out)
{
	const char *end = value.p + value.n, *p = read_main(arena, value.p, end, out);
	VEC(struct mail_param)
	params = { 0 };

	while (p < end && params.n < PARAMS_MAX) {
		struct mail_param param = { { NULL, 0 }, "", 0 };
		const char *name = p = skip_space(p + 1, end);

		while (p < end && *p != '=' && *p != ';')
			p++;
		param.name = mail_trim((struct mail_span){ name, (size_t)(p - name) });
		param.name.p = arena_memdup(arena, param.name.p, param.name.n);
		if (p == end || *p == ';')
			continue;
		p = skip_space(p + 1, end);
		p = p < end && *p == '"' ? read_quoted(arena, p, end, &param) : read_bare(arena, p, end, &param);
		vec_push(arena, &params, param);
	}
	out->v = params.v;
	out->n = params.n;
}

/* RFC 2231 */

struct section {
	const struct mail_param *param;
	bool encoded;
};

/* "name*", "name*0", "name*0*": which section of name it is; -1: none. */
static int
section_of(const struct mail_param *param, const char *name, bool *encoded_r)
{
	size_t n = strlen(name), i = n + 1;
	int at = 0;

	*encoded_r = false;
	if (param->name.n <= n || param->name.p[n] != '*' || strncasecmp(param->name.p, name, n) != 0)
		return -1;
	if (i == param->name.n) {
		*encoded_r = true;
		return 0;
	}
	for (; i < param->name.n && param->name.p[i] >= '0' && param->name.p[i] <= '9'; i++) {
		at = at * 10 + (param->name.p[i] - '0');
		if (at >= SECTIONS_MAX)
			return -1;
	}
	*encoded_r = i < param->name.n && param->name.p[i] == '*';
	return at;
}

static void
add_percent(struct buf *out, const char *s, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (s[i] == '%' && i + 2 < size && hex_digit(s[i + 1]) >= 0 && hex_digit(s[i + 2]) >= 0) {
			buf_char(out, (char)(hex_digit(s[i + 1]) * 16 + hex_digit(s[i + 2])));
			i += 2;
		} else
			buf_char(out, s[i]);
	}
}

/* The label before the first of two apostrophes; how many bytes they and the language take. */
static size_t
charset_of(const struct mail_param *param, char label[MAIL_LABEL])
{
	const char *first = memchr(param->value, '\'', param->size), *second;
	const char *end = param->value + param->size;

	label[0] = '\0';
	second = first ? memchr(first + 1, '\'', (size_t)(end - first) - 1) : NULL;
	if (!second)
		return 0;
	mail_label((struct mail_span){ param->value, (size_t)(first - param->value) }, label);
	return (size_t)(second + 1 - param->value);
}

static const char *
join(struct arena *arena, const struct section *sections)
{
	struct buf bytes = BUF_INIT;
	char label[MAIL_LABEL] = "";
	const char *text;

	for (size_t i = 0; i < SECTIONS_MAX && sections[i].param; i++) {
		const struct mail_param *param = sections[i].param;
		size_t skip = i == 0 && sections[i].encoded ? charset_of(param, label) : 0;

		if (sections[i].encoded)
			add_percent(&bytes, param->value + skip, param->size - skip);
		else
			buf_add(&bytes, param->value, param->size);
	}
	text = mail_utf8(arena, *label ? label : NULL, buf_get(&bytes), bytes.n, NULL);
	/* Both kinds of encoding at once: some do. */
	if (strstr(text, "=?"))
		text = mail_words(arena, (struct mail_span){ text, strlen(text) });
	buf_release(&bytes);
	return text;
}

const char *
mail_param_get(struct arena *arena, const struct mail_params *params, const char *name)
{
	struct section sections[SECTIONS_MAX] = { { NULL, false } };
	const struct mail_param *plain = NULL;

	for (size_t i = 0; i < params->n; i++) {
		const struct mail_param *param = &params->v[i];
		bool encoded;
		int at = section_of(param, name, &encoded);

		if (at < 0 && !plain && mail_span_is(param->name, name))
			plain = param;
		/* "name*" and "name*0" together: the whole one. */
		if (at >= 0 && (!sections[at].param || (at == 0 && param->name.n == strlen(name) + 1)))
			sections[at] = (struct section){ param, encoded };
	}
	if (sections[0].param && sections[0].param->name.n == strlen(name) + 1)
		sections[1].param = NULL;
	if (sections[0].param)
		return join(arena, sections);
	return plain ? mail_words(arena, (struct mail_span){ plain->value, plain->size }) : NULL;
}
