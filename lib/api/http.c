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

/* Of all requests that are being read at once. */
#define HELD_MAX ((size_t)512 << 20)
/* Who proves no session sends little. */
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

static size_t
body_max(const struct api_exchange *x)
{
	size_t most = x->route->body == API_BODY_ANY ? (size_t)x->request.server->settings->body : x->route->body;

	return x->agent || most < STRANGER_MAX ? most : STRANGER_MAX;
}

static int
too_large(const struct api_exchange *x, struct err *err)
{
	return err_set(err, E_TOO_LARGE, "what", N_("the request"), "limit", arena_printf(x->arena, "%zu bytes", body_max(x)), NULL);
}

/* Whether to read it at all: E_TOO_MANY, E_TOO_LARGE, E_SERVER_BUSY and those of find_route. */
static int
admit(struct api_exchange *x, struct err *err)
{
	struct api_server *server = x->request.server;
	const char *length = api_header(&x->request, "Content-Length"), *token;

	token_read(&x->request, &x->agent, &token);
	if (find_route(x, err) < 0)
		return -1;
	if (!x->agent && !(x->route->flags & (API_PLAIN | API_FREE)) && !limits_take(server->limits, x->request.address, clock_monotonic())) {
		atomic_fetch_add(&server->figures.of[FIGURE_LIMITED], 1);
		return err_set(err, E_TOO_MANY, "address", x->request.address, NULL);
	}
	/* libmicrohttpd has seen that it is a number. */
	if (length && strtoull(length, NULL, 10) > body_max(x))
		return too_large(x, err);
	return 0;
}

static void
begin(struct api_exchange *x)
{
	struct err err = { 0 };

	guard_phase(x->guard, PHASE_REQUEST, 0);
	atomic_fetch_add(&x->request.server->figures.of[FIGURE_REQUESTS], 1);
	if (admit(x, &err) < 0) {
		answer_error(x, &err);
		x->state = EXCHANGE_ANSWERED;
	}
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
	if (size > body_max(x) - x->body.n || atomic_fetch_add(&server->held, size) + size > HELD_MAX) {
		atomic_fetch_add(&server->figures.of[FIGURE_LIMITED], 1);
		return false;
	}
	buf_add(&x->body, bytes, size);
	atomic_fetch_add(&server->figures.of[FIGURE_BYTES_IN], (long long)size);
	guard_bytes(x->guard, x->body.n);
	return true;
}

/* Running. */

void
http_run(struct api_exchange *x)
{
	struct api_server *server = x->request.server;
	bool plain = x->route->flags & API_PLAIN;
	struct err err = { 0 };
	int rc = plain ? 0 : desks_take(server, &x->request.desk, &err);

	if (rc == 0)
		rc = x->route->fn(&x->request, &x->answer, &err);
	if (x->request.desk)
		desks_give(server, x->request.desk, rc < 0 && (err_class(&err) == ERR_IO || err_class(&err) == ERR_UNAVAILABLE));
	x->request.desk = NULL;
	if (rc < 0)
		answer_error(x, &err);
	else if (!x->answer.stream)
		answer_pack(x);
	x->state = EXCHANGE_ANSWERED;
}

/* The request is whole. True: it is answered, false: a worker has it. */
static bool
start(struct api_exchange *x)
{
	enum lane lane = x->route->flags & API_PLAIN ? LANES : call_lane(x);
	struct err err = { 0 };

	x->state = EXCHANGE_RUNS;
	x->request.body = buf_get(&x->body);
	x->request.size = x->body.n;
	guard_phase(x->guard, PHASE_WORK, 0);
	if (lane == LANES) {
		http_run(x);
		return true;
	}
	if (work_add(x->request.server, x, lane) == 0)
		return false;
	err_set(&err, E_SERVER_BUSY, NULL);
	answer_error(x, &err);
	x->state = EXCHANGE_ANSWERED;
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
		bool ok = take(x, upload, *upload_size);

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
	struct api_server *server = context;

	(void)connection, (void)code;
	if (!x)
		return;
	if (x->holder)
		stream_closed(x);
	guard_phase(x->guard, PHASE_REQUEST, 0);
	atomic_fetch_sub(&server->held, x->body.n);
	buf_release(&x->body);
	buf_release(&x->answer.body);
	arena_free(&x->arena);
	free(x);
	*exchange = NULL;
}
