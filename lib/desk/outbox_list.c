/*
 * The outbox as people see it: mails with what became of each recipient.
 */
#include <string.h>

#include "desk/outbox_priv.h"

#define X struct mail_recipient
RECORD(rec_mail_recipient, X, "recipient", N_("One recipient of a mail."),
       TEXT_FIELD(X, address, FIELD_PERSONAL, N_("the address")),
       NAME_FIELD(X, state, mail_states, 0, N_("what became of it")),
       INT_FIELD(X, code, 0, N_("the server's reply code")),
       TEXT_FIELD(X, reply, FIELD_PERSONAL, N_("the server's reply")),
       INT_FIELD(X, attempts, 0, N_("how often it was tried")),
       TIME_FIELD(X, next_at, 0, N_("when it is tried again")),
       TEXT_FIELD(X, kind, 0, N_("where it stands: to, cc or bcc")),
       TEXT_FIELD(X, name, FIELD_PERSONAL, N_("the name beside it")),
       TEXT_FIELD(X, report, 0, N_("what a report said of it later: delivered, delayed, failed")),
       TIME_FIELD(X, reported, 0, N_("when that report came")))
#undef X

RECORD(rec_outbox_in, struct outbox_in, "outbox-list", N_("Which mails; those not yet sent, unless something else is said."),
       TEXT_FIELD_AS(struct outbox_in, state, "STATE,...", 0, N_("in these states")),
       TEXT_FIELD_AS(struct outbox_in, ixn, "ID", 0, N_("of this interaction, sent ones too")),
       TEXT_FIELD_AS(struct outbox_in, mailbox, "NAME", 0, N_("of this mailbox")),
       TEXT_FIELD_AS(struct outbox_in, copy, "STATE,...", 0, N_("whose copy for the folder of sent mails is in these states, sent ones too")),
       BOOL_FIELD(struct outbox_in, due, 0, N_("only those that outbox-send would send now")),
       INT_FIELD(struct outbox_in, limit, 0, N_("at most so many (200)")))

