/*
 * A draft leaves the desk: to review, or to the outbox; and comes back where the
 * outbox could not get rid of it.
 */
#include <string.h>

#include "base/digest.h"
#include "desk/draft_priv.h"

/* What is sent. */

/* Length and text, so that nothing can pass for something else by where it is cut. */
static void
digest_text(struct digest *d, const char *text)
{
	char size[24];

	snprintf(size, sizeof(size), "%zu ", text ? strlen(text) + 1 : 0);
	digest_add(d, size, strlen(size));
	if (text)
		digest_add(d, text, strlen(text));
}

int
draft_digest(struct call *call, const struct ixn *ixn, const struct email *email, const char **digest_r, struct err *err)
{
	const char *const texts[] = { email->sender, email->sender_name, email->reply_to, email->in_reply_to, email->refs, ixn->subject, email->text, email->html, email->quote };
	struct records addresses, parts;
	char hex[DIGEST_HEX];
	struct digest d;

	if (email_addresses(call, ixn->id, NULL, &addresses, err) < 0 || email_parts(call, ixn->id, &parts, err) < 0)
		return -1;
	digest_init(&d);
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		digest_text(&d, texts[i]);
	for (size_t i = 0; i < addresses.n; i++) {
		const struct email_address *a = (const struct email_address *)addresses.v + i;

		digest_text(&d, a->kind);
		digest_text(&d, a->address);
		digest_text(&d, a->name);
	}
	for (size_t i = 0; i < parts.n; i++) {
		const struct email_part *p = (const struct email_part *)parts.v + i;

		digest_text(&d, p->name);
		digest_text(&d, p->type);
		digest_text(&d, p->digest);
	}
	digest_end_hex(&d, hex);
	*digest_r = arena_strdup(call->arena, hex);
	return 0;
}

int
draft_keep_version(struct call *call, const struct ixn *ixn, const struct email *email, struct err *err)
{
	const char *digest;

	if (draft_digest(call, ixn, email, &digest, err) < 0)
		return -1;
	return RUN(call, EMAIL_VERSION_PUT, V_TEXT(ixn->id), V_INT(email->version), V_INT(call->now), V_TEXT(call->actor.name), V_INT(email->cycle), V_TEXT(ixn->subject),
		   V_TEXT(email->text), V_TEXT(email->html), V_TEXT(digest)) < 0
		       ? -1
		       : 0;
}

/* Releasing. */

static void
add_to(struct call *call, const struct draft_people *people, const char *kind, struct mail_to *v, size_t *n)
{
	(void)call;
	for (size_t i = 0; i < people->n; i++)
		v[(*n)++] = (struct mail_to){ .address = people->v[i].address, .name = people->v[i].name, .kind = kind };
}

static int
queue(struct call *call, const struct draft *draft, struct mail *mail, struct err *err)
{
	const struct email *email = draft->email;
	const struct mail_extra extra = { .mailbox = email->mailbox, .in_reply_to = email->in_reply_to, .refs = email->refs, .message_id = email->message_id, .sender = email->sender, .sender_name = email->sender_name, .reply_to = email->reply_to };
	struct mail_to *v = arena_alloc(call->arena, (draft->to.n + draft->cc.n + draft->bcc.n + 1) * sizeof(*v));
	size_t n = 0;

	*mail = (struct mail){ .kind = MAIL_KIND_AGENT, .ixn = email->ixn, .contact = draft->ixn->contact, .agent = email->author, .language = draft->ixn->language, .subject = draft->ixn->subject ? draft->ixn->subject : "" };
	mail->text = draft_whole_text(call, email);
	mail->html = draft_whole_html(call, email);
	add_to(call, &draft->to, "to", v, &n);
	add_to(call, &draft->cc, "cc", v, &n);
	add_to(call, &draft->bcc, "bcc", v, &n);
	return mail_queue_to(call, mail, &extra, v, n, err);
}

/* Who has it, or whom it waits for, has answered it: 1 or 0. */
static int
is_answered(struct call *call, const struct ixn *parent, const struct email *email, struct err *err)
{
	const char *whose = parent->state == IXN_PARKED ? parent->keeper : parent->agent, *author = email->author;
	int rc;

	if (parent->state == IXN_REVIEW) {
		rc = review_other(call, email, err);
		return rc < 0 ? -1 : rc == 0;
	}
	if (parent->state == IXN_QUEUED || parent->state == IXN_OFFERED || parent->state == IXN_DONE)
		return false;
	return whose && author && strcmp(whose, author) == 0;
}

