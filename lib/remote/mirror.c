/*
 * The agent's mirror: filled from the server, and read where that is away.
 */
#include "desk/mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/lockfile.h"
#include "model/id.h"
#include "remote/priv.h"

/* How old (s) the mirror may grow while its agent only looks, and while the agent changes something. */
#define FRESH_SECS 60
#define FRESH_CHANGED_SECS 10
/* A command that is done waits no longer than this until the mirror is up to date. */
#define FOLLOW_MS 5000
/* A fuse: no agent's mirror has so many pages. */
#define PAGES_MAX 1000

int
mirror_get(struct remote *r, bool make, struct err *err)
{
	if (r->mirror)
		return 0;
	if (make && r->folder && file_mkdirs(r->folder, err) < 0)
		return -1;
	return mirror_open(r->path, &r->options, make, r->test, &r->mirror, err);
}

static const char *
lock_path(const struct remote *r, struct arena *arena)
{
	return arena_printf(arena, "%s.lock", r->path);
}

int
mirror_lock(const struct remote *r, int64_t ms, struct err *err)
{
	struct arena *arena = arena_new();
	const char *path = lock_path(r, arena);
	int fd = lockfile_open(path);

	/* Nobody signs it: its time says when the mirror was filled last. */
	if (fd < 0) {
		err_set(err, E_CANNOT_CREATE, "path", path, "reason", strerror(errno), NULL);
	} else if (lockfile_wait(fd, clock_monotonic() + ms) < 0) {
		err_set(err, E_LOCKED, "what", "ixn-sync", "holder", N_("another process"), NULL);
		close(fd);
		fd = -1;
	}
	arena_free(&arena);
	return fd;
}

/* Filling. */

struct pull {
	struct arena *arena;
	VEC(const struct mirror_row *)
	rows;
};

static int
keep(void *context, const struct record *record, const void *p, struct err *err)
{
	struct pull *pull = context;

	(void)record, (void)err;
	vec_push(pull->arena, &pull->rows, (const struct mirror_row *)p);
	return 0;
}

static int
no_page(const struct remote *r, struct arena *arena, struct err *err)
{
	const char *what = err_get(err, "what");

	if (err->code != E_BAD_FIELD)
		return -1;
	what = what ? arena_strdup(arena, what) : "no page of a mirror";
	return err_set(err, E_PROTOCOL, "peer", http_peer(r->http), "reason", what, NULL);
}

/* One page: 1: there is more. */
static int
page(struct remote *r, struct arena *arena, struct err *err)
{
	struct mirror_since_in in = { 0 };
	const struct request request = { .op = &op_mirror_since, .in = &in };
	struct pull pull = { .arena = arena };

	if (mirror_has(r->mirror, arena, &in, err) < 0 || remote_ask(r, &request, arena, keep, &pull, err) < 0)
		return -1;
	/* Nothing happened. */
	if (mirror_take(r->mirror, pull.rows.v, pull.rows.n, err) < 0)
		return no_page(r, arena, err);
	return pull.rows.v[pull.rows.n - 1]->more == 1;
}

static int
fill(struct remote *r, struct err *err)
{
	struct arena *arena = arena_new();
	int64_t end = clock_monotonic() + r->limit;
	int rc = 1;

	utimensat(AT_FDCWD, lock_path(r, arena), NULL, 0);
	for (int i = 0; rc > 0 && i < PAGES_MAX && (!r->limit || clock_monotonic() < end); i++) {
		arena_reset(arena);
		rc = mirror_get(r, true, err) < 0 ? -1 : page(r, arena, err);
	}
	arena_free(&arena);
	return rc < 0 ? -1 : 0;
}

/* Nothing is lost with a mirror but what waits in it. */
static bool
is_broken(const struct err *err)
{
	return err->code == E_STORE_DAMAGED || err->code == E_STORE_NEWER || err->code == E_BUG;
}

int
mirror_pull(struct remote *r, struct err *err)
{
	int rc = fill(r, err);

	if (rc == 0 || !is_broken(err) || unsent_any(r->path))
		return rc;
	desk_close(&r->mirror);
	mirror_remove(r->path);
	err->code = E_OK;
	return fill(r, err);
}

/* The lock's file bears the time of the last look: by the machine's own clock, whatever a test's says. */
static bool
is_fresh(const struct remote *r, struct arena *arena)
{
	struct stat lock, mirror;
	struct timespec now;

	if (r->refused || stat(lock_path(r, arena), &lock) < 0 || stat(r->path, &mirror) < 0)
		return false;
	clock_gettime(CLOCK_REALTIME, &now);
	return lock.st_mtime <= now.tv_sec && now.tv_sec - lock.st_mtime < (r->changed ? FRESH_CHANGED_SECS : FRESH_SECS);
}

