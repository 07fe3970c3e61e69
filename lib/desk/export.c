/*
 * The library as it is imported: page by page, in the order of the ids.
 */
#include <sodium.h>
#include <string.h>

#include "desk/import.h"
#include "desk/response_priv.h"

#define PAGE_MAX 100
/* No page holds more than about this, but for one response that does. */
#define PAGE_BYTES ((size_t)4 << 20)

struct export_in {
	const char *category, *language;
	const char *after;
};
#define X struct export_in
RECORD(rec_export_in, X, "response-export", N_("What of the library."),
       TEXT_FIELD_AS(X, category, "PATH", 0, N_("only what lies in this category, or below it")),
       TEXT_FIELD_AS(X, language, "LANGUAGE", 0, N_("only what is in this language")),
       TEXT_FIELD(X, after, FIELD_NO_OPTION | FIELD_INTERNAL, NULL))
#undef X

static int
add_attachments(struct call *call, const struct response *r, struct import_item *item, size_t *size, struct err *err)
{
	struct import_attachment *v;
	struct records rows;

	if (attachments_of(call, r->id, &rows, err) < 0)
		return -1;
	v = arena_alloc(call->arena, (rows.n + 1) * sizeof(*v));
	for (size_t i = 0; i < rows.n; i++) {
		const struct attachment *a = (const struct attachment *)rows.v + i;
		const void *bytes;
		size_t n, cap;
		char *text;

		if (blob_get(call, a->digest, &bytes, &n, err) < 0)
			return -1;
		cap = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
		text = arena_alloc(call->arena, cap);
		v[i] = (struct import_attachment){ .name = a->name, .type = a->type };
		v[i].data = sodium_bin2base64(text, cap, bytes, n, sodium_base64_VARIANT_ORIGINAL);
		*size += cap;
	}
	if (rows.n)
		item->attachments = (struct records){ v, rows.n };
	return 0;
}

/* What both have is taken as it is. */
static void
take_fields(struct call *call, const struct response *r, struct import_item *item)
{
	static const char *const names[] = { "id", "name", "shortcut", "language", "description", "text", "html", "start", "expires", "usage", "active", "approved", "owner" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct field *from = record_field(&rec_response, names[i]), *to = record_field(&rec_import_item, names[i]);

		if (from->type == FIELD_TEXT)
			*(const char **)field_at(to, item) = field_text(from, r);
		else
			*(int64_t *)field_at(to, item) = field_int(from, r);
	}
	item->category = r->path;
	list_split(call->arena, r->media, &item->media);
	list_split(call->arena, r->queues, &item->queues);
	list_split(call->arena, r->teams, &item->teams);
}

static size_t
length(const char *text)
{
	return text ? strlen(text) : 0;
}

static int
dump_one(struct call *call, const struct response *r, size_t *size, struct err *err)
{
	struct import_item *item = call_answer(call);

	take_fields(call, r, item);
	*size += length(r->text) + length(r->html) + length(r->description);
	return add_attachments(call, r, item, size, err);
}

static int
dump_fn(struct call *call, const void *input, struct err *err)
{
	const struct export_in *in = input;
	struct category *category = NULL;
	const char *from, *to;
	struct records rows;
	size_t size = 0;

	if (in->category && category_get(call, in->category, &category, err) < 0)
		return -1;
	category_bounds(call, category, &from, &to);
	if (sql_all(call->tx, call->arena, SQL_RESPONSE_DUMP, ARGS(V_TEXT(in->after ? in->after : ""), V_TEXT(from), V_TEXT(to), V_TEXT(in->language), V_INT(PAGE_MAX)),
		    &rec_response, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n && size < PAGE_BYTES; i++)
		if (dump_one(call, (const struct response *)rows.v + i, &size, err) < 0)
			return -1;
	return 0;
}

const struct op op_response_dump = { "response.dump", N_("the library as it is imported"), MAY_ALL & ~MAY(ROLE_AGENT), OP_LIBRARY | OP_COPIES, &rec_export_in, &rec_import_item, dump_fn, NULL };
