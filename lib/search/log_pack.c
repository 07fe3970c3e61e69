#include "search/index_log.h"

#include <string.h>

#include "search/build.h"
#include "search/terms.h"

#include "base/mem.h"

/* The words of an item: those that the file has by their ids, the others told once, before them. */
struct words {
	struct buf own, ids;
	uint32_t own_n, n;
	struct table by_hash, by_term; /* own ones, by themselves and by their terms */
	struct {
		uint32_t *v;
		size_t n, cap;
	} terms;
};

static int
by_number(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return (a > b) - (a < b);
}

/* Sixty-four bits tell the words of one item apart. */
static uint32_t
own_word(struct search *search, struct words *words, const struct term *t, uint32_t term)
{
	uint64_t hash = word_hash(t->word, t->word_size, t->hash);
	size_t at = SIZE_MAX;
	uint32_t i = table_next(&words->by_hash, hash, &at);

	if (i != TABLE_NONE)
		return search->h.words + i;
	i = words->own_n++;
	table_put(&words->by_hash, hash, i);
	if (term == INDEX_NONE)
		table_put(&words->by_term, t->hash, i);
	buf_add(&words->own, t->word, t->word_size);
	buf_char(&words->own, '\0');
	put_number(&words->own, t->kind == TERM_STOP);
	put_number(&words->own, term == INDEX_NONE ? 0 : (uint64_t)term + 1);
	if (term == INDEX_NONE) {
		buf_add(&words->own, t->text, t->size);
		buf_char(&words->own, '\0');
	}
	return search->h.words + i;
}

static uint32_t
add_text(struct search *search, struct analyser *analyser, struct words *words, const char *text, const char *language)
{
	const struct terms *terms;

	if (!text || !text[0])
		return 0;
	terms = analyse(analyser, text, strlen(text), language);
	for (size_t i = 0; i < terms->n; i++) {
		const struct term *t = &terms->v[i];
		uint32_t term = index_file_find(search, t->hash, t->text, t->size), word = INDEX_NONE;
		size_t at = SIZE_MAX;

		if (term != INDEX_NONE)
			word = index_file_find_word(search, t->word, t->word_size, t->hash, term);
		if (word == INDEX_NONE)
			word = own_word(search, words, t, term);
		if (term == INDEX_NONE)
			term = search->h.terms + table_next(&words->by_term, t->hash, &at);
		put_number(&words->ids, word);
		heap_push(&words->terms, term);
	}
	words->n += (uint32_t)terms->n;
	return (uint32_t)terms->n;
}

static void
words_release(struct words *words)
{
	buf_release(&words->own);
	buf_release(&words->ids);
	table_release(&words->by_hash);
	table_release(&words->by_term);
	free(words->terms.v);
}

static uint32_t
put_reference(struct search *search, struct buf *out, const char *id)
{
	uint32_t i = index_file_id(search, id);

	put_number(out, i == INDEX_NONE ? 0 : (uint64_t)i + 1);
	if (i == INDEX_NONE)
		put_string(out, id);
	return i;
}

static void
pack_response(struct search *search, struct analyser *analyser, const struct search_response *r, struct buf *out)
{
	struct words words = { .own = BUF_INIT, .ids = BUF_INIT };
	uint32_t name_n, text_n;

	put_number(out, r->removed ? LOG_REMOVED : 0);
	put_reference(search, out, r->id);
	if (r->removed)
		return;
	pack_class(out, r);
	put_signed(out, r->start);
	put_signed(out, r->expires);
	put_string(out, r->id);
	put_string(out, r->shortcut);
	put_string(out, r->name);
	name_n = add_text(search, analyser, &words, r->unnamed ? NULL : r->name, r->language);
	name_n += add_text(search, analyser, &words, r->shortcut, r->language);
	name_n += add_text(search, analyser, &words, r->description, r->language);
	text_n = add_text(search, analyser, &words, r->text, r->language);
	put_number(out, words.own_n);
	buf_add(out, buf_get(&words.own), words.own.n);
	put_number(out, name_n);
	put_number(out, text_n);
	buf_add(out, buf_get(&words.ids), words.ids.n);
	words_release(&words);
}

