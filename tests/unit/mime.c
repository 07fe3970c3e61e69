/* wire/mime_encode.h and wire/mime.h: words, parameters, addresses, whole mails. */
#include "wire/mime.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "wire/mime_encode.h"

#include "tests/unit/tap.h"

static const struct words_case {
	enum mime_words kind;
	const char *text, *want; /* NULL: refused */
} words_cases[] = {
	{ MIME_FREE, "", "" },
	{ MIME_FREE, "Your order", "Your order" },
	{ MIME_FREE, "a.b, \"c\" <d>", "a.b, \"c\" <d>" },
	{ MIME_FREE, "Caf\xc3\xa9", "=?UTF-8?Q?Caf=C3=A9?=" },
	{ MIME_FREE, "the Caf\xc3\xa9 is open", "the =?UTF-8?Q?Caf=C3=A9?= is open" },
	{ MIME_FREE, "\xc3\xa9 and \xc3\xa8 x", "=?UTF-8?Q?=C3=A9_and_=C3=A8?= x" },
	{ MIME_FREE, "two  blanks", "=?UTF-8?Q?two__blanks?=" },
	{ MIME_FREE, " x", "=?UTF-8?Q?_x?=" },
	{ MIME_FREE, "x\ty", "=?UTF-8?Q?x=09y?=" },
	{ MIME_FREE, "=?UTF-8?Q?x?=", "=?UTF-8?Q?=3D=3FUTF-8=3FQ=3Fx=3F=3D?=" },
	{ MIME_FREE, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "=?UTF-8?B?5pel5pys6Kqe?=" },
	{ MIME_FREE, "a\nBcc: x@y", NULL },
	{ MIME_FREE, "a\rb", NULL },
	{ MIME_FREE, "a\x7f", NULL },
	{ MIME_FREE, "\xff", NULL },
	{ MIME_PHRASE, "Ann Doe", "Ann Doe" },
	{ MIME_PHRASE, "Doe, Ann", "\"Doe, Ann\"" },
	{ MIME_PHRASE, "a\"b\\c", "\"a\\\"b\\\\c\"" },
	{ MIME_PHRASE, "Ann (x)", "\"Ann (x)\"" },
	{ MIME_PHRASE, "Zo\xc3\xab, Q.", "=?UTF-8?Q?Zo=C3=AB=2C_Q=2E?=" },
	{ MIME_PHRASE, "x\r\n y", NULL },
};

static void
test_words(void)
{
	for (size_t i = 0; i < COUNT_OF(words_cases); i++) {
		const struct words_case *c = &words_cases[i];
		struct buf out = BUF_INIT;
		struct err err = { 0 };
		int n = mime_words(&out, "Subject", c->text, c->kind, &err);

		if (c->want)
			is_str(n == 0 ? buf_get(&out) : NULL, c->want, c->want);
		else
			ok(n < 0 && err.code == E_BAD_FIELD, "words case %zu is refused", i);
		buf_release(&out);
	}
}

static void
test_long_words(void)
{
	struct buf text = BUF_INIT, out = BUF_INIT;
	size_t longest = 0;

	for (int i = 0; i < 200; i++)
		buf_str(&text, "\xe2\x82\xac");
	ok(mime_words(&out, "Subject", buf_get(&text), MIME_FREE, NULL) == 0, "600 bytes are encoded");
	for (const char *s = buf_get(&out); *s; s += *s == ' ') {
		size_t n = strcspn(s, " ");

		longest = n > longest ? n : longest;
		s += n;
	}
	ok(longest <= 75, "no word is longer than 75 (%zu)", longest);
	buf_reset(&text);
	buf_reset(&out);
	for (int i = 0; i < 500; i++)
		buf_char(&text, 'x');
	ok(mime_words(&out, "Subject", buf_get(&text), MIME_FREE, NULL) == 0 && strchr(buf_get(&out), ' '),
	   "a long word of ASCII can be folded");
	buf_release(&text);
	buf_release(&out);
}

