/*
 * Review: an outgoing mail that the site's rules want looked at waits until
 * reviewers, never its author, have approved exactly what will be sent. What it
 * answers waits with it.
 */
#include <string.h>

#include "desk/draft_priv.h"
#include "desk/review_priv.h"

/* Where the site has no workbin at all. */
#define BIN "drafts"

#define X struct review_step
RECORD(rec_review_step, X, "step", NULL, ID_FIELD(X, ixn, 0, NULL), INT_FIELD(X, ord, 0, NULL), TIME_FIELD(X, at, 0, NULL), TEXT_FIELD(X, agent, 0, NULL),
       INT_FIELD(X, cycle, 0, NULL), INT_FIELD(X, stage, 0, NULL), NAME_FIELD(X, verdict, review_verdicts, 0, NULL), TEXT_FIELD(X, remark, 0, NULL), TEXT_FIELD(X, digest, 0, NULL))
#undef X

int
review_step(struct call *call, const struct email *email, enum review_verdict verdict, const char *remark, const char *digest, struct err *err)
{
	return RUN(call, REVIEW_STEP_ADD, V_TEXT(email->ixn), V_INT(call->now), V_TEXT(call->actor.name), V_INT(email->cycle), V_INT(email->stage),
		   V_TEXT(names_get(&review_verdicts, (int)verdict)), V_TEXT(remark), V_TEXT(digest)) < 0
		       ? -1
		       : 0;
}

int
review_steps(struct call *call, const char *ixn, struct records *out, struct err *err)
{
	return sql_all(call->tx, call->arena, SQL_REVIEW_STEPS, ARGS(V_TEXT(ixn)), &rec_review_step, out, err);
}

int
review_remark(struct call *call, const char *ixn, const char **remark_r, struct err *err)
{
	struct records steps;

	*remark_r = NULL;
	if (review_steps(call, ixn, &steps, err) < 0)
		return -1;
	for (size_t i = 0; i < steps.n; i++) {
		const struct review_step *s = (struct review_step *)steps.v + i;

		if (s->verdict == REVIEW_REJECTED)
			*remark_r = s->remark;
	}
	return 0;
}

/* What it answers. */

/* The interaction that goes along with an answer: 1; none does: 0. */
static int
parent_of(struct call *call, const struct email *email, struct ixn **parent_r, struct err *err)
{
	if (!email->parent || email->interim == 1 || email->kind != EMAIL_REPLY)
		return 0;
	return ixn_get(call, email->parent, parent_r, err) < 0 ? -1 : 1;
}

int
review_other(struct call *call, const struct email *email, struct err *err)
{
	const char *other;

	return sql_text(call->tx, call->arena, SQL_DRAFT_REVIEWED_OF, ARGS(V_TEXT(email->parent), V_TEXT(email->ixn)), &other, err);
}

static bool
is_authors(const struct ixn *ixn, const struct email *email)
{
	const char *whose = ixn->state == IXN_PARKED ? ixn->keeper : ixn->agent;

	return whose && email->author && strcmp(whose, email->author) == 0;
}

/* It waits with its answer, where it is the author's to answer; who else has it by now keeps it. */
static int
submit_parent(struct call *call, const struct email *email, struct err *err)
{
	static const bool goes[NAMES_COUNT(IXN_STATES)] = { [IXN_ACTIVE] = true, [IXN_CONSULTING] = true, [IXN_WRAP] = true, [IXN_PARKED] = true, [IXN_DONE] = false };
	struct ixn *parent;
	int rc = parent_of(call, email, &parent, err);

	if (rc <= 0 || !goes[parent->state] || !is_authors(parent, email))
		return rc < 0 ? -1 : 0;
	if (ixn_release(call, parent, call->now, END_COMPLETED, err) < 0)
		return -1;
	return verb_happen(call, parent, VERB_SUBMIT, call->now, email->author, email->ixn, NULL, err);
}

/* In. */

static int
begin(struct call *call, struct ixn *ixn, struct email *email, struct wanted *wanted, struct err *err)
{
	struct review review = { .ixn = ixn->id, .rules = list_join(call->arena, &wanted->rules), .since = call->now };

	email->state = MAIL_FOR_REVIEW;
	email->cycle++;
	email->stage = 1;
	email->approved = NULL;
	if (draft_digest(call, ixn, email, &review.digest, err) < 0 || review_findings_keep(call, wanted, email, err) < 0 ||
	    review_step(call, email, REVIEW_SUBMITTED, NULL, review.digest, err) < 0 || ixn_release(call, ixn, call->now, END_COMPLETED, err) < 0 ||
	    verb_happen(call, ixn, VERB_SUBMIT, call->now, email->author, email->parent, review.rules, err) < 0 || submit_parent(call, email, err) < 0 ||
	    email_save(call, email, err) < 0)
		return -1;
	return review_enter(call, &review, email, err);
}

