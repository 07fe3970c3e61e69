/*
 * The outbox: whatever leaves is a row first, fixed when it is made; then it
 * is sent; then it is marked. The desk knows no channel: a job takes a mail,
 * sends it, and tells what became of it (outbox_step.c). A cut between sending and marking
 * leaves "unknown", which a person settles; exactly once cannot be had from
 * SMTP (RFC 1047), so nothing doubtful is ever sent again by itself.
 */
#include <string.h>

#include "desk/outbox_priv.h"

#define X struct mail
static const struct field mail_fields[] = {
	ID_FIELD(X, id, 0, NULL), TEXT_FIELD(X, rid, 0, NULL), INT_FIELD(X, version, 0, NULL), TEXT_FIELD(X, kind, 0, NULL),
	ID_FIELD(X, ixn, 0, NULL), ID_FIELD(X, contact, 0, NULL), TEXT_FIELD(X, agent, 0, NULL), NAME_FIELD(X, state, mail_states, 0, NULL),
	TEXT_FIELD(X, sender, 0, NULL), TEXT_FIELD(X, sender_name, 0, NULL), TEXT_FIELD(X, reply_to, 0, NULL), TEXT_FIELD(X, subject, 0, NULL),
	TEXT_FIELD(X, message_id, 0, NULL), TEXT_FIELD(X, date, 0, NULL), TEXT_FIELD(X, language, 0, NULL), TEXT_FIELD(X, text, 0, NULL),
	TEXT_FIELD(X, html, 0, NULL), TIME_FIELD(X, created, 0, NULL), TIME_FIELD(X, ended, 0, NULL), INT_FIELD(X, epoch, 0, NULL),
	BOOL_FIELD(X, past_data, 0, NULL), TEXT_FIELD(X, mailbox, 0, NULL), TEXT_FIELD(X, in_reply_to, 0, NULL), TEXT_FIELD(X, refs, 0, NULL),
	TEXT_FIELD(X, envelope, 0, NULL), TEXT_FIELD_CALLED(X, auto_submitted, "auto", NULL, 0, NULL), TEXT_FIELD(X, copy, 0, NULL)
};
#undef X
const struct record rec_mail = { "mail", NULL, sizeof(struct mail), mail_fields, COUNT_OF(mail_fields) };

RECORD(rec_mail_change, struct mail_change, "mail", N_("An outgoing mail that was changed."),
       ID_FIELD(struct mail_change, id, FIELD_COLUMN, N_("the mail")),
       NAME_FIELD(struct mail_change, state, mail_states, FIELD_COLUMN, N_("its state now")),
       ID_FIELD(struct mail_change, ixn, FIELD_COLUMN, N_("the interaction it belongs to")),
       INT_FIELD(struct mail_change, attempts, 0, N_("how often it was tried")),
       TEXT_FIELD(struct mail_change, copy, 0, N_("its copy in the folder of sent mails")))

int
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

int
mail_event(struct call *call, const struct mail *mail, const char *reason, struct err *err)
{
	return event_add(call, &(struct event){ .event = arena_printf(call->arena, "mail.%s", names_get(&mail_states, (int)mail->state)), .ixn = mail->ixn, .agent = mail->agent, .ref = mail->id, .state = names_get(&mail_states, (int)mail->state), .reason = reason },
			 err);
}

int
mail_move(struct call *call, struct mail *mail, enum mail_state state, struct err *err)
{
	int rc;

	mail->state = state;
	if (state == MAIL_SENT || state == MAIL_FAILED || state == MAIL_DROPPED)
		mail->ended = call->now;
	rc = CHANGE(call, MAIL_MOVE, V_TEXT(mail->id), V_INT(mail->version), V_TEXT(names_get(&mail_states, (int)state)),
		    V_INT(mail->epoch), V_INT(mail->past_data), mail->ended == INT_ABSENT ? V_NULL : V_INT(mail->ended), V_TEXT(mail->copy));
	if (rc == 0)
		return err_set(err, E_TAKEN, "id", mail->id, "holder", "another process", NULL);
	mail->version++;
	if (rc < 0)
		return -1;
	return strcmp(mail->kind, MAIL_KIND_AGENT) == 0 ? draft_follow(call, mail, err) : 0;
}

static void
mail_answer(struct call *call, const struct mail *mail)
{
	struct mail_change *out = call_answer(call);

	out->id = mail->id;
	out->state = mail->state;
	out->ixn = mail->ixn;
	out->copy = mail->copy;
}

/* Making one. */

/* The sender's own host, as in the Message-ID. */
static const char *
host_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at && at[1] ? at + 1 : "localhost";
}

static const char *
or_else(const char *text, const char *other)
{
	return text ? text : other;
}

/* Who sends it: a mailbox of the site, or the one address of the configuration. */
static int
mail_sender(struct call *call, struct mail *mail, const struct mail_extra *extra, struct err *err)
{
	const struct desk_options *o = &call->desk->options;

	if (!extra->sender && !o->mail_from)
		return err_set(err, E_NO_BACKEND, "what", N_("the address that mail is sent from"), "key", "mail.from", NULL);
	mail->sender = or_else(extra->sender, o->mail_from);
	mail->sender_name = extra->sender ? extra->sender_name : o->mail_name;
	mail->reply_to = or_else(extra->reply_to, extra->sender ? NULL : or_else(o->mail_reply_to, o->mail_from));
	mail->message_id = or_else(extra->message_id, arena_printf(call->arena, "%s@%s", mail->id, host_of(mail->sender)));
	mail->mailbox = extra->mailbox;
	mail->in_reply_to = extra->in_reply_to;
	mail->refs = extra->refs;
	mail->envelope = extra->envelope;
	mail->auto_submitted = extra->auto_submitted;
	mail->copy = NULL;
	return 0;
}

