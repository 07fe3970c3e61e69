/*
 * Queues of a site: their rules, each by itself and all together.
 */
#include <string.h>

#include "desk/site_priv.h"
#include "routing/routing.h"
#include "routing/skills.h"

#define STEPS_MAX 16

_Static_assert(sizeof(const char *) == sizeof(int64_t) && sizeof(double) == sizeof(int64_t), "members of one size");

/* Members of the same name. */
static void
copy_members(const struct record *to_record, void *to, const struct record *from_record, const void *from)
{
	for (size_t i = 0; i < from_record->n; i++) {
		const struct field *f = &from_record->fields[i], *t = record_field(to_record, f->name);

		if (t && t->type == f->type && t->type < FIELD_TEXTS)
			memcpy(field_at(t, to), field_const(f, from), sizeof(int64_t));
	}
}

int
queue_item_get(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_queue *q = item;
	struct queue row;
	int rc = sql_one(call->tx, call->arena, SQL_QUEUE_GET, ARGS(V_TEXT(name)), &rec_queue_row, &row, err);

	if (rc <= 0)
		return rc;
	copy_members(&rec_site_queue, q, &rec_queue_row, &row);
	if (!*row.skills)
		q->skills = NULL;
	if (sql_all(call->tx, call->arena, SQL_WIDEN_OF, ARGS(V_TEXT(name)), &rec_site_widen, &q->widen, err) < 0)
		return -1;
	if (!q->widen.n)
		q->widen.v = NULL;
	return 1;
}

/* What holds where nothing is said, for the columns that must say something. */
static const struct {
	const char *field;
	int64_t otherwise;
} defaults[] = {
	{ "priority", 0 },
	{ "rona", 1 },
	{ "offer_timeout", 30 * MS_SECOND },
	{ "exclusion", 60 * MS_SECOND },
	{ "transcript", 0 },
	{ "pull", 0 },
	{ "push", 1 },
	{ "auto_answer", 0 },
	{ "overflow_nobody", 0 },
};

int
queue_item_put(struct loading *l, const void *item, struct err *err)
{
	const struct site_queue *q = item;
	struct call *call = l->call;
	struct queue row;

	record_init(&rec_queue_row, &row);
	copy_members(&rec_queue_row, &row, &rec_site_queue, q);
	for (size_t i = 0; i < COUNT_OF(defaults); i++)
		record_set_int(&rec_queue_row, &row, defaults[i].field, site_or(record_int(&rec_queue_row, &row, defaults[i].field), defaults[i].otherwise));
	row.skills = q->skills ? q->skills : "";
	row.ageing = isnan(q->ageing) ? 1.0 : q->ageing;
	row.selection = q->selection ? q->selection : "longest-idle";
	row.ord = l->ord;
	if (sql_put(call->tx, SQL_QUEUE_PUT, &rec_queue_row, &row, err) < 0 || RUN(call, WIDEN_CLEAR, V_TEXT(q->name)) < 0)
		return -1;
	for (size_t i = 0; i < q->widen.n; i++) {
		const struct site_widen *w = (struct site_widen *)q->widen.v + i;

		if (RUN(call, WIDEN_PUT, V_TEXT(q->name), V_INT(w->after), V_TEXT(w->skills && w->skills != text_null ? w->skills : "")) < 0)
			return -1;
	}
	return 0;
}

/* One queue by itself. */

static int
bad(struct loading *l, const char *queue, const char *field, const char *what, struct err *err)
{
	return site_bad(l, *field ? arena_printf(l->call->arena, "%s.%s", queue, field) : queue, what, err);
}

static int
bad_of(struct loading *l, const char *queue, const char *field, const char *what, const char *value, struct err *err)
{
	return site_bad_of(l, arena_printf(l->call->arena, "%s.%s", queue, field), what, value, NULL, err);
}

static int
check_expression(struct loading *l, const char *queue, const char *field, const char *text, const char **canonical_r, struct err *err)
{
	const struct skills *expr;

	if (skills_parse(l->call->arena, text == text_null ? NULL : text, &expr, err) < 0)
		return site_bad_rule(l, arena_printf(l->call->arena, "%s.%s", queue, field), err);
	if (!skills_satisfiable(expr))
		return bad(l, queue, field, N_("nobody could ever fulfil these skills"), err);
	*canonical_r = skills_canonical(l->call->arena, expr);
	return 0;
}

