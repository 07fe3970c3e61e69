/*
 * The outbox: whatever leaves is a row first, fixed when it is made; then it
 * is sent; then it is marked. The desk knows no channel: a job claims a mail,
 * sends it, and tells what became of it. A cut between sending and marking
 * leaves "unknown", which a person settles; exactly once cannot be had from
 * SMTP (RFC 1047), so nothing doubtful is ever sent again by itself.
 */
#include <string.h>

#include "desk/outbox.h"
#include "desk/priv.h"

/* Back-off between tries, then every 4 h until given up. */
#define GIVE_UP_MS (48 * MS_HOUR)
static const int64_t waits[] = { MS_MINUTE, 5 * MS_MINUTE, 15 * MS_MINUTE, MS_HOUR };

#define X struct mail
static const struct field mail_fields[] = {
	ID_FIELD(X, id, 0, NULL), TEXT_FIELD(X, rid, 0, NULL), INT_FIELD(X, version, 0, NULL), TEXT_FIELD(X, kind, 0, NULL),
	ID_FIELD(X, ixn, 0, NULL), ID_FIELD(X, contact, 0, NULL), TEXT_FIELD(X, agent, 0, NULL), NAME_FIELD(X, state, mail_states, 0, NULL),
	TEXT_FIELD(X, sender, 0, NULL), TEXT_FIELD(X, sender_name, 0, NULL), TEXT_FIELD(X, reply_to, 0, NULL), TEXT_FIELD(X, subject, 0, NULL),
	TEXT_FIELD(X, message_id, 0, NULL), TEXT_FIELD(X, date, 0, NULL), TEXT_FIELD(X, language, 0, NULL), TEXT_FIELD(X, text, 0, NULL),
	TEXT_FIELD(X, html, 0, NULL), TIME_FIELD(X, created, 0, NULL), TIME_FIELD(X, ended, 0, NULL), INT_FIELD(X, epoch, 0, NULL),
	BOOL_FIELD(X, past_data, 0, NULL)
};
#undef X
static const struct record rec_mail = { "mail", NULL, sizeof(struct mail), mail_fields, COUNT_OF(mail_fields) };

#define X struct mail_recipient
RECORD(rec_mail_recipient, X, "recipient", N_("One recipient of a mail."),
       TEXT_FIELD(X, address, FIELD_PERSONAL, N_("the address")),
       NAME_FIELD(X, state, mail_states, 0, N_("what became of it")),
       INT_FIELD(X, code, 0, N_("the server's reply code")),
       TEXT_FIELD(X, reply, FIELD_PERSONAL, N_("the server's reply")),
       INT_FIELD(X, attempts, 0, N_("how often it was tried")),
       TIME_FIELD(X, next_at, 0, N_("when it is tried again")))
#undef X

RECORD(rec_mail_change, struct mail_change, "mail", N_("An outgoing mail that was changed."),
       ID_FIELD(struct mail_change, id, FIELD_COLUMN, N_("the mail")),
       NAME_FIELD(struct mail_change, state, mail_states, FIELD_COLUMN, N_("its state now")),
       ID_FIELD(struct mail_change, ixn, FIELD_COLUMN, N_("the interaction it belongs to")),
       INT_FIELD(struct mail_change, attempts, 0, N_("how often it was tried")))

static int
mail_get(struct call *call, const char *id, struct mail **mail_r, struct err *err)
{
	struct mail *mail = ARENA_NEW(call->arena, struct mail);
	char whole[ID_SIZE];
	int rc;

	if (!id || !id_parse(id, whole))
		return err_set(err, E_BAD_ID, "value", id ? id : "", NULL);
	rc = sql_one(call->tx, call->arena, SQL_MAIL_GET, ARGS(V_TEXT(whole)), &rec_mail, mail, err);
	if (rc == 0)
		return err_set(err, E_NO_MAIL, "id", id, NULL);
	*mail_r = mail;
	return rc < 0 ? -1 : 0;
}

static int
mail_event(struct call *call, const struct mail *mail, const char *reason, struct err *err)
{
	return event_add(call, &(struct event){ .event = arena_printf(call->arena, "mail.%s", names_get(&mail_states, (int)mail->state)), .ixn = mail->ixn, .agent = mail->agent, .ref = mail->id, .state = names_get(&mail_states, (int)mail->state), .reason = reason },
			 err);
}

