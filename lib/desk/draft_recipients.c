/*
 * Whom a draft goes to: as it is typed, kept, and as what is answered says.
 */
#include <string.h>

#include "desk/draft_priv.h"

#define LOCAL_BYTES 64
#define NAME_BYTES 200

static int
bad(const char *text, const char *what, struct err *err)
{
	return err_set(err, E_BAD_ADDRESS, "value", text, "what", what, NULL);
}

/* Nothing typed may end the line of the header that it comes to stand in. */
static bool
is_line(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static const char *
trimmed(struct arena *arena, const char *text, size_t size)
{
	while (size && strchr(" \t\"", text[size - 1]))
		size--;
	for (; size && strchr(" \t\"", *text); size--)
		text++;
	return size ? arena_memdup(arena, text, size) : NULL;
}

static int
of_contact(struct call *call, const char *id, struct draft_person *person, struct err *err)
{
	struct contact *contact;

	if (contact_get(call, id, &contact, err) < 0 || contact_address(call, contact->id, "mailto", &person->address, err) < 0)
		return -1;
	person->name = contact->name ? draft_line(call->arena, contact->name) : NULL;
	return person->address ? 0 : err_set(err, E_NO_ADDRESS, "what", arena_printf(call->arena, "contact %s", id), NULL);
}

/* "Ann <ann@example.org>", "ann@example.org", "mailto:ann@example.org". */
static int
of_text(struct call *call, const char *text, struct draft_person *person, struct err *err)
{
	const char *open = strrchr(text, '<'), *address = text, *at;
	size_t size = strlen(text);

	if (open) {
		if (text[size - 1] != '>')
			return bad(text, "the '>' of its address is missing", err);
		person->name = trimmed(call->arena, text, (size_t)(open - text));
		address = arena_memdup(call->arena, open + 1, size - (size_t)(open - text) - 2);
	} else if (strncasecmp(text, "mailto:", 7) == 0) {
		address = text + 7;
	}
	if (person->name && strlen(person->name) > NAME_BYTES)
		return bad(text, "the name is too long", err);
	person->address = address_normalize(call->arena, "mailto", address);
	at = person->address ? strrchr(person->address, '@') : NULL;
	if (!at || at - person->address > LOCAL_BYTES || strpbrk(person->address, "\\\"()[]:"))
		return bad(text, "not a mail address", err);
	return 0;
}

int
draft_person(struct call *call, const char *text, struct draft_person *person_r, struct err *err)
{
	*person_r = (struct draft_person){ NULL, NULL };
	if (!is_line(text))
		return bad(text, "it holds a control character", err);
	return strncmp(text, "contact:", 8) == 0 ? of_contact(call, text + 8, person_r, err) : of_text(call, text, person_r, err);
}

/* The site may have rules about who is written to. */
static int
check_allowed(struct call *call, const char *address, struct err *err)
{
	const char *mailto = arena_printf(call->arena, "mailto:%s", address);
	struct target target;

	return target_parse(mailto, &target, err) < 0 ? -1 : policy_check(call, "mail", mailto, &target, err);
}

int
draft_persons(struct call *call, const struct texts *texts, struct draft_people *people, struct err *err)
{
	struct draft_person person;

	for (size_t i = 0; i < texts->n; i++) {
		if (draft_person(call, texts->v[i], &person, err) < 0 || check_allowed(call, person.address, err) < 0)
			return -1;
		draft_people_add(call->arena, people, NULL, person);
	}
	return 0;
}

/* Kept. */

static struct draft_people *
people_of(struct draft *draft, const char *kind)
{
	return strcmp(kind, "to") == 0 ? &draft->to : strcmp(kind, "cc") == 0 ? &draft->cc
					      : strcmp(kind, "bcc") == 0      ? &draft->bcc
									      : NULL;
}

int
draft_people_read(struct call *call, const char *ixn, struct draft *draft, struct err *err)
{
	struct records rows;

	if (email_addresses(call, ixn, NULL, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct email_address *a = (const struct email_address *)rows.v + i;
		struct draft_people *people = people_of(draft, a->kind);

		if (people)
			draft_people_add(call->arena, people, NULL, (struct draft_person){ a->address, a->name });
	}
	return 0;
}

static int
keep(struct call *call, const struct draft *draft, const char *kind, const struct draft_people *people, struct err *err)
{
	if (email_addresses_clear(call, draft->ixn->id, kind, err) < 0)
		return -1;
	for (size_t i = 0; i < people->n; i++) {
		const struct email_address row = { draft->ixn->id, kind, (int64_t)i, people->v[i].address, people->v[i].name };

		if (email_address_add(call, &row, err) < 0)
			return -1;
	}
	return 0;
}

int
draft_people_keep(struct call *call, const struct draft *draft, struct err *err)
{
	if (draft->to.n + draft->cc.n + draft->bcc.n > RECIPIENTS_MAX)
		return err_set(err, E_TOO_LARGE, "what", N_("the list of recipients"), "limit", "200 addresses", NULL);
	draft->ixn->scheme = "mailto";
	draft->ixn->address = draft->to.n ? draft->to.v[0].address : NULL;
	return keep(call, draft, "to", &draft->to, err) < 0 || keep(call, draft, "cc", &draft->cc, err) < 0 ? -1 : keep(call, draft, "bcc", &draft->bcc, err);
}

/* As what is answered says. */

/* Own addresses, those with a token of an interaction in them, too. */
static bool
is_own(void *context, const char *address)
{
	struct call *call = context;
	struct err ignored = { 0 };
	const char *plus = strchr(address, '+'), *at = strrchr(address, '@');

	if (mailbox_own(call, address, &ignored) > 0)
		return true;
	return plus && at && plus < at && mailbox_own(call, arena_printf(call->arena, "%.*s%s", (int)(plus - address), address, at), &ignored) > 0;
}

static void
add_rows(struct call *call, const struct records *rows, const char *kind, struct draft_people *out)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct email_address *a = (const struct email_address *)rows->v + i;
		const char *address = strcmp(a->kind, kind) == 0 ? address_normalize(call->arena, "mailto", a->address) : NULL;

		if (address)
			draft_people_add(call->arena, out, NULL, (struct draft_person){ address, a->name ? draft_line(call->arena, a->name) : NULL });
	}
}

