/*
 * Keeping a response: what it must be, the one that is active of its category
 * and usage, the version before it kept whole.
 */
#include <string.h>

#include "base/utf8.h"
#include "desk/response_priv.h"

#define RESPONSE_ID_MAX 64
#define NAME_FROM_TEXT 80

static int
bad(const struct response *r, const char *name, const char *what, struct err *err)
{
	return err_set(err, E_BAD_FIELD, "where", r->id ? r->id : r->name ? r->name
									  : "response",
		       "name", name, "what", what, NULL);
}

int
line_check(const char *name, const char *text, size_t limit, bool strict, struct err *err)
{
	uint32_t c;

	if (text_check(name, text, limit, err) < 0)
		return -1;
	for (const char *p = text; p && *p; p += utf8_decode(p, &c)) {
		utf8_decode(p, &c);
		if (c < ' ' || (c >= 0x7f && c < 0xa0) || (strict && utf8_unsafe(c)))
			return err_set(err, E_BAD_FIELD, "where", "response", "name", name, "what", N_("holds a control character"), NULL);
	}
	return 0;
}

static bool
is_id(const char *id)
{
	static const char may[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

	return *id && strlen(id) <= RESPONSE_ID_MAX && !id[strspn(id, may)];
}

static bool
is_language(const char *language)
{
	static const char may[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	size_t size = strcspn(language, "-");

	if (size < 2 || size > 8 || strlen(language) > 32)
		return false;
	for (const char *p = language;; p += size + 1) {
		size = strcspn(p, "-");
		if (size < 1 || size > 8 || strspn(p, may) < size)
			return false;
		if (!p[size])
			return true;
	}
}

int
language_check(const char *language, struct err *err)
{
	return is_language(language) ? 0 : err_set(err, E_BAD_VALUE, "name", "language", "value", language, "expected", N_("a language, as in fr or fr-CA"), NULL);
}

static const char *
empty_is_none(const char *text)
{
	return text && *text ? text : NULL;
}

const char *
response_name_from(struct arena *arena, const char *text)
{
	size_t size;

	text += strspn(text, " \t\r\n");
	size = strcspn(text, "\t\r\n");
	if (size > NAME_FROM_TEXT) {
		size = utf8_valid(text, NAME_FROM_TEXT);
		for (size_t i = size; i > NAME_FROM_TEXT / 2; i--)
			if (text[i - 1] == ' ') {
				size = i;
				break;
			}
	}
	while (size && text[size - 1] == ' ')
		size--;
	return arena_memdup(arena, text, size);
}

static int
check_words(struct call *call, struct response *r, struct err *err)
{
	const char *const bodies[] = { "text", r->text, "html", r->html };

	for (size_t i = 0; i < COUNT_OF(bodies); i += 2)
		if (text_check(bodies[i], bodies[i + 1], RESPONSE_TEXT_MAX, err) < 0)
			return -1;
	if (!r->name && r->text)
		r->name = empty_is_none(response_name_from(call->arena, r->text));
	if (!r->name)
		return bad(r, "name", N_("is missing, and there is no text"), err);
	if (line_check("name", r->name, RESPONSE_NAME_MAX, false, err) < 0 || line_check("shortcut", r->shortcut, RESPONSE_SHORTCUT_MAX, true, err) < 0)
		return -1;
	return text_check("description", r->description, RESPONSE_DESCRIPTION_MAX, err);
}

/* One may be called by another's shortcut only where it cannot be taken for an id. */
static int
check_shortcut(struct call *call, struct response *r, struct err *err)
{
	struct response other;
	int rc;

	if (!r->shortcut)
		return 0;
	rc = sql_one(call->tx, call->arena, SQL_RESPONSE_BY_SHORTCUT, ARGS(V_TEXT(r->shortcut_key)), &rec_response, &other, err);
	if (rc == 0)
		rc = sql_one(call->tx, call->arena, SQL_RESPONSE_GET, ARGS(V_TEXT(r->shortcut)), &rec_response, &other, err);
	if (rc > 0 && (!r->id || strcmp(other.id, r->id) != 0))
		return err_set(err, E_DUPLICATE, "what", N_("shortcut"), "value", r->shortcut, NULL);
	return rc < 0 ? -1 : 0;
}

int
response_check(struct call *call, struct response *r, struct err *err)
{
	r->name = empty_is_none(r->name);
	r->shortcut = empty_is_none(r->shortcut);
	r->description = empty_is_none(r->description);
	r->text = empty_is_none(r->text);
	r->html = empty_is_none(r->html);
	r->language = empty_is_none(r->language);
	r->owner = empty_is_none(r->owner);
	if (r->id && !is_id(r->id))
		return bad(r, "id", N_("has letters, digits, '-', '_' and '.', 64 at most"), err);
	if (r->language && !is_language(r->language))
		return bad(r, "language", N_("is none, as in fr or fr-CA"), err);
	if (r->start != INT_ABSENT && r->expires != INT_ABSENT && r->expires <= r->start)
		return bad(r, "expires", N_("is not behind its start"), err);
	if (check_words(call, r, err) < 0)
		return -1;
	r->name_key = utf8_fold(call->arena, r->name);
	r->shortcut_key = r->shortcut ? utf8_fold(call->arena, r->shortcut) : NULL;
	if (r->shortcut && (strpbrk(r->shortcut, " ") || strchr("#-@", *r->shortcut)))
		return bad(r, "shortcut", N_("has no spaces, and begins neither with '#' nor with '-' nor with '@'"), err);
	return 0;
}

/* What the site does not have nobody belongs to: the response would be seen by no agent. */
static int
check_known(struct call *call, const char *name, const char *word, struct err *err)
{
	struct queue *queue;
	int64_t known = 0;

	if (strcmp(name, "queues") == 0)
		return queue_get(call, word, &queue, err);
	if (strcmp(name, "teams") != 0)
		return 0;
	if (sql_int(call->tx, SQL_TEAM_KNOWN, ARGS(V_TEXT(word)), &known, err) < 0)
		return -1;
	return known ? 0 : err_set(err, E_NO_TEAM, "name", word, NULL);
}

int
response_list_set(struct call *call, const char *name, const struct texts *list, const char **out_r, struct err *err)
{
	struct texts clean = { NULL, 0, 0 };

	for (size_t i = 0; i < list->n; i++) {
		struct texts some;

		list_split(call->arena, list->v[i], &some);
		for (size_t k = 0; k < some.n; k++) {
			if (word_check(name, some.v[k], err) < 0 || check_known(call, name, some.v[k], err) < 0)
				return -1;
			texts_add(call->arena, &clean, some.v[k]);
		}
	}
	*out_r = clean.n ? list_join(call->arena, &clean) : NULL;
	return 0;
}

struct response *
response_new(struct call *call)
{
	struct response *r = record_new(call->arena, &rec_response);

	r->version = 0;
	r->active = 1;
	r->approved = call_may_lead(call);
	r->usage = USAGE_SUGGESTION;
	r->owner = call->actor.name;
	r->removed = 0;
	r->seq = 0;
	return r;
}

int
response_may_change(struct call *call, const struct response *r, struct err *err)
{
	if (call_may_lead(call) || (r->owner && strcmp(r->owner, call->actor.name) == 0))
		return 0;
	return err_set(err, E_RESPONSE_NOT_YOURS, "id", r->id, "holder", r->owner ? r->owner : "nobody", "who", call->actor.name, NULL);
}

int64_t
response_state(const struct response *r, time_ms now)
{
	if (r->removed)
		return RESPONSE_REMOVED;
	if (r->expires != INT_ABSENT && r->expires <= now)
		return RESPONSE_EXPIRED;
	if (!r->approved)
		return RESPONSE_UNAPPROVED;
	if (!r->active)
		return RESPONSE_INACTIVE;
	return r->start != INT_ABSENT && r->start > now ? RESPONSE_SCHEDULED : RESPONSE_ACTIVE;
}

/* Writing. */

static int
tell(struct call *call, const struct response *r, const char *event, const char *reason, struct err *err)
{
	return event_add(call, &(struct event){ .event = event, .ref = r->id, .state = names_get(&response_states, (int)response_state(r, call->now)), .reason = reason, .version = r->version }, err);
}

static int
changed(const struct response *r, int64_t version, struct err *err)
{
	char is[32], seen[32];

	snprintf(is, sizeof(is), "%lld", (long long)version);
	snprintf(seen, sizeof(seen), "%lld", (long long)r->version);
	return err_set(err, E_RESPONSE_CHANGED, "id", r->id, "version", is, "seen", seen, NULL);
}

/* The former version goes among those that are kept, and this one in its place. */
static int
write_over(struct call *call, struct response *r, struct err *err)
{
	struct response *old;

	if (response_find(call, r->id, &old, err) < 0)
		return -1;
	if (old->version != r->version)
		return changed(r, old->version, err);
	if (RUN(call, RESPONSE_KEEP, V_TEXT(r->id), V_INT(r->version)) < 0)
		return -1;
	r->version++;
	r->created = old->created;
	return sql_put(call->tx, SQL_RESPONSE_SAVE, &rec_response_row, r, err) < 0 ? -1 : 0;
}

static int
write_new(struct call *call, struct response *r, struct err *err)
{
	r->version = 1;
	r->created = call->now;
	return sql_put(call->tx, SQL_RESPONSE_NEW, &rec_response_row, r, err) < 0 ? -1 : 0;
}

static int
write(struct call *call, struct response *r, struct err *err)
{
	bool fresh = r->version == 0;

	if (library_seq(call, &r->seq, err) < 0)
		return -1;
	r->changed = call->now;
	r->editor = call->actor.name;
	return fresh ? write_new(call, r, err) : write_over(call, r, err);
}

/* Where one is to be active of a category and usage, the one that was is so no more. */
static int
put_out(struct call *call, const struct response *r, const char **out_r, struct err *err)
{
	const char *id;
	struct response *other;
	int rc = 0;

	*out_r = NULL;
	if (r->active && !r->removed)
		rc = sql_text(call->tx, call->arena, SQL_RESPONSE_ACTIVE, ARGS(V_TEXT(r->category), V_TEXT(names_get(&response_usages, (int)r->usage)), V_TEXT(r->id)), &id, err);
	if (rc <= 0)
		return rc;
	if (response_get(call, id, &other, err) < 0)
		return -1;
	/* Else an agent would switch off what others answer with. */
	if (response_may_change(call, other, err) < 0)
		return -1;
	other->active = 0;
	*out_r = other->id;
	return write(call, other, err) < 0 ? -1 : tell(call, other, "response.changed", "inactive", err);
}

int
response_write(struct call *call, struct response *r, const char **out_r, struct err *err)
{
	const bool fresh = r->version == 0;

	if (put_out(call, r, out_r, err) < 0 || write(call, r, err) < 0)
		return -1;
	if (r->removed)
		return tell(call, r, "response.removed", NULL, err);
	return fresh ? tell(call, r, "response.added", NULL, err) : tell(call, r, "response.changed", NULL, err);
}

int
response_put(struct call *call, struct response *r, const char **out_r, struct err *err)
{
	struct category *category;

	if (category_of(call, r->category, &category, err) <= 0)
		return err->code ? -1 : bad(r, "category", N_("is not there any more"), err);
	if (response_check(call, r, err) < 0 || check_shortcut(call, r, err) < 0 || category_speaks(call, category, &r->language, err) < 0)
		return -1;
	r->path = category->path;
	if (!r->id)
		r->id = id_new(call->arena, call->now);
	return response_write(call, r, out_r, err);
}
