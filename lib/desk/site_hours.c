/*
 * Opening hours: calendars that queues name.
 */
#include <string.h>

#include "desk/site_priv.h"
#include "routing/hours.h"

static const char *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

int
hours_item_get(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_hours *h = item;
	int rc = sql_one(call->tx, call->arena, SQL_HOURS_GET, ARGS(V_TEXT(name)), &rec_site_hours, h, err);

	if (rc <= 0)
		return rc;
	if (sql_all(call->tx, call->arena, SQL_SPECIALS_OF, ARGS(V_TEXT(name)), &rec_site_special, &h->special, err) < 0)
		return -1;
	if (!h->special.n)
		h->special.v = NULL;
	return 1;
}

static const char *
given(const char *text)
{
	return text == text_null ? NULL : text;
}

int
hours_item_parse(struct arena *arena, const struct site_hours *item, struct hours **hours_r, struct err *err)
{
	struct hours_special *special = arena_alloc(arena, (item->special.n + 1) * sizeof(*special));
	struct hours_spec spec = { .zone = item->zone, .n = item->special.n, .special = special };

	for (size_t i = 0; i < COUNT_OF(days); i++)
		spec.open[i] = given(record_text(&rec_site_hours, item, days[i]));
	for (size_t i = 0; i < item->special.n; i++) {
		const struct site_special *s = (struct site_special *)item->special.v + i;

		special[i] = (struct hours_special){ given(s->date), given(s->open) };
	}
	return hours_parse(arena, &spec, hours_r, err);
}

/* Times without a zone would be others for each who asks: they are those of who loads them. */
static const char *
zone_of(struct loading *l, const struct site_hours *h)
{
	return h->zone ? h->zone : l->call->desk->options.zone;
}

/* "office.mon", "office.12-25": the place of what is wrong. */
static int
bad_hours(struct loading *l, const struct site_hours *h, struct err *err)
{
	const char *day = err_get(err, "name");

	for (int i = 0; day && i < 7; i++)
		if (strcmp(day, hours_day_name(i)) == 0)
			day = days[i];
	if (err->code == E_BAD_ZONE)
		return site_bad(l, arena_printf(l->call->arena, "%s.zone", h->name), N_("there is no such time zone"), err);
	if (err->code == E_NEVER_OPEN)
		return site_bad(l, h->name, N_("no day has opening hours"), err);
	return day ? site_bad_rule(l, arena_printf(l->call->arena, "%s.%s", h->name, day), err) : -1;
}

int
hours_item_check(struct loading *l, const void *item, struct err *err)
{
	struct site_hours h = *(const struct site_hours *)item;
	struct hours *hours;

	h.zone = zone_of(l, &h);
	if (!h.zone || !*h.zone)
		return site_bad(l, arena_printf(l->call->arena, "%s.zone", h.name), N_("is missing, and the configuration has no time_zone"), err);
	for (size_t i = 0; i < h.special.n; i++)
		if (!given(((struct site_special *)h.special.v)[i].date))
			return site_bad(l, arena_printf(l->call->arena, "%s.special", h.name), N_("a day has no date"), err);
	return hours_item_parse(l->call->arena, &h, &hours, err) < 0 ? bad_hours(l, &h, err) : 0;
}

int
hours_item_put(struct loading *l, const void *item, struct err *err)
{
	const struct site_hours *h = item;
	struct site_hours *old = record_new(l->call->arena, &rec_site_hours);
	struct call *call = l->call;
	const char *extra = h->extra;
	int rc = hours_item_get(call, h->name, old, err);

	if (rc < 0)
		return -1;
	/* What an older version kept unread stands in the columns now. */
	if (rc > 0 && !old->zone && old->extra && extra && strcmp(old->extra, extra) == 0)
		extra = NULL;
	if (RUN(call, HOURS_PUT, V_TEXT(h->name), V_TEXT(zone_of(l, h)), V_TEXT(given(h->mon)), V_TEXT(given(h->tue)), V_TEXT(given(h->wed)),
		V_TEXT(given(h->thu)), V_TEXT(given(h->fri)), V_TEXT(given(h->sat)), V_TEXT(given(h->sun)), V_TEXT(extra), V_INT(l->ord)) < 0 ||
	    RUN(call, SPECIALS_CLEAR, V_TEXT(h->name)) < 0)
		return -1;
	for (size_t i = 0; i < h->special.n; i++) {
		const struct site_special *s = (struct site_special *)h->special.v + i;

		if (RUN(call, SPECIAL_PUT, V_TEXT(h->name), V_TEXT(s->date), V_TEXT(given(s->open)), V_INT((int64_t)i)) < 0)
			return -1;
	}
	return 0;
}
