#include "model/record_read.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/err_json.h"
#include "base/json.h"
#include "tests/unit/tap.h"

#define NOW INT64_C(1795253400123) /* 2026-11-21T09:30:00.123Z */

struct item {
	const char *word;
	int64_t n;
};
RECORD(rec_item, struct item, "item", NULL, TEXT_FIELD(struct item, word, FIELD_REQUIRED, "a word"), INT_FIELD(struct item, n, 0, "a number"))

struct all {
	const char *text, *id, *target;
	int64_t n, yes, at, ms, state, reason;
	double real;
	struct texts texts;
	struct pairs pairs, numbers;
	struct records items;
	const char *secret, *extra;
};
#define X struct all
RECORD(rec_all, X, "all", "Every kind of field.",
       TEXT_FIELD(X, text, FIELD_REQUIRED, "a text"),
       ID_FIELD(X, id, 0, "an id"),
       TARGET_FIELD(X, target, 0, "a target"),
       INT_FIELD(X, n, 0, "a number"),
       BOOL_FIELD(X, yes, 0, "true or false"),
       TIME_FIELD(X, at, 0, "a time"),
       DURATION_FIELD(X, ms, 0, "a duration"),
       NAME_FIELD(X, state, ixn_states, 0, "a name"),
       NAME_FIELD(X, reason, end_reasons, 0, "a name that may be empty"),
       REAL_FIELD(X, real, 0, "a real"),
       TEXTS_FIELD(X, texts, 0, "texts"),
       PAIRS_FIELD(X, pairs, 0, "pairs"),
       PAIRS_FIELD(X, numbers, FIELD_NUMBERS, "numbers"),
       RECORDS_FIELD(X, items, rec_item, 0, "items"),
       TEXT_FIELD(X, secret, FIELD_SECRET, NULL),
       TEXT_FIELD(X, extra, 0, NULL))
#undef X

static struct arena *arena;

static const char *
written(const struct all *all)
{
	struct buf out = BUF_INIT;
	struct json json = json_writer(&out);
	const char *text;

	record_json_whole(&rec_all, all, &json);
	text = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return text;
}

static struct all
full(void)
{
	static struct item items[] = { { "one", INT_EXACT }, { "", INT_NULL } };
	struct all all;

	record_init(&rec_all, &all);
	all.text = "a\"b\n\xc3\xa9\xf0\x9f\x98\x80\xe2\x80\xa8";
	all.id = "not an id";
	all.target = "queue:x";
	all.n = -INT_EXACT;
	all.yes = 0;
	all.at = NOW;
	all.ms = 90001;
	all.state = IXN_WRAP;
	all.reason = 0;
	all.real = 0.1 + 0.2;
	texts_add(arena, &all.texts, "x");
	texts_add(arena, &all.texts, "");
	pairs_add(arena, &all.pairs, "num\xc3\xa9ro \"1\"", "v=1");
	pairs_add(arena, &all.numbers, "a", "0.30000000000000004");
	pairs_add(arena, &all.numbers, "b", "9007199254740991");
	all.items = (struct records){ items, 2 };
	all.secret = "hush";
	all.extra = "{\"k\":1}";
	return all;
}

static void
test_both_ways(void)
{
	struct all all = full(), again;
	const struct json_source source = { "it", written(&all), strlen(written(&all)), 0 };
	struct err err = { 0 };

	ok(record_read(arena, &source, FROM_CLIENT, &rec_all, &again, &err) == 0, "what is written is read");
	is_str(written(&again), source.text, "and says the same again, secrets, too");
	ok(again.real == all.real && again.n == all.n && again.at == all.at, "numbers and times to the last digit");
	record_init(&rec_all, &all);
	all.text = text_null;
	all.n = all.at = all.state = INT_NULL;
	all.texts.v = arena_alloc(arena, 1);
	all.pairs.v = arena_alloc(arena, 1);
	all.items.v = arena_alloc(arena, 1);
	ok(record_read(arena, &(struct json_source){ "it", written(&all), strlen(written(&all)), 0 }, FROM_CLIENT, &rec_all, &again, &err) == 0 && again.text == text_null,
	   "null is read");
	is_str(written(&again), written(&all), "null, empty and absent stay apart");
}

