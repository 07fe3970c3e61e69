/* The text of HTML is UTF-8 and bounded, as is text that flows, and what is new in it. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "wire/mail_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct buf out = BUF_INIT, flowed = BUF_INIT;
	const char *text = utf8_repair(arena, (const char *)data, size, NULL), *fresh;

	mail_html_text(&out, text, strlen(text));
	assert(out.n <= 2 * strlen(text) + 65536);
	assert(utf8_valid(buf_get(&out), out.n) == out.n && strlen(buf_get(&out)) == out.n);
	mail_flowed(&flowed, buf_get(&out), out.n, size % 2);
	assert(flowed.n <= 2 * out.n + 2);
	fresh = mail_fresh(arena, buf_get(&flowed));
	assert(strlen(fresh) <= flowed.n + 1 && (*fresh || flowed.n == 0));
	/* Bytes that are not UTF-8 may go in as well. */
	buf_reset(&out);
	mail_html_text(&out, (const char *)data, size);
	assert(utf8_valid(buf_get(&out), out.n) == out.n);
	buf_release(&out);
	buf_release(&flowed);
	arena_free(&arena);
	return 0;
}
