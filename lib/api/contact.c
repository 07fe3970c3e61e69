/*
 * What contacts' pages ask for: each a row of a table, with the operation that
 * answers it. A session is proved by "Authorization: Bearer SECRET"; nothing
 * else says who asks, and no cookie goes along by itself.
 */
#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "api/contact.h"
#include "api/priv.h"
#include "base/json.h"
#include "base/rand.h"
#include "model/record_read.h"

#define BODY_SIZE ((size_t)64 << 10)
/* Conversations and calls that an address may ask for in a minute. */
#define BEGINNINGS 10
/* A key of so many digits is hard to guess. */
#define KEY_HARD 32

/* Who asks. */

/* A page of another website; our own may always. */
static const char *
foreign_origin(const struct api_request *request)
{
	const char *origin = api_header(request, "Origin"), *host = api_header(request, "Host"), *at = origin ? strstr(origin, "://") : NULL;

	return at && host && strcasecmp(at + 3, host) == 0 ? NULL : origin;
}

struct request
contact_request(const struct api_request *request, const struct op *op, const void *in)
{
	const char *bearer = api_header(request, "Authorization");
	struct request r = { .op = op, .in = in, .contact = "", .origin = foreign_origin(request), .from = request->address };

	if (bearer && strncasecmp(bearer, "Bearer ", 7) == 0)
		r.contact = bearer + 7;
	return r;
}

/* What a page is told of an error: nothing that the agents' side says with it. */
int
contact_error(struct api_request *request, struct api_answer *answer, const struct err *err)
{
	struct json j = json_writer(&answer->body);

	buf_reset(&answer->body);
	answer->status = http_status(err);
	answer->type = "application/json";
	request->exchange->code = err->code;
	json_object(&j);
	json_key(&j, "error");
	json_object(&j);
	json_key(&j, "code");
	json_str(&j, err_name(err->code));
	json_key(&j, "class");
	json_int(&j, err_class(err));
	json_end_object(&j);
	json_end_object(&j);
	buf_char(&answer->body, '\n');
	return 0;
}

/* What no browser says is not said after it. */
static bool
is_plain(const char *origin)
{
	while (*origin > ' ' && *origin < 0x7f)
		origin++;
	return !*origin;
}

/* The operation has let the origin pass: its page may read the answer. */
void
contact_allow(struct api_request *request, struct api_answer *answer)
{
	const char *origin = foreign_origin(request);

	api_answer_header(request, answer, "Cache-Control", "no-store");
	api_answer_header(request, answer, "Vary", "Origin");
	if (origin && is_plain(origin))
		api_answer_header(request, answer, "Access-Control-Allow-Origin", arena_strdup(request->arena, origin));
}

/* Calls. */

static const struct row {
	const char *name;
	const struct op *op;
	bool list;   /* an array of all records, rather than the one */
	bool begins; /* asks for something that costs people time */
} rows[] = {
	{ "page", &op_web_show, false, false },
	{ "start", &op_web_start, false, true },
	{ "send", &op_web_send, false, false },
	{ "typing", &op_web_typing, false, false },
	{ "end", &op_web_end, false, false },
	{ "transcript", &op_web_transcript, false, true },
	{ "slots", &op_web_slots, true, false },
	{ "callback", &op_web_callback, false, true },
	{ "cobrowse", &op_web_cobrowse, false, false },
	{ "view", &op_web_view, false, false },
};

struct collect {
	struct json json;
	const struct row *row;
};

static int
collect(void *context, const struct record *record, const void *p, struct err *err)
{
	struct collect *c = context;

	(void)err;
	/* The secret of a session is told once, to whoever asked for it. */
	if (c->row->op->flags & OP_RENEW)
		record_json_whole(record, p, &c->json);
	else
		record_json(record, p, &c->json);
	return 0;
}

/* An address that asks for much: all share one table. */
static bool
begins_too_often(const struct api_request *request)
{
	static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
	static struct limits *limits;

	pthread_mutex_lock(&door);
	if (!limits)
		limits = limits_new(request->server->settings->requests ? BEGINNINGS : 0);
	pthread_mutex_unlock(&door);
	return !limits_take(limits, request->address, clock_monotonic());
}

