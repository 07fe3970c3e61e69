#include "search/build.h"

#include <string.h>

#include "search/match.h"

/* So full are lines made, on average. */
#define TABLE_FILL 55

/* Bytes as they come, how many before them; in lines. */
struct bytes {
	uint32_t *v;
	size_t n, cap; /* in lines */
	size_t at;     /* in the last of them */
};

static uint32_t
put_bytes(struct bytes *bytes, const char *from, uint8_t size)
{
	uint32_t at;

	if (!bytes->n || bytes->at + 1 + size > LINE_BYTES) {
		if (bytes->n == bytes->cap) {
			bytes->cap = bytes->cap * 2 + 64;
			bytes->v = xrealloc(bytes->v, bytes->cap, LINE_BYTES);
		}
		memset((char *)bytes->v + bytes->n++ * LINE_BYTES, 0, LINE_BYTES);
		bytes->at = 0;
	}
	at = (uint32_t)((bytes->n - 1) * sizeof(struct line) + bytes->at);
	((uint8_t *)bytes->v)[(bytes->n - 1) * LINE_BYTES + bytes->at] = size;
	memcpy((char *)bytes->v + (bytes->n - 1) * LINE_BYTES + bytes->at + 1, from, size);
	bytes->at += (size_t)1 + size;
	return at;
}

/* The bytes of terms, then those of words that are not the same. */
static void
write_words(struct build *b, struct out *out)
{
	struct file_word *words = xcalloc((size_t)b->h.words + 1, sizeof(*words));
	struct bytes bytes = { 0 };

	for (uint32_t i = 0; i < b->h.terms; i++) {
		const struct build_term *term = &b->own.terms.v[b->term_order[i]];

		b->file_terms[i].at = put_bytes(&bytes, b->own.bytes.p + term->at, term->size);
	}
	for (uint32_t i = 0; i < b->h.words; i++) {
		const struct build_word *word = &b->own.words.v[b->word_order[i]];
		const char *from = b->own.bytes.p + word->at;
		bool same = word->at == b->own.terms.v[word->term].at;

		words[i].term = b->word_term[i] | (word->stop ? WORD_STOP : 0);
		words[i].at = same ? b->file_terms[b->word_term[i]].at : put_bytes(&bytes, from, word->size);
		words[i].letters = word_letters(from, word->size);
	}
	out_rows(b, out, IN_BYTES, bytes.v, bytes.n, LINE_NUMBERS);
	out_rows(b, out, IN_WORDS, words, b->h.words, WORD_NUMBERS);
	out_rows(b, out, IN_TERMS, b->file_terms, b->h.terms, TERM_NUMBERS);
	free(bytes.v);
	free(words);
}

/* Of a name that very many have, so many lines are enough. */
#define TABLE_LINES_MAX 16

/* must: it has to be found by it. */
static void
place(struct line *lines, uint32_t n, uint32_t mask, uint64_t hash, uint32_t id, bool must)
{
	uint32_t at = hash_line(hash, n), tries = 0;

	for (; (lines[at].v[TABLE_COUNT] & ~LINE_MORE) == TABLE_IDS; at = (at + 1) % n) {
		if (!must && ++tries > TABLE_LINES_MAX)
			return;
		lines[at].v[TABLE_COUNT] |= LINE_MORE;
	}
	lines[at].v[lines[at].v[TABLE_COUNT]++] = ((uint32_t)hash & ~mask) | id;
}

static void
write_table(struct build *b, struct out *out, enum section section, uint32_t n)
{
	struct line *lines = xcalloc(n, sizeof(*lines));
	uint32_t mask = table_mask(section == IN_TERM_BY ? b->h.terms : b->h.words);

	if (section == IN_TERM_BY)
		for (uint32_t i = 0; i < b->h.terms; i++)
			place(lines, n, mask, b->own.terms.v[b->term_order[i]].hash, i, true);
	else
		for (uint32_t i = 0; i < b->h.words; i++)
			place(lines, n, mask, b->own.words.v[b->word_order[i]].hash, i, true);
	out_begin(out, &b->h.section[section]);
	out_lines(out, section, lines, n);
	out_end(out);
	free(lines);
}

static void
write_phrases(struct build *b, struct out *out)
{
	uint32_t *pairs = xcalloc(b->phrases.n * 2 + 1, sizeof(*pairs));

	for (size_t i = 0; i < b->phrases.n; i++) {
		pairs[2 * i] = b->phrases.v[i].left;
		pairs[2 * i + 1] = b->phrases.v[i].right;
	}
	out_rows(b, out, IN_PHRASES, pairs, b->phrases.n, 2);
	free(pairs);
}

void
build_terms(struct build *b, struct out *out)
{
	write_phrases(b, out);
	write_words(b, out);
	b->h.term_lines = b->h.terms / TABLE_FILL + 1;
	b->h.word_lines = b->h.words / TABLE_FILL + 1;
	write_table(b, out, IN_TERM_BY, b->h.term_lines);
	write_table(b, out, IN_WORD_BY, b->h.word_lines);
}

/* The hashes by which a response is found; how many. */
static size_t
keys_of(const struct build *b, uint32_t i, struct arena *arena, uint64_t hash[3])
{
	struct cut rest;
	size_t n = 0;
	const char *shortcut, *name;

	hash[n++] = key_hash(KEY_ID, build_id(&b->responses.v[b->order[i]], &rest));
	shortcut = match_fold(arena, cut_string(&rest));
	name = match_fold(arena, cut_string(&rest));
	if (shortcut[0])
		hash[n++] = key_hash(KEY_WORD, shortcut);
	if (name[0] && strcmp(name, shortcut) != 0)
		hash[n++] = key_hash(KEY_WORD, name);
	return n;
}

void
build_keys(struct build *b, struct out *out)
{
	struct arena *arena = arena_new();
	struct line *lines;
	uint64_t hash[3];
	size_t total = b->uses_n;
	uint32_t mask = table_mask(keys_n(&b->h));

	for (uint32_t i = 0; i < b->responses_n; i++, arena_reset(arena))
		total += keys_of(b, i, arena, hash);
	b->h.key_lines = (uint32_t)(total / TABLE_FILL + 1);
	lines = xcalloc(b->h.key_lines, sizeof(*lines));
	for (uint32_t i = 0; i < b->responses_n; i++, arena_reset(arena)) {
		size_t n = keys_of(b, i, arena, hash);

		for (size_t k = 0; k < n; k++)
			place(lines, b->h.key_lines, mask, hash[k], i, k == 0);
	}
	for (uint32_t i = 0; i < b->uses_n; i++)
		place(lines, b->h.key_lines, mask, key_number(b->uses.v[i].number), i, true);
	out_begin(out, &b->h.section[IN_KEYS]);
	out_lines(out, IN_KEYS, lines, b->h.key_lines);
	out_end(out);
	free(lines);
	arena_free(&arena);
}
