/*
 * What is shown of a mail: whom it is from and to, its files, its bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "desk/outbox_priv.h"

static const char *
person(struct call *call, const struct email_address *a)
{
	return a->name ? arena_printf(call->arena, "%s <%s>", a->name, a->address) : a->address;
}

/* What became of the copy of what was sent. */
static int
show_copy(struct call *call, struct mail_shown *out, struct err *err)
{
	struct copy_tries tries = { .next_at = INT_ABSENT };

	if (!out->outbox)
		return 0;
	if (copy_tries(call, out->outbox, &tries, err) < 0)
		return -1;
	out->copy = tries.state;
	out->copy_reply = copy_is_undone(tries.state) ? tries.reply : NULL;
	return 0;
}

int
email_shown(struct call *call, const char *ixn, struct mail_shown *out, struct err *err)
{
	struct records addresses, parts;
	const struct email_address *v;
	struct email email;
	int rc = email_find(call, ixn, &email, err);

	if (rc <= 0)
		return rc;
	if (email_addresses(call, ixn, NULL, &addresses, err) < 0 || email_parts(call, ixn, &parts, err) < 0)
		return -1;
	*out = (struct mail_shown){
		.mailbox = email.mailbox,
		.kind = email.kind,
		.date = email.date,
		.message_id = email.message_id,
		.parent = email.parent,
		.attachments = (int64_t)parts.n,
		.size = email.digest ? email.size : INT_ABSENT,
		.note = email.note,
		.state = email.state,
		.author = email.author,
		.text = email.state == INT_ABSENT ? NULL : email.text,
		.outbox = email.outbox,
	};
	v = addresses.v;
	for (size_t i = 0; i < addresses.n; i++) {
		if (strcmp(v[i].kind, "to") == 0)
			texts_add(call->arena, &out->to, person(call, &v[i]));
		else if (strcmp(v[i].kind, "cc") == 0)
			texts_add(call->arena, &out->cc, person(call, &v[i]));
		else if (strcmp(v[i].kind, "bcc") == 0)
			texts_add(call->arena, &out->bcc, person(call, &v[i]));
	}
	return show_copy(call, out, err);
}

/* Its files. */

struct part_out {
	int64_t n;
	const char *name, *type;
	int64_t size;
	const char *digest;
};
#define X struct part_out
RECORD(rec_email_part_out, X, "attachment", N_("A file of a mail."),
       INT_FIELD(X, n, FIELD_COLUMN, N_("its number: --part attachment:N")),
       TEXT_FIELD(X, name, FIELD_COLUMN | FIELD_PERSONAL, N_("its name, as its sender says")),
       TEXT_FIELD(X, type, FIELD_COLUMN, N_("its MIME type, as its sender says")),
       INT_FIELD(X, size, FIELD_COLUMN, N_("its size in bytes")),
       TEXT_FIELD(X, digest, 0, N_("its SHA-256")))
#undef X

static int
parts_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	const struct email_part *v;
	struct email *email;
	struct records parts;
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0 || email_get(call, ixn->id, &email, err) < 0 || email_parts(call, ixn->id, &parts, err) < 0)
		return -1;
	v = parts.v;
	for (size_t i = 0; i < parts.n; i++) {
		struct part_out *out = call_answer(call);

		*out = (struct part_out){ v[i].ord, v[i].name, v[i].type, v[i].size, v[i].digest };
	}
	return 0;
}

const struct op op_email_parts = { "email.parts", N_("the files of a mail"), MAY_ALL, OP_MIRROR, &rec_id_in, &rec_email_part_out, parts_fn, NULL };

/* Its bytes. */

