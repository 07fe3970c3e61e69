/*
 * The server: its socket, its threads, and how it ends.
 */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/priv.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/store.h"

/* Of one connection: its request line and headers must fit. */
#define MEMORY (12 << 10)
/* How long what runs may take once the server is to stop. */
#define DRAIN_MS (20 * MS_SECOND)
/* So long a request waits for a database that is away, and has a worker; then its client does. */
#define STORE_MS (2 * MS_SECOND)
#define TLS "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

const struct api_route *const api_routes[] = { call_routes, contact_routes, NULL };

/* Desks: one for each request at hand, kept open for the next one. */

/* Where the store is away, one at a time looks for it; the others go by what came of that last. */
static int
open_desk(struct api_server *server, struct desk **desk_r, struct err *err)
{
	struct desks *desks = &server->desks;
	bool away, looks;
	int rc = -1;

	pthread_mutex_lock(&desks->door);
	away = desks->why.code != E_OK;
	looks = !away || !desks->looked_for;
	desks->looked_for = desks->looked_for || away;
	if (!looks)
		err_copy(err, &desks->why);
	pthread_mutex_unlock(&desks->door);
	if (!looks)
		return -1;
	rc = desk_open(server->settings->store, &server->desk, desk_r, err);
	pthread_mutex_lock(&desks->door);
	if (away)
		desks->looked_for = false;
	if (rc == 0)
		desks->why.code = E_OK;
	else if (err_class(err) == ERR_UNAVAILABLE)
		err_copy(&desks->why, err);
	pthread_mutex_unlock(&desks->door);
	return rc;
}

int
desks_take(struct api_server *server, struct desk **desk_r, struct err *err)
{
	struct idle *idle;

	pthread_mutex_lock(&server->desks.door);
	idle = server->desks.idle;
	if (idle)
		server->desks.idle = idle->next;
	pthread_mutex_unlock(&server->desks.door);
	if (!idle)
		return open_desk(server, desk_r, err);
	*desk_r = idle->desk;
	free(idle);
	return 0;
}

void
desks_give(struct api_server *server, struct desk *desk, bool spoilt)
{
	struct idle *idle;

	if (spoilt) {
		desk_close(&desk);
		return;
	}
	idle = xcalloc(1, sizeof(*idle));
	idle->desk = desk;
	pthread_mutex_lock(&server->desks.door);
	idle->next = server->desks.idle;
	server->desks.idle = idle;
	pthread_mutex_unlock(&server->desks.door);
}

static void
desks_release(struct api_server *server)
{
	for (struct idle *idle = server->desks.idle, *next; idle; idle = next) {
		next = idle->next;
		desk_close(&idle->desk);
		free(idle);
	}
}

/* The socket. */

static bool
is_loopback(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
	if (address->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
	return address->sa_family == AF_UNIX;
}

static int
must_be_safe(const struct api_settings *settings, const struct sockaddr *address, struct err *err)
{
	if (settings->certificate || settings->anywhere || is_loopback(address))
		return 0;
	return err_set(err, E_PLAIN_HTTP, "address", settings->listen, NULL);
}

/* "HOST:PORT", "[::1]:PORT", ":PORT" for every address. */
static int
split(struct arena *arena, const char *listen, const char **host_r, const char **port_r, struct err *err)
{
	const char *colon = strrchr(listen, ':');
	size_t size = colon ? (size_t)(colon - listen) : 0;

	if (!colon || !colon[1] || colon[1 + strspn(colon + 1, "0123456789")])
		return err_set(err, E_BAD_VALUE, "name", "listen", "value", listen, "expected", N_("HOST:PORT"), NULL);
	if (size > 1 && listen[0] == '[' && listen[size - 1] == ']')
		*host_r = arena_memdup(arena, listen + 1, size - 2);
	else
		*host_r = size ? arena_memdup(arena, listen, size) : NULL;
	*port_r = colon + 1;
	return 0;
}

static int
cannot_listen(const struct api_settings *settings, const char *reason, struct err *err)
{
	return err_set(err, E_CANNOT_LISTEN, "address", settings->listen, "reason", reason, NULL);
}

static int
listen_at(const struct api_settings *settings, const struct addrinfo *info, struct err *err)
{
	int fd = socket(info->ai_family, info->ai_socktype | SOCK_CLOEXEC, info->ai_protocol), one = 1, why;

	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0 && bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0)
		return fd;
	why = errno;
	if (fd >= 0)
		close(fd);
	return cannot_listen(settings, strerror(why), err);
}