int
review_submit(struct call *call, struct ixn *ixn, struct email *email, struct err *err)
{
	/* A draft that lies has nobody, but what it answers leaves its author's hands. */
	const char *agent = ixn->agent ? ixn->agent : email->author, *kept = NULL;
	struct wanted wanted;
	struct review before;
	int rc = review_find(call, ixn->id, &before, err);

	if (rc < 0)
		return -1;
	/* Who looked at it once looks again. */
	if (rc > 0 && email->cycle > 0)
		kept = before.rules;
	if (review_wanted(call, ixn, email, kept, call->now, &wanted, err) < 0)
		return -1;
	if (!wanted.rules.n)
		return 0;
	if (begin(call, ixn, email, &wanted, err) < 0)
		return -1;
	if (agent && agent_refresh(call, agent, err) < 0)
		return -1;
	if (agent)
		call_freed(call, agent);
	return 1;
}

int
review_void(struct call *call, struct email *email, struct err *err)
{
	(void)call, (void)err;
	email->approved = NULL;
	return 0;
}

/* While it waits. */

int
review_load(struct call *call, const char *id, struct reviewed *out, struct err *err)
{
	int rc;

	if (ixn_get(call, id, &out->ixn, err) < 0 || email_get(call, out->ixn->id, &out->email, err) < 0)
		return -1;
	if (out->ixn->state != IXN_REVIEW || out->email->state != MAIL_FOR_REVIEW)
		return verb_refuse(call, out->ixn, VERB_APPROVE, err);
	rc = review_find(call, out->ixn->id, &out->review, err);
	if (rc == 0)
		return verb_refuse(call, out->ixn, VERB_APPROVE, err);
	return rc < 0 ? -1 : draft_digest(call, out->ixn, out->email, &out->digest, err);
}

/* Out. */

/* Nobody is to review it any more; what was done stays on record. */
static int
leave(struct call *call, const char *ixn, const char *reason, struct err *err)
{
	return review_dismiss(call, ixn, reason, err) < 0 || RUN(call, REVIEWERS_CLEAR, V_TEXT(ixn)) < 0 || due_clear(call, "review", ixn, err) < 0 ||
			       RUN(call, EXCLUSION_CLEAR, V_TEXT(ixn)) < 0
		       ? -1
		       : 0;
}

int
review_release(struct call *call, struct reviewed *r, struct err *err)
{
	const char *digest;

	if (draft_digest(call, r->ixn, r->email, &digest, err) < 0)
		return -1;
	if (!r->email->approved || strcmp(r->email->approved, digest) != 0)
		return err_set(err, E_MAIL_EDITED, "id", r->ixn->id, NULL);
	return leave(call, r->ixn->id, "released", err) < 0 ? -1 : draft_release(call, r->ixn, r->email, err);
}

static int
to_bin(struct call *call, struct ixn *ixn, const char *bin, const char *author, const char *reason, struct err *err)
{
	/* Where it was taken from, if that was the author's. */
	if (!ixn->workbin || !ixn->keeper || strcmp(ixn->keeper, author) != 0) {
		ixn->workbin = bin;
		ixn->keeper = author;
	}
	ixn->reserved = NULL;
	return verb_happen(call, ixn, VERB_RETURN, call->now, author, arena_printf(call->arena, "workbin:%s", ixn->workbin), reason, err);
}

/* For nobody else: it leaves its queue for that. */
static int
to_author(struct call *call, struct ixn *ixn, const char *author, const char *reason, struct err *err)
{
	if (ixn->direction == OUTBOUND)
		ixn->queue = NULL;
	if (route_enter(call, ixn, author, err) < 0 || verb_happen(call, ixn, VERB_PREVIEW, call->now, author, NULL, reason, err) < 0)
		return -1;
	return route_ixn(call, ixn, err);
}

static int
back(struct call *call, struct ixn *ixn, const char *author, enum review_back how, const char *bin, const char *reason, struct err *err)
{
	if (how == BACK_OPEN)
		return ixn_begin(call, ixn, VERB_RESUME, author, NULL, reason, err);
	if (how == BACK_PREVIEW)
		return to_author(call, ixn, author, reason, err);
	return to_bin(call, ixn, bin, author, reason, err);
}

/* Whether the author has room for it now. */
static int
has_room(struct call *call, const char *author, bool *room_r, struct err *err)
{
	*room_r = agent_room(call, author, "email", err) == 0;
	return *room_r || err->code == E_NO_ROOM || err->code == E_NOT_ON_MEDIUM ? 0 : -1;
}

int
review_back(struct call *call, struct reviewed *r, enum mail_state state, enum review_back how, const char *reason, struct err *err)
{
	const char *bin = BIN, *author = r->email->author;
	struct ixn *parent;
	bool room = true;
	int rc;

	r->email->state = state;
	r->email->approved = NULL;
	r->email->stage = 0;
	if (email_save(call, r->email, err) < 0 || leave(call, r->ixn->id, reason, err) < 0 || draft_bin(call, &bin, err) < 0 || back(call, r->ixn, author, how, bin, reason, err) < 0)
		return -1;
	rc = parent_of(call, r->email, &parent, err);
	if (rc <= 0 || parent->state != IXN_REVIEW)
		return rc < 0 ? -1 : 0;
	rc = review_other(call, r->email, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	/* The draft takes no room, but this does. */
	if (how == BACK_OPEN && has_room(call, author, &room, err) < 0)
		return -1;
	/* An offer of each would ask for room for two: what is answered lies ready. */
	return back(call, parent, author, how == BACK_OPEN && room ? BACK_OPEN : BACK_BIN, bin, reason, err);
}
