/*
 * One request: read whole within limits, given to its route, answered.
 */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "api/priv.h"
#include "base/mem.h"
#include "base/utf8.h"

/* Of all requests that are being read at once: as many of the largest as this, or so much. */
#define HELD_LARGEST 5
#define HELD_LEAST ((size_t)16 << 20)
/* Who has proved no session sends little. */
#define STRANGER_MAX ((size_t)1 << 20)

/* Reading. */

static const char *
address_of(struct arena *arena, struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *address = info ? info->client_addr : NULL;
	char text[NI_MAXHOST];

	if (!address || (address->sa_family != AF_INET && address->sa_family != AF_INET6))
		return "local";
	if (getnameinfo(address, address->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6), text, sizeof(text), NULL, 0, NI_NUMERICHOST) != 0)
		return "?";
	return arena_strdup(arena, strncmp(text, "::ffff:", 7) == 0 ? text + 7 : text);
}

const char *
api_header(const struct api_request *request, const char *name)
{
	return MHD_lookup_connection_value(request->exchange->connection, MHD_HEADER_KIND, name);
}

static bool
among(const char *list, const char *word)
{
	size_t size = strlen(word);

	for (const char *at = list; at && (at = strstr(at, word)); at++)
		if ((at == list || at[-1] == ',') && (!at[size] || at[size] == ','))
			return true;
	return false;
}

/* Where there are several, the last is the proxy's own. */
static enum MHD_Result
last_forwarded(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	const char **last = context;

	(void)kind;
	if (strcasecmp(name, "X-Forwarded-For") == 0 && value)
		*last = value;
	return MHD_YES;
}

/* A proxy says for whom it asks; the last one named is the one that it saw itself. */
static const char *
behind_proxy(const struct api_request *request, const char *address)
{
	const char *list = NULL, *last;

	MHD_get_connection_values(request->exchange->connection, MHD_HEADER_KIND, last_forwarded, &list);
	if (!list || !among(request->server->settings->proxies, address))
		return address;
	last = strrchr(list, ',');
	last = last ? last + 1 : list;
	last += strspn(last, " ");
	return strlen(last) < 48 && *last && !last[strspn(last, "0123456789abcdefABCDEF.:")] ? arena_strdup(request->arena, last) : address;
}

const char *
url_decode(struct arena *arena, const char *text, bool plus)
{
	char *out = arena_alloc(arena, strlen(text) + 1), *to = out;

	for (; *text; text++) {
		int high, low;

		if (*text != '%') {
			*to++ = (char)(plus && *text == '+' ? ' ' : *text);
			continue;
		}
		high = hex_digit(text[1]);
		low = high < 0 ? -1 : hex_digit(text[2]);
		if (low < 0 || (high == 0 && low == 0))
			return NULL;
		*to++ = (char)(high << 4 | low);
		text += 2;
	}
	return out;
}

const char *
api_query(const struct api_request *request, const char *name)
{
	const char *value = MHD_lookup_connection_value(request->exchange->connection, MHD_GET_ARGUMENT_KIND, name);

	return value ? url_decode(request->arena, value, true) : NULL;
}

static bool
fits(const struct api_route *route, const char *path)
{
	size_t size = strlen(route->path);

	return strncmp(route->path, path, size) == 0 && (!path[size] || (route->flags & API_PREFIX));
}

static bool
takes(const struct api_route *route, const char *method)
{
	return strcmp(route->method, method) == 0 || (strcmp(method, "HEAD") == 0 && strcmp(route->method, "GET") == 0);
}

/* E_NO_PAGE, E_BAD_METHOD. */
static int
find_route(struct api_exchange *x, struct err *err)
{
	const char *method = NULL;

	for (const struct api_route *const *table = api_routes; *table; table++)
		for (const struct api_route *r = *table; r->path; r++) {
			if (!fits(r, x->request.path))
				continue;
			method = r->method;
			if (!takes(r, x->request.method))
				continue;
			x->route = r;
			x->request.rest = x->request.path + strlen(r->path);
			return 0;
		}
	if (method)
		return err_set(err, E_BAD_METHOD, "name", x->request.method, "expected", method, NULL);
	return err_set(err, E_NO_PAGE, "name", x->request.path, NULL);
}

/* Whoever says to be an agent may send as much as one; where that begins to matter it is proved. */
static size_t
body_max(const struct api_exchange *x)
{
	size_t most = x->route->body == API_BODY_ANY ? (size_t)x->request.server->settings->body : x->route->body;

	return x->who != WHO_STRANGER || most < STRANGER_MAX ? most : STRANGER_MAX;
}

