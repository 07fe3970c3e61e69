/*
 * Contacts on the web: a session is the way of one contact to one interaction,
 * proved by a secret that only the contact's page has. Whatever a contact asks
 * for is looked up from the session alone: nothing names another's.
 */
#include <string.h>

#include "desk/site_priv.h"
#include "desk/web_priv.h"

/* How long a conversation can be come back to: since it began, and since it ended. */
#define SESSION_MAX (30 * MS_DAY)
#define SESSION_AFTER MS_DAY
#define NAME_MAX_BYTES 128
/* Nobody is sent mail by others without end. */
#define TRANSCRIPTS_MAX 3
#define MESSAGE_MAX ((size_t)8 << 10)

RECORD(rec_web_session, struct web_session, "session", NULL, TEXT_FIELD(struct web_session, hash, FIELD_SECRET, NULL), ID_FIELD(struct web_session, ixn, 0, NULL),
       TEXT_FIELD(struct web_session, web, 0, NULL), TIME_FIELD(struct web_session, since, 0, NULL))

/* Pages. */

bool
web_within(const struct texts *origins, const char *url)
{
	for (size_t i = 0; i < origins->n; i++) {
		size_t size = strlen(origins->v[i]);

		if (strncmp(origins->v[i], url, size) == 0 && strchr("/?#", url[size]))
			return true;
	}
	return false;
}

static int
origin_check(struct call *call, const struct site_web *web, struct err *err)
{
	return !call->origin || texts_has(&web->origins, call->origin) ? 0 : err_set(err, E_BAD_ORIGIN, "value", call->origin, NULL);
}

int
web_find(struct call *call, const char *name, struct site_web *web_r, struct err *err)
{
	struct texts names;
	int rc;

	if (!name) {
		if (sql_texts(call->tx, call->arena, SQL_WEB_NAMES, NO_ARGS, &names, err) < 0)
			return -1;
		name = names.n == 1 ? names.v[0] : "";
	}
	rc = web_item_get(call, name, web_r, err);
	if (rc == 0)
		return err_set(err, E_NO_WEB, "name", name, NULL);
	return rc < 0 ? -1 : origin_check(call, web_r, err);
}

/* Sessions. */

/* Over: so long after the end that nobody comes back for the transcript any more. */
static bool
lapsed(const struct call *call, const struct web_session *session, const struct ixn *ixn)
{
	time_ms end = ixn->ended != INT_ABSENT ? ixn->ended : ixn->done;

	return session->since + SESSION_MAX <= call->now || (end != INT_ABSENT && end + SESSION_AFTER <= call->now);
}

int
web_actor(struct call *call, struct err *err)
{
	struct web_session *session = ARENA_NEW(call->arena, struct web_session);
	struct site_web web;
	struct ixn *ixn;
	int rc;

	call->actor = (struct actor){ ACTOR_CONTACT, NULL, ROLE_AGENT };
	if (!*call->contact)
		return 0;
	rc = sql_one(call->tx, call->arena, SQL_WEB_SESSION_GET, ARGS(V_TEXT(secret_hash(call->arena, call->contact))), &rec_web_session, session, err);
	if (rc < 0 || (rc > 0 && ixn_get(call, session->ixn, &ixn, err) < 0))
		return -1;
	if (rc == 0 || lapsed(call, session, ixn))
		return err_set(err, E_SESSION_ENDED, "name", "the contact", NULL);
	call->web = session;
	return call->origin ? web_find(call, session->web, &web, err) : 0;
}

const char *
web_key(const struct call *call)
{
	return arena_printf(call->arena, "contact:%s", call->web ? call->web->ixn : "");
}

int
web_ixn(struct call *call, struct ixn **ixn_r, struct err *err)
{
	return call->web ? ixn_get(call, call->web->ixn, ixn_r, err) : err_set(err, E_NO_SESSION, NULL);
}

/* A new session; the secret is told once. One brought along twice, and forgotten by now under its key, is no other chat's. */
static int
web_open(struct call *call, const char *ixn, const char *web, const char *secret, struct err *err)
{
	const char *hash = secret_hash(call->arena, secret);
	struct web_session other;
	int rc = sql_one(call->tx, call->arena, SQL_WEB_SESSION_GET, ARGS(V_TEXT(hash)), &rec_web_session, &other, err);

	if (rc > 0)
		return err_set(err, E_KEY_REUSED, "value", "secret", NULL);
	if (rc < 0 || RUN(call, WEB_SESSION_PUT, V_TEXT(hash), V_TEXT(ixn), V_TEXT(web), V_INT(call->now)) < 0)
		return -1;
	return due_set(call, "web", hash, call->now + SESSION_MAX, err);
}

int
web_forget(struct call *call, const char *hash, struct err *err)
{
	return RUN(call, WEB_SESSION_DELETE, V_TEXT(hash)) < 0 ? -1 : 0;
}

/* Beginning. */

