/*
 * Expressions over skills and media that were met before: a few hundred texts
 * of the site, asked for thousands of times. What a text says never changes,
 * so nothing here can be out of date.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/priv.h"
#include "routing/skills.h"

/* More than the queues and capacities of most sites; beyond, it begins anew. */
#define KEPT_MAX 512
#define CHAINS 128

struct kept {
	struct arena *arena;
	struct expression *chain[CHAINS];
	size_t n;
};

static size_t
chain_of(const char *text)
{
	size_t hash = 5381;

	for (; *text; text++)
		hash = hash * 33 + (unsigned char)*text;
	return hash % CHAINS;
}

void
expressions_free(struct local *desk)
{
	if (desk->kept)
		arena_free(&desk->kept->arena);
	free(desk->kept);
	desk->kept = NULL;
}

void
expressions_bound(struct local *desk)
{
	if (desk->kept && desk->kept->n > KEPT_MAX)
		expressions_free(desk);
}

int
expression_get(struct call *call, const char *text, const struct expression **out_r, struct err *err)
{
	struct kept *kept = call->desk->kept;
	struct expression *e, **chain;

	if (!kept) {
		kept = call->desk->kept = xcalloc(1, sizeof(*kept));
		kept->arena = arena_new();
	}
	chain = &kept->chain[chain_of(text)];
	for (e = *chain; e; e = e->next)
		if (strcmp(e->text, text) == 0) {
			*out_r = e;
			return 0;
		}
	e = ARENA_NEW(kept->arena, struct expression);
	if (skills_parse(kept->arena, text, &e->expr, err) < 0)
		return -1;
	e->text = arena_strdup(kept->arena, text);
	e->canonical = skills_canonical(kept->arena, e->expr);
	e->next = *chain;
	*chain = e;
	kept->n++;
	*out_r = e;
	return 0;
}