/* What only stands in the mail as it came. */
static int
add_headers(struct call *call, const struct email *mail, struct draft_heading *heading, struct err *err)
{
	static const char *const names[] = { "Mail-Followup-To", "List-Post" };
	struct draft_people *const people[] = { &heading->followup, &heading->list };
	struct bytes raw;

	if (!mail->digest)
		return 0;
	if (email_raw(call, mail->digest, &raw, err) < 0)
		return -1;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *value = draft_header(call->arena, raw.p, raw.n, names[i]);

		if (value)
			draft_addresses(call->arena, value, people[i]);
	}
	return 0;
}

int
draft_people_of(struct call *call, const struct ixn *parent, const struct email *mail, enum draft_scope scope, struct draft *draft, struct err *err)
{
	struct draft_heading heading = { .from = { NULL, 0, 0 } };
	struct records rows = { NULL, 0 };
	const char *own = parent->scheme && parent->address && strcmp(parent->scheme, "mailto") == 0 ? parent->address : NULL;

	if (mail && (email_addresses(call, parent->id, NULL, &rows, err) < 0 || add_headers(call, mail, &heading, err) < 0))
		return -1;
	add_rows(call, &rows, "from", &heading.from);
	add_rows(call, &rows, "reply-to", &heading.reply_to);
	add_rows(call, &rows, "to", &heading.to);
	add_rows(call, &rows, "cc", &heading.cc);
	if (!heading.from.n && mail && mail->sender)
		own = mail->sender;
	else if (!heading.from.n && !own && contact_address(call, parent->contact, "mailto", &own, err) < 0)
		return -1;
	if (!heading.from.n && own)
		draft_people_add(call->arena, &heading.from, NULL, (struct draft_person){ own, parent->name ? draft_line(call->arena, parent->name) : NULL });
	draft_recipients(call->arena, &heading, scope, is_own, call, &draft->to, &draft->cc);
	if (draft->to.n)
		return 0;
	return err_set(err, E_NO_ADDRESS, "what", scope == DRAFT_LIST ? arena_printf(call->arena, "the list of %s", parent->id) : arena_printf(call->arena, "the sender of %s", parent->id), NULL);
}
