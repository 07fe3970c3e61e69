/*
 * The transcript: what the contact could see of an interaction, as text and
 * HTML, in the contact's language, with the aliases of agents; shown, or
 * queued as a mail whose words are fixed at once.
 */
#include <string.h>

#include "base/buf.h"
#include "base/html.h"
#include "desk/response_priv.h"

struct transcript {
	struct call *call;
	const struct ixn *ixn;
	const char *language, *note;
	bool internal;
	struct buf text, html;
};

static const char *
words(struct transcript *t, const char *name)
{
	return template_text(t->call, t->language, name);
}

static const char *
local_time(struct transcript *t, time_ms at, const char *format)
{
	return time_format_local(t->call->arena, at, t->call->desk->options.zone, format);
}

struct line {
	int64_t seq, at, role;
	const char *author, *sender, *visible, *text, *url, *ixn;
};
RECORD(rec_line, struct line, "line", NULL, INT_FIELD(struct line, seq, 0, NULL), TIME_FIELD(struct line, at, 0, NULL),
       NAME_FIELD(struct line, role, message_roles, 0, NULL), TEXT_FIELD(struct line, author, 0, NULL), TEXT_FIELD(struct line, sender, 0, NULL), TEXT_FIELD(struct line, visible, 0, NULL),
       TEXT_FIELD(struct line, text, 0, NULL), TEXT_FIELD(struct line, url, 0, NULL), ID_FIELD(struct line, ixn, 0, NULL))

static void
add_line(struct transcript *t, const struct line *l)
{
	const char *who = l->author ? l->author : words(t, l->role == FROM_CONTACT ? "transcript.you" : "transcript.us");
	const char *time = local_time(t, l->at, "%H:%M");
	const char *what = l->url ? l->url : l->text, *page = l->url ? words(t, "transcript.page") : NULL;

	buf_printf(&t->text, "[%s] %s: %s%s%s%s\n", time, who, page ? page : "", page ? " " : "", what,
		   strcmp(l->visible, "all") == 0 ? "" : " (*)");
	buf_printf(&t->html, "<tr><td>%s</td><td>", time);
	html_escape(&t->html, who);
	buf_str(&t->html, "</td><td>");
	if (l->url) {
		html_escape(&t->html, page);
		buf_str(&t->html, " <a href=\"");
		html_escape(&t->html, what);
		buf_str(&t->html, "\">");
		html_escape(&t->html, what);
		buf_str(&t->html, "</a>");
	} else {
		html_escape_lines(&t->html, what);
	}
	buf_str(&t->html, "</td></tr>\n");
}

static void
add_paragraph(struct transcript *t, const char *text)
{
	if (!text || !*text)
		return;
	buf_printf(&t->text, "%s\n\n", text);
	buf_str(&t->html, "<p>");
	html_escape_lines(&t->html, text);
	buf_str(&t->html, "</p>\n");
}

static int
build(struct transcript *t, struct err *err)
{
	struct call *call = t->call;
	struct records rows;
	const char *date = local_time(t, t->ixn->created, "%Y-%m-%d"), *zone = call->desk->options.zone;

	if (sql_all(call->tx, call->arena, SQL_MESSAGES, ARGS(V_TEXT(t->ixn->id), V_INT(0)), &rec_line, &rows, err) < 0)
		return -1;
	buf_printf(&t->html, "<!DOCTYPE html>\n<html lang=\"");
	html_escape(&t->html, t->language ? t->language : "en");
	buf_str(&t->html, "\"><head><meta charset=\"utf-8\"></head><body>\n");
	add_paragraph(t, t->note);
	add_paragraph(t, words(t, "transcript.intro"));
	add_paragraph(t, arena_printf(call->arena, "%s%s%s (%s)", t->ixn->subject ? t->ixn->subject : "", t->ixn->subject ? ", " : "", date,
				      zone && *zone ? zone : local_time(t, t->ixn->created, "%Z")));
	buf_str(&t->html, "<table>\n");
	for (size_t i = 0; i < rows.n; i++) {
		const struct line *l = (struct line *)rows.v + i;

		if (t->internal ? message_for(call, l->visible, l->sender) : strcmp(l->visible, "all") == 0)
			add_line(t, l);
	}
	buf_str(&t->html, "</table>\n");
	buf_str(&t->text, "\n");
	add_paragraph(t, words(t, "transcript.footer"));
	buf_str(&t->html, "</body></html>\n");
	return 0;
}

static struct transcript
transcript_of(struct call *call, const struct ixn *ixn, const char *note, bool internal)
{
	return (struct transcript){ call, ixn, ixn->language ? ixn->language : call->desk->options.language, note, internal, BUF_INIT, BUF_INIT };
}

static void
transcript_release(struct transcript *t)
{
	buf_release(&t->text);
	buf_release(&t->html);
}

