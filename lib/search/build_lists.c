#include "search/build.h"

#include <string.h>

/* So many postings are held at once; more take more passes. */
#define POSTINGS_AT_ONCE (UINT64_C(48) << 20)

const double index_field_weight[INDEX_FIELDS] = { [INDEX_NAME] = 4, [INDEX_TEXT] = 1, [INDEX_PAST] = 2 };

/* The lists of some terms, filled document by document. */
struct filling {
	enum index_set set;
	uint32_t from, to;
	uint64_t *at; /* the next place of each list */
	uint32_t *document;
	uint8_t *impact;
};

/* How much an occurrence in each field counts, at the lengths of this document. */
struct measure {
	double field[INDEX_FIELDS];
};

static double
normalised(const struct build *b, enum index_field field, double length)
{
	double average = b->h.filled[field] ? (double)b->h.length[field] / b->h.filled[field] : 1;

	return index_field_weight[field] / (1 - INDEX_B + INDEX_B * length / average);
}

static uint8_t
impact_of(double tf)
{
	double share = 255 * tf / (INDEX_K1 + tf) + 0.5;

	return share < 1 ? 1 : (uint8_t)share;
}

static struct measure
measure_response(const struct build *b, enum index_set set, uint32_t i)
{
	const struct build_response *r = &b->responses.v[b->order[i]];
	struct measure m = { { normalised(b, INDEX_NAME, r->name_n), 0, 0 } };
	uint64_t past = 0;

	if (set == INDEX_NAMES)
		return m;
	for (uint32_t k = 0; k < b->entries_n && r->uses_counted; k++)
		past += b->entries[k].tf[INDEX_PAST];
	m.field[INDEX_TEXT] = normalised(b, INDEX_TEXT, r->text_n);
	m.field[INDEX_PAST] = normalised(b, INDEX_PAST, (double)past);
	return m;
}

static struct measure
measure_use(const struct build *b, uint32_t i)
{
	double average = b->h.uses_length ? (double)b->h.uses_length / b->h.uses_counted : 1;

	return (struct measure){ { 0, 1 / (1 - INDEX_B + INDEX_B * b->uses.v[i].n / average), 0 } };
}

static uint32_t
documents(const struct build *b, enum index_set set)
{
	return set == INDEX_USES ? b->uses_n : b->responses_n;
}

static struct measure
gather(struct build *b, enum index_set set, uint32_t i)
{
	if (set == INDEX_USES) {
		build_gather_use(b, i);
		return measure_use(b, i);
	}
	build_gather(b, i, set == INDEX_RESPONSES);
	return measure_response(b, set, i);
}

static void
count_response(struct build *b, uint32_t i)
{
	build_gather(b, i, true);
	for (uint32_t k = 0; k < b->entries_n; k++) {
		struct file_term *t = &b->file_terms[b->entries[k].term];

		t->list[INDEX_RESPONSES].n++;
		t->list[INDEX_NAMES].n += b->entries[k].tf[INDEX_NAME] > 0;
	}
}

static void
count_use(struct build *b, uint32_t i)
{
	bool counts = build_counts(&b->uses.v[i]);

	build_gather_use(b, i);
	for (uint32_t k = 0; k < b->entries_n; k++) {
		b->file_terms[b->entries[k].term].list[INDEX_USES].n++;
		b->file_terms[b->entries[k].term].df_uses += counts;
	}
}

static void
fill(struct build *b, const struct filling *f)
{
	for (uint32_t i = 0; i < documents(b, f->set); i++) {
		struct measure m = gather(b, f->set, i);

		for (uint32_t k = 0; k < b->entries_n; k++) {
			const struct build_entry *e = &b->entries[k];
			double tf = m.field[0] * e->tf[0] + m.field[1] * e->tf[1] + m.field[2] * e->tf[2];
			uint64_t at;

			if (e->term < f->from || e->term >= f->to || (f->set == INDEX_NAMES && !e->tf[INDEX_NAME]))
				continue;
			at = f->at[e->term - f->from]++;
			f->document[at] = i;
			f->impact[at] = impact_of(tf);
		}
	}
}

