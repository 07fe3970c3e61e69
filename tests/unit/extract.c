/*
 * Telephone numbers and URLs in text: what is one, what is none, and how long
 * hostile text takes.
 */
#include <stdlib.h>
#include <time.h>

#include "tests/unit/tap.h"
#include "base/buf.h"
#include "base/err.h"
#include "wire/extract.h"

struct row {
	const char *text, *want; /* want: the matches with '|' between them */
};

typedef int extract_function(const char *text, size_t size, void (*found)(void *context, const char *s, size_t n),
			     void *context, struct err *err);

static void
collect(void *context, const char *s, size_t n)
{
	struct buf *out = context;

	if (out->n > 0)
		buf_char(out, '|');
	buf_add(out, s, n);
}

static void
count(void *context, const char *s, size_t n)
{
	(void)s;
	(void)n;
	++*(int *)context;
}

static void
check_rows(const struct row *rows, size_t n, extract_function *function)
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_reset(&out);
		if (function(rows[i].text, strlen(rows[i].text), collect, &out, NULL) < 0)
			buf_str(&out, "(failed)");
		is_str(buf_get(&out), rows[i].want, rows[i].text);
	}
	buf_release(&out);
}

static void
test_european(void)
{
	static const struct row rows[] = {
		/* France */
		{ "Appelez le +33 1 40 50 60 70.", "+33 1 40 50 60 70" },
		{ "+33140506070", "+33140506070" },
		{ "+33 (0)1 40 50 60 70", "+33 (0)1 40 50 60 70" },
		{ "(+33) 1 40 50 60 70", "(+33) 1 40 50 60 70" },
		{ "0033 1 40 50 60 70", "0033 1 40 50 60 70" },
		{ "au 01.40.50.60.70, merci", "01.40.50.60.70" },
		{ "01-40-50-60-70", "01-40-50-60-70" },
		{ "T\303\251l. : 01\302\24040\302\24050\302\24060\302\24070", "01\302\24040\302\24050\302\24060\302\24070" },
		{ "T\303\251l.\302\240: 555-0100", "555-0100" },
		{ "T\303\211L 5550100", "5550100" },
		{ "0140506070", "0140506070" },
		{ "0800 123 456", "0800 123 456" },
		{ "0 800 123 456 (gratuit)", "0 800 123 456" },
		{ "0 892 12 34 56", "0 892 12 34 56" },
		{ "01 40 50 60 70 10 h", "01 40 50 60 70" },
		{ "01 40 50 60 70 / 06 12 34 56 78", "01 40 50 60 70|06 12 34 56 78" },
		{ "0140506070,0612345678", "0140506070|0612345678" },
		{ "01.12.13.14.15", "01.12.13.14.15" },
		{ "le 21/11/2026 au 01 40 50 60 70", "01 40 50 60 70" },
		{ "75002 Paris 01 40 50 60 70\n06 12 34 56 78", "01 40 50 60 70|06 12 34 56 78" },
		/* Britain */
		{ "+44 20 7946 0958", "+44 20 7946 0958" },
		{ "+44 (0)20 7946 0958", "+44 (0)20 7946 0958" },
		{ "020 7946 0958", "020 7946 0958" },
		{ "0161 496 0000 10 am", "0161 496 0000" },
		{ "07700 900123", "07700 900123" },
		{ "(020) 7946 0958", "(020) 7946 0958" },
		/* Germany and its neighbours */
		{ "+49 30 12345678", "+49 30 12345678" },
		{ "+49 (0)30 1234567 um 9 Uhr", "+49 (0)30 1234567" },
		{ "+49 30 1234567 9 Uhr", "+49 30 1234567" },
		{ "+49 30 1234567 21.11.2026", "+49 30 1234567" },
		{ "+49 30 1234567 12:30", "+49 30 1234567" },
		{ "030/1234567", "030/1234567" },
		{ "030 / 1234567", "030 / 1234567" },
		{ "0171-1234567", "0171-1234567" },
		{ "(030) 12 34 56 78", "(030) 12 34 56 78" },
		{ "089 1234-0", "089 1234-0" },
		{ "+41 44 668 18 00", "+41 44 668 18 00" },
		{ "044 123 45 67", "044 123 45 67" },
		{ "+32 2 555 12 12", "+32 2 555 12 12" },
		{ "+352 26 12 34 56", "+352 26 12 34 56" },
	};

	check_rows(rows, COUNT_OF(rows), extract_phones);
}

