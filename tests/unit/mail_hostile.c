/* wire/mail.h on what is made to break it: bounded results, bounded memory, no crash on a usual stack. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "wire/mail.h"
#include "wire/mail_report.h"
#include "wire/mail_text.h"

#include "tests/unit/tap.h"

#define MIB ((size_t)1 << 20)

static void
repeat(struct buf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_str(out, text);
}

/* The bytes that are in use, in blocks of any size. */
static size_t
in_use(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

struct result {
	struct arena *arena;
	struct mail_headers headers;
	struct mail_body body;
};

/* Reads all of it; what is kept of it is within the limits. */
static struct result
read_all(const struct buf *mail, const char *what)
{
	size_t before = in_use(), used;
	struct result r = { .arena = arena_new() };
	struct mail_report report;

	mail_headers_read(r.arena, mail->p, mail->n, &r.headers);
	mail_body_read(r.arena, mail->p, mail->n, &r.body);
	used = in_use() - before;
	(void)mail_report_read(r.arena, mail->p, mail->n, &report);
	ok(used <= 4 * mail->n + 16 * MIB, "%s: %zu KiB are kept of %zu", what, used >> 10, mail->n >> 10);
	ok(!r.body.html || strlen(r.body.html) <= 8 * MIB, "%s: the HTML is bounded", what);
	ok(utf8_valid(r.body.text, strlen(r.body.text)) == strlen(r.body.text), "%s: the text is UTF-8", what);
	return r;
}

static void
done_with(struct result *r, struct buf *mail)
{
	arena_free(&r->arena);
	buf_reset(mail);
}

static void
test_nesting(struct buf *mail)
{
	struct result r;

	for (size_t i = 0; i < 20000; i++)
		buf_printf(mail, "Content-Type: multipart/mixed; boundary=b%zu-\n\n--b%zu-\n", i, i);
	buf_str(mail, "\ninnermost\n");
	r = read_all(mail, "20,000 levels");
	ok(r.body.n == 1 && r.body.note && strstr(r.body.text, "innermost"), "20,000 levels are read as plain text, with a note");
	done_with(&r, mail);

	buf_str(mail, "Content-Type: multipart/mixed; boundary=b\n\n--b\n");
	repeat(mail, "Content-Type: message/rfc822\n\n", 30000);
	r = read_all(mail, "30,000 mails in mails");
	ok(r.body.n == 1 && r.body.parts[0].attachment && !r.body.note, "30,000 mails in mails are one attachment");
	done_with(&r, mail);

	repeat(mail, "Content-Type: message/rfc822\n\n", 30000);
	r = read_all(mail, "30,000 mails alone");
	ok(r.body.n == 1 && !r.body.note, "a mail in a mail is an attachment, whatever it holds");
	done_with(&r, mail);

	buf_str(mail, "Content-Type: multipart/mixed; boundary=b\n\n--b\n");
	repeat(mail, "CONTENT-TYPE: MESSAGE/(x)RFC822\n\n", 30000);
	r = read_all(mail, "the same in other letters");
	ok(r.body.n == 1 && r.body.parts[0].attachment, "in other letters, with comments, it is one as well");
	done_with(&r, mail);

	/* The deepest that is read. */
	for (size_t i = 0; i < 100; i++)
		buf_printf(mail, "Content-Type: multipart/mixed; boundary=b%zu-\n\n--b%zu-\n", i, i);
	buf_str(mail, "\ninnermost\n");
	for (size_t i = 100; i > 0; i--)
		buf_printf(mail, "--b%zu---\n", i - 1);
	r = read_all(mail, "99 levels");
	ok(r.body.n == 1 && !r.body.note && strcmp(r.body.text, "innermost") == 0, "99 levels are read");
	done_with(&r, mail);
}

static void
test_headers(struct buf *mail)
{
	struct result r;

	repeat(mail, "X: y\n", 500000);
	buf_str(mail, "\nbody\n");
	r = read_all(mail, "500,000 lines");
	ok(r.headers.lines_n == 2000 && r.headers.cut, "2,000 lines are kept of 500,000, and it says so");
	is_str(r.body.text, "body\n", "and the text is there");
	done_with(&r, mail);

	buf_str(mail, "Subject: ");
	repeat(mail, "x", 5 * MIB);
	buf_str(mail, "\nTo: a@x.y\n\nbody\n");
	r = read_all(mail, "a header of 5 MB");
	ok(strlen(r.headers.subject) == 65535 && r.headers.cut && r.headers.to.n == 1, "64 KiB of a value are kept");
	done_with(&r, mail);

	buf_str(mail, "To: ");
	repeat(mail, "ann@example.org, ", 200000);
	buf_str(mail, "\n\n");
	r = read_all(mail, "200,000 recipients");
	ok(r.headers.to.n == 1000 && r.headers.cut, "1,000 recipients are kept, and it says so");
	done_with(&r, mail);

	buf_str(mail, "References:");
	repeat(mail, " <a@b>", 5000);
	buf_str(mail, " <last@b>\n\n");
	r = read_all(mail, "5,000 references");
	ok(r.headers.references_n == 100 && r.headers.cut && strcmp(r.headers.references[99], "last@b") == 0, "of references the first and the last");
	done_with(&r, mail);

	buf_str(mail, "Subject:");
	repeat(mail, " =?gb2312?B?xOM=?= =?big5?B?pKQ=?=", 200000);
	buf_str(mail, "\n\n");
	r = read_all(mail, "400,000 encoded words");
	ok(r.headers.cut && strncmp(r.headers.subject, "你中", 6) == 0, "words of ever another set");
	done_with(&r, mail);
}

/* One header of what is repeated: each was a stack, or time by its square, in some program. */
static const struct shape {
	const char *name, *head, *text;
	size_t n;
} shapes[] = {
	{ "groups in groups", "To: ", "g:", 40000 },
	{ "open comments", "To: ", "(", 500000 },
	{ "open quotes", "To: ", "\"", 500001 },
	{ "open brackets", "To: ", "<", 500000 },
	{ "brackets and commas", "To: ", "<,", 300000 },
	{ "backslashes", "To: ", "\\", 500001 },
	{ "open words", "Subject: ", "=?utf-8?q?", 100000 },
	{ "open ids", "References: ", "<", 500000 },
	{ "folds", "Subject: ", "\n ", 1000000 },
	{ "parameters", "Content-Type: text/plain", "; a=b", 200000 },
	{ "sections", "Content-Disposition: attachment", "; filename*99999999999=b", 50000 },
	{ "same sections", "Content-Disposition: attachment", "; filename*1*=b", 50000 },
	{ "comments in types", "Content-Type: text/plain ", "(", 500000 },
	{ "NUL bytes as text", "Subject: ", "\xc3\x28", 300000 },
	{ "strays", "A: b\n", "x\n", 500000 },
	{ "colons", "", ":\n", 500000 },
};

static void
test_shapes(struct buf *mail)
{
	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		struct result r;

		buf_str(mail, shapes[i].head);
		repeat(mail, shapes[i].text, shapes[i].n);
		buf_str(mail, "\n\nbody\n");
		r = read_all(mail, shapes[i].name);
		ok(r.body.n == 1 && r.headers.to.n <= 1000, "%s: read", shapes[i].name);
		done_with(&r, mail);
	}
}

