#include "base/csv.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/utf8.h"

/* A row in work; the text it comes from moves only when it is whole. */
struct parse {
	struct arena *arena;
	const char *name, *p, *end, *line_start;
	bool whole;
	char separator;
	size_t line;
	VEC(const char *)
	cells;
	VEC(size_t)
	lines;
	VEC(size_t)
	columns;
};

enum outcome { MORE = -2, /* the rest of the row is not there yet */
	       WRONG = -1,
	       END,    /* of the row */
	       CELL }; /* another cell follows */

static enum outcome
fail(const struct parse *parse, const char *at, const char *what, struct err *err)
{
	char where[300];

	snprintf(where, sizeof(where), "%.200s:%zu:%zu", parse->name, parse->line, (size_t)(at - parse->line_start) + 1);
	err_set(err, E_BAD_FILE, "where", where, "what", what, NULL);
	return WRONG;
}

static void
next_line(struct parse *parse)
{
	parse->line++;
	parse->line_start = parse->p;
}

/* p stands behind a cell: at what parts it from the next one, or ends the row. */
static enum outcome
after_cell(struct parse *parse, struct err *err)
{
	if (parse->p == parse->end)
		return parse->whole ? END : MORE;
	if (*parse->p == parse->separator) {
		parse->p++;
		return CELL;
	}
	if (*parse->p == '\r' && parse->p + 1 == parse->end && !parse->whole)
		return MORE;
	if (*parse->p == '\r' && parse->p + 1 < parse->end && parse->p[1] == '\n')
		parse->p++;
	else if (*parse->p != '\n')
		return fail(parse, parse->p, N_("something stands behind a closing quote"), err);
	parse->p++;
	next_line(parse);
	return END;
}

/* place: where the cell begins; of a plain one the byte itself is told. */
static enum outcome
add_cell(struct parse *parse, const struct parse *place, const char *text, size_t size, struct err *err)
{
	const char *nul = memchr(text, '\0', size);
	size_t valid = utf8_valid(text, size), at = nul && (size_t)(nul - text) < valid ? (size_t)(nul - text) : valid;

	if (nul || valid < size)
		return fail(place, text == place->p ? text + at : place->p, at < valid ? N_("a NUL") : N_("not valid UTF-8"), err);
	if (parse->cells.n == CSV_CELLS)
		return fail(place, place->p, N_("too many cells"), err);
	vec_push(parse->arena, &parse->cells, arena_memdup(parse->arena, text, size));
	return END;
}

/* p stands at the opening quote. Where it is never closed, it is the opening one that is wrong. */
static enum outcome
quoted_cell(struct parse *parse, struct err *err)
{
	struct parse opening = *parse;
	const char *stop = parse->p, *quote;
	size_t n = 0;
	char *text;

	for (;;) {
		quote = memchr(stop + 1, '"', (size_t)(parse->end - stop - 1));
		if (!quote || (quote + 1 == parse->end && !parse->whole))
			return parse->whole ? fail(&opening, opening.p, N_("a quote is not closed"), err) : MORE;
		if (quote + 1 == parse->end || quote[1] != '"')
			break;
		stop = quote + 1;
	}
	text = arena_alloc(parse->arena, (size_t)(quote - parse->p));
	while (++parse->p < quote) {
		text[n++] = *parse->p;
		if (*parse->p == '"')
			parse->p++;
		else if (*parse->p == '\n') {
			parse->line++;
			parse->line_start = parse->p + 1;
		}
	}
	parse->p = quote + 1;
	return add_cell(parse, &opening, text, n, err) == WRONG ? WRONG : after_cell(parse, err);
}

static enum outcome
plain_cell(struct parse *parse, struct err *err)
{
	const struct parse start = *parse;

	while (parse->p < parse->end && *parse->p != parse->separator && *parse->p != '\n' && *parse->p != '"' &&
	       !(*parse->p == '\r' && parse->p + 1 < parse->end && parse->p[1] == '\n'))
		parse->p++;
	if (parse->p < parse->end && *parse->p == '"')
		return fail(parse, parse->p, N_("a quote within a cell that does not begin with one"), err);
	if (parse->p == parse->end && !parse->whole)
		return MORE;
	if (add_cell(parse, &start, start.p, (size_t)(parse->p - start.p), err) == WRONG)
		return WRONG;
	return after_cell(parse, err);
}

static enum outcome
one_row(struct parse *parse, struct err *err)
{
	enum outcome outcome;

	do {
		vec_push(parse->arena, &parse->lines, parse->line);
		vec_push(parse->arena, &parse->columns, (size_t)(parse->p - parse->line_start) + 1);
		outcome = parse->p < parse->end && *parse->p == '"' ? quoted_cell(parse, err) : plain_cell(parse, err);
	} while (outcome == CELL);
	return outcome;
}

/* Of the first row: what parts its cells. False: it is not there as a whole. */
static bool
find_separator(struct csv_text *text)
{
	bool quoted = false;

	for (const char *p = text->p; p < text->end; p++) {
		if (*p == '"')
			quoted = !quoted;
		if (!quoted && (*p == ',' || *p == ';' || *p == '\t')) {
			text->separator = *p;
			return true;
		}
		if (!quoted && *p == '\n')
			break;
		if (p + 1 == text->end && !text->whole)
			return false;
	}
	text->separator = ',';
	return true;
}

/* Empty lines; true: something else follows. */
static bool
skip_empty(struct csv_text *text)
{
	for (; text->p < text->end; text->p++) {
		if (*text->p == '\r' && text->p + 1 < text->end && text->p[1] == '\n')
			continue;
		if (*text->p != '\n')
			return true;
		text->line++;
	}
	return false;
}

/* Behind the line in which something was wrong; false: its end is not there yet. */
static bool
skip_line(struct csv_text *text, const struct parse *parse)
{
	const char *newline = memchr(parse->p, '\n', (size_t)(parse->end - parse->p));

	if (!newline && !parse->whole)
		return false;
	text->p = newline ? newline + 1 : text->end;
	text->line = parse->line + 1;
	return true;
}

int
csv_row(struct csv_text *text, struct arena *arena, struct csv_row *row_r, struct err *err)
{
	struct parse parse = { .arena = arena, .name = text->name, .end = text->end, .whole = text->whole };
	enum outcome outcome;

	if (!skip_empty(text) || (!text->separator && !find_separator(text)))
		return 0;
	parse.p = parse.line_start = text->p;
	parse.separator = text->separator;
	parse.line = text->line;
	outcome = one_row(&parse, err);
	if (outcome == MORE)
		return 0;
	if (outcome == WRONG)
		return skip_line(text, &parse) ? -1 : 0;
	text->p = parse.p;
	text->line = parse.line;
	*row_r = (struct csv_row){ parse.cells.v, parse.lines.v, parse.columns.v, parse.cells.n };
	return 1;
}
