#include "search/language.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "search/analyser.h"

#define LOOKED_AT ((size_t)4096) /* bytes of a text */
#define HINTS_FIRST 1024
/* What a hint is worth that speaks for one language alone; several share it. */
#define WORTH_STOP 120
#define WORTH_LETTER 90
#define WORTH_TYPICAL 30
#define ENOUGH 500 /* below that a guess is less sure */

/* The last row has the elisions of several languages, as one never knows. */
const struct language languages[] = {
#define LANGUAGE(code, stemmer, elision, spelling, endings, stop, typical) { code, stemmer, elision, SPELLING_##spelling, endings, stop, typical },
#include "search/language.def"
#undef LANGUAGE
	{ "", NULL, "l d j m t s n c qu jusqu lorsqu puisqu un dell all nell dall sull", SPELLING_STRICT, "", "", "" },
};
const unsigned languages_n = COUNT_OF(languages) - 1;
_Static_assert(COUNT_OF(languages) - 1 <= LANGUAGES_MAX, "a language is a bit of a word");

unsigned
language_find(const char *name)
{
	static const struct {
		const char *code, *as;
	} others[] = { { "nb", "no" }, { "nn", "no" }, { "iw", "he" }, { "in", "id" }, { "ji", "yi" } };
	size_t size = name ? strcspn(name, "-_.@") : 0;

	if (size != 2)
		return languages_n;
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (strncasecmp(name, others[i].code, size) == 0)
			name = others[i].as;
	for (unsigned i = 0; i < languages_n; i++)
		if (strncasecmp(name, languages[i].code, size) == 0)
			return i;
	return languages_n;
}

/* Hints. */

static struct hint *
hint_at(const struct hints *hints, uint64_t hash)
{
	size_t at = hash & (hints->cap - 1);

	while (hints->v[at].hash && hints->v[at].hash != hash)
		at = (at + 1) & (hints->cap - 1);
	return &hints->v[at];
}

uint64_t
hints_get(const struct hints *hints, uint64_t hash)
{
	return hints->cap ? hint_at(hints, hash)->languages : 0;
}

static void
hints_grow(struct hints *hints)
{
	struct hints old = *hints;

	hints->cap = old.cap ? old.cap * 2 : HINTS_FIRST;
	hints->v = xcalloc(hints->cap, sizeof(hints->v[0]));
	for (size_t i = 0; i < old.cap; i++)
		if (old.v[i].hash)
			*hint_at(hints, old.v[i].hash) = old.v[i];
	free(old.v);
}

static void
hints_add(struct hints *hints, uint64_t hash, unsigned language)
{
	struct hint *hint;

	if (hints->n >= hints->cap / 2)
		hints_grow(hints);
	hint = hint_at(hints, hash);
	hints->n += hint->hash == 0;
	hint->hash = hash;
	hint->languages |= UINT64_C(1) << language;
}

/* Never that of a word: those are of term_hash. */
static uint64_t
typical_hash(const uint32_t *c, size_t n)
{
	uint64_t h = n;

	for (size_t i = 0; i < n; i++)
		h = h << 21 ^ c[i];
	return term_mix(h) | 1;
}

static void
load_typical(struct hints *hints, const char *p, size_t size, unsigned language)
{
	uint32_t c[3];
	size_t n = 0;

	for (size_t at = 0; at < size && n < COUNT_OF(c); n++)
		at += utf8_decode(p + at, &c[n]);
	hints_add(hints, typical_hash(c, n), language);
}

void
hints_load(struct hints *hints, unsigned language)
{
	const struct language *l = &languages[language];

	if (hints->loaded >> language & 1)
		return;
	hints->loaded |= UINT64_C(1) << language;
	for (const char *p = l->stop; *p; p += *p == ' ') {
		size_t size = strcspn(p, " ");

		hints_add(hints, term_hash(p, size), language);
		p += size;
	}
	for (const char *p = l->typical; *p; p += *p == ' ') {
		size_t size = strcspn(p, " ");

		load_typical(hints, p, size, language);
		p += size;
	}
}

/* Guessing. */

struct poll {
	const struct hints *hints;
	uint64_t among; /* languages */
	unsigned votes[LANGUAGES_MAX];
};

static void
vote(struct poll *poll, uint64_t languages_, unsigned worth)
{
	languages_ &= poll->among;
	if (languages_)
		worth /= (unsigned)__builtin_popcountll(languages_);
	for (; languages_; languages_ &= languages_ - 1)
		poll->votes[__builtin_ctzll(languages_)] += worth;
}

