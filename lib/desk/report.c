/*
 * Reports on mails that were sent (RFC 3464) come as mails: what one says of a
 * recipient is kept with that recipient. A report can be forged: it is believed
 * of a recipient alone to whom the mail that it names was sent, and changes
 * nothing else.
 */
#include <string.h>

#include "desk/take_priv.h"

struct reported {
	const char *id, *ixn, *agent;
};
RECORD(rec_reported, struct reported, "reported", NULL, ID_FIELD(struct reported, id, 0, NULL), ID_FIELD(struct reported, ixn, 0, NULL),
       TEXT_FIELD(struct reported, agent, 0, NULL))

/* "failed 5.1.1": words of the standard alone. */
static const char *
word(struct call *call, const struct mail_report_in *r)
{
	static const char *const known[] = { "failed", "delayed", "delivered", "relayed", "expanded" };
	const char *action = "failed", *status = r->status ? r->status : "";

	for (size_t i = 0; r->action && i < COUNT_OF(known); i++)
		if (strcmp(r->action, known[i]) == 0)
			action = known[i];
	if (!*status || strlen(status) > 16 || status[strspn(status, "0123456789.")])
		return action;
	return arena_printf(call->arena, "%s %s", action, status);
}

static int
tell(struct call *call, const struct reported *mail, const char *what, struct err *err)
{
	if (event_add(call, &(struct event){ .event = "mail.reported", .ixn = mail->ixn, .agent = mail->agent, .ref = mail->id, .reason = what }, err) < 0)
		return -1;
	if (!mail->agent || strncmp(what, "failed", 6) != 0)
		return 0;
	return alert_agent(call, mail->agent, mail->ixn, ALERT_WARNING, template_text(call, NULL, "alert.undelivered"), err);
}

/* By its Message-ID; where a report gives the envelope's id alone, that is ours. */
static int
mail_of(struct call *call, const char *id, struct reported *mail, struct err *err)
{
	char whole[ID_SIZE];
	int rc = sql_one(call->tx, call->arena, SQL_MAIL_OF_ID, ARGS(V_TEXT(id)), &rec_reported, mail, err);

	if (rc != 0 || !id_parse(id, whole))
		return rc;
	return sql_one(call->tx, call->arena, SQL_MAIL_OF_ENVELOPE, ARGS(V_TEXT(whole)), &rec_reported, mail, err);
}

/* 1: it was sent to that one. */
static int
take_one(struct call *call, const struct mail_report_in *r, const char **ixn_r, struct err *err)
{
	struct reported mail;
	const char *what = word(call, r);
	int rc;

	if (!r->message_id || !r->address)
		return 0;
	rc = mail_of(call, r->message_id, &mail, err);
	if (rc > 0)
		rc = CHANGE(call, MAIL_REPORTED, V_TEXT(mail.id), V_TEXT(r->address), V_TEXT(what), V_INT(call->now));
	if (rc <= 0)
		return rc;
	*ixn_r = mail.ixn;
	return tell(call, &mail, what, err) < 0 ? -1 : 1;
}

int
report_take(struct call *call, const struct mail_fetched *mail, const char **ixn_r, struct err *err)
{
	const struct mail_report_in *v = mail->reports.v;
	int fits = 0;

	for (size_t i = 0; i < mail->reports.n; i++) {
		int rc = take_one(call, &v[i], ixn_r, err);

		if (rc < 0)
			return -1;
		fits = fits || rc > 0;
	}
	return fits;
}