static void
test_american(void)
{
	static const struct row rows[] = {
		{ "(212) 555-0100", "(212) 555-0100" },
		{ "212-555-0100", "212-555-0100" },
		{ "212.555.0100", "212.555.0100" },
		{ "1-800-555-0199", "1-800-555-0199" },
		{ "+1 (212) 555-0100", "+1 (212) 555-0100" },
		{ "+12125550100", "+12125550100" },
		{ "call me at 2125550100", "2125550100" },
		{ "Phone: 555-0100", "555-0100" },
		/* extensions stay behind */
		{ "212-555-0100 ext. 12", "212-555-0100" },
		{ "212-555-0100x12", "212-555-0100" },
		{ "01 40 50 60 70 poste 123", "01 40 50 60 70" },
		/* around them */
		{ "(01 40 50 60 70)", "01 40 50 60 70" },
		{ "tel:+33140506070", "+33140506070" },
		{ "\3770140506070\376",
		  "0140506070" },
		{ "caf\xe9 01 40 50 60 70 \xc3", "01 40 50 60 70" },
	};

	check_rows(rows, COUNT_OF(rows), extract_phones);
}

static void
test_no_phones(void)
{
	static const struct row rows[] = {
		{ "21.11.2026", "" },
		{ "2026-11-21", "" },
		{ "01/02/2026 12:30", "" },
		{ "01.02.26 1234", "" },
		{ "05 11 2026", "" },
		{ "2026-11-21T09:30:00+01:00", "" },
		{ "call me on 21.11.2026", "" },
		{ "192.168.100.200 and 10.0.0.1", "" },
		{ "1.234.567,00 \xe2\x82\xac", "" },
		{ "1 234 567 EUR, $1,234,567.89", "" },
		{ "0123456789 \xe2\x82\xac", "" },
		{ "012345678,90", "" },
		{ "\xe2\x82\xac 0123456789", "" },
		{ "09:30:00", "" },
		{ "A-1234567", "" },
		{ "A-0140506070", "" },
		{ "REF2026112100", "" },
		{ "REF-0140506070", "" },
		{ "#0140506070", "" },
		{ "order 0123456789", "" },
		{ "commande n\xc2\xb0 0123456789", "" },
		{ "0140506070-A", "" },
		{ "0140506070@sms.example", "" },
		{ "1234567", "" },
		{ "2026112100", "" },
		{ "1795253400", "" },
		{ "01405060701234567", "" },
		{ "12345678901234567890123", "" },
		{ "+1234567890123456789", "" },
		{ "+3.14159265", "" },
		{ "+5", "" },
		{ "4111 1111 1111 1111", "" },
		{ "FR76 3000 6000 0112 3456 7890 189", "" },
		{ "DE89 3704 0044 0532 0130 00", "" },
		{ "commande 0140506070", "" },
		{ "r\303\251f. : 0140506070", "" },
		{ "GB29NWBK60161331926819", "" },
		{ "732 829 320 00074", "" },
		{ "hotel 1234567", "" },
		{ "https://shop.example/t/0140506070?p=01.40.50.60.70", "" },
		{ "01\t40\t50\t60\t70", "" },
		{ "01\n40\n50\n60\n70", "" },
		{ "0 1 2 3 4 5 6 7 8 9", "" },
		{ "", "" },
	};

	check_rows(rows, COUNT_OF(rows), extract_phones);
}