static void
param_is(const char *value, const char *want)
{
	struct buf out = BUF_INIT;
	int n = mime_param(&out, "filename", value, NULL);

	is_str(n == 0 ? buf_get(&out) : NULL, want, want ? want : "refused");
	buf_release(&out);
}

static void
test_params(void)
{
	param_is("a.pdf", ";\r\n filename=\"a.pdf\"");
	param_is("a \"b\".pdf", ";\r\n filename=\"a \\\"b\\\".pdf\"");
	param_is("\xc3\xa9t\xc3\xa9 1.pdf", ";\r\n filename*=UTF-8''%C3%A9t%C3%A9%201.pdf");
	param_is("100%\xe2\x82\xac'*", ";\r\n filename*=UTF-8''100%25%E2%82%AC%27%2A");
	param_is("\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac.txt",
		 ";\r\n filename*0*=UTF-8''%E2%82%AC%E2%82%AC%E2%82%AC%E2%82%AC%E2%82%AC;\r\n filename*1*=%E2%82%AC.txt");
	param_is("a\nb", NULL);
}

static const struct address_case {
	const char *address;
	int want; /* 0 refused, 1 ASCII, 2 SMTPUTF8 */
} address_cases[] = {
	{ "a@b.fr", 1 },
	{ "first.last+tag@mail.example.org", 1 },
	{ "root@localhost", 1 },
	{ "x@[127.0.0.1]", 1 },
	{ "x@[IPv6:::1]", 1 },
	{ "zo\xc3\xab@exempl\xc3\xa9.fr", 2 },
	{ "", 0 },
	{ "a", 0 },
	{ "@b", 0 },
	{ "a@", 0 },
	{ "a@b@c", 0 },
	{ "a b@c", 0 },
	{ "a@b\r\nRSET", 0 },
	{ "a\n@b", 0 },
	{ "a@b>", 0 },
	{ "<a@b>", 0 },
	{ "a\x7f@b", 0 },
	{ "a..b@c", 0 },
	{ ".a@c", 0 },
	{ "a.@c", 0 },
	{ "a@b..c", 0 },
	{ "a@.c", 0 },
	{ "a@c.", 0 },
	{ "a@-c.fr", 0 },
	{ "a@c-.fr", 0 },
	{ "a@[]", 0 },
	{ "a@[x y]", 0 },
	{ "\"a b\"@c", 0 },
	{ "a\xff@c", 0 },
	{ "0123456789012345678901234567890123456789012345678901234567890123@b", 1 },
	{ "01234567890123456789012345678901234567890123456789012345678901234@b", 0 },
};

static void
test_addresses(void)
{
	struct buf a = BUF_INIT;

	for (size_t i = 0; i < COUNT_OF(address_cases); i++) {
		const struct address_case *c = &address_cases[i];
		struct err err = { 0 };
		bool utf8 = false;
		int n = mime_address_check(c->address, &utf8, &err);
		int got = n == 0 ? 1 + utf8 : 0;

		ok(got == c->want && (n == 0 || err.code == E_BAD_ADDRESS), "address case %zu", i);
	}
	buf_str(&a, "a@");
	while (a.n < 252)
		buf_str(&a, "b.");
	buf_str(&a, "cc");
	ok(mime_address_check(buf_get(&a), NULL, NULL) == 0, "254 bytes");
	buf_char(&a, 'c');
	ok(mime_address_check(buf_get(&a), NULL, NULL) < 0, "255 bytes");
	buf_release(&a);
}

static void
qp_is(const char *text, const char *want)
{
	struct buf out = BUF_INIT;

	mime_qp(&out, text, strlen(text));
	is_str(buf_get(&out), want, "quoted-printable");
	buf_release(&out);
}

