/* Character references of HTML. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/utf8.h"
#include "wire/mail_html_priv.h"

#define NAME_SIZE 32 /* of the longest, with NUL */

static const struct entity {
	const char *name, *text;
	bool bare;
} entities[] = {
#define ENTITY(name, text, bare) { name, text, bare },
#include "wire/mail_entity.def"
#undef ENTITY
};

static int
compare(const void *name, const void *entity)
{
	return strcmp(name, ((const struct entity *)entity)->name);
}

static const struct entity *
find(const char *name)
{
	return bsearch(name, entities, COUNT_OF(entities), sizeof(entities[0]), compare);
}

/* "&#233;", "&#xe9;": 0x80 to 0x9f are those of windows-1252, what is no character U+FFFD. */
static size_t
numeric(const char *s, const char *end, char out[HTML_REFERENCE])
{
	bool hex = end - s > 2 && (s[2] == 'x' || s[2] == 'X');
	const char *p = s + 2 + hex;
	uint32_t c = 0;
	const char *from = p;

	for (; p < end && hex_digit(*p) >= 0 && (hex || hex_digit(*p) < 10) && (hex || (*p >= '0' && *p <= '9')); p++)
		c = c > 0x110000 ? c : c * (hex ? 16 : 10) + (uint32_t)hex_digit(*p);
	if (p == from)
		return 0;
	if (c >= 0x80 && c < 0xa0)
		c = mail_upper_1252(c);
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	out[utf8_encode(c, out)] = '\0';
	return (size_t)(p - s) + (p < end && *p == ';');
}

size_t
html_reference(const char *s, const char *end, char out[HTML_REFERENCE])
{
	char name[NAME_SIZE];
	const struct entity *found = NULL;
	size_t n = 0;

	if (end - s > 1 && s[1] == '#')
		return numeric(s, end, out);
	while (n + 1 < NAME_SIZE && s + 1 + n < end && ((s[1 + n] >= '0' && s[1 + n] <= '9') || ((s[1 + n] | 32) >= 'a' && (s[1 + n] | 32) <= 'z'))) {
		name[n] = s[1 + n];
		n++;
	}
	name[n] = '\0';
	if (s + 1 + n < end && s[1 + n] == ';') {
		found = find(name);
		if (found)
			n++;
	}
	/* Without ';': the longest of the old ones that it begins with. */
	while (!found && n > 1) {
		const struct entity *old = find(name);

		if (old && old->bare)
			found = old;
		else
			name[--n] = '\0';
	}
	if (!found)
		return 0;
	memcpy(out, found->text, strlen(found->text) + 1);
	return n + 1;
}
