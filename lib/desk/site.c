/*
 * The site: loaded by merging item by item, dumped in the same form.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "desk/response_priv.h"
#include "desk/site_priv.h"

/* What became of an item, or what would. */
struct site_change {
	const char *section, *name, *change;
};
RECORD(rec_site_change, struct site_change, "change", N_("What loading does to an item of the site."),
       TEXT_FIELD(struct site_change, section, FIELD_COLUMN, N_("agents, queues, ...")),
       TEXT_FIELD(struct site_change, name, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(struct site_change, change, FIELD_COLUMN, N_("added, changed or removed")))

static const char *
item_name(const struct record *record, const void *item)
{
	const char *name = field_text(record_field(record, "name"), item);

	return name ? name : field_text(&record->fields[0], item);
}

/* Of what was kept for others those that the item has not: an older version did not know as many. */
static const char *
other_members(struct arena *arena, const struct record *record, const void *item, const char *object)
{
	struct json_member m;
	const char *text = "";

	while (json_next(&object, &m)) {
		const struct field *f = record_field(record, arena_memdup(arena, m.key, m.key_size));

		if (!f || !field_present(f, item))
			text = arena_printf(arena, "%s%s\"%.*s\":%.*s", text, *text ? "," : "", (int)m.key_size, m.key, (int)m.size, m.value);
	}
	return text;
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
	more = more ? other_members(arena, record, copy, more) : "";
	if (!*more)
		return text;
	return arena_printf(arena, "%.*s%s%s}", (int)(strlen(text) - 1), text, text[1] == '}' ? "" : ",", more);
}

/* Loading. */

static void
tell(struct loading *l, const char *name, const char *change)
{
	struct site_change *out = call_answer(l->call);

	*out = (struct site_change){ l->section, name, change };
	if (strcmp(l->section, "queues") == 0)
		texts_add(l->call->arena, &l->changed_queues, name);
	if (strcmp(l->section, "agents") == 0 || strcmp(l->section, "teams") == 0)
		l->people = true;
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
	if (old->password_hash && merged->password_hash && strcmp(old->password_hash, merged->password_hash) != 0)
		texts_add(l->call->arena, &l->shut, old->name);
}

/* Of the two ways to say how much an agent may have, the one that is given stands. */
static void
settle_capacity(struct site_agent *merged, const struct site_agent *given)
{
	bool rule = given->capacity_rule && given->capacity_rule != text_null;

	if (rule && !given->capacity.n)
		merged->capacity = (struct pairs){ NULL, 0, 0 };
	else if (given->capacity.n && !rule)
		merged->capacity_rule = NULL;
}

/* A disposition may be named by "name" instead of its code; only the code is kept. */
static void
settle_code(struct site_disposition *merged, const char *name)
{
	if (!merged->code)
		merged->code = name;
	merged->name = NULL;
}

/* Whether what is stored now is another: as it is dumped, since a file may leave out what is usual, and order lists as it likes. */
static int
is_changed(struct loading *l, const struct kind *k, const char *name, const char *before, const void *merged, struct err *err)
{
	struct arena *arena = l->call->arena;
	void *stored;

	if (l->moved || strcmp(before, item_json(arena, k->record, merged)) == 0)
		return l->moved;
	stored = record_new(arena, k->record);
	if (k->get(l->call, site_store_key(l->call, k, name), stored, err) < 0)
		return -1;
	return strcmp(before, item_json(arena, k->record, stored)) != 0;
}

static int
load_item(struct loading *l, const struct kind *k, const void *item, size_t at, struct err *err)
{
	struct arena *arena = l->call->arena;
	const char *name = item_name(k->record, item), *before = NULL;
	void *old = record_new(arena, k->record), *merged;
	int rc;

	if (site_check_name(l, name, err) < 0)
		return -1;
	rc = k->get(l->call, site_store_key(l->call, k, name), old, err);
	if (rc < 0)
		return -1;
	if (rc > 0)
		before = item_json(arena, k->record, old);
	merged = arena_memdup(arena, old, k->record->size);
	record_overlay(k->record, merged, item);
	if (k->record == &rec_site_agent) {
		settle_password(l, merged, old, at);
		settle_capacity(merged, item);
	}
	if (k->record == &rec_site_disposition)
		settle_code(merged, name);
	l->ord = (int64_t)at;
	l->moved = false;
	if (k->check(l, merged, err) < 0 || k->put(l, merged, err) < 0)
		return -1;
	rc = before ? is_changed(l, k, name, before, merged, err) : 1;
	if (rc > 0)
		tell(l, name, before ? "changed" : "added");
	return rc < 0 ? -1 : 0;
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

	if (site_names(l->call, k, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (named(k, items, names.v[i]))
			continue;
		if (sql_run(l->call->tx, k->remove, ARGS(V_TEXT(site_store_key(l->call, k, names.v[i]))), err) < 0)
			return -1;
		tell(l, names.v[i], "removed");
	}
	return 0;
}

/* Two items of one name: which of them was meant? */
static int
check_twice(const struct kind *k, const struct records *items, struct err *err)
{
	const char *last = NULL, **names = xcalloc(items->n + 1, sizeof(*names));
	int rc = 0;

	for (size_t i = 0; i < items->n; i++) {
		names[i] = item_name(k->record, (const char *)items->v + i * k->record->size);
		if (!names[i])
			names[i] = "";
	}
	qsort(names, items->n, sizeof(*names), by_text);
	for (size_t i = 0; rc == 0 && i < items->n; last = names[i++])
		if (last && *last && strcmp(last, names[i]) == 0)
			rc = err_set(err, E_DUPLICATE, "what", k->section, "value", last, NULL);
	free(names);
	return rc;
}

static int
load_section(struct loading *l, const struct kind *k, const struct records *items, struct err *err)
{
	l->section = k->section;
	if (!items->v)
		return 0;
	if (check_twice(k, items, err) < 0)
		return -1;
	for (size_t i = 0; i < items->n; i++)
		if (load_item(l, k, (const char *)items->v + i * k->record->size, i, err) < 0)
			return -1;
	return l->site->replace == 1 ? load_removed(l, k, items, err) : 0;
}

/*
 * The hash of an agent's password. The same password again keeps its hash: a site that is
 * loaded each night logs nobody out. A test store's passwords protect nothing and must not slow tests down.
 */
static int
hash_password(struct call *call, const char *password, const char *before, bool test, const char **hash_r, struct err *err)
{
	char hash[crypto_pwhash_STRBYTES];

	*hash_r = before;
	if (before && crypto_pwhash_str_verify(before, password, strlen(password)) == 0)
		return 0;
	call->other_secret = call->other_secret || before;
	if (crypto_pwhash_str(hash, password, strlen(password), test ? crypto_pwhash_OPSLIMIT_MIN : crypto_pwhash_OPSLIMIT_INTERACTIVE,
			      test ? crypto_pwhash_MEMLIMIT_MIN : crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return err_set(err, E_TEMP, "what", N_("not enough memory to hash a password"), NULL);
	*hash_r = arena_strdup(call->arena, hash);
	return 0;
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
		int rc = a->name ? sql_one(call->tx, call->arena, SQL_AGENT_GET, ARGS(V_TEXT(a->name)), &rec_agent_row, &row, err) : 0;

		if (rc < 0)
			return -1;
		if (!a->password || a->password == text_null || site->dry_run == 1 || (rc > 0 && row.password_hash && site->reset_passwords != 1))
			continue;
		if (hash_password(call, a->password, rc > 0 ? row.password_hash : NULL, test, &hashes[i], err) < 0)
			return -1;
	}
	call->prepared = hashes;
	return 0;
}

static int
load_fn(struct call *call, const void *input, struct err *err)
{
	const struct site *site = input;
	struct loading l = { .call = call, .site = site };

	for (size_t i = 0; i < site_kinds_n; i++) {
		const struct records *items = field_const(record_field(&rec_site, site_kinds[i].section), site);

		if (load_section(&l, &site_kinds[i], items, err) < 0)
			return -1;
	}
	for (size_t i = 0; site_whole[i]; i++)
		if (site_whole[i](&l, err) < 0)
			return -1;
	/* The same site again, by a cron job or by one who was killed, is no event. */
	if (call->answer.n && (event_add(call, &(struct event){ .event = "site.changed" }, err) < 0 || words_site(call, err) < 0))
		return -1;
	/* Who may see what is in the index of responses. */
	if (l.people && library_people(call, err) < 0)
		return -1;
	if (route_rebuild(call, &l.changed_queues, err) < 0)
		return -1;
	/* When all is in its place: what they had open goes back to its queues. */
	for (size_t i = 0; i < l.shut.n; i++)
		if (session_shut(call, l.shut.v[i], err) < 0)
			return -1;
	return 0;
}

const struct op op_site_load = { "site.load", N_("loads the site"), MAY_ADMINS, OP_WRITE | OP_DRY_RUN | OP_MUTE, &rec_site, &rec_site_change, load_fn, load_before };

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

	if (site_names(call, k, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		void *item = record_new(call->arena, k->record);
		struct dump_out *out;

		if (k->get(call, site_store_key(call, k, names.v[i]), item, err) < 0)
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

	for (size_t i = 0; i < site_kinds_n; i++)
		if ((!in->section || strcmp(in->section, site_kinds[i].section) == 0) && dump_section(call, &site_kinds[i], err) < 0)
			return -1;
	return 0;
}

const struct op op_site_dump = { "site.dump", N_("dumps the site"), MAY_ADMINS, OP_COPIES, &rec_dump_in, &rec_dump_out, dump_fn, NULL };

/* Names for completion and for people who look around. */

struct names_in {
	const char *kind;
};
RECORD(rec_names_in, struct names_in, "names", N_("Names of what."), TEXT_FIELD(struct names_in, kind, FIELD_REQUIRED, N_("queue, agent, team, disposition, workbin, website, mailbox; or voice-only: agents without a capacity rule")))

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
	} lists[] = {
		{ "queue", SQL_NAMES_QUEUE },
		{ "agent", SQL_NAMES_AGENT },
		{ "team", SQL_NAMES_TEAM },
		{ "disposition", SQL_NAMES_DISPOSITION },
		{ "workbin", SQL_NAMES_WORKBIN },
		{ "website", SQL_NAMES_WEBSITE },
		{ "mailbox", SQL_NAMES_MAILBOX },
		{ "voice-only", SQL_NAMES_VOICE_ONLY },
	};
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

const struct op op_name_list = { "name.list", N_("names of queues, agents, teams, dispositions, workbins, websites or mailboxes"), MAY_ALL, OP_MIRROR, &rec_names_in, &rec_name_out, names_fn, NULL };
