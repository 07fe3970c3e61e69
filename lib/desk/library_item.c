/*
 * What the index of the library holds: rows of the store become items of it.
 */
#include <string.h>

#include "base/buf.h"
#include "desk/library_priv.h"

static struct search_names
names_of(const struct texts *texts)
{
	return (struct search_names){ texts->v, texts->n };
}

static struct search_names
list_of(struct arena *arena, const char *list)
{
	struct texts texts;

	list_split(arena, list, &texts);
	return names_of(&texts);
}

/* Field codes are no words of the text. */
static const char *
without_codes(struct arena *arena, const char *text)
{
	struct buf out = BUF_INIT;
	const char *open, *close, *plain;

	if (!text || !strstr(text, "<$"))
		return text;
	while ((open = strstr(text, "<$")) && (close = strstr(open, "$>"))) {
		buf_add(&out, text, (size_t)(open - text));
		buf_char(&out, ' ');
		text = close + 2;
	}
	buf_str(&out, text);
	plain = arena_strdup(arena, buf_get(&out));
	buf_release(&out);
	return plain;
}

/* Its name says nothing that its text does not begin with. */
static bool
unnamed(struct arena *arena, const struct response *r)
{
	return r->name && r->text && strcmp(r->name, response_name_from(arena, r->text)) == 0;
}

/* Agents are offered what is for them, and what answers questions. */
static bool
offered(const struct response *r)
{
	return r->active == 1 && r->approved == 1 && (r->usage == USAGE_SUGGESTION || r->usage == USAGE_FAQ);
}

struct search_item
response_item(struct arena *arena, const struct response *r)
{
	struct search_item item = { .kind = SEARCH_RESPONSE };

	item.response = (struct search_response){
		.id = r->id,
		.shortcut = r->shortcut,
		.name = r->name,
		.description = r->description,
		.text = without_codes(arena, r->text),
		.language = r->language,
		.category = r->path,
		.media = list_of(arena, r->media),
		.queues = list_of(arena, r->queues),
		.teams = list_of(arena, r->teams),
		.start = r->start,
		.expires = r->expires,
		.unnamed = unnamed(arena, r),
		.offered = offered(r),
		.removed = r->removed == 1,
	};
	return item;
}

struct search_item
use_item(const struct use *u)
{
	static const enum search_use_kind kinds[NAMES_COUNT(USE_KINDS)] = {
		[USE_SENT] = SEARCH_SENT,
		[USE_EDITED] = SEARCH_EDITED,
		[USE_PASSED] = SEARCH_PASSED,
		[USE_REFUSED] = SEARCH_REFUSED,
	};
	struct search_item item = { .kind = SEARCH_USE };

	item.use = (struct search_use){ u->number, u->response, u->text, u->language, u->text ? kinds[u->kind] : SEARCH_FORGOTTEN };
	return item;
}

struct search_item
favourite_item(const struct favourite_row *f)
{
	struct search_item item = { .kind = SEARCH_FAVOURITE };

	item.favourite = (struct search_favourite){ f->agent, f->response, f->removed == 1 };
	return item;
}

RECORD(rec_library_agent, struct member, "member", NULL, TEXT_FIELD(struct member, name, 0, NULL), NAME_FIELD(struct member, role, roles, 0, NULL))

int
agent_item(struct call *call, const struct member *m, struct search_item *item_r, struct err *err)
{
	struct belongs belongs;

	if (agent_belongs(call, m->name, &belongs, err) < 0)
		return -1;
	*item_r = (struct search_item){ .kind = SEARCH_AGENT };
	item_r->agent = (struct search_agent){ m->name, names_of(&belongs.queues), names_of(&belongs.teams), m->role != ROLE_AGENT };
	return 0;
}