void
mirror_follow(struct remote *r)
{
	struct arena *arena = arena_new();
	struct err err = { 0 };
	int fd = -1;

	if (r->path && r->answered && clock_monotonic() >= r->away_until && !is_fresh(r, arena) && (!r->folder || file_mkdirs(r->folder, &err) == 0))
		fd = mirror_lock(r, 0, &err);
	if (fd >= 0) {
		r->limit = FOLLOW_MS;
		if (mirror_pull(r, &err) < 0 && r->options.trace)
			r->options.trace(arena_printf(arena, "mirror: %s", err_name(err.code)));
		close(fd);
	}
	arena_free(&arena);
}

/* Reading. */

static int
no_mirror(const struct remote *r, struct err *err)
{
	return r->options.offline ? err_set(err, E_NO_MIRROR, NULL) : -1;
}

static int
read_mirror(struct remote *r, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err)
{
	struct request local = *request;
	struct err why = { 0 };
	struct mirror_state s;
	const char *id;

	err_copy(&why, err);
	if (mirror_state(r->mirror, &s, err) < 0)
		return -1;
	/* A part would be taken for all of it. */
	if (s.at == 0 || s.seq == 0 || !*s.own || (!s.whole && (request->op->flags & OP_LIBRARY)))
		return no_mirror(r, err);
	/* Seen as the server lets its agent see it. */
	local.from = MIRROR_FROM;
	err->code = E_OK;
	if (desk_call(r->mirror, &local, arena, emit, context, err) == 0) {
		if (!r->told && r->options.mirrored)
			r->options.mirrored(MIRRORED_READ, clock_now() - s.at);
		r->told = true;
		return 0;
	}
	if (err->code == E_NEEDS_SERVER && !r->options.offline) {
		err_copy(err, &why);
		return -1;
	}
	id = err_get(err, "id");
	if (err_class(err) != ERR_NOTFOUND || !id)
		return -1;
	return err_set(err, E_NOT_MIRRORED, "id", arena_strdup(arena, id), NULL);
}

/* Keeping what is to be done, as it will be sent. */

static void
answer_kept(const struct request *request, struct arena *arena, const char *id, emit_fn *emit, void *context, struct err *err)
{
	const struct record *out = request->op->out;
	void *p = record_new(arena, out);

	if (!id || !emit || !record_field(out, "id"))
		return;
	record_set_text(out, p, "id", id);
	if (emit(context, out, p, err) < 0)
		err->code = E_OK;
}

/* What is made here has its id from here, by which later changes can name it. */
static const char *
about(const struct request *request, struct arena *arena, void *in)
{
	const struct record *record = request->op->in;
	const struct field *made = record_field(record, "draft"), *f = made ? made : record_field(record, "id");

	if (made && !field_text(made, in))
		record_set_text(record, in, made->name, id_new(arena, clock_now()));
	return f ? field_text(f, in) : NULL;
}

static int
keep_unsent(struct remote *r, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err)
{
	time_ms now = clock_now();
	struct unsent u = { .id = id_new(arena, now), .at = now, .op = request->op->name, .key = request->idempotency_key };
	struct request kept = *request;
	void *in = arena_memdup(arena, request->in, request->op->in->size);
	struct buf body = BUF_INIT;
	struct mirror_state s;

	if (mirror_state(r->mirror, &s, err) < 0)
		return -1;
	u.seq = s.seq;
	u.ixn = about(request, arena, in);
	kept.in = in;
	u.input = arena_strdup(arena, remote_body(&kept, &body));
	buf_release(&body);
	if (unsent_add(r->mirror, &u, err) < 0)
		return -1;
	r->emptied = false;
	err->code = E_OK;
	if (r->options.mirrored)
		r->options.mirrored(MIRRORED_KEPT, 1);
	answer_kept(request, arena, u.ixn, emit, context, err);
	return 0;
}

bool
mirror_may(const struct remote *r, const struct request *request)
{
	unsigned flags = request->op->flags;

	if (!r->path)
		return false;
	return (flags & OP_WAITS) || ((flags & OP_MIRROR) && !request->live && (r->mirror || access(r->path, F_OK) == 0));
}

int
mirror_answer(struct remote *r, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err)
{
	bool reads = (request->op->flags & OP_MIRROR) && !request->live, waits = request->op->flags & OP_WAITS;
	struct err found = { 0 };

	if (!r->path || (!reads && !waits))
		return -1;
	if (mirror_get(r, waits, &found) < 0) {
		if (found.code == E_NO_STORE)
			return no_mirror(r, err);
		err_copy(err, &found);
		return -1;
	}
	return waits ? keep_unsent(r, request, arena, emit, context, err) : read_mirror(r, request, arena, emit, context, err);
}
