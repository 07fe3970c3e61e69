/*
 * What a contact sees: the page before anything is asked, and the conversation
 * as it goes on. Messages come once each, by their numbers; all else is told as
 * it is now, so that a page that was loaded again misses nothing.
 */
#include <string.h>

#include "desk/route_priv.h"
#include "desk/site_priv.h"
#include "desk/web_priv.h"

#define TYPING_LASTS (6 * MS_SECOND)
/* How far back it is looked how fast a queue moves, and how many must have been served for an estimate. */
#define PACE_SPAN MS_HOUR
#define PACE_LEAST 3
#define ESTIMATE_MAX (2 * MS_HOUR)
#define MESSAGES_AT_ONCE 200

#define STATES(X) \
	X(WEB_WAITING, "waiting", N_("nobody has it yet, or any more")) \
	X(WEB_TALKING, "talking", N_("an agent is there")) \
	X(WEB_ENDED, "ended", N_("it is over"))
#define STATE_ENUM(value, name, doc) value,
#define STATE_NAME(value, name, doc) { name, doc },
enum web_state { STATES(STATE_ENUM) };
static const struct name state_names[] = { STATES(STATE_NAME) };
static const struct names web_states = { "state of a conversation", state_names, COUNT_OF(state_names) };

/* The page. */

struct page_in {
	const char *site, *language;
};
RECORD(rec_web_page_in, struct page_in, "web-show", N_("Which page."),
       TEXT_FIELD(struct page_in, site, 0, N_("which of the site's; the only one when left out")),
       TEXT_FIELD(struct page_in, language, 0, N_("of the contact, as in fr")))

struct page_out {
	const char *site, *title, *greeting;
	int64_t chat, callback, cobrowse, open, opens;
	struct texts origins;
};
#define X struct page_out
RECORD(rec_web_page_out, X, "page", N_("A page for contacts."),
       TEXT_FIELD(X, site, 0, N_("its name")),
       TEXT_FIELD(X, title, 0, N_("what stands above it")),
       TEXT_FIELD(X, greeting, 0, N_("what is read first")),
       BOOL_FIELD(X, chat, 0, N_("a chat can be asked for")),
       BOOL_FIELD(X, callback, 0, N_("a call can be asked for")),
       BOOL_FIELD(X, cobrowse, 0, N_("pages can be shown to an agent")),
       BOOL_FIELD(X, open, 0, N_("somebody is there at this time of the day")),
       TIME_FIELD(X, opens, 0, N_("else: when")),
       TEXTS_FIELD(X, origins, 0, N_("the websites it belongs to")))
#undef X

/* In the language, its main language, English, or whatever there is. */
static const char *
words_in(struct call *call, const struct pairs *texts, const char *language)
{
	const char *tries[] = { language, language ? arena_memdup(call->arena, language, strcspn(language, "-_")) : NULL, call->desk->options.language, "en" }, *text;

	for (size_t i = 0; i < COUNT_OF(tries); i++)
		if (tries[i] && (text = pairs_get(texts, tries[i])))
			return text;
	return texts->n ? texts->v[0].value : NULL;
}

static int
hours_of(struct call *call, const char *name, struct page_out *out, struct err *err)
{
	struct calendar calendar;
	struct queue *queue;
	time_ms next;
	int rc;

	out->open = 1;
	if (!name)
		return 0;
	if (queue_get(call, name, &queue, err) < 0 || (rc = queue->hours ? calendar_get(call, queue->hours, &calendar, err) : 0) < 0)
		return -1;
	if (rc == 0 || hours_open(calendar.hours, call->now))
		return 0;
	out->open = 0;
	next = hours_next(calendar.hours, call->now);
	out->opens = next == INT64_MAX ? INT_ABSENT : next;
	return 0;
}

static int
show_fn(struct call *call, const void *input, struct err *err)
{
	const struct page_in *in = input;
	struct page_out *out = call_answer(call);
	struct site_web web;

	if (web_find(call, in->site, &web, err) < 0 || hours_of(call, web.chat_queue ? web.chat_queue : web.callback_queue, out, err) < 0)
		return -1;
	out->site = web.name;
	out->title = words_in(call, &web.titles, in->language);
	out->greeting = words_in(call, &web.greetings, in->language);
	out->chat = web.chat_queue != NULL;
	out->callback = web.callback_queue != NULL;
	out->cobrowse = web.cobrowse == 1;
	out->origins = web.origins;
	return 0;
}