static int
recipient(struct call *call, const struct ixn *ixn, const char *to, const char **address_r, struct err *err)
{
	if (!to) {
		if (contact_address(call, ixn->contact, "mailto", address_r, err) < 0)
			return -1;
		return *address_r ? 0 : err_set(err, E_NO_ADDRESS, "what", arena_printf(call->arena, "the contact of %s", ixn->id), NULL);
	}
	*address_r = address_normalize(call->arena, "mailto", strncmp(to, "mailto:", 7) == 0 ? to + 7 : to);
	return *address_r ? 0 : err_set(err, E_BAD_ADDRESS, "value", to, "what", N_("not a mail address"), NULL);
}

int
transcript_queue(struct call *call, struct ixn *ixn, const char *to, const char *note, const char **mail_r, struct err *err)
{
	struct transcript t = transcript_of(call, ixn, note, false);
	struct mail mail = { .kind = "transcript", .ixn = ixn->id, .contact = ixn->contact };
	struct texts recipients = { NULL, 0, 0 };
	const char *address;
	int rc = -1;

	if (text_check("note", note, (size_t)64 << 10, err) == 0 && recipient(call, ixn, to, &address, err) == 0 && build(&t, err) == 0) {
		texts_add(call->arena, &recipients, address);
		mail.language = t.language;
		mail.subject = arena_printf(call->arena, "%s %s", words(&t, "transcript.subject"), local_time(&t, ixn->created, "%Y-%m-%d"));
		mail.text = arena_strdup(call->arena, buf_get(&t.text));
		mail.html = arena_strdup(call->arena, buf_get(&t.html));
		rc = mail_queue(call, &mail, &recipients, err);
	}
	transcript_release(&t);
	if (rc < 0)
		return -1;
	*mail_r = mail.id;
	return event_add(call, &(struct event){ .event = "transcript.queued", .ixn = ixn->id, .agent = call->actor.name, .ref = mail.id }, err);
}

/* The operations. */

struct show_in {
	const char *id;
	int64_t internal, html;
};
RECORD(rec_show_in, struct show_in, "transcript-show", N_("Which transcript."),
       ID_FIELD(struct show_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       BOOL_FIELD(struct show_in, internal, 0, N_("with what only agents could see, marked (*)")),
       BOOL_FIELD(struct show_in, html, 0, N_("as HTML")))

struct show_out {
	const char *id, *language, *text, *html;
};
RECORD(rec_show_out, struct show_out, "transcript", N_("A transcript."),
       ID_FIELD(struct show_out, id, 0, N_("the interaction")),
       TEXT_FIELD(struct show_out, language, 0, N_("the language of its frame")),
       TEXT_FIELD(struct show_out, text, FIELD_COLUMN | FIELD_PERSONAL, N_("as text")),
       TEXT_FIELD(struct show_out, html, FIELD_PERSONAL, N_("as HTML")))

static int
show_fn(struct call *call, const void *input, struct err *err)
{
	const struct show_in *in = input;
	struct transcript t;
	struct show_out *out;
	struct ixn *ixn;
	int rc;

	if (ixn_get(call, in->id, &ixn, err) < 0)
		return -1;
	t = transcript_of(call, ixn, NULL, in->internal == 1);
	rc = build(&t, err);
	out = call_answer(call);
	*out = (struct show_out){ ixn->id, t.language, arena_strdup(call->arena, buf_get(&t.text)), arena_strdup(call->arena, buf_get(&t.html)) };
	transcript_release(&t);
	return rc;
}

const struct op op_transcript_show = { "transcript.show", N_("shows what the contact could see"), MAY_ALL, OP_MIRROR, &rec_show_in, &rec_show_out, show_fn, NULL };

struct send_in {
	const char *id, *to, *note;
	struct chosen chosen;
};
RECORD(rec_transcript_send_in, struct send_in, "transcript-send", N_("A transcript to mail."),
       ID_FIELD(struct send_in, id, FIELD_OPERAND | FIELD_REQUIRED, N_("the interaction")),
       TEXT_FIELD_AS(struct send_in, to, "ADDRESS", FIELD_PERSONAL, N_("to this mail address; the contact's own when left out")),
       TEXT_FIELD(struct send_in, note, FIELD_PERSONAL, N_("a cover note above it")),
       CHOSEN_FIELDS(struct send_in))

static int
send_fn(struct call *call, const void *input, struct err *err)
{
	const struct send_in *in = input;
	struct mail_change *out = call_answer(call);
	struct sending sending = { NULL, in->note, false };
	struct ixn *ixn;

	if (ixn_get(call, in->id, &ixn, err) < 0 || verb_check(call, ixn, VERB_TRANSCRIPT, err) < 0 ||
	    (in->chosen.response && response_choose(call, &in->chosen, ixn, "email", in->note, &sending, err) < 0) ||
	    transcript_queue(call, ixn, in->to, sending.text, &out->id, err) < 0 ||
	    (sending.response && response_sent(call, &in->chosen, ixn, &sending, err) < 0))
		return -1;
	out->state = MAIL_QUEUED;
	out->ixn = ixn->id;
	return 0;
}

const struct op op_transcript_send = { "transcript.send", N_("queues the transcript as a mail"), MAY_ALL, OP_WRITE, &rec_transcript_send_in, &rec_mail_change, send_fn, NULL };
