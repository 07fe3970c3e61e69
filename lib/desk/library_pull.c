/*
 * The library for who is far from its store: what changed behind a seq, as far
 * as the agent who asks may see it.
 */
#include "desk/library_pull.h"

#include <string.h>

#include "desk/library_priv.h"

/* Of each kind at a time. */
#define PAGE_ROWS 500

RECORD(rec_library_since_in, struct library_since_in, "library-since", N_("Changes of the library."),
       INT_FIELD(struct library_since_in, after, FIELD_REQUIRED, N_("the last change that is known; 0: none is")),
       INT_FIELD(struct library_since_in, site, 0, N_("by which state of the site the page before was chosen")))

#define KINDS(X) \
	X(LIBRARY_RESPONSE, "response", N_("a response")) \
	X(LIBRARY_USE, "use", N_("how one was used")) \
	X(LIBRARY_FAVOURITE, "favourite", N_("a favourite of the agent's")) \
	X(LIBRARY_AGENT, "agent", N_("what an agent may see")) \
	X(LIBRARY_END, "end", N_("the end of the page"))
#define USES(X) \
	X(SEARCH_SENT, "sent", N_("sent as it is")) \
	X(SEARCH_EDITED, "edited", N_("sent, made to fit")) \
	X(SEARCH_PASSED, "passed", N_("passed over")) \
	X(SEARCH_REFUSED, "refused", N_("said to be no answer")) \
	X(SEARCH_FORGOTTEN, "forgotten", N_("to be forgotten"))
#define ROW(value, title, text) [value] = { title, text },
static const struct name kind_rows[] = { KINDS(ROW) }, use_rows[] = { USES(ROW) };
static const struct names kinds = { "change", kind_rows, COUNT_OF(kind_rows) }, uses = { "use", use_rows, COUNT_OF(use_rows) };

#define X struct library_change
RECORD(rec_library_change, X, "library-change", N_("A change of the library."),
       INT_FIELD(X, seq, FIELD_COLUMN, N_("its number")),
       NAME_FIELD(X, kind, kinds, FIELD_COLUMN, N_("of what")),
       TEXT_FIELD(X, id, FIELD_COLUMN, N_("the response")),
       TEXT_FIELD(X, shortcut, 0, N_("its shortcut")),
       TEXT_FIELD(X, name, 0, N_("its name; of an agent, the agent's")),
       TEXT_FIELD(X, description, 0, N_("what it is for")),
       TEXT_FIELD(X, text, FIELD_PERSONAL, N_("its words; of a use, the message that was answered")),
       TEXT_FIELD(X, language, 0, N_("their language")),
       TEXT_FIELD(X, category, 0, N_("where it lies")),
       TEXTS_FIELD(X, media, 0, N_("for these media alone")),
       TEXTS_FIELD(X, queues, 0, N_("for these queues; of an agent, those served")),
       TEXTS_FIELD(X, teams, 0, N_("for these teams; of an agent, its own")),
       TIME_FIELD(X, start, 0, N_("not before")),
       TIME_FIELD(X, expires, 0, N_("not after")),
       BOOL_FIELD(X, unnamed, 0, N_("its name only repeats how its text begins")),
       BOOL_FIELD(X, offered, 0, N_("agents are offered it")),
       BOOL_FIELD(X, removed, 0, N_("it is gone, or not for who asks")),
       INT_FIELD(X, number, 0, N_("of a use")),
       NAME_FIELD(X, use, uses, 0, N_("how it was used")),
       BOOL_FIELD(X, all, 0, N_("of an agent: sees all responses")),
       BOOL_FIELD(X, more, 0, N_("there is more behind this page")),
       BOOL_FIELD(X, anew, 0, N_("what may be seen has changed: all is to be asked for again, from 0")),
       INT_FIELD(X, site, 0, N_("by which state of the site it was chosen")))
#undef X

struct pull {
	struct call *call;
	struct belongs belongs;
	bool own; /* only what one agent may see */
};

static struct texts
texts_of(struct search_names names)
{
	struct texts texts = { NULL, names.n, names.n };

	memcpy(&texts.v, &names.v, sizeof(texts.v));
	return names.n ? texts : (struct texts){ NULL, 0, 0 };
}

