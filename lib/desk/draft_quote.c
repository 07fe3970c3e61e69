/*
 * What stands behind the text of a draft: what it answers or hands on, quoted in
 * the language of the draft, and the signature.
 */
#include <string.h>

#include "base/buf.h"
#include "base/html.h"
#include "desk/draft_priv.h"

static const char *
people_text(struct call *call, const char *ixn, const char *kind)
{
	struct err ignored = { 0 };
	struct records rows = { NULL, 0 };
	const char *text = "";

	if (email_addresses(call, ixn, kind, &rows, &ignored) < 0)
		return text;
	for (size_t i = 0; i < rows.n; i++) {
		const struct email_address *a = (const struct email_address *)rows.v + i;

		text = arena_printf(call->arena, "%s%s%s", text, i ? ", " : "", a->address);
	}
	return text;
}

int
draft_quote(struct call *call, const struct ixn *parent, const struct email *mail, const struct draft *draft, const char **introduction_r, const char **quoted_r, struct err *err)
{
	bool hands_on = draft->email->kind == EMAIL_FORWARD;
	const char *address = mail && mail->sender ? mail->sender : parent->address, *name = mail && mail->sender_name ? mail->sender_name : parent->name, *text = "";
	const struct draft_hole holes[] = {
		{ "name", draft_line(call->arena, name ? name : address) },
		{ "from", draft_line(call->arena, name ? arena_printf(call->arena, "%s <%s>", name, address ? address : "") : address) },
		{ "date", time_format_local(call->arena, mail && mail->date != INT_ABSENT ? mail->date : parent->created, call->desk->options.zone, "%Y-%m-%d %H:%M") },
		{ "subject", draft_line(call->arena, parent->subject) },
		{ "to", draft_line(call->arena, people_text(call, parent->id, "to")) },
	};
	const char *template = template_text(call, draft->ixn->language, hands_on ? "mail.forwarded" : "mail.answered");

	if (sql_text(call->tx, call->arena, SQL_EMAIL_TEXT, ARGS(V_TEXT(parent->id)), &text, err) < 0)
		return -1;
	*introduction_r = draft_filled(call->arena, template, holes, COUNT_OF(holes));
	*quoted_r = text && *text ? draft_quoted(call->arena, text) : hands_on ? ""
									       : NULL;
	return 0;
}

const char *
draft_whole_text(struct call *call, const struct email *email)
{
	return draft_whole(call->arena, email->text, email->quote);
}

const char *
draft_whole_html(struct call *call, const struct email *email)
{
	struct buf out = BUF_INIT;
	const char *html;

	if (!email->html)
		return NULL;
	buf_str(&out, email->html);
	if (email->quote) {
		buf_str(&out, "\n<div style=\"white-space: pre-wrap\">");
		html_escape(&out, email->quote);
		buf_str(&out, "</div>\n");
	}
	html = arena_strdup(call->arena, buf_get(&out));
	buf_release(&out);
	return html;
}
