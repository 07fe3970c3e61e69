/* wire/mail.h: parts, encodings, file names, which text a person reads. */
#include <stdlib.h>

#include "base/err.h"
#include "tests/unit/mail.h"
#include "wire/mail_report.h"
#include "wire/mail_transfer.h"

#define B64 "Content-Transfer-Encoding: base64\n"
#define QP "Content-Transfer-Encoding: quoted-printable\n"
#define MIXED "Content-Type: multipart/mixed; boundary=b\n\n"
#define ALT "Content-Type: multipart/alternative; boundary=b\n\n"
#define FILE_NAMED(params) "Content-Disposition: attachment; " params "\n\nx"

static const struct mail_case texts[] = {
	/* Damage is passed over; what a list appended is not. */
	{ "text", B64 "\nPGh0*bWw+Cg==", "<html>\n" },
	{ "text", B64 "\nVGhlIHF1aWNrIGJyb3duIGZv\neCBqdW1wcyBvdmVy*IHRoZSBsYXp5IGRvZy4=\n", "The quick brown fox jumps over the lazy dog." },
	{ "text", B64 "\nVGhlIHF1aWNrIGJyb3duIGZv\nCheerio!\n", "The quick brown fo" },
	{ "text", B64 "\nQ2Fmw6k=\n\nhttp://lists.example.org/mailman/listinfo/x\n", "Café" },
	{ "text", "\nhello\n", "hello\n" },
	{ "text", "Content-Type: text/plain\r\n\r\none\r\ntwo\r\n", "one\ntwo\n" },
	{ "text", "Content-Type: text\n\nhello", "hello" },
	{ "text", "Content-Type:\n\nhello", "hello" },
	{ "text", "Content-Type: TEXT/PLAIN; CHARSET=\"UTF-8\"\n\ncaf\xc3\xa9", "café" },
	{ "text", "Content-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9 \x80", "café €" },
	{ "text", "Content-Type: text/plain; charset=iso-8859-1\n\ncaf\xc3\xa9", "café" },
	{ "text", "Content-Type: text/plain; charset=iso-8859-15\n\n\xa4", "€" },
	{ "text", "Content-Type: text/plain; charset=utf-8\n\ncaf\xe9!", "caf\xef\xbf\xbd!" },
	{ "text", "Content-Type: text/plain; charset=\"windows-1251\"\n\n\xcf\xf0", "Пр" },
	{ "text", "Content-Type: text/plain; charset=nonsense\n\ncaf\xe9", "café" },
	{ "text", "\ncaf\xe9", "café" },
	{ "text", "\n\xef\xbb\xbfhello", "hello" },
	{ "text", "Content-Type: text/plain; charset=utf-16\n" B64 "\naADpAA==", "hé" },
	{ "text", "Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$BF|K\\\x1b(B", "日本" },
	{ "text", "Content-Type: text/plain; charset=utf-8\n" B64 "\nY2Fmw6k=\n", "café" },
	{ "text", B64 "\nY2Fm\nw6k=\n", "café" },
	{ "text", B64 "\nY2Fmw6kK\n_______________\nList footer\nhttp://x.y/list\n", "café\n" },
	{ "text", B64 "\nY2Fmw6k=\nThis list is run by nobody\n", "café" },
	{ "text", B64 "\nY2Fmw6k=\nIGE=\n", "café a" },
	{ "text", B64 "\nHello, this is no base64.\n", "Hello, this is no base64.\n" },
	{ "text", B64 "\nY2Fmw6", "cafÃ" },
	{ "text", "Content-Transfer-Encoding: BASE64 ; x\n\nYQ==", "a" },
	{ "text", QP "\ncaf=C3=A9 =3D\n", "café =\n" },
	{ "text", QP "\nsoft =\nend=\r\n s", "soft end s" },
	{ "text", QP "\nblank=  \nend", "blankend" },
	{ "text", QP "\nblanks  \nend\t\n", "blanks\nend\n" },
	{ "text", QP "\nkept=20\nend", "kept \nend" },
	{ "text", QP "\na=zz=b=", "a=zz=b" },
	{ "text", QP "\na=c3=a9", "aé" },
	{ "text", "Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#0V%T\n`\nend\n", "Cat" },
	{ "text", "Content-Transfer-Encoding: 8bit\n\na=20b", "a=20b" },
	{ "text", "Content-Type: text/plain; format=flowed\n\nlong \nline\n-- \nAnn\n", "long line\n-- \nAnn\n" },
	{ "text", "Content-Type: text/plain; format=flowed; delsp=yes\n\nlong \nline\n", "longline\n" },
	{ "text", "Content-Type: text/html\n\n<p>Hi <b>Ann</b></p>", "Hi Ann\n" },
	{ "html", "Content-Type: text/html\n\n<p>Hi <b>Ann</b></p>", "<p>Hi <b>Ann</b></p>" },
	{ "text", "Content-Type: text/html\n\n<meta charset=\"koi8-r\">\xf0", "П\n" },
	{ "text", ALT "--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>html\n--b--\n", "plain" },
	{ "html", ALT "--b\n\nplain\n--b\nContent-Type: text/html\n\n<p>html\n--b--\n", "<p>html" },
	{ "text", ALT "--b\nContent-Type: text/plain\n\n \n--b\nContent-Type: text/html\n\n<p>html\n--b--\n", "html\n" },
	{ "text", MIXED "--b\n\none\n--b\n\ntwo\n--b--\n", "one\n\ntwo" },
	{ "text", MIXED "--b\nContent-Type: text/html\n\n<p>one\n--b\n\nfooter\n--b--\n", "one\n\nfooter" },
	{ "text", MIXED "--b\n\nbody\n--b\nContent-Type: text/plain; name=a.txt\n\nfile\n--b--\n", "body" },
	{ "text", MIXED "--b\nContent-Disposition: attachment\n\nfile\n--b\n\nbody\n--b--\n", "body" },
	{ "text", MIXED "before\n--b\n\nbody\n--b--\nafter\n", "body" },
	{ "text", MIXED "--b\n\nbody without end", "body without end" },
	{ "text", MIXED "--b\nX: y\n\nbody\n--b  \n\nmore\n--b--", "body\n\nmore" },
	{ "text", MIXED "--b\n\nFoo: bar\n\nbody\n--b--", "Foo: bar\n\nbody" },
	{ "text", MIXED "no boundary at all\n", "no boundary at all\n" },
	{ "note", MIXED "no boundary at all\n", "its parts could not be told apart" },
	{ "text", "Content-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\nbody\n--x--\n", "body" },
	{ "text", "Content-Type: multipart/mixed; boundary=wrong\n\n--x\nContent-Type: text/plain\n\nbody\n--x--\n", "body" },
	{ "text", "Content-Type: multipart/mixed; boundary=\"a b?(c)\"\n\n--a b?(c)\n\nbody\n--a b?(c)--\n", "body" },
	{ "text", "Content-Type: multipart/mixed; boundary=a b\n\n--a b\n\nbody\n--a b--\n", "body" },
	{ "note", "\nhello", NULL },
	{ "text", MIXED "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nplain\n--c\nContent-Type: text/html\n\n<p>cut", "plain" },
	{ "html", MIXED "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nplain\n--c\nContent-Type: text/html\n\n<p>cut", "<p>cut" },
	{ "text", MIXED "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\ninner\n--b\n\nouter\n--b--\n", "inner\n\nouter" },
};

