#include "search/build.h"

#include <string.h>

/* So many postings are held at once; more take more passes. */
#define POSTINGS_AT_ONCE (UINT64_C(96) << 20)
/* A term that every eighth document has, or more: what it adds to a score is small, and so is what is lost of it. */
#define FREQUENT_MIN 1024
#define FREQUENT_SHARE 8
#define HALF_SCALE_MAX 12
/* So few responses are not worth a thread. */
#define LISTS_ALONE 2048

const double index_field_weight[INDEX_FIELDS] = { [INDEX_NAME] = 4, [INDEX_TEXT] = 1, [INDEX_PAST] = 2 };

/* The lists of some terms, filled document by document. */
struct filling {
	enum index_set set;
	uint32_t from, to;
	uint64_t *at; /* the next place of each list */
	uint32_t *document;
	uint8_t *impact;
};

struct lists {
	struct build *b;
	struct build_hand hand;
	struct filling f[INDEX_SETS];
	uint64_t *keys;
	pthread_t thread;
	bool threaded;
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
measure_name(const struct build *b, uint32_t i)
{
	return (struct measure){ { normalised(b, INDEX_NAME, b->responses.v[b->order[i]].text.name_n), 0, 0 } };
}

static struct measure
measure_response(const struct build *b, const struct build_hand *hand, uint32_t i)
{
	const struct build_response *r = &b->responses.v[b->order[i]];
	struct measure m = measure_name(b, i);
	uint64_t past = 0;

	for (uint32_t k = 0; k < hand->entries_n && r->uses_counted; k++)
		past += hand->entries[k].tf[INDEX_PAST];
	m.field[INDEX_TEXT] = normalised(b, INDEX_TEXT, r->text.text_n);
	m.field[INDEX_PAST] = normalised(b, INDEX_PAST, (double)past);
	return m;
}

static struct measure
measure_use(const struct build *b, uint32_t i)
{
	double average = b->h.uses_length ? (double)b->h.uses_length / b->h.uses_counted : 1;

	return (struct measure){ { 0, 1 / (1 - INDEX_B + INDEX_B * b->uses.v[i].text.text_n / average), 0 } };
}

static void
count_response(struct build *b, struct build_hand *hand, uint32_t i)
{
	build_gather(b, hand, i, true);
	for (uint32_t k = 0; k < hand->entries_n; k++) {
		struct file_term *t = &b->file_terms[hand->entries[k].term];

		t->list[INDEX_RESPONSES].n++;
		t->list[INDEX_NAMES].n += hand->entries[k].tf[INDEX_NAME] > 0;
	}
}

static void
count_use(struct build *b, struct build_hand *hand, uint32_t i)
{
	bool counts = build_counts(&b->uses.v[i]);

	build_gather_use(b, hand, i);
	for (uint32_t k = 0; k < hand->entries_n; k++) {
		b->file_terms[hand->entries[k].term].list[INDEX_USES].n++;
		b->file_terms[hand->entries[k].term].df_uses += counts;
	}
}

static void
put_posting(const struct filling *f, uint32_t term, uint32_t document, uint8_t impact)
{
	uint64_t at = f->at[term - f->from]++;

	f->document[at] = document;
	f->impact[at] = impact;
}

/* Most terms are there once, in the text. */
static void
fill(const struct filling *f, const struct build_hand *hand, const struct measure *m, bool names, uint32_t i)
{
	uint8_t once = impact_of(m->field[INDEX_TEXT]);

	for (uint32_t k = 0; k < hand->entries_n; k++) {
		const struct build_entry *e = &hand->entries[k];
		bool is_once = !e->tf[INDEX_NAME] && e->tf[INDEX_TEXT] == 1 && !e->tf[INDEX_PAST];

		if (e->term < f->from || e->term >= f->to || (names && !e->tf[INDEX_NAME]))
			continue;
		put_posting(f, e->term, i, is_once ? once : impact_of(m->field[0] * e->tf[0] + m->field[1] * e->tf[1] + m->field[2] * e->tf[2]));
	}
}

static void
fill_all(struct lists *l)
{
	const struct build *b = l->b;
	struct build_hand *hand = &l->hand;
	struct measure m;

	for (uint32_t i = 0; i < b->responses_n; i++) {
		build_gather(b, hand, i, true);
		m = measure_response(b, hand, i);
		fill(&l->f[INDEX_RESPONSES], hand, &m, false, i);
		m = measure_name(b, i);
		fill(&l->f[INDEX_NAMES], hand, &m, true, i);
	}
	for (uint32_t i = 0; i < b->uses_n; i++) {
		build_gather_use(b, hand, i);
		m = measure_use(b, i);
		fill(&l->f[INDEX_USES], hand, &m, false, i);
	}
}

/* In half a byte each, if that is near enough; as they will be read, the largest may grow a little. */
static bool
pack_halves(struct buf *out, struct file_step *step, const uint8_t *impact)
{
	uint8_t halves[PACK_BLOCK / 2] = { 0 };
	unsigned least = UINT8_MAX, scale, base, largest = 0;

	for (size_t i = 0; i < PACK_BLOCK; i++)
		least = impact[i] < least ? impact[i] : least;
	scale = (step->max - least + 14) / 15;
	if (scale > HALF_SCALE_MAX)
		return false;
	scale = scale ? scale : 1;
	base = least + 15 * scale > UINT8_MAX ? UINT8_MAX - 15 * scale : least;
	for (size_t i = 0; i < PACK_BLOCK; i++) {
		unsigned code = (impact[i] - base + scale / 2) / scale;

		code = code > 15 ? 15 : code;
		largest = code > largest ? code : largest;
		halves[i % (PACK_BLOCK / 2)] |= (uint8_t)(code << (i < PACK_BLOCK / 2 ? 0 : 4));
	}
	step->scale = (uint8_t)scale;
	step->base = (uint8_t)base;
	step->max = (uint8_t)(base + largest * scale);
	buf_add(out, halves, sizeof(halves));
	return true;
}

/* The deltas and impacts of one block. frequent: the term tells little. */
static void
pack_postings(struct buf *out, struct file_step *step, const uint32_t *document, const uint8_t *impact, size_t n, uint32_t before, bool frequent)
{
	uint32_t delta[PACK_BLOCK] = { 0 };

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
	if (!frequent || n < PACK_BLOCK || !pack_halves(out, step, impact))
		buf_add(out, impact, n);
}

static void
pack_short(struct build *b, const struct filling *f, uint32_t term, uint64_t begin)
{
	struct file_term *t = &b->file_terms[term];
	struct buf *out = &b->scratch;
	struct file_short head = { 0 };
	struct file_step step = { 0 };

	buf_add(out, &head, SHORT_HEAD);
	pack_postings(out, &step, f->document + begin, f->impact + begin, t->list[f->set].n, UINT32_MAX, false);
	head.last = step.last;
	head.bits = step.bits;
	t->max[f->set] = step.max;
	memcpy(out->p, &head, SHORT_HEAD);
	head.sum = index_sum(out->p + sizeof(head.sum), out->n - sizeof(head.sum), sum_seed(SUM_STEPS + f->set, term));
	memcpy(out->p, &head.sum, sizeof(head.sum));
	buf_add(out, "\0\0\0", (0 - out->n) % LIST_UNIT);
}

/* A list as it lies in the file, in b->scratch. */
static void
pack_list(struct build *b, const struct filling *f, uint32_t term, uint64_t begin)
{
	static const char zeros[LIST_UNIT];
	struct file_term *t = &b->file_terms[term];
	uint32_t n = t->list[f->set].n, blocks = (n + PACK_BLOCK - 1) / PACK_BLOCK, sum, before = UINT32_MAX;
	bool frequent = n >= FREQUENT_MIN && n >= (f->set == INDEX_USES ? b->uses_n : b->responses_n) / FREQUENT_SHARE;
	struct file_step *steps;
	struct buf *out = &b->scratch;

	buf_reset(out);
	if (blocks == 1) {
		pack_short(b, f, term, begin);
		return;
	}
	steps = xcalloc(blocks, sizeof(*steps));
	buf_add(out, zeros, sizeof(zeros));
	buf_add(out, steps, blocks * sizeof(*steps));
	for (uint32_t i = 0; i < blocks; i++) {
		uint32_t count = i + 1 < blocks ? PACK_BLOCK : n - i * PACK_BLOCK;
		uint64_t at = begin + (uint64_t)i * PACK_BLOCK;

		pack_postings(out, &steps[i], f->document + at, f->impact + at, count, before, frequent);
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

/* The lists of as many terms from there on as may be held at once. */
static void
fill_from(struct lists *l, uint32_t from)
{
	const struct build *b = l->b;
	uint64_t total = 0;
	uint32_t to = from;

	for (; to < b->h.terms && (to == from || total <= POSTINGS_AT_ONCE); to++)
		for (enum index_set set = 0; set < INDEX_SETS; set++)
			total += b->file_terms[to].list[set].n;
	for (enum index_set set = 0; set < INDEX_SETS; set++) {
		struct filling *f = &l->f[set];

		*f = (struct filling){ .set = set, .from = from, .to = to, .at = xcalloc(to - from + 1, sizeof(*f->at)) };
		for (uint32_t t = from; t < to; t++)
			f->at[t - from + 1] = f->at[t - from] + b->file_terms[t].list[set].n;
		f->document = xmalloc(f->at[to - from] * sizeof(*f->document) + 1);
		f->impact = xmalloc(f->at[to - from] + 1);
	}
	fill_all(l);
}

static void *
begin(void *context)
{
	struct lists *l = context;
	struct build *b = l->b;

	hand_begin(&l->hand, b->own.terms.n);
	for (uint32_t i = 0; i < b->responses_n; i++)
		count_response(b, &l->hand, i);
	for (uint32_t i = 0; i < b->uses_n; i++)
		count_use(b, &l->hand, i);
	fill_from(l, 0);
	l->keys = build_hash_keys(b);
	return NULL;
}

struct lists *
lists_begin(struct build *b)
{
	struct lists *l = xcalloc(1, sizeof(*l));

	l->b = b;
	l->threaded = b->responses_n > LISTS_ALONE && crew_thread(&l->thread, begin, l) == 0;
	return l;
}

static void
lists_free(struct lists *l)
{
	for (enum index_set set = 0; set < INDEX_SETS; set++) {
		free(l->f[set].at);
		free(l->f[set].document);
		free(l->f[set].impact);
	}
}

void
build_lists(struct build *b, struct lists *l, struct out *out, uint64_t **keys_r)
{
	if (l->threaded)
		pthread_join(l->thread, NULL);
	else
		begin(l);
	out_begin(out, &b->h.section[IN_LISTS]);
	for (uint32_t from = 0; from < b->h.terms; from = l->f[0].to) {
		if (from) {
			lists_free(l);
			fill_from(l, from);
		}
		for (enum index_set set = 0; set < INDEX_SETS; set++)
			write_lists(b, &l->f[set], out);
	}
	out_end(out);
	*keys_r = l->keys;
	lists_free(l);
	hand_release(&l->hand);
	free(l);
}