int
mail_queue_to(struct call *call, struct mail *mail, const struct mail_extra *extra, const struct mail_to *to, size_t n, struct err *err)
{
	char rid[ID_SIZE];

	mail->id = id_new(call->arena, call->now);
	id_reverse(mail->id, rid);
	mail->rid = arena_strdup(call->arena, rid);
	mail->version = 1;
	if (!mail->agent)
		mail->agent = call->actor.name;
	mail->state = MAIL_QUEUED;
	if (mail_sender(call, mail, extra, err) < 0)
		return -1;
	mail->created = call->now;
	mail->ended = INT_ABSENT;
	mail->epoch = mail->past_data = 0;
	if (time_format_mail(call->arena, call->now, call->desk->options.zone, &mail->date, err) < 0 || sql_put(call->tx, SQL_MAIL_NEW, &rec_mail, mail, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (RUN(call, RECIPIENT_NEW, V_TEXT(mail->id), V_TEXT(to[i].address), V_INT(call->now), V_TEXT(or_else(to[i].kind, "to")), V_TEXT(to[i].name), V_INT((int64_t)i)) < 0)
			return -1;
	return 0;
}

int
mail_queue(struct call *call, struct mail *mail, const struct texts *to, struct err *err)
{
	static const struct mail_extra none = { .mailbox = NULL };
	struct mail_to *v = arena_alloc(call->arena, to->n * sizeof(*v));

	for (size_t i = 0; i < to->n; i++)
		v[i] = (struct mail_to){ .address = to->v[i] };
	return mail_queue_to(call, mail, &none, v, to->n, err);
}

/* Back-off between tries, then every 4 h until given up. */
#define GIVE_UP_MS (48 * MS_HOUR)
static const int64_t waits[] = { MS_MINUTE, 5 * MS_MINUTE, 15 * MS_MINUTE, MS_HOUR };

time_ms
outbox_next_try(int64_t attempts, time_ms now)
{
	return now + (attempts <= (int64_t)COUNT_OF(waits) ? waits[attempts - 1] : 4 * MS_HOUR);
}

/* One that a person sends again late gets the short waits, too. */
bool
outbox_gives_up(int64_t attempts, time_ms since, time_ms now)
{
	return now - since >= GIVE_UP_MS && attempts > (int64_t)COUNT_OF(waits);
}

/* For people. */

/* Unknown, failed and deferred mails go again; recipients who have it are left alone. */
static int
send_again(struct call *call, struct mail *mail, struct err *err)
{
	if (mail->state != MAIL_UNKNOWN && mail->state != MAIL_FAILED && mail->state != MAIL_DEFERRED && mail->state != MAIL_DROPPED)
		return err_set(err, E_MAIL_STATE, "id", mail->id, "state", names_get(&mail_states, (int)mail->state), NULL);
	if (RUN(call, RECIPIENTS_AGAIN, V_TEXT(mail->id)) < 0 || (copy_is_undone(mail->copy) && copy_again(call, mail, err) < 0))
		return -1;
	mail->ended = INT_ABSENT;
	return mail_move(call, mail, MAIL_QUEUED, err) < 0 || mail_event(call, mail, "retry", err) < 0 ? -1 : 0;
}

struct retry_in {
	const char *id;
	int64_t copy;
};
RECORD(rec_outbox_retry_in, struct retry_in, "outbox-retry", N_("Which mail."),
       ID_FIELD(struct retry_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the mail")),
       BOOL_FIELD(struct retry_in, copy, 0, N_("only its copy for the folder of sent mails")))

static int
retry_fn(struct call *call, const void *input, struct err *err)
{
	const struct retry_in *in = input;
	struct mail *mail;
	int rc;

	if (mail_get(call, in->id, &mail, err) < 0)
		return -1;
	if (in->copy == 1 || (mail->state == MAIL_SENT && copy_is_undone(mail->copy))) {
		rc = copy_again(call, mail, err);
		if (rc == 0)
			return err_set(err, E_COPY_STATE, "id", mail->id, NULL);
	} else {
		rc = send_again(call, mail, err);
	}
	if (rc < 0)
		return -1;
	mail_answer(call, mail);
	return 0;
}

const struct op op_outbox_retry = { "outbox.retry", N_("sends a mail again"), MAY_ALL, OP_WRITE, &rec_outbox_retry_in, &rec_mail_change, retry_fn, NULL };

/* Of a mail that is done with its copy is what is given up. */
static int
drop(struct call *call, struct mail *mail, struct err *err)
{
	bool past = mail->state == MAIL_SENT || mail->state == MAIL_DROPPED;

	if (past && copy_is_undone(mail->copy))
		return copy_drop(call, mail, err) < 0 ? -1 : 0;
	if (past || mail->state == MAIL_SENDING)
		return err_set(err, E_MAIL_STATE, "id", mail->id, "state", names_get(&mail_states, (int)mail->state), NULL);
	return mail_move(call, mail, MAIL_DROPPED, err) < 0 || mail_event(call, mail, "dropped", err) < 0 ? -1 : 0;
}

static int
drop_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct mail *mail;

	if (mail_get(call, in->id, &mail, err) < 0 || drop(call, mail, err) < 0)
		return -1;
	mail_answer(call, mail);
	return 0;
}

const struct op op_outbox_drop = { "outbox.drop", N_("gives up a mail"), MAY_ALL, OP_WRITE, &rec_id_in, &rec_mail_change, drop_fn, NULL };
