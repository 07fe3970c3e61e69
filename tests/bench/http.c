/*
 * http SECS URL [HEADER BODY] - requests on one kept connection, as fast as
 * they are answered; or 'http --constant PORT' - libmicrohttpd with a constant
 * answer, to compare with. Prints requests a second.
 */
#include <curl/curl.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

static enum MHD_Result
constant(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version, const char *upload,
	 size_t *upload_size, void **state)
{
	static int begun;

	(void)url, (void)method, (void)version, (void)upload;
	if (!*state || *upload_size) {
		*state = &begun;
		*upload_size = 0;
		return MHD_YES;
	}
	return MHD_queue_response(connection, 200, context);
}

static int
serve(const char *port)
{
	static char answer[] = "{\"status\":\"ok\"}\n";
	struct MHD_Response *response = MHD_create_response_from_buffer(sizeof(answer) - 1, answer, MHD_RESPMEM_PERSISTENT);
	struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL, (uint16_t)strtol(port, NULL, 10), NULL, NULL, constant, response, MHD_OPTION_END);

	if (!daemon)
		return 69;
	pause();
	return 0;
}

static size_t
drop(const char *p, size_t size, size_t n, void *context)
{
	(void)p, (void)context;
	return size * n;
}

int
main(int argc, char **argv)
{
	struct curl_slist *headers = NULL;
	int64_t until, began;
	long n = 0, status = 0;
	CURL *curl;

	if (argc == 3 && strcmp(argv[1], "--constant") == 0)
		return serve(argv[2]);
	if (argc < 3)
		return 64;
	curl = curl_easy_init();
	curl_easy_setopt(curl, CURLOPT_URL, argv[2]);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
	if (argc > 4) {
		headers = curl_slist_append(headers, argv[3]);
		curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, argv[4]);
	}
	began = clock_monotonic();
	until = began + strtol(argv[1], NULL, 10) * MS_SECOND;
	while (clock_monotonic() < until) {
		if (curl_easy_perform(curl) != CURLE_OK)
			return 69;
		n++;
	}
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	printf("%.0f\n", (double)n * MS_SECOND / (double)(clock_monotonic() - began));
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	return status == 200 ? 0 : 76;
}
