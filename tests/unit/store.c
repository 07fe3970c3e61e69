/*
 * The store: records in and out, transactions. How it is opened: store_open.c.
 */
#include "store/store.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "desk/response_priv.h"
#include "tests/unit/folder.h"
#include "tests/unit/tap.h"

const struct engine *const store_engines[] = { &sqlite_engine, &postgresql_engine, NULL };

static struct arena *arena;
static char *folder;
/* A new store on a server, where tests/t/postgresql.t gives one: what follows is for any engine, or skipped. */
static const char *server;

static struct store *
open_store(unsigned flags, struct err *err)
{
	struct store *store = NULL;

	*err = (struct err){ 0 };
	return store_open(server ? server : arena_printf(arena, "%s/store", folder), flags, &store, err) == 0 ? store : NULL;
}

/* Transactions. */

static int
touch_fn(struct tx *tx, void *context, struct err *err)
{
	return sql_run(tx, SQL_META_SET, ARGS(V_TEXT("touched"), V_TEXT(context)), err) < 0 ? -1 : 0;
}

static int
get_fn(struct tx *tx, void *context, struct err *err)
{
	return sql_text(tx, arena, SQL_META_GET, ARGS(V_TEXT("touched")), context, err) < 0 ? -1 : 0;
}

static int
refuse_fn(struct tx *tx, void *context, struct err *err)
{
	if (touch_fn(tx, context, err) < 0)
		return -1;
	return err_set(err, E_NO_IXN, "id", "x", NULL);
}

static void
test_transactions(struct store *store)
{
	static char one[] = "one", two[] = "two";
	const char *text = NULL;
	struct err err = { 0 };

	is_int(store_write(store, touch_fn, one, &err), 0, "a write");
	is_int(store_write(store, refuse_fn, two, &err), -1, "one that is refused");
	is_int(err.code, E_NO_IXN, "gives the refusal");
	is_int(store_read(store, get_fn, &text, &err), 0, "a read");
	is_str(text, "one", "and nothing of the refused one stayed");
}

static int
hold_fn(struct tx *tx, void *context, struct err *err)
{
	struct store *other = NULL;
	const char *text = NULL;

	(void)tx;
	other = open_store(0, err);
	if (!other)
		return -1;
	*(int *)context = store_read(other, get_fn, &text, err);
	store_close(&other);
	return 0;
}

static void
test_readers(struct store *store)
{
	struct err err = { 0 };
	int rc = -1;

	is_int(store_write(store, hold_fn, &rc, &err), 0, "a writer is at it");
	is_int(rc, 0, "and a reader is not kept waiting");
}

/* Records. */

struct few {
	const char *value;
};
RECORD(rec_few, struct few, "few", NULL, TEXT_FIELD(struct few, value, 0, NULL))

struct other {
	int64_t value;
};
RECORD(rec_other, struct other, "other", NULL, INT_FIELD(struct other, value, 0, NULL))

struct kv {
	const char *key, *value;
};
RECORD(rec_kv, struct kv, "kv", NULL, TEXT_FIELD(struct kv, key, 0, NULL), TEXT_FIELD(struct kv, value, 0, NULL))

static int
queue_fn(struct tx *tx, void *context, struct err *err)
{
	struct queue in, out;

	(void)context;
	record_init(&rec_queue_row, &in);
	in.name = "a";
	in.skills = "x>=1";
	in.priority = -7;
	in.ageing = 0.5;
	in.rona = in.pull = in.push = 1;
	in.offer_timeout = 30000;
	in.exclusion = 60000;
	in.transcript = in.auto_answer = in.overflow_nobody = 0;
	in.selection = "order";
	in.ord = 3;
	is_int(sql_put(tx, SQL_QUEUE_PUT, &rec_queue_row, &in, err), 1, "a queue is put");
	is_int(sql_one(tx, arena, SQL_QUEUE_GET, ARGS(V_TEXT("a")), &rec_queue_row, &out, err), 1, "and got");
	is_str(out.name, "a", "a text");
	is_int(out.priority, -7, "a number");
	ok(out.ageing == 0.5, "a real");
	is_int(out.rona, 1, "true");
	is_int(out.transcript, 0, "false");
	is_int(out.offer_timeout, 30000, "a duration");
	ok(out.extra == NULL, "what was absent");
	is_int(sql_one(tx, arena, SQL_QUEUE_GET, ARGS(V_TEXT("b")), &rec_queue_row, &out, err), 0, "none of that name");
	return 0;
}

