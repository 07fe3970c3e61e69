/*
 * The outbox as the job that sends it sees it: what is next, what is on its
 * way, what became of it. See outbox.h for how a run goes, outbox_run.c for whose turn it is.
 */
#include <string.h>

#include "desk/outbox_priv.h"

static const char *
box_name(const char *mailbox)
{
	return mailbox ? mailbox : "";
}

/* Accounts with something to do. */

RECORD(rec_outbox_boxes_in, struct outbox_boxes_in, "boxes", N_("Nothing more to say."), BOOL_FIELD(struct outbox_boxes_in, unused, FIELD_NO_OPTION | FIELD_INTERNAL, NULL))

RECORD(rec_outbox_box, struct outbox_box, "box", N_("An account with something to do."),
       TEXT_FIELD(struct outbox_box, mailbox, FIELD_COLUMN, N_("its mailbox; empty: that of the configuration")),
       INT_FIELD(struct outbox_box, due, 0, N_("mails to be sent, or to be settled")),
       INT_FIELD(struct outbox_box, copies, 0, N_("copies to be kept now")),
       TEXT_FIELD(struct outbox_box, plain, 0, N_("its server, where that takes one mail after the other only")))

/* So long it is believed what a server was seen to do: it may have been mended, or it was something else. */
#define PLAIN_MS MS_DAY

