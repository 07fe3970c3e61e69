#include "search/index_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/attr.h"

/* Of a class: not looked at yet, or whether its responses pass. */
enum verdict { UNKNOWN,
	       NO,
	       YES,
	       TIMED }; /* it depends on their times */

struct names {
	const char **v;
	size_t n, cap;
};

struct index_gate {
	struct search *search;
	const struct search_query *query;
	bool known, all;            /* the agent: anybody, one who sees everything */
	struct names queues, teams; /* of the agent */
	VEC(uint32_t)
	favourites; /* ordinals, in order */
	VEC(uint32_t)
	without;
	uint8_t *verdict; /* of each class of the file */
	/* Classes that may have the language of the query, as responses: those without a language, and its own. */
	struct span spans[2];
	bool easy; /* the class decides alone */
	/* The class that was looked at last, and its responses. */
	uint32_t class, first, end;
};

static void
take_names(struct arena *arena, struct cut *cut, struct names *names)
{
	names->n = 0;
	for (uint64_t n = cut_number(cut); n && !cut->bad; n--)
		vec_push(arena, names, cut_string(cut));
}

static bool
has_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->v[i], name) == 0)
			return true;
	return false;
}

/* A list that is empty restricts nothing. wanted NULL: anything goes. */
static bool
list_allows(struct cut *cut, bool asked, const char *one, const struct names *some)
{
	uint64_t n = cut_number(cut);
	bool any = n == 0 || !asked;

	for (; n && !cut->bad; n--) {
		const char *name = cut_string(cut);

		any |= one ? strcmp(name, one) == 0 : some && has_name(some, name);
	}
	return any;
}

static bool
language_fits(const char *language, const char *wanted)
{
	size_t n = strlen(wanted);

	return !language[0] || (strncmp(language, wanted, n) == 0 && (!language[n] || language[n] == '-'));
}

static bool
category_fits(const char *category, const char *wanted)
{
	size_t n = strlen(wanted);

	return strncmp(category, wanted, n) == 0 && (!category[n] || category[n] == '/');
}

/* What is bound to nobody, or to a queue or a team of the agent's. */
static bool
may_see(const struct index_gate *gate, struct cut *queues, struct cut *teams)
{
	struct cut bound = *queues;
	uint64_t to_queues = cut_number(&bound);

	bound = *teams;
	if (!to_queues && !cut_number(&bound))
		return true;
	if (to_queues && ((gate->known && !gate->queues.n) || list_allows(queues, true, NULL, &gate->queues)))
		return true;
	bound = *teams;
	return cut_number(&bound) && list_allows(teams, true, NULL, &gate->teams);
}

static enum verdict
judge(const struct index_gate *gate, struct cut cut)
{
	const struct search_query *q = gate->query;
	struct cut queues, teams;
	const char *language = cut_string(&cut), *category = cut_string(&cut);
	uint64_t flags = cut_number(&cut);

	if (cut.bad || (!q->all && !(flags & CLASS_OFFERED)))
		return NO;
	if ((q->language && !language_fits(language, q->language)) || (q->category && !category_fits(category, q->category)))
		return NO;
	if (!list_allows(&cut, q->media != NULL, q->media, NULL))
		return NO;
	queues = teams = cut;
	if (!list_allows(&queues, q->queue != NULL, q->queue, NULL))
		return NO;
	for (uint64_t n = cut_number(&teams); n && !teams.bad; n--)
		cut_string(&teams);
	if (q->agent && !gate->all && !may_see(gate, &cut, &teams))
		return NO;
	return flags & CLASS_TIMED && !q->all ? TIMED : YES;
}

static bool
in_time(const struct index_gate *gate, time_ms start, time_ms expires)
{
	return (start == SEARCH_NO_TIME || start <= gate->query->now) && (expires == SEARCH_NO_TIME || gate->query->now < expires);
}

static enum verdict
verdict_of_file(struct index_gate *gate, uint32_t response)
{
	struct search *search = gate->search;

	if (response < gate->first || response >= gate->end) {
		gate->class = index_class_of(search, response);
		gate->first = index_class_first(search, gate->class);
		gate->end = index_class_first(search, gate->class + 1);
	}
	if (gate->class >= search->h.classes)
		return NO;
	if (gate->verdict[gate->class] == UNKNOWN)
		gate->verdict[gate->class] = (uint8_t)judge(gate, index_record(search, IN_META, IN_META_AT, gate->class));
	return (enum verdict)gate->verdict[gate->class];
}

