/*
 * request_answer.h - what must be true of every answer of the server, for
 * tests/fuzz/request.c: the bytes of one connection, as its client has them.
 */
#ifndef TESTS_REQUEST_ANSWER_H
#define TESTS_REQUEST_ANSWER_H

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "api/priv.h"
#include "base/err_json.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"

#define UNPACKED_MAX ((size_t)4 << 20)

struct answer {
	int status;
	bool ours; /* else libmicrohttpd's own, about what is no request */
	bool packed, chunked, sized;
	const char *type;
	size_t size;
};

struct answers {
	struct arena *arena;
	const char *at, *end;
	size_t ours, others;
	bool asked_head; /* it may have: then there need be no body */
};

/* Whatever is not here came from the request. */
static inline void
answer_known(const char *name)
{
	static const char *const known[] = {
		"Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Origin", "Access-Control-Max-Age",
		"Allow", "Cache-Control", "Connection", "Content-Encoding", "Content-Length", "Content-Security-Policy", "Content-Type",
		"Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Date", "ETag", "Permissions-Policy", "Referrer-Policy", "Retry-After",
		"Server", "Transfer-Encoding", "Vary", "WWW-Authenticate", "X-Accel-Buffering", "X-Content-Type-Options"
	};
	bool found = false;

	for (size_t i = 0; i < COUNT_OF(known); i++)
		found = found || strcmp(known[i], name) == 0;
	assert(found);
}

static inline void
answer_header(struct answer *a, const char *name, const char *value)
{
	answer_known(name);
	for (const char *p = value; *p; p++)
		assert((unsigned char)*p >= ' ' && *p != 0x7f);
	if (strcmp(name, "Server") == 0)
		a->ours = strcmp(value, "ixn-routerd/" IXN_VERSION) == 0;
	else if (strcmp(name, "Content-Encoding") == 0)
		a->packed = strcmp(value, "gzip") == 0;
	else if (strcmp(name, "Transfer-Encoding") == 0)
		a->chunked = strcmp(value, "chunked") == 0;
	else if (strcmp(name, "Content-Type") == 0)
		a->type = value;
	else if (strcmp(name, "Content-Length") == 0)
		a->size = strtoul(value, NULL, 10), a->sized = true;
}

/* A line, without its end. */
static inline char *
answer_line(struct answers *all)
{
	const char *end = memmem(all->at, (size_t)(all->end - all->at), "\r\n", 2);
	char *line;

	assert(end);
	line = arena_memdup(all->arena, all->at, (size_t)(end - all->at));
	assert(strlen(line) == (size_t)(end - all->at));
	all->at = end + 2;
	return line;
}

static inline void
answer_head(struct answers *all, struct answer *a)
{
	const char *line = answer_line(all);
	bool guarded = false;
	char *colon, *header;

	assert((strncmp(line, "HTTP/1.1 ", 9) == 0 || strncmp(line, "HTTP/1.0 ", 9) == 0) && strspn(line + 9, "0123456789") == 3 && line[12] == ' ');
	a->status = (int)strtol(line + 9, NULL, 10);
	while (*(header = answer_line(all))) {
		colon = strstr(header, ": ");
		assert(colon);
		*colon = '\0';
		answer_header(a, header, colon + 2);
		guarded = guarded || strcmp(header, "X-Content-Type-Options") == 0;
	}
	assert(guarded == a->ours);
}

static inline struct buf
answer_chunks(struct answers *all)
{
	struct buf body = BUF_INIT;
	unsigned long size;
	char *end;

	do {
		const char *line = answer_line(all);

		size = strtoul(line, &end, 16);
		assert(end > line && !*end && size <= (unsigned long)(all->end - all->at));
		buf_add(&body, all->at, size);
		all->at += size;
		assert(all->end - all->at >= 2 && memcmp(all->at, "\r\n", 2) == 0);
		all->at += 2;
	} while (size);
	return body;
}

static inline struct buf
answer_body(struct answers *all, const struct answer *a)
{
	struct buf body = BUF_INIT;
	size_t left = (size_t)(all->end - all->at);

	if (a->status < 200 || a->status == 204 || a->status == 304)
		return body;
	if (all->asked_head && (!left || (left > 7 && memcmp(all->at, "HTTP/1.", 7) == 0)))
		return body;
	if (a->chunked)
		return answer_chunks(all);
	assert(!a->sized || a->size <= left);
	left = a->sized ? a->size : left;
	buf_add(&body, all->at, left);
	all->at += left;
	return body;
}

static inline void
answer_unpack(struct buf *body)
{
	struct buf plain = { xmalloc(UNPACKED_MAX), 0, UNPACKED_MAX };
	z_stream z = { .next_in = (Bytef *)body->p, .avail_in = (uInt)body->n, .next_out = (Bytef *)plain.p, .avail_out = UNPACKED_MAX };

	assert(inflateInit2(&z, 15 + 16) == Z_OK);
	assert(inflate(&z, Z_FINISH) == Z_STREAM_END && !z.avail_in);
	plain.n = z.total_out;
	inflateEnd(&z);
	buf_release(body);
	buf_add(body, plain.p, plain.n);
	buf_release(&plain);
}

static inline void
answer_json(const char *text, size_t size)
{
	struct err err;

	assert(json_check("answer", text, size, NULL, &err) == 0);
}

/* One value a line; of a stream, those behind "data: ". */
static inline void
answer_lines(const struct buf *body, const char *before)
{
	for (const char *at = buf_get(body), *end; *at; at = end + 1) {
		end = strchr(at, '\n');
		assert(end);
		if (strncmp(at, before, strlen(before)) == 0)
			answer_json(at + strlen(before), (size_t)(end - at) - strlen(before));
	}
}

/* What is ours to mend is never said to be so: only the store may fail. */
static inline void
answer_error_is(struct answers *all, const struct answer *a, const struct buf *body)
{
	const char *at = buf_get(body);
	struct json_member member = { 0 };
	struct err err = { 0 };

	assert(json_next(&at, &member) && member.key_size == 5 && memcmp(member.key, "error", 5) == 0);
	assert(err_from_json(all->arena, arena_memdup(all->arena, member.value, member.size), &err));
	assert(http_status(&err) == a->status);
	assert(a->status < 500 || err_of_store(&err) || err.code == E_NO_BACKEND);
}

static inline void
answer_read(struct answers *all)
{
	struct answer a = { 0 };
	struct buf body;

	answer_head(all, &a);
	all->ours += a.ours;
	/* The last, and some are there twice. */
	if (!a.ours && a.status >= 200) {
		all->others++;
		all->at = all->end;
		return;
	}
	body = answer_body(all, &a);
	if (a.packed && body.n)
		answer_unpack(&body);
	if (a.ours && body.n) {
		assert(a.type && utf8_valid(body.p, body.n) == body.n);
		if (strcmp(a.type, "application/json") == 0)
			answer_json(body.p, body.n);
		else if (strcmp(a.type, "application/x-ndjson") == 0)
			answer_lines(&body, "");
		else if (strcmp(a.type, "text/event-stream") == 0)
			answer_lines(&body, "data: ");
		if (a.status >= 400)
			answer_error_is(all, &a, &body);
	}
	buf_release(&body);
}

static inline void
answers_read(struct answers *all, const struct buf *bytes)
{
	all->arena = arena_new();
	all->at = buf_get(bytes);
	all->end = all->at + bytes->n;
	while (all->at < all->end)
		answer_read(all);
	arena_free(&all->arena);
}

#endif
