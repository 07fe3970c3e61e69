/*
 * Front matter: what it says, where it is wrong, and that what is written is
 * read back the same.
 */
#include "tests/unit/tap.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "export/front.h"

/* "key=value|list=[a][b]|null!|>body", or "!where what". */
static const char *
read_back(struct arena *arena, const char *text, size_t size)
{
	struct err err = { 0 };
	struct front front;
	const char *out = "";

	if (front_parse(arena, "f", text, size, &front, &err) < 0)
		return arena_printf(arena, "!%s %s", err_get(&err, "where"), err_get(&err, "what"));
	for (size_t i = 0; i < front.n; i++) {
		const struct front_entry *e = &front.v[i];

		out = arena_printf(arena, "%s%s%s", out, e->key, e->list ? "=" : e->values.n ? "="
											     : "!");
		for (size_t k = 0; k < e->values.n; k++)
			out = arena_printf(arena, e->list ? "%s[%s]" : "%s%s", out, e->values.v[k]);
		out = arena_printf(arena, "%s|", out);
	}
	return arena_printf(arena, "%s>%s", out, front.body);
}

static void
test_table(struct arena *arena)
{
	static const struct {
		const char *text, *want, *what;
	} table[] = {
		{ "", ">", "an empty file" },
		{ "only a body\n", ">only a body", "a file without front matter" },
		{ "---\n---\n", ">", "nothing at all" },
		{ "---\na: 1\n---", "a=1|>", "no line end at the end" },
		{ "---\na: 1\n---\n\nbody\n", "a=1|>body", "an empty line above the body, a line end behind it" },
		{ "---\na: 1\n---\nbody\n\n", "a=1|>body\n", "only one line end is not of the body" },
		{ "---\na: 1\n---\n\n\nbody", "a=1|>\nbody", "only one empty line is not" },
		{ "---\r\na: 1\r\nb: \"x\"\r\n---\r\n\r\nbody\r\nmore\r\n", "a=1|b=x|>body\r\nmore", "lines that end with CR LF" },
		{ "\xef\xbb\xbf---\na: 1\n---\nb", "a=1|>b", "a byte order mark" },
		{ "---\na: 1 # not of it\nb: x#y\n# line\n\n  # indented\n---\n", "a=1|b=x#y|>", "comments" },
		{ "---\na:\nb: ~\nc: null\nd: \"\"\ne: ''\n---\n", "a!|b!|c!|d=|e=|>", "no value, and an empty one" },
		{ "---\na: 'it''s'\nb: \"a\\tb\\n\\\"\\\\\\x41\\u00e9\\U0001F600\\/\"\n---\n", "a=it's|b=a\tb\n\"\\A\xc3\xa9\xf0\x9f\x98\x80/|>", "quotes and escapes" },
		{ "---\na: [x, \"y, z\", 'w']\nb: []\nc: [ x , y , ]\n---\n", "a=[x][y, z][w]|b=|c=[x][y]|>", "lists on a line" },
		{ "---\na:\n- x\n- \"y\"\nb:\n    - z # c\n\n    - w\n---\n", "a=[x][y]|b=[z][w]|>", "lists of lines" },
		{ "---\na: |\n  one\n   two\n\n  three\nb: 1\n---\n", "a=one\n two\n\nthree\n|b=1|>", "a block" },
		{ "---\na: |-\n  one\n\nb: |+\n  two\n\nc: |\n---\n", "a=one|b=two\n\n|c=|>", "its end chomped and kept" },
		{ "---\na: |2-\n    deep\n  less\n---\n", "a=  deep\nless|>", "its indentation said" },
		{ "---\na: >\n  one\n  two\n\n  three\n    deep\n  four\n---\n", "a=one two\nthree\n  deep\nfour\n|>", "a folded one" },
		{ "---\ndate: 2026-11-21T09:00:00Z\nyes: true\nurl: http://a/b?c\n---\n", "date=2026-11-21T09:00:00Z|yes=true|url=http://a/b?c|>", "all are texts" },
		{ "---\na: caf\xc3\xa9\n---\n", "a=caf\xc3\xa9|>", "UTF-8" },
		{ "---\na: 1\n", "!f:2:5 the front matter is not closed by a line ---", "it is not closed" },
		{ "---\na: 1\na: 2\n---\n", "!f:3:1 the key stands there twice", "a key twice" },
		{ "---\na:1\n---\n", "!f:2:3 a blank is missing behind the colon", "no blank" },
		{ "---\nnothing\n---\n", "!f:2:8 not 'key: value'", "no colon" },
		{ "---\na: x\n  y\n---\n", "!f:3:1 an indented line that belongs to nothing; a text of several lines begins with | or >", "text on several lines" },
		{ "---\na: &x 1\n---\n", "!f:2:4 this has a meaning in YAML that is not known here: put the text in quotes", "an anchor" },
		{ "---\na: *x\n---\n", "!f:2:4 this has a meaning in YAML that is not known here: put the text in quotes", "an alias" },
		{ "---\na: !!str x\n---\n", "!f:2:4 this has a meaning in YAML that is not known here: put the text in quotes", "a tag" },
		{ "---\na: {b: 1}\n---\n", "!f:2:4 this has a meaning in YAML that is not known here: put the text in quotes", "a map" },
		{ "---\na: b: c\n---\n", "!f:2:5 a colon: put the text in quotes", "a map on a line" },
		{ "---\na: [x, [y]]\n---\n", "!f:2:8 a list within a list", "a list in a list" },
		{ "---\na: [x\n---\n", "!f:2:6 the list is not closed on its line", "an open list" },
		{ "---\na: [x] y\n---\n", "!f:2:8 something stands behind the value", "something behind a list" },
		{ "---\na: \"x\n---\n", "!f:2:4 the quote is not closed on its line", "an open quote" },
		{ "---\na: \"x\" y\n---\n", "!f:2:8 something stands behind the value", "something behind a quote" },
		{ "---\na: \"\\q\"\n---\n", "!f:2:6 no such escape", "no such escape" },
		{ "---\na: \"\\x4\"\n---\n", "!f:2:6 too few hexadecimal digits", "half an escape" },
		{ "---\na: \"\\u0000\"\n---\n", "!f:2:6 no such character", "a NUL, escaped" },
		{ "---\na: \"\\ud800\"\n---\n", "!f:2:6 no such character", "half a pair" },
		{ "---\na: |\n   x\n  y\n---\n", "!f:4:3 indented less than the line above", "a block that goes back" },
		{ "---\na: |\n\tx\n---\n", "!f:3:1 a TAB where blanks indent", "a TAB that indents" },
		{ "---\na: |--\n---\n", "!f:2:6 said twice", "chomped twice" },
		{ "---\na: x\x01y\n---\n", "!f:2:5 a control character", "a control character" },
		{ "---\na: x\n---\nb\xff\n", "!f:4:2 not valid UTF-8", "a body that is not UTF-8" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++)
		is_str(read_back(arena, table[i].text, strlen(table[i].text)), table[i].want, table[i].what);
	is_str(read_back(arena, "---\na: x\n---\nb\0c", 16), "!f:4:2 a NUL", "a NUL in the body");
}

static void
test_bounds(struct arena *arena)
{
	struct buf text = BUF_INIT;

	buf_str(&text, "---\n");
	for (int i = 0; i < 1001; i++)
		buf_printf(&text, "k%d: v\n", i);
	buf_str(&text, "---\n");
	is_str(read_back(arena, text.p, text.n), "!f:1002:1 more than 1,000 keys", "one key too many");
	buf_reset(&text);
	buf_str(&text, "---\na:\n");
	for (int i = 0; i < 10001; i++)
		buf_str(&text, "- v\n");
	buf_str(&text, "---\n");
	is_str(read_back(arena, text.p, text.n), "!f:10003:4 more than 10,000 items", "one item too many");
	buf_release(&text);
}

static void
test_written(struct arena *arena)
{
	static const char *const texts[] = { "", "plain", "a: b", "a:", " x", "x ", "- x", "# x", "x # y", "null", "~", "[x]", "\"q\"", "'q'", "two\nlines", "two\nlines\n", "two\n\n\n", "\nx", " x\ny", "\tx\ny", "x\n  \n y\n", "\n\n", "cr\r\nlf", "\x01\x7f", "\xe2\x80\xae\nx", "\\n", "---", "x\n---\ny", "|", "caf\xc3\xa9", "\xc2\xa0", "1", "true" };

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct texts list = { NULL, 0, 0 };
		struct buf out = BUF_INIT;
		struct err err = { 0 };
		struct front front;

		texts_add(arena, &list, texts[i]);
		texts_add(arena, &list, "other");
		front_begin(&out);
		front_text(&out, "a", texts[i]);
		front_list(&out, "b", &list);
		front_list(&out, "c", &(struct texts){ NULL, 0, 0 });
		front_end(&out, texts[i]);
		ok(front_parse(arena, "f", out.p, out.n, &front, &err) == 0 && front.n == 3 && front.v[0].values.n == 1 && strcmp(front.v[0].values.v[0], texts[i]) == 0 &&
			   front.v[1].values.n == 2 && strcmp(front.v[1].values.v[0], texts[i]) == 0 && front.v[2].list && !front.v[2].values.n && strcmp(front.body, texts[i]) == 0,
		   "text %zu is read back as it was written", i);
		buf_release(&out);
	}
}

int
main(void)
{
	struct arena *arena = arena_new();

	test_table(arena);
	test_bounds(arena);
	test_written(arena);
	arena_free(&arena);
	return done();
}
