/*
 * The catalogue: what a statement asks for, and which index serves it.
 */
#include "store/store.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "desk/mail_priv.h"
#include "desk/response_priv.h"
#include "tests/unit/folder.h"
#include "tests/unit/tap.h"

const struct engine *const store_engines[] = { &sqlite_engine, &postgresql_engine, NULL };

static struct arena *arena;
static const char *path;

/* "a, b" of INSERT INTO t (a, b), to be the record's fields. */
static const char *
inserted(const char *text)
{
	const char *from = strchr(text, '(') + 1;

	return arena_memdup(arena, from, (size_t)(strchr(from, ')') - from));
}

static const char *
fields(const struct record *record)
{
	const char *text = "";

	for (size_t i = 0; i < record->n; i++)
		text = arena_printf(arena, "%s%s%s", text, *text ? ", " : "", record->fields[i].name);
	return text;
}

/* What sql_must is called with says first which row, by the first column of its key, then what has to be so: an engine takes it apart there. */
static bool
guarded(enum sql sql, const char *key)
{
	const char *where = strstr(sql_text_for(arena, "sqlite", sql), " WHERE "), *want = arena_printf(arena, " WHERE %s = ?1 AND ", key);

	return where && strncmp(where, want, strlen(want)) == 0 && !strstr(where, " OR ") && !strstr(where, "SELECT");
}

/* Each field of the row is set from its own parameter, or compared with it. */
static bool
saves(enum sql sql)
{
	const char *text = sql_text_for(arena, "sqlite", sql);

	for (size_t i = 0; i < rec_ixn_row.n; i++) {
		const char *name = rec_ixn_row.fields[i].name;

		if (!strstr(text, arena_printf(arena, " %s = ?%zu", name, i + 1)) &&
		    !strstr(text, arena_printf(arena, "coalesce(%s, '') = coalesce(?%zu, '')", name, i + 1)) &&
		    !strstr(text, arena_printf(arena, "coalesce(%s, 0) = coalesce(?%zu, 0)", name, i + 1)))
			return ok(false, "%s: %s", sql_name(sql), name);
	}
	return true;
}

static void
test_puts(void)
{
	static const struct {
		enum sql sql;
		const struct record *record;
	} puts[] = {
		{ SQL_IXN_NEW, &rec_ixn_row },
		{ SQL_CONTACT_NEW, &rec_contact_row },
		{ SQL_AGENT_PUT, &rec_agent_row },
		{ SQL_QUEUE_PUT, &rec_queue_row },
		{ SQL_OFFER_NEW, &rec_offer_row },
		{ SQL_MESSAGE_ADD, &rec_message_row },
		{ SQL_CATEGORY_NEW, &rec_category },
		{ SQL_RESPONSE_NEW, &rec_response_row },
		{ SQL_RESPONSE_FAVOURITE_PUT, &rec_response_favourite },
		{ SQL_ATTACHMENT_NEW, &rec_attachment },
		{ SQL_USE_NEW, &rec_use },
		{ SQL_EMAIL_NEW, &rec_email_row },
		{ SQL_EMAIL_ADDRESS_NEW, &rec_email_address },
		{ SQL_EMAIL_PART_NEW, &rec_email_part },
	};

	for (size_t i = 0; i < COUNT_OF(puts); i++)
		is_str(inserted(sql_text_for(arena, "sqlite", puts[i].sql)), fields(puts[i].record), sql_name(puts[i].sql));
	ok(saves(SQL_IXN_SAVE) && saves(SQL_IXN_SAVE_MOVED), "IXN_SAVE");
	ok(guarded(SQL_IXN_SAVE, "id") && guarded(SQL_IXN_SAVE_MOVED, "id") && guarded(SQL_OFFER_CLOSE, "id") && guarded(SQL_EMAIL_SAVE, "ixn"), "what has to be so of a row stands behind its key");
}

/* Parameters are numbered from 1 without a gap, or values would go astray. */
static bool
no_gaps(const char *text, int n)
{
	for (int i = 1; i <= n; i++) {
		const char *name = arena_printf(arena, "?%d", i), *p = text;

		while ((p = strstr(p, name)) && p[strlen(name)] >= '0' && p[strlen(name)] <= '9')
			p++;
		if (!p)
			return false;
	}
	return true;
}

