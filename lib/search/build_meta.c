#include "search/build.h"

#include <string.h>

static int
by_rank(const void *pa, const void *pb)
{
	const struct build_class *a = pa, *b = pb;

	return (a->rank > b->rank) - (a->rank < b->rank);
}

/* Of one name the last that came first. */
static int
by_name(const void *pa, const void *pb)
{
	const struct build_agent *a = pa, *b = pb;
	int order = strcmp(a->name, b->name);

	return order ? order : (b->came > a->came) - (b->came < a->came);
}

static int
by_agent(const void *pa, const void *pb)
{
	const struct build_favourite *a = pa, *b = pb;
	int order = strcmp(a->agent, b->agent);

	return order ? order : (a->response > b->response) - (a->response < b->response);
}

/* By agent and place, each once; those of what is not there are left out. */
static void
order_favourites(struct build *b)
{
	struct build_favourite *v = b->favourites.v;
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < b->favourites.n; i++) {
		v[n] = v[i];
		v[n].response = v[i].response == INDEX_NONE ? INDEX_NONE : b->place[v[i].response];
		n += v[n].response != INDEX_NONE;
	}
	if (n)
		qsort(v, n, sizeof(*v), by_agent);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || by_agent(&v[kept - 1], &v[i]) != 0)
			v[kept++] = v[i];
	b->favourites.n = kept;
}

/* Who has favourites is an agent, known or not; one who is not serves no queue. */
static void
add_owners(struct build *b)
{
	static const char *const nowhere[] = { "" };

	for (size_t i = 0; i < b->favourites.n; i++) {
		struct search_agent agent = { .name = b->favourites.v[i].agent, .queues = { nowhere, 1 } };
		struct buf *s = &b->scratch;

		if (i && strcmp(b->favourites.v[i - 1].agent, agent.name) == 0)
			continue;
		buf_reset(s);
		pack_agent(s, &agent);
		vec_push(b->arena, &b->agents, ((struct build_agent){ agent.name, arena_memdup(b->arena, s->p, s->n), (uint32_t)s->n, 0 }));
	}
}

static void
order_agents(struct build *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->agents.n; i++)
		b->agents.v[i].came = b->agents.v[i].came ? (uint32_t)i + 1 : 0;
	if (b->agents.n)
		qsort(b->agents.v, b->agents.n, sizeof(*b->agents.v), by_name);
	for (size_t i = 0; i < b->agents.n; i++)
		if (n == 0 || strcmp(b->agents.v[n - 1].name, b->agents.v[i].name) != 0)
			b->agents.v[n++] = b->agents.v[i];
	b->h.agents = (uint32_t)n;
}

/* Those from *from on; agents come in their order, too. */
static void
pack_favourites(struct build *b, const char *agent, size_t *from)
{
	size_t i = *from, to = i;
	uint32_t before = 0;

	while (to < b->favourites.n && strcmp(b->favourites.v[to].agent, agent) == 0)
		to++;
	put_number(&b->scratch, to - i);
	for (; i < to; i++) {
		put_number(&b->scratch, b->favourites.v[i].response - before);
		before = b->favourites.v[i].response;
	}
	*from = to;
}

static void
write_classes(struct build *b, struct out *out, uint32_t *at)
{
	if (b->h.classes)
		qsort(b->classes.v, b->classes.n, sizeof(*b->classes.v), by_rank);
	for (uint32_t i = 0; i < b->h.classes; i++) {
		out_record_begin(&b->scratch);
		buf_add(&b->scratch, b->classes.v[i].record, b->classes.v[i].size);
		at[i] = out_record(b, out, IN_META, i, 0);
	}
}

static void
write_agents(struct build *b, struct out *out, uint32_t *at)
{
	size_t favourite = 0;

	for (uint32_t i = 0; i < b->h.agents; i++) {
		out_record_begin(&b->scratch);
		buf_add(&b->scratch, b->agents.v[i].record, b->agents.v[i].size);
		pack_favourites(b, b->agents.v[i].name, &favourite);
		at[i] = out_record(b, out, IN_META, b->h.classes + i, 0);
	}
}

/* The first response of each class; before the classes are sorted. One that lost its responses begins where the next does. */
static uint32_t *
first_of_classes(const struct build *b)
{
	uint32_t *first = xcalloc(b->classes.n + 1, sizeof(*first)), next = b->responses_n;

	for (size_t i = 0; i <= b->classes.n; i++)
		first[i] = INDEX_NONE;
	for (uint32_t i = b->responses_n; i-- > 0;)
		first[b->classes.v[b->responses.v[b->order[i]].class].rank] = i;
	for (size_t i = b->classes.n + 1; i-- > 0;) {
		if (first[i] == INDEX_NONE)
			first[i] = next;
		next = first[i];
	}
	return first;
}

void
build_meta(struct build *b, struct out *out)
{
	uint32_t *first = first_of_classes(b), *at;
	size_t n;

	order_favourites(b);
	add_owners(b);
	order_agents(b);
	n = (size_t)b->h.classes + b->h.agents;
	at = xcalloc(n + 1, sizeof(*at));
	out_begin(out, &b->h.section[IN_META]);
	write_classes(b, out, at);
	write_agents(b, out, at + b->h.classes);
	at[n] = (uint32_t)(out->at - out->section->at);
	out_end(out);
	out_numbers(b, out, IN_META_AT, at, n + 1);
	out_numbers(b, out, IN_CLASS, first, (size_t)b->h.classes + 1);
	free(first);
	free(at);
}
