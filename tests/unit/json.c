/*
 * JSON: what the writer writes, and what the check lets in.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "tests/unit/tap.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"

static void
test_writer(void)
{
	struct buf out = BUF_INIT;
	struct json j;

	buf_str(&out, "> ");
	j = json_writer(&out);
	json_object(&j);
	json_key(&j, "id");
	json_str(&j, "01A");
	json_key(&j, "list");
	json_array(&j);
	json_int(&j, INT64_MIN);
	json_bool(&j, true);
	json_bool(&j, false);
	json_null(&j);
	json_str(&j, NULL);
	json_array(&j);
	json_end_array(&j);
	json_object(&j);
	json_end_object(&j);
	json_raw(&j, "[1]");
	json_end_array(&j);
	json_key(&j, "n");
	json_int(&j, 0);
	json_end_object(&j);
	is_str(buf_get(&out), "> {\"id\":\"01A\",\"list\":[-9223372036854775808,true,false,null,null,[],{},[1]],\"n\":0}",
	       "values, and the commas between them");
	buf_release(&out);
}

static void
test_strings(void)
{
	static const struct {
		const char *text, *want, *what;
	} table[] = {
		{ "", "\"\"", "an empty string" },
		{ "say \"hi\" \\ /", "\"say \\\"hi\\\" \\\\ /\"", "quotes and backslashes" },
		{ "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"", "named controls" },
		{ "\x01\x1b\x1f\x7f", "\"\\u0001\\u001b\\u001f\\u007f\"", "other controls" },
		{ "\xc2\x80\xc2\x9f\xc2\xa0", "\"\\u0080\\u009f\xc2\xa0\"", "C1 controls" },
		{ "\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\"", "line separators" },
		{ "\xe2\x80\xae\xd8\x9c\xf3\xa0\x81\x81", "\"\\u202e\\u061c\\udb40\\udc41\"", "what turns text around, tags" },
		{ "é日😀", "\"é日😀\"", "UTF-8 stays" },
		{ "a\xff"
		  "b\xc3",
		  "\"a\xef\xbf\xbd"
		  "b\xef\xbf\xbd\"",
		  "invalid bytes are replaced" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"", "surrogates too" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct buf out = BUF_INIT;
		struct json j = json_writer(&out);
		struct err err = { 0 };

		json_str(&j, table[i].text);
		is_str(buf_get(&out), table[i].want, table[i].what);
		ok(json_check("j", out.p, out.n, NULL, &err) == 0, "and that is JSON");
		buf_release(&out);
	}
}

static void
test_reals(void)
{
	static const struct {
		double d;
		const char *want;
	} table[] = {
		{ 0, "0" },
		{ -0.0, "-0" },
		{ 0.1, "0.1" },
		{ 1.5, "1.5" },
		{ -100000, "-100000" },
		{ 1e21, "1e+21" },
		{ 1.0 / 3, "0.3333333333333333" },
		{ 9007199254740991.0, "9007199254740991" },
		{ 9007199254740992.0, "9.007199254740992e+15" },
		{ 12345678901234568.0, "1.2345678901234568e+16" },
		{ DBL_MAX, "1.7976931348623157e+308" },
		{ 5e-324, "5e-324" },
		{ INFINITY, "null" },
		{ NAN, "null" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		struct buf out = BUF_INIT;
		struct json j = json_writer(&out);

		json_real(&j, table[i].d);
		is_str(buf_get(&out), table[i].want, table[i].want);
		ok(!isfinite(table[i].d) || strtod(buf_get(&out), NULL) == table[i].d, "reads back the same");
		buf_release(&out);
	}
}

/* NULL: it is JSON; otherwise where and why not. */
static const char *
check(const char *text, size_t size, const struct json_limits *limits)
{
	static char said[300];
	struct err err = { 0 };

	if (json_check("j", text, size, limits, &err) == 0)
		return NULL;
	snprintf(said, sizeof(said), "%s %s", err_get(&err, "where"), err_get(&err, "what"));
	return err.code == E_BAD_JSON ? said : "another error";
}

