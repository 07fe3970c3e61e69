/* wire/imap_guard.h: what of a server's answers the parser gets to see. */
#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "tap.h"
#include "wire/imap_guard.h"

#define NUL_LINE "* OK a\0b\r\n"

static const struct {
	const char *text, *reason; /* NULL: it passes */
} cases[] = {
	{ "* OK hello\r\n", NULL },
	{ "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n", NULL },
	{ "* PREAUTH in\r\n* BYE out\r\n", NULL },
	{ "1 OK done\r\n2 NO [TRYCREATE] no\r\n3 BAD what\r\n", NULL },
	{ "1 OK done\n", NULL },
	{ "* OK it \"quoted, (opened, \\ and {12}\r\n1 OK x\r\n", NULL },
	{ "+ idling\r\n+\r\n+ aGk=\r\n", NULL },
	{ "* 3 EXISTS\r\n* 1 RECENT\r\n* 2 EXPUNGE\r\n", NULL },
	{ "* FLAGS (\\Answered \\Seen $x)\r\n", NULL },
	{ "* OK [PERMANENTFLAGS (\\Seen $x \\*)] x\r\n", NULL },
	{ "* OK [PERMANENTFLAGS ()] none\r\n", NULL },
	{ "* OK [PERMANENTFLAGS (\\ )] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [PERMANENTFLAGS (\\\\ )] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [PERMANENTFLAGS ( )] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [PERMANENTFLAGS (a  b)] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [PERMANENTFLAGS (a b\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [PERMANENTFLAGS a] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [permanentflags] x\r\n", "PERMANENTFLAGS without flags" },
	{ "1 OK [PERMANENTFLAGS (a] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [UIDNEXT 4\r\n", "a response code without an end" },
	{ "* OK [BADCHARSET ({5}\r\n", "a response code without an end" },
	{ "* OK [BADCHARSET ({5})] x\r\n", "a literal in a response code" },
	{ "* OK [X (a] x\r\n", "a response code with an open parenthesis" },
	{ "* OK [X \"a] x\r\n", "a quoted string without an end" },
	{ "+ [X {3}] x\r\n", "a literal in a response code" },
	{ "* 1 FETCH (UID 7 RFC822.SIZE 12 FLAGS (\\Seen))\r\n", NULL },
	{ "* 1 FETCH (UID 7 BODY[] {5}\r\n((((()\r\n", NULL },
	{ "* 1 FETCH (UID 7 BODY[] {5}\r\n\\\"\n\r\n INTERNALDATE \"x\")\r\n1 OK x\r\n", NULL },
	{ "* 1 FETCH (UID 7 BODY[] {0}\r\n)\r\n", NULL },
	{ "* 1 FETCH (UID 7 BODY[] {0}\r\n))\r\n", "parentheses nested in a way that was not asked for" },
	{ "* 1 FETCH (UID 7 BODY[] {0}\r\n\r\n", "a line with an open parenthesis" },
	{ "* 1 FETCH (UID 7 BODY[] {101}\r\n", "a literal larger than what was asked for" },
	{ "* 1 FETCH (UID 7 BODY[] {18446744073709551617}\r\n", "a literal larger than what was asked for" },
	{ "* 1 FETCH (BODY[] \"a\\\"b\\\\\")\r\n", NULL },
	{ "* 1 FETCH (BODY[] \"a\\b\")\r\n", "a quoted string without an end" },
	{ "* 1 FETCH (BODY[] \"a)\r\n", "a quoted string without an end" },
	{ "* 1 FETCH (FLAGS (\\))\r\n", "a flag without a name" },
	{ "* 1 FETCH (FLAGS (\\\\Seen))\r\n", "a flag without a name" },
	{ "* 1 FETCH (UID 7\r\n", "a line with an open parenthesis" },
	{ "* 1 FETCH (X (((((((( ))))))))\r\n", "parentheses nested in a way that was not asked for" },
	{ "* 1 FETCH (BODYSTRUCTURE (NIL))\r\n", "a structure that was not asked for" },
	{ "* 1 FETCH (UID 1 body (NIL))\r\n", "a structure that was not asked for" },
	{ "* 1 FETCH (ENVELOPE (NIL))\r\n", "a structure that was not asked for" },
	{ "* 1 FETCH (FLAGS (Body Envelope) X \"ENVELOPE (\")\r\n", NULL },
	{ "* 1 FETCH )(\r\n", "parentheses nested in a way that was not asked for" },
	{ "* LIST (\\Noselect) \"/\" {3}\r\na b\r\n", NULL },
	{ "* STATUS INBOX (MESSAGES 1)\r\n", "a STATUS that was not asked for" },
	{ "* status x\r\n", "a STATUS that was not asked for" },
	{ "x OK done\r\n", "a line that is no answer" },
	{ "0 OK done\r\n", "a line that is no answer" },
	{ "-1 OK done\r\n", "a line that is no answer" },
	{ "99999999999 OK done\r\n", "a line that is no answer" },
	{ "1 OKAY done\r\n", "a line that is no answer" },
	{ "1 PERHAPS\r\n", "a line that is no answer" },
	{ "\r\n", "a line that is no answer" },
	{ "1 OK\r\n1 OK\r\n1 OK\r\n1 OK\r\n1 OK\r\n", "more answers than commands" },
	/* Conditions, tags. */
	{ "* BYE (so \"long\r\n", NULL },
	{ "* PREAUTH (so \"in\r\n", NULL },
	{ "1 OK2 done\r\n", "a line that is no answer" },
	{ "1x OK done\r\n", "a line that is no answer" },
	{ "2147483647 OK done\r\n", NULL },
	{ "2147483648 OK done\r\n", "a line that is no answer" },
	{ "+[X {3}] x\r\n", "a literal in a response code" },
	{ "* 1 FETCH (UID 7)\n", NULL },
	/* Structured data. */
	{ "* 1 FETCH (X ((((((( ))))))))\r\n", NULL },
	{ "* 1 FETCH (X \"a\"\"b)\r\n", "a quoted string without an end" },
	{ "* FLAGS (\\* \\Seen)\r\n", NULL },
	{ "* FLAGS (\\1)\r\n", "a flag without a name" },
	{ "* FLAGS (\\1*)\r\n", "a flag without a name" },
	/* PERMANENTFLAGS. */
	{ "* OK [PERMANENTFLAG a] x\r\n", NULL },
	{ "* OK [PERMANENTFLAGS (a b)] x\r\n", NULL },
	{ "* OK [PERMANENTFLAGS (a )] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [PERMANENTFLAGS (\\Seen\\Answered)] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [PERMANENTFLAGS (\x7f)] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [PERMANENTFLAGS (a(b)] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [PERMANENTFLAGS (a{b)] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [PERMANENTFLAGS (a%b)] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [PERMANENTFLAGS (*)] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [PERMANENTFLAGS (a\"b)] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [PERMANENTFLAGS (a\\b)] x\r\n", "PERMANENTFLAGS without flags" },
	{ "* OK [PERMANENTFLAGS (a]b)] x\r\n", "PERMANENTFLAGS without flags" },
	/* Where a literal ends, and what is none. */
	{ "* 1 FETCH (BODY[] {5}\r\nabcde)\r\n1 PERHAPS\r\n", "a line that is no answer" },
	{ "* 1 FETCH (BODY[] {100}\r\n", NULL },
	{ "* {5}\r\nabcde\r\n", NULL },
	{ "* X {}\r\n1 PERHAPS\r\n", "a line that is no answer" },
	{ "* X {1a}\r\n1 PERHAPS\r\n", "a line that is no answer" },
	{ "* X 5}\r\n1 PERHAPS\r\n", "a line that is no answer" },
	{ "* 5}\r\n1 OK x\r\n", NULL },
	{ "* }\r\n1 OK x\r\n", NULL },
};

