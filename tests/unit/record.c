#include "model/record.h"

#include <limits.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "desk/desk.h"
#include "tests/unit/tap.h"

#define NOW INT64_C(1795253400000) /* 2026-11-21T09:30Z */

struct item {
	const char *word;
};
RECORD(rec_item, struct item, "item", "An item.", TEXT_FIELD(struct item, word, FIELD_REQUIRED, "a word"))

struct all {
	const char *text, *id, *target;
	int64_t n, yes, at, ms, state;
	double real;
	struct texts texts;
	struct pairs pairs;
	struct records items;
	const char *secret;
};
#define X struct all
RECORD(rec_all, X, "all", "Every kind of field.",
       TEXT_FIELD(X, text, FIELD_REQUIRED | FIELD_COLUMN, "a text"),
       ID_FIELD(X, id, 0, "an id"),
       TARGET_FIELD(X, target, 0, "a target"),
       INT_FIELD(X, n, 0, "a number"),
       BOOL_FIELD(X, yes, 0, "true or false"),
       TIME_FIELD(X, at, 0, "a time"),
       DURATION_FIELD(X, ms, 0, "a duration"),
       NAME_FIELD(X, state, ixn_states, 0, "a name"),
       REAL_FIELD(X, real, 0, "a real"),
       TEXTS_FIELD(X, texts, 0, "texts"),
       PAIRS_FIELD(X, pairs, 0, "pairs"),
       RECORDS_FIELD(X, items, rec_item, 0, "items"),
       TEXT_FIELD(X, secret, FIELD_SECRET, NULL))
#undef X

static struct arena *arena;

static const char *
json_of(const struct all *all)
{
	struct buf out = BUF_INIT;
	struct json json = json_writer(&out);
	const char *text;

	record_json(&rec_all, all, &json);
	text = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return text;
}

static bool
is_json(const char *text)
{
	struct err err = { 0 };

	return json_check("it", text, strlen(text), NULL, &err) == 0;
}

static void
test_presence(void)
{
	struct all all;
	bool any = false;

	record_init(&rec_all, &all);
	for (size_t i = 0; i < rec_all.n; i++)
		any = any || field_present(&rec_all.fields[i], &all);
	ok(!any, "at first every field is absent");
	is_str(json_of(&all), "{}", "and so it is in JSON");
	all.text = text_null;
	all.n = all.state = INT_NULL;
	all.texts.v = arena_alloc(arena, 1);
	all.items.v = arena_alloc(arena, 1);
	all.pairs.v = arena_alloc(arena, 1);
	is_str(json_of(&all), "{\"text\":null,\"n\":null,\"state\":null,\"texts\":[],\"pairs\":{},\"items\":[]}", "null and empty are not absent");
	ok(field_present(record_field(&rec_all, "text"), &all), "null is present");
	ok(record_field(&rec_all, "none") == NULL, "no field of that name");
}

static struct all
full(void)
{
	static struct item items[] = { { "one" }, { NULL } };
	struct all all;

	record_init(&rec_all, &all);
	all.text = "a\"b\n\xff";
	all.id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
	all.target = "queue:x";
	all.n = -INT_EXACT;
	all.yes = 0;
	all.at = NOW;
	all.ms = 90000;
	all.state = IXN_WRAP;
	all.real = 0.1;
	texts_add(arena, &all.texts, "x");
	texts_add(arena, &all.texts, "");
	pairs_add(arena, &all.pairs, "k", "v=1");
	all.items = (struct records){ items, 2 };
	all.secret = "hush";
	return all;
}

static void
test_json(void)
{
	struct all all = full();
	const char *text = json_of(&all);

	is_str(text,
	       "{\"text\":\"a\\\"b\\n\xef\xbf\xbd\",\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"target\":\"queue:x\",\"n\":-9007199254740991,\"yes\":false,"
	       "\"at\":\"2026-11-21T09:30:00.000Z\",\"ms\":90000,\"state\":\"wrap\",\"real\":0.1,\"texts\":[\"x\",\"\"],\"pairs\":{\"k\":\"v=1\"},"
	       "\"items\":[{\"word\":\"one\"},{}]}",
	       "every kind of field as JSON, but secrets");
	ok(is_json(text), "which is valid");
}

static void
test_format(void)
{
	static const char *const want[][2] = {
		{ "text", "a\"b\n\xff" },
		{ "n", "-9007199254740991" },
		{ "yes", "no" },
		{ "at", "2026-11-21T09:30:00.000Z" },
		{ "ms", "90s" },
		{ "state", "wrap" },
		{ "real", "0.1" },
		{ "texts", "x," },
		{ "pairs", "k=v=1" },
		{ "items", "" },
	};
	struct all all = full(), none;

	record_init(&rec_all, &none);
	for (size_t i = 0; i < COUNT_OF(want); i++) {
		const struct field *f = record_field(&rec_all, want[i][0]);

		is_str(field_format(arena, f, &all), want[i][1], want[i][0]);
		is_str(field_format(arena, f, &none), "", "absent is an empty cell");
	}
}

