/*
 * A library of several windows, of more words than 16 bits tell apart, and of
 * sentences that come again: what is left out, kept or looked up only once for
 * the sake of time changes nothing.
 */
#include "index_library.h"
#include "tap.h"

#include "search/index_file.h"
#include "search/index_top.h"

#define RESPONSES 140000
#define SOME 4090
#define BEST 40
#define WANTS 12
#define ROUNDS 60

static const char *const sentences[] = {
	"we will send you a new parcel as soon as we can",
	"the invoice was sent to the address that you gave us",
	"please tell us the number of your contract",
	"you may cancel your contract at the end of each month",
	"our people will call you about the parcel",
	"thank you for your patience",
};

/* Name: most begin alike, and some are the same. Text: two sentences, and a word of its own. */
static struct search_item
made(struct arena *arena, unsigned i)
{
	struct search_item item = { .kind = SEARCH_RESPONSE };
	unsigned a = draw(COUNT_OF(sentences)), b = draw(draw(3) ? 2 : COUNT_OF(sentences));

	item.response = (struct search_response){
		.id = arena_printf(arena, "r%u", i),
		.name = arena_printf(arena, "Kind regards from the team %.*s", (int)draw(9), "of parcels"),
		.text = arena_printf(arena, "%s %s word%u", sentences[a], sentences[b], i / 2),
		.language = "en",
		.start = SEARCH_NO_TIME,
		.expires = SEARCH_NO_TIME,
		.offered = true,
	};
	return item;
}

static struct search *
open_many(struct arena *arena, const char *path)
{
	struct library library = { calloc(RESPONSES, sizeof(struct search_item)), RESPONSES, 0 };
	struct search *s = NULL;

	for (unsigned i = 0; i < RESPONSES; i++)
		library.v[i] = made(arena, i);
	ok(library_build(&library, path, 1, NULL) == 0 && search_open(path, &s, NULL) == 0 && search_verify(s, NULL) == 0, "many responses");
	ok(s->h.responses == RESPONSES && s->h.words > UINT16_MAX, "with many words");
	free(library.v);
	return s;
}

static void
test_order(struct search *s, struct arena *arena)
{
	const char *name = "", *id = "";
	size_t wrong = 0;

	for (uint32_t i = 0; i < RESPONSES; i++) {
		const char *next = arena_strdup(arena, index_name(s, i));
		struct index_response r;
		int order = strcmp(name, next);

		index_response(s, i, &r);
		wrong += order > 0 || (order == 0 && strcmp(id, r.id) >= 0);
		name = next;
		id = r.id;
	}
	is_int((int64_t)wrong, 0, "in the order of names, then of ids");
}

/* Each word is where it was said, also those of high numbers. */
static void
test_words(struct search *s, struct arena *arena)
{
	size_t wrong = 0;

	for (unsigned i = 0; i < RESPONSES / 2; i += 997) {
		const char *word = arena_printf(arena, "word%u", i);
		uint32_t term = index_term(s, word, strlen(word));
		struct index_want want = { .term = term, .weight = 1 };
		struct index_ask ask = { .set = INDEX_RESPONSES, .wants = &want, .n = 1 };
		struct index_found found[3];
		struct index_response a, b;

		if (term == INDEX_NONE || index_top(s, &ask, 3, found) != 2) {
			wrong++;
			continue;
		}
		index_response(s, found[0].ordinal, &a);
		index_response(s, found[1].ordinal, &b);
		wrong += strtoul(a.id + 1, NULL, 10) / 2 != i || strtoul(b.id + 1, NULL, 10) / 2 != i;
	}
	is_int((int64_t)wrong, 0, "a word finds the two that say it");
}

/* Where all are kept nothing can be left out. */
static bool
agrees(struct search *s, const struct index_ask *ask, struct index_found *all)
{
	struct index_found best[BEST];
	size_t n = index_top(s, ask, BEST, best), all_n = index_top(s, ask, RESPONSES, all);

	return n == (all_n < BEST ? all_n : BEST) && (n == 0 || memcmp(best, all, n * sizeof(*best)) == 0);
}

static void
test_best(struct search *s, const char *what)
{
	static const char *const words[] = { "parcel", "invoic", "address", "contract", "patienc", "month", "send", "regard", "team", "call", "number", "cancel" };
	struct index_found *all = calloc(RESPONSES + 8, sizeof(*all));
	struct index_want wants[WANTS];
	struct index_ask ask = { .set = INDEX_RESPONSES, .wants = wants };
	bool good = true;

	for (int round = 0; round < ROUNDS; round++) {
		uint32_t first = draw(WANTS);

		ask.n = 0;
		for (uint32_t i = 0, n = 1 + draw(WANTS); i < n; i++) {
			const char *word = words[(first + i) % WANTS];
			uint32_t term = index_term(s, word, strlen(word));

			if (term != INDEX_NONE)
				wants[ask.n++] = (struct index_want){ .term = term, .weight = draw(3) ? 0.1F + (float)draw(20) / 10 : 6 };
		}
		index_count(s, wants, ask.n);
		good &= ask.n == 0 || agrees(s, &ask, all);
	}
	ok(good, "the best are the first of all, %s", what);
	free(all);
}

