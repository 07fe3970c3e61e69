/* What an index and its log answer together is what an index made anew answers. */
#include "index_library.h"
#include "tap.h"

#include <fcntl.h>

#include "search/index_log.h"

enum { RESPONSES = 120,
       TERMS = 600 };

/* Terms by their bytes, since ids differ between two indexes. */
static const char *
term_text(struct arena *arena, struct search *s, uint32_t term)
{
	size_t n;
	const char *bytes = index_term_bytes(s, term, &n);

	return arena_printf(arena, "%.*s", (int)n, bytes);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All that is known of a response, as text. */
static const char *
describe(struct arena *arena, struct search *s, uint32_t response)
{
	const char *text, **past;
	struct index_response r;
	struct index_text t;

	index_response(s, response, &r);
	index_text(s, response, &t);
	text = arena_printf(arena, "%s|%s|%s|%s|%s|%d|%lld|%u|", r.id, r.shortcut, index_name(s, response), r.category, r.language, r.offered, (long long)r.expires, r.uses);
	for (size_t i = 0; i < t.name_n + t.text_n; i++)
		text = arena_printf(arena, "%s %s", text, term_text(arena, s, index_word_term(s, i < t.name_n ? t.name[i] : t.text[i - t.name_n])));
	past = arena_alloc(arena, (t.past_n + 1) * sizeof(*past));
	for (size_t i = 0; i < t.past_n; i++)
		past[i] = arena_printf(arena, "%s:%u", term_text(arena, s, t.past[i].term), t.past[i].tf);
	qsort(past, t.past_n, sizeof(*past), by_text);
	text = arena_printf(arena, "%s|%llu", text, (unsigned long long)t.past_length);
	for (size_t i = 0; i < t.past_n; i++)
		text = arena_printf(arena, "%s %s", text, past[i]);
	return text;
}

static void
same_responses(struct arena *arena, struct search *a, struct search *b)
{
	struct search_query query = { .agent = "ann", .now = 1500, .language = "fr" };
	struct index_gate *gate_a = index_gate(a, &query, arena), *gate_b = index_gate(b, &query, arena);
	size_t wrong = 0, passed = 0;

	for (unsigned i = 0; i < RESPONSES + 40; i++) {
		const char *id = arena_printf(arena, "r%u", i);
		uint32_t in_a, in_b;
		size_t n_a = index_exact(a, id, &in_a, 1), n_b = index_exact(b, id, &in_b, 1);

		wrong += n_a != n_b;
		if (!n_a || !n_b)
			continue;
		wrong += strcmp(describe(arena, a, in_a), describe(arena, b, in_b)) != 0;
		wrong += index_passes(gate_a, in_a) != index_passes(gate_b, in_b) || index_favourite(gate_a, in_a) != index_favourite(gate_b, in_b);
		passed += index_passes(gate_a, in_a) + (size_t)index_favourite(gate_a, in_a);
	}
	is_int((int64_t)wrong, 0, "each response is the same, and who sees it");
	ok(passed > 0, "somebody sees something");
}

static void
same_counts(struct search *a, struct search *b)
{
	struct index_stats stats_a, stats_b;
	struct index_want want_a[TERMS], want_b[TERMS];
	size_t n = 0, wrong = 0;

	index_stats(a, &stats_a);
	index_stats(b, &stats_b);
	ok(stats_a.responses == stats_b.responses && stats_a.uses == stats_b.uses && stats_a.uses_length == stats_b.uses_length &&
		   memcmp(stats_a.length, stats_b.length, sizeof(stats_a.length)) == 0 && memcmp(stats_a.filled, stats_b.filled, sizeof(stats_a.filled)) == 0,
	   "the counts are the same");
	is_int(index_language_count(a, "fr"), index_language_count(b, "fr"), "and those of a language");
	for (uint32_t t = 0; t < a->h.terms + (a->log ? a->log->terms.n : 0) && n < TERMS; t++) {
		size_t size;
		const char *bytes = index_term_bytes(a, t, &size);

		want_a[n].term = t;
		want_b[n++].term = index_term(b, bytes, size);
	}
	index_count(a, want_a, n);
	index_count(b, want_b, n);
	for (size_t i = 0; i < n; i++)
		wrong += want_a[i].df != want_b[i].df || want_a[i].df_uses != want_b[i].df_uses;
	ok(n > 100, "terms to be counted: %zu", n);
	is_int((int64_t)wrong, 0, "each is counted the same");
}

/* The same are among the best. close: lengths are still about those of the file, of which its impacts are made. */
static void
same_best(struct search *a, struct search *b, enum index_set set, bool close)
{
	struct index_found found_a[RESPONSES * 4], found_b[RESPONSES * 4];
	size_t wrong = 0, below = 0;

	for (int round = 0; round < 30; round++) {
		struct index_want want_a[3], want_b[3];
		struct index_ask ask_a = { .set = set, .wants = want_a, .n = 3, .all = round % 3 == 0 }, ask_b = ask_a;
		size_t n_a, n_b;

		for (uint32_t i = 0; i < 3; i++) {
			size_t size;
			const char *bytes;

			want_a[i].term = draw(a->h.terms / 3) * 3 + i;
			bytes = index_term_bytes(a, want_a[i].term, &size);
			want_b[i].term = index_term(b, bytes, size);
			want_a[i].weight = want_b[i].weight = 1 + (float)i;
		}
		ask_b.wants = want_b;
		index_count(a, want_a, 3);
		index_count(b, want_b, 3);
		n_a = index_top(a, &ask_a, COUNT_OF(found_a), found_a);
		n_b = index_top(b, &ask_b, COUNT_OF(found_b), found_b);
		wrong += n_a != n_b;
		for (size_t i = 0; i < n_a && set == INDEX_RESPONSES; i++) {
			struct index_response r;
			uint32_t in_b;

			index_response(a, found_a[i].ordinal, &r);
			for (in_b = 0; in_b < n_b; in_b++) {
				struct index_response other;

				index_response(b, found_b[in_b].ordinal, &other);
				if (strcmp(r.id, other.id) == 0)
					break;
			}
			wrong += in_b == n_b;
			below += close && in_b < n_b && found_a[i].score < found_b[in_b].score * 0.9F;
		}
	}
	is_int((int64_t)wrong, 0, "the same are found");
	is_int((int64_t)below, 0, "none with much less than it has");
}

static struct search_item
draw_change(struct arena *arena, int64_t number)
{
	struct search_item item = { .kind = SEARCH_FAVOURITE };
	static const char *const queues[] = { "help" };

	switch (draw(8)) {
	case 0:
		item = response_item(arena, draw(RESPONSES + 40), 12);
		item.response.removed = draw(3) == 0;
		return item;
	case 1:
		item = use_item(arena, 1 + draw((uint32_t)number), RESPONSES);
		item.use.kind = SEARCH_FORGOTTEN;
		return item;
	case 2:
		item.favourite = (struct search_favourite){ "ann", arena_printf(arena, "r%u", draw(RESPONSES)), draw(3) == 0 };
		return item;
	case 3:
		item.kind = SEARCH_AGENT;
		item.agent = (struct search_agent){ .name = "ann", .queues = { queues, draw(2) } };
		return item;
	default:
		return use_item(arena, number, RESPONSES + 40);
	}
}

/* What was said, in the order in which a library would tell it at its end: responses as they are now, then the rest. */
static struct library
told_at_once(const struct search_item *v, size_t n)
{
	struct library out = { calloc(n + 1, sizeof(*v)), 0, 0 };

	for (size_t i = 0; i < n; i++) {
		bool last = v[i].kind == SEARCH_RESPONSE;

		for (size_t k = i + 1; last && k < n; k++)
			last = v[k].kind != SEARCH_RESPONSE || strcmp(v[k].response.id, v[i].response.id) != 0;
		if (last)
			out.v[out.n++] = v[i];
	}
	for (size_t i = 0; i < n; i++)
		if (v[i].kind != SEARCH_RESPONSE)
			out.v[out.n++] = v[i];
	return out;
}

static void
test_same(struct arena *arena, const char *path, const char *anew, size_t changes)
{
	size_t first = RESPONSES + 200, all = first + changes;
	struct search_item *items = arena_alloc(arena, all * sizeof(*items));
	struct search_change *change = arena_alloc(arena, (changes + 1) * sizeof(*change));
	struct library base = { items, first, 0 }, whole;
	struct search *a = NULL, *b = NULL;
	int64_t seq;

	for (size_t i = 0; i < all; i++)
		items[i] = i < RESPONSES ? response_item(arena, (unsigned)i, 12) : i < first ? use_item(arena, (int64_t)i, RESPONSES)
											     : draw_change(arena, (int64_t)i);
	whole = told_at_once(items, all);
	for (size_t i = 0; i < changes; i++)
		change[i] = (struct search_change){ (int64_t)(first + i), items[first + i] };
	ok(library_build(&base, path, (int64_t)first - 1, NULL) == 0 && library_build(&whole, anew, (int64_t)all, NULL) == 0, "%zu changes", changes);
	for (size_t at = 0; at < changes; at += 7)
		if (search_log_append(path, change + at, changes - at < 7 ? changes - at : 7, NULL) < 0)
			ok(false, "appended");
	/* Said twice. */
	ok(search_log_append(path, change, changes, NULL) == 0, "saying it again does no harm");
	ok(search_last_seq(path, &seq, NULL) == 0 && seq == (changes ? (int64_t)all - 1 : (int64_t)first - 1), "the last change is known");
	ok(search_open(path, &a, NULL) == 0 && search_open(anew, &b, NULL) == 0, "both are opened");
	same_responses(arena, a, b);
	same_counts(a, b);
	same_best(a, b, INDEX_RESPONSES, changes <= 40);
	same_best(a, b, INDEX_USES, changes <= 40);
	ok(index_damaged(a, NULL) == 0 && index_damaged(b, NULL) == 0, "nothing is damaged");
	search_close(&a);
	search_close(&b);
	remove_index(arena, path);
	remove_index(arena, anew);
	free(whole.v);
}

/* A log of which the end is missing, at each length: what is whole counts, the next append goes on from there. */
static void
test_torn(struct arena *arena, const char *path)
{
	char *log = index_log_path(path);
	struct library base = { arena_alloc(arena, 20 * sizeof(struct search_item)), 20, 0 };
	struct search_change change[6];
	struct search *s;
	const char *data;
	size_t size = 0, wrong = 0;
	struct buf whole = BUF_INIT;

	for (unsigned i = 0; i < 20; i++)
		base.v[i] = response_item(arena, i, 5);
	for (unsigned i = 0; i < 6; i++)
		change[i] = (struct search_change){ 10 + i, use_item(arena, 10 + i, 20) };
	ok(library_build(&base, path, 1, NULL) == 0 && search_log_append(path, change, 5, NULL) == 0 && log_load(log, &whole, NULL) == 0, "a log of five");
	data = buf_get(&whole);
	size = whole.n;
	for (size_t cut = 0; cut < size; cut++) {
		int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		int64_t seq = 0;

		wrong += write(fd, data, cut) != (ssize_t)cut;
		close(fd);
		if (search_open(path, &s, NULL) < 0 || search_last_seq(path, &seq, NULL) < 0 || seq >= 14)
			wrong++;
		search_close(&s);
		wrong += search_log_append(path, change, 6, NULL) < 0 || search_last_seq(path, &seq, NULL) < 0 || seq != 15;
		wrong += search_open(path, &s, NULL) < 0 || s->log->uses.n != 6;
		search_close(&s);
	}
	is_int((int64_t)wrong, 0, "a torn log is cut and goes on");
	ok(library_build(&base, path, 20, NULL) == 0 && search_open(path, &s, NULL) == 0 && !s->log, "a new index has no log");
	search_close(&s);
	buf_release(&whole);
	free(log);
	remove_index(arena, path);
}

int
main(void)
{
	struct arena *arena = arena_new();
	const char *folder = test_folder(arena), *path = arena_printf(arena, "%s/responses", folder), *anew = arena_printf(arena, "%s/anew", folder);

	test_same(arena, path, anew, 0);
	test_same(arena, path, anew, 40);
	test_same(arena, path, anew, 600);
	test_torn(arena, path);
	rmdir(folder);
	arena_free(&arena);
	return done();
}