/* What the draft answers, where that is done with it: 1; nothing: 0. */
static int
follower(struct call *call, const struct email *email, struct ixn **parent_r, struct err *err)
{
	if (email->kind != EMAIL_REPLY || email->interim == 1 || !email->parent)
		return 0;
	return ixn_get(call, email->parent, parent_r, err) < 0 ? -1 : is_answered(call, *parent_r, email, err);
}

static int
end_draft(struct call *call, struct ixn *ixn, const struct email *email, const char *mail, struct err *err)
{
	const char *author = email->author;
	struct message said = { .role = FROM_AGENT, .author = author, .name = agent_shown(call, author), .visible = "all", .text = email->text };

	if (segment_close(call, ixn->id, author ? author : "", call->now, END_COMPLETED, err) < 0 || message_add(call, ixn, &said, err) < 0)
		return -1;
	ixn->agent = author;
	ixn->reason = END_COMPLETED;
	ixn->done = call->now;
	if (verb_happen(call, ixn, VERB_ISSUE, call->now, author, email->parent, names_get(&end_reasons, END_COMPLETED), err) < 0 || route_forget(call, ixn->id, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = "mail.queued", .ixn = ixn->id, .agent = author, .ref = mail, .state = "queued" }, err);
}

int
draft_release(struct call *call, struct ixn *ixn, struct email *email, struct err *err)
{
	struct draft draft = { .ixn = ixn, .email = email };
	struct ixn *parent = NULL;
	struct mail mail;
	int follows = follower(call, email, &parent, err);

	if (follows < 0 || draft_people_read(call, ixn->id, &draft, err) < 0 || queue(call, &draft, &mail, err) < 0)
		return -1;
	email->outbox = mail.id;
	email->state = MAIL_QUEUED;
	if (email_save(call, email, err) < 0 || end_draft(call, ixn, email, mail.id, err) < 0 || (follows && done_follow(call, parent, ixn->id, err) < 0))
		return -1;
	if (email->author) {
		if (agent_refresh(call, email->author, err) < 0)
			return -1;
		call_freed(call, email->author);
	}
	return route_freed(call, err);
}

/* Sending. */

static bool
says_nothing(const char *text)
{
	return !text || !text[strspn(text, " \t\r\n")];
}

static int
check_whole(struct call *call, const struct draft *draft, struct err *err)
{
	const struct email *email = draft->email;
	struct records parts;

	if (!draft->to.n && !draft->cc.n && !draft->bcc.n)
		return err_set(err, E_DRAFT_LACKS, "id", email->ixn, "what", N_("it goes to nobody"), "option", "--add-to ADDRESS", NULL);
	if (email_parts(call, email->ixn, &parts, err) < 0)
		return -1;
	/* Who hands a mail on need not say a word. */
	if (says_nothing(email->text) && !parts.n && !(email->kind == EMAIL_FORWARD && email->quote))
		return err_set(err, E_DRAFT_LACKS, "id", email->ixn, "what", N_("it says nothing"), "option", "--text TEXT", NULL);
	return 0;
}

int
draft_send(struct call *call, struct draft *draft, bool interim, struct err *err)
{
	struct email *email = draft->email;
	struct ixn *parent = NULL;
	int rc;

	if (verb_check(call, draft->ixn, VERB_ISSUE, err) < 0 || check_whole(call, draft, err) < 0)
		return -1;
	email->author = draft->ixn->agent ? draft->ixn->agent : call->actor.name;
	email->interim = interim;
	rc = follower(call, email, &parent, err);
	/* While it is reviewed nobody can choose any more. */
	if (rc < 0 || (rc > 0 && done_ready(call, parent, err) < 0) || draft_used(call, draft, err) < 0)
		return -1;
	rc = review_submit(call, draft->ixn, email, err);
	return rc != 0 ? (rc < 0 ? -1 : 0) : draft_release(call, draft->ixn, email, err);
}

struct send_in {
	const char *id;
	int64_t interim;
};
RECORD(rec_email_send_in, struct send_in, "email-send", N_("Which draft."),
       ID_FIELD(struct send_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the draft")),
       BOOL_FIELD(struct send_in, interim, 0, N_("a first answer: what is answered stays open")))

static int
send_fn(struct call *call, const void *input, struct err *err)
{
	const struct send_in *in = input;
	struct draft draft;

	if (draft_get(call, in->id, &draft, err) < 0 || draft_send(call, &draft, in->interim == 1, err) < 0)
		return -1;
	return draft_answer(call, draft.ixn, draft.email, err);
}

const struct op op_email_send = { "email.send", N_("sends a draft, or gives it to review"), MAY_AGENTS, OP_WRITE | OP_SELF, &rec_email_send_in, &rec_draft_out, send_fn, NULL };