struct start_in {
	const char *site, *name, *address, *subject, *language, *text, *page, *secret;
};
#define X struct start_in
RECORD(rec_web_start_in, X, "web-start", N_("A chat that a contact asks for."),
       TEXT_FIELD(X, site, 0, N_("which of the site's pages; the only one when left out")),
       TEXT_FIELD(X, name, FIELD_REQUIRED | FIELD_PERSONAL, N_("what to call the contact")),
       TEXT_FIELD(X, address, FIELD_PERSONAL, N_("a mail address or a number")),
       TEXT_FIELD(X, subject, FIELD_PERSONAL, N_("what it is about")),
       TEXT_FIELD(X, language, 0, N_("of the contact, as in fr")),
       TEXT_FIELD(X, text, FIELD_BODY | FIELD_PERSONAL, N_("what the contact says first")),
       TEXT_FIELD(X, page, FIELD_PERSONAL, N_("the page that it was asked for on")),
       TEXT_FIELD(X, secret, FIELD_SECRET, N_("what is to prove the session: 64 hexadecimal digits by chance, the same where it is asked for again; made when left out")))
#undef X

struct start_out {
	const char *ixn, *secret;
};
RECORD(rec_web_start_out, struct start_out, "session", N_("A chat that has begun."),
       ID_FIELD(struct start_out, ixn, FIELD_INTERNAL, NULL),
       TEXT_FIELD(struct start_out, secret, FIELD_SECRET, N_("proves the session from now on")))

/* The name known for an address is not for whoever says to have it. */
static int
start_check(const struct start_in *in, struct err *err)
{
	if (!in->name || !in->name[strspn(in->name, " \t")])
		return err_set(err, E_MISSING_OPERAND, "what", "name", "command", "chat", NULL);
	if (text_check("name", in->name, NAME_MAX_BYTES, err) < 0 || text_check("language", in->language, 16, err) < 0)
		return -1;
	return text_check("text", in->text, MESSAGE_MAX, err);
}

/* The answer was lost on its way: the session that was opened then gets this secret. */
static int
start_again(struct call *call, struct start_out *out, const char *secret, struct err *err)
{
	const char *hash = secret_hash(call->arena, secret);
	int rc;

	out->secret = secret;
	rc = CHANGE(call, WEB_SESSION_RENEW, V_TEXT(out->ixn), V_TEXT(hash));
	if (rc == 0)
		return err_set(err, E_SESSION_ENDED, "name", "the contact", NULL);
	return rc < 0 ? -1 : due_set(call, "web", hash, call->now + SESSION_MAX, err);
}

static int
start_fn(struct call *call, const void *input, struct err *err)
{
	const struct start_in *in = input;
	struct start_out *out = call->again ? call->kept : call_answer(call);
	struct create_in *create = record_new(call->arena, &rec_create_in);
	const char *secret;
	struct site_web web;
	struct ixn *ixn;

	if (secret_brought(call, "secret", in->secret, &secret, err) < 0)
		return -1;
	if (call->again)
		return start_again(call, out, secret, err);
	if (start_check(in, err) < 0 || web_find(call, in->site, &web, err) < 0)
		return -1;
	if (!web.chat_queue)
		return err_set(err, E_NOT_OFFERED, "what", N_("chat"), NULL);
	create->media = "chat";
	create->from = in->address && *in->address ? in->address : NULL;
	create->name = in->name;
	create->subject = in->subject && *in->subject ? in->subject : NULL;
	create->text = in->text && *in->text ? in->text : NULL;
	create->queue = web.chat_queue;
	create->language = in->language;
	pairs_add(call->arena, &create->data, "web.site", web.name);
	if (in->page && web_within(&web.origins, in->page))
		pairs_add(call->arena, &create->data, "web.page", in->page);
	if (ixn_create(call, create, call->now, &ixn, err) < 0)
		return -1;
	*out = (struct start_out){ ixn->id, secret };
	return web_open(call, ixn->id, web.name, secret, err);
}

const struct op op_web_start = { "web.start", N_("a contact asks for a chat"), 0, OP_WRITE | OP_RENEW | OP_CONTACT, &rec_web_start_in, &rec_web_start_out, start_fn, NULL };

/* Speaking. */

struct said {
	int64_t seq;
};
RECORD(rec_web_said, struct said, "said", N_("What came of it."), INT_FIELD(struct said, seq, 0, N_("the number of the last message")))

static int
said(struct call *call, const struct ixn *ixn)
{
	((struct said *)call_answer(call))->seq = ixn->seq;
	return 0;
}

struct text_in {
	const char *text;
};
RECORD(rec_web_text_in, struct text_in, "web-send", N_("What a contact says."), TEXT_FIELD(struct text_in, text, FIELD_REQUIRED | FIELD_BODY | FIELD_PERSONAL, N_("the words")))

