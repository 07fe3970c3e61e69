/*
 * A past period as it was recorded: what came, and who had it when.
 */
#include <stdlib.h>
#include <string.h>

#include "desk/replay_priv.h"

#define X struct past_ixn
RECORD(rec_past_ixn, X, "interaction", NULL,
       ID_FIELD(X, id, 0, NULL), TEXT_FIELD(X, medium, 0, NULL), ID_FIELD(X, contact, 0, NULL), TEXT_FIELD(X, origin_queue, 0, NULL),
       TEXT_FIELD(X, queue, 0, NULL), TEXT_FIELD(X, skills, 0, NULL), INT_FIELD(X, priority, 0, NULL), NAME_FIELD(X, direction, directions, 0, NULL),
       NAME_FIELD(X, state, ixn_states, 0, NULL), TIME_FIELD(X, queued, 0, NULL), TIME_FIELD(X, answered, 0, NULL), TIME_FIELD(X, ended, 0, NULL),
       TIME_FIELD(X, done, 0, NULL), NAME_FIELD(X, reason, end_reasons, 0, NULL))
#undef X

RECORD(rec_past_span, struct span, "span", NULL, ID_FIELD(struct span, ixn, 0, NULL), TEXT_FIELD(struct span, agent, 0, NULL),
       TIME_FIELD(struct span, started, 0, NULL), TIME_FIELD(struct span, ended, 0, NULL), BOOL_FIELD(struct span, accepted, 0, NULL))

/* What belongs to a range of interactions, in the order of their ids. */
struct range_rows {
	struct records segments, offers, parties;
	size_t at_segment, at_offer, at_party;
};

static struct spans
spans_of(const struct records *rows, size_t *at, const char *ixn)
{
	const struct span *v = rows->v;
	struct spans out;

	while (*at < rows->n && strcmp(v[*at].ixn, ixn) < 0)
		++*at;
	out = (struct spans){ v + *at, 0 };
	while (*at < rows->n && strcmp(v[*at].ixn, ixn) == 0) {
		++*at;
		out.n++;
	}
	return out;
}

static int
rows_read(struct call *call, const char *from, const char *to, struct range_rows *out, struct err *err)
{
	*out = (struct range_rows){ .at_segment = 0 };
	if (sql_all(call->tx, call->arena, SQL_PAST_SEGMENTS, ARGS(V_TEXT(from), V_TEXT(to)), &rec_past_span, &out->segments, err) < 0 ||
	    sql_all(call->tx, call->arena, SQL_PAST_OFFERS, ARGS(V_TEXT(from), V_TEXT(to)), &rec_past_span, &out->offers, err) < 0)
		return -1;
	return sql_all(call->tx, call->arena, SQL_PAST_PARTIES, ARGS(V_TEXT(from), V_TEXT(to)), &rec_past_span, &out->parties, err);
}

static int
add_ixn(struct call *call, struct past *past, const struct past_ixn *ixn, struct range_rows *rows, struct err *err)
{
	struct way way = { .ixn = ixn };

	way.segments = spans_of(&rows->segments, &rows->at_segment, ixn->id);
	way.offers = spans_of(&rows->offers, &rows->at_offer, ixn->id);
	way.parties = spans_of(&rows->parties, &rows->at_party, ixn->id);
	/* What never left its queue and its agent has no moves worth a look. */
	if ((way.segments.n > 1 || strcmp(ixn->queue ? ixn->queue : "", ixn->origin_queue ? ixn->origin_queue : "") != 0) &&
	    sql_all(call->tx, call->arena, SQL_PAST_MOVES, ARGS(V_TEXT(ixn->id)), &rec_past_move, &way.moves, err) < 0)
		return -1;
	past_add(past, &way, call->arena, call->now);
	return 0;
}

/* How long it takes: the median of what is known. */

struct known {
	const char *queue;
	int64_t handling, response;
};

static int
by_queue(const void *a, const void *b)
{
	return strcmp(((const struct known *)a)->queue, ((const struct known *)b)->queue);
}

static int
by_handling(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return (x->handling > y->handling) - (x->handling < y->handling);
}

static int
by_response(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return (x->response > y->response) - (x->response < y->response);
}

/* The medians of some, which are sorted for it. */
static struct known
medians(struct known *v, size_t n)
{
	struct known out = { v->queue, 0, 0 };

	qsort(v, n, sizeof(*v), by_handling);
	out.handling = v[(n - 1) / 2].handling;
	qsort(v, n, sizeof(*v), by_response);
	out.response = v[(n - 1) / 2].response;
	return out;
}

/* One for each queue, by name, and that of all behind them; *n_r counts the queues. */
static struct known *
all_medians(struct arena *arena, const struct past *past, size_t *n_r)
{
	size_t n = past->known.n;
	struct known *v = arena_alloc(arena, (n + 1) * sizeof(*v)), *out = arena_alloc(arena, (n + 1) * sizeof(*out));

	*n_r = 0;
	for (size_t i = 0; i < n; i++)
		v[i] = (struct known){ past->known.v[i]->queue, past->known.v[i]->handling + past->known.v[i]->wrap, past->known.v[i]->response };
	qsort(v, n, sizeof(*v), by_queue);
	for (size_t i = 0, k; i < n; i += k) {
		for (k = 1; i + k < n && strcmp(v[i].queue, v[i + k].queue) == 0;)
			k++;
		out[(*n_r)++] = medians(v + i, k);
	}
	out[*n_r] = n ? medians(v, n) : (struct known){ "", 0, 0 };
	return out;
}

