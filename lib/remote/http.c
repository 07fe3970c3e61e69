#include "remote/http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "desk/desk.h"
#include "remote/http_priv.h"

#define CONNECT_MS 10000L
/* A server may think for long, but not for ever. */
#define SILENCE_SECS 120L
#define ANSWER_MAX ((size_t)256 << 20)
#define PREFIX_SERVER "ixn-routerd/"

static int
bad_url(const char *url, const char *what, struct err *err)
{
	return err_set(err, E_BAD_CONFIG, "where", url, "what", what, NULL);
}

/* The part of a URL; "" where it has none. */
static char *
part(CURLU *u, CURLUPart what)
{
	char *text = NULL, *copy;

	if (curl_url_get(u, what, &text, 0) != CURLUE_OK)
		return xstrdup("");
	copy = xstrdup(text);
	curl_free(text);
	return copy;
}

/* As libcurl tells it. Names may begin as addresses do. */
static bool
is_loopback(const char *host)
{
	struct in_addr v4;

	return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 || (inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127);
}

/* A name in a URL is no place for secrets, and a query has nothing to say here. */
static int
check_url(struct http *http, CURLU *u, const char *url, struct err *err)
{
	static const CURLUPart none[] = { CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY, CURLUPART_FRAGMENT };
	char *scheme = part(u, CURLUPART_SCHEME), *host = part(u, CURLUPART_HOST), *port = part(u, CURLUPART_PORT);
	bool extra = false;
	size_t size;

	for (size_t i = 0; i < COUNT_OF(none); i++) {
		char *text = part(u, none[i]);

		extra = extra || *text;
		free(text);
	}
	http->plain = strcmp(scheme, "http") == 0;
	http->loopback = is_loopback(host);
	size = strlen(host) + strlen(port) + 2;
	http->peer = xmalloc(size);
	snprintf(http->peer, size, "%s%s%s", host, *port ? ":" : "", port);
	free(scheme);
	free(host);
	free(port);
	if (extra)
		return bad_url(url, N_("a server is https://HOST[:PORT][/PREFIX]"), err);
	if (http->plain && !http->loopback && !http->options->plain)
		return bad_url(url, N_("http: would send passwords and messages in clear; use https:, or set server.plain"), err);
	return 0;
}

static int
read_url(struct http *http, const char *url, struct err *err)
{
	CURLU *u = curl_url();
	size_t size = strlen(url);
	int rc;

	if (!u)
		abort();
	rc = curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK ? check_url(http, u, url, err)
											: bad_url(url, N_("is not a URL"), err);
	curl_url_cleanup(u);
	while (size && url[size - 1] == '/')
		size--;
	http->base = xmalloc(size + 1);
	memcpy(http->base, url, size);
	http->base[size] = '\0';
	return rc;
}

/* Programs that are started while we wait have no part in our connections. */
static int
on_socket(void *context, curl_socket_t fd, curlsocktype purpose)
{
	(void)context, (void)purpose;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	return CURL_SOCKOPT_OK;
}

CURL *
http_handle(const struct http *http)
{
	CURL *easy = curl_easy_init();

	if (!easy)
		abort();
	SET(easy, CURLOPT_NOSIGNAL, 1L);
	SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	SET(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(easy, CURLOPT_SOCKOPTFUNCTION, on_socket);
	SET(easy, CURLOPT_USERAGENT, "ixn-tools/" IXN_VERSION);
	SET(easy, CURLOPT_ERRORBUFFER, http->why);
	/* In clear only to this machine, whatever proxy the environment names. */
	if (http->plain && http->loopback)
		SET(easy, CURLOPT_NOPROXY, "*");
	if (http->options->ca) {
		SET(easy, CURLOPT_CAINFO, http->options->ca);
		SET(easy, CURLOPT_CAPATH, NULL);
	}
	return easy;
}

int
http_open(const char *url, const struct desk_options *options, struct http **http_r, struct err *err)
{
	struct http *http = xcalloc(1, sizeof(*http));

	http->options = options;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		abort();
	if (read_url(http, url, err) < 0) {
		http_close(&http);
		return -1;
	}
	http->why = xcalloc(1, CURL_ERROR_SIZE);
	http->easy = http_handle(http);
	*http_r = http;
	return 0;
}

void
http_close(struct http **http)
{
	if (!*http)
		return;
	http_stream_close(*http);
	if ((*http)->easy)
		curl_easy_cleanup((*http)->easy);
	buf_release(&(*http)->in);
	free((*http)->why);
	free((*http)->base);
	free((*http)->peer);
	free(*http);
	*http = NULL;
}

const char *
http_peer(const struct http *http)
{
	return http->peer;
}

/* Headers. */

void
http_header(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (!longer)
		abort();
	*list = longer;
}

/* Names of agents are of any kind; what would not be plain in a header stands there as %XX. */
static void
add_plain(struct buf *out, const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("-._~", *p);

		if (plain)
			buf_char(out, (char)*p);
		else
			buf_printf(out, "%%%02X", *p);
	}
}

void
http_say_who(struct curl_slist **list, const char *agent, const char *token)
{
	struct buf line = BUF_INIT;

	if (!agent || !token)
		return;
	buf_str(&line, "Authorization: Bearer ");
	add_plain(&line, agent);
	buf_char(&line, ':');
	add_plain(&line, token);
	http_header(list, buf_get(&line));
	mem_wipe(line.p, line.n);
	buf_release(&line);
}

