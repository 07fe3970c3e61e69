/*
 * The site: loaded by merging item by item, dumped in the same form.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "desk/priv.h"
#include "desk/site.h"
#include "routing/routing.h"
#include "routing/skills.h"

#define SITE_NAME_MAX 64

/* What became of an item, or what would. */
struct site_change {
	const char *section, *name, *change;
};
RECORD(rec_site_change, struct site_change, "change", N_("What loading does to an item of the site."),
       TEXT_FIELD(struct site_change, section, FIELD_COLUMN, N_("agents, queues, ...")),
       TEXT_FIELD(struct site_change, name, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(struct site_change, change, FIELD_COLUMN, N_("added, changed or removed")))

struct loading {
	struct call *call;
	const struct site *site;
	const char *section;
	int64_t ord;
	struct texts changed_queues;
};

/* One kind of item: how it is read from the store, checked, written, removed, listed. */
struct kind {
	const char *section;
	const struct record *record;
	/* 1 and the item, 0: the store has none of that name. */
	int (*get)(struct call *call, const char *name, void *item, struct err *err);
	int (*put)(struct loading *l, const void *item, struct err *err);
	int (*check)(struct loading *l, const void *item, struct err *err);
	enum sql remove, names;
};

static const char *
item_name(const struct record *record, const void *item)
{
	const char *name = field_text(record_field(record, "name"), item);

	return name ? name : field_text(&record->fields[0], item);
}

/* The item as one JSON object, what is kept for others spliced in. */
static const char *
item_json(struct arena *arena, const struct record *record, const void *item)
{
	const struct field *extra = record_field(record, "extra");
	const char *more = field_text(extra, item), *text;
	void *copy = arena_memdup(arena, item, record->size);
	struct buf out = BUF_INIT;
	struct json json = json_writer(&out);

	*(const char **)field_at(extra, copy) = NULL;
	record_json(record, copy, &json);
	text = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	if (!more || !strcmp(more, "{}"))
		return text;
	return arena_printf(arena, "%.*s%s%s", (int)(strlen(text) - 1), text, text[1] == '}' ? "" : ",", more + 1);
}

/* Checks. */

static int
bad(struct loading *l, const char *name, const char *what, struct err *err)
{
	return err_set(err, E_BAD_FIELD, "where", l->section, "name", name, "what", what, NULL);
}

static int
check_name(struct loading *l, const char *name, struct err *err)
{
	if (!name || !*name)
		return bad(l, "name", "is missing", err);
	if (strlen(name) > SITE_NAME_MAX)
		return bad(l, name, "is too long for a name", err);
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p <= ' ' || strchr(",:;/\\\"'<>|\x7f", *p))
			return bad(l, name, "a name has letters, digits and _ - . only", err);
	return text_check("name", name, SITE_NAME_MAX, err);
}

static int
check_levels(struct loading *l, const struct pairs *pairs, int64_t max, struct err *err)
{
	char *end;

	for (size_t i = 0; i < pairs->n; i++) {
		long long n = strtoll(pairs->v[i].value, &end, 10);

		/* As JSON writes numbers, for they are dumped so. */
		if (end == pairs->v[i].value || *end || n < 0 || n > max || (pairs->v[i].value[0] == '0' && pairs->v[i].value[1]))
			return bad(l, pairs->v[i].key, "is not a whole number in range", err);
	}
	return 0;
}

static int
check_agent(struct loading *l, const void *item, struct err *err)
{
	const struct site_agent *a = item;

	for (size_t i = 0; i < a->skills.n; i++)
		if (!skills_name_valid(a->skills.v[i].key))
			return bad(l, a->skills.v[i].key, "cannot be the name of a skill", err);
	if (a->password_hash && strncmp(a->password_hash, "$argon2id$", 10) != 0)
		return err_set(err, E_DIGEST, "where", a->name, NULL);
	if (a->capacity.n > ROUTING_MEDIA)
		return bad(l, a->name, "has capacities for too many media", err);
	return check_levels(l, &a->skills, 1000000, err) < 0 ? -1 : check_levels(l, &a->capacity, 10000, err);
}

