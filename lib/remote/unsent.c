/*
 * What was asked for while the server was away: sent in order, each once, by
 * the key under which it would have been sent then. What the server refuses is
 * kept for a person to see; nothing is sent over it.
 */
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err_json.h"
#include "base/file.h"
#include "base/json.h"
#include "remote/priv.h"

/* So long one waits for another process to be done with it. */
#define LOCK_MS 10000
/* So long what the server could not do is not sent again. */
#define STUCK_MS 5000
/* A server remembers keys for a week. What was tried so long ago may have been done then, and nobody could tell. */
#define TRIED_MS (6 * MS_DAY)

struct sender {
	struct remote *r;
	struct arena *arena;
	emit_fn *emit;
	void *context;
	int64_t sent, refused;
	struct err last;  /* with which one was refused */
	struct err waits; /* why something waits on; E_OK: nothing does */
};

static int
tell(struct sender *s, const struct unsent *u, enum sync_state state, const struct err *why, struct err *err)
{
	struct sync_out *out = record_new(s->arena, &rec_sync_out);
	char *command = arena_strdup(s->arena, u->op), *dot = strchr(command, '.');

	if (dot)
		*dot = '-';
	*out = (struct sync_out){ .id = u->id, .state = state, .command = command, .ixn = u->ixn, .at = u->at, .input = u->input };
	if (why) {
		out->code = err_name(why->code);
		out->reason = err_expand(s->arena, err_text(why->code), why, NULL, NULL);
	}
	return s->emit ? s->emit(s->context, &rec_sync_out, out, err) : 0;
}

/* What the request is not to blame for is sent again; anything else would only be refused again. */
static bool
is_for_later(const struct err *said)
{
	enum err_class class = err_class(said);

	return err_retryable(said) || class == ERR_UNAVAILABLE || class == ERR_PROTOCOL || said->code == E_NO_SESSION || said->code == E_SESSION_ENDED;
}

static int
keep_refused(struct sender *s, const struct unsent *u, const struct err *said, struct err *err)
{
	struct buf text = BUF_INIT;
	struct json json = json_writer(&text);
	int rc;

	err_json(said, &json);
	rc = unsent_refused(s->r->mirror, u->ord, buf_get(&text), err);
	buf_release(&text);
	if (rc < 0)
		return -1;
	s->refused++;
	s->r->refused = true;
	err_copy(&s->last, said);
	return tell(s, u, SYNC_REFUSED, said, err) < 0 ? -1 : 1;
}

static const struct op *
op_named(const char *name)
{
	size_t i = 0;

	while (ops[i] && strcmp(ops[i]->name, name) != 0)
		i++;
	return ops[i];
}

static int
done(struct sender *s, const struct unsent *u, struct err *err)
{
	s->sent++;
	s->r->changed = true;
	return unsent_drop(s->r->mirror, u->ord, err) < 0 || tell(s, u, SYNC_SENT, NULL, err) < 0 ? -1 : 1;
}

static int
not_done(struct sender *s, const struct unsent *u, const struct err *said, struct err *err)
{
	if (!is_for_later(said))
		return keep_refused(s, u, said, err);
	if (remote_is_away(said)) {
		err_copy(err, said);
		return -1;
	}
	err_copy(&s->waits, said);
	return 0;
}

/* 1: it is settled; 0: it waits, and with it all behind it. */
static int
send_one(struct sender *s, const struct unsent *u, struct err *err)
{
	struct remote *r = s->r;
	const struct op *op = op_named(u->op);
	struct http_request http = {
		.path = arena_printf(s->arena, "/v1/%s", u->op),
		.agent = r->options.agent,
		.token = r->options.token,
		.key = u->key,
		.seen = arena_printf(s->arena, "%" PRId64, u->seq),
		.body = u->input,
		.size = strlen(u->input),
	};
	struct http_answer answer;
	struct answered out;
	struct err said = { 0 };

	/* Kept by a later version of this program. */
	if (!op)
		err_set(&said, E_NO_OPERATION, "name", u->op, NULL);
	else if (u->tried != INT_ABSENT && clock_now() - u->tried > TRIED_MS)
		err_set(&said, E_STORE_DOUBT, "path", http_peer(r->http), NULL);
	if (said.code != E_OK)
		return keep_refused(s, u, &said, err);
	if (u->tried == INT_ABSENT && unsent_tried(r->mirror, u->ord, clock_now(), err) < 0)
		return -1;
	if (remote_exchange(r, &http, s->arena, &answer, err) < 0)
		return -1;
	return remote_answer(r, op, s->arena, &answer, &out, &said) == 0 ? done(s, u, err) : not_done(s, u, &said, err);
}