/* As long as others, unless that was less than is known of it. */
static int64_t
fill(int64_t known, int64_t median)
{
	if (known >= 0)
		return known;
	return -1 - known > median ? -1 - known : median;
}

static void
fill_unknown(struct call *call, struct past *past)
{
	size_t n;
	const struct known *all = all_medians(call->arena, past, &n);

	for (size_t i = 0; i < past->unknown.n; i++) {
		struct replay_leg *leg = past->unknown.v[i];
		const struct known key = { leg->queue, 0, 0 }, *k = n ? bsearch(&key, all, n, sizeof(*all), by_queue) : NULL;

		k = k ? k : &all[n];
		leg->response = fill(leg->response, k->response);
		leg->handling = fill(leg->handling, k->handling);
	}
}

/* All of them. */

void
past_progress(struct call *call, size_t done, size_t n)
{
	if (call->desk->options.progress)
		call->desk->options.progress(done, n);
}

static int
read_period(struct call *call, struct past *past, const char *from, const char *to, struct err *err)
{
	struct records ixns;
	struct range_rows rows;

	if (sql_all(call->tx, call->arena, SQL_PAST_IXNS, ARGS(V_TEXT(from), V_TEXT(to)), &rec_past_ixn, &ixns, err) < 0 ||
	    rows_read(call, from, to, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < ixns.n; i++) {
		if (i % 1024 == 0)
			past_progress(call, i, ixns.n * PAST_RUNS);
		if (add_ixn(call, past, (struct past_ixn *)ixns.v + i, &rows, err) < 0)
			return -1;
	}
	return 0;
}

/* What had come before and was not done. */
static int
read_open(struct call *call, struct past *past, const char *from, struct err *err)
{
	struct records ixns;
	struct range_rows rows;

	if (sql_all(call->tx, call->arena, SQL_PAST_OPEN, ARGS(V_TEXT(from), V_INT(past->since)), &rec_past_ixn, &ixns, err) < 0)
		return -1;
	for (size_t i = 0; i < ixns.n; i++) {
		const struct past_ixn *ixn = (struct past_ixn *)ixns.v + i;

		if (rows_read(call, ixn->id, arena_printf(call->arena, "%s~", ixn->id), &rows, err) < 0 || add_ixn(call, past, ixn, &rows, err) < 0)
			return -1;
	}
	return 0;
}

/* Contacts. */

struct served {
	const char *id, *agent;
};
RECORD(rec_past_served, struct served, "served", NULL, ID_FIELD(struct served, id, 0, NULL), TEXT_FIELD(struct served, agent, 0, NULL))

struct merged {
	const char *id, *merged;
};
RECORD(rec_past_merged, struct merged, "merged", NULL, ID_FIELD(struct merged, id, 0, NULL), ID_FIELD(struct merged, merged, 0, NULL))

/* As of today: by whatever name it was known then. */
static int
resolve_merged(struct call *call, struct past *past, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_PAST_MERGED, NO_ARGS, &rec_past_merged, &rows, err) < 0)
		return -1;
	if (rows.n)
		qsort(rows.v, rows.n, sizeof(struct merged), by_text);
	for (size_t i = 0; rows.n && i < past->items.n; i++) {
		const struct merged *m;

		for (size_t hops = 0; past->items.v[i].contact && hops < rows.n; hops++) {
			m = bsearch(&past->items.v[i].contact, rows.v, rows.n, sizeof(*m), by_text);
			if (!m)
				break;
			past->items.v[i].contact = m->merged;
		}
	}
	return 0;
}

static int
read_contacts(struct call *call, struct past *past, const char *from, struct err *err)
{
	const char **v = arena_alloc(call->arena, (past->items.n + 1) * sizeof(*v));
	size_t n = 0;

	if (resolve_merged(call, past, err) < 0)
		return -1;
	for (size_t i = 0; i < past->items.n; i++)
		if (past->items.v[i].contact && !past->items.v[i].held)
			v[n++] = past->items.v[i].contact;
	qsort(v, n, sizeof(*v), by_text);
	for (size_t i = 0; i < n; i++) {
		struct served s;
		int rc;

		if (i && strcmp(v[i], v[i - 1]) == 0)
			continue;
		rc = sql_one(call->tx, call->arena, SQL_PAST_SERVED, ARGS(V_TEXT(v[i]), V_TEXT(from), V_INT(past->since)), &rec_past_served, &s, err);
		if (rc < 0)
			return -1;
		if (rc > 0)
			vec_push(call->arena, &past->contacts, ((struct replay_contact){ v[i], s.agent, s.id }));
	}
	return 0;
}

int
past_read(struct call *call, struct past *past, bool contacts, struct err *err)
{
	char from[ID_SIZE], to[ID_SIZE];

	id_least(past->since, from);
	id_least(past->until, to);
	if (read_open(call, past, from, err) < 0 || read_period(call, past, from, to, err) < 0)
		return -1;
	fill_unknown(call, past);
	return contacts ? read_contacts(call, past, from, err) : 0;
}
