/*
 * The site's mailboxes: items of the site, and what the desk asks of them.
 */
#include <string.h>
#include <strings.h>

#include "base/rand.h"
#include "desk/mail_priv.h"
#include "desk/site_priv.h"
#include "desk/take_priv.h"
#include "routing/skills.h"
#include "wire/mail_id.h"

#define RULES_MAX 200
#define SIGNATURES_MAX 50
#define SIGNATURE_BYTES 4000
#define MAX_SIZE (INT64_C(24) << 20)
#define MAX_SIZE_MOST (INT64_C(40) << 20)
#define KEY_OF_TOKENS "mail_token_key"

#define X struct mailbox
static const struct field mailbox_fields[] = {
	TEXT_FIELD(X, name, 0, NULL), TEXT_FIELD(X, label, 0, NULL), TEXT_FIELD(X, address, 0, NULL), TEXT_FIELD(X, sender_name, 0, NULL),
	TEXT_FIELD(X, addresses, 0, NULL), TEXT_FIELD(X, queue, 0, NULL), TEXT_FIELD(X, folder, 0, NULL), NAME_FIELD(X, after, after_policies, 0, NULL),
	TEXT_FIELD(X, move_to, 0, NULL), INT_FIELD(X, max_size, 0, NULL), NAME_FIELD(X, duplicates, duplicate_policies, 0, NULL), BOOL_FIELD(X, token, 0, NULL),
	TEXT_FIELD(X, acknowledgement, 0, NULL), TEXT_FIELD(X, autoresponse, 0, NULL), INT_FIELD(X, auto_limit, 0, NULL), NAME_FIELD(X, sent, sent_policies, 0, NULL),
	TEXT_FIELD(X, sent_folder, 0, NULL), TEXT_FIELD(X, teams, 0, NULL), TEXT_FIELD(X, extra, 0, NULL), INT_FIELD(X, ord, 0, NULL)
};
#undef X
static const struct record rec_mailbox_row = { "mailbox", NULL, sizeof(struct mailbox), mailbox_fields, COUNT_OF(mailbox_fields) };

/* As an item of the site. */

struct rule_row {
	int64_t ord;
	const char *name, *header, *matches, *queue, *skills;
	int64_t priority;
	const char *language, *discard;
	int64_t stop;
};
#define X struct rule_row
RECORD(rec_mail_rule_row, X, "rule", NULL, INT_FIELD(X, ord, 0, NULL), TEXT_FIELD(X, name, 0, NULL), TEXT_FIELD(X, header, 0, NULL), TEXT_FIELD(X, matches, 0, NULL),
       TEXT_FIELD(X, queue, 0, NULL), TEXT_FIELD(X, skills, 0, NULL), INT_FIELD(X, priority, 0, NULL), TEXT_FIELD(X, language, 0, NULL),
       TEXT_FIELD(X, discard, 0, NULL), BOOL_FIELD(X, stop, 0, NULL))
#undef X

struct pair_row {
	const char *key, *value;
};
RECORD(rec_mail_pair, struct pair_row, "pair", NULL, TEXT_FIELD(struct pair_row, key, 0, NULL), TEXT_FIELD(struct pair_row, value, 0, NULL))

static int
rule_data(struct call *call, const char *mailbox, int64_t rule, struct pairs *out, struct err *err)
{
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_MAILBOX_RULE_DATA, ARGS(V_TEXT(mailbox), V_INT(rule)), &rec_mail_pair, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		pairs_add(call->arena, out, ((struct pair_row *)rows.v)[i].key, ((struct pair_row *)rows.v)[i].value);
	return 0;
}

int
mailbox_rules(struct call *call, const char *mailbox, struct records *out, struct err *err)
{
	struct site_mail_rule *v;
	struct records rows;

	if (sql_all(call->tx, call->arena, SQL_MAILBOX_RULES, ARGS(V_TEXT(mailbox)), &rec_mail_rule_row, &rows, err) < 0)
		return -1;
	*out = (struct records){ NULL, rows.n };
	if (!rows.n)
		return 0;
	out->v = v = arena_alloc(call->arena, rows.n * sizeof(*v));
	for (size_t i = 0; i < rows.n; i++) {
		const struct rule_row *r = (struct rule_row *)rows.v + i;

		v[i] = (struct site_mail_rule){ .name = r->name, .header = r->header, .matches = r->matches, .queue = r->queue, .skills = r->skills, .priority = r->priority, .language = r->language, .discard = r->discard, .stop = r->stop };
		if (rule_data(call, mailbox, r->ord, &v[i].data, err) < 0)
			return -1;
	}
	return 0;
}

