/*
 * lines.h - a stream read line by line, lines of any length up to a limit.
 */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include <stddef.h>

#include "base/attr.h"

struct err;
struct lines;

/* fd is borrowed; name is for messages and must outlive it. separator: '\n' or '\0'. */
struct lines *lines_new(int fd, const char *name, char separator, size_t limit) ATTR_MUSTUSE;
/*
 * 1 and the next line without its separator, valid until the next call; 0 at
 * the end; -1 with E_IO or E_TOO_LARGE (the line is skipped: reading may go on).
 * A line that holds a NUL is E_BAD_UTF8; nothing else is checked.
 */
int lines_next(struct lines *lines, const char **line_r, struct err *err) ATTR_MUSTUSE;
/* Of the line returned last, counted from 1. */
size_t lines_number(const struct lines *lines);
void lines_free(struct lines **lines);

#endif
