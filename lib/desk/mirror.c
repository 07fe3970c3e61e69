/*
 * A mirror on its agent's machine, and what waits in it to be sent.
 */
#include "desk/mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "desk/mirror_priv.h"

/* What opens it is the file: the session in it proves nothing elsewhere, and does not end. */
#define TOKEN "mirror"
#define TTL_MS (INT64_C(100) * 366 * MS_DAY)
/* Beside it: a name that is there while something may be unsent. */
#define UNSENT ".unsent"

/* Opening. */

static int
open_once(const char *url, const struct desk_options *options, struct desk **desk_r, struct err *err)
{
	struct desk_options own = *options;

	own.token = TOKEN;
	return local_carrier.open(url, &own, desk_r, err);
}

int
mirror_open(const char *path, const struct desk_options *options, bool make, bool test, struct desk **desk_r, struct err *err)
{
	struct arena *arena = arena_new();
	const char *url = arena_printf(arena, "file:%s", path);
	int rc = open_once(url, options, desk_r, err);
	/* Whoever made it may have died over it. */
	bool unmade = rc < 0 && (err->code == E_NOT_A_STORE || err->code == E_STORE_OLDER || (make && err->code == E_NO_STORE));

	if (unmade) {
		err->code = E_OK;
		rc = desk_setup(url, test, err) < 0 ? -1 : open_once(url, options, desk_r, err);
	}
	arena_free(&arena);
	return rc;
}

void
mirror_remove(const char *path)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-turn", "-write" };
	struct arena *arena = arena_new();

	for (size_t i = 0; !unsent_any(path) && i < COUNT_OF(endings); i++)
		unlink(arena_printf(arena, "%s%s", path, endings[i]));
	arena_free(&arena);
}

static struct store *
store_of(struct desk *mirror)
{
	return desk_local(mirror)->store;
}

/* How far it is: "SEQ AT LIBRARY SITE WHOLE OWN". */

static int
state_fn(struct tx *tx, void *context, struct err *err)
{
	struct arena *arena = arena_new();
	struct mirror_state *state = context;
	int64_t *const numbers[] = { &state->seq, &state->at, &state->library, &state->site, &state->whole };
	const char *text = "";
	int rc = sql_text(tx, arena, SQL_META_GET, ARGS(V_TEXT("mirror")), &text, err);

	*state = (struct mirror_state){ 0 };
	for (size_t i = 0; rc >= 0 && i < COUNT_OF(numbers); i++) {
		char *end;

		*numbers[i] = strtoll(text, &end, 10);
		text = end;
	}
	if (rc >= 0 && *text == ' ')
		snprintf(state->own, sizeof(state->own), "%s", text + 1);
	arena_free(&arena);
	return rc < 0 ? -1 : 0;
}

int
mirror_state(struct desk *mirror, struct mirror_state *state_r, struct err *err)
{
	return store_read(store_of(mirror), state_fn, state_r, err);
}

bool
call_in_mirror(const struct call *call)
{
	return call->from && strcmp(call->from, MIRROR_FROM) == 0;
}

struct has {
	struct arena *arena;
	struct mirror_since_in *out;
};
struct version {
	const char *id;
	int64_t version;
};
RECORD(rec_version, struct version, "version", NULL, TEXT_FIELD(struct version, id, 0, NULL), INT_FIELD(struct version, version, 0, NULL))

static int
has_fn(struct tx *tx, void *context, struct err *err)
{
	struct has *h = context;
	struct mirror_since_in *out = h->out;
	struct mirror_state state;
	struct records rows;

	record_init(&rec_mirror_since_in, out);
	if (state_fn(tx, &state, err) < 0 || sql_texts(tx, h->arena, SQL_MIRRORED_IXNS, NO_ARGS, &out->ixns, err) < 0 ||
	    sql_all(tx, h->arena, SQL_MIRRORED_CONTACTS, NO_ARGS, &rec_version, &rows, err) < 0)
		return -1;
	out->after = state.seq;
	out->library = state.library;
	out->site = state.site;
	out->own = *state.own ? arena_strdup(h->arena, state.own) : NULL;
	for (size_t i = 0; i < rows.n; i++) {
		const struct version *v = (struct version *)rows.v + i;

		pairs_add(h->arena, &out->contacts, v->id, arena_printf(h->arena, "%" PRId64, v->version));
	}
	return 0;
}

