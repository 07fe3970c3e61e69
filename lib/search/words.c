#include <endian.h>
#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "search/analyser.h"

/* Words of a million responses are fewer; those of binary rubbish are not. */
#define WORDS_MAX ((size_t)1 << 19)
#define WORDS_FIRST 64
#define RUN_MAX UINT8_MAX

void
words_begin(struct analyser *a)
{
	if (a->cap && a->words_n < WORDS_MAX)
		return;
	a->cap = WORDS_FIRST;
	a->words_n = 0;
	arena_reset(a->words);
	a->slots = xrealloc(a->slots, a->cap, sizeof(a->slots[0]));
	memset(a->slots, 0, a->cap * sizeof(a->slots[0]));
}

/* n <= 8 bytes, zeros behind them; far: are there 8 that may be read? */
static inline uint64_t
load(const char *p, size_t n, bool far)
{
	uint64_t part = 0;

	if (!far || n == sizeof(part)) {
		memcpy(&part, p, n);
		return part;
	}
	memcpy(&part, p, sizeof(part));
	return htole64(le64toh(part) & ((UINT64_C(1) << 8 * n) - 1));
}

/* May eight bytes be read from anywhere in a run? It is a part of the text, or lies elsewhere. */
static inline bool
is_far(const struct analyser *a, const char *run, size_t size)
{
	return (uintptr_t)run - (uintptr_t)a->begin < (uintptr_t)a->end - (uintptr_t)a->begin && (size_t)(a->end - run) >= size + 8;
}

/* Eight bytes of a run, from at on. */
static inline uint64_t
eight(const char *run, size_t size, size_t at, bool far)
{
	return load(run + at, size - at < 8 ? size - at : 8, far);
}

static inline uint32_t
key_of(const struct analyser *a, const char *run, size_t size)
{
	bool far = is_far(a, run, size);
	uint64_t h = size * UINT64_C(0x9e3779b97f4a7c15) + a->language;

	for (size_t at = 0; at < size; at += 8) {
		h = (h ^ eight(run, size, at, far)) * UINT64_C(0xff51afd7ed558ccd);
		h ^= h >> 32;
	}
	return (uint32_t)h;
}

/* What remains of a run while it is looked at. */
struct draft {
	struct lowered word;
	size_t skip, left;
	bool digits;
};

/* Is the word so far what falls off before an apostrophe? */
static bool
is_elision(const struct language *language, const struct lowered *word)
{
	const char *p = language->elision;

	while (*p) {
		size_t size = strcspn(p, " "), i = 0;

		while (i < size && size == word->n && word->c[i] == (unsigned char)p[i])
			i++;
		if (i == size)
			return true;
		p += size + (p[size] == ' ');
	}
	return false;
}

/* "ue" for U+00FC: not behind a vowel or q ("neue", "quer"), nor in "aktuell". */
static void
join_umlauts(struct lowered *word)
{
	size_t n = 0;

	for (size_t i = 0; i < word->n; i++) {
		uint32_t c = word->c[i], before = i ? word->c[i - 1] : 0;
		bool plain = before && before < 0x80 && strchr("aeiouq", (int)before);
		bool ell = i + 3 < word->n && word->c[i + 2] == 'l' && word->c[i + 3] == 'l';

		if (i + 1 < word->n && word->c[i + 1] == 'e' && !plain && !ell && (c == 'a' || c == 'o' || c == 'u')) {
			c = c == 'a' ? 0xe4 : c == 'o' ? 0xf6
						       : 0xfc;
			i++;
		}
		word->c[n++] = c;
	}
	word->n = n;
}

static void
draft_of(const struct analyser *a, const char *run, size_t size, struct draft *draft)
{
	const struct language *language = &languages[a->language];
	size_t mark = 0, mark_at = 0, n;
	uint32_t c;

	*draft = (struct draft){ .digits = true };
	for (size_t at = 0; at < size; at += n) {
		enum text_class class;

		n = utf8_next(run + at, size - at, &c);
		class = text_class(c);
		if (class == TEXT_APOSTROPHE && is_elision(language, &draft->word)) {
			draft->word.n = 0;
			draft->skip = at + n;
		} else if (class == TEXT_APOSTROPHE) {
			mark = draft->word.n;
			mark_at = at;
		} else if (class != TEXT_INVISIBLE && class != TEXT_DIVIDES) {
			lowered_add(&draft->word, c);
			draft->digits &= class == TEXT_DIGIT;
		}
	}
	/* The 's of possession. */
	if (mark > 0 && mark + 1 == draft->word.n && draft->word.c[mark] == 's') {
		draft->word.n = mark;
		draft->left = size - mark_at;
	}
	if (language->spelling == SPELLING_UMLAUTS)
		join_umlauts(&draft->word);
}

/* A folded word as the stemmer likes to see it, whether it was written with its accents or not. */
static size_t
spell(const struct language *language, const char *folded, size_t size, char *out)
{
	size_t plain, accented;

	for (const char *p = language->endings; *p; p += plain + 1 + accented, p += *p == ' ') {
		plain = strcspn(p, "=");
		accented = strcspn(p + plain + 1, " ");
		if (size < plain + 2 || memcmp(folded + size - plain, p, plain) != 0)
			continue;
		memcpy(out, folded, size - plain);
		memcpy(out + size - plain, p + plain + 1, accented);
		return size - plain + accented;
	}
	memcpy(out, folded, size);
	return size;
}