static int
check_queue(struct loading *l, const void *item, struct err *err)
{
	const struct site_queue *q = item;
	const struct skills *expr;
	enum routing_policy policy;

	if (q->skills && skills_parse(l->call->arena, q->skills, &expr, err) < 0)
		return -1;
	if (q->selection && !routing_policy_parse(q->selection, &policy))
		return bad(l, q->selection, "is no selection: longest-idle, least-loaded, best-fit or order", err);
	if (!isnan(q->ageing) && !(q->ageing > 0 && q->ageing <= 1000))
		return bad(l, "ageing", "must be above 0 and at most 1000", err);
	if (q->offer_timeout != INT_ABSENT && (q->offer_timeout < MS_SECOND || q->offer_timeout > MS_DAY))
		return bad(l, "offer_timeout", "must be between 1s and 24h", err);
	return 0;
}

static int
check_none(struct loading *l, const void *item, struct err *err)
{
	(void)l, (void)item, (void)err;
	return 0;
}

/* Agents. */

static const struct record rec_pair_row;
struct pair_row {
	const char *key, *value;
};
static const struct field pair_fields[] = { TEXT_FIELD(struct pair_row, key, 0, NULL), TEXT_FIELD(struct pair_row, value, 0, NULL) };
static const struct record rec_pair_row = { "pair", NULL, sizeof(struct pair_row), pair_fields, COUNT_OF(pair_fields) };

static int
get_pairs(struct call *call, enum sql sql, const char *name, struct pairs *out, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, sql, ARGS(V_TEXT(name)), &rec_pair_row, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		pairs_add(call->arena, out, ((struct pair_row *)rows.v)[i].key, ((struct pair_row *)rows.v)[i].value);
	return 0;
}

/* A list column: NULL is absent, "" is the empty list. */
static void
get_list(struct arena *arena, const char *text, struct texts *out)
{
	list_split(arena, text, out);
	if (text && !out->v)
		out->v = arena_alloc(arena, sizeof(*out->v));
}

static int
get_agent(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_agent *a = item;
	struct agent row;
	int rc = sql_one(call->tx, call->arena, SQL_AGENT_GET, ARGS(V_TEXT(name)), &rec_agent_row, &row, err);

	if (rc <= 0)
		return rc;
	a->name = row.name;
	a->alias = row.alias;
	a->role = row.role;
	a->password_hash = row.password_hash;
	a->place = row.place;
	a->extra = row.extra;
	get_list(call->arena, row.media, &a->media);
	get_list(call->arena, row.queues, &a->queues);
	if (get_pairs(call, SQL_SKILLS_OF, name, &a->skills, err) < 0 || get_pairs(call, SQL_CAPACITIES_OF, name, &a->capacity, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_TEAMS_OF, ARGS(V_TEXT(name)), &a->teams, err) < 0)
		return -1;
	return 1;
}

static int
put_agent(struct loading *l, const void *item, struct err *err)
{
	const struct site_agent *a = item;
	struct call *call = l->call;
	struct agent row = { a->name, a->alias, a->role == INT_ABSENT ? ROLE_AGENT : a->role, a->password_hash, list_join(call->arena, &a->media),
			     list_join(call->arena, &a->queues), a->place, a->extra, l->ord };

	if (sql_put(call->tx, SQL_AGENT_PUT, &rec_agent_row, &row, err) < 0 || RUN(call, SKILLS_CLEAR, V_TEXT(a->name)) < 0 ||
	    RUN(call, CAPACITY_CLEAR, V_TEXT(a->name)) < 0 || RUN(call, TEAMS_CLEAR, V_TEXT(a->name)) < 0)
		return -1;
	for (size_t i = 0; i < a->skills.n; i++)
		if (RUN(call, SKILL_PUT, V_TEXT(a->name), V_TEXT(a->skills.v[i].key), V_INT(strtoll(a->skills.v[i].value, NULL, 10))) < 0)
			return -1;
	for (size_t i = 0; i < a->capacity.n; i++)
		if (RUN(call, CAPACITY_PUT, V_TEXT(a->name), V_TEXT(a->capacity.v[i].key), V_INT(strtoll(a->capacity.v[i].value, NULL, 10))) < 0)
			return -1;
	for (size_t i = 0; i < a->teams.n; i++)
		if (RUN(call, TEAM_ENSURE, V_TEXT(a->teams.v[i])) < 0 ||
		    RUN(call, MEMBER_PUT, V_TEXT(a->teams.v[i]), V_TEXT(a->name), V_INT(a->role == ROLE_LEAD)) < 0)
			return -1;
	return 0;
}

