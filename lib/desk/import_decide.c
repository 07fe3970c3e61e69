/*
 * An import is decided, in one short transaction, and with it done for all who
 * look: who does before all of it is moved to its place moves the rest first.
 * Then what was staged is cleared away.
 */
#include <string.h>

#include "desk/import_priv.h"

#define CLASHES_MAX 20
#define ROWS_MAX 1000

struct batch_in {
	const char *batch;
	int64_t after, limit, dry_run;
};
RECORD(rec_batch_in, struct batch_in, "import", N_("Which import."),
       ID_FIELD(struct batch_in, batch, FIELD_REQUIRED, N_("the import")),
       INT_FIELD(struct batch_in, after, FIELD_NO_OPTION, N_("only what is behind this place in it")),
       INT_FIELD(struct batch_in, limit, FIELD_NO_OPTION, N_("at most so many (1000), and never more than that")),
       BOOL_FIELD(struct batch_in, dry_run, FIELD_NO_OPTION, N_("only say what it would do")))

/* What cannot stand side by side. */

struct clash {
	const char *place, *name, *value, *other;
};
#define X struct clash
RECORD(rec_clash, X, "clash", N_("Two that cannot stand side by side."),
       TEXT_FIELD(X, place, FIELD_COLUMN, N_("where one stands")),
       TEXT_FIELD(X, name, FIELD_COLUMN, N_("the field")),
       TEXT_FIELD(X, value, FIELD_COLUMN, N_("its value")),
       TEXT_FIELD(X, other, FIELD_COLUMN, N_("where the other stands, or its id")))
#undef X

static int
clashes_fn(struct call *call, const void *input, struct err *err)
{
	const struct batch_in *in = input;
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_IMPORT_CLASHES, ARGS(V_TEXT(in->batch), V_INT(CLASHES_MAX)), &rec_clash, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		call_emit(call, (const struct clash *)rows.v + i);
	return 0;
}

const struct op op_import_clashes = { "import.clashes", N_("what of an import cannot stand side by side"), MAY_ALL & ~MAY(ROLE_AGENT), OP_LIBRARY, &rec_batch_in, &rec_clash, clashes_fn, NULL };

/* Deciding. */

struct decide_out {
	const char *id;
	int64_t added, changed, same, uses, doubles;
};
#define X struct decide_out
RECORD(rec_decide_out, X, "import", N_("What an import does."),
       TEXT_FIELD(X, id, FIELD_COLUMN, N_("the import")),
       INT_FIELD(X, added, FIELD_COLUMN, N_("responses that are new")),
       INT_FIELD(X, changed, FIELD_COLUMN, N_("responses that change")),
       INT_FIELD(X, same, FIELD_COLUMN, N_("responses that stay as they are")),
       INT_FIELD(X, uses, FIELD_COLUMN, N_("answers of the past that are new")),
       INT_FIELD(X, doubles, FIELD_COLUMN, N_("answers of the past that were known")))
#undef X

static int
overtaken(struct err *err)
{
	return err_set(err, E_TEMP, "what", N_("the library was changed meanwhile; nothing was imported"), NULL);
}

/* Made, moved or removed by another: what is staged names them by their ids, and is in their language. */
static int
tree_overtaken(struct call *call, const struct batch *batch, struct err *err)
{
	struct records rows;
	const char *path;
	int rc = sql_text(call->tx, call->arena, SQL_IMPORT_TREE_OVERTAKEN, ARGS(V_TEXT(batch->id)), &path, err);

	if (rc != 0 || sql_all(call->tx, call->arena, SQL_IMPORT_ROOTS, ARGS(V_TEXT(batch->id)), &rec_category, &rows, err) < 0)
		return rc > 0 ? overtaken(err) : -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct category *c = (const struct category *)rows.v + i;
		struct category *now;

		if (category_by_folded(call, c->folded, &now, err) < 0)
			return -1;
		if (!language_fits(c->language, now->language))
			return overtaken(err);
	}
	return 0;
}

/* Whether the library is still as it was when the batch was staged: E_TEMP. */
static int
batch_overtaken(struct call *call, const struct batch *batch, struct err *err)
{
	const char *id;
	int rc = sql_text(call->tx, call->arena, SQL_IMPORT_OVERTAKEN, ARGS(V_TEXT(batch->id), V_INT(batch->seq)), &id, err);

	if (rc != 0)
		return rc < 0 ? -1 : overtaken(err);
	return tree_overtaken(call, batch, err);
}

static int
step(struct call *call, struct batch *b, struct err *err)
{
	int more = b->stage == BATCH_DECIDED ? batch_move(call, b, err) : batch_clear(call, b, err);

	if (more < 0)
		return -1;
	if (!more && b->stage == BATCH_CLEARING)
		return due_clear(call, "import", b->id, err);
	/* What is moved may still be asked for by who imported it. */
	return due_set(call, "import", b->id, more ? call->now + 1 : call->now + BATCH_ABANDONED, err);
}

