/*
 * An index with bytes changed at will, and all sums put right again: whatever
 * it says, no access leaves it. Input: four bytes a change, where (three) and
 * what. An odd length: the sums stay wrong.
 */
#include <assert.h>
#include <fcntl.h>

#include "../unit/index_library.h"

#include "base/buf.h"
#include "search/index_log.h"
#include "search/index_top.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct buf whole = BUF_INIT;
static const char *path, *said; /* said: what many of its texts say */

static bool
holds(const struct file_header *h, enum section section, uint64_t at, uint64_t size)
{
	const struct file_section *s = &h->section[section];

	return s->at <= whole.n && s->size <= whole.n - s->at && at <= s->size && size <= s->size - at;
}

static void
mend_lines(const struct file_header *h, enum section section, char *data)
{
	if (!holds(h, section, 0, 0))
		return;
	for (uint64_t i = 0; holds(h, section, i * sizeof(struct line), sizeof(struct line)); i++) {
		struct line line;

		memcpy(&line, data + h->section[section].at + i * sizeof(line), sizeof(line));
		line.sum = index_sum(line.v, sizeof(line.v), sum_seed(section, i));
		memcpy(data + h->section[section].at + i * sizeof(line), &line, sizeof(line));
	}
}

static uint32_t
number(const struct file_header *h, enum section section, const char *data, uint64_t i)
{
	uint64_t at = i / LINE_NUMBERS * sizeof(struct line) + i % LINE_NUMBERS * sizeof(uint32_t);
	uint32_t v = 0;

	if (holds(h, section, at, sizeof(v)))
		memcpy(&v, data + h->section[section].at + at, sizeof(v));
	return v;
}

static void
mend_records(const struct file_header *h, enum section section, char *data, uint64_t n)
{
	uint64_t numbers = section == IN_USES ? USE_NUMBERS : 1;

	for (uint64_t i = 0; i < n && i < whole.n; i++) {
		uint64_t from = number(h, section + 1, data, i * numbers), to = number(h, section + 1, data, (i + 1) * numbers);
		uint32_t sum;
		char *p = data + h->section[section].at + from;

		if (from > to || to - from < sizeof(sum) || !holds(h, section, from, to - from))
			continue;
		sum = index_sum(p + sizeof(sum), to - from - sizeof(sum), sum_seed(section, i));
		memcpy(p, &sum, sizeof(sum));
	}
}

static void
mend_short(const struct file_header *h, char *data, uint64_t at, uint32_t n, uint64_t seed)
{
	struct file_short head = { 0 };
	uint64_t size;
	char *p = data + h->section[IN_LISTS].at + at;

	if (!holds(h, IN_LISTS, at, SHORT_HEAD))
		return;
	memcpy(&head, p, SHORT_HEAD);
	size = SHORT_HEAD + pack_size(n, head.bits) + n;
	if (!holds(h, IN_LISTS, at, size))
		return;
	head.sum = index_sum(p + sizeof(head.sum), size - sizeof(head.sum), seed);
	memcpy(p, &head.sum, sizeof(head.sum));
}

static void
mend_list(const struct file_header *h, char *data, const struct file_list *list, enum index_set set, uint32_t term)
{
	uint64_t at = (uint64_t)list->where * LIST_UNIT;
	uint32_t blocks = list->n / PACK_BLOCK + (list->n % PACK_BLOCK > 0), sum;
	struct file_step step;
	char *p = data + h->section[IN_LISTS].at + at;

	if (blocks == 1 && list->n > 1)
		mend_short(h, data, at, list->n, sum_seed(SUM_STEPS + set, term));
	if (blocks < 2 || !holds(h, IN_LISTS, at, LIST_UNIT + (uint64_t)blocks * sizeof(step)))
		return;
	for (uint32_t i = 0; i < blocks; i++) {
		uint64_t size;

		memcpy(&step, p + LIST_UNIT + i * sizeof(step), sizeof(step));
		size = i + 1 < blocks ? PACK_BLOCK : list->n - i * PACK_BLOCK;
		size = pack_size(size, step.bits) + (step.scale && size == PACK_BLOCK ? size / 2 : size);
		if (!holds(h, IN_LISTS, at + step.at, size))
			continue;
		step.sum = index_sum(p + step.at, size, sum_seed(SUM_BLOCK + set, (uint64_t)term << 24 ^ i));
		memcpy(p + LIST_UNIT + i * sizeof(step), &step, sizeof(step));
	}
	sum = index_sum(p + LIST_UNIT, (uint64_t)blocks * sizeof(step), sum_seed(SUM_STEPS + set, term));
	memcpy(p, &sum, sizeof(sum));
}