static void
test_bodies(void)
{
	static const char bytes[] = { 0, '\xff', 'a', 'b', 'c' };
	struct buf out = BUF_INIT;

	qp_is("a=b\n", "a=3Db\r\n");
	qp_is("end \ntab\t\r\n-- \n", "end=20\r\ntab=09\r\n--=20\r\n");
	qp_is("From me\n", "=46rom me\r\n");
	qp_is("\xc3\xa9\rx", "=C3=A9\r\nx\r\n");
	qp_is("0123456789012345678901234567890123456789012345678901234567890123456789012345678\n",
	      "012345678901234567890123456789012345678901234567890123456789012345678901234=\r\n5678\r\n");
	mime_base64(&out, bytes, sizeof(bytes));
	is_str(buf_get(&out), "AP9hYmM=", "base64");
	buf_release(&out);
}

static struct mime_mail
sample(void)
{
	static const struct mime_address to[] = { { "Zo\xc3\xab", "zoe@example.net" }, { NULL, "b@example.net" } };

	return (struct mime_mail){
		.from = { "Support, Paris", "support@example.org" },
		.to = to,
		.to_n = COUNT_OF(to),
		.subject = "Your order",
		.date = "Sat, 21 Nov 2026 10:30:00 +0100",
		.message_id = "<01J@example.org>",
		.text = "Hello\n",
	};
}

static void
test_plain(void)
{
	static const struct mime_header extra[] = { { "Auto-Submitted", "auto-replied" }, { "In-Reply-To", "<x@y>" } };
	struct mime_mail m = sample();
	struct buf out = BUF_INIT;
	struct err err = { 0 };

	m.headers = extra;
	m.headers_n = COUNT_OF(extra);
	ok(mime_build(&m, &out, &err) == 0, "a plain mail");
	is_str(buf_get(&out),
	       "Date: Sat, 21 Nov 2026 10:30:00 +0100\r\n"
	       "From: \"Support, Paris\" <support@example.org>\r\n"
	       "To: =?UTF-8?Q?Zo=C3=AB?= <zoe@example.net>, b@example.net\r\n"
	       "Subject: Your order\r\n"
	       "Message-ID: <01J@example.org>\r\n"
	       "Auto-Submitted: auto-replied\r\n"
	       "In-Reply-To: <x@y>\r\n"
	       "MIME-Version: 1.0\r\n"
	       "Content-Type: text/plain; charset=\"utf-8\"\r\n"
	       "Content-Transfer-Encoding: 7bit\r\n"
	       "\r\n"
	       "Hello\r\n",
	       "its bytes");
	buf_release(&out);
}

static size_t
longest_line(const char *s)
{
	size_t longest = 0;

	while (*s) {
		size_t n = strcspn(s, "\n");

		longest = n > longest ? n : longest;
		s += n + (s[n] == '\n');
	}
	return longest;
}

static void
test_mixed(void)
{
	static const char data[] = "\0\1\2";
	struct mime_attachment a[] = { { "r\xc3\xa9sum\xc3\xa9.pdf", "application/pdf", data, 3 },
				       { "m.eml", "message/rfc822", data, 3 } };
	struct mime_mail m = sample();
	struct buf out = BUF_INIT, again = BUF_INIT;

	m.text = "Bonjour \xc3\xa0 vous \n--=_ not a boundary";
	m.html = "<p>Bonjour</p>";
	m.attachments = a;
	m.attachments_n = COUNT_OF(a);
	ok(mime_build(&m, &out, NULL) == 0 && mime_build(&m, &again, NULL) == 0, "text, HTML and two files");
	is_str(buf_get(&again), buf_get(&out), "the same bytes twice");
	ok(strstr(buf_get(&out), "multipart/mixed; ") && strstr(buf_get(&out), "multipart/alternative; "), "structure");
	ok(strstr(buf_get(&out), "\r\nBonjour =C3=A0 vous=20\r\n--=3D_ not a boundary\r\n"), "quoted-printable");
	ok(strstr(buf_get(&out), "Content-Disposition: attachment;\r\n filename*=UTF-8''r%C3%A9sum%C3%A9.pdf\r\n"), "a name");
	ok(strstr(buf_get(&out), "\r\nAAEC\r\n"), "base64");
	ok(!strstr(buf_get(&out), "message/rfc822"), "a message is not in base64 under its own type");
	ok(longest_line(buf_get(&out)) <= 78 + 1, "short lines");
	for (size_t i = 0; i < out.n; i++)
		if (out.p[i] == '\n' && (i == 0 || out.p[i - 1] != '\r'))
			ok(false, "a bare LF at %zu", i);
	buf_release(&out);
	buf_release(&again);
}

