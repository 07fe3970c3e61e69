/* A file that is cut at each length, or has one byte changed at each place: refused, or read as it was; never more than the file. */
#include "index_library.h"
#include "tap.h"

#include <fcntl.h>

#include "base/buf.h"
#include "search/index_log.h"

enum { RESPONSES = 14 };

static void
ask_all(struct search *s, struct buf *out)
{
	size_t n = 0, found;
	struct index_want wants[64];
	struct index_found best[64];

	for (uint32_t t = 0; t < s->h.terms && n < 64; t += 3)
		wants[n++] = (struct index_want){ .term = t, .weight = 1 };
	index_count(s, wants, n);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%u %u,", wants[i].df, wants[i].df_uses);
	for (enum index_set set = 0; set < INDEX_SETS; set++) {
		struct index_ask ask = { .set = set, .wants = wants, .n = n };

		found = index_top(s, &ask, 64, best);
		for (size_t i = 0; i < found; i++)
			buf_printf(out, "%u %.4f,", best[i].ordinal, (double)best[i].score);
		for (uint32_t i = 0; i < 64 && i < s->h.terms; i++) {
			size_t size;
			const char *bytes = index_term_bytes(s, i, &size);

			buf_printf(out, "%.*s=%u,", (int)size, bytes, index_term(s, bytes, size));
			ask.all = true;
			ask.n = 1;
			wants[0].term = i;
			buf_printf(out, "%zu,", index_top(s, &ask, 64, best));
		}
	}
}

static void
describe_all(struct arena *arena, struct search *s, struct buf *out)
{
	struct search_query query = { .agent = "ann", .now = 100, .language = "fr" };
	struct index_gate *gate = index_gate(s, &query, arena);
	struct index_near near[5];
	uint32_t at[5];
	size_t n;

	for (uint32_t i = 0; i < s->h.responses; i++) {
		struct index_response r;
		struct index_text t;

		index_response(s, i, &r);
		index_text(s, i, &t);
		buf_printf(out, "%s %s %s %s %lld %d %d %zu %zu %zu:", r.id, r.shortcut, index_name(s, i), r.category, (long long)r.expires, index_passes(gate, i), index_favourite(gate, i), t.name_n, t.text_n, t.past_n);
		for (size_t k = 0; k < t.name_n + t.text_n; k++) {
			const char *bytes = index_word_bytes(s, k < t.name_n ? t.name[k] : t.text[k - t.name_n], &n);

			buf_printf(out, "%.*s ", (int)n, bytes);
		}
		buf_printf(out, "%zu,", index_exact(s, arena_printf(arena, "r%u", i), at, 5));
	}
	for (uint32_t i = 0; i < s->h.uses; i++) {
		struct index_use u;

		index_use(s, i, &u);
		buf_printf(out, "%lld %u %d %zu,", (long long)u.number, u.response, u.kind, u.n);
	}
	n = index_near(s, "manox", 5, 2, near, 5);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%u,", near[i].word);
}

/* What an index says; NULL: it says that it is damaged. */
static const char *
probe(struct arena *arena, const char *path)
{
	struct buf out = BUF_INIT;
	const char *text = NULL;
	struct err err = { 0 };
	struct search *s;

	if (search_open(path, &s, &err) < 0)
		return err.code == E_INDEX_DAMAGED ? NULL : "another error";
	ask_all(s, &out);
	describe_all(arena, s, &out);
	if (index_damaged(s, &err) == 0)
		text = arena_memdup(arena, buf_get(&out), out.n);
	search_close(&s);
	buf_release(&out);
	return text;
}

static void
put(const char *path, const char *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	close(fd);
}

/* One bit of each byte, which one is drawn. */
static void
test_changed(struct arena *arena, const char *path, char *data, size_t size, const char *right)
{
	size_t wrong = 0, noticed = 0;
	struct err err;

	for (size_t i = 0; i < size; i++) {
		struct arena *own = arena_new();
		char was = data[i];
		const char *text;
		struct search *s;

		data[i] = (char)(was ^ (1 << draw(8)));
		put(path, data, size);
		text = probe(own, path);
		wrong += text && strcmp(text, right) != 0;
		if (!text)
			noticed++;
		else if (i >= INDEX_HEADER && search_open(path, &s, &err) == 0) {
			wrong += i < size - PACK_PAD && search_verify(s, &err) == 0;
			search_close(&s);
		}
		data[i] = was;
		arena_free(&own);
	}
	is_int((int64_t)wrong, 0, "a byte that is changed is noticed where it is read, and by search_verify");
	ok(noticed > size / 4, "%zu of %zu changes were read", noticed, size);
	(void)arena;
}

static void
test_cut(const char *path, const char *data, size_t size)
{
	size_t wrong = 0;

	for (size_t i = 0; i < size; i += i < 600 ? 1 : 13) {
		struct err err = { 0 };
		struct search *s;

		put(path, data, i);
		wrong += search_open(path, &s, &err) == 0 || err.code != E_INDEX_DAMAGED;
	}
	is_int((int64_t)wrong, 0, "a file that is too short is refused");
}

int
main(void)
{
	struct arena *arena = arena_new();
	const char *folder = test_folder(arena), *path = arena_printf(arena, "%s/responses", folder), *right;
	struct library library = { arena_alloc(arena, (RESPONSES + 8) * sizeof(struct search_item)), 0, 0 };
	struct buf whole = BUF_INIT;

	/* Some say the same: a phrase. */
	for (unsigned i = 0; i < RESPONSES; i++) {
		library.v[library.n++] = response_item(arena, i, 8);
		library.v[i].response.text = i % 2 ? library.v[0].response.text : library.v[i].response.text;
	}
	for (unsigned i = 0; i < 6; i++)
		library.v[library.n++] = use_item(arena, i + 1, RESPONSES);
	library.v[library.n++] = (struct search_item){ .kind = SEARCH_FAVOURITE, .favourite = { "ann", "r3", false } };
	library.v[library.n++] = (struct search_item){ .kind = SEARCH_AGENT, .agent = { .name = "ann", .queues = { (const char *[]){ "help" }, 1 } } };
	ok(library_build(&library, path, 1, NULL) == 0 && log_load(path, &whole, NULL) == 0, "an index");
	right = probe(arena, path);
	ok(right != NULL, "it is right");
	test_cut(path, whole.p, whole.n);
	test_changed(arena, path, whole.p, whole.n, right ? right : "");
	put(path, whole.p, whole.n);
	is_str(probe(arena, path), right, "and as it was, it is right again");
	remove_index(arena, path);
	rmdir(folder);
	buf_release(&whole);
	arena_free(&arena);
	return done();
}
