/*
 * The ranking: golden orders of a small library in three languages, and each
 * rule of it by itself. A change of a golden order is a decision.
 */
#include <math.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "search/search.h"
#include "tests/unit/rank_library.h"
#include "tests/unit/tap.h"

#define ITEMS_MAX 300

static struct arena *arena;
static char folder[64];

struct items {
	struct search_item v[ITEMS_MAX];
	size_t n, at;
};

static int
next_item(void *context, struct search_item *item, struct err *err)
{
	struct items *items = context;

	(void)err;
	if (items->at == items->n)
		return 0;
	*item = items->v[items->at++];
	return 1;
}

static struct search_item
use_item(int64_t number, const char *response, const char *text, enum search_use_kind kind)
{
	return (struct search_item){ .kind = SEARCH_USE, .use = { number, response, text, "en", kind } };
}

/* The library; with what was sent, if asked. */
static void
fill(struct items *items, bool past)
{
	*items = (struct items){ 0 };
	for (size_t i = 0; i < COUNT_OF(said); i++)
		items->v[items->n++] = (struct search_item){ .kind = SEARCH_RESPONSE, .response = { .id = said[i].id, .shortcut = said[i].shortcut, .name = said[i].name, .text = said[i].text, .language = said[i].language, .category = said[i].category, .start = SEARCH_NO_TIME, .expires = SEARCH_NO_TIME, .offered = true } };
	for (size_t i = 0; past && i < COUNT_OF(answered); i++) {
		items->v[items->n] = use_item((int64_t)i + 1, answered[i].response, answered[i].text, SEARCH_SENT);
		items->v[items->n++].use.language = answered[i].language;
	}
}

/* The first from items are built, the others appended to the log. */
static struct search *
open_items(struct items *items, size_t built)
{
	const char *path = arena_printf(arena, "%s/index", folder);
	struct search_source source = { next_item, items, 1, NULL };
	size_t all = items->n;
	struct search *search = NULL;
	struct err err;

	items->at = 0;
	items->n = built;
	if (search_build(path, &source, &err) < 0)
		ok(false, "built: %s", err_name(err.code));
	items->n = all;
	for (size_t i = built; i < all; i++) {
		struct search_change change = { (int64_t)(2 + i), items->v[i] };

		if (search_log_append(path, &change, 1, &err) < 0)
			ok(false, "appended: %s", err_name(err.code));
	}
	if (search_open(path, &search, &err) < 0)
		ok(false, "opened: %s", err_name(err.code));
	return search;
}

static struct search *
open_all(struct items *items)
{
	return open_items(items, items->n);
}

/* The ids of the hits, divided by spaces. */
static const char *
ids(struct search *search, const struct search_query *query)
{
	struct search_hits hits;
	struct buf out = BUF_INIT;
	struct err err;
	const char *s;

	if (search_run(search, query, arena, &hits, &err) < 0)
		return err_name(err.code);
	for (size_t i = 0; i < hits.n; i++)
		buf_printf(&out, "%s%s", i ? " " : "", hits.v[i].id);
	s = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return s;
}

static const char *
first(struct search *search, const char *text, size_t limit)
{
	return ids(search, &(struct search_query){ .text = text, .limit = limit });
}

static double
score_of(struct search *search, const char *text, const char *id)
{
	struct search_query query = { .text = text, .limit = 100 };
	struct search_hits hits;

	if (search_run(search, &query, arena, &hits, NULL) < 0)
		return -1;
	for (size_t i = 0; i < hits.n; i++)
		if (strcmp(hits.v[i].id, id) == 0)
			return hits.v[i].score;
	return 0;
}

/* What the lines of a kind bring to the first hit. */
static double
reason_of(struct search *search, const char *text, const char *what)
{
	struct search_query query = { .text = text, .language = "en", .explain = true };
	struct search_hits hits;
	double sum = 0;

	if (search_run(search, &query, arena, &hits, NULL) < 0 || !hits.n)
		return 0;
	for (size_t i = 0; i < hits.v[0].reasons_n; i++)
		sum += strcmp(hits.v[0].reasons[i].what, what) == 0 ? hits.v[0].reasons[i].value : 0;
	return sum;
}

#include "tests/unit/rank_golden.h"

