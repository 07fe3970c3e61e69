/*
 * External websites: a URL of the site with field codes between $, filled in
 * for an interaction. A code may give alternatives: $Data.order|Interaction.Id$
 * is the first that has a value; $$ is a dollar. Every value is escaped whole,
 * so that none can lead out of its place.
 */
#include <string.h>

#include "desk/field_priv.h"
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
fill(struct field_source *s, const struct website *site, enum missing_policy missing, const char **url_r, struct err *err)
{
	struct code_options options = field_options(s, site->name, missing);
	struct err failed = { 0 };

	options.short_form = true;
	options.into = CODE_URL;
	if (field_code_render(s->call->arena, site->url, &options, url_r, &failed) < 0) {
		if (failed.code == E_NO_FIELD_VALUE)
			return err_set(err, E_NO_VALUE, "id", s->ixn->id, "what", err_get(&failed, "what"), NULL);
		err_copy(err, &failed);
		return -1;
	}
	if (strlen(*url_r) > LENGTH_MAX)
		return err_set(err, E_TOO_LARGE, "what", N_("the URL"), "limit", "8192 bytes", NULL);
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
       NAME_FIELD(struct url_in, missing, missing_policies, 0, N_("where a code has no value: fail (the default), leave it empty, or keep the code")))

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
		return err_set(err, E_BAD_FIELD, "where", "sites", "name", name, "what", N_("has no url"), NULL);
	return rc < 0 ? -1 : 0;
}

static int
url_fn(struct call *call, const void *input, struct err *err)
{
	const struct url_in *in = input;
	struct url_out *out = call_answer(call);
	struct field_source source;
	struct website site;
	struct ixn *ixn;

	if (!in->name)
		return err_set(err, E_MISSING_OPERAND, "what", N_("--name or --list"), "command", "ixn-site", NULL);
	if (website_get(call, in->name, &site, err) < 0 || ixn_get(call, in->id, &ixn, err) < 0 || field_source_init(&source, call, ixn, err) < 0)
		return -1;
	source.raw = true;
	if (fill(&source, &site, in->missing == INT_ABSENT ? MISSING_FAIL : (enum missing_policy)in->missing, &out->url, err) < 0)
		return -1;
	out->name = site.name;
	out->ixn = ixn->id;
	return 0;
}

const struct op op_website_url = { "website.url", N_("the URL of an external website for an interaction"), MAY_ALL, OP_MIRROR, &rec_url_in, &rec_url_out, url_fn, NULL };

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

const struct op op_website_list = { "website.list", N_("the external websites"), MAY_ALL, OP_MIRROR, &rec_sites_in, &rec_website, sites_fn, NULL };

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
bad_url(struct loading *l, const struct site_website *w, const char *what, int at, struct err *err)
{
	int rc = site_bad(l, w->name, N_("url: {fault} at character {at}"), err);

	err_arg(err, "fault", what);
	err_arg(err, "at", arena_printf(l->call->arena, "%d", at));
	return rc;
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
	struct code_pieces pieces = { .text = w->url, .short_form = true };
	struct code_options options = { .short_form = true };
	struct arena *arena = l->call->arena;
	struct code_faults faults;
	const char *sample = "";

	if (!w->url)
		return 0;
	if (strncmp(w->url, "https://", 8) != 0 && strncmp(w->url, "http://", 7) != 0)
		return site_bad(l, w->name, N_("url: begins with neither https:// nor http://"), err);
	if (field_code_check(arena, w->url, &options, &faults, err) < 0)
		return -1;
	if (faults.n)
		return bad_url(l, w, faults.v[0].what, faults.v[0].column, err);
	while (field_code_next(&pieces)) {
		if (pieces.code && !past_host(sample))
			return bad_url(l, w, N_("scheme and host are fixed text; a field code stands"), pieces.column, err);
		sample = arena_printf(arena, "%s%.*s", sample, pieces.code ? 1 : (int)pieces.size, pieces.code ? "x" : pieces.p);
	}
	if (!url_pushable(sample) || leaves_folder(sample))
		return site_bad(l, w->name, N_("url: is no URL that may be opened"), err);
	return 0;
}

int
website_item_put(struct loading *l, const void *item, struct err *err)
{
	const struct site_website *w = item;

	return RUN(l->call, WEBSITE_PUT, V_TEXT(w->name), V_TEXT(w->label), V_TEXT(w->url), V_TEXT(w->extra), V_INT(l->ord)) < 0 ? -1 : 0;
}
