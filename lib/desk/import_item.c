/*
 * An item of an import, put through the rules of the library: what it is in the
 * library already, and what it is to be.
 */
#include <string.h>

#include "base/utf8.h"
#include "desk/import_priv.h"

#define X struct import_item
RECORD(rec_import_item, X, "response", N_("A response. What is left out stays as it is, what is null goes."),
       TEXT_FIELD(X, where, FIELD_INTERNAL, NULL),
       TEXT_FIELD(X, fresh, FIELD_INTERNAL, NULL),
       TEXT_FIELD(X, id, 0, N_("its id, kept as it is; without one it is known by its shortcut, else by category and name")),
       TEXT_FIELD(X, name, 0, N_("its name; the beginning of its text when left out")),
       TEXT_FIELD(X, shortcut, 0, N_("a word that stands for it")),
       TEXT_FIELD(X, category, 0, N_("where it lies, as in Billing/Refunds; made where it is not there")),
       TEXT_FIELD(X, language, 0, N_("its language, as in fr or fr-CA; that of its root category when left out")),
       TEXT_FIELD(X, description, FIELD_BODY, N_("what it is for")),
       TEXT_FIELD(X, text, FIELD_BODY, N_("its text; field codes stand between <$ and $>")),
       TEXT_FIELD(X, html, FIELD_BODY, N_("its text as HTML")),
       TEXTS_FIELD(X, media, 0, N_("for these media only")),
       TEXTS_FIELD(X, queues, 0, N_("for agents who serve one of these queues")),
       TEXTS_FIELD(X, teams, 0, N_("and those of one of these teams")),
       TIME_FIELD(X, start, 0, N_("not to be used before")),
       TIME_FIELD(X, expires, 0, N_("not to be used from then on")),
       NAME_FIELD(X, usage, response_usages, 0, N_("what it is for: suggestion when left out")),
       BOOL_FIELD(X, active, 0, N_("it may be used (true)")),
       BOOL_FIELD(X, approved, 0, N_("it is approved (true)")),
       TEXT_FIELD(X, owner, 0, N_("whose it is")),
       RECORDS_FIELD(X, attachments, rec_import_attachment, 0, N_("files that go along: all that it is to have")))
#undef X

/* Two letters are looked up; longer ones are for languages that have no two. */
static const char languages[] =
	" aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl"
	" gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk"
	" ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta"
	" te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu ";

static bool
is_known(const char *language)
{
	char word[5];

	if (strcspn(language, "-") != 2)
		return true;
	snprintf(word, sizeof(word), " %.2s ", language);
	return strstr(languages, word) != NULL;
}

/* A sentence of ours, and what stands in it as {value}. */
static int
bad_of(const struct import_item *item, const char *name, const char *what, const char *value, struct err *err)
{
	return err_set(err, E_BAD_FIELD, "where", item->where, "name", name, "what", what, "value", value, NULL);
}

int
import_misplaced(struct call *call, const char *where, const char *name, struct err *err)
{
	/* Which argument names the field (NULL: the caller knows it), and what is said of it (NULL: what was said). */
	static const struct {
		enum err_code code;
		const char *name, *what;
	} rows[] = {
		{ E_BAD_FIELD, "name", NULL },
		{ E_TOO_LARGE, "what", N_("is larger than {limit}") },
		{ E_BAD_UTF8, "where", N_("not valid UTF-8 at byte {at}") },
		{ E_NO_QUEUE, NULL, N_("no queue '{value}'") },
		{ E_NO_TEAM, NULL, N_("no team '{value}'") },
	};
	struct err found = { 0 };
	size_t i = 0;

	while (i < COUNT_OF(rows) && rows[i].code != err->code)
		i++;
	if (i == COUNT_OF(rows))
		return -1;
	err_copy(&found, err);
	if (rows[i].name && (rows[i].what || strcmp(name, "category") != 0))
		name = err_get(&found, rows[i].name);
	err_set(err, E_BAD_FIELD, "where", where, "name", arena_strdup(call->arena, name), "what", rows[i].what ? rows[i].what : err_get(&found, "what"), NULL);
	if (!rows[i].name)
		err_arg(err, "value", err_get(&found, "name"));
	/* What stands in the sentence; of those above the first counts. */
	for (int k = 0; k < found.nargs; k++)
		err_arg(err, found.args[k].name, found.args[k].value);
	return -1;
}