/* How SQLite goes about it, a step a line; NULL: it cannot be prepared. */
static const char *
plan_of(sqlite3 *db, enum sql sql)
{
	const char *text = sql_text_for(arena, "sqlite", sql), *plan = "";
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(db, arena_printf(arena, "EXPLAIN QUERY PLAN %s", text), -1, &st, NULL) != SQLITE_OK)
		return NULL;
	if (!no_gaps(text, sqlite3_bind_parameter_count(st)))
		plan = NULL;
	while (plan && sqlite3_step(st) == SQLITE_ROW)
		plan = arena_printf(arena, "%s%s\n", plan, sqlite3_column_text(st, 3));
	sqlite3_finalize(st);
	return plan;
}

/* What looks at every row of a table that grows without end, beside these, is a mistake. */
static bool
scans(const char *plan)
{
	static const char *const small[] = {
		/* Of the site, and of who is logged in. */
		"SCAN a", "SCAN agent", "SCAN agent_skill", "SCAN queue", "SCAN team", "SCAN team_member", "SCAN disposition", "SCAN workflow", "SCAN site_item",
		"SCAN session", "SCAN s", "SCAN token", "SCAN lane", "SCAN l", "SCAN setting", "SCAN policy", "SCAN workbin", "SCAN b", "SCAN website", "SCAN hours",
		"SCAN capacity_rule", "SCAN review_rule", "SCAN web", "SCAN mailbox", "SCAN mailbox_signature", "SCAN mailbox_rule", "SCAN mailbox_rule_data", "SCAN gateway", "SCAN monitor", "SCAN m", "SCAN sqlite_master",
		/* What the statement itself has found: a contact and those merged with it, an agent's work. */
		"SCAN CONSTANT", "SCAN work", "SCAN part", "SCAN f", "SCAN family", "SCAN up", "SCAN kin", "SCAN h",
		/* Of what is waiting or unsent only. */
		"SCAN outbox USING INDEX outbox_open", "SCAN outbox USING INDEX outbox_uncopied", "SCAN i USING INDEX ixn_queue", "SCAN o USING INDEX offer_agent", "SCAN o USING INDEX offer_ixn", "SCAN x"
	};

	for (const char *line = plan; (line = strstr(line, "SCAN ")); line++) {
		bool known = false;

		for (size_t i = 0; i < COUNT_OF(small) && !known; i++)
			known = strncmp(line, small[i], strlen(small[i])) == 0 && strchr(" \n", line[strlen(small[i])]);
		if (!known)
			return true;
	}
	return false;
}

static void
test_plans(sqlite3 *db)
{
	/* Every row by design, or the last one of an index only. */
	static const enum sql whole[] = { SQL_MAILS, SQL_EVENT_LAST, SQL_EVENT_NEWEST, SQL_DUE_NEXT,
					  SQL_DOCTOR_RESPONSE_ASTRAY, SQL_DOCTOR_CATEGORY_ASTRAY, SQL_DOCTOR_ATTACHMENT_LOST, SQL_DOCTOR_FAVOURITE_STRAY, SQL_RESPONSE_REMOVED, SQL_LIBRARY_SIZE, SQL_IMPORT_PENDING };

	for (int i = 0; i < SQL_COUNT; i++) {
		const char *plan = plan_of(db, (enum sql)i);
		bool may = false;

		for (size_t k = 0; k < COUNT_OF(whole); k++)
			may = may || whole[k] == (enum sql)i;
		if (!plan)
			ok(false, "%s: %s", sql_name((enum sql)i), sqlite3_errmsg(db));
		else if (!may && scans(plan))
			ok(false, "%s scans\n# %s", sql_name((enum sql)i), plan);
	}
	ok(true, "no statement looks at all there is");
}