static int
by_ordinal(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return (a > b) - (a < b);
}

static bool
is_in(const uint32_t *v, size_t n, uint32_t ordinal)
{
	return n && bsearch(&ordinal, v, n, sizeof(*v), by_ordinal);
}

bool
index_favourite(struct index_gate *gate, uint32_t response)
{
	return is_in(gate->favourites.v, gate->favourites.n, response);
}

bool
index_passes(struct index_gate *gate, uint32_t response)
{
	struct search *search = gate->search;
	enum verdict verdict;

	if (gate->easy && response >= gate->first && response < gate->end && gate->verdict[gate->class] == YES)
		return true;
	if (!index_alive(search, response) || is_in(gate->without.v, gate->without.n, response) ||
	    (gate->query->favourites && !index_favourite(gate, response)))
		return false;
	if (response >= search->h.responses && search->log) {
		const struct log_response *r = &search->log->responses.v[response - search->h.responses];

		verdict = judge(gate, (struct cut){ r->class, r->end, false });
		return verdict == YES || (verdict == TIMED && in_time(gate, r->start, r->expires));
	}
	verdict = verdict_of_file(gate, response);
	if (verdict == TIMED) {
		struct file_response r;

		return index_file_response(search, response, &r) && in_time(gate, r.start, r.expires);
	}
	return verdict == YES;
}

/* The ordinal that counts of what the file, or the log, calls so. */
static uint32_t
current(const struct search *search, uint32_t response)
{
	const struct log_slot *slot = search->log && response < search->h.responses ? log_slot_of(search->log, response) : NULL;

	return slot ? slot->now : response;
}

static uint32_t
ordinal_of(struct search *search, const char *id)
{
	const struct log *log = search->log;
	uint32_t i = index_file_id(search, id);

	if (i != INDEX_NONE)
		return current(search, i);
	for (size_t k = 0; log && k < log->responses.n; k++)
		if (log->responses.v[k].there && strcmp(log->responses.v[k].id, id) == 0)
			return search->h.responses + (uint32_t)k;
	return INDEX_NONE;
}

/* Where an agent stands in the file; a bad cut: nowhere. Behind its name. */
static struct cut
agent_of_file(struct search *search, const char *name)
{
	uint32_t low = 0, high = search->h.agents;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct cut cut = index_record(search, IN_META, IN_META_AT, search->h.classes + middle);
		int order = strcmp(cut_string(&cut), name);

		if (order == 0)
			return cut;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return (struct cut){ NULL, NULL, true };
}

static void
take_favourites(struct index_gate *gate, struct arena *arena, struct cut *cut)
{
	uint32_t response = 0;

	for (uint64_t n = cut_number(cut); n && !cut->bad; n--) {
		response += (uint32_t)cut_number(cut);
		if (current(gate->search, response) != INDEX_NONE)
			vec_push(arena, &gate->favourites, current(gate->search, response));
	}
}

static void
take_belongs(struct index_gate *gate, struct arena *arena, struct cut *cut)
{
	gate->known = true;
	gate->all = cut_number(cut) != 0;
	take_names(arena, cut, &gate->queues);
	take_names(arena, cut, &gate->teams);
}

/* What the log says of the agent: the last word on queues and teams, and on each favourite. */
static void
take_logged(struct index_gate *gate, struct arena *arena)
{
	const struct log *log = gate->search->log;
	const char *name = gate->query->agent;

	for (size_t i = 0; i < log->agents.n; i++) {
		struct cut cut = { log->agents.v[i].record, log->agents.v[i].end, false };

		if (strcmp(cut_string(&cut), name) != 0)
			continue;
		take_belongs(gate, arena, &cut);
	}
	for (size_t i = 0; i < log->favourites.n; i++) {
		const struct log_favourite *f = &log->favourites.v[i];
		uint32_t response = log->slots.v[f->slot].now;
		size_t n = 0;

		if (response == INDEX_NONE || strcmp(f->agent, name) != 0)
			continue;
		for (size_t k = 0; k < gate->favourites.n; k++)
			if (gate->favourites.v[k] != response)
				gate->favourites.v[n++] = gate->favourites.v[k];
		gate->favourites.n = n;
		if (!f->removed)
			vec_push(arena, &gate->favourites, response);
	}
}