static int
lacks_fn(struct tx *tx, void *context, struct err *err)
{
	struct queue in;

	record_init(&rec_queue_row, &in);
	in.name = "lacks";
	/* An engine may say so later; and where nobody listens the transaction does. */
	return sql_put(tx, SQL_QUEUE_PUT, &rec_queue_row, &in, err) < 0 && !*(bool *)context ? -1 : 0;
}

/* Refused at once, and nobody listens. */
static int
deaf_fn(struct tx *tx, void *context, struct err *err)
{
	struct err ignored = { 0 };

	(void)context, (void)err;
	is_int(sql_run(tx, SQL_SKILL_PUT, ARGS(V_TEXT("deaf"), V_TEXT("s"), V_NULL), &ignored), -1, "a change is refused");
	return 0;
}

static int
lacking_fn(struct tx *tx, void *context, struct err *err)
{
	struct queue out;

	(void)context;
	is_int(sql_one(tx, arena, SQL_QUEUE_GET, ARGS(V_TEXT("lacks")), &rec_queue_row, &out, err), 0, "is not put");
	return 0;
}

/* Sent ahead or not, what fails takes the rest with it. */
static int
ahead_fn(struct tx *tx, void *context, struct err *err)
{
	int64_t n = 0;

	for (int i = 0; i < 3; i++)
		if (sql_post(tx, SQL_SKILL_PUT, ARGS(V_TEXT("ahead"), V_TEXT(arena_printf(arena, "s%d", i)), V_INT(i)), err) < 0)
			return -1;
	is_int(sql_int(tx, SQL_SKILLS_OF, ARGS(V_TEXT("nobody")), &n, err), 0, "nothing of nobody");
	if (*(bool *)context && sql_post(tx, SQL_SKILL_PUT, ARGS(V_TEXT("ahead"), V_TEXT("s9"), V_NULL), err) < 0)
		return -1;
	return 0;
}

static int
count_fn(struct tx *tx, void *context, struct err *err)
{
	struct records rows;

	if (sql_all(tx, arena, SQL_SKILLS_OF, ARGS(V_TEXT("ahead")), &rec_kv, &rows, err) < 0)
		return -1;
	*(int64_t *)context = (int64_t)rows.n;
	return 0;
}

static void
test_ahead(struct store *store)
{
	bool yes = true, no = false;
	struct err err = { 0 };
	int64_t n = -1;

	is_int(store_write(store, lacks_fn, &no, &err), -1, "a row that lacks something");
	is_int(err.code, E_BUG, "is refused");
	is_int(store_read(store, lacking_fn, NULL, &err), 0, "and");
	if (server)
		is_int(store_write(store, lacks_fn, &yes, &err) + store_write(store, deaf_fn, NULL, &err), -2, "whoever does not listen is refused in the end");
	is_int(store_write(store, ahead_fn, &yes, &err), -1, "changes sent ahead, the last of which fails");
	is_int(store_read(store, count_fn, &n, &err) == 0 ? n : -1, 0, "leave nothing");
	is_int(store_write(store, ahead_fn, &no, &err), 0, "changes sent ahead");
	is_int(store_read(store, count_fn, &n, &err) == 0 ? n : -1, 3, "are made");
}

static int
ixn_fn(struct tx *tx, void *context, struct err *err)
{
	struct ixn *in = record_new(arena, &rec_ixn_row), out;

	(void)context;
	in->id = in->rid = in->conversation = "X";
	in->medium = "chat";
	in->skills = "";
	in->version = in->created = 1;
	in->state = IXN_QUEUED;
	in->direction = INBOUND;
	in->online = in->priority = in->sort_key = in->seq = in->widened = in->warnings = 0;
	in->name = text_null;
	in->lane = INT_NULL;
	in->reason = INT_NULL;
	is_int(sql_put(tx, SQL_IXN_NEW, &rec_ixn_row, in, err), 1, "an interaction is put");
	is_int(sql_one(tx, arena, SQL_IXN_GET, ARGS(V_TEXT("X")), &rec_ixn_row, &out, err), 1, "and got");
	is_int(out.state, IXN_QUEUED, "a name");
	ok(out.reason == INT_ABSENT && out.lane == INT_ABSENT && out.name == NULL && out.queued == INT_ABSENT, "null is absent in a row");
	in->version = 2;
	in->state = IXN_DONE;
	in->reason = END_NONE;
	is_int(sql_put(tx, SQL_IXN_SAVE, &rec_ixn_row, in, err), 1, "it is saved");
	is_int(sql_put(tx, SQL_IXN_SAVE, &rec_ixn_row, in, err), 0, "but not twice from one version");
	is_int(sql_one(tx, arena, SQL_IXN_GET, ARGS(V_TEXT("X")), &rec_ixn_row, &out, err), 1, "got again");
	ok(out.state == IXN_DONE && out.reason == END_NONE && out.version == 2, "as it was saved");
	return 0;
}

