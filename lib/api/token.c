#include "api/priv.h"

#include <string.h>
#include <strings.h>

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
	if (!agent || !token)
		return false;
	*agent_r = agent;
	*token_r = token;
	return true;
}
