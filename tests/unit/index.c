#include "index_library.h"
#include "tap.h"

#include <math.h>

#include "base/buf.h"
#include "search/index_log.h"
#include "search/index_top.h"

static void
test_blocks(void)
{
	uint32_t in[PACK_BLOCK], out[PACK_BLOCK];
	bool good = true;

	for (unsigned bits = 0; bits <= 32; bits++)
		for (size_t n = 1; n <= PACK_BLOCK; n += n < 126 ? 31 : 1) {
			struct buf packed = BUF_INIT;

			for (size_t i = 0; i < n; i++)
				in[i] = bits ? (uint32_t)((uint64_t)draw(1 << 24) * 2654435761U) >> (32 - bits) : 0;
			pack_block(&packed, in, n, bits);
			good &= packed.n == pack_size(n, bits);
			buf_add(&packed, (char[PACK_PAD]){ 0 }, PACK_PAD);
			unpack_block((unsigned char *)packed.p, n, bits, out);
			good &= memcmp(in, out, n * sizeof(*in)) == 0;
			buf_release(&packed);
		}
	ok(good, "blocks of each width and length come back");
}

static bool
comes_back(const struct code *code, const struct buf *packed, size_t size, const uint32_t *in, size_t n)
{
	struct code_at at = { (const unsigned char *)packed->p, 0, size * 8 };

	for (size_t i = 0; i < n; i++)
		if (code_next(code, &at) != in[i])
			return false;
	return at.at <= at.end;
}

static void
test_codes(void)
{
	static uint64_t words[5001], phrases[301];
	const uint64_t *const said[] = { words, phrases };
	const uint32_t n[] = { 5000, 300 }, none[] = { 1, 0 };
	struct code_widths widths;
	struct buf packed = BUF_INIT;
	struct code code;
	uint32_t in[300];
	size_t size;

	for (size_t i = 0; i < 5000; i++)
		words[i + 1] = words[i] + 100000 / (i + 1);
	for (size_t i = 0; i < 300; i++)
		phrases[i + 1] = phrases[i] + 10000 / (i + 1);
	code_choose(said, n, &widths);
	code_set(&code, &widths);
	for (size_t i = 0; i < 300; i++)
		in[i] = i % 7 ? draw(draw(2) ? 20 : 5000) : draw(300) | CODE_PHRASE;
	code_put(&packed, &code, in, 300);
	size = packed.n;
	ok(size < 300 * 12 / 8, "frequent words take few bits");
	buf_add(&packed, (char[PACK_PAD]){ 0 }, PACK_PAD);
	ok(comes_back(&code, &packed, size, in, 300), "a sequence comes back");
	ok(!comes_back(&code, &packed, size - 1, in, 300), "one that is cut does not");
	buf_reset(&packed);
	code_choose(said, none, &widths);
	code_set(&code, &widths);
	code_put(&packed, &code, (uint32_t[]){ 0, 0 }, 2);
	size = packed.n;
	buf_add(&packed, (char[PACK_PAD]){ 0 }, PACK_PAD);
	ok(comes_back(&code, &packed, size, (uint32_t[]){ 0, 0 }, 2), "of one word, too");
	buf_release(&packed);
}

/* The words of a sequence as text. */
static const char *
spell(struct arena *arena, struct search *s, const uint32_t *words, size_t n)
{
	const char *text = "";

	for (size_t i = 0; i < n; i++) {
		size_t size;
		const char *bytes = index_word_bytes(s, words[i], &size);

		text = arena_printf(arena, "%s%s%.*s", text, i ? " " : "", (int)size, bytes);
	}
	return text;
}

