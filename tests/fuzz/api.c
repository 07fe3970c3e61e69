/* Bodies of requests as each operation's input, and back again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/err_json.h"
#include "base/json.h"
#include "desk/desk.h"
#include "model/record_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
both_ways(struct arena *arena, const struct record *record, const struct json_source *source)
{
	void *in = record_new(arena, record), *again = record_new(arena, record);
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct err err = { 0 };
	struct json json;

	if (record_read(arena, source, FROM_CLIENT, record, in, &err) == 0) {
		json = json_writer(&first);
		record_json_whole(record, in, &json);
		/* What was read is written so that it is read again, as the same. */
		if (record_read(arena, &(struct json_source){ "again", buf_get(&first), first.n, 0 }, FROM_SERVER, record, again, &err) < 0)
			abort();
		json = json_writer(&second);
		record_json_whole(record, again, &json);
		if (first.n != second.n || memcmp(buf_get(&first), buf_get(&second), first.n) != 0)
			abort();
	}
	buf_release(&first);
	buf_release(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	char *text = arena_memdup(arena, data, size);
	const struct json_source source = { "request", text, size, 0 };
	struct err err = { 0 };

	for (const struct op *const *op = ops; *op; op++)
		both_ways(arena, (*op)->in, &source);
	if (json_check("error", text, size, NULL, &err) == 0 && err_from_json(arena, text, &err) && err.code >= E_COUNT)
		abort();
	arena_free(&arena);
	return 0;
}
