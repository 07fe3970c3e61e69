/*
 * What an agent's mirror lacks beside interactions: the responses that the
 * agent may see, and what else is the agent's own.
 */
#include <string.h>

#include "base/buf.h"
#include "desk/mirror_priv.h"
#include "desk/response_priv.h"
#include "desk/talk_priv.h"

/* In one answer. */
#define PAGE_RESPONSES 500

static struct mirror_row *
begin(struct pull *p, enum mirror_noun noun, const char *id)
{
	struct mirror_row *out = call_answer(p->call);

	out->noun = noun;
	out->id = id;
	return out;
}

/* Responses. */

/* By which agents and teams it is chosen what an agent sees; who leads sees all, whatever they are. */
static int
chosen_by(struct call *call, int64_t *site_r, struct err *err)
{
	*site_r = 0;
	return call_may_lead(call) ? 0 : library_site(call, site_r, err);
}

static int
pull_responses(struct pull *p, int64_t from, struct err *err)
{
	struct call *call = p->call;
	struct belongs belongs = { 0 };
	struct records rows;

	if ((!call_may_lead(call) && agent_belongs(call, call_self(call), &belongs, err) < 0) ||
	    sql_all(call->tx, call->arena, SQL_RESPONSE_SINCE, ARGS(V_INT(from), V_INT(PAGE_RESPONSES)), &rec_response, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct response *r = (const struct response *)rows.v + i;

		/* Whatever it was before: not for this agent any more. */
		if (!response_seen_by(call, r, &belongs))
			begin(p, MIRROR_RESPONSE, r->id);
		else if (pull_noun(p, MIRROR_RESPONSE, r->id, err) < 0)
			return -1;
		p->end->library = r->seq;
	}
	if (rows.n == PAGE_RESPONSES)
		p->end->more = 1;
	return 0;
}

int
pull_library(struct pull *p, struct err *err)
{
	struct call *call = p->call;
	int64_t from = p->in->library, last, site;

	/* While an import is on its way the library is neither what it was nor what it will be. */
	if (library_whole(call, err) < 0)
		return err->code == E_IMPORT_MOVING ? err_set(err, E_OK, NULL), 0 : -1;
	if (library_last(call, &last, err) < 0 || chosen_by(call, &site, err) < 0)
		return -1;
	/* Others may be seen now; or it is the library of another store. */
	if (p->after == 0 || from > last || site != p->in->site)
		from = 0;
	if (from == 0) {
		begin(p, MIRROR_RESPONSE, NULL);
		p->end->whole = 0;
	}
	p->end->library = from;
	p->end->site = site;
	if (from < last && pull_responses(p, from, err) < 0)
		return -1;
	if (p->end->more != 1) {
		p->end->library = last;
		p->end->whole = 1;
	}
	return 0;
}

/* The agent's own. */

struct standing {
	const char *id, *target, *author;
};
RECORD(rec_standing, struct standing, "standing", NULL, TEXT_FIELD(struct standing, id, 0, NULL), TEXT_FIELD(struct standing, target, 0, NULL),
       TEXT_FIELD(struct standing, author, 0, NULL))

struct own {
	struct pull *pull;
	VEC(const struct mirror_row *)
	rows;
	struct buf digest; /* of what */
};

static int
add(struct own *own, const struct rows_of *of, const char *value, struct err *err)
{
	struct call *call = own->pull->call;
	struct row_texts rows;

	if (sql_rows(call->tx, call->arena, of, value, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		struct mirror_row *row = record_new(call->arena, &rec_mirror_row);

		row->noun = MIRROR_OWN;
		row->table = of->table;
		row->row = rows.v[i];
		vec_push(call->arena, &own->rows, (const struct mirror_row *)row);
		buf_printf(&own->digest, "%s:", of->table);
		for (size_t k = 0; k < rows.v[i].n; k++)
			buf_printf(&own->digest, "%zu %s=%s,", strlen(rows.v[i].v[k].value), rows.v[i].v[k].key, rows.v[i].v[k].value);
	}
	return 0;
}

/* Those that stand and may be read, whomever they are for. */
static int
add_alerts(struct own *own, struct err *err)
{
	static const struct rows_of alerts = { "alert", "id", NULL };
	struct call *call = own->pull->call;
	struct records rows;
	int rc = sql_all(call->tx, call->arena, SQL_MIRROR_ALERTS, ARGS(V_INT(call->now)), &rec_standing, &rows, err);

	for (size_t i = 0; rc == 0 && i < rows.n; i++) {
		const struct standing *alert = (const struct standing *)rows.v + i;

		rc = alert_for(call, alert->target, alert->author, err);
		if (rc > 0)
			rc = add(own, &alerts, alert->id, err);
	}
	return rc;
}

static int
add_all(struct own *own, struct err *err)
{
	static const struct rows_of skills = { "agent_skill", "agent", NULL }, favourites = { "response_favourite", "agent", NULL }, categories = { "category", NULL, NULL };
	const char *self = call_self(own->pull->call);

	return add(own, &skills, self, err) < 0 || add(own, &favourites, self, err) < 0 || add(own, &categories, NULL, err) < 0 ? -1 : add_alerts(own, err);
}

int
pull_own(struct pull *p, struct err *err)
{
	struct own own = { .pull = p, .digest = BUF_INIT };
	int rc = add_all(&own, err);

	p->end->own = secret_hash(p->call->arena, buf_get(&own.digest));
	buf_release(&own.digest);
	if (rc < 0 || (p->after > 0 && p->in->own && strcmp(p->in->own, p->end->own) == 0))
		return rc;
	/* What was goes, even where nothing comes. */
	begin(p, MIRROR_OWN, NULL);
	for (size_t i = 0; i < own.rows.n; i++)
		call_emit(p->call, own.rows.v[i]);
	return 0;
}
