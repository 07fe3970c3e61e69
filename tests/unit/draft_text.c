/*
 * What an answer to a mail says and whom it goes to: tables of subjects, threads,
 * recipients, quotations.
 */
#include "desk/draft_text.h"

#include "base/arena.h"
#include "model/record.h"
#include "tests/unit/tap.h"

static struct arena *arena;

static void
test_subjects(void)
{
	static const struct {
		const char *subject, *reply, *forward;
	} rows[] = {
		{ "Where is my parcel?", "Re: Where is my parcel?", "Fwd: Where is my parcel?" },
		{ "Re: Parcel", "Re: Parcel", "Fwd: Parcel" },
		{ "RE: Re: re: Parcel", "Re: Parcel", "Fwd: Parcel" },
		{ "AW: Paket", "Re: Paket", "Fwd: Paket" },
		{ "SV: Paket", "Re: Paket", "Fwd: Paket" },
		{ "Antw: Pakje", "Re: Pakje", "Fwd: Pakje" },
		{ "RE[2]: Parcel", "Re: Parcel", "Fwd: Parcel" },
		{ "Re(3): Parcel", "Re: Parcel", "Fwd: Parcel" },
		{ "Re^2: Parcel", "Re: Parcel", "Fwd: Parcel" },
		{ "RE : Colis", "Re: Colis", "Fwd: Colis" },
		{ "TR: Colis", "Re: Colis", "Fwd: Colis" },
		{ "Réf: Colis", "Re: Réf: Colis", "Fwd: Réf: Colis" },
		{ "Fwd: FW: Parcel", "Re: Parcel", "Fwd: Parcel" },
		{ "WG: AW: Paket", "Re: Paket", "Fwd: Paket" },
		{ "Return: parcel", "Re: Return: parcel", "Fwd: Return: parcel" },
		{ "Re[x]: Parcel", "Re: Re[x]: Parcel", "Fwd: Re[x]: Parcel" },
		{ "Reply", "Re: Reply", "Fwd: Reply" },
		{ "  Re:   Parcel", "Re: Parcel", "Fwd: Parcel" },
		{ "Re:", "Re: ", "Fwd: " },
		{ "", "Re: ", "Fwd: " },
		{ NULL, "Re: ", "Fwd: " },
		{ "A\r\nBcc: x@y.z", "Re: A  Bcc: x@y.z", "Fwd: A  Bcc: x@y.z" },
		{ "tab\there\x7f", "Re: tab here ", "Fwd: tab here " },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		is_str(draft_subject_reply(arena, rows[i].subject), rows[i].reply, "the subject of an answer");
		is_str(draft_subject_forward(arena, rows[i].subject), rows[i].forward, "and of what is handed on");
	}
}

static void
test_line(void)
{
	char *text = arena_alloc(arena, 2001);
	const char *line;

	for (size_t i = 0; i < 2000; i += 2)
		memcpy(text + i, "\xc3\xa9", 2);
	line = draft_line(arena, arena_printf(arena, "x%s", text));
	is_int((int64_t)strlen(line), 899, "what is too long is cut between letters");
	is_str(draft_line(arena, NULL), "", "nothing is nothing");
}