static void
test_check(void)
{
#define TEXT(s) s, sizeof(s) - 1
	static const struct {
		const char *text;
		size_t size;
		const char *want;
	} table[] = {
		{ TEXT("{}"), NULL },
		{ TEXT(" [ 1 , \"a\" , null , true , false , { \"a\" : [ ] } ] \r\n\t"), NULL },
		{ TEXT("\"\""), NULL },
		{ TEXT("0"), NULL },
		{ TEXT("-0"), NULL },
		{ TEXT("-0.0e-0"), NULL },
		{ TEXT("1E+2"), NULL },
		{ TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\x7f\""), NULL },
		{ TEXT(""), "j:1:1 it ends too early" },
		{ TEXT(" \n "), "j:2:2 it ends too early" },
		{ TEXT("\xef\xbb\xbf{}"), "j:1:1 a value is expected" },
		{ TEXT("[1,]"), "j:1:4 a value is expected" },
		{ TEXT("[,1]"), "j:1:2 a value is expected" },
		{ TEXT("[1 2]"), "j:1:4 a ',' or ']' is expected" },
		{ TEXT("[1"), "j:1:3 it ends too early" },
		{ TEXT("{\"a\":1,}"), "j:1:8 a string is expected" },
		{ TEXT("{\"a\"}"), "j:1:5 a ':' is expected" },
		{ TEXT("{\"a\":}"), "j:1:6 a value is expected" },
		{ TEXT("{a:1}"), "j:1:2 a string is expected" },
		{ TEXT("{\"a\":1"), "j:1:7 it ends too early" },
		{ TEXT("{\"a\":1]"), "j:1:7 a ',' or '}' is expected" },
		{ TEXT("{\"a\":1}garbage"), "j:1:8 something stands behind the value" },
		{ TEXT("{}\0"), "j:1:3 something stands behind the value" },
		{ TEXT("[1]\n[2]"), "j:2:1 something stands behind the value" },
		{ TEXT("'a'"), "j:1:1 a value is expected" },
		{ TEXT("/**/1"), "j:1:1 a value is expected" },
		{ TEXT("tru"), "j:1:1 a value is expected" },
		{ TEXT("trues"), "j:1:5 something stands behind the value" },
		{ TEXT("NaN"), "j:1:1 a value is expected" },
		{ TEXT("-Infinity"), "j:1:2 a value is expected" },
		{ TEXT("\"a\tb\""), "j:1:3 a control character in a string" },
		{ TEXT("\"a\0b\""), "j:1:3 a control character in a string" },
		{ TEXT("\"a\nb\""), "j:1:3 a control character in a string" },
		{ TEXT("\"abc"), "j:1:5 it ends too early" },
		{ TEXT("\"abc\\"), "j:1:6 it ends too early" },
		{ TEXT("\"\\x41\""), "j:1:2 not an escape" },
		{ TEXT("\"\\\0\""), "j:1:2 not an escape" },
		{ TEXT("\"\\u12g4\""), "j:1:2 not an escape" },
		{ TEXT("\"\\u12"), "j:1:2 not an escape" },
		{ TEXT("\"\\u0000\""), "j:1:2 \\u0000 in a string" },
		{ TEXT("\"\\ud800\""), "j:1:2 half of a surrogate pair" },
		{ TEXT("\"\\ud800\\u0041\""), "j:1:2 half of a surrogate pair" },
		{ TEXT("\"\\ud800\\ud800\""), "j:1:2 half of a surrogate pair" },
		{ TEXT("\"\\udc00\\ud800\""), "j:1:2 half of a surrogate pair" },
		{ TEXT("\"\\ud83d"), "j:1:2 half of a surrogate pair" },
		{ TEXT("[\n \"\xc0\xaf\"]"), "j:2:3 not valid UTF-8" },
		{ TEXT("\"\xed\xa0\x80\""), "j:1:2 not valid UTF-8" },
		{ TEXT("\"\xe2\x82"), "j:1:2 not valid UTF-8" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++)
		is_str(check(table[i].text, table[i].size, NULL), table[i].want, table[i].want ? table[i].want : "is JSON");
}

