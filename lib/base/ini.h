/*
 * ini.h - configuration files: "key = value", "[section]", comments by # or ;
 * at the start of a line. A key in a section is "section.key"; keys have ASCII
 * letters, digits, '-', '_' and '.'; one may stand there twice. No I/O here.
 */
#ifndef BASE_INI_H
#define BASE_INI_H

#include <stddef.h>

#include "base/attr.h"

struct arena;
struct err;

struct ini_entry {
	const char *key, *value;
	unsigned line;
};

struct ini {
	struct ini_entry *v;
	size_t n, cap;
};

/*
 * Entries in order, strings in the arena. Values lose blanks at both ends;
 * in double quotes they keep them, with \" and \\ as escapes. Bounds: 1 MiB,
 * 10,000 entries. E_BAD_CONFIG with where "name:LINE" and what.
 */
int ini_parse(struct arena *arena, const char *name, const char *text, size_t size, struct ini *ini_r, struct err *err) ATTR_MUSTUSE;

#endif