static int
mapping_fn(struct tx *tx, void *context, struct err *err)
{
	struct few few;
	struct other other;
	struct kv kv;
	const char *text = "kept";
	int64_t n = 5;

	(void)context;
	if (sql_run(tx, SQL_META_SET, ARGS(V_TEXT("n"), V_TEXT("12")), err) < 0 || sql_run(tx, SQL_SKILL_PUT, ARGS(V_TEXT("a"), V_TEXT("s"), V_INT(3)), err) < 0)
		return -1;
	is_int(sql_one(tx, arena, SQL_META_GET, ARGS(V_TEXT("n")), &rec_few, &few, err), 1, "a column to a field");
	is_str(few.value, "12", "of its name");
	is_int(sql_one(tx, arena, SQL_SKILLS_OF, ARGS(V_TEXT("a")), &rec_kv, &kv, err), 1, "a number");
	is_str(kv.value, "3", "to a text");
	is_int(sql_one(tx, arena, SQL_SKILLS_OF, ARGS(V_TEXT("a")), &rec_few, &few, err), -1, "a column that the record lacks");
	is_int(err->code, E_BUG, "is a bug");
	is_int(sql_one(tx, arena, SQL_SKILLS_OF, ARGS(V_TEXT("a")), &rec_kv, &kv, err), 1, "the first record again");
	is_int(sql_one(tx, arena, SQL_META_GET, ARGS(V_TEXT("n")), &rec_few, &few, err) + sql_one(tx, arena, SQL_META_GET, ARGS(V_TEXT("none")), &rec_other, &other, err), 1, "two records take turns");
	is_int(sql_one(tx, arena, SQL_META_GET, NO_ARGS, &rec_few, &few, err), -1, "too few parameters");
	is_int(sql_run(tx, SQL_META_GET, ARGS(V_TEXT("n"), V_TEXT("m")), err), -1, "too many");
	is_int(sql_int(tx, SQL_EVENT_LAST, NO_ARGS, &n, err), 0, "no row");
	is_int(sql_text(tx, arena, SQL_META_GET, ARGS(V_TEXT("none")), &text, err), 0, "no text");
	ok(n == 5 && strcmp(text, "kept") == 0, "leaves the value untouched");
	return 0;
}

static int
blob_fn(struct tx *tx, void *context, struct err *err)
{
	struct mail mail = { .id = "M", .rid = "M", .version = 1, .kind = "k", .state = MAIL_QUEUED, .subject = "", .message_id = "", .date = "", .text = "", .created = 1, .ended = INT_ABSENT };
	const void *bytes = NULL;
	size_t size = 7;

	(void)context;
	is_int(sql_run(tx, SQL_MAIL_NEW, ARGS(V_TEXT(mail.id), V_TEXT(mail.rid), V_INT(1), V_TEXT("k"), V_NULL, V_NULL, V_NULL, V_TEXT("queued"), V_NULL, V_NULL, V_NULL, V_TEXT(""), V_TEXT(""), V_TEXT(""), V_NULL, V_TEXT(""), V_NULL, V_INT(1), V_NULL, V_INT(0), V_INT(0), V_NULL, V_NULL, V_NULL, V_NULL, V_NULL, V_NULL), err), 1, "a mail");
	is_int(sql_blob(tx, arena, SQL_MAIL_BYTES, ARGS(V_TEXT("M")), &bytes, &size, err), 0, "without bytes");
	ok(!bytes && size == 0, "has none");
	is_int(sql_run(tx, SQL_MAIL_BYTES_SET, ARGS(V_TEXT("M"), V_BLOB("a\0b", 3)), err), 1, "bytes");
	is_int(sql_blob(tx, arena, SQL_MAIL_BYTES, ARGS(V_TEXT("M")), &bytes, &size, err), 1, "come back");
	ok(size == 3 && memcmp(bytes, "a\0b", 3) == 0, "with their NULs");
	is_int(sql_run(tx, SQL_MAIL_BYTES_SET, ARGS(V_TEXT("M"), V_BLOB("", 0)), err), 0, "and are set once");
	return 0;
}

