/*
 * Connections that must not stay as they are: who drips a request, or drinks
 * an answer, byte by byte is cut off, and so is who asks for nothing.
 * libmicrohttpd only knows silence.
 */
#include <stdlib.h>
#include <sys/socket.h>

#include "api/priv.h"
#include "base/mem.h"

/* Slower than this is no client but a nuisance: bytes a millisecond. */
#define SLOWEST 4

void
guard_connection(void *context, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode code)
{
	struct api_server *server = context;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct api_guard *guard = *socket_context;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		guard = xcalloc(1, sizeof(*guard));
		guard->server = server;
		guard->fd = info ? info->connect_fd : -1;
		guard->since = clock_monotonic();
		*socket_context = guard;
	}
	pthread_mutex_lock(&server->guard_door);
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		guard->next = server->guards;
		guard->link = &server->guards;
		if (guard->next)
			guard->next->link = &guard->next;
		server->guards = guard;
	} else {
		*guard->link = guard->next;
		if (guard->next)
			guard->next->link = guard->link;
	}
	pthread_mutex_unlock(&server->guard_door);
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		atomic_fetch_add(&server->connections, 1);
		return;
	}
	atomic_fetch_sub(&server->connections, 1);
	free(guard);
	*socket_context = NULL;
}

struct api_guard *
guard_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info->socket_context;
}

void
guard_phase(struct api_guard *guard, enum phase phase, size_t bytes)
{
	pthread_mutex_lock(&guard->server->guard_door);
	guard->phase = phase;
	guard->since = clock_monotonic();
	guard->bytes = bytes;
	pthread_mutex_unlock(&guard->server->guard_door);
}

void
guard_bytes(struct api_guard *guard, size_t bytes)
{
	pthread_mutex_lock(&guard->server->guard_door);
	guard->bytes = bytes;
	pthread_mutex_unlock(&guard->server->guard_door);
}

void
guard_sweep(struct api_server *server, bool end)
{
	int64_t now = clock_monotonic(), most = server->settings->timeout_ms;

	pthread_mutex_lock(&server->guard_door);
	for (struct api_guard *g = server->guards; g; g = g->next) {
		bool late = now - g->since > most + (int64_t)(g->bytes / SLOWEST);

		if (g->shut || g->phase == PHASE_WORK || g->phase == PHASE_STREAM || !(late || (end && g->phase == PHASE_REQUEST)))
			continue;
		g->shut = true;
		if (g->fd >= 0)
			shutdown(g->fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&server->guard_door);
}
