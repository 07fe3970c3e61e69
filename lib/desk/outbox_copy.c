/*
 * Copies of sent mails for the folder that the mailbox keeps them in: a step of
 * its own, behind the sending. What becomes of a copy never changes the mail.
 *
 *	due -> begun -> kept, or deferred: tried again as mails are, and in the end failed
 *
 * A person may have those tried again, or drop them.
 * begun stands in the store before the server is told, with the place in the
 * folder behind which the copy will be: a run that finds it looks there first.
 * The place stays until it is known whether the copy is there, even if it is
 * given up before, so that a person who has it tried again gets no second one.
 */
#include <string.h>

#include "desk/outbox_priv.h"

RECORD(rec_outbox_copy_in, struct outbox_copy_in, "copy-next", N_("Which copy."),
       TEXT_FIELD(struct outbox_copy_in, mailbox, FIELD_REQUIRED, N_("of this mailbox")),
       ID_FIELD(struct outbox_copy_in, after, 0, N_("behind this mail")))

#define X struct outbox_copy
RECORD(rec_outbox_copy, X, "copy", N_("A copy to be kept."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the mail")), TEXT_FIELD(X, message_id, 0, N_("its Message-ID")), TEXT_FIELD(X, folder, 0, N_("the folder")),
       TEXT_FIELD(X, begun, 0, N_("the place in the folder where one was begun that may be there")), BYTES_FIELD(X, bytes, FIELD_PERSONAL, N_("as it was sent")))
#undef X

struct copy_row {
	const char *id, *message_id, *begun;
};
static const struct field copy_fields[] = {
	ID_FIELD(struct copy_row, id, 0, NULL), TEXT_FIELD(struct copy_row, message_id, 0, NULL), TEXT_FIELD(struct copy_row, begun, 0, NULL)
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
	rc = sql_one(call->tx, call->arena, SQL_COPY_NEXT, ARGS(V_TEXT(in->mailbox), V_TEXT(in->after ? in->after : ""), V_INT(call->now)), &rec_copy_row, &row, err);
	if (rc <= 0)
		return rc;
	out = call_answer(call);
	out->id = row.id;
	out->message_id = row.message_id;
	out->folder = mailbox->sent_folder;
	out->begun = row.begun;
	return sql_blob(call->tx, call->arena, SQL_MAIL_BYTES, ARGS(V_TEXT(row.id)), &out->bytes.p, &out->bytes.n, err) < 0 ? -1 : 0;
}

const struct op op_outbox_copy_next = { "outbox.copy-next", N_("reads the next copy to keep"), MAY_SERVICES, 0, &rec_outbox_copy_in, &rec_outbox_copy, copy_next_fn, NULL };

RECORD(rec_outbox_copied, struct outbox_copied, "copied", N_("What became of a copy."),
       ID_FIELD(struct outbox_copied, id, FIELD_REQUIRED, N_("the mail")), TEXT_FIELD(struct outbox_copied, state, FIELD_REQUIRED, N_("begun, kept, failed, or unseen where one begun could not be looked for")),
       TEXT_FIELD(struct outbox_copied, reply, FIELD_PERSONAL, N_("the place where it begins, or why it failed")))

RECORD(rec_outbox_copies, struct outbox_copies, "copies", N_("What became of copies."),
       RECORDS_FIELD(struct outbox_copies, copies, rec_outbox_copied, 0, N_("each of them")),
       INT_FIELD(struct outbox_copies, epoch, FIELD_REQUIRED, N_("the run")), TEXT_FIELD(struct outbox_copies, mailbox, 0, N_("of this account")))

RECORD(rec_copy_tries, struct copy_tries, "tries", NULL, TEXT_FIELD(struct copy_tries, state, 0, NULL), TEXT_FIELD(struct copy_tries, reply, 0, NULL), TEXT_FIELD(struct copy_tries, place, 0, NULL), INT_FIELD(struct copy_tries, attempts, 0, NULL),
       TIME_FIELD(struct copy_tries, next_at, 0, NULL))

int
copy_tries(struct call *call, const char *mail, struct copy_tries *out, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_COPY_TRIES, ARGS(V_TEXT(mail)), &rec_copy_tries, out, err);
}