static int
open_socket(const struct api_settings *settings, struct arena *arena, struct err *err)
{
	const struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
	struct addrinfo *info = NULL;
	const char *host, *port;
	int rc, fd = -1;

	if (split(arena, settings->listen, &host, &port, err) < 0)
		return -1;
	rc = getaddrinfo(host, port, &hints, &info);
	if (rc != 0)
		return cannot_listen(settings, gai_strerror(rc), err);
	if (must_be_safe(settings, info->ai_addr, err) == 0)
		fd = listen_at(settings, info, err);
	freeaddrinfo(info);
	return fd;
}

static int
socket_of(const struct api_settings *settings, struct arena *arena, struct err *err)
{
	struct sockaddr_storage address = { 0 };
	socklen_t size = sizeof(address);

	if (settings->inherited < 0)
		return open_socket(settings, arena, err);
	if (getsockname(settings->inherited, (struct sockaddr *)&address, &size) < 0)
		return cannot_listen(settings, strerror(errno), err);
	return must_be_safe(settings, (const struct sockaddr *)&address, err) < 0 ? -1 : settings->inherited;
}

static const char *
url_of(struct arena *arena, const struct api_settings *settings, int fd)
{
	const char *scheme = settings->certificate ? "https" : "http";
	struct sockaddr_storage address = { 0 };
	socklen_t size = sizeof(address);
	char host[NI_MAXHOST], port[NI_MAXSERV];

	if (getsockname(fd, (struct sockaddr *)&address, &size) < 0 ||
	    getnameinfo((const struct sockaddr *)&address, size, host, sizeof(host), port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return arena_printf(arena, "%s:", scheme);
	return arena_printf(arena, strchr(host, ':') ? "%s://[%s]:%s" : "%s://%s:%s", scheme, host, port);
}

/* libmicrohttpd. */

/* What it would print: peers that break off, mostly. */
static void
say_nothing(void *context, const char *format, va_list ap)
{
	(void)context, (void)format, (void)ap;
}

/* Paths stay as they came: what is encoded in one is not a route of ours. */
static size_t
unescape(void *context, struct MHD_Connection *connection, char *text)
{
	(void)context, (void)connection;
	return strlen(text);
}

static int
start_daemon(struct api_server *server, unsigned flags, int fd, struct err *err)
{
	const struct api_settings *s = server->settings;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_END, 0, NULL },
		{ MHD_OPTION_END, 0, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};
	/* A function among pointers, as libmicrohttpd will have it. */
	union {
		gnutls_certificate_retrieve_function2 *fn;
		void *pointer;
	} choose = { tls_choose };
	static char priorities[] = TLS;

	flags |= MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
	if (s->certificate) {
		flags |= MHD_USE_TLS;
		tls[0] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_CERT_CALLBACK, 0, choose.pointer };
		tls[1] = (struct MHD_OptionItem){ MHD_OPTION_HTTPS_PRIORITIES, 0, priorities };
	}
	server->daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, http_access, server, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED,
		http_completed, server, MHD_OPTION_NOTIFY_CONNECTION, guard_connection, server, MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_CONNECTION_LIMIT, (unsigned)s->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		(unsigned)s->per_address, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)((s->timeout_ms + MS_SECOND - 1) / MS_SECOND), MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_THREAD_POOL_SIZE, (unsigned)(s->threads > 1 ? s->threads : 0), MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
	return server->daemon ? 0 : cannot_listen(s, "libmicrohttpd", err);
}