static int
lists_fn(struct tx *tx, void *context, struct err *err)
{
	struct texts names;
	struct records rows;
	int64_t last = 0;

	(void)context;
	for (int i = 0; i < 100; i++)
		if (sql_run(tx, SQL_SKILL_PUT, ARGS(V_TEXT("many"), V_TEXT(arena_printf(arena, "s%02d", i)), V_INT(i)), err) < 0)
			return -1;
	is_int(sql_all(tx, arena, SQL_SKILLS_OF, ARGS(V_TEXT("many")), &rec_kv, &rows, err), 0, "all rows");
	is_int((int64_t)rows.n, 100, "all of them");
	is_str(((struct kv *)rows.v)[99].key, "s99", "in order");
	is_int(sql_all(tx, arena, SQL_SKILLS_OF, ARGS(V_TEXT("nobody")), &rec_kv, &rows, err), 0, "no rows");
	ok(rows.n == 0 && rows.v == NULL, "is an empty list");
	is_int(sql_texts(tx, arena, SQL_QUEUE_NAMES, NO_ARGS, &names, err), 0, "a column of texts");
	ok(names.n == 1 && strcmp(names.v[0], "a") == 0, "holds them");
	is_int(sql_int(tx, SQL_DATA_NEXT, ARGS(V_TEXT("X")), &last, err), 1, "a number");
	is_int(last, 0, "worked out by the engine");
	return 0;
}

static void
run(struct store *store, store_fn *fn, const char *what)
{
	struct err err = { 0 };

	if (store_write(store, fn, NULL, &err) < 0)
		ok(false, "%s: %s", what, err_name(err.code));
}

/* Who waits is told of each commit once it can be read, and not only before. */

#define COMMITS 20
#define PATIENCE (20 * MS_SECOND)

static pthread_barrier_t next;

static void *
commits(void *context)
{
	struct store *other = context;
	char text[16];
	struct err err = { 0 };

	for (int i = 0; i < COMMITS; i++) {
		snprintf(text, sizeof(text), "%d", i);
		pthread_barrier_wait(&next);
		if (store_write(other, touch_fn, text, &err) < 0)
			break;
	}
	return NULL;
}

/* Whether it was told before its patience ended. */
static bool
waits_for(struct store *store, const char *want)
{
	const char *text = "";
	struct err err = { 0 };
	int64_t since;

	while (store_read(store, get_fn, &text, &err) == 0 && strcmp(text, want) != 0) {
		since = clock_monotonic();
		store_wait(store, -1, PATIENCE);
		if (clock_monotonic() - since >= PATIENCE)
			return false;
	}
	return err.code == 0;
}

static void
test_waiting(struct store *store)
{
	struct err err;
	struct store *other = open_store(0, &err);
	pthread_t thread;
	int told = 0;

	pthread_barrier_init(&next, NULL, 2);
	if (!other || pthread_create(&thread, NULL, commits, other) != 0)
		abort();
	for (int i = 0; i < COMMITS; i++) {
		pthread_barrier_wait(&next);
		told += told == i && waits_for(store, arena_printf(arena, "%d", i));
	}
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&next);
	store_close(&other);
	is_int(told, COMMITS, "who waits is told of each commit when it can be read");
}

int
main(void)
{
	struct store *store;
	struct err err;

	arena = arena_new();
	folder = folder_new(arena, "ixn-store");
	server = getenv("IXN_TEST_STORE");
	store = open_store(STORE_CREATE, &err);
	if (!ok(store != NULL, "a store"))
		return done();
	test_transactions(store);
	test_readers(store);
	run(store, queue_fn, "queues");
	run(store, ixn_fn, "interactions");
	run(store, mapping_fn, "mapping");
	run(store, blob_fn, "blobs");
	run(store, lists_fn, "lists");
	test_ahead(store);
	if (!server)
		test_waiting(store);
	is_int(store_verify(store, &err), 0, "is whole");
	store_close(&store);
	file_remove_all(folder);
	arena_free(&arena);
	return done();
}
