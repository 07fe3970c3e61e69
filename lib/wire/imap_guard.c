#include "wire/imap_guard.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* FETCH, its list, the list of flags, and what a section may have. */
#define DEPTH_MAX 8

void
imap_guard_init(struct imap_guard *g, uint64_t literal_max)
{
	*g = (struct imap_guard){ .literal_max = literal_max, .line = BUF_INIT };
}

void
imap_guard_release(struct imap_guard *g)
{
	buf_release(&g->line);
}

static bool
starts(const char *at, const char *word)
{
	size_t size = strlen(word);

	return strncasecmp(at, word, size) == 0 && !isalnum((unsigned char)at[size]);
}

/* A quoted string from its first quote; behind the last one, or NULL: it does not end. */
static const char *
skip_quoted(const char *at)
{
	for (at++; *at; at++) {
		if (*at == '"')
			return at + 1;
		if (*at == '\\' && *++at != '"' && *at != '\\')
			return NULL;
	}
	return NULL;
}

/* The parts and the header of a mail as a list of lists. */
static bool
is_structure(const char *at)
{
	static const char *const words[] = { "BODYSTRUCTURE (", "BODY (", "ENVELOPE (" };

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (strncasecmp(at, words[i], strlen(words[i])) == 0)
			return true;
	return false;
}

/* Structured data: flags, quoted strings, parentheses. */
static const char *
check_data(struct imap_guard *g, const char *at)
{
	while (*at) {
		if (*at == '"') {
			at = skip_quoted(at);
			if (!at)
				return "a quoted string without an end";
			continue;
		}
		if (*at == '\\' && !isalpha((unsigned char)at[1]) && at[1] != '*')
			return "a flag without a name";
		if (is_structure(at))
			return "a structure that was not asked for";
		g->depth += (*at == '(') - (*at == ')');
		if (g->depth < 0 || g->depth > DEPTH_MAX)
			return "parentheses nested in a way that was not asked for";
		at++;
	}
	return NULL;
}

static bool
is_atom(char c)
{
	return c > ' ' && c < 0x7f && !strchr("(){%*\"\\]", c);
}

/* "(\Seen $Fetched \*)": behind it, or NULL. */
static const char *
skip_flags(const char *at)
{
	if (*at++ != '(')
		return NULL;
	while (*at != ')') {
		at += *at == '\\';
		if (at[-1] == '\\' && *at == '*')
			at++;
		else if (!is_atom(*at))
			return NULL;
		while (is_atom(*at))
			at++;
		if (*at == ' ' && at[1] != ')')
			at++;
		else if (*at != ')')
			return NULL;
	}
	return at + 1;
}

/* The text of a condition: free, but for a code in brackets before it. */
static const char *
check_text(struct imap_guard *g, const char *at)
{
	static const char flags[] = "[PERMANENTFLAGS";
	const char *end, *reason;
	char code[1024];

	at += strspn(at, " ");
	if (*at != '[')
		return NULL;
	if (strncasecmp(at, flags, sizeof(flags) - 1) == 0) {
		end = at[sizeof(flags) - 1] == ' ' ? skip_flags(at + sizeof(flags)) : NULL;
		return end && *end == ']' ? NULL : "PERMANENTFLAGS without flags";
	}
	end = strchr(at, ']');
	if (!end || (size_t)(end - at) >= sizeof(code))
		return "a response code without an end";
	memcpy(code, at, (size_t)(end - at));
	code[end - at] = '\0';
	if (strchr(code, '{'))
		return "a literal in a response code";
	reason = check_data(g, code);
	if (!reason && g->depth)
		reason = "a response code with an open parenthesis";
	return reason;
}

