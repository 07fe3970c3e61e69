/* Repaired text is valid, sanitized text is safe and as wide, folding twice is folding once. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_safe(const char *s)
{
	uint32_t c;

	assert(utf8_valid(s, strlen(s)) == strlen(s));
	while (*s) {
		s += utf8_decode(s, &c);
		assert(c == '\n' || (c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0)));
		assert(!(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069) && !(c >= 0xe0000 && c <= 0xe007f));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *text = arena_memdup(arena, data, size), *fixed, *folded;
	struct buf safe = BUF_INIT;
	bool changed;

	fixed = utf8_repair(arena, text, size, &changed);
	assert(utf8_valid(fixed, strlen(fixed)) == strlen(fixed));
	assert(changed == (strlen(text) < size || utf8_valid(text, size) < size));
	utf8_sanitize(&safe, text, size % 2);
	check_safe(buf_get(&safe));
	assert(utf8_width(text) == utf8_width(buf_get(&safe)));
	folded = utf8_fold(arena, text);
	assert(strcmp(folded, utf8_fold(arena, folded)) == 0);
	buf_release(&safe);
	arena_free(&arena);
	return 0;
}
