/* wire/mail.h: headers, words, addresses, dates. Expected values are written by hand from the standards. */
#include <stdlib.h>

#include "tests/unit/mail.h"
#include "wire/mail_auto.h"
#include "wire/mail_id.h"

static const struct mail_case words[] = {
	{ "subject", "Subject: Your order\n\n", "Your order" },
	{ "subject", "SUBJECT :  two  blanks \n\n", "two  blanks" },
	{ "subject", "Subject: folded\r\n line\r\n\tand tab\r\n\r\n", "folded line and tab" },
	{ "subject", "Subject:\n\n", "" },
	{ "subject", "X: y\n\n", NULL },
	{ "subject", "Subject: one\nSubject: two\n\n", "one" },
	{ "subject", "Subject: =?utf-8?q?Caf=C3=A9?=\n\n", "Café" },
	{ "subject", "Subject: =?UTF-8?B?Q2Fmw6k=?= au lait\n\n", "Café au lait" },
	{ "subject", "Subject: =?utf-8?B?Y2Fmw6k=?= =?utf-8?B?IGZvbw==?=\n\n", "café foo" },
	{ "subject", "Subject: =?utf-8?B?Y2Fmw6k=?=\n =?utf-8?B?IGZvbw==?=\n\n", "café foo" },
	{ "subject", "Subject: =?utf-8?B?Y2Fmww==?= =?utf-8?B?qSBmb28=?=\n\n", "café foo" },
	{ "subject", "Subject: =?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=\n\n", "café" },
	{ "subject", "Subject: =?utf-8?Q?caf=C3?= =?utf-8?B?qQ==?=\n\n", "café" },
	{ "subject", "Subject: =?utf-8?q?a?= =?iso-8859-1?q?=E9?=\n\n", "aé" },
	{ "subject", "Subject: =?utf-8?q?a?= b =?utf-8?q?c?=\n\n", "a b c" },
	{ "subject", "Subject: =?utf-8?q?a_b?=\n\n", "a b" },
	{ "subject", "Subject: =?utf-8?q?a=5Fb=3F?=\n\n", "a_b?" },
	{ "subject", "Subject: x=?utf-8?q?a?=y\n\n", "xay" },
	{ "subject", "Subject: =?iso-8859-1*fr?q?=E9t=E9?=\n\n", "été" },
	{ "subject", "Subject: =?iso-8859-1?Q?=80_5?=\n\n", "€ 5" },
	{ "subject", "Subject: =?windows-1252?Q?=93a=94?=\n\n", "“a”" },
	{ "subject", "Subject: =?us-ascii?Q?=C3=A9?=\n\n", "é" },
	{ "subject", "Subject: =?x-sjis?B?k/qWew==?=\n\n", "日本" },
	{ "subject", "Subject: =?shift_jis?B?h0A=?=\n\n", "①" },
	{ "subject", "Subject: =?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=\n\n", "日本" },
	{ "subject", "Subject: =?iso-2022-jp?B?GyRCRnwbKEI=?= =?iso-2022-jp?B?GyRCS1wbKEI=?=\n\n", "日本" },
	{ "subject", "Subject: =?gb2312?B?xOO6ww==?=\n\n", "你好" },
	{ "subject", "Subject: =?gb2312?B?6UY=?=\n\n", "镕" },
	{ "subject", "Subject: =?ks_c_5601-1987?B?vsiz5w==?=\n\n", "안녕" },
	{ "subject", "Subject: =?koi8-r?B?8NLJ18XU?=\n\n", "Привет" },
	{ "subject", "Subject: =?iso8859_15?Q?=A4?=\n\n", "€" },
	{ "subject", "Subject: =?ISO-8859-9?Q?=FE?=\n\n", "ş" },
	{ "subject", "Subject: =?big5?B?pKSk5Q==?=\n\n", "中文" },
	{ "subject", "Subject: =?utf-7?Q?+AOk-?=\n\n", "é" },
	{ "subject", "Subject: =?x-nonsense?Q?=E9?=\n\n", "é" },
	{ "subject", "Subject: =?x-nonsense?Q?=C3=A9?=\n\n", "é" },
	{ "subject", "Subject: =?utf-8?Q?=FF?=\n\n", "\xef\xbf\xbd" },
	{ "subject", "Subject: =?utf-8?X?a?=\n\n", "=?utf-8?X?a?=" },
	{ "subject", "Subject: =?utf-8?Q?a\n\n", "=?utf-8?Q?a" },
	{ "subject", "Subject: =?utf-8?Q?a b?=\n\n", "a b" },
	{ "subject", "Subject: =?utf-8?Q?\?= x\n\n", "x" },
	{ "subject", "Subject: =?utf-8?Q?a=0Ab?=\n\n", "a b" },
	{ "subject", "Subject: caf\xe9\n\n", "café" },
	{ "subject", "Subject: caf\xc3\xa9\n\n", "café" },
	{ "subject", "Subject: 5 \x80\n\n", "5 €" },
	{ "subject", "From me Sat Jan  3 2009\nSubject: mbox\n\n", "mbox" },
	{ "subject", "X: y\nlost words\nSubject: still\n\n", "still" },
};

