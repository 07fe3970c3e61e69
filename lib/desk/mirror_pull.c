/*
 * What an agent's mirror lacks: mirror.since.
 */
#include <stdlib.h>
#include <string.h>

#include "desk/mirror_priv.h"

/* Of work that is over, so much is mirrored; and so many interactions at most, the newest. */
#define PAST_MS (30 * MS_DAY)
#define IXNS_MAX 2000
/* In one answer. */
#define PAGE_IXNS 200
/* Behind so many events nobody looks for the one that tells of the site. */
#define SITE_EVENTS 100000

/* Whatever could prove something, or is nobody's business, stays out. */
const struct mirror_table mirror_tables[] = {
	{ MIRROR_SITE, { "agent", NULL, "password_hash,place,capacity_rule,extra" } },
	{ MIRROR_SITE, { "team", NULL, "extra" } },
	{ MIRROR_SITE, { "team_member", NULL, NULL } },
	{ MIRROR_SITE, { "queue", NULL, "extra" } },
	{ MIRROR_SITE, { "disposition", NULL, "extra" } },
	{ MIRROR_SITE, { "template", NULL, NULL } },
	{ MIRROR_SITE, { "setting", NULL, NULL } },
	{ MIRROR_SITE, { "workbin", NULL, "extra" } },
	{ MIRROR_SITE, { "data_key", NULL, "extra" } },
	{ MIRROR_SITE, { "data_value", NULL, NULL } },
	{ MIRROR_SITE, { "website", NULL, "extra" } },
	{ MIRROR_IXN, { "ixn", "id", NULL } },
	{ MIRROR_IXN, { "offer", "ixn", NULL } },
	{ MIRROR_IXN, { "segment", "ixn", NULL } },
	{ MIRROR_IXN, { "participant", "ixn", NULL } },
	{ MIRROR_IXN, { "ixn_data", "ixn", NULL } },
	{ MIRROR_IXN, { "ixn_disposition", "ixn", NULL } },
	{ MIRROR_IXN, { "note", "ixn", NULL } },
	{ MIRROR_IXN, { "message", "ixn", NULL } },
	{ MIRROR_IXN, { "email", "ixn", NULL } },
	{ MIRROR_IXN, { "email_address", "ixn", NULL } },
	{ MIRROR_IXN, { "email_part", "ixn", NULL } },
	{ MIRROR_IXN, { "event", "ixn", "origin" } },
	{ MIRROR_CONTACT, { "contact", "id", NULL } },
	{ MIRROR_CONTACT, { "contact_address", "contact", NULL } },
	{ MIRROR_RESPONSE, { "response", "id", NULL } },
	{ MIRROR_RESPONSE, { "response_version", "id", NULL } },
	{ MIRROR_RESPONSE, { "response_attachment", "response", NULL } },
	{ MIRROR_OWN, { "agent_skill", NULL, NULL } },
	{ MIRROR_OWN, { "response_favourite", NULL, NULL } },
	{ MIRROR_OWN, { "category", NULL, NULL } },
	{ MIRROR_OWN, { "alert", NULL, NULL } },
};
const size_t mirror_tables_n = COUNT_OF(mirror_tables);

#define NOUNS(X) \
	X(MIRROR_SITE, "site", N_("of the site")) \
	X(MIRROR_IXN, "interaction", N_("of an interaction")) \
	X(MIRROR_CONTACT, "contact", N_("of a contact")) \
	X(MIRROR_END, "end", N_("the end of the page")) \
	X(MIRROR_RESPONSE, "response", N_("of a response")) \
	X(MIRROR_OWN, "own", N_("of the agent"))
#define ROW(value, title, text) [value] = { title, text },
static const struct name noun_rows[] = { NOUNS(ROW) };
static const struct names nouns = { "noun", noun_rows, COUNT_OF(noun_rows) };

#define X struct mirror_since_in
RECORD(rec_mirror_since_in, X, "mirror-since", N_("What a mirror has."),
       INT_FIELD(X, after, FIELD_REQUIRED, N_("how far it is; 0: nothing is there")),
       TEXTS_FIELD(X, ixns, 0, N_("the interactions that it has")),
       PAIRS_FIELD(X, contacts, 0, N_("the contacts that it has, with their versions")),
       INT_FIELD(X, library, 0, N_("how far its responses are; 0: there are none")),
       INT_FIELD(X, site, 0, N_("by which state of the site they were chosen")),
       TEXT_FIELD(X, own, 0, N_("the digest of what else is the agent's own")))
#undef X

