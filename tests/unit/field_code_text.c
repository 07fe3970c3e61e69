#include "base/buf.h"
#include "tests/unit/field_code.h"

/* Texts around, places in them, and all faults at once. */
static void
test_texts(void)
{
	struct code_options o = options();
	struct code_faults faults;
	struct err err = { 0 };

	is_str(rendered(&o, ""), "", "nothing");
	is_str(rendered(&o, "5 $ < 6 $> a<b $Contact.Id$ %s"), "5 $ < 6 $> a<b $Contact.Id$ %s", "no field code");
	is_str(rendered(&o, "a<$1$><$ 2$>b<$\n3\n$>"), "a12b3", "several");
	is_str(rendered(&o, "\xc3\xa9\xc3\xa9\n \xc3\xa9<$ 1 /\n 0 $>"), "[2:8: division by zero]", "line and column, by characters");
	is_str(rendered(&o, "ab <$ 1"), "[1:4: <$ is never closed by $>]", "never closed");
	is_str(rendered(&o, "<$ \"a $> b \" $>"), "a $> b ", "a text hides the end");
	is_str(rendered(&o, "<$ \"a $> b"), "[1:4: a text is never closed]", "one that is never closed does not");
	is_str(rendered(&o, "<$ Interaction.Subject $>"), "<$ Contact.FirstName $> <b>\"x\" & 'y'\r\nBcc: z\x1b[2J \xe2\x80\xae$Contact.Id$", "a value is not evaluated again");
	is_str(rendered(&o, "<$ \"<$ \" + \"1 $>\" $>"), "<$ 1 $>", "nor is a result");
	o.name = "welcome";
	is_str(rendered(&o, "<$ Contact.LastName $>"), "[welcome:1:4: Contact.LastName?]", "the name of the text");
	ok(field_code_check(arena, "<$ 1 + $>\n<$ x $> <$ 1 * \"a\" + Nofunc(2) $> <$ Left(1, \"b\") $>\n\n <$", &o, &faults, &err) == 0, "a check");
	is_int((int64_t)faults.n, 6, "finds all faults");
	is_int(faults.n > 4 ? faults.v[4].line * 100 + faults.v[4].column : 0, 246, "each with its place");
	is_str(faults.n > 1 ? faults.v[1].code : NULL, "<$ x $>", "and its field code");
	ok(field_code_faults_err("welcome", &faults, &err) < 0 && err.code == E_BAD_FIELD_CODE, "as an error");
	is_str(err_get(&err, "where"), "welcome:1:8", "the first of them");
	ok(field_code_check(arena, "<$ b6 $>", &o, &faults, &err) == 0 && faults.n == 1, "too much work is told once");
	ok(field_code_check(arena, "<$ loop $> <$ pool + loop $>", &o, &faults, &err) == 0 && faults.n == 3, "a circle once from wherever one enters it");
	ok(field_code_check_formula(arena, "1 +\n \"a\" * 2", &o, &faults, &err) == 0 && faults.n == 1 && faults.v[0].line == 2 && faults.v[0].column == 6, "a formula alone");
	ok(field_code_name("greeting_2") && field_code_name("\xc3\xa9t\xc3\xa9"), "names");
	ok(!field_code_name("") && !field_code_name("2a") && !field_code_name("a b") && !field_code_name("mod") && !field_code_name("contact") && !field_code_name("true") && !field_code_name("a$>"), "and what is none");
	ok(!field_code_name("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "65 characters");
}

static void
test_missing(void)
{
	struct code_options o = options();

	o.missing = MISSING_EMPTY;
	is_str(rendered(&o, "a <$ Contact.LastName $>b"), "a b", "left empty");
	is_str(rendered(&o, "<$ \"Dear \" + Contact.LastName $>!"), "Dear !", "the text around it stays");
	is_str(rendered(&o, "<$ First(\"Dr \" + Contact.LastName, \"friend\") $> <$ HasValue(\"a\" + Contact.LastName) $>!"), "friend no!", "but not where it is asked for");
	is_str(rendered(&o, "<$ Data.nothing * 2 $>!"), "!", "a number is not made up");
	is_str(rendered(&o, "<$ 1 / 0 $>"), "[1:6: division by zero]", "an error stays one");
	o.missing = MISSING_KEEP;
	is_str(rendered(&o, "a <$ \"x\" + Contact.LastName  $>b<$ Contact.FirstName $>"), "a <$ \"x\" + Contact.LastName  $>bCamille", "kept as it is");
	o.into = CODE_HTML;
	is_str(rendered(&o, "<p><$ Contact.LastName & $></p>"), "[1:24: '&' has no meaning here]", "but not where it is wrong");
	is_str(rendered(&o, "<p><$ \"<\" + Contact.LastName $></p>"), "<p><$ \"<\" + Contact.LastName $></p>", "kept in HTML");
}

static void
test_contexts(void)
{
	struct code_options o = options();

	o.into = CODE_HTML;
	is_str(rendered(&o, "<a href=\"<$ Interaction.Subject $>\">&amp;<$ \"<b>\" $>"),
	       "<a href=\"&lt;$ Contact.FirstName $&gt; &lt;b&gt;&quot;x&quot; &amp; &#39;y&#39;\nBcc: z[2J $Contact.Id$\">&amp;&lt;b&gt;", "HTML");
	o.into = CODE_HEADER;
	is_str(rendered(&o, "Re:\n \t<$ Interaction.Subject $>\r\n"), "Re:   <$ Contact.FirstName $> <b>\"x\" & 'y' Bcc: z[2J $Contact.Id$ ", "a header is a line");
	is_str(rendered(&o, "<$ \"a\\nb\\r\\tc\" $>"), "a b c", "whatever is in it");
	o.into = CODE_URL;
	is_str(rendered(&o, "https://x/<$ Contact.Id $>?a=<$ \"\xc3\xa9 .-_~\" $>"), "https://x/a%2Fb%26c?a=%C3%A9%20.-_~", "a URL");
}

static void
test_short(void)
{
	struct code_options o = options();
	struct code_faults faults;
	struct err err = { 0 };

	o.short_form = true;
	o.into = CODE_URL;
	is_str(rendered(&o, "x?$Contact.Id$&$$5&$Data.a key$$Agent.Name$<$ 1 $"), "[1:45: there is no field code ' 1 ']", "only what is between $");
	is_str(rendered(&o, "x?$Contact.Id$&$$5&$Data.a key$$Agent.Name$"), "x?a%2Fb%26c&$5&v%26walice", "the short form");
	is_str(rendered(&o, "$Contact.LastName|Data.order$ $(Contact.Title|Contact.FirstName)$"), "FR-1234 Camille", "alternatives");
	is_str(rendered(&o, "a$Contact.LastName|Contact.Title$"), "[1:2: Contact.LastName|Contact.Title?]", "none of them");
	is_str(rendered(&o, "$Interaction.Subject$"), "%3C%24%20Contact.FirstName%20%24%3E%20%3Cb%3E%22x%22%20%26%20%27y%27%0D%0ABcc%3A%20z%1B%5B2J%20%E2%80%AE%24Contact.Id%24", "not evaluated again");
	is_str(rendered(&o, "$Data.price$"), "1234.5", "numbers");
	is_str(rendered(&o, "$Interaction.AttachedData$"), "[1:1: there is no field code 'Interaction.AttachedData']", "no parentheses here");
	ok(field_code_check(arena, "$Contact.Nane$ $$ $Data.$ $Contact.Id|$ $Data.a", &o, &faults, &err) == 0 && faults.n == 4, "all faults");
	is_str(faults.n == 4 ? faults.v[2].what : NULL, "there is no field code ''", "an empty alternative");
	is_str(faults.n == 4 ? faults.v[3].what : NULL, "a $ is never closed", "the last one");
	o.missing = MISSING_EMPTY;
	is_str(rendered(&o, "a$Contact.LastName$b"), "ab", "left empty");
	o.missing = MISSING_KEEP;
	is_str(rendered(&o, "a$Contact.LastName$b"), "a%24Contact.LastName%24b", "kept, escaped");
}

static void
test_languages(void)
{
	static const struct {
		const char *language, *want;
	} all[] = {
		{ "en", "21 November 2026, 09:30|21 Nov 2026|Saturday 1 March|1,234.50|1234.5|yes" },
		{ "en-GB", "21 November 2026, 09:30|21 Nov 2026|Saturday 1 March|1,234.50|1234.5|yes" },
		{ "en_us", "November 21, 2026, 9:30 AM|Nov 21, 2026|Saturday 1 March|1,234.50|1234.5|yes" },
		{ "fr", "21 novembre 2026 \xc3\xa0 09:30|21/11/2026|samedi 1er mars|1\xe2\x80\xaf"
			"234,50|1234,5|oui" },
		{ "fr-CA", "21 novembre 2026 \xc3\xa0 09:30|21/11/2026|samedi 1er mars|1\xe2\x80\xaf"
			   "234,50|1234,5|oui" },
		{ "de", "21. November 2026, 09:30|21.11.2026|Samstag 1 M\xc3\xa4rz|1.234,50|1234,5|ja" },
		{ "es", "21 de noviembre de 2026, 09:30|21/11/2026|s\xc3\xa1"
			"bado 1 marzo|1.234,50|1234,5|s\xc3\xad" },
		{ "it", "21 novembre 2026, 09:30|21/11/2026|sabato 1\xc2\xba marzo|1.234,50|1234,5|s\xc3\xac" },
		{ "pt", "21 de novembro de 2026, 09:30|21/11/2026|s\xc3\xa1"
			"bado 1 mar\xc3\xa7o|1.234,50|1234,5|sim" },
		{ "nl", "21 november 2026 om 09:30|21-11-2026|zaterdag 1 maart|1.234,50|1234,5|ja" },
		{ "tlh", "21 November 2026, 09:30|21 Nov 2026|Saturday 1 March|1,234.50|1234.5|yes" },
	};
	struct code_options o = options();

	for (size_t i = 0; i < COUNT_OF(all); i++) {
		o.language = all[i].language;
		is_str(rendered(&o, "<$ Now() $>|<$ Now() : \"short date\" $>|<$ WeekdayName(Now()) $> <$ Date(2026, 3, 1) : \"d MMMM\" $>|<$ Data.price : \"#,##0.00\" $>|<$ Data.price $>|<$ 1 = 1 $>"),
		       all[i].want, all[i].language);
	}
}

/* Hours of the zone, where clocks jump and come back. */
static void
test_zones(void)
{
	static const struct {
		const char *zone, *formula, *want;
	} all[] = {
		{ "Europe/Paris", "Now() : \"HH:mm\"", "10:30" },
		{ "America/New_York", "Now() : \"HH:mm\"", "04:30" },
		{ "Pacific/Auckland", "Today()", "21 November 2026" },
		{ "Pacific/Kiritimati", "Now() : \"d HH:mm\"", "21 23:30" },
		{ "Asia/Kathmandu", "Now() : \"HH:mm\"", "15:15" },
		{ "Europe/Paris", "AddDays(Date(2026, 3, 28, 12), 1) : \"d HH:mm\"", "29 12:00" },
		{ "Europe/Paris", "AddHours(Date(2026, 3, 28, 12), 24) : \"d HH:mm\"", "29 13:00" },
		{ "Europe/Paris", "Date(2026, 3, 30) - Date(2026, 3, 28)", "2" },
		{ "Europe/Paris", "Date(2026, 3, 29, 2, 30) : \"HH:mm\"", "03:30" },
		{ "Europe/Paris", "Date(2026, 10, 25, 2, 30) - Date(2026, 10, 25, 0, 30)", "0.0833333333333333" },
		{ "Europe/Paris", "(DateTime(\"2026-10-25T01:30:00Z\") - Date(2026, 10, 25, 2, 30)) * 24", "1" },
		{ "Europe/Paris", "Date(2026, 10, 25, 3) - Date(2026, 10, 25, 2) = 2 / 24", "yes" },
		{ "America/Sao_Paulo", "Date(2018, 11, 4) : \"d HH:mm\"", "4 01:00" },
	};
	struct code_options o = options();

	for (size_t i = 0; i < COUNT_OF(all); i++) {
		o.zone = all[i].zone;
		is_str(rendered(&o, arena_printf(arena, "<$ %s $>", all[i].formula)), all[i].want, all[i].formula);
	}
	o.zone = "No/Where";
	ok(field_code_render(arena, "<$ Now() $>", &o, &(const char *){ NULL }, &(struct err){ 0 }) < 0, "a zone that there is not");
}

static const char *
repeated(const char *before, const char *what, size_t n, const char *after)
{
	struct buf b = BUF_INIT;
	const char *text;

	buf_str(&b, before);
	for (size_t i = 0; i < n; i++)
		buf_str(&b, what);
	buf_str(&b, after);
	text = arena_memdup(arena, buf_get(&b), b.n);
	buf_release(&b);
	return text;
}

/* Whatever the text, an answer comes at once. */
static void
test_bounds(void)
{
	const struct code_options o = options();
	const struct {
		const char *text, *want;
	} all[] = {
		{ repeated("<$ ", "(", 10000, "1 $>"), "[1:3: longer than 4096 bytes]" },
		{ repeated("<$ ", "(", 2000, "1 $>"), "[1:69: nested deeper than 64]" },
		{ repeated("<$ ", "-", 2000, "1 $>"), "[1:69: nested deeper than 64]" },
		{ repeated("<$ ", "Not ", 900, "True $>"), "[1:264: nested deeper than 64]" },
		{ repeated("<$ ", "If(True,", 400, "1 $>"), "[1:519: nested deeper than 64]" },
		{ repeated("<$ 1", "+1", 2000, " $>"), "[1:1005: too many operators in a row]" },
		{ repeated("<$ 1", "+1", 400, " $>"), "401" },
		{ repeated("<$ Max(1", ",1", 2000, ") $>"), "1" },
		{ repeated("", "<$1$>", 10001, ""), "[1:50001: more than 10000 field codes]" },
		{ repeated("<$ 1 : \"#.", "#", 3000, "\" $>"), "[1:6: the format: longer than 100 bytes]" },
		{ repeated("<$ 1 : \"#.", "#", 1000000, "\" $>"), "[1:3: longer than 4096 bytes]" },
		{ repeated("<$ \"", "x", 1000000, ""), "[1:1: <$ is never closed by $>]" },
		{ "<$ 1e99999999999 $>", "[1:4: a number that is too large]" },
		{ "<$ Replace(Replace(Replace(Replace(Replace(Replace(\"aaaaaaaaaa\", \"a\", \"aaaaaaaaaa\"), \"a\", \"aaaaaaaaaa\"), \"a\", \"aaaaaaaaaa\"), \"a\", \"aaaaaaaaaa\"), \"a\", \"aaaaaaaaaa\"), \"a\", \"aaaaaaaaaa\") $>",
		  "[1:20: a value of more than 65536 bytes]" },
		{ repeated("", "<$Upper(Replace(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"a\",\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"))$>", 9999, ""),
		  "too much work" },
	};

	for (size_t i = 0; i < COUNT_OF(all); i++) {
		const char *got = rendered(&o, all[i].text);

		ok(strstr(got, all[i].want) != NULL, "%.30s...", all[i].text);
		if (!strstr(got, all[i].want))
			printf("# got:  %.200s\n# want: %s\n", got, all[i].want);
		first_fault(all[i].text);
	}
	is_int((int64_t)strlen(rendered(&o, repeated("<$1$>", "x", 10 << 20, ""))), (10 << 20) + 1, "10 MiB around it");
}

int
main(void)
{
	arena = arena_new();
	test_texts();
	test_missing();
	test_contexts();
	test_short();
	test_languages();
	test_zones();
	test_bounds();
	arena_free(&arena);
	return done();
}
