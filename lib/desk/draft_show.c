/*
 * A draft as it stands: for who writes at it, and for programs.
 */
#include <string.h>

#include "desk/draft_priv.h"

struct shown_out {
	const char *id;
	int64_t state, kind;
	const char *parent, *mailbox, *from;
	struct texts to, cc, bcc;
	const char *subject, *text, *html, *quote;
	struct texts attachments;
	int64_t size;
	const char *author, *agent, *workbin, *outbox, *message_id, *language;
	int64_t ixn_state, interim, cycle, version;
	const char *remark, *digest;
};
#define X struct shown_out
RECORD(rec_shown_out, X, "draft", N_("A draft as it stands."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the draft")),
       NAME_FIELD(X, state, mail_states, FIELD_COLUMN, N_("its state")),
       NAME_FIELD(X, kind, email_kinds, FIELD_COLUMN, N_("new, reply or forward")),
       ID_FIELD(X, parent, FIELD_COLUMN, N_("the interaction that it answers or hands on")),
       TEXT_FIELD(X, mailbox, 0, N_("the mailbox that it is from")),
       TEXT_FIELD(X, from, FIELD_PERSONAL, N_("its sender")),
       TEXTS_FIELD(X, to, FIELD_COLUMN | FIELD_PERSONAL, N_("to whom")),
       TEXTS_FIELD(X, cc, FIELD_PERSONAL, N_("copies")),
       TEXTS_FIELD(X, bcc, FIELD_PERSONAL, N_("copies that nobody else sees")),
       TEXT_FIELD(X, subject, FIELD_COLUMN | FIELD_PERSONAL, N_("its subject")),
       TEXT_FIELD(X, text, FIELD_PERSONAL, N_("what the agent wrote")),
       TEXT_FIELD(X, html, FIELD_PERSONAL, N_("the same as HTML, where it goes out as that, too")),
       TEXT_FIELD(X, quote, FIELD_PERSONAL, N_("what stands behind: what is quoted, and the signature")),
       TEXTS_FIELD(X, attachments, FIELD_PERSONAL, N_("names of the files that go along")),
       INT_FIELD(X, size, 0, N_("their size in bytes")),
       TEXT_FIELD(X, author, 0, N_("who wrote it")),
       TEXT_FIELD(X, agent, 0, N_("who has it open")),
       TEXT_FIELD(X, workbin, 0, N_("the workbin where it lies")),
       ID_FIELD_AS(X, outbox, "MAIL", 0, N_("the outgoing mail that was made of it")),
       TEXT_FIELD(X, message_id, 0, N_("its Message-ID, fixed before it is sent")),
       TEXT_FIELD(X, language, 0, N_("its language")),
       NAME_FIELD(X, ixn_state, ixn_states, 0, N_("the state of its interaction")),
       BOOL_FIELD(X, interim, 0, N_("a first answer: what is answered stays open")),
       INT_FIELD(X, cycle, 0, N_("how often it was given to review")),
       INT_FIELD(X, version, 0, N_("counts its changes")),
       TEXT_FIELD(X, remark, FIELD_PERSONAL, N_("of one that was rejected: what its reviewer said")),
       TEXT_FIELD(X, digest, 0, N_("SHA-256 of all that is sent of it")))
#undef X

static void
show_rest(const struct draft *draft, struct shown_out *out)
{
	const struct email *email = draft->email;
	const struct ixn *ixn = draft->ixn;

	out->id = ixn->id;
	out->state = email->state;
	out->kind = email->kind;
	out->parent = email->parent;
	out->mailbox = email->mailbox;
	out->from = email->sender;
	out->subject = ixn->subject;
	out->text = email->text;
	out->html = email->html;
	out->quote = email->quote;
	out->author = email->author;
	out->agent = ixn->state == IXN_DONE ? NULL : ixn->agent;
	out->workbin = ixn->state == IXN_PARKED ? ixn->workbin : NULL;
	out->outbox = email->outbox;
	out->message_id = email->message_id;
	out->language = ixn->language;
	out->ixn_state = ixn->state;
	out->interim = email->interim;
	out->cycle = email->cycle;
	out->version = ixn->version;
}

static int
draft_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct shown_out *out;
	struct records parts;
	struct draft draft;

	if (draft_get(call, in->id, &draft, err) < 0 || email_parts(call, draft.ixn->id, &parts, err) < 0)
		return -1;
	out = call_answer(call);
	show_rest(&draft, out);
	draft_people_show(call->arena, &draft.to, &out->to);
	draft_people_show(call->arena, &draft.cc, &out->cc);
	draft_people_show(call->arena, &draft.bcc, &out->bcc);
	out->size = 0;
	for (size_t i = 0; i < parts.n; i++) {
		const struct email_part *p = (const struct email_part *)parts.v + i;

		texts_add(call->arena, &out->attachments, p->name);
		out->size += p->size;
	}
	if (draft.email->state == MAIL_REJECTED && review_remark(call, draft.ixn->id, &out->remark, err) < 0)
		return -1;
	return draft_digest(call, draft.ixn, draft.email, &out->digest, err);
}

const struct op op_email_draft = { "email.draft", N_("shows a draft whole"), MAY_ALL, OP_MIRROR, &rec_id_in, &rec_shown_out, draft_fn, NULL };
