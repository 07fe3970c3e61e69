/*
 * Formulas of field codes into tokens: numbers, texts, words and signs.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "model/field_code_priv.h"

#define COMPARISONS \
	"<=", "<>", ">=", "!=", "==", "<", ">", "="

struct place
code_place(struct place from, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\n')
			from = (struct place){ from.line + 1, 1 };
		else
			from.column += ((unsigned char)text[i] & 0xc0) != 0x80;
	}
	return from;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

size_t
code_word(const char *s, size_t size)
{
	size_t n = 0;

	while (n < size && ((unsigned char)s[n] >= 0x80 || s[n] == '_' || is_digit(s[n]) || (s[n] >= 'a' && s[n] <= 'z') || (s[n] >= 'A' && s[n] <= 'Z')))
		n++;
	return n;
}

bool
code_word_is(const char *s, size_t size, const char *word)
{
	return strlen(word) == size && strncasecmp(s, word, size) == 0;
}

bool
code_reserved(const char *name, size_t size)
{
	static const char *const words[] = { "Not", "True", "False" };

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (code_word_is(name, size, words[i]))
			return true;
	for (size_t i = 0; i < code_operators_n; i++)
		if (code_operators[i].word && code_word_is(name, size, code_operators[i].word))
			return true;
	return false;
}

static enum code_token
bad(struct parser *p, struct place at, const char *what)
{
	code_fault(p->run, at, "%s", what);
	return TOKEN_BAD;
}

static enum code_token
scan_number(struct parser *p)
{
	const char *s = p->p;
	char *text;

	while (s < p->end && is_digit(*s))
		s++;
	if (s + 1 < p->end && *s == '.' && is_digit(s[1]))
		for (s++; s < p->end && is_digit(*s);)
			s++;
	if (s < p->end && (*s == 'e' || *s == 'E')) {
		const char *e = s + 1 + (s + 1 < p->end && (s[1] == '+' || s[1] == '-'));

		if (e < p->end && is_digit(*e))
			for (s = e; s < p->end && is_digit(*s);)
				s++;
	}
	p->size = (size_t)(s - p->p);
	if (code_word(s, (size_t)(p->end - s)))
		return bad(p, p->at, "a number runs into a word");
	text = arena_memdup(p->run->arena, p->p, p->size);
	p->value = (struct code_value){ .type = CODE_NUMBER, .number = strtod(text, NULL) };
	return isfinite(p->value.number) ? TOKEN_NUMBER : bad(p, p->at, "a number that is too large");
}

static enum code_token
scan_text(struct parser *p)
{
	static const char escapes[] = "ntr\"\\", meant[] = "\n\t\r\"\\";
	struct buf text = BUF_INIT;
	const char *s = p->p + 1, *what = "a text is never closed";

	for (; s < p->end && *s != '"' && *s != '\n'; s++) {
		const char *escape = *s == '\\' && s + 1 < p->end && s[1] ? strchr(escapes, s[1]) : NULL;

		if (*s == '\\' && !escape) {
			what = "in a text \\ stands before n, t, r, \" or \\ alone";
			p->at = code_place(p->at, p->p, (size_t)(s - p->p));
			break;
		}
		if (escape)
			s++;
		buf_char(&text, escape ? meant[escape - escapes] : *s);
	}
	p->value = (struct code_value){ .type = CODE_TEXT, .text = arena_strdup(p->run->arena, buf_get(&text)) };
	buf_release(&text);
	if (s >= p->end || *s != '"')
		return bad(p, p->at, what);
	p->size = (size_t)(s + 1 - p->p);
	return TOKEN_TEXT;
}

static enum code_token
scan_sign(struct parser *p)
{
	static const char *const signs[] = { COMPARISONS, "+", "-", "*", "/", "^", ":", "(", ")", ",", "." };

	for (size_t i = 0; i < COUNT_OF(signs); i++) {
		p->size = strlen(signs[i]);
		if ((size_t)(p->end - p->p) >= p->size && memcmp(p->p, signs[i], p->size) == 0)
			return TOKEN_SIGN;
	}
	return bad(p, p->at, arena_printf(p->run->arena, "'%c' has no meaning here", *p->p >= ' ' && *p->p < 127 ? *p->p : '?'));
}

static enum code_token
scan(struct parser *p)
{
	if (p->p == p->end)
		return TOKEN_END;
	if (is_digit(*p->p))
		return scan_number(p);
	if (*p->p == '"')
		return scan_text(p);
	p->size = code_word(p->p, (size_t)(p->end - p->p));
	return p->size ? TOKEN_WORD : scan_sign(p);
}

void
code_advance(struct parser *p)
{
	const char *from = p->p;

	if (p->token == TOKEN_BAD)
		return;
	while (p->p < p->end && *p->p && strchr(" \t\r\n", *p->p))
		p->p++;
	p->at = code_place(p->at, from, (size_t)(p->p - from));
	p->place = p->at;
	p->start = p->p;
	p->size = 0;
	p->token = scan(p);
	if (p->token == TOKEN_BAD)
		return;
	p->p += p->size;
	p->at = code_place(p->at, p->start, p->size);
}

bool
code_ahead(const struct parser *p, const char *sign)
{
	return p->token == TOKEN_SIGN && strlen(sign) == p->size && memcmp(p->start, sign, p->size) == 0;
}
