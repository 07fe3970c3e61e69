/*
 * Configuration files: what they say, and where they are wrong.
 */
#include "tests/unit/tap.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/ini.h"

/* The entries as "line:key=value|...", or "!where what". */
static const char *
read_back(struct arena *arena, const char *text, size_t size)
{
	struct err err = { 0 };
	struct ini ini;
	const char *out = "";

	if (ini_parse(arena, "f", text, size, &ini, &err) < 0)
		return arena_printf(arena, "!%s %s", err_get(&err, "where"), err_get(&err, "what"));
	for (size_t i = 0; i < ini.n; i++)
		out = arena_printf(arena, "%s%s%u:%s=%s", out, *out ? "|" : "", ini.v[i].line, ini.v[i].key, ini.v[i].value);
	return out;
}

static void
test_table(struct arena *arena)
{
	static const struct {
		const char *text, *want, *what;
	} table[] = {
		{ "", "", "an empty file has no entries" },
		{ "a = 1\nb=2", "1:a=1|2:b=2", "a last line may lack its newline" },
		{ "[smtp]\nhost = mail\n[imap]\nhost=m2\n", "2:smtp.host=mail|4:imap.host=m2", "sections stand before keys" },
		{ "[ gateway sms ]\nurl=u", "2:gateway sms.url=u", "a section's name may have blanks inside" },
		{ "# c\n  ; c\n\n\ta=1 # not a comment\n", "4:a=1 # not a comment", "comments are whole lines" },
		{ "a = \"  x # y \"\n", "1:a=  x # y ", "quotes keep blanks" },
		{ "a = \"say \\\"hi\\\" \\\\\"\n", "1:a=say \"hi\" \\", "quotes and backslashes are escaped" },
		{ "a = say \"hi\"\n", "1:a=say \"hi\"", "quotes within a value are themselves" },
		{ "a =\nb = \"\"\n", "1:a=|2:b=", "empty values" },
		{ "a=1\r\nb=2\r\n", "1:a=1|2:b=2", "lines may end with CR LF" },
		{ "\xef\xbb\xbf"
		  "a=1",
		  "1:a=1", "a byte order mark is passed over" },
		{ "a=1\na=2", "1:a=1|2:a=2", "a key that stands there twice is there twice" },
		{ "a = b = c", "1:a=b = c", "only the first = counts" },
		{ "nom = café", "1:nom=café", "values are UTF-8" },
		{ "a\n", "!f:1 neither [section] nor key = value", "a line that is nothing" },
		{ "\n\n= 1", "!f:3 a key has letters, digits, '-', '_' and '.'", "no key" },
		{ "a b = 1", "!f:1 a key has letters, digits, '-', '_' and '.'", "a blank in a key" },
		{ "[smtp\n", "!f:1 a section ends with ]", "an open section" },
		{ "[]\n", "!f:1 a section without a name", "a section without a name" },
		{ "[a]b]\n", "!f:1 brackets in the name of a section", "brackets within brackets" },
		{ "[", "!f:1 a section ends with ]", "a bracket alone" },
		{ "a = \"x", "!f:1 a quote is not closed", "an open quote" },
		{ "a = \"", "!f:1 a quote is not closed", "a quote alone" },
		{ "a = \"x\\", "!f:1 only \\\" and \\\\ are escapes", "a backslash at the end" },
		{ "a = \"x\\n\"", "!f:1 only \\\" and \\\\ are escapes", "another escape" },
		{ "a = \"x\" y", "!f:1 something stands behind the closing quote", "text behind a quote" },
		{ "a = \x1b[31m", "!f:1 a control character", "an escape sequence" },
		{ "a = 1\rb = 2", "!f:1 a control character", "a CR within a line" },
		{ "a = \xff", "!f:1 not valid UTF-8", "bytes that are not UTF-8" },
	};

	for (size_t i = 0; i < COUNT_OF(table); i++)
		is_str(read_back(arena, table[i].text, strlen(table[i].text)), table[i].want, table[i].what);
}

static void
test_bounds(struct arena *arena)
{
	struct buf text = BUF_INIT;

	is_str(read_back(arena, "a=1\0", 4), "!f:1 a control character", "a NUL");
	for (int i = 0; i < 10000; i++)
		buf_str(&text, "k=v\n");
	ok(strlen(read_back(arena, text.p, 400)) > 0, "a hundred entries");
	buf_str(&text, "k=v\n");
	is_str(read_back(arena, text.p, text.n), "!f:10001 more than 10,000 entries", "one entry too many");
	while (text.n <= 1 << 20)
		buf_str(&text, "# and on\n");
	is_str(read_back(arena, text.p, text.n), "!f:1 larger than 1 MiB", "one byte too many");
	buf_release(&text);
}

int
main(void)
{
	struct arena *arena = arena_new();

	test_table(arena);
	test_bounds(arena);
	arena_free(&arena);
	return done();
}
