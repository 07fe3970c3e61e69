/*
 * Contacts: recognised by an address, or made; merged, and taken apart again.
 *
 * Merging moves nothing: a contact points to the one it was merged into, and an
 * interaction keeps the contact it was recognised with. Whoever reads follows
 * the pointer to the head, so that taking a merge back restores both exactly,
 * and each gets what arrived at its addresses meanwhile.
 */
#include <string.h>

#include "desk/priv.h"

#define NAME_MAX_BYTES 256

RECORD(rec_contact_row, struct contact, "contact", NULL,
       ID_FIELD(struct contact, id, 0, NULL),
       TEXT_FIELD(struct contact, rid, 0, NULL),
       INT_FIELD(struct contact, version, 0, NULL),
       TEXT_FIELD(struct contact, name, FIELD_PERSONAL, NULL),
       TEXT_FIELD(struct contact, language, 0, NULL),
       TIME_FIELD(struct contact, created, 0, NULL),
       ID_FIELD(struct contact, merged, 0, NULL))

static const char *
new_rid(struct arena *arena, const char *id)
{
	char rid[ID_SIZE];

	id_reverse(id, rid);
	return arena_strdup(arena, rid);
}

static int
contact_make(struct call *call, const char *name, const char *language, struct contact **contact_r, struct err *err)
{
	struct contact *c = ARENA_NEW(call->arena, struct contact);

	*c = (struct contact){ .id = id_new(call->arena, call->now), .version = 1, .name = name, .language = language, .created = call->now };
	c->rid = new_rid(call->arena, c->id);
	*contact_r = c;
	if (sql_put(call->tx, SQL_CONTACT_NEW, &rec_contact_row, c, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = "contact.created", .ref = c->id }, err);
}

int
contact_get(struct call *call, const char *id, struct contact **contact_r, struct err *err)
{
	struct contact *contact = ARENA_NEW(call->arena, struct contact);
	char whole[ID_SIZE];
	int rc;

	if (id && strncmp(id, "contact:", 8) == 0)
		id += 8;
	if (!id || !id_parse(id, whole))
		return err_set(err, E_BAD_ID, "value", id ? id : "", NULL);
	rc = sql_one(call->tx, call->arena, SQL_CONTACT_GET, ARGS(V_TEXT(whole)), &rec_contact_row, contact, err);
	if (rc == 0)
		return err_set(err, E_NO_CONTACT, "id", id, NULL);
	*contact_r = contact;
	return rc < 0 ? -1 : 0;
}

int
contact_head(struct call *call, const char *id, const char **head_r, struct err *err)
{
	*head_r = id;
	while (*head_r) {
		struct contact contact;
		int rc = sql_one(call->tx, call->arena, SQL_CONTACT_GET, ARGS(V_TEXT(*head_r)), &rec_contact_row, &contact, err);

		if (rc <= 0 || !contact.merged)
			return rc < 0 ? -1 : 0;
		*head_r = contact.merged;
	}
	return 0;
}

/* Recognising. */

int
address_split(struct call *call, const char *text, const char **scheme_r, const char **address_r, struct err *err)
{
	struct err ignored = { 0 };
	struct target target;

	if (target_parse(text, &target, &ignored) == 0 && target.kind >= TARGET_MAILTO) {
		*scheme_r = arena_strdup(call->arena, target.scheme);
		*address_r = target.value;
		return 0;
	}
	*scheme_r = address_scheme(text);
	*address_r = text;
	if (*scheme_r)
		return 0;
	return err_set(err, E_BAD_ADDRESS, "value", text, "what", N_("neither a mail address nor a number nor SCHEME:ADDRESS"), NULL);
}

static int
address_add(struct call *call, const char *contact, const char *scheme, const char *address, bool primary, struct err *err)
{
	const char *normal = address_normalize(call->arena, scheme, address);

	if (!normal)
		return err_set(err, E_BAD_ADDRESS, "value", address, "what", scheme, NULL);
	return RUN(call, CONTACT_ADDRESS_NEW, V_TEXT(scheme), V_TEXT(normal), V_TEXT(contact), V_TEXT(address), V_INT(primary)) < 0 ? -1 : 0;
}

