/*
 * Copies of sent mails for the folder that the mailbox keeps them in: a step of
 * its own, behind the sending. What becomes of a copy never changes the mail.
 *
 *	due -> begun -> kept, or failed, which is tried again
 *
 * begun stands in the store before the server is told, with the place in the
 * folder behind which the copy will be: a run that finds it looks there first.
 */
#include <string.h>

#include "desk/outbox_priv.h"

RECORD(rec_outbox_copy_in, struct outbox_copy_in, "copy-next", N_("Which copy."),
       TEXT_FIELD(struct outbox_copy_in, mailbox, FIELD_REQUIRED, N_("of this mailbox")),
       ID_FIELD(struct outbox_copy_in, after, 0, N_("behind this mail")),
       BOOL_FIELD(struct outbox_copy_in, again, 0, N_("also those that failed")))

#define X struct outbox_copy
RECORD(rec_outbox_copy, X, "copy", N_("A copy to be kept."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the mail")), TEXT_FIELD(X, message_id, 0, N_("its Message-ID")), TEXT_FIELD(X, folder, 0, N_("the folder")),
       TEXT_FIELD(X, begun, 0, N_("the place in the folder where a run began that died")), BYTES_FIELD(X, bytes, FIELD_PERSONAL, N_("as it was sent")))
#undef X

struct copy_row {
	const char *id, *message_id, *copy, *copy_reply;
};
static const struct field copy_fields[] = {
	ID_FIELD(struct copy_row, id, 0, NULL), TEXT_FIELD(struct copy_row, message_id, 0, NULL),
	TEXT_FIELD(struct copy_row, copy, 0, NULL), TEXT_FIELD(struct copy_row, copy_reply, 0, NULL)
};
static const struct record rec_copy_row = { "copy", NULL, sizeof(struct copy_row), copy_fields, COUNT_OF(copy_fields) };

static int
copy_next_fn(struct call *call, const void *input, struct err *err)
{
	const struct outbox_copy_in *in = input;
	struct mailbox *mailbox;
	struct outbox_copy *out;
	struct copy_row row;
	int rc;

	if (mailbox_get(call, in->mailbox, &mailbox, err) < 0)
		return -1;
	rc = sql_one(call->tx, call->arena, SQL_COPY_NEXT, ARGS(V_TEXT(in->mailbox), V_TEXT(in->after ? in->after : ""), V_INT(in->again == 1)), &rec_copy_row, &row, err);
	if (rc <= 0)
		return rc;
	out = call_answer(call);
	out->id = row.id;
	out->message_id = row.message_id;
	out->folder = mailbox->sent_folder;
	out->begun = strcmp(row.copy, "begun") == 0 ? row.copy_reply : NULL;
	return sql_blob(call->tx, call->arena, SQL_MAIL_BYTES, ARGS(V_TEXT(row.id)), &out->bytes.p, &out->bytes.n, err) < 0 ? -1 : 0;
}

const struct op op_outbox_copy_next = { "outbox.copy-next", N_("reads the next copy to keep"), MAY_SERVICES, 0, &rec_outbox_copy_in, &rec_outbox_copy, copy_next_fn, NULL };

RECORD(rec_outbox_copied, struct outbox_copied, "copied", N_("What became of a copy."),
       ID_FIELD(struct outbox_copied, id, FIELD_REQUIRED, N_("the mail")), TEXT_FIELD(struct outbox_copied, state, FIELD_REQUIRED, N_("begun, kept or failed")),
       TEXT_FIELD(struct outbox_copied, reply, FIELD_PERSONAL, N_("the place where it begins, or why it failed")))

RECORD(rec_outbox_copies, struct outbox_copies, "copies", N_("What became of copies."),
       RECORDS_FIELD(struct outbox_copies, copies, rec_outbox_copied, 0, N_("each of them")))

static bool
is_copy_state(const char *state)
{
	return state && (strcmp(state, "begun") == 0 || strcmp(state, "kept") == 0 || strcmp(state, "failed") == 0);
}

static int
copied_fn(struct call *call, const void *input, struct err *err)
{
	const struct outbox_copies *in = input;

	for (size_t i = 0; i < in->copies.n; i++) {
		const struct outbox_copied *c = (struct outbox_copied *)in->copies.v + i;
		int rc;

		if (!is_copy_state(c->state))
			return err_set(err, E_BAD_VALUE, "name", "state", "value", c->state ? c->state : "", "expected", N_("begun, kept or failed"), NULL);
		rc = CHANGE(call, COPY_SET, V_TEXT(c->id), V_TEXT(c->state), V_TEXT(c->reply));
		if (rc == 0)
			return err_set(err, E_TAKEN, "id", c->id, "holder", "another process", NULL);
		if (rc < 0)
			return -1;
	}
	return 0;
}

const struct op op_outbox_copied = { "outbox.copied", N_("tells what became of copies"), MAY_SERVICES, OP_WRITE, &rec_outbox_copies, &rec_mail_change, copied_fn, NULL };
