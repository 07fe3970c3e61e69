/*
 * Encoded words of headers (RFC 2047). Words that follow each other are joined as
 * bytes before they become characters: many programs cut within one.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "wire/mail_priv.h"

#define LABEL_LOOK 64 /* bytes of a label */

bool
mail_word_at(const char *s, const char *end, struct mail_word *word)
{
	const char *p, *q;

	if (end - s < 8 || s[0] != '=' || s[1] != '?')
		return false;
	p = memchr(s + 2, '?', (size_t)(end - s - 2 < LABEL_LOOK ? end - s - 2 : LABEL_LOOK));
	if (!p || p == s + 2 || end - p < 4 || p[2] != '?')
		return false;
	for (q = s + 2; q < p; q++)
		if (mail_is_space(*q) || *q == '=')
			return false;
	if (!strchr("bBqQ", p[1]) || p[1] == '\0')
		return false;
	word->label = (struct mail_span){ s + 2, (size_t)(p - s) - 2 };
	word->base64 = p[1] == 'b' || p[1] == 'B';
	for (q = p + 3; (q = memchr(q, '?', (size_t)(end - q))); q++) {
		if (q + 1 < end && q[1] == '=')
			break;
		/* Another begins: this one has no end. */
		if (q[-1] == '=' && q - 1 >= p + 3)
			return false;
	}
	if (!q)
		return false;
	word->text = (struct mail_span){ p + 3, (size_t)(q - p) - 3 };
	word->size = (size_t)(q + 2 - s);
	return true;
}

struct words {
	struct arena *arena;
	struct buf out, bytes; /* bytes: of words of one label, not yet characters */
	char label[MAIL_LABEL];
};

static void
flush(struct words *w)
{
	size_t n = 0;
	const char *text;

	if (w->bytes.n == 0)
		return;
	text = mail_utf8(w->arena, w->label, w->bytes.p, w->bytes.n, &n);
	buf_add(&w->out, text, n);
	buf_reset(&w->bytes);
}

static void
add_q(struct buf *out, struct mail_span text)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '=' && i + 2 < text.n && hex_digit(text.p[i + 1]) >= 0 && hex_digit(text.p[i + 2]) >= 0) {
			buf_char(out, (char)(hex_digit(text.p[i + 1]) * 16 + hex_digit(text.p[i + 2])));
			i += 2;
		} else if (c != '\r' && c != '\n')
			buf_char(out, c == '_' ? ' ' : c);
	}
}

static void
add_word(struct words *w, const struct mail_word *word)
{
	char label[MAIL_LABEL];

	mail_label(word->label, label);
	if (w->bytes.n > 0 && strcmp(label, w->label) != 0)
		flush(w);
	memcpy(w->label, label, sizeof(label));
	if (word->base64) {
		char *bytes = xmalloc(word->text.n + 3);

		buf_add(&w->bytes, bytes, mail_base64(word->text.p, word->text.n, bytes));
		free(bytes);
	} else
		add_q(&w->bytes, word->text);
}

/* Text between words, unfolded. */
static void
add_text(struct words *w, const char *s, const char *end)
{
	size_t n = 0;
	const char *text;

	flush(w);
	text = mail_utf8(w->arena, NULL, s, (size_t)(end - s), &n);
	for (size_t i = 0; i < n; i++) {
		if (text[i] != '\r' && text[i] != '\n')
			buf_char(&w->out, text[i] == '\t' ? ' ' : text[i]);
	}
}

static bool
only_space(const char *s, const char *end)
{
	while (s < end && mail_is_space(*s))
		s++;
	return s == end;
}

static void
decode(struct words *w, struct mail_span value)
{
	const char *end = value.p + value.n, *from = value.p;
	bool after_word = false;

	for (const char *p = from; p < end;) {
		struct mail_word word;

		p = memchr(p, '=', (size_t)(end - p));
		if (!p)
			break;
		if (!mail_word_at(p, end, &word)) {
			p++;
			continue;
		}
		if (!after_word || !only_space(from, p))
			add_text(w, from, p);
		add_word(w, &word);
		from = p = p + word.size;
		after_word = true;
	}
	if (from < end)
		add_text(w, from, end);
	flush(w);
}

/* ASCII without encoded words. */
static bool
is_plain(struct mail_span value)
{
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];

		if (c >= 0x80 || c == 0 || (c == '=' && i + 1 < value.n && value.p[i + 1] == '?'))
			return false;
	}
	return true;
}

static const char *
unfold(struct arena *arena, struct mail_span value)
{
	char *out = arena_memdup(arena, value.p, value.n);
	size_t n = 0;

	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] != '\r' && value.p[i] != '\n')
			out[n++] = value.p[i] == '\t' ? ' ' : value.p[i];
	out[n] = '\0';
	return out;
}

const char *
mail_words(struct arena *arena, struct mail_span value)
{
	struct words w = { arena, BUF_INIT, BUF_INIT, "" };
	struct mail_span out;
	char *text;

	value = mail_trim(value);
	if (is_plain(value))
		return unfold(arena, value);
	decode(&w, value);
	out = mail_trim((struct mail_span){ buf_get(&w.out), w.out.n });
	text = arena_memdup(arena, out.p, out.n);
	/* What was encoded as two lines is one, too. */
	for (char *s = text; *s; s++)
		if (*s == '\n' || *s == '\r')
			*s = ' ';
	buf_release(&w.out);
	buf_release(&w.bytes);
	return text;
}
