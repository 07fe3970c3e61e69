/*
 * What reviewers do with a mail: approve, reject, change it; and its author,
 * who takes it back.
 */
#include <string.h>

#include "desk/review_priv.h"

#define REMARK_MAX ((size_t)64 << 10)

/* Who may. */

static bool
is_me(const struct call *call, const char *agent)
{
	return agent && call->actor.name && strcmp(agent, call->actor.name) == 0;
}

static const char *
author_of(struct call *call, const struct ixn *ixn)
{
	struct err ignored = { 0 };
	struct email email;

	return email_find(call, ixn->id, &email, &ignored) > 0 ? email.author : NULL;
}

/* Whether those whom the site names are too few, as where the only one is the author. */
static bool
too_few(struct call *call, const struct ixn *ixn)
{
	struct err ignored = { 0 };
	struct texts reviewers;
	struct review review;
	struct email *email;
	struct stage stage;
	int64_t approvals;

	if (review_find(call, ixn->id, &review, &ignored) <= 0 || email_get(call, ixn->id, &email, &ignored) < 0)
		return true;
	if (review_stage(call, &review, email->stage, &stage, &ignored) <= 0)
		return true;
	if (review_approvals(call, &review, email, &approvals, &ignored) < 0 || sql_texts(call->tx, call->arena, SQL_REVIEWERS, ARGS(V_TEXT(ixn->id)), &reviewers, &ignored) < 0)
		return false;
	return approvals + (int64_t)reviewers.n < stage.quorum;
}

static bool
has_approved(struct call *call, const struct ixn *ixn)
{
	struct err ignored = { 0 };
	struct records steps;
	const struct review_step *last;

	if (review_steps(call, ixn->id, &steps, &ignored) < 0 || !steps.n)
		return false;
	last = (struct review_step *)steps.v + steps.n - 1;
	return last->verdict == REVIEW_APPROVED && is_me(call, last->agent);
}

bool
review_guard(struct call *call, const struct ixn *ixn)
{
	struct err ignored = { 0 };
	const char *author = author_of(call, ixn);
	int64_t one;

	if (call->actor.kind != ACTOR_AGENT)
		return true;
	if (is_me(call, author))
		return false;
	if (sql_int(call->tx, SQL_REVIEWER_IS, ARGS(V_TEXT(ixn->id), V_TEXT(call->actor.name)), &one, &ignored) > 0)
		return true;
	/* Then who leads the author does it. */
	return (author ? call_leads(call, author) : call_may_lead(call)) && too_few(call, ixn) && !has_approved(call, ixn);
}

bool
author_guard(struct call *call, const struct ixn *ixn)
{
	const char *author = author_of(call, ixn);

	return is_me(call, author) || (author ? call_leads(call, author) : call_may_lead(call));
}

int
review_refuse(struct call *call, const struct ixn *ixn, struct err *err)
{
	if (is_me(call, author_of(call, ixn)))
		return err_set(err, E_OWN_MAIL, "id", ixn->id, "who", call->actor.name, NULL);
	if (has_approved(call, ixn))
		return err_set(err, E_APPROVED, "id", ixn->id, "who", call->actor.name, NULL);
	return err_set(err, E_NOT_REVIEWER, "id", ixn->id, "who", call->actor.name, NULL);
}

