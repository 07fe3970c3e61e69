/*
 * Importing in bulk: the batch, and what is staged for it. See import.h for the
 * way that it goes.
 */
#include <sodium.h>
#include <string.h>

#include "base/utf8.h"
#include "desk/import_priv.h"

#define X struct batch
RECORD(rec_batch, X, "import", NULL,
       TEXT_FIELD(X, id, 0, NULL),
       TIME_FIELD(X, at, 0, NULL),
       TEXT_FIELD(X, agent, 0, NULL),
       INT_FIELD(X, stage, 0, NULL),
       INT_FIELD(X, seq, 0, NULL),
       INT_FIELD(X, total, 0, NULL),
       INT_FIELD(X, moved, 0, NULL),
       INT_FIELD(X, added, 0, NULL),
       INT_FIELD(X, changed, 0, NULL),
       INT_FIELD(X, same, 0, NULL),
       INT_FIELD(X, uses, 0, NULL),
       INT_FIELD(X, doubles, 0, NULL))
#undef X

#define X struct import_use
RECORD(rec_import_use, X, "use", N_("An answer that was given in the past."),
       TEXT_FIELD(X, where, FIELD_INTERNAL, NULL),
       TEXT_FIELD(X, id, 0, N_("its id where it comes from: it is taken once")),
       TEXT_FIELD(X, text, FIELD_REQUIRED | FIELD_BODY | FIELD_PERSONAL, N_("the message that was answered")),
       TEXT_FIELD(X, response, FIELD_REQUIRED, N_("the response that answered it: its id or shortcut")),
       TIME_FIELD(X, at, 0, N_("when; now when left out")),
       NAME_FIELD(X, kind, use_kinds, 0, N_("how it was used: sent when left out")),
       TEXT_FIELD(X, language, 0, N_("the language of the message")),
       TEXT_FIELD(X, agent, 0, N_("who answered")))
#undef X

int
batch_find(struct call *call, const char *id, struct batch *out, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_IMPORT_GET, ARGS(V_TEXT(id)), &rec_batch, out, err);
}

struct slice {
	int64_t until;
	int left;
};

/* The first ones always: else nothing would ever be done. */
bool
slice_more(struct call *call, int rows)
{
	struct slice *slice = call->slice;

	if (!slice) {
		call->slice = slice = ARENA_NEW(call->arena, struct slice);
		*slice = (struct slice){ clock_monotonic() + SLICE_MS, SLICE_ROWS };
	} else if (slice->left < rows || clock_monotonic() >= slice->until) {
		return false;
	}
	slice->left -= rows;
	return true;
}

int
batch_save(struct call *call, const struct batch *batch, struct err *err)
{
	return sql_put(call->tx, SQL_IMPORT_SAVE, &rec_batch, batch, err) < 0 ? -1 : 0;
}

/* Staging. */

struct stage_in {
	const char *batch;
	struct records items, uses;
	int64_t dry_run;
};
RECORD(rec_stage_in, struct stage_in, "import.stage", N_("What to stage for an import."),
       ID_FIELD(struct stage_in, batch, FIELD_REQUIRED | FIELD_NO_OPTION | FIELD_INTERNAL, N_("the id of the import")),
       RECORDS_FIELD(struct stage_in, items, rec_import_item, FIELD_NO_OPTION | FIELD_NULLS, N_("responses")),
       RECORDS_FIELD(struct stage_in, uses, rec_import_use, FIELD_NO_OPTION | FIELD_NULLS, N_("answers of the past")),
       BOOL_FIELD(struct stage_in, dry_run, FIELD_NO_OPTION | FIELD_INTERNAL, N_("only look at them")))

struct stage_out {
	const char *id;
	int64_t items, uses;
};
RECORD(rec_stage_out, struct stage_out, "staged", N_("How many of them were staged."),
       TEXT_FIELD(struct stage_out, id, FIELD_COLUMN, N_("the import")),
       INT_FIELD(struct stage_out, items, FIELD_COLUMN, N_("responses")),
       INT_FIELD(struct stage_out, uses, FIELD_COLUMN, N_("answers of the past")))

static int
open_batch(struct call *call, const char *id, struct batch *batch, struct err *err)
{
	int rc = batch_find(call, id, batch, err);

	if (rc > 0 && batch->stage != BATCH_STAGING)
		return err_set(err, E_TEMP, "what", N_("the import was given up meanwhile"), NULL);
	if (rc != 0)
		return rc;
	*batch = (struct batch){ .id = id, .at = call->now, .agent = call->actor.name };
	if (library_last(call, &batch->seq, err) < 0)
		return -1;
	return sql_put(call->tx, SQL_IMPORT_NEW, &rec_batch, batch, err) < 0 ? -1 : 0;
}

