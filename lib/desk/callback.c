/*
 * Callbacks that contacts ask for on the web: interactions of medium callback,
 * held until the time that was wished, then waiting in their queue as any other.
 */
#include <string.h>

#include "desk/route_priv.h"
#include "desk/web_priv.h"
#include "wire/extract.h"

#define SLOT (30 * MS_MINUTE)
/* How far ahead may be chosen, and how many are shown. */
#define SLOTS_AHEAD (14 * MS_DAY)
#define SLOTS_MAX 120
#define NAME_BYTES 128

/* The queue of the page's callbacks, and its hours; NULL: always open. */
static int
callbacks_of(struct call *call, const char *site, struct site_web *web, struct hours **hours_r, struct err *err)
{
	struct calendar calendar;
	struct queue *queue;
	int rc;

	if (web_find(call, site, web, err) < 0)
		return -1;
	if (!web->callback_queue)
		return err_set(err, E_NOT_OFFERED, "what", N_("callback"), NULL);
	if (queue_get(call, web->callback_queue, &queue, err) < 0)
		return -1;
	rc = queue->hours ? calendar_get(call, queue->hours, &calendar, err) : 0;
	*hours_r = rc > 0 ? calendar.hours : NULL;
	return rc < 0 ? -1 : 0;
}

static bool
open_at(struct hours *hours, time_ms at)
{
	return !hours || hours_open(hours, at);
}

/* When it may be chosen. */

struct slots_in {
	const char *site;
};
RECORD(rec_web_slots_in, struct slots_in, "web-slots", N_("For which page."), TEXT_FIELD(struct slots_in, site, 0, N_("which of the site's; the only one when left out")))

struct slot {
	int64_t at;
};
RECORD(rec_web_slot, struct slot, "slot", N_("A time at which a contact may be called."), TIME_FIELD(struct slot, at, 0, N_("when it begins")))

/* Half hours in UTC are half hours in all zones but the few that stand at a quarter. */
static int
slots_fn(struct call *call, const void *input, struct err *err)
{
	const struct slots_in *in = input;
	struct site_web web;
	struct hours *hours;
	time_ms first = (call->now / SLOT + 1) * SLOT;

	if (callbacks_of(call, in->site, &web, &hours, err) < 0)
		return -1;
	for (time_ms at = first; at < call->now + SLOTS_AHEAD && call->answer.n < SLOTS_MAX; at += SLOT)
		if (open_at(hours, at))
			((struct slot *)call_answer(call))->at = at;
	return 0;
}

const struct op op_web_slots = { "web.slots", N_("the times at which a contact may be called"), 0, OP_CONTACT, &rec_web_slots_in, &rec_web_slot, slots_fn, NULL };

/* Asking. */

struct callback_in {
	const char *site, *name, *number;
	int64_t at;
	const char *zone, *subject, *language;
};
#define X struct callback_in
RECORD(rec_web_callback_in, X, "web-callback", N_("A call that a contact asks for."),
       TEXT_FIELD(X, site, 0, N_("which of the site's pages; the only one when left out")),
       TEXT_FIELD(X, name, FIELD_REQUIRED | FIELD_PERSONAL, N_("what to call the contact")),
       TEXT_FIELD(X, number, FIELD_REQUIRED | FIELD_PERSONAL, N_("the number to call")),
       TIME_FIELD(X, at, 0, N_("not before; as soon as possible when left out")),
       TEXT_FIELD(X, zone, 0, N_("the contact's time zone, as in Europe/Paris")),
       TEXT_FIELD(X, subject, FIELD_PERSONAL, N_("what it is about")),
       TEXT_FIELD(X, language, 0, N_("of the contact, as in fr")))
#undef X

struct callback_out {
	int64_t at, later;
};
RECORD(rec_web_callback_out, struct callback_out, "callback", N_("A call that was asked for."), TIME_FIELD(struct callback_out, at, 0, N_("not before")),
       BOOL_FIELD(struct callback_out, later, 0, N_("not at once")))

static int
number_check(struct call *call, const char *number, struct err *err)
{
	const char *normal = number ? address_normalize(call->arena, "tel", number) : NULL;
	size_t digits = normal ? strlen(normal) - (*normal == '+') : 0;

	if (digits >= PHONE_DIGITS_MIN && digits <= PHONE_DIGITS_MAX && (*normal == '+' || *normal == '0'))
		return 0;
	return err_set(err, E_BAD_ADDRESS, "value", number ? number : "", "what", N_("not a number that can be called: +33 1 23 45 67 89, or with a leading 0"), NULL);
}

