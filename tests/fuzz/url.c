/* What stands behind %: names and tokens in headers, words of a query. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/priv.h"
#include "base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *text = arena_memdup(arena, data, size), *plain;

	for (int plus = 0; plus < 2; plus++) {
		plain = url_decode(arena, text, plus);
		if (plain && (strlen(plain) > strlen(text) || (!strpbrk(text, "%+") && strcmp(plain, text) != 0)))
			abort();
	}
	arena_free(&arena);
	return 0;
}
