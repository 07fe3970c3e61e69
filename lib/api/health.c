/*
 * Is it alive, can it serve, and how does it fare.
 */
#include <string.h>

#include "api/priv.h"
#include "base/json.h"

static const int64_t bounds[BUCKETS] = { 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000 };

void
figures_add(struct api_exchange *x, int status, size_t bytes, int64_t ms)
{
	struct figures *f = &x->request.server->figures;
	size_t i = 0;

	while (i < BUCKETS && ms > bounds[i])
		i++;
	atomic_fetch_add(&f->bucket[i], 1);
	atomic_fetch_add(&f->ms, ms);
	atomic_fetch_add(&f->of[FIGURE_BYTES_OUT], (long long)bytes);
	if (status >= 400)
		atomic_fetch_add(&f->of[status >= 500 ? FIGURE_FAILED : FIGURE_REFUSED], 1);
}

static void
status(const struct api_request *request, struct api_answer *answer, const char *word)
{
	struct json j = json_writer(&answer->body);

	answer->type = "application/json";
	json_object(&j);
	json_key(&j, "status");
	json_str(&j, word);
	json_key(&j, "version");
	json_str(&j, IXN_VERSION);
	/* Whose clock may be pinned. */
	if (request->server->test) {
		json_key(&j, "test");
		json_bool(&j, true);
	}
	json_end_object(&j);
	buf_char(&answer->body, '\n');
}

int
health_route(struct api_request *request, struct api_answer *answer, struct err *err)
{
	(void)err;
	status(request, answer, "ok");
	return 0;
}

int
ready_route(struct api_request *request, struct api_answer *answer, struct err *err)
{
	extern const struct op op_event_list;
	void *in = record_new(request->arena, op_event_list.in);
	const struct request last = { .op = &op_event_list, .in = in };

	if (atomic_load(&request->server->draining))
		return err_set(err, E_SERVER_BUSY, NULL);
	record_set_int(op_event_list.in, in, "last", 1);
	if (desk_call(request->desk, &last, request->arena, NULL, NULL, err) < 0)
		return -1;
	status(request, answer, "ready");
	return 0;
}

static void
figure(struct buf *out, const char *name, const char *type, const char *help, int64_t value)
{
	buf_printf(out, "# HELP ixn_%s %s\n# TYPE ixn_%s %s\nixn_%s %lld\n", name, help, name, type, name, (long long)value);
}

static void
histogram(struct buf *out, struct figures *f)
{
	long long sum = 0;

	buf_str(out, "# HELP ixn_request_duration_seconds How long requests took.\n# TYPE ixn_request_duration_seconds histogram\n");
	for (size_t i = 0; i < BUCKETS; i++) {
		sum += atomic_load(&f->bucket[i]);
		buf_printf(out, "ixn_request_duration_seconds_bucket{le=\"%g\"} %lld\n", (double)bounds[i] / 1000, sum);
	}
	sum += atomic_load(&f->bucket[BUCKETS]);
	buf_printf(out, "ixn_request_duration_seconds_bucket{le=\"+Inf\"} %lld\n", sum);
	buf_printf(out, "ixn_request_duration_seconds_sum %g\nixn_request_duration_seconds_count %lld\n", (double)atomic_load(&f->ms) / 1000, sum);
}

bool
address_is_local(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 || strcmp(address, "local") == 0;
}

/* Of this machine only: it tells who watches how much there is to do. */
int
metrics_route(struct api_request *request, struct api_answer *answer, struct err *err)
{
	struct api_server *s = request->server;
	struct figures *f = &s->figures;
	struct buf *out = &answer->body;

	if (!address_is_local(request->address))
		return err_set(err, E_NO_PAGE, "name", request->path, NULL);
	answer->type = "text/plain; version=0.0.4; charset=utf-8";
	figure(out, "requests_total", "counter", "Requests that came.", atomic_load(&f->of[FIGURE_REQUESTS]));
	figure(out, "requests_refused_total", "counter", "Requests answered with 4xx.", atomic_load(&f->of[FIGURE_REFUSED]));
	figure(out, "requests_failed_total", "counter", "Requests answered with 5xx.", atomic_load(&f->of[FIGURE_FAILED]));
	figure(out, "requests_limited_total", "counter", "Requests over a limit of rate or size.", atomic_load(&f->of[FIGURE_LIMITED]));
	figure(out, "received_bytes_total", "counter", "Bytes of requests.", atomic_load(&f->of[FIGURE_BYTES_IN]));
	figure(out, "sent_bytes_total", "counter", "Bytes of answers.", atomic_load(&f->of[FIGURE_BYTES_OUT]));
	figure(out, "connections", "gauge", "Connections that are open.", (int64_t)atomic_load(&s->connections));
	figure(out, "event_streams", "gauge", "Event streams that are open.", (int64_t)atomic_load(&s->streams_n));
	figure(out, "work_waiting", "gauge", "Requests that wait for a worker.", (int64_t)work_waiting(s));
	figure(out, "uptime_seconds", "counter", "Since the server began.", (clock_monotonic() - s->began) / MS_SECOND);
	histogram(out, f);
	return 0;
}