static int
check_widen(struct loading *l, const struct site_queue *q, const char *before, struct err *err)
{
	const struct site_widen *w = q->widen.v;
	int64_t least = MS_SECOND;

	if (q->widen.n > STEPS_MAX)
		return bad(l, q->name, "widen", N_("has too many steps (16 at most)"), err);
	for (size_t i = 0; i < q->widen.n; i++, w++) {
		const char *asked = "", *place = arena_printf(l->call->arena, "widen[%zu]", i);

		if (site_or(w->after, 0) < MS_SECOND || w->after > 30 * MS_DAY)
			return bad(l, q->name, place, N_("after must be between 1s and 30 days"), err);
		if (w->after < least)
			return bad(l, q->name, place, N_("does not come behind the step before it"), err);
		if (check_expression(l, q->name, place, w->skills, &asked, err) < 0)
			return -1;
		if (strcmp(asked, before) == 0)
			return bad(l, q->name, place, N_("asks for the same skills as before"), err);
		before = asked;
		least = w->after + 1;
	}
	return 0;
}

static const struct range {
	const char *field;
	int64_t least, most;
	const char *what;
} ranges[] = {
	{ "offer_timeout", MS_SECOND, MS_DAY, N_("must be between 1s and 24h") },
	{ "exclusion", 0, 7 * MS_DAY, N_("must be between 0s and 7 days") },
	{ "overflow_after", MS_SECOND, 30 * MS_DAY, N_("must be between 1s and 30 days") },
	{ "overflow_length", 1, 1000000, N_("must be between 1 and 1000000") },
	{ "last_agent_wait", MS_SECOND, 30 * MS_DAY, N_("must be between 1s and 30 days") },
	{ "wrap_up", 0, MS_DAY, N_("must be between 0s and 24h") },
	{ "waiting_late", 0, 30 * MS_DAY, N_("must be between 0s and 30 days") },
	{ "waiting_overdue", 0, 30 * MS_DAY, N_("must be between 0s and 30 days") },
	{ "inactivity_warning", MS_SECOND, 30 * MS_DAY, N_("must be between 1s and 30 days") },
	{ "inactivity_warning2", MS_SECOND, 30 * MS_DAY, N_("must be between 1s and 30 days") },
	{ "inactivity_close", MS_SECOND, 30 * MS_DAY, N_("must be between 1s and 30 days") },
};

static int
check_ranges(struct loading *l, const struct site_queue *q, struct err *err)
{
	for (size_t i = 0; i < COUNT_OF(ranges); i++) {
		int64_t n = field_int(record_field(&rec_site_queue, ranges[i].field), q);

		if (n != INT_ABSENT && (n < ranges[i].least || n > ranges[i].most))
			return bad(l, q->name, ranges[i].field, ranges[i].what, err);
	}
	return 0;
}

/* Whether a rule says anything: a text, a number, true, a policy other than the first, which is none. */
static bool
says(const struct site_queue *q, const char *name)
{
	const struct field *f = record_field(&rec_site_queue, name);

	if (f->type == FIELD_TEXT)
		return field_text(f, q) != NULL;
	return f->type == FIELD_BOOL || f->type == FIELD_NAME ? field_int(f, q) > 0 : field_int(f, q) != INT_ABSENT;
}

/* What means nothing without another. */
static const struct {
	const char *field, *needs, *what;
} needs[] = {
	{ "overflow_after", "overflow_to", N_("overflow where to? there is no overflow_to") },
	{ "overflow_length", "overflow_to", N_("overflow where to? there is no overflow_to") },
	{ "overflow_nobody", "overflow_to", N_("overflow where to? there is no overflow_to") },
	{ "closed", "hours", N_("it is never closed: there are no hours") },
	{ "closed_to", "closed", N_("closed is not overflow") },
	{ "last_agent_wait", "last_agent", N_("last_agent is off: it waits for nobody") },
	{ "last_agent", "push", N_("a queue that does not push offers nothing to anybody") },
	{ "inactivity_warning2", "inactivity_warning", N_("a second warning without a first one: there is no inactivity_warning") },
};

static int
check_sense(struct loading *l, const struct site_queue *given, struct err *err)
{
	struct site_queue q = *given;

	q.push = site_or(q.push, 1);
	for (size_t i = 0; i < COUNT_OF(needs); i++)
		if (says(&q, needs[i].field) && !says(&q, needs[i].needs))
			return bad(l, q.name, needs[i].field, needs[i].what, err);
	if (q.overflow_to && !says(&q, "overflow_after") && !says(&q, "overflow_length") && !says(&q, "overflow_nobody"))
		return bad(l, q.name, "overflow_to", N_("overflow when? give overflow_after, overflow_length or overflow_nobody"), err);
	if (q.closed == CLOSED_OVERFLOW && !q.closed_to)
		return bad(l, q.name, "closed", N_("overflow where to? there is no closed_to"), err);
	if (q.closed_to && q.closed != CLOSED_OVERFLOW)
		return bad(l, q.name, "closed_to", N_("closed is not overflow"), err);
	if (q.waiting_overdue != 0 && site_or(q.waiting_overdue, 60 * MS_SECOND) < site_or(q.waiting_late, 20 * MS_SECOND))
		return bad(l, q.name, "waiting_overdue", N_("comes before waiting_late (20s and 60s where nothing is said)"), err);
	if (!q.push && site_or(q.pull, 0) == 0)
		return bad(l, q.name, "push", N_("neither push nor pull: nobody could ever take anything"), err);
	return 0;
}

