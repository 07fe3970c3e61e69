/*
 * What is learned from answers: with which message, of which turn; what was
 * passed over; and that what a contact wrote is forgotten, in the store and by
 * the index.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "desk/library.h"
#include "desk/response_priv.h"
#include "desk/site.h"
#include "search/search.h"
#include "tests/unit/folder.h"
#include "tests/unit/tap.h"

static struct arena *arena;
static struct desk *desk;
static char *folder;
static const char *url;

struct job {
	const char *ixn, *response, *contact;
	bool edited;
	const struct texts *passed;
	int rank;
};

static int
call_op(const struct op *op, const void *in, emit_fn *emit, void *context, struct err *err)
{
	*err = (struct err){ 0 };
	return desk_call(desk, &(struct request){ .op = op, .in = in }, arena, emit, context, err);
}

static int
call_fn(op_fn *fn, const struct job *job)
{
	static const struct record nothing = { "nothing", NULL, sizeof(struct job), NULL, 0 };
	const struct op op = { "test", "", MAY_ALL, OP_WRITE, &nothing, &nothing, fn, NULL };
	struct err err;

	if (call_op(&op, job, NULL, NULL, &err) == 0)
		return 0;
	printf("# %s\n", err_name(err.code));
	return -1;
}

static int
keep_id(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)err;
	*(const char **)context = arena_strdup(arena, field_text(record_field(record, "id"), p));
	return 0;
}

/* An operation by the names of its fields; the id it answers. */
static const char *
make(const struct op *op, const char *const fields[][2])
{
	const struct field_context context = { arena, 0, "UTC" };
	void *in = record_new(arena, op->in);
	const char *id = "";
	struct err err = { 0 };

	for (size_t i = 0; fields[i][0]; i++)
		if (field_parse(record_field(op->in, fields[i][0]), in, fields[i][1], &context, &err) < 0)
			printf("# %s\n", fields[i][0]);
	if (call_op(op, in, keep_id, &id, &err) < 0)
		printf("# %s: %s\n", op->name, err_name(err.code));
	return id;
}
#define MAKE(op, ...) make(&(op), (const char *const[][2]){ __VA_ARGS__, { NULL, NULL } })

static void
says(const char *ixn, const char *text)
{
	MAKE(op_chat_send, { "id", ixn }, { "as_contact", "true" }, { "text", text });
}