/* Of a mail that one reviewer has in hand nobody else disposes; approve: where more than one must, others may. */
static int
check_holder(struct call *call, const struct reviewed *r, bool approve, struct err *err)
{
	const char *holder;
	struct texts all;
	struct stage stage;
	int rc;

	if (review_holder(call, r->ixn->id, &holder, err) < 0 || sql_texts(call->tx, call->arena, SQL_REVIEW_HOLDERS, ARGS(V_TEXT(r->ixn->id)), &all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++)
		if (is_me(call, all.v[i]))
			return 0;
	rc = holder && approve ? review_stage(call, &r->review, r->email->stage, &stage, err) : 0;
	if (rc < 0 || !holder || (rc > 0 && stage.quorum > 1))
		return rc < 0 ? -1 : 0;
	return err_set(err, E_TAKEN, "id", r->ixn->id, "holder", holder, NULL);
}

/* What was looked at must be what is there. */
static int
check_digest(const struct reviewed *r, const char *seen, struct err *err)
{
	if ((!seen || strcmp(seen, r->digest) == 0) && strcmp(r->review.digest, r->digest) == 0)
		return 0;
	return err_set(err, E_MAIL_EDITED, "id", r->ixn->id, NULL);
}

static int
begin(struct call *call, const char *id, enum verb verb, const char *seen, struct reviewed *r, struct err *err)
{
	struct ixn *ixn;

	if (ixn_get(call, id, &ixn, err) < 0 || verb_check(call, ixn, verb, err) < 0 || review_load(call, ixn->id, r, err) < 0)
		return -1;
	return verb == VERB_RECALL ? 0 : check_holder(call, r, verb == VERB_APPROVE, err) < 0 ? -1
											      : check_digest(r, seen, err);
}

/* What a change of a review answers. */
struct review_change {
	const char *id;
	int64_t state, ixn_state;
	int64_t stage, cycle, missing;
	const char *author, *outbox, *digest;
};
#define X struct review_change
RECORD(rec_review_change, X, "review", N_("A review that was changed."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the mail")),
       NAME_FIELD(X, state, mail_states, FIELD_COLUMN, N_("its state: for-review, rejected, draft, queued")),
       INT_FIELD(X, stage, FIELD_COLUMN, N_("the stage where it is")),
       INT_FIELD(X, cycle, FIELD_COLUMN, N_("how often it was given to review")),
       INT_FIELD(X, missing, FIELD_COLUMN, N_("how many more must approve in this stage")),
       TEXT_FIELD(X, author, 0, N_("who wrote it")),
       NAME_FIELD(X, ixn_state, ixn_states, 0, N_("the state of its interaction")),
       ID_FIELD_AS(X, outbox, "MAIL", 0, N_("the outgoing mail that was made of it")),
       TEXT_FIELD(X, digest, 0, N_("SHA-256 of all that is sent")))
#undef X

static int
answer(struct call *call, const struct reviewed *r, struct err *err)
{
	struct review_change *out = call_answer(call);
	struct stage stage;
	int64_t approvals = 0;
	int rc = r->email->state == MAIL_FOR_REVIEW ? review_stage(call, &r->review, r->email->stage, &stage, err) : 0;

	if (rc < 0 || (rc > 0 && review_approvals(call, &r->review, r->email, &approvals, err) < 0))
		return -1;
	*out = (struct review_change){ r->ixn->id, r->email->state, r->ixn->state, r->email->stage, r->email->cycle, rc > 0 ? stage.quorum - approvals : INT_ABSENT, r->email->author, r->email->outbox, r->digest };
	return 0;
}

/* Approving. */

struct approve_in {
	const char *id, *remark, *digest;
};
#define X struct approve_in
RECORD(rec_review_approve_in, X, "approve", N_("An approval."),
       ID_FIELD(X, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the mail")),
       TEXT_FIELD(X, remark, FIELD_PERSONAL, N_("what is to be said of it; kept with the review, never sent")),
       TEXT_FIELD(X, digest, 0, N_("only if this is what will be sent: the digest that 'email-review show' told")))
#undef X

/* The stage has what it wanted: the next one, or the contact. */
static int
onward(struct call *call, struct reviewed *r, struct err *err)
{
	struct stage next;
	int rc = review_stage(call, &r->review, r->email->stage + 1, &next, err);

	if (rc < 0)
		return -1;
	if (rc == 0) {
		r->email->approved = r->digest;
		return review_release(call, r, err);
	}
	r->email->stage++;
	return email_save(call, r->email, err) < 0 ? -1 : review_enter(call, &r->review, r->email, err);
}

/* One of them: who has approved has it in hand no more. */
static int
approved(struct call *call, struct reviewed *r, struct err *err)
{
	struct offer mine;
	struct party party;
	int rc = party_get(call, r->ixn->id, call_self(call), &party, err);

	if (rc < 0 || (rc > 0 && party_part(call, r->ixn, &party, call->now, err) < 0) ||
	    RUN(call, REVIEWER_REMOVE, V_TEXT(r->ixn->id), V_TEXT(call_self(call))) < 0)
		return -1;
	rc = invitation_find(call, r->ixn->id, PURPOSE_REVIEW, call_self(call), &mine, err);
	return rc > 0 ? aside_withdraw(call, &mine, call->now, "approved", err) : rc;
}

static int
approve_fn(struct call *call, const void *input, struct err *err)
{
	const struct approve_in *in = input;
	struct reviewed r;
	struct stage stage;
	int64_t approvals;
	int rc;

	if (text_check("remark", in->remark, REMARK_MAX, err) < 0 || begin(call, in->id, VERB_APPROVE, in->digest, &r, err) < 0 ||
	    review_step(call, r.email, REVIEW_APPROVED, in->remark, r.digest, err) < 0 || verb_happen(call, r.ixn, VERB_APPROVE, call->now, call_self(call), r.email->author, NULL, err) < 0 ||
	    approved(call, &r, err) < 0 || review_approvals(call, &r.review, r.email, &approvals, err) < 0)
		return -1;
	rc = review_stage(call, &r.review, r.email->stage, &stage, err);
	if (rc < 0)
		return -1;
	if (rc == 0 || approvals >= stage.quorum)
		rc = onward(call, &r, err);
	else
		rc = email_save(call, r.email, err) < 0 ? -1 : review_ask(call, r.ixn->id, err);
	return rc < 0 ? -1 : answer(call, &r, err);
}

const struct op op_review_approve = { "review.approve", N_("approves a mail"), MAY_AGENTS, OP_WRITE | OP_SELF, &rec_review_approve_in, &rec_review_change, approve_fn, NULL };

/* Rejecting. */

struct refuse_in {
	const char *id, *remark, *digest;
};
#define X struct refuse_in
RECORD(rec_review_reject_in, X, "reject", N_("A rejection."),
       ID_FIELD(X, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the mail")),
       TEXT_FIELD(X, remark, FIELD_REQUIRED | FIELD_PERSONAL, N_("why: its author reads it; it is never sent")),
       TEXT_FIELD(X, digest, 0, N_("only if this is what would be sent: the digest that 'email-review show' told")))
#undef X

/* The policy of the rule in whose stage it is. */
static int
rejected_how(struct call *call, const struct reviewed *r, enum review_back *how_r, struct err *err)
{
	struct review_rule rule;
	struct stage stage;
	int rc = review_stage(call, &r->review, r->email->stage, &stage, err);

	*how_r = BACK_BIN;
	if (rc > 0)
		rc = sql_one(call->tx, call->arena, SQL_REVIEW_RULE_GET, ARGS(V_TEXT(stage.rule)), &rec_review_rule, &rule, err);
	if (rc > 0 && rule.rejected_to == REJECTED_PREVIEW)
		*how_r = BACK_PREVIEW;
	return rc < 0 ? -1 : 0;
}

static int
refuse_fn(struct call *call, const void *input, struct err *err)
{
	const struct refuse_in *in = input;
	enum review_back how;
	struct reviewed r;

	if (!in->remark || !in->remark[strspn(in->remark, " \t\n")])
		return err_set(err, E_MISSING_OPERAND, "what", "--remark", "command", "email-review", NULL);
	if (text_check("remark", in->remark, REMARK_MAX, err) < 0 || begin(call, in->id, VERB_REFUSE, in->digest, &r, err) < 0 || rejected_how(call, &r, &how, err) < 0 ||
	    review_step(call, r.email, REVIEW_REJECTED, in->remark, r.digest, err) < 0 || draft_keep_version(call, r.ixn, r.email, err) < 0 ||
	    note_add(call, r.ixn->id, in->remark, err) < 0 || verb_happen(call, r.ixn, VERB_REFUSE, call->now, call_self(call), r.email->author, NULL, err) < 0 ||
	    review_back(call, &r, MAIL_REJECTED, how, "rejected", err) < 0 ||
	    alert_agent(call, r.email->author, r.ixn->id, ALERT_INFO, "A reviewer has rejected a mail; its remark is in the notepad.", err) < 0)
		return -1;
	return answer(call, &r, err);
}

const struct op op_review_reject = { "review.reject", N_("sends a mail back to its author"), MAY_AGENTS, OP_WRITE | OP_SELF, &rec_review_reject_in, &rec_review_change, refuse_fn, NULL };

/* Changing. */

struct revise_in {
	const char *id, *text, *remark, *digest;
};
#define X struct revise_in
RECORD(rec_review_edit_in, X, "edit", N_("A change by a reviewer."),
       ID_FIELD(X, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the mail")),
       TEXT_FIELD(X, text, FIELD_BODY | FIELD_PERSONAL, N_("what its author wrote, as it is to be; what is quoted stays")),
       TEXT_FIELD(X, remark, FIELD_PERSONAL, N_("why; kept with the review, never sent")),
       TEXT_FIELD(X, digest, 0, N_("only if this is what would be sent: the digest that 'email-review show' told")))
#undef X

/* Other rules may want it as it is now; none that wanted it stops doing so. */
static int
look_again(struct call *call, struct reviewed *r, struct err *err)
{
	struct wanted wanted;

	if (review_wanted(call, r->ixn, r->email, r->review.rules, r->review.since, &wanted, err) < 0)
		return -1;
	if (wanted.rules.n)
		r->review.rules = list_join(call->arena, &wanted.rules);
	return review_findings_keep(call, &wanted, r->email, err);
}

/* Who had it in hand goes on with it. */
static int
take_up(struct call *call, const struct reviewed *r, bool held, struct err *err)
{
	int64_t one;
	int rc = held ? sql_int(call->tx, SQL_REVIEWER_IS, ARGS(V_TEXT(r->ixn->id), V_TEXT(call_self(call))), &one, err) : 0;
	struct party party;
	struct offer mine;

	if (rc > 0)
		rc = party_get(call, r->ixn->id, call_self(call), &party, err) == 0;
	if (rc <= 0)
		return rc;
	/* The new round may have asked just this one. */
	rc = invitation_find(call, r->ixn->id, PURPOSE_REVIEW, call_self(call), &mine, err);
	if (rc < 0 || (rc > 0 && aside_withdraw(call, &mine, call->now, "edited", err) < 0))
		return -1;
	return party_join(call, r->ixn->id, call_self(call), PARTY_REVIEW, INT_ABSENT, err) < 0 ? -1 : agent_refresh(call, call_self(call), err);
}

static int
revise_fn(struct call *call, const void *input, struct err *err)
{
	const struct revise_in *in = input;
	struct reviewed r;
	struct party party;
	int held;

	if (!in->text || !*in->text)
		return err_set(err, E_MISSING_OPERAND, "what", N_("--text or --file"), "command", "email-review", NULL);
	if (text_check("text", in->text, TEXT_MAX, err) < 0 || text_check("remark", in->remark, REMARK_MAX, err) < 0 || begin(call, in->id, VERB_REVISE, in->digest, &r, err) < 0)
		return -1;
	if (r.email->text && strcmp(r.email->text, in->text) == 0)
		return answer(call, &r, err);
	held = party_get(call, r.ixn->id, call_self(call), &party, err);
	if (held < 0 || draft_keep_version(call, r.ixn, r.email, err) < 0)
		return -1;
	r.email->text = in->text;
	/* It said what the text said before. */
	r.email->html = NULL;
	r.email->approved = NULL;
	if (draft_digest(call, r.ixn, r.email, &r.digest, err) < 0 || look_again(call, &r, err) < 0 || review_step(call, r.email, REVIEW_EDITED, in->remark, r.digest, err) < 0)
		return -1;
	r.review.digest = r.digest;
	r.email->stage = 1;
	if (verb_happen(call, r.ixn, VERB_REVISE, call->now, call_self(call), r.email->author, NULL, err) < 0 || email_save(call, r.email, err) < 0 ||
	    review_enter(call, &r.review, r.email, err) < 0 || take_up(call, &r, held > 0, err) < 0)
		return -1;
	return answer(call, &r, err);
}

const struct op op_review_edit = { "review.edit", N_("changes a mail while it is reviewed"), MAY_AGENTS, OP_WRITE | OP_SELF, &rec_review_edit_in, &rec_review_change, revise_fn, NULL };

/* Withdrawing. */

struct recall_in {
	const char *id, *remark;
};
RECORD(rec_review_withdraw_in, struct recall_in, "withdraw", N_("Taking a mail back."),
       ID_FIELD(struct recall_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the mail")),
       TEXT_FIELD(struct recall_in, remark, FIELD_PERSONAL, N_("why; kept with the review, never sent")))

static int
recall_fn(struct call *call, const void *input, struct err *err)
{
	const struct recall_in *in = input;
	struct reviewed r;

	if (text_check("remark", in->remark, REMARK_MAX, err) < 0 || begin(call, in->id, VERB_RECALL, NULL, &r, err) < 0 ||
	    review_step(call, r.email, REVIEW_WITHDRAWN, in->remark, r.digest, err) < 0 || draft_keep_version(call, r.ixn, r.email, err) < 0 ||
	    verb_happen(call, r.ixn, VERB_RECALL, call->now, call_self(call), r.email->author, NULL, err) < 0 ||
	    review_back(call, &r, MAIL_DRAFT, is_me(call, r.email->author) ? BACK_OPEN : BACK_BIN, "withdrawn", err) < 0)
		return -1;
	return answer(call, &r, err);
}

const struct op op_review_withdraw = { "review.withdraw", N_("takes a mail back from review"), MAY_AGENTS, OP_WRITE | OP_SELF, &rec_review_withdraw_in, &rec_review_change, recall_fn, NULL };