/* For those that are written in the script of c. */
static void
vote_script(struct poll *poll, uint32_t c)
{
	static const struct {
		uint32_t first, last;
		unsigned worth; /* of a character; Japanese has more Han than Kana */
		const char *codes;
	} scripts[] = {
		{ 0x370, 0x3ff, 30, "el" },
		{ 0x400, 0x52f, 30, "ru sr" },
		{ 0x530, 0x58f, 30, "hy" },
		{ 0x590, 0x5ff, 30, "he yi" },
		{ 0x600, 0x6ff, 30, "ar" },
		{ 0x900, 0x97f, 30, "hi ne" },
		{ 0xb80, 0xbff, 30, "ta" },
		{ 0xe00, 0xe7f, 30, "th" },
		{ 0x1100, 0x11ff, 30, "ko" },
		{ 0x3040, 0x30ff, 60, "ja" },
		{ 0x3400, 0x9fff, 10, "zh" },
		{ 0xac00, 0xd7a3, 30, "ko" },
	};

	for (size_t i = 0; i < COUNT_OF(scripts); i++) {
		if (c < scripts[i].first || c > scripts[i].last)
			continue;
		for (const char *p = scripts[i].codes; *p; p += 2 + (p[2] == ' ')) {
			const char code[] = { p[0], p[1], '\0' };

			vote(poll, UINT64_C(1) << language_find(code), scripts[i].worth);
		}
	}
}

/* c[0] to c[2] are the last three characters of a word, '_' its ends. */
static void
vote_typical(struct poll *poll, const uint32_t c[3])
{
	if (c[2] >= 0x80) {
		vote(poll, hints_get(poll->hints, typical_hash(c + 2, 1)), WORTH_LETTER);
		vote_script(poll, c[2]);
	}
	if (c[1] != '_')
		vote(poll, hints_get(poll->hints, typical_hash(c, 3)), WORTH_TYPICAL);
}

static void
poll_characters(struct poll *poll, const char *text, size_t size)
{
	uint32_t c = 0, last[3] = { '_', '_', '_' };
	struct lowered letter;

	for (size_t at = 0; at <= size;) {
		enum text_class class = TEXT_DIVIDES;

		if (at < size)
			at += utf8_next(text + at, size - at, &c);
		else
			at++;
		if (at <= size)
			class = text_class(c);
		if (class == TEXT_INVISIBLE)
			continue;
		letter = (struct lowered){ .n = 0 };
		if (class == TEXT_LETTER || class == TEXT_UNSPACED)
			lowered_add(&letter, c);
		last[0] = last[1];
		last[1] = last[2];
		last[2] = letter.n ? letter.c[0] : class == TEXT_APOSTROPHE ? '\''
					   : c == 0xbf || c == 0xa1         ? c
									    : '_';
		vote_typical(poll, last);
	}
}

static void
poll_words(struct poll *poll, const struct terms *terms)
{
	for (size_t i = 0; i < terms->n; i++)
		if (terms->v[i].kind == TERM_WORD)
			vote(poll, hints_get(poll->hints, terms->v[i].hash), WORTH_STOP);
}

static void
ask(struct poll *poll, struct hints *hints, const struct search_names *among)
{
	unsigned language;

	for (unsigned i = 0; !among && i < languages_n; i++)
		poll->among |= UINT64_C(1) << i;
	for (size_t i = 0; among && i < among->n; i++) {
		language = language_find(among->v[i]);
		poll->among |= language < languages_n ? UINT64_C(1) << language : 0;
	}
	for (unsigned i = 0; i < languages_n; i++)
		if (poll->among >> i & 1)
			hints_load(hints, i);
}

/* The winner and by how much, 0 to 100; languages_n: nobody. */
static unsigned
count(const struct poll *poll, int *sure_r)
{
	unsigned best = languages_n, most = 0, second = 0;

	for (unsigned i = 0; i < languages_n; i++) {
		if (poll->votes[i] > most) {
			second = most;
			most = poll->votes[i];
			best = i;
		} else if (poll->votes[i] > second) {
			second = poll->votes[i];
		}
	}
	*sure_r = most ? (int)((most - second) * 100 / most * (most < ENOUGH ? most : ENOUGH) / ENOUGH) : 0;
	return best;
}

const char *
language_guess(struct analyser *analyser, const char *text, size_t size, const struct search_names *among, int *sure_r)
{
	struct poll poll = { .hints = &analyser->hints };
	unsigned best;
	int ignored;

	size = size < LOOKED_AT ? size : LOOKED_AT;
	if (among && !among->n)
		among = NULL;
	ask(&poll, &analyser->hints, among);
	poll_words(&poll, analyse(analyser, text, size, NULL));
	poll_characters(&poll, text, size);
	best = count(&poll, sure_r ? sure_r : &ignored);
	for (size_t i = 0; among && i < among->n; i++)
		if (best < languages_n && language_find(among->v[i]) == best)
			return among->v[i];
	return best < languages_n ? languages[best].code : NULL;
}