/* It is another's by now: 0 rows were changed. */
static int
changed(int rc, const char *id, struct err *err)
{
	return rc == 0 ? err_set(err, E_TAKEN, "id", id, "holder", "another process", NULL) : rc;
}

static int
begun_or_kept(struct call *call, const struct outbox_copied *c, struct err *err)
{
	return changed(CHANGE(call, COPY_SET, V_TEXT(c->id), V_TEXT(c->state), V_TEXT(c->reply)), c->id, err) < 0 ? -1 : 0;
}

/* Tried again later, or given up; answers with the mail as it is then. One that could not be looked for keeps its place. */
static int
not_kept(struct call *call, const struct outbox_copied *c, struct err *err)
{
	bool unseen = strcmp(c->state, "unseen") == 0, over;
	struct copy_tries tries = { .next_at = INT_ABSENT };
	struct mail_out *out;
	struct mail *mail;

	if (mail_get(call, c->id, &mail, err) < 0 || copy_tries(call, mail->id, &tries, err) < 0)
		return -1;
	tries.attempts++;
	over = outbox_gives_up(tries.attempts, mail->ended == INT_ABSENT ? mail->created : mail->ended, call->now);
	mail->copy = over ? "failed" : unseen ? "begun"
					      : "deferred";
	tries.next_at = over ? INT_ABSENT : outbox_next_try(tries.attempts, call->now);
	if (changed(CHANGE(call, COPY_TRIED, V_TEXT(c->id), V_TEXT(mail->copy), V_TEXT(c->reply), V_TEXT(unseen ? tries.place : NULL), V_INT(tries.attempts),
			   over ? V_NULL : V_INT(tries.next_at)),
		    c->id, err) < 0)
		return -1;
	if (over && event_add(call, &(struct event){ .event = "mail.uncopied", .ixn = mail->ixn, .agent = mail->agent, .ref = mail->id }, err) < 0)
		return -1;
	out = call_answer(call);
	if (mail_out_fill(call, mail, out, err) < 0)
		return -1;
	out->copy_reply = c->reply;
	out->copy_next_at = tries.next_at;
	return 0;
}

static int
copied_fn(struct call *call, const void *input, struct err *err)
{
	static const struct {
		const char *state;
		int (*fn)(struct call *call, const struct outbox_copied *c, struct err *err);
	} states[] = { { "begun", begun_or_kept }, { "kept", begun_or_kept }, { "failed", not_kept }, { "unseen", not_kept } };
	const struct outbox_copies *in = input;
	const struct outbox_copied *all = in->copies.v;

	/* Another run may have begun the same one: what is not told is looked for. */
	if (in->copies.n && outbox_held(call, in->mailbox, in->epoch, all->id, err) < 0)
		return -1;
	for (size_t i = 0; i < in->copies.n; i++) {
		const struct outbox_copied *c = all + i;
		size_t k = 0;

		while (k < COUNT_OF(states) && (!c->state || strcmp(c->state, states[k].state) != 0))
			k++;
		if (k == COUNT_OF(states))
			return err_set(err, E_BAD_VALUE, "name", "state", "value", c->state ? c->state : "", "expected", N_("begun, kept, failed or unseen"), NULL);
		if (states[k].fn(call, c, err) < 0)
			return -1;
	}
	return 0;
}

const struct op op_outbox_copied = { "outbox.copied", N_("tells what became of copies"), MAY_SERVICES, OP_WRITE | OP_MUTE, &rec_outbox_copies, &rec_mail_out, copied_fn, NULL };

/* For people. */

bool
copy_is_undone(const char *copy)
{
	return copy && (strcmp(copy, "failed") == 0 || strcmp(copy, "deferred") == 0);
}

int
copy_again(struct call *call, struct mail *mail, struct err *err)
{
	int rc = CHANGE(call, COPY_AGAIN, V_TEXT(mail->id));

	if (rc > 0)
		mail->copy = "due";
	return rc;
}

int
copy_drop(struct call *call, struct mail *mail, struct err *err)
{
	int rc = CHANGE(call, COPY_DROP, V_TEXT(mail->id));

	if (rc > 0)
		mail->copy = "dropped";
	return rc;
}