static int
decide_fn(struct call *call, const void *input, struct err *err)
{
	const struct batch_in *in = input;
	struct decide_out *out = call_answer(call);
	struct batch b;
	int rc;

	*out = (struct decide_out){ .id = in->batch };
	rc = batch_find(call, in->batch, &b, err);
	/* Nothing was there to be staged. */
	if (rc <= 0)
		return rc;
	if (b.stage != BATCH_STAGING)
		return err_set(err, E_TEMP, "what", N_("the import was given up meanwhile"), NULL);
	if (batch_overtaken(call, &b, err) < 0)
		return -1;
	*out = (struct decide_out){ b.id, b.added, b.changed, b.same, b.uses, b.doubles };
	/* Where there is nothing to do nothing happens, either. */
	b.stage = b.added + b.changed + b.uses ? BATCH_DECIDED : BATCH_CLEARING;
	if (batch_save(call, &b, err) < 0)
		return -1;
	if (b.stage == BATCH_CLEARING)
		return due_set(call, "import", b.id, call->now + 1, err);
	if (event_add(call, &(struct event){ .event = "library.imported", .ref = b.id }, err) < 0)
		return -1;
	/* From here on it is there for all who look (library_whole). The first piece goes along, which most often is all. */
	return step(call, &b, err);
}

const struct op op_import_decide = { "import.decide", N_("what was staged is imported, as a whole"), MAY_ALL & ~MAY(ROLE_AGENT), OP_WRITE | OP_DRY_RUN | OP_LIBRARY, &rec_batch_in, &rec_decide_out, decide_fn, NULL };

/* What it did, row by row. */

struct row_out {
	int64_t ord;
	const char *place, *action, *id, *name;
};
#define X struct row_out
RECORD(rec_import_row, X, "imported", N_("What becomes of a response that is imported."),
       TEXT_FIELD(X, id, FIELD_COLUMN, N_("the response")),
       TEXT_FIELD(X, action, FIELD_COLUMN, N_("add, change or same")),
       TEXT_FIELD(X, name, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(X, place, FIELD_COLUMN, N_("where it stands in what is imported")),
       INT_FIELD(X, ord, 0, N_("its place in the import")))
#undef X

static int
rows_fn(struct call *call, const void *input, struct err *err)
{
	const struct batch_in *in = input;
	int64_t limit = in->limit > 0 && in->limit < ROWS_MAX ? in->limit : ROWS_MAX;
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_IMPORT_ROWS, ARGS(V_TEXT(in->batch), V_INT(in->after), V_INT(limit)), &rec_import_row, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		call_emit(call, (const struct row_out *)rows.v + i);
	return 0;
}

const struct op op_import_rows = { "import.rows", N_("what becomes of each response of an import"), MAY_ALL & ~MAY(ROLE_AGENT), 0, &rec_batch_in, &rec_import_row, rows_fn, NULL };

/* Moving, and clearing away. */

struct left_out {
	const char *id;
	int64_t done, total;
};
RECORD(rec_left_out, struct left_out, "import", N_("How far an import has come."),
       TEXT_FIELD(struct left_out, id, FIELD_COLUMN, N_("the import")),
       INT_FIELD(struct left_out, done, FIELD_COLUMN, N_("how many are where they belong")),
       INT_FIELD(struct left_out, total, FIELD_COLUMN, N_("of so many")))

static int
move_fn(struct call *call, const void *input, struct err *err)
{
	const struct batch_in *in = input;
	struct left_out *out = call_answer(call);
	struct batch b;
	int rc = batch_find(call, in->batch, &b, err);

	*out = (struct left_out){ in->batch, 0, 0 };
	/* Others may have moved the rest of it. */
	if (rc <= 0 || b.stage != BATCH_DECIDED)
		return rc < 0 ? -1 : 0;
	if (step(call, &b, err) < 0)
		return -1;
	*out = (struct left_out){ b.id, b.moved, b.total };
	return 0;
}

const struct op op_import_move = { "import.move", N_("moves what was imported to its place, a piece of it"), MAY_ALL & ~MAY(ROLE_AGENT), OP_WRITE, &rec_batch_in, &rec_left_out, move_fn, NULL };

static int
clear_fn(struct call *call, const void *input, struct err *err)
{
	const struct batch_in *in = input;
	struct left_out *out = call_answer(call);
	struct batch b;
	int rc = batch_find(call, in->batch, &b, err);

	*out = (struct left_out){ in->batch, 0, 0 };
	if (rc <= 0)
		return rc;
	if (b.stage == BATCH_DECIDED && b.moved < b.total)
		return err_set(err, E_TEMP, "what", N_("the import has been decided, and is not finished yet"), NULL);
	if (b.stage != BATCH_CLEARING)
		b.moved = 0;
	b.stage = BATCH_CLEARING;
	if (step(call, &b, err) < 0)
		return -1;
	rc = batch_find(call, in->batch, &b, err);
	/* Its categories come last, and count as one. */
	if (rc > 0)
		*out = (struct left_out){ b.id, b.moved, b.total + 1 };
	return rc < 0 ? -1 : 0;
}

const struct op op_import_clear = { "import.clear", N_("clears away what was staged for an import, a piece of it"), MAY_ALL & ~MAY(ROLE_AGENT), OP_WRITE, &rec_batch_in, &rec_left_out, clear_fn, NULL };

int
import_go_on(struct call *call, struct err *err)
{
	const char *id;
	struct batch b;
	int rc = sql_text(call->tx, call->arena, SQL_IMPORT_PENDING, NO_ARGS, &id, err);

	if (rc > 0)
		rc = batch_find(call, id, &b, err);
	if (rc > 0)
		rc = step(call, &b, err) < 0 ? -1 : 1;
	return rc;
}

int
import_due(struct call *call, const char *id, struct err *err)
{
	struct batch b;
	int rc = batch_find(call, id, &b, err);

	if (rc <= 0)
		return rc;
	if (b.stage == BATCH_STAGING || (b.stage == BATCH_DECIDED && b.moved == b.total)) {
		b.stage = BATCH_CLEARING;
		b.moved = 0;
	}
	return step(call, &b, err);
}
