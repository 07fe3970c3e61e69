#include "export/front.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "export/front_priv.h"

#define FRONT_MAX ((size_t)64 << 20)
#define KEYS_MAX 1000
#define ITEMS_MAX 10000

int
front_fail(const struct front_reader *r, const char *at, const char *what, struct err *err)
{
	char where[300];

	snprintf(where, sizeof(where), "%.200s:%zu:%zu", r->name, r->line, (size_t)(at - r->start) + 1);
	return err_set(err, E_BAD_FILE, "where", where, "what", what, NULL);
}

bool
front_next_line(struct front_reader *r)
{
	const char *newline;

	if (r->next >= r->end)
		return false;
	newline = memchr(r->next, '\n', (size_t)(r->end - r->next));
	r->start = r->next;
	r->stop = newline ? newline : r->end;
	r->next = newline ? newline + 1 : r->end;
	if (r->stop > r->start && r->stop[-1] == '\r')
		r->stop--;
	r->line++;
	return true;
}

void
front_back(struct front_reader *r)
{
	r->next = r->start;
	r->line--;
}

static bool
is_fence(const struct front_reader *r)
{
	const char *p = r->start + 3;

	if (r->stop - r->start < 3 || memcmp(r->start, "---", 3) != 0)
		return false;
	while (p < r->stop && (*p == ' ' || *p == '\t'))
		p++;
	return p == r->stop;
}

/* Nothing but blanks, or a comment. */
static bool
is_empty(const struct front_reader *r)
{
	const char *p = r->start;

	while (p < r->stop && (*p == ' ' || *p == '\t'))
		p++;
	return p == r->stop || *p == '#';
}

static bool
is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static int
take_key(struct front_reader *r, const char **p, const char **key_r, struct err *err)
{
	const char *start = r->start, *stop = start, *what = N_("not 'key: value'");

	while (stop < r->stop && is_key_char(*stop))
		stop++;
	if (*start == ' ' || *start == '\t')
		what = N_("an indented line that belongs to nothing; a text of several lines begins with | or >");
	if (stop == start || stop == r->stop || *stop != ':')
		return front_fail(r, stop, what, err);
	if (stop + 1 < r->stop && stop[1] != ' ' && stop[1] != '\t')
		return front_fail(r, stop + 1, N_("a blank is missing behind the colon"), err);
	*key_r = arena_memdup(r->arena, start, (size_t)(stop - start));
	*p = stop + 1;
	while (*p < r->stop && (**p == ' ' || **p == '\t'))
		++*p;
	return 0;
}

static int
check_key(const struct front_reader *r, const struct front *front, const char *key, struct err *err)
{
	for (size_t i = 0; i < front->n; i++)
		if (strcmp(front->v[i].key, key) == 0)
			return front_fail(r, r->start, N_("the key stands there twice"), err);
	return front->n == KEYS_MAX ? front_fail(r, r->start, N_("more than 1,000 keys"), err) : 0;
}

static int
add_item(struct front_reader *r, struct front_entry *e, const char *at, const char *text, struct err *err)
{
	if (e->values.n == ITEMS_MAX)
		return front_fail(r, at, N_("more than 10,000 items"), err);
	/* A list without items is there, too. */
	e->list = true;
	if (text)
		texts_add(r->arena, &e->values, text);
	return 0;
}

/* "- item" lines below a key without a value: however much they are indented. */
static int
item_lines(struct front_reader *r, struct front_entry *e, struct err *err)
{
	while (front_next_line(r)) {
		const char *p = r->start, *text;

		if (is_empty(r))
			continue;
		while (p < r->stop && *p == ' ')
			p++;
		if (is_fence(r) || *p != '-' || (p + 1 < r->stop && p[1] != ' ')) {
			front_back(r);
			return 0;
		}
		for (p++; p < r->stop && *p == ' ';)
			p++;
		if (p < r->stop && strchr("[|>", *p))
			return front_fail(r, p, N_("an item of a list is a text on its line"), err);
		if (front_scalar(r, &p, "", &text, err) < 0 || add_item(r, e, p, text ? text : "", err) < 0)
			return -1;
	}
	return 0;
}