static void
test_golden(bool past)
{
	struct items items;
	struct search *search;

	fill(&items, past);
	search = open_all(&items);
	for (size_t i = 0; i < COUNT_OF(golden); i++) {
		struct search_query query = { .text = golden[i].text, .language = golden[i].language, .message = golden[i].message, .limit = 3 };

		is_str(ids(search, &query), past ? golden[i].learned : golden[i].plain, golden[i].text);
	}
	search_close(&search);
}

static void
test_words(struct search *search)
{
	static const struct {
		struct search_query query;
		const char *want, *what;
	} cases[] = {
		{ { .text = "LATE", .limit = 1 }, "en-late", "a shortcut, whatever its case" },
		{ { .text = "hours", .limit = 1 }, "en-hours", "a shortcut before words" },
		{ { .text = "what is it", .limit = 1 }, "en-what", "only stop words, and a name" },
		{ { .text = "en-vat", .limit = 1 }, "en-vat", "an id" },
		{ { .text = "pasword", .language = "en", .limit = 1 }, "en-password", "a letter less" },
		{ { .text = "pakcel lsot", .language = "en", .limit = 1 }, "en-lost", "two words, letters swapped" },
		{ { .text = "remboursemnt", .limit = 1 }, "fr-remboursement", "a letter less, in French" },
		{ { .text = "VAT-1614" }, "en-vat", "a reference" },
		{ { .text = "1614", .limit = 1 }, "en-vat", "a part of one" },
		{ { .text = "parcel carrier pay", .match = SEARCH_ALL }, "en-lost", "all of the words" },
		{ { .text = "parcel zebra", .match = SEARCH_ALL }, "", "one of all is nowhere" },
		{ { .text = "the parcel is late", .match = SEARCH_ALL }, "en-late", "stop words are not asked for" },
		{ { .text = "number on the invoice", .match = SEARCH_PHRASE }, "en-vat", "a phrase" },
		{ { .text = "invoice the on number", .match = SEARCH_PHRASE }, "", "not in this order" },
		{ { .text = "d'une facture", .match = SEARCH_PHRASE }, "fr-facture", "a phrase with an elision" },
		{ { .text = "invoice", .in = SEARCH_IN_NAME }, "en-invoice en-vat", "in names" },
		{ { .text = "bank", .in = SEARCH_IN_NAME }, "", "not in a name" },
		{ { .text = "declined", .in = SEARCH_IN_TEXT }, "en-card", "in texts" },
		{ { .text = "tracking", .in = SEARCH_IN_TEXT, .language = "en" }, "en-track", "in a text, not only in a name" },
		{ { .text = "exchange postage", .match = SEARCH_ALL, .in = SEARCH_IN_TEXT }, "en-exchange", "all in the text" },
		{ { .text = "invoice pdf", .match = SEARCH_ALL, .in = SEARCH_IN_NAME }, "", "all in the name" },
		{ { .text = "reset", .in = SEARCH_IN_TEXT }, "", "in a name alone" },
		{ { .text = "refund", .language = "de" }, "", "a shortcut that does not pass" },
		{ { .text = "zzzzqq" }, "", "nothing like it" },
		{ { .text = "\xE5\x8C\x85\xE8\xA3\xB9" }, "", "Chinese" },
		{ { .text = "\xF0\x9F\x93\xA6" }, "", "a picture" },
		{ { .text = "?!" }, "", "no word" },
		{ { .text = "\xff" }, "bad_query", "not UTF-8" },
		{ { .text = "", .language = "de", .limit = 2 }, "de-adresse de-beschaedigt", "nothing asked: all, by id" },
		{ { .text = "carte", .category = "Service client/Facturation" }, "fr-carte", "within a category" },
		{ { .text = "karte", .language = "de" }, "de-karte", "a language" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		is_str(ids(search, &cases[i].query), cases[i].want, cases[i].what);
}

static void
test_explain(struct search *search)
{
	struct search_query query = { .text = "my parcel has not arrived, where is my money", .explain = true, .limit = 20 };
	struct search_hits hits = { 0 };
	bool adds = true, falls = true;

	ok(search_run(search, &query, arena, &hits, NULL) == 0 && hits.n > 3, "there are some");
	for (size_t i = 0; i < hits.n; i++) {
		double sum = 0;

		for (size_t j = 0; j < hits.v[i].reasons_n; j++)
			sum += hits.v[i].reasons[j].value;
		adds = adds && fabs(sum - hits.v[i].score) < 1e-9;
		falls = falls && (i == 0 || (hits.v[i].score <= hits.v[i - 1].score && hits.v[i].percent <= hits.v[i - 1].percent));
		falls = falls && hits.v[i].percent >= 0 && hits.v[i].percent <= 100;
	}
	ok(adds, "the lines of each add up to its score");
	ok(falls, "scores and percents fall");
	query.min_score = hits.n ? hits.v[0].percent : 0;
	ok(search_run(search, &query, arena, &hits, NULL) == 0 && hits.n >= 1 && hits.n < 4, "a score that is asked for");
}

static void
test_reasons(struct search *search)
{
	static const struct {
		const char *text, *what;
		bool there;
	} cases[] = {
		{ "late delivery of it", "pair", true },
		{ "lost parcel", "pair", false },
		{ "delivery of the", "pair", false },
		{ "parcel lost", "grams", true },
		{ "when may I get my money back", "neighbours", true },
		{ "when may I get my money back", "past", true },
		{ "broken box", "neighbours", false },
		{ "late", "exact", true },
		{ "late parcel", "exact", false },
		{ "late parcel", "uses", true },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		ok((reason_of(search, cases[i].text, cases[i].what) > 0) == cases[i].there, "%s: %s%s", cases[i].text, cases[i].there ? "" : "no ", cases[i].what);
}

static void
test_marks(struct search *search)
{
	struct search_query query = { .text = "refunding of the return", .language = "en" };
	const char *text = "Your returns: the refund.";
	const struct search_mark *marks;
	size_t n = search_marks(search, &query, text, "en", arena, &marks);

	is_int((int64_t)n, 2, "two words, no stop word");
	ok(n == 2 && marks[0].from == 5 && marks[0].to == 12 && marks[1].from == 18 && marks[1].to == 24, "where they are");
}

/* What came by the log ranks as what was built. */
static void
test_log(void)
{
	struct items items;
	struct search *search;
	const char *built[COUNT_OF(golden)];

	fill(&items, true);
	items.v[items.n++] = use_item(90, "en-lost", "parcel never came", SEARCH_REFUSED);
	items.v[items.n++] = use_item(91, "en-lost", "parcel is gone for good", SEARCH_EDITED);
	items.v[items.n++] = use_item(91, NULL, NULL, SEARCH_FORGOTTEN);
	search = open_all(&items);
	for (size_t i = 0; i < COUNT_OF(golden); i++)
		built[i] = ids(search, &(struct search_query){ .text = golden[i].text, .language = golden[i].language, .limit = 20 });
	search_close(&search);
	for (size_t from = 30; from < items.n; from += 11) {
		search = open_items(&items, from);
		for (size_t i = 0; i < COUNT_OF(golden); i++)
			is_str(ids(search, &(struct search_query){ .text = golden[i].text, .language = golden[i].language, .limit = 20 }), built[i], golden[i].text);
		search_close(&search);
	}
}

/* A text of no known language that stands in the log alone, then anew: its stem is none that a query has. */
static void
test_log_words(void)
{
	static const struct {
		const char *language, *text;
	} versions[] = { { "en", "The mugole and a girafe." }, { NULL, "Une mugole." }, { NULL, "Une girafe." }, { "en", "A mugole." }, { "fr", "Une girafe." } };
	struct search *search;
	struct items items;

	fill(&items, false);
	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		bool girafe = strstr(versions[i].text, "girafe"), mugole = strstr(versions[i].text, "mugole");

		items.v[items.n] = items.v[0];
		items.v[items.n].response.id = "new";
		items.v[items.n].response.name = items.v[items.n].response.shortcut = NULL;
		items.v[items.n].response.language = versions[i].language;
		items.v[items.n++].response.text = versions[i].text;
		/* In the log from each of them on, and not at all. */
		for (size_t built = COUNT_OF(said); built <= items.n; built++) {
			search = open_items(&items, built);
			is_str(first(search, "girafe", 3), girafe ? "new" : "", versions[i].text);
			is_str(first(search, "girrafe", 3), girafe ? "new" : "", "with a slip");
			is_str(first(search, "mugole", 3), mugole ? "new" : "", versions[i].text);
			search_close(&search);
		}
	}
}

static void
test_learning(void)
{
	static const char message[] = "nothing in the letter box again this morning";
	struct items items;
	struct search *search;
	double before, passed, refused;
	size_t n;

	fill(&items, false);
	n = items.n;
	search = open_all(&items);
	before = score_of(search, message, "en-track");
	search_close(&search);
	items.v[items.n++] = use_item(1, "en-track", message, SEARCH_SENT);
	search = open_items(&items, n);
	is_str(first(search, "letter box was empty this morning", 1), "en-track", "one message teaches");
	ok(score_of(search, message, "en-track") > before, "and counts");
	before = score_of(search, message, "en-track");
	search_close(&search);
	items.v[items.n++] = use_item(2, "en-track", message, SEARCH_PASSED);
	search = open_items(&items, n);
	passed = score_of(search, message, "en-track");
	search_close(&search);
	items.v[items.n - 1].use.kind = SEARCH_REFUSED;
	search = open_items(&items, n);
	refused = score_of(search, message, "en-track");
	is_str(first(search, "tracking a parcel", 1), "en-track", "refused for one thing, not for another");
	search_close(&search);
	ok(passed < before && refused < passed, "passed over lowers, refused more (%.3f %.3f %.3f)", before, passed, refused);
	items.v[items.n++] = use_item(1, NULL, NULL, SEARCH_FORGOTTEN);
	items.v[items.n++] = use_item(2, NULL, NULL, SEARCH_FORGOTTEN);
	search = open_items(&items, n);
	is_str(first(search, "letter", 1), "", "what is forgotten teaches nothing");
	search_close(&search);
}

static void
test_ties(void)
{
	struct items items = { .n = 4 };
	struct search *search;
	static const char *const names[] = { "b", "c", "a", "d" };

	for (size_t i = 0; i < items.n; i++)
		items.v[i] = (struct search_item){ .kind = SEARCH_RESPONSE, .response = { .id = names[i], .name = "Same words", .language = "en", .start = SEARCH_NO_TIME, .expires = SEARCH_NO_TIME, .offered = true } };
	search = open_all(&items);
	is_str(first(search, "words", 0), "a b c d", "equal ones by id");
	is_str(ids(search, &(struct search_query){ .text = "words", .without = (const char *const[]){ "a" }, .without_n = 1 }), "b c d", "one that is not wanted");
	search_close(&search);
	items.v[items.n++] = (struct search_item){ .kind = SEARCH_FAVOURITE, .favourite = { "ann", "c", false } };
	items.v[items.n++] = (struct search_item){ .kind = SEARCH_AGENT };
	items.v[items.n - 1].agent.name = "ann";
	search = open_items(&items, 4);
	is_str(ids(search, &(struct search_query){ .text = "words", .agent = "ann" }), "c a b d", "a favourite first");
	is_str(ids(search, &(struct search_query){ .text = "words", .agent = "ann", .favourites = true }), "c", "favourites alone");
	search_close(&search);
}

/* A filter comes before the best are taken: the only one that passes is found behind hundreds. */
static void
test_filter(void)
{
	struct items *items = xcalloc(1, sizeof(*items));
	struct search *search;

	for (size_t i = 0; i < ITEMS_MAX; i++)
		items->v[items->n++] = (struct search_item){ .kind = SEARCH_RESPONSE, .response = { .id = arena_printf(arena, "r%03zu", i), .name = i == 270 ? "One parcel of several" : "Parcel", .language = i == 270 ? "fr" : "en", .start = SEARCH_NO_TIME, .expires = SEARCH_NO_TIME, .offered = true } };
	search = open_all(items);
	is_str(ids(search, &(struct search_query){ .text = "parcel", .language = "fr" }), "r270", "a filter finds the only one");
	search_close(&search);
	free(items);
}

/* A name that only repeats the text: its words count once, but it is looked up and shown. */
static void
test_unnamed(void)
{
	static const char boat[] = "Parcels go by boat. A boat takes three weeks.";

	for (size_t built = COUNT_OF(said); built <= COUNT_OF(said) + 2; built += 2) {
		const char *where = built > COUNT_OF(said) ? "the file" : "the log";
		struct search_query names = { .text = "boat", .in = SEARCH_IN_NAME }, texts = { .text = "boat", .in = SEARCH_IN_TEXT };
		struct items items;
		struct search *search;

		fill(&items, false);
		for (size_t i = 0; i < 2; i++)
			items.v[items.n++] = (struct search_item){ .kind = SEARCH_RESPONSE, .response = { .id = i ? "en-boat" : "en-ship", .name = i ? "Parcels go by boat" : "Ships and boats", .text = boat, .language = "en", .start = SEARCH_NO_TIME, .expires = SEARCH_NO_TIME, .offered = true, .unnamed = i == 1 } };
		search = open_items(&items, built);
		is_str(ids(search, &names), "en-ship", arena_printf(arena, "%s: no name of one that has none", where));
		is_str(ids(search, &texts), "en-boat en-ship", arena_printf(arena, "%s: but the text", where));
		is_str(first(search, "weeks boat", 1), "en-ship", arena_printf(arena, "%s: a name of its own counts more", where));
		is_str(first(search, "parcels go by BOAT", 1), "en-boat", arena_printf(arena, "%s: the whole of it is looked up", where));
		ok(reason_of(search, "parcels go by boat", "name") == 0 && reason_of(search, "parcels go by boat", "text") > 0, "%s: no points for its name", where);
		search_close(&search);
	}
}

/* More often than a byte counts. */
static void
test_often(void)
{
	static const unsigned times[] = { 300, 255, 256, 40 };
	struct items *items = xcalloc(1, sizeof(*items));
	struct search *search;
	struct search_hits hits;

	for (size_t i = 0; i < COUNT_OF(times); i++) {
		struct buf text = BUF_INIT;

		for (unsigned k = 0; k < 300; k++)
			buf_str(&text, k < times[i] ? "gong " : "bell ");
		items->v[items->n++] = (struct search_item){ .kind = SEARCH_RESPONSE, .response = { .id = arena_printf(arena, "r%u", times[i]), .name = "Sounds", .text = arena_strdup(arena, buf_get(&text)), .language = "en", .start = SEARCH_NO_TIME, .expires = SEARCH_NO_TIME, .offered = true } };
		buf_release(&text);
	}
	search = open_all(items);
	ok(search_run(search, &(struct search_query){ .text = "a gong", .language = "en", .explain = true }, arena, &hits, NULL) == 0 && hits.n == COUNT_OF(times), "said very often");
	for (size_t i = 0; i < hits.n; i++) {
		const char *how = "";

		for (size_t k = 0; k < hits.v[i].reasons_n; k++)
			if (strcmp(hits.v[i].reasons[k].what, "text") == 0)
				how = hits.v[i].reasons[k].how;
		ok(strncmp(how, "tf ", 3) == 0 && strtoul(how + 3, NULL, 10) == strtoul(hits.v[i].id + 1, NULL, 10), "%s: each time counts: %s", hits.v[i].id, how);
	}
	is_str(ids(search, &(struct search_query){ .text = "a gong", .language = "en" }), "r300 r256 r255 r40", "the most often first");
	search_close(&search);
	free(items);
}

int
main(void)
{
	struct items items;
	struct search *search;

	arena = arena_new();
	snprintf(folder, sizeof(folder), "/tmp/rank-XXXXXX");
	if (!mkdtemp(folder))
		return 1;
	test_golden(false);
	test_golden(true);
	fill(&items, true);
	search = open_all(&items);
	test_explain(search);
	test_reasons(search);
	test_marks(search);
	search_close(&search);
	fill(&items, false);
	search = open_all(&items);
	test_words(search);
	search_close(&search);
	test_log();
	test_log_words();
	test_learning();
	test_ties();
	test_filter();
	test_unnamed();
	test_often();
	unlink(arena_printf(arena, "%s/index", folder));
	unlink(arena_printf(arena, "%s/index-log", folder));
	unlink(arena_printf(arena, "%s/index-lock", folder));
	rmdir(folder);
	arena_free(&arena);
	return done();
}