static void
take_agent(struct index_gate *gate, struct arena *arena)
{
	struct cut cut = agent_of_file(gate->search, gate->query->agent);

	if (!cut.bad) {
		take_belongs(gate, arena, &cut);
		take_favourites(gate, arena, &cut);
	}
	if (gate->search->log)
		take_logged(gate, arena);
	if (gate->favourites.n)
		qsort(gate->favourites.v, gate->favourites.n, sizeof(uint32_t), by_ordinal);
}

/* The first class whose language is not before this. */
static uint32_t
class_from(struct search *search, const char *language, size_t n)
{
	uint32_t low = 0, high = search->h.classes;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct cut cut = index_record(search, IN_META, IN_META_AT, middle);

		if (strncmp(cut_string(&cut), language, n) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Classes are in the order of their languages: those of one lie together, behind those without. */
static void
take_ranges(struct index_gate *gate)
{
	struct search *search = gate->search;
	const char *language = gate->query->language;
	char behind[64];
	size_t n = language ? strlen(language) : 0;

	gate->spans[1].to = search->h.responses;
	if (!n || n + 1 > sizeof(behind))
		return;
	memcpy(behind, language, n);
	behind[n - 1]++;
	gate->spans[0].to = index_class_first(search, class_from(search, "\001", 1));
	gate->spans[1].from = index_class_first(search, class_from(search, language, n));
	gate->spans[1].to = index_class_first(search, class_from(search, behind, n));
}

size_t
index_gate_spans(const struct index_gate *gate, struct span out[2])
{
	uint32_t at = 0;
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(gate->spans); i++) {
		struct span span = gate->spans[i];

		span.from = span.from > at ? span.from : at;
		span.to = span.to < gate->search->h.responses ? span.to : gate->search->h.responses;
		if (span.from >= span.to)
			continue;
		out[n++] = span;
		at = span.to;
	}
	return n;
}

struct index_gate *
index_gate(struct search *search, const struct search_query *query, struct arena *arena)
{
	struct index_gate *gate = ARENA_NEW(arena, struct index_gate);

	gate->search = search;
	gate->query = query;
	gate->verdict = arena_alloc(arena, (size_t)search->h.classes + 1);
	for (size_t i = 0; i < query->without_n; i++) {
		uint32_t response = ordinal_of(search, query->without[i]);

		if (response != INDEX_NONE)
			vec_push(arena, &gate->without, response);
	}
	if (gate->without.n)
		qsort(gate->without.v, gate->without.n, sizeof(uint32_t), by_ordinal);
	if (query->agent)
		take_agent(gate, arena);
	take_ranges(gate);
	gate->easy = !search->log && !gate->without.n && !query->favourites;
	return gate;
}

size_t
index_passing(struct index_gate *gate, uint32_t *responses, size_t limit)
{
	struct search *search = gate->search;
	uint32_t all = search->h.responses + (search->log ? (uint32_t)search->log->responses.n : 0);
	size_t n = 0;

	for (uint32_t i = 0; i < all && n < limit; i++) {
		if (gate->query->favourites) {
			if (i >= gate->favourites.n)
				break;
			if (index_passes(gate, gate->favourites.v[i]))
				responses[n++] = gate->favourites.v[i];
		} else if (index_passes(gate, i)) {
			responses[n++] = i;
		}
	}
	return n;
}

uint32_t
index_language_count(struct search *search, const char *language)
{
	const struct log *log = search->log;
	size_t size = strlen(language);
	uint32_t n = 0;

	for (uint32_t i = class_from(search, language, size); i < search->h.classes; i++) {
		struct cut cut = index_record(search, IN_META, IN_META_AT, i);
		const char *own = cut_string(&cut);

		if (strncmp(own, language, size) != 0)
			break;
		if (own[0] && language_fits(own, language))
			n += index_class_first(search, i + 1) - index_class_first(search, i);
	}
	for (size_t i = 0; log && i < log->slots.n; i++) {
		const struct log_slot *slot = &log->slots.v[i];
		struct index_response r;

		if (slot->file != INDEX_NONE && slot->now != slot->file) {
			index_response(search, slot->file, &r);
			n -= r.language[0] && language_fits(r.language, language);
		}
		if (slot->now != INDEX_NONE && slot->now != slot->file) {
			index_response(search, slot->now, &r);
			n += r.language[0] && language_fits(r.language, language);
		}
	}
	return n;
}
