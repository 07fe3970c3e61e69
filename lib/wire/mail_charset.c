/* Labels of character sets, and bytes made UTF-8. */
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "wire/mail_priv.h"

#define SUBSTITUTE "\xef\xbf\xbd"

static const struct charset {
	const char *label, *name;
} charsets[] = {
#define CHARSET(label, name) { label, name },
#include "wire/mail_charset.def"
#undef CHARSET
};

/* 0x80 to 0x9f of windows-1252; what has no character stays, as in browsers. */
static const uint16_t upper[32] = {
	0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f,
	0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178
};

void
mail_label(struct mail_span label, char out[MAIL_LABEL])
{
	size_t n = 0;

	label = mail_trim(label);
	for (size_t i = 0; i < label.n && n < MAIL_LABEL - 1; i++) {
		char c = label.p[i];

		/* The language of RFC 2231, the year of "iso_8859-1:1987". */
		if (c == '*' || c == ':')
			break;
		if (c > ' ' && c < 0x7f && c != '"' && c != '\'')
			out[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	out[n] = '\0';
}

/* "iso_8859-1", "iso8859-1", "iso88591", "win-1252": one form. */
static void
label_normal(const char *label, char out[MAIL_LABEL + 10])
{
	const char *family = "", *s = label;

	if (strncmp(label, "win-125", 7) == 0) {
		family = "windows-";
		s += 4;
	} else if (strncmp(label, "iso", 3) == 0) {
		s += 3 + (label[3] == '-' || label[3] == '_');
		if (strncmp(s, "8859", 4) == 0) {
			family = "iso-8859-";
			s += 4 + (s[4] == '-' || s[4] == '_');
		} else
			s = label;
	}
	snprintf(out, MAIL_LABEL + 10, "%s%s", family, s);
}

static int
compare(const void *a, const void *b)
{
	return strcmp(a, ((const struct charset *)b)->label);
}

/* NULL: not known. */
static const char *
iconv_name(const char *label)
{
	char normal[MAIL_LABEL + 10], lower[MAIL_LABEL] = "";
	const struct charset *found;

	if (!label)
		return NULL;
	mail_label((struct mail_span){ label, strlen(label) }, lower);
	label_normal(lower, normal);
	found = bsearch(normal, charsets, COUNT_OF(charsets), sizeof(charsets[0]), compare);
	return found ? found->name : NULL;
}

uint32_t
mail_upper_1252(uint32_t c)
{
	return upper[c - 0x80];
}

static const char *
from_1252(struct arena *arena, const char *bytes, size_t size, size_t *size_r)
{
	size_t high = 0, n = 0;
	char *out;

	for (size_t i = 0; i < size; i++)
		high += bytes[i] == 0 || (unsigned char)bytes[i] >= 0x80;
	out = arena_alloc(arena, size + 2 * high + 4);
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == 0)
			n += utf8_encode(0xfffd, out + n);
		else if (c < 0x80)
			out[n++] = (char)c;
		else
			n += utf8_encode(c < 0xa0 ? upper[c - 0x80] : c, out + n);
	}
	out[n] = '\0';
	*size_r = n;
	return out;
}

static const char *
from_utf8(struct arena *arena, const char *bytes, size_t size, size_t *size_r)
{
	const char *text = utf8_repair(arena, bytes, size, NULL);

	*size_r = strlen(text);
	return text;
}

/* What cannot be converted becomes one U+FFFD a byte; at most three bytes of output a byte of input. */
static void
convert(iconv_t cd, const char *bytes, size_t size, struct buf *out)
{
	char chunk[4096], *in = NULL;

	memcpy(&in, &bytes, sizeof(in)); /* iconv takes char **, and changes nothing */
	while (size > 0) {
		char *to = chunk;
		size_t room = sizeof(chunk), before = size;
		size_t r = iconv(cd, &in, &size, &to, &room);

		buf_add(out, chunk, (size_t)(to - chunk));
		if (r != (size_t)-1)
			break;
		if (before == size && room == sizeof(chunk)) {
			buf_str(out, SUBSTITUTE);
			in++;
			size--;
			iconv(cd, NULL, NULL, NULL, NULL);
		}
	}
}

/* Bytes that are the same in every set but those that shift. */
static bool
is_plain(const char *name, const char *bytes, size_t size)
{
	if (strncmp(name, "UTF-", 4) == 0 || memchr(bytes, 0x1b, size) || memchr(bytes, 0, size))
		return false;
	for (size_t i = 0; i < size; i++)
		if ((unsigned char)bytes[i] >= 0x80)
			return false;
	return true;
}

static const char *
from_iconv(struct arena *arena, const char *name, const char *bytes, size_t size, size_t *size_r)
{
	struct buf out = BUF_INIT;
	const char *text;
	iconv_t cd;

	/* A byte order mark says more than the label. */
	if (strcmp(name, "UTF-16LE") == 0 && size >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0)
		name = "UTF-16BE";
	cd = iconv_open("UTF-8", name);
	if (cd == (iconv_t)-1) /* NOLINT(performance-no-int-to-ptr) */
		return NULL;
	convert(cd, bytes, size, &out);
	iconv_close(cd);
	text = from_utf8(arena, buf_get(&out), out.n, size_r);
	buf_release(&out);
	return text;
}

/* U+FEFF at the beginning marks the order of bytes, and is no text. */
static const char *
without_mark(const char *text, size_t *size)
{
	size_t skip = *size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

	*size -= skip;
	return text + skip;
}

const char *
mail_utf8(struct arena *arena, const char *label, const char *bytes, size_t size, size_t *size_r)
{
	const char *name = iconv_name(label), *text = NULL;
	size_t n = 0;

	if (name && *name && strcmp(name, "UTF-8") != 0 && !is_plain(name, bytes, size))
		text = from_iconv(arena, name, bytes, size, &n);
	if (!text && ((name && strcmp(name, "UTF-8") == 0) || utf8_valid(bytes, size) == size))
		text = from_utf8(arena, bytes, size, &n);
	if (!text)
		text = from_1252(arena, bytes, size, &n);
	text = without_mark(text, &n);
	if (size_r)
		*size_r = n;
	return text;
}
