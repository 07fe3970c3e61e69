#include "search/rank.h"

#include <math.h>
#include <string.h>

#include "search/index_file.h"
#include "search/letter.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"

const struct rank_constants rank_constants = {
#define RANK(name, value, whence) .name = value,
#include "search/rank.def"
#undef RANK
};

void
rank_free(struct rank **rank)
{
	struct rank *r = *rank;

	if (!r)
		return;
	analyser_free(&r->analyser);
	arena_free(&r->scratch);
	free(r->languages);
	free(r->word_says);
	free(r->phrase_says);
	free(r->flat);
	free(r->flat_words.v);
	free(r->words.v);
	free(r->word_grams.v);
	free(r->features.v);
	free(r->holds.v);
	free(r->many.v);
	free(r);
	*rank = NULL;
}

struct rank *
rank_begin(struct search *search, const struct search_query *query, struct arena *arena)
{
	static const struct search_query none = { .text = "" };
	struct rank *r = search->rank;

	if (!r) {
		r = search->rank = xcalloc(1, sizeof(*r));
		r->search = search;
		r->analyser = analyser_new();
		r->scratch = arena_new();
	}
	rank_words_begin(r);
	rank_flat_begin(r);
	r->features.n = r->holds.n = r->many.n = 0;
	arena_reset(r->scratch);
	memset((char *)r + offsetof(struct rank, query), 0, sizeof(*r) - offsetof(struct rank, query));
	r->query = query ? query : &none;
	r->gate = index_gate(search, r->query, arena);
	index_stats(search, &r->stats);
	r->fields[INDEX_NAME] = r->query->in != SEARCH_IN_TEXT;
	r->fields[INDEX_TEXT] = r->query->in != SEARCH_IN_NAME;
	r->fields[INDEX_PAST] = r->query->in == SEARCH_IN_ALL;
	return r;
}

void
rank_text(struct rank *r)
{
	const char *text = r->query->text ? r->query->text : "";
	struct buf body = BUF_INIT;

	r->text = text;
	r->text_size = strlen(text);
	if (r->query->message) {
		letter_body(&body, text, r->text_size);
		r->text = arena_memdup(r->scratch, buf_get(&body), body.n);
		r->text_size = body.n;
		buf_release(&body);
	}
	r->nothing = text[strspn(text, " \t\r\n")] == '\0';
}

/* What documents are put in order by. */
struct key {
	double score;
	int64_t number;
	const char *id;
	size_t i;
};

static int
by_key(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->score != y->score)
		return (x->score < y->score) - (x->score > y->score);
	if (x->id && y->id)
		return strcmp(x->id, y->id);
	return x->number != y->number ? (x->number > y->number) - (x->number < y->number) : (x->i > y->i) - (x->i < y->i);
}

/* Equal ones from i on by their ids, which are looked up for nobody else; returns their end. */
static size_t
order_equal(struct rank *r, struct key *keys, size_t i)
{
	size_t end = i + 1;

	while (end < r->docs.n && keys[end].score == keys[i].score)
		end++;
	if (end == i + 1)
		return end;
	for (size_t k = i; k < end; k++) {
		struct index_response response;

		index_response(r->search, r->docs.v[keys[k].i].ordinal, &response);
		keys[k].id = response.id;
	}
	qsort(keys + i, end - i, sizeof(*keys), by_key);
	return end;
}

/* Each where its key is. */
static void
move(struct rank_docs *docs, struct key *keys)
{
	for (size_t i = 0; i < docs->n; i++) {
		struct rank_doc first = docs->v[i];
		size_t at = i, from;

		for (; (from = keys[at].i) != i; at = from) {
			keys[at].i = at;
			docs->v[at] = docs->v[from];
		}
		keys[at].i = at;
		docs->v[at] = first;
	}
}

void
rank_order(struct rank *r, struct rank_docs *docs)
{
	struct key *keys = arena_alloc(r->scratch, (docs->n + 1) * sizeof(*keys));
	size_t limit = r->query->limit ? r->query->limit : RANK_HITS;

	for (size_t i = 0; i < docs->n; i++)
		keys[i] = (struct key){ docs->v[i].score, docs->v[i].number, NULL, i };
	if (docs->n)
		qsort(keys, docs->n, sizeof(*keys), by_key);
	for (size_t i = 0; docs == &r->docs && i < docs->n && i < limit;)
		i = order_equal(r, keys, i);
	move(docs, keys);
}

/* How sure it is that this one is right: see rank.def. */
static int
percent_of(const struct rank *r, const struct rank_doc *doc, double other)
{
	double most = fmax(doc->score, other), all = r->best - r->nearest;
	double reached = all > 0 ? fmax(doc->score, 0) / all : 0;
	double ahead = most > 0 ? (doc->score - other) / most : 0;
	double x = rank_constants.sure + rank_constants.sure_reached * fmin(reached, 1) + rank_constants.sure_ahead * fmax(ahead, -1);

	return doc->exact > 0 ? 100 : (int)lround(100 / (1 + exp(-x)));
}

static void
percents(struct rank *r)
{
	int above = 100;

	for (size_t i = 0; i < r->docs.n; i++) {
		double other = i ? r->docs.v[0].score : r->docs.n > 1 ? r->docs.v[1].score
								      : 0;
		int percent = percent_of(r, &r->docs.v[i], other);

		r->docs.v[i].percent = above = percent < above ? percent : above;
	}
}

static void
give(struct rank *r, struct arena *arena, struct search_hits *hits)
{
	size_t limit = r->query->limit ? r->query->limit : RANK_HITS;
	struct search_hit *v = arena_alloc(arena, (r->docs.n < limit ? r->docs.n : limit) * sizeof(*v) + 1);

	for (size_t i = 0; i < r->docs.n && hits->n < limit; i++) {
		const struct rank_doc *d = &r->docs.v[i];
		struct search_hit *hit = &v[hits->n];
		struct index_response response;

		if (d->percent < r->query->min_score)
			continue;
		index_response(r->search, d->ordinal, &response);
		*hit = (struct search_hit){ .id = response.id, .shortcut = response.shortcut, .name = arena_strdup(arena, index_name(r->search, d->ordinal)), .category = response.category, .language = response.language, .score = d->score, .percent = d->percent, .favourite = d->favourite };
		if (r->query->explain)
			hit->reasons = rank_explain(r, d, arena, &hit->reasons_n);
		hits->n++;
	}
	hits->v = v;
}

/* Candidates that have nothing of it but what past messages took from them. */
static void
drop_empty(struct rank *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->docs.n; i++)
		if (r->nothing || r->docs.v[i].has_any || r->docs.v[i].exact > 0 || r->docs.v[i].neighbours > 0)
			r->docs.v[n++] = r->docs.v[i];
	r->docs.n = n;
}

int
search_run(struct search *search, const struct search_query *query, struct arena *arena, struct search_hits *hits_r, struct err *err)
{
	struct rank *r = rank_begin(search, query, arena);

	*hits_r = (struct search_hits){ 0 };
	rank_text(r);
	if (utf8_valid(r->text, r->text_size) < r->text_size)
		return err_set(err, E_BAD_QUERY, NULL);
	rank_query(r);
	rank_find_uses(r);
	rank_find(r);
	rank_weigh(r);
	for (size_t i = 0; i < r->docs.n; i++)
		rank_score(r, &r->docs.v[i]);
	drop_empty(r);
	rank_order(r, &r->docs);
	percents(r);
	give(r, arena, hits_r);
	return index_damaged(search, err);
}