/* What it is already. */

static const char *
given(const char *text)
{
	return text && text != text_null && *text ? text : NULL;
}

static int
by_name(struct call *call, const struct import_item *item, const struct response *r, struct response *base, struct err *err)
{
	struct texts ids;

	if (sql_texts(call->tx, call->arena, SQL_RESPONSE_BY_NAME, ARGS(V_TEXT(r->category), V_TEXT(r->name_key), V_TEXT(r->name)), &ids, err) < 0)
		return -1;
	if (ids.n > 1)
		return bad_of(item, "name", N_("several of the category are called so: give an id"), r->name, err);
	return ids.n ? sql_one(call->tx, call->arena, SQL_RESPONSE_GET, ARGS(V_TEXT(ids.v[0])), &rec_response, base, err) : 0;
}

static int
by_key(struct call *call, const struct import_item *item, struct response *base, struct err *err)
{
	if (given(item->id))
		return sql_one(call->tx, call->arena, SQL_RESPONSE_GET, ARGS(V_TEXT(item->id)), &rec_response, base, err);
	if (!given(item->shortcut))
		return 0;
	return sql_one(call->tx, call->arena, SQL_RESPONSE_BY_SHORTCUT, ARGS(V_TEXT(utf8_fold(call->arena, item->shortcut))), &rec_response, base, err);
}

/* What it says replaces what was there. */

static void
overlay(const struct import_item *item, struct response *r)
{
	static const char *const names[] = { "name", "shortcut", "language", "description", "text", "html", "start", "expires", "usage", "active", "approved", "owner" };
	static const struct response none = { .active = 1, .approved = 1, .usage = USAGE_SUGGESTION, .start = INT_ABSENT, .expires = INT_ABSENT };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct field *from = record_field(&rec_import_item, names[i]), *to = record_field(&rec_response, names[i]);

		if (!field_present(from, item))
			continue;
		if (from->type == FIELD_TEXT)
			*(const char **)field_at(to, r) = field_text(from, item) == text_null ? NULL : field_text(from, item);
		else
			*(int64_t *)field_at(to, r) = field_int(from, item) == INT_NULL ? field_int(to, &none) : field_int(from, item);
	}
}

static int
lists(struct call *call, const struct import_item *item, struct response *r, struct err *err)
{
	const struct {
		const char *name;
		const struct texts *list;
		const char **to;
	} all[] = { { "media", &item->media, &r->media }, { "queues", &item->queues, &r->queues }, { "teams", &item->teams, &r->teams } };

	for (size_t i = 0; i < COUNT_OF(all); i++)
		if (all[i].list->v && response_list_set(call, all[i].name, all[i].list, all[i].to, err) < 0)
			return import_misplaced(call, item->where, all[i].name, err);
	return 0;
}

static struct response *
begin(struct call *call, const struct import_item *item, const struct response *base)
{
	struct response *r = response_new(call);

	if (base)
		*r = *base;
	else
		r->owner = NULL;
	r->removed = 0;
	overlay(item, r);
	return r;
}

/* Does it say anything new? */

static bool
same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool
same_row(const struct response *a, const struct response *b)
{
	static const char *const names[] = { "category", "name", "shortcut", "language", "description", "text", "html", "start", "expires", "usage", "active", "approved", "media", "queues", "teams", "owner", "removed" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct field *f = record_field(&rec_response, names[i]);

		if (f->type == FIELD_TEXT ? !same_text(field_text(f, a), field_text(f, b)) : field_int(f, a) != field_int(f, b))
			return false;
	}
	return true;
}

