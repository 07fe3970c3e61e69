#include "base/phrase.h"

#include <stdint.h>
#include <string.h>

#include "base/attr.h"

static const struct phrase {
	enum phrase_kind kind;
	const char *text;
} phrases[] = {
#define PHRASE(kind, text) { kind, text },
#include "base/letter.def"
#undef PHRASE
};

static bool
is_apostrophe(uint32_t c)
{
	return c == '\'' || c == '`' || c == 0xb4 || c == 0x2bc || c == 0x2018 || c == 0x2019;
}

static void
fold_add(struct folded *out, const char *one, size_t n)
{
	/* "a ecrit :" */
	if (n == 1 && *one == ':' && out->n > 0 && out->bytes[out->n - 1] == ' ')
		out->n--;
	if (n == 1 && *one == ' ' && (out->n == 0 || out->bytes[out->n - 1] == ' '))
		return;
	memcpy(out->bytes + out->n, one, n);
	out->n += n;
}

void
fold_line(const char *s, const char *end, struct folded *out)
{
	char one[UTF8_FOLD_MAX];
	uint32_t c;

	out->n = 0;
	while (s < end && out->n < FOLDED_MAX) {
		s += utf8_next(s, (size_t)(end - s), &c);
		if (is_apostrophe(c))
			fold_add(out, "'", 1);
		else if (c == 0xff1a)
			fold_add(out, ":", 1);
		else if (c <= ' ' || c == 0xa0 || c == 0x202f || c == UTF8_INVALID)
			fold_add(out, " ", 1);
		else if (!utf8_unsafe(c) && c != 0xad && c != 0x200b && c != 0xfeff)
			fold_add(out, one, utf8_fold_one(c, one));
	}
	while (out->n > 0 && out->bytes[out->n - 1] == ' ')
		out->n--;
	out->bytes[out->n] = '\0';
}

static bool
is_letter(unsigned char c)
{
	return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

size_t
phrase_begins(const char *s, enum phrase_kind kind)
{
	size_t best = 0;

	for (size_t i = 0; i < COUNT_OF(phrases); i++) {
		size_t size;

		/* Each line is compared with all of them. */
		if (phrases[i].kind != kind || phrases[i].text[0] != *s)
			continue;
		size = strlen(phrases[i].text);
		if (size > best && strncmp(s, phrases[i].text, size) == 0 &&
		    (!is_letter((unsigned char)s[size]) || !is_letter((unsigned char)s[size - 1])))
			best = size;
	}
	return best;
}

bool
phrase_is(const char *s, const char *end, enum phrase_kind kind)
{
	struct folded text;
	size_t size;

	fold_line(s, end, &text);
	size = text.n && text.bytes[text.n - 1] == '.' ? text.n - 1 : text.n;
	text.bytes[size] = '\0';
	return size > 0 && phrase_begins(text.bytes, kind) == size;
}

bool
phrase_ends(const struct folded *line, enum phrase_kind kind)
{
	for (size_t i = 0; i < COUNT_OF(phrases); i++) {
		size_t size = strlen(phrases[i].text);

		if (phrases[i].kind == kind && line->n > size && line->bytes[line->n - size - 1] == ' ' &&
		    strcmp(line->bytes + line->n - size, phrases[i].text) == 0)
			return true;
	}
	return false;
}

bool
phrase_wrote(const struct folded *line)
{
	for (size_t i = 0; i < COUNT_OF(phrases); i++) {
		size_t size = strcspn(phrases[i].text, "|"), rest;

		if (phrases[i].kind != WROTE || strncmp(line->bytes, phrases[i].text, size) != 0)
			continue;
		rest = strlen(phrases[i].text + size + 1);
		if (line->n > size + rest && strcmp(line->bytes + line->n - rest, phrases[i].text + size + 1) == 0)
			return true;
		/* "Am 3. Mai 2024 um 10:12 schrieb Ann:" */
		if (phrases[i].text[size + 1] == ' ' && strstr(line->bytes, phrases[i].text + size + 1))
			return true;
	}
	return false;
}

bool
phrase_notice(const char *s)
{
	for (size_t i = 0; i < COUNT_OF(phrases); i++) {
		size_t size = strcspn(phrases[i].text, "|");

		if (phrases[i].kind == NOTICE && strncmp(s, phrases[i].text, size) == 0 && strstr(s, phrases[i].text + size + 1))
			return true;
	}
	return false;
}