/* [a, "b"]: p stands behind the bracket. */
static int
flow_list(struct front_reader *r, const char *p, struct front_entry *e, struct err *err)
{
	const char *text;

	if (add_item(r, e, p, NULL, err) < 0)
		return -1;
	for (;;) {
		while (p < r->stop && *p == ' ')
			p++;
		if (p == r->stop)
			return front_fail(r, p, N_("the list is not closed on its line"), err);
		if (*p == ']')
			return front_rest(r, p + 1, err);
		if (strchr("[,", *p))
			return front_fail(r, p, *p == ',' ? N_("an item is missing") : N_("a list within a list"), err);
		if (front_scalar(r, &p, ",]", &text, err) < 0 || add_item(r, e, p, text ? text : "", err) < 0)
			return -1;
		while (p < r->stop && *p == ' ')
			p++;
		if (p < r->stop && *p == ',')
			p++;
		else if (p < r->stop && *p != ']')
			return front_fail(r, p, N_("neither , nor ] behind an item"), err);
	}
}

static int
take_value(struct front_reader *r, const char *p, struct front_entry *e, struct err *err)
{
	const char *text;

	e->line = r->line;
	e->column = (size_t)(p - r->start) + 1;
	if (p == r->stop || *p == '#')
		return item_lines(r, e, err);
	if (*p == '[')
		return flow_list(r, p + 1, e, err);
	if (*p == '|' || *p == '>') {
		if (front_block(r, p, &text, err) < 0)
			return -1;
	} else if (front_scalar(r, &p, "", &text, err) < 0) {
		return -1;
	}
	if (text)
		texts_add(r->arena, &e->values, text);
	return 0;
}

static int
entries(struct front_reader *r, struct front *front, struct err *err)
{
	while (front_next_line(r)) {
		struct front_entry e = { 0 };
		const char *p = NULL;

		if (is_fence(r))
			return 0;
		if (is_empty(r))
			continue;
		if (take_key(r, &p, &e.key, err) < 0 || check_key(r, front, e.key, err) < 0 || take_value(r, p, &e, err) < 0)
			return -1;
		vec_push(r->arena, front, e);
	}
	return front_fail(r, r->stop, N_("the front matter is not closed by a line ---"), err);
}

/* An empty line above, and one line end behind: of the file, not of the text. */
static void
take_body(struct front_reader *r, bool fenced, struct front *front)
{
	const char *p = r->next, *stop = r->end;

	if (fenced && p < stop && (*p == '\n' || (r->crlf && *p == '\r' && p + 1 < stop && p[1] == '\n'))) {
		p += *p == '\r' ? 2 : 1;
		r->line++;
	}
	if (stop > p && stop[-1] == '\n')
		stop--;
	if (r->crlf && stop > p && stop < r->end && stop[-1] == '\r')
		stop--;
	front->body = arena_memdup(r->arena, p, (size_t)(stop - p));
	front->body_line = r->line + 1;
}

/* Where the bytes are wrong. */
static int
check_bytes(struct front_reader *r, const char *text, struct err *err)
{
	size_t size = (size_t)(r->end - text), valid = utf8_valid(text, size);
	const char *nul = memchr(text, '\0', size), *at = text + valid;

	if (!nul && valid == size)
		return 0;
	if (nul && nul < at)
		at = nul;
	while (front_next_line(r) && r->next <= at)
		;
	return front_fail(r, at, at == nul ? N_("a NUL") : N_("not valid UTF-8"), err);
}

int
front_parse(struct arena *arena, const char *name, const char *text, size_t size, struct front *front_r, struct err *err)
{
	struct front_reader r = { .arena = arena, .name = name, .next = text, .end = text + size };

	*front_r = (struct front){ 0 };
	/* Some editors begin a file with a byte order mark. */
	if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		r.next += 3;
	text = r.next;
	if (check_bytes(&r, text, err) < 0)
		return -1;
	if (!front_next_line(&r) || !is_fence(&r)) {
		r.next = text;
		r.line = 0;
		take_body(&r, false, front_r);
		return 0;
	}
	r.crlf = r.stop < r.end && *r.stop == '\r';
	if (size > FRONT_MAX)
		return front_fail(&r, r.start, N_("larger than 64 MiB"), err);
	if (entries(&r, front_r, err) < 0)
		return -1;
	take_body(&r, true, front_r);
	return 0;
}
