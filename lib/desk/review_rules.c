/*
 * Which rules of the site want a mail reviewed, and what they find in it.
 */
#include <string.h>

#include "base/card.h"
#include "base/digest.h"
#include "base/pattern.h"
#include "base/utf8.h"
#include "desk/review_priv.h"
#include "desk/site.h"
#include "search/language.h"
#include "search/terms.h"

#define CARDS_MAX 20
#define FINDINGS_MAX 200
/* Of a text this much tells in which language it is. */
#define LANGUAGE_BYTES 8192

#define X struct review_rule
RECORD(rec_review_rule, X, "rule", NULL, TEXT_FIELD(X, name, 0, NULL), TEXT_FIELD(X, label, 0, NULL), TEXT_FIELD(X, agents, 0, NULL), TEXT_FIELD(X, teams, 0, NULL),
       TEXT_FIELD(X, queues, 0, NULL), INT_FIELD(X, every, 0, NULL), INT_FIELD(X, share, 0, NULL), DURATION_FIELD(X, newer, 0, NULL), BOOL_FIELD(X, cards, 0, NULL),
       BOOL_FIELD(X, attachments, 0, NULL), INT_FIELD(X, larger, 0, NULL), BOOL_FIELD(X, language, 0, NULL), NAME_FIELD(X, clean, clean_policies, 0, NULL),
       NAME_FIELD(X, rejected_to, rejected_policies, 0, NULL), INT_FIELD(X, seen, 0, NULL), TEXT_FIELD(X, extra, 0, NULL), INT_FIELD(X, ord, 0, NULL))
#undef X

#define X struct finding_row
RECORD(rec_finding_row, X, "finding", NULL, ID_FIELD(X, ixn, 0, NULL), INT_FIELD(X, cycle, 0, NULL), INT_FIELD(X, ord, 0, NULL), TEXT_FIELD(X, rule, 0, NULL),
       TEXT_FIELD(X, what, 0, NULL), TEXT_FIELD(X, detail, 0, NULL))
#undef X

/* A mail as rules look at it. */
struct looked {
	const struct ixn *ixn;
	const struct email *email;
	const char *text;  /* subject and what the author wrote */
	const char *quote; /* what stands behind that */
	const char *queue;
	struct texts authors, teams; /* who wrote it, and whoever gave it to review before; the teams of all of them */
	size_t now_authors, now_teams;
	int64_t author_since, size;
	struct records parts;
	const char *language; /* that it should be in, or NULL */
	time_ms as_of;
	const char *kept;
};

static int
add_author(struct call *call, const char *author, struct looked *m, struct err *err)
{
	struct texts teams;

	if (sql_texts(call->tx, call->arena, SQL_TEAMS_OF, ARGS(V_TEXT(author)), &teams, err) < 0)
		return -1;
	texts_add(call->arena, &m->authors, author);
	for (size_t i = 0; i < teams.n; i++)
		texts_add(call->arena, &m->teams, teams.v[i]);
	return 0;
}

/* What was rejected is no other mail in other hands. */
static int
look_back(struct call *call, const struct ixn *ixn, struct looked *m, struct err *err)
{
	struct records steps;

	if (review_steps(call, ixn->id, &steps, err) < 0)
		return -1;
	for (size_t i = 0; i < steps.n; i++) {
		const struct review_step *s = (struct review_step *)steps.v + i;

		/* With a remark the batch has begun anew. */
		if (s->verdict == REVIEW_SUBMITTED && s->agent && !s->remark && add_author(call, s->agent, m, err) < 0)
			return -1;
	}
	return 0;
}

static int
look(struct call *call, const struct ixn *ixn, const struct email *email, struct looked *m, struct err *err)
{
	struct email_part *part;
	struct agent *agent;
	struct ixn *parent = NULL;

	m->ixn = ixn;
	m->email = email;
	m->text = arena_printf(call->arena, "%s\n\n%s", ixn->subject ? ixn->subject : "", email->text ? email->text : "");
	m->quote = email->quote ? email->quote : "";
	if (email->parent && ixn_get(call, email->parent, &parent, err) < 0)
		return -1;
	m->queue = parent && parent->queue ? parent->queue : ixn->queue;
	m->language = parent && parent->language ? parent->language : ixn->language;
	m->author_since = INT_ABSENT;
	/* One whom the site has no longer is of no team, and not new. */
	if (email->author && agent_get(call, email->author, &agent, err) == 0)
		m->author_since = agent->since;
	else if (email->author && err->code != E_NO_AGENT)
		return -1;
	if (email->author && add_author(call, email->author, m, err) < 0)
		return -1;
	m->now_authors = m->authors.n;
	m->now_teams = m->teams.n;
	if ((m->kept && look_back(call, ixn, m, err) < 0) || email_parts(call, ixn->id, &m->parts, err) < 0)
		return -1;
	m->size = (int64_t)(strlen(m->text) + strlen(m->quote) + (email->html ? strlen(email->html) : 0));
	for (size_t i = 0; i < m->parts.n; i++) {
		part = (struct email_part *)m->parts.v + i;
		m->size += part->size;
	}
	return 0;
}

