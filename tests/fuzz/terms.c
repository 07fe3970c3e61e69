/* Terms are valid, of bounded size, in order and within the text; the same text gives the same ones again. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "search/language.h"
#include "search/terms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct terms *terms, const char *text, size_t size)
{
	uint32_t grams[TERM_GRAMS_MAX];

	for (size_t i = 0; i < terms->n; i++) {
		const struct term *t = &terms->v[i];

		assert(t->from < t->to && t->to <= size);
		assert(t->size > 0 && t->size <= TERM_MAX && t->word_size > 0 && t->word_size <= TERM_MAX);
		assert(utf8_valid(t->text, t->size) == t->size && utf8_valid(t->word, t->word_size) == t->word_size);
		assert(t->hash == term_hash(t->text, t->size));
		assert(t->position < terms->positions && t->kind <= TERM_GRAM);
		assert(i == 0 || (t->position >= t[-1].position && t->from >= t[-1].from));
		assert(term_grams(t->word, t->word_size, grams) <= TERM_GRAMS_MAX);
		assert(!memchr(t->text, ' ', t->size) && !memchr(t->text, '\0', t->size));
	}
	/* Where a term begins and ends, there is a character's edge. */
	for (size_t i = 0; i < terms->n && utf8_valid(text, size) == size; i++)
		assert((text[terms->v[i].from] & 0xc0) != 0x80 && (terms->v[i].to == size || (text[terms->v[i].to] & 0xc0) != 0x80));
}

static uint64_t
sum(const struct terms *terms)
{
	uint64_t sum = terms->n;

	for (size_t i = 0; i < terms->n; i++)
		sum = term_pair(sum, terms->v[i].hash ^ terms->v[i].from ^ (uint64_t)terms->v[i].to << 32);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const languages[] = { "en", "fr", "de", "it", "ca", "ru", "tr", "ar", "hi", "ta", "yi", "el", "xx" };
	/* One for all: what it remembers must change nothing. */
	static struct analyser *analyser;
	/* Of just that size: what reads beyond it is seen. */
	char *text = xmalloc(size ? size : 1);
	const char *guess;
	uint64_t first;
	int sure;

	if (!analyser)
		analyser = analyser_new();
	memcpy(text, data, size);
	first = sum(analyse(analyser, text, size, NULL));
	for (size_t i = 0; i < COUNT_OF(languages); i++)
		check(analyse(analyser, text, size, languages[i]), text, size);
	guess = language_guess(analyser, text, size, NULL, &sure);
	assert(sure >= 0 && sure <= 100 && (guess || sure == 0));
	assert(sum(analyse(analyser, text, size, NULL)) == first);
	free(text);
	return 0;
}