int
queue_item_check(struct loading *l, const void *item, struct err *err)
{
	const struct site_queue *q = item;
	enum routing_policy policy;
	const char *asked = "";

	if (check_expression(l, q->name, "skills", q->skills, &asked, err) < 0)
		return -1;
	if (q->selection && !routing_policy_parse(q->selection, &policy))
		return bad(l, q->name, "selection", N_("is not longest-idle, least-loaded, best-fit or order"), err);
	if (!isnan(q->ageing) && !(q->ageing > 0 && q->ageing <= 1000))
		return bad(l, q->name, "ageing", N_("must be above 0 and at most 1000"), err);
	return check_ranges(l, q, err) < 0 || check_sense(l, q, err) < 0 ? -1 : check_widen(l, q, asked, err);
}

/* All of them together. */

struct web {
	struct loading *l;
	struct queue **v;
	size_t n;
	/* Of each: seen on the way here, or found to lead nowhere wrong. */
	enum { UNSEEN,
	       ON_THE_WAY,
	       GOOD } *
		state;
	size_t *way, depth;
};

static struct queue *
find(const struct web *web, const char *name, size_t *at_r)
{
	for (size_t i = 0; name && i < web->n; i++)
		if (strcmp(web->v[i]->name, name) == 0) {
			*at_r = i;
			return web->v[i];
		}
	return NULL;
}

static int
check_named(const struct web *web, const struct queue *q, struct err *err)
{
	const struct {
		const char *field, *name;
	} names[] = { { "overflow_to", q->overflow_to }, { "closed_to", q->closed_to }, { "fallback", q->fallback } };
	struct site_hours *hours = record_new(web->l->call->arena, &rec_site_hours);
	size_t at;
	int rc;

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (names[i].name && !find(web, names[i].name, &at))
			return bad_of(web->l, q->name, names[i].field, N_("no queue '{value}'"), names[i].name, err);
	if (q->fallback && strcmp(q->fallback, q->name) == 0)
		return bad(web->l, q->name, "fallback", N_("is the queue itself"), err);
	if (!q->hours)
		return 0;
	rc = hours_item_get(web->l->call, q->hours, hours, err);
	if (rc >= 0 && (rc == 0 || !hours->zone))
		return bad_of(web->l, q->name, "hours", N_("no hours '{value}'"), q->hours, err);
	return rc < 0 ? -1 : 0;
}

/* "a > b > a" */
static const char *
circle(const struct web *web, size_t to)
{
	const char *text = web->v[to]->name;

	for (size_t i = web->depth; i > 0; i--) {
		text = arena_printf(web->l->call->arena, "%s > %s", web->v[web->way[i - 1]]->name, text);
		if (web->way[i - 1] == to)
			break;
	}
	return text;
}

/* Follows all ways on which what comes may be sent on. */
static int
follow(struct web *web, size_t i, struct err *err)
{
	const char *to[] = { web->v[i]->overflow_to, web->v[i]->closed_to };
	size_t next;

	web->state[i] = ON_THE_WAY;
	web->way[web->depth++] = i;
	for (size_t k = 0; k < COUNT_OF(to); k++) {
		if (!find(web, to[k], &next) || web->state[next] == GOOD)
			continue;
		if (web->state[next] == ON_THE_WAY)
			return bad_of(web->l, web->v[i]->name, k ? "closed_to" : "overflow_to", N_("overflows in a circle: {value}"), circle(web, next), err);
		if (follow(web, next, err) < 0)
			return -1;
	}
	web->state[i] = GOOD;
	web->depth--;
	return 0;
}

int
queue_whole_check(struct loading *l, struct err *err)
{
	struct web web = { .l = l };
	struct texts names;

	l->section = "queues";
	if (sql_texts(l->call->tx, l->call->arena, SQL_QUEUE_NAMES, NO_ARGS, &names, err) < 0)
		return -1;
	web.v = arena_alloc(l->call->arena, (names.n + 1) * sizeof(struct queue *));
	web.state = arena_alloc(l->call->arena, (names.n + 1) * sizeof(*web.state));
	web.way = arena_alloc(l->call->arena, (names.n + 1) * sizeof(*web.way));
	for (web.n = 0; web.n < names.n; web.n++)
		if (queue_get(l->call, names.v[web.n], &web.v[web.n], err) < 0)
			return -1;
	for (size_t i = 0; i < web.n; i++)
		if (check_named(&web, web.v[i], err) < 0)
			return -1;
	for (size_t i = 0; i < web.n; i++)
		if (web.state[i] == UNSEEN && follow(&web, i, err) < 0)
			return -1;
	return 0;
}