int
mailbox_item_get(struct call *call, const char *name, void *item, struct err *err)
{
	struct site_mailbox *m = item;
	struct mailbox row;
	int rc = sql_one(call->tx, call->arena, SQL_MAILBOX_GET, ARGS(V_TEXT(name)), &rec_mailbox_row, &row, err);

	if (rc <= 0)
		return rc;
	*m = (struct site_mailbox){
		.name = row.name,
		.label = row.label,
		.address = *row.address ? row.address : NULL,
		.sender_name = row.sender_name,
		.queue = row.queue,
		.folder = row.folder,
		.after = row.after,
		.move_to = row.move_to,
		.max_size = row.max_size,
		.duplicates = row.duplicates,
		.token = row.token,
		.acknowledgement = row.acknowledgement,
		.autoresponse = row.autoresponse,
		.auto_limit = row.auto_limit,
		.sent = row.sent,
		.sent_folder = row.sent_folder,
		.extra = row.extra,
	};
	site_list(call->arena, row.addresses, &m->addresses);
	site_list(call->arena, row.teams, &m->teams);
	if (sql_all(call->tx, call->arena, SQL_MAILBOX_SIGNATURES, ARGS(V_TEXT(name)), &rec_site_signature, &m->signatures, err) < 0 ||
	    mailbox_rules(call, name, &m->rules, err) < 0)
		return -1;
	return 1;
}

static int
rule_put(struct call *call, const char *mailbox, const struct site_mail_rule *rule, int64_t ord, struct err *err)
{
	if (RUN(call, MAILBOX_RULE_PUT, V_TEXT(mailbox), V_INT(ord), V_TEXT(rule->name), V_TEXT(rule->header), V_TEXT(rule->matches), V_TEXT(rule->queue),
		V_TEXT(rule->skills), rule->priority == INT_ABSENT ? V_NULL : V_INT(rule->priority), V_TEXT(rule->language), V_TEXT(rule->discard),
		rule->stop == INT_ABSENT ? V_NULL : V_INT(rule->stop)) < 0)
		return -1;
	for (size_t i = 0; i < rule->data.n; i++)
		if (RUN(call, MAILBOX_RULE_DATA_PUT, V_TEXT(mailbox), V_INT(ord), V_TEXT(rule->data.v[i].key), V_TEXT(rule->data.v[i].value), V_INT((int64_t)i)) < 0)
			return -1;
	return 0;
}

/* What belongs to it alone. */
static int
clear(struct call *call, const char *mailbox, struct err *err)
{
	return RUN(call, MAILBOX_SIGNATURES_CLEAR, V_TEXT(mailbox)) < 0 || RUN(call, MAILBOX_RULES_CLEAR, V_TEXT(mailbox)) < 0 ||
			       RUN(call, MAILBOX_RULE_DATA_CLEAR, V_TEXT(mailbox)) < 0
		       ? -1
		       : 0;
}

int
mailbox_item_put(struct loading *l, const void *item, struct err *err)
{
	const struct site_mailbox *m = item;
	struct call *call = l->call;
	const struct mailbox row = { m->name, m->label, m->address ? m->address : "", m->sender_name, list_join(call->arena, &m->addresses), m->queue, m->folder, m->after, m->move_to,
				     m->max_size, m->duplicates, m->token, m->acknowledgement, m->autoresponse, m->auto_limit, m->sent, m->sent_folder,
				     list_join(call->arena, &m->teams), m->extra, l->ord };

	if (sql_put(call->tx, SQL_MAILBOX_PUT, &rec_mailbox_row, &row, err) < 0 || clear(call, m->name, err) < 0)
		return -1;
	for (size_t i = 0; i < m->signatures.n; i++) {
		const struct site_signature *s = (struct site_signature *)m->signatures.v + i;

		if (RUN(call, MAILBOX_SIGNATURE_PUT, V_TEXT(m->name), V_TEXT(s->language), V_TEXT(s->text), V_INT((int64_t)i)) < 0)
			return -1;
	}
	for (size_t i = 0; i < m->rules.n; i++)
		if (rule_put(call, m->name, (struct site_mail_rule *)m->rules.v + i, (int64_t)i, err) < 0)
			return -1;
	return 0;
}

