#include "search/index_log.h"
#include "search/index_top.h"

#include <stdlib.h>
#include <string.h>

/*
 * What the log has to say of the best. Responses and uses of the log are
 * scored as a text of the file would be, without rounding; those of the file
 * of which it has more uses get what the file says of them and at most what
 * the new uses add.
 */

static double
share(double tf)
{
	return tf / (INDEX_K1 + tf);
}

static double
weight_of(double count, uint64_t length, double length_own, double weight)
{
	double average = count > 0 && length ? (double)length / count : 1;

	return weight / (1 - INDEX_B + INDEX_B * length_own / average);
}

static double
field_weight(const struct search *search, enum index_field field, double length)
{
	const struct index_stats *stats = &search->log->stats;

	return weight_of(stats->filled[field], stats->length[field], length, index_field_weight[field]);
}

static int
by_ordinal(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return (a > b) - (a < b);
}

/* A response of the file that counts, and has a use with one of the terms, or lost one. */
static bool
is_touched(const struct log_slot *slot)
{
	return slot->file != INDEX_NONE && slot->now == slot->file && (slot->hit || slot->whole);
}

void
index_log_touch(struct search *search, enum index_set set, const uint32_t **touched_r, float **score_r, size_t *n_r)
{
	struct log *log = search->log;

	*n_r = 0;
	if (!log || set != INDEX_RESPONSES)
		return;
	if (!log->touched) {
		log->touched = xcalloc(log->slots.n + 1, sizeof(*log->touched));
		log->touched_score = xcalloc(log->slots.n + 1, sizeof(*log->touched_score));
	}
	log->touched_n = 0;
	for (size_t i = 0; i < log->slots.n; i++)
		if (is_touched(&log->slots.v[i]))
			log->touched[log->touched_n++] = log->slots.v[i].file;
	if (log->touched_n)
		qsort(log->touched, log->touched_n, sizeof(uint32_t), by_ordinal);
	memset(log->touched_score, 0, (log->slots.n + 1) * sizeof(*log->touched_score));
	*touched_r = log->touched;
	*score_r = log->touched_score;
	*n_r = log->touched_n;
}

/* What is summed up of one response or use: by the number of a term, from 1. */
struct sums {
	const struct index_ask *ask;
	struct best *best;
	double *tf;
	size_t had; /* how many terms are there at all */
};

static void
sums_add(const struct search *search, struct sums *sums, uint32_t term, double tf)
{
	uint32_t at = search->log->map[term];

	if (!at || tf <= 0)
		return;
	sums->had += sums->tf[at] == 0;
	sums->tf[at] += tf;
}

/* The score, and all is zero again. */
static double
sums_end(struct sums *sums)
{
	double score = 0;

	for (size_t i = 0; sums->had && i < sums->ask->n; i++) {
		score += sums->ask->wants[i].weight * share(sums->tf[i + 1]);
		sums->tf[i + 1] = 0;
	}
	return score;
}

static void
offer(struct search *search, struct sums *sums, uint32_t ordinal, double score)
{
	bool matches = sums->ask->all ? sums->had == sums->ask->n : sums->had > 0;

	if (matches && (float)score > best_least(sums->best) && top_admits(search, sums->ask, ordinal))
		best_offer(sums->best, ordinal, (float)score);
	sums->had = 0;
}

static void
add_words(struct search *search, struct sums *sums, const uint32_t *words, size_t n, double weight)
{
	for (size_t i = 0; i < n; i++)
		sums_add(search, sums, index_word_term(search, words[i]), weight);
}

static void
score_text(struct search *search, struct sums *sums, uint32_t response)
{
	struct index_text text;
	double past;

	index_text(search, response, &text);
	add_words(search, sums, text.name, text.name_n, field_weight(search, INDEX_NAME, (double)text.name_n));
	if (sums->ask->set == INDEX_RESPONSES) {
		add_words(search, sums, text.text, text.text_n, field_weight(search, INDEX_TEXT, (double)text.text_n));
		past = field_weight(search, INDEX_PAST, (double)text.past_length);
		for (size_t i = 0; i < text.past_n; i++)
			sums_add(search, sums, text.past[i].term, past * text.past[i].tf);
	}
	offer(search, sums, response, sums_end(sums));
}

/* Of a response of the file: what its new uses add to what the file says of it. */
static void
score_touched(struct search *search, struct sums *sums, const struct log_slot *slot, float file)
{
	const struct log *log = search->log;
	uint64_t length = 0;
	double past, score;

	if (sums->ask->all || slot->whole) {
		score_text(search, sums, slot->now);
		return;
	}
	for (uint32_t i = slot->uses; i != INDEX_NONE; i = log->uses.v[i].next)
		length += log->uses.v[i].n;
	past = field_weight(search, INDEX_PAST, (double)length);
	for (uint32_t i = slot->uses; i != INDEX_NONE; i = log->uses.v[i].next) {
		const struct log_use *use = &log->uses.v[i];

		for (uint32_t k = 0; k < use->hits && (use->kind == SEARCH_SENT || use->kind == SEARCH_EDITED); k++)
			sums_add(search, sums, log->hits.v[use->hit + k].term, past * log->hits.v[use->hit + k].tf);
	}
	score = sums_end(sums) + file;
	sums->had += file > 0;
	offer(search, sums, slot->now, score);
}

static void
score_use(struct search *search, struct sums *sums, uint32_t i)
{
	const struct log *log = search->log;
	const struct log_use *use = &log->uses.v[i];
	double weight = weight_of(log->stats.uses, log->stats.uses_length, use->n, 1);

	for (uint32_t k = 0; k < use->hits; k++)
		sums_add(search, sums, log->hits.v[use->hit + k].term, weight * log->hits.v[use->hit + k].tf);
	offer(search, sums, search->h.uses + i, sums_end(sums));
}

static float
file_score(const struct log *log, uint32_t response)
{
	const uint32_t *at = bsearch(&response, log->touched, log->touched_n, sizeof(response), by_ordinal);

	return at ? log->touched_score[at - log->touched] : 0;
}

static void
score_all(struct search *search, struct sums *sums)
{
	struct log *log = search->log;

	if (sums->ask->set == INDEX_USES) {
		for (uint32_t i = 0; i < log->uses.n; i++)
			if (log->uses.v[i].hits)
				score_use(search, sums, i);
		return;
	}
	for (uint32_t i = 0; i < log->responses.n; i++)
		if (log->responses.v[i].there)
			score_text(search, sums, search->h.responses + i);
	for (size_t i = 0; i < log->slots.n && sums->ask->set == INDEX_RESPONSES; i++) {
		const struct log_slot *slot = &log->slots.v[i];

		if (is_touched(slot))
			score_touched(search, sums, slot, file_score(log, slot->now));
	}
}

void
index_log_top(struct search *search, const struct index_ask *ask, struct best *best)
{
	struct log *log = search->log;
	struct sums sums = { .ask = ask, .best = best };
	size_t terms;

	/* Nothing was counted, so nothing is known of the log. */
	if (!log || !log->map)
		return;
	terms = search->h.terms + log->terms.n;
	sums.tf = xcalloc(ask->n + 1, sizeof(*sums.tf));
	for (size_t i = 0; i < ask->n; i++)
		if (ask->wants[i].term < terms)
			log->map[ask->wants[i].term] = (uint32_t)i + 1;
	score_all(search, &sums);
	for (size_t i = 0; i < ask->n; i++)
		if (ask->wants[i].term < terms)
			log->map[ask->wants[i].term] = 0;
	free(sums.tf);
}