/* want NULL: read; otherwise the name and what is wrong, or for JSON the place. */
static const struct {
	const char *json, *client, *server;
} rows[] = {
	{ "{\"text\":\"x\"}", NULL, NULL },
	{ "{}", "it: text: is missing", NULL },
	{ "{\"text\":\"x\",\"txt\":1}", "it: txt: no such field; did you mean text?", NULL },
	{ "{\"text\":\"x\",\"items\":[{\"word\":\"y\"},{\"word\":\"y\",\"later\":{}}]}", "it: items[1]: later: no such field", NULL },
	{ "{\"text\":5}", "it: text: is not a string", "it: text: is not a string" },
	{ "{\"text\":\"x\",\"n\":\"5\"}", "it: n: is not a number", "it: n: is not a number" },
	{ "{\"text\":\"x\",\"n\":1.5}", "it: n: is not a whole number", "it: n: is not a whole number" },
	{ "{\"text\":\"x\",\"n\":9007199254740993}", "it:1:17", "it:1:17" },
	{ "{\"text\":\"x\",\"yes\":1}", "it: yes: is neither true nor false", "it: yes: is neither true nor false" },
	{ "{\"text\":\"x\",\"items\":[{\"word\":[]}]}", "it: items[0]: word: is not a string", "it: items[0]: word: is not a string" },
	{ "{\"text\":\"x\",\"items\":{}}", "it: items: is not a list", "it: items: is not a list" },
	{ "{\"text\":\"x\",\"texts\":[1]}", "it: texts: is not a list of strings", "it: texts: is not a list of strings" },
	{ "{\"text\":\"x\",\"text\":\"y\"}", "it:1:13", "it:1:13" },
	{ "{\"text\":\"x\xff\"}", "it:1:11", "it:1:11" },
	{ "[]", "it: all: is not an object", "it: all: is not an object" },
	{ "{\"text\":\"x\"} {}", "it:1:14", "it:1:14" },
};

struct file {
	struct bytes data;
};
RECORD(rec_file, struct file, "file", "A file.", BYTES_FIELD(struct file, data, 0, "its bytes"))

static void
test_bytes(void)
{
	static const struct {
		const char *json, *bytes;
		size_t n;
	} rows_of_bytes[] = {
		{ "{\"data\":\"\"}", "", 0 },
		{ "{\"data\":\"AP8=\"}", "\0\xff", 2 },
		{ "{\"data\":\"TWFu\"}", "Man", 3 },
		{ "{\"data\":\"TWFuTQ==\"}", "ManM", 4 },
		{ "{\"data\":\"TWF\"}", NULL, 0 },
		{ "{\"data\":\"TW Fu\"}", NULL, 0 },
		{ "{\"data\":\"TWF_\"}", NULL, 0 },
		{ "{\"data\":[77]}", NULL, 0 },
	};

	for (size_t i = 0; i < COUNT_OF(rows_of_bytes); i++) {
		const char *json = rows_of_bytes[i].json, *bytes = rows_of_bytes[i].bytes;
		struct err err = { 0 };
		struct file file;
		int rc = record_read(arena, &(struct json_source){ "it", json, strlen(json), 0 }, FROM_CLIENT, &rec_file, &file, &err);

		ok(bytes ? rc == 0 && file.data.p && file.data.n == rows_of_bytes[i].n && memcmp(file.data.p, bytes, file.data.n) == 0 : rc < 0 && err.code == E_BAD_FIELD, "%s", json);
	}
}

static const char *
said(const char *json, enum record_from from)
{
	const struct json_source source = { "it", json, strlen(json), 0 };
	struct err err = { 0 };
	struct all all;

	if (record_read(arena, &source, from, &rec_all, &all, &err) == 0)
		return NULL;
	if (err.code == E_BAD_JSON)
		return arena_strdup(arena, err_get(&err, "where"));
	return err_expand(arena, err_text(err.code), &err, NULL, NULL);
}

int
main(void)
{
	arena = arena_new();
	test_both_ways();
	test_bytes();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		is_str(said(rows[i].json, FROM_CLIENT), rows[i].client, rows[i].json);
		is_str(said(rows[i].json, FROM_SERVER), rows[i].server, "from a server");
	}
	arena_free(&arena);
	return done();
}
