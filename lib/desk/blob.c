/*
 * Files that go along with responses: the bytes are kept once, under their
 * digest; a response has them by name, from one of its versions to another.
 */
#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "desk/response_priv.h"

RECORD(rec_attachment, struct attachment, "attachment", NULL,
       TEXT_FIELD(struct attachment, response, 0, NULL),
       INT_FIELD(struct attachment, ord, 0, NULL),
       TEXT_FIELD(struct attachment, name, 0, NULL),
       TEXT_FIELD(struct attachment, type, 0, NULL),
       TEXT_FIELD(struct attachment, digest, 0, NULL),
       INT_FIELD(struct attachment, size, 0, NULL),
       INT_FIELD(struct attachment, first, 0, NULL),
       INT_FIELD(struct attachment, last, 0, NULL))

/* SHA-256: others can work it out, too. */
static const char *
digest_of(struct arena *arena, const void *bytes, size_t size)
{
	char *hex = arena_alloc(arena, DIGEST_HEX);

	digest_hex(bytes, size, hex);
	return hex;
}

int
blob_put_as(struct call *call, const char *digest, const void *bytes, size_t size, struct err *err)
{
	return RUN(call, BLOB_NEW, V_TEXT(digest), V_INT((int64_t)size), V_BLOB(size ? bytes : "", size)) < 0 ? -1 : 0;
}

int
blob_put(struct call *call, const void *bytes, size_t size, const char **digest_r, struct err *err)
{
	*digest_r = digest_of(call->arena, bytes, size);
	return blob_put_as(call, *digest_r, bytes, size, err);
}

int
blob_get(struct call *call, const char *digest, const void **bytes_r, size_t *size_r, struct err *err)
{
	int rc;

	*bytes_r = "";
	*size_r = 0;
	rc = sql_blob(call->tx, call->arena, SQL_BLOB_BYTES, ARGS(V_TEXT(digest)), bytes_r, size_r, err);
	if (rc >= 0 && strcmp(digest_of(call->arena, *bytes_r ? *bytes_r : "", *size_r), digest) == 0)
		return 0;
	return rc < 0 ? -1 : err_set(err, E_STORE_DAMAGED, "path", store_path(call->desk->store), "reason", "an attachment is not there, or is another", NULL);
}

int
attachments_of(struct call *call, const char *response, struct records *out, struct err *err)
{
	return sql_all(call->tx, call->arena, SQL_ATTACHMENTS_OF, ARGS(V_TEXT(response)), &rec_attachment, out, err) < 0 ? -1 : 0;
}

int
attachments_at(struct call *call, const struct response *r, struct records *out, struct err *err)
{
	return sql_all(call->tx, call->arena, SQL_ATTACHMENTS_AT, ARGS(V_TEXT(r->id), V_INT(r->version)), &rec_attachment, out, err) < 0 ? -1 : 0;
}

const struct attachment *
attachment_named(const struct records *all, const char *name)
{
	const struct attachment *v = all->v;

	for (size_t i = 0; i < all->n; i++)
		if (strcmp(v[i].name, name) == 0)
			return &v[i];
	return NULL;
}

/* A name that a file may have anywhere, and that hides nothing from who reads it. */
static int
check_name(const char *name, struct err *err)
{
	if (*name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strlen(name) <= ATTACHMENT_NAME_MAX && !strchr(name, '/') && !strchr(name, '\\'))
		return line_check("attachment", name, ATTACHMENT_NAME_MAX, true, err);
	return err_set(err, E_BAD_FIELD, "where", "attachment", "name", name, "what", N_("is not the name of a file"), NULL);
}

/* Of what offices send; the rest is bytes. */
static const char *
type_of(const char *name)
{
	static const char *const types[][2] = {
		{ "pdf", "application/pdf" },
		{ "txt", "text/plain; charset=utf-8" },
		{ "csv", "text/csv; charset=utf-8" },
		{ "html", "text/html; charset=utf-8" },
		{ "png", "image/png" },
		{ "jpg", "image/jpeg" },
		{ "jpeg", "image/jpeg" },
		{ "gif", "image/gif" },
		{ "svg", "image/svg+xml" },
		{ "zip", "application/zip" },
		{ "ics", "text/calendar; charset=utf-8" },
		{ "odt", "application/vnd.oasis.opendocument.text" },
		{ "ods", "application/vnd.oasis.opendocument.spreadsheet" },
		{ "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
		{ "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
		{ "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
	};
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < COUNT_OF(types); i++)
		if (strcasecmp(dot + 1, types[i][0]) == 0)
			return types[i][1];
	return "application/octet-stream";
}

int
attachment_check(struct attachment *a, struct err *err)
{
	a->type = a->type && *a->type ? a->type : type_of(a->name);
	return check_name(a->name, err) < 0 ? -1 : line_check("type", a->type, ATTACHMENT_NAME_MAX, true, err);
}

int
attachment_add(struct call *call, const struct response *r, const struct attachment *a, struct err *err)
{
	struct attachment row = *a;

	row.response = r->id;
	row.first = r->version;
	row.last = INT_ABSENT;
	if (attachment_check(&row, err) < 0 ||
	    sql_int(call->tx, SQL_ATTACHMENT_NEXT, ARGS(V_TEXT(r->id)), &row.ord, err) < 0)
		return -1;
	return sql_put(call->tx, SQL_ATTACHMENT_NEW, &rec_attachment, &row, err) < 0 ? -1 : 0;
}

int
attachment_end(struct call *call, const struct response *r, const struct attachment *a, struct err *err)
{
	return RUN(call, ATTACHMENT_END, V_TEXT(r->id), V_INT(a->ord), V_INT(r->version - 1)) < 0 ? -1 : 0;
}