static void
test_parse(void)
{
	static const struct {
		const char *field, *text, *want; /* as field_format has it; NULL: refused */
		enum err_code code;
	} rows[] = {
		{ "text", "", "", E_OK },
		{ "text", " x ", " x ", E_OK },
		{ "id", "whatever", "whatever", E_OK },
		{ "target", "agent:a", "agent:a", E_OK },
		{ "target", "alice", NULL, E_BAD_TARGET },
		{ "n", "0", "0", E_OK },
		{ "n", "-12", "-12", E_OK },
		{ "n", "9007199254740991", "9007199254740991", E_OK },
		{ "n", "9007199254740992", NULL, E_BAD_VALUE },
		{ "n", "-9007199254740992", NULL, E_BAD_VALUE },
		{ "n", "99999999999999999999", NULL, E_BAD_VALUE },
		{ "n", "", NULL, E_BAD_VALUE },
		{ "n", "1.0", NULL, E_BAD_VALUE },
		{ "n", "0x10", NULL, E_BAD_VALUE },
		{ "n", "5 ", NULL, E_BAD_VALUE },
		{ "n", " 5", NULL, E_BAD_VALUE },
		{ "yes", "true", "yes", E_OK },
		{ "yes", "on", "yes", E_OK },
		{ "yes", "1", "yes", E_OK },
		{ "yes", "off", "no", E_OK },
		{ "yes", "0", "no", E_OK },
		{ "yes", "True", NULL, E_BAD_VALUE },
		{ "yes", "", NULL, E_BAD_VALUE },
		{ "at", "now", "2026-11-21T09:30:00.000Z", E_OK },
		{ "at", "+15m", "2026-11-21T09:45:00.000Z", E_OK },
		{ "at", "soon", NULL, E_BAD_TIME },
		{ "ms", "1h30m", "1h30m", E_OK },
		{ "ms", "0s", "0s", E_OK },
		{ "ms", "-1s", NULL, E_BAD_VALUE },
		{ "ms", "90", NULL, E_BAD_VALUE },
		{ "state", "queued", "queued", E_OK },
		{ "state", "done", "done", E_OK },
		{ "state", "Done", NULL, E_BAD_VALUE },
		{ "state", "", NULL, E_BAD_VALUE },
		{ "real", "0.5", "0.5", E_OK },
		{ "real", "-1e3", "-1000", E_OK },
		{ "real", "", NULL, E_BAD_VALUE },
		{ "real", "nan", NULL, E_BAD_VALUE },
		{ "real", "inf", NULL, E_BAD_VALUE },
		{ "real", "1e999", NULL, E_BAD_VALUE },
		{ "real", "1,5", NULL, E_BAD_VALUE },
		{ "real", "0x1p3", NULL, E_BAD_VALUE },
		{ "real", " 1", NULL, E_BAD_VALUE },
		{ "texts", "a,b", "a,b", E_OK },
		{ "pairs", "k=v", "k=v", E_OK },
		{ "pairs", "k=", "k=", E_OK },
		{ "pairs", "k", NULL, E_BAD_VALUE },
		{ "pairs", "=v", NULL, E_BAD_VALUE },
		{ "items", "x", NULL, E_BUG },
	};
	const struct field_context context = { arena, NOW, "UTC" };

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct field *f = record_field(&rec_all, rows[i].field);
		struct err err = { 0 };
		struct all all;
		int rc;

		record_init(&rec_all, &all);
		rc = field_parse(f, &all, rows[i].text, &context, &err);
		if (rows[i].want)
			is_str(rc == 0 ? field_format(arena, f, &all) : err_name(err.code), rows[i].want, arena_printf(arena, "%s: '%s'", f->name, rows[i].text));
		else
			is_str(rc < 0 ? err_name(err.code) : "taken", err_name(rows[i].code), arena_printf(arena, "%s: '%s'", f->name, rows[i].text));
	}
}

static void
test_lists(void)
{
	const struct field_context context = { arena, NOW, "UTC" };
	const struct field *texts = record_field(&rec_all, "texts"), *pairs = record_field(&rec_all, "pairs");
	struct err err = { 0 };
	struct all all;

	record_init(&rec_all, &all);
	for (int i = 0; i < 40; i++)
		if (field_parse(texts, &all, "x", &context, &err) < 0 || field_parse(pairs, &all, arena_printf(arena, "k%d=%d", i, i), &context, &err) < 0)
			ok(false, "a list takes more");
	ok(all.texts.n == 40 && all.pairs.n == 40, "lists append");
	is_str(pairs_get(&all.pairs, "k39"), "39", "a pair by its key");
	ok(pairs_get(&all.pairs, "k40") == NULL, "none by that key");
	if (field_parse(record_field(&rec_all, "n"), &all, "x", &context, &err) == 0)
		ok(false, "x is a number");
	is_str(err_get(&err, "name"), "n", "a refusal names the field");
	is_str(err_get(&err, "value"), "x", "the value");
	is_str(err_get(&err, "expected"), "a whole number", "and what it should be");
	if (field_parse(record_field(&rec_all, "state"), &all, "x", &context, &err) == 0)
		ok(false, "x is a state");
	is_str(err_get(&err, "expected"), "queued|offered|active|held|consulting|parked|review|wrap|done", "one of several: all of them");
}