/* Queues. */

static int
get_queue(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_queue *q = item;
	struct queue row;
	int rc = sql_one(call->tx, call->arena, SQL_QUEUE_GET, ARGS(V_TEXT(name)), &rec_queue_row, &row, err);

	if (rc <= 0)
		return rc;
	*q = (struct site_queue){ row.name, row.skills[0] ? row.skills : NULL, row.priority, row.ageing, row.rona, row.offer_timeout, row.exclusion,
				  row.transcript, row.pull, row.selection, row.extra };
	return 1;
}

static int64_t
or_else(int64_t n, int64_t otherwise)
{
	return n == INT_ABSENT || n == INT_NULL ? otherwise : n;
}

static int
put_queue(struct loading *l, const void *item, struct err *err)
{
	const struct site_queue *q = item;
	struct queue row = { q->name, q->skills ? q->skills : "", or_else(q->priority, 0), isnan(q->ageing) ? 1.0 : q->ageing, or_else(q->rona, 1),
			     or_else(q->offer_timeout, 30 * MS_SECOND), or_else(q->exclusion, 60 * MS_SECOND), or_else(q->transcript, 0),
			     or_else(q->pull, 0), q->selection ? q->selection : "longest-idle", q->extra, l->ord };

	return sql_put(l->call->tx, SQL_QUEUE_PUT, &rec_queue_row, &row, err) < 0 ? -1 : 0;
}

/* Teams. */

struct extra_row {
	const char *a, *b, *c, *d;
	int64_t n;
};
RECORD(rec_extra_row, struct extra_row, "row", NULL, TEXT_FIELD(struct extra_row, a, 0, NULL), TEXT_FIELD(struct extra_row, b, 0, NULL),
       TEXT_FIELD(struct extra_row, c, 0, NULL), TEXT_FIELD(struct extra_row, d, 0, NULL), INT_FIELD(struct extra_row, n, 0, NULL))

static int
get_row(struct call *call, enum sql sql, const char *name, struct extra_row *row, struct err *err)
{
	return sql_one(call->tx, call->arena, sql, ARGS(V_TEXT(name)), &rec_extra_row, row, err);
}

static int
get_team(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_team *t = item;
	struct extra_row row;
	int rc = get_row(call, SQL_TEAM_GET, name, &row, err);

	if (rc <= 0)
		return rc;
	t->name = row.a;
	t->extra = row.b;
	if (sql_texts(call->tx, call->arena, SQL_TEAM_AGENTS, ARGS(V_TEXT(name), V_INT(1)), &t->leads, err) < 0 ||
	    sql_texts(call->tx, call->arena, SQL_TEAM_AGENTS, ARGS(V_TEXT(name), V_INT(0)), &t->members, err) < 0)
		return -1;
	return 1;
}

static int
put_members(struct call *call, const char *team, const struct texts *agents, bool lead, struct err *err)
{
	struct agent *agent;

	if (!agents->v)
		return 0;
	if (RUN(call, MEMBERS_CLEAR, V_TEXT(team), V_INT(lead)) < 0)
		return -1;
	for (size_t i = 0; i < agents->n; i++)
		if (agent_get(call, agents->v[i], &agent, err) < 0 || RUN(call, MEMBER_PUT, V_TEXT(team), V_TEXT(agents->v[i]), V_INT(lead)) < 0)
			return -1;
	return 0;
}

static int
put_team(struct loading *l, const void *item, struct err *err)
{
	const struct site_team *t = item;

	if (RUN(l->call, TEAM_PUT, V_TEXT(t->name), V_TEXT(t->extra), V_INT(l->ord)) < 0)
		return -1;
	return put_members(l->call, t->name, &t->leads, true, err) < 0 ? -1 : put_members(l->call, t->name, &t->members, false, err);
}

/* Dispositions, nodes of the workflow, and items for others. */

static int
get_disposition(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_disposition *d = item;
	struct extra_row row;
	int rc = get_row(call, SQL_DISPOSITION_GET, name, &row, err);

	if (rc <= 0)
		return rc;
	d->code = name;
	d->label = row.a;
	d->parent = row.b;
	get_list(call->arena, row.c, &d->mandatory_for);
	d->extra = row.d;
	return 1;
}