static int
send_fn(struct call *call, const void *input, struct err *err)
{
	const struct text_in *in = input;
	struct message m = { .role = FROM_CONTACT, .visible = "all", .text = in->text };
	struct ixn *ixn;

	if (!in->text || !in->text[strspn(in->text, " \t\r\n")])
		return err_set(err, E_MISSING_OPERAND, "what", "text", "command", "chat", NULL);
	if (text_check("text", in->text, MESSAGE_MAX, err) < 0 || web_ixn(call, &ixn, err) < 0)
		return -1;
	if ((ixn->online ? verb_check(call, ixn, VERB_SEND, err) : verb_refuse(call, ixn, VERB_SEND, err)) < 0)
		return -1;
	m.name = ixn->name;
	return chat_say(call, ixn, &m, err) < 0 ? -1 : said(call, ixn);
}

const struct op op_web_send = { "web.send", N_("a contact says something"), 0, OP_WRITE | OP_CONTACT, &rec_web_text_in, &rec_web_said, send_fn, NULL };

struct nothing {
	int64_t unused;
};
RECORD(rec_web_nothing, struct nothing, "nothing", N_("Nothing more to say."), BOOL_FIELD(struct nothing, unused, FIELD_NO_OPTION | FIELD_INTERNAL, NULL))

static int
typing_fn(struct call *call, const void *input, struct err *err)
{
	struct ixn *ixn;

	(void)input;
	if (web_ixn(call, &ixn, err) < 0)
		return -1;
	if (ixn->online && (event_add(call, &(struct event){ .event = "chat.typing", .ixn = ixn->id, .ref = "contact" }, err) < 0 || chat_typing(call, ixn, err) < 0))
		return -1;
	return said(call, ixn);
}

const struct op op_web_typing = { "web.typing", N_("a contact is typing"), 0, OP_WRITE | OP_CONTACT, &rec_web_nothing, &rec_web_said, typing_fn, NULL };

static int
end_fn(struct call *call, const void *input, struct err *err)
{
	const char *mail;
	struct ixn *ixn;

	(void)input;
	if (web_ixn(call, &ixn, err) < 0)
		return -1;
	if (!ixn->online)
		return said(call, ixn);
	if (chat_leave(call, ixn, "contact", err) < 0)
		return -1;
	/* Nobody will mark it done: what was asked for goes out now. */
	if (ixn->state == IXN_DONE && ixn->transcript && *ixn->transcript && transcript_queue(call, ixn, ixn->transcript, NULL, &mail, err) < 0)
		return -1;
	return said(call, ixn);
}

const struct op op_web_end = { "web.end", N_("a contact ends a chat"), 0, OP_WRITE | OP_CONTACT, &rec_web_nothing, &rec_web_said, end_fn, NULL };

struct transcript_in {
	const char *address;
};
RECORD(rec_web_transcript_in, struct transcript_in, "web-transcript", N_("The transcript, by mail."),
       TEXT_FIELD(struct transcript_in, address, FIELD_PERSONAL, N_("to this mail address; the one given at the beginning when left out")))

static int
transcript_to(struct call *call, const struct ixn *ixn, const char *given, const char **to_r, struct err *err)
{
	const char *to = given && *given ? given : ixn->address;

	*to_r = to ? address_normalize(call->arena, "mailto", to) : NULL;
	if (*to_r)
		return 0;
	return to && given ? err_set(err, E_BAD_ADDRESS, "value", to, "what", N_("not a mail address"), NULL) : err_set(err, E_NO_ADDRESS, "what", N_("the contact"), NULL);
}

/* At once where nobody will mark it done any more, else with Mark Done, when all has been said. */
static int
transcript_fn(struct call *call, const void *input, struct err *err)
{
	const struct transcript_in *in = input;
	const char *to, *mail;
	int64_t sent = 0;
	struct ixn *ixn;

	if (web_ixn(call, &ixn, err) < 0 || transcript_to(call, ixn, in->address, &to, err) < 0)
		return -1;
	if (!call->desk->options.mail_from)
		return err_set(err, E_NO_BACKEND, "what", N_("outgoing mail"), "key", "mail.from", NULL);
	if (sql_int(call->tx, SQL_WEB_TRANSCRIPTS, ARGS(V_TEXT(ixn->id)), &sent, err) < 0)
		return -1;
	if (sent >= TRANSCRIPTS_MAX)
		return err_set(err, E_NOT_OFFERED, "what", N_("one more transcript"), NULL);
	if (ixn->state == IXN_DONE)
		return transcript_queue(call, ixn, to, NULL, &mail, err) < 0 ? -1 : said(call, ixn);
	ixn->transcript = to;
	if (ixn_save(call, ixn, err) < 0 || event_add(call, &(struct event){ .event = "transcript.asked", .ixn = ixn->id, .version = ixn->version }, err) < 0)
		return -1;
	return said(call, ixn);
}

const struct op op_web_transcript = { "web.transcript", N_("a contact asks for the transcript by mail"), 0, OP_WRITE | OP_CONTACT, &rec_web_transcript_in, &rec_web_said, transcript_fn, NULL };