static void
test_urls(void)
{
	static const struct row rows[] = {
		{ "see https://a.example/b?c=d&e=f#g now", "https://a.example/b?c=d&e=f#g" },
		{ "HTTP://A.EXAMPLE", "HTTP://A.EXAMPLE" },
		{ "https://a.example.", "https://a.example" },
		{ "https://a.example/b?!...", "https://a.example/b" },
		{ "(see https://a.example/b)", "https://a.example/b" },
		{ "https://a.example/b_(c)", "https://a.example/b_(c)" },
		{ "(https://a.example/b_(c)).", "https://a.example/b_(c)" },
		{ "[x](https://a.example/b)", "https://a.example/b" },
		{ "<https://a.example>,\"https://b.example/\"", "https://a.example|https://b.example/" },
		{ "'https://a.example/it','x'", "https://a.example/it" },
		{ "https://a.example/it's", "https://a.example/it's" },
		{ "\xc2\xab\xc2\xa0https://a.example/\xc2\xa0\xc2\xbb", "https://a.example/" },
		{ "\xe2\x80\x9chttps://a.example/x\xe2\x80\x9d", "https://a.example/x" },
		{ "https://soci\xc3\xa9t\xc3\xa9.example/\xc3\xa9t\xc3\xa9", "https://soci\xc3\xa9t\xc3\xa9.example/\xc3\xa9t\xc3\xa9" },
		{ "http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x" },
		{ "http://user:pass@a.example/", "http://user:pass@a.example/" },
		{ "http://a.example/\xff/b", "http://a.example/" },
		{ "http://a.example/\xe2\x80\xae/b", "http://a.example/" },
		{ "https://a.example\nhttps://b.example", "https://a.example|https://b.example" },
		{ "http:// http:/// https://? http://# http://user@/x http://:80", "" },
		{ "http://.", "" },
		{ "http://(", "" },
		{ "http://[: http://u@[: 'http://'@a", "" },
		{ "ftp://a.example javascript:alert(1) mailto:a@b.example www.a.example", "" },
		{ "xhttp://a.example", "" },
		{ "", "" },
	};
	static char text[2 * URL_MAX];
	int n = 0;

	check_rows(rows, COUNT_OF(rows), extract_urls);
	memset(text, 'a', sizeof(text));
	memcpy(text, "http://", 7);
	ok(extract_urls(text, URL_MAX, count, &n, NULL) == 0 && n == 1, "a URL of 2048 bytes");
	ok(extract_urls(text, URL_MAX + 1, count, &n, NULL) == 0 && n == 1, "one more is too long");
}

static void
test_pushable(void)
{
	static const struct {
		const char *url;
		bool want;
	} rows[] = {
		{ "https://a.example", true },
		{ "HTTP://A.example.:8080/b?c=d&e=(f)#g", true },
		{ "https://a.example?x", true },
		{ "https://a.example/@name", true },
		{ "https://xn--socit-esab.example/", true },
		{ "https://soci\xc3\xa9t\xc3\xa9.example/\xc3\xa9t\xc3\xa9", true },
		{ "http://[2001:db8::1]:8080/x", true },
		{ "http://localhost:65535", true },
		{ "", false },
		{ "https://", false },
		{ "https:///a", false },
		{ "https://?a.example", false },
		{ "https:a.example", false },
		{ "//a.example", false },
		{ "ftp://a.example", false },
		{ "javascript:alert(1)//http://a.example", false },
		{ " https://a.example", false },
		{ "https://a.example\n", false },
		{ "https://a.example/b c", false },
		{ "https://a.example/\x7f", false },
		{ "https://a.example/\x01", false },
		{ "https://a.example/\xc2\x85", false },
		{ "https://a.example/\xc2\xa0", false },
		{ "https://a.example/\xe2\x80\xae", false },
		{ "https://a.example/\xe2\x80\x8b", false },
		{ "https://a.example/\xff", false },
		{ "https://a.example/\xc0\xaf", false },
		{ "https://user@a.example", false },
		{ "https://user:pass@a.example", false },
		{ "https://a.example\\@b.example", false },
		{ "https://a.example/\"", false },
		{ "https://a.example/'", false },
		{ "https://a.example/<b>", false },
		{ "https://a_b.example", false },
		{ "https://a..example", false },
		{ "https://.a.example", false },
		{ "https://-a.example", false },
		{ "https://a-.example", false },
		{ "https://a%2fb.example", false },
		{ "https://a\xef\xbc\x8f.example", false },
		{ "https://a.example:", false },
		{ "https://a.example:65536", false },
		{ "https://a.example:0", false },
		{ "http://[::1", false },
		{ "http://[g::1]", false },
	};
	static char url[URL_MAX + 2];

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		ok(url_pushable(rows[i].url) == rows[i].want, "%s: %s", rows[i].want ? "may be pushed" : "may not", rows[i].url);
	ok(!url_pushable(NULL), "nothing may not");
	memset(url, 'a', URL_MAX);
	memcpy(url, "https://a.example/", 18);
	ok(url_pushable(url), "2048 bytes may be pushed");
	url[URL_MAX] = 'a';
	ok(!url_pushable(url), "2049 may not");
}