/* The deltas and impacts of one block. */
static void
pack_postings(struct buf *out, struct file_step *step, const uint32_t *document, const uint8_t *impact, size_t n, uint32_t before)
{
	uint32_t delta[PACK_BLOCK];

	for (size_t i = 0; i < n; i++) {
		delta[i] = document[i] - before - 1;
		before = document[i];
		if (impact[i] > step->max)
			step->max = impact[i];
	}
	step->last = before;
	step->at = (uint32_t)out->n;
	step->bits = (uint8_t)pack_bits(delta, n);
	pack_block(out, delta, n, step->bits);
	buf_add(out, impact, n);
}

/* A list as it lies in the file, in b->scratch. */
static void
pack_list(struct build *b, const struct filling *f, uint32_t term, uint64_t begin)
{
	static const char zeros[LIST_UNIT];
	struct file_term *t = &b->file_terms[term];
	uint32_t n = t->list[f->set].n, blocks = (n + PACK_BLOCK - 1) / PACK_BLOCK, sum, before = UINT32_MAX;
	struct file_step *steps = xcalloc(blocks, sizeof(*steps));
	struct buf *out = &b->scratch;

	buf_reset(out);
	buf_add(out, zeros, sizeof(zeros));
	buf_add(out, steps, blocks * sizeof(*steps));
	for (uint32_t i = 0; i < blocks; i++) {
		uint32_t count = i + 1 < blocks ? PACK_BLOCK : n - i * PACK_BLOCK;
		uint64_t at = begin + (uint64_t)i * PACK_BLOCK;

		pack_postings(out, &steps[i], f->document + at, f->impact + at, count, before);
		before = steps[i].last;
		steps[i].sum = index_sum(out->p + steps[i].at, out->n - steps[i].at, sum_seed(SUM_BLOCK + f->set, (uint64_t)term << 24 ^ i));
		if (steps[i].max > t->max[f->set])
			t->max[f->set] = steps[i].max;
	}
	sum = index_sum(steps, blocks * sizeof(*steps), sum_seed(SUM_STEPS + f->set, term));
	memcpy(out->p, &sum, sizeof(sum));
	memcpy(out->p + LIST_UNIT, steps, blocks * sizeof(*steps));
	buf_add(out, zeros, (0 - out->n) % LIST_UNIT);
	free(steps);
}

static void
write_lists(struct build *b, const struct filling *f, struct out *out)
{
	for (uint32_t term = f->from; term < f->to; term++) {
		struct file_list *list = &b->file_terms[term].list[f->set];
		uint64_t begin = f->at[term - f->from] - list->n;

		if (list->n == 1) {
			list->where = f->document[begin];
			b->file_terms[term].max[f->set] = f->impact[begin];
		} else if (list->n) {
			list->where = (uint32_t)((out->at - out->section->at) / LIST_UNIT);
			pack_list(b, f, term, begin);
			out_write(out, b->scratch.p, b->scratch.n);
		}
	}
}

/* The lists of as many terms as may be held at once; the first behind them. */
static uint32_t
lists_from(struct build *b, enum index_set set, uint32_t from, struct out *out)
{
	struct filling f = { .set = set, .from = from, .to = from };
	uint64_t total = 0;

	while (f.to < b->h.terms && (f.to == from || total + b->file_terms[f.to].list[set].n <= POSTINGS_AT_ONCE))
		total += b->file_terms[f.to++].list[set].n;
	f.at = xcalloc(f.to - from + 1, sizeof(*f.at));
	for (uint32_t t = from; t < f.to; t++)
		f.at[t - from + 1] = f.at[t - from] + b->file_terms[t].list[set].n;
	if (total) {
		f.document = xmalloc(total * sizeof(*f.document));
		f.impact = xmalloc(total);
		fill(b, &f);
		write_lists(b, &f, out);
	}
	free(f.at);
	free(f.document);
	free(f.impact);
	return f.to;
}

void
build_lists(struct build *b, struct out *out)
{
	for (uint32_t i = 0; i < b->responses_n; i++)
		count_response(b, i);
	for (uint32_t i = 0; i < b->uses_n; i++)
		count_use(b, i);
	for (uint32_t i = 0; i < b->h.terms; i++)
		b->file_terms[i].df = b->file_terms[i].list[INDEX_RESPONSES].n;
	out_begin(out, &b->h.section[IN_LISTS]);
	for (enum index_set set = 0; set < INDEX_SETS; set++)
		for (uint32_t from = 0; from < b->h.terms;)
			from = lists_from(b, set, from, out);
	out_end(out);
}
