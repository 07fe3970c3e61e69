#include "base/glob.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* The length of the character at s, valid UTF-8 or not. */
static size_t
size_of(const char *s)
{
	size_t n = 1;

	while ((s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* Does the sign at g, which is no '*', stand for the one at t? */
static bool
same(const char *g, const char *t, bool pattern, unsigned flags)
{
	if (pattern && *t == '*')
		return false;
	if (*g == '?')
		return true;
	if (pattern && *t == '?')
		return false;
	return flags & GLOB_FOLD ? tolower((unsigned char)*g) == tolower((unsigned char)*t) : *g == *t;
}

/* pattern: the text is one itself, whose '*' only a '*' can stand for. Each '*' takes as little as will do. */
static bool
match(const char *glob, const char *text, bool pattern, unsigned flags)
{
	const char *star = NULL, *from = NULL;

	while (*text) {
		if (*glob == '*') {
			star = ++glob;
			from = text;
		} else if (*glob && same(glob, text, pattern, flags)) {
			text += *glob == '?' ? size_of(text) : 1;
			glob++;
		} else if (star) {
			from += size_of(from);
			text = from;
			glob = star;
		} else {
			return false;
		}
	}
	return !glob[strspn(glob, "*")];
}

bool
glob_match(const char *glob, const char *text, unsigned flags)
{
	return match(glob, text, false, flags);
}

bool
glob_covers(const char *wide, const char *narrow, unsigned flags)
{
	return match(wide, narrow, true, flags);
}

bool
glob_plain(const char *glob)
{
	return !strpbrk(glob, "*?");
}
