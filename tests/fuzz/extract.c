/* Matches lie in the text, in order, and are what they are said to be; what may be pushed is a URL. */
#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "wire/extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct text {
	const char *at, *end; /* of what may be matched next */
	int count;
};

static void
next(struct text *text, const char *s, size_t n)
{
	assert(n > 0 && s >= text->at && s < text->end && n <= (size_t)(text->end - s));
	assert(utf8_valid(s, n) == n);
	text->at = s + n;
	assert(++text->count <= EXTRACT_MAX);
}

static void
phone(void *context, const char *s, size_t n)
{
	int digits = 0;

	next(context, s, n);
	assert(n < 80 && memchr("0123456789+(", *s, 12) && s[n - 1] >= '0' && s[n - 1] <= '9');
	for (size_t i = 0; i < n; i++) {
		digits += s[i] >= '0' && s[i] <= '9';
		assert((s[i] & 0x80) || memchr("0123456789+() ./-", s[i], 17));
	}
	assert(digits >= PHONE_DIGITS_MIN && digits <= PHONE_DIGITS_MAX);
}

static void
url(void *context, const char *s, size_t n)
{
	next(context, s, n);
	assert(n <= URL_MAX && strncasecmp(s, "http", 4) == 0 && memchr(s, ':', 6));
	assert(n > strlen("http://") && !memchr(".,;:!?'*/", s[s[4] == ':' ? 7 : 8], 9));
	for (size_t i = 0; i < n; i++)
		assert((s[i] & 0x80) || (s[i] > ' ' && s[i] < 0x7f && !memchr("\"<>\\`", s[i], 5)));
}

static void
check_pushable(const char *s)
{
	const char *host;

	if (!url_pushable(s))
		return;
	assert(strlen(s) <= URL_MAX && utf8_valid(s, strlen(s)) == strlen(s));
	assert(strncasecmp(s, "http://", 7) == 0 || strncasecmp(s, "https://", 8) == 0);
	host = strstr(s, "://") + 3;
	assert(!memchr(host, '@', strcspn(host, "/?#")) && strcspn(host, "/?#") > 0);
	for (; *s; s++)
		assert((*s & 0x80) || (*s > ' ' && *s < 0x7f && !memchr("\"'<>\\`", *s, 6)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *copy = arena_memdup(arena, data, size);
	struct text phones = { copy, copy + size, 0 }, urls = phones;

	assert(extract_phones(copy, size, phone, &phones, NULL) == 0);
	assert(extract_urls(copy, size, url, &urls, NULL) == 0);
	check_pushable(copy);
	arena_free(&arena);
	return 0;
}