/* The row moves on if its version is the one read; -1 with E_TAKEN otherwise. */
static int
mail_move(struct call *call, struct mail *mail, enum mail_state state, struct err *err)
{
	int rc;

	mail->state = state;
	if (state == MAIL_SENT || state == MAIL_FAILED || state == MAIL_DROPPED)
		mail->ended = call->now;
	rc = CHANGE(call, MAIL_MOVE, V_TEXT(mail->id), V_INT(mail->version), V_TEXT(names_get(&mail_states, (int)state)),
		    V_INT(mail->epoch), V_INT(mail->past_data), mail->ended == INT_ABSENT ? V_NULL : V_INT(mail->ended));
	if (rc == 0)
		return err_set(err, E_TAKEN, "id", mail->id, "holder", "another process", NULL);
	mail->version++;
	return rc < 0 ? -1 : 0;
}

static void
mail_answer(struct call *call, const struct mail *mail)
{
	struct mail_change *out = call_answer(call);

	out->id = mail->id;
	out->state = mail->state;
	out->ixn = mail->ixn;
}

/* Making one. */

int
mail_queue(struct call *call, struct mail *mail, const struct texts *to, struct err *err)
{
	const struct desk_options *o = &call->desk->options;
	char rid[ID_SIZE];

	if (!o->mail_from)
		return err_set(err, E_NO_BACKEND, "what", "the address that mail is sent from", "key", "mail.from", NULL);
	mail->id = id_new(call->arena, call->now);
	id_reverse(mail->id, rid);
	mail->rid = arena_strdup(call->arena, rid);
	mail->version = 1;
	mail->agent = call->actor.name;
	mail->state = MAIL_QUEUED;
	mail->sender = o->mail_from;
	mail->sender_name = o->mail_name;
	mail->reply_to = o->mail_reply_to ? o->mail_reply_to : o->mail_from;
	mail->message_id = arena_printf(call->arena, "%s@%s", mail->id, strchr(o->mail_from, '@') ? strchr(o->mail_from, '@') + 1 : "localhost");
	mail->created = call->now;
	mail->ended = INT_ABSENT;
	mail->epoch = mail->past_data = 0;
	if (time_format_mail(call->arena, call->now, o->zone, &mail->date, err) < 0 || sql_put(call->tx, SQL_MAIL_NEW, &rec_mail, mail, err) < 0)
		return -1;
	for (size_t i = 0; i < to->n; i++)
		if (RUN(call, RECIPIENT_NEW, V_TEXT(mail->id), V_TEXT(to->v[i]), V_INT(call->now)) < 0)
			return -1;
	return 0;
}

/* Listing. */

RECORD(rec_outbox_in, struct outbox_in, "outbox-list", N_("Which mails; those not yet sent, unless something else is said."),
       TEXT_FIELD_AS(struct outbox_in, state, "STATE,...", 0, N_("in these states")),
       TEXT_FIELD_AS(struct outbox_in, ixn, "ID", 0, N_("of this interaction, sent ones too")),
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
       TEXT_FIELD(X, kind, 0, N_("what it is: transcript")),
       TEXT_FIELD(X, agent, 0, N_("the agent who sends it")),
       TEXT_FIELD(X, message_id, 0, N_("its Message-ID, fixed when it was made")),
       TIME_FIELD(X, created, 0, N_("when it was made")),
       TIME_FIELD(X, ended, 0, N_("when it was sent or given up")),
       INT_FIELD(X, attempts, 0, N_("how often it was tried")),
       TIME_FIELD(X, next_at, 0, N_("when it is tried again")),
       RECORDS_FIELD(X, recipients, rec_mail_recipient, 0, N_("each recipient")))
#undef X