static int
send_all(struct sender *s, struct err *err)
{
	struct unsent u = { .ord = 0 };
	int rc;

	do {
		rc = unsent_next(s->r->mirror, s->arena, u.ord, &u, err);
		if (rc > 0)
			rc = send_one(s, &u, err);
	} while (rc > 0);
	return rc < 0 ? -1 : unsent_tidy(s->r->mirror, err);
}

static void
tell_figures(const struct sender *s)
{
	void (*mirrored)(enum desk_mirrored what, int64_t n) = s->r->options.mirrored;

	if (s->emit || !mirrored)
		return;
	if (s->sent)
		mirrored(MIRRORED_SENT, s->sent);
	if (s->refused)
		mirrored(MIRRORED_REFUSED, s->refused);
}

/* How many wait; what was refused does not. */
static int
count_waiting(struct sender *s, size_t *n_r, struct err *err)
{
	struct records all = { NULL, 0 };

	*n_r = 0;
	if (unsent_all(s->r->mirror, s->arena, &all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++)
		*n_r += ((const struct unsent *)all.v)[i].refused == NULL;
	return 0;
}

static int
send_waiting(struct sender *s, struct err *err)
{
	struct remote *r = s->r;
	struct err why = { 0 };
	size_t left;
	int fd, rc;

	if (!r->path || !r->options.agent || !r->options.token || !unsent_any(r->path))
		return 0;
	if (mirror_get(r, false, err) < 0)
		return -1;
	fd = mirror_lock(r, LOCK_MS, &why);
	if (fd < 0) {
		rc = count_waiting(s, &left, err);
		if (rc == 0 && left)
			err_copy(&s->waits, &why);
		return rc;
	}
	rc = send_all(s, err);
	close(fd);
	tell_figures(s);
	return rc;
}

/* What waits on, and why: always -1. Who is not logged in any more is told that alone. */
static int
waits(struct sender *s, struct err *err)
{
	size_t n;

	if (err_class(&s->waits) == ERR_DENIED) {
		err_copy(err, &s->waits);
		return -1;
	}
	if (count_waiting(s, &n, err) < 0)
		return -1;
	return err_set(err, E_UNSENT_FIRST, "count", arena_printf(s->arena, "%zu", n), "reason",
		       err_expand(s->arena, err_text(s->waits.code), &s->waits, NULL, NULL), NULL);
}

/* What could not be sent is not tried again at once: one command asks for several things. */
static int
send_first(struct sender *s, struct err *err)
{
	struct remote *r = s->r;

	if (r->emptied || clock_monotonic() < r->stuck_until)
		return 0;
	if (send_waiting(s, err) < 0)
		return -1;
	r->emptied = s->waits.code == E_OK;
	if (r->emptied)
		return 0;
	waits(s, &r->stuck_why);
	r->stuck_until = clock_monotonic() + STUCK_MS;
	return 0;
}

int
unsent_send(struct remote *r, bool whole, struct err *err)
{
	struct sender s = { .r = r, .arena = arena_new() };
	int rc = send_first(&s, err);

	arena_free(&s.arena);
	if (rc < 0 || r->emptied || !whole)
		return rc;
	err_copy(err, &r->stuck_why);
	return -1;
}

/* For a person. */

static int
error_of(struct sender *s, const struct unsent *u, struct err *why)
{
	*why = (struct err){ 0 };
	return u->refused && err_from_json(s->arena, u->refused, why);
}

static int
list(struct sender *s, struct err *err)
{
	struct records all = { NULL, 0 };

	if (unsent_all(s->r->mirror, s->arena, &all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		const struct unsent *u = (const struct unsent *)all.v + i;
		struct err why;

		if (tell(s, u, u->refused ? SYNC_REFUSED : SYNC_WAITING, error_of(s, u, &why) ? &why : NULL, err) < 0)
			return -1;
	}
	return 0;
}

/* By its id, or the end of it where that is one's alone. */
static const struct unsent *
find(const struct records *all, const char *id)
{
	const struct unsent *found = NULL;
	size_t size = strlen(id);

	for (size_t i = 0; i < all->n; i++) {
		const struct unsent *u = (const struct unsent *)all->v + i;
		size_t whole = strlen(u->id);

		if (size < 6 || size > whole || strcasecmp(u->id + whole - size, id) != 0)
			continue;
		if (found)
			return NULL;
		found = u;
	}
	return found;
}

static int
each(struct sender *s, const struct texts *ids, int (*one)(struct sender *s, const struct unsent *u, struct err *err), struct err *err)
{
	struct records all = { NULL, 0 };

	for (size_t i = 0; i < ids->n; i++) {
		const struct unsent *u = NULL;

		if (unsent_all(s->r->mirror, s->arena, &all, err) < 0)
			return -1;
		u = find(&all, ids->v[i]);
		if (!u)
			return err_set(err, E_NO_UNSENT, "id", ids->v[i], NULL);
		if (one(s, u, err) < 0)
			return -1;
	}
	return 0;
}

static int
drop_one(struct sender *s, const struct unsent *u, struct err *err)
{
	return unsent_drop(s->r->mirror, u->ord, err) < 0 ? -1 : tell(s, u, SYNC_DROPPED, NULL, err);
}

/* Whoever says so has seen what the mirror shows by now. */
static int
retry_one(struct sender *s, const struct unsent *u, struct err *err)
{
	struct mirror_state now;

	return mirror_state(s->r->mirror, &now, err) < 0 ? -1 : unsent_again(s->r->mirror, u->ord, now.seq, err);
}

/* What --list, --drop and --retry ask for; under the lock, so that nobody sends meanwhile what is dropped. */
static int
look_after(struct sender *s, const struct sync_in *in, struct err *err)
{
	int fd, rc = mirror_get(s->r, false, err);

	if (rc < 0)
		return err->code == E_NO_STORE && !in->drop.n && !in->retry.n ? 0 : -1;
	if (in->list == 1)
		return list(s, err);
	fd = mirror_lock(s->r, LOCK_MS, err);
	if (fd < 0)
		return -1;
	if (each(s, &in->drop, drop_one, err) < 0 || each(s, &in->retry, retry_one, err) < 0 || unsent_tidy(s->r->mirror, err) < 0)
		rc = -1;
	close(fd);
	return rc;
}

static int
pull(struct remote *r, struct err *err)
{
	int fd, rc;

	if (r->folder && file_mkdirs(r->folder, err) < 0)
		return -1;
	fd = mirror_lock(r, LOCK_MS, err);
	if (fd < 0)
		return -1;
	rc = mirror_pull(r, err);
	close(fd);
	return rc;
}

int
unsent_sync(struct remote *r, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err)
{
	const struct sync_in *in = request->in;
	struct sender s = { .r = r, .arena = arena, .emit = emit, .context = context };

	if (!r->path)
		return err_set(err, E_NO_SESSION, NULL);
	if ((in->list == 1 || in->drop.n || in->retry.n) && look_after(&s, in, err) < 0)
		return -1;
	err->code = E_OK;
	if (in->list == 1 || (in->drop.n && !in->retry.n))
		return 0;
	if (r->options.offline)
		return err_set(err, E_NEEDS_SERVER, NULL);
	if (send_waiting(&s, err) < 0 || pull(r, err) < 0)
		return -1;
	if (s.waits.code != E_OK)
		return waits(&s, err);
	if (!s.refused)
		return 0;
	err_copy(err, &s.last);
	return -1;
}
