/* What remains of a message are ends of its lines, in order; something remains of one that says something. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "search/letter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Is the line [s, s + n) the end of a line of the text? Returns where that ends. */
static const char *
find(const char *text, const char *end, const char *s, size_t n)
{
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t size;

		stop = stop ? stop : end;
		size = (size_t)(stop - text);
		size -= size > 0 && text[size - 1] == '\r';
		if (size >= n && memcmp(text + size - n, s, n) == 0)
			return stop < end ? stop + 1 : end;
		text = stop < end ? stop + 1 : end;
	}
	return NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xmalloc(size ? size : 1);
	const char *at = text;
	struct buf out = BUF_INIT;

	memcpy(text, data, size);
	letter_body(&out, text, size);
	assert(size == 0 || out.n > 0);
	assert(utf8_valid(text, size) != size || utf8_valid(buf_get(&out), out.n) == out.n);
	for (size_t i = 0; i < out.n && (out.n != size || memcmp(out.p, text, size) != 0);) {
		const char *end = memchr(out.p + i, '\n', out.n - i);

		assert(end);
		at = find(at, text + size, out.p + i, (size_t)(end - out.p) - i);
		assert(at);
		i = (size_t)(end - out.p) + 1;
	}
	buf_release(&out);
	free(text);
	return 0;
}
