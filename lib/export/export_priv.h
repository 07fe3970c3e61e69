/*
 * export_priv.h - where an export goes, and what it looks like.
 */
#ifndef EXPORT_EXPORT_PRIV_H
#define EXPORT_EXPORT_PRIV_H

#include "export/export.h"

struct buf;

/* A place for one file, or for a tree of them. */
struct export_place;

/* Whether it holds a tree: a folder, an archive. */
bool export_is_archive(const char *path);
struct export_place *place_open(const char *path, bool tree, bool force, struct err *err) ATTR_MUSTUSE;
/* Of a single file: more of it. */
int place_write(struct export_place *place, const void *data, size_t size, struct err *err) ATTR_MUSTUSE;
/* Of a tree: a whole file. */
int place_put(struct export_place *place, const char *path, const void *data, size_t size, struct err *err) ATTR_MUSTUSE;
int place_end(struct export_place *place, struct err *err) ATTR_MUSTUSE;
void place_free(struct export_place **place);

/* A line of JSON, a row of CSV, a file of Markdown. attachments: paths of the files beside it; NULL: there is no place for any. */
void export_json(struct buf *out, const struct import_item *item);
void export_csv_header(struct buf *out, bool attachments);
void export_csv(struct buf *out, struct arena *arena, const struct import_item *item, const struct texts *attachments);
void export_markdown(struct buf *out, struct arena *arena, const struct import_item *item, const struct texts *attachments);

#endif