/* Whether it is one of those that the rule is about. */

static bool
has_any(const char *list, const struct texts *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list_has(list, names->v[i]))
			return true;
	return false;
}

/* kept: the rule wanted it before. */
static bool
about_author(const struct review_rule *rule, const struct looked *m, bool kept)
{
	if (!rule->agents && !rule->teams)
		return true;
	return has_any(rule->agents, &m->authors, kept ? m->authors.n : m->now_authors) || has_any(rule->teams, &m->teams, kept ? m->teams.n : m->now_teams);
}

static bool
about_queue(const struct review_rule *rule, const struct looked *m, bool kept)
{
	return !rule->queues || (m->queue && list_has(rule->queues, m->queue)) || (kept && m->ixn->origin_queue && list_has(rule->queues, m->ixn->origin_queue));
}

/* The same mail always falls on the same side, whoever asks. */
static bool
in_share(const struct review_rule *rule, const struct looked *m)
{
	unsigned char hash[DIGEST_SIZE];
	struct digest digest;

	if (rule->share == INT_ABSENT)
		return true;
	digest_init(&digest);
	digest_add(&digest, rule->name, strlen(rule->name) + 1);
	digest_add(&digest, m->ixn->id, strlen(m->ixn->id));
	digest_end(&digest, hash);
	return ((unsigned)hash[0] << 16 | (unsigned)hash[1] << 8 | hash[2]) % 100 < (unsigned)rule->share;
}

static bool
new_author(const struct review_rule *rule, const struct looked *m)
{
	return rule->newer == INT_ABSENT || (m->author_since != INT_ABSENT && m->as_of - m->author_since < rule->newer);
}

/* Counts what is the rule's own: 1 where it is one that comes up. */
static int
comes_up(struct call *call, const struct review_rule *rule, struct err *err)
{
	if (rule->every == INT_ABSENT)
		return 1;
	if (RUN(call, REVIEW_RULE_SEEN, V_TEXT(rule->name), V_INT((rule->seen + 1) % rule->every)) < 0)
		return -1;
	return (rule->seen + 1) % rule->every == 0;
}

/* What is found. */

static void
found(struct call *call, struct wanted *out, const struct review_rule *rule, const char *what, const char *detail)
{
	if (out->findings.n < FINDINGS_MAX)
		vec_push(call->arena, &out->findings, ((struct finding_row){ .rule = rule->name, .what = what, .detail = detail }));
}

static int
find_patterns(struct call *call, const struct review_rule *rule, const struct looked *m, bool must, struct wanted *out, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_REVIEW_PATTERNS, ARGS(V_TEXT(rule->name), V_INT(must)), &rec_site_pattern, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct site_pattern *p = (struct site_pattern *)rows.v + i;
		struct pattern_fault fault;
		struct pattern *pattern = pattern_new(p->pattern, &fault);
		enum pattern_found is = pattern ? pattern_find(pattern, m->text, strlen(m->text)) : PATTERN_GIVES_UP;
		const char *shown = p->label ? p->label : p->pattern;

		pattern_free(&pattern);
		/* Nobody knows: a person is to look. */
		if (is == PATTERN_GIVES_UP)
			found(call, out, rule, "undecided", shown);
		else if ((is == PATTERN_FOUND) != must)
			found(call, out, rule, must ? "missing" : "forbidden", shown);
	}
	return 0;
}

static void
find_cards(struct call *call, const struct review_rule *rule, const struct looked *m, struct wanted *out)
{
	const char *const places[] = { m->text, m->quote };
	size_t n = 0;

	for (size_t i = 0; rule->cards == 1 && i < COUNT_OF(places); i++) {
		size_t size = strlen(places[i]);
		struct card card;

		for (size_t at = 0; n < CARDS_MAX && card_find(places[i], size, at, &card); at = card.at + card.size, n++)
			found(call, out, rule, "card", arena_printf(call->arena, "%sa number of %d digits that ends in %s", i ? "in what is quoted, " : "", card.digits, card.last));
	}
}

static void
find_size(struct call *call, const struct review_rule *rule, const struct looked *m, struct wanted *out)
{
	if (rule->attachments == 1)
		for (size_t i = 0; i < m->parts.n; i++) {
			const struct email_part *part = (struct email_part *)m->parts.v + i;

			found(call, out, rule, "attachment", part->name ? part->name : part->type);
		}
	if (rule->larger != INT_ABSENT && m->size > rule->larger)
		found(call, out, rule, "larger", arena_printf(call->arena, "%lld bytes", (long long)m->size));
}

/* "fr" of "fr-CA". */
static size_t
main_language(const char *language)
{
	return strcspn(language, "-_");
}

