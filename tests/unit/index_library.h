/*
 * index_library.h - a small library in memory for the tests of the index: what
 * is said is drawn from a sequence of its own, so that each run is the same.
 */
#ifndef TESTS_INDEX_LIBRARY_H
#define TESTS_INDEX_LIBRARY_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "search/search.h"

static uint32_t drawn = 1;

static inline uint32_t
draw(uint32_t n)
{
	drawn = drawn * 1664525 + 1013904223;
	return (drawn >> 8) % n;
}

/* So many words, the first of the list more often. */
static inline const char *
draw_text(struct arena *arena, size_t words)
{
	static const char *const syllable[] = { "ma", "no", "ti", "re", "ku", "la", "so", "ve" };
	const char *text = "";

	for (size_t i = 0; i < words; i++) {
		uint32_t n = draw(draw(2) ? 12 : 400);

		text = arena_printf(arena, "%s%s%s%s%s", text, i ? " " : "", syllable[n % 8], syllable[n / 8 % 8], n > 63 ? syllable[n / 64] : "x");
	}
	return text;
}

struct library {
	struct search_item *v;
	size_t n, next;
};

static inline int
library_next(void *context, struct search_item *item, struct err *err)
{
	struct library *library = context;

	(void)err;
	if (library->next == library->n)
		return 0;
	*item = library->v[library->next++];
	return 1;
}

static inline int
library_build(struct library *library, const char *path, int64_t seq, struct err *err)
{
	struct search_source source = { library_next, library, seq, NULL };

	library->next = 0;
	return search_build(path, &source, err);
}

static inline struct search_item
response_item(struct arena *arena, unsigned i, size_t words)
{
	static const char *const languages[] = { "en", "fr", "fr-CA", NULL };
	static const char *const queues[] = { "sales", "help" };
	static const char *const media[] = { "email" };
	struct search_item item = { .kind = SEARCH_RESPONSE };
	struct search_response *r = &item.response;

	r->id = arena_printf(arena, "r%u", i);
	r->shortcut = i % 3 ? NULL : arena_printf(arena, "Short-%u", i);
	r->name = draw_text(arena, 1 + draw(4));
	r->description = draw(4) ? NULL : draw_text(arena, 3);
	r->text = draw_text(arena, draw((uint32_t)words + 1));
	r->language = languages[draw(4)];
	r->category = draw(2) ? "Root/One" : "Root/Two";
	if (draw(4) == 0)
		r->queues = (struct search_names){ queues, 1 + draw(2) };
	if (draw(5) == 0)
		r->media = (struct search_names){ media, 1 };
	r->start = SEARCH_NO_TIME;
	r->expires = draw(6) ? SEARCH_NO_TIME : 1000 + (time_ms)draw(1000);
	r->offered = draw(8) > 0;
	r->unnamed = i % 7 == 3;
	return item;
}

static inline struct search_item
use_item(struct arena *arena, int64_t number, unsigned responses)
{
	struct search_item item = { .kind = SEARCH_USE };

	item.use = (struct search_use){ number, arena_printf(arena, "r%u", draw(responses)), draw_text(arena, 1 + draw(12)), "en", (enum search_use_kind)draw(4) };
	return item;
}

/* A folder of its own, which is made anew. */
static inline const char *
test_folder(struct arena *arena)
{
	const char *tmp = getenv("TMPDIR");
	char *folder = arena_printf(arena, "%s/index-XXXXXX", tmp ? tmp : "/tmp");

	if (!mkdtemp(folder))
		abort();
	return folder;
}

static inline void
remove_index(struct arena *arena, const char *path)
{
	static const char *const endings[] = { "", "-log", "-lock", "-new" };

	for (size_t i = 0; i < COUNT_OF(endings); i++)
		unlink(arena_printf(arena, "%s%s", path, endings[i]));
}

#endif
