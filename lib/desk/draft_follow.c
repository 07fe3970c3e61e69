/*
 * A draft follows the mail that was made of it: it is what the outbox says; where
 * that gives up, it is its author's again.
 */
#include <string.h>

#include "desk/draft_priv.h"

/* As the job tells it: an address, and what became of it. */
struct fate {
	const char *address, *state;
};
RECORD(rec_draft_fate, struct fate, "fate", NULL, TEXT_FIELD(struct fate, address, 0, NULL), TEXT_FIELD(struct fate, state, 0, NULL))

/* Who has it gets it no second time. */
static int
drop_served(struct call *call, struct draft *draft, const char *mail, struct err *err)
{
	struct draft_people *const all[] = { &draft->to, &draft->cc, &draft->bcc };
	struct records fates;

	if (sql_all(call->tx, call->arena, SQL_RECIPIENT_FATES, ARGS(V_TEXT(mail)), &rec_draft_fate, &fates, err) < 0)
		return -1;
	for (size_t i = 0; i < fates.n; i++) {
		const struct fate *fate = (const struct fate *)fates.v + i;

		for (size_t k = 0; k < COUNT_OF(all) && strcmp(fate->state, "sent") == 0; k++)
			draft_people_remove(all[k], fate->address);
	}
	return draft_people_keep(call, draft, err);
}

static int
come_back(struct call *call, struct draft *draft, const struct mail *mail, struct err *err)
{
	const char *author = draft->email->author, *name = "drafts";
	struct ixn *ixn = draft->ixn;

	if (ixn->state != IXN_DONE)
		return 0;
	if (!ixn->workbin && draft_bin(call, &name, err) < 0)
		return -1;
	if (drop_served(call, draft, mail->id, err) < 0)
		return -1;
	ixn->agent = NULL;
	ixn->workbin = ixn->workbin ? ixn->workbin : name;
	ixn->keeper = author;
	ixn->done = ixn->reason = INT_ABSENT;
	/* The row is done: only the statement that may set that takes it back. */
	ixn->lies = ixn->queue ? NULL : "";
	if (verb_happen(call, ixn, VERB_RETURN, call->now, author, arena_printf(call->arena, "workbin:%s", ixn->workbin), "failed", err) < 0)
		return -1;
	return alert_agent(call, author, ixn->id, ALERT_WARNING, "A mail could not be sent; its draft lies in your workbin.", err);
}

/* What it was made of is no longer to be sent. */
static int
refuse(struct call *call, const struct mail *mail, enum err_code code, struct err *err)
{
	return err_set(err, code, "id", mail->id, "can", arena_printf(call->arena, "outbox-drop %s", mail->id), NULL);
}

/* It goes out again as it was. */
static int
go_again(struct call *call, struct draft *draft, const struct mail *mail, struct err *err)
{
	struct ixn *ixn = draft->ixn;
	const char *from = ixn->agent;

	if (ixn->state == IXN_DONE)
		return ixn->reason == END_COMPLETED ? 0 : refuse(call, mail, E_DRAFT_DISCARDED, err);
	if (ixn->state != IXN_PARKED && ixn->state != IXN_ACTIVE && ixn->state != IXN_CONSULTING)
		return refuse(call, mail, E_MAIL_EDITED, err);
	if (segment_close(call, ixn->id, from ? from : "", call->now, END_COMPLETED, err) < 0)
		return -1;
	ixn->agent = draft->email->author;
	ixn->reason = END_COMPLETED;
	ixn->done = call->now;
	if (verb_happen(call, ixn, VERB_ISSUE, call->now, from, mail->id, "retry", err) < 0 || (from && agent_refresh(call, from, err) < 0))
		return -1;
	return 0;
}

/* Whether the draft is no longer what this mail was made of. */
static bool
has_changed(const struct email *email, const struct mail *mail)
{
	return !email->outbox || strcmp(email->outbox, mail->id) != 0 || email->state == MAIL_DRAFT || email->state == MAIL_FOR_REVIEW || email->state == MAIL_REJECTED;
}

int
draft_follow(struct call *call, const struct mail *mail, struct err *err)
{
	struct draft draft = { .ixn = NULL };
	struct email email;
	int rc = 0;

	/* That it is on its way just now is for the outbox alone to know: what comes of it follows at once. */
	if (mail->state != MAIL_SENDING && mail->ixn)
		rc = email_find(call, mail->ixn, &email, err);
	if (rc <= 0)
		return rc;
	if (has_changed(&email, mail))
		return mail->state == MAIL_QUEUED ? refuse(call, mail, E_MAIL_EDITED, err) : 0;
	email.state = mail->state;
	if (mail->state != MAIL_FAILED && mail->state != MAIL_QUEUED && mail->state != MAIL_DROPPED)
		return email_save(call, &email, err);
	if (draft_get(call, mail->ixn, &draft, err) < 0)
		return -1;
	/* Its author has it again: who gives up the mail has not given up the draft. */
	if (mail->state == MAIL_DROPPED && draft.ixn->state != IXN_DONE)
		return 0;
	draft.email->state = mail->state;
	if (email_save(call, draft.email, err) < 0)
		return -1;
	if (mail->state == MAIL_DROPPED)
		return 0;
	return mail->state == MAIL_FAILED ? come_back(call, &draft, mail, err) : go_again(call, &draft, mail, err);
}