/* Until it is told to end; the certificate is read anew when it is told that. */
static void
serve(const struct api_settings *settings, int told)
{
	struct arena *arena = arena_new();
	struct err err = { 0 };

	for (;;) {
		while (poll(&(struct pollfd){ told, POLLIN, 0 }, 1, -1) < 0 && errno == EINTR)
			;
		if (!settings->goes_on || !settings->goes_on(told))
			break;
		arena_reset(arena);
		if (settings->certificate && tls_load(arena, settings->certificate, settings->key, &err) < 0)
			settings->complain(&err);
	}
	arena_free(&arena);
}

/* As many descriptors as the system lets us have. */
static void
raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* Nobody connects any more; the number stays taken, for a worker may be about to name it. */
static void
close_listening(int fd)
{
	int blank = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (blank < 0 || dup2(blank, fd) < 0)
		shutdown(fd, SHUT_RDWR);
	if (blank >= 0)
		close(blank);
}

/* No new connection; what runs is answered, streams end, who waits idly is let go. */
static void
drain(struct api_server *server, int fd)
{
	int64_t until = clock_monotonic() + DRAIN_MS;

	atomic_store(&server->draining, true);
	MHD_quiesce_daemon(server->daemon);
	close_listening(fd);
	stream_end(server);
	while (atomic_load(&server->connections) && clock_monotonic() < until) {
		guard_sweep(server, true);
		poll(NULL, 0, 10);
	}
}

static size_t
ops_n(void)
{
	size_t n = 0;

	while (ops[n])
		n++;
	return n;
}

/* The server without its socket. */

int
server_open(struct api_server *server, const struct api_settings *settings, struct err *err)
{
	struct desk *desk;

	*server = (struct api_server){ .settings = settings, .desk = *settings->desk, .began = clock_monotonic() };
	pthread_mutex_init(&server->desks.door, NULL);
	pthread_mutex_init(&server->guard_door, NULL);
	pthread_mutex_init(&server->log_door, NULL);
	server->local = strncmp(settings->store, "postgres", 8) != 0;
	server->took = xcalloc(ops_n(), sizeof(*server->took));
	server->limits = limits_new(settings->requests);
	server->known = known_new();
	server->desk.hurry = &server->draining;
	server->desk.patience = STORE_MS;
	server->desk.group = store_group_new();
	if (desks_take(server, &desk, err) < 0)
		return -1;
	server->test = desk_is_test(desk);
	desks_give(server, desk, false);
	return 0;
}

void
server_close(struct api_server *server)
{
	desks_release(server);
	store_group_free(&server->desk.group);
	tls_forget();
	limits_free(&server->limits);
	known_free(&server->known);
	free(server->took);
}

static void
stop_threads(struct api_server *server)
{
	work_stop(server);
	stream_end(server);
	stream_stop(server);
}

int
server_start(struct api_server *server, unsigned flags, int fd, struct err *err)
{
	work_start(server);
	stream_start(server);
	if (start_daemon(server, flags, fd, err) == 0)
		return 0;
	stop_threads(server);
	return -1;
}

void
server_stop(struct api_server *server)
{
	stop_threads(server);
	MHD_stop_daemon(server->daemon);
}

/* Nothing listens while there is no store. */
int
api_serve(const struct api_settings *settings, int stop, struct err *err)
{
	struct api_server server;
	struct arena *arena = arena_new();
	int fd = -1, rc = -1;

	raise_files();
	if (server_open(&server, settings, err) == 0 && (fd = socket_of(settings, arena, err)) >= 0 &&
	    (!settings->certificate || tls_load(arena, settings->certificate, settings->key, err) == 0) &&
	    server_start(&server, MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL, fd, err) == 0) {
		if (settings->ready)
			settings->ready(url_of(arena, settings, fd));
		serve(settings, stop);
		drain(&server, fd);
		server_stop(&server);
		rc = 0;
	}
	if (fd >= 0)
		close(fd);
	server_close(&server);
	arena_free(&arena);
	return rc;
}
