/*
 * The index of standard responses, derived from the store: what it is made of,
 * made anew, and kept in step with what is committed.
 */
#include "desk/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "desk/import_priv.h"
#include "desk/library_priv.h"

#define INDEX_SUFFIX "-responses"
/* So many rows are read at a time, and no transaction lives longer. */
#define PAGE_ROWS 128
/* So many changes are soon written down. */
#define BULK 4096

const char *
library_path(struct arena *arena, const char *url)
{
	return arena_printf(arena, "%s" INDEX_SUFFIX, store_beside(arena, url));
}

/* What was imported is there as a whole, or not at all. */

struct moving {
	struct local *desk;
	struct arena *arena;
	size_t drawn;
	bool more;
};

static int
move_fn(struct tx *tx, void *context, struct err *err)
{
	struct moving *m = context;
	struct call call = library_reader(m->desk, tx, m->arena);
	int rc;

	call.actor = (struct actor){ ACTOR_SYSTEM, NULL, ROLE_SERVICE };
	call.now = call.soon = clock_now();
	if (call_time(&call, err) < 0 || (rc = import_go_on(&call, err)) < 0)
		return -1;
	m->more = rc > 0;
	m->drawn = call.library;
	return 0;
}

static int
finish(struct local *desk, size_t *drawn_r, struct err *err)
{
	struct moving m = { .desk = desk, .arena = arena_new() };
	int rc;

	*drawn_r = 0;
	do {
		rc = store_write(desk->store, move_fn, &m, err);
		*drawn_r += m.drawn;
		arena_reset(m.arena);
	} while (rc == 0 && m.more);
	arena_free(&m.arena);
	return rc;
}

int
library_finish(struct local *desk, struct err *err)
{
	size_t drawn;

	if (finish(desk, &drawn, err) < 0)
		return -1;
	if (drawn)
		library_sync(desk, drawn);
	return 0;
}

/* Page by page, so many changes at most and a page more. */
static int
append(struct local *desk, const char *path, size_t most, struct err *err)
{
	struct lack l = { .desk = desk, .arena = arena_new(), .rows = PAGE_ROWS };
	size_t done = 0;
	int rc = search_last_seq(path, &l.seq, err);

	while (rc == 0 && done < most) {
		rc = store_read(desk->store, library_lack, &l, err);
		if (rc < 0 || !l.v.n)
			break;
		rc = search_log_append(path, l.v.v, l.v.n, err);
		done += l.v.n;
		l.seq = l.v.v[l.v.n - 1].seq;
		l.v.v = NULL;
		l.v.n = l.v.cap = 0;
		arena_reset(l.arena);
	}
	arena_free(&l.arena);
	return rc;
}

/* Made anew: page by page, each in a transaction of its own. */

struct feed {
	struct local *desk;
	struct arena *arena; /* of the page */
	VEC(struct search_item)
	page;
	size_t at, part;
	bool whole; /* the part has no more pages */
	/* Behind what the next page begins: heap strings, and the number of a use. */
	char *after, *after_response;
	int64_t number;
	int64_t seq; /* of the index */
	size_t done, n;
	void (*progress)(size_t done, size_t n);
};

static void
feed_after(struct feed *f, const char *after, const char *after_response)
{
	free(f->after);
	free(f->after_response);
	f->after = xstrdup(after);
	f->after_response = xstrdup(after_response);
}

static int
read_agents(struct call *call, struct feed *f, struct err *err)
{
	struct records rows;
	struct search_item item;

	if (sql_all(call->tx, call->arena, SQL_AGENT_PAGE, ARGS(V_TEXT(f->after), V_INT(PAGE_ROWS)), &rec_library_agent, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		if (agent_item(call, (const struct member *)rows.v + i, &item, err) < 0)
			return -1;
		vec_push(f->arena, &f->page, item);
	}
	f->whole = rows.n < PAGE_ROWS;
	if (rows.n)
		feed_after(f, ((const struct member *)rows.v)[rows.n - 1].name, "");
	return 0;
}

static int
read_responses(struct call *call, struct feed *f, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_RESPONSE_PAGE, ARGS(V_TEXT(f->after), V_INT(PAGE_ROWS)), &rec_response, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		vec_push(f->arena, &f->page, response_item(f->arena, (const struct response *)rows.v + i));
	f->whole = rows.n < PAGE_ROWS;
	if (rows.n)
		feed_after(f, ((const struct response *)rows.v)[rows.n - 1].id, "");
	return 0;
}

static int
read_favourites(struct call *call, struct feed *f, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_RESPONSE_FAVOURITE_PAGE, ARGS(V_TEXT(f->after), V_TEXT(f->after_response), V_INT(PAGE_ROWS)), &rec_response_favourite, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct favourite_row *row = (const struct favourite_row *)rows.v + i;

		if (row->removed != 1)
			vec_push(f->arena, &f->page, favourite_item(row));
	}
	f->whole = rows.n < PAGE_ROWS;
	if (rows.n)
		feed_after(f, ((const struct favourite_row *)rows.v)[rows.n - 1].agent, ((const struct favourite_row *)rows.v)[rows.n - 1].response);
	return 0;
}