/* Checking. */

static int
bad(struct loading *l, const char *mailbox, const char *field, const char *what, struct err *err)
{
	return site_bad(l, arena_printf(l->call->arena, "%s.%s", mailbox, field), what, err);
}

static int
check_address(struct loading *l, const char *mailbox, const char *field, const char *address, struct err *err)
{
	if (!address || address_normalize(l->call->arena, "mailto", address))
		return 0;
	return bad(l, mailbox, field, N_("is no mail address"), err);
}

static bool
is_language(const char *text)
{
	size_t size = text ? strlen(text) : 0;

	return size >= 2 && size <= 16 && !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")];
}

static int
check_signatures(struct loading *l, const struct site_mailbox *m, struct err *err)
{
	const struct site_signature *v = m->signatures.v;

	if (m->signatures.n > SIGNATURES_MAX)
		return bad(l, m->name, "signatures", N_("has too many"), err);
	for (size_t i = 0; i < m->signatures.n; i++) {
		if (!is_language(v[i].language))
			return site_bad_of(l, arena_printf(l->call->arena, "%s.signatures", m->name), N_("'{value}' is no language, as in fr"), v[i].language ? v[i].language : "", NULL, err);
		for (size_t k = 0; k < i; k++)
			if (strcmp(v[i].language, v[k].language) == 0)
				return bad(l, m->name, "signatures", N_("has two of one language"), err);
		if (text_check("signatures", v[i].text, SIGNATURE_BYTES, err) < 0)
			return -1;
	}
	return 0;
}

/* In a list nothing is merged: what is said to be nothing is left out. */
static void
drop_nulls(const struct record *record, void *p)
{
	for (size_t i = 0; i < record->n; i++) {
		const struct field *f = &record->fields[i];

		if (f->type == FIELD_TEXT && field_text(f, p) == text_null)
			record_set_text(record, p, f->name, NULL);
		else if ((f->type == FIELD_INT || f->type == FIELD_BOOL) && field_int(f, p) == INT_NULL)
			record_set_int(record, p, f->name, INT_ABSENT);
	}
}

static int
check_rule(struct loading *l, const struct site_mailbox *m, size_t i, struct err *err)
{
	struct site_mail_rule *r = (struct site_mail_rule *)m->rules.v + i;
	const char *place = arena_printf(l->call->arena, "%s.rules[%zu]", m->name, i);
	const struct skills *expr;

	drop_nulls(&rec_site_mail_rule, r);
	if (!r->name || !r->matches)
		return site_bad(l, place, N_("has no name, or matches nothing"), err);
	if (screening_check(l->call->arena, r->matches, err) < 0)
		return site_bad_rule(l, place, err);
	if (r->header && !screening_header(r->header))
		return site_bad(l, place, N_("header: the name of a header, *, subject, body or sender-priority"), err);
	if (r->language && !is_language(r->language))
		return site_bad(l, place, N_("language: is no language, as in fr"), err);
	if (r->skills) {
		if (skills_parse(l->call->arena, r->skills, &expr, err) < 0)
			return site_bad_rule(l, place, err);
		r->skills = skills_canonical(l->call->arena, expr);
	}
	if (word_check("rules", r->name, err) < 0 || text_check("discard", r->discard, 256, err) < 0)
		return -1;
	for (size_t k = 0; k < r->data.n; k++)
		if (text_check("data", r->data.v[k].key, 256, err) < 0 || text_check("data", r->data.v[k].value, 4000, err) < 0)
			return -1;
	return 0;
}

