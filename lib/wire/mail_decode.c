/*
 * Transfer encodings (RFC 2045), read as mails write them: base64 ends where
 * lines of something else follow, as those that lists append.
 */
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "wire/mail.h"
#include "wire/mail_priv.h"

#define BASE64_LOOK 100 /* bytes in which a line shows what it is */
#define PARDONED 20     /* bytes of a line in which strays are damage */

/* The value and one; 0: not of the alphabet. */
static const unsigned char base64_values[256] = {
	['A'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, ['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, ['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, ['+'] = 63, ['/'] = 64
};

/* Is the line at p of something else? Words are, and strays; of at least pardon bytes one in eight is damage. */
static bool
base64_ends(const char *p, const char *end, size_t pardon)
{
	size_t seen = 0, strays = 0;

	end = end - p > BASE64_LOOK ? p + BASE64_LOOK : end;
	while (p < end && mail_is_space(*p))
		p++;
	for (; p < end && *p != '\n' && *p != '\r'; p++, seen++) {
		if (base64_values[(unsigned char)*p] != 0 || *p == '=')
			continue;
		if (*p == ' ' && p + 1 < end && !mail_is_space(p[1]))
			return true;
		strays += !mail_is_space(*p);
	}
	return strays > (seen < pardon ? 0 : seen / 8);
}

struct base64 {
	unsigned bits, count; /* of the quantum that is read */
	size_t pardon;        /* as base64_ends has it */
	size_t n;
	char *out;
};

static void
base64_flush(struct base64 *b)
{
	unsigned bytes = b->count * 6 / 8;

	b->bits <<= 6 * (4 - b->count);
	for (unsigned i = 0; i < bytes && b->out; i++)
		b->out[b->n + i] = (char)(b->bits >> (16 - 8 * i) & 0xff);
	b->n += bytes;
	b->bits = b->count = 0;
}

size_t
mail_base64(const char *s, size_t size, char *out)
{
	struct base64 b = { .pardon = PARDONED };
	const char *end = s + size;

	b.out = out;
	for (const char *p = s; p < end; p++) {
		unsigned value = base64_values[(unsigned char)*p];

		if (value) {
			b.bits = b.bits << 6 | (value - 1);
			if (++b.count == 4)
				base64_flush(&b);
			continue;
		}
		if (*p == '=') {
			base64_flush(&b);
			b.pardon = SIZE_MAX; /* the end of it, most often */
			while (p + 1 < end && p[1] == '=')
				p++;
		} else if (*p == '\n' && p + 1 < end && !mail_is_space(p[1]) && base64_ends(p, end, b.pardon))
			break;
	}
	base64_flush(&b);
	return b.n;
}

/* At '=': how many bytes it takes, and whether it stands for one. */
static size_t
qp_escape(const char *p, const char *end, int *byte_r)
{
	const char *s = p + 1;

	*byte_r = -1;
	if (end - p > 2 && hex_digit(p[1]) >= 0 && hex_digit(p[2]) >= 0) {
		*byte_r = hex_digit(p[1]) * 16 + hex_digit(p[2]);
		return 3;
	}
	/* A soft end of line, blanks before it. */
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	if (s == end)
		return (size_t)(s - p);
	if (*s == '\n')
		return (size_t)(s + 1 - p);
	if (*s == '\r')
		return (size_t)(s - p) + (s + 1 < end && s[1] == '\n' ? 2 : 1);
	*byte_r = '=';
	return 1;
}

static size_t
mail_qp(const char *s, size_t size, char *out)
{
	const char *end = s + size;
	size_t n = 0, trail = 0;

	for (const char *p = s; p < end;) {
		const char *next = memchr(p, '=', (size_t)(end - p));
		int byte = -1;

		for (next = next ? next : end; p < next; p++) {
			/* Blanks at the end of a line were added on the way. */
			if (*p == '\n' || *p == '\r')
				n -= trail;
			trail = *p == ' ' || *p == '\t' ? trail + 1 : 0;
			if (out)
				out[n] = *p;
			n++;
		}
		if (p == end)
			break;
		trail = 0;
		p += qp_escape(p, end, &byte);
		if (byte >= 0) {
			if (out)
				out[n] = (char)byte;
			n++;
		}
	}
	return n;
}

/* A line behind its length byte. */
static size_t
uu_line(const char *p, const char *end, unsigned want, char *out)
{
	size_t n = 0;

	for (; n < want; p += 4) {
		unsigned bits = 0;

		for (int i = 0; i < 4; i++)
			bits = bits << 6 | (p + i < end ? ((unsigned)(unsigned char)p[i] - 32) & 63 : 0);
		for (unsigned i = 0; i < 3 && n < want; i++, n++)
			if (out)
				out[n] = (char)(bits >> (16 - 8 * i) & 0xff);
	}
	return n;
}

static size_t
uudecode(const char *s, size_t size, char *out)
{
	const char *end = s + size;
	bool begun = false;
	size_t n = 0;

	for (const char *p = s; p < end;) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *stop = newline ? newline : end;
		size_t left = (size_t)(stop - p);

		if (!begun)
			begun = left > 6 && memcmp(p, "begin ", 6) == 0;
		else if (left >= 3 && memcmp(p, "end", 3) == 0)
			break;
		else if (left > 1 && *p > ' ' && *p <= '`' && left >= (((unsigned)*p - 32) & 63) * 4 / 3)
			n += uu_line(p + 1, stop, ((unsigned)*p - 32) & 63, out ? out + n : NULL);
		p = newline ? newline + 1 : end;
	}
	return n;
}

int
mail_encoding_of(struct mail_span value)
{
	static const struct encoding {
		const char *name;
		int encoding;
	} encodings[] = {
		{ "base64", MAIL_BASE64 },
		{ "quoted-printable", MAIL_QP },
		{ "x-uuencode", MAIL_UUENCODE },
		{ "uuencode", MAIL_UUENCODE },
		{ "x-uue", MAIL_UUENCODE },
	};
	size_t n = 0;

	value = mail_trim(value);
	while (n < value.n && !mail_is_space(value.p[n]) && value.p[n] != ';' && value.p[n] != '(')
		n++;
	value.n = n;
	for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++)
		if (mail_span_is(value, encodings[i].name))
			return encodings[i].encoding;
	return MAIL_IDENTITY;
}

size_t
mail_decode(int encoding, const char *s, size_t size, char *out)
{
	switch (encoding) {
	case MAIL_BASE64:
		if (!base64_ends(s, s + size, 0))
			return mail_base64(s, size, out);
		break;
	case MAIL_QP:
		return mail_qp(s, size, out);
	case MAIL_UUENCODE:
		return uudecode(s, size, out);
	default:
		break;
	}
	if (out)
		memcpy(out, s, size);
	return size;
}
