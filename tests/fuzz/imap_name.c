/* A name that can be read is written as it was; one that can be written is read as it was. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "wire/imap_name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *name = arena_memdup(arena, data, size);
	const char *read = imap_name_decode(arena, name), *wire = imap_name_encode(arena, name);

	if (read) {
		const char *again = imap_name_encode(arena, read);

		assert(utf8_valid(read, strlen(read)) == strlen(read));
		assert(strcmp(read, name) == 0 || (again && strcmp(again, name) == 0));
	}
	if (wire) {
		const char *again = imap_name_decode(arena, wire);

		assert(again && strcmp(again, name) == 0);
	}
	arena_free(&arena);
	return 0;
}
