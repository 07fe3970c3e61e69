/*
 * Who reviews a mail now: its stages, the agents whom their targets mean, offers
 * to those who are free, and to whom it is passed when it has waited too long.
 */
#include <string.h>

#include "desk/review_priv.h"
#include "routing/skills.h"

#define X struct review
RECORD(rec_review, X, "review", NULL, ID_FIELD(X, ixn, 0, NULL), TEXT_FIELD(X, rules, 0, NULL), TIME_FIELD(X, since, 0, NULL), TIME_FIELD(X, stage_since, 0, NULL),
       INT_FIELD(X, escalated, 0, NULL), TEXT_FIELD(X, digest, 0, NULL))
#undef X

#define X struct stage
RECORD(rec_stage, X, "stage", NULL, TEXT_FIELD(X, reviewers, 0, NULL), INT_FIELD(X, quorum, 0, NULL), DURATION_FIELD(X, escalate_after, 0, NULL), TEXT_FIELD(X, escalate_to, 0, NULL))
#undef X

int
review_find(struct call *call, const char *ixn, struct review *review_r, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_REVIEW_GET, ARGS(V_TEXT(ixn)), &rec_review, review_r, err);
}

int
review_put(struct call *call, const struct review *review, struct err *err)
{
	return sql_put(call->tx, SQL_REVIEW_PUT, &rec_review, review, err) < 0 ? -1 : 0;
}

/* Stages. */

int
review_stages(struct call *call, const char *rules, struct stage **v_r, size_t *n_r, struct err *err)
{
	VEC(struct stage)
	all = { NULL, 0, 0 };
	struct texts names;
	struct records rows;

	list_split(call->arena, rules, &names);
	for (size_t i = 0; i < names.n; i++) {
		if (sql_all(call->tx, call->arena, SQL_REVIEW_STAGES, ARGS(V_TEXT(names.v[i])), &rec_stage, &rows, err) < 0)
			return -1;
		for (size_t k = 0; k < rows.n; k++) {
			struct stage stage = ((struct stage *)rows.v)[k];

			stage.rule = names.v[i];
			vec_push(call->arena, &all, stage);
		}
	}
	*v_r = all.v;
	*n_r = all.n;
	return 0;
}

int
review_stage(struct call *call, const struct review *review, int64_t n, struct stage *stage_r, struct err *err)
{
	struct stage *stages;
	size_t count;

	if (review_stages(call, review->rules, &stages, &count, err) < 0)
		return -1;
	if (n < 1 || (uint64_t)n > count)
		return 0;
	*stage_r = stages[n - 1];
	return 1;
}

/* Whom targets mean. */

struct member_row {
	const char *agent, *queues;
	int64_t ord;
	const char *skill;
	int64_t level;
};
#define X struct member_row
RECORD(rec_member_skill, X, "member", NULL, TEXT_FIELD(X, agent, 0, NULL), TEXT_FIELD(X, queues, 0, NULL), INT_FIELD(X, ord, 0, NULL), TEXT_FIELD(X, skill, 0, NULL), INT_FIELD(X, level, 0, NULL))
#undef X

static void
add(struct call *call, struct texts *out, const char *but, const char *agent)
{
	if ((!but || strcmp(but, agent) != 0) && !texts_has(out, agent))
		texts_add(call->arena, out, agent);
}

static int
of_agent(struct call *call, const struct target *target, const char *but, struct texts *out, struct err *err)
{
	struct agent *agent;

	if (agent_get(call, target->value, &agent, err) < 0)
		return -1;
	add(call, out, but, agent->name);
	return 0;
}

static int
of_team(struct call *call, const struct target *target, const char *but, struct texts *out, struct err *err)
{
	int64_t known = 0;
	struct texts some;

	if (sql_int(call->tx, SQL_TEAM_KNOWN, ARGS(V_TEXT(target->value)), &known, err) < 0)
		return -1;
	if (!known)
		return err_set(err, E_NO_TEAM, "name", target->value, NULL);
	for (int lead = target->kind == TARGET_LEAD; lead < 2; lead++) {
		if (sql_texts(call->tx, call->arena, SQL_TEAM_AGENTS, ARGS(V_TEXT(target->value), V_INT(lead)), &some, err) < 0)
			return -1;
		for (size_t i = 0; i < some.n; i++)
			add(call, out, but, some.v[i]);
	}
	return 0;
}

