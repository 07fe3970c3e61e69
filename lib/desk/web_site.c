/*
 * The site's pages for contacts, and its gateways of text messages: items of
 * the site.
 */
#include <string.h>

#include "desk/site_priv.h"
#include "desk/web_priv.h"
#include "wire/extract.h"

#define ORIGIN_MAX 255
#define TEXT_OF_PAGE_MAX 1000

struct web_row {
	const char *name, *label, *origins, *chat_queue, *callback_queue;
	int64_t cobrowse;
	const char *extra;
};
RECORD(rec_web_row, struct web_row, "web", NULL, TEXT_FIELD(struct web_row, name, 0, NULL), TEXT_FIELD(struct web_row, label, 0, NULL),
       TEXT_FIELD(struct web_row, origins, 0, NULL), TEXT_FIELD(struct web_row, chat_queue, 0, NULL), TEXT_FIELD(struct web_row, callback_queue, 0, NULL),
       BOOL_FIELD(struct web_row, cobrowse, 0, NULL), TEXT_FIELD(struct web_row, extra, 0, NULL))

struct words {
	const char *key, *value;
};
RECORD(rec_words, struct words, "text", NULL, TEXT_FIELD(struct words, key, 0, NULL), TEXT_FIELD(struct words, value, 0, NULL))

