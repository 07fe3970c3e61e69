/*
 * csv.h - the one place that writes cells of CSV (RFC 4180), and the one that
 * reads them.
 *
 * Between cells comes ',', behind a row "\r\n"; both are the writer's caller's.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;
struct buf;
struct err;

/*
 * Appends text as one cell, quoted where it must be: also for ';' and TAB, at
 * which spreadsheets of some countries cut. A cell that a spreadsheet would
 * take for a formula (= + - @, also in full width, TAB, CR, LF at its start)
 * gets an apostrophe before it, numbers below zero and +33... alike; so does one
 * that begins as if it had got one, so that csv_plain gives every cell back.
 * Other bytes are passed on as they are.
 */
void csv_cell(struct buf *out, const char *text);
/* What a cell said before csv_cell wrote it: without that apostrophe. */
const char *csv_plain(const char *cell);

/* What is read: lines end with LF or CR LF; cells are parted by ',', ';' or TAB. */
struct csv_text {
	const char *name; /* for messages */
	const char *p, *end;
	bool whole;     /* nothing comes behind end */
	char separator; /* 0: the first of them that the first row has outside quotes */
	size_t line;    /* of p; starts at 1 */
};

struct csv_row {
	const char **cells;
	/* Where each begins: line, and column in bytes. */
	const size_t *lines, *columns;
	size_t n;
};

#define CSV_CELLS 1000

/*
 * The next row, its cells in the arena as they stand, without their quotes: 1;
 * 0 at the end, or where a text that is not whole ends within a row: p has not
 * moved then. Empty lines are passed over. E_BAD_FILE with where ("F:3:17") and
 * what: an open quote, something behind a closing one, NUL, invalid UTF-8, more
 * than CSV_CELLS cells; p is behind that line.
 */
int csv_row(struct csv_text *text, struct arena *arena, struct csv_row *row_r, struct err *err) ATTR_MUSTUSE;

#endif