static int
of_skill(struct call *call, const struct target *target, const char *but, struct texts *out, struct err *err)
{
	const struct skills *expr;
	const struct member_row *v;
	struct skill *skills;
	struct records rows;

	if (skills_parse(call->arena, target_skills(call, target), &expr, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_MEMBERS, NO_ARGS, &rec_member_skill, &rows, err) < 0)
		return -1;
	v = rows.v;
	skills = arena_alloc(call->arena, (rows.n + 1) * sizeof(*skills));
	/* The rows of one agent stand together. */
	for (size_t i = 0; i < rows.n;) {
		const char *agent = v[i].agent;
		size_t n = 0;

		for (; i < rows.n && strcmp(v[i].agent, agent) == 0; i++)
			if (v[i].skill)
				skills[n++] = (struct skill){ v[i].skill, (int)v[i].level };
		if (skills_match(expr, skills, n, NULL))
			add(call, out, but, agent);
	}
	return 0;
}

static const struct {
	enum target_kind kind;
	int (*agents)(struct call *call, const struct target *target, const char *but, struct texts *out, struct err *err);
} kinds[] = {
	{ TARGET_AGENT, of_agent },
	{ TARGET_TEAM, of_team },
	{ TARGET_LEAD, of_team },
	{ TARGET_SKILL, of_skill },
};

static int
of_target(struct call *call, const char *text, const char *but, struct texts *out, struct err *err)
{
	struct target target;

	if (target_parse(text, &target, err) < 0)
		return -1;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (kinds[i].kind == target.kind)
			return kinds[i].agents(call, &target, but, out, err);
	return err_set(err, E_TARGET_KIND, "verb", "review", "value", text, "instead", "agent:, team:, lead: or skill:", NULL);
}

int
review_agents(struct call *call, const char *targets, const char *but, struct texts *out, struct err *err)
{
	struct texts list;

	*out = (struct texts){ NULL, 0, 0 };
	list_split(call->arena, targets, &list);
	for (size_t i = 0; i < list.n; i++)
		if (of_target(call, list.v[i], but, out, err) < 0)
			return -1;
	return 0;
}

/* Those who may review it; what the site no longer has is nobody. */
static int
add_reviewers(struct call *call, const struct email *email, const char *targets, struct err *err)
{
	struct texts list, agents;

	list_split(call->arena, targets, &list);
	for (size_t i = 0; i < list.n; i++) {
		agents = (struct texts){ NULL, 0, 0 };
		if (of_target(call, list.v[i], email->author, &agents, err) < 0 && err_class(err) != ERR_NOTFOUND && err_class(err) != ERR_USAGE && err_class(err) != ERR_INPUT)
			return -1;
		for (size_t k = 0; k < agents.n; k++)
			if (RUN(call, REVIEWER_ADD, V_TEXT(email->ixn), V_TEXT(agents.v[k])) < 0)
				return -1;
	}
	return 0;
}

/* Approvals. */

