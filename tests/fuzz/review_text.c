/* What review looks at: a pattern, a NUL, and a text. Numbers of cards lie within it; a difference has each line of either side once; patterns end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/card.h"
#include "base/diff.h"
#include "base/pattern.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
lines(const char *text)
{
	size_t n = 0;

	for (; *text; n++) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return n;
}

/* No more lines than there are, and the removed ones from before. */
static void
check_diff(const char *before, const char *after)
{
	struct buf out = BUF_INIT;
	size_t minus = 0, plus = 0, same = 0;

	diff_lines(before, after, &out);
	for (const char *p = buf_get(&out); *p; p += strcspn(p, "\n"), p += *p == '\n') {
		minus += *p == '-';
		plus += *p == '+';
		same += *p == ' ';
	}
	if (minus + same > lines(before) || plus + same > lines(after) || (lines(before) - minus != lines(after) - plus))
		abort();
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	char *whole = arena_memdup(arena, data, size);
	const char *text = whole + strlen(whole);
	struct pattern_fault fault = { "", 0 };
	struct pattern *pattern;
	struct card card;

	text += (size_t)(text - whole) < size;
	for (size_t at = 0, n = strlen(text); card_find(text, n, at, &card); at = card.at + card.size)
		if (card.at < at || card.size == 0 || card.size > n - card.at || card.digits < CARD_MIN || card.digits > CARD_MAX || strlen(card.last) != 4)
			abort();
	check_diff(whole, text);
	if (utf8_valid(whole, strlen(whole)) == strlen(whole) && utf8_valid(text, strlen(text)) == strlen(text)) {
		pattern = pattern_new(whole, &fault);
		if (!pattern && (!fault.at || !*fault.what))
			abort();
		if (pattern)
			pattern_find(pattern, text, strlen(text));
		pattern_free(&pattern);
	}
	arena_free(&arena);
	return 0;
}
