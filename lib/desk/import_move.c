/*
 * What an import has decided goes to its place, row by row; then what was staged
 * is cleared away. Each piece says how far it came, in its own transaction.
 */
#include <string.h>

#include "desk/import_priv.h"

/* So many rows are cleared away before the clock is looked at. */
#define CLEAR_ROWS 32

static int
move_attachments(struct call *call, const struct batch *b, int64_t ord, const struct response *r, struct err *err)
{
	struct records old, new;

	if (attachments_of(call, r->id, &old, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_IMPORT_ATTACHMENTS, ARGS(V_TEXT(b->id), V_INT(ord)), &rec_attachment, &new, err) < 0)
		return -1;
	for (size_t i = 0; i < old.n; i++)
		if (attachment_end(call, r, (const struct attachment *)old.v + i, err) < 0)
			return -1;
	for (size_t i = 0; i < new.n; i++)
		if (attachment_add(call, r, (const struct attachment *)new.v + i, err) < 0)
			return -1;
	return 0;
}

static int
move_row(struct call *call, const struct batch *b, int64_t ord, struct response *r, struct err *err)
{
	struct response *now;
	const char *out;

	/* Another of the batch may have put it out of use: that is one version more. */
	if (r->version > 0) {
		if (response_find(call, r->id, &now, err) < 0)
			return -1;
		r->version = now->version;
	}
	if (r->shortcut_key && RUN(call, IMPORT_FREE_SHORTCUT, V_TEXT(r->shortcut_key), V_TEXT(r->id)) < 0)
		return -1;
	return response_write(call, r, &out, err) < 0 ? -1 : move_attachments(call, b, ord, r, err);
}

static int
move_use(struct call *call, const struct batch *b, int64_t ord, struct err *err)
{
	struct use *u = record_new(call->arena, &rec_use);
	int64_t known;
	int rc = sql_one(call->tx, call->arena, SQL_IMPORT_USE, ARGS(V_TEXT(b->id), V_INT(ord)), &rec_use, u, err);

	if (rc <= 0)
		return rc;
	rc = sql_int(call->tx, SQL_USE_EXTERNAL, ARGS(V_TEXT(u->external_id)), &known, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (library_seq(call, &u->seq, err) < 0)
		return -1;
	u->number = u->seq;
	return sql_put(call->tx, SQL_USE_NEW, &rec_use, u, err) < 0 ? -1 : 0;
}

static int
move_one(struct call *call, struct batch *b, struct err *err)
{
	struct response *r = record_new(call->arena, &rec_response);
	int64_t ord = b->moved + 1;
	int rc = sql_one(call->tx, call->arena, SQL_IMPORT_ROW, ARGS(V_TEXT(b->id), V_INT(ord)), &rec_response, r, err);
	if (rc > 0)
		rc = move_row(call, b, ord, r, err);
	else if (rc == 0)
		rc = move_use(call, b, ord, err);
	b->moved = ord;
	return rc;
}

/* It was looked at when the batch was decided, and nobody has changed the tree since. */
static int
keep_category(struct call *call, const struct category *c, struct err *err)
{
	struct category *now, mine = *c;
	int rc = category_by_folded(call, c->folded, &now, err);

	if (rc < 0 || (rc > 0 && (now->language || !c->language)))
		return rc < 0 ? -1 : 0;
	mine.version = rc > 0 ? now->version + 1 : 1;
	if (sql_put(call->tx, rc > 0 ? SQL_CATEGORY_SAVE : SQL_CATEGORY_NEW, &rec_category, &mine, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = rc > 0 ? "category.changed" : "category.added", .ref = mine.id, .version = mine.version, .reason = "import" }, err);
}

/* Rows lie in them, so they come first: 1: there may be more. */
static int
move_categories(struct call *call, const struct batch *b, struct err *err)
{
	struct category c;
	int rc = 0;

	while (slice_more(call, 1)) {
		rc = sql_one(call->tx, call->arena, SQL_IMPORT_CATEGORY_FIRST, ARGS(V_TEXT(b->id)), &rec_category, &c, err);
		if (rc <= 0)
			return rc;
		if (keep_category(call, &c, err) < 0 || RUN(call, IMPORT_CATEGORY_DROP, V_TEXT(b->id), V_TEXT(c.folded)) < 0)
			return -1;
	}
	return 1;
}

int
batch_move(struct call *call, struct batch *b, struct err *err)
{
	int rc = move_categories(call, b, err);

	while (rc == 0 && b->moved < b->total && slice_more(call, 1))
		rc = move_one(call, b, err) < 0 ? -1 : 0;
	if (rc < 0 || RUN(call, IMPORT_MOVED, V_TEXT(b->id), V_INT(b->moved)) < 0)
		return -1;
	/* The index follows when all is there. */
	call->library = b->moved < b->total ? 0 : (size_t)(b->added + b->changed + b->uses);
	return b->moved < b->total;
}

static int
clear_some(struct call *call, struct batch *b, struct err *err)
{
	b->moved = b->moved + CLEAR_ROWS < b->total ? b->moved + CLEAR_ROWS : b->total;
	if (RUN(call, IMPORT_BLOBS_DROP, V_TEXT(b->id), V_INT(b->moved)) < 0 || RUN(call, IMPORT_ATTACHMENTS_DROP, V_TEXT(b->id), V_INT(b->moved)) < 0)
		return -1;
	return RUN(call, IMPORT_ROWS_DROP, V_TEXT(b->id), V_INT(b->moved)) < 0 || RUN(call, IMPORT_USES_DROP, V_TEXT(b->id), V_INT(b->moved)) < 0 ? -1 : 0;
}

int
batch_clear(struct call *call, struct batch *b, struct err *err)
{
	int rc = 1;

	while (b->moved < b->total && slice_more(call, CLEAR_ROWS))
		if (clear_some(call, b, err) < 0)
			return -1;
	while (b->moved == b->total && rc > 0 && slice_more(call, CLEAR_ROWS))
		rc = CHANGE(call, IMPORT_CATEGORIES_DROP, V_TEXT(b->id), V_INT(CLEAR_ROWS));
	if (rc > 0)
		return batch_save(call, b, err) < 0 ? -1 : 1;
	return rc < 0 || RUN(call, IMPORT_FORGET, V_TEXT(b->id)) < 0 ? -1 : 0;
}