/* Another hash than that which is kept. Asked for again it is the same, whichever of the two requests runs last. */
static const char *
contact_secret(struct arena *arena, const char *key)
{
	static const unsigned char use[] = "a contact's session";
	unsigned char hash[RAND_SECRET / 2];
	char *hex = arena_alloc(arena, RAND_SECRET + 1);

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)key, strlen(key), use, sizeof(use));
	return sodium_bin2hex(hex, RAND_SECRET + 1, hash, sizeof(hash));
}

/* Beginning again gives the session away: the key must be as hard to guess, and is kept as no more than a hash. */
static int
contact_key(const struct api_request *request, const struct op *op, void *in, const char **key_r, struct err *err)
{
	const char *key;

	if (key_read(request, key_r, err) < 0)
		return -1;
	key = *key_r;
	if (!(op->flags & OP_WRITE))
		*key_r = NULL;
	if (!*key_r || !(op->flags & OP_RENEW))
		return 0;
	*key_r = strlen(key) >= KEY_HARD ? contact_hash(request->arena, key) : NULL;
	if (*key_r && !record_text(op->in, in, "secret"))
		record_set_text(op->in, in, "secret", contact_secret(request->arena, key));
	return 0;
}

static int
contact_call(struct api_request *request, struct api_answer *answer, const struct row *row, struct err *err)
{
	const struct json_source source = { "request", request->size ? request->body : "{}", request->size ? request->size : 2, 0 };
	void *in = record_new(request->arena, row->op->in);
	struct collect c = { json_writer(&answer->body), row };
	struct request r;

	if (row->begins && begins_too_often(request))
		return err_set(err, E_TOO_MANY, "address", request->address, NULL);
	if (record_read(request->arena, &source, FROM_CLIENT, row->op->in, in, err) < 0)
		return -1;
	r = contact_request(request, row->op, in);
	if (contact_key(request, row->op, in, &r.idempotency_key, err) < 0)
		return -1;
	if (row->list)
		json_array(&c.json);
	if (desk_call(request->desk, &r, request->arena, collect, &c, err) < 0)
		return -1;
	if (row->op->flags & OP_WRITE)
		stream_wake(request->server);
	if (row->list)
		json_end_array(&c.json);
	buf_char(&answer->body, '\n');
	return 0;
}

static int
call_route(struct api_request *request, struct api_answer *answer, struct err *err)
{
	const struct row *row = NULL;
	struct err refused = { 0 };

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (strcmp(rows[i].name, request->rest) == 0)
			row = &rows[i];
	if (!row)
		return err_set(err, E_NO_PAGE, "name", request->path, NULL);
	if (contact_call(request, answer, row, &refused) < 0)
		contact_error(request, answer, &refused);
	answer->type = "application/json";
	answer->secret = true;
	if (refused.code != E_BAD_ORIGIN)
		contact_allow(request, answer);
	return 0;
}

/* What browsers ask before they let a page of another website ask: the operation itself refuses whom it does not know. */
static int
preflight_route(struct api_request *request, struct api_answer *answer, struct err *err)
{
	(void)err;
	answer->status = 204;
	contact_allow(request, answer);
	api_answer_header(request, answer, "Access-Control-Allow-Methods", "GET, POST");
	api_answer_header(request, answer, "Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key");
	api_answer_header(request, answer, "Access-Control-Max-Age", "600");
	return 0;
}

const struct api_route contact_routes[] = {
	{ "GET", "/chat", 0, 0, page_route },
	{ "GET", "/callback", 0, 0, page_route },
	{ "GET", "/page/", API_PREFIX | API_PLAIN, 0, file_route },
	{ "GET", "/embed.js", API_PLAIN, 0, file_route },
	{ "GET", "/contact/v1/events", 0, 0, stream_route },
	{ "POST", "/contact/v1/", API_PREFIX, BODY_SIZE, call_route },
	{ "OPTIONS", "/contact/v1/", API_PREFIX | API_PLAIN, 0, preflight_route },
	{ "POST", "/hooks/v1/", API_PREFIX, BODY_SIZE * 4, hook_route },
	{ NULL, NULL, 0, 0, NULL },
};
