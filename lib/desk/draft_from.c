/*
 * Who a draft is from: a mailbox of the site that the agent may write from, and
 * its signature.
 */
#include <string.h>

#include "desk/draft_priv.h"

/* Those of its teams; all where it names none. */
static int
may_use(struct call *call, const struct mailbox *box, struct err *err)
{
	struct texts teams = { NULL, 0, 0 };
	struct belongs belongs;

	if (!box->teams || call->actor.kind != ACTOR_AGENT || call->actor.role == ROLE_ADMIN || call->actor.role == ROLE_SERVICE)
		return 1;
	if (agent_belongs(call, call->actor.name, &belongs, err) < 0)
		return -1;
	list_split(call->arena, box->teams, &teams);
	for (size_t i = 0; i < teams.n; i++)
		for (size_t k = 0; k < belongs.teams.n; k++)
			if (strcmp(teams.v[i], belongs.teams.v[k]) == 0)
				return 1;
	return 0;
}

static int
use(struct call *call, const struct mailbox *box, const char *address, struct email *email, struct err *err)
{
	int may = may_use(call, box, err);
	const char *answers;

	if (may <= 0)
		return may < 0 ? -1 : err_set(err, E_MAILBOX_CLOSED, "who", call->actor.name, "name", box->name, NULL);
	if (!*box->address)
		return err_set(err, E_NO_BACKEND, "what", arena_printf(call->arena, "the address of mailbox '%s'", box->name), "key", "address", NULL);
	email->mailbox = box->name;
	email->sender = address ? address : box->address;
	email->sender_name = box->sender_name;
	email->reply_to = NULL;
	if (!box->token || box->token == INT_ABSENT)
		return 0;
	if (mailbox_token_address(call, box, email->ixn, &answers, err) < 0)
		return -1;
	email->reply_to = answers;
	return 0;
}

/* A site without mailboxes writes from the one address of the configuration. */
static int
use_configured(struct call *call, struct email *email, struct err *err)
{
	const struct desk_options *o = &call->desk->options;

	if (!o->mail_from)
		return err_set(err, E_NO_BACKEND, "what", N_("the address that mail is sent from"), "key", "mail.from", NULL);
	email->mailbox = NULL;
	email->sender = o->mail_from;
	email->sender_name = o->mail_name;
	email->reply_to = o->mail_reply_to;
	return 0;
}

static int
use_wanted(struct call *call, const char *wanted, struct email *email, struct err *err)
{
	const char *configured = call->desk->options.mail_from;
	struct draft_person person;
	struct mailbox *box;
	int rc;

	if (!strchr(wanted, '@'))
		return mailbox_get(call, wanted, &box, err) < 0 ? -1 : use(call, box, NULL, email, err);
	if (draft_person(call, wanted, &person, err) < 0)
		return -1;
	rc = mailbox_of(call, person.address, &box, err);
	if (rc != 0)
		return rc < 0 ? -1 : use(call, box, person.address, email, err);
	if (configured && draft_same_address(configured, person.address))
		return use_configured(call, email, err);
	return err_set(err, E_NO_SITE_MAILBOX, "name", wanted, NULL);
}

/* The only one that the agent may write from. */
static int
use_only(struct call *call, struct email *email, struct err *err)
{
	const struct mailbox *v, *only = NULL;
	struct records all;
	const char *names = "";
	size_t n = 0;

	if (mailbox_all(call, &all, err) < 0)
		return -1;
	if (!all.n)
		return use_configured(call, email, err);
	v = all.v;
	for (size_t i = 0; i < all.n; i++) {
		int may = may_use(call, &v[i], err);

		if (may < 0)
			return -1;
		if (!may)
			continue;
		only = &v[i];
		names = arena_printf(call->arena, "%s%s%s", names, n++ ? ", " : "", v[i].name);
	}
	if (n > 1)
		return err_set(err, E_MISSING_OPERAND, "what", arena_printf(call->arena, "--from (%s)", names), "command", "email-compose", NULL);
	return use(call, n ? only : &v[0], NULL, email, err);
}

int
draft_from(struct call *call, const char *wanted, const struct email *parent, struct draft *draft, struct err *err)
{
	struct err ignored = { 0 };
	struct mailbox *box;

	if (wanted)
		return use_wanted(call, wanted, draft->email, err);
	/* One that the site has no longer says nothing. */
	if (parent && parent->mailbox && mailbox_get(call, parent->mailbox, &box, &ignored) == 0)
		return use(call, box, NULL, draft->email, err);
	return use_only(call, draft->email, err);
}

int
draft_signature(struct call *call, const struct draft *draft, const char *language, const char **text_r, struct err *err)
{
	struct err ignored = { 0 };
	struct mailbox *box;

	*text_r = NULL;
	if (!draft->email->mailbox || mailbox_get(call, draft->email->mailbox, &box, &ignored) < 0)
		return 0;
	if (!language)
		language = draft->ixn->language ? draft->ixn->language : call->desk->options.language;
	return mailbox_signature(call, box, language, text_r, err);
}