static void
test_read(struct arena *arena, const char *path)
{
	struct search_item items[] = {
		{ .kind = SEARCH_AGENT, .agent = { "ann", { (const char *[]){ "sales" }, 1 }, { 0 }, false } },
		{ .kind = SEARCH_RESPONSE, .response = { "a1", "Hi", "Say Hello", "greeting", "Good morning to you", "en", "Root/A", .start = SEARCH_NO_TIME, .expires = SEARCH_NO_TIME, .offered = true } },
		{ .kind = SEARCH_RESPONSE, .response = { "b2", NULL, "Say Goodbye", NULL, "See you in the morning", "en", "Root/B", .queues = { (const char *[]){ "sales" }, 1 }, .start = 10, .expires = 20, .offered = true } },
		{ .kind = SEARCH_RESPONSE, .response = { "c3", NULL, "Bonjour", NULL, "Bonjour", "fr-CA", "Racine", .start = SEARCH_NO_TIME, .expires = SEARCH_NO_TIME } },
		{ .kind = SEARCH_USE, .use = { 7, "b2", "when do you close", "en", SEARCH_SENT } },
		{ .kind = SEARCH_USE, .use = { 8, "b2", "refused words", "en", SEARCH_REFUSED } },
		{ .kind = SEARCH_FAVOURITE, .favourite = { "ann", "b2", false } },
	};
	struct library library = { items, COUNT_OF(items), 0 };
	struct search_query query = { .agent = "ann", .now = 15 };
	struct index_response r;
	struct index_stats stats;
	struct index_text text;
	struct index_gate *gate;
	struct search *s = NULL;
	struct err err = { 0 };
	uint32_t found[4] = { 0 };

	ok(library_build(&library, path, 42, &err) == 0 && search_open(path, &s, &err) == 0, "an index is built and opened");
	ok(search_verify(s, &err) == 0, "its sums are right");
	index_stats(s, &stats);
	ok(stats.responses == 3 && stats.uses == 1 && stats.length[INDEX_NAME] == 7 && stats.filled[INDEX_PAST] == 1 && stats.uses_length == 4, "it counts");
	is_int((int64_t)index_exact(s, "b2", found, 4), 1, "found by id");
	index_response(s, found[0], &r);
	ok(strcmp(r.id, "b2") == 0 && strcmp(index_name(s, found[0]), "Say Goodbye") == 0 && strcmp(r.category, "Root/B") == 0 && r.start == 10 && r.uses == 1, "what is known of it");
	index_text(s, found[0], &text);
	is_str(spell(arena, s, text.name, text.name_n), "say goodbye", "its name");
	is_str(spell(arena, s, text.text, text.text_n), "see you in the morning", "its text");
	ok(text.past_n == 4 && text.past_length == 4, "what it answered");
	gate = index_gate(s, &query, arena);
	ok(index_passes(gate, found[0]) && index_favourite(gate, found[0]), "an agent of its queue sees it");
	query.now = 20;
	ok(!index_passes(gate, found[0]), "not when it is over");
	query.agent = "bob";
	query.now = 15;
	ok(!index_passes(index_gate(s, &query, arena), found[0]), "another agent does not");
	ok(index_exact(s, "HI", found, 4) == 1 && index_exact(s, "say  hello", found, 4) == 1, "found by shortcut and name");
	query = (struct search_query){ .language = "fr", .all = true };
	is_int((int64_t)index_passing(index_gate(s, &query, arena), found, 4), 1, "a language finds its variants");
	is_int(index_language_count(s, "fr"), 1, "and counts them");
	search_close(&s);
	remove_index(arena, path);
}

static void
test_near(struct arena *arena, const char *path)
{
	struct search_item item = { .kind = SEARCH_RESPONSE, .response = { .id = "n", .name = "invoice invoke address", .start = SEARCH_NO_TIME, .expires = SEARCH_NO_TIME } };
	struct library library = { &item, 1, 0 };
	struct index_near near[4] = { 0 };
	struct search *s = NULL;
	size_t n;

	ok(library_build(&library, path, 1, NULL) == 0 && search_open(path, &s, NULL) == 0, "three words");
	n = index_near(s, "invocie", 7, 1, near, 4);
	ok(n == 1 && near[0].edits == 1 && strcmp(spell(arena, s, &near[0].word, 1), "invoice") == 0, "a swap is one edit");
	ok(index_near(s, "adress", 6, 1, near, 4) == 1 && index_near(s, "adres", 5, 1, near, 4) == 0, "an insertion; two are not one");
	is_int((int64_t)index_near(s, "invoie", 6, 2, near, 4), 2, "two words within two edits");
	search_close(&s);
	remove_index(arena, path);
}

/* The sum of weight and impact over each list, document by document. */
static void
score_slowly(struct search *s, const struct index_ask *ask, struct best *best)
{
	struct list *list = calloc(1, sizeof(*list));
	struct list_room room;
	float *score = calloc(s->h.responses, sizeof(*score));

	list->room = &room;
	for (size_t i = 0; i < ask->n; i++) {
		if (!list_open(s, ask->wants[i].term, ask->set, list))
			continue;
		for (uint32_t d = list_seek(s, list, 0); d != INDEX_NONE; d = list_seek(s, list, d + 1))
			score[d] += ask->wants[i].weight * list->impacts[list->next] / 255;
	}
	for (uint32_t d = 0; d < s->h.responses; d++)
		if (score[d] > 0 && top_admits(s, ask, d))
			best_offer(best, d, score[d]);
	best_sort(best);
	free(score);
	free(list);
}

static size_t
draw_wants(struct search *s, struct index_want *wants, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		wants[i] = (struct index_want){ .term = (uint32_t)((draw(s->h.terms) / n) * n + i) % s->h.terms, .weight = 0.5F + (float)draw(100) / 10 };
		for (size_t k = 0; k < i; k++)
			if (wants[k].term == wants[i].term)
				return i;
	}
	return n;
}