static const struct mail_case parts[] = {
	{ "parts", "\nhello", "text/plain - - - 5" },
	{ "parts", "Content-Type: image/PNG; name=\"a.png\"\n" B64 "\nAAAA", "image/png - a.png - 3*" },
	{ "parts", "Content-Type: application/pdf\n\nx", "application/pdf - - - 1*" },
	{ "parts", ALT "--b\n\np\n--b\nContent-Type: text/html\n\nh\n--b\nContent-Type: text/calendar\n\nc\n--b--", "text/plain - - - 1|text/html - - - 1|text/calendar - - - 1*" },
	{ "parts", MIXED "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\np\n--c--\n--b\n\nq\n--b--", "text/plain - - - 1|text/plain - - - 1" },
	{ "parts", MIXED "--b\n\np\n--b\nContent-Type: message/rfc822\n\nSubject: In/ner\n" MIXED "--b--\n--b--", "text/plain - - - 1|message/rfc822 - In_ner.eml - 58*" },
	{ "parts", "Content-Type: message/rfc822\n\nX: y\n\nz", "message/rfc822 - message.eml - 7*" },
	{ "parts", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n", "text/plain - - - 1" },
	{ "parts", MIXED "--b\n\nx\n--b--\n--b\n\nno part\n", "text/plain - - - 1" },
	{ "parts", MIXED "--b\nContent-Type: multipart/mixed\n\n--c\nContent-Type: text/html\n\n<p>x\n--c--\n--b--", "text/html - - - 4" },
	{ "name", FILE_NAMED("filename=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.txt"), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.txt" },
	{ "parts", "Content-Type: text/plain; name=a.txt\n\nx", "text/plain - a.txt - 1" },
	{ "parts", ALT "--b\nContent-Type: text/plain; name=a.txt\n\nx\n--b\nContent-Type: text/html; name=a.html\n\ny\n--b--", "text/plain - a.txt - 1|text/html - a.html - 1" },
	{ "parts", "Content-Type: text/plain\nContent-Type: text/html\n\nx", "text/plain - - - 1" },
	{ "html", MIXED "--b\nContent-Type: text/html\n\n<p>x\n--b\nContent-Type: text/html\n\n<p>y\n--b--", "<p>x<p>y" },
	/* Rules and hyphens within are no boundaries, not even of a multipart that names none. */
	{ "text", MIXED "--b\nContent-Type: multipart/mixed\n\n----\n\nx\n-----\ny\n--b--", "----\n\nx\n-----\ny" },
	{ "text", MIXED "--b\n\nx\n--bb\n--b-\n--b y\n--b--", "x\n--bb\n--b-\n--b y" },
	{ "text", MIXED "--b\n\nx\n--b--</body>\nno text", "x" },
	{ "text", MIXED "--b  \t\n\nx\n--b--", "x" },
	/* An outer boundary ends what is in it, with an end or without. */
	{ "parts", MIXED "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--b\n\ny\n--c\nz\n--b--", "text/plain - - - 1|text/plain - - - 7" },
	{ "parts", MIXED "--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\nx\n--c--\n--b\n\ny\n--b--", "message/rfc822 - message.eml - 55*|text/plain - - - 1" },
	/* A boundary with a colon is not taken for a field of the part's header. */
	{ "parts", "Content-Type: multipart/mixed; boundary=\"=a:b\"\n\n--=a:b\nX: y\n--=a:b\n\nz\n--=a:b--", "text/plain - - - 0|text/plain - - - 1" },
	{ "parts", "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\nx\n--b--", "message/rfc822 - one.eml - 15*" },
	{ "parts", "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\nh\n--b\nContent-Type: image/gif\nContent-ID: <i@x>\nContent-Disposition: inline\n\ng\n--b--",
	  "text/html - - - 1|image/gif - - inline 1*" },
	{ "parts", MIXED "--b\n\np\n--b\nContent-Disposition: nonsense\n\nx\n--b--", "text/plain - - - 1|text/plain - - attachment 1*" },
	{ "cid", "Content-ID: <i@x>\n\nx", "i@x" },
	{ "charset", "Content-Type: text/plain; charset=\"ISO-8859-1\"\n\nx", "iso-8859-1" },
	{ "name", FILE_NAMED("filename=a.pdf"), "a.pdf" },
	{ "name", FILE_NAMED("filename=\"a b.pdf\""), "a b.pdf" },
	{ "name", FILE_NAMED("filename=a b.pdf; size=3"), "a b.pdf" },
	{ "name", FILE_NAMED("FileName = \"a.pdf\""), "a.pdf" },
	{ "name", FILE_NAMED("filename=\"a\\\"b.pdf\""), "a\"b.pdf" },
	{ "name", FILE_NAMED("filename=\"a;b.pdf\""), "a;b.pdf" },
	{ "name", FILE_NAMED("filename=\"a.pdf"), "a.pdf" },
	{ "name", FILE_NAMED("filename*=utf-8''caf%C3%A9.pdf"), "café.pdf" },
	{ "name", FILE_NAMED("filename*=UTF-8'fr'caf%c3%a9.pdf"), "café.pdf" },
	{ "name", FILE_NAMED("filename*=iso-8859-1''caf%E9.pdf"), "café.pdf" },
	{ "name", FILE_NAMED("filename*=\"utf-8''caf%C3%A9.pdf\""), "café.pdf" },
	{ "name", FILE_NAMED("filename*=caf%C3%A9.pdf"), "café.pdf" },
	{ "name", FILE_NAMED("filename*0=\"very \"; filename*1=\"long.pdf\""), "very long.pdf" },
	{ "name", FILE_NAMED("filename*1=\"long.pdf\"; filename*0=\"very \""), "very long.pdf" },
	{ "name", FILE_NAMED("filename*0*=utf-8''caf%C3; filename*1*=%A9; filename*2=.pdf"), "café.pdf" },
	{ "name", FILE_NAMED("filename*0*=utf-8''a%20; filename*1=\"b%20c.pdf\""), "a b%20c.pdf" },
	{ "name", FILE_NAMED("filename*0=a; filename*2=c"), "a" },
	{ "name", FILE_NAMED("filename=\"plain.pdf\"; filename*=utf-8''star%C3%A9.pdf"), "staré.pdf" },
	{ "name", FILE_NAMED("filename*=utf-8''star%C3%A9.pdf; filename=\"plain.pdf\""), "staré.pdf" },
	{ "name", FILE_NAMED("filename=\"=?utf-8?q?caf=C3=A9?=.pdf\""), "café.pdf" },
	{ "name", FILE_NAMED("filename=\"=?utf-8?B?Y2Fmw6k=?= =?utf-8?B?LnBkZg==?=\""), "café.pdf" },
	{ "name", FILE_NAMED("filename=\"caf\xe9.pdf\""), "café.pdf" },
	{ "name", FILE_NAMED("filename=\"caf\xc3\xa9.pdf\""), "café.pdf" },
	{ "name", FILE_NAMED("filename=\"../../etc/passwd\""), "passwd" },
	{ "name", FILE_NAMED("filename=\"C:\\dir\\a.pdf\""), "a.pdf" },
	{ "name", FILE_NAMED("filename=\"..\""), NULL },
	{ "name", FILE_NAMED("filename*=utf-8''a%00b%0Ac.pdf"), "a\xef\xbf\xbd"
								"bc.pdf" },
	{ "name", FILE_NAMED("filename*=utf-8''a%E2%80%AEb.pdf"), "ab.pdf" },
	{ "name", FILE_NAMED("filename=\"\""), NULL },
	{ "name", FILE_NAMED("x=y") "", NULL },
	{ "name", "Content-Type: application/pdf;\n name=\"a.pdf\"\nContent-Disposition: attachment\n\nx", "a.pdf" },
	{ "name", "Content-Type: application/pdf; name=\"a.pdf\"\nContent-Disposition: attachment; filename=b.pdf\n\nx", "b.pdf" },
	{ "name", "Content-Type: application/pdf; name*=utf-8''%C3%A9.pdf\n\nx", "é.pdf" },
};

static bool
holds(struct arena *arena, const char *mail, const struct mail_part *part, const char *bytes)
{
	const void *data;
	size_t size;

	mail_transfer_decode(arena, mail_transfer_name(part->encoding), mail + part->offset, part->raw_size, &data, &size);
	return part->attachment && size == part->size && size == 3 && memcmp(data, bytes, 3) == 0;
}

static void
test_attachment(void)
{
	static const char mail[] = MIXED "--b\n\np\n--b\nContent-Type: a/b; name=one\n" B64 "\nAAEC\n--b\nContent-Type: c/d\n\ntwo\n--b--\n";
	struct arena *arena = arena_new();
	struct mail_body body;

	mail_body_read(arena, mail, strlen(mail), &body);
	if (ok(body.n == 3, "three parts")) {
		ok(!body.parts[0].attachment && strncmp(mail + body.parts[0].offset, "p", 1) == 0, "where the text stands");
		ok(holds(arena, mail, &body.parts[1], "\0\1\2"), "the first attachment");
		is_str(body.parts[1].name, "one", "its name");
		ok(strncmp(mail + body.parts[1].offset, "AAEC", 4) == 0 && body.parts[1].raw_size == 4, "where it stands in the mail");
		ok(holds(arena, mail, &body.parts[2], "two"), "the second");
	}
	arena_free(&arena);
}

static const char bounce[] =
	"From: MAILER-DAEMON@x.y\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n"
	"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x.y\nOriginal-Envelope-Id: E1\n\n"
	"Original-Recipient: rfc822; ann@x.y\nFinal-Recipient: rfc822;ann@z.y\nAction: FAILED\nStatus: 5.1.1 (bad)\n"
	"Diagnostic-Code: smtp; 550 no\n such user\n\nFinal-Recipient: rfc822; bob@x.y\nStatus: 4.4.1\n\n"
	"--b\nContent-Type: message/rfc822\n\nMessage-ID: <orig@x>\nSubject: s\n\nbody\n--b--\n";

static void
test_report(void)
{
	static const char headers_only[] = "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"
					   "Reporting-MTA: x\n\nFinal-Recipient: rfc822; a@x\nAction: failed\n"
					   "--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <h@x>\n--b--\n";
	struct arena *arena = arena_new();
	struct mail_report r;

	ok(mail_report_read(arena, bounce, strlen(bounce), &r) && r.n == 2, "a report on two recipients");
	is_str(r.message_id, "orig@x", "which mail");
	is_str(r.envid, "E1", "which envelope");
	is_str(r.recipients[0].address, "ann@x.y", "the original recipient");
	is_str(r.recipients[0].action, "failed", "the action in small letters");
	is_str(r.recipients[0].status, "5.1.1", "the status without its comment");
	is_str(r.recipients[0].text, "550 no such user", "what the server said");
	is_str(r.recipients[1].address, "bob@x.y", "the final recipient where there is no other");
	is_str(r.recipients[1].action, "delayed", "the action by the status");
	ok(mail_report_read(arena, headers_only, strlen(headers_only), &r), "a report with headers alone");
	is_str(r.message_id, "h@x", "names the mail, too");
	ok(!mail_report_read(arena, "\nhello", 6, &r) && r.n == 0, "no report");
	arena_free(&arena);
}

int
main(void)
{
	mail_run(texts, COUNT_OF(texts));
	mail_run(parts, COUNT_OF(parts));
	test_attachment();
	test_report();
	return done();
}