int
mirror_has(struct desk *mirror, struct arena *arena, struct mirror_since_in *out, struct err *err)
{
	struct has has = { arena, out };

	return store_read(store_of(mirror), has_fn, &has, err);
}

/* Taking over. */

struct page {
	struct desk *mirror;
	struct arena *arena;
	const struct mirror_row *const *rows;
	size_t n;
	time_ms now;
};

static int
drop_noun(struct tx *tx, struct arena *arena, enum mirror_noun noun, const char *id, struct err *err)
{
	for (size_t i = 0; i < mirror_tables_n; i++) {
		struct rows_of rows = mirror_tables[i].rows;

		/* All of them. */
		if (!id)
			rows.column = NULL;
		if (mirror_tables[i].noun == noun && sql_rows_drop(tx, arena, &rows, id, err) < 0)
			return -1;
	}
	return 0;
}

/* Only into tables of ours that are mirrored, and of the noun that it says. */
static const struct mirror_table *
table_of(const struct mirror_row *row)
{
	for (size_t i = 0; i < mirror_tables_n; i++)
		if (row->table && strcmp(mirror_tables[i].rows.table, row->table) == 0 && (int64_t)mirror_tables[i].noun == row->noun)
			return &mirror_tables[i];
	return NULL;
}

static bool
goes_on(const struct mirror_row *row, const struct mirror_row *before)
{
	return before && before->noun == row->noun && (row->id == before->id || (row->id && before->id && strcmp(row->id, before->id) == 0));
}

/* All of a noun only where that is one, or begins anew. */
static bool
is_sound(const struct mirror_row *row, const struct mirror_table *table)
{
	const char *id = table && table->rows.column ? pairs_get(&row->row, table->rows.column) : NULL;

	if (row->noun < 0 || row->noun > MIRROR_OWN || row->noun == MIRROR_END)
		return false;
	if (!row->id && row->noun != MIRROR_SITE && row->noun != MIRROR_OWN && (row->noun != MIRROR_RESPONSE || row->table))
		return false;
	return !table || !table->rows.column || (id && row->id && strcmp(id, row->id) == 0);
}

static int
take_row(struct tx *tx, const struct page *page, size_t i, struct err *err)
{
	const struct mirror_row *row = page->rows[i];
	const struct mirror_table *table = table_of(row);

	/* All of a noun is replaced: the first of its rows takes the place of what was. */
	if (!is_sound(row, table))
		return err_set(err, E_BAD_FIELD, "where", "mirror.since", "name", row->table ? row->table : "table", "what", N_("a row that belongs nowhere"), NULL);
	if (!goes_on(row, i ? page->rows[i - 1] : NULL) && drop_noun(tx, page->arena, (enum mirror_noun)row->noun, row->id, err) < 0)
		return -1;
	/* Of a newer server. */
	return table ? sql_row_add(tx, page->arena, &table->rows, &row->row, err) : 0;
}

/* Who reads it is its agent. */
static int
open_session(struct tx *tx, const struct page *page, struct err *err)
{
	const char *agent = desk_local(page->mirror)->options.agent;

	return sql_run(tx, SQL_SESSION_PUT, ARGS(V_TEXT(agent), V_NULL, V_INT(page->now), V_INT(TTL_MS)), err) < 0 ||
			       sql_run(tx, SQL_TOKEN_PUT, ARGS(V_TEXT(agent), V_TEXT(""), V_TEXT(secret_hash(page->arena, TOKEN)), V_INT(page->now), V_NULL, V_NULL), err) < 0
		       ? -1
		       : 0;
}

static int
take_end(struct tx *tx, const struct page *page, const struct mirror_row *end, struct err *err)
{
	struct mirror_state s;
	const char *state;

	if (state_fn(tx, &s, err) < 0)
		return -1;
	state = arena_printf(page->arena, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d %.*s", end->seq, page->now, end->library == INT_ABSENT ? s.library : end->library,
			     end->site == INT_ABSENT ? s.site : end->site, (end->whole == INT_ABSENT ? s.whole : end->whole) == 1, MIRROR_DIGEST, end->own ? end->own : s.own);
	for (size_t i = 0; i < end->gone.n; i++)
		if (drop_noun(tx, page->arena, MIRROR_IXN, end->gone.v[i], err) < 0 || drop_noun(tx, page->arena, MIRROR_CONTACT, end->gone.v[i], err) < 0)
			return -1;
	return sql_run(tx, SQL_META_SET, ARGS(V_TEXT("mirror"), V_TEXT(state)), err) < 0 ? -1 : open_session(tx, page, err);
}

