/* The lines of a header, as they stand there. */
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "wire/mail_priv.h"

bool
mail_span_is(struct mail_span s, const char *word)
{
	return strlen(word) == s.n && strncasecmp(s.p, word, s.n) == 0;
}

struct mail_span
mail_trim(struct mail_span s)
{
	while (s.n > 0 && mail_is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && mail_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

const char *
mail_lower(struct arena *arena, struct mail_span s)
{
	char *out = arena_memdup(arena, s.p, s.n);

	for (size_t i = 0; i < s.n; i++) {
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] + 32);
		else if (out[i] == '\0' || (unsigned char)out[i] >= 0x80)
			out[i] = '?';
	}
	return out;
}

struct mail_lines
mail_lines_of(const char *bytes, size_t size)
{
	return (struct mail_lines){ bytes, bytes + size, true };
}

/* Behind the newline, or the end. */
static const char *
next_line(const char *p, const char *end)
{
	const char *newline = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;

	return newline ? newline + 1 : end;
}

/* The size of a field name at p, with a colon behind it; 0: none. */
static size_t
name_size(const char *p, const char *end)
{
	const char *s = p;

	while (s<end && * s> ' ' && *s < 0x7f && *s != ':')
		s++;
	if (s == p)
		return 0;
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	return s < end && *s == ':' ? (size_t)(s - p) : 0;
}

static bool
is_blank(const char *p, const char *end)
{
	return *p == '\n' || (*p == '\r' && (p + 1 == end || p[1] == '\n'));
}

/* A line that is no field: one that mailboxes put there, or one lost between fields. */
static bool
is_stray(const struct mail_lines *lines)
{
	const char *p = lines->p, *end = lines->end, *next = next_line(p, end);
	size_t n = (size_t)(end - p);

	if (lines->first && ((n > 5 && memcmp(p, "From ", 5) == 0) || (n > 6 && memcmp(p, ">From ", 6) == 0)))
		return true;
	/* Two hyphens may be a boundary: the text begins here. */
	return !lines->first && next < end && memcmp(p, "--", n < 2 ? n : 2) != 0 && name_size(next, end) > 0;
}

bool
mail_line_next(struct mail_lines *lines, struct mail_line *line)
{
	const char *p, *end = lines->end, *stop;
	size_t name;

	while (lines->p < end && !is_blank(lines->p, end) && name_size(lines->p, end) == 0 && is_stray(lines))
		lines->p = next_line(lines->p, end);
	p = lines->p;
	if (p >= end)
		return false;
	if (is_blank(p, end)) {
		lines->p = next_line(p, end);
		return false;
	}
	name = name_size(p, end);
	if (name == 0)
		return false;
	stop = next_line(p, end);
	while (stop < end && (*stop == ' ' || *stop == '\t'))
		stop = next_line(stop, end);
	line->name = mail_trim((struct mail_span){ p, name });
	line->value = (struct mail_span){ p + name + 1, (size_t)(stop - p) - name - 1 };
	lines->p = stop;
	lines->first = false;
	return true;
}
