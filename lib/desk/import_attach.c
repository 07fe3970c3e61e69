/* The files of an item that is imported. */
#include <sodium.h>
#include <string.h>

#include "desk/import_priv.h"

#define X struct import_attachment
RECORD(rec_import_attachment, X, "attachment", N_("A file that goes along."),
       TEXT_FIELD(X, name, 0, N_("its name; that of the file when left out")),
       TEXT_FIELD(X, type, 0, N_("its MIME type; as its name says when left out")),
       TEXT_FIELD(X, data, FIELD_BODY, N_("its bytes, in base64")),
       TEXT_FIELD(X, file, 0, N_("or the path of a file beside this one")))
#undef X

/* A sentence with {value}, the name of the file, and {limit}. */
static int
bad(const struct import_item *item, const char *what, const char *value, const char *limit, struct err *err)
{
	return err_set(err, E_BAD_FIELD, "where", item->where, "name", "attachments", "what", what, "value", value, "limit", limit, NULL);
}

static const char *
given(const char *text)
{
	return text && text != text_null && *text ? text : NULL;
}

static int
one(struct call *call, const struct import_item *item, const struct import_attachment *in, struct attachment *out, struct err *err)
{
	const char *data = given(in->data) ? in->data : "";
	size_t size, cap = strlen(data) / 4 * 3 + 3;
	unsigned char *bytes = arena_alloc(call->arena, cap);

	record_init(&rec_attachment, out);
	if (!in->data || !given(in->name))
		return bad(item, in->data ? N_("name is missing") : N_("data is missing"), NULL, NULL, err);
	if (sodium_base642bin(bytes, cap, data, strlen(data), "\r\n", &size, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return bad(item, N_("{value}: not base64"), in->name, NULL, err);
	if (size > ATTACHMENT_MAX)
		return bad(item, N_("{value}: larger than {limit} bytes"), in->name, arena_printf(call->arena, "%zu", ATTACHMENT_MAX), err);
	out->name = in->name;
	out->type = given(in->type);
	out->size = (int64_t)size;
	if (attachment_check(out, err) < 0)
		return import_misplaced(call, item->where, "attachments", err);
	return blob_put(call, bytes, size, &out->digest, err);
}

int
import_attachments(struct call *call, const struct import_item *item, const struct response *base, struct records *out, struct err *err)
{
	struct attachment *v;

	if (!item->attachments.v && base)
		return attachments_of(call, base->id, out, err);
	if (item->attachments.n > ATTACHMENTS_MAX)
		return bad(item, N_("more than {limit}"), NULL, arena_printf(call->arena, "%d", ATTACHMENTS_MAX), err);
	v = arena_alloc(call->arena, (item->attachments.n + 1) * sizeof(*v));
	*out = (struct records){ v, item->attachments.n };
	for (size_t i = 0; item->attachments.v && i < item->attachments.n; i++) {
		if (one(call, item, (const struct import_attachment *)item->attachments.v + i, &v[i], err) < 0)
			return -1;
		for (size_t k = 0; k < i; k++)
			if (strcmp(v[k].name, v[i].name) == 0)
				return bad(item, N_("{value} stands there twice"), v[i].name, NULL, err);
	}
	return 0;
}