static void
test_long(void)
{
	struct mime_address to[60];
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct mime_mail m = sample();

	for (size_t i = 0; i < COUNT_OF(to); i++)
		to[i] = (struct mime_address){ "\xe2\x82\xac\xe2\x82\xac name", "somebody.with.a.long.name@example.org" };
	for (int i = 0; i < 3000; i++)
		buf_char(&text, 'x');
	m.to = to;
	m.to_n = COUNT_OF(to);
	m.text = m.subject = buf_get(&text);
	ok(mime_build(&m, &out, NULL) == 0, "3000 x on a line, 60 addresses");
	ok(longest_line(buf_get(&out)) <= 80, "lines are folded (%zu)", longest_line(buf_get(&out)));
	buf_reset(&out);
	m.subject = "s";
	m.text = "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e";
	ok(mime_build(&m, &out, NULL) == 0 && strstr(buf_get(&out), "\r\n\r\n5pel5pys6KqeDQo=\r\n"), "base64 for Japanese");
	buf_release(&text);
	buf_release(&out);
}

static void
refuses(struct mime_mail *m, enum err_code code, const char *what)
{
	struct buf out = BUF_INIT;
	struct err err = { 0 };

	ok(mime_build(m, &out, &err) < 0 && err.code == code && out.n == 0, "refused: %s", what);
	buf_release(&out);
}

static void
test_refusals(void)
{
	static const struct mime_header bad[] = { { "Bcc", "x@y" }, { "content-type", "text/html" }, { "X y", "1" }, { "", "1" }, { "X", "a\r\nBcc: x@y" } };
	struct mime_attachment a = { "x", "text", "", 0 };
	struct mime_mail m = sample();

	m.subject = "a\r\nBcc: x@y";
	refuses(&m, E_BAD_FIELD, "a line end in the subject");
	m = sample();
	m.from.name = "a\nb";
	refuses(&m, E_BAD_FIELD, "a line end in a name");
	m = sample();
	m.from.address = "a@b\r\nBcc: x@y";
	refuses(&m, E_BAD_ADDRESS, "a line end in an address");
	m = sample();
	m.message_id = "x@y> <z";
	refuses(&m, E_BAD_FIELD, "two ids");
	m = sample();
	m.date = "now\r\n";
	refuses(&m, E_BAD_FIELD, "a line end in the date");
	m = sample();
	m.text = "\xff";
	refuses(&m, E_BAD_FIELD, "text that is not UTF-8");
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		m = sample();
		m.headers = &bad[i];
		m.headers_n = 1;
		refuses(&m, E_BAD_FIELD, "a header of the caller");
	}
	m = sample();
	m.attachments = &a;
	m.attachments_n = 1;
	refuses(&m, E_BAD_FIELD, "a type without subtype");
	a = (struct mime_attachment){ "x\ny", NULL, "", 0 };
	refuses(&m, E_BAD_FIELD, "a line end in a file name");
}

int
main(void)
{
	test_words();
	test_long_words();
	test_params();
	test_addresses();
	test_bodies();
	test_plain();
	test_mixed();
	test_long();
	test_refusals();
	return done();
}