/* Those who have the address, of each person one: who had it first. */
static int
matches_of(struct call *call, const char *scheme, const char *normal, struct records *out, struct texts *heads, struct err *err)
{
	struct contact *v;
	size_t n = 0;

	*heads = (struct texts){ NULL, 0, 0 };
	if (sql_all(call->tx, call->arena, SQL_CONTACT_BY_ADDRESS, ARGS(V_TEXT(scheme), V_TEXT(normal)), &rec_contact_row, out, err) < 0)
		return -1;
	v = out->v;
	for (size_t i = 0; i < out->n; i++) {
		const char *head = v[i].id;
		bool known = false;

		if (v[i].merged && contact_head(call, v[i].merged, &head, err) < 0)
			return -1;
		for (size_t k = 0; k < heads->n; k++)
			known = known || strcmp(heads->v[k], head) == 0;
		if (known)
			continue;
		texts_add(call->arena, heads, head);
		v[n++] = v[i];
	}
	out->n = n;
	return 0;
}

int
contact_matches(struct call *call, const char *scheme, const char *address, struct texts *out, struct err *err)
{
	const char *normal = address_normalize(call->arena, scheme, address);
	struct records rows;

	*out = (struct texts){ NULL, 0, 0 };
	return normal ? matches_of(call, scheme, normal, &rows, out, err) : 0;
}

/* Of several with one address: the first made, or the one who was served last. */
static int
choose(struct call *call, const struct records *matches, const struct texts *heads, const char *policy, struct contact **contact_r, struct err *err)
{
	const char *last = "";

	*contact_r = matches->v;
	for (size_t i = 0; strcmp(policy, "last") == 0 && i < matches->n; i++) {
		const char *id = "";
		int rc = sql_text(call->tx, call->arena, SQL_CONTACT_SERVED, ARGS(V_TEXT(heads->v[i])), &id, err);

		if (rc < 0)
			return -1;
		if (rc == 0 || strcmp(id, last) <= 0)
			continue;
		last = id;
		*contact_r = (struct contact *)matches->v + i;
	}
	return 0;
}

int
contact_recognize(struct call *call, const char *scheme, const char *address, const char *name, const char *language,
		  struct contact **contact_r, size_t *matches_r, struct err *err)
{
	const char *normal = address_normalize(call->arena, scheme, address), *policy = "first";
	struct records matches;
	struct texts heads;

	if (!normal)
		return err_set(err, E_BAD_ADDRESS, "value", address, "what", scheme, NULL);
	if (matches_of(call, scheme, normal, &matches, &heads, err) < 0)
		return -1;
	*matches_r = matches.n;
	if (matches.n > 1 && setting_get(call, "contacts.several", &policy, err) < 0)
		return -1;
	if (matches.n && strcmp(policy, "new") != 0)
		return choose(call, &matches, &heads, policy, contact_r, err);
	if (contact_make(call, name, language, contact_r, err) < 0)
		return -1;
	return address_add(call, (*contact_r)->id, scheme, address, true, err) < 0 ? -1 : words_learn(call, (*contact_r)->id, err);
}

int
contact_address(struct call *call, const char *contact, const char *scheme, const char **address_r, struct err *err)
{
	const char *head;

	*address_r = NULL;
	if (!contact)
		return 0;
	if (contact_head(call, contact, &head, err) < 0)
		return -1;
	return sql_text(call->tx, call->arena, SQL_CONTACT_ADDRESS, ARGS(V_TEXT(head), V_TEXT(scheme)), address_r, err) < 0 ? -1 : 0;
}

/* Showing and adding. */

