/* The mails of tests/corpus/mail: what must be found in each. */
#include "base/file.h"
#include "tests/unit/mail.h"
#include "wire/mail_text.h"

/* mail is the name of the file. */
static const struct mail_case cases[] = {
	{ "subject", "plain", "Where is my parcel?" },
	{ "from", "plain", "Ann Lee <ann@example.org>" },
	{ "date", "plain", "1793610720" },
	{ "text", "plain", "Hello,\n\nWhere is it?\n\nAnn\n" },
	{ "text", "crlf", "One.\nTwo.\n" },
	{ "subject", "latin1", "Réclamation" },
	{ "text", "latin1", "Café froid, 5 €.\n" },
	{ "subject", "raw-8bit", "Café" },
	{ "text", "raw-8bit", "Café\n" },
	{ "subject", "utf8-raw", "Café" },
	{ "subject", "qp", "Café au lait" },
	{ "text", "qp", "Un café très long.\n" },
	{ "text", "base64-footer", "Café\n" },
	{ "list-post", "base64-footer", "list@example.com" },
	{ "subject", "split-words", "café foo" },
	{ "subject", "iso2022jp", "日本" },
	{ "text", "iso2022jp", "日本\n" },
	{ "subject", "gb2312", "你好" },
	{ "text", "gb2312", "你好\n" },
	{ "text", "alternative", "Hello plain" },
	{ "html", "alternative", "<p>Hello <b>HTML</b></p>" },
	{ "text", "html-only", "Dear team,\n\nsee our page <https://example.org/?a=1&b=2>.\n\n- one\n- two\n" },
	{ "fresh", "outlook", "It came, thanks.\n\nAnn\n" },
	{ "references", "outlook", "0@example.com|1@example.com" },
	{ "priority", "outlook", "1" },
	{ "fresh", "gmail-reply", "Yes, it came.\n" },
	{ "reply-id", "gmail-reply", "1@example.com" },
	{ "parts", "attachments", "text/plain - - - 14|application/pdf - facture été.pdf attachment 9*|text/plain - notes.txt attachment 5*" },
	{ "parts", "related", "text/plain - - - 4|text/html - - - 23|image/png - - inline 8*" },
	{ "cid", "related", "i@x" },
	{ "parts", "rfc822", "text/plain - - - 11|message/rfc822 - The order _ 12.eml - 105*" },
	{ "return-path", "bounce", "" },
	{ "text", "bounce", "It could not be delivered." },
	{ "text", "out-of-office", "I am away.\n" },
	{ "text", "no-boundary", "Still read." },
	{ "text", "wrong-boundary", "Just text.\n" },
	{ "note", "wrong-boundary", "its parts could not be told apart" },
	{ "text", "no-end", "Cut of" },
	{ "text", "flowed", "> Is it there?\nIt is there.\n-- \nAnn\n" },
	{ "fresh", "flowed", "It is there.\n" },
	{ "from", "comma-names", "Lee, Ann <ann@example.org>" },
	{ "to", "comma-names", "Roe, Bob <bob@example.com>|Poe, Cid <cid@example.com>" },
	{ "cc", "comma-names", "dan@example.com|eve@example.com" },
	{ "from", "comment-name", "Ann Lee <ann@example.org>" },
	{ "date", "comment-name", "1793614320" },
	{ "text", "no-header", "Just a text\nwithout a header.\n" },
	{ "id", "mbox", "mbox@example.org" },
	{ "subject", "nul", "a\xef\xbf\xbd"
			    "b" },
	{ "text", "nul", "c\xef\xbf\xbd"
			 "d\n" },
	{ "parts", "uuencode", "application/octet-stream - cat - 3*" },
	{ "parts", "digest", "message/rfc822 - one.eml - 15*|message/rfc822 - two.eml - 15*" },
	{ "parts", "calendar", "text/plain - - - 5|text/calendar - - - 29*" },
};

int
main(void)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct mail_case *c = &cases[i];
		const char *bytes = NULL, *got;
		size_t size = 0;

		if (!ok(file_read(arena, arena_printf(arena, "tests/corpus/mail/%s.eml", c->mail), 1 << 20, &bytes, &size, NULL) == 0, "%s is there", c->mail))
			continue;
		got = strcmp(c->what, "fresh") == 0 ? mail_fresh(arena, mail_says(arena, bytes, size, "text")) : mail_says(arena, bytes, size, c->what);
		is_str(got, c->want, arena_printf(arena, "%s: %s", c->mail, c->what));
		arena_reset(arena);
	}
	arena_free(&arena);
	return done();
}