static void
test_many(void)
{
	struct buf text = BUF_INIT;
	int phones = 0, links = 0;

	for (int i = 0; i < 2 * EXTRACT_MAX; i++)
		buf_printf(&text, "%d http://a.example/%d +33 1 40 50 %02d %02d\n", i, i, i / 100, i % 100);
	ok(extract_phones(text.p, text.n, count, &phones, NULL) == 0 && phones == EXTRACT_MAX, "1000 numbers at most");
	ok(extract_urls(text.p, text.n, count, &links, NULL) == 0 && links == EXTRACT_MAX, "1000 URLs at most");
	buf_release(&text);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#if defined(__SANITIZE_ADDRESS__)
#define BIG (1 << 20)
#else
#define BIG (10 << 20)
#endif

/* Each repeated until it is large. */
static void
test_time(void)
{
	static const char *const units[] = {
		"Bonjour, ma commande A-1234567 du 21.11.2026 n'est pas arriv\303\251e : 49,90 \342\202\254. Merci. ",
		"a",
		"1",
		" ",
		"0",
		"+",
		"(",
		")",
		"\xff",
		"\xc3\xa9",
		"-",
		"a-",
		"1.",
		"1 ",
		"01 ",
		"0123-",
		"0123 456 ",
		"(0",
		"+1",
		"+49 ",
		"+49 1 ",
		"0049-1",
		"+49 30 123456789012345678 ",
		"00 49 30 12 34 56 78 9@ ",
		"0800 123 45:6 ",
		"(030) 12 34 56 7@ ",
		"tel ",
		"tel. no is at on me us 1",
		"call -.:-.:1 ",
		"order n\xc2\xb0 ",
		"order 12",
		"FR76 3000 ",
		"FR76",
		"4111 1111 ",
		"http://",
		"https://a",
		"http://(",
		"http://a@",
		"http://aaaaaaaaaaaaaaa:aaaaaaaaaaaaa ",
		"http://a/)))) ",
		"www.",
		"1.1.1.",
		"2026-11-",
		"12 ",
		"12/",
		"123 ",
		"12 34.56:",
		"212 555 ",
		"0 8",
		"+33 1 40 50 60 ",
		"+33 1 40 50 60 70@ ",
		"1.2.3.4 ",
		"+1 212 555 010 ",
		"0033",
		"+49(0)",
		"01 02:",
		"tel 12 34 5",
		"tel 123456789012345@",
	};
	double worst = 0;
	int n = 0;

	for (size_t i = 0; i < COUNT_OF(units); i++) {
		struct buf text = BUF_INIT;
		double start;
		int rc;

		while (text.n < BIG)
			buf_str(&text, units[i]);
		start = seconds();
		rc = extract_phones(text.p, text.n, count, &n, NULL);
		rc |= extract_urls(text.p, text.n, count, &n, NULL);
		start = seconds() - start;
		ok(rc == 0 && start < 3, "in %.3f s: %.40s", start, units[i]);
		worst = start > worst ? start : worst;
		buf_release(&text);
	}
	printf("# the worst took %.3f s for %d MiB\n", worst, BIG >> 20);
}

int
main(void)
{
	test_european();
	test_american();
	test_no_phones();
	test_urls();
	test_pushable();
	test_many();
	test_time();
	return done();
}
