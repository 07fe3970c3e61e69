#include "search/match.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"

/* Below the space, so that a label sorts before the longer ones that begin with it. */
#define LABEL '\t'

/* Punctuation beyond ASCII that stands in names: guillemets, dashes, quotes, ideographic spaces. */
static bool
divides(uint32_t c)
{
	if (c < 0x80)
		return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
	return (c >= 0x80 && c < 0xc0 && c != 0xaa && c != 0xb5 && c != 0xba) || c == 0xd7 || c == 0xf7 || (c >= 0x2000 && c <= 0x206f) ||
	       (c >= 0x3000 && c <= 0x303f) || (c >= 0xff00 && c <= 0xff0f);
}

/* One label more. */
static void
fold_into(struct buf *out, struct arena *arena, const char *text)
{
	const char *s = utf8_fold(arena, text);
	bool gap = false, begun = false;
	uint32_t c;

	for (size_t n; *s; s += n) {
		n = utf8_decode(s, &c);
		if (divides(c)) {
			gap = begun;
			continue;
		}
		if (gap || (!begun && out->n))
			buf_char(out, gap ? ' ' : LABEL);
		buf_add(out, s, n);
		begun = true;
		gap = false;
	}
}

static const char *
taken(struct arena *arena, struct buf *out)
{
	const char *text = arena_strdup(arena, buf_get(out));

	buf_release(out);
	return text;
}

/* What is all ASCII, as most names are; NULL: this is not. */
static const char *
fold_plain(struct arena *arena, const char *text)
{
	size_t size = strlen(text), n = 0;
	char *out = arena_alloc(arena, size + 1);
	bool gap = false;

	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x80)
			return NULL;
		if (divides(c)) {
			gap = n > 0;
			continue;
		}
		if (gap)
			out[n++] = ' ';
		out[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
		gap = false;
	}
	out[n] = '\0';
	return out;
}

const char *
match_fold(struct arena *arena, const char *text)
{
	const char *plain = fold_plain(arena, text);
	struct buf out = BUF_INIT;

	if (plain)
		return plain;
	fold_into(&out, arena, text);
	return taken(arena, &out);
}

static void
fold_address(struct buf *out, struct arena *arena, const char *text)
{
	const char *s = utf8_fold(arena, text);
	bool gap = false, begun = false;

	for (s += *s == '+'; *s; s++) {
		if (*s == '@' || (unsigned char)*s <= ' ') {
			gap = begun;
			continue;
		}
		if (gap || (!begun && out->n))
			buf_char(out, gap ? ' ' : LABEL);
		buf_char(out, *s);
		begun = true;
		gap = false;
	}
}

const char *
match_text(struct arena *arena, const struct match_labels *labels)
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < labels->names_n; i++)
		if (labels->names[i])
			fold_into(&out, arena, labels->names[i]);
	for (size_t i = 0; i < labels->addresses_n; i++)
		if (labels->addresses[i])
			fold_address(&out, arena, labels->addresses[i]);
	return taken(arena, &out);
}

static void
split_query(struct arena *arena, struct match_query *query)
{
	query->n = 0;
	for (const char *p = query->text; *p && query->n < MATCH_QUERY_WORDS; p += *p == ' ') {
		size_t size = strcspn(p, " ");

		query->word[query->n++] = arena_memdup(arena, p, size);
		p += size;
	}
}

void
match_query(struct arena *arena, const char *text, struct match_query *query)
{
	query->text = match_fold(arena, text);
	split_query(arena, query);
}

int
match_query_address(struct arena *arena, const char *text, struct match_query *query)
{
	struct buf out = BUF_INIT;
	int any = 0;

	for (const char *p = text; *p;) {
		size_t size = strcspn(p, " ");
		const char *word = arena_memdup(arena, p, size);
		struct buf one = BUF_INIT;
		bool address = strpbrk(word, "@.") != NULL;

		if (address)
			fold_address(&one, arena, word);
		else
			fold_into(&one, arena, word);
		any |= address;
		buf_printf(&out, "%s%s", out.n && one.n ? " " : "", buf_get(&one));
		buf_release(&one);
		p += size + (p[size] == ' ');
	}
	query->text = taken(arena, &out);
	split_query(arena, query);
	return any;
}

/* Begins some word of the text with it; whole: is it one? */
static bool
has_word(const char *text, const char *word, bool whole)
{
	size_t size = strlen(word);

	for (const char *p = text; *p; p += strcspn(p, " \t"), p += *p != '\0')
		if (strncmp(p, word, size) == 0 && (!whole || !p[size] || p[size] == ' ' || p[size] == LABEL))
			return true;
	return false;
}

static enum match_rank
label_rank(const char *label, const char *query)
{
	size_t size = strlen(query);

	if (strncmp(label, query, size) != 0)
		return MATCH_NOT;
	if (!label[size] || label[size] == LABEL)
		return MATCH_EXACT;
	return label[size] == ' ' ? MATCH_BEGINS_WORD : MATCH_BEGINS;
}

enum match_rank
match_rank(const char *text, const struct match_query *query, const char **label_r)
{
	enum match_rank best = MATCH_NOT, rank;
	const char *ignored = NULL;

	label_r = label_r ? label_r : &ignored;
	*label_r = text;
	for (const char *label = text; *label && query->n; label += strcspn(label, "\t"), label += *label != '\0') {
		rank = label_rank(label, query->text);
		if (rank < best)
			*label_r = label;
		best = rank < best ? rank : best;
	}
	if (best != MATCH_NOT || !query->n)
		return best;
	best = MATCH_WORDS;
	for (size_t i = 0; i < query->n && best != MATCH_NOT; i++)
		if (!has_word(text, query->word[i], true))
			best = has_word(text, query->word[i], false) ? MATCH_PREFIXES : MATCH_NOT;
	return best;
}

static enum match_place
place_of(const char *text, const char *at, size_t size)
{
	bool first = at == text || at[-1] == LABEL, last = !at[size] || at[size] == LABEL;

	return first ? (last ? MATCH_ALONE : MATCH_FIRST) : MATCH_WITHIN;
}

size_t
match_words(struct arena *arena, const char *text, const struct match_word **words_r)
{
	struct match_word *words = arena_alloc(arena, MATCH_WORDS_MAX * sizeof(*words));
	size_t n = 0;

	for (const char *p = text; *p && n < MATCH_WORDS_MAX; p += *p != '\0') {
		size_t size = strcspn(p, " \t"), i = 0;

		words[n] = (struct match_word){ arena_memdup(arena, p, size), place_of(text, p, size) };
		while (i < n && (words[i].place != words[n].place || strcmp(words[i].word, words[n].word) != 0))
			i++;
		n += i == n;
		p += size;
	}
	*words_r = words;
	return n;
}