static void
test_references(void)
{
	static const struct {
		const char *refs, *in_reply_to, *message_id, *want;
	} rows[] = {
		{ NULL, NULL, NULL, NULL },
		{ NULL, NULL, "a@x", "a@x" },
		{ NULL, "b@x", "a@x", "b@x a@x" },
		{ NULL, "b@x c@x", "a@x", "a@x" },
		{ "c@x b@x", "b@x", "a@x", "c@x b@x a@x" },
		{ "c@x", "b@x", NULL, "c@x" },
		{ "a@x a@x b@x", NULL, "a@x", "a@x b@x" },
		{ "a@x <b@x> c\r@x", NULL, "d@x", "a@x d@x" },
		{ "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19", NULL, "20", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20" },
		{ "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22", NULL, "23", "1 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23" },
	};

	char *many = arena_alloc(arena, 600001);
	const char *got;

	for (size_t i = 0; i < 100000; i++)
		memcpy(many + 6 * i, arena_printf(arena, "%05zu ", i), 6);
	got = draft_references(arena, many, NULL, "a@x");
	ok(strncmp(got, "00000 99982 ", 12) == 0 && strcmp(got + strlen(got) - 10, " 99999 a@x") == 0 && strlen(got) == 117, "of very many the first and the last: %s", got);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_str(draft_references(arena, rows[i].refs, rows[i].in_reply_to, rows[i].message_id), rows[i].want, "the thread of an answer");
}

/* "a@x,b@x" */
static struct draft_people
people(const char *text)
{
	struct draft_people out = { NULL, 0, 0 };

	draft_addresses(arena, text, &out);
	return out;
}

static const char *
names(const struct draft_people *list)
{
	const char *text = "";

	for (size_t i = 0; i < list->n; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? "," : "", list->v[i].address);
	return text;
}

static bool
is_ours(void *context, const char *address)
{
	(void)context;
	return draft_same_address(address, "desk@example.org") || draft_same_address(address, "help@example.org");
}

static void
test_recipients(void)
{
	static const struct {
		const char *from, *reply_to, *to, *cc, *followup, *list;
		enum draft_scope scope;
		const char *want_to, *want_cc;
	} rows[] = {
		{ "ann@x.y", "", "desk@example.org", "", "", "", DRAFT_SENDER, "ann@x.y", "" },
		{ "ann@x.y", "office@x.y", "desk@example.org", "", "", "", DRAFT_SENDER, "office@x.y", "" },
		{ "ann@x.y", "", "desk@example.org,bob@x.y", "cy@x.y", "", "", DRAFT_SENDER, "ann@x.y", "" },
		{ "ann@x.y", "", "desk@example.org,bob@x.y", "cy@x.y", "", "", DRAFT_ALL, "ann@x.y", "bob@x.y,cy@x.y" },
		{ "ann@x.y", "", "DESK@x.y,desk@EXAMPLE.org", "help@Example.Org,ann@X.Y", "", "", DRAFT_ALL, "ann@x.y", "DESK@x.y" },
		{ "ann@x.y", "", "bob@x.y,bob@X.y", "bob@x.Y", "", "", DRAFT_ALL, "ann@x.y", "bob@x.y" },
		{ "ann@x.y", "list@x.y", "list@x.y", "", "", "", DRAFT_ALL, "list@x.y", "" },
		{ "ann@x.y", "", "list@x.y", "", "list@x.y", "list@x.y", DRAFT_SENDER, "ann@x.y", "" },
		{ "ann@x.y", "", "list@x.y,bob@x.y", "cy@x.y", "list@x.y", "list@x.y", DRAFT_ALL, "list@x.y", "" },
		{ "ann@x.y", "", "list@x.y", "", "", "list@x.y", DRAFT_LIST, "list@x.y", "" },
		{ "ann@x.y", "", "list@x.y", "", "", "", DRAFT_LIST, "", "" },
		{ "desk@example.org", "", "bob@x.y", "cy@x.y", "", "", DRAFT_SENDER, "bob@x.y", "" },
		{ "desk@example.org", "", "bob@x.y", "cy@x.y", "", "", DRAFT_ALL, "bob@x.y,cy@x.y", "" },
		{ "desk@example.org", "", "help@example.org", "", "", "", DRAFT_SENDER, "desk@example.org", "" },
		{ "ann@x.y", "", "", "", "desk@example.org", "", DRAFT_ALL, "ann@x.y", "" },
		{ "", "", "", "", "", "", DRAFT_SENDER, "", "" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const struct draft_heading heading = { people(rows[i].from), people(rows[i].reply_to), people(rows[i].to), people(rows[i].cc), people(rows[i].followup), people(rows[i].list) };
		struct draft_people to, cc;

		draft_recipients(arena, &heading, rows[i].scope, is_ours, NULL, &to, &cc);
		is_str(names(&to), rows[i].want_to, arena_printf(arena, "%zu: to", i));
		is_str(names(&cc), rows[i].want_cc, arena_printf(arena, "%zu: copies", i));
	}
}

static void
test_people(void)
{
	struct draft_people list = people("a@x.y,b@x.y");

	draft_people_add(arena, &list, NULL, (struct draft_person){ "A@x.y", "other" });
	is_int((int64_t)list.n, 3, "what stands before the @ has a case");
	ok(draft_people_remove(&list, "b@X.Y"), "the domain has none");
	ok(!draft_people_remove(&list, "z@x.y"), "nobody");
	is_str(names(&list), "a@x.y,A@x.y", "who is left");
	for (size_t i = 0; i < 20000; i++)
		draft_people_add(arena, &list, NULL, (struct draft_person){ arena_printf(arena, "%zu@x.y", i), NULL });
	is_int((int64_t)list.n, 1000, "there are only so many");
}

static void
test_headers(void)
{
	static const char raw[] = "From: ann@x.y\r\nList-Post: <mailto:list@x.y?subject=x>,\r\n\t<https://x.y/post>\r\nmail-followup-TO:\r\n \"Doe, Ann\" <ann@x.y>, bob@x.y\r\nX: y\r\n\r\nList-Id: none\r\n";
	static const struct {
		const char *name, *addresses;
	} rows[] = {
		{ "List-Post", "list@x.y" },
		{ "Mail-Followup-To", "ann@x.y,bob@x.y" },
		{ "List-Id", NULL },
		{ "Mail-Followup", NULL },
	};
	static const struct {
		const char *text, *addresses;
	} lists[] = {
		{ "NO (posting is not allowed)", "" },
		{ "<a@x.y>; b@x.y", "a@x.y,b@x.y" },
		{ "\"a@b.c, \\\" <q\" <d@x.y>", "d@x.y" },
		{ "<a@x.y", "a@x.y" },
		{ ",,;", "" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *value = draft_header(arena, raw, sizeof(raw) - 1, rows[i].name);
		struct draft_people list = { NULL, 0, 0 };

		ok(!value == !rows[i].addresses, "%s is %s", rows[i].name, rows[i].addresses ? "there" : "not there");
		if (value)
			draft_addresses(arena, value, &list);
		is_str(names(&list), rows[i].addresses ? rows[i].addresses : "", "its addresses");
	}
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		struct draft_people list = people(lists[i].text);

		is_str(names(&list), lists[i].addresses, lists[i].text);
	}
	ok(!draft_header(arena, "X", 1, "X"), "a header that is cut");
	is_str(draft_header(arena, "X:y", 3, "X"), "y", "one that nothing ends");
}

static void
test_quotes(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "Hello\nWorld\n", "> Hello\n> World\n" },
		{ "a\n\n\nb\n\n\n", "> a\n>\n>\n> b\n" },
		{ "> once\n>> twice\nnew", ">> once\n>>> twice\n> new\n" },
		{ "-- \nAnn", "> --\n> Ann\n" },
		{ "a\r\nb\r\n", "> a\n> b\n" },
		{ "", "" },
		{ " \n\t\n", "" },
	};
	const char *tail, *whole;

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_str(draft_quoted(arena, rows[i].text), rows[i].want, "quoted");
	tail = draft_tail(arena, "Ann wrote:", "> a\n", "Desk\nExample");
	is_str(tail, "Ann wrote:\n> a\n\n-- \nDesk\nExample", "the signature stands last");
	is_int((int64_t)draft_tail_signature(tail), 16, "where the signature begins");
	is_str(draft_tail(arena, NULL, NULL, "Desk"), "-- \nDesk", "a signature alone");
	is_str(draft_tail(arena, "Ann wrote:", "> a\n", NULL), "Ann wrote:\n> a\n", "a quotation alone");
	is_str(draft_tail(arena, "x", NULL, NULL), NULL, "neither");
	is_int((int64_t)draft_tail_signature("x\n> --\n"), 7, "none: its end");
	whole = draft_whole(arena, "Thanks\n\n", tail);
	is_str(whole, "Thanks\n\nAnn wrote:\n> a\n\n-- \nDesk\nExample", "the whole");
	is_str(draft_whole(arena, NULL, NULL), "", "nothing at all");
	is_str(draft_whole(arena, "Thanks\n", NULL), "Thanks\n", "no tail");
	is_str(draft_whole(arena, "", "-- \nDesk"), "-- \nDesk", "no text");
}

static void
test_templates(void)
{
	static const struct draft_hole holes[] = { { "name", "Ann {date}" }, { "date", "today" }, { "none", NULL } };
	static const struct {
		const char *template, *want;
	} rows[] = {
		{ "On {date}, {name} wrote:", "On today, Ann {date} wrote:" },
		{ "{unknown} {name", "{unknown} {name" },
		{ "{none}{}{", "{}{" },
		{ "", "" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		is_str(draft_filled(arena, rows[i].template, holes, COUNT_OF(holes)), rows[i].want, rows[i].template);
}

int
main(void)
{
	arena = arena_new();
	test_subjects();
	test_line();
	test_references();
	test_recipients();
	test_people();
	test_headers();
	test_quotes();
	test_templates();
	arena_free(&arena);
	return done();
}
