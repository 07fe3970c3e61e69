/*
 * Decisions as they are kept: written when they are made, read when somebody asks why.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "routing/routing.h"

static void
verdict_json(struct json *j, const struct verdict *v, const struct decision *d)
{
	json_object(j);
	json_key(j, "id");
	json_str(j, v->id);
	json_key(j, d->agents ? "idle" : "score");
	if (d->agents)
		json_int(j, v->idle);
	else
		json_real(j, round(v->score * 1000) / 1000 + 0.0); /* no -0 */
	if (d->agents && (d->policy == ROUTING_LEAST_LOADED || d->policy == ROUTING_BEST_FIT)) {
		json_key(j, d->policy == ROUTING_BEST_FIT ? "fit" : "load");
		json_int(j, d->policy == ROUTING_BEST_FIT ? v->fit : v->load);
	}
	json_key(j, "why");
	json_str(j, routing_why_name(v->why));
	json_end_object(j);
}

void
routing_decision_json(const struct decision *decision, struct buf *out)
{
	struct json j = json_writer(out);

	json_object(&j);
	json_key(&j, "chosen");
	json_str(&j, decision->chosen);
	json_key(&j, "best");
	json_array(&j);
	for (size_t i = 0; i < decision->n_best; i++)
		verdict_json(&j, &decision->best[i], decision);
	json_end_array(&j);
	json_key(&j, "counts");
	json_object(&j);
	for (size_t i = 0; i < ROUTING_WHYS; i++) {
		if (decision->counts[i] == 0)
			continue;
		json_key(&j, routing_why_name((enum routing_why)i));
		json_int(&j, (int64_t)decision->counts[i]);
	}
	json_end_object(&j);
	if (decision->agents) {
		json_key(&j, "policy");
		json_str(&j, routing_policy_name(decision->policy));
	}
	json_end_object(&j);
}

/* Reading. */

static bool
is_key(const struct json_member *m, const char *key)
{
	return m->key_size == strlen(key) && strncmp(m->key, key, m->key_size) == 0;
}

/* A name or an id, in which nothing is escaped; NULL: it is none. */
static const char *
plain_text(struct arena *arena, const struct json_member *m)
{
	if (m->size < 2 || m->value[0] != '"' || memchr(m->value, '\\', m->size))
		return NULL;
	return arena_memdup(arena, m->value + 1, m->size - 2);
}

static bool
read_why(const char *name, size_t size, enum routing_why *why_r)
{
	for (size_t i = 0; i < ROUTING_WHYS; i++) {
		const char *known = routing_why_name((enum routing_why)i);

		if (strlen(known) != size || strncmp(known, name, size) != 0)
			continue;
		*why_r = (enum routing_why)i;
		return true;
	}
	return false;
}

static bool
read_verdict(struct arena *arena, const char **p, struct decision *out)
{
	struct verdict *v = &out->best[out->n_best];
	struct json_member m;

	*v = (struct verdict){ .why = ROUTING_WHYS };
	while (json_next(p, &m)) {
		out->agents = out->agents || is_key(&m, "idle");
		if (is_key(&m, "id"))
			v->id = plain_text(arena, &m);
		else if (is_key(&m, "score"))
			v->score = strtod(m.value, NULL);
		else if (is_key(&m, "idle"))
			v->idle = strtoll(m.value, NULL, 10);
		else if (is_key(&m, "load"))
			v->load = (int)strtol(m.value, NULL, 10);
		else if (is_key(&m, "fit"))
			v->fit = (int)strtol(m.value, NULL, 10);
		else if (is_key(&m, "why") && (m.size < 2 || !read_why(m.value + 1, m.size - 2, &v->why)))
			return false;
	}
	out->n_best++;
	return v->id && v->why != ROUTING_WHYS && **p == '}';
}

static bool
read_best(struct arena *arena, const struct json_member *m, struct decision *out)
{
	const char *p = m->value + 1, *end = m->value + m->size - 1;

	if (m->size < 2 || *m->value != '[')
		return false;
	while (p < end) {
		if (out->n_best == ROUTING_BEST || !read_verdict(arena, &p, out))
			return false;
		p += 1 + strspn(p + 1, " ,");
	}
	return true;
}

static bool
read_counts(const struct json_member *m, struct decision *out)
{
	const char *p = m->value;
	struct json_member count;
	enum routing_why why;

	while (json_next(&p, &count)) {
		if (!read_why(count.key, count.key_size, &why))
			return false;
		out->counts[why] = (size_t)strtoull(count.value, NULL, 10);
		out->n += out->counts[why];
	}
	return true;
}

bool
routing_decision_parse(struct arena *arena, const char *text, struct decision *out)
{
	struct json_member m;
	bool good = true;

	*out = (struct decision){ .agents = false };
	if (!text || *text != '{')
		return false;
	while (good && json_next(&text, &m)) {
		if (is_key(&m, "best"))
			good = read_best(arena, &m, out);
		else if (is_key(&m, "counts"))
			good = read_counts(&m, out);
		else if (is_key(&m, "policy"))
			good = plain_text(arena, &m) && routing_policy_parse(plain_text(arena, &m), &out->policy);
	}
	if (good && out->n_best && out->best[0].why == ROUTING_CHOSEN)
		out->chosen = out->best[0].id;
	return good && *text == '}';
}