static const struct shape bodies[] = {
	{ "wrong base64", "Content-Transfer-Encoding: base64\n\n", "=A", 1000000 },
	{ "base64 of lines", "Content-Transfer-Encoding: base64\n\n", "\n", 2000000 },
	{ "quoted-printable of blanks", "Content-Transfer-Encoding: quoted-printable\n\n", "= ", 1000000 },
	{ "quoted-printable of blanks alone", "Content-Transfer-Encoding: quoted-printable\n\n=", " ", 2000000 },
	{ "uuencode", "Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n", "M\n", 1000000 },
	{ "parts", "Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n", 200000 },
	{ "high bytes", "Content-Type: text/plain; charset=x\n\n", "\x80", 8000000 },
	{ "bytes that are not of the set", "Content-Type: text/plain; charset=big5\n\n", "\xff", 2000000 },
	{ "boundaries that are none", "Content-Type: multipart/mixed; boundary=b\n\n", "--c\n", 500000 },
	{ "flowed quotations", "Content-Type: text/plain; format=flowed\n\n", ">", 2000000 },
	{ "divs", "Content-Type: text/html\n\n", "<div>", 400000 },
	{ "HTML of high bytes", "Content-Type: text/html; charset=windows-1252\n\n", "\x80", 5000000 },
	{ "quotations", "Content-Type: text/html\n\n", "<blockquote>a", 200000 },
	{ "lists", "Content-Type: text/html\n\n", "<ol><li>", 300000 },
	{ "breaks", "Content-Type: text/html\n\n<blockquote><blockquote>", "<br>", 500000 },
	{ "open tags", "Content-Type: text/html\n\n", "<", 2000000 },
	{ "open attributes", "Content-Type: text/html\n\n", "<a b=\"c", 300000 },
	{ "open comments in HTML", "Content-Type: text/html\n\n", "<!--", 500000 },
	{ "styles", "Content-Type: text/html\n\n", "<style>", 300000 },
	{ "hidden", "Content-Type: text/html\n\n", "<b hidden>", 300000 },
	{ "references", "Content-Type: text/html\n\n", "&nGt;", 400000 },
	{ "links", "Content-Type: text/html\n\n", "<a href='http://a/'>b", 150000 },
};

