#include "search/build.h"

#include <string.h>

static int
by_term(const void *pa, const void *pb)
{
	const struct build_entry *a = pa, *b = pb;

	return (a->term > b->term) - (a->term < b->term);
}

/* The terms of what it answered: the difference to the id before, how often. */
static void
pack_past(struct build *b, uint32_t i)
{
	struct build_hand *hand = &b->hand;
	uint64_t length = 0, n = 0;
	uint32_t before = 0;

	build_gather(b, hand, i, true);
	if (hand->entries_n)
		qsort(hand->entries, hand->entries_n, sizeof(*hand->entries), by_term);
	for (uint32_t k = 0; k < hand->entries_n; k++) {
		length += hand->entries[k].tf[INDEX_PAST];
		n += hand->entries[k].tf[INDEX_PAST] > 0;
	}
	buf_reset(&b->past);
	for (uint32_t k = 0; k < hand->entries_n; k++) {
		if (!hand->entries[k].tf[INDEX_PAST])
			continue;
		put_number(&b->past, hand->entries[k].term - before);
		put_number(&b->past, hand->entries[k].tf[INDEX_PAST]);
		before = hand->entries[k].term;
	}
	put_number(&b->scratch, length);
	put_number(&b->scratch, n);
	put_number(&b->scratch, b->past.n);
	buf_add(&b->scratch, b->past.p, b->past.n);
}

/* Words become symbols: how many, and how many grams the words have. */
static size_t
join_words(struct build *b, uint32_t *words, size_t n)
{
	int64_t grams = 0;
	size_t symbols;

	for (size_t i = 0; i < n; i++)
		grams += b->word_grams[words[i]];
	symbols = build_join(b, words, n);
	put_number(&b->scratch, symbols);
	put_signed(&b->scratch, grams - GRAMS_USUAL * (int64_t)n);
	return symbols;
}

/* The words at hand. No phrase reaches from the name into the text. */
static void
pack_words(struct build *b, size_t name_n, size_t n)
{
	struct build_hand *hand = &b->hand;
	size_t name = name_n ? join_words(b, hand->ids, name_n) : 0, text = join_words(b, hand->ids + name_n, n - name_n);

	if (text)
		memmove(hand->ids + name, hand->ids + name_n, text * sizeof(*hand->ids));
	code_put(&b->scratch, &b->code, hand->ids, name + text);
}

static void
pack_response(struct build *b, uint32_t i)
{
	const struct build_response *r = &b->responses.v[b->order[i]];
	struct buf *s = &b->scratch;

	out_record_begin(s);
	put_number(s, (uint64_t)r->text.name_n << 1 | r->timed);
	put_number(s, r->text.text_n);
	buf_add(s, r->packed, r->name_at); /* times, id, shortcut */
	put_number(s, r->uses);
	if (r->uses) {
		put_number(s, r->use);
		put_number(s, r->uses_counted);
		if (r->uses_counted)
			pack_past(b, i);
	}
	build_response_ids(b, &b->hand, i);
	pack_words(b, r->text.name_n, (size_t)r->text.name_n + r->text.text_n);
}

static void
write_responses(struct build *b, struct out *out)
{
	uint32_t *at = xcalloc((size_t)b->responses_n + 1, sizeof(*at));
	uint64_t most = b->h.uses_length * 4;

	for (uint32_t i = 0; i < b->responses_n; i++)
		most += ((uint64_t)b->responses.v[b->order[i]].size + b->responses.v[b->order[i]].text.size) * 2 + 64;
	/* Where there may be more than four gigabytes of records, they begin at multiples. */
	while (most >> b->h.record_shift > UINT32_MAX && b->h.record_shift < RECORD_SHIFT_MAX)
		b->h.record_shift++;
	out_begin(out, &b->h.section[IN_RECORDS]);
	for (uint32_t i = 0; i < b->responses_n; i++) {
		pack_response(b, i);
		at[i] = out_record(b, out, IN_RECORDS, i, b->h.record_shift);
	}
	at[b->responses_n] = (uint32_t)((out->at - out->section->at) >> b->h.record_shift);
	out_end(out);
	out_numbers(b, out, IN_RECORD_AT, at, (size_t)b->responses_n + 1);
	free(at);
}

static void
write_uses(struct build *b, struct out *out)
{
	uint32_t *at = xcalloc((size_t)b->uses_n * USE_NUMBERS + 1, sizeof(*at));

	out_begin(out, &b->h.section[IN_USES]);
	for (uint32_t i = 0; i < b->uses_n; i++) {
		const struct build_use *use = &b->uses.v[i];

		out_record_begin(&b->scratch);
		put_signed(&b->scratch, use->number);
		put_number(&b->scratch, use->kind);
		put_number(&b->scratch, use->text.text_n);
		build_use_ids(b, &b->hand, i);
		pack_words(b, 0, use->text.text_n);
		at[(size_t)i * USE_NUMBERS] = out_record(b, out, IN_USES, i, b->h.record_shift);
		at[(size_t)i * USE_NUMBERS + 1] = b->place[use->response];
	}
	at[(size_t)b->uses_n * USE_NUMBERS] = (uint32_t)((out->at - out->section->at) >> b->h.record_shift);
	out_end(out);
	out_numbers(b, out, IN_USE_AT, at, (size_t)b->uses_n * USE_NUMBERS + 1);
	free(at);
}

/* How many bytes it begins with as the one before does. */
static size_t
common(const char *name, const char *before)
{
	size_t n = 0;

	while (name[n] && name[n] == before[n])
		n++;
	return n;
}

static void
write_names(struct build *b, struct out *out)
{
	uint32_t blocks = (b->responses_n + NAMES_BLOCK - 1) / NAMES_BLOCK, *at = xcalloc((size_t)blocks + 1, sizeof(*at));

	out_begin(out, &b->h.section[IN_NAMES]);
	for (uint32_t i = 0; i < blocks; i++) {
		const char *before = "";

		out_record_begin(&b->scratch);
		for (uint32_t k = i * NAMES_BLOCK; k < b->responses_n && k < (i + 1) * NAMES_BLOCK; k++) {
			const char *name = build_name(&b->responses.v[b->order[k]]);
			size_t same = common(name, before);

			put_number(&b->scratch, same);
			put_string(&b->scratch, name + same);
			before = name;
		}
		at[i] = out_record(b, out, IN_NAMES, i, b->h.record_shift);
	}
	at[blocks] = (uint32_t)((out->at - out->section->at) >> b->h.record_shift);
	out_end(out);
	out_numbers(b, out, IN_NAME_AT, at, (size_t)blocks + 1);
	free(at);
}

void
build_records(struct build *b, struct out *out)
{
	write_responses(b, out);
	write_uses(b, out);
	write_names(b, out);
}