static void
test_overlay(void)
{
	struct all to = full(), from;

	record_init(&rec_all, &from);
	record_overlay(&rec_all, &to, &from);
	is_str(json_of(&to), json_of(&(struct all[]){ full() }[0]), "nothing over it changes nothing");
	from.text = "new";
	from.id = text_null;
	from.n = 0;
	from.ms = INT_NULL;
	from.real = 2;
	from.texts.v = arena_alloc(arena, 1);
	from.items = (struct records){ arena_alloc(arena, 1), 0 };
	record_overlay(&rec_all, &to, &from);
	is_str(to.text, "new", "what is present replaces");
	ok(to.id == NULL && to.ms == INT_ABSENT, "a null makes it absent");
	is_int(to.n, 0, "zero is present");
	ok(to.real == 2, "a real");
	ok(to.texts.n == 0 && to.texts.v, "an empty list replaces a full one");
	ok(to.items.n == 0 && to.pairs.n == 1, "and only that one");
}

static void
test_schema(void)
{
	struct buf out = BUF_INIT;
	bool valid = true, told = true;

	record_schema(&rec_all, &out);
	ok(is_json(buf_get(&out)), "a schema is JSON");
	ok(strstr(buf_get(&out), "\"n\":{\"type\":\"integer\",\"description\":\"a number\"}"), "a number's");
	ok(strstr(buf_get(&out), "\"state\":{\"type\":\"string\",\"enum\":[\"queued\","), "a name's");
	ok(strstr(buf_get(&out), "\"items\":{\"title\":\"item\",\"type\":\"object\""), "a record in a record");
	ok(strstr(buf_get(&out), "\"required\":[\"text\"]"), "what is required");
	buf_reset(&out);
	for (size_t i = 0; ops[i]; i++) {
		for (int k = 0; k < 2; k++) {
			record_schema(k ? ops[i]->in : ops[i]->out, &out);
			valid = valid && is_json(buf_get(&out));
			told = told && !strstr(buf_get(&out), "\"description\":null");
			buf_reset(&out);
		}
	}
	ok(valid, "so is that of every operation's input and output");
	ok(told, "a description is a text or not there");
	buf_release(&out);
}

static void
test_by_name(void)
{
	struct all all;

	record_init(&rec_all, &all);
	record_set_text(&rec_all, &all, "text", "x");
	record_set_int(&rec_all, &all, "n", 7);
	is_str(record_text(&rec_all, &all, "text"), "x", "a text by name");
	is_int(record_int(&rec_all, &all, "n"), 7, "a number by name");
	is_str(field_value_name(arena, record_field(&rec_all, "text")), "TEXT", "what help calls it");
	is_str(field_value_name(arena, record_field(&rec_all, "pairs")), "KEY=VALUE", "a pair");
	is_str(field_value_name(arena, &(struct field){ .type = FIELD_NAME, .names = &end_reasons }),
	       "completed|transferred|stopped|abandoned|missed|expired|error|parked", "names, without the empty one");
}

struct file {
	struct bytes data;
};
RECORD(rec_file, struct file, "file", "A file.", BYTES_FIELD(struct file, data, 0, "its bytes"))

static void
test_bytes(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *json;
	} rows[] = {
		{ NULL, 0, "{}" },
		{ "", 0, "{\"data\":\"\"}" },
		{ "\0\xff", 2, "{\"data\":\"AP8=\"}" },
		{ "Man", 3, "{\"data\":\"TWFu\"}" },
	};
	const struct field *f = record_field(&rec_file, "data");
	struct buf out = BUF_INIT;
	struct file file, to;
	struct json json;
	char *large = arena_alloc(arena, 10001);

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		file.data = (struct bytes){ rows[i].bytes, rows[i].n };
		json = json_writer(&out);
		record_json(&rec_file, &file, &json);
		is_str(buf_get(&out), rows[i].json, rows[i].json);
		buf_reset(&out);
	}
	is_str(field_format(arena, f, &file), "3", "a cell has the size alone");
	file.data = (struct bytes){ large, 10001 };
	json = json_writer(&out);
	record_json(&rec_file, &file, &json);
	is_int((int64_t)out.n, 13336 + 11, "many bytes are one text of base64");
	ok(is_json(buf_get(&out)), "in JSON");
	record_init(&rec_file, &to);
	ok(!field_present(f, &to), "bytes are absent at first");
	record_overlay(&rec_file, &to, &file);
	ok(to.data.p == large && to.data.n == 10001, "they are laid over others");
	buf_reset(&out);
	record_schema(&rec_file, &out);
	ok(strstr(buf_get(&out), "\"data\":{\"type\":\"string\",\"contentEncoding\":\"base64\"") != NULL, "their schema");
	buf_release(&out);
}

int
main(void)
{
	arena = arena_new();
	test_presence();
	test_json();
	test_format();
	test_parse();
	test_lists();
	test_overlay();
	test_schema();
	test_by_name();
	test_bytes();
	arena_free(&arena);
	return done();
}