static struct curl_slist *
headers_of(const struct http_request *request)
{
	struct curl_slist *list = NULL;
	struct buf line = BUF_INIT;

	/* No waiting for "100 Continue": a request is small, or worth it. */
	http_header(&list, "Expect:");
	http_header(&list, request->body ? "Content-Type: application/json" : "Content-Type:");
	http_header(&list, "Accept: application/x-ndjson, application/json");
	http_say_who(&list, request->agent, request->token);
	if (request->key) {
		buf_str(&line, "Idempotency-Key: ");
		add_plain(&line, request->key);
		http_header(&list, buf_get(&line));
		buf_reset(&line);
	}
	if (request->seen) {
		buf_printf(&line, "IXN-Seen: %s", request->seen);
		http_header(&list, buf_get(&line));
	}
	buf_release(&line);
	return list;
}

/* What comes. */

static size_t
on_body(char *data, size_t one, size_t n, void *context)
{
	struct http *http = context;

	(void)one;
	if (http->in.n + n > ANSWER_MAX) {
		http->large = true;
		return 0;
	}
	buf_add(&http->in, data, n);
	return n;
}

/* libcurl takes a connection that is cut among the headers for the end of an empty answer. */
static size_t
on_header(char *data, size_t one, size_t n, void *context)
{
	struct http *http = context;

	(void)one;
	if (n >= 5 && strncmp(data, "HTTP/", 5) == 0)
		http->whole = false;
	http->whole = http->whole || (n > 0 && n <= 2 && data[n - 1] == '\n');
	return n;
}

static bool
get_header(CURL *easy, const char *name, const char **value_r)
{
	struct curl_header *h;

	if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return false;
	*value_r = h->value;
	return true;
}

static void
read_answer(struct http *http, struct arena *arena, struct http_answer *answer)
{
	const char *value;
	char *end;

	*answer = (struct http_answer){ .retry_after = -1, .size = http->in.n };
	curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &answer->status);
	answer->body = arena_memdup(arena, buf_get(&http->in), http->in.n);
	if (get_header(http->easy, "Retry-After", &value)) {
		long secs = strtol(value, &end, 10);

		if (end != value && !*end && secs >= 0 && secs <= 3600)
			answer->retry_after = secs * 1000;
	}
	if (get_header(http->easy, "Content-Type", &value))
		answer->type = arena_strdup(arena, value);
	answer->measured = get_header(http->easy, "Content-Length", &value) || get_header(http->easy, "Transfer-Encoding", &value);
	if (get_header(http->easy, "Server", &value) && strncmp(value, PREFIX_SERVER, strlen(PREFIX_SERVER)) == 0)
		answer->version = arena_strdup(arena, value + strlen(PREFIX_SERVER));
}

/* A proxy that does not let us through: the server was sent nothing. */
static bool
is_held_up(const struct http *http)
{
	long said = 0;

	curl_easy_getinfo(http->easy, CURLINFO_HTTP_CONNECTCODE, &said);
	return said >= 300;
}

static int
no_answer(struct http *http, CURLcode code, struct err *err)
{
	const char *why = *http->why ? http->why : curl_easy_strerror(code);

	switch ((int)code) {
	case CURLE_WRITE_ERROR:
		if (http->large)
			return err_set(err, E_TOO_LARGE, "what", N_("the answer"), "limit", "256 MiB", NULL);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CERTPROBLEM:
		return err_set(err, E_TLS_REFUSED, "peer", http->peer, "reason", why, NULL);
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return err_set(err, E_UNREACHABLE, "peer", http->peer, "reason", why, NULL);
	case CURLE_OPERATION_TIMEDOUT: {
		curl_off_t connected = 0;

		curl_easy_getinfo(http->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
		if (connected == 0)
			return err_set(err, E_UNREACHABLE, "peer", http->peer, "reason", why, NULL);
		break;
	}
	default:
		break;
	}
	return err_set(err, is_held_up(http) ? E_UNREACHABLE : E_CUT, "peer", http->peer, "reason", why, NULL);
}

int
http_exchange(struct http *http, const struct http_request *request, struct arena *arena, struct http_answer *answer, struct err *err)
{
	struct curl_slist *headers = headers_of(request);
	CURLcode code;

	SET(http->easy, CURLOPT_URL, arena_printf(arena, "%s%s", http->base, request->path));
	SET(http->easy, CURLOPT_HTTPHEADER, headers);
	SET(http->easy, CURLOPT_ACCEPT_ENCODING, "");
	SET(http->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	SET(http->easy, CURLOPT_LOW_SPEED_TIME, SILENCE_SECS);
	SET(http->easy, CURLOPT_TIMEOUT_MS, (long)request->ms);
	SET(http->easy, CURLOPT_WRITEFUNCTION, on_body);
	SET(http->easy, CURLOPT_WRITEDATA, http);
	SET(http->easy, CURLOPT_HEADERFUNCTION, on_header);
	SET(http->easy, CURLOPT_HEADERDATA, http);
	if (request->body) {
		SET(http->easy, CURLOPT_POST, 1L);
		SET(http->easy, CURLOPT_POSTFIELDS, request->body);
		SET(http->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->size);
	} else {
		SET(http->easy, CURLOPT_HTTPGET, 1L);
	}
	buf_reset(&http->in);
	http->large = http->whole = false;
	*http->why = '\0';
	code = curl_easy_perform(http->easy);
	curl_slist_free_all(headers);
	if (code == CURLE_OK && !http->whole)
		code = CURLE_PARTIAL_FILE;
	if (code == CURLE_OK)
		read_answer(http, arena, answer);
	return code == CURLE_OK ? 0 : no_answer(http, code, err);
}
