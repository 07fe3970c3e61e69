/*
 * External websites: a URL of the site with field codes between $, filled in
 * for an interaction. A code may give alternatives: $Data.order|Interaction.Id$
 * is the first that has a value; $$ is a dollar. Every value is escaped whole,
 * so that none can lead out of its place.
 */
#include <string.h>

#include "base/buf.h"
#include "desk/site_priv.h"
#include "wire/extract.h"

/* What browsers and servers are sure to take. */
#define LENGTH_MAX 8192

struct website {
	const char *name, *label, *url, *extra;
};
#define X struct website
RECORD(rec_website, X, "website", N_("An external website."),
       TEXT_FIELD(X, name, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(X, label, FIELD_COLUMN, N_("what people read")),
       TEXT_FIELD(X, url, FIELD_COLUMN, N_("its URL, with field codes")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL | FIELD_SECRET, NULL))
#undef X

/* What codes stand for; NULL where there is nothing. */
struct source {
	struct call *call;
	const struct ixn *ixn;
	const char *contact, *full_name, *mail, *phone, *language;
	const char *agent, *alias; /* of who opens it */
};

static const struct {
	const char *code;
	bool of_ixn;
	size_t at;
} codes[] = {
#define HERE(member) false, offsetof(struct source, member)
#define IXN(member) true, offsetof(struct ixn, member)
	{ "Contact.Id", HERE(contact) },
	{ "Contact.FullName", HERE(full_name) },
	{ "Contact.PrimaryEmailAddress", HERE(mail) },
	{ "Contact.PrimaryPhoneNumber", HERE(phone) },
	{ "Contact.Language", HERE(language) },
	{ "Agent.Name", HERE(agent) },
	{ "Agent.Alias", HERE(alias) },
	{ "Interaction.Id", IXN(id) },
	{ "Interaction.Subject", IXN(subject) },
	{ "Interaction.Queue", IXN(queue) },
	{ "Interaction.Medium", IXN(medium) },
	{ "Interaction.ExternalId", IXN(external_id) },
	{ "Interaction.Conversation", IXN(conversation) },
#undef HERE
#undef IXN
};
#define DATA "Data."

static const char *
data_key(const char *code)
{
	return strncmp(code, DATA, strlen(DATA)) == 0 && code[strlen(DATA)] ? code + strlen(DATA) : NULL;
}

static bool
known(const char *code)
{
	for (size_t i = 0; i < COUNT_OF(codes); i++)
		if (strcmp(codes[i].code, code) == 0)
			return true;
	return data_key(code) != NULL;
}

/* NULL where it has none, or an empty one. */
static int
value_of(const struct source *s, const char *code, const char **value_r, struct err *err)
{
	const char *key = data_key(code);

	*value_r = NULL;
	if (key && sql_text(s->call->tx, s->call->arena, SQL_DATA_GET, ARGS(V_TEXT(s->ixn->id), V_TEXT(key)), value_r, err) < 0)
		return -1;
	for (size_t i = 0; i < COUNT_OF(codes); i++)
		if (strcmp(codes[i].code, code) == 0)
			*value_r = *(const char *const *)((codes[i].of_ixn ? (const char *)s->ixn : (const char *)s) + codes[i].at);
	if (*value_r && !**value_r)
		*value_r = NULL;
	return 0;
}

/* Templates: fixed text and codes, in turn. */

struct piece {
	bool code;
	const char *text; /* alternatives still joined by '|' */
	size_t at;        /* character of the template, from 1 */
};

struct template
{
	struct piece *v;
	size_t n, cap;
};

static size_t
place_in(const char *from, const char *to)
{
	size_t chars = 1;

	for (; from < to; from++)
		chars += ((unsigned char)*from & 0xC0) != 0x80;
	return chars;
}

/* False: a $ is never closed; *bad_r is where it stands. */
static bool
split(struct arena *arena, const char *url, struct template *out, const char **bad_r)
{
	const char *p = url;

	*out = (struct template){ NULL, 0, 0 };
	while (*p) {
		size_t fixed = strcspn(p, "$");
		struct piece piece = { false, NULL, place_in(url, p) };

		if (p[0] == '$' && p[1] != '$') {
			const char *end = strchr(p + 1, '$');

			*bad_r = p;
			if (!end)
				return false;
			piece.code = true;
			piece.text = arena_memdup(arena, p + 1, (size_t)(end - p - 1));
			p = end + 1;
		} else if (fixed) {
			piece.text = arena_memdup(arena, p, fixed);
			p += fixed;
		} else {
			piece.text = "$";
			p += 2;
		}
		vec_push(arena, out, piece);
	}
	return true;
}

/* The next of "A|B", NULL behind the last. */
static const char *
next_code(struct arena *arena, const char **list)
{
	size_t size = *list ? strcspn(*list, "|") : 0;
	const char *code = *list ? arena_memdup(arena, *list, size) : NULL;

	if (*list)
		*list = (*list)[size] ? *list + size + 1 : NULL;
	return code;
}

/* Everything but what never needs it (RFC 3986, 2.3). */
static void
escape(struct buf *out, const char *value)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (const unsigned char *p = (const unsigned char *)value; *p; p++)
		buf_printf(out, strchr(plain, *p) ? "%c" : "%%%02X", *p);
}