/* All terms of a response of the file, each once, in order. */
static const uint32_t *
terms_of(struct search *search, uint32_t response, struct ids *ids, size_t *n_r)
{
	struct index_text text;
	uint32_t *v;
	size_t n = 0;

	index_text(search, response, &text);
	v = ids_need(ids, text.name_n + text.text_n + text.past_n);
	for (size_t i = 0; i < text.name_n; i++)
		v[n++] = index_word_term(search, text.name[i]);
	for (size_t i = 0; i < text.text_n; i++)
		v[n++] = index_word_term(search, text.text[i]);
	for (size_t i = 0; i < text.past_n; i++)
		v[n++] = text.past[i].term;
	qsort(v, n, sizeof(*v), by_number);
	*n_r = n;
	return v;
}

/* Each term once, by id. known: the terms that its response in the file has, in order. */
static void
put_terms(struct words *words, const uint32_t *known, size_t known_n, struct buf *out)
{
	const uint32_t *v = words->terms.v;
	size_t n = words->terms.n, distinct = 0, next;

	if (n)
		qsort(words->terms.v, n, sizeof(*v), by_number);
	for (size_t i = 0; i < n; i++)
		distinct += i == 0 || v[i] != v[i - 1];
	put_number(out, distinct);
	for (size_t i = 0; i < n; i = next) {
		bool has = known_n && bsearch(&v[i], known, known_n, sizeof(*v), by_number);

		for (next = i; next < n && v[next] == v[i];)
			next++;
		put_number(out, (uint64_t)v[i] << 1 | !has);
		put_number(out, next - i);
	}
}

static void
pack_use(struct search *search, struct analyser *analyser, const struct search_use *use, struct buf *out)
{
	struct words words = { .own = BUF_INIT, .ids = BUF_INIT };
	struct file_response r = { 0 };
	struct ids ids = { 0 };
	const uint32_t *known = NULL;
	size_t known_n = 0;
	uint32_t file = index_file_id(search, use->response);

	if (file != INDEX_NONE && index_file_response(search, file, &r))
		known = terms_of(search, file, &ids, &known_n);
	put_signed(out, use->number);
	put_number(out, (unsigned)use->kind | (r.past_length ? 0 : LOG_FIRST));
	put_reference(search, out, use->response);
	add_text(search, analyser, &words, use->text, use->language);
	put_number(out, words.own_n);
	buf_add(out, buf_get(&words.own), words.own.n);
	put_terms(&words, known, known_n, out);
	put_number(out, words.n);
	buf_add(out, buf_get(&words.ids), words.ids.n);
	words_release(&words);
	free(ids.v);
}

static void
pack_item(struct search *search, struct analyser *analyser, const struct search_item *item, struct buf *out)
{
	uint32_t use;

	switch (item->kind) {
	case SEARCH_RESPONSE:
		pack_response(search, analyser, &item->response, out);
		break;
	case SEARCH_USE:
		if (item->use.kind != SEARCH_FORGOTTEN) {
			pack_use(search, analyser, &item->use, out);
			break;
		}
		use = index_file_number(search, item->use.number);
		put_signed(out, item->use.number);
		put_number(out, SEARCH_FORGOTTEN);
		put_number(out, use == INDEX_NONE ? 0 : (uint64_t)use + 1);
		break;
	case SEARCH_FAVOURITE:
		put_number(out, item->favourite.removed ? LOG_REMOVED : 0);
		put_reference(search, out, item->favourite.response);
		put_string(out, item->favourite.agent);
		break;
	case SEARCH_AGENT:
		pack_agent(out, &item->agent);
		break;
	}
}

void
log_pack(struct search *search, struct analyser *analyser, const struct search_change *change, uint64_t at, struct buf *out)
{
	struct log_frame frame = { .seq = change->seq, .kind = change->item.kind };
	size_t begin = out->n;

	buf_add(out, &frame, sizeof(frame));
	pack_item(search, analyser, &change->item, out);
	frame.size = (uint32_t)(out->n - begin - sizeof(frame));
	frame.sum = log_sum(&frame, out->p + begin + sizeof(frame), search->h.identity, at + begin);
	memcpy(out->p + begin, &frame, sizeof(frame));
}