/* Strangers leave half of what is held at once to those who are known. */
static size_t
held_max(const struct api_exchange *x)
{
	size_t most = (size_t)x->request.server->settings->body * HELD_LARGEST;

	if (most < HELD_LEAST)
		most = HELD_LEAST;
	return x->who == WHO_KNOWN ? most : most / 2;
}

static int
too_large(const struct api_exchange *x, struct err *err)
{
	return err_set(err, E_TOO_LARGE, "what", N_("the request"), "limit", arena_printf(x->arena, "%zu bytes", body_max(x)), NULL);
}

static void
find_who(struct api_exchange *x)
{
	bool anyone = call_begin(x);

	if (!x->agent || !(x->route->flags & API_AGENTS))
		return;
	if (known_find(x->request.server->known, x->agent, x->token, x->began))
		x->who = WHO_KNOWN;
	else if (!anyone)
		x->who = WHO_CLAIMS;
}

/* In whose name it is counted; NULL: it is not. */
static const char *
counted_as(const struct api_exchange *x)
{
	const char *address = x->request.address;

	if (x->who == WHO_KNOWN || (x->route->flags & (API_PLAIN | API_FREE)))
		return NULL;
	if (x->route->flags & API_WATCH)
		return address_is_local(address) ? NULL : arena_printf(x->arena, "watch %s", address);
	return address;
}

/* Whether to read it at all: E_TOO_MANY, E_TOO_LARGE, E_SERVER_BUSY and those of find_route. */
static int
admit(struct api_exchange *x, struct err *err)
{
	struct api_server *server = x->request.server;
	const char *length = api_header(&x->request, "Content-Length"), *name;
	bool ok = true;

	token_read(&x->request, &x->agent, &x->token);
	if (find_route(x, err) < 0)
		return -1;
	find_who(x);
	name = counted_as(x);
	/* An agent is not counted as a stranger: who only says to be one is when that turns out. */
	if (name)
		ok = x->who == WHO_CLAIMS ? limits_left(server->limits, name, x->began) : limits_take(server->limits, name, x->began);
	if (!ok) {
		atomic_fetch_add(&server->figures.of[FIGURE_LIMITED], 1);
		return err_set(err, E_TOO_MANY, "address", x->request.address, NULL);
	}
	/* libmicrohttpd has seen that it is a number. */
	if (length && strtoull(length, NULL, 10) > body_max(x))
		return too_large(x, err);
	return 0;
}

static void
drop_body(struct api_exchange *x)
{
	atomic_fetch_sub(&x->request.server->held, x->body.n);
	buf_release(&x->body);
}

static void
refuse(struct api_exchange *x, const struct err *err)
{
	answer_error(x, err);
	x->state = EXCHANGE_ANSWERED;
}

/* In the middle of a request that was held up; of one that is refused by now nothing is kept. */
static void
read_on(struct api_exchange *x)
{
	if (x->state != EXCHANGE_READS)
		drop_body(x);
	guard_phase(x->guard, PHASE_REQUEST, x->body.n);
}

static void
begin(struct api_exchange *x)
{
	struct err err = { 0 };

	guard_phase(x->guard, PHASE_REQUEST, 0);
	atomic_fetch_add(&x->request.server->figures.of[FIGURE_REQUESTS], 1);
	if (admit(x, &err) < 0)
		refuse(x, &err);
}

static struct api_exchange *
exchange_new(struct api_server *server, struct MHD_Connection *connection, const char *url, const char *method)
{
	struct api_exchange *x = xcalloc(1, sizeof(*x));

	x->guard = guard_of(connection);
	x->connection = connection;
	x->began = clock_monotonic();
	x->arena = arena_new();
	x->answer.status = 200;
	x->request = (struct api_request){
		.method = arena_strdup(x->arena, method),
		.path = arena_strdup(x->arena, url),
		.body = "",
		.arena = x->arena,
		.server = server,
		.exchange = x,
	};
	x->request.address = behind_proxy(&x->request, address_of(x->arena, connection));
	x->what = x->request.path;
	return x;
}

/* False: the connection is cut, since no answer can be given in the middle of a request. */
static bool
take(struct api_exchange *x, const char *bytes, size_t size)
{
	struct api_server *server = x->request.server;

	if (x->state != EXCHANGE_READS)
		return true;
	if (size > body_max(x) - x->body.n || !limit_hold(&server->held, size, held_max(x))) {
		atomic_fetch_add(&server->figures.of[FIGURE_LIMITED], 1);
		return false;
	}
	buf_add(&x->body, bytes, size);
	atomic_fetch_add(&server->figures.of[FIGURE_BYTES_IN], (long long)size);
	guard_bytes(x->guard, x->body.n);
	return true;
}

/* Running. */

