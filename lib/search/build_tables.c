#include "search/build.h"

#include <string.h>

#include "search/match.h"

/* So full are lines made, on average. */
#define BUCKET_FILL 5
#define KEYS_FILL 8

/* The bytes of terms, then those of words that are not the same. */
static void
write_words(struct build *b, struct out *out)
{
	struct file_word *words = xcalloc((size_t)b->h.words + 1, sizeof(*words));
	uint32_t at = 0;

	out_begin(out, &b->h.section[IN_BYTES]);
	for (uint32_t i = 0; i < b->h.terms; i++) {
		const struct build_term *term = &b->terms.v[b->term_order[i]];

		b->file_terms[i].at = at;
		b->file_terms[i].size = term->size;
		at += term->size;
		out_write(out, b->bytes.p + term->at, term->size);
	}
	for (uint32_t i = 0; i < b->h.words; i++) {
		const struct build_word *word = &b->words.v[b->word_order[i]];
		bool same = word->at == b->terms.v[word->term].at;

		words[i] = (struct file_word){ 0, b->word_term[i], same ? b->file_terms[b->word_term[i]].at : at, word->size, word->stop, 0 };
		words[i].sum = word_sum(&words[i], b->bytes.p + word->at, i);
		if (same)
			continue;
		at += word->size;
		out_write(out, b->bytes.p + word->at, word->size);
	}
	out_end(out);
	out_begin(out, &b->h.section[IN_WORDS]);
	out_write(out, words, b->h.words * sizeof(*words));
	out_end(out);
	free(words);
}

static void
write_terms(struct build *b, struct out *out)
{
	out_begin(out, &b->h.section[IN_TERMS]);
	for (uint32_t i = 0; i < b->h.terms; i++) {
		struct file_term *t = &b->file_terms[i];

		t->sum = term_sum(t, b->bytes.p + b->terms.v[b->term_order[i]].at, i);
		out_write(out, t, sizeof(*t));
	}
	out_end(out);
}

/* Counted by length, then placed. */
static void
write_signs(struct build *b, struct out *out)
{
	uint32_t begin[SIGN_LENGTHS] = { 0 }, next[SIGN_LENGTHS] = { 0 };
	struct file_sign *signs = xcalloc((size_t)b->h.words + 1, sizeof(*signs));
	size_t length;

	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < b->h.words; i++) {
			const struct build_word *word = &b->words.v[b->word_order[i]];
			uint32_t letters = sign_letters(b->bytes.p + word->at, word->size, &length);

			if (length + 1 >= SIGN_LENGTHS)
				continue;
			if (pass == 0)
				begin[length + 1]++;
			else
				signs[next[length]++] = (struct file_sign){ letters, i };
		}
		for (size_t i = 1; pass == 0 && i < SIGN_LENGTHS; i++)
			begin[i] += begin[i - 1];
		memcpy(next, begin, sizeof(next));
	}
	out_begin(out, &b->h.section[IN_SIGNS]);
	out_write(out, begin, sizeof(begin));
	out_write(out, signs, begin[SIGN_LENGTHS - 1] * sizeof(*signs));
	out_end(out);
	free(signs);
}

static void
place_pair(struct line *lines, uint32_t n, uint64_t hash, uint32_t i)
{
	uint32_t at = hash_line(hash, n), *v;

	while ((lines[at].v[BUCKET_COUNT] & ~LINE_MORE) == BUCKET_PAIRS) {
		lines[at].v[BUCKET_COUNT] |= LINE_MORE;
		at = (at + 1) % n;
	}
	v = &lines[at].v[(size_t)lines[at].v[BUCKET_COUNT]++ * 2];
	v[0] = (uint32_t)hash;
	v[1] = i;
}

static void
write_pairs(struct build *b, struct out *out, enum section section, uint32_t n)
{
	struct line *lines = xcalloc(n, sizeof(*lines));

	if (section == IN_TERM_BY)
		for (uint32_t i = 0; i < b->h.terms; i++)
			place_pair(lines, n, b->terms.v[b->term_order[i]].hash, i);
	else
		for (uint32_t i = 0; i < b->h.words; i++)
			place_pair(lines, n, b->words.v[b->word_order[i]].hash, i);
	out_begin(out, &b->h.section[section]);
	out_lines(out, section, lines, n);
	out_end(out);
	free(lines);
}

void
build_terms(struct build *b, struct out *out)
{
	write_words(b, out);
	write_terms(b, out);
	write_signs(b, out);
	b->h.term_lines = b->h.terms / BUCKET_FILL + 1;
	b->h.word_lines = b->h.words / BUCKET_FILL + 1;
	write_pairs(b, out, IN_TERM_BY, b->h.term_lines);
	write_pairs(b, out, IN_WORD_BY, b->h.word_lines);
}

/* Of a name that very many have, so many lines are enough. */
#define KEY_LINES_MAX 64

static void
place_key(struct line *lines, uint32_t n, uint64_t hash, uint32_t ordinal, bool must)
{
	uint32_t at = hash_line(hash, n), tries = 0, i;

	for (; (lines[at].v[KEYS_COUNT] & ~LINE_MORE) == KEYS_PER_LINE; at = (at + 1) % n) {
		if (!must && ++tries > KEY_LINES_MAX)
			return;
		lines[at].v[KEYS_COUNT] |= LINE_MORE;
	}
	i = lines[at].v[KEYS_COUNT]++;
	lines[at].v[i] = ordinal;
	lines[at].v[KEYS_TAGS + i / 4] |= (uint32_t)(hash & 0xff) << i % 4 * 8;
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

	for (uint32_t i = 0; i < b->responses_n; i++, arena_reset(arena))
		total += keys_of(b, i, arena, hash);
	b->h.key_lines = (uint32_t)(total / KEYS_FILL + 1);
	lines = xcalloc(b->h.key_lines, sizeof(*lines));
	for (uint32_t i = 0; i < b->responses_n; i++, arena_reset(arena)) {
		size_t n = keys_of(b, i, arena, hash);

		for (size_t k = 0; k < n; k++)
			place_key(lines, b->h.key_lines, hash[k], i, k == 0);
	}
	for (uint32_t i = 0; i < b->uses_n; i++)
		place_key(lines, b->h.key_lines, key_number(b->uses.v[i].number), i, true);
	out_begin(out, &b->h.section[IN_KEYS]);
	out_lines(out, IN_KEYS, lines, b->h.key_lines);
	out_end(out);
	free(lines);
	arena_free(&arena);
}