const struct op op_web_show = { "web.show", N_("a page for contacts"), 0, OP_CONTACT, &rec_web_page_in, &rec_web_page_out, show_fn, NULL };

/* The conversation. */

struct events_in {
	int64_t after;
};
RECORD(rec_web_events_in, struct events_in, "web-events", N_("From where on."), INT_FIELD(struct events_in, after, 0, N_("messages behind this seq")))

struct event_out {
	int64_t seq, at, role;
	const char *author, *text, *url;
	int64_t state, position, wait;
	struct texts agents;
	int64_t typed, transcript, cobrowse, proposal;
	const char *proposed, *ixn;
};
#define X struct event_out
RECORD(rec_web_event_out, X, "event", N_("A message, or how the conversation stands."),
       INT_FIELD(X, seq, 0, N_("of a message: its number")),
       TIME_FIELD(X, at, 0, N_("when it was said")),
       NAME_FIELD(X, role, message_roles, 0, N_("who speaks")),
       TEXT_FIELD(X, author, FIELD_PERSONAL, N_("the agent's alias")),
       TEXT_FIELD(X, text, FIELD_PERSONAL, N_("the words")),
       TEXT_FIELD(X, url, FIELD_PERSONAL, N_("a page to open")),
       NAME_FIELD(X, state, web_states, 0, N_("how it stands: waiting, talking or ended")),
       INT_FIELD(X, position, 0, N_("while it waits: its place, 1 is the next")),
       DURATION_FIELD(X, wait, 0, N_("and for how long yet, as far as can be told")),
       TEXTS_FIELD(X, agents, 0, N_("who is there, by alias")),
       TIME_FIELD(X, typed, 0, N_("when an agent was typing last, if only just now")),
       BOOL_FIELD(X, transcript, 0, N_("the transcript will be mailed")),
       NAME_FIELD(X, cobrowse, cobrowse_states, 0, N_("co-navigation: waiting, active or ended; none when left out")),
       INT_FIELD(X, proposal, 0, N_("the number of the page proposed last")),
       TEXT_FIELD(X, proposed, FIELD_PERSONAL, N_("that page")),
       ID_FIELD(X, ixn, FIELD_SECRET | FIELD_INTERNAL, NULL))
#undef X

struct spoken {
	int64_t seq, at, role;
	const char *author, *visible, *text, *url;
};
RECORD(rec_spoken, struct spoken, "message", NULL, INT_FIELD(struct spoken, seq, 0, NULL), TIME_FIELD(struct spoken, at, 0, NULL), NAME_FIELD(struct spoken, role, message_roles, 0, NULL),
       TEXT_FIELD(struct spoken, author, 0, NULL), TEXT_FIELD(struct spoken, visible, 0, NULL), TEXT_FIELD(struct spoken, text, 0, NULL), TEXT_FIELD(struct spoken, url, 0, NULL))

/* What was meant for all, and nothing else. */
static int
messages(struct call *call, const struct ixn *ixn, int64_t after, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_WEB_MESSAGES, ARGS(V_TEXT(ixn->id), V_INT(after), V_INT(MESSAGES_AT_ONCE)), &rec_spoken, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct spoken *m = (struct spoken *)rows.v + i;
		struct event_out *out = call_answer(call);

		out->seq = m->seq;
		out->at = m->at;
		out->role = m->role;
		out->author = m->role == FROM_AGENT ? m->author : NULL;
		out->text = m->url ? NULL : m->text;
		out->url = m->url;
	}
	return 0;
}

static void
state_of(struct ixn *ixn, struct event_out *out)
{
	bool handled = ixn->state == IXN_ACTIVE || ixn->state == IXN_CONSULTING || ixn->state == IXN_HELD;

	out->state = !ixn->online ? WEB_ENDED : (handled ? WEB_TALKING : WEB_WAITING);
}

