/*
 * import.h - responses that come from outside in bulk: what an item says, and
 * what is found out about a whole library.
 *
 * An import is staged in short transactions under the id of its batch, unseen;
 * then decided, as a whole, in one short transaction: from then on nothing can
 * lose it, and nobody sees less than all of it. Its rows are moved to their place in
 * short transactions, the first by the decision itself, the rest by whoever comes:
 * who imported it, who writes, and whoever wants to look at the library before.
 */
#ifndef DESK_IMPORT_H
#define DESK_IMPORT_H

#include <stdint.h>

#include "model/record.h"

struct import_attachment {
	const char *name, *type;
	const char *data; /* base64 */
	const char *file; /* beside what names it; read by who reads the item */
};
extern const struct record rec_import_attachment;

/* Absent: left as it is; null: it goes. */
struct import_item {
	const char *where; /* its place, for messages: "F.jsonl:12" */
	const char *fresh; /* the id that it gets if it is new, and has none */
	const char *id, *name, *shortcut, *category, *language, *description, *text, *html;
	struct texts media, queues, teams;
	int64_t start, expires, usage, active, approved;
	const char *owner;
	struct records attachments;
};
extern const struct record rec_import_item;

/* An answer that was given in the past. */
struct import_use {
	const char *where;
	const char *id, *text, *response;
	int64_t at, kind;
	const char *language, *agent;
};
extern const struct record rec_import_use;

/* What became of an item. */
extern const struct record rec_import_row;

/* Of an attachment, in bytes. */
#define IMPORT_ATTACHMENT_MAX ((size_t)10 << 20)

#endif