/* One mailbox by itself. */
int
mailbox_item_check(struct loading *l, const void *item, struct err *err)
{
	const struct site_mailbox *m = item;
	const char *const lines[][2] = { { "label", m->label }, { "sender_name", m->sender_name }, { "folder", m->folder }, { "move_to", m->move_to }, { "sent_folder", m->sent_folder }, { "acknowledgement", m->acknowledgement }, { "autoresponse", m->autoresponse } };

	for (size_t i = 0; i < COUNT_OF(lines); i++)
		if (lines[i][1] && word_check(lines[i][0], lines[i][1], err) < 0)
			return -1;
	if (check_address(l, m->name, "address", m->address, err) < 0)
		return -1;
	for (size_t i = 0; i < m->addresses.n; i++)
		if (check_address(l, m->name, "addresses", m->addresses.v[i], err) < 0)
			return -1;
	if (m->after == AFTER_MOVE && !m->move_to)
		return bad(l, m->name, "after", N_("move: move_to says no folder"), err);
	if (m->max_size >= 0 && (m->max_size < 1024 || m->max_size > MAX_SIZE_MOST))
		return bad(l, m->name, "max_size", N_("must be between 1024 bytes and 40 MiB"), err);
	if (m->auto_limit != INT_ABSENT && (m->auto_limit < 0 || m->auto_limit > 100))
		return bad(l, m->name, "auto_limit", N_("must be between 0 and 100"), err);
	if (m->rules.n > RULES_MAX)
		return bad(l, m->name, "rules", N_("has too many (200 at most)"), err);
	for (size_t i = 0; i < m->rules.n; i++)
		if (check_rule(l, m, i, err) < 0)
			return -1;
	return check_signatures(l, m, err);
}

static int
check_names(struct loading *l, const struct mailbox *m, struct err *err)
{
	struct records rules;
	struct texts teams = { NULL, 0, 0 };
	struct queue *queue;

	if (m->queue && queue_get(l->call, m->queue, &queue, err) < 0)
		return -1;
	list_split(l->call->arena, m->teams, &teams);
	for (size_t i = 0; i < teams.n; i++) {
		int64_t one;
		int rc = sql_int(l->call->tx, SQL_TEAM_KNOWN, ARGS(V_TEXT(teams.v[i])), &one, err);

		if (rc <= 0)
			return rc < 0 ? -1 : err_set(err, E_NO_TEAM, "name", teams.v[i], NULL);
	}
	if (mailbox_rules(l->call, m->name, &rules, err) < 0)
		return -1;
	for (size_t i = 0; i < rules.n; i++) {
		const struct site_mail_rule *r = (struct site_mail_rule *)rules.v + i;

		if (r->queue && queue_get(l->call, r->queue, &queue, err) < 0)
			return -1;
	}
	return 0;
}

int
mailbox_whole_check(struct loading *l, struct err *err)
{
	static const enum sql left[] = { SQL_MAILBOX_LEFT_SIGNATURES, SQL_MAILBOX_LEFT_RULES, SQL_MAILBOX_LEFT_DATA };
	struct records all;
	struct mailbox *v, *other;

	l->section = "mailboxes";
	l->call->mailboxes = NULL;
	for (size_t i = 0; i < COUNT_OF(left); i++)
		if (sql_run(l->call->tx, left[i], NO_ARGS, err) < 0)
			return -1;
	if (mailbox_all(l->call, &all, err) < 0)
		return -1;
	v = all.v;
	for (size_t i = 0; i < all.n; i++) {
		struct texts addresses = { NULL, 0, 0 };

		list_split(l->call->arena, v[i].addresses, &addresses);
		texts_add(l->call->arena, &addresses, v[i].address);
		for (size_t k = 0; k < addresses.n; k++)
			if (*addresses.v[k] && mailbox_of(l->call, addresses.v[k], &other, err) > 0 && other != &v[i])
				return site_bad_of(l, v[i].name, N_("'{value}' is an address of '{other}', too"), addresses.v[k], other->name, err);
		if (check_names(l, &v[i], err) < 0)
			return -1;
	}
	return 0;
}

/* For the desk. */

static void
defaults(struct mailbox *m)
{
	m->folder = m->folder ? m->folder : "INBOX";
	m->after = m->after == INT_ABSENT ? AFTER_SEEN : m->after;
	m->max_size = m->max_size == INT_ABSENT ? MAX_SIZE : m->max_size;
	m->duplicates = m->duplicates == INT_ABSENT ? DUPLICATES_EACH : m->duplicates;
	m->token = site_or(m->token, 0);
	m->auto_limit = site_or(m->auto_limit, 1);
	m->sent = m->sent == INT_ABSENT ? SENT_SERVER : m->sent;
	m->sent_folder = m->sent_folder ? m->sent_folder : "Sent";
}

