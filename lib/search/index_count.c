#include "search/index_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * What an index made anew would count. Of a response of which the log only has
 * more uses, what they add is told by the log itself; of one that is not whole
 * any more, what the file has of it is taken away and what is now put in.
 */

static bool
use_counts(unsigned kind)
{
	return kind == SEARCH_SENT || kind == SEARCH_EDITED;
}

static void
count_text(struct index_stats *stats, const struct index_text *text, int sign)
{
	const uint64_t length[INDEX_FIELDS] = { text->name_n, text->text_n, text->past_length };

	stats->responses += (uint32_t)sign;
	for (size_t i = 0; i < INDEX_FIELDS; i++) {
		stats->length[i] += (uint64_t)(int64_t)sign * length[i];
		stats->filled[i] += length[i] ? (uint32_t)sign : 0;
	}
}

/* Uses of the file that count no more, and uses of the log that do. */
static void
count_uses(struct search *search, const struct log_slot *slot, struct index_stats *stats, bool *first_r)
{
	const struct log *log = search->log;
	struct file_response r;
	struct file_use use;

	if (slot->whole && slot->file != INDEX_NONE && index_file_response(search, slot->file, &r)) {
		for (uint32_t i = r.use; i < r.use + r.uses; i++) {
			if (index_use_response(search, i) != INDEX_NONE || !index_file_use(search, i, &use) || !use_counts(use.kind))
				continue;
			stats->uses--;
			stats->uses_length -= use.n;
		}
	}
	for (uint32_t i = slot->uses; i != INDEX_NONE && slot->now != INDEX_NONE; i = log->uses.v[i].next) {
		const struct log_use *u = &log->uses.v[i];

		if (u->forgotten || !use_counts(u->kind))
			continue;
		stats->uses++;
		stats->uses_length += u->n;
		if (slot->whole)
			continue;
		stats->length[INDEX_PAST] += u->n;
		*first_r |= u->first && u->n;
	}
}

static void
file_stats(const struct search *search, struct index_stats *stats)
{
	const struct file_header *h = &search->h;

	*stats = (struct index_stats){ .responses = h->responses, .uses = h->uses_counted, .uses_length = h->uses_length };
	memcpy(stats->length, h->length, sizeof(h->length));
	memcpy(stats->filled, h->filled, sizeof(h->filled));
}

void
index_log_count(struct search *search)
{
	struct log *log = search->log;

	file_stats(search, &log->stats);
	for (size_t i = 0; i < log->slots.n; i++) {
		const struct log_slot *slot = &log->slots.v[i];
		struct index_text text;
		bool first = false;

		count_uses(search, slot, &log->stats, &first);
		log->stats.filled[INDEX_PAST] += first;
		if (!slot->whole)
			continue;
		if (slot->file != INDEX_NONE) {
			index_text_of_file(search, slot->file, &text);
			count_text(&log->stats, &text, -1);
		}
		if (slot->now != INDEX_NONE) {
			index_text(search, slot->now, &text);
			count_text(&log->stats, &text, 1);
		}
	}
}

void
index_stats(const struct search *search, struct index_stats *stats_r)
{
	if (search->log)
		*stats_r = search->log->stats;
	else
		file_stats(search, stats_r);
}

/* The number of a term among those that are counted, plus one. */
static inline uint32_t
wanted(struct search *search, uint32_t word)
{
	return search->log->map[index_word_term(search, word)];
}

/* The terms of a text that are counted, each once: one more, or one less. */
static void
count_terms(struct search *search, struct index_want *wants, const struct index_text *text, uint32_t *seen, uint32_t stamp, int sign)
{
	const struct log *log = search->log;
	uint32_t at;

	for (size_t i = 0; i < text->name_n + text->text_n; i++) {
		at = wanted(search, i < text->name_n ? text->name[i] : text->text[i - text->name_n]);
		if (at && seen[at] != stamp) {
			seen[at] = stamp;
			wants[at - 1].df += (uint32_t)sign;
		}
	}
	for (size_t i = 0; i < text->past_n; i++) {
		at = log->map[text->past[i].term];
		if (at && seen[at] != stamp) {
			seen[at] = stamp;
			wants[at - 1].df += (uint32_t)sign;
		}
	}
}

struct counting {
	struct index_want *wants;
	uint32_t *seen, *seen_use; /* by number: for which slot, for which use */
	uint32_t stamp, use_stamp;
};