/* "{123}" at the end of structured data. */
static const char *
check_literal(struct imap_guard *g, const char *line, size_t size)
{
	size_t at = size;
	uint64_t n = 0;

	if (size < 3 || line[size - 1] != '}')
		return NULL;
	for (at = size - 1; at > 0 && isdigit((unsigned char)line[at - 1]);)
		at--;
	if (at == size - 1 || at == 0 || line[at - 1] != '{')
		return NULL;
	for (; line[at] != '}'; at++) {
		n = n * 10 + (uint64_t)(line[at] - '0');
		if (n > g->literal_max)
			return "a literal larger than what was asked for";
	}
	g->left = n;
	g->more = true;
	return NULL;
}

static const char *
check_structured(struct imap_guard *g, const char *at)
{
	const char *reason = check_data(g, at);

	if (!reason)
		reason = check_literal(g, at, strlen(at));
	if (!reason && !g->more && g->depth)
		reason = "a line with an open parenthesis";
	return reason;
}

/* What is said to a command: its tag is a number, as we gave it. */
static const char *
note_end(struct imap_guard *g, const char *line, char condition)
{
	char *end = NULL;
	long tag = strtol(line, &end, 10);

	if (!isdigit((unsigned char)*line) || *end != ' ' || tag <= 0 || tag > INT_MAX)
		return "a line that is no answer";
	if (g->ends_n == IMAP_GUARD_TAGS)
		return "more answers than commands";
	g->ends[g->ends_n++] = (struct imap_guard_end){ (int)tag, (char)toupper((unsigned char)condition) };
	return NULL;
}

bool
imap_guard_end(struct imap_guard *g, struct imap_guard_end *end_r)
{
	if (!g->ends_n)
		return false;
	*end_r = g->ends[0];
	memmove(g->ends, g->ends + 1, --g->ends_n * sizeof(*g->ends));
	return true;
}

static bool
is_exists(const char *at)
{
	size_t digits = strspn(at, "0123456789");

	return digits && at[digits] == ' ' && starts(at + digits + 1, "EXISTS");
}

static const char *
check_condition(struct imap_guard *g, const char *line, const char *at, const char *word)
{
	const char *reason = check_text(g, at + strlen(word));

	return reason || *line == '*' ? reason : note_end(g, line, *word);
}

/* A whole line without its end, or what follows a literal. */
static const char *
check_line(struct imap_guard *g, const char *line)
{
	static const char *const conditions[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
	const char *at = line;
	bool more = g->more;

	g->more = false;
	if (more)
		return check_structured(g, line);
	g->depth = 0;
	if (*line == '+')
		return check_text(g, line + 1);
	at += strcspn(at, " ");
	at += strspn(at, " ");
	for (size_t i = 0; i < COUNT_OF(conditions); i++)
		if (starts(at, conditions[i]))
			return check_condition(g, line, at, conditions[i]);
	if (*line != '*')
		return "a line that is no answer";
	if (starts(at, "STATUS"))
		return "a STATUS that was not asked for";
	g->exists = g->exists || is_exists(at);
	return check_structured(g, at);
}

static const char *
end_line(struct imap_guard *g)
{
	const char *reason;

	g->line.n--;
	if (g->line.n && g->line.p[g->line.n - 1] == '\r')
		g->line.n--;
	g->line.p[g->line.n] = '\0';
	if (memchr(g->line.p, '\0', g->line.n))
		return "a NUL";
	reason = check_line(g, g->line.p);
	buf_reset(&g->line);
	return reason;
}

const char *
imap_guard_feed(struct imap_guard *g, const char *data, size_t size)
{
	while (size) {
		const char *end;
		size_t n = size;

		if (g->left) {
			n = g->left < size ? (size_t)g->left : size;
			g->left -= n;
		} else {
			const char *reason = NULL;

			end = memchr(data, '\n', size);
			n = end ? (size_t)(end - data) + 1 : size;
			if (g->line.n + n > IMAP_GUARD_LINE)
				return "a line of more than 65536 bytes";
			buf_add(&g->line, data, n);
			if (end)
				reason = end_line(g);
			if (reason)
				return reason;
		}
		data += n;
		size -= n;
	}
	return NULL;
}
