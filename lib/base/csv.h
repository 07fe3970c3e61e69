/*
 * csv.h - the one place that writes cells of CSV (RFC 4180).
 *
 * Between cells comes ',', behind a row "\r\n"; both are the caller's.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

struct buf;

/*
 * Appends text as one cell, quoted where it must be: also for ';' and TAB, at
 * which spreadsheets of some countries cut. A cell that a spreadsheet would
 * take for a formula (= + - @, also in full width, TAB, CR, LF at its start)
 * gets an apostrophe before it, numbers below zero and +33... alike. Other
 * bytes are passed on as they are.
 */
void csv_cell(struct buf *out, const char *text);

#endif