static int
twice(struct call *call, enum sql sql, const struct value *args, size_t n, const char *where, const char *name, struct err *err)
{
	const char *place;
	int rc = sql_text(call->tx, call->arena, sql, args, n, &place, err);

	if (rc <= 0)
		return rc;
	return err_set(err, E_BAD_FIELD, "where", where, "name", name, "what", N_("the same stands at {value}"), "value", place, NULL);
}

static int
check_twice(struct call *call, const struct staged *s, struct err *err)
{
	const struct response *r = s->row;

	if (s->by_name && twice(call, SQL_IMPORT_ROW_BY_NAME, ARGS(V_TEXT(s->batch), V_TEXT(r->category), V_TEXT(r->name)), s->place, "name", err) < 0)
		return -1;
	if (r->shortcut_key && twice(call, SQL_IMPORT_ROW_BY_SHORTCUT, ARGS(V_TEXT(s->batch), V_TEXT(r->shortcut_key)), s->place, "shortcut", err) < 0)
		return -1;
	return twice(call, SQL_IMPORT_ROW_BY_ID, ARGS(V_TEXT(s->batch), V_TEXT(r->id)), s->place, "id", err);
}

static int
put_row(struct call *call, const struct staged *s, struct err *err)
{
	const struct response *r = s->row;
	/* What stays as it is need not be carried about. */
	bool whole = strcmp(s->action, "same") != 0;

#define MAYBE_TIME(t) ((t) == INT_ABSENT ? V_NULL : V_INT(t))
	return RUN(call, IMPORT_ROW_NEW, V_TEXT(s->batch), V_INT(s->ord), V_TEXT(s->place), V_TEXT(s->action), V_INT(s->by_name), V_TEXT(r->id), V_INT(r->version),
		   V_TEXT(r->category), V_TEXT(r->name), V_TEXT(r->name_key), V_TEXT(r->shortcut), V_TEXT(r->shortcut_key), V_TEXT(whole ? r->description : NULL),
		   V_TEXT(whole ? r->text : NULL), V_TEXT(whole ? r->html : NULL), V_TEXT(r->language), MAYBE_TIME(r->start), MAYBE_TIME(r->expires), V_INT(r->active),
		   V_INT(r->approved), V_TEXT(names_get(&response_usages, (int)r->usage)), V_TEXT(r->media), V_TEXT(r->queues), V_TEXT(r->teams), V_TEXT(r->owner),
		   V_TEXT(r->editor), V_INT(call->now), V_INT(call->now), V_INT(0), V_INT(0)) < 0
		       ? -1
		       : 0;
#undef MAYBE_TIME
}

static int
stage_item(struct call *call, struct batch *batch, const struct import_item *item, struct err *err)
{
	struct staged s = { .batch = batch->id, .ord = batch->total + 1, .place = item->where };

	if (import_resolve(call, batch, item, &s, err) < 0 || check_twice(call, &s, err) < 0)
		return -1;
	s.row->editor = call->actor.name;
	if (put_row(call, &s, err) < 0)
		return -1;
	for (size_t i = 0; *s.action != 's' && i < s.attachments.n; i++) {
		const struct attachment *a = (const struct attachment *)s.attachments.v + i;

		if (RUN(call, IMPORT_ATTACHMENT_NEW, V_TEXT(s.batch), V_INT(s.ord), V_INT((int64_t)i), V_TEXT(a->name), V_TEXT(a->type), V_TEXT(a->digest), V_INT(a->size)) < 0)
			return -1;
	}
	batch->total++;
	++*(*s.action == 's' ? &batch->same : *s.action == 'a' ? &batch->added
							       : &batch->changed);
	return 0;
}

/* Of a use that has no id: the same answer at the same time to the same message is the same use. */
static const char *
use_key(struct arena *arena, const char *response, const struct import_use *u)
{
	unsigned char hash[16];
	char hex[sizeof(hash) * 2 + 1], at[TIME_TEXT];
	const char *said;

	if (u->id && u->id != text_null && *u->id)
		return u->id;
	said = arena_printf(arena, "%s\n%s\n%s", response, u->at == INT_ABSENT ? "" : time_format(u->at, at), u->text);
	crypto_generichash(hash, sizeof(hash), (const unsigned char *)said, strlen(said), NULL, 0);
	return arena_printf(arena, "import-%s", sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash)));
}