static int
put_disposition(struct loading *l, const void *item, struct err *err)
{
	const struct site_disposition *d = item;

	return RUN(l->call, DISPOSITION_PUT, V_TEXT(d->code ? d->code : d->name), V_TEXT(d->label), V_TEXT(d->parent),
		   V_TEXT(list_join(l->call->arena, &d->mandatory_for)), V_TEXT(d->extra), V_INT(l->ord)) < 0
		       ? -1
		       : 0;
}

static int
get_node(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_node *w = item;
	struct extra_row row;
	int rc = get_row(call, SQL_NODE_GET, name, &row, err);

	if (rc <= 0)
		return rc;
	w->name = row.a;
	get_list(call->arena, row.b, &w->next);
	w->stop = row.n;
	w->extra = row.c;
	return 1;
}

static int
check_node(struct loading *l, const void *item, struct err *err)
{
	const struct site_node *w = item;
	struct queue *queue;

	if (queue_get(l->call, w->name, &queue, err) < 0)
		return -1;
	for (size_t i = 0; i < w->next.n; i++)
		if (queue_get(l->call, w->next.v[i], &queue, err) < 0)
			return -1;
	if (!w->next.n && w->stop == 0)
		return bad(l, w->name, "has neither a next queue nor a stop: nothing could ever be done", err);
	return 0;
}

static int
put_node(struct loading *l, const void *item, struct err *err)
{
	const struct site_node *w = item;
	const char *next = list_join(l->call->arena, &w->next);

	return RUN(l->call, NODE_PUT, V_TEXT(w->name), V_TEXT(next ? next : ""), V_INT(or_else(w->stop, 1)), V_TEXT(w->extra), V_INT(l->ord)) < 0 ? -1 : 0;
}

/* The section stands in the statement's first argument here; loading knows it, reading gets "section/name". */
static int
get_item(struct call *call, const char *key, void *item, struct err *err)
{
	struct site_item *i = item;
	struct extra_row row;
	int rc = get_row(call, SQL_ITEM_GET, key, &row, err);

	if (rc <= 0)
		return rc;
	i->name = row.a;
	i->label = row.b;
	i->extra = row.c;
	return 1;
}

static int
put_item(struct loading *l, const void *item, struct err *err)
{
	const struct site_item *i = item;

	return RUN(l->call, ITEM_PUT, V_TEXT(l->section), V_TEXT(i->name), V_TEXT(i->label), V_TEXT(i->extra ? i->extra : "{}"), V_INT(l->ord)) < 0 ? -1 : 0;
}

static const struct kind kinds[] = {
	{ "queues", &rec_site_queue, get_queue, put_queue, check_queue, SQL_QUEUE_REMOVE, SQL_QUEUE_NAMES },
	{ "agents", &rec_site_agent, get_agent, put_agent, check_agent, SQL_AGENT_REMOVE, SQL_AGENT_NAMES },
	{ "teams", &rec_site_team, get_team, put_team, check_none, SQL_TEAM_REMOVE, SQL_TEAM_NAMES },
	{ "dispositions", &rec_site_disposition, get_disposition, put_disposition, check_none, SQL_DISPOSITION_REMOVE, SQL_DISPOSITION_CODES },
	{ "workflow", &rec_site_node, get_node, put_node, check_node, SQL_NODE_REMOVE, SQL_NODE_NAMES },
#define ITEMS(section) { section, &rec_site_item, get_item, put_item, check_none, SQL_ITEM_REMOVE, SQL_ITEM_NAMES },
	ITEMS("workbins") ITEMS("custom_data") ITEMS("data_display") ITEMS("review") ITEMS("mailboxes") ITEMS("gateways") ITEMS("hours") ITEMS("sites")
#undef ITEMS
};

static const char *
store_key(struct call *call, const struct kind *k, const char *name)
{
	return k->get == get_item ? arena_printf(call->arena, "%s/%s", k->section, name) : name;
}

static int
names_of(struct call *call, const struct kind *k, struct texts *out, struct err *err)
{
	if (k->get == get_item)
		return sql_texts(call->tx, call->arena, k->names, ARGS(V_TEXT(k->section)), out, err);
	return sql_texts(call->tx, call->arena, k->names, NO_ARGS, out, err);
}

/* Loading. */

static void
tell(struct loading *l, const char *name, const char *change)
{
	struct site_change *out = call_answer(l->call);

	*out = (struct site_change){ l->section, name, change };
	if (strcmp(l->section, "queues") == 0 && strcmp(change, "changed") == 0)
		texts_add(l->call->arena, &l->changed_queues, name);
}