static int
list_one(struct call *call, const struct mail *mail, struct err *err)
{
	struct mail_out *out = call_answer(call);

	*out = (struct mail_out){ .id = mail->id, .state = mail->state, .ixn = mail->ixn, .subject = mail->subject, .kind = mail->kind, .agent = mail->agent, .message_id = mail->message_id, .created = mail->created, .ended = mail->ended, .attempts = 0, .next_at = INT_ABSENT };
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

static int
outbox_list_fn(struct call *call, const void *input, struct err *err)
{
	const struct outbox_in *in = input;
	int64_t limit = in->limit > 0 ? in->limit : 200;
	enum sql sql = in->ixn ? SQL_MAILS_OF_IXN : (in->state ? SQL_MAILS : SQL_MAILS_OPEN);
	struct records rows;
	size_t found = 0;
	int rc;

	if (sql_all(call->tx, call->arena, sql, ARGS(V_TEXT(in->ixn ? in->ixn : "")), &rec_mail, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n && (int64_t)found <= limit; i++) {
		const struct mail *mail = (struct mail *)rows.v + i;

		if (in->state && !list_has(in->state, names_get(&mail_states, (int)mail->state)))
			continue;
		if (list_one(call, mail, err) < 0)
			return -1;
		rc = in->due == 1 && !is_due(call, call->answer.v[call->answer.n - 1]) ? 0 : sight_answer(call, call->answer.v[call->answer.n - 1], err);
		if (rc < 0)
			return -1;
		found += rc > 0;
		call->answer.n -= rc == 0;
	}
	return 0;
}

const struct op op_outbox_list = { "outbox.list", N_("lists what is to leave"), MAY_ALL, 0, &rec_outbox_in, &rec_mail_out, outbox_list_fn, NULL };

/* For the job that sends. */

RECORD(rec_outbox_epoch, struct outbox_epoch, "epoch", N_("A process that sends; it holds the lock of the account."),
       INT_FIELD(struct outbox_epoch, epoch, FIELD_REQUIRED, N_("a number that no other run of the sender has")))

#define X struct outbox_claim
RECORD(rec_outbox_claim, X, "claim", N_("A mail to send now."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the mail")), TEXT_FIELD(X, kind, 0, N_("what it is")), ID_FIELD(X, ixn, 0, N_("the interaction")), TEXT_FIELD(X, sender, 0, N_("from whom")),
       TEXT_FIELD(X, sender_name, 0, N_("the sender's name")), TEXT_FIELD(X, reply_to, 0, N_("where answers go")),
       TEXT_FIELD(X, subject, FIELD_PERSONAL, N_("its subject")), TEXT_FIELD(X, message_id, 0, N_("its Message-ID")),
       TEXT_FIELD(X, date, 0, N_("its Date")), TEXT_FIELD(X, language, 0, N_("its language")), TEXT_FIELD(X, text, FIELD_PERSONAL, N_("as text")),
       TEXT_FIELD(X, html, FIELD_PERSONAL, N_("as HTML")), TEXTS_FIELD(X, to, FIELD_PERSONAL, N_("recipients still to be served")),
       BOOL_FIELD(X, built, 0, N_("its bytes are fixed already")))
#undef X

/*
 * What an earlier run left in "sending": it died, for its lock is ours. Past
 * the data nobody knows; before it nothing was sent.
 */
static int
heal_fn(struct call *call, const void *input, struct err *err)
{
	const struct outbox_epoch *in = input;
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_MAILS_STUCK, ARGS(V_INT(in->epoch)), &rec_mail, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		struct mail *mail = (struct mail *)rows.v + i;
		enum mail_state state = mail->past_data ? MAIL_UNKNOWN : MAIL_QUEUED;

		mail->past_data = 0;
		if (RUN(call, RECIPIENTS_HEAL, V_TEXT(mail->id), V_TEXT(names_get(&mail_states, (int)state))) < 0 ||
		    mail_move(call, mail, state, err) < 0 || mail_event(call, mail, "interrupted", err) < 0 || list_one(call, mail, err) < 0)
			return -1;
	}
	return 0;
}

const struct op op_outbox_heal = { "outbox.heal", N_("settles what a sender left that died"), MAY_SERVICES, OP_WRITE, &rec_outbox_epoch, &rec_mail_out, heal_fn, NULL };

static int
claim_fn(struct call *call, const void *input, struct err *err)
{
	const struct outbox_epoch *in = input;
	struct outbox_claim *out;
	struct mail mail;
	int64_t built = 0;
	int rc;

	rc = sql_one(call->tx, call->arena, SQL_MAIL_NEXT, ARGS(V_INT(call->now)), &rec_mail, &mail, err);
	if (rc <= 0)
		return rc;
	mail.epoch = in->epoch;
	mail.past_data = 0;
	if (mail_move(call, &mail, MAIL_SENDING, err) < 0 || sql_int(call->tx, SQL_MAIL_BUILT, ARGS(V_TEXT(mail.id)), &built, err) < 0)
		return -1;
	out = call_answer(call);
	*out = (struct outbox_claim){ mail.id, mail.kind, mail.ixn, mail.sender, mail.sender_name, mail.reply_to, mail.subject, mail.message_id, mail.date, mail.language, mail.text, mail.html, { NULL, 0, 0 }, built };
	return sql_texts(call->tx, call->arena, SQL_RECIPIENTS_DUE, ARGS(V_TEXT(mail.id), V_INT(call->now)), &out->to, err);
}

const struct op op_outbox_claim = { "outbox.claim", N_("takes the next mail to send"), MAY_SERVICES, OP_WRITE, &rec_outbox_epoch, &rec_outbox_claim, claim_fn, NULL };

RECORD(rec_outbox_bytes, struct outbox_bytes, "bytes", N_("The bytes of a mail, once and for all."),
       ID_FIELD(struct outbox_bytes, id, FIELD_REQUIRED, N_("the mail")),
       INT_FIELD(struct outbox_bytes, epoch, FIELD_REQUIRED, N_("the run that claimed it")),
       TEXT_FIELD(struct outbox_bytes, bytes, FIELD_BODY | FIELD_PERSONAL, N_("what is sent; left out: only read them")))

RECORD(rec_outbox_step, struct outbox_step, "step", N_("A mail on its way."),
       ID_FIELD(struct outbox_step, id, FIELD_REQUIRED, N_("the mail")),
       INT_FIELD(struct outbox_step, epoch, FIELD_REQUIRED, N_("the run that claimed it")))

/* A mail that this run claimed and still has. */
static int
mail_claimed(struct call *call, const char *id, int64_t epoch, struct mail **mail_r, struct err *err)
{
	struct mail *mail;

	if (mail_get(call, id, &mail, err) < 0)
		return -1;
	if (mail->state != MAIL_SENDING)
		return err_set(err, E_MAIL_STATE, "id", mail->id, "state", names_get(&mail_states, (int)mail->state), NULL);
	if (mail->epoch != epoch)
		return err_set(err, E_TAKEN, "id", mail->id, "holder", "another run of the sender", NULL);
	*mail_r = mail;
	return 0;
}

static int
bytes_fn(struct call *call, const void *input, struct err *err)
{
	const struct outbox_bytes *in = input;
	struct outbox_bytes *out;
	const void *bytes = NULL;
	struct mail *mail;
	size_t size;

	if (mail_claimed(call, in->id, in->epoch, &mail, err) < 0)
		return -1;
	if (in->bytes && RUN(call, MAIL_BYTES_SET, V_TEXT(mail->id), V_BLOB(in->bytes, strlen(in->bytes))) < 0)
		return -1;
	if (sql_blob(call->tx, call->arena, SQL_MAIL_BYTES, ARGS(V_TEXT(mail->id)), &bytes, &size, err) < 0)
		return -1;
	out = call_answer(call);
	out->id = mail->id;
	out->epoch = in->epoch;
	/* A mail as we build it holds no NUL: RFC 5322. */
	out->bytes = bytes;
	return 0;
}

const struct op op_outbox_bytes = { "outbox.bytes", N_("fixes or reads the bytes of a mail"), MAY_SERVICES, OP_WRITE, &rec_outbox_bytes, &rec_outbox_bytes, bytes_fn, NULL };

static int
past_data_fn(struct call *call, const void *input, struct err *err)
{
	const struct outbox_step *in = input;
	struct mail *mail;

	if (mail_claimed(call, in->id, in->epoch, &mail, err) < 0)
		return -1;
	mail->past_data = 1;
	if (mail_move(call, mail, MAIL_SENDING, err) < 0)
		return -1;
	mail_answer(call, mail);
	return 0;
}

const struct op op_outbox_past_data = { "outbox.past-data", N_("a mail's content is about to be sent"), MAY_SERVICES, OP_WRITE, &rec_outbox_step, &rec_mail_change, past_data_fn, NULL };

RECORD(rec_outbox_result, struct outbox_result, "result", N_("What became of a mail."),
       ID_FIELD(struct outbox_result, id, FIELD_REQUIRED, N_("the mail")),
       INT_FIELD(struct outbox_result, epoch, FIELD_REQUIRED, N_("the run that claimed it")),
       RECORDS_FIELD(struct outbox_result, recipients, rec_mail_recipient, 0, N_("each recipient tried: sent, deferred, failed or unknown; none: it was not tried")))

static time_ms
next_try(int64_t attempts, time_ms now)
{
	return now + (attempts <= (int64_t)COUNT_OF(waits) ? waits[attempts - 1] : 4 * MS_HOUR);
}

static int
result_recipient(struct call *call, const struct mail *mail, const struct mail_recipient *r, struct err *err)
{
	struct mail_recipient row;
	enum mail_state state = (enum mail_state)r->state;
	int rc = sql_one(call->tx, call->arena, SQL_RECIPIENT_GET, ARGS(V_TEXT(mail->id), V_TEXT(r->address)), &rec_mail_recipient, &row, err);

	if (rc <= 0)
		return rc;
	row.attempts++;
	/* One that a person sends again late gets the short waits, too. */
	if (state == MAIL_DEFERRED && call->now - mail->created >= GIVE_UP_MS && row.attempts > (int64_t)COUNT_OF(waits))
		state = MAIL_FAILED;
	return RUN(call, RECIPIENT_SET, V_TEXT(mail->id), V_TEXT(r->address), V_TEXT(names_get(&mail_states, (int)state)),
		   r->code == INT_ABSENT ? V_NULL : V_INT(r->code), V_TEXT(r->reply), V_INT(row.attempts), V_INT(next_try(row.attempts, call->now))) < 0
		       ? -1
		       : 0;
}

/* A mail is what the least finished of its recipients is. */
static int
mail_state_of(struct call *call, const char *id, enum mail_state *state_r, struct err *err)
{
	static const enum mail_state order[] = { MAIL_UNKNOWN, MAIL_DEFERRED, MAIL_QUEUED, MAIL_FAILED, MAIL_SENT };
	struct records rows;

	*state_r = MAIL_SENT;
	if (sql_all(call->tx, call->arena, SQL_RECIPIENTS, ARGS(V_TEXT(id)), &rec_mail_recipient, &rows, err) < 0)
		return -1;
	for (size_t o = 0; o < COUNT_OF(order); o++)
		for (size_t i = 0; i < rows.n; i++)
			if (((struct mail_recipient *)rows.v)[i].state == order[o]) {
				*state_r = order[o];
				return 0;
			}
	return 0;
}

static int
result_fn(struct call *call, const void *input, struct err *err)
{
	const struct outbox_result *in = input;
	enum mail_state state;
	struct mail *mail;

	if (mail_claimed(call, in->id, in->epoch, &mail, err) < 0)
		return -1;
	for (size_t i = 0; i < in->recipients.n; i++)
		if (result_recipient(call, mail, (struct mail_recipient *)in->recipients.v + i, err) < 0)
			return -1;
	mail->past_data = 0;
	if (mail_state_of(call, mail->id, &state, err) < 0 || mail_move(call, mail, state, err) < 0 ||
	    (in->recipients.n && mail_event(call, mail, NULL, err) < 0))
		return -1;
	return list_one(call, mail, err);
}

const struct op op_outbox_result = { "outbox.result", N_("tells what became of a mail"), MAY_SERVICES, OP_WRITE, &rec_outbox_result, &rec_mail_out, result_fn, NULL };

/* For people. */

/* Unknown, failed and deferred mails go again; recipients who have it are left alone. */
static int
retry_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct mail *mail;

	if (mail_get(call, in->id, &mail, err) < 0)
		return -1;
	if (mail->state != MAIL_UNKNOWN && mail->state != MAIL_FAILED && mail->state != MAIL_DEFERRED && mail->state != MAIL_DROPPED)
		return err_set(err, E_MAIL_STATE, "id", mail->id, "state", names_get(&mail_states, (int)mail->state), NULL);
	if (RUN(call, RECIPIENTS_AGAIN, V_TEXT(mail->id)) < 0)
		return -1;
	mail->ended = INT_ABSENT;
	if (mail_move(call, mail, MAIL_QUEUED, err) < 0 || mail_event(call, mail, "retry", err) < 0)
		return -1;
	mail_answer(call, mail);
	return 0;
}

const struct op op_outbox_retry = { "outbox.retry", N_("sends a mail again"), MAY_ALL, OP_WRITE, &rec_id_in, &rec_mail_change, retry_fn, NULL };

static int
drop_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct mail *mail;

	if (mail_get(call, in->id, &mail, err) < 0)
		return -1;
	if (mail->state == MAIL_SENT || mail->state == MAIL_SENDING || mail->state == MAIL_DROPPED)
		return err_set(err, E_MAIL_STATE, "id", mail->id, "state", names_get(&mail_states, (int)mail->state), NULL);
	if (mail_move(call, mail, MAIL_DROPPED, err) < 0 || mail_event(call, mail, "dropped", err) < 0)
		return -1;
	mail_answer(call, mail);
	return 0;
}

const struct op op_outbox_drop = { "outbox.drop", N_("gives up a mail"), MAY_ALL, OP_WRITE, &rec_id_in, &rec_mail_change, drop_fn, NULL };
