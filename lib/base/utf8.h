/*
 * utf8.h - text from outside: is it UTF-8, how wide is it, is it safe to show.
 *
 * Valid means as in RFC 3629: no overlong forms, no surrogates, at most
 * U+10FFFF. Nothing here depends on the locale.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct arena;
struct buf;

/* The length of the valid prefix of the size bytes at s; size when all is. */
size_t utf8_valid(const char *s, size_t size);
/* Decodes one character (of valid UTF-8), returns its length in bytes. */
size_t utf8_decode(const char *s, uint32_t *c_r);
/* The character at s, which has size > 0 bytes; where it is not valid, UTF8_INVALID and one byte. */
#define UTF8_INVALID UINT32_MAX
size_t utf8_next(const char *s, size_t size, uint32_t *c_r);
size_t utf8_encode(uint32_t c, char out[4]);
/* The value of a hexadecimal digit; -1: it is none. */
static inline int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
/* Each invalid byte and each NUL becomes U+FFFD; *changed_r (may be NULL): did any? */
const char *utf8_repair(struct arena *arena, const char *s, size_t size, bool *changed_r);

/*
 * Columns on a terminal: 0 for combining marks, 2 for wide characters. What
 * utf8_sanitize replaces counts as its substitute: sanitizing keeps the width.
 */
int utf8_width(const char *s);

/*
 * The one place that makes outside text safe for a terminal: C0 and C1
 * controls, DEL, bidi embeddings, overrides, isolates and marks (U+202A-202E,
 * U+2066-206F, U+200E, U+200F, U+061C), line and paragraph separators,
 * annotations (U+FFF9-FFFB), tags (U+E0000-E007F) and invalid bytes are shown
 * as a visible substitute (U+FFFD), never passed on. An escape sequence loses
 * its ESC, the rest is shown as the text it is. Newline and TAB become a space,
 * unless keep_lines is set: then newlines stay.
 */
void utf8_sanitize(struct buf *out, const char *s, bool keep_lines);
/* Is it one of those characters? */
bool utf8_unsafe(uint32_t c);

/*
 * Folded for comparison and look-up: lower case, accents dropped (Latin, Greek,
 * Cyrillic), ligatures spelled out; composed or not makes no difference.
 */
const char *utf8_fold(struct arena *arena, const char *s);
/* One character of it, as UTF-8: its length, 0 for an accent. */
#define UTF8_FOLD_MAX 8
size_t utf8_fold_one(uint32_t c, char out[UTF8_FOLD_MAX]);

/* Forms of sixteen characters from first on, divided by spaces; "." stays. */
struct utf8_row {
	uint32_t first;
	const char *forms;
};
/* That of c and its length, by sorted rows; NULL: it stays. */
const char *utf8_form(const struct utf8_row *rows, size_t n, uint32_t c, size_t *size_r);

#endif
