/*
 * The batch of reviews: the rules as they are now, applied to a mail that waits.
 * What nobody wants reviewed any more goes out, and so does what is clean where
 * the rules let that go; all else waits on.
 */
#include <string.h>

#include "desk/review_priv.h"

struct judge_in {
	const char *id;
	int64_t dry_run;
};
RECORD(rec_review_judge_in, struct judge_in, "judge", N_("Which mail."),
       ID_FIELD(struct judge_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the mail")),
       BOOL_FIELD(struct judge_in, dry_run, FIELD_NO_OPTION | FIELD_INTERNAL, NULL))

struct judged {
	const char *id, *outcome, *reason, *author;
	int64_t age, stage, cycle;
	const char *subject, *outbox;
};
#define X struct judged
RECORD(rec_review_judged, X, "outcome", N_("What became of a mail that waited."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the mail")),
       TEXT_FIELD(X, outcome, FIELD_COLUMN, N_("released, held or escalated")),
       TEXT_FIELD(X, reason, FIELD_COLUMN | FIELD_PERSONAL, N_("why")),
       TEXT_FIELD(X, author, FIELD_COLUMN, N_("who wrote it")),
       DURATION_FIELD(X, age, FIELD_COLUMN, N_("how long ago it was given to review")),
       INT_FIELD(X, stage, 0, N_("the stage where it is, from 1")),
       INT_FIELD(X, cycle, 0, N_("how often it was given to review")),
       TEXT_FIELD(X, subject, FIELD_COLUMN | FIELD_PERSONAL, N_("its subject")),
       ID_FIELD_AS(X, outbox, "MAIL", 0, N_("the outgoing mail that was made of it")))
#undef X

static int
release(struct call *call, struct reviewed *r, const char *reason, struct judged *out, struct err *err)
{
	r->email->approved = r->digest;
	if (review_step(call, r->email, REVIEW_RELEASED, reason, r->digest, err) < 0 ||
	    event_add(call, &(struct event){ .event = "review.released", .ixn = r->ixn->id, .agent = r->email->author, .state = "review" }, err) < 0 || review_release(call, r, err) < 0)
		return -1;
	out->outcome = "released";
	out->reason = reason;
	out->outbox = r->email->outbox;
	return 0;
}

/* Stages are numbered by the rules: where those have changed it begins again. */
static int
restart(struct call *call, struct reviewed *r, const char *rules, struct err *err)
{
	r->review.rules = rules;
	r->email->stage = 1;
	return review_step(call, r->email, REVIEW_SUBMITTED, "the rules have changed", r->digest, err) < 0 || email_save(call, r->email, err) < 0 ? -1 : review_enter(call, &r->review, r->email, err);
}

static const char *
because(struct call *call, const struct wanted *wanted, const struct stage *stage)
{
	const char *text = "";

	for (size_t i = 0; i < wanted->findings.n; i++) {
		const struct finding_row *f = &wanted->findings.v[i];

		text = arena_printf(call->arena, "%s%s%s%s%s", text, *text ? ", " : "", f->what, f->detail ? ": " : "", f->detail ? f->detail : "");
	}
	if (!*text)
		text = arena_printf(call->arena, "wanted by: %s", list_join(call->arena, &wanted->rules));
	return stage ? arena_printf(call->arena, "passed to %s; %s", stage->escalate_to, text) : text;
}

/* It waits on. What was passed to others is told once. */
static int
hold(struct call *call, struct reviewed *r, const struct wanted *wanted, struct judged *out, struct err *err)
{
	struct stage stage;
	int rc = review_stage(call, &r->review, r->email->stage, &stage, err);
	bool told = rc > 0 && r->review.escalated == 1 && stage.escalate_to;

	if (rc < 0)
		return -1;
	out->outcome = told ? "escalated" : "held";
	out->reason = because(call, wanted, told ? &stage : NULL);
	if (!told)
		return 0;
	r->review.escalated = 2;
	return review_put(call, &r->review, err);
}

static int
judge_fn(struct call *call, const void *input, struct err *err)
{
	const struct judge_in *in = input;
	const char *rules;
	struct judged *out;
	struct wanted wanted;
	struct reviewed r;

	if (review_load(call, in->id, &r, err) < 0 || review_wanted(call, r.ixn, r.email, r.review.rules, r.review.since, &wanted, err) < 0)
		return -1;
	out = call_answer(call);
	*out = (struct judged){ .id = r.ixn->id, .author = r.email->author, .age = call->now - r.review.since, .stage = r.email->stage, .cycle = r.email->cycle, .subject = r.ixn->subject };
	if (review_findings_keep(call, &wanted, r.email, err) < 0)
		return -1;
	if (!wanted.rules.n)
		return release(call, &r, "no rule wants it reviewed any more", out, err);
	if (wanted.clean && !wanted.findings.n)
		return release(call, &r, "nothing was found", out, err);
	rules = list_join(call->arena, &wanted.rules);
	if (strcmp(rules, r.review.rules) != 0 && restart(call, &r, rules, err) < 0)
		return -1;
	return hold(call, &r, &wanted, out, err);
}

const struct op op_review_judge = { "review.judge", N_("applies the rules of review to a mail that waits"), MAY_SERVICES, OP_WRITE | OP_DRY_RUN, &rec_review_judge_in, &rec_review_judged, judge_fn, NULL };
