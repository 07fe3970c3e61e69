/*
 * Which mails are reviewed before they are sent: items of the site, each by
 * itself and all together.
 */
#include <string.h>

#include "base/pattern.h"
#include "desk/review_priv.h"
#include "desk/site_priv.h"

#define STAGES_MAX 16
#define PATTERNS_MAX 100

#define X struct site_review
RECORD(rec_site_review, X, "review", N_("A rule of review: which mails are looked at before they are sent, and by whom."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name")),
       TEXT_FIELD(X, label, 0, N_("what people read")),
       TEXTS_FIELD(X, agents, 0, N_("the mails of these agents; of all when neither agents nor teams are given")),
       TEXTS_FIELD(X, teams, 0, N_("the mails of the agents of these teams")),
       TEXTS_FIELD(X, queues, 0, N_("mails about what came to these queues; all when left out")),
       INT_FIELD(X, every, 0, N_("one mail in so many: 5 is every fifth")),
       INT_FIELD(X, share, 0, N_("so many of a hundred mails, chosen by their ids")),
       DURATION_FIELD(X, newer, 0, N_("mails of agents whom the site has had for less than this, as in 30d")),
       RECORDS_FIELD(X, must, rec_site_pattern, 0, N_("what has to stand in subject or text")),
       RECORDS_FIELD(X, must_not, rec_site_pattern, 0, N_("what must not stand there")),
       BOOL_FIELD(X, cards, 0, N_("finds numbers of payment cards, in what is quoted, too (false)")),
       BOOL_FIELD(X, attachments, 0, N_("finds attachments (false)")),
       INT_FIELD(X, larger, 0, N_("finds mails larger than so many bytes, attachments counted")),
       BOOL_FIELD(X, language, 0, N_("finds a text in another language than the contact's (false)")),
       RECORDS_FIELD(X, stages, rec_site_stage, 0, N_("who reviews, one stage behind the other")),
       NAME_FIELD(X, clean, clean_policies, 0, N_("what 'email-review run' does where nothing is found: hold (the default) or release")),
       NAME_FIELD(X, rejected_to, rejected_policies, 0, N_("where a rejected mail goes: to the author's workbin (the default), or by preview")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

RECORD(rec_site_pattern, struct site_pattern, "pattern", N_("What is looked for in a text."),
       TEXT_FIELD(struct site_pattern, pattern, FIELD_REQUIRED, N_("a PCRE2 pattern; ^ and $ are those of lines, (?i) makes case no difference")),
       TEXT_FIELD(struct site_pattern, label, 0, N_("what people read of it")))

RECORD(rec_site_stage, struct site_stage, "stage", N_("A stage of review."),
       TEXTS_FIELD(struct site_stage, reviewers, FIELD_REQUIRED, N_("agent:, team:, lead: or skill:; never the author")),
       INT_FIELD(struct site_stage, quorum, 0, N_("how many of them must approve (1)")),
       DURATION_FIELD(struct site_stage, escalate_after, 0, N_("after so long it is passed to others as well")),
       TEXT_FIELD(struct site_stage, escalate_to, 0, N_("to whom: a target as in reviewers")))

/* Reading. */

struct stage_row {
	const char *reviewers;
	int64_t quorum, escalate_after;
	const char *escalate_to;
};
RECORD(rec_stage_row, struct stage_row, "stage", NULL, TEXT_FIELD(struct stage_row, reviewers, 0, NULL), INT_FIELD(struct stage_row, quorum, 0, NULL),
       DURATION_FIELD(struct stage_row, escalate_after, 0, NULL), TEXT_FIELD(struct stage_row, escalate_to, 0, NULL))

static int
get_patterns(struct call *call, const char *rule, bool must, struct records *out, struct err *err)
{
	if (sql_all(call->tx, call->arena, SQL_REVIEW_PATTERNS, ARGS(V_TEXT(rule), V_INT(must)), &rec_site_pattern, out, err) < 0)
		return -1;
	if (!out->n)
		out->v = NULL;
	return 0;
}

static int
get_stages(struct call *call, const char *rule, struct records *out, struct err *err)
{
	struct site_stage *stages;
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_REVIEW_STAGES, ARGS(V_TEXT(rule)), &rec_stage_row, &rows, err) < 0)
		return -1;
	stages = arena_alloc(call->arena, (rows.n + 1) * sizeof(*stages));
	for (size_t i = 0; i < rows.n; i++) {
		const struct stage_row *r = (struct stage_row *)rows.v + i;

		stages[i] = (struct site_stage){ .quorum = r->quorum, .escalate_after = r->escalate_after, .escalate_to = r->escalate_to };
		site_list(call->arena, r->reviewers, &stages[i].reviewers);
	}
	*out = (struct records){ rows.n ? stages : NULL, rows.n };
	return 0;
}

int
review_item_get(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_review *r = item;
	struct review_rule row;
	int rc = sql_one(call->tx, call->arena, SQL_REVIEW_RULE_GET, ARGS(V_TEXT(name)), &rec_review_rule, &row, err);

	if (rc <= 0)
		return rc;
	*r = (struct site_review){
		.name = row.name,
		.label = row.label,
		.every = row.every,
		.share = row.share,
		.newer = row.newer,
		.cards = row.cards,
		.attachments = row.attachments,
		.larger = row.larger,
		.language = row.language,
		.clean = row.clean,
		.rejected_to = row.rejected_to,
		.extra = row.extra,
	};
	site_list(call->arena, row.agents, &r->agents);
	site_list(call->arena, row.teams, &r->teams);
	site_list(call->arena, row.queues, &r->queues);
	if (get_patterns(call, name, true, &r->must, err) < 0 || get_patterns(call, name, false, &r->must_not, err) < 0 || get_stages(call, name, &r->stages, err) < 0)
		return -1;
	return 1;
}

/* Writing. */

static int
put_patterns(struct call *call, const char *rule, const struct records *patterns, bool must, struct err *err)
{
	for (size_t i = 0; i < patterns->n; i++) {
		const struct site_pattern *p = (struct site_pattern *)patterns->v + i;

		if (RUN(call, REVIEW_PATTERN_PUT, V_TEXT(rule), V_INT((int64_t)i + (must ? PATTERNS_MAX : 0)), V_TEXT(p->pattern), V_INT(must), V_TEXT(p->label)) < 0)
			return -1;
	}
	return 0;
}

static struct value
duration(int64_t ms)
{
	return ms == INT_ABSENT || ms == INT_NULL ? V_NULL : V_INT(ms);
}

int
review_item_put(struct loading *l, const void *item, struct err *err)
{
	const struct site_review *r = item;
	struct call *call = l->call;
	struct review_rule row = { r->name, r->label, list_join(call->arena, &r->agents), list_join(call->arena, &r->teams), list_join(call->arena, &r->queues),
				   r->every, r->share, r->newer, r->cards, r->attachments, r->larger, r->language, r->clean, r->rejected_to, 0, r->extra, l->ord };

	if (sql_put(call->tx, SQL_REVIEW_RULE_PUT, &rec_review_rule, &row, err) < 0 || RUN(call, REVIEW_PATTERNS_CLEAR, V_TEXT(r->name)) < 0 ||
	    RUN(call, REVIEW_STAGES_CLEAR, V_TEXT(r->name)) < 0 || put_patterns(call, r->name, &r->must, true, err) < 0 ||
	    put_patterns(call, r->name, &r->must_not, false, err) < 0)
		return -1;
	for (size_t i = 0; i < r->stages.n; i++) {
		const struct site_stage *s = (struct site_stage *)r->stages.v + i;

		if (RUN(call, REVIEW_STAGE_PUT, V_TEXT(r->name), V_INT((int64_t)i), V_TEXT(list_join(call->arena, &s->reviewers)), V_INT(site_or(s->quorum, 1)),
			duration(s->escalate_after), V_TEXT(s->escalate_to)) < 0)
			return -1;
	}
	return 0;
}

/* One by itself. */

static const struct range {
	const char *field;
	int64_t least, most;
	const char *what;
} ranges[] = {
	{ "every", 1, 1000000, N_("must be between 1 and 1000000") },
	{ "share", 0, 100, N_("must be between 0 and 100") },
	{ "newer", MS_SECOND, 3650 * MS_DAY, N_("must be between 1s and 3650 days") },
	{ "larger", 0, INT64_C(1) << 40, N_("must be a number of bytes") },
};

static int
check_ranges(struct loading *l, const struct site_review *r, struct err *err)
{
	for (size_t i = 0; i < COUNT_OF(ranges); i++) {
		int64_t n = record_int(&rec_site_review, r, ranges[i].field);

		if (n != INT_ABSENT && n != INT_NULL && (n < ranges[i].least || n > ranges[i].most))
			return site_bad(l, arena_printf(l->call->arena, "%s.%s", r->name, ranges[i].field), ranges[i].what, err);
	}
	return 0;
}

static int
check_patterns(struct loading *l, const struct site_review *r, const char *field, const struct records *patterns, struct err *err)
{
	const char *place = arena_printf(l->call->arena, "%s.%s", r->name, field);

	if (patterns->n > PATTERNS_MAX)
		return site_bad(l, place, N_("has too many patterns (100 at most)"), err);
	for (size_t i = 0; i < patterns->n; i++) {
		const struct site_pattern *p = (struct site_pattern *)patterns->v + i;
		struct pattern_fault fault = { "", 0 };
		struct pattern *pattern = p->pattern && p->pattern != text_null ? pattern_new(p->pattern, &fault) : NULL;

		if (!pattern)
			return err_set(err, E_BAD_RULE, "where", l->section, "name", place, "value", p->pattern ? p->pattern : "", "what", fault.what, "at",
				       arena_printf(l->call->arena, "%zu", fault.at), NULL);
		pattern_free(&pattern);
	}
	return 0;
}

static int
check_stage(struct loading *l, const struct site_review *r, size_t i, struct err *err)
{
	const struct site_stage *s = (struct site_stage *)r->stages.v + i;
	const char *place = arena_printf(l->call->arena, "%s.stages[%zu]", r->name, i);
	bool timed = site_or(s->escalate_after, INT_ABSENT) != INT_ABSENT;

	if (!s->reviewers.n)
		return site_bad(l, place, N_("has no reviewers"), err);
	for (size_t k = 0; k < s->reviewers.n; k++)
		if (strchr(s->reviewers.v[k], ','))
			return site_bad(l, place, N_("a target has no comma; give each of its own"), err);
	if (site_or(s->quorum, 1) < 1 || site_or(s->quorum, 1) > 100)
		return site_bad(l, place, N_("quorum must be between 1 and 100"), err);
	if (timed && (s->escalate_after < MS_SECOND || s->escalate_after > 30 * MS_DAY))
		return site_bad(l, place, N_("escalate_after must be between 1s and 30 days"), err);
	if (timed != (s->escalate_to != NULL))
		return site_bad(l, place, N_("escalate_after and escalate_to go together"), err);
	return 0;
}

int
review_item_check(struct loading *l, const void *item, struct err *err)
{
	const struct site_review *r = item;

	if (check_ranges(l, r, err) < 0 || check_patterns(l, r, "must", &r->must, err) < 0 || check_patterns(l, r, "must_not", &r->must_not, err) < 0)
		return -1;
	if (!r->stages.n)
		return site_bad(l, r->name, N_("has no stages: who reviews?"), err);
	if (r->stages.n > STAGES_MAX)
		return site_bad(l, r->name, N_("has too many stages (16 at most)"), err);
	for (size_t i = 0; i < r->stages.n; i++)
		if (check_stage(l, r, i, err) < 0)
			return -1;
	return 0;
}

/* Together with what they name. */

/* An error of what is named becomes one of the place where it is named. */
static int
unknown(struct loading *l, const char *place, const char *name, struct err *err)
{
	if (err_class(err) != ERR_NOTFOUND && err_class(err) != ERR_USAGE && err_class(err) != ERR_INPUT)
		return -1;
	return site_bad_of(l, place, N_("'{value}' is no agent, team or skill that could review"), name, NULL, err);
}

static int
check_names(struct loading *l, const struct review_rule *rule, struct err *err)
{
	struct call *call = l->call;
	struct texts agents, teams, queues;
	struct agent *agent;
	struct queue *queue;

	list_split(call->arena, rule->agents, &agents);
	list_split(call->arena, rule->teams, &teams);
	list_split(call->arena, rule->queues, &queues);
	for (size_t i = 0; i < agents.n; i++)
		if (agent_get(call, agents.v[i], &agent, err) < 0)
			return unknown(l, rule->name, agents.v[i], err);
	for (size_t i = 0; i < teams.n; i++) {
		int64_t known = 0;

		if (sql_int(call->tx, SQL_TEAM_KNOWN, ARGS(V_TEXT(teams.v[i])), &known, err) < 0)
			return -1;
		if (!known)
			return site_bad_of(l, rule->name, N_("there is no team '{value}'"), teams.v[i], NULL, err);
	}
	for (size_t i = 0; i < queues.n; i++)
		if (queue_get(call, queues.v[i], &queue, err) < 0)
			return err->code == E_NO_QUEUE ? site_bad_of(l, rule->name, N_("there is no queue '{value}'"), queues.v[i], NULL, err) : -1;
	return 0;
}

/* Is the agent one of those whose mails the rule is about? */
static int
is_author(struct call *call, const struct review_rule *rule, const char *agent, struct err *err)
{
	struct texts teams;

	/* Of a rule about everybody its reviewers are not meant in the first place; of their mails those who lead them see to it. */
	if (list_has(rule->agents, agent))
		return 1;
	if (!rule->teams || sql_texts(call->tx, call->arena, SQL_TEAMS_OF, ARGS(V_TEXT(agent)), &teams, err) < 0)
		return rule->teams ? -1 : 0;
	for (size_t i = 0; i < teams.n; i++)
		if (list_has(rule->teams, teams.v[i]))
			return 1;
	return 0;
}

static int
bad_quorum(struct loading *l, const char *place, const char *what, int64_t quorum, size_t reviewers, struct err *err)
{
	struct arena *arena = l->call->arena;

	return site_bad_of(l, place, what, arena_printf(arena, "%lld", (long long)quorum), arena_printf(arena, "%zu", reviewers), err);
}

/* Enough for each author, who is none of them. */
static int
check_quorum(struct loading *l, const struct review_rule *rule, const char *place, const struct stage_row *stage, struct err *err)
{
	struct call *call = l->call;
	struct texts agents;
	bool own = false;

	if (review_agents(call, stage->reviewers, NULL, &agents, err) < 0)
		return unknown(l, place, stage->reviewers, err);
	for (size_t i = 0; i < agents.n && !own; i++) {
		int rc = is_author(call, rule, agents.v[i], err);

		if (rc < 0)
			return -1;
		own = rc > 0;
	}
	if ((int64_t)agents.n < stage->quorum)
		return bad_quorum(l, place, N_("quorum {value}, but only {other} reviewers"), stage->quorum, agents.n, err);
	if (own && (int64_t)agents.n - 1 < stage->quorum)
		return bad_quorum(l, place, N_("quorum {value}, but only {other} reviewers of a mail of one of them"), stage->quorum, agents.n - 1, err);
	if (stage->escalate_to && review_agents(call, stage->escalate_to, NULL, &agents, err) < 0)
		return unknown(l, place, stage->escalate_to, err);
	return 0;
}

int
review_whole_check(struct loading *l, struct err *err)
{
	struct call *call = l->call;
	struct records rules, stages;

	l->section = "review";
	if (sql_all(call->tx, call->arena, SQL_REVIEW_RULES, NO_ARGS, &rec_review_rule, &rules, err) < 0)
		return -1;
	for (size_t i = 0; i < rules.n; i++) {
		const struct review_rule *rule = (struct review_rule *)rules.v + i;

		if (check_names(l, rule, err) < 0 || sql_all(call->tx, call->arena, SQL_REVIEW_STAGES, ARGS(V_TEXT(rule->name)), &rec_stage_row, &stages, err) < 0)
			return -1;
		for (size_t k = 0; k < stages.n; k++)
			if (check_quorum(l, rule, arena_printf(call->arena, "%s.stages[%zu]", rule->name, k), (struct stage_row *)stages.v + k, err) < 0)
				return -1;
	}
	return call->answer.n ? review_again(call, err) : 0;
}