static int
take_fn(struct tx *tx, void *context, struct err *err)
{
	const struct page *page = context;

	arena_reset(page->arena);
	if (!page->n || page->rows[page->n - 1]->noun != MIRROR_END)
		return err_set(err, E_BAD_FIELD, "where", "mirror.since", "name", "noun", "what", N_("a page without an end"), NULL);
	for (size_t i = 0; i + 1 < page->n; i++)
		if (take_row(tx, page, i, err) < 0)
			return -1;
	return take_end(tx, page, page->rows[page->n - 1], err);
}

int
mirror_take(struct desk *mirror, const struct mirror_row *const *rows, size_t n, struct err *err)
{
	struct page page = { mirror, arena_new(), rows, n, clock_now() };
	int rc = store_write(store_of(mirror), take_fn, &page, err);

	arena_free(&page.arena);
	return rc;
}

/* What waits. */

#define X struct unsent
RECORD(rec_unsent_row, X, "unsent", NULL,
       INT_FIELD(X, ord, 0, NULL), TEXT_FIELD(X, id, 0, NULL), TIME_FIELD(X, at, 0, NULL), TEXT_FIELD(X, op, 0, NULL), TEXT_FIELD(X, ixn, 0, NULL),
       TEXT_FIELD(X, key, 0, NULL), TEXT_FIELD(X, input, 0, NULL), INT_FIELD(X, seq, 0, NULL), TIME_FIELD(X, tried, 0, NULL), TEXT_FIELD(X, refused, 0, NULL))
#undef X

static void
sign_path(const char *path, char out[4096])
{
	snprintf(out, 4096, "%s" UNSENT, path);
}

bool
unsent_any(const char *path)
{
	char sign[4096];

	sign_path(path, sign);
	return access(sign, F_OK) == 0;
}

/* One change of the table: a statement with its values. */
struct step {
	struct store *store;
	enum sql sql;
	const struct value *args;
	size_t n;
};