/* Passwords: a hash in the store is kept unless they are to be reset; what is clear was hashed before. */
static void
settle_password(struct loading *l, struct site_agent *merged, const struct site_agent *old, size_t at)
{
	const char *const *hashes = l->call->prepared;
	const char *fresh = hashes ? hashes[at] : NULL;

	if (old->password_hash && l->site->reset_passwords != 1)
		merged->password_hash = old->password_hash;
	else if (fresh)
		merged->password_hash = fresh;
	merged->password = merged->password_file = NULL;
}

static int
load_item(struct loading *l, const struct kind *k, const void *item, size_t at, struct err *err)
{
	struct arena *arena = l->call->arena;
	const char *name = item_name(k->record, item), *before = NULL;
	void *old = record_new(arena, k->record), *merged;
	int rc;

	if (check_name(l, name, err) < 0)
		return -1;
	rc = k->get(l->call, store_key(l->call, k, name), old, err);
	if (rc < 0)
		return -1;
	if (rc > 0)
		before = item_json(arena, k->record, old);
	merged = arena_memdup(arena, old, k->record->size);
	record_overlay(k->record, merged, item);
	if (k->record == &rec_site_agent)
		settle_password(l, merged, old, at);
	if (k->record == &rec_site_disposition && !((struct site_disposition *)merged)->code)
		((struct site_disposition *)merged)->code = name;
	if (k->record == &rec_site_disposition)
		((struct site_disposition *)merged)->name = NULL;
	l->ord = (int64_t)at;
	if (k->check(l, merged, err) < 0 || k->put(l, merged, err) < 0)
		return -1;
	if (!before || strcmp(before, item_json(arena, k->record, merged)) != 0)
		tell(l, name, before ? "changed" : "added");
	return 0;
}

static bool
named(const struct kind *k, const struct records *items, const char *name)
{
	for (size_t i = 0; i < items->n; i++) {
		const char *is = item_name(k->record, (const char *)items->v + i * k->record->size);

		if (is && strcmp(is, name) == 0)
			return true;
	}
	return false;
}

