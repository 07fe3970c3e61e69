/*
 * The index of the library on this machine: fetched page by page, searched
 * without the server.
 */
#include "desk/library.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "desk/library_pull.h"
#include "remote/priv.h"
#include "search/search.h"

/* All of a library that is fetched anew; none has so many. */
#define PAGES_MAX 100000
/* So often the site may change meanwhile. */
#define ANEW_MAX 5

struct pull {
	struct desk *desk;
	struct arena *arena;
	/* By enum library_kind, so that responses come before what names them. */
	VEC(struct search_change)
	v[LIBRARY_END];
	int64_t seq, site;
	bool more, anew, ended;
};

static struct search_names
names_of(const struct texts *texts)
{
	return (struct search_names){ texts->v, texts->n };
}

static struct search_item
item_of(const struct library_change *c)
{
	struct search_item item = { .kind = SEARCH_RESPONSE };

	if (c->kind == LIBRARY_USE) {
		item.kind = SEARCH_USE;
		item.use = (struct search_use){ c->number, c->id, c->text, c->language, (enum search_use_kind)c->use };
	} else if (c->kind == LIBRARY_FAVOURITE) {
		item.kind = SEARCH_FAVOURITE;
		item.favourite = (struct search_favourite){ c->name, c->id, c->removed == 1 };
	} else if (c->kind == LIBRARY_AGENT) {
		item.kind = SEARCH_AGENT;
		item.agent = (struct search_agent){ c->name, names_of(&c->queues), names_of(&c->teams), c->all == 1 };
	} else {
		item.response = (struct search_response){
			.id = c->id,
			.shortcut = c->shortcut,
			.name = c->name,
			.description = c->description,
			.text = c->text,
			.language = c->language,
			.category = c->category,
			.media = names_of(&c->media),
			.queues = names_of(&c->queues),
			.teams = names_of(&c->teams),
			.start = c->start,
			.expires = c->expires,
			.unnamed = c->unnamed == 1,
			.offered = c->offered == 1,
			.removed = c->removed == 1,
		};
	}
	return item;
}

static int
no_library(struct desk *desk, const char *why, struct err *err)
{
	return err_set(err, E_PROTOCOL, "peer", http_peer(((struct remote *)desk)->http), "reason", why, NULL);
}

/* It says of what: nothing else could be put into an index, whatever server says so. */
static bool
is_whole(const struct library_change *c)
{
	static const struct {
		bool id, name, use;
	} needs[LIBRARY_END + 1] = {
		[LIBRARY_RESPONSE] = { .id = true },
		[LIBRARY_USE] = { .id = true, .use = true },
		[LIBRARY_FAVOURITE] = { .id = true, .name = true },
		[LIBRARY_AGENT] = { .name = true },
	};

	if (c->kind < 0 || c->kind > LIBRARY_END || c->seq < 0)
		return false;
	return (!needs[c->kind].id || c->id) && (!needs[c->kind].name || c->name) && (!needs[c->kind].use || (c->use >= 0 && c->number >= 0));
}

static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	const struct library_change *c = p;
	struct pull *pull = context;

	(void)record;
	if (!is_whole(c))
		return no_library(pull->desk, "a change of the library that does not say of what", err);
	if (c->kind == LIBRARY_END) {
		pull->seq = c->seq;
		pull->site = c->site;
		pull->more = c->more == 1;
		pull->anew = c->anew == 1;
		pull->ended = true;
	} else {
		vec_push(pull->arena, &pull->v[c->kind], ((struct search_change){ c->seq, item_of(c) }));
	}
	return 0;
}

/* One page behind pull->seq. */
static int
page(struct desk *desk, struct pull *pull, struct err *err)
{
	const struct library_since_in in = { pull->seq, pull->site };
	const struct request request = { .op = &op_library_since, .in = &in };

	pull->desk = desk;
	pull->ended = false;
	if (desk_call(desk, &request, pull->arena, keep, pull, err) < 0)
		return -1;
	return pull->ended ? 0 : no_library(desk, "a page of the library without an end", err);
}

/* To begin with, what is gone is nothing. */
static bool
is_gone(const struct search_item *item)
{
	return (item->kind == SEARCH_RESPONSE && item->response.removed) || (item->kind == SEARCH_FAVOURITE && item->favourite.removed) ||
	       (item->kind == SEARCH_USE && item->use.kind == SEARCH_FORGOTTEN);
}

