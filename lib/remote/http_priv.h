/*
 * http_priv.h - a server as http.c and http_stream.c know it.
 */
#ifndef REMOTE_HTTP_PRIV_H
#define REMOTE_HTTP_PRIV_H

#include <curl/curl.h>
#include <stdlib.h>

#include "base/buf.h"
#include "remote/http.h"

struct stream {
	CURLM *multi;
	CURL *easy;
	struct curl_slist *headers;
	bool begun;    /* it was asked for once */
	bool stands;   /* the server said 200 */
	bool happened; /* an event came since we last looked */
	char line[8];  /* how the line begins */
	size_t line_n;
	int64_t again; /* when it may be asked for anew, by the monotonic clock */
	int64_t pause;
};

struct http {
	const struct desk_options *options;
	char *base, *peer;
	bool plain, loopback;
	CURL *easy;
	char *why;
	struct buf in;
	bool large, whole; /* the answer: too large; its headers came to their end */
	struct stream stream;
};

#define SET(easy, option, value) \
	do { \
		if (curl_easy_setopt(easy, option, value) != CURLE_OK) \
			abort(); \
	} while (0)

CURL *http_handle(const struct http *http);
void http_header(struct curl_slist **list, const char *line);
/* "Authorization: Bearer AGENT:TOKEN", where there is an agent. */
void http_say_who(struct curl_slist **list, const char *agent, const char *token);
void http_stream_close(struct http *http);

#endif