/* A use that came while the index was made is not said twice: it comes by the log. */
static int
read_uses(struct call *call, struct feed *f, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_USE_PAGE, ARGS(V_INT(f->number), V_INT(PAGE_ROWS)), &rec_use, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct use *u = (const struct use *)rows.v + i;

		f->number = u->number;
		if (u->number <= f->seq)
			vec_push(f->arena, &f->page, use_item(u));
	}
	f->whole = rows.n < PAGE_ROWS || f->number > f->seq;
	return 0;
}

/* Responses come before what names them. */
static int (*const parts[])(struct call *call, struct feed *f, struct err *err) = { read_agents, read_responses, read_favourites, read_uses };

static int
page_fn(struct tx *tx, void *context, struct err *err)
{
	struct feed *f = context;
	struct call call = library_reader(f->desk, tx, f->arena);

	return library_whole(&call, err) < 0 ? -1 : parts[f->part](&call, f, err);
}

/* Read where all that was imported is there. */
static int
read_whole(struct feed *f, store_fn *fn, struct err *err)
{
	size_t drawn;
	int rc;

	for (;;) {
		err->code = E_OK;
		rc = store_read(f->desk->store, fn, f, err);
		if (rc == 0 || err->code != E_IMPORT_MOVING || finish(f->desk, &drawn, err) < 0)
			return rc;
	}
}

static int
next(void *context, struct search_item *item, struct err *err)
{
	struct feed *f = context;

	while (f->at == f->page.n) {
		if (f->whole) {
			f->part++;
			feed_after(f, "", "");
		}
		if (f->part == COUNT_OF(parts))
			return 0;
		arena_reset(f->arena);
		f->page.v = NULL;
		f->page.n = f->page.cap = f->at = 0;
		if (read_whole(f, page_fn, err) < 0)
			return -1;
	}
	*item = f->page.v[f->at++];
	return 1;
}

static void
progress(void *context, size_t done)
{
	struct feed *f = context;

	if (f->progress)
		f->progress(done < f->n ? done : f->n, f->n);
}

static int
begin_fn(struct tx *tx, void *context, struct err *err)
{
	struct feed *f = context;
	struct call call = library_reader(f->desk, tx, f->arena);

	if (library_whole(&call, err) < 0 || library_last(&call, &f->seq, err) < 0)
		return -1;
	/* Each thing drew a seq when it came: there are so many at most. */
	f->n = (size_t)f->seq;
	return 0;
}

int
library_local_build(struct local *desk, const char *path, void (*told)(size_t done, size_t n), struct err *err)
{
	struct feed f = { .desk = desk, .arena = arena_new(), .progress = told };
	struct search_source source = { .next = next, .context = &f, .progress = progress };
	int rc;

	feed_after(&f, "", "");
	rc = read_whole(&f, begin_fn, err);
	source.seq = f.seq;
	if (rc == 0)
		rc = search_build(path, &source, err);
	/* What was committed meanwhile. */
	if (rc == 0)
		rc = append(desk, path, SIZE_MAX, err);
	if (rc == 0 && told)
		told(f.n, f.n);
	free(f.after);
	free(f.after_response);
	arena_free(&f.arena);
	return rc;
}

/* After a write. */

static int
last_fn(struct tx *tx, void *context, struct err *err)
{
	struct lack *l = context;
	struct call call = library_reader(l->desk, tx, l->arena);

	return library_last(&call, &l->last, err);
}

/* Whether it is to be made anew here: where it is not there and soon made, or where this write alone was a good part of all. */
static bool
wanted_anew(struct local *desk, struct arena *arena, const char *path, size_t drawn)
{
	struct lack l = { .desk = desk, .arena = arena };
	struct err ignored = { 0 };
	bool there = access(path, F_OK) == 0;

	if (there && drawn < BULK)
		return false;
	if (store_read(desk->store, last_fn, &l, &ignored) < 0)
		return false;
	return (!there && l.last < BULK) || (drawn >= BULK && (int64_t)drawn >= l.last / 4);
}

void
library_sync(struct local *desk, size_t drawn)
{
	struct arena *arena = arena_new();
	const char *path = desk_beside(&desk->desk, arena, INDEX_SUFFIX);
	struct err ignored = { 0 };
	int rc = 0;

	if (wanted_anew(desk, arena, path, drawn))
		rc = library_local_build(desk, path, desk->options.progress, &ignored);
	else if (access(path, F_OK) == 0)
		rc = append(desk, path, BULK + 2 * drawn, &ignored);
	if (rc == 0 && library_outgrown(path))
		rc = library_local_build(desk, path, desk->options.progress, &ignored);
	arena_free(&arena);
	if (rc < 0)
		ignored.code = E_OK;
}

int
library_local_behind(struct local *desk, const char *path, size_t *n_r, struct err *err)
{
	struct lack l = { .desk = desk, .arena = arena_new(), .rows = PAGE_ROWS };
	int rc = search_last_seq(path, &l.seq, err);

	if (rc == 0)
		rc = store_read(desk->store, library_lack, &l, err);
	*n_r = l.v.n;
	arena_free(&l.arena);
	return rc;
}

int
library_local_follow(struct local *desk, const char *path, struct err *err)
{
	struct err ignored = { 0 };
	int64_t seq;

	/* What is not there, or damaged, is made anew by who finds that out. */
	if (access(path, F_OK) < 0 || search_last_seq(path, &seq, &ignored) < 0)
		return 0;
	if (append(desk, path, SIZE_MAX, err) < 0)
		return -1;
	return library_outgrown(path) ? library_local_build(desk, path, desk->options.progress, err) : 0;
}