static int
texts_get(struct call *call, const char *name, const char *kind, struct pairs *out, struct err *err)
{
	struct records rows;

	*out = (struct pairs){ NULL, 0, 0 };
	if (sql_all(call->tx, call->arena, SQL_WEB_TEXTS, ARGS(V_TEXT(name), V_TEXT(kind)), &rec_words, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		pairs_add(call->arena, out, ((struct words *)rows.v)[i].key, ((struct words *)rows.v)[i].value);
	return 0;
}

int
web_item_get(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_web *w = item;
	struct web_row row;
	int rc = sql_one(call->tx, call->arena, SQL_WEB_GET, ARGS(V_TEXT(name)), &rec_web_row, &row, err);

	if (rc <= 0)
		return rc;
	*w = (struct site_web){ .name = row.name, .label = row.label, .chat_queue = row.chat_queue, .callback_queue = row.callback_queue, .cobrowse = row.cobrowse, .extra = row.extra };
	site_list(call->arena, row.origins, &w->origins);
	return texts_get(call, name, "title", &w->titles, err) < 0 || texts_get(call, name, "greeting", &w->greetings, err) < 0 ? -1 : 1;
}

/* As browsers write it: scheme, host, perhaps a port, and nothing behind. */
static bool
is_origin(const char *text)
{
	const char *host = strstr(text, "://");

	if (!host || strlen(text) > ORIGIN_MAX || !url_pushable(text) || text[strcspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ,;")])
		return false;
	return host[3] && !strpbrk(host + 3, "/?#");
}

static int
check_texts(struct loading *l, const struct site_web *w, const char *field, const struct pairs *texts, struct err *err)
{
	for (size_t i = 0; i < texts->n; i++) {
		const char *language = texts->v[i].key;
		size_t size = strlen(language);

		if (size < 2 || size > 16 || language[strspn(language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")])
			return site_bad_of(l, arena_printf(l->call->arena, "%s.%s", w->name, field), N_("'{value}' is no language, as in fr"), language, NULL, err);
		if (text_check(field, texts->v[i].value, TEXT_OF_PAGE_MAX, err) < 0)
			return -1;
	}
	return 0;
}

int
web_item_check(struct loading *l, const void *item, struct err *err)
{
	const struct site_web *w = item;

	for (size_t i = 0; i < w->origins.n; i++)
		if (!is_origin(w->origins.v[i]))
			return site_bad_of(l, w->name, N_("origins: '{value}' is no origin, as in https://www.example.org"), w->origins.v[i], NULL, err);
	if (w->cobrowse == 1 && !w->origins.n)
		return site_bad(l, w->name, N_("cobrowse: there are no origins whose pages could be shown"), err);
	return check_texts(l, w, "titles", &w->titles, err) < 0 ? -1 : check_texts(l, w, "greetings", &w->greetings, err);
}

static int
texts_put(struct call *call, const char *name, const char *kind, const struct pairs *texts, struct err *err)
{
	for (size_t i = 0; i < texts->n; i++)
		if (RUN(call, WEB_TEXT_PUT, V_TEXT(name), V_TEXT(kind), V_TEXT(texts->v[i].key), V_TEXT(texts->v[i].value), V_INT((int64_t)i)) < 0)
			return -1;
	return 0;
}

int
web_item_put(struct loading *l, const void *item, struct err *err)
{
	const struct site_web *w = item;
	struct call *call = l->call;

	if (RUN(call, WEB_PUT, V_TEXT(w->name), V_TEXT(w->label), V_TEXT(list_join(call->arena, &w->origins)), V_TEXT(w->chat_queue), V_TEXT(w->callback_queue),
		w->cobrowse == INT_ABSENT || w->cobrowse == INT_NULL ? V_NULL : V_INT(w->cobrowse), V_TEXT(w->extra), V_INT(l->ord)) < 0 ||
	    RUN(call, WEB_TEXTS_CLEAR, V_TEXT(w->name)) < 0)
		return -1;
	return texts_put(call, w->name, "title", &w->titles, err) < 0 ? -1 : texts_put(call, w->name, "greeting", &w->greetings, err);
}

/* Gateways. */

static const struct record rec_gateway_row;
#define X struct site_gateway
static const struct field gateway_fields[] = { TEXT_FIELD(X, name, 0, NULL), TEXT_FIELD(X, label, 0, NULL), TEXT_FIELD(X, medium, 0, NULL), TEXT_FIELD(X, queue, 0, NULL), TEXT_FIELD(X, key_file, 0, NULL), TEXT_FIELD(X, extra, 0, NULL) };
#undef X
static const struct record rec_gateway_row = { "gateway", NULL, sizeof(struct site_gateway), gateway_fields, COUNT_OF(gateway_fields) };

int
gateway_item_get(struct call *call, const char *name, void *item, struct err *err)
{
	return sql_one(call->tx, call->arena, SQL_GATEWAY_GET, ARGS(V_TEXT(name)), &rec_gateway_row, item, err);
}

int
gateway_item_check(struct loading *l, const void *item, struct err *err)
{
	const struct site_gateway *g = item;

	if (g->medium && (!*g->medium || strlen(g->medium) > 32 || g->medium[strspn(g->medium, "abcdefghijklmnopqrstuvwxyz0123456789-")]))
		return site_bad(l, g->name, N_("medium: small letters, digits and - only"), err);
	if (g->medium && (strcmp(g->medium, "voice") == 0 || strcmp(g->medium, "callback") == 0))
		return site_bad(l, g->name, N_("medium: is none of text messages"), err);
	if (g->key_file && g->key_file[0] != '/')
		return site_bad(l, g->name, N_("key_file: is no absolute path"), err);
	return 0;
}

int
gateway_item_put(struct loading *l, const void *item, struct err *err)
{
	const struct site_gateway *g = item;

	return RUN(l->call, GATEWAY_PUT, V_TEXT(g->name), V_TEXT(g->label), V_TEXT(g->medium), V_TEXT(g->queue), V_TEXT(g->key_file), V_TEXT(g->extra), V_INT(l->ord)) < 0 ? -1 : 0;
}

/* All of them together. */

static int
check_queue(struct loading *l, const char *name, const char *field, const char *queue, struct err *err)
{
	struct err ignored = { 0 };
	struct queue *found;

	if (!queue || queue_get(l->call, queue, &found, &ignored) == 0)
		return 0;
	return site_bad_of(l, arena_printf(l->call->arena, "%s.%s", name, field), N_("no queue '{value}'"), queue, NULL, err);
}

int
web_whole_check(struct loading *l, struct err *err)
{
	struct call *call = l->call;
	struct texts webs, gateways;

	if (sql_texts(call->tx, call->arena, SQL_WEB_NAMES, NO_ARGS, &webs, err) < 0 || sql_texts(call->tx, call->arena, SQL_GATEWAY_NAMES, NO_ARGS, &gateways, err) < 0)
		return -1;
	l->section = "web";
	for (size_t i = 0; i < webs.n; i++) {
		struct site_web *w = record_new(call->arena, &rec_site_web);

		if (web_item_get(call, webs.v[i], w, err) < 0 || check_queue(l, w->name, "chat_queue", w->chat_queue, err) < 0 ||
		    check_queue(l, w->name, "callback_queue", w->callback_queue, err) < 0)
			return -1;
	}
	l->section = "gateways";
	for (size_t i = 0; i < gateways.n; i++) {
		struct site_gateway *g = record_new(call->arena, &rec_site_gateway);

		if (gateway_item_get(call, gateways.v[i], g, err) < 0 || check_queue(l, g->name, "queue", g->queue, err) < 0)
			return -1;
	}
	return 0;
}
