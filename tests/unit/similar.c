/*
 * Texts that say nearly the same: found, however many there are, and no others.
 */
#include <stdlib.h>

#include "tests/unit/tap.h"
#include "base/buf.h"
#include "search/similar.h"

static char found[4096];

static void
note(void *context, size_t text, size_t earlier, int percent)
{
	size_t n = strlen(found);

	(void)context;
	if (percent >= 80)
		snprintf(found + n, sizeof(found) - n, "%zu~%zu ", text, earlier);
}

static void
test_few(void)
{
	static const char *const texts[] = {
		"Your order is on its way and will be with you within the next three days, except on Sundays.",
		"Please tell us the number of your order, and the name that you ordered under, so that we can find it.",
		"YOUR ORDER is on its way, and will be with you within the next three days except on Sundays",
		"", "Bonjour.", "bonjour !", "Bonsoir.", NULL,
		"\xe6\x82\xa8\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe5\xb7\xb2\xe5\x8f\x91\xe8\xb4\xa7",
		"\xe6\x82\xa8\xe7\x9a\x84\xe8\xae\xa2\xe5\x8d\x95\xe5\xb7\xb2\xe5\x8f\x91\xe8\xb4\xa7\xe3\x80\x82"
	};
	struct similar *s = similar_new();

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		similar_add(s, texts[i]);
	similar_each(s, 80, note, NULL);
	is_str(found, "2~0 5~4 9~8 ", "case and marks make no difference; texts without words are like none");
	similar_free(&s);
}

static size_t many;

static void
count(void *context, size_t text, size_t earlier, int percent)
{
	(void)context, (void)earlier, (void)percent;
	many += text % 50 == 1;
}

static void
test_many(void)
{
	struct similar *s = similar_new();
	unsigned seed = 7;

	for (int i = 0; i < 20000; i++) {
		struct buf text = BUF_INIT;

		for (int k = 0; k < 40; k++) {
			seed = seed * 1103515245 + 12345;
			buf_printf(&text, "w%u ", i % 50 == 1 ? (unsigned)k : seed >> 16);
		}
		similar_add(s, buf_get(&text));
		buf_release(&text);
	}
	similar_each(s, 80, count, NULL);
	is_int((int64_t)many, 399, "each of four hundred that are the same, but the first");
	similar_free(&s);
}

int
main(void)
{
	test_few();
	test_many();
	return done();
}
