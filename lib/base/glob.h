/*
 * glob.h - patterns as a shell has them, of two signs: '*' any characters, '?'
 * any one.
 */
#ifndef BASE_GLOB_H
#define BASE_GLOB_H

#include <stdbool.h>

enum glob_flags {
	/* A-Z and a-z are the same. */
	GLOB_FOLD = 1 << 0,
};

bool glob_match(const char *glob, const char *text, unsigned flags);
/* True only where everything that narrow matches is matched by wide; false also where that is not plain. */
bool glob_covers(const char *wide, const char *narrow, unsigned flags);
/* A pattern that matches itself alone. */
bool glob_plain(const char *glob);

#endif
