/* Entries have a key, lie in the text's lines, and hold neither controls nor broken UTF-8. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/ini.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct err err = { 0 };
	struct ini ini;
	unsigned line = 0;

	if (ini_parse(arena, "fuzz", (const char *)data, size, &ini, &err) < 0)
		assert(err.code == E_BAD_CONFIG && err_get(&err, "where") && err_get(&err, "what"));
	else
		for (size_t i = 0; i < ini.n; i++) {
			const char *value = ini.v[i].value;

			assert(*ini.v[i].key && ini.v[i].line > line && ini.v[i].line <= size);
			assert(utf8_valid(value, strlen(value)) == strlen(value) && !strpbrk(value, "\n\r\x1b\x7f"));
			line = ini.v[i].line;
		}
	arena_free(&arena);
	return 0;
}
