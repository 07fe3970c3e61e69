/* An error that a server tells: what is known is worded, told on, and read as the same. */
#include "base/err_json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
told(const struct err *err, struct buf *out)
{
	struct json json = json_writer(out);

	err_json(err, &json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	char *text = arena_memdup(arena, data, size);
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct err err = { 0 }, again;

	if (json_check("error", text, size, NULL, &err) == 0 && err_from_json(arena, text, &err)) {
		told(&err, &first);
		if (err.code >= E_COUNT || json_check("again", buf_get(&first), first.n, NULL, &again) < 0 ||
		    !err_from_json(arena, buf_get(&first), &again))
			abort();
		told(&again, &second);
		if (first.n != second.n || memcmp(buf_get(&first), buf_get(&second), first.n) != 0)
			abort();
	}
	buf_release(&first);
	buf_release(&second);
	arena_free(&arena);
	return 0;
}