static void
find_language(struct call *call, const struct review_rule *rule, const struct looked *m, struct wanted *out)
{
	const char *text = m->email->text ? m->email->text : "", *guess;
	size_t size = strlen(text);
	struct analyser *analyser;
	int sure = 0;

	if (rule->language != 1 || !m->language)
		return;
	analyser = analyser_new();
	guess = language_guess(analyser, text, size < LANGUAGE_BYTES ? size : utf8_valid(text, LANGUAGE_BYTES), NULL, &sure);
	if (guess && sure >= LANGUAGE_SURE && (main_language(guess) != main_language(m->language) || strncmp(guess, m->language, main_language(guess)) != 0))
		found(call, out, rule, "language", arena_printf(call->arena, "%s instead of %s", guess, m->language));
	analyser_free(&analyser);
}

static int
find_all(struct call *call, const struct review_rule *rule, const struct looked *m, struct wanted *out, struct err *err)
{
	if (find_patterns(call, rule, m, true, out, err) < 0 || find_patterns(call, rule, m, false, out, err) < 0)
		return -1;
	find_cards(call, rule, m, out);
	find_size(call, rule, m, out);
	find_language(call, rule, m, out);
	return 0;
}

/* A rule at a time. */

/* Whether it looks for anything: 1 or 0. */
static int
seeks(struct call *call, const struct review_rule *rule, struct err *err)
{
	struct records must, must_not;

	if (rule->cards == 1 || rule->attachments == 1 || rule->language == 1 || rule->larger != INT_ABSENT)
		return 1;
	if (sql_all(call->tx, call->arena, SQL_REVIEW_PATTERNS, ARGS(V_TEXT(rule->name), V_INT(1)), &rec_site_pattern, &must, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_REVIEW_PATTERNS, ARGS(V_TEXT(rule->name), V_INT(0)), &rec_site_pattern, &must_not, err) < 0)
		return -1;
	return must.n + must_not.n > 0;
}

/* Whether it says whose mails it is about: then all of those are reviewed, whatever is found. */
static bool
chooses(const struct review_rule *rule)
{
	return rule->agents || rule->teams || rule->queues || rule->every != INT_ABSENT || rule->share != INT_ABSENT || rule->newer != INT_ABSENT;
}

/* 1 with its findings, 0. */
static int
wants(struct call *call, const struct review_rule *rule, const struct looked *m, struct wanted *out, struct err *err)
{
	bool kept = m->kept && list_has(m->kept, rule->name);
	size_t before = out->findings.n;
	int rc;

	if (!about_author(rule, m, kept) || !about_queue(rule, m, kept))
		return 0;
	if (!kept && (!in_share(rule, m) || !new_author(rule, m)))
		return 0;
	/* What was counted once is not counted again. */
	rc = kept ? 1 : rule->every != INT_ABSENT && m->kept ? 0
							     : comes_up(call, rule, err);
	if (rc <= 0)
		return rc;
	if (find_all(call, rule, m, out, err) < 0)
		return -1;
	if (kept || chooses(rule) || out->findings.n > before)
		return 1;
	rc = seeks(call, rule, err);
	return rc < 0 ? -1 : !rc;
}

int
review_wanted(struct call *call, const struct ixn *ixn, const struct email *email, const char *kept, time_ms as_of, struct wanted *out, struct err *err)
{
	struct looked m = { .as_of = as_of, .kept = kept };
	struct records rules;

	*out = (struct wanted){ .clean = true };
	if (sql_all(call->tx, call->arena, SQL_REVIEW_RULES, NO_ARGS, &rec_review_rule, &rules, err) < 0)
		return -1;
	if (!rules.n)
		return 0;
	if (look(call, ixn, email, &m, err) < 0)
		return -1;
	for (size_t i = 0; i < rules.n; i++) {
		const struct review_rule *rule = (struct review_rule *)rules.v + i;
		struct stage *stages;
		size_t n;
		int rc;

		/* From a store of an older version it may have none: nobody could review. */
		if (review_stages(call, rule->name, &stages, &n, err) < 0)
			return -1;
		rc = n ? wants(call, rule, &m, out, err) : 0;
		if (rc < 0)
			return -1;
		if (rc == 0)
			continue;
		texts_add(call->arena, &out->rules, rule->name);
		out->clean = out->clean && rule->clean == CLEAN_RELEASE;
	}
	return 0;
}

int
review_findings_keep(struct call *call, const struct wanted *wanted, const struct email *email, struct err *err)
{
	if (RUN(call, REVIEW_FINDINGS_CLEAR, V_TEXT(email->ixn), V_INT(email->cycle)) < 0)
		return -1;
	for (size_t i = 0; i < wanted->findings.n; i++) {
		const struct finding_row *f = &wanted->findings.v[i];

		if (RUN(call, REVIEW_FINDING_ADD, V_TEXT(email->ixn), V_INT(email->cycle), V_INT((int64_t)i), V_TEXT(f->rule), V_TEXT(f->what), V_TEXT(f->detail)) < 0)
			return -1;
	}
	return 0;
}
