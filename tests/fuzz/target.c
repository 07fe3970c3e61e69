/*
 * Targets and addresses: never a crash; what is normal stays as it is when it
 * is made normal again.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/names.h"
#include "model/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const schemes[] = { "mailto", "tel", "sms", "whatsapp", "sip", "x-other" };
	struct arena *arena = arena_new();
	char *text = arena_memdup(arena, data, size);
	struct err err = { 0 };
	struct target target;

	if (target_parse(text, &target, &err) == 0) {
		assert(target.value > text && *target.value);
		assert(target.scheme[0] && strlen(target.scheme) < sizeof(target.scheme));
	}
	for (size_t i = 0; i < COUNT_OF(schemes); i++) {
		const char *once = address_normalize(arena, schemes[i], text), *twice;

		if (!once)
			continue;
		twice = address_normalize(arena, schemes[i], once);
		assert(twice && strcmp(once, twice) == 0);
	}
	address_scheme(text);
	arena_free(&arena);
	return 0;
}