static int
add_code(const struct source *s, const struct piece *piece, bool may_miss, struct buf *out, struct err *err)
{
	const char *list = piece->text, *code, *value = NULL;

	while (!value && (code = next_code(s->call->arena, &list)))
		if (value_of(s, code, &value, err) < 0)
			return -1;
	if (value)
		escape(out, value);
	return value || may_miss ? 0 : err_set(err, E_NO_VALUE, "id", s->ixn->id, "what", piece->text, NULL);
}

/* "." and ".." stay what they are however they are escaped: browsers would leave the folder. */
static bool
leaves_folder(const char *url)
{
	const char *p = strstr(url, "://"), *end;

	p = p ? p + 3 + strcspn(p + 3, "/?#") : url;
	end = p + strcspn(p, "?#");
	while (p < end && *p == '/') {
		size_t size = strcspn(++p, "/?#");

		if (size && size <= 2 && strspn(p, ".") >= size)
			return true;
		p += size;
	}
	return false;
}

static int
fill(const struct source *s, const struct website *site, bool may_miss, const char **url_r, struct err *err)
{
	struct buf out = BUF_INIT;
	struct template template;
	const char *bad;
	int rc = 0;

	if (!split(s->call->arena, site->url, &template, &bad))
		return err_set(err, E_BAD_FIELD, "where", "sites", "name", site->name, "what", "a $ is never closed", NULL);
	for (size_t i = 0; rc == 0 && i < template.n; i++) {
		if (template.v[i].code)
			rc = add_code(s, &template.v[i], may_miss, &out, err);
		else
			buf_str(&out, template.v[i].text);
	}
	*url_r = arena_strdup(s->call->arena, buf_get(&out));
	buf_release(&out);
	if (rc < 0)
		return -1;
	if (strlen(*url_r) > LENGTH_MAX)
		return err_set(err, E_TOO_LARGE, "what", "the URL", "limit", "8192 bytes", NULL);
	return leaves_folder(*url_r) ? err_set(err, E_BAD_URL, "value", *url_r, NULL) : 0;
}

/* Opening. */

struct url_in {
	const char *id, *name;
	int64_t missing;
};
RECORD(rec_url_in, struct url_in, "ixn-site", N_("Which website, for which interaction."),
       ID_FIELD(struct url_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TEXT_FIELD_AS(struct url_in, name, "SITE", 0, N_("the website")),
       NAME_FIELD(struct url_in, missing, missing_policies, 0, N_("where a code has no value: fail (the default), or leave it empty")))

struct url_out {
	const char *url, *name, *ixn;
};
RECORD(rec_url_out, struct url_out, "page", N_("A page of an external website."),
       TEXT_FIELD(struct url_out, url, FIELD_COLUMN | FIELD_PERSONAL, N_("its URL")),
       TEXT_FIELD(struct url_out, name, 0, N_("the website")),
       ID_FIELD(struct url_out, ixn, 0, N_("the interaction")))

static int
website_get(struct call *call, const char *name, struct website *site, struct err *err)
{
	int rc = sql_one(call->tx, call->arena, SQL_WEBSITE_GET, ARGS(V_TEXT(name)), &rec_website, site, err);

	if (rc == 0)
		return err_set(err, E_NO_WEBSITE, "name", name, NULL);
	if (rc > 0 && !site->url)
		return err_set(err, E_BAD_FIELD, "where", "sites", "name", name, "what", "has no url", NULL);
	return rc < 0 ? -1 : 0;
}

static int
contact_source(struct source *s, struct err *err)
{
	struct contact *contact;

	if (contact_head(s->call, s->ixn->contact, &s->contact, err) < 0 || contact_get(s->call, s->contact, &contact, err) < 0 ||
	    contact_address(s->call, s->contact, "mailto", &s->mail, err) < 0 || contact_address(s->call, s->contact, "tel", &s->phone, err) < 0)
		return -1;
	if (contact->name)
		s->full_name = contact->name;
	if (contact->language)
		s->language = contact->language;
	return 0;
}

/* The agent is the one who opens it; for a program, who has the interaction. */
static int
agent_source(struct source *s, struct err *err)
{
	const struct actor *actor = &s->call->actor;
	struct agent *agent;

	s->agent = actor->kind == ACTOR_AGENT && actor->role != ROLE_SERVICE ? actor->name : s->ixn->agent;
	if (!s->agent)
		return 0;
	if (agent_get(s->call, s->agent, &agent, err) < 0)
		return -1;
	s->alias = agent->alias;
	return 0;
}

static int
source_of(struct call *call, const char *id, struct source *s, struct err *err)
{
	struct ixn *ixn;

	if (ixn_get(call, id, &ixn, err) < 0)
		return -1;
	*s = (struct source){ .call = call, .ixn = ixn, .full_name = ixn->name, .language = ixn->language };
	return (ixn->contact && contact_source(s, err) < 0) || agent_source(s, err) < 0 ? -1 : 0;
}

static int
url_fn(struct call *call, const void *input, struct err *err)
{
	const struct url_in *in = input;
	struct url_out *out = call_answer(call);
	struct website site;
	struct source source;

	if (!in->name)
		return err_set(err, E_MISSING_OPERAND, "what", "--name or --list", "command", "ixn-site", NULL);
	if (website_get(call, in->name, &site, err) < 0 || source_of(call, in->id, &source, err) < 0 ||
	    fill(&source, &site, in->missing == MISSING_EMPTY, &out->url, err) < 0)
		return -1;
	out->name = site.name;
	out->ixn = source.ixn->id;
	return 0;
}

const struct op op_website_url = { "website.url", N_("the URL of an external website for an interaction"), MAY_ALL, 0, &rec_url_in, &rec_url_out, url_fn, NULL };

struct sites_in {
	const char *name;
};
RECORD(rec_sites_in, struct sites_in, "sites", N_("Which websites."), TEXT_FIELD_AS(struct sites_in, name, "SITE", 0, N_("this one; all when left out")))

static int
sites_fn(struct call *call, const void *input, struct err *err)
{
	const struct sites_in *in = input;
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_WEBSITES, NO_ARGS, &rec_website, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct website *site = (struct website *)rows.v + i;

		if (!in->name || strcmp(in->name, site->name) == 0)
			call_emit(call, site);
	}
	return 0;
}