static void
test_numbers(void)
{
	static const struct {
		const char *text;
		const char *want;
	} table[] = {
		{ "9007199254740991", NULL },
		{ "-9007199254740991", NULL },
		{ "1763712000000", NULL },
		{ "9007199254740992", "j:1:1 an integer beyond 2^53-1" },
		{ "-9007199254740992", "j:1:1 an integer beyond 2^53-1" },
		{ "9007199254740993", "j:1:1 an integer beyond 2^53-1" },
		{ "18446744073709551617", "j:1:1 an integer beyond 2^53-1" },
		{ "9007199254740993.0", NULL },
		{ "1.7976931348623157e308", NULL },
		{ "1.7976931348623159e308", "j:1:1 a number out of range" },
		{ "1e400", "j:1:1 a number out of range" },
		{ "-1e99999999999999999999", "j:1:1 a number out of range" },
		{ "1e-400", NULL },
		{ "01", "j:1:2 something stands behind the value" },
		{ "-01", "j:1:3 something stands behind the value" },
		{ "+1", "j:1:1 a value is expected" },
		{ ".5", "j:1:1 a value is expected" },
		{ "-", "j:1:2 it ends too early" },
		{ "1.", "j:1:3 it ends too early" },
		{ "1.e5", "j:1:3 a digit is expected" },
		{ "1e", "j:1:3 it ends too early" },
		{ "1e+x", "j:1:4 a digit is expected" },
		{ "1e+-5", "j:1:4 a digit is expected" },
		{ "0x10", "j:1:2 something stands behind the value" },
		{ "1,5", "j:1:2 something stands behind the value" },
	};
	struct buf digits = BUF_INIT;

	for (size_t i = 0; i < COUNT_OF(table); i++)
		is_str(check(table[i].text, strlen(table[i].text), NULL), table[i].want, table[i].text);
	buf_str(&digits, "0.");
	for (int i = 0; i < 2000; i++)
		buf_char(&digits, '1');
	is_str(check(digits.p, 1000, NULL), NULL, "a thousand digits");
	is_str(check(digits.p, digits.n, NULL), "j:1:1 a number of too many digits", "two thousand");
	buf_release(&digits);
}

