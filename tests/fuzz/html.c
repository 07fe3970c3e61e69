/* Escaped text has no markup left, is valid, and reads back as the text without what is dropped. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/csv.h"
#include "base/html.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
decode(struct buf *out, const char *html)
{
	static const struct {
		const char *name;
		char c;
	} references[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&#39;", '\'' } };

	while (*html) {
		size_t i = 0;

		if (*html != '&') {
			buf_char(out, *html++);
			continue;
		}
		while (i < COUNT_OF(references) && strncmp(html, references[i].name, strlen(references[i].name)) != 0)
			i++;
		assert(i < COUNT_OF(references));
		buf_char(out, references[i].c);
		html += strlen(references[i].name);
	}
}

/* What may stay, by another way than html.c goes. */
static void
expect(struct buf *out, struct arena *arena, const char *text)
{
	const char *repaired = utf8_repair(arena, text, strlen(text), NULL);
	uint32_t c;

	for (size_t n; *repaired; repaired += n) {
		n = utf8_decode(repaired, &c);
		if (c == '\n' || c == '\t' || (c >= ' ' && c < 0x7f) || (c > 0x9f && c < 0x202a) ||
		    (c > 0x202e && c < 0x2066) || c > 0x2069)
			buf_add(out, repaired, n);
	}
}

/* A cell is one cell: quotes in it are in pairs, and it never starts as a formula. */
static void
check_csv(const char *text)
{
	struct buf out = BUF_INIT;
	const char *s;
	size_t n;

	csv_cell(&out, text);
	s = buf_get(&out);
	n = out.n;
	if (*s == '"') {
		assert(n >= 2 && s[n - 1] == '"');
		s++;
		n -= 2;
	} else {
		assert(strcspn(s, ",;\t\"\r\n") == n);
	}
	assert(n == 0 || !strchr("=+-@\t\r\n", *s));
	for (size_t i = 0; i < n; i += 1 + (s[i] == '"'))
		assert(s[i] != '"' || (i + 1 < n && s[i + 1] == '"'));
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *text = arena_memdup(arena, data, size);
	struct buf html = BUF_INIT, back = BUF_INIT, want = BUF_INIT;

	html_escape(&html, text);
	assert(utf8_valid(buf_get(&html), html.n) == html.n);
	assert(strcspn(buf_get(&html), "<>\"'") == html.n);
	decode(&back, buf_get(&html));
	expect(&want, arena, text);
	assert(strcmp(buf_get(&back), buf_get(&want)) == 0);
	buf_reset(&html);
	html_escape_lines(&html, text);
	for (const char *s = buf_get(&html); (s = strpbrk(s, "<>\"'")) != NULL; s += 5)
		assert(strncmp(s, "<br>\n", 5) == 0);
	check_csv(text);
	buf_release(&html);
	buf_release(&back);
	buf_release(&want);
	arena_free(&arena);
	return 0;
}