static void
test_hot(sqlite3 *db)
{
	static const struct {
		enum sql sql;
		const char *uses;
	} hot[] = {
		{ SQL_HEADS_OF_AGENT, "SEARCH i USING COVERING INDEX ixn_wait (lane=? AND sort_key=? AND id=? AND state=?)\nCORRELATED SCALAR SUBQUERY 2\nSEARCH h USING COVERING INDEX ixn_wait (lane=?)" },
		{ SQL_HEADS_OF_AGENT, "SEARCH l USING PRIMARY KEY (agent=?" },
		{ SQL_CANDIDATES_OF_LANE, "SEARCH l USING COVERING INDEX agent_lane_rank (lane=?)\nSEARCH m USING PRIMARY KEY (agent=? AND medium=?)" },
		{ SQL_CANDIDATES_BY_IDLE, "SEARCH m USING INDEX agent_medium_free (medium=?)" },
		{ SQL_CANDIDATES_BY_LOAD, "SEARCH m USING INDEX agent_medium_load (medium=?)\nSEARCH l USING COVERING INDEX agent_lane_rank (lane=? AND rank=? AND agent=?" },
		{ SQL_CANDIDATES_OF_RANK, "SEARCH l USING COVERING INDEX agent_lane_rank (lane=? AND rank=?)" },
		{ SQL_RANK_BEST, "SEARCH l USING COVERING INDEX agent_lane_rank (lane=?)" },
		{ SQL_RANK_COUNT, "COVERING INDEX agent_lane_rank (lane=? AND rank=?)" },
		{ SQL_LANE_WAITS, "COVERING INDEX ixn_wait (lane=? AND (sort_key,id)>(?,?))" },
		{ SQL_LANES_OPEN, "INDEX lane_queue (queue=?)" },
		{ SQL_QUEUE_LENGTH, "SEARCH n USING INDEX lane_queue (queue=?)\nSEARCH i USING COVERING INDEX ixn_wait (lane=?)" },
		{ SQL_LANE_MANNED, "SEARCH l USING COVERING INDEX agent_lane_rank (lane=?)" },
		{ SQL_RESERVED, "SEARCH i USING INDEX ixn_wait (lane=?)" },
		{ SQL_LAST_SERVED, "SEARCH i USING COVERING INDEX ixn_contact (contact=?)" },
		{ SQL_LOAD_OF, "INDEX ixn_agent (agent=?)" },
		{ SQL_CAPACITY_OF, "SEARCH agent_capacity USING PRIMARY KEY (agent=?)" },
		{ SQL_CAPACITY_OF, "SEARCH m USING PRIMARY KEY (rule=?)" },
		{ SQL_IXNS_MINE, "INDEX ixn_agent (agent=?)" },
		{ SQL_IXN_OF_AGENT, "INDEX ixn_agent (agent=?)" },
		{ SQL_IXNS_OFFERED, "INDEX offer_agent (agent=?)" },
		{ SQL_IXNS_OF_QUEUE, "INDEX ixn_queue (queue=? AND id>?)" },
		{ SQL_IXNS_OF_CONTACT, "INDEX ixn_contact (contact=? AND id<?)" },
		{ SQL_IXNS_OF_WORKBIN, "INDEX ixn_workbin (workbin=?" },
		{ SQL_IXNS_OF_TEAM, "INDEX ixn_workbin (workbin=?" },
		{ SQL_WORKBIN_COUNTS, "INDEX ixn_workbin (workbin=?" },
		{ SQL_IXNS_DOWN, "(id<?)" },
		{ SQL_IXNS_BY_EXTERNAL, "INDEX ixn_external (external_id=?)" },
		{ SQL_IXN_EXTERNAL, "INDEX ixn_external (external_id=? AND medium=?)" },
		{ SQL_IXN_BY_END, "INDEX ixn_rid (rid>? AND rid<?)" },
		{ SQL_IXN_WAITING, "INDEX ixn_queue (queue=?)" },
		{ SQL_MAIL_BY_END, "INDEX outbox_rid (rid>? AND rid<?)" },
		{ SQL_MAIL_NEXT, "INDEX outbox_open" },
		{ SQL_MAILS_STUCK, "INDEX outbox_open" },
		{ SQL_MAILS_OPEN, "INDEX outbox_open" },
		{ SQL_MAILS_OF_IXN, "INDEX outbox_ixn" },
		{ SQL_EVENTS, "SEARCH e USING INTEGER PRIMARY KEY (rowid>?)\nSEARCH m USING PRIMARY KEY (ixn=? AND seq=?)" },
		{ SQL_EVENTS_OF_IXN, "INDEX event_ixn (ixn=? AND seq>?)" },
		{ SQL_DUE_FIRST, "INDEX due_at (at<?)" },
		{ SQL_DUE_NEXT, "INDEX due_at" },
		{ SQL_IDEMPOTENCY_FORGET, "INDEX idempotency_at (at<?)" },
		{ SQL_OFFER_OF_IXN, "INDEX offer_ixn (ixn=?)" },
		{ SQL_OFFER_LAST, "INDEX offer_all (ixn=?)" },
		{ SQL_OFFER_OLDEST, "INDEX offer_agent (agent=?)" },
		{ SQL_OFFERS_OF, "INDEX offer_agent (agent=?)" },
		{ SQL_CONTACT_ADDRESS, "INDEX contact_address_contact (contact=?" },
		{ SQL_CATEGORY_BY_PATH, "INDEX category_folded (folded=?)" },
		{ SQL_CATEGORY_TREE, "INDEX category_folded (folded>? AND folded<?)" },
		{ SQL_RESPONSE_BY_SHORTCUT, "INDEX response_shortcut (shortcut_key=?)" },
		{ SQL_RESPONSE_PAGE, "(id>?)" },
		{ SQL_RESPONSE_SINCE, "INDEX response_seq (seq>?)" },
		{ SQL_RESPONSE_LIST, "INDEX response_category (category=? AND (name_key,id)>(?,?))" },
		{ SQL_RESPONSE_ACTIVE, "INDEX response_active (category=? AND usage=?)" },
		{ SQL_RESPONSE_REMOVED, "INDEX response_removed" },
		{ SQL_RESPONSE_FAVOURITE_SINCE, "INDEX response_favourite_seq (seq>?)" },
		{ SQL_USE_PAGE, "(rowid>?)" },
		{ SQL_USE_SINCE, "INDEX response_use_seq (seq>?)" },
		{ SQL_USE_LAST, "INDEX response_use_response (response=?)" },
		{ SQL_USES_OF_CONTACT, "INDEX response_use_contact (contact=?)" },
		{ SQL_EMAIL_OF_ID, "INDEX email_message_id (message_id=?)" },
		{ SQL_EMAIL_OF_OUTBOX, "INDEX email_outbox (outbox=?)" },
		{ SQL_MAIL_OF_ID, "INDEX outbox_message_id (message_id=?)" },
		{ SQL_FETCH_PENDING, "INDEX fetch_mail_act (mailbox=? AND uidvalidity=? AND acted=?)" },
		{ SQL_FETCH_SAME, "INDEX fetch_mail_digest (digest=? AND mailbox=?)" },
	};

	for (size_t i = 0; i < COUNT_OF(hot); i++) {
		const char *plan = plan_of(db, hot[i].sql);

		if (!ok(plan && strstr(plan, hot[i].uses), "%s: %s", sql_name(hot[i].sql), arena_memdup(arena, hot[i].uses, strcspn(hot[i].uses, "\n"))))
			printf("# %s\n", plan ? plan : "(none)");
	}
}

