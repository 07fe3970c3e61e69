/* The bytes of a mail: who stands in its header, which ids, which types files have. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "jobs/outbox_priv.h"
#include "tests/unit/tap.h"

static struct arena *arena;

static struct outbox_next
sample(void)
{
	static struct mail_recipient header[] = {
		{ .address = "zoe@example.net", .name = "Zo\xc3\xa9", .kind = "to" },
		{ .address = "ann@example.net", .kind = "cc" },
		{ .address = "joe@example.net", .kind = NULL },
		{ .address = "cy@example.net", .name = "Cy", .kind = "cc" },
	};

	return (struct outbox_next){ .id = "M", .kind = "email", .sender = "support@example.org", .sender_name = "Support", .reply_to = NULL, .subject = "S", .message_id = "m@example.org", .date = "Sat, 21 Nov 2026 10:30:00 +0100", .language = "fr", .text = "Text\n", .header = { header, 4 } };
}

static const char *
built(const struct outbox_next *mail)
{
	struct bytes bytes = { NULL, 0 };
	struct err err = { 0 };

	if (outbox_build(mail, arena, &bytes, &err) < 0)
		return arena_printf(arena, "%s: %s", err_name(err.code), err_get(&err, "name"));
	return arena_memdup(arena, bytes.p, bytes.n);
}

/* The value of a header, up to the end of its line, or "". */
static const char *
header(const char *mail, const char *name)
{
	const char *at = strstr(mail, arena_printf(arena, "\r\n%s: ", name));
	size_t skip = strlen(name) + 4;

	return at ? arena_memdup(arena, at + skip, strcspn(at + skip, "\r")) : "";
}

static void
test_header(void)
{
	struct outbox_next m = sample();
	const char *mail = built(&m);

	is_str(header(mail, "From"), "Support <support@example.org>", "from");
	is_str(header(mail, "To"), "=?UTF-8?Q?Zo=C3=A9?= <zoe@example.net>, joe@example.net", "to, in their order; without a kind, too");
	is_str(header(mail, "Cc"), "ann@example.net, Cy <cy@example.net>", "copies");
	is_str(header(mail, "Reply-To"), "", "no Reply-To where none is wanted");
	is_str(header(mail, "In-Reply-To"), "", "an answer to nothing");
	is_str(header(mail, "References"), "", "in no thread");
	is_str(header(mail, "Auto-Submitted"), "", "a person wrote it");
	is_str(header(mail, "X-Ixn-Loop"), "", "so no mark of ours");
	is_str(header(mail, "Content-Language"), "fr", "its language");
	m.header = (struct records){ NULL, 0 };
	is_str(header(built(&m), "To"), "", "nobody but blind copies");
	m.language = "fr\r\nBcc: x@y";
	ok(!strstr(built(&m), "Bcc"), "a language that is none is left out");
}

static void
test_thread(void)
{
	struct outbox_next m = sample();
	const char *mail;

	m.in_reply_to = "b@x";
	m.refs = "a@x  b@x ";
	mail = built(&m);
	is_str(header(mail, "In-Reply-To"), "<b@x>", "what it answers");
	is_str(header(mail, "References"), "<a@x> <b@x>", "its thread");
	m.in_reply_to = "b@x\r\nBcc: x@y";
	is_str(built(&m), "bad_field: In-Reply-To", "a line end in an id");
	m = sample();
	m.auto_submitted = "auto-replied";
	mail = built(&m);
	is_str(header(mail, "Auto-Submitted"), "auto-replied", "an answer by itself says so");
	is_str(header(mail, "X-Ixn-Loop"), "support@example.org", "and is known when it comes back");
	m = sample();
	m.kind = "transcript";
	mail = built(&m);
	is_str(header(mail, "Auto-Submitted"), "auto-generated", "so does a transcript");
	is_str(header(mail, "X-Ixn-Loop"), "", "whose answers are welcome");
}

static void
test_files(void)
{
	static const struct {
		const char *type, *want;
	} cases[] = {
		{ "application/pdf", "Content-Type: application/pdf\r\n" },
		{ "text/plain; charset=utf-8", "Content-Type: text/plain; charset=\"utf-8\"\r\n" },
		{ "text/plain;format=flowed; charset=\"iso-8859-1\"", "Content-Type: text/plain; charset=\"iso-8859-1\"\r\n" },
		{ "text/csv; charset=\"bad charset(\"", "Content-Type: text/csv; charset=\"bad\"\r\n" },
		{ "text/csv; charset=(", "Content-Type: text/csv\r\n" },
		{ "image/png; name=x.png", "Content-Type: image/png\r\n" },
		{ "nonsense", "Content-Type: application/octet-stream\r\n" },
		{ "a/b\r\nBcc: x@y", "Content-Type: application/octet-stream\r\n" },
		{ "message/rfc822", "Content-Type: application/octet-stream\r\n" },
		{ NULL, "Content-Type: application/octet-stream\r\n" },
	};
	struct outbox_attachment file = { "n.x", NULL, { "abc", 3 } };
	struct outbox_next m = sample();

	m.attachments = (struct records){ &file, 1 };
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *mail;

		file.type = cases[i].type;
		mail = built(&m);
		ok(strstr(mail, cases[i].want) && !strstr(mail, "Bcc"), "a file of type number %zu", i);
	}
	ok(strstr(built(&m), "filename=\"n.x\"") || strstr(built(&m), "filename=n.x"), "its name");
	ok(strstr(built(&m), "\r\nYWJj\r\n") != NULL, "and what is in it");
}

int
main(void)
{
	arena = arena_new();
	test_header();
	test_thread();
	test_files();
	arena_free(&arena);
	return done();
}
