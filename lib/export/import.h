/*
 * import.h - responses read from files: JSON Lines, CSV, folders of Markdown
 * with front matter, archives of these.
 *
 * What is read is handed on item by item; nothing is kept, however much there
 * is. A bad item is told, and the rest is read on.
 */
#ifndef EXPORT_IMPORT_H
#define EXPORT_IMPORT_H

#include <stddef.h>

#include "base/attr.h"
#include "desk/import.h"

struct arena;
struct err;

struct import {
	/* Where items live: the taker may reset it once an item is done with. */
	struct arena *arena;
	const struct record *record; /* of the items: rec_import_item, rec_import_use */
	/* JSON into records: one object, that stands in line number `line` of `name`. */
	int (*json)(const struct import *import, const char *name, const char *text, size_t line, struct records *out, struct err *err);
	/* Takes an item; -1 stops, with err set. */
	int (*take)(void *context, void *item, struct err *err);
	/* Is told what is wrong with one; -1 stops. */
	int (*bad)(void *context, const struct err *err);
	/* How far it has come, in bytes; may be NULL. */
	void (*progress)(void *context, size_t done, size_t n);
	void *context;
};

enum import_format { IMPORT_ANY, /* by its name, else by how it begins */
		     IMPORT_JSONL,
		     IMPORT_CSV,
		     IMPORT_MARKDOWN,
		     IMPORT_ARCHIVE };

/*
 * Reads a file ("-": standard input) or a folder. Errors, besides those of
 * take: E_NO_FILE, E_IO, E_BAD_FILE (an archive that is none, or too much),
 * E_CANNOT_CREATE; what bad stopped comes back, too.
 */
int import_read(const struct import *import, const char *path, enum import_format format, struct err *err) ATTR_MUSTUSE;

/* Bounds of archives and folders. */
#define IMPORT_FILES 1000000
#define IMPORT_DEPTH 32
#define IMPORT_BYTES ((size_t)4 << 30)
/* What unpacks to more than this often its size, and more than IMPORT_SMALL, is a bomb. */
#define IMPORT_RATIO 200
#define IMPORT_SMALL ((size_t)64 << 20)
/* A file of Markdown, a line of JSON, a row of CSV. */
#define IMPORT_ITEM ((size_t)64 << 20)

#endif
