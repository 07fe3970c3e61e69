/*
 * front.h - a Markdown file with front matter: what stands between two lines of
 * "---" at its beginning, and the body behind them.
 *
 * The front matter is a part of YAML, read strictly: "key: value" at the margin,
 * where a value is
 *
 *	plain text          up to " #"; true, 2026-11-21 and the like are texts, too
 *	"double", 'single'  quoted, on one line, with YAML's escapes
 *	[a, "b"]            a list on one line, or a line "- item" for each
 *	| and >             the lines below, indented, as they are or folded;
 *	                    with - or + and the indentation, as in YAML
 *	~, null, nothing    no value: what was there goes
 *
 * Whatever else YAML has (anchors, tags, nested maps, text over several lines
 * without | or >) is refused with its place, never taken for something else.
 * Pure: no I/O here.
 */
#ifndef EXPORT_FRONT_H
#define EXPORT_FRONT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "model/record.h"

struct arena;
struct buf;
struct err;

struct front_entry {
	const char *key;
	struct texts values; /* one, unless it is a list; none where it is null */
	bool list;
	size_t line, column; /* of the value */
};

struct front {
	struct front_entry *v;
	size_t n, cap;
	const char *body; /* NUL-terminated; an empty line above it and one line end behind it are not of it */
	size_t body_line;
};

/*
 * Strings in the arena. A text that does not begin with "---" is all body.
 * Bounds: a front matter of 64 MiB, 1,000 keys, 10,000 items of lists. E_BAD_FILE
 * with where ("F.md:3:7") and what.
 */
int front_parse(struct arena *arena, const char *name, const char *text, size_t size, struct front *front_r, struct err *err) ATTR_MUSTUSE;

/* The other way: "key: value\n" so that front_parse gives the same back. */
void front_text(struct buf *out, const char *key, const char *value);
void front_list(struct buf *out, const char *key, const struct texts *values);
/* Between them the caller writes its keys; what front_end wrote is read back as this body. */
void front_begin(struct buf *out);
void front_end(struct buf *out, const char *body);

#endif
