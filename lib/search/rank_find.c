#include "search/rank.h"

/* Many terms: stop words would be half of the work, and find nobody. */
static bool
leaves_out(const struct rank *r, const struct rank_feature *f)
{
	return f->stop && !r->only_stop && r->terms_n > RANK_LONG;
}

static size_t
wants_of(struct rank *r, struct index_want **wants_r, bool uses)
{
	struct index_want *wants = arena_alloc(r->scratch, (r->terms_n + 1) * sizeof(*wants));
	size_t n = 0;

	for (size_t i = 0; i < r->terms_n; i++) {
		const struct rank_feature *f = &r->features.v[i];

		if (!leaves_out(r, f))
			wants[n++] = (struct index_want){ f->of, (float)(uses ? f->use_weight : f->weight), f->df, f->df_uses };
	}
	*wants_r = wants;
	return n;
}

/* For SEARCH_ALL and SEARCH_PHRASE, read in one way: what must be there. false: it is nowhere. */
static bool
wants_all(struct rank *r, struct index_want *wants, size_t *n_r)
{
	const struct rank_reading *reading = &r->readings[0];
	size_t n = 0;

	for (size_t i = 0; i < reading->n; i++) {
		const struct rank_token *token = &reading->v[i];
		bool met = false;

		if (r->query->match == SEARCH_ALL && !rank_must(r, token))
			continue;
		if (token->feature == RANK_NOTHING)
			return false;
		for (size_t j = 0; j < n && !met; j++)
			met = wants[j].term == r->features.v[token->feature].of;
		if (!met)
			wants[n++] = (struct index_want){ r->features.v[token->feature].of, (float)r->features.v[token->feature].weight,
							  r->features.v[token->feature].df, r->features.v[token->feature].df_uses };
	}
	*n_r = n;
	return true;
}

/* Room for so many. */
static void
need(struct rank *r, struct rank_docs *docs, size_t n)
{
	docs->v = arena_alloc(r->scratch, (n + 1) * sizeof(*docs->v));
	docs->cap = n + 1;
}

void
rank_find_uses(struct rank *r)
{
	struct index_found found[RANK_USES];
	struct index_ask ask = { .set = INDEX_USES, .gate = r->gate };
	struct index_want *wants;
	size_t n;

	if (!r->fields[INDEX_PAST])
		return;
	ask.n = wants_of(r, &wants, true);
	ask.wants = wants;
	n = ask.n ? index_top(r->search, &ask, RANK_USES, found) : 0;
	while (n > RANK_NEIGHBOURS && found[n - 1].score < RANK_BESIDE * found[0].score)
		n--;
	need(r, &r->uses, n);
	for (size_t i = 0; i < n; i++) {
		struct rank_doc use = { .ordinal = found[i].ordinal };

		rank_count_use(r, &use);
		if (use.response != INDEX_NONE)
			vec_push(r->scratch, &r->uses, use);
	}
	rank_weigh_uses(r);
	for (size_t i = 0; i < r->uses.n; i++)
		rank_score_use(r, &r->uses.v[i]);
	rank_vote(r);
}

static struct rank_doc *
add(struct rank *r, uint32_t response)
{
	for (size_t i = 0; i < r->docs.n; i++)
		if (r->docs.v[i].ordinal == response)
			return &r->docs.v[i];
	vec_push(r->scratch, &r->docs, ((struct rank_doc){ .ordinal = response }));
	return &r->docs.v[r->docs.n - 1];
}

static void
add_found(struct rank *r)
{
	struct index_found found[RANK_TOP];
	struct index_ask ask = { .set = r->query->in == SEARCH_IN_NAME ? INDEX_NAMES : INDEX_RESPONSES, .gate = r->gate, .context = r };
	struct index_want *wants;
	bool strict = r->query->match != SEARCH_ANY;
	size_t n;

	ask.n = wants_of(r, &wants, false);
	if (strict && r->readings_n == 1) {
		ask.all = true;
		wants = arena_alloc(r->scratch, (r->readings[0].n + 1) * sizeof(*wants));
		if (!wants_all(r, wants, &ask.n))
			return;
	}
	if (strict || r->query->in == SEARCH_IN_TEXT)
		ask.accept = rank_accept;
	ask.wants = wants;
	n = ask.n ? index_top(r->search, &ask, RANK_TOP, found) : 0;
	need(r, &r->docs, n + RANK_NEIGHBOURS + RANK_EXACT);
	for (size_t i = 0; i < n; i++)
		vec_push(r->scratch, &r->docs, ((struct rank_doc){ .ordinal = found[i].ordinal }));
}

/* Its id, its shortcut or its name: the first, whatever else it says. */
static void
add_exact(struct rank *r)
{
	uint32_t exact[RANK_EXACT];
	size_t n = index_exact(r->search, r->query->text, exact, RANK_EXACT);

	for (size_t i = 0; i < n; i++)
		if (index_passes(r->gate, exact[i]))
			add(r, exact[i])->exact = 1;
}

/* Nothing is asked: all that pass, in the order of priors. */
static void
add_passing(struct rank *r)
{
	uint32_t *responses = arena_alloc(r->scratch, RANK_LISTED * sizeof(*responses));
	size_t n = index_passing(r->gate, responses, RANK_LISTED);

	for (size_t i = 0; i < n; i++)
		vec_push(r->scratch, &r->docs, ((struct rank_doc){ .ordinal = responses[i] }));
}

void
rank_find(struct rank *r)
{
	if (r->nothing) {
		add_passing(r);
	} else {
		add_found(r);
		for (size_t i = 0; i < r->uses.n && r->query->match == SEARCH_ANY; i++)
			if (r->uses.v[i].votes > 0)
				add(r, r->uses.v[i].response);
		if (!r->query->message && r->query->in != SEARCH_IN_TEXT)
			add_exact(r);
	}
	for (size_t i = 0; i < r->docs.n; i++)
		rank_count_response(r, &r->docs.v[i]);
}