static int
add_fn(struct tx *tx, void *context, struct err *err)
{
	const struct step *step = context;
	char sign[4096];
	int fd;

	/* Before it is there: who dies in between leaves a sign of nothing, and never anything without a sign. */
	sign_path(store_path(step->store), sign);
	fd = open(sign, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(err, E_CANNOT_CREATE, "path", sign, "reason", strerror(errno), NULL);
	close(fd);
	return sql_run(tx, step->sql, step->args, step->n, err) < 0 ? -1 : 0;
}

int
unsent_add(struct desk *mirror, const struct unsent *u, struct err *err)
{
	const struct value args[] = { V_TEXT(u->id), V_INT(u->at), V_TEXT(u->op), V_TEXT(u->ixn), V_TEXT(u->key), V_TEXT(u->input), V_INT(u->seq) };
	struct step step = { store_of(mirror), SQL_UNSENT_ADD, args, COUNT_OF(args) };

	return store_write(step.store, add_fn, &step, err);
}

struct look {
	struct arena *arena;
	int64_t after;
	struct unsent *one; /* the next; else all */
	struct records *all;
	int found;
};

static int
look_fn(struct tx *tx, void *context, struct err *err)
{
	struct look *l = context;

	if (!l->one)
		return sql_all(tx, l->arena, SQL_UNSENT, ARGS(V_INT(l->after)), &rec_unsent_row, l->all, err);
	l->found = sql_one(tx, l->arena, SQL_UNSENT_NEXT, ARGS(V_INT(l->after)), &rec_unsent_row, l->one, err);
	return l->found < 0 ? -1 : 0;
}

int
unsent_next(struct desk *mirror, struct arena *arena, int64_t after, struct unsent *u, struct err *err)
{
	struct look look = { arena, after, u, NULL, 0 };

	return store_read(store_of(mirror), look_fn, &look, err) < 0 ? -1 : look.found;
}

int
unsent_all(struct desk *mirror, struct arena *arena, struct records *out, struct err *err)
{
	struct look look = { arena, 0, NULL, out, 0 };

	return store_read(store_of(mirror), look_fn, &look, err);
}

static int
step_fn(struct tx *tx, void *context, struct err *err)
{
	const struct step *step = context;

	return sql_run(tx, step->sql, step->args, step->n, err) < 0 ? -1 : 0;
}

static int
change(struct desk *mirror, enum sql sql, const struct value *args, size_t n, struct err *err)
{
	struct step step = { store_of(mirror), sql, args, n };

	return store_write(step.store, step_fn, &step, err);
}

int
unsent_tried(struct desk *mirror, int64_t ord, time_ms at, struct err *err)
{
	return change(mirror, SQL_UNSENT_TRIED, ARGS(V_INT(ord), V_INT(at)), err);
}

int
unsent_refused(struct desk *mirror, int64_t ord, const char *refused, struct err *err)
{
	return change(mirror, SQL_UNSENT_REFUSED, ARGS(V_INT(ord), V_TEXT(refused)), err);
}

int
unsent_again(struct desk *mirror, int64_t ord, int64_t seq, struct err *err)
{
	return change(mirror, SQL_UNSENT_AGAIN, ARGS(V_INT(ord), V_INT(seq)), err);
}

int
unsent_drop(struct desk *mirror, int64_t ord, struct err *err)
{
	return change(mirror, SQL_UNSENT_DROP, ARGS(V_INT(ord)), err);
}

/* As a writer, while nobody adds anything. */
static int
tidy_fn(struct tx *tx, void *context, struct err *err)
{
	struct arena *arena = arena_new();
	struct records left;
	char sign[4096];
	int rc = sql_all(tx, arena, SQL_UNSENT, ARGS(V_INT(0)), &rec_unsent_row, &left, err);

	if (rc == 0 && left.n == 0) {
		sign_path(store_path(context), sign);
		unlink(sign);
	}
	arena_free(&arena);
	return rc;
}

int
unsent_tidy(struct desk *mirror, struct err *err)
{
	return store_write(store_of(mirror), tidy_fn, store_of(mirror), err);
}

/* The operation of the client's side. */

#define STATES(X) \
	X(SYNC_WAITING, "waiting", N_("it is sent when the server is back")) \
	X(SYNC_SENT, "sent", N_("the server has done it")) \
	X(SYNC_REFUSED, "refused", N_("the server will not do it; it is kept")) \
	X(SYNC_DROPPED, "dropped", N_("it is given up"))
#define ROW(value, title, text) [value] = { title, text },
static const struct name state_rows[] = { STATES(ROW) };
static const struct names states = { "state", state_rows, COUNT_OF(state_rows) };

RECORD(rec_sync_in, struct sync_in, "ixn-sync", N_("What to do with the mirror."),
       BOOL_FIELD(struct sync_in, list, 0, N_("list what waits to be sent, and what was refused")),
       TEXTS_FIELD_AS(struct sync_in, retry, "ID", 0, N_("send again what was refused; may be given again")),
       TEXTS_FIELD_AS(struct sync_in, drop, "ID", 0, N_("give up what waits or was refused; may be given again")))

#define X struct sync_out
RECORD(rec_sync_out, X, "unsent", N_("A change made without the server."),
       TEXT_FIELD(X, id, FIELD_COLUMN, N_("its id, for --retry and --drop")),
       NAME_FIELD(X, state, states, FIELD_COLUMN, N_("waiting, sent, refused or dropped")),
       TEXT_FIELD(X, command, FIELD_COLUMN, N_("the command that made it")),
       ID_FIELD(X, ixn, FIELD_COLUMN, N_("the interaction")),
       TIME_FIELD(X, at, FIELD_COLUMN, N_("when it was made")),
       TEXT_FIELD(X, code, 0, N_("the code of the error with which it was refused")),
       TEXT_FIELD(X, reason, FIELD_COLUMN, N_("why it was refused")),
       TEXT_FIELD(X, input, FIELD_PERSONAL, N_("the whole of it, as JSON")))
#undef X

/* A store in a file is its own mirror: nothing is ever unsent. */
static int
sync_fn(struct call *call, const void *input, struct err *err)
{
	const struct sync_in *in = input;

	(void)call;
	if (in->retry.n + in->drop.n == 0)
		return 0;
	return err_set(err, E_NO_UNSENT, "id", in->drop.n ? in->drop.v[0] : in->retry.v[0], NULL);
}

const struct op op_mirror_sync = {
	"mirror.sync", N_("brings the mirror of a server up to date, and sends what waits in it"), MAY_ALL, 0, &rec_sync_in, &rec_sync_out, sync_fn, NULL
};