#define X struct mail_out
RECORD(rec_mail_out, X, "mail", N_("An outgoing mail."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the mail")),
       NAME_FIELD(X, state, mail_states, FIELD_COLUMN, N_("its state")),
       ID_FIELD(X, ixn, FIELD_COLUMN, N_("the interaction it belongs to")),
       TEXTS_FIELD(X, to, FIELD_COLUMN | FIELD_PERSONAL, N_("to whom")),
       TEXT_FIELD(X, subject, FIELD_COLUMN | FIELD_PERSONAL, N_("its subject")),
       TEXT_FIELD(X, reply, FIELD_COLUMN | FIELD_PERSONAL, N_("what the server said last")),
       TEXT_FIELD(X, kind, 0, N_("what it is: transcript, email, or an answer by itself")),
       TEXT_FIELD(X, agent, 0, N_("the agent who sends it")),
       TEXT_FIELD(X, mailbox, 0, N_("the mailbox by whose account it goes")),
       TEXT_FIELD(X, message_id, 0, N_("its Message-ID, fixed when it was made")),
       TEXT_FIELD(X, copy, 0, N_("its copy in the folder of sent mails: due, begun, deferred, kept, failed, dropped")),
       TEXT_FIELD(X, copy_reply, FIELD_PERSONAL, N_("why that could not be kept")),
       TIME_FIELD(X, copy_next_at, 0, N_("when that is tried again")),
       TIME_FIELD(X, created, 0, N_("when it was made")),
       TIME_FIELD(X, ended, 0, N_("when it was sent or given up")),
       INT_FIELD(X, attempts, 0, N_("how often it was tried")),
       TIME_FIELD(X, next_at, 0, N_("when it is tried again")),
       RECORDS_FIELD(X, recipients, rec_mail_recipient, 0, N_("each recipient")))
#undef X

int
mail_out_fill(struct call *call, const struct mail *mail, struct mail_out *out, struct err *err)
{
	struct copy_tries tries = { .next_at = INT_ABSENT };

	*out = (struct mail_out){
		.id = mail->id,
		.state = mail->state,
		.ixn = mail->ixn,
		.subject = mail->subject,
		.kind = mail->kind,
		.agent = mail->agent,
		.mailbox = mail->mailbox,
		.message_id = mail->message_id,
		.copy = mail->copy,
		.created = mail->created,
		.ended = mail->ended,
		.attempts = 0,
		.next_at = INT_ABSENT,
	};
	if ((copy_is_undone(mail->copy) || (mail->copy && strcmp(mail->copy, "begun") == 0)) && copy_tries(call, mail->id, &tries, err) < 0)
		return -1;
	out->copy_reply = tries.reply;
	out->copy_next_at = tries.next_at;
	if (sql_all(call->tx, call->arena, SQL_RECIPIENTS, ARGS(V_TEXT(mail->id)), &rec_mail_recipient, &out->recipients, err) < 0)
		return -1;
	for (size_t i = 0; i < out->recipients.n; i++) {
		const struct mail_recipient *r = (struct mail_recipient *)out->recipients.v + i;

		texts_add(call->arena, &out->to, r->address);
		if (r->reply)
			out->reply = r->reply;
		if (r->attempts > out->attempts)
			out->attempts = r->attempts;
		if (r->state == MAIL_DEFERRED)
			out->next_at = r->next_at;
	}
	if (tries.reply && (mail->state == MAIL_SENT || mail->state == MAIL_DROPPED))
		out->reply = tries.reply;
	return 0;
}

/* As SQL's MAIL_NEXT has it. */
static bool
is_due(const struct call *call, const struct mail_out *mail)
{
	if (mail->state != MAIL_QUEUED && mail->state != MAIL_DEFERRED)
		return false;
	for (size_t i = 0; i < mail->recipients.n; i++) {
		const struct mail_recipient *r = (struct mail_recipient *)mail->recipients.v + i;

		if ((r->state == MAIL_QUEUED || r->state == MAIL_DEFERRED) && r->next_at <= call->now)
			return true;
	}
	return false;
}

/* A word that is none would find nothing, and look as if nothing were to do. */
static int
check_words(struct call *call, const struct outbox_in *in, struct err *err)
{
	struct texts states = { NULL, 0, 0 }, copies = { NULL, 0, 0 };

	list_split(call->arena, in->state, &states);
	list_split(call->arena, in->copy, &copies);
	for (size_t i = 0; i < states.n; i++)
		if (names_find(&mail_states, states.v[i]) < 0)
			return err_set(err, E_BAD_VALUE, "name", "--state", "value", states.v[i], "expected", N_("the state of a mail; see ixn-states(7)"), NULL);
	for (size_t i = 0; i < copies.n; i++)
		if (!list_has("due,begun,deferred,kept,failed,dropped", copies.v[i]))
			return err_set(err, E_BAD_VALUE, "name", "--copy", "value", copies.v[i], "expected", N_("due, begun, deferred, kept, failed or dropped"), NULL);
	return 0;
}

/* One that the site has no more may still have mails. */
static bool
is_wanted(const struct outbox_in *in, const struct mail *mail, bool *known)
{
	if (in->mailbox && strcmp(mail->mailbox ? mail->mailbox : "", in->mailbox) != 0)
		return false;
	*known = true;
	return (!in->state || list_has(in->state, names_get(&mail_states, (int)mail->state))) && (!in->copy || (mail->copy && list_has(in->copy, mail->copy)));
}

static int
outbox_list_fn(struct call *call, const void *input, struct err *err)
{
	const struct outbox_in *in = input;
	int64_t limit = in->limit > 0 ? in->limit : 200;
	enum sql sql = in->ixn ? SQL_MAILS_OF_IXN : (in->state || in->copy ? SQL_MAILS : SQL_MAILS_OPEN);
	bool known = !in->mailbox;
	struct mailbox *mailbox;
	struct records rows;
	size_t found = 0;
	int rc;

	if (check_words(call, in, err) < 0 || sql_all(call->tx, call->arena, sql, ARGS(V_TEXT(in->ixn ? in->ixn : "")), &rec_mail, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n && (int64_t)found <= limit; i++) {
		const struct mail *mail = (struct mail *)rows.v + i;

		if (!is_wanted(in, mail, &known))
			continue;
		if (mail_out_fill(call, mail, call_answer(call), err) < 0)
			return -1;
		rc = in->due == 1 && !is_due(call, call->answer.v[call->answer.n - 1]) ? 0 : sight_answer(call, call->answer.v[call->answer.n - 1], err);
		if (rc < 0)
			return -1;
		found += rc > 0;
		call->answer.n -= rc == 0;
	}
	return known ? 0 : mailbox_get(call, in->mailbox, &mailbox, err);
}

const struct op op_outbox_list = { "outbox.list", N_("lists what is to leave"), MAY_ALL, 0, &rec_outbox_in, &rec_mail_out, outbox_list_fn, NULL };
