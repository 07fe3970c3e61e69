/*
 * What an index of the library lacks, and when it is better made anew.
 */
#include <stdio.h>
#include <sys/stat.h>

#include "desk/library_priv.h"

#define LOG_SUFFIX "-log"
/* A log this small is never too large; an index and log this small are merged by the write that finds them so. */
#define LOG_SMALL (64 << 10)
#define MERGE_SMALL (4 << 20)

struct call
library_reader(struct local *desk, struct tx *tx, struct arena *arena)
{
	return (struct call){ .desk = desk, .tx = tx, .arena = arena, .actor = { ACTOR_OWNER, NULL, ROLE_ADMIN } };
}

static void
lack_add(struct lack *l, int64_t seq, struct search_item item)
{
	struct search_change change = { seq, item };

	vec_push(l->arena, &l->v, change);
}

static void
lack_bound(struct lack *l, size_t rows, int64_t seq)
{
	if (rows == l->rows && seq < l->bound)
		l->bound = seq;
}

static int
lack_responses(struct call *call, struct lack *l, struct err *err)
{
	struct records rows;
	int64_t seq = 0;

	if (sql_all(call->tx, call->arena, SQL_RESPONSE_SINCE, ARGS(V_INT(l->seq), V_INT((int64_t)l->rows)), &rec_response, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct response *r = (const struct response *)rows.v + i;

		lack_add(l, seq = r->seq, response_item(l->arena, r));
	}
	lack_bound(l, rows.n, seq);
	return 0;
}

static int
lack_favourites(struct call *call, struct lack *l, struct err *err)
{
	struct records rows;
	int64_t seq = 0;

	if (sql_all(call->tx, call->arena, SQL_RESPONSE_FAVOURITE_SINCE, ARGS(V_INT(l->seq), V_INT((int64_t)l->rows)), &rec_response_favourite, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct favourite_row *f = (const struct favourite_row *)rows.v + i;

		lack_add(l, seq = f->seq, favourite_item(f));
	}
	lack_bound(l, rows.n, seq);
	return 0;
}

static int
lack_uses(struct call *call, struct lack *l, struct err *err)
{
	struct records rows;
	int64_t seq = 0;

	if (sql_all(call->tx, call->arena, SQL_USE_SINCE, ARGS(V_INT(l->seq), V_INT((int64_t)l->rows)), &rec_use, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct use *u = (const struct use *)rows.v + i;

		lack_add(l, seq = u->seq, use_item(u));
	}
	lack_bound(l, rows.n, seq);
	return 0;
}

/* All of them, under the seq of the last change of any. */
static int
lack_agents(struct call *call, struct lack *l, struct err *err)
{
	struct member m = { .name = "" };
	struct search_item item;
	int64_t site;
	int rc;

	if (library_site(call, &site, err) < 0)
		return -1;
	if (site <= l->seq)
		return 0;
	while ((rc = sql_one(call->tx, call->arena, SQL_AGENT_PAGE, ARGS(V_TEXT(m.name), V_INT(1)), &rec_library_agent, &m, err)) > 0) {
		if (agent_item(call, &m, &item, err) < 0)
			return -1;
		lack_add(l, site, item);
	}
	return rc;
}

int
library_lack(struct tx *tx, void *context, struct err *err)
{
	struct lack *l = context;
	struct call call = library_reader(l->desk, tx, l->arena);

	l->bound = INT64_MAX;
	l->v.n = 0;
	if (library_whole(&call, err) < 0)
		/* Whoever moves the rest brings the index in step. */
		return err->code == E_IMPORT_MOVING ? err_set(err, E_OK, NULL), 0 : -1;
	if (library_last(&call, &l->last, err) < 0)
		return -1;
	if (l->last <= l->seq)
		return 0;
	if (lack_responses(&call, l, err) < 0 || lack_favourites(&call, l, err) < 0 || lack_uses(&call, l, err) < 0 || lack_agents(&call, l, err) < 0)
		return -1;
	search_changes_sort(l->v.v, l->v.n);
	while (l->v.n && l->v.v[l->v.n - 1].seq > l->bound)
		l->v.n--;
	return 0;
}

bool
library_outgrown(const char *path)
{
	char log[4096];
	struct stat index_file, log_file;

	snprintf(log, sizeof(log), "%s" LOG_SUFFIX, path);
	if (stat(path, &index_file) < 0 || stat(log, &log_file) < 0)
		return false;
	if (log_file.st_size <= LOG_SMALL || log_file.st_size < index_file.st_size / 10)
		return false;
	return index_file.st_size + log_file.st_size <= MERGE_SMALL || log_file.st_size > index_file.st_size;
}
