/* jobs/mail_read.h: bytes become what the desk takes, whatever they are. */
#include "jobs/mail_read.h"

#include <string.h>

#include "base/arena.h"
#include "channel/imap.h"

#include "tests/unit/tap.h"

static struct arena *arena;
static struct mail_reader *reader;

static const char plain[] = "Return-Path: <>\r\nMessage-ID: <m1@x>\r\nIn-Reply-To: <m0@x>\r\nReferences: <a@x> <m0@x>\r\nDate: Sat, 21 Nov 2026 09:00:00 +0000\r\n"
			    "From: =?utf-8?q?Zo=C3=A9?= <zoe@example.net>\r\nReply-To: z@example.net\r\nTo: a@x, b@x\r\nCc: c@x\r\nSubject: D=\r\nX-Priority: 1\r\n\r\n"
			    "Bonjour, je voudrais savoir o\xc3\xb9 en est ma commande, s'il vous pla\xc3\xaet.\r\n\r\n> Where is it, and what has become of the order that I sent you?\r\n";

static const char files[] = "From: a@x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\n"
			    "Content-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nYWJj\r\n--b--\r\n";

static const char report[] = "From: MAILER-DAEMON@x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
			     "Content-Type: text/plain\r\n\r\nIt failed.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
			     "Final-Recipient: rfc822; gone@y\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
			     "Message-ID: <sent@x>\r\n\r\n--b--\r\n";

static struct mail_fetched
read_as(const char *bytes, size_t size, enum mail_reading how)
{
	const struct imap_mail mail = { .uid = 7, .size = 1000, .bytes = bytes, .bytes_n = size, .received = 5 };
	struct mail_fetched out;

	mail_read(reader, arena, &mail, how, &out);
	return out;
}

static void
test_plain(void)
{
	struct mail_fetched m = read_as(plain, sizeof(plain) - 1, MAIL_READ_WHOLE);
	const struct mail_address_in *a = m.addresses.v;
	const struct pair *h = m.headers.v;

	is_int(m.uid, 7, "its UID");
	is_int(m.size, 1000, "its size at the server");
	is_int(m.received, 5, "when it came");
	is_int((int64_t)m.raw.n, sizeof(plain) - 1, "its bytes");
	is_str(m.message_id, "m1@x", "Message-ID");
	is_str(m.in_reply_to, "m0@x", "In-Reply-To");
	is_int((int64_t)m.refs.n, 2, "References");
	is_str(m.return_path, "", "the null sender");
	is_str(m.subject, "D=", "Subject");
	is_int(m.date, INT64_C(1795251600000), "Date");
	is_int(m.priority, 1, "X-Priority");
	is_int((int64_t)m.addresses.n, 5, "all addresses");
	is_str(a[0].kind, "from", "the first is who wrote it");
	is_str(a[0].address, "zoe@example.net", "with address");
	is_str(a[0].name, "Zoé", "and name");
	is_str(a[1].kind, "reply-to", "then where answers go");
	is_str(a[4].address, "c@x", "the last is a copy's");
	is_str(h[0].key, "Return-Path", "headers in order");
	is_str(m.language, "fr", "the language is that of what is new");
	ok(strstr(m.text, "> Where is it") != NULL, "the text is whole");
	is_str(m.note, NULL, "nothing to note");
	is_int((int64_t)m.parts.n, 0, "no files");
}

static void
test_files(void)
{
	struct mail_fetched m = read_as(files, sizeof(files) - 1, MAIL_READ_WHOLE);
	const struct mail_part_in *p = m.parts.v;

	if (!is_int((int64_t)m.parts.n, 1, "a file"))
		return;
	is_str(p->name, "a.txt", "its name");
	is_str(p->type, "text/plain", "its type");
	is_int(p->size, 3, "its size, decoded");
	is_str(p->digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "its digest, decoded");
	is_str(p->encoding, "base64", "its encoding");
	ok(strncmp(files + p->start, "YWJj", 4) == 0 && p->length >= 4, "where it stands");
	is_int(m.priority, INT_ABSENT, "no priority is none");
	is_int(m.date, INT_ABSENT, "no date is none");
}

static void
test_report(void)
{
	struct mail_fetched m = read_as(report, sizeof(report) - 1, MAIL_READ_WHOLE);
	const struct mail_report_in *r = m.reports.v;

	is_int(m.kind, EMAIL_REPORT, "a report");
	ok(m.kind_why != NULL, "and what says so");
	if (!is_int((int64_t)m.reports.n, 1, "about one recipient"))
		return;
	is_str(r->message_id, "sent@x", "of which mail");
	is_str(r->address, "gone@y", "to whom");
	is_str(r->action, "failed", "what became of it");
	is_str(r->status, "5.1.1", "and why");
}

static void
test_less(void)
{
	struct mail_fetched m = read_as(plain, sizeof(plain) - 1, MAIL_READ_HEADER);

	is_str(m.subject, "D=", "a header alone has its fields");
	is_str(m.text, "", "and no text");
	ok(m.note && strstr(m.note, "header"), "and says so");
	m = read_as(plain, sizeof(plain) - 1, MAIL_READ_NOTHING);
	is_int((int64_t)m.raw.n, sizeof(plain) - 1, "what is not looked at is kept");
	is_str(m.subject, NULL, "without a subject");
	is_int(m.kind, EMAIL_AUTOMATIC, "and nothing answers it by itself");
	ok(m.note != NULL && m.digest && strlen(m.digest) == 64, "with a note, by its digest");
	m = read_as("", 0, MAIL_READ_WHOLE);
	is_str(m.text, "", "nothing at all is a mail, too");
	is_int(m.kind, EMAIL_PERSONAL, "of somebody");
}

int
main(void)
{
	arena = arena_new();
	reader = mail_reader_new();
	test_plain();
	test_files();
	test_report();
	test_less();
	mail_reader_free(&reader);
	mail_reader_free(&reader);
	arena_free(&arena);
	return done();
}
