/*
 * What is imported in bulk: no transaction of it takes on many rows, and nobody
 * sees a part of it.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "desk/desk.h"
#include "desk/import_priv.h"
#include "tests/unit/folder.h"
#include "tests/unit/tap.h"

/* Each lies in a category of its own. */
#define ITEMS ((size_t)1000)

static struct arena *arena;
static struct desk *desk;
static sqlite3 *db;

/* The store as it is for who looks without the desk. */
static int64_t
rows(const char *sql)
{
	sqlite3_stmt *statement;
	int64_t n = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
		n = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return n;
}

static int64_t
in_place(void)
{
	return rows("SELECT (SELECT count(*) FROM response) + (SELECT count(*) FROM response_version) + (SELECT count(*) FROM category)");
}

static int64_t
staged(void)
{
	return rows("SELECT (SELECT count(*) FROM import_row) + (SELECT count(*) FROM import_category)");
}

struct answer {
	const struct record *record;
	const void *last;
	size_t n;
};

static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	struct answer *answer = context;

	(void)err;
	*answer = (struct answer){ record, p, answer->n + 1 };
	return 0;
}

static struct answer
call(const struct op *op, const void *in)
{
	struct answer answer = { NULL, NULL, 0 };
	struct err err = { 0 };

	if (desk_call(desk, &(struct request){ .op = op, .in = in }, arena, keep, &answer, &err) < 0)
		ok(false, "%s: %s", op->name, err_name(err.code));
	return answer;
}

static void *
input(const struct op *op, const char *batch)
{
	void *in = record_new(arena, op->in);

	if (batch)
		record_set_text(op->in, in, "batch", batch);
	return in;
}

/* As people see it: each root counts for itself and for what lies in it. */
static size_t
seen(void)
{
	void *in = input(&op_response_list, NULL);

	record_set_int(op_response_list.in, in, "limit", 5 * ITEMS);
	return call(&op_response_list, in).n + call(&op_category_list, input(&op_category_list, NULL)).n;
}

static struct records
items(const char *text)
{
	struct import_item *v = arena_alloc(arena, ITEMS * sizeof(*v));

	for (size_t i = 0; i < ITEMS; i++) {
		record_init(&rec_import_item, &v[i]);
		v[i].where = v[i].id = arena_printf(arena, "i%04zu", i);
		v[i].name = v[i].id;
		v[i].category = arena_printf(arena, "Root %zu", i);
		v[i].text = text;
	}
	return (struct records){ v, ITEMS };
}

/* How many rows came or went in one transaction, at most. */
static int64_t
most(int64_t before, int64_t after, int64_t so_far)
{
	int64_t n = after > before ? after - before : before - after;

	return n > so_far ? n : so_far;
}

static const char *
stage(const char *text)
{
	struct records left = items(text);
	const char *batch = id_new(arena, clock_now());
	int64_t largest = 0;

	while (left.n) {
		void *in = input(&op_import_stage, batch);
		int64_t before = staged();
		struct answer answer;

		*(struct records *)field_at(record_field(op_import_stage.in, "items"), in) = left;
		answer = call(&op_import_stage, in);
		if (!answer.n || record_int(answer.record, answer.last, "items") == 0)
			break;
		largest = most(before, staged(), largest);
		left.n -= (size_t)record_int(answer.record, answer.last, "items");
		left.v = (struct import_item *)left.v + record_int(answer.record, answer.last, "items");
	}
	is_int(left.n, 0, "all are staged");
	/* A row and its category. */
	ok(largest <= (int64_t)2 * SLICE_ROWS, "%lld rows at a time", (long long)largest);
	return batch;
}

static void
decide(const char *batch)
{
	int64_t before = in_place();

	call(&op_import_decide, input(&op_import_decide, batch));
	ok(most(before, in_place(), 0) <= SLICE_ROWS, "decided: %lld rows", (long long)(in_place() - before));
}

/* Piece by piece, as long as op says that something is left. */
static void
go_on(const struct op *op, const char *batch, int64_t (*count)(void), int64_t bound)
{
	int64_t largest = 0, left = 1;
	size_t pieces = 0;

	while (left) {
		int64_t before = count();
		struct answer answer = call(op, input(op, batch));

		largest = most(before, count(), largest);
		left = answer.n ? record_int(answer.record, answer.last, "total") - record_int(answer.record, answer.last, "done") : 0;
		pieces++;
	}
	ok(pieces > 2 && largest <= bound, "%s: %lld rows at most in one of %zu transactions", op->name, (long long)largest, pieces);
}

static void
test_slices(void)
{
	const char *batch = stage("first");

	is_int(seen(), 0, "nothing is seen of what is staged");
	decide(batch);
	ok(in_place() < (int64_t)ITEMS, "only a part of it is in its place");
	go_on(&op_import_move, batch, in_place, SLICE_ROWS);
	is_int(in_place(), 2 * ITEMS, "all are in their place");
	go_on(&op_import_clear, batch, staged, (int64_t)2 * SLICE_ROWS);
	is_int(staged(), 0, "nothing is left");
	is_int(seen(), 2 * ITEMS, "all are seen");
}

/* Who looks while it is moved sees all of it. */
static void
test_whole(void)
{
	const char *batch = stage("second");
	void *in = input(&op_response_show, NULL);
	struct answer answer;

	record_set_text(op_response_show.in, in, "id", arena_printf(arena, "i%04zu", ITEMS - 1));
	answer = call(&op_response_show, in);
	is_str(record_text(answer.record, answer.last, "text"), "first", "before it is decided the last is what it was");
	decide(batch);
	is_int(rows("SELECT count(*) FROM response WHERE id = 'i0999' AND text = 'second'"), 0, "it is not in its place yet");
	answer = call(&op_response_show, in);
	is_str(record_text(answer.record, answer.last, "text"), "second", "but who asks for it gets what it is now");
	is_int(rows("SELECT count(*) FROM response WHERE text = 'second' AND version = 2"), ITEMS, "all of them are");
	call(&op_import_clear, input(&op_import_clear, batch));
}

int
main(void)
{
	const struct desk_options options = { .zone = "UTC", .language = "en", .session_ttl = MS_DAY };
	const char *url;
	struct err err = { 0 };
	char *folder;

	arena = arena_new();
	folder = folder_new(arena, "ixn-import");
	url = arena_printf(arena, "file:%s/store.db", folder);
	if (ok(desk_setup(url, false, &err) == 0 && desk_open(url, &options, &desk, &err) == 0 &&
		       sqlite3_open_v2(url + 5, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK,
	       "a store")) {
		test_slices();
		test_whole();
	}
	sqlite3_close(db);
	desk_close(&desk);
	file_remove_all(folder);
	arena_free(&arena);
	return done();
}