/* What stands in the store, by another connection. */
static const char *
ask(const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *stmt = NULL;
	const char *answer = "?";

	if (sqlite3_open(arena_printf(arena, "%s/store.db", folder), &db) == SQLITE_OK && sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK) {
		int rc = sqlite3_step(stmt);
		const char *text = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : "";

		answer = text ? arena_strdup(arena, text) : "NULL";
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return answer;
}

static const char *
last_text(void)
{
	return ask("SELECT text FROM response_use WHERE kind IN ('sent', 'edited') ORDER BY number DESC LIMIT 1");
}

/* What an agent says, whoever has it. */
static int
answer_fn(struct call *call, const void *in, struct err *err)
{
	const struct job *job = in;
	struct message m = { .role = FROM_AGENT, .visible = "all", .text = "an answer" };
	struct ixn *ixn;

	if (ixn_get(call, job->ixn, &ixn, err) < 0 || message_add(call, ixn, &m, err) < 0)
		return -1;
	return ixn_save(call, ixn, err);
}

static int
used_fn(struct call *call, const void *in, struct err *err)
{
	const struct job *job = in;
	struct response *r;
	struct ixn *ixn;

	if (ixn_get(call, job->ixn, &ixn, err) < 0 || response_get(call, job->response, &r, err) < 0)
		return -1;
	return response_used(call, ixn, r, job->edited, job->passed, job->rank, err);
}

static int
forget_fn(struct call *call, const void *in, struct err *err)
{
	return response_forget(call, ((const struct job *)in)->contact, err);
}

static const char *
used(const char *ixn, const char *response)
{
	const struct job job = { .ixn = ixn, .response = response };

	call_fn(used_fn, &job);
	return last_text();
}

static void
answers(const char *ixn)
{
	const struct job job = { .ixn = ixn };

	call_fn(answer_fn, &job);
}

/* How many responses a word finds in the index, as another process sees it. */
static size_t
finds(const char *word)
{
	const struct search_query query = { .text = word, .now = 1000, .limit = 10 };
	struct search_hits hits = { NULL, 0 };
	struct search *search;
	struct err err = { 0 };

	if (search_open(library_path(arena, url), &search, &err) < 0)
		return 99;
	if (search_run(search, &query, arena, &hits, &err) < 0)
		hits.n = 98;
	search_close(&search);
	return hits.n;
}

static int
load_site(struct err *err)
{
	struct site *site = record_new(arena, &rec_site);

	site->queues = (struct records){ record_new(arena, &rec_site_queue), 1 };
	((struct site_queue *)site->queues.v)->name = "q";
	return call_op(&op_site_load, site, NULL, NULL, err);
}

static void
test_turns(const char *r)
{
	const char *chat = MAKE(op_ixn_create, { "media", "chat" }, { "queue", "q" }, { "from", "ann@example.org" }, { "subject", "Website" }, { "language", "en" });
	const char *mail = MAKE(op_ixn_create, { "media", "email" }, { "queue", "q" }, { "from", "ann@example.org" }, { "subject", "The subject" }, { "text", "the body" });

	is_str(used(chat, r), "NULL", "nothing was asked: nothing is learned");
	says(chat, "one");
	says(chat, "two");
	is_str(used(chat, r), "one\ntwo", "all that was said since, and no subject of a chat");
	answers(chat);
	is_str(used(chat, r), "one\ntwo", "an answer behind the answer is one to the same");
	says(chat, "three");
	is_str(used(chat, r), "three", "what was answered before is not learned again");
	is_str(used(mail, r), "The subject\nthe body", "of a mail the subject counts");
}

static void
test_passed(const char *r, const char *above)
{
	const char *chat = MAKE(op_ixn_create, { "media", "chat" }, { "queue", "q" }, { "from", "bea@example.org" });
	struct texts passed = { NULL, 0, 0 };
	const struct job job = { .ixn = chat, .response = r, .edited = true, .passed = &passed, .rank = 3 };

	texts_add(arena, &passed, above);
	texts_add(arena, &passed, above);
	texts_add(arena, &passed, r);
	texts_add(arena, &passed, "not-there");
	says(chat, "four");
	call_fn(used_fn, &job);
	is_str(ask(arena_printf(arena, "SELECT group_concat(kind || coalesce(rank, '')) FROM (SELECT * FROM response_use WHERE ixn = '%s' ORDER BY number)", chat)), "edited3,passed",
	       "what stood above is passed over once; itself, and what is not there, never");
	is_str(ask("SELECT reason FROM event WHERE event = 'response.used' ORDER BY seq DESC LIMIT 1"), "edited", "the event says how");
}

static void
test_forget(const char *r)
{
	const char *chat = MAKE(op_ixn_create, { "media", "chat" }, { "queue", "q" }, { "from", "zoe@example.org" }, { "name", "Zoe" });
	const char *other = MAKE(op_ixn_create, { "media", "chat" }, { "queue", "q" }, { "from", "ann@example.org" });
	struct job job = { .ixn = chat };
	struct err err = { 0 };

	says(chat, "the zigzag quibble");
	says(other, "the brouhaha");
	used(chat, r);
	used(other, r);
	ok(finds("quibble") == 1 && finds("brouhaha") == 1, "learned");
	job.contact = ask(arena_printf(arena, "SELECT contact FROM ixn WHERE id = '%s'", chat));
	call_fn(forget_fn, &job);
	is_str(ask(arena_printf(arena, "SELECT count(*) FROM response_use WHERE contact = '%s' AND text IS NOT NULL", job.contact)), "0", "forgotten in the store");
	is_int((int64_t)finds("quibble"), 0, "by the index at once");
	is_int((int64_t)finds("brouhaha"), 1, "what others wrote is not");
	ok(library_build(desk, library_path(arena, url), NULL, &err) == 0, "made anew");
	ok(finds("quibble") == 0 && finds("brouhaha") == 1, "and by a new index");
}

int
main(void)
{
	static const struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = MS_DAY };
	const char *r, *above;
	struct err err = { 0 };

	arena = arena_new();
	folder = folder_new(arena, "ixn-use");
	url = arena_printf(arena, "file:%s/store.db", folder);
	if (ok(desk_setup(url, false, &err) == 0 && desk_open(url, &options, &desk, &err) == 0 && load_site(&err) == 0, "a store")) {
		r = MAKE(op_response_edit, { "name", "Late" }, { "language", "en" }, { "text", "Your parcel is late." });
		above = MAKE(op_response_edit, { "name", "Lost" }, { "language", "en" }, { "text", "Your parcel is lost." });
		test_turns(r);
		test_passed(r, above);
		test_forget(r);
	}
	desk_close(&desk);
	file_remove_all(folder);
	arena_free(&arena);
	return done();
}
