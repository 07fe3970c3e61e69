/*
 * The encoders of wire/mime_encode.h: what they write is ASCII, folds, holds no
 * line end of the input, and reads back as the input; and addresses that pass
 * are safe inside <>.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "wire/mime_encode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool good)
{
	if (!good)
		abort();
}

static int
hex(char c)
{
	const char *digits = "0123456789ABCDEF", *at = c ? strchr(digits, c) : NULL;

	must(at);
	return at ? (int)(at - digits) : -1;
}

/* Escapes of two digits behind mark. */
static void
decode_escapes(struct buf *out, const char *s, size_t size, char mark)
{
	for (size_t i = 0; i < size; i++) {
		if (s[i] == mark) {
			must(i + 2 < size);
			buf_char(out, (char)(hex(s[i + 1]) * 16 + hex(s[i + 2])));
			i += 2;
		} else {
			buf_char(out, mark == '=' && s[i] == '_' ? ' ' : s[i]);
		}
	}
}

static void
decode_base64(struct buf *out, const char *s, size_t size)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned v = 0, bits = 0;

	must(size % 4 == 0);
	for (size_t i = 0; i < size && s[i] != '='; i++) {
		v = v << 6 | (unsigned)(strchr(digits, s[i]) - digits);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			buf_char(out, (char)(v >> bits & 0xff));
		}
	}
}

/* RFC 2047: encoded words, and plain ones; blanks between two encoded ones vanish. */
static void
decode_words(struct buf *out, const char *s)
{
	bool last = false;

	for (size_t n; *s; s += n + (s[n] == ' ')) {
		bool encoded;

		n = strcspn(s, " ");
		encoded = n > 12 && memcmp(s, "=?UTF-8?", 8) == 0;
		if (out->n && !(encoded && last))
			buf_char(out, ' ');
		last = encoded;
		if (!encoded) {
			buf_add(out, s, n);
			continue;
		}
		must(n <= 75 && memcmp(s + n - 2, "?=", 2) == 0 && s[9] == '?');
		if (s[8] == 'Q')
			decode_escapes(out, s + 10, n - 12, '=');
		else
			decode_base64(out, s + 10, n - 12);
		must(utf8_valid(out->p, out->n) == out->n);
	}
}

static void
unquote(struct buf *out, const char *s)
{
	size_t size = strlen(s);

	must(size >= 2 && s[0] == '"' && s[size - 1] == '"');
	for (size_t i = 1; i + 1 < size; i++) {
		i += s[i] == '\\';
		must(i + 1 < size);
		buf_char(out, s[i]);
	}
}

static void
check_words(const char *text, enum mime_words kind)
{
	struct buf out = BUF_INIT, back = BUF_INIT;

	if (mime_words(&out, "x", text, kind, NULL) == 0) {
		for (size_t i = 0; i < out.n; i++)
			must(out.p[i] >= ' ' && out.p[i] < 0x7f);
		if (kind == MIME_PHRASE && *buf_get(&out) == '"')
			unquote(&back, out.p);
		else
			decode_words(&back, buf_get(&out));
		must(strcmp(buf_get(&back), text) == 0);
	} else {
		must(utf8_valid(text, strlen(text)) < strlen(text) || strpbrk(text, "\x7f\r\n") || *text);
	}
	buf_release(&out);
	buf_release(&back);
}

/* ";\r\n name=..." once, or in sections. */
static void
check_param(const char *text)
{
	struct buf out = BUF_INIT, back = BUF_INIT;
	char *s;

	if (mime_param(&out, "filename", text, NULL) < 0) {
		buf_release(&out);
		return;
	}
	must(strncmp(out.p, ";\r\n filename", 12) == 0);
	if (out.p[12] == '=') {
		unquote(&back, out.p + 13);
	} else {
		for (s = out.p; s; s = strstr(s + 1, ";\r\n ")) {
			const char *value = strchr(s, '=') + 1;
			size_t n = strcspn(value, ";\r");

			must((size_t)(value - s) + n <= 78 + 3);
			if (s == out.p) {
				must(strncmp(value, "UTF-8''", 7) == 0);
				value += 7;
				n -= 7;
			}
			decode_escapes(&back, value, n, '%');
		}
	}
	must(strcmp(buf_get(&back), text) == 0);
	buf_release(&out);
	buf_release(&back);
}

static void
check_address(const char *text)
{
	bool utf8;

	if (mime_address_check(text, &utf8, NULL) < 0)
		return;
	must(strlen(text) <= 254 && strchr(text, '@') && !strpbrk(text, "<> ,;:\"()\\\r\n\t") == !strchr(text, ':'));
	for (const char *s = text; *s; s++)
		must((unsigned char)*s > ' ' && *s != 0x7f && (utf8 || (unsigned char)*s < 0x80));
}

static void
check_qp(const char *text)
{
	struct buf out = BUF_INIT;
	size_t column = 0;

	mime_qp(&out, text, strlen(text));
	for (size_t i = 0; i < out.n; i++) {
		column = out.p[i] == '\n' ? 0 : column + 1;
		must(column <= 77 && (out.p[i] != '\r' || out.p[i + 1] == '\n') && (unsigned char)out.p[i] < 0x7f);
		must(out.p[i] != '\r' || (out.p[i - (i > 0)] != ' ' && out.p[i - (i > 0)] != '\t'));
	}
	must(out.n == 0 || out.p[out.n - 1] == '\n');
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT;

	buf_add(&text, data, size);
	check_words(text.p, MIME_FREE);
	check_words(text.p, MIME_PHRASE);
	check_param(text.p);
	check_address(text.p);
	check_qp(text.p);
	buf_release(&text);
	return 0;
}
