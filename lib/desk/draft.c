/*
 * Drafts: mails that agents begin, answers to what came, and what is handed on to
 * somebody outside. A draft is its author's alone while it is open.
 */
#include <string.h>

#include "desk/draft_priv.h"

#define FROM(X) TEXT_FIELD_AS(X, from, "MAILBOX", FIELD_PERSONAL, N_("from this mailbox of the site, by name or address; that of what is answered, or the only one, when left out"))
#define COPIES(X) \
	TEXTS_FIELD_AS(X, cc, "ADDRESS", FIELD_PERSONAL, N_("a copy to this address; may be given again")), \
		TEXTS_FIELD_AS(X, bcc, "ADDRESS", FIELD_PERSONAL, N_("a copy that nobody else sees; may be given again"))
#define WRITTEN(X) \
	TEXT_FIELD(X, text, FIELD_BODY | FIELD_PERSONAL, N_("what it says")), CHOSEN_FIELDS(X), \
		RECORDS_FIELD(X, attach, rec_draft_file_in, FIELD_NO_OPTION, N_("files that go along")), \
		TEXT_FIELD_AS(X, signature, "LANGUAGE", 0, N_("with the mailbox's signature in this language; in that of the mail when left out")), \
		BOOL_FIELD(X, no_signature, 0, N_("without a signature")), \
		BOOL_FIELD(X, send, 0, N_("send it at once, as email-send does"))
#define GIVEN(X) TEXT_FIELD(X, draft, FIELD_NO_OPTION | FIELD_INTERNAL, NULL)
#define TO(X, flags, what) TEXTS_FIELD_AS(X, to, "TARGET", FIELD_PERSONAL | (flags), what)

#define X struct draft_in
RECORD(rec_email_compose_in, X, "email-compose", N_("A new mail."),
       TO(X, 0, N_("to whom: an address, with a name or without, mailto: or contact:ID; may be given again; with --ixn its contact when left out")),
       ID_FIELD(X, ixn, 0, N_("about this interaction: to its contact, in its conversation")),
       TEXT_FIELD(X, subject, FIELD_PERSONAL, N_("its subject")), FROM(X), COPIES(X), WRITTEN(X), GIVEN(X))
