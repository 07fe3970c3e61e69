/*
 * The mail of an interaction: its row, whom it is from and to, its files, and
 * the bytes in which it came.
 */
#include <sodium.h>
#include <string.h>

#include "base/digest.h"
#include "desk/mail_priv.h"
#include "desk/response_priv.h"
#include "wire/mail_text.h"
#include "wire/mail_transfer.h"

#define X struct email
RECORD(rec_email_row, X, "email", NULL,
       ID_FIELD(X, ixn, 0, NULL), INT_FIELD(X, version, 0, NULL), TEXT_FIELD(X, mailbox, 0, NULL), NAME_FIELD(X, state, mail_states, 0, NULL),
       NAME_FIELD(X, kind, email_kinds, 0, NULL), TEXT_FIELD(X, message_id, 0, NULL), TEXT_FIELD(X, in_reply_to, 0, NULL), TEXT_FIELD(X, refs, 0, NULL),
       TEXT_FIELD(X, sender, 0, NULL), TEXT_FIELD(X, sender_name, 0, NULL), TEXT_FIELD(X, reply_to, 0, NULL), TIME_FIELD(X, date, 0, NULL),
       TEXT_FIELD(X, digest, 0, NULL), INT_FIELD(X, size, 0, NULL), TEXT_FIELD(X, note, 0, NULL), ID_FIELD(X, parent, 0, NULL),
       TEXT_FIELD(X, author, 0, NULL), TEXT_FIELD(X, text, 0, NULL), TEXT_FIELD(X, html, 0, NULL), TEXT_FIELD(X, quote, 0, NULL),
       BOOL_FIELD(X, interim, 0, NULL), INT_FIELD(X, cycle, 0, NULL), INT_FIELD(X, stage, 0, NULL), TEXT_FIELD(X, approved, 0, NULL),
       ID_FIELD(X, outbox, 0, NULL))
#undef X

#define X struct email_address
RECORD(rec_email_address, X, "address", NULL, ID_FIELD(X, ixn, 0, NULL), TEXT_FIELD(X, kind, 0, NULL), INT_FIELD(X, ord, 0, NULL), TEXT_FIELD(X, address, 0, NULL),
       TEXT_FIELD(X, name, 0, NULL))
#undef X

#define X struct email_part
RECORD(rec_email_part, X, "part", NULL, ID_FIELD(X, ixn, 0, NULL), INT_FIELD(X, ord, 0, NULL), TEXT_FIELD(X, name, 0, NULL), TEXT_FIELD(X, type, 0, NULL),
       INT_FIELD(X, size, 0, NULL), TEXT_FIELD(X, digest, 0, NULL), INT_FIELD(X, start, 0, NULL), INT_FIELD(X, length, 0, NULL), TEXT_FIELD(X, encoding, 0, NULL))
#undef X

int
email_find(struct call *call, const char *ixn, struct email *email_r, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_EMAIL_GET, ARGS(V_TEXT(ixn)), &rec_email_row, email_r, err);
}

int
email_get(struct call *call, const char *ixn, struct email **email_r, struct err *err)
{
	struct email *email = record_new(call->arena, &rec_email_row);
	int rc = email_find(call, ixn, email, err);

	if (rc == 0)
		return err_set(err, E_NO_EMAIL, "id", ixn, NULL);
	*email_r = email;
	return rc < 0 ? -1 : 0;
}

/* What must say something. */
static void
settle(struct email *email)
{
	int64_t *const zero[] = { &email->size, &email->interim, &email->cycle, &email->stage };

	for (size_t i = 0; i < COUNT_OF(zero); i++)
		if (*zero[i] == INT_ABSENT)
			*zero[i] = 0;
}

int
email_new(struct call *call, const struct email *email, struct err *err)
{
	struct email row = *email;

	settle(&row);
	row.version = 1;
	return sql_put(call->tx, SQL_EMAIL_NEW, &rec_email_row, &row, err) < 0 ? -1 : 0;
}

int
email_save(struct call *call, struct email *email, struct err *err)
{
	int rc;

	settle(email);
	/* The statement asks for version - 1: the row as it was read. */
	email->version++;
	rc = sql_put_must(call->tx, SQL_EMAIL_SAVE, &rec_email_row, email, err);
	if (rc == 0)
		return err_set(err, E_TAKEN, "id", email->ixn, "holder", "somebody else", NULL);
	return rc < 0 ? -1 : 0;
}

int
email_addresses(struct call *call, const char *ixn, const char *kind, struct records *out, struct err *err)
{
	return sql_all(call->tx, call->arena, SQL_EMAIL_ADDRESSES, ARGS(V_TEXT(ixn), V_TEXT(kind)), &rec_email_address, out, err) < 0 ? -1 : 0;
}

int
email_address_add(struct call *call, const struct email_address *address, struct err *err)
{
	return sql_put(call->tx, SQL_EMAIL_ADDRESS_NEW, &rec_email_address, address, err) < 0 ? -1 : 0;
}

int
email_addresses_clear(struct call *call, const char *ixn, const char *kind, struct err *err)
{
	return RUN(call, EMAIL_ADDRESSES_CLEAR, V_TEXT(ixn), V_TEXT(kind)) < 0 ? -1 : 0;
}

int
email_parts(struct call *call, const char *ixn, struct records *out, struct err *err)
{
	return sql_all(call->tx, call->arena, SQL_EMAIL_PARTS, ARGS(V_TEXT(ixn)), &rec_email_part, out, err) < 0 ? -1 : 0;
}

int
email_part_add(struct call *call, const struct email_part *part, struct err *err)
{
	return sql_put(call->tx, SQL_EMAIL_PART_NEW, &rec_email_part, part, err) < 0 ? -1 : 0;
}

static int
damaged(struct call *call, struct err *err)
{
	return err_set(err, E_STORE_DAMAGED, "path", store_path(call->desk->store), "reason", "the bytes of a mail are not there, or are others", NULL);
}

int
email_raw(struct call *call, const char *digest, struct bytes *bytes_r, struct err *err)
{
	return blob_get(call, digest ? digest : "", &bytes_r->p, &bytes_r->n, err);
}

int
email_part_bytes(struct call *call, const struct email_part *part, const void **bytes_r, size_t *size_r, struct err *err)
{
	struct email *email;
	struct bytes raw, out;
	char digest[DIGEST_HEX];

	if (part->start == INT_ABSENT)
		return blob_get(call, part->digest, bytes_r, size_r, err);
	if (email_get(call, part->ixn, &email, err) < 0 || email_raw(call, email->digest, &raw, err) < 0)
		return -1;
	if (part->start < 0 || part->length < 0 || (uint64_t)part->start > raw.n || (uint64_t)part->length > raw.n - (size_t)part->start)
		return damaged(call, err);
	mail_transfer_decode(call->arena, part->encoding, (const char *)raw.p + part->start, (size_t)part->length, &out.p, &out.n);
	digest_hex(out.p, out.n, digest);
	if (strcmp(digest, part->digest) != 0)
		return damaged(call, err);
	*bytes_r = out.p;
	*size_r = out.n;
	return 0;
}

int
email_fresh(struct call *call, const char *ixn, const char **text_r, struct err *err)
{
	const char *text = "";

	if (sql_text(call->tx, call->arena, SQL_EMAIL_TEXT, ARGS(V_TEXT(ixn)), &text, err) < 0)
		return -1;
	*text_r = mail_fresh(call->arena, text);
	return 0;
}
