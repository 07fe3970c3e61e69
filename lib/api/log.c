/*
 * The access log: one line of JSON for each request. No header, no query, no
 * body ever stands in it: neither secrets nor what people wrote.
 */
#include <unistd.h>

#include "api/priv.h"
#include "base/json.h"

#define NAME_MAX_SHOWN 128

static void
text(struct json *j, struct arena *arena, const char *key, const char *value)
{
	json_key(j, key);
	json_str(j, value ? arena_memdup(arena, value, strnlen(value, NAME_MAX_SHOWN)) : NULL);
}

void
log_exchange(struct api_exchange *x, int status, size_t bytes, int64_t ms)
{
	struct api_server *server = x->request.server;
	struct buf line = BUF_INIT;
	struct json j = json_writer(&line);
	char at[TIME_TEXT];

	if (!server->settings->log)
		return;
	json_object(&j);
	text(&j, x->arena, "at", time_format(clock_now(), at));
	text(&j, x->arena, "address", x->request.address);
	text(&j, x->arena, "agent", x->agent);
	text(&j, x->arena, "method", x->request.method);
	text(&j, x->arena, "what", x->what);
	json_key(&j, "status");
	json_int(&j, status);
	if (x->code != E_OK)
		text(&j, x->arena, "error", err_name(x->code));
	json_key(&j, "bytes");
	json_int(&j, (int64_t)bytes);
	json_key(&j, "ms");
	json_int(&j, ms);
	json_end_object(&j);
	buf_char(&line, '\n');
	pthread_mutex_lock(&server->log_door);
	fwrite(buf_get(&line), 1, line.n, server->settings->log);
	fflush(server->settings->log);
	pthread_mutex_unlock(&server->log_door);
	buf_release(&line);
}
