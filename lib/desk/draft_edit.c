/*
 * Changing a draft: what is given replaces what was there, the rest stays.
 */
#include <string.h>

#include "desk/draft_priv.h"

struct edit_in {
	const char *id;
	struct texts add_to, remove_to, add_cc, remove_cc, add_bcc, remove_bcc;
	const char *from, *subject, *text;
	struct chosen chosen;
	struct records attach;
	struct texts detach;
	const char *signature;
	int64_t no_signature, no_quote, version;
};
#define X struct edit_in
RECORD(rec_email_edit_in, X, "email-edit", N_("What a draft is to be."),
       ID_FIELD(X, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the draft")),
       TEXTS_FIELD_AS(X, add_to, "TARGET", FIELD_PERSONAL, N_("to this address, too; may be given again")),
       TEXTS_FIELD_AS(X, remove_to, "ADDRESS", FIELD_PERSONAL, N_("not to this address")),
       TEXTS_FIELD_AS(X, add_cc, "ADDRESS", FIELD_PERSONAL, N_("a copy to this address, too")),
       TEXTS_FIELD_AS(X, remove_cc, "ADDRESS", FIELD_PERSONAL, N_("no copy to this address")),
       TEXTS_FIELD_AS(X, add_bcc, "ADDRESS", FIELD_PERSONAL, N_("a copy that nobody else sees")),
       TEXTS_FIELD_AS(X, remove_bcc, "ADDRESS", FIELD_PERSONAL, N_("no such copy")),
       TEXT_FIELD_AS(X, from, "MAILBOX", FIELD_PERSONAL, N_("from this mailbox of the site, by name or address, with its signature")),
       TEXT_FIELD(X, subject, FIELD_PERSONAL, N_("its subject")),
       TEXT_FIELD(X, text, FIELD_BODY | FIELD_PERSONAL, N_("what it says, instead of what it said")), CHOSEN_FIELDS(X),
       RECORDS_FIELD(X, attach, rec_draft_file_in, FIELD_NO_OPTION, N_("files that go along; one of the same name is replaced")),
       TEXTS_FIELD_AS(X, detach, "NAME", 0, N_("this file goes along no more; may be given again")),
       TEXT_FIELD_AS(X, signature, "LANGUAGE", 0, N_("with the mailbox's signature in this language")),
       BOOL_FIELD(X, no_signature, 0, N_("without a signature")),
       BOOL_FIELD(X, no_quote, 0, N_("without what it quotes")),
       INT_FIELD(X, version, 0, N_("refuse it if it is at another version by now")))
#undef X

/* What is changed, for the log. */
static void
said(struct call *call, const char **what, const char *name)
{
	*what = arena_printf(call->arena, "%s%s%s", *what, **what ? "," : "", name);
}

static int
edit_people(struct call *call, const char *name, struct draft_people *people, const struct texts *add, const struct texts *remove, const char **what, struct err *err)
{
	struct draft_person person;

	for (size_t i = 0; i < remove->n; i++)
		if (draft_person(call, remove->v[i], &person, err) < 0)
			return -1;
		else if (!draft_people_remove(people, person.address))
			return err_set(err, E_BAD_ADDRESS, "value", remove->v[i], "what", N_("the mail does not go there"), NULL);
	if (add->n || remove->n)
		said(call, what, name);
	return draft_persons(call, add, people, err);
}

static int
edit_from(struct call *call, const struct edit_in *in, struct draft *draft, const char **what, struct err *err)
{
	struct email *email = draft->email;
	const char *host;

	if (!in->from)
		return 0;
	if (draft_from(call, in->from, NULL, draft, err) < 0)
		return -1;
	said(call, what, "from");
	host = strrchr(email->sender, '@');
	/* One that has been tried keeps its id: who has it knows it by that. */
	if (!email->outbox)
		email->message_id = arena_printf(call->arena, "%s%s", email->ixn, host ? host : "@localhost");
	return 0;
}

/* The tail: what is quoted, and the signature, which goes with the mailbox. */
static int
edit_tail(struct call *call, const struct edit_in *in, struct draft *draft, const char **what, struct err *err)
{
	const char *tail = draft->email->quote ? draft->email->quote : "", *quoted, *signature;
	size_t at = draft_tail_signature(tail);
	bool signs = tail[at] != '\0';

	if (!in->signature && in->no_signature != 1 && in->no_quote != 1 && !(in->from && signs))
		return 0;
	quoted = in->no_quote == 1 || !at ? NULL : arena_memdup(call->arena, tail, at - (tail[at - 1] == '\n' && signs));
	signature = signs ? tail + at + 4 : NULL;
	if (in->no_signature == 1)
		signature = NULL;
	else if ((in->signature || in->from) && draft_signature(call, draft, in->signature, &signature, err) < 0)
		return -1;
	draft->email->quote = draft_tail(call->arena, NULL, quoted, signature);
	said(call, what, "quote");
	return 0;
}

static int
edit_subject(struct call *call, const struct edit_in *in, struct draft *draft, const char **what, struct err *err)
{
	struct err why = { 0 };

	if (!in->subject)
		return 0;
	if (line_check("subject", in->subject, SUBJECT_BYTES, false, &why) < 0)
		return err_set(err, E_BAD_FIELD, "where", "mail", "name", "subject", "what", why.code == E_TOO_LARGE ? "is too long" : "holds a control character", NULL);
	draft->ixn->subject = in->subject;
	said(call, what, "subject");
	return 0;
}

static int
edit_body(struct call *call, const struct edit_in *in, struct draft *draft, const char **what, struct err *err)
{
	struct ixn *about = draft->ixn;

	if (!in->text && !in->chosen.response)
		return 0;
	if (draft->email->parent && ixn_get(call, draft->email->parent, &about, err) < 0)
		return -1;
	said(call, what, "text");
	return draft_write(call, draft, &in->chosen, in->text, about, err);
}

static int
edit_files(struct call *call, const struct edit_in *in, const char *id, const char **what, struct err *err)
{
	for (size_t i = 0; i < in->detach.n; i++)
		if (draft_detach(call, id, in->detach.v[i], err) < 0)
			return -1;
	if (in->detach.n || in->attach.n)
		said(call, what, "files");
	return draft_attach(call, id, &in->attach, err);
}

static int
edit_all(struct call *call, const struct edit_in *in, struct draft *draft, const char **what, struct err *err)
{
	if (edit_people(call, "to", &draft->to, &in->add_to, &in->remove_to, what, err) < 0 || edit_people(call, "cc", &draft->cc, &in->add_cc, &in->remove_cc, what, err) < 0 ||
	    edit_people(call, "bcc", &draft->bcc, &in->add_bcc, &in->remove_bcc, what, err) < 0 || edit_from(call, in, draft, what, err) < 0 ||
	    edit_tail(call, in, draft, what, err) < 0 || edit_subject(call, in, draft, what, err) < 0 || edit_body(call, in, draft, what, err) < 0)
		return -1;
	return edit_files(call, in, draft->ixn->id, what, err);
}

static int
edit_fn(struct call *call, const void *input, struct err *err)
{
	const struct edit_in *in = input;
	const char *what = "";
	struct draft draft;

	if (draft_get(call, in->id, &draft, err) < 0 || verb_check(call, draft.ixn, VERB_EDIT, err) < 0)
		return -1;
	if (in->version != INT_ABSENT && in->version != draft.ixn->version)
		return err_set(err, E_TAKEN, "id", draft.ixn->id, "holder", "another change", NULL);
	/* What reviewers have seen stays as it was, beside what becomes of it. */
	if (draft.email->cycle > 0 && draft_keep_version(call, draft.ixn, draft.email, err) < 0)
		return -1;
	if (edit_all(call, in, &draft, &what, err) < 0)
		return -1;
	if (!*what)
		return err_set(err, E_MISSING_OPERAND, "what", N_("--text, --add-to or another change"), "command", "email-edit", NULL);
	if (draft.email->state == MAIL_FAILED)
		draft.email->state = MAIL_DRAFT;
	draft.email->author = draft.ixn->agent;
	if (draft_people_keep(call, &draft, err) < 0 || review_void(call, draft.email, err) < 0 || email_save(call, draft.email, err) < 0 ||
	    verb_do(call, draft.ixn, VERB_EDIT, draft.ixn->agent, what, NULL, err) < 0)
		return -1;
	return draft_answer(call, draft.ixn, draft.email, err);
}

const struct op op_email_edit = { "email.edit", N_("changes a draft"), MAY_AGENTS, OP_WRITE | OP_SELF | OP_WAITS, &rec_email_edit_in, &rec_draft_out, edit_fn, NULL };