int
mailbox_all(struct call *call, struct records *out, struct err *err)
{
	if (!call->mailboxes) {
		struct records *all = ARENA_NEW(call->arena, struct records);

		if (sql_all(call->tx, call->arena, SQL_MAILBOXES, NO_ARGS, &rec_mailbox_row, all, err) < 0)
			return -1;
		for (size_t i = 0; i < all->n; i++)
			defaults((struct mailbox *)all->v + i);
		call->mailboxes = all;
	}
	*out = *call->mailboxes;
	return 0;
}

int
mailbox_get(struct call *call, const char *name, struct mailbox **mailbox_r, struct err *err)
{
	struct records all;
	struct mailbox *v;

	if (mailbox_all(call, &all, err) < 0)
		return -1;
	v = all.v;
	for (size_t i = 0; name && i < all.n; i++)
		if (strcmp(v[i].name, name) == 0) {
			*mailbox_r = &v[i];
			return 0;
		}
	return err_set(err, E_NO_SITE_MAILBOX, "name", name ? name : "", NULL);
}

/* Local parts are compared without case, too: no server of today tells them apart. */
static bool
is_address(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

int
mailbox_of(struct call *call, const char *address, struct mailbox **mailbox_r, struct err *err)
{
	struct records all;
	struct mailbox *v;

	if (mailbox_all(call, &all, err) < 0)
		return -1;
	v = all.v;
	for (size_t i = 0; i < all.n; i++) {
		struct texts more = { NULL, 0, 0 };
		bool is = *v[i].address && is_address(v[i].address, address);

		if (v[i].addresses)
			list_split(call->arena, v[i].addresses, &more);
		for (size_t k = 0; k < more.n && !is; k++)
			is = is_address(more.v[k], address);
		if (is) {
			*mailbox_r = &v[i];
			return 1;
		}
	}
	return 0;
}

int
mailbox_own(struct call *call, const char *address, struct err *err)
{
	const char *from = call->desk->options.mail_from;
	struct mailbox *mailbox;

	return from && is_address(from, address) ? 1 : mailbox_of(call, address, &mailbox, err);
}

int
mailbox_signature(struct call *call, const struct mailbox *mailbox, const char *language, const char **text_r, struct err *err)
{
	const struct site_signature *v;
	struct records all;
	size_t best = 0, score = 0;

	*text_r = NULL;
	if (sql_all(call->tx, call->arena, SQL_MAILBOX_SIGNATURES, ARGS(V_TEXT(mailbox->name)), &rec_site_signature, &all, err) < 0)
		return -1;
	v = all.v;
	for (size_t i = 0; language && i < all.n; i++) {
		size_t main = strcspn(language, "-");
		size_t now = strcasecmp(v[i].language, language) == 0 ? 2 : strcspn(v[i].language, "-") == main && strncasecmp(v[i].language, language, main) == 0;

		if (now > score) {
			score = now;
			best = i;
		}
	}
	if (all.n)
		*text_r = v[best].text;
	return 0;
}

int
mailbox_token_key(struct call *call, bool make, const char **key_r, struct err *err)
{
	char secret[RAND_SECRET + 1];
	int rc;

	*key_r = NULL;
	rc = sql_text(call->tx, call->arena, SQL_META_GET, ARGS(V_TEXT(KEY_OF_TOKENS)), key_r, err);
	if (rc != 0 || !make)
		return rc;
	*key_r = arena_strdup(call->arena, rand_secret(secret));
	return RUN(call, META_SET, V_TEXT(KEY_OF_TOKENS), V_TEXT(*key_r)) < 0 ? -1 : 1;
}

int
mailbox_token_address(struct call *call, const struct mailbox *mailbox, const char *ixn, const char **address_r, struct err *err)
{
	const char *key, *address;

	*address_r = mailbox->address;
	if (!mailbox->token)
		return 0;
	if (mailbox_token_key(call, true, &key, err) < 0)
		return -1;
	address = mail_token_make(call->arena, mailbox->address, ixn, key, strlen(key));
	if (address)
		*address_r = address;
	return 0;
}
