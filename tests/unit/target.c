#include "model/target.h"

#include "base/arena.h"
#include "base/err.h"
#include "model/names.h"
#include "tests/unit/tap.h"

static void
test_parse(void)
{
	static const struct {
		const char *text;
		enum target_kind kind;
		const char *scheme, *value; /* NULL: none */
	} rows[] = {
		{ "agent:alice", TARGET_AGENT, "agent", "alice" },
		{ "queue:billing", TARGET_QUEUE, "queue", "billing" },
		{ "team:north", TARGET_TEAM, "team", "north" },
		{ "lead:north", TARGET_LEAD, "lead", "north" },
		{ "skill:french>=3 & sales", TARGET_SKILL, "skill", "french>=3 & sales" },
		{ "workbin:later", TARGET_WORKBIN, "workbin", "later" },
		{ "contact:01HZX", TARGET_CONTACT, "contact", "01HZX" },
		{ "mailto:a@b.fr", TARGET_MAILTO, "mailto", "a@b.fr" },
		{ "tel:+33123", TARGET_TEL, "tel", "+33123" },
		{ "sip:a@b:5060", TARGET_SIP, "sip", "a@b:5060" },
		{ "sms:1", TARGET_SMS, "sms", "1" },
		{ "whatsapp:+1", TARGET_WHATSAPP, "whatsapp", "+1" },
		{ "MailTo:A@B.fr", TARGET_MAILTO, "mailto", "A@B.fr" },
		{ "x-y+z.1:v", TARGET_OTHER, "x-y+z.1", "v" },
		{ "telegram:zoë", TARGET_OTHER, "telegram", "zoë" },
		{ "abcdefghijklmnopqrstuvw:x", TARGET_OTHER, "abcdefghijklmnopqrstuvw", "x" },
		{ "abcdefghijklmnopqrstuvwx:x", 0, NULL, NULL },
		{ "", 0, NULL, NULL },
		{ ":", 0, NULL, NULL },
		{ "alice", 0, NULL, NULL },
		{ "agent:", 0, NULL, NULL },
		{ ":alice", 0, NULL, NULL },
		{ "1agent:x", 0, NULL, NULL },
		{ "+a:x", 0, NULL, NULL },
		{ "a gent:x", 0, NULL, NULL },
		{ "a_b:x", 0, NULL, NULL },
		{ "é:x", 0, NULL, NULL },
		{ "a\xe9:x", 0, NULL, NULL },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct target t = { 0 };
		struct err err = { 0 };
		int rc = target_parse(rows[i].text, &t, &err);

		if (!rows[i].value) {
			ok(rc < 0 && err.code == E_BAD_TARGET, "'%s' is none", rows[i].text);
			continue;
		}
		ok(rc == 0 && t.kind == rows[i].kind, "'%s' is %s", rows[i].text, names_get(&target_kinds, (int)rows[i].kind));
		is_str(t.scheme, rows[i].scheme, "its scheme");
		is_str(t.value, rows[i].value, "its value");
	}
}

#define A20 "aaaaaaaaaaaaaaaaaaaa"
#define A240 A20 A20 A20 A20 A20 A20 A20 A20 A20 A20 A20 A20

static void
test_normalize(struct arena *arena)
{
	static const struct {
		const char *scheme, *address, *want;
	} rows[] = {
		{ "mailto", "a@b.fr", "a@b.fr" },
		{ "mailto", "Zoë.X@Example.ORG", "Zoë.X@example.org" },
		{ "mailto", "a@b@C.fr", "a@b@c.fr" },
		{ "mailto", "a+tag@b.fr", "a+tag@b.fr" },
		{ "mailto", "@b.fr", NULL },
		{ "mailto", "a@", NULL },
		{ "mailto", "a", NULL },
		{ "mailto", "", NULL },
		{ "mailto", "a b@c.fr", NULL },
		{ "mailto", "a@b.fr,c@d.fr", NULL },
		{ "mailto", "a@b.fr;c@d.fr", NULL },
		{ "mailto", "<a@b.fr>", NULL },
		{ "mailto", "a@b.fr\r\nRCPT TO:<c@d.fr>", NULL },
		{ "mailto", "a\t@b.fr", NULL },
		{ "mailto", "a\x7f@b.fr", NULL },
		{ "mailto", A240 "@bcdefghijk.fr", A240 "@bcdefghijk.fr" },
		{ "mailto", A240 "@bcdefghijkl.fr", NULL },
		{ "tel", "+33 1 23-45.67(89)", "+33123456789" },
		{ "tel", "0033 1 23 45 67 89", "+33123456789" },
		{ "tel", "01/23 45 67 89", "0123456789" },
		{ "tel", "112", "112" },
		{ "tel", "00", NULL },
		{ "tel", "00123", "00123" },
		{ "tel", "001234", "001234" },
		{ "tel", "0012345", "+12345" },
		{ "tel", "12", NULL },
		{ "tel", "", NULL },
		{ "tel", "+", NULL },
		{ "tel", "1+23", NULL },
		{ "tel", "12a45", NULL },
		{ "tel", "+1234567890123456", "+1234567890123456" },
		{ "tel", "+12345678901234567", NULL },
		{ "sms", "+1 555 0100", "+15550100" },
		{ "whatsapp", "+1 555 0100", "+15550100" },
		{ "telegram", "Zoë", "Zoë" },
		{ "telegram", "", NULL },
		{ "telegram", A240 "bcdefghijklmno", A240 "bcdefghijklmno" },
		{ "telegram", A240 "bcdefghijklmnop", NULL },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *once = address_normalize(arena, rows[i].scheme, rows[i].address);

		is_str(once, rows[i].want, arena_printf(arena, "%s:%.*s", rows[i].scheme, (int)strcspn(rows[i].address, "\t\r\x7f"), rows[i].address));
		if (once)
			is_str(address_normalize(arena, rows[i].scheme, once), once, "twice is the same");
	}
}

static void
test_scheme(void)
{
	static const struct {
		const char *address, *want;
	} rows[] = {
		{ "a@b.fr", "mailto" },
		{ "+33 1 23", "tel" },
		{ "(01) 23-45/67", "tel" },
		{ "tel:+33", NULL },
		{ "alice", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_str(address_scheme(rows[i].address), rows[i].want, rows[i].address[0] ? rows[i].address : "(nothing)");
}

int
main(void)
{
	struct arena *arena = arena_new();

	test_parse();
	test_normalize(arena);
	test_scheme();
	arena_free(&arena);
	return done();
}