/* By pieces of so many bytes. */
static const char *
feed(struct imap_guard *g, const char *text, size_t size, size_t piece)
{
	const char *reason = NULL;

	for (size_t at = 0; at < size && !reason; at += piece)
		reason = imap_guard_feed(g, text + at, size - at < piece ? size - at : piece);
	return reason;
}

static void
test_cases(size_t piece)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct imap_guard g;
		const char *reason;

		imap_guard_init(&g, 100);
		reason = feed(&g, cases[i].text, strlen(cases[i].text), piece);
		ok(reason && cases[i].reason ? strcmp(reason, cases[i].reason) == 0 : reason == cases[i].reason, "%.*s",
		   (int)strcspn(cases[i].text, "\r"), cases[i].text);
		imap_guard_release(&g);
	}
}

static void
test_ends(void)
{
	static const char text[] = "* 3 EXISTS\r\n12 no [X] sorry\r\n* OK 7 OK\r\n13 OK done\r\n14 BAD\r\n";
	struct imap_guard_end end = { 0 };
	struct imap_guard g;

	imap_guard_init(&g, 0);
	ok(!imap_guard_end(&g, &end), "nothing ended");
	ok(!g.exists, "nothing came");
	ok(!feed(&g, text, sizeof(text) - 1, 3), "three ends");
	ok(g.exists, "EXISTS");
	ok(imap_guard_end(&g, &end) && end.tag == 12 && end.condition == 'N', "12 NO");
	ok(imap_guard_end(&g, &end) && end.tag == 13 && end.condition == 'O', "13 OK");
	ok(imap_guard_end(&g, &end) && end.tag == 14 && end.condition == 'B', "14 BAD");
	ok(!imap_guard_end(&g, &end), "no more");
	imap_guard_release(&g);
}

