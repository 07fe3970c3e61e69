/*
 * Looking at what is reviewed: what waits, and a mail with all that a reviewer
 * wants to know of it.
 */
#include <string.h>

#include "base/buf.h"
#include "base/diff.h"
#include "desk/draft_priv.h"
#include "desk/review_priv.h"

#define LIST_LIMIT 200

static bool
is_me(const struct call *call, const char *agent)
{
	return agent && call->actor.name && strcmp(agent, call->actor.name) == 0;
}

/* In a few words each: "forbidden: guarantee". */
static int
findings_of(struct call *call, const char *ixn, int64_t cycle, struct records *rows, struct texts *words, struct err *err)
{
	*words = (struct texts){ NULL, 0, 0 };
	if (sql_all(call->tx, call->arena, SQL_REVIEW_FINDINGS, ARGS(V_TEXT(ixn), V_INT(cycle)), &rec_finding_row, rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows->n; i++) {
		const struct finding_row *f = (struct finding_row *)rows->v + i;

		texts_add(call->arena, words, f->detail ? arena_printf(call->arena, "%s: %s", f->what, f->detail) : f->what);
	}
	return 0;
}

/* What waits. */

/* MAIL_FOR_REVIEW and what comes behind it. */
static const struct name waiting_names[] = { { "for-review", N_("waits for a reviewer") }, { "rejected", N_("sent back by a reviewer") } };
static const struct names waiting_states = { "state of review", waiting_names, COUNT_OF(waiting_names) };

struct list_in {
	int64_t state, older_than, mine, limit;
	const char *author;
};
#define X struct list_in
RECORD(rec_review_list_in, X, "list", N_("Which mails."),
       DURATION_FIELD(X, older_than, 0, N_("given to review at least so long ago")),
       BOOL_FIELD(X, mine, 0, N_("those that I may review now")),
       NAME_FIELD(X, state, waiting_states, 0, N_("for-review (the default), or rejected")),
       TEXT_FIELD_AS(X, author, "AGENT", 0, N_("of this author")),
       INT_FIELD(X, limit, 0, N_("at most so many (200)")))
#undef X

struct list_out {
	const char *id;
	int64_t state;
	const char *author;
	int64_t age, stage, cycle;
	const char *subject;
	struct texts findings, rules;
	int64_t since;
	const char *holder, *parent;
};
#define X struct list_out
RECORD(rec_review_list_out, X, "review", N_("A mail that waits for its review, or was rejected."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the mail")),
       NAME_FIELD(X, state, mail_states, FIELD_COLUMN, N_("for-review or rejected")),
       TEXT_FIELD(X, author, FIELD_COLUMN, N_("who wrote it")),
       DURATION_FIELD(X, age, FIELD_COLUMN, N_("how long ago it was given to review")),
       INT_FIELD(X, stage, FIELD_COLUMN, N_("the stage where it is, from 1")),
       INT_FIELD(X, cycle, FIELD_COLUMN, N_("how often it was given to review")),
       TEXT_FIELD(X, subject, FIELD_COLUMN | FIELD_PERSONAL, N_("its subject")),
       TEXTS_FIELD(X, findings, FIELD_COLUMN | FIELD_PERSONAL, N_("what the rules have found")),
       TEXTS_FIELD(X, rules, 0, N_("the rules that want it reviewed")),
       TIME_FIELD(X, since, 0, N_("when it was given to review")),
       TEXT_FIELD(X, holder, 0, N_("the reviewer who has it in hand")),
       ID_FIELD(X, parent, 0, N_("the interaction that it answers or hands on")))
#undef X

struct waiting_row {
	const char *id, *author;
	int64_t since, stage, cycle;
	const char *subject, *rules, *parent;
	int64_t state;
};
#define X struct waiting_row
RECORD(rec_waiting_row, X, "waiting", NULL, ID_FIELD(X, id, 0, NULL), TEXT_FIELD(X, author, 0, NULL), TIME_FIELD(X, since, 0, NULL), INT_FIELD(X, stage, 0, NULL),
       INT_FIELD(X, cycle, 0, NULL), TEXT_FIELD(X, subject, 0, NULL), TEXT_FIELD(X, rules, 0, NULL), ID_FIELD(X, parent, 0, NULL), NAME_FIELD(X, state, mail_states, 0, NULL))
#undef X

/* Its author, who may review it or has done so, and who leads the author: 1 or 0. */
static int
may_look(struct call *call, const char *ixn, const char *author, struct err *err)
{
	struct records steps;
	int64_t one;
	int rc;

	if (call->actor.kind != ACTOR_AGENT || is_me(call, author) || (author ? call_leads(call, author) : call_may_lead(call)))
		return 1;
	rc = sql_int(call->tx, SQL_REVIEWER_IS, ARGS(V_TEXT(ixn), V_TEXT(call->actor.name)), &one, err);
	if (rc != 0)
		return rc;
	rc = party_has(call, ixn, call->actor.name, err);
	if (rc != 0 || review_steps(call, ixn, &steps, err) < 0)
		return rc != 0 ? rc : -1;
	for (size_t i = 0; i < steps.n; i++)
		if (is_me(call, ((struct review_step *)steps.v)[i].agent))
			return 1;
	return 0;
}

static int
list_one(struct call *call, const struct waiting_row *w, struct err *err)
{
	struct list_out *out = call_answer(call);
	struct records rows;

	*out = (struct list_out){ .id = w->id, .state = w->state, .author = w->author, .age = call->now - w->since, .stage = w->stage, .cycle = w->cycle, .subject = w->subject, .since = w->since, .parent = w->parent };
	list_split(call->arena, w->rules, &out->rules);
	return findings_of(call, w->id, w->cycle, &rows, &out->findings, err) < 0 ? -1 : review_holder(call, w->id, &out->holder, err);
}

static int
list_fn(struct call *call, const void *input, struct err *err)
{
	const struct list_in *in = input;
	int64_t limit = in->limit > 0 ? in->limit : LIST_LIMIT, state = in->state == INT_ABSENT ? MAIL_FOR_REVIEW : MAIL_FOR_REVIEW + in->state;
	int64_t before = in->older_than > 0 ? call->now - in->older_than : 0;
	struct records rows;

	if (in->mine == 1 && !call_self(call))
		return err_set(err, E_NO_SESSION, NULL);
	if (sql_all(call->tx, call->arena, SQL_REVIEWS, ARGS(V_TEXT(names_get(&mail_states, (int)state)), V_INT(before), V_TEXT(in->mine == 1 ? call_self(call) : NULL)), &rec_waiting_row, &rows, err) < 0)
		return -1;
	/* One more than asked for tells the command that the list was cut. */
	for (size_t i = 0; i < rows.n && call->answer.n <= (size_t)limit; i++) {
		const struct waiting_row *w = (struct waiting_row *)rows.v + i;
		int rc = in->author && (!w->author || strcmp(w->author, in->author) != 0) ? 0 : may_look(call, w->id, w->author, err);

		if (rc < 0 || (rc > 0 && list_one(call, w, err) < 0))
			return -1;
	}
	return 0;
}

const struct op op_review_list = { "review.list", N_("lists mails that wait for their review"), MAY_ALL, 0, &rec_review_list_in, &rec_review_list_out, list_fn, NULL };

/* One of them. */

struct step_out {
	int64_t at;
	const char *agent;
	int64_t cycle, stage, verdict;
	const char *remark;
};
#define X struct step_out
RECORD(rec_step_out, X, "step", N_("What was done."),
       TIME_FIELD(X, at, 0, N_("when")),
       TEXT_FIELD(X, agent, 0, N_("by whom; by the desk itself when absent")),
       INT_FIELD(X, cycle, 0, N_("in which cycle")),
       INT_FIELD(X, stage, 0, N_("in which stage")),
       NAME_FIELD(X, verdict, review_verdicts, 0, N_("what")),
       TEXT_FIELD(X, remark, FIELD_PERSONAL, N_("what was said of it; of what was escalated: to whom")))
#undef X

struct show_out {
	const char *id;
	int64_t state;
	const char *author;
	int64_t since, age, cycle, stage, stages, quorum, approvals;
	struct texts reviewers;
	const char *holder;
	struct texts rules, findings;
	const char *from;
	struct texts to, cc, bcc, attachments;
	const char *subject, *text, *quote, *difference, *parent, *parent_from, *parent_subject, *parent_text;
	struct records steps;
	const char *digest;
};
#define X struct show_out
RECORD(rec_review_show_out, X, "review", N_("A mail as its reviewers see it."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the mail")),
       NAME_FIELD(X, state, mail_states, FIELD_COLUMN, N_("for-review, rejected, queued, sent ...")),
       TEXT_FIELD(X, author, FIELD_COLUMN, N_("who wrote it")),
       TIME_FIELD(X, since, FIELD_COLUMN, N_("when it was given to review")),
       DURATION_FIELD(X, age, 0, N_("how long ago that was")),
       INT_FIELD(X, cycle, FIELD_COLUMN, N_("how often it was given to review")),
       INT_FIELD(X, stage, FIELD_COLUMN, N_("the stage where it is, from 1")),
       INT_FIELD(X, stages, FIELD_COLUMN, N_("how many there are")),
       INT_FIELD(X, quorum, 0, N_("how many must approve in this stage")),
       INT_FIELD(X, approvals, 0, N_("how many have")),
       TEXTS_FIELD(X, reviewers, 0, N_("who may review it now")),
       TEXT_FIELD(X, holder, 0, N_("the reviewer who has it in hand")),
       TEXTS_FIELD(X, rules, 0, N_("the rules that want it reviewed")),
       TEXTS_FIELD(X, findings, FIELD_COLUMN | FIELD_PERSONAL, N_("what they have found")),
       TEXT_FIELD(X, from, FIELD_PERSONAL, N_("its sender")),
       TEXTS_FIELD(X, to, FIELD_PERSONAL, N_("to whom it goes")),
       TEXTS_FIELD(X, cc, FIELD_PERSONAL, N_("copies")),
       TEXTS_FIELD(X, bcc, FIELD_PERSONAL, N_("copies that nobody else sees")),
       TEXTS_FIELD(X, attachments, FIELD_PERSONAL, N_("files that go along, with their sizes")),
       TEXT_FIELD(X, subject, FIELD_COLUMN | FIELD_PERSONAL, N_("its subject")),
       TEXT_FIELD(X, text, FIELD_PERSONAL, N_("what its author wrote")),
       TEXT_FIELD(X, quote, FIELD_PERSONAL, N_("what stands behind: what is quoted, and the signature")),
       TEXT_FIELD(X, difference, FIELD_PERSONAL, N_("what has changed since the last cycle, or since it was given to review, line by line")),
       ID_FIELD(X, parent, 0, N_("the interaction that it answers or hands on")),
       TEXT_FIELD(X, parent_from, FIELD_PERSONAL, N_("who wrote that")),
       TEXT_FIELD(X, parent_subject, FIELD_PERSONAL, N_("its subject")),
       TEXT_FIELD(X, parent_text, FIELD_PERSONAL, N_("its text")),
       RECORDS_FIELD(X, steps, rec_step_out, 0, N_("what was done, the first first")),
       TEXT_FIELD(X, digest, 0, N_("SHA-256 of all that is sent")))
#undef X

static int
show_mail(struct call *call, const struct draft *draft, struct show_out *out, struct err *err)
{
	struct records parts;

	draft_people_show(call->arena, &draft->to, &out->to);
	draft_people_show(call->arena, &draft->cc, &out->cc);
	draft_people_show(call->arena, &draft->bcc, &out->bcc);
	out->from = draft->email->sender;
	out->subject = draft->ixn->subject;
	out->text = draft->email->text;
	out->quote = draft->email->quote;
	out->author = draft->email->author;
	if (email_parts(call, draft->ixn->id, &parts, err) < 0)
		return -1;
	for (size_t i = 0; i < parts.n; i++) {
		const struct email_part *p = (struct email_part *)parts.v + i;

		texts_add(call->arena, &out->attachments, arena_printf(call->arena, "%s (%s, %lld bytes)", p->name ? p->name : "-", p->type, (long long)p->size));
	}
	return draft_digest(call, draft->ixn, draft->email, &out->digest, err);
}

static int
show_parent(struct call *call, const struct email *email, struct show_out *out, struct err *err)
{
	struct ixn *parent;
	struct email mail;
	int rc;

	out->parent = email->parent;
	if (!email->parent)
		return 0;
	if (ixn_get(call, email->parent, &parent, err) < 0 || (rc = email_find(call, parent->id, &mail, err)) < 0)
		return -1;
	out->parent_from = rc > 0 && mail.sender ? mail.sender : parent->address;
	out->parent_subject = parent->subject;
	return sql_text(call->tx, call->arena, SQL_EMAIL_TEXT, ARGS(V_TEXT(parent->id)), &out->parent_text, err) < 0 ? -1 : 0;
}

/* What it is compared with: as the last cycle ended, else as it was given to review. */
static const char *
digest_before(const struct records *steps, int64_t cycle)
{
	const char *ended = NULL, *submitted = NULL;

	for (size_t i = 0; i < steps->n; i++) {
		const struct review_step *s = (struct review_step *)steps->v + i;

		if ((s->verdict == REVIEW_REJECTED || s->verdict == REVIEW_WITHDRAWN) && s->cycle == cycle - 1)
			ended = s->digest;
		if (s->verdict == REVIEW_SUBMITTED && s->cycle == cycle && !submitted)
			submitted = s->digest;
	}
	return ended ? ended : submitted;
}

static int
show_steps(struct call *call, const struct email *email, struct show_out *out, struct err *err)
{
	struct buf difference = BUF_INIT;
	const char *before, *text = NULL;
	struct step_out *v;
	struct records steps;
	int rc = 0;

	if (review_steps(call, email->ixn, &steps, err) < 0)
		return -1;
	v = arena_alloc(call->arena, (steps.n + 1) * sizeof(*v));
	for (size_t i = 0; i < steps.n; i++) {
		const struct review_step *s = (struct review_step *)steps.v + i;

		v[i] = (struct step_out){ s->at, s->agent, s->cycle, s->stage, s->verdict, s->remark };
	}
	out->steps = (struct records){ v, steps.n };
	before = digest_before(&steps, email->cycle);
	if (before)
		rc = sql_text(call->tx, call->arena, SQL_REVIEW_VERSION, ARGS(V_TEXT(email->ixn), V_TEXT(before)), &text, err);
	if (rc <= 0)
		return rc;
	diff_lines(text, email->text ? email->text : "", &difference);
	out->difference = arena_strdup(call->arena, buf_get(&difference));
	buf_release(&difference);
	return 0;
}

static int
show_review(struct call *call, const struct review *review, const struct email *email, struct show_out *out, struct err *err)
{
	struct stage *stages;
	struct records rows;
	size_t n;

	list_split(call->arena, review->rules, &out->rules);
	out->since = review->since;
	out->age = call->now - review->since;
	out->cycle = email->cycle;
	out->stage = email->stage;
	if (review_stages(call, review->rules, &stages, &n, err) < 0 || findings_of(call, email->ixn, email->cycle, &rows, &out->findings, err) < 0)
		return -1;
	out->stages = (int64_t)n;
	if (email->state != MAIL_FOR_REVIEW)
		return 0;
	if (email->stage >= 1 && (size_t)email->stage <= n)
		out->quorum = stages[email->stage - 1].quorum;
	return review_approvals(call, review, email, &out->approvals, err) < 0 || review_holder(call, email->ixn, &out->holder, err) < 0 ||
			       sql_texts(call->tx, call->arena, SQL_REVIEWERS, ARGS(V_TEXT(email->ixn)), &out->reviewers, err) < 0
		       ? -1
		       : 0;
}

static int
show_fn(struct call *call, const void *input, struct err *err)
{
	const struct id_in *in = input;
	struct show_out *out;
	struct review review;
	struct draft draft;
	int rc;

	if (draft_get(call, in->id, &draft, err) < 0)
		return -1;
	rc = may_look(call, draft.ixn->id, draft.email->author, err);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_set(err, E_NOT_REVIEWER, "id", draft.ixn->id, "who", call->actor.name, NULL);
	rc = review_find(call, draft.ixn->id, &review, err);
	if (rc == 0)
		return verb_refuse(call, draft.ixn, VERB_APPROVE, err);
	out = call_answer(call);
	out->id = draft.ixn->id;
	out->state = draft.email->state;
	return rc < 0 || show_mail(call, &draft, out, err) < 0 || show_parent(call, draft.email, out, err) < 0 || show_steps(call, draft.email, out, err) < 0 ||
			       show_review(call, &review, draft.email, out, err) < 0
		       ? -1
		       : 0;
}

const struct op op_review_show = { "review.show", N_("shows a mail as its reviewers see it"), MAY_ALL, 0, &rec_id_in, &rec_review_show_out, show_fn, NULL };