/* More documents than a window has cells. */
static void
test_top(struct arena *arena, const char *path)
{
	enum { DOCUMENTS = 70000,
	       BEST = 50 };
	struct library library = { calloc(DOCUMENTS, sizeof(struct search_item)), DOCUMENTS, 0 };
	struct index_found got[BEST], want[BEST] = { 0 };
	struct index_want wants[40];
	struct search_query query = { .language = "fr", .now = 0 };
	struct index_ask ask = { .set = INDEX_RESPONSES, .wants = wants };
	struct search *s;
	size_t n;
	bool good = true;

	for (unsigned i = 0; i < DOCUMENTS; i++)
		library.v[i] = response_item(arena, i, 6);
	ok(library_build(&library, path, 1, NULL) == 0 && search_open(path, &s, NULL) == 0, "more than a window");
	for (int round = 0; round < 40; round++) {
		struct best best = { want, 0, BEST };
		float slack;

		ask.n = draw_wants(s, wants, 1 + draw(round % 2 ? 4 : 40));
		ask.gate = round % 4 < 2 ? index_gate(s, &query, arena) : NULL;
		ask.set = round % 8 == 7 ? INDEX_NAMES : INDEX_RESPONSES;
		n = index_top(s, &ask, BEST, got);
		slack = (float)(s->top->unit * (double)(ask.n + 1));
		score_slowly(s, &ask, &best);
		good &= n == best.n;
		for (size_t i = 0; i < n && i < best.n; i++)
			good &= fabsf(got[i].score - want[i].score) <= slack;
	}
	ok(good, "the best are those of a sum over everything");
	search_close(&s);
	remove_index(arena, path);
	free(library.v);
}

/* So many that a second thread helps: whoever of both cut a text, the file is the same, and each text is as it was. */
static void
test_crew(struct arena *arena, const char *path)
{
	enum { TEXTS = 9000 };
	struct library library = { calloc(TEXTS + 1, sizeof(struct search_item)), TEXTS, 0 };
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct search *s = NULL;
	size_t wrong = 0;

	for (unsigned i = 0; i < TEXTS; i++) {
		library.v[i] = response_item(arena, i, 4);
		library.v[i].response.name = "Name";
		library.v[i].response.shortcut = library.v[i].response.description = NULL;
		library.v[i].response.language = i % 2 ? "en" : "fr";
		library.v[i].response.text = arena_printf(arena, "we will send you %c%c%c with our regard", 'b' + i / 900, 'b' + i / 30 % 20, 'b' + i % 19);
	}
	/* What is said twice counts once. */
	library.v[TEXTS] = library.v[7];
	library.n++;
	ok(library_build(&library, path, 1, NULL) == 0 && log_load(path, &first, NULL) == 0 && library_build(&library, path, 2, NULL) == 0 && log_load(path, &second, NULL) == 0, "many texts");
	ok(first.n == second.n && memcmp(first.p + INDEX_HEADER, second.p + INDEX_HEADER, first.n - INDEX_HEADER) == 0, "give the same file again");
	ok(search_open(path, &s, NULL) == 0 && s->h.responses == TEXTS && s->h.phrases > 0 && search_verify(s, NULL) == 0, "with phrases");
	for (unsigned i = 0; s && i < TEXTS; i++) {
		uint32_t found = 0;
		struct index_text text;

		index_exact(s, arena_printf(arena, "r%u", i), &found, 1);
		index_text(s, found, &text);
		wrong += strcmp(spell(arena, s, text.text, text.text_n), library.v[i].response.text) != 0;
	}
	is_int((int64_t)wrong, 0, "each is as it was");
	search_close(&s);
	remove_index(arena, path);
	free(library.v);
	buf_release(&first);
	buf_release(&second);
}

/* The sum of a line is that of its numbers, and each bit of them counts. */
static void
test_sums(void)
{
	struct line line;
	unsigned same = 0;
	uint32_t sum;

	for (size_t i = 0; i < LINE_NUMBERS; i++)
		line.v[i] = draw(UINT32_MAX);
	sum = index_sum(line.v, sizeof(line.v), 17);
	ok(sum == index_sum_line(line.v, 17) && sum != index_sum_line(line.v, 18), "the sum of a line");
	for (size_t bit = 0; bit < sizeof(line.v) * 8; bit++) {
		line.v[bit / 32] ^= UINT32_C(1) << bit % 32;
		same += index_sum_line(line.v, 17) == sum;
		line.v[bit / 32] ^= UINT32_C(1) << bit % 32;
	}
	is_int(same, 0, "changes with each bit");
}

int
main(void)
{
	struct arena *arena = arena_new();
	const char *folder = test_folder(arena), *path = arena_printf(arena, "%s/responses", folder);

	test_blocks();
	test_codes();
	test_sums();
	test_read(arena, path);
	test_near(arena, path);
	test_top(arena, path);
	test_crew(arena, path);
	rmdir(folder);
	arena_free(&arena);
	return done();
}