static const struct mail_case addresses[] = {
	{ "from", "From: a@x.y\n\n", "a@x.y" },
	{ "from", "From: <a@x.y>\n\n", "a@x.y" },
	{ "from", "From: Ann Lee <a@X.y>\n\n", "Ann Lee <a@X.y>" },
	{ "from", "From: \"Lee, Ann\" <a@x.y>\n\n", "Lee, Ann <a@x.y>" },
	{ "from", "From: \"A \\\"B\\\" C\" <a@x.y>\n\n", "A \"B\" C <a@x.y>" },
	{ "from", "From: a@x.y (Ann Lee)\n\n", "Ann Lee <a@x.y>" },
	{ "from", "From: a@x.y (Ann (the) Lee)\n\n", "Ann (the) Lee <a@x.y>" },
	{ "from", "From: Doe, Ann <a@x.y>\n\n", "Doe, Ann <a@x.y>" },
	{ "from", "From: Doe, Ann, Dr. <a@x.y>\n\n", "Doe, Ann, Dr. <a@x.y>" },
	{ "to", "To: Doe, Ann <a@x.y>, Roe, Bob <b@x.y>\n\n", "Doe, Ann <a@x.y>|Roe, Bob <b@x.y>" },
	{ "from", "From: Ann a@x.y\n\n", "Ann <a@x.y>" },
	{ "from", "From: a @ x.y\n\n", "a@x.y" },
	{ "from", "From: Ann [Sales] <a@x.y>\n\n", "Ann [Sales] <a@x.y>" },
	{ "from", "From: <a@b@x.y>\n\n", "a@b@x.y" },
	{ "from", "From: Ann <@r.x,@s.x:a@x.y>\n\n", "Ann <a@x.y>" },
	{ "from", "From: Ann <mailto:a@x.y>\n\n", "Ann <a@x.y>" },
	{ "from", "From: Ann <a@x.y\n\n", "Ann <a@x.y>" },
	{ "from", "From: \"Ann <a@x.y>\n\n", "Ann <a@x.y>" },
	{ "from", "From: Ann (x <a@x.y>\n\n", "Ann (x <a@x.y>" },
	{ "from", "From: \"a b\"@x.y\n\n", "\"a b\"@x.y" },
	{ "from", "From: =?utf-8?q?Zo=C3=AB?= <a@x.y>\n\n", "Zoë <a@x.y>" },
	{ "from", "From: =?utf-8?q?Doe,_Ann?= <a@x.y>\n\n", "Doe, Ann <a@x.y>" },
	{ "from", "From: \"=?utf-8?q?Zo=C3=AB?=\" <a@x.y>\n\n", "Zoë <a@x.y>" },
	{ "from", "From: =?utf-8?q?Ann_=3Ca=40x=2Ey=3E?=\n\n", "Ann <a@x.y>" },
	{ "from", "From: Zo\xeb <a@x.y>\n\n", "Zoë <a@x.y>" },
	{ "from", "From: root\n\n", "root" },
	{ "from", "From: MAILER-DAEMON (Mail System)\n\n", "Mail System <MAILER-DAEMON>" },
	{ "from", "From: nobody at all\n\n", "nobody at all <>" },
	{ "from", "From: a@x.y <a@x.y>\n\n", "a@x.y <a@x.y>" },
	{ "from", "From:\n\n", "" },
	{ "to", "To: a@x.y, b@x.y;c@x.y\n\n", "a@x.y|b@x.y|c@x.y" },
	{ "to", "To: a@x.y,, ,b@x.y,\n\n", "a@x.y|b@x.y" },
	{ "to", "To: undisclosed-recipients:;\n\n", "" },
	{ "to", "To: Team: Ann <a@x.y>, b@x.y;, c@x.y\n\n", "Ann <a@x.y>|b@x.y|c@x.y" },
	{ "to", "To: a@x.y\nTo: b@x.y\n\n", "a@x.y|b@x.y" },
	{ "to", "To: a@[IPv6:::1]\n\n", "a@[IPv6:::1]" },
	{ "to", "To: <a@x.y, b@x.y>\n\n", "a@x.y,b@x.y" },
	{ "to", "To: root, postmaster\n\n", "root|postmaster" },
	{ "cc", "Cc: Ann\n Lee\n <a@x.y>,\n b@x.y\n\n", "Ann Lee <a@x.y>|b@x.y" },
	{ "reply-to", "Reply-To: <>\n\n", "" },
	{ "followup", "Mail-Followup-To: list@x.y, a@x.y\n\n", "list@x.y|a@x.y" },
	{ "return-path", "Return-Path: <>\n\n", "" },
	{ "return-path", "Return-Path: <a@x.y>\n\n", "a@x.y" },
	{ "return-path", "X: y\n\n", NULL },
};

