#include "search/build.h"

#include <string.h>

#include "search/match.h"

/* So full are lines made, on average. */
#define TABLE_FILL 12

/* The bytes of terms, then those of words that are not the same. */
static void
write_words(struct build *b, struct out *out)
{
	struct file_word *words = xcalloc((size_t)b->h.words + 1, sizeof(*words));
	uint32_t at = 0;

	out_begin(out, &b->h.section[IN_BYTES]);
	for (uint32_t i = 0; i < b->h.terms; i++) {
		const struct build_term *term = &b->own.terms.v[b->term_order[i]];

		b->file_terms[i].at = at;
		b->file_terms[i].size = term->size;
		at += term->size;
		out_write(out, b->own.bytes.p + term->at, term->size);
	}
	for (uint32_t i = 0; i < b->h.words; i++) {
		const struct build_word *word = &b->own.words.v[b->word_order[i]];
		bool same = word->at == b->own.terms.v[word->term].at;

		words[i] = (struct file_word){ 0, b->word_term[i], same ? b->file_terms[b->word_term[i]].at : at, word->size, word->stop, 0 };
		words[i].sum = word_sum(&words[i], b->own.bytes.p + word->at, i);
		if (same)
			continue;
		at += word->size;
		out_write(out, b->own.bytes.p + word->at, word->size);
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

		t->sum = term_sum(t, b->own.bytes.p + b->own.terms.v[b->term_order[i]].at, i);
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
			const struct build_word *word = &b->own.words.v[b->word_order[i]];
			uint32_t letters = sign_letters(b->own.bytes.p + word->at, word->size, &length);

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

/* Of a name that very many have, so many lines are enough. */
#define TABLE_LINES_MAX 64

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
	size_t n = (b->phrases.n + PHRASE_PAIRS - 1) / PHRASE_PAIRS;
	struct line *lines = xcalloc(n + 1, sizeof(*lines));

	for (size_t i = 0; i < b->phrases.n; i++) {
		uint32_t *v = lines[i / PHRASE_PAIRS].v + i % PHRASE_PAIRS * 2;

		v[0] = b->phrases.v[i].left;
		v[1] = b->phrases.v[i].right;
	}
	out_begin(out, &b->h.section[IN_PHRASES]);
	out_lines(out, IN_PHRASES, lines, n);
	out_end(out);
	free(lines);
}

void
build_terms(struct build *b, struct out *out)
{
	write_phrases(b, out);
	write_words(b, out);
	write_terms(b, out);
	write_signs(b, out);
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
