/*
 * front_priv.h - the lines of a front matter, and the values on them.
 */
#ifndef EXPORT_FRONT_PRIV_H
#define EXPORT_FRONT_PRIV_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct err;

struct front_reader {
	struct arena *arena;
	const char *name, *next, *end;
	/* The line in work, without its end. */
	const char *start, *stop;
	size_t line;
	bool crlf;
};

bool front_next_line(struct front_reader *r);
/* The line in work is read once more. */
void front_back(struct front_reader *r);
int front_fail(const struct front_reader *r, const char *at, const char *what, struct err *err);
/* Behind a value nothing may stand but a comment. */
int front_rest(struct front_reader *r, const char *p, struct err *err);
/* A text on its line, quoted or plain, NULL for null; ends: what ends a plain one, "" the line. */
int front_scalar(struct front_reader *r, const char **p, const char *ends, const char **text_r, struct err *err);
/* The lines below | or >. */
int front_block(struct front_reader *r, const char *p, const char **text_r, struct err *err);

#endif