static int
load_removed(struct loading *l, const struct kind *k, const struct records *items, struct err *err)
{
	struct texts names;

	if (names_of(l->call, k, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (named(k, items, names.v[i]))
			continue;
		if (sql_run(l->call->tx, k->remove, ARGS(V_TEXT(store_key(l->call, k, names.v[i]))), err) < 0)
			return -1;
		tell(l, names.v[i], "removed");
	}
	return 0;
}

static int
load_section(struct loading *l, const struct kind *k, const struct records *items, struct err *err)
{
	l->section = k->section;
	if (!items->v)
		return 0;
	for (size_t i = 0; i < items->n; i++)
		if (load_item(l, k, (const char *)items->v + i * k->record->size, i, err) < 0)
			return -1;
	return l->site->replace == 1 ? load_removed(l, k, items, err) : 0;
}

/* Hashing is slow by design: it happens before the lock is taken. */
static int
load_before(struct call *call, const void *input, struct err *err)
{
	const struct site *site = input;
	const char **hashes = arena_alloc(call->arena, (site->agents.n + 1) * sizeof(*hashes));
	int64_t test = 0;

	if (sql_int(call->tx, SQL_META_TEST, NO_ARGS, &test, err) < 0)
		return -1;
	for (size_t i = 0; i < site->agents.n; i++) {
		const struct site_agent *a = (struct site_agent *)site->agents.v + i;
		struct agent row;
		char hash[crypto_pwhash_STRBYTES];
		int rc = a->name ? sql_one(call->tx, call->arena, SQL_AGENT_GET, ARGS(V_TEXT(a->name)), &rec_agent_row, &row, err) : 0;

		if (rc < 0)
			return -1;
		if (!a->password || a->password == text_null || site->dry_run == 1 || (rc > 0 && row.password_hash && site->reset_passwords != 1))
			continue;
		/* A test store's passwords protect nothing and must not slow tests down. */
		if (crypto_pwhash_str(hash, a->password, strlen(a->password), test ? crypto_pwhash_OPSLIMIT_MIN : crypto_pwhash_OPSLIMIT_INTERACTIVE,
				      test ? crypto_pwhash_MEMLIMIT_MIN : crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
			return err_set(err, E_TEMP, "what", "not enough memory to hash a password", NULL);
		hashes[i] = arena_strdup(call->arena, hash);
	}
	call->prepared = hashes;
	return 0;
}

static int
load_fn(struct call *call, const void *input, struct err *err)
{
	const struct site *site = input;
	struct loading l = { .call = call, .site = site };

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		const struct records *items = field_at(record_field(&rec_site, kinds[i].section), (void *)(uintptr_t)site);

		if (load_section(&l, &kinds[i], items, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < l.changed_queues.n; i++)
		if (route_reenter(call, l.changed_queues.v[i], err) < 0)
			return -1;
	if (event_add(call, &(struct event){ .event = "site.changed" }, err) < 0)
		return -1;
	return route_rebuild(call, err);
}

const struct op op_site_load = { "site.load", N_("loads the site"), MAY_ADMINS, OP_WRITE | OP_DRY_RUN, &rec_site, &rec_site_change, load_fn, load_before };

/* Dumping. */

struct dump_in {
	const char *section;
};
RECORD(rec_dump_in, struct dump_in, "dump", N_("Which section; all when left out."), TEXT_FIELD(struct dump_in, section, 0, N_("agents, queues, ...")))

struct dump_out {
	const char *section, *name, *json;
};
RECORD(rec_dump_out, struct dump_out, "item", N_("An item of the site."),
       TEXT_FIELD(struct dump_out, section, FIELD_COLUMN, N_("agents, queues, ...")),
       TEXT_FIELD(struct dump_out, name, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(struct dump_out, json, FIELD_COLUMN, N_("the item as JSON")))

static int
dump_section(struct call *call, const struct kind *k, struct err *err)
{
	struct texts names;

	if (names_of(call, k, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		void *item = record_new(call->arena, k->record);
		struct dump_out *out;

		if (k->get(call, store_key(call, k, names.v[i]), item, err) < 0)
			return -1;
		out = call_answer(call);
		*out = (struct dump_out){ k->section, names.v[i], item_json(call->arena, k->record, item) };
	}
	return 0;
}

static int
dump_fn(struct call *call, const void *input, struct err *err)
{
	const struct dump_in *in = input;

	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if ((!in->section || strcmp(in->section, kinds[i].section) == 0) && dump_section(call, &kinds[i], err) < 0)
			return -1;
	return 0;
}

const struct op op_site_dump = { "site.dump", N_("dumps the site"), MAY_ADMINS, 0, &rec_dump_in, &rec_dump_out, dump_fn, NULL };

/* Names for completion and for people who look around. */

struct names_in {
	const char *kind;
};
RECORD(rec_names_in, struct names_in, "names", N_("Names of what."), TEXT_FIELD(struct names_in, kind, FIELD_REQUIRED, N_("queue, agent, team or disposition")))

struct name_out {
	const char *name, *doc, *parent;
};
RECORD(rec_name_out, struct name_out, "name", N_("A name of the site."),
       TEXT_FIELD(struct name_out, name, FIELD_COLUMN, N_("the name")),
       TEXT_FIELD(struct name_out, doc, FIELD_COLUMN, N_("what people read")),
       TEXT_FIELD(struct name_out, parent, FIELD_COLUMN, N_("the one above it")))

static int
names_fn(struct call *call, const void *input, struct err *err)
{
	static const struct {
		const char *kind;
		enum sql sql;
	} lists[] = { { "queue", SQL_NAMES_QUEUE }, { "agent", SQL_NAMES_AGENT }, { "team", SQL_NAMES_TEAM }, { "disposition", SQL_NAMES_DISPOSITION } };
	const struct names_in *in = input;
	struct records rows = { NULL, 0 };

	for (size_t i = 0; i < COUNT_OF(lists); i++)
		if (in->kind && strcmp(in->kind, lists[i].kind) == 0 &&
		    sql_all(call->tx, call->arena, lists[i].sql, NO_ARGS, &rec_name_out, &rows, err) < 0)
			return -1;
	for (size_t i = 0; i < rows.n; i++)
		call_emit(call, (struct name_out *)rows.v + i);
	return 0;
}

const struct op op_name_list = { "name.list", N_("names of queues, agents, teams or dispositions"), MAY_ALL, 0, &rec_names_in, &rec_name_out, names_fn, NULL };