struct contact_in {
	const char *id;
};
RECORD(rec_contact_in, struct contact_in, "contact", N_("Which contact."),
       ID_FIELD(struct contact_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the contact")))

struct contact_out {
	const char *id, *name, *language;
	struct texts addresses;
	const char *merged_into;
	struct texts merged;
	int64_t created, version;
};
#define X struct contact_out
RECORD(rec_contact_out, X, "contact", N_("A contact."),
       ID_FIELD(X, id, FIELD_COLUMN, N_("the contact")),
       TEXT_FIELD(X, name, FIELD_COLUMN | FIELD_PERSONAL, N_("the name")),
       TEXT_FIELD(X, language, FIELD_COLUMN, N_("the language")),
       TEXTS_FIELD(X, addresses, FIELD_COLUMN | FIELD_PERSONAL, N_("SCHEME:ADDRESS, the primary one first, those of merged contacts last")),
       ID_FIELD(X, merged_into, FIELD_COLUMN, N_("the contact that this one was merged into")),
       TEXTS_FIELD(X, merged, 0, N_("the contacts merged into this one")),
       TIME_FIELD(X, created, 0, N_("when it was made")),
       INT_FIELD(X, version, 0, N_("counts its changes")))
#undef X

struct address_row {
	const char *scheme, *address, *shown, *contact;
	int64_t is_primary;
};
RECORD(rec_address_row, struct address_row, "address", NULL, TEXT_FIELD(struct address_row, scheme, 0, NULL), TEXT_FIELD(struct address_row, address, 0, NULL),
       TEXT_FIELD(struct address_row, shown, 0, NULL), ID_FIELD(struct address_row, contact, 0, NULL), BOOL_FIELD(struct address_row, is_primary, 0, NULL))

static int
contact_answer(struct call *call, const struct contact *contact, struct err *err)
{
	struct contact_out *out = call_answer(call);
	struct records rows;

	out->id = contact->id;
	out->name = contact->name;
	out->language = contact->language;
	out->created = contact->created;
	out->version = contact->version;
	out->merged_into = contact->merged;
	if (sql_all(call->tx, call->arena, SQL_CONTACT_ADDRESSES, ARGS(V_TEXT(contact->id)), &rec_address_row, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct address_row *a = (struct address_row *)rows.v + i;

		texts_add(call->arena, &out->addresses, arena_printf(call->arena, "%s:%s", a->scheme, a->address));
	}
	return sql_texts(call->tx, call->arena, SQL_CONTACT_MERGED, ARGS(V_TEXT(contact->id)), &out->merged, err);
}

static int
show_fn(struct call *call, const void *input, struct err *err)
{
	const struct contact_in *in = input;
	struct contact *contact;

	return contact_get(call, in->id, &contact, err) < 0 ? -1 : contact_answer(call, contact, err);
}

const struct op op_contact_show = { "contact.show", N_("shows a contact"), MAY_ALL, OP_MIRROR, &rec_contact_in, &rec_contact_out, show_fn, NULL };

struct add_in {
	const char *name, *language;
	struct texts address;
};
RECORD(rec_contact_add_in, struct add_in, "contact-add", N_("A new contact."),
       TEXT_FIELD(struct add_in, name, FIELD_PERSONAL, N_("the name")),
       TEXT_FIELD_AS(struct add_in, language, "LANGUAGE", 0, N_("the language, as in fr")),
       TEXTS_FIELD_AS(struct add_in, address, "ADDRESS", FIELD_PERSONAL, N_("a mail address, a number, or SCHEME:ADDRESS; may be given again, the primary one first")))

static int
add_fn(struct call *call, const void *input, struct err *err)
{
	const struct add_in *in = input;
	const char *scheme, *address;
	struct contact *contact;

	if (!in->name && !in->address.n)
		return err_set(err, E_MISSING_OPERAND, "what", N_("--name or --address"), "command", "contact-add", NULL);
	if (text_check("name", in->name, NAME_MAX_BYTES, err) < 0 || contact_make(call, in->name, in->language, &contact, err) < 0)
		return -1;
	for (size_t i = 0; i < in->address.n; i++)
		if (address_split(call, in->address.v[i], &scheme, &address, err) < 0 || address_add(call, contact->id, scheme, address, i == 0, err) < 0)
			return -1;
	return words_learn(call, contact->id, err) < 0 ? -1 : contact_answer(call, contact, err);
}

const struct op op_contact_add = { "contact.add", N_("makes a contact"), MAY_ALL, OP_WRITE, &rec_contact_add_in, &rec_contact_out, add_fn, NULL };

/* Merging, and taking it back. */

struct merge_in {
	const char *id, *into;
};
RECORD(rec_merge_in, struct merge_in, "contact-merge", N_("Who is the same person."),
       ID_FIELD(struct merge_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the contact that is merged")),
       ID_FIELD_AS(struct merge_in, into, "CONTACT", 0, N_("the contact that stays")))

static int
merge_fn(struct call *call, const void *input, struct err *err)
{
	const struct merge_in *in = input;
	struct contact *contact, *into;
	const char *head;

	if (!in->into)
		return err_set(err, E_MISSING_OPERAND, "what", "--into", "command", "contact-merge", NULL);
	if (contact_get(call, in->id, &contact, err) < 0 || contact_get(call, in->into, &into, err) < 0 || contact_head(call, into->id, &head, err) < 0)
		return -1;
	if (contact->merged)
		return err_set(err, E_MERGED, "id", contact->id, "into", contact->merged, NULL);
	if (strcmp(head, contact->id) == 0)
		return err_set(err, E_MERGED, "id", into->id, "into", contact->id, NULL);
	if (RUN(call, CONTACT_MERGE, V_TEXT(contact->id), V_TEXT(head)) < 0 ||
	    event_add(call, &(struct event){ .event = "contact.merged", .ref = contact->id, .reason = head }, err) < 0 || contact_get(call, head, &into, err) < 0)
		return -1;
	return contact_answer(call, into, err);
}

const struct op op_contact_merge = { "contact.merge", N_("two contacts are one person"), MAY_ALL, OP_WRITE, &rec_merge_in, &rec_contact_out, merge_fn, NULL };

static int
unmerge_fn(struct call *call, const void *input, struct err *err)
{
	const struct contact_in *in = input;
	struct contact *contact;
	const char *from;

	if (contact_get(call, in->id, &contact, err) < 0)
		return -1;
	from = contact->merged;
	if (!from)
		return err_set(err, E_NOT_MERGED, "id", contact->id, NULL);
	if (RUN(call, CONTACT_UNMERGE, V_TEXT(contact->id)) < 0 ||
	    event_add(call, &(struct event){ .event = "contact.unmerged", .ref = contact->id, .reason = from }, err) < 0 ||
	    contact_get(call, contact->id, &contact, err) < 0)
		return -1;
	return contact_answer(call, contact, err);
}

const struct op op_contact_unmerge = { "contact.unmerge", N_("takes a merge back"), MAY_ALL, OP_WRITE, &rec_contact_in, &rec_contact_out, unmerge_fn, NULL };

struct assign_in {
	const char *id, *contact;
};
RECORD(rec_assign_in, struct assign_in, "ixn-assign", N_("Whose interaction it is."),
       ID_FIELD(struct assign_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       ID_FIELD_AS(struct assign_in, contact, "CONTACT", 0, N_("the contact it belongs to")))

static int
assign_fn(struct call *call, const void *input, struct err *err)
{
	const struct assign_in *in = input;
	struct contact *contact;
	struct ixn *ixn;

	if (!in->contact)
		return err_set(err, E_MISSING_OPERAND, "what", "--contact", "command", "ixn-assign", NULL);
	if (ixn_get(call, in->id, &ixn, err) < 0 || verb_check(call, ixn, VERB_ASSIGN, err) < 0 || contact_get(call, in->contact, &contact, err) < 0)
		return -1;
	ixn->contact = contact->id;
	if (contact->name)
		ixn->name = contact->name;
	if (RUN(call, IXN_ASSIGN, V_TEXT(ixn->id), V_TEXT(ixn->contact)) < 0 ||
	    verb_happen(call, ixn, VERB_ASSIGN, call->now, ixn->agent, contact->id, NULL, err) < 0)
		return -1;
	change_answer(call, ixn);
	return 0;
}

const struct op op_ixn_assign = { "ixn.assign", N_("gives an interaction to another contact"), MAY_ALL, OP_WRITE, &rec_assign_in, &rec_change, assign_fn, NULL };
