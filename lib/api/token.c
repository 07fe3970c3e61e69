#include "api/priv.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

#define KEY_MAX 200

bool
token_read(const struct api_request *request, const char **agent_r, const char **token_r)
{
	static const char scheme[] = "Bearer ";
	const char *value = api_header(request, "Authorization"), *colon, *agent, *token;

	*agent_r = *token_r = NULL;
	if (!value || strncasecmp(value, scheme, sizeof(scheme) - 1) != 0)
		return false;
	value += sizeof(scheme) - 1;
	colon = strchr(value, ':');
	if (!colon || colon == value || !colon[1])
		return false;
	agent = url_decode(request->arena, arena_memdup(request->arena, value, (size_t)(colon - value)), false);
	token = url_decode(request->arena, colon + 1, false);
	if (!agent || !token || utf8_valid(agent, strlen(agent)) < strlen(agent))
		return false;
	*agent_r = agent;
	*token_r = token;
	return true;
}

int
key_read(const struct api_request *request, const char **key_r, struct err *err)
{
	const char *key = api_header(request, "Idempotency-Key");

	*key_r = key ? url_decode(request->arena, key, false) : NULL;
	if (key && (!*key_r || !**key_r || strlen(*key_r) > KEY_MAX || utf8_valid(*key_r, strlen(*key_r)) < strlen(*key_r)))
		return err_set(err, E_BAD_REQUEST, "what", N_("Idempotency-Key: 1 to 200 bytes of UTF-8, percent-encoded"), NULL);
	return 0;
}