struct bytes_in {
	const char *id, *part;
};
RECORD(rec_email_bytes_in, struct bytes_in, "bytes", N_("Which part of which mail."),
       ID_FIELD(struct bytes_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TEXT_FIELD(struct bytes_in, part, FIELD_REQUIRED, N_("text, fresh, headers, raw or attachment:N")))

struct bytes_out {
	const char *name, *type;
	int64_t size;
	struct bytes data;
};
RECORD(rec_email_bytes, struct bytes_out, "bytes", N_("A part of a mail."),
       TEXT_FIELD(struct bytes_out, name, FIELD_COLUMN | FIELD_PERSONAL, N_("its name, as its sender says")),
       TEXT_FIELD(struct bytes_out, type, FIELD_COLUMN, N_("its MIME type, as its sender says")),
       INT_FIELD(struct bytes_out, size, FIELD_COLUMN, N_("its size in bytes")),
       BYTES_FIELD(struct bytes_out, data, FIELD_PERSONAL, N_("its bytes, in base64")))

static void
say(struct bytes_out *out, const char *type, const void *p, size_t n)
{
	out->type = type;
	out->data = (struct bytes){ p, n };
}

/* What a person reads; of a draft what is written by now. */
static int
get_text(struct call *call, const struct email *email, struct bytes_out *out, struct err *err)
{
	const char *text = email->text ? email->text : "";

	if (email->state == INT_ABSENT && sql_text(call->tx, call->arena, SQL_EMAIL_TEXT, ARGS(V_TEXT(email->ixn)), &text, err) < 0)
		return -1;
	say(out, "text/plain; charset=utf-8", text, strlen(text));
	return 0;
}

static int
get_fresh(struct call *call, const struct email *email, struct bytes_out *out, struct err *err)
{
	const char *text;

	if (email_fresh(call, email->ixn, &text, err) < 0)
		return -1;
	say(out, "text/plain; charset=utf-8", text, strlen(text));
	return 0;
}

/* What is a draft, or was, has no bytes of its own: they are those of the outbox. */
static int
get_raw(struct call *call, const struct email *email, struct bytes_out *out, struct err *err)
{
	struct bytes raw;

	if (!email->digest)
		return err_set(err, E_NO_MAIL_PART, "value", "raw", NULL);
	if (email_raw(call, email->digest, &raw, err) < 0)
		return -1;
	say(out, "message/rfc822", raw.p, raw.n);
	return 0;
}

static int
get_headers(struct call *call, const struct email *email, struct bytes_out *out, struct err *err)
{
	const char *p, *end;

	if (get_raw(call, email, out, err) < 0)
		return -1;
	p = out->data.p;
	end = p + out->data.n;
	for (const char *line = p; line < end;) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));

		if (*line == '\n' || (*line == '\r' && line + 1 < end && line[1] == '\n'))
			end = line;
		else
			line = newline ? newline + 1 : end;
	}
	say(out, "text/plain", p, (size_t)(end - p));
	return 0;
}

static int
get_attachment(struct call *call, const struct email *email, const char *number, struct bytes_out *out, struct err *err)
{
	const struct email_part *v;
	struct records parts;
	char *end;
	long n = strtol(number, &end, 10);

	if (email_parts(call, email->ixn, &parts, err) < 0)
		return -1;
	v = parts.v;
	for (size_t i = 0; i < parts.n; i++)
		if (!*end && *number && v[i].ord == n) {
			out->name = v[i].name;
			out->type = v[i].type;
			return email_part_bytes(call, &v[i], &out->data.p, &out->data.n, err);
		}
	return err_set(err, E_NO_MAIL_PART, "value", number, NULL);
}

static int
bytes_fn(struct call *call, const void *input, struct err *err)
{
	static const struct {
		const char *part;
		int (*get)(struct call *call, const struct email *email, struct bytes_out *out, struct err *err);
	} parts[] = { { "text", get_text }, { "fresh", get_fresh }, { "raw", get_raw }, { "headers", get_headers } };
	const struct bytes_in *in = input;
	struct bytes_out *out;
	struct email *email;
	struct ixn *ixn;
	int rc = 1;

	if (ixn_get(call, in->id, &ixn, err) < 0 || email_get(call, ixn->id, &email, err) < 0)
		return -1;
	out = call_answer(call);
	for (size_t i = 0; rc > 0 && i < COUNT_OF(parts); i++)
		if (strcmp(in->part, parts[i].part) == 0)
			rc = parts[i].get(call, email, out, err);
	if (rc > 0 && strncmp(in->part, "attachment:", 11) == 0)
		rc = get_attachment(call, email, in->part + 11, out, err);
	if (rc > 0)
		return err_set(err, E_BAD_VALUE, "name", "part", "value", in->part, "expected", N_("text, fresh, headers, raw or attachment:N"), NULL);
	out->size = (int64_t)out->data.n;
	return rc;
}

const struct op op_email_bytes = { "email.bytes", N_("the text, the bytes or a file of a mail"), MAY_ALL, 0, &rec_email_bytes_in, &rec_email_bytes, bytes_fn, NULL };
