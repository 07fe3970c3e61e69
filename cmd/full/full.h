/*
 * full.h - what only ixn-full has: pages written.
 */
#ifndef CMD_FULL_FULL_H
#define CMD_FULL_FULL_H

#include "cmd/priv.h"

/* '--mdoc NAME', '--table NAME': to standard output; an exit status. */
int document_run(int argc, char **argv);
/* The HTML of a mail, as its sender wrote it; NULL: it has none. */
const char *mail_html(struct arena *arena, const char *bytes, size_t size);
/* "states", "verbs", "targets", "errors", "config", "events", "exit" and "operations", as mdoc; -1 when there is no such table. */
int table_print(const char *name);

/* Lines of mdoc text, one a sentence: what roff would take as its own is escaped. */
void mdoc_text(const char *text);
/* An argument of a macro: one word. */
void mdoc_word(const char *text);

#endif
