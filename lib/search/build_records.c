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
	uint64_t length = 0, n = 0;
	uint32_t before = 0;

	build_gather(b, i, true);
	if (b->entries_n)
		qsort(b->entries, b->entries_n, sizeof(*b->entries), by_term);
	for (uint32_t k = 0; k < b->entries_n; k++) {
		length += b->entries[k].tf[INDEX_PAST];
		n += b->entries[k].tf[INDEX_PAST] > 0;
	}
	put_number(&b->scratch, length);
	put_number(&b->scratch, n);
	for (uint32_t k = 0; k < b->entries_n; k++) {
		if (!b->entries[k].tf[INDEX_PAST])
			continue;
		put_number(&b->scratch, b->entries[k].term - before);
		put_number(&b->scratch, b->entries[k].tf[INDEX_PAST]);
		before = b->entries[k].term;
	}
}

static void
pack_response(struct build *b, uint32_t i)
{
	const struct build_response *r = &b->responses.v[b->order[i]];
	struct cut cut = { r->packed, r->packed + r->size, false };
	struct buf *s = &b->scratch;

	out_record_begin(s);
	put_number(s, (uint64_t)r->name_n << 1 | r->timed);
	put_number(s, r->text_n);
	if (r->timed) {
		put_signed(s, cut_signed(&cut));
		put_signed(s, cut_signed(&cut));
	}
	for (int k = 0; k < 3; k++)
		put_string(s, cut_string(&cut));
	put_number(s, r->uses);
	if (r->uses) {
		put_number(s, r->use);
		put_number(s, r->uses_counted);
		if (r->uses_counted)
			pack_past(b, i);
	}
	build_response_ids(b, i);
	code_put(s, &b->code, b->ids, (size_t)r->name_n + r->text_n);
}

static void
write_responses(struct build *b, struct out *out)
{
	uint32_t *at = xcalloc((size_t)b->responses_n + 1, sizeof(*at));
	uint64_t most = b->h.uses_length * 4;

	for (uint32_t i = 0; i < b->responses_n; i++)
		most += b->responses.v[b->order[i]].size * UINT64_C(2) + 64;
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
	uint32_t *at = xcalloc((size_t)b->uses_n + 1, sizeof(*at));

	out_begin(out, &b->h.section[IN_USES]);
	for (uint32_t i = 0; i < b->uses_n; i++) {
		const struct build_use *use = &b->uses.v[i];

		out_record_begin(&b->scratch);
		put_signed(&b->scratch, use->number);
		put_number(&b->scratch, b->place[use->response]);
		put_number(&b->scratch, use->kind);
		put_number(&b->scratch, use->n);
		build_use_ids(b, i);
		code_put(&b->scratch, &b->code, b->ids, use->n);
		at[i] = out_record(b, out, IN_USES, i, b->h.record_shift);
	}
	at[b->uses_n] = (uint32_t)((out->at - out->section->at) >> b->h.record_shift);
	out_end(out);
	out_numbers(b, out, IN_USE_AT, at, (size_t)b->uses_n + 1);
	free(at);
}

void
build_records(struct build *b, struct out *out)
{
	write_responses(b, out);
	write_uses(b, out);
}