/* Impacts of very frequent words lie in half a byte each: the largest of a block is what is told of it. */
static void
test_halves(struct search *s)
{
	static const char *const words[] = { "parcel", "invoic", "contract", "regard" };
	uint32_t delta[PACK_BLOCK], halves = 0, wrong = 0;
	uint8_t space[PACK_BLOCK];

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		struct list list = { 0 };

		if (!list_open(s, index_term(s, words[i], strlen(words[i])), INDEX_RESPONSES, &list))
			continue;
		for (uint32_t b = 0; b < list.blocks; b++) {
			const uint8_t *impacts;
			uint32_t n = list_unpack(s, &list, b, delta, space, &impacts);
			uint8_t half[2] = { 0, 0 };

			for (uint32_t k = 0; k < n; k++)
				half[k * 2 / PACK_BLOCK] = impacts[k] > half[k * 2 / PACK_BLOCK] ? impacts[k] : half[k * 2 / PACK_BLOCK];
			wrong += (half[0] > half[1] ? half[0] : half[1]) != list_step(&list, b)->max;
			halves += list_step(&list, b)->scale > 0;
		}
	}
	ok(halves > 0 && wrong == 0, "%u blocks of half bytes, %u wrong", halves, wrong);
}

/* Languages lie one behind the other, so that one begins and ends amid blocks: only those that hold the word are found, the last time in any language. */
static void
test_spans(struct arena *arena, const char *path)
{
	static const char *const languages[] = { "de", "en", "fr", NULL };
	struct library library = { calloc(SOME, sizeof(struct search_item)), SOME, 0 };
	struct index_found *each = calloc(SOME, sizeof(*each)), *bulk = calloc(SOME, sizeof(*bulk));
	struct index_want want = { .weight = 1 };
	struct search *s = NULL;
	size_t wrong = 0, all = 0;

	for (unsigned i = 0; i < SOME; i++) {
		library.v[i] = made(arena, i);
		library.v[i].response.text = i % 7 ? "a word for all" : "gong for some";
		library.v[i].response.language = languages[i % (COUNT_OF(languages) - 1)];
	}
	ok(library_build(&library, path, 1, NULL) == 0 && search_open(path, &s, NULL) == 0, "in three languages");
	want.term = index_term(s, "gong", 4);
	for (size_t i = 0; i < COUNT_OF(languages); i++) {
		struct search_query query = { .language = languages[i] };
		struct index_ask ask = { .set = INDEX_RESPONSES, .wants = &want, .n = 1, .all = true, .gate = index_gate(s, &query, arena) };
		size_t n = index_top(s, &ask, SOME, each);

		ask.all = false;
		wrong += index_top(s, &ask, SOME, bulk) != n;
		for (size_t k = 0; k < n; k++)
			wrong += bulk[k].ordinal != each[k].ordinal;
		all += n;
	}
	is_int((int64_t)wrong, 0, "the same, summed up or one by one");
	is_int((int64_t)all, INT64_C(2) * ((SOME + 6) / 7), "all of them");
	search_close(&s);
	remove_index(arena, path);
	free(library.v);
	free(each);
	free(bulk);
}

/* Of a response that the log says more of, what the file says counts in full. */
static void
test_log(struct arena *arena, const char *path)
{
	struct search_change changes[8];
	struct search *s = NULL;

	for (unsigned i = 0; i < COUNT_OF(changes); i++) {
		changes[i] = (struct search_change){ 2 + i, { .kind = SEARCH_USE } };
		changes[i].item.use = (struct search_use){ 1 + i, arena_printf(arena, "r%u", i * 17011), "a call about the parcel, the invoice, your address, the contract: cancel", "en", SEARCH_SENT };
	}
	ok(search_log_append(path, changes, COUNT_OF(changes), NULL) == 0 && search_open(path, &s, NULL) == 0, "and a log");
	if (s)
		test_best(s, "with a log, too");
	search_close(&s);
}

/* From the second on phrases are taken apart only once. */
static void
test_again(struct search *s, struct arena *arena)
{
	static const char *const texts[] = { "when will my parcel be sent", "cancel the contract", "invoice to a wrong adress", "when will my parcel be sent", "cancel the contract", "invoice to a wrong adress" };
	struct search_hits hits[COUNT_OF(texts)];
	size_t half = COUNT_OF(texts) / 2, same = 0;

	ok(s->h.phrases > 0, "sentences give phrases");
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct search_query query = { .text = texts[i], .language = "en", .limit = 20 };

		if (search_run(s, &query, arena, &hits[i], NULL) < 0)
			ok(false, "asked");
	}
	for (size_t i = 0; i < half; i++) {
		bool good = hits[i].n == 20 && hits[i + half].n == 20;

		for (size_t k = 0; good && k < 20; k++)
			good = strcmp(hits[i].v[k].id, hits[i + half].v[k].id) == 0 && hits[i].v[k].score == hits[i + half].v[k].score;
		same += good;
	}
	is_int((int64_t)same, (int64_t)half, "who asks again gets the same");
}

int
main(void)
{
	struct arena *arena = arena_new();
	const char *folder = test_folder(arena), *path = arena_printf(arena, "%s/responses", folder);
	struct search *s = open_many(arena, path);

	test_again(s, arena);
	test_order(s, arena);
	test_words(s, arena);
	test_best(s, "whatever is left out");
	test_halves(s);
	search_close(&s);
	test_log(arena, path);
	remove_index(arena, path);
	test_spans(arena, path);
	rmdir(folder);
	arena_free(&arena);
	return done();
}