/* E_SESSION_ENDED and those of the store. */
static int
prove(struct api_exchange *x, struct err *err)
{
	struct api_server *server = x->request.server;

	if (events_prove(&x->request, x->agent, x->token, err) < 0) {
		if (!err_of_store(err))
			limits_charge(server->limits, x->request.address, x->began);
		return -1;
	}
	known_add(server->known, x->agent, x->token, clock_monotonic());
	x->who = WHO_KNOWN;
	return 0;
}

static int
run(struct api_exchange *x, struct err *err)
{
	struct api_server *server = x->request.server;
	int rc = x->route->flags & API_PLAIN ? 0 : desks_take(server, &x->request.desk, err);

	if (rc == 0 && x->who == WHO_CLAIMS)
		rc = prove(x, err);
	if (rc == 0 && x->state == EXCHANGE_RUNS)
		rc = x->route->fn(&x->request, &x->answer, err);
	if (x->request.desk)
		desks_give(server, x->request.desk, rc < 0 && (err_class(err) == ERR_IO || err_class(err) == ERR_UNAVAILABLE));
	x->request.desk = NULL;
	/* It was taken back meanwhile. */
	if (rc < 0 && err->code == E_SESSION_ENDED && x->who == WHO_KNOWN)
		known_forget(server->known, x->agent, x->token);
	return rc;
}

void
http_run(struct api_exchange *x)
{
	bool proves = x->state == EXCHANGE_PROVES;
	struct err err = { 0 };
	int rc = run(x, &err);

	if (rc < 0) {
		refuse(x, &err);
	} else if (proves) {
		x->state = EXCHANGE_READS;
	} else {
		if (!x->answer.stream)
			answer_pack(x);
		x->state = EXCHANGE_ANSWERED;
	}
	if (proves)
		read_on(x);
}

/* True: a worker has it. False: so much waits that it is refused. */
static bool
hand_over(struct api_exchange *x, enum lane lane)
{
	struct err err = { 0 };

	if (work_add(x->request.server, x, lane) == 0)
		return true;
	err_set(&err, E_SERVER_BUSY, NULL);
	refuse(x, &err);
	return false;
}

/* More than a stranger may send: it is read on when it is proved whose it is, or read and thrown away. True: a worker has it. */
static bool
proves_first(struct api_exchange *x, size_t size)
{
	if (x->state != EXCHANGE_READS || x->who != WHO_CLAIMS || x->body.n + size <= STRANGER_MAX)
		return false;
	x->state = EXCHANGE_PROVES;
	guard_phase(x->guard, PHASE_WORK, 0);
	if (hand_over(x, LANE_SHORT))
		return true;
	read_on(x);
	return false;
}

/* The request is whole. True: it is answered, false: a worker has it. */
static bool
start(struct api_exchange *x)
{
	enum lane lane = x->route->flags & API_PLAIN ? LANES : call_lane(x);

	x->state = EXCHANGE_RUNS;
	x->request.body = buf_get(&x->body);
	x->request.size = x->body.n;
	guard_phase(x->guard, PHASE_WORK, 0);
	if (x->who == WHO_CLAIMS && lane == LANES)
		lane = LANE_SHORT;
	if (lane != LANES)
		return !hand_over(x, lane);
	http_run(x);
	return true;
}

enum MHD_Result
http_access(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
	    const char *upload, size_t *upload_size, void **exchange)
{
	struct api_exchange *x = *exchange;

	(void)version;
	if (!x) {
		*exchange = x = exchange_new(context, connection, url, method);
		begin(x);
		return x->state == EXCHANGE_ANSWERED ? answer_send(x) : MHD_YES;
	}
	if (*upload_size) {
		bool ok;

		/* What came comes again when it is resumed. */
		if (proves_first(x, *upload_size))
			return MHD_YES;
		ok = take(x, upload, *upload_size);
		*upload_size = 0;
		return ok ? MHD_YES : MHD_NO;
	}
	/* From when it was handed over until it is resumed it is not ours to look at. */
	if (x->state == EXCHANGE_READS && !start(x))
		return MHD_YES;
	return x->state == EXCHANGE_ANSWERED ? answer_send(x) : MHD_YES;
}

void
http_completed(void *context, struct MHD_Connection *connection, void **exchange, enum MHD_RequestTerminationCode code)
{
	struct api_exchange *x = *exchange;

	(void)context, (void)connection, (void)code;
	if (!x)
		return;
	if (x->holder)
		stream_closed(x);
	guard_phase(x->guard, PHASE_REQUEST, 0);
	drop_body(x);
	buf_release(&x->answer.body);
	/* Who asked had gone before it could begin. */
	if (x->answer.stream)
		x->answer.stream->free(x->answer.stream);
	arena_free(&x->arena);
	free(x);
	*exchange = NULL;
}