static int
boxes_fn(struct call *call, const void *input, struct err *err)
{
	struct records rows;

	(void)input;
	if (sql_all(call->tx, call->arena, SQL_MAIL_BOXES, ARGS(V_INT(call->now)), &rec_outbox_box, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		struct outbox_box *box = (struct outbox_box *)rows.v + i;

		if (sql_text(call->tx, call->arena, SQL_PLAIN_GET, ARGS(V_TEXT(box->mailbox), V_INT(call->now - PLAIN_MS)), &box->plain, err) < 0)
			return -1;
		call_emit(call, box);
	}
	return 0;
}

const struct op op_outbox_boxes = { "outbox.boxes", N_("tells which accounts have mail to send"), MAY_SERVICES, 0, &rec_outbox_boxes_in, &rec_outbox_box, boxes_fn, NULL };

/* The next one. */

RECORD(rec_outbox_next_in, struct outbox_next_in, "next", N_("Which mail."),
       TEXT_FIELD(struct outbox_next_in, mailbox, 0, N_("of this account")),
       ID_FIELD(struct outbox_next_in, after, 0, N_("behind this mail")))

RECORD(rec_outbox_attachment, struct outbox_attachment, "attachment", N_("A file that goes along."),
       TEXT_FIELD(struct outbox_attachment, name, FIELD_PERSONAL, N_("its name")), TEXT_FIELD(struct outbox_attachment, type, 0, N_("its type")),
       BYTES_FIELD(struct outbox_attachment, bytes, FIELD_PERSONAL, N_("what is in it")))

#define X struct outbox_next
RECORD(rec_outbox_next, X, "next", N_("A mail to send now."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the mail")), INT_FIELD(X, version, 0, N_("as it was read")), TEXT_FIELD(X, kind, 0, N_("what it is")),
       ID_FIELD(X, ixn, 0, N_("the interaction")), TEXT_FIELD(X, sender, 0, N_("from whom")), TEXT_FIELD(X, sender_name, 0, N_("the sender's name")),
       TEXT_FIELD(X, reply_to, 0, N_("where answers go")), TEXT_FIELD(X, subject, FIELD_PERSONAL, N_("its subject")),
       TEXT_FIELD(X, message_id, 0, N_("its Message-ID")), TEXT_FIELD(X, date, 0, N_("its Date")), TEXT_FIELD(X, language, 0, N_("its language")),
       TEXT_FIELD(X, text, FIELD_PERSONAL, N_("as text")), TEXT_FIELD(X, html, FIELD_PERSONAL, N_("as HTML")),
       TEXT_FIELD(X, in_reply_to, 0, N_("the Message-ID that it answers")), TEXT_FIELD(X, refs, 0, N_("those of the thread")),
       TEXT_FIELD_CALLED(X, auto_submitted, "auto", NULL, 0, N_("who made it, where no person did: auto-replied, auto-generated")),
       TEXT_FIELD(X, envelope, 0, N_("the sender of its envelope; empty: none")),
       RECORDS_FIELD(X, header, rec_mail_recipient, 0, N_("who stands in its header")),
       TEXTS_FIELD(X, to, FIELD_PERSONAL, N_("recipients still to be served")),
       RECORDS_FIELD(X, attachments, rec_outbox_attachment, 0, N_("files that go along")),
       BYTES_FIELD(X, bytes, FIELD_PERSONAL, N_("as it was built before")))
#undef X

static int
next_attachments(struct call *call, const struct mail *mail, struct records *out, struct err *err)
{
	struct outbox_attachment *v;
	struct records parts;

	if (strcmp(mail->kind, MAIL_KIND_AGENT) != 0)
		return outbox_files(call, mail->id, out, err);
	if (!mail->ixn)
		return 0;
	if (email_parts(call, mail->ixn, &parts, err) < 0)
		return -1;
	v = arena_alloc(call->arena, (parts.n + 1) * sizeof(*v));
	for (size_t i = 0; i < parts.n; i++) {
		const struct email_part *part = (struct email_part *)parts.v + i;

		v[i].name = part->name;
		v[i].type = part->type;
		if (email_part_bytes(call, part, &v[i].bytes.p, &v[i].bytes.n, err) < 0)
			return -1;
	}
	*out = (struct records){ v, parts.n };
	return 0;
}

/* Who is told in the header: nobody of kind bcc. */
static int
next_header(struct call *call, const struct mail *mail, struct records *out, struct err *err)
{
	struct mail_recipient *v;
	size_t n = 0;

	if (sql_all(call->tx, call->arena, SQL_RECIPIENTS, ARGS(V_TEXT(mail->id)), &rec_mail_recipient, out, err) < 0)
		return -1;
	v = out->v;
	for (size_t i = 0; i < out->n; i++)
		if (!v[i].kind || strcmp(v[i].kind, "bcc") != 0)
			v[n++] = v[i];
	out->n = n;
	return 0;
}

/* 1: *out; 0: there is none. */
static int
next_read(struct call *call, const char *mailbox, const char *after, struct outbox_next *out, struct err *err)
{
	struct mail m;
	int rc;

	rc = sql_one(call->tx, call->arena, SQL_MAIL_NEXT, ARGS(V_INT(call->now), V_TEXT(box_name(mailbox)), V_TEXT(after ? after : "")), &rec_mail, &m, err);
	if (rc <= 0)
		return rc;
	*out = (struct outbox_next){ .id = m.id, .version = m.version, .kind = m.kind, .ixn = m.ixn, .message_id = m.message_id, .envelope = m.envelope ? m.envelope : m.sender };
	if (sql_texts(call->tx, call->arena, SQL_RECIPIENTS_DUE, ARGS(V_TEXT(m.id), V_INT(call->now)), &out->to, err) < 0)
		return -1;
	rc = sql_blob(call->tx, call->arena, SQL_MAIL_BYTES, ARGS(V_TEXT(m.id)), &out->bytes.p, &out->bytes.n, err);
	if (rc < 0 || out->bytes.p)
		return rc < 0 ? -1 : 1;
	out->sender = m.sender;
	out->sender_name = m.sender_name;
	out->reply_to = m.reply_to;
	out->subject = m.subject;
	out->date = m.date;
	out->language = m.language;
	out->text = m.text;
	out->html = m.html;
	out->in_reply_to = m.in_reply_to;
	out->refs = m.refs;
	out->auto_submitted = m.auto_submitted;
	if (next_header(call, &m, &out->header, err) < 0)
		return -1;
	return next_attachments(call, &m, &out->attachments, err) < 0 ? -1 : 1;
}

static int
next_fn(struct call *call, const void *input, struct err *err)
{
	const struct outbox_next_in *in = input;
	struct outbox_next next;
	int rc = next_read(call, in->mailbox, in->after, &next, err);

	if (rc > 0)
		*(struct outbox_next *)call_answer(call) = next;
	return rc < 0 ? -1 : 0;
}

const struct op op_outbox_next = { "outbox.next", N_("reads the next mail to send"), MAY_SERVICES, 0, &rec_outbox_next_in, &rec_outbox_next, next_fn, NULL };

/* Results. */

static int
result_recipient(struct call *call, const struct mail *mail, const struct mail_recipient *r, struct err *err)
{
	struct mail_recipient row;
	enum mail_state state = (enum mail_state)r->state;
	int rc = sql_one(call->tx, call->arena, SQL_RECIPIENT_GET, ARGS(V_TEXT(mail->id), V_TEXT(r->address)), &rec_mail_recipient, &row, err);

	if (rc <= 0)
		return rc;
	if (state == MAIL_QUEUED)
		return RUN(call, RECIPIENT_ROOM, V_TEXT(mail->id), V_TEXT(r->address)) < 0 ? -1 : 0;
	row.attempts++;
	if (state == MAIL_DEFERRED && outbox_gives_up(row.attempts, mail->created, call->now))
		state = MAIL_FAILED;
	return RUN(call, RECIPIENT_SET, V_TEXT(mail->id), V_TEXT(r->address), V_TEXT(names_get(&mail_states, (int)state)),
		   r->code == INT_ABSENT ? V_NULL : V_INT(r->code), V_TEXT(r->reply), V_INT(row.attempts), V_INT(outbox_next_try(row.attempts, call->now))) < 0
		       ? -1
		       : 0;
}

/* A mail is what the least finished of its recipients is; some_r: somebody has it. */
static int
mail_state_of(struct call *call, const char *id, enum mail_state *state_r, bool *some_r, struct err *err)
{
	static const enum mail_state order[] = { MAIL_SENT, MAIL_FAILED, MAIL_QUEUED, MAIL_DEFERRED, MAIL_UNKNOWN };
	struct records rows;
	size_t least = 0;

	*some_r = false;
	if (sql_all(call->tx, call->arena, SQL_RECIPIENTS, ARGS(V_TEXT(id)), &rec_mail_recipient, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		int64_t state = ((struct mail_recipient *)rows.v)[i].state;

		*some_r |= state == MAIL_SENT;
		for (size_t o = least + 1; o < COUNT_OF(order); o++)
			if (state == order[o])
				least = o;
	}
	*state_r = order[least];
	return 0;
}

/* Whether its mailbox keeps copies by us; one that the site has no more keeps none. */
static int
wants_copy(struct call *call, const struct mail *mail, struct err *err)
{
	struct mailbox *mailbox = NULL;
	struct err none = { 0 };

	if (!mail->mailbox || mail->copy)
		return 0;
	if (mailbox_get(call, mail->mailbox, &mailbox, &none) < 0) {
		if (err_class(&none) == ERR_NOTFOUND)
			return 0;
		err_copy(err, &none);
		return -1;
	}
	return mailbox->sent == SENT_APPEND;
}

static int
mail_taken(struct call *call, const char *id, int64_t epoch, struct mail **mail_r, struct err *err)
{
	if (mail_get(call, id, mail_r, err) < 0)
		return -1;
	if ((*mail_r)->state != MAIL_SENDING || (*mail_r)->epoch != epoch)
		return err_set(err, E_TAKEN, "id", id, "holder", "another process", NULL);
	return 0;
}

static int
result(struct call *call, int64_t epoch, const struct outbox_result *in, struct mail_out *out, struct err *err)
{
	enum mail_state state;
	struct mail *mail;
	bool some;
	int copy;

	if (mail_taken(call, in->id, epoch, &mail, err) < 0)
		return -1;
	for (size_t i = 0; i < in->recipients.n; i++)
		if (result_recipient(call, mail, (struct mail_recipient *)in->recipients.v + i, err) < 0)
			return -1;
	mail->past_data = 0;
	if (mail_state_of(call, mail->id, &state, &some, err) < 0)
		return -1;
	copy = some ? wants_copy(call, mail, err) : 0;
	if (copy > 0)
		mail->copy = "due";
	if (copy < 0 || mail_move(call, mail, state, err) < 0 || (in->recipients.n && mail_event(call, mail, NULL, err) < 0))
		return -1;
	return mail_out_fill(call, mail, out, err);
}

/* A step of a run. */

RECORD(rec_outbox_result, struct outbox_result, "result", N_("What became of a mail."),
       ID_FIELD(struct outbox_result, id, FIELD_REQUIRED, N_("the mail")),
       RECORDS_FIELD(struct outbox_result, recipients, rec_mail_recipient, 0, N_("each recipient tried: sent, deferred, failed or unknown, or queued: it goes by itself; none: it was not tried")))

#define X struct outbox_step
RECORD(rec_outbox_step, X, "step", N_("What became of mails, and which is next, at once."),
       INT_FIELD(X, epoch, FIELD_REQUIRED, N_("the run")), RECORDS_FIELD(X, results, rec_outbox_result, 0, N_("of mails that were taken")),
       ID_FIELD(X, take, 0, N_("the mail to take")), INT_FIELD(X, version, 0, N_("as it was read")), BOOL_FIELD(X, past, 0, N_("its content may leave at once")),
       BYTES_FIELD(X, bytes, FIELD_PERSONAL, N_("what is sent, once and for all")), BOOL_FIELD(X, next, 0, N_("tell the next mail to send, too")),
       TEXT_FIELD(X, mailbox, 0, N_("of this account")), ID_FIELD(X, after, 0, N_("behind this mail")),
       TEXT_FIELD(X, plain, 0, N_("its server, seen to take one mail after the other only")))
#undef X

RECORD(rec_outbox_stepped, struct outbox_stepped, "stepped", N_("What became of a step."),
       BOOL_FIELD(struct outbox_stepped, taken, FIELD_COLUMN, N_("the mail is taken")),
       RECORDS_FIELD(struct outbox_stepped, mails, rec_mail_out, 0, N_("those of the results")),
       RECORDS_FIELD(struct outbox_stepped, next, rec_outbox_next, 0, N_("the next mail to send")))

/* 1: it is this run's; 0: it is not any more what it was. */
static int
take(struct call *call, const struct outbox_step *in, struct err *err)
{
	struct mail *mail;

	if (mail_get(call, in->take, &mail, err) < 0)
		return -1;
	if (mail->version != in->version || (mail->state != MAIL_QUEUED && mail->state != MAIL_DEFERRED))
		return 0;
	if (outbox_held(call, mail->mailbox, in->epoch, mail->id, err) < 0)
		return -1;
	mail->epoch = in->epoch;
	mail->past_data = in->past == 1;
	if (in->bytes.p && RUN(call, MAIL_BYTES_SET, V_TEXT(mail->id), V_BLOB(in->bytes.p, in->bytes.n)) < 0)
		return -1;
	return mail_move(call, mail, MAIL_SENDING, err) < 0 ? -1 : 1;
}

static int
step_fn(struct call *call, const void *input, struct err *err)
{
	const struct outbox_step *in = input;
	struct outbox_stepped *out = call_answer(call);
	struct mail_out *mails = arena_alloc(call->arena, (in->results.n + 1) * sizeof(*mails));
	int rc;

	for (size_t i = 0; i < in->results.n; i++)
		if (result(call, in->epoch, (struct outbox_result *)in->results.v + i, mails + i, err) < 0)
			return -1;
	if (in->plain && RUN(call, PLAIN_SET, V_TEXT(box_name(in->mailbox)), V_TEXT(in->plain), V_INT(call->now)) < 0)
		return -1;
	rc = in->take ? take(call, in, err) : 0;
	*out = (struct outbox_stepped){ rc, { mails, in->results.n }, { NULL, 0 } };
	if (rc >= 0 && in->next == 1) {
		struct outbox_next *next = ARENA_NEW(call->arena, struct outbox_next);

		rc = next_read(call, in->mailbox, in->after, next, err);
		/* One that cannot be read does not hold up those before it: outbox.next says so in its turn. */
		if (rc < 0 && err->code == E_STORE_DAMAGED) {
			err->code = E_OK;
			rc = 0;
		}
		out->next = (struct records){ next, rc > 0 };
	}
	return rc < 0 ? -1 : 0;
}

const struct op op_outbox_step = { "outbox.step", N_("tells what became of mails, and takes the next"), MAY_SERVICES, OP_WRITE, &rec_outbox_step, &rec_outbox_stepped, step_fn, NULL };

RECORD(rec_outbox_mark, struct outbox_mark, "mark", N_("A mail on its way."),
       ID_FIELD(struct outbox_mark, id, FIELD_REQUIRED, N_("the mail")),
       INT_FIELD(struct outbox_mark, epoch, FIELD_REQUIRED, N_("the run that took it")))

static int
past_data_fn(struct call *call, const void *input, struct err *err)
{
	const struct outbox_mark *in = input;
	struct mail_change *out = call_answer(call);
	struct mail *mail;

	if (mail_taken(call, in->id, in->epoch, &mail, err) < 0)
		return -1;
	mail->past_data = 1;
	out->id = mail->id;
	out->state = mail->state;
	out->ixn = mail->ixn;
	return mail_move(call, mail, MAIL_SENDING, err);
}

const struct op op_outbox_past_data = { "outbox.past-data", N_("a mail's content is about to be sent"), MAY_SERVICES, OP_WRITE, &rec_outbox_mark, &rec_mail_change, past_data_fn, NULL };
