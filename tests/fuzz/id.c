/* The normal form of an id is its own; an id read backwards twice is the id. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "model/id.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *text = arena_memdup(arena, data, size);
	char id[ID_SIZE], again[ID_SIZE] = "", reversed[ID_SIZE];
	bool whole = id_parse(text, id);

	if (whole || id_end_parse(text, id)) {
		assert(strlen(id) == strlen(text) && strlen(id) >= ID_END_MIN);
		assert((whole ? id_parse : id_end_parse)(id, again) && strcmp(id, again) == 0);
		id_reverse(id, reversed);
		id_reverse(reversed, again);
		assert(strcmp(id, again) == 0 && id_time(id) >= 0);
	}
	arena_free(&arena);
	return 0;
}