static void
test_bodies(struct buf *mail)
{
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct result r;
		const char *fresh;

		buf_str(mail, bodies[i].head);
		repeat(mail, bodies[i].text, bodies[i].n);
		r = read_all(mail, bodies[i].name);
		fresh = mail_fresh(r.arena, r.body.text);
		ok(r.body.n <= 1000 && strlen(r.body.text) <= 4 * MIB && strlen(fresh) <= strlen(r.body.text) + 1, "%s: read", bodies[i].name);
		done_with(&r, mail);
	}
}

static void
test_many_parts(struct buf *mail)
{
	struct result r;

	/* A boundary that is repeated in small letters is a part each time, not a level. */
	buf_str(mail, "Content-Type: multipart/mixed; boundary=b\n\n");
	repeat(mail, "--b\nContent-Type: text/plain; name=a\n\nx\n", 5000);
	r = read_all(mail, "5,000 parts");
	ok(r.body.n == 1000 && r.body.note, "1,000 parts are kept, with a note");
	done_with(&r, mail);

	/* Parts before what is too deep are no reason to lose the rest. */
	buf_str(mail, "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst\n");
	buf_str(mail, "--b\nContent-Type: multipart/mixed; boundary=c0\n\n");
	for (size_t i = 0; i < 200; i++)
		buf_printf(mail, "--c%zu\nContent-Type: multipart/mixed; boundary=c%zu\n\n", i, i + 1);
	buf_str(mail, "\ninnermost\n");
	r = read_all(mail, "200 levels behind a part");
	ok(r.body.n == 1 && r.body.note && strstr(r.body.text, "innermost"), "200 levels behind a part: all is read as plain text");
	done_with(&r, mail);

	/* NUL bytes everywhere. */
	for (size_t i = 0; i < 100000; i++)
		buf_add(mail, "\0a: \0b\n", 7);
	r = read_all(mail, "NUL bytes");
	done_with(&r, mail);

	/* Each becomes three bytes, beside bytes that are not UTF-8. */
	buf_str(mail, "\n\xff");
	for (size_t i = 0; i < 100000; i++)
		buf_char(mail, '\0');
	r = read_all(mail, "NUL bytes in windows-1252");
	ok(strlen(r.body.text) == 300002, "NUL bytes in windows-1252: each is U+FFFD");
	done_with(&r, mail);
}

/* What no reader keeps is not made, either. */
static void
test_long_html(struct buf *html)
{
	struct buf text = BUF_INIT;

	repeat(html, "<li>a", 2000000);
	mail_html_text(&text, html->p, html->n);
	ok(text.n >= 4 * MIB && text.n <= 4 * MIB + 65536, "the text of HTML ends behind 4 MiB");
	buf_release(&text);
	buf_reset(html);
}

int
main(void)
{
	struct buf mail = BUF_INIT;

	test_nesting(&mail);
	test_headers(&mail);
	test_shapes(&mail);
	test_bodies(&mail);
	test_many_parts(&mail);
	test_long_html(&mail);
	buf_release(&mail);
	return done();
}