static const struct mail_case fields[] = {
	{ "id", "Message-ID: <1.2@x>\n\n", "1.2@x" },
	{ "id", "Message-ID:\n <1.2@x>\n\n", "1.2@x" },
	{ "id", "Message-Id: 1.2@x\n\n", "1.2@x" },
	{ "id", "Message-Id: none\n\n", NULL },
	{ "id", "Message-Id: <1.\n 2@x>\n\n", "1.2@x" },
	{ "reply-id", "In-Reply-To: Your message of Monday <a@x>\n\n", "a@x" },
	{ "references", "References: <a@x> <b@x>\n <c@x>\n\n", "a@x|b@x|c@x" },
	{ "references", "References: <a@x><b@x>,<c@x>\n\n", "a@x|b@x|c@x" },
	{ "list-post", "List-Post: <mailto:l@x.y?subject=a>, <https://x.y>\n\n", "l@x.y" },
	{ "list-post", "List-Post: NO\n\n", NULL },
	{ "list-id", "List-Id: The list <l.x.y>\n\n", "l.x.y" },
	{ "language", "Content-Language: fr-CH\n\n", "fr-CH" },
	{ "priority", "X: y\n\n", "3" },
	{ "priority", "X-Priority: 1 (Highest)\n\n", "1" },
	{ "priority", "Importance: High\n\n", "1" },
	{ "priority", "Importance: low\n\n", "5" },
	{ "priority", "Priority: non-urgent\nX-Priority: 1\n\n", "5" },
	{ "date", "Date: Tue, 3 Jun 2008 11:05:30 +0200\n\n", "1212483930" },
	{ "date", "Date: 3 Jun 2008 11:05 -0230\n\n", "1212500100" },
	{ "date", "Date: Tue, 3 Jun 2008 11:05:30 GMT\n\n", "1212491130" },
	{ "date", "Date: Tue, 3 Jun 2008 11:05:30 (EST)\n\n", "1212491130" },
	{ "date", "Date: Tue, 3 Jun 2008 11:05:30 +9900\n\n", "1212491130" },
	{ "date", "Date: Tue, 3 Jun 2008 11:05:30 EDT\n\n", "1212505530" },
	{ "date", "Date: Tue, 03 Jun 08 11:05:30 +0000 (UTC)\n\n", "1212491130" },
	{ "date", "Date: Tue Jun  3 11:05:30 2008\n\n", "1212491130" },
	{ "date", "Date: 2008-06-03 11:05:30 +0200\n\n", "1212483930" },
	{ "date", "Date: 2008-06-03T11:05:30.123Z\n\n", "1212491130" },
	{ "date", "Date: 3-Jun-2008 11:05:30 +02:00\n\n", "1212483930" },
	{ "date", "Date: Tue,\n 3 Jun 2008\n 11:05:30 +0200\n\n", "1212483930" },
	{ "date", "Date: Thu, 29 Feb 2024 23:59:60 +0000\n\n", "1709251200" },
	{ "date", "Date: Thu, 1 Jan 1970 00:00:00 +0000\n\n", "0" },
	{ "date", "Date: 1 Jan 99 00:00:00 +0000\n\n", "915148800" },
	{ "date", "Date: tomorrow\n\n", "none" },
	{ "date", "Date: Tue, 33 Jun 2008 11:05:30 +0200\n\n", "none" },
	{ "date", "Date: Tue, 3 Jun 2008 25:05:30 +0200\n\n", "none" },
	{ "lines", "A: b\n c\nB: d\n\nC: e\n", "2" },
	{ "lines", "hello\nworld\n", "0" },
	{ "text", "A: b\nhello\nworld\n", "hello\nworld\n" },
	{ "text", "", "" },
};

