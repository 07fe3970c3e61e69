/*
 * Text made safe for HTML and for the cells of CSV.
 */
#include "tests/unit/tap.h"
#include "base/buf.h"
#include "base/csv.h"
#include "base/html.h"

struct row {
	const char *text, *want, *what;
};

static void
check_rows(const struct row *rows, size_t n, void (*function)(struct buf *out, const char *text))
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_reset(&out);
		function(&out, rows[i].text);
		is_str(buf_get(&out), rows[i].want, rows[i].what);
	}
	buf_release(&out);
}

static void
test_html(void)
{
	static const struct row rows[] = {
		{ "", "", "nothing" },
		{ "caf\303\251 \360\237\230\200", "caf\303\251 \360\237\230\200", "plain text stays" },
		{ "<b a=\"1\" c='2'>&amp;</b>", "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;", "markup is text" },
		{ "a\tb\nc\r\nd", "a\tb\nc\nd", "TAB and newline stay, CR goes" },
		{ "a\001\033[1m\177\302\205b", "a[1mb", "controls go" },
		{ "a\342\200\256b\342\201\246c\342\201\251\342\200\254d", "abcd", "bidi overrides and isolates go" },
		{ "\342\200\217\342\200\215", "\342\200\217\342\200\215", "marks and joiners stay" },
		{ "a\377<\303(\355\240\200", "a\357\277\275&lt;\357\277\275(\357\277\275\357\277\275\357\277\275", "each invalid byte is U+FFFD" },
		{ "\300\274script\300\276", "\357\277\275\357\277\275script\357\277\275\357\277\275", "overlong brackets are none" },
		{ "\303", "\357\277\275", "a cut character" },
	};
	static const struct row lines[] = {
		{ "a\nb\r\n<br>", "a<br>\nb<br>\n&lt;br&gt;", "newlines become breaks" },
		{ "\n", "<br>\n", "one alone, too" },
	};
	struct buf out = BUF_INIT;

	check_rows(rows, COUNT_OF(rows), html_escape);
	check_rows(lines, COUNT_OF(lines), html_escape_lines);
	buf_str(&out, "<p>");
	html_escape(&out, "<");
	is_str(buf_get(&out), "<p>&lt;", "it is added at the end");
	buf_release(&out);
}

static void
test_csv(void)
{
	static const struct row rows[] = {
		{ "", "", "an empty cell" },
		{ "plain text", "plain text", "a plain one is not quoted" },
		{ "a,b", "\"a,b\"", "a comma is" },
		{ "a;b", "\"a;b\"", "a semicolon is" },
		{ "say \"hi\"", "\"say \"\"hi\"\"\"", "quotes are doubled" },
		{ "a\r\nb", "\"a\r\nb\"", "lines stay" },
		{ "=1+1", "'=1+1", "a formula" },
		{ "=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"", "a formula with quotes" },
		{ "+33140506070", "'+33140506070", "a plus" },
		{ "-5", "'-5", "a minus" },
		{ "@SUM(A1)", "'@SUM(A1)", "an at sign" },
		{ "\t=1", "\"'\t=1\"", "a TAB" },
		{ "\r=1", "\"'\r=1\"", "a CR" },
		{ "\n=1", "\"'\n=1\"", "a newline" },
		{ "\357\274\235"
		  "1",
		  "'\357\274\235"
		  "1",
		  "a wide equals sign" },
		{ "a=1", "a=1", "not at the start" },
	};

	check_rows(rows, COUNT_OF(rows), csv_cell);
}

int
main(void)
{
	test_html();
	test_csv();
	return done();
}