static void
mend_terms(const struct file_header *h, char *data)
{
	struct file_term t;

	for (uint32_t i = 0;; i++) {
		uint64_t at = i / TERMS_LINE * sizeof(struct line) + i % TERMS_LINE * sizeof(t);

		if (!holds(h, IN_TERMS, at, sizeof(t)))
			return;
		memcpy(&t, data + h->section[IN_TERMS].at + at, sizeof(t));
		for (enum index_set set = 0; set < INDEX_SETS; set++)
			mend_list(h, data, &t.list[set], set, i);
	}
}

static void
mend(char *data)
{
	static const enum section lines[] = { IN_RECORD_AT, IN_USE_AT, IN_META_AT, IN_NAME_AT, IN_CLASS, IN_PHRASES, IN_BYTES, IN_WORDS, IN_TERMS, IN_TERM_BY, IN_WORD_BY, IN_KEYS };
	struct file_header h;

	memcpy(&h, data, sizeof(h));
	h.sum = index_sum(&h, offsetof(struct file_header, sum), sum_seed(SUM_HEADER, 0));
	memcpy(data, &h, sizeof(h));
	for (size_t i = 0; i < COUNT_OF(lines); i++)
		mend_lines(&h, lines[i], data);
	mend_records(&h, IN_RECORDS, data, h.responses);
	mend_records(&h, IN_USES, data, h.uses);
	mend_records(&h, IN_NAMES, data, ((uint64_t)h.responses + NAMES_BLOCK - 1) / NAMES_BLOCK);
	mend_records(&h, IN_META, data, (uint64_t)h.classes + h.agents);
	mend_terms(&h, data);
}

static void
read_all(struct search *s, struct arena *arena)
{
	struct search_query query = { .agent = "ann", .language = "fr", .now = 5 };
	struct index_gate *gate = index_gate(s, &query, arena);
	struct index_want wants[20];
	struct index_found found[20];
	struct index_near near[5];
	struct index_ask ask = { .wants = wants, .n = 20, .gate = gate };
	struct search_hits hits;

	for (uint32_t i = 0; i < 20; i++)
		wants[i] = (struct index_want){ .term = i * 2, .weight = 1 };
	index_count(s, wants, 20);
	for (ask.set = 0; ask.set < INDEX_SETS; ask.set++) {
		ask.all = false;
		index_top(s, &ask, 20, found);
		ask.all = true;
		ask.n = 2;
		index_top(s, &ask, 20, found);
		ask.n = 20;
	}
	for (uint32_t i = 0; i < 30; i++) {
		struct index_response r;
		struct index_text text;
		struct index_use use;
		size_t n;

		index_response(s, i, &r);
		index_text(s, i, &text);
		index_use(s, i, &use);
		assert(strlen(r.id) + strlen(index_name(s, i)) < s->size);
		index_word_bytes(s, i, &n);
		index_exact(s, arena_printf(arena, "r%u", i), wants[0].df ? &wants[0].df : &wants[1].df, 1);
	}
	index_near(s, "manox", 5, 2, near, 5);
	query.text = said;
	search_run(s, &query, arena, &hits, NULL);
	index_language_count(s, "fr");
}

static void
prepare(void)
{
	struct arena *arena = arena_new();
	struct library library = { arena_alloc(arena, 400 * sizeof(struct search_item)), 0, 0 };
	const char *folder = test_folder(arena);

	path = xstrdup(arena_printf(arena, "%s/responses", folder));
	/* Many say the same: then there are phrases. */
	for (unsigned i = 0; i < 200; i++) {
		library.v[library.n++] = response_item(arena, i, 8);
		library.v[i].response.text = i % 4 ? library.v[i % 3].response.text : library.v[i].response.text;
	}
	said = xstrdup(library.v[1].response.text);
	for (unsigned i = 0; i < 190; i++)
		library.v[library.n++] = use_item(arena, i + 1, 20);
	library.v[library.n++] = (struct search_item){ .kind = SEARCH_FAVOURITE, .favourite = { "ann", "r3", false } };
	if (library_build(&library, path, 1, NULL) < 0 || log_load(path, &whole, NULL) < 0)
		abort();
	arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct search *s = NULL;
	struct err err;
	char *copy;
	int fd;

	if (!path)
		prepare();
	copy = arena_memdup(arena, whole.p, whole.n);
	for (size_t i = 0; i + 4 <= size; i += 4)
		copy[((size_t)data[i] << 16 | (size_t)data[i + 1] << 8 | data[i + 2]) % whole.n] = (char)data[i + 3];
	if (size % 2 == 0)
		mend(copy);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert(fd >= 0 && write(fd, copy, whole.n) == (ssize_t)whole.n);
	close(fd);
	if (search_open(path, &s, &err) == 0)
		read_all(s, arena);
	search_close(&s);
	arena_free(&arena);
	return 0;
}
