/*
 * export.h - the library written to a file, a folder or an archive, so that it
 * is read back the same.
 *
 * What is written has its name only once it is whole.
 */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "desk/import.h"

struct arena;
struct err;
struct export;

enum export_format { EXPORT_JSONL,
		     EXPORT_CSV,
		     EXPORT_MARKDOWN };

/*
 * path: a file; "-", standard output; a name that ends as archives do; else, for
 * Markdown, a folder. Without force what is there already is E_EXISTS. Errors:
 * E_CANNOT_CREATE, E_IO, and E_USAGE for Markdown to a single file.
 */
struct export *export_new(const char *path, enum export_format format, bool force, struct err *err) ATTR_MUSTUSE;
int export_item(struct export *export, struct arena *arena, const struct import_item *item, struct err *err) ATTR_MUSTUSE;
/* Gives it its name. */
int export_end(struct export *export, struct err *err) ATTR_MUSTUSE;
/* What has not got its name is removed. Accepts a pointer to NULL. */
void export_free(struct export **export);
/* How many attachments a file of CSV had no place for. */
size_t export_left_out(const struct export *export);
/* The format that a name asks for. */
enum export_format export_format_of(const char *path);

#endif