static int
use_response(struct call *call, const struct batch *batch, const struct import_use *u, const char **id_r, struct err *err)
{
	struct response *r;
	int rc = sql_text(call->tx, call->arena, SQL_IMPORT_ROW_ID, ARGS(V_TEXT(batch->id), V_TEXT(u->response), V_TEXT(utf8_fold(call->arena, u->response))), id_r, err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (response_get(call, u->response, &r, err) < 0)
		return err->code != E_NO_RESPONSE ? -1 : err_set(err, E_BAD_FIELD, "where", u->where, "name", "response", "what", N_("no response '{value}'"), "value", u->response, NULL);
	*id_r = r->id;
	return 0;
}

static int
use_check(struct call *call, const struct import_use *u, struct err *err)
{
	if (text_check("text", u->text, TEXT_MAX, err) < 0 || text_check("id", u->id, 256, err) < 0 || text_check("language", u->language, 32, err) < 0)
		return import_misplaced(call, u->where, "text", err);
	if (!u->text || !*u->text || !u->response)
		return err_set(err, E_BAD_FIELD, "where", u->where, "name", u->response ? "text" : "response", "what", N_("is missing"), NULL);
	return 0;
}

static int
stage_use(struct call *call, struct batch *batch, struct import_use *u, struct err *err)
{
	const char *response, *key;
	int64_t known;
	int rc;

	if (use_check(call, u, err) < 0 || use_response(call, batch, u, &response, err) < 0)
		return -1;
	if (u->at == INT_NULL)
		u->at = INT_ABSENT;
	if (u->kind == INT_ABSENT || u->kind == INT_NULL)
		u->kind = USE_SENT;
	key = use_key(call->arena, response, u);
	rc = sql_int(call->tx, SQL_USE_EXTERNAL, ARGS(V_TEXT(key)), &known, err);
	if (rc == 0) {
		rc = CHANGE(call, IMPORT_USE_NEW, V_TEXT(batch->id), V_INT(batch->total + 1), V_INT(u->at == INT_ABSENT ? call->now : u->at), V_TEXT(response), V_TEXT(u->agent),
			    V_TEXT(names_get(&use_kinds, (int)u->kind)), V_TEXT(u->text), V_TEXT(u->language), V_TEXT(key));
		batch->total += rc > 0;
		batch->uses += rc > 0;
		batch->doubles += rc == 0;
	} else {
		batch->doubles++;
	}
	return rc < 0 ? -1 : 0;
}

/* What whoever imports knows of each, and other programs leave out. */

static const char *
where_of(struct call *call, const char *where, const char *list, int64_t i)
{
	return where && *where ? where : arena_printf(call->arena, "%s[%lld]", list, (long long)i);
}

static struct import_item
item_at(struct call *call, const struct stage_in *in, int64_t i)
{
	struct import_item item = ((const struct import_item *)in->items.v)[i];

	item.where = where_of(call, item.where, "items", i);
	if (!item.fresh || !*item.fresh)
		item.fresh = id_new(call->arena, call->now);
	return item;
}

static struct import_use
use_at(struct call *call, const struct stage_in *in, int64_t i)
{
	struct import_use use = ((const struct import_use *)in->uses.v)[i];

	use.where = where_of(call, use.where, "uses", i);
	return use;
}

/*
 * As many as a slice allows. One that is bad ends it, and is told
 * when it comes first: those before it are staged.
 */
static int
stage_all(struct call *call, const struct stage_in *in, struct batch *batch, struct stage_out *out, struct err *err)
{
	int rc = 0;

	while (rc == 0 && (size_t)out->items < in->items.n && slice_more(call, 1)) {
		struct import_item item = item_at(call, in, out->items);

		if ((rc = stage_item(call, batch, &item, err)) == 0)
			out->items++;
	}
	while (rc == 0 && (size_t)out->items == in->items.n && (size_t)out->uses < in->uses.n && slice_more(call, 1)) {
		struct import_use use = use_at(call, in, out->uses);

		if ((rc = stage_use(call, batch, &use, err)) == 0)
			out->uses++;
	}
	return out->items + out->uses > 0 ? 0 : rc;
}

static int
stage_fn(struct call *call, const void *input, struct err *err)
{
	const struct stage_in *in = input;
	struct stage_out *out = call_answer(call);
	struct batch batch;

	*out = (struct stage_out){ in->batch, 0, 0 };
	if (open_batch(call, in->batch, &batch, err) < 0 || stage_all(call, in, &batch, out, err) < 0 || batch_save(call, &batch, err) < 0)
		return -1;
	return due_set(call, "import", batch.id, call->now + BATCH_ABANDONED, err);
}

const struct op op_import_stage = { "import.stage", N_("stages what is to be imported"), MAY_ALL & ~MAY(ROLE_AGENT), OP_WRITE | OP_DRY_RUN | OP_LIBRARY, &rec_stage_in, &rec_stage_out, stage_fn, NULL };