RECORD(rec_email_reply_in, X, "email-reply", N_("An answer to a mail."),
       ID_FIELD(X, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction that is answered")),
       BOOL_FIELD(X, all, 0, N_("to all who got it, or where it says that answers to all go")),
       BOOL_FIELD(X, list, 0, N_("to the mailing list that it came by")),
       TO(X, 0, N_("to this address, too; may be given again")),
       TEXT_FIELD(X, subject, FIELD_PERSONAL, N_("its subject, instead of Re: and that of the mail")), FROM(X), COPIES(X),
       BOOL_FIELD(X, no_quote, 0, N_("without what is answered")),
       BOOL_FIELD(X, interim, 0, N_("with --send: what is answered stays open")), WRITTEN(X), GIVEN(X))
RECORD(rec_email_forward_in, X, "email-forward", N_("A mail that is handed on to somebody outside."),
       ID_FIELD(X, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction that is handed on")),
       TO(X, FIELD_REQUIRED, N_("to whom: an address, mailto: or contact:ID; may be given again")),
       TEXT_FIELD(X, subject, FIELD_PERSONAL, N_("its subject, instead of Fwd: and that of the mail")), FROM(X), COPIES(X),
       BOOL_FIELD(X, no_quote, 0, N_("without the text of the mail")),
       BOOL_FIELD(X, no_attachments, 0, N_("without the files of the mail")), WRITTEN(X), GIVEN(X))
#undef X

#define X struct draft_out
RECORD(rec_draft_out, X, "draft", N_("A draft that was made or changed."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the draft")),
       NAME_FIELD(X, state, mail_states, FIELD_COLUMN, N_("its state: draft, for-review, rejected, queued, sent, ...")),
       ID_FIELD(X, parent, FIELD_COLUMN, N_("the interaction that it answers or hands on")),
       TEXT_FIELD(X, mailbox, FIELD_COLUMN, N_("the mailbox that it is from")),
       TEXT_FIELD(X, agent, FIELD_COLUMN, N_("who has it open")),
       TEXT_FIELD(X, workbin, FIELD_COLUMN, N_("the workbin where it lies")),
       NAME_FIELD(X, ixn_state, ixn_states, 0, N_("the state of its interaction")),
       ID_FIELD_AS(X, outbox, "MAIL", 0, N_("the outgoing mail that was made of it")),
       INT_FIELD(X, attachments, 0, N_("how many files go along")),
       INT_FIELD(X, cycle, 0, N_("how often it was given to review")),
       INT_FIELD(X, version, 0, N_("counts its changes")))
#undef X

int
draft_answer(struct call *call, const struct ixn *ixn, const struct email *email, struct err *err)
{
	struct draft_out *out = call_answer(call);
	struct records parts;

	if (email_parts(call, ixn->id, &parts, err) < 0)
		return -1;
	*out = (struct draft_out){
		.id = ixn->id,
		.state = email->state,
		.ixn_state = ixn->state,
		.parent = email->parent,
		.mailbox = email->mailbox,
		.outbox = email->outbox,
		.attachments = (int64_t)parts.n,
		.cycle = email->cycle,
		.version = ixn->version,
	};
	if (ixn->state == IXN_PARKED)
		out->workbin = ixn->workbin;
	else if (ixn->state != IXN_DONE)
		out->agent = ixn->agent;
	return 0;
}

int
draft_get(struct call *call, const char *id, struct draft *draft_r, struct err *err)
{
	*draft_r = (struct draft){ .ixn = NULL };
	if (ixn_get(call, id, &draft_r->ixn, err) < 0)
		return -1;
	if (!ixn_is_draft(draft_r->ixn))
		return err_set(err, E_NO_DRAFT, "id", draft_r->ixn->id, NULL);
	return email_get(call, draft_r->ixn->id, &draft_r->email, err) < 0 ? -1 : draft_people_read(call, draft_r->ixn->id, draft_r, err);
}

/* Making one. */

struct making {
	const struct draft_in *in;
	enum email_kind kind;
	struct ixn *about;  /* what it answers, hands on or is about; NULL: nothing */
	struct email *mail; /* as it came; NULL: about is none, or came otherwise */
	struct draft draft;
};

static int
check_lines(const struct draft_in *in, struct err *err)
{
	struct err why = { 0 };

	if (in->all == 1 && in->list == 1)
		return err_set(err, E_USAGE, "what", N_("--all and --list exclude each other"), "command", "email-reply", NULL);
	if (in->signature && in->no_signature == 1)
		return err_set(err, E_USAGE, "what", N_("--signature and --no-signature exclude each other"), "command", "email-compose", NULL);
	if (line_check("subject", in->subject, SUBJECT_BYTES, false, &why) < 0)
		return err_set(err, E_BAD_FIELD, "where", "mail", "name", "subject", "what", why.code == E_TOO_LARGE ? N_("is too long") : N_("holds a control character"), NULL);
	return 0;
}

/* Two answers to one mail are one too many. */
static int
check_only(struct call *call, const struct ixn *parent, struct err *err)
{
	const char *open;
	int rc = sql_text(call->tx, call->arena, SQL_DRAFT_OPEN_BY, ARGS(V_TEXT(parent->id), V_TEXT(call_self(call))), &open, err);

	return rc > 0 ? err_set(err, E_DRAFT_OPEN, "id", parent->id, "draft", open, NULL) : rc;
}

static int
look(struct call *call, struct making *m, struct err *err)
{
	const char *id = m->in->id ? m->in->id : m->in->ixn;
	struct email *mail = record_new(call->arena, &rec_email_row);
	int rc;

	if (check_lines(m->in, err) < 0 || (id && ixn_get(call, id, &m->about, err) < 0))
		return -1;
	if (m->kind != EMAIL_NEW && !m->about)
		return err_set(err, E_MISSING_OPERAND, "what", "ID", "command", "email-reply", NULL);
	if (m->kind != EMAIL_NEW && verb_check(call, m->about, m->kind == EMAIL_REPLY ? VERB_REPLY : VERB_FORWARD, err) < 0)
		return -1;
	if (m->kind == EMAIL_REPLY && check_only(call, m->about, err) < 0)
		return -1;
	rc = m->about ? email_find(call, m->about->id, mail, err) : 0;
	if (rc > 0)
		m->mail = mail;
	return rc < 0 ? -1 : 0;
}

/* As it was called while the server was away: what was changed there since names it so. */
static int
name_it(struct call *call, const char *id, struct ixn *ixn, struct err *err)
{
	char whole[ID_SIZE], rid[ID_SIZE];
	struct err none = { 0 };
	struct ixn *other;

	if (!id)
		return 0;
	if (!id_parse(id, whole))
		return err_set(err, E_BAD_ID, "value", id, NULL);
	if (ixn_get(call, whole, &other, &none) == 0)
		return err_set(err, E_TAKEN, "id", other->id, "holder", "another interaction", NULL);
	if (none.code != E_NO_IXN) {
		err_copy(err, &none);
		return -1;
	}
	id_reverse(whole, rid);
	ixn->id = ixn->conversation = arena_strdup(call->arena, whole);
	ixn->rid = arena_strdup(call->arena, rid);
	return 0;
}

static int
begin(struct call *call, struct making *m, struct err *err)
{
	struct ixn *ixn = ixn_new(call, "email"), *about = m->about;
	struct email *email = record_new(call->arena, &rec_email_row);

	if (name_it(call, m->in->draft, ixn, err) < 0)
		return -1;
	ixn->state = IXN_ACTIVE;
	ixn->direction = OUTBOUND;
	ixn->agent = call_self(call);
	ixn->answered = call->now;
	if (about) {
		ixn->contact = about->contact;
		ixn->conversation = about->conversation;
		ixn->queue = about->queue;
		ixn->origin_queue = about->queue;
		ixn->language = about->language;
		ixn->name = about->name;
	}
	email->ixn = ixn->id;
	email->state = MAIL_DRAFT;
	email->kind = m->kind;
	email->parent = about && m->kind != EMAIL_NEW ? about->id : NULL;
	email->author = ixn->agent;
	email->interim = email->cycle = email->stage = email->size = 0;
	email->version = 1;
	m->draft.ixn = ixn;
	m->draft.email = email;
	return 0;
}

/* Who is written to without there being an interaction is a contact by that address. */
static int
meet(struct call *call, struct making *m, struct err *err)
{
	struct ixn *ixn = m->draft.ixn;
	struct contact *contact;
	size_t matches;

	if (!m->about && m->draft.to.n &&
	    contact_recognize(call, "mailto", m->draft.to.v[0].address, m->draft.to.v[0].name, NULL, &contact, &matches, err) < 0)
		return -1;
	if (!m->about && m->draft.to.n) {
		ixn->contact = contact->id;
		ixn->name = contact->name;
		ixn->language = contact->language;
	} else if (ixn->contact && !ixn->language) {
		if (contact_get(call, ixn->contact, &contact, err) < 0)
			return -1;
		ixn->language = contact->language;
	}
	return 0;
}

static int
address_it(struct call *call, struct making *m, struct err *err)
{
	const struct draft_in *in = m->in;
	struct draft *draft = &m->draft;
	enum draft_scope scope = in->list == 1 ? DRAFT_LIST : in->all == 1 ? DRAFT_ALL
									   : DRAFT_SENDER;
	struct texts contact = { NULL, 0, 0 };

	if (m->kind == EMAIL_REPLY && draft_people_of(call, m->about, m->mail, scope, draft, err) < 0)
		return -1;
	if (m->kind == EMAIL_NEW && !in->to.n && m->about && m->about->contact)
		texts_add(call->arena, &contact, arena_printf(call->arena, "contact:%s", m->about->contact));
	if (m->kind == EMAIL_NEW && !in->to.n && !contact.n)
		return err_set(err, E_MISSING_OPERAND, "what", "--to", "command", "email-compose", NULL);
	return draft_persons(call, &contact, &draft->to, err) < 0 || draft_persons(call, &in->to, &draft->to, err) < 0 ||
			       draft_persons(call, &in->cc, &draft->cc, err) < 0 || draft_persons(call, &in->bcc, &draft->bcc, err) < 0
		       ? -1
		       : meet(call, m, err);
}

/* Subject and thread. A contact's program puts an answer beside what it answers by the ids. */
static void
head(struct call *call, struct making *m)
{
	struct email *email = m->draft.email;
	const char *was = m->about ? m->about->subject : NULL, *host = strrchr(email->sender, '@');

	m->draft.ixn->subject = m->in->subject             ? m->in->subject
				: m->kind == EMAIL_REPLY   ? draft_subject_reply(call->arena, was)
				: m->kind == EMAIL_FORWARD ? draft_subject_forward(call->arena, was)
							   : NULL;
	email->message_id = arena_printf(call->arena, "%s%s", email->ixn, host ? host : "@localhost");
	if (m->kind == EMAIL_NEW || !m->mail)
		return;
	email->refs = draft_references(call->arena, m->mail->refs, m->mail->in_reply_to, m->mail->message_id);
	if (m->kind == EMAIL_REPLY)
		email->in_reply_to = draft_references(call->arena, NULL, NULL, m->mail->message_id);
}

static int
fill(struct call *call, struct making *m, struct err *err)
{
	const struct draft_in *in = m->in;
	struct draft *draft = &m->draft;
	const char *introduction = NULL, *quoted = NULL, *signature = NULL;

	if (m->kind != EMAIL_NEW && in->no_quote != 1 && draft_quote(call, m->about, m->mail, draft, &introduction, &quoted, err) < 0)
		return -1;
	if (in->no_signature != 1 && draft_signature(call, draft, in->signature, &signature, err) < 0)
		return -1;
	draft->email->quote = draft_tail(call->arena, introduction, quoted, signature);
	if (m->kind == EMAIL_FORWARD && in->no_attachments != 1 && m->mail && draft_attach_mail(call, draft->ixn->id, m->about->id, err) < 0)
		return -1;
	return draft_write(call, draft, &in->chosen, in->text, m->about ? m->about : draft->ixn, err) < 0 ? -1 : draft_attach(call, draft->ixn->id, &in->attach, err);
}

static int
keep(struct call *call, struct making *m, struct err *err)
{
	struct ixn *ixn = m->draft.ixn;

	if (draft_people_keep(call, &m->draft, err) < 0 || ixn_keep(call, ixn, err) < 0 || email_new(call, m->draft.email, err) < 0 ||
	    event_add(call, &(struct event){ .event = "draft.created", .ixn = ixn->id, .agent = ixn->agent, .ref = m->draft.email->parent, .state = "active", .reason = names_get(&email_kinds, (int)m->kind), .version = 1 }, err) < 0)
		return -1;
	return segment_open(call, ixn, ixn->agent, err);
}

static int
make(struct call *call, const struct draft_in *in, enum email_kind kind, struct err *err)
{
	struct making m = { .in = in, .kind = kind };

	if (look(call, &m, err) < 0 || begin(call, &m, err) < 0)
		return -1;
	if (draft_from(call, in->from, m.mail, &m.draft, err) < 0 || address_it(call, &m, err) < 0)
		return -1;
	head(call, &m);
	if (fill(call, &m, err) < 0 || keep(call, &m, err) < 0 || (in->send == 1 && draft_send(call, &m.draft, in->interim == 1, err) < 0))
		return -1;
	return draft_answer(call, m.draft.ixn, m.draft.email, err);
}

static int
compose_fn(struct call *call, const void *input, struct err *err)
{
	return make(call, input, EMAIL_NEW, err);
}

static int
reply_fn(struct call *call, const void *input, struct err *err)
{
	return make(call, input, EMAIL_REPLY, err);
}

static int
forward_fn(struct call *call, const void *input, struct err *err)
{
	return make(call, input, EMAIL_FORWARD, err);
}

const struct op op_email_compose = { "email.compose", N_("begins a mail"), MAY_AGENTS, OP_WRITE | OP_SELF | OP_WAITS, &rec_email_compose_in, &rec_draft_out, compose_fn, NULL };
const struct op op_email_reply = { "email.reply", N_("begins an answer to a mail"), MAY_AGENTS, OP_WRITE | OP_SELF | OP_WAITS, &rec_email_reply_in, &rec_draft_out, reply_fn, NULL };
const struct op op_email_forward = { "email.forward", N_("begins to hand a mail on to somebody outside"), MAY_AGENTS, OP_WRITE | OP_SELF | OP_WAITS, &rec_email_forward_in, &rec_draft_out, forward_fn, NULL };
