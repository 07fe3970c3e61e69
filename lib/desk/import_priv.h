/*
 * import_priv.h - what the steps of an import share.
 */
#ifndef DESK_IMPORT_PRIV_H
#define DESK_IMPORT_PRIV_H

#include "desk/import.h"
#include "desk/response_priv.h"

enum batch_stage { BATCH_STAGING,
		   BATCH_DECIDED,
		   BATCH_CLEARING };

struct batch {
	const char *id;
	int64_t at;
	const char *agent;
	int64_t stage, seq;
	int64_t total, moved; /* how many are staged; up to which they are moved, then cleared away */
	int64_t added, changed, same, uses, doubles;
};
extern const struct record rec_batch;

/* One that is staged: what becomes of it, and the row that it is to be. */
struct staged {
	const char *batch;
	int64_t ord;
	const char *place, *action;
	bool by_name;
	struct response *row;
	struct records attachments; /* struct attachment, as they are to be */
};

/* Puts an item through all rules: the row that it becomes. E_BAD_FIELD with the place. */
int import_resolve(struct call *call, const struct batch *batch, const struct import_item *item, struct staged *out, struct err *err);
/* Its files, their bytes kept; base: what it is already, or NULL. */
int import_attachments(struct call *call, const struct import_item *item, const struct response *base, struct records *out, struct err *err);
/* What another rule has found wrong, with the place of the item. */
int import_misplaced(struct call *call, const char *where, const char *name, struct err *err);
/* The category of an item: of the library, or staged. language: settled by it, too. */
int import_category(struct call *call, const struct batch *batch, const struct import_item *item, const char *path, const char **language, const char **id_r, struct err *err);

/* 1: there is one, 0: none. */
int batch_find(struct call *call, const char *id, struct batch *out, struct err *err);
int batch_save(struct call *call, const struct batch *batch, struct err *err);
/* So long after the last step whoever was to take the next one is taken for dead. */
#define BATCH_ABANDONED (15 * MS_MINUTE)
/* One transaction takes on so many rows at most, and none once so much time has passed: nobody is to wait for the lock. */
#define SLICE_ROWS 256
#define SLICE_MS 15
/* Whether there is room for so many more rows in the transaction; they are taken to be done. */
bool slice_more(struct call *call, int rows);
/* A slice of what is left to do with it, as far as it has come: 1: more is left. */
int batch_move(struct call *call, struct batch *batch, struct err *err);
int batch_clear(struct call *call, struct batch *batch, struct err *err);
/* Its time has come: what was decided moves on, what was left behind goes. */
int import_due(struct call *call, const char *id, struct err *err);
/* A slice of what is decided and not moved yet, whichever batch it is of: 1: look again, 0: all is in its place. */
int import_go_on(struct call *call, struct err *err);

#endif
