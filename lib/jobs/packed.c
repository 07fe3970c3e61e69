#include "jobs/packed.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

#define ABSENT UINT32_MAX

static bool
is_text(const struct field *f)
{
	return f->type == FIELD_TEXT || f->type == FIELD_ID || f->type == FIELD_TARGET;
}

static bool
is_int(const struct field *f)
{
	return f->type == FIELD_INT || f->type == FIELD_BOOL || f->type == FIELD_TIME || f->type == FIELD_DURATION || f->type == FIELD_NAME;
}

void
packed_add(struct buf *out, const struct record *record, const void *p)
{
	for (size_t i = 0; i < record->n; i++) {
		const struct field *f = &record->fields[i];
		const char *text = is_text(f) && field_present(f, p) ? field_text(f, p) : NULL;
		uint32_t size = text ? (uint32_t)strlen(text) : ABSENT;
		int64_t value = is_int(f) ? field_int(f, p) : 0;

		if (is_int(f))
			buf_add(out, &value, sizeof(value));
		if (!is_text(f))
			continue;
		buf_add(out, &size, sizeof(size));
		if (text)
			buf_add(out, text, size);
	}
}

static int
take(const char **at, const char *end, void *to, size_t size)
{
	if ((size_t)(end - *at) < size)
		return -1;
	memcpy(to, *at, size);
	*at += size;
	return 0;
}

static int
take_text(struct arena *arena, const char **at, const char *end, const char **to)
{
	uint32_t size;

	if (take(at, end, &size, sizeof(size)) < 0)
		return -1;
	*to = NULL;
	if (size == ABSENT)
		return 0;
	if ((size_t)(end - *at) < size)
		return -1;
	*to = arena_memdup(arena, *at, size);
	*at += size;
	return 0;
}

int
packed_read(struct arena *arena, const char *bytes, size_t size, const struct record *record, void *p)
{
	const char *at = bytes, *end = bytes + size;

	for (size_t i = 0; i < record->n; i++) {
		const struct field *f = &record->fields[i];

		if (is_int(f) && take(&at, end, field_at(f, p), sizeof(int64_t)) < 0)
			return -1;
		if (is_text(f) && take_text(arena, &at, end, (const char **)field_at(f, p)) < 0)
			return -1;
	}
	return at == end ? 0 : -1;
}