/* What announces mails, and what only looks like it. */
static void
test_exists(void)
{
	static const char *const others[] = { "* 3 RECENT\r\n", "* EXISTS\r\n", "* 3x EXISTS\r\n", "* 3 EXISTSX\r\n", "* OK 3 EXISTS\r\n" };

	for (size_t i = 0; i < COUNT_OF(others); i++) {
		struct imap_guard g;

		imap_guard_init(&g, 0);
		ok(!feed(&g, others[i], strlen(others[i]), 1000) && !g.exists, "nothing came: %.*s", (int)strcspn(others[i], "\r"), others[i]);
		imap_guard_release(&g);
	}
}

/* A response code of so many bytes, with its bracket. */
static const char *
feed_code(size_t size)
{
	static char line[2000];
	struct imap_guard g;
	const char *reason;

	memset(line, 'x', sizeof(line));
	memcpy(line, "* OK [", 6);
	memcpy(line + 5 + size, "]\r\n", 3);
	imap_guard_init(&g, 0);
	reason = imap_guard_feed(&g, line, 5 + size + 3);
	imap_guard_release(&g);
	return reason;
}

static bool
is(const char *reason, const char *want)
{
	return reason && strcmp(reason, want) == 0;
}

static void
test_limits(void)
{
	static char line[IMAP_GUARD_LINE + 1];
	struct imap_guard g;

	memset(line, 'x', sizeof(line));
	memcpy(line, "* OK ", 5);
	imap_guard_init(&g, 0);
	ok(!imap_guard_feed(&g, line, IMAP_GUARD_LINE), "a long line");
	ok(is(imap_guard_feed(&g, line, 1), "a line of more than 65536 bytes"), "one byte more");
	imap_guard_release(&g);
	imap_guard_init(&g, 0);
	ok(is(imap_guard_feed(&g, NUL_LINE, sizeof(NUL_LINE) - 1), "a NUL"), "a NUL");
	imap_guard_release(&g);
	ok(!feed_code(1023), "a long response code");
	ok(is(feed_code(1024), "a response code without an end"), "one byte more");
}

int
main(void)
{
	test_cases(1000);
	test_cases(1);
	test_ends();
	test_exists();
	test_limits();
	return done();
}