static const struct kind_case {
	const char *mail;
	enum mail_kind kind;
	const char *why;
} kinds[] = {
	{ "From: a@x.y\n", MAIL_PERSONAL, NULL },
	{ "From: a@x.y\nReturn-Path: <a@x.y>\nAuto-Submitted: no\nPrecedence: first-class\n", MAIL_PERSONAL, NULL },
	{ "Auto-Submitted: auto-replied\n", MAIL_AUTOMATIC, "Auto-Submitted" },
	{ "Auto-Submitted: auto-generated; x=y\n", MAIL_AUTOMATIC, "Auto-Submitted" },
	{ "X-Auto-Response-Suppress: All\n", MAIL_AUTOMATIC, "X-Auto-Response-Suppress" },
	{ "X-Auto-Response-Suppress: None\n", MAIL_PERSONAL, NULL },
	{ "Precedence: bulk\n", MAIL_LIST, "Precedence" },
	{ "precedence: LIST\n", MAIL_LIST, "Precedence" },
	{ "Precedence: auto_reply\n", MAIL_AUTOMATIC, "Precedence" },
	{ "List-Id: <l.x.y>\n", MAIL_LIST, "List-Id" },
	{ "List-Unsubscribe: <mailto:u@x.y>\n", MAIL_LIST, "List-Unsubscribe" },
	{ "Return-Path: <>\n", MAIL_AUTOMATIC, "Return-Path" },
	{ "From: MAILER-DAEMON@x.y\n", MAIL_AUTOMATIC, "From" },
	{ "From: Postmaster <postmaster@x.y>\n", MAIL_AUTOMATIC, "From" },
	{ "From: no-reply@x.y\n", MAIL_AUTOMATIC, "From" },
	{ "From: Shop <orders+noreply@x.y>\n", MAIL_AUTOMATIC, "From" },
	{ "From: ne-pas-repondre@x.y\n", MAIL_AUTOMATIC, "From" },
	{ "From: a@x.y\nSender: do_not_reply@x.y\n", MAIL_AUTOMATIC, "Sender" },
	{ "From: noreen@x.y\n", MAIL_PERSONAL, NULL },
	{ "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n", MAIL_REPORT, "Content-Type" },
	{ "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n", MAIL_AUTOMATIC, "Content-Type" },
	{ "X-Failed-Recipients: a@x.y\n", MAIL_REPORT, "X-Failed-Recipients" },
};