const struct op op_website_list = { "website.list", N_("the external websites"), MAY_ALL, 0, &rec_sites_in, &rec_website, sites_fn, NULL };

/* Loading: items of the site. */

int
website_item_get(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_website *w = item;
	struct website row;
	int rc = sql_one(call->tx, call->arena, SQL_WEBSITE_GET, ARGS(V_TEXT(name)), &rec_website, &row, err);

	if (rc > 0)
		*w = (struct site_website){ row.name, row.label, row.url, row.extra };
	return rc;
}

static int
bad_url(struct loading *l, const struct site_website *w, const char *what, size_t at, struct err *err)
{
	return site_bad(l, w->name, arena_printf(l->call->arena, "url: %s at character %zu", what, at), err);
}

static int
check_codes(struct loading *l, const struct site_website *w, const struct piece *piece, struct err *err)
{
	const char *list = piece->text, *code;

	while ((code = next_code(l->call->arena, &list)))
		if (!known(code))
			return bad_url(l, w, arena_printf(l->call->arena, "there is no field code '%s'", code), piece->at, err);
	return 0;
}

/* Behind scheme and host, where a code could lead anywhere. */
static bool
past_host(const char *url)
{
	const char *p = strstr(url, "://");

	return p && strpbrk(p + 3, "/?#");
}

int
website_item_check(struct loading *l, const void *item, struct err *err)
{
	const struct site_website *w = item;
	struct arena *arena = l->call->arena;
	const char *bad, *sample = "";
	struct template template;

	if (!w->url)
		return 0;
	if (strncmp(w->url, "https://", 8) != 0 && strncmp(w->url, "http://", 7) != 0)
		return site_bad(l, w->name, "url: begins with neither https:// nor http://", err);
	if (!split(arena, w->url, &template, &bad))
		return bad_url(l, w, "a $ is never closed", place_in(w->url, bad), err);
	for (size_t i = 0; i < template.n; i++) {
		const struct piece *piece = &template.v[i];

		if (piece->code && check_codes(l, w, piece, err) < 0)
			return -1;
		if (piece->code && !past_host(sample))
			return bad_url(l, w, "scheme and host are fixed text; a field code stands", piece->at, err);
		sample = arena_printf(arena, "%s%s", sample, piece->code ? "x" : piece->text);
	}
	if (!url_pushable(sample) || leaves_folder(sample))
		return site_bad(l, w->name, "url: is no URL that may be opened", err);
	return 0;
}

int
website_item_put(struct loading *l, const void *item, struct err *err)
{
	const struct site_website *w = item;

	return RUN(l->call, WEBSITE_PUT, V_TEXT(w->name), V_TEXT(w->label), V_TEXT(w->url), V_TEXT(w->extra), V_INT(l->ord)) < 0 ? -1 : 0;
}