#define X struct mirror_row
RECORD(rec_mirror_row, X, "mirror-row", N_("A row for a mirror."),
       NAME_FIELD(X, noun, nouns, FIELD_COLUMN, N_("what it belongs to")),
       TEXT_FIELD(X, id, FIELD_COLUMN, N_("the interaction or contact, all rows of which follow each other")),
       TEXT_FIELD(X, table, FIELD_COLUMN, N_("its table")),
       PAIRS_FIELD(X, row, FIELD_PERSONAL, N_("its columns")),
       INT_FIELD(X, seq, 0, N_("up to where the page goes")),
       BOOL_FIELD(X, more, 0, N_("there is more behind this page")),
       TEXTS_FIELD(X, gone, 0, N_("interactions and contacts that are not the agent's any more")),
       INT_FIELD(X, library, 0, N_("up to where its responses go")),
       INT_FIELD(X, site, 0, N_("by which state of the site they were chosen")),
       BOOL_FIELD(X, whole, 0, N_("those are all that there are")),
       TEXT_FIELD(X, own, 0, N_("the digest of what else is the agent's own")))
#undef X

struct scope {
	const char *id, *contact, *scheme, *address;
	int64_t seq;
};
RECORD(rec_scope, struct scope, "scope", NULL, TEXT_FIELD(struct scope, id, 0, NULL), TEXT_FIELD(struct scope, contact, 0, NULL),
       TEXT_FIELD(struct scope, scheme, 0, NULL), TEXT_FIELD(struct scope, address, 0, NULL), INT_FIELD(struct scope, seq, 0, NULL))

static bool
is(const struct pairs *row, const char *column, const char *value)
{
	const char *found = pairs_get(row, column);

	return found && strcmp(found, value) == 0;
}

static void
blank(struct pairs *row, const char *column)
{
	for (size_t i = 0; i < row->n; i++)
		if (strcmp(row->v[i].key, column) == 0)
			row->v[i].value = "";
}

/* The same rules by which operations hide a part of an interaction: what is said to others, and that a lead follows. */
static bool
hides(const struct pull *p, const char *table, struct pairs *row)
{
	const struct call *call = p->call;
	const char *event = pairs_get(row, "event");
	bool follows = is(row, "purpose", "monitor") || is(row, "role", "monitor");

	/* That something was said is seen. */
	if (strcmp(table, "message") == 0 && !message_for(call, pairs_get(row, "visible"), pairs_get(row, "author"))) {
		blank(row, "text");
		blank(row, "url");
	}
	if (strcmp(table, "event") == 0)
		follows = event && (strncmp(event, "monitor.", 8) == 0 || (strncmp(event, "offer.", 6) == 0 && is(row, "reason", "monitor")));
	if (!follows || call_may_lead(call) || is(row, "agent", call_self(call)))
		return false;
	return strcmp(table, "participant") != 0 || !p->monitors;
}

