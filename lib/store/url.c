/*
 * Stores by their URL, without opening one.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "store/store.h"

/* Parameters of a URL that are not for other eyes. */
static const char *const secrets[] = { "password=", "sslpassword=", "passfile=", "sslkey=" };

static bool
is_secret(const char *parameter)
{
	for (size_t i = 0; i < COUNT_OF(secrets); i++)
		if (strncasecmp(parameter, secrets[i], strlen(secrets[i])) == 0)
			return true;
	return false;
}

static void
add_parameters(struct buf *out, const char *parameters)
{
	char before = '?';

	for (const char *p = parameters; *p;) {
		size_t n = strcspn(p, "&");

		if (!is_secret(p)) {
			buf_char(out, before);
			buf_add(out, p, n);
			before = '&';
		}
		p += n;
		p += *p == '&';
	}
}

const char *
store_shown(struct arena *arena, const char *url)
{
	const char *host = strstr(url, "://"), *end, *at = NULL, *colon, *text;
	struct buf out = BUF_INIT;
	size_t n;

	if (!host)
		return strncmp(url, "file:", 5) == 0 ? arena_strdup(arena, url + 5) : arena_strdup(arena, url);
	host += 3;
	n = strcspn(host, "/?");
	end = host + n;
	for (const char *p = host; p < end; p++)
		if (*p == '@')
			at = p;
	colon = at ? memchr(host, ':', (size_t)(at - host)) : NULL;
	buf_add(&out, url, (size_t)((colon ? colon : end) - url));
	if (colon)
		buf_add(&out, at, (size_t)(end - at));
	n = strcspn(end, "?");
	buf_add(&out, end, n);
	if (end[n])
		add_parameters(&out, end + n + 1);
	text = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return text;
}

/*
 * Files that belong to a store on a server (indexes, locks of batches) are this
 * machine's: in the user's state folder, under what the URL is called.
 */
const char *
store_beside(struct arena *arena, const char *url)
{
	const char *name = store_shown(arena, url), *state = env_get("XDG_STATE_HOME"), *home = env_get("HOME");
	unsigned char hash[16];
	char hex[sizeof(hash) * 2 + 1];
	struct err ignored = { 0 };

	if (!strstr(url, "://"))
		return name;
	if (!state || !*state)
		state = arena_printf(arena, "%s/.local/state", home && *home ? home : "/dev/null");
	crypto_generichash(hash, sizeof(hash), (const unsigned char *)name, strlen(name), NULL, 0);
	state = arena_printf(arena, "%s/ixn/%s", state, sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash)));
	/* Where it cannot be made, as without a home, what is to be written there says so. */
	return file_mkdirs(state, &ignored) < 0 ? state : arena_printf(arena, "%s/store", state);
}