/* The counted terms of a use of the log, kept for index_top(). */
static void
count_logged(struct search *search, struct counting *c, struct log_slot *slot, struct log_use *use)
{
	struct log *log = search->log;
	const unsigned char *p = use->terms;
	bool counts = use_counts(use->kind);
	struct log_term_at t;

	use->hit = (uint32_t)log->hits.n;
	while (log_use_term(search, use, &p, &t)) {
		uint32_t at = log->map[t.term];

		if (!at)
			continue;
		heap_push(&log->hits, ((struct log_hit){ t.term, t.tf }));
		c->wants[at - 1].df_uses += counts;
		if (counts && t.first && !slot->whole && c->seen[at] != c->stamp) {
			c->seen[at] = c->stamp;
			c->wants[at - 1].df++;
		}
	}
	use->hits = (uint32_t)log->hits.n - use->hit;
	slot->hit |= counts && use->hits;
}

/* Uses of the file that count no more. */
static void
uncount_uses(struct search *search, struct counting *c, const struct log_slot *slot)
{
	struct file_response r;
	struct file_use use;

	if (!index_file_response(search, slot->file, &r))
		return;
	for (uint32_t i = r.use; i < r.use + r.uses; i++) {
		const uint32_t *words;

		if (index_use_response(search, i) != INDEX_NONE || !index_file_use(search, i, &use) || !use_counts(use.kind))
			continue;
		words = index_file_use_words(search, &use, &search->use);
		c->use_stamp++;
		for (uint32_t k = 0; words && k < use.n; k++) {
			uint32_t at = wanted(search, words[k]);

			if (!at || c->seen_use[at] == c->use_stamp)
				continue;
			c->seen_use[at] = c->use_stamp;
			c->wants[at - 1].df_uses--;
		}
	}
}

static void
count_slot(struct search *search, struct counting *c, struct log_slot *slot)
{
	struct log *log = search->log;
	struct index_text text;

	c->stamp++;
	slot->hit = false;
	for (uint32_t i = slot->uses; i != INDEX_NONE; i = log->uses.v[i].next) {
		log->uses.v[i].hits = 0;
		if (!log->uses.v[i].forgotten && slot->now != INDEX_NONE)
			count_logged(search, c, slot, &log->uses.v[i]);
	}
	if (!slot->whole)
		return;
	if (slot->file != INDEX_NONE) {
		uncount_uses(search, c, slot);
		index_text_of_file(search, slot->file, &text);
		count_terms(search, c->wants, &text, c->seen, c->stamp, -1);
	}
	c->stamp++;
	if (slot->now != INDEX_NONE) {
		index_text(search, slot->now, &text);
		count_terms(search, c->wants, &text, c->seen, c->stamp, 1);
	}
}

static void
count_log(struct search *search, struct index_want *wants, size_t n)
{
	struct log *log = search->log;
	struct counting c = { .wants = wants };
	size_t terms = search->h.terms + log->terms.n;

	if (!log->map)
		log->map = xcalloc(terms + 1, sizeof(*log->map));
	c.seen = xcalloc(2 * (n + 1), sizeof(*c.seen));
	c.seen_use = c.seen + n + 1;
	log->hits.n = 0;
	for (size_t i = 0; i < n; i++)
		if (wants[i].term < terms)
			log->map[wants[i].term] = (uint32_t)i + 1;
	for (size_t i = 0; i < log->slots.n; i++)
		count_slot(search, &c, &log->slots.v[i]);
	for (size_t i = 0; i < n; i++)
		if (wants[i].term < terms)
			log->map[wants[i].term] = 0;
	free(c.seen);
}

void
index_count(struct search *search, struct index_want *wants, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct file_term *t = wants[i].term < search->h.terms ? index_file_term(search, wants[i].term) : NULL;

		wants[i].df = t ? t->list[INDEX_RESPONSES].n : 0;
		wants[i].df_uses = t ? t->df_uses : 0;
	}
	if (search->log)
		count_log(search, wants, n);
}

bool
index_gone(struct search *search, const struct index_want *want)
{
	const struct log *log = search->log;
	const struct file_term *t;

	if (!log || want->df || want->df_uses)
		return false;
	/* A use that was no answer is not counted. */
	for (size_t i = 0; i < log->hits.n; i++)
		if (log->hits.v[i].term == want->term)
			return false;
	t = want->term < search->h.terms ? index_file_term(search, want->term) : NULL;
	return !t || !t->list[INDEX_USES].n;
}
