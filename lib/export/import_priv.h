/*
 * import_priv.h - what the readers of each format share.
 */
#ifndef EXPORT_IMPORT_PRIV_H
#define EXPORT_IMPORT_PRIV_H

#include <stdbool.h>

#include "export/import.h"

struct buf;

/* A file of the import: open, its name for messages, and the folder that its attachments lie in. */
struct import_file {
	int fd;
	const char *name;
	int folder; /* a descriptor */
	/* The folders above it, below the one that was named, as a category: "Root/Sub"; NULL: none. */
	const char *category;
};

int import_jsonl(const struct import *import, const struct import_file *file, struct err *err);
int import_csv(const struct import *import, const struct import_file *file, struct err *err);
int import_markdown(const struct import *import, const struct import_file *file, struct err *err);
/* All files of a folder whose names say their format, in the order of their names; name: for messages. */
int import_folder(const struct import *import, int folder, const char *name, struct err *err);
/* Unpacks into a folder of its own, reads that, and removes it. */
int import_archive(const struct import *import, int fd, const char *name, struct err *err);
/* Where an item stands: "F.jsonl:12". */
const char *import_place(const struct import *import, const struct import_file *file, size_t line);
/* An item is wrong: told, and passed over; -1 where reading itself has failed, or is to stop. */
int import_refuse(const struct import *import, const struct err *found, struct err *err);
/* How far a file has been read. */
void import_tell(const struct import *import, const struct import_file *file);
/* Puts what stands in a file behind what out holds, until it has more than limit or the file ends: then *end_r. */
int import_fill(const struct import_file *file, size_t limit, struct buf *out, bool *end_r, struct err *err);

/*
 * One field of an item as texts: a cell of CSV, an entry of a front matter.
 * where: "F.csv:3:17". E_BAD_FIELD.
 */
struct import_cell {
	const char *where, *key;
	const struct texts *values; /* none: null */
	bool list;
};
int import_set(struct arena *arena, const struct record *record, void *item, const struct import_cell *cell, struct err *err);
/* Fields whose lists one text of CSV holds, with commas between. */
bool import_is_list(const struct record *record, const char *key);
/* Reads the files that attachments name, beside the file, and hands the item on; bad ones are told. */
int import_hand_on(const struct import *import, const struct import_file *file, void *item, const char *where, struct err *err);

#endif
