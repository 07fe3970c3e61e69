/*
 * Sessions that were proved before: whoever asks a thousand times a second is
 * looked up once, until anybody changes anything at all in the store. Tokens
 * are known by their hashes here, too.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/priv.h"

#define PLACES 64

struct proofs {
	struct proof place[PLACES];
};

void
proofs_free(struct local *desk)
{
	free(desk->proofs);
	desk->proofs = NULL;
}

/* Only what reads: the rest changes what is kept here as it goes. */
static struct proof *
place_of(struct call *call, const char *hash, int64_t *change_r)
{
	size_t i = 0;

	*change_r = call->op->flags & (OP_WRITE | OP_TRIAL | OP_FORESEES) ? -1 : store_change(call->tx);
	if (*change_r < 0)
		return NULL;
	if (!call->desk->proofs)
		call->desk->proofs = xcalloc(1, sizeof(*call->desk->proofs));
	for (size_t k = 0; k < 4; k++)
		i = i * 16 + (unsigned char)hash[k] % 16;
	return &call->desk->proofs->place[i % PLACES];
}

bool
proof_find(struct call *call, const char *hash, struct proof *proof_r)
{
	int64_t change;
	const struct proof *p = place_of(call, hash, &change);

	if (!p || p->change != change || strcmp(p->hash, hash) != 0 || strcmp(p->agent, call->agent) != 0)
		return false;
	*proof_r = *p;
	return true;
}

void
proof_keep(struct call *call, const char *hash, const struct proof *proof)
{
	int64_t change;
	struct proof *p = place_of(call, hash, &change);

	if (!p || strlen(call->agent) >= sizeof(p->agent) || strlen(hash) >= sizeof(p->hash))
		return;
	*p = *proof;
	p->change = change;
	memcpy(p->agent, call->agent, strlen(call->agent) + 1);
	memcpy(p->hash, hash, strlen(hash) + 1);
}