static int
same_attachments(struct call *call, const struct response *base, const struct records *mine, struct err *err)
{
	struct records old;

	if (attachments_of(call, base->id, &old, err) < 0)
		return -1;
	if (old.n != mine->n)
		return 0;
	for (size_t i = 0; i < old.n; i++) {
		const struct attachment *a = (const struct attachment *)old.v + i, *b = (const struct attachment *)mine->v + i;

		if (!same_text(a->name, b->name) || !same_text(a->type, b->type) || !same_text(a->digest, b->digest))
			return 0;
	}
	return 1;
}

/* Putting it together. */

static int
bad_code(struct call *call, const struct import_item *item, const char *name, const struct code_fault *fault, struct err *err)
{
	return err_set(err, E_BAD_FIELD, "where", item->where, "name", name, "what", N_("line {line}, column {column}: {fault}"),
		       "line", arena_printf(call->arena, "%d", fault->line), "column", arena_printf(call->arena, "%d", fault->column), "fault", fault->what, NULL);
}

/* Their form, whatever their values will be. */
static int
check_codes(struct call *call, const struct import_item *item, const struct response *r, struct err *err)
{
	const char *const bodies[] = { "text", r->text, "html", r->html };

	for (size_t i = 0; i < COUNT_OF(bodies); i += 2) {
		struct code_faults faults = { 0 };

		if (!bodies[i + 1] || !strstr(bodies[i + 1], "<$"))
			continue;
		if (response_codes_check(call, bodies[i + 1], &faults, err) < 0)
			return -1;
		if (faults.n)
			return bad_code(call, item, bodies[i], &faults.v[0], err);
	}
	return 0;
}

/* Where it lies: as it says, else where it lay, else a root named after its language. */
static const char *
path_of(struct call *call, const struct import_item *item, const struct response *base)
{
	const char *language = given(item->language);

	if (given(item->category))
		return item->category;
	if (base && base->path)
		return base->path;
	return language ? arena_memdup(call->arena, language, strcspn(language, "-")) : "General";
}

static int
settle(struct call *call, const struct batch *batch, const struct import_item *item, const struct response *base, struct staged *out, struct err *err)
{
	struct response *r = begin(call, item, base);
	/* One that moves to a root of another language takes that, unless it says what it speaks. */
	const char *language = given(item->category) && !given(item->language) ? NULL : r->language;

	if (given(item->language) && !is_known(item->language))
		return bad_of(item, "language", N_("'{value}' is no language that is known"), item->language, err);
	if (lists(call, item, r, err) < 0)
		return -1;
	if (response_check(call, r, err) < 0)
		return import_misplaced(call, item->where, "", err);
	if (import_category(call, batch, item, path_of(call, item, base), &language, &r->category, err) < 0)
		return -1;
	r->language = language;
	out->row = r;
	out->by_name = !given(item->id) && !r->shortcut;
	return 0;
}

static int
compare(struct call *call, const struct response *base, struct staged *out, struct err *err)
{
	int same = same_row(base, out->row);

	if (same)
		same = same_attachments(call, base, &out->attachments, err);
	out->action = same ? "same" : "change";
	return same < 0 ? -1 : 0;
}

int
import_resolve(struct call *call, const struct batch *batch, const struct import_item *item, struct staged *out, struct err *err)
{
	struct response *base = ARENA_NEW(call->arena, struct response);
	int rc = by_key(call, item, base, err);

	if (rc < 0 || settle(call, batch, item, rc > 0 ? base : NULL, out, err) < 0)
		return -1;
	/* Known by its name, that is known only now: once more, over what it was. */
	if (rc == 0 && out->by_name && (rc = by_name(call, item, out->row, base, err)) > 0)
		rc = settle(call, batch, item, base, out, err) < 0 ? -1 : 1;
	if (rc < 0 || check_codes(call, item, out->row, err) < 0 || import_attachments(call, item, rc > 0 ? base : NULL, &out->attachments, err) < 0)
		return -1;
	out->action = "add";
	if (rc > 0)
		return compare(call, base, out, err);
	out->row->id = given(item->id) ? item->id : item->fresh;
	return 0;
}
