#include "search/build.h"

#include <string.h>

#include "search/terms.h"

static void
put_names(struct buf *out, const struct search_names *names)
{
	put_number(out, names->v ? names->n : 0);
	for (size_t i = 0; names->v && i < names->n; i++)
		put_string(out, names->v[i]);
}

void
pack_class(struct buf *out, const struct search_response *r)
{
	bool timed = r->start != SEARCH_NO_TIME || r->expires != SEARCH_NO_TIME;

	put_string(out, r->language);
	put_string(out, r->category);
	put_number(out, (r->offered ? CLASS_OFFERED : 0) | (timed ? CLASS_TIMED : 0));
	put_names(out, &r->media);
	put_names(out, &r->queues);
	put_names(out, &r->teams);
}

void
pack_agent(struct buf *out, const struct search_agent *agent)
{
	put_string(out, agent->name);
	put_number(out, agent->all);
	put_names(out, &agent->queues);
	put_names(out, &agent->teams);
}

static const char *
kept(struct build *b)
{
	return arena_memdup(b->arena, buf_get(&b->scratch), b->scratch.n);
}

static uint32_t
class_number(struct build *b, const struct search_response *r)
{
	struct buf *s = &b->scratch;
	size_t at = SIZE_MAX;
	uint64_t hash;
	uint32_t i;

	buf_reset(s);
	pack_class(s, r);
	hash = term_hash(s->p, s->n);
	while ((i = table_next(&b->by_class, hash, &at)) != INDEX_NONE)
		if (b->classes.v[i].size == s->n && memcmp(b->classes.v[i].record, s->p, s->n) == 0)
			return i;
	i = (uint32_t)b->classes.n;
	heap_push(&b->classes, ((struct build_class){ kept(b), (uint32_t)s->n, 0 }));
	table_put(&b->by_class, hash, i);
	return i;
}

/* The response of this id that is there. */
static uint32_t
find_response(const struct build *b, const char *id)
{
	uint64_t hash = term_hash(id, strlen(id));
	size_t at = SIZE_MAX;
	uint32_t i;

	while ((i = table_next(&b->by_id, hash, &at)) != INDEX_NONE)
		if (!b->responses.v[i].dead && strcmp(build_id(&b->responses.v[i]), id) == 0)
			return i;
	return INDEX_NONE;
}

static void
add_response(struct build *b, const struct search_response *in)
{
	struct build_response r = { .timed = in->start != SEARCH_NO_TIME || in->expires != SEARCH_NO_TIME };
	const char *const names[BUILD_NAMES] = { in->unnamed ? NULL : in->name, in->shortcut, in->description };
	uint32_t old = find_response(b, in->id);
	struct buf *s = &b->scratch;

	if (old != INDEX_NONE)
		b->responses.v[old].dead = true;
	if (in->removed)
		return;
	r.class = class_number(b, in);
	buf_reset(s);
	if (r.timed) {
		put_signed(s, in->start);
		put_signed(s, in->expires);
	}
	r.id_at = (uint8_t)s->n;
	put_string(s, in->id);
	put_string(s, in->shortcut);
	r.name_at = (uint32_t)s->n;
	put_string(s, in->name);
	r.packed = (const unsigned char *)kept(b);
	r.size = (uint32_t)s->n;
	table_put(&b->by_id, term_hash(in->id, strlen(in->id)), (uint32_t)b->responses.n);
	heap_push(&b->responses, r);
	crew_add(b, false, (uint32_t)b->responses.n - 1, names, in->text, in->language);
}

static void
add_use(struct build *b, const struct search_use *in)
{
	struct build_use use = { .number = in->number, .kind = (uint8_t)in->kind };

	if (in->kind == SEARCH_FORGOTTEN) {
		vec_push(b->arena, &b->forgotten, in->number);
		return;
	}
	use.response = in->response ? find_response(b, in->response) : INDEX_NONE;
	if (use.response == INDEX_NONE)
		return;
	heap_push(&b->uses, use);
	crew_add(b, true, (uint32_t)b->uses.n - 1, (const char *[BUILD_NAMES]){ NULL }, in->text, in->language);
}

static void
add_favourite(struct build *b, const struct search_favourite *in)
{
	uint32_t response = find_response(b, in->response);

	if (response == INDEX_NONE)
		return;
	for (size_t i = 0; i < b->favourites.n && in->removed; i++)
		if (b->favourites.v[i].response == response && strcmp(b->favourites.v[i].agent, in->agent) == 0)
			b->favourites.v[i].response = INDEX_NONE;
	if (!in->removed)
		vec_push(b->arena, &b->favourites, ((struct build_favourite){ arena_strdup(b->arena, in->agent), response }));
}

static void
add_agent(struct build *b, const struct search_agent *in)
{
	buf_reset(&b->scratch);
	pack_agent(&b->scratch, in);
	vec_push(b->arena, &b->agents, ((struct build_agent){ arena_strdup(b->arena, in->name), kept(b), (uint32_t)b->scratch.n, 1 }));
}

void
build_add(struct build *b, const struct search_item *item)
{
	switch (item->kind) {
	case SEARCH_RESPONSE:
		add_response(b, &item->response);
		break;
	case SEARCH_USE:
		add_use(b, &item->use);
		break;
	case SEARCH_FAVOURITE:
		add_favourite(b, &item->favourite);
		break;
	case SEARCH_AGENT:
		add_agent(b, &item->agent);
		break;
	}
}
