/* A front matter is written: each value in the plainest form that gives it back. */
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "export/front.h"

static bool
is_letter_or_digit(char c)
{
	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9');
}

static bool
is_plain(const char *text)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL" };
	size_t size = strlen(text), n;
	uint32_t c;

	for (size_t i = 0; i < COUNT_OF(nulls); i++)
		if (strcmp(text, nulls[i]) == 0)
			return false;
	if (text[size - 1] == ' ' || text[size - 1] == ':' || strstr(text, ": ") || strstr(text, " #"))
		return false;
	if (!is_letter_or_digit(*text) && (unsigned char)*text < 0x80 && *text != '/' && *text != '_')
		return false;
	for (; *text; text += n) {
		n = utf8_decode(text, &c);
		if (c < 0x20 || c == 0x7f || utf8_unsafe(c))
			return false;
	}
	return true;
}

/* Several lines that stand as they are: what else controls, or is not seen, is escaped. */
static bool
is_block(const char *text)
{
	size_t n;
	uint32_t c;

	if (!strchr(text, '\n') || !text[strspn(text, "\n")])
		return false;
	for (; *text; text += n) {
		n = utf8_decode(text, &c);
		if (c != '\n' && c != '\t' && (c < 0x20 || c == 0x7f || utf8_unsafe(c)))
			return false;
	}
	return true;
}

static void
write_block(struct buf *out, const char *text)
{
	size_t size = strlen(text), end = size;

	while (text[end - 1] == '\n')
		end--;
	buf_str(out, strchr(" \t\n", *text) ? "|2" : "|");
	if (size != end + 1)
		buf_char(out, size == end ? '-' : '+');
	buf_char(out, '\n');
	while (*text) {
		size_t line = strcspn(text, "\n");

		if (line)
			buf_str(out, "  ");
		buf_add(out, text, line);
		buf_char(out, '\n');
		text += line + (text[line] == '\n');
	}
}

static void
write_quoted(struct buf *out, const char *text)
{
	size_t n;
	uint32_t c;

	buf_char(out, '"');
	for (; *text; text += n) {
		n = utf8_decode(text, &c);
		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", (int)c);
		else if (c == '\n')
			buf_str(out, "\\n");
		else if (c < 0x20 || c == 0x7f)
			buf_printf(out, "\\x%02x", c);
		else if (utf8_unsafe(c))
			buf_printf(out, "\\U%08x", c);
		else
			buf_add(out, text, n);
	}
	buf_char(out, '"');
}

void
front_text(struct buf *out, const char *key, const char *value)
{
	buf_printf(out, "%s: ", key);
	if (is_block(value)) {
		write_block(out, value);
		return;
	}
	if (is_plain(value))
		buf_str(out, value);
	else
		write_quoted(out, value);
	buf_char(out, '\n');
}

void
front_list(struct buf *out, const char *key, const struct texts *values)
{
	buf_printf(out, "%s:%s\n", key, values->n ? "" : " []");
	for (size_t i = 0; i < values->n; i++) {
		buf_str(out, "  - ");
		if (is_plain(values->v[i]))
			buf_str(out, values->v[i]);
		else
			write_quoted(out, values->v[i]);
		buf_char(out, '\n');
	}
}

void
front_begin(struct buf *out)
{
	buf_str(out, "---\n");
}

void
front_end(struct buf *out, const char *body)
{
	buf_str(out, "---\n");
	if (body && *body)
		buf_printf(out, "\n%s\n", body);
}
