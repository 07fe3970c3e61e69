/*
 * Answers by themselves (RFC 3834): a new mail of a person is acknowledged by a
 * response of the library. Never a program, a list, a report or who takes no
 * answers; each address so often in a day; from nobody, so that nothing comes back.
 * The files of the response go along.
 */
#include <string.h>

#include "desk/draft_text.h"
#include "desk/mail_priv.h"
#include "desk/response_priv.h"

#define PERIOD MS_DAY
#define KEPT (30 * MS_DAY)

/* 1: this address may be answered once more. */
static int
within_limit(struct call *call, const struct mailbox *mailbox, const char *address, struct err *err)
{
	int64_t n = 0;

	if (sql_int(call->tx, SQL_AUTO_REPLIES, ARGS(V_TEXT(address), V_INT(call->now - PERIOD), V_TEXT(mailbox->name)), &n, err) < 0)
		return -1;
	return n < mailbox->auto_limit;
}

/* Why none went, for people and scripts: what is wrong with the response. */
static int
missed(struct call *call, const struct ixn *ixn, const char *response, struct err *err)
{
	const char *why = err_name(err->code);

	err->code = E_OK;
	return event_add(call, &(struct event){ .event = "mail.unacknowledged", .ixn = ixn->id, .ref = response, .reason = why }, err);
}

static bool
is_fault_of_response(const struct err *err)
{
	enum err_class class = err_class(err);

	return err->code != E_IMPORT_MOVING && (class == ERR_NOTFOUND || class == ERR_STATE || class == ERR_INPUT || class == ERR_DENIED);
}

struct answer {
	struct sending sending;
	struct records files; /* struct attachment */
	const char *address;
};

static int
queue_answer(struct call *call, const struct mailbox *mailbox, const struct ixn *ixn, const struct email *email, const struct answer *answer, struct err *err)
{
	const struct sending *sending = &answer->sending;
	const char *address = answer->address;
	struct mail mail = { .kind = "auto-reply", .ixn = ixn->id, .contact = ixn->contact, .language = sending->response->language, .text = sending->text };
	struct mail_extra extra = { .mailbox = mailbox->name, .in_reply_to = email->message_id, .auto_submitted = "auto-replied", .envelope = "", .sender = mailbox->address, .sender_name = mailbox->sender_name };
	const struct mail_to to = { .address = address, .name = email->sender_name };

	mail.subject = draft_subject_reply(call->arena, ixn->subject);
	extra.refs = draft_references(call->arena, email->refs, email->in_reply_to, email->message_id);
	if (mailbox_token_address(call, mailbox, ixn->id, &extra.reply_to, err) < 0 ||
	    response_render(call, sending->response, ixn, MISSING_EMPTY, CODE_HTML, &mail.html, err) < 0 || mail_queue_to(call, &mail, &extra, &to, 1, err) < 0 ||
	    mail_attach(call, &mail, &answer->files, err) < 0 ||
	    RUN(call, AUTO_REPLIES_FORGET, V_TEXT(address), V_INT(call->now - KEPT)) < 0 ||
	    RUN(call, AUTO_REPLY_ADD, V_TEXT(address), V_INT(call->now), V_TEXT(mailbox->name), V_TEXT(ixn->id)) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = "mail.acknowledged", .ixn = ixn->id, .ref = mail.id, .reason = sending->response->id }, err);
}

/* What begins a conversation is acknowledged; an answer given by itself is given to what goes on with one, too. */
static const char *
answer_of(const struct mailbox *mailbox, const struct ixn *ixn)
{
	if (mailbox->autoresponse)
		return mailbox->autoresponse;
	return strcmp(ixn->conversation, ixn->id) == 0 ? mailbox->acknowledgement : NULL;
}

int
auto_reply(struct call *call, const struct mailbox *mailbox, const struct ixn *ixn, const struct email *email, struct err *err)
{
	const char *response = answer_of(mailbox, ixn);
	struct chosen chosen = { .response = response, .missing = MISSING_EMPTY, .rank = INT_ABSENT };
	struct answer answer = { .address = email->sender ? address_normalize(call->arena, "mailto", email->sender) : NULL };
	int rc;

	if (!response || !answer.address || !*mailbox->address || email->kind != EMAIL_PERSONAL)
		return 0;
	rc = mailbox_own(call, answer.address, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = within_limit(call, mailbox, answer.address, err);
	if (rc <= 0)
		return rc;
	rc = response_choose(call, &chosen, ixn, "email", NULL, &answer.sending, err);
	if (rc >= 0)
		rc = attachments_of(call, answer.sending.response->id, &answer.files, err);
	if (rc >= 0)
		rc = mail_files_check(&answer.files, answer.sending.response->id, err);
	if (rc < 0)
		return is_fault_of_response(err) ? missed(call, ixn, response, err) : -1;
	return queue_answer(call, mailbox, ixn, email, &answer, err);
}