/* An index that no statement uses only costs. */
static void
test_indexes(sqlite3 *db)
{
	/* Rules, not ways to find something. */
	static const char *const other[] = { "offer_consult", "participant_open", "participant_consult", "import_use_external", "cobrowse_open" };
	struct buf plans = BUF_INIT;
	sqlite3_stmt *st;

	for (int i = 0; i < SQL_COUNT; i++)
		buf_str(&plans, plan_of(db, (enum sql)i));
	if (sqlite3_prepare_v2(db, "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL", -1, &st, NULL) != SQLITE_OK)
		ok(false, "%s", sqlite3_errmsg(db));
	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(st, 0);
		bool kept = false;

		for (size_t i = 0; i < COUNT_OF(other); i++)
			kept = kept || strcmp(other[i], name) == 0;
		ok(kept || strstr(buf_get(&plans), arena_printf(arena, "INDEX %s", name)), "%s is of use", name);
	}
	sqlite3_finalize(st);
	buf_release(&plans);
}

static void
test_catalogue(void)
{
	sqlite3 *db;

	is_str(sql_text_for(arena, "postgresql", SQL_META_GET), "SELECT value FROM meta WHERE key = $1", "parameters elsewhere");
	ok(schema_text_for(arena, "sqlite", 0) && !schema_text_for(arena, "sqlite", 1000), "the schema has an end");
	test_puts();
	if (!ok(sqlite3_open(path, &db) == SQLITE_OK, "another connection"))
		return;
	test_plans(db);
	test_hot(db);
	test_indexes(db);
	sqlite3_close(db);
}

int
main(void)
{
	struct err err = { 0 };
	struct store *store = NULL;
	char *folder;

	arena = arena_new();
	folder = folder_new(arena, "ixn-catalogue");
	path = arena_printf(arena, "%s/store", folder);
	if (!ok(store_open(path, STORE_CREATE, &store, &err) == 0, "a store"))
		return done();
	test_catalogue();
	store_close(&store);
	file_remove_all(folder);
	arena_free(&arena);
	return done();
}