static int
pull_table(struct pull *p, const struct mirror_table *t, const char *id, struct err *err)
{
	struct row_texts rows;

	if (sql_rows(p->call->tx, p->call->arena, &t->rows, id, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		struct mirror_row *out;

		if (t->noun == MIRROR_IXN && hides(p, t->rows.table, &rows.v[i]))
			continue;
		out = call_answer(p->call);
		out->noun = t->noun;
		out->id = id;
		out->table = t->rows.table;
		out->row = rows.v[i];
	}
	return 0;
}

int
pull_noun(struct pull *p, enum mirror_noun noun, const char *id, struct err *err)
{
	for (size_t i = 0; i < mirror_tables_n; i++)
		if (mirror_tables[i].noun == noun && pull_table(p, &mirror_tables[i], id, err) < 0)
			return -1;
	return 0;
}

/* The site, whole, where it changed. */
static int
pull_site(struct pull *p, struct err *err)
{
	int64_t one;
	int rc = p->after == 0 || p->last - p->after > SITE_EVENTS ? 1 : sql_int(p->call->tx, SQL_MIRROR_SITE, ARGS(V_INT(p->after)), &one, err);

	return rc <= 0 ? rc : pull_noun(p, MIRROR_SITE, NULL, err);
}

/* What the mirror lacks comes first, then what changed, in the order in which it did. */
static int
by_need(const void *a, const void *b)
{
	const struct scope *x = a, *y = b;

	return (x->seq > y->seq) - (x->seq < y->seq);
}

/* A page of them: the mirror is as far as the last that came along, unless all did. */
static int
pull_ixns(struct pull *p, struct scope *v, size_t n, struct err *err)
{
	size_t sent = 0;

	if (n)
		qsort(v, n, sizeof(*v), by_need);
	p->end->seq = p->last;
	for (int lacking = 1; lacking >= 0; lacking--)
		for (size_t i = 0; i < n; i++) {
			if (texts_find(&p->has, v[i].id) == lacking || (!lacking && v[i].seq <= p->after))
				continue;
			if (sent++ == PAGE_IXNS) {
				p->end->more = 1;
				return 0;
			}
			if (pull_noun(p, MIRROR_IXN, v[i].id, err) < 0)
				return -1;
			p->end->seq = lacking ? p->after : v[i].seq;
		}
	p->end->seq = p->last;
	return 0;
}

/* A contact with all that were merged into it, and the others who have the address. */
static int
add_contacts(struct pull *p, const struct scope *s, struct err *err)
{
	struct call *call = p->call;
	struct texts some = { NULL, 0, 0 };
	const char *head;

	if (s->contact) {
		if (contact_head(call, s->contact, &head, err) < 0 || sql_texts(call->tx, call->arena, SQL_CONTACT_FAMILY, ARGS(V_TEXT(head)), &some, err) < 0)
			return -1;
		for (size_t i = 0; i < some.n; i++)
			texts_add(call->arena, &p->contacts, some.v[i]);
	}
	if (s->address && contact_matches(call, s->scheme, s->address, &some, err) < 0)
		return -1;
	for (size_t i = 0; s->address && i < some.n; i++)
		texts_add(call->arena, &p->contacts, some.v[i]);
	return 0;
}

static int
pull_contacts(struct pull *p, struct err *err)
{
	struct call *call = p->call;
	const char *last = "";

	texts_sort(&p->contacts);
	for (size_t i = 0; i < p->contacts.n; i++) {
		const char *id = p->contacts.v[i], *known = pairs_get(&p->in->contacts, id);
		struct err ignored = { 0 };
		struct contact *contact;

		if (strcmp(id, last) == 0 || contact_get(call, last = id, &contact, &ignored) < 0)
			continue;
		texts_add(call->arena, &p->keeps, contact->id);
		if ((!known || strcmp(known, arena_printf(call->arena, "%lld", (long long)contact->version)) != 0) && pull_noun(p, MIRROR_CONTACT, contact->id, err) < 0)
			return -1;
	}
	return 0;
}

static void
tell_gone(struct pull *p)
{
	const struct pairs *contacts = &p->in->contacts;

	texts_sort(&p->keeps);
	for (size_t i = 0; i < p->has.n; i++)
		if (!texts_find(&p->keeps, p->has.v[i]))
			texts_add(p->call->arena, &p->end->gone, p->has.v[i]);
	for (size_t i = 0; i < contacts->n; i++)
		if (!texts_find(&p->keeps, contacts->v[i].key))
			texts_add(p->call->arena, &p->end->gone, contacts->v[i].key);
}

/* As far as the agent may see them by now. */
static int
pull_scope(struct pull *p, struct err *err)
{
	struct call *call = p->call;
	struct records all;
	struct scope *v;
	size_t n = 0;

	if (sql_all(call->tx, call->arena, SQL_MIRROR_IXNS, ARGS(V_TEXT(call_self(call)), V_INT(call->now - PAST_MS), V_INT(IXNS_MAX)), &rec_scope, &all, err) < 0)
		return -1;
	v = all.v;
	for (size_t i = 0; i < all.n; i++) {
		int sees = sight_event(call, v[i].id, NULL, err);

		if (sees < 0 || (sees && add_contacts(p, &v[i], err) < 0))
			return -1;
		if (!sees)
			continue;
		texts_add(call->arena, &p->keeps, v[i].id);
		v[n++] = v[i];
	}
	if (pull_ixns(p, v, n, err) < 0 || pull_contacts(p, err) < 0)
		return -1;
	tell_gone(p);
	return 0;
}

static int
since_fn(struct call *call, const void *input, struct err *err)
{
	const struct mirror_since_in *in = input;
	struct pull p = { .call = call, .in = in, .end = record_new(call->arena, &rec_mirror_row) };
	const char *shown;

	if (sql_int(call->tx, SQL_EVENT_LAST, NO_ARGS, &p.last, err) < 0 || setting_get(call, "monitor.shown", &shown, err) < 0)
		return -1;
	p.monitors = strcmp(shown, "yes") == 0;
	p.end->noun = MIRROR_END;
	p.end->seq = p.last;
	/* Ahead of the log: it is of another store, and all is to be had anew. */
	p.after = in->after > p.last ? 0 : in->after;
	for (size_t i = 0; i < in->ixns.n; i++)
		texts_add(call->arena, &p.has, in->ixns.v[i]);
	texts_sort(&p.has);
	if ((p.after == 0 || p.after < p.last) && (pull_site(&p, err) < 0 || pull_scope(&p, err) < 0))
		return -1;
	if (in->library != INT_ABSENT && ((in->own && p.after == p.last ? 0 : pull_own(&p, err)) < 0 || (p.end->more != 1 && pull_library(&p, err) < 0)))
		return -1;
	call_emit(call, p.end);
	return 0;
}

const struct op op_mirror_since = {
	"mirror.since", N_("what changed of an agent's own, for a mirror of it elsewhere"), MAY_AGENTS, OP_SELF | OP_COPIES, &rec_mirror_since_in, &rec_mirror_row, since_fn, NULL
};
