/*
 * Answers: errors in JSON, gzip, and what libmicrohttpd is given.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "api/priv.h"
#include "base/err_json.h"
#include "base/json.h"
#include "base/mem.h"

/* Less is not worth it. */
#define PACK_MIN 2048
#define RETRY_AFTER "1"

/* The status for each class of errors, and for those that HTTP has a word of its own for. */
int
http_status(const struct err *err)
{
	static const struct {
		enum err_code code;
		int status;
	} of_code[] = {
		{ E_NO_SESSION, 401 },
		{ E_SESSION_ENDED, 401 },
		{ E_BAD_PASSWORD, 401 },
		{ E_BAD_METHOD, 405 },
		{ E_TOO_LARGE, 413 },
		{ E_TOO_MANY, 429 },
		{ E_WAIT_LOGIN, 429 },
		{ E_NO_BACKEND, 501 },
	};
	static const struct {
		enum err_class class;
		int status;
	} of_class[] = {
		{ ERR_NOTHING, 404 },
		{ ERR_USAGE, 400 },
		{ ERR_INPUT, 400 },
		{ ERR_NOTFOUND, 404 },
		{ ERR_UNAVAILABLE, 503 },
		{ ERR_TEMP, 503 },
		{ ERR_PROTOCOL, 502 },
		{ ERR_DENIED, 403 },
		{ ERR_STATE, 409 },
	};

	for (size_t i = 0; i < COUNT_OF(of_code); i++)
		if (of_code[i].code == err->code)
			return of_code[i].status;
	for (size_t i = 0; i < COUNT_OF(of_class); i++)
		if (of_class[i].class == err_class(err))
			return of_class[i].status;
	return 500;
}

void
api_answer_header(struct api_request *request, struct api_answer *answer, const char *name, const char *value)
{
	struct api_pair pair = { name, value };

	vec_push(request->arena, &answer->headers, pair);
}

/* Nobody knows whether it was done: without a key, who asks again may do it twice. */
static bool
may_ask_again(const struct api_exchange *x, const struct err *err)
{
	return err_retryable(err) && (err->code != E_STORE_DOUBT || api_header(&x->request, "Idempotency-Key"));
}

void
answer_error(struct api_exchange *x, const struct err *err)
{
	struct json j;

	x->code = err->code;
	buf_reset(&x->answer.body);
	x->answer.file = NULL;
	x->answer.headers.n = 0;
	x->answer.status = http_status(err);
	x->answer.type = "application/json";
	j = json_writer(&x->answer.body);
	json_object(&j);
	json_key(&j, "error");
	err_json(err, &j);
	json_end_object(&j);
	buf_char(&x->answer.body, '\n');
	if (may_ask_again(x, err))
		api_answer_header(&x->request, &x->answer, "Retry-After", RETRY_AFTER);
	if (x->answer.status == 401)
		api_answer_header(&x->request, &x->answer, "WWW-Authenticate", "Bearer");
	if (x->answer.status == 405)
		api_answer_header(&x->request, &x->answer, "Allow", arena_strdup(x->arena, err_get(err, "expected")));
}

/* "gzip", as a word of the list, and not with q=0. */
static bool
wants_gzip(const struct api_request *request)
{
	const char *list = api_header(request, "Accept-Encoding"), *at = list ? strcasestr(list, "gzip") : NULL;

	return at && strncmp(at + 4 + strspn(at + 4, " "), ";q=0", 4) != 0;
}

static bool
pack(char *bytes, size_t size, struct buf *out)
{
	z_stream z = { 0 };
	size_t bound;
	bool ok;

	/* 15 + 16: the whole window, and gzip's own header. */
	if (size > UINT32_MAX / 2 || deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	bound = deflateBound(&z, size);
	out->p = xmalloc(bound + 1);
	out->cap = bound + 1;
	z.next_in = (Bytef *)bytes;
	z.avail_in = (uInt)size;
	z.next_out = (Bytef *)out->p;
	z.avail_out = (uInt)bound;
	ok = deflate(&z, Z_FINISH) == Z_STREAM_END;
	out->n = z.total_out;
	deflateEnd(&z);
	return ok;
}

void
answer_pack(struct api_exchange *x)
{
	struct buf packed = BUF_INIT;

	/* A secret beside what somebody else chose is never packed: its length would tell. */
	if (x->answer.file || x->answer.secret || x->answer.body.n < PACK_MIN || !wants_gzip(&x->request))
		return;
	if (!pack(x->answer.body.p, x->answer.body.n, &packed)) {
		buf_release(&packed);
		return;
	}
	buf_release(&x->answer.body);
	x->answer.body = packed;
	api_answer_header(&x->request, &x->answer, "Content-Encoding", "gzip");
	api_answer_header(&x->request, &x->answer, "Vary", "Accept-Encoding");
}

static struct MHD_Response *
response_of(struct api_exchange *x)
{
	struct api_answer *a = &x->answer;
	struct MHD_Response *r;

	if (a->file) {
		/* libmicrohttpd only reads it, whatever it says. */
		union {
			const void *constant;
			void *plain;
		} bytes = { a->file };

		return MHD_create_response_from_buffer(a->file_size, bytes.plain, MHD_RESPMEM_PERSISTENT);
	}
	if (!a->body.n)
		return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	r = MHD_create_response_from_buffer(a->body.n, a->body.p, MHD_RESPMEM_MUST_FREE);
	if (r)
		a->body = (struct buf)BUF_INIT;
	return r;
}

/* One that libmicrohttpd does not take, as with the end of a line in it, is left out: the others must be there. */
void
answer_headers(const struct api_exchange *x, struct MHD_Response *response)
{
	const struct api_answer *a = &x->answer;
	bool caches = false;

	for (size_t i = 0; i < a->headers.n; i++) {
		caches = caches || strcasecmp(a->headers.v[i].name, "Cache-Control") == 0;
		MHD_add_response_header(response, a->headers.v[i].name, a->headers.v[i].value);
	}
	if (!caches)
		MHD_add_response_header(response, "Cache-Control", "no-store");
	if (a->type)
		MHD_add_response_header(response, "Content-Type", a->type);
	MHD_add_response_header(response, "Server", "ixn-routerd/" IXN_VERSION);
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	if (atomic_load(&x->request.server->draining))
		MHD_add_response_header(response, "Connection", "close");
}

enum MHD_Result
answer_send(struct api_exchange *x)
{
	size_t bytes = x->answer.file ? x->answer.file_size : x->answer.body.n;
	int64_t ms = clock_monotonic() - x->began;
	struct MHD_Response *response;
	enum MHD_Result rc;

	x->state = EXCHANGE_SENT;
	figures_add(x, x->answer.status, bytes, ms);
	log_exchange(x, x->answer.status, bytes, ms);
	if (x->answer.stream)
		return stream_answer(x);
	response = response_of(x);
	if (!response)
		return MHD_NO;
	answer_headers(x, response);
	guard_phase(x->guard, PHASE_ANSWER, bytes);
	rc = MHD_queue_response(x->connection, (unsigned)x->answer.status, response);
	MHD_destroy_response(response);
	return rc;
}
