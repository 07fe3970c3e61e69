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

/* A response is found by its id, its shortcut and its name; 0: it is not found so. */
#define KEYS 3

static void
hash_keys(const struct build_response *r, struct arena *arena, uint64_t hash[KEYS])
{
	const char *id = build_id(r), *shortcut = match_fold(arena, id + strlen(id) + 1), *name = match_fold(arena, build_name(r));

	hash[0] = key_hash(KEY_ID, id);
	hash[1] = shortcut[0] ? key_hash(KEY_WORD, shortcut) : 0;
	hash[2] = name[0] && strcmp(name, shortcut) != 0 ? key_hash(KEY_WORD, name) : 0;
}

uint64_t *
build_hash_keys(const struct build *b)
{
	uint64_t *hash = xcalloc((size_t)b->responses_n * KEYS + 1, sizeof(*hash));
	struct arena *arena = arena_new();

	for (uint32_t i = 0; i < b->responses_n; i++, arena_reset(arena))
		hash_keys(&b->responses.v[b->order[i]], arena, hash + (size_t)i * KEYS);
	arena_free(&arena);
	return hash;
}

void
build_keys(struct build *b, const uint64_t *hash, struct out *out)
{
	size_t n = (size_t)b->responses_n * KEYS, total = b->uses_n;
	uint32_t mask = table_mask(keys_n(&b->h));
	struct line *lines;

	for (size_t i = 0; i < n; i++)
		total += hash[i] != 0;
	b->h.key_lines = (uint32_t)(total / TABLE_FILL + 1);
	lines = xcalloc(b->h.key_lines, sizeof(*lines));
	for (size_t i = 0; i < n; i++)
		if (hash[i])
			place(lines, b->h.key_lines, mask, hash[i], (uint32_t)(i / KEYS), i % KEYS == 0);
	for (uint32_t i = 0; i < b->uses_n; i++)
		place(lines, b->h.key_lines, mask, key_number(b->uses.v[i].number), i, true);
	out_begin(out, &b->h.section[IN_KEYS]);
	out_lines(out, IN_KEYS, lines, b->h.key_lines);
	out_end(out);
	free(lines);
}