static int
pull_response(struct pull *p, const struct search_response *r, struct library_change *out, struct err *err)
{
	struct response *row;

	out->id = r->id;
	out->removed = r->removed ? 1 : INT_ABSENT;
	if (!r->removed && p->own) {
		if (response_find(p->call, r->id, &row, err) < 0)
			return -1;
		if (!response_seen_by(p->call, row, &p->belongs))
			out->removed = 1;
	}
	if (out->removed == 1)
		return 0;
	out->shortcut = r->shortcut;
	out->name = r->name;
	out->description = r->description;
	out->text = r->text;
	out->language = r->language;
	out->category = r->category;
	out->media = texts_of(r->media);
	out->queues = texts_of(r->queues);
	out->teams = texts_of(r->teams);
	out->start = r->start;
	out->expires = r->expires;
	out->unnamed = r->unnamed ? 1 : INT_ABSENT;
	out->offered = r->offered ? 1 : INT_ABSENT;
	return 0;
}

/* What answers a message that one may not see tells nothing of it. */
static int
pull_use(struct pull *p, const struct search_use *u, struct library_change *out, struct err *err)
{
	struct response *row;

	out->number = u->number;
	out->use = u->kind;
	out->id = u->response;
	if (u->kind == SEARCH_FORGOTTEN)
		return 1;
	if (p->own) {
		if (response_find(p->call, u->response, &row, err) < 0)
			return -1;
		if (row->removed == 1 || !response_seen_by(p->call, row, &p->belongs))
			return 0;
	}
	out->text = u->text;
	out->language = u->language;
	return 1;
}

static void
pull_agent(const struct search_agent *a, struct library_change *out)
{
	out->name = a->name;
	out->queues = texts_of(a->queues);
	out->teams = texts_of(a->teams);
	out->all = a->all ? 1 : INT_ABSENT;
}

/* 1: there is something to say; 0: not to this agent. */
static int
pull_item(struct pull *p, const struct search_item *item, struct library_change *out, struct err *err)
{
	const char *self = call_self(p->call);

	switch (item->kind) {
	case SEARCH_RESPONSE:
		out->kind = LIBRARY_RESPONSE;
		return pull_response(p, &item->response, out, err) < 0 ? -1 : 1;
	case SEARCH_USE:
		out->kind = LIBRARY_USE;
		return pull_use(p, &item->use, out, err);
	case SEARCH_FAVOURITE:
		out->kind = LIBRARY_FAVOURITE;
		out->name = item->favourite.agent;
		out->id = item->favourite.response;
		out->removed = item->favourite.removed ? 1 : INT_ABSENT;
		return !p->own || strcmp(item->favourite.agent, self) == 0;
	case SEARCH_AGENT:
		out->kind = LIBRARY_AGENT;
		pull_agent(&item->agent, out);
		return !p->own || strcmp(item->agent.name, self) == 0;
	}
	return 0;
}

static int
pull(struct pull *p, const struct lack *l, struct err *err)
{
	for (size_t i = 0; i < l->v.n; i++) {
		struct library_change *out = record_new(p->call->arena, &rec_library_change);
		int rc;

		out->seq = l->v.v[i].seq;
		rc = pull_item(p, &l->v.v[i].item, out, err);
		if (rc < 0)
			return -1;
		if (rc > 0)
			call_emit(p->call, out);
	}
	return 0;
}

static int
since_fn(struct call *call, const void *input, struct err *err)
{
	const struct library_since_in *in = input;
	struct pull p = { .call = call, .own = !call_may_lead(call) };
	struct lack l = { .desk = call->desk, .arena = call->arena, .rows = PAGE_ROWS, .seq = in->after };
	struct library_change *end = record_new(call->arena, &rec_library_change);
	int64_t site;

	end->kind = LIBRARY_END;
	end->seq = in->after;
	if (library_site(call, &site, err) < 0)
		return -1;
	end->site = site;
	/* A change of the site is behind the first pages of a library that is larger: what counts is whether it came since. */
	if (p.own && in->after > 0 && (in->site == INT_ABSENT ? site > in->after : site != in->site)) {
		end->anew = 1;
		call_emit(call, end);
		return 0;
	}
	if (p.own && agent_belongs(call, call_self(call), &p.belongs, err) < 0)
		return -1;
	if (library_lack(call->tx, &l, err) < 0 || pull(&p, &l, err) < 0)
		return -1;
	if (l.v.n) {
		end->seq = l.v.v[l.v.n - 1].seq;
		end->more = end->seq < l.last ? 1 : INT_ABSENT;
	}
	call_emit(call, end);
	return 0;
}

const struct op op_library_since = {
	"library.since", N_("what changed in the library, for an index of it elsewhere"), MAY_ALL, OP_LIBRARY | OP_COPIES, &rec_library_since_in, &rec_library_change, since_fn, NULL
};