static int
callback_check(struct call *call, const struct callback_in *in, struct err *err)
{
	if (!in->name || !in->name[strspn(in->name, " \t")])
		return err_set(err, E_MISSING_OPERAND, "what", "name", "command", "callback", NULL);
	if (text_check("name", in->name, NAME_BYTES, err) < 0 || text_check("language", in->language, 16, err) < 0 || text_check("zone", in->zone, 64, err) < 0 || number_check(call, in->number, err) < 0)
		return -1;
	return in->zone && (!*in->zone || !zone_exists(in->zone)) ? err_set(err, E_BAD_ZONE, "value", in->zone, NULL) : 0;
}

/* As soon as possible is when the queue opens; a time that was chosen must be within its hours. */
static int
callback_time(struct call *call, struct hours *hours, const char *queue, time_ms wished, time_ms *at_r, struct err *err)
{
	char text[TIME_TEXT];

	*at_r = wished;
	if (wished == INT_ABSENT || wished <= call->now) {
		*at_r = open_at(hours, call->now) ? call->now : hours_next(hours, call->now);
		wished = *at_r;
	}
	if (wished > call->now + SLOTS_AHEAD || !open_at(hours, wished))
		return err_set(err, E_NOT_OPEN, "value", time_format(wished, text), "queue", queue, NULL);
	return 0;
}

static const char *
wished_text(struct call *call, time_ms at, const char *zone)
{
	struct err ignored = { 0 };
	const char *text;
	char utc[TIME_TEXT];

	if (zone && time_format_zone(call->arena, at, zone, "%Y-%m-%d %H:%M", &text, &ignored) == 0)
		return arena_printf(call->arena, "%s (%s)", text, zone);
	return arena_strdup(call->arena, time_format(at, utc));
}

static int
callback_fn(struct call *call, const void *input, struct err *err)
{
	const struct callback_in *in = input;
	struct create_in *create = record_new(call->arena, &rec_create_in);
	struct callback_out *out = call_answer(call);
	struct site_web web;
	struct hours *hours;
	struct ixn *ixn;

	if (callback_check(call, in, err) < 0 || callbacks_of(call, in->site, &web, &hours, err) < 0 ||
	    callback_time(call, hours, web.callback_queue, in->at, &out->at, err) < 0)
		return -1;
	create->media = "callback";
	create->from = arena_printf(call->arena, "tel:%s", address_normalize(call->arena, "tel", in->number));
	create->name = in->name;
	create->subject = in->subject && *in->subject ? in->subject : NULL;
	create->queue = web.callback_queue;
	create->language = in->language;
	pairs_add(call->arena, &create->data, "web.site", web.name);
	out->later = out->at > call->now;
	if (out->later)
		pairs_add(call->arena, &create->data, "callback.at", wished_text(call, out->at, in->zone));
	return ixn_create(call, create, out->at, &ixn, err);
}

const struct op op_web_callback = { "web.callback", N_("a contact asks to be called"), 0, OP_WRITE | OP_CONTACT, &rec_web_callback_in, &rec_web_callback_out, callback_fn, NULL };

/* Holding. */

int
ixn_hold(struct call *call, struct ixn *ixn, time_ms until, struct err *err)
{
	char text[TIME_TEXT];

	if (due_set(call, "callback", ixn->id, until, err) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = "callback.scheduled", .ixn = ixn->id, .ref = arena_strdup(call->arena, time_format(until, text)) }, err);
}

int
callback_due(struct call *call, const char *id, time_ms at, struct err *err)
{
	struct ixn *ixn;

	if (ixn_get(call, id, &ixn, err) < 0)
		return -1;
	/* Somebody took it, or ended it, before its time. */
	if (ixn->state != IXN_QUEUED || ixn->lane != INT_ABSENT)
		return 0;
	if (route_enter(call, ixn, NULL, err) < 0 || ixn_save(call, ixn, err) < 0 ||
	    event_add(call, &(struct event){ .at = at, .event = "callback.queued", .ixn = ixn->id, .ref = arena_printf(call->arena, "queue:%s", ixn->queue ? ixn->queue : ""), .version = ixn->version }, err) < 0)
		return -1;
	return route_ixn(call, ixn, err);
}
