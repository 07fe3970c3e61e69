/*
 * Showing a response: as it is, as it was, its attachments.
 */
#include <sodium.h>
#include <string.h>

#include "desk/response_priv.h"

struct show_in {
	const char *id;
	int64_t version;
	const char *ixn;
	int64_t missing;
};
RECORD(rec_response_show_in, struct show_in, "response-show", N_("Which response."),
       TEXT_FIELD(struct show_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the response: its id or shortcut")),
       INT_FIELD(struct show_in, version, 0, N_("as this former version was")),
       ID_FIELD_CALLED(struct show_in, ixn, "for", 0, N_("fill in its field codes for this interaction")),
       NAME_FIELD(struct show_in, missing, missing_policies, 0, N_("what a field code without a value does: fail (the default), empty or keep")))

struct show_out {
	const char *id;
	int64_t state;
	const char *name, *shortcut, *category, *description, *language;
	int64_t usage, version, active, approved, start, expires;
	struct texts media, queues, teams;
	const char *owner, *editor;
	int64_t created, changed, favourite, uses, used;
	struct records attachments;
	const char *text, *html;
};

struct file_out {
	const char *name, *type;
	int64_t size;
	const char *digest;
};
RECORD(rec_response_file_out, struct file_out, "attachment", N_("A file that goes along."),
       TEXT_FIELD(struct file_out, name, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(struct file_out, type, FIELD_COLUMN, N_("its MIME type")),
       INT_FIELD(struct file_out, size, FIELD_COLUMN, N_("its size in bytes")),
       TEXT_FIELD(struct file_out, digest, 0, N_("the SHA-256 of its bytes")))

#define X struct show_out
RECORD(rec_response_show_out, X, "response", N_("A standard response."),
       TEXT_FIELD(X, id, FIELD_COLUMN, N_("the response")),
       NAME_FIELD(X, state, response_states, FIELD_COLUMN, N_("its state")),
       TEXT_FIELD(X, name, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(X, shortcut, FIELD_COLUMN, N_("a word that stands for it")),
       TEXT_FIELD(X, category, FIELD_COLUMN, N_("where it lies, as in Billing/Refunds")),
       TEXT_FIELD(X, description, 0, N_("what it is for")),
       TEXT_FIELD(X, language, FIELD_COLUMN, N_("its language")),
       NAME_FIELD(X, usage, response_usages, 0, N_("what it is for: acknowledgement, autoresponse, suggestion or faq")),
       INT_FIELD(X, version, 0, N_("counts its changes")),
       BOOL_FIELD(X, active, 0, N_("it is active")),
       BOOL_FIELD(X, approved, 0, N_("it is approved")),
       TIME_FIELD(X, start, 0, N_("not to be used before")),
       TIME_FIELD(X, expires, 0, N_("not to be used from then on")),
       TEXTS_FIELD(X, media, 0, N_("for these media only")),
       TEXTS_FIELD(X, queues, 0, N_("for agents who serve one of these queues")),
       TEXTS_FIELD(X, teams, 0, N_("and those of one of these teams")),
       TEXT_FIELD(X, owner, 0, N_("the agent who may change it without leading")),
       TEXT_FIELD(X, editor, 0, N_("the agent who made this version")),
       TIME_FIELD(X, created, 0, N_("when it was made")),
       TIME_FIELD(X, changed, 0, N_("when this version was made")),
       BOOL_FIELD(X, favourite, 0, N_("it is one of my favourites")),
       INT_FIELD(X, uses, 0, N_("how often it was sent")),
       TIME_FIELD(X, used, 0, N_("when it was sent last")),
       RECORDS_FIELD(X, attachments, rec_response_file_out, 0, N_("the files that go along")),
       TEXT_FIELD(X, text, FIELD_COLUMN, N_("its text")),
       TEXT_FIELD(X, html, 0, N_("its text as HTML")))
#undef X

/* The response at hand, or as it was; who may not see it now may not see what it was. */
static int
find(struct call *call, const char *name, int64_t version, struct response **r_r, struct err *err)
{
	struct response *r = NULL;
	char text[32];
	int rc;

	if ((version == INT_ABSENT ? response_get : response_find)(call, name, &r, err) < 0 || response_must_see(call, r, err) < 0)
		return -1;
	*r_r = r;
	if (version == INT_ABSENT || (version == r->version && !r->removed))
		return 0;
	*r_r = ARENA_NEW(call->arena, struct response);
	rc = sql_one(call->tx, call->arena, SQL_RESPONSE_VERSION, ARGS(V_TEXT(r->id), V_INT(version)), &rec_response, *r_r, err);
	snprintf(text, sizeof(text), "%lld", (long long)version);
	return rc > 0 ? 0 : rc < 0 ? -1
				   : err_set(err, E_NO_VERSION, "id", r->id, "version", text, NULL);
}

static int
show_files(struct call *call, const struct response *r, struct records *out, struct err *err)
{
	struct records rows;
	struct file_out *v;

	if (attachments_at(call, r, &rows, err) < 0 || !rows.n)
		return err->code ? -1 : 0;
	v = arena_alloc(call->arena, rows.n * sizeof(*v));
	*out = (struct records){ v, rows.n };
	for (size_t i = 0; i < rows.n; i++) {
		const struct attachment *a = (const struct attachment *)rows.v + i;

		v[i] = (struct file_out){ a->name, a->type, a->size, a->digest };
	}
	return 0;
}

static int
show_uses(struct call *call, struct show_out *out, struct err *err)
{
	struct favourite_row f;
	int rc = 0;

	/* Whoever sent it, told it to the server. */
	out->uses = INT_ABSENT;
	if (!call_in_mirror(call) && (sql_int(call->tx, SQL_USE_COUNT, ARGS(V_TEXT(out->id)), &out->uses, err) < 0 || sql_int(call->tx, SQL_USE_LAST, ARGS(V_TEXT(out->id)), &out->used, err) < 0))
		return -1;
	if (call->actor.name)
		rc = sql_one(call->tx, call->arena, SQL_RESPONSE_FAVOURITE_GET, ARGS(V_TEXT(call->actor.name), V_TEXT(out->id)), &rec_response_favourite, &f, err);
	if (rc > 0 && !f.removed)
		out->favourite = 1;
	return rc < 0 ? -1 : 0;
}

/* As it would be sent there now, or not. */
static int
fill_in(struct call *call, const struct show_in *in, struct response *r, struct err *err)
{
	const enum missing_policy missing = in->missing == INT_ABSENT ? MISSING_FAIL : (enum missing_policy)in->missing;
	struct ixn *ixn;

	if (ixn_get(call, in->ixn, &ixn, err) < 0 || response_valid(call, r, ixn->medium, call->now, err) < 0)
		return -1;
	return response_render(call, r, ixn, missing, CODE_HTML, &r->html, err) < 0 ? -1 : response_render(call, r, ixn, missing, CODE_PLAIN, &r->text, err);
}

static int
show_fn(struct call *call, const void *input, struct err *err)
{
	const struct show_in *in = input;
	struct show_out *out;
	struct response *r;

	if (find(call, in->id, in->version, &r, err) < 0 || (in->ixn && fill_in(call, in, r, err) < 0))
		return -1;
	out = call_answer(call);
	*out = (struct show_out){
		.id = r->id,
		.state = response_state(r, call->now),
		.name = r->name,
		.shortcut = r->shortcut,
		.category = r->path,
		.description = r->description,
		.language = r->language,
		.usage = r->usage,
		.version = r->version,
		.active = r->active,
		.approved = r->approved,
		.start = r->start,
		.expires = r->expires,
		.owner = r->owner,
		.editor = r->editor,
		.created = r->created,
		.changed = r->changed,
		.favourite = INT_ABSENT,
		.used = INT_ABSENT,
		.text = r->text,
		.html = r->html,
	};
	list_split(call->arena, r->media, &out->media);
	list_split(call->arena, r->queues, &out->queues);
	list_split(call->arena, r->teams, &out->teams);
	return show_files(call, r, &out->attachments, err) < 0 ? -1 : show_uses(call, out, err);
}

const struct op op_response_show = { "response.show", N_("shows a standard response"), MAY_ALL, OP_LIBRARY | OP_MIRROR, &rec_response_show_in, &rec_response_show_out, show_fn, NULL };

/* Its versions. */

struct versions_in {
	const char *id;
};
RECORD(rec_response_versions_in, struct versions_in, "versions", N_("Of which response."),
       TEXT_FIELD(struct versions_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the response: its id or shortcut")))

struct version_out {
	const char *id;
	int64_t version, changed;
	const char *editor, *name, *category;
	int64_t removed;
};
#define X struct version_out
RECORD(rec_response_version_out, X, "version", N_("A version of a response."),
       TEXT_FIELD(X, id, FIELD_COLUMN, N_("the response")),
       INT_FIELD(X, version, FIELD_COLUMN, N_("its number")),
       TIME_FIELD(X, changed, FIELD_COLUMN, N_("when it was made")),
       TEXT_FIELD(X, editor, FIELD_COLUMN, N_("the agent who made it")),
       TEXT_FIELD(X, name, FIELD_COLUMN, N_("the name that it had")),
       TEXT_FIELD(X, category, FIELD_COLUMN, N_("where it lay")),
       BOOL_FIELD(X, removed, 0, N_("it was removed")))
#undef X

static void
show_version(struct call *call, const struct response *r)
{
	struct version_out *out = call_answer(call);

	*out = (struct version_out){ r->id, r->version, r->changed, r->editor, r->name, r->path, r->removed };
}

static int
versions_fn(struct call *call, const void *input, struct err *err)
{
	const struct versions_in *in = input;
	struct records rows;
	struct response *r;

	if (response_find(call, in->id, &r, err) < 0 || response_must_see(call, r, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_RESPONSE_VERSIONS, ARGS(V_TEXT(r->id)), &rec_response, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		show_version(call, (const struct response *)rows.v + i);
	show_version(call, r);
	return 0;
}

const struct op op_response_versions = { "response.versions", N_("the versions of a response"), MAY_ALL, OP_LIBRARY | OP_MIRROR, &rec_response_versions_in, &rec_response_version_out, versions_fn, NULL };

/* The bytes of an attachment. */

struct bytes_in {
	const char *id, *name;
	int64_t version;
};
RECORD(rec_response_bytes_in, struct bytes_in, "attachment", N_("Which file of which response."),
       TEXT_FIELD(struct bytes_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the response: its id or shortcut")),
       TEXT_FIELD(struct bytes_in, name, FIELD_REQUIRED, N_("the name of the file")),
       INT_FIELD(struct bytes_in, version, 0, N_("as this former version had it")))

struct bytes_out {
	const char *id, *name, *type, *data;
	int64_t size;
};
RECORD(rec_response_bytes_out, struct bytes_out, "file", N_("A file that goes along."),
       TEXT_FIELD(struct bytes_out, id, FIELD_COLUMN, N_("the response")),
       TEXT_FIELD(struct bytes_out, name, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(struct bytes_out, type, FIELD_COLUMN, N_("its MIME type")),
       TEXT_FIELD(struct bytes_out, data, 0, N_("its bytes, in base64")),
       INT_FIELD(struct bytes_out, size, 0, N_("its size in bytes")))

static int
bytes_fn(struct call *call, const void *input, struct err *err)
{
	const struct bytes_in *in = input;
	const struct attachment *a;
	struct bytes_out *out;
	struct response *r;
	struct records all;
	const void *bytes;
	size_t size, room;
	char *data;

	if (find(call, in->id, in->version, &r, err) < 0 || attachments_at(call, r, &all, err) < 0)
		return -1;
	a = attachment_named(&all, in->name);
	if (!a)
		return err_set(err, E_NO_ATTACHMENT, "id", r->id, "name", in->name, NULL);
	if (blob_get(call, a->digest, &bytes, &size, err) < 0)
		return -1;
	room = sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_ORIGINAL);
	data = arena_alloc(call->arena, room);
	out = call_answer(call);
	*out = (struct bytes_out){ r->id, a->name, a->type, sodium_bin2base64(data, room, bytes, size, sodium_base64_VARIANT_ORIGINAL), a->size };
	return 0;
}

const struct op op_response_attachment = { "response.attachment", N_("the bytes of a file that goes along with a response"), MAY_ALL, OP_LIBRARY, &rec_response_bytes_in, &rec_response_bytes_out, bytes_fn, NULL };