/* A colleague who is consulted, and a lead who listens, are not there for the contact. */
static int
agents_of(struct call *call, const struct ixn *ixn, struct event_out *out, struct err *err)
{
	struct records parties;

	if (out->state != WEB_TALKING)
		return 0;
	texts_add(call->arena, &out->agents, agent_shown(call, ixn->agent));
	if (party_all(call, ixn->id, &parties, err) < 0)
		return -1;
	for (size_t i = 0; i < parties.n; i++) {
		const struct party *p = (struct party *)parties.v + i;

		if (p->role == PARTY_CONFERENCE || (p->role == PARTY_MONITOR && p->mode == MONITOR_BARGE))
			texts_add(call->arena, &out->agents, agent_shown(call, p->agent));
	}
	return 0;
}

/* As many as stand before it take as long as so many took in the last hour. */
static int
waiting(struct call *call, const struct ixn *ixn, struct event_out *out, struct err *err)
{
	const struct value args[] = { V_TEXT(ixn->queue), V_TEXT(ixn->medium), V_INT(call->now - PACE_SPAN) };
	int64_t ahead = 0, n = 0, since = call->now;

	if (out->state != WEB_WAITING || (ixn->state != IXN_QUEUED && ixn->state != IXN_OFFERED))
		return 0;
	if ((ixn->state == IXN_QUEUED && sql_int(call->tx, SQL_WEB_AHEAD, ARGS(V_TEXT(ixn->queue), V_TEXT(ixn->medium), V_INT(ixn->sort_key)), &ahead, err) < 0) ||
	    sql_int(call->tx, SQL_WEB_PACE, args, COUNT_OF(args), &n, err) < 0)
		return -1;
	out->position = ahead + 1;
	if (n < PACE_LEAST || sql_int(call->tx, SQL_WEB_PACE_SINCE, args, COUNT_OF(args), &since, err) < 0)
		return n < PACE_LEAST ? 0 : -1;
	out->wait = (ahead + 1) * (call->now - since) / n;
	/* To the minute: it is no more than an estimate. */
	out->wait = out->wait > ESTIMATE_MAX ? INT_ABSENT : (out->wait / MS_MINUTE + 1) * MS_MINUTE;
	return 0;
}

static int
typed(struct call *call, const struct ixn *ixn, struct event_out *out, struct err *err)
{
	if (out->state != WEB_TALKING || sql_int(call->tx, SQL_WEB_TYPED, ARGS(V_TEXT(ixn->id), V_INT(call->now - TYPING_LASTS)), &out->typed, err) < 0)
		return out->state != WEB_TALKING ? 0 : -1;
	/* What was said since is what was being typed. */
	if (out->typed != INT_ABSENT && ixn->agent_spoke != INT_ABSENT && ixn->agent_spoke >= out->typed)
		out->typed = INT_ABSENT;
	return 0;
}

static int
shown(struct call *call, const struct ixn *ixn, struct event_out *out, struct err *err)
{
	struct cobrowse c;
	int rc = cobrowse_last(call, ixn->id, &c, err);

	if (rc <= 0)
		return rc;
	out->cobrowse = c.state;
	if (c.state == COBROWSE_ACTIVE && c.proposed) {
		out->proposal = c.seq;
		out->proposed = c.proposed;
	}
	return 0;
}

static int
events_fn(struct call *call, const void *input, struct err *err)
{
	const struct events_in *in = input;
	struct chat_wait ignored;
	struct event_out *out;
	struct ixn *ixn;

	if (web_ixn(call, &ixn, err) < 0 || messages(call, ixn, in->after == INT_ABSENT ? 0 : in->after, err) < 0 || chat_now(call, ixn, &ignored, err) < 0)
		return -1;
	out = call_answer(call);
	state_of(ixn, out);
	out->ixn = ixn->id;
	out->transcript = ixn->transcript != NULL;
	return agents_of(call, ixn, out, err) < 0 || waiting(call, ixn, out, err) < 0 || typed(call, ixn, out, err) < 0 ? -1 : shown(call, ixn, out, err);
}

const struct op op_web_events = { "web.events", N_("what a contact sees of a chat"), 0, OP_CONTACT, &rec_web_events_in, &rec_web_event_out, events_fn, NULL };