/* In its stage, of the text as it is, behind whatever voids: who has approved. */
static int
approved_by(struct call *call, const struct review *review, const struct email *email, struct texts *out, struct err *err)
{
	struct records rows;

	*out = (struct texts){ NULL, 0, 0 };
	if (review_steps(call, email->ixn, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct review_step *s = (struct review_step *)rows.v + i;

		if (s->verdict != REVIEW_APPROVED && s->verdict != REVIEW_ESCALATED)
			out->n = 0;
		else if (s->verdict == REVIEW_APPROVED && s->cycle == email->cycle && s->stage == email->stage && strcmp(s->digest, review->digest) == 0)
			add(call, out, NULL, s->agent);
	}
	return 0;
}

int
review_approvals(struct call *call, const struct review *review, const struct email *email, int64_t *n_r, struct err *err)
{
	struct texts who;

	if (approved_by(call, review, email, &who, err) < 0)
		return -1;
	*n_r = (int64_t)who.n;
	return 0;
}

/* Who reviews. */

static int
settle_reviewers(struct call *call, const struct review *review, const struct email *email, struct err *err)
{
	struct stage stage;
	struct texts done;
	int rc = review_stage(call, review, email->stage, &stage, err);

	if (rc < 0 || RUN(call, REVIEWERS_CLEAR, V_TEXT(review->ixn)) < 0)
		return -1;
	if (rc == 0)
		return due_clear(call, "review", review->ixn, err);
	if (add_reviewers(call, email, stage.reviewers, err) < 0 || (review->escalated && stage.escalate_to && add_reviewers(call, email, stage.escalate_to, err) < 0) ||
	    approved_by(call, review, email, &done, err) < 0)
		return -1;
	for (size_t i = 0; i < done.n; i++)
		if (RUN(call, REVIEWER_REMOVE, V_TEXT(review->ixn), V_TEXT(done.v[i])) < 0)
			return -1;
	if (review->escalated || stage.escalate_after == INT_ABSENT)
		return due_clear(call, "review", review->ixn, err);
	return due_set(call, "review", review->ixn, review->stage_since + stage.escalate_after, err);
}

int
review_enter(struct call *call, struct review *review, const struct email *email, struct err *err)
{
	review->stage_since = call->now;
	review->escalated = 0;
	if (review_dismiss(call, review->ixn, "stage", err) < 0 || review_put(call, review, err) < 0 || settle_reviewers(call, review, email, err) < 0)
		return -1;
	return review_ask(call, review->ixn, err);
}

int
review_again(struct call *call, struct err *err)
{
	struct texts waiting;

	if (sql_texts(call->tx, call->arena, SQL_REVIEWS_WAITING, NO_ARGS, &waiting, err) < 0)
		return -1;
	for (size_t i = 0; i < waiting.n; i++) {
		struct review review;
		struct email *email;
		int rc = review_find(call, waiting.v[i], &review, err);

		if (rc < 0 || (rc > 0 && (email_get(call, review.ixn, &email, err) < 0 || settle_reviewers(call, &review, email, err) < 0 || review_ask(call, review.ixn, err) < 0)))
			return -1;
	}
	return 0;
}

/* Passing on. */

int
review_due(struct call *call, const char *ixn, time_ms at, struct err *err)
{
	struct stage stage;
	struct review review;
	struct email *email;
	int rc = review_find(call, ixn, &review, err);

	if (rc <= 0 || email_get(call, ixn, &email, err) < 0)
		return rc == 0 ? 0 : -1;
	rc = email->state == MAIL_FOR_REVIEW ? review_stage(call, &review, email->stage, &stage, err) : 0;
	if (rc <= 0 || !stage.escalate_to || review.escalated)
		return rc < 0 ? -1 : 0;
	review.escalated = 1;
	if (review_put(call, &review, err) < 0 || settle_reviewers(call, &review, email, err) < 0 || review_step(call, email, REVIEW_ESCALATED, stage.escalate_to, review.digest, err) < 0 ||
	    event_add(call, &(struct event){ .at = at, .event = "review.escalated", .ixn = ixn, .agent = email->author, .ref = stage.escalate_to, .state = "review" }, err) < 0 ||
	    alert_raise(call, stage.escalate_to, ixn, ALERT_WARNING, "A mail has waited too long for its review.", err) < 0)
		return -1;
	return review_ask(call, ixn, err);
}

/* Asking. */

int
review_holder(struct call *call, const char *ixn, const char **holder_r, struct err *err)
{
	*holder_r = NULL;
	return sql_text(call->tx, call->arena, SQL_REVIEW_HOLDERS, ARGS(V_TEXT(ixn)), holder_r, err) < 0 ? -1 : 0;
}

/* How many more are to be asked: those who have it in hand, or are asked, are on their way. */
static int
wanting(struct call *call, const struct review *review, const struct email *email, int64_t *n_r, struct err *err)
{
	struct records offers;
	struct texts holders;
	struct stage stage;
	int64_t approvals;
	int rc = review_stage(call, review, email->stage, &stage, err);

	*n_r = 0;
	if (rc <= 0)
		return rc;
	if (review_approvals(call, review, email, &approvals, err) < 0 || sql_all(call->tx, call->arena, SQL_REVIEW_OFFERS, ARGS(V_TEXT(review->ixn)), &rec_offer_row, &offers, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_REVIEW_HOLDERS, ARGS(V_TEXT(review->ixn)), &holders, err) < 0)
		return -1;
	*n_r = stage.quorum - approvals - (int64_t)offers.n - (int64_t)holders.n;
	return 0;
}

int
review_ask(struct call *call, const char *ixn, struct err *err)
{
	struct review review;
	struct email *email;
	struct ixn *row;
	const char *agent;
	int64_t n = 0;
	int rc = review_find(call, ixn, &review, err);

	if (rc <= 0 || email_get(call, ixn, &email, err) < 0 || ixn_get(call, ixn, &row, err) < 0)
		return rc == 0 ? 0 : -1;
	if (email->state != MAIL_FOR_REVIEW || wanting(call, &review, email, &n, err) < 0)
		return email->state != MAIL_FOR_REVIEW ? 0 : -1;
	for (rc = 1; n > 0 && rc > 0; n--) {
		rc = sql_text(call->tx, call->arena, SQL_REVIEWER_FREE, ARGS(V_TEXT(ixn), V_INT(call->now)), &agent, err);
		if (rc > 0 && offer_aside(call, row, agent, PURPOSE_REVIEW, email->author, NULL, err) < 0)
			rc = -1;
	}
	if (rc < 0)
		return -1;
	/* Who did not want it is asked again, later. */
	rc = n > 0 || rc == 0 ? sql_int(call->tx, SQL_EXCLUSION_NEXT, ARGS(V_TEXT(ixn), V_INT(call->now)), &n, err) : 0;
	return rc > 0 ? due_set(call, "reviewer", ixn, n, err) : rc;
}

int
review_ask_agent(struct call *call, const char *agent, struct err *err)
{
	struct texts waiting;
	bool is_free = true;
	int64_t one;
	int rc = sql_int(call->tx, SQL_REVIEWER_ANY, ARGS(V_TEXT(agent)), &one, err);

	if (rc <= 0)
		return rc;
	if (sql_texts(call->tx, call->arena, SQL_REVIEWS_FOR, ARGS(V_TEXT(agent), V_INT(call->now)), &waiting, err) < 0)
		return -1;
	for (size_t i = 0; i < waiting.n && is_free; i++)
		if (review_ask(call, waiting.v[i], err) < 0 || agent_free(call, agent, "email", &is_free, err) < 0)
			return -1;
	return 0;
}

int
review_accepted(struct call *call, const struct offer *offer, struct ixn *ixn, struct err *err)
{
	if (ixn->state != IXN_REVIEW)
		return err_set(err, E_OFFER_GONE, "id", ixn->id, "state", names_get(&offer_states, OFFER_WITHDRAWN), NULL);
	return party_join(call, ixn->id, offer->agent, PARTY_REVIEW, INT_ABSENT, err);
}

int
review_offer_over(struct call *call, const struct offer *offer, enum offer_state state, time_ms at, struct err *err)
{
	const struct queue *queue;
	struct ixn *ixn;

	if (state == OFFER_WITHDRAWN)
		return 0;
	if (ixn_get(call, offer->ixn, &ixn, err) < 0 || queue_of(call, ixn, &queue, err) < 0 ||
	    RUN(call, EXCLUSION_PUT, V_TEXT(ixn->id), V_TEXT(offer->agent), V_INT(at + queue->exclusion)) < 0)
		return -1;
	return review_ask(call, offer->ixn, err);
}

/* Leaving. */

int
review_dismiss(struct call *call, const char *ixn, const char *reason, struct err *err)
{
	struct records offers;
	struct texts holders;

	if (sql_all(call->tx, call->arena, SQL_REVIEW_OFFERS, ARGS(V_TEXT(ixn)), &rec_offer_row, &offers, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_REVIEW_HOLDERS, ARGS(V_TEXT(ixn)), &holders, err) < 0)
		return -1;
	for (size_t i = 0; i < offers.n; i++)
		if (aside_withdraw(call, (struct offer *)offers.v + i, call->now, reason, err) < 0)
			return -1;
	for (size_t i = 0; i < holders.n; i++) {
		if (party_leave(call, ixn, holders.v[i], call->now, err) < 0)
			return -1;
		call_freed(call, holders.v[i]);
		if (agent_refresh(call, holders.v[i], err) < 0)
			return -1;
	}
	return due_clear(call, "reviewer", ixn, err);
}

int
review_give_back(struct call *call, const char *id, struct err *err)
{
	struct party party;
	struct ixn *ixn;
	int rc = ixn_get(call, id, &ixn, err) < 0 ? -1 : party_get(call, ixn->id, call_self(call), &party, err);
	const struct queue *queue;

	if (rc <= 0 || party.role != PARTY_REVIEW)
		return rc < 0 ? -1 : 0;
	if (queue_of(call, ixn, &queue, err) < 0 || RUN(call, EXCLUSION_PUT, V_TEXT(ixn->id), V_TEXT(party.agent), V_INT(call->now + queue->exclusion)) < 0 ||
	    party_part(call, ixn, &party, call->now, err) < 0 || verb_happen(call, ixn, VERB_GIVE_BACK, call->now, party.agent, NULL, NULL, err) < 0 ||
	    review_ask(call, ixn->id, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 1;
}