static void
test_duplicates(void)
{
	static const struct {
		const char *text, *want, *what;
	} table[] = {
		{ "{\"a\":1,\"b\":2}", NULL, "two keys" },
		{ "{\"a\":1,\"a\":2}", "j:1:8 this key stands there twice", "the same key" },
		{ "{\"a\":1,\"b\":{\"a\":2},\"c\":[{\"a\":1},{\"a\":1}]}", NULL, "the same in different objects" },
		{ "[{\"x\":{\"a\":1,\"b\":1,\n\"a\":2}}]", "j:2:1 this key stands there twice", "deep inside" },
		{ "{\"a\":{\"b\":1},\"c\":1,\"a\":1}", "j:1:20 this key stands there twice", "with an object between" },
		{ "{\"a\":1,\"\\u0061\":2}", "j:1:8 this key stands there twice", "one of them escaped" },
		{ "{\"\\/\":1,\"/\":2}", "j:1:9 this key stands there twice", "an escaped slash" },
		{ "{\"\\ud83d\\ude00\":1,\"😀\":2}", "j:1:19 this key stands there twice", "a surrogate pair" },
		{ "{\"\\n\":1,\"\\u000A\":2}", "j:1:9 this key stands there twice", "a newline in two ways" },
		{ "{\"\":1,\"\":2}", "j:1:7 this key stands there twice", "empty keys" },
		{ "{\"a\":1,\"A\":2,\"ab\":3,\"a\\u0301\":4,\"á\":5}", NULL, "keys that only look alike" },
		{ "{\"a\":1,\"a\":2,\"a\":3}", "j:1:8 this key stands there twice", "three times: the second is named" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++)
		is_str(check(table[i].text, strlen(table[i].text), NULL), table[i].want, table[i].what);
}

static void
repeat(struct buf *out, const char *s, int n)
{
	while (n-- > 0)
		buf_str(out, s);
}

static void
test_depth(void)
{
	static const struct {
		const char *open, *close;
	} table[] = { { "[", "]" }, { "{\"a\":", "}" }, { "[{\"a\":", "}]" } };
	const struct json_limits endless = { SIZE_MAX, 1000000, SIZE_MAX };
	struct buf text = BUF_INIT;

	for (int i = 0; i < 3; i++) {
		int levels = i == 2 ? 32 : 64;

		buf_reset(&text);
		repeat(&text, table[i].open, levels);
		buf_char(&text, '1');
		repeat(&text, table[i].close, levels);
		is_str(check(text.p, text.n, NULL), NULL, "64 levels");
		buf_reset(&text);
		repeat(&text, table[i].open, levels + 1);
		ok(strstr(check(text.p, text.n, NULL), "nested too deeply") != NULL, "65 levels are too many");
		repeat(&text, table[i].open, 100000);
		ok(strstr(check(text.p, text.n, &endless), "nested too deeply") != NULL, "a hundred thousand with any limits");
	}
	buf_reset(&text);
	buf_char(&text, '[');
	repeat(&text, "[],", 1000);
	buf_str(&text, "{}]");
	is_str(check(text.p, text.n, NULL), NULL, "side by side is not deep");
	buf_release(&text);
}

static void
test_limits(void)
{
	const struct json_limits tight = { 20, 2, 5 };

	is_str(check("[1,2,3,4]", 9, &tight), NULL, "five values");
	is_str(check("[1,2,3,4,5]", 11, &tight), "j:1:10 too many values", "six");
	is_str(check("{\"a\":1,\"b\":2}", 13, &tight), NULL, "keys are values");
	is_str(check("{\"a\":1,\"b\":{},\"\":1}", 19, &tight), "j:1:15 too many values", "each of them");
	is_str(check("                   1", 20, &tight), NULL, "twenty bytes");
	is_str(check("                    1", 21, &tight), "j:1:1 it is too large", "one more");
	is_str(check("[[[1]]]", 7, &tight), "j:1:3 nested too deeply", "three levels");
}

/* Hundreds of thousands of keys: comparing each with each would take minutes. */
static void
test_large_objects(void)
{
	struct buf text = BUF_INIT;
	clock_t start = clock();

	buf_char(&text, '{');
	for (int i = 0; i < 300000; i++)
		buf_printf(&text, "\"key%d\":%d,", i, i);
	buf_str(&text, "\"end\":0}");
	is_str(check(text.p, text.n, NULL), NULL, "an object of 300,000 keys");
	text.n--;
	buf_str(&text, ",\"\\u006bey150000\":0}");
	ok(strstr(check(text.p, text.n, NULL), "twice") != NULL, "one of which stands there twice");
	ok(clock() - start < 20 * CLOCKS_PER_SEC, "in seconds");
	buf_release(&text);
}

static void
test_members(void)
{
	static const struct {
		const char *object, *want;
	} table[] = {
		{ "{}", "" },
		{ " { } ", "" },
		{ "{\"a\":1}", "a=1;" },
		{ "{ \"a\" : 1 , \"b\" : null }", "a=1;b=null;" },
		{ "{\"a\":\"x,}\\\"y\",\"b\":[1,{\"c\":\"]\"}],\"d\":{\"e\":{}}}", "a=\"x,}\\\"y\";b=[1,{\"c\":\"]\"}];d={\"e\":{}};" },
		{ "{\"a\\\\\":\"\\\\\",\"b\":2}", "a\\\\=\"\\\\\";b=2;" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++) {
		const char *p = table[i].object;
		struct buf out = BUF_INIT;
		struct json_member m;

		while (json_next(&p, &m))
			buf_printf(&out, "%.*s=%.*s;", (int)m.key_size, m.key, (int)m.size, m.value);
		is_str(buf_get(&out), table[i].want, table[i].object);
		buf_release(&out);
	}
}

static void
test_text(void)
{
	static const struct {
		const char *value, *want;
	} table[] = {
		{ "\"\"", "" },
		{ "\"plain \303\251\"", "plain \303\251" },
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
		{ "\"a\\u00e9\\u20AC.\"", "a\303\251\342\202\254." },
		{ "\"\\ud83d\\uDE00!\"", "\360\237\230\200!" },
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT_OF(table); i++)
		is_str(json_text(arena, table[i].value, strlen(table[i].value)), table[i].want, table[i].value);
	arena_free(&arena);
}

int
main(void)
{
	test_text();
	test_members();
	test_writer();
	test_strings();
	test_reals();
	test_check();
	test_numbers();
	test_duplicates();
	test_depth();
	test_limits();
	test_large_objects();
	return done();
}