/* The stem, folded; the word itself where there is none. */
static size_t
stem(struct analyser *a, const struct lowered *word, const char *folded, size_t folded_size, char out[TERM_MAX])
{
	const struct language *language = &languages[a->language];
	struct lowered stemmed = { .n = 0 };
	char text[4 * LOWERED_MAX];
	const sb_symbol *s = NULL;
	size_t size = 0;
	uint32_t c;

	if (language->stemmer && !a->stemmers[a->language])
		a->stemmers[a->language] = sb_stemmer_new(language->stemmer, NULL);
	if (a->stemmers[a->language]) {
		size = lowered_encode(word, text);
		if (language->spelling == SPELLING_PLAIN)
			size = spell(language, folded, folded_size, text);
		s = sb_stemmer_stem(a->stemmers[a->language], (const sb_symbol *)text, (int)size);
		size = s ? (size_t)sb_stemmer_length(a->stemmers[a->language]) : 0;
	}
	for (size_t at = 0; at < size;) {
		at += utf8_next((const char *)s + at, size - at, &c);
		lowered_add(&stemmed, c);
	}
	size = lowered_strip(&stemmed, out, TERM_MAX);
	if (size > 0)
		return size;
	memcpy(out, folded, folded_size);
	return folded_size;
}

static bool
is_stop(const struct analyser *a, uint64_t hash)
{
	return (hints_get(&a->hints, hash) >> a->language & 1) != 0;
}

static void
make_word(struct analyser *a, const char *run, size_t size, struct word *word)
{
	char bytes[2 * TERM_MAX + RUN_MAX];
	struct draft draft;
	size_t n;

	draft_of(a, run, size, &draft);
	n = lowered_strip(&draft.word, bytes, TERM_MAX);
	word->word_size = word->text_size = (uint8_t)n;
	word->skip = (uint8_t)draft.skip;
	word->left = (uint8_t)draft.left;
	word->hash = term_hash(bytes, n);
	word->kind = draft.digits ? TERM_WHOLE : is_stop(a, word->hash) ? TERM_STOP
									: TERM_WORD;
	if (word->kind == TERM_WORD && n > 0) {
		word->text_at = (uint8_t)n;
		word->text_size = (uint8_t)stem(a, &draft.word, bytes, n, bytes + n);
		word->hash = term_hash(bytes + n, word->text_size);
		n += word->text_size;
	}
	if (size > sizeof(word->run)) {
		memcpy(bytes + n, run + sizeof(word->run), size - sizeof(word->run));
		n += size - sizeof(word->run);
	}
	word->bytes = arena_memdup(a->words, bytes, n);
}

static void
grow(struct analyser *a)
{
	size_t cap = a->cap * 2, at;
	struct word *slots = xcalloc(cap, sizeof(slots[0]));

	for (size_t i = 0; i < a->cap; i++) {
		if (!a->slots[i].bytes)
			continue;
		at = a->slots[i].key & (cap - 1);
		while (slots[at].bytes)
			at = (at + 1) & (cap - 1);
		slots[at] = a->slots[i];
	}
	free(a->slots);
	a->slots = slots;
	a->cap = cap;
}

static inline bool
is_run(const struct analyser *a, const struct word *word, const char *run, size_t size)
{
	bool far = is_far(a, run, size);

	for (size_t i = 0, at = 0; at < size && i < WORD_RUN; i++, at += 8)
		if (word->run[i] != eight(run, size, at, far))
			return false;
	return size <= sizeof(word->run) ||
	       memcmp(word->bytes + word->text_at + word->text_size, run + sizeof(word->run), size - sizeof(word->run)) == 0;
}

static void
remember(struct analyser *a, const char *run, size_t size, uint32_t key, struct word *word)
{
	a->words_n++;
	*word = (struct word){ .key = key, .mark = ++a->marks, .run_size = (uint8_t)size, .language = (uint8_t)a->language };
	for (size_t i = 0, at = 0; at < size && i < WORD_RUN; i++, at += 8)
		word->run[i] = eight(run, size, at, is_far(a, run, size));
	make_word(a, run, size, word);
}

uint32_t
word_prefetch(const struct analyser *a, const char *run, size_t size)
{
	uint32_t key = key_of(a, run, size < RUN_MAX ? size : RUN_MAX);

	__builtin_prefetch(&a->slots[key & (a->cap - 1)]);
	return key;
}

const struct word *
word_at(struct analyser *a, const char *run, size_t size, uint32_t key)
{
	struct word *word;

	size = size < RUN_MAX ? size : RUN_MAX;
	for (size_t at = key & (a->cap - 1); (word = &a->slots[at])->bytes; at = (at + 1) & (a->cap - 1))
		if (word->key == key && word->run_size == size && word->language == a->language && is_run(a, word, run, size))
			return word;
	if (a->words_n >= a->cap / 2) {
		grow(a);
		return word_at(a, run, size, key);
	}
	remember(a, run, size, key, word);
	return word;
}

const struct word *
word_of(struct analyser *a, const char *run, size_t size)
{
	return word_at(a, run, size, key_of(a, run, size < RUN_MAX ? size : RUN_MAX));
}
