/*
 * What requests bring and what servers answer: each operation's input and
 * output, from JSON and back. The first line names the operation.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "desk/desk.h"
#include "model/record_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What names none of them is the name of any. */
static const struct op *
op_of(const uint8_t *name, size_t size)
{
	uint32_t sum = 0;
	size_t n = 1;

	for (size_t i = 0; ops[i]; n = ++i)
		if (strlen(ops[i]->name) == size && memcmp(ops[i]->name, name, size) == 0)
			return ops[i];
	for (size_t i = 0; i < size; i++)
		sum = sum * 31 + name[i];
	return ops[sum % n];
}

static void
written(const struct record *record, const void *p, struct buf *out)
{
	struct json json = json_writer(out);

	record_json_whole(record, p, &json);
}

/* What was read is written so that it is read again, as the same. */
static void
both_ways(struct arena *arena, const struct record *record, enum record_from from, const struct json_source *source)
{
	void *p = record_new(arena, record), *again = record_new(arena, record);
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct err err = { 0 };

	if (record_read(arena, source, from, record, p, &err) == 0) {
		written(record, p, &first);
		if (record_read(arena, &(struct json_source){ "again", buf_get(&first), first.n, 0 }, FROM_SERVER, record, again, &err) < 0)
			abort();
		written(record, again, &second);
		if (first.n != second.n || memcmp(buf_get(&first), buf_get(&second), first.n) != 0)
			abort();
	} else if (err.code != E_BAD_JSON && err.code != E_BAD_FIELD) {
		abort();
	}
	buf_release(&first);
	buf_release(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
	struct arena *arena = arena_new();
	struct json_source source = { "request", "", 0, 0 };
	const struct op *op;

	if (newline) {
		op = op_of(data, (size_t)(newline - data));
		source.size = size - (size_t)(newline - data) - 1;
		source.text = arena_memdup(arena, newline + 1, source.size);
		both_ways(arena, op->in, FROM_CLIENT, &source);
		both_ways(arena, op->out, FROM_SERVER, &source);
	}
	arena_free(&arena);
	return 0;
}