static int
next(void *context, struct search_item *item, struct err *err)
{
	static const enum library_kind order[] = { LIBRARY_AGENT, LIBRARY_RESPONSE, LIBRARY_FAVOURITE, LIBRARY_USE };
	struct pull *pull = context;

	(void)err;
	for (size_t i = 0; i < COUNT_OF(order); i++)
		while (pull->v[order[i]].n) {
			*item = pull->v[order[i]].v->item;
			pull->v[order[i]].v++;
			pull->v[order[i]].n--;
			if (!is_gone(item))
				return 1;
		}
	return 0;
}

/* When it was last in step, for who searches without asking the server. */
static void
stamp(const char *path)
{
	utimensat(AT_FDCWD, path, NULL, 0);
}

/* All of it. The site may change meanwhile, and with it what may be seen: then what came is let go. */
static int
pull_all(struct desk *desk, struct pull *pull, struct err *err)
{
	int rc = 0, anew = 0;

	for (int i = 0; rc == 0 && i < PAGES_MAX && (i == 0 || pull->more || pull->anew); i++) {
		if (pull->anew) {
			if (++anew > ANEW_MAX)
				return no_library(desk, "the library is never whole", err);
			memset(pull->v, 0, sizeof(pull->v));
			pull->seq = 0;
			pull->site = INT_ABSENT;
		}
		rc = page(desk, pull, err);
	}
	return rc;
}

int
remote_library_build(struct desk *desk, const char *path, void (*told)(size_t done, size_t n), struct err *err)
{
	struct pull pull = { .arena = arena_new(), .site = INT_ABSENT };
	struct search_source source = { .next = next, .context = &pull };
	const char *slash = strrchr(path, '/');
	int rc = file_mkdirs(slash ? arena_memdup(pull.arena, path, (size_t)(slash - path)) : ".", err);

	if (rc == 0)
		rc = pull_all(desk, &pull, err);
	source.seq = pull.seq;
	if (rc == 0)
		rc = search_build(path, &source, err);
	if (rc == 0 && told)
		told(1, 1);
	if (rc == 0)
		stamp(path);
	arena_free(&pull.arena);
	return rc;
}

/* A page to the log; where nothing of its end is for this agent, that, too, so that it is not asked for again. */
static int
append(const char *path, struct pull *pull, int64_t from, struct err *err)
{
	VEC(struct search_change)
	all = { NULL, 0, 0 };

	for (int kind = 0; kind < LIBRARY_END; kind++)
		for (size_t i = 0; i < pull->v[kind].n; i++)
			vec_push(pull->arena, &all, pull->v[kind].v[i]);
	search_changes_sort(all.v, all.n);
	if (pull->seq > from && (!all.n || all.v[all.n - 1].seq < pull->seq)) {
		struct search_change nothing = { pull->seq, { .kind = SEARCH_USE } };

		nothing.item.use.kind = SEARCH_FORGOTTEN;
		vec_push(pull->arena, &all, nothing);
	}
	return all.n ? search_log_append(path, all.v, all.n, err) : 0;
}

int
remote_library_follow(struct desk *desk, const char *path, struct err *err)
{
	struct pull pull = { .arena = arena_new(), .site = INT_ABSENT };
	struct remote *r = (struct remote *)desk;
	struct err ignored = { 0 };
	int rc = 0;

	/* What is not there, or damaged, is made anew by who finds that out. */
	if (access(path, F_OK) < 0 || search_last_seq(path, &pull.seq, &ignored) < 0) {
		arena_free(&pull.arena);
		return 0;
	}
	/* What was fetched before is searched then. */
	r->content = true;
	for (int i = 0; rc == 0 && i < PAGES_MAX && (i == 0 || pull.more); i++) {
		int64_t from = pull.seq;

		rc = page(desk, &pull, err);
		if (rc < 0 || pull.anew)
			break;
		rc = append(path, &pull, from, err);
		memset(pull.v, 0, sizeof(pull.v));
		arena_reset(pull.arena);
	}
	r->content = false;
	arena_free(&pull.arena);
	if (rc == 0 && (pull.anew || library_outgrown(path)))
		return remote_library_build(desk, path, NULL, err);
	if (rc == 0)
		stamp(path);
	return rc;
}

int
remote_library_behind(struct desk *desk, const char *path, size_t *n_r, struct err *err)
{
	struct pull pull = { .arena = arena_new(), .site = INT_ABSENT };
	int rc = search_last_seq(path, &pull.seq, err);

	*n_r = 0;
	if (rc == 0)
		rc = page(desk, &pull, err);
	for (int kind = 0; rc == 0 && kind < LIBRARY_END; kind++)
		*n_r += pull.v[kind].n;
	if (rc == 0 && pull.anew)
		*n_r = 1;
	arena_free(&pull.arena);
	return rc;
}
