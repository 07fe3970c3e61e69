#include "base/html.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

static bool
dropped(uint32_t c)
{
	return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c <= 0x9f) ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static const char *
reference(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void
escape(struct buf *out, const char *text, const char *newline)
{
	size_t size = strlen(text);
	const char *instead;
	uint32_t c;

	for (size_t at = 0, n; at < size; at += n) {
		n = 1;
		if (utf8_valid(text + at, size - at < 4 ? size - at : 4) == 0) {
			buf_str(out, "\xef\xbf\xbd");
			continue;
		}
		n = utf8_decode(text + at, &c);
		instead = c == '\n' ? newline : reference(c);
		if (instead)
			buf_str(out, instead);
		else if (!dropped(c))
			buf_add(out, text + at, n);
	}
}

void
html_escape(struct buf *out, const char *text)
{
	escape(out, text, "\n");
}

void
html_escape_lines(struct buf *out, const char *text)
{
	escape(out, text, "<br>\n");
}