static void
test_kinds(void)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct mail_headers h = { 0 };
		const char *why = "";

		mail_headers_read(arena, kinds[i].mail, strlen(kinds[i].mail), &h);
		is_int(mail_kind_of(&h, &why), kinds[i].kind, kinds[i].mail);
		is_str(why, kinds[i].why, "and why");
	}
	arena_free(&arena);
}

static const char id[] = "01JDQ8Z5M8T4V6W2X3Y4Z5A6B7";

static const struct token_case {
	const char *what, *from, *to; /* the first from in the token becomes to */
	bool good;
} tokens[] = {
	{ "as it was made", "", "", true },
	{ "in capitals", "support", "SUPPORT", true },
	{ "another mailbox", "support", "suppers", false },
	{ "another domain", "example.org", "example.net", false },
	{ "another id", "6b7.", "6b8.", false },
	{ "without its point", "6b7.", "6b7-", false },
	{ "one letter more", "@", "a@", false },
	{ "without the id", "01jdq8z5m8t4v6w2x3y4z5a6b7.", "", false },
};

static void
test_tokens(void)
{
	struct arena *arena = arena_new();
	const char *token = mail_token_make(arena, "support@example.org", id, "key", 3);
	char got[MAIL_ID_SIZE] = "";

	is_str(token ? arena_memdup(arena, token, 35) : NULL, "support+01jdq8z5m8t4v6w2x3y4z5a6b7.", "a token shows its id");
	for (size_t i = 0; token && i < COUNT_OF(tokens); i++) {
		const struct token_case *c = &tokens[i];
		const char *at = strstr(token, c->from);
		const char *changed = arena_printf(arena, "%.*s%s%s", at ? (int)(at - token) : 0, token, c->to, at ? at + strlen(c->from) : "");
		bool good = mail_token_read(changed, "support@example.org", "key", 3, got);

		ok(at && good == c->good && (!good || strcmp(got, id) == 0), "a token %s", c->what);
	}
	ok(token && !mail_token_read(token, "support@example.org", "kex", 3, got), "another key");
	ok(token && mail_token_read(token, "Support@Example.ORG", "key", 3, got), "case does not matter");
	ok(!mail_token_make(arena, "support", id, "key", 3), "no address, no token");
	ok(!mail_token_make(arena, "support@x.y", "01J", "key", 3), "no id, no token");
	ok(mail_token_make(arena, "twenty-letters-here1@x.y", id, "key", 3) && !mail_token_make(arena, "twenty-letters-here12@x.y", id, "key", 3), "a local part has 64 bytes");
	arena_free(&arena);
}

static void
test_header_get(void)
{
	static const char mail[] = "A: 1\na: 2\nX-Long-Name: =?utf-8?q?=C3=A9?=\n\nA: 3\n";
	struct arena *arena = arena_new();
	struct mail_headers h = { 0 };

	mail_headers_read(arena, mail, strlen(mail), &h);
	is_str(mail_header_get(&h, "a"), "1", "the first of a name");
	is_str(mail_header_get(&h, "x-long-name"), "é", "decoded, in any case");
	is_str(mail_header_get(&h, "b"), NULL, "none");
	ok(!h.cut, "nothing was cut");
	arena_free(&arena);
}

int
main(void)
{
	mail_run(words, COUNT_OF(words));
	mail_run(addresses, COUNT_OF(addresses));
	mail_run(fields, COUNT_OF(fields));
	test_kinds();
	test_tokens();
	test_header_get();
	return done();
}
