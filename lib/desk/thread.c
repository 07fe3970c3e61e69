/*
 * Which conversation a mail belongs to: by the ids that it names, else by a signed
 * address that it was sent to; never by its subject. Ids can be guessed, and
 * mails handed on: only who is the contact of a conversation goes on with
 * it, and only whom something was forwarded to answers that.
 */
#include <string.h>
#include <strings.h>

#include "desk/take_priv.h"
#include "wire/mail_id.h"

#define IDS_MAX 20

struct candidate {
	const char *ixn;
	int64_t kind, state;
	const char *parent, *author, *sender, *contact, *conversation;
};
#define X struct candidate
RECORD(rec_candidate_mail, X, "candidate", NULL, ID_FIELD(X, ixn, 0, NULL), NAME_FIELD(X, kind, email_kinds, 0, NULL), NAME_FIELD(X, state, mail_states, 0, NULL),
       ID_FIELD(X, parent, 0, NULL), TEXT_FIELD(X, author, 0, NULL), TEXT_FIELD(X, sender, 0, NULL), ID_FIELD(X, contact, 0, NULL), ID_FIELD(X, conversation, 0, NULL))
#undef X

struct sent {
	const char *id, *ixn, *agent;
};
RECORD(rec_sent, struct sent, "sent", NULL, ID_FIELD(struct sent, id, 0, NULL), ID_FIELD(struct sent, ixn, 0, NULL), TEXT_FIELD(struct sent, agent, 0, NULL))

struct looking {
	struct call *call;
	const struct mailbox *mailbox;
	const char *sender, *contact;
	struct thread *out;
};

static int
of_ixn(struct looking *l, const char *id, struct candidate *c, struct err *err)
{
	struct ixn *ixn;

	record_init(&rec_candidate_mail, c);
	if (ixn_get(l->call, id, &ixn, err) < 0)
		return err->code == E_NO_IXN || err->code == E_BAD_ID ? 0 : -1;
	c->ixn = ixn->id;
	c->contact = ixn->contact;
	c->conversation = ixn->conversation;
	return 1;
}

/* A mail that came, a draft that was sent, or what the desk itself has sent: a transcript, an answer by itself. */
static int
of_id(struct looking *l, const char *id, struct candidate *c, struct err *err)
{
	struct call *call = l->call;
	struct sent sent;
	int rc = sql_one(call->tx, call->arena, SQL_EMAIL_OF_ID, ARGS(V_TEXT(id), V_TEXT(l->mailbox->name)), &rec_candidate_mail, c, err);

	if (rc != 0)
		return rc;
	rc = sql_one(call->tx, call->arena, SQL_MAIL_OF_ID, ARGS(V_TEXT(id)), &rec_sent, &sent, err);
	if (rc <= 0)
		return rc;
	rc = sql_one(call->tx, call->arena, SQL_EMAIL_OF_OUTBOX, ARGS(V_TEXT(sent.id)), &rec_candidate_mail, c, err);
	return rc != 0 || !sent.ixn ? rc : of_ixn(l, sent.ixn, c, err);
}

static int
is_contact(struct looking *l, const char *contact, struct err *err)
{
	const char *a, *b;

	if (!contact || !l->contact)
		return 0;
	if (contact_head(l->call, contact, &a, err) < 0 || contact_head(l->call, l->contact, &b, err) < 0)
		return -1;
	return strcmp(a, b) == 0;
}

/* Somebody outside to whom it was forwarded; or who has answered that before, and goes on. */
static int
was_asked(struct looking *l, const struct candidate *c, struct err *err)
{
	int64_t one;

	if (!c->parent || !l->sender)
		return 0;
	if (c->state == INT_ABSENT)
		return c->sender && strcasecmp(c->sender, l->sender) == 0;
	return c->kind == EMAIL_FORWARD ? sql_int(l->call->tx, SQL_EMAIL_HAS_ADDRESS, ARGS(V_TEXT(c->ixn), V_TEXT(l->sender)), &one, err) : 0;
}

/* 1: it belongs there. */
static int
accept(struct looking *l, const struct candidate *c, struct err *err)
{
	int rc = was_asked(l, c, err);

	if (rc > 0)
		*l->out = (struct thread){ .outcome = FETCH_RETURNED, .parent = c->parent, .author = c->author };
	if (rc != 0)
		return rc;
	rc = is_contact(l, c->contact, err);
	if (rc > 0)
		*l->out = (struct thread){ .outcome = FETCH_THREADED, .conversation = c->conversation };
	return rc;
}

static int
try_id(struct looking *l, const char *id, struct err *err)
{
	struct candidate c;
	int rc = id && *id ? of_id(l, id, &c, err) : 0;

	return rc > 0 ? accept(l, &c, err) : rc;
}

/* What it answers, then what came before that, the newest first. */
static int
by_ids(struct looking *l, const struct mail_fetched *mail, struct err *err)
{
	int rc = try_id(l, mail->in_reply_to, err);

	for (size_t i = 0; rc == 0 && i < mail->refs.n && i < IDS_MAX; i++)
		rc = try_id(l, mail->refs.v[mail->refs.n - 1 - i], err);
	return rc;
}

static int
try_address(struct looking *l, const char *key, const char *address, struct err *err)
{
	char id[MAIL_ID_SIZE];
	struct candidate c;
	int rc;

	if (!address || !mail_token_read(address, l->mailbox->address, key, strlen(key), id))
		return 0;
	rc = sql_one(l->call->tx, l->call->arena, SQL_EMAIL_OF_IXN, ARGS(V_TEXT(id)), &rec_candidate_mail, &c, err);
	if (rc == 0)
		rc = of_ixn(l, id, &c, err);
	return rc > 0 ? accept(l, &c, err) : rc;
}

static int
by_token(struct looking *l, const struct mail_fetched *mail, struct err *err)
{
	static const char *const envelopes[] = { "Delivered-To", "X-Original-To", "Envelope-To" };
	const struct mail_address_in *v = mail->addresses.v;
	const char *key;
	int rc = *l->mailbox->address ? mailbox_token_key(l->call, false, &key, err) : 0;

	if (rc <= 0)
		return rc;
	rc = 0;
	for (size_t i = 0; rc == 0 && i < mail->addresses.n; i++)
		if (v[i].kind && (strcmp(v[i].kind, "to") == 0 || strcmp(v[i].kind, "cc") == 0))
			rc = try_address(l, key, v[i].address, err);
	for (size_t i = 0; rc == 0 && i < mail->headers.n; i++)
		for (size_t k = 0; rc == 0 && k < COUNT_OF(envelopes); k++)
			if (strcasecmp(mail->headers.v[i].key, envelopes[k]) == 0)
				rc = try_address(l, key, mail->headers.v[i].value, err);
	return rc;
}

int
thread_find(struct call *call, const struct mailbox *mailbox, const struct mail_fetched *mail, const char *sender, const char *contact, struct thread *out, struct err *err)
{
	struct looking l = { call, mailbox, sender, contact, out };
	int rc;

	*out = (struct thread){ .outcome = FETCH_KEPT };
	rc = by_ids(&l, mail, err);
	if (rc == 0)
		rc = by_token(&l, mail, err);
	return rc < 0 ? -1 : 0;
}
