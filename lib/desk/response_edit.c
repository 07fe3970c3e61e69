/*
 * Changing a response: what is given replaces what was there.
 */
#include <sodium.h>
#include <string.h>

#include "desk/response_priv.h"

struct attach_in {
	const char *name, *type, *data;
};
RECORD(rec_response_attach_in, struct attach_in, "attach", N_("A file that goes along."),
       TEXT_FIELD(struct attach_in, name, FIELD_REQUIRED, N_("its name")),
       TEXT_FIELD(struct attach_in, type, 0, N_("its MIME type; as its name says when left out")),
       TEXT_FIELD(struct attach_in, data, FIELD_REQUIRED | FIELD_BODY, N_("its bytes, in base64")))

struct edit_in {
	const char *id;
	const char *name, *shortcut, *category, *description, *text, *html, *language;
	int64_t start, expires, active, approved, usage;
	struct texts media, queues, teams;
	const char *owner;
	struct records attach;
	struct texts detach, clear;
	int64_t remove, restore, version;
};
#define X struct edit_in
RECORD(rec_response_edit_in, X, "response-edit", N_("What a response is to be. Without an id it is a new one."),
       TEXT_FIELD(X, id, FIELD_OPERAND, N_("the response: its id or shortcut")),
       TEXT_FIELD(X, name, FIELD_NULLS, N_("its name; the beginning of its text when left out")),
       TEXT_FIELD_AS(X, shortcut, "WORD", FIELD_NULLS, N_("a word that stands for it, of its own and without spaces")),
       TEXT_FIELD_AS(X, category, "PATH", 0, N_("where it lies, as in Billing/Refunds; made where it is not there")),
       TEXT_FIELD(X, description, FIELD_NULLS, N_("what it is for")),
       TEXT_FIELD(X, text, FIELD_BODY | FIELD_NULLS, N_("its text; field codes stand between <$ and $>")),
       TEXT_FIELD(X, html, FIELD_BODY | FIELD_NULLS, N_("its text as HTML")),
       TEXT_FIELD_AS(X, language, "LANGUAGE", FIELD_NULLS, N_("its language, as in fr or fr-CA; that of its root category when left out")),
       TIME_FIELD(X, start, FIELD_NULLS, N_("not to be used before")),
       TIME_FIELD(X, expires, FIELD_NULLS, N_("not to be used from then on")),
       BOOL_FIELD(X, active, FIELD_OPTIONAL_VALUE, N_("it may be used (a new one: true); of acknowledgements and autoresponses one in each category is active")),
       BOOL_FIELD(X, approved, FIELD_OPTIONAL_VALUE, N_("it is approved; what an agent writes is not, until who leads says so")),
       NAME_FIELD(X, usage, response_usages, 0, N_("what it is for: suggestion when left out")),
       TEXTS_FIELD_AS(X, media, "MEDIUM", 0, N_("for these media only; may be given again, or as a list")),
       TEXTS_FIELD_AS(X, queues, "QUEUE", 0, N_("for agents who serve one of these queues")),
       TEXTS_FIELD_AS(X, teams, "TEAM", 0, N_("and those of one of these teams")),
       TEXT_FIELD_AS(X, owner, "AGENT", FIELD_NULLS, N_("whose it is: who may change it without leading; a new one is yours")),
       RECORDS_FIELD(X, attach, rec_response_attach_in, 0, N_("files that go along; one of the same name is replaced")),
       TEXTS_FIELD_AS(X, detach, "NAME", 0, N_("this file goes along no more; may be given again")),
       TEXTS_FIELD_AS(X, clear, "FIELD", 0, N_("take away its shortcut, description, text, html, start, expires, media, queues, teams or owner; may be given again")),
       BOOL_FIELD(X, remove, 0, N_("remove it; a former version can be restored")),
       INT_FIELD(X, restore, 0, N_("make it as this former version was")),
       INT_FIELD(X, version, 0, N_("refuse it if it is at another version by now")))
#undef X

struct edit_out {
	const char *id;
	int64_t state, version;
	const char *name, *category, *displaced;
};
#define X struct edit_out
RECORD(rec_response_edit_out, X, "response", N_("What became of it."),
       TEXT_FIELD(X, id, FIELD_COLUMN, N_("the response")),
       NAME_FIELD(X, state, response_states, FIELD_COLUMN, N_("its state")),
       INT_FIELD(X, version, FIELD_COLUMN, N_("counts its changes")),
       TEXT_FIELD(X, name, FIELD_COLUMN, N_("its name")),
       TEXT_FIELD(X, category, FIELD_COLUMN, N_("where it lies")),
       TEXT_FIELD(X, displaced, FIELD_COLUMN, N_("the one that it took out of active")))
#undef X

/* Fields that both have and that are taken as they are. */
static void
take_fields(const struct edit_in *in, struct response *r)
{
	static const char *const names[] = { "name", "shortcut", "description", "text", "html", "language", "start", "expires", "active", "approved", "usage", "owner" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct field *from = record_field(&rec_response_edit_in, names[i]), *to = record_field(&rec_response, names[i]);

		if (!field_present(from, in))
			continue;
		if (from->type == FIELD_TEXT)
			*(const char **)field_at(to, r) = field_text(from, in);
		else
			*(int64_t *)field_at(to, r) = field_int(from, in);
	}
}

static int
clear_fields(const struct texts *names, struct response *r, struct err *err)
{
	static const char may[] = "shortcut,description,text,html,start,expires,media,queues,teams,owner";

	for (size_t i = 0; i < names->n; i++) {
		const struct field *f = record_field(&rec_response, names->v[i]);

		if (!f || strchr(names->v[i], ',') || !list_has(may, names->v[i]))
			return err_set(err, E_BAD_VALUE, "name", "clear", "value", names->v[i], "expected", may, NULL);
		if (f->type == FIELD_TEXT)
			*(const char **)field_at(f, r) = NULL;
		else
			*(int64_t *)field_at(f, r) = INT_ABSENT;
	}
	return 0;
}

static int
take_lists(struct call *call, const struct edit_in *in, struct response *r, struct err *err)
{
	const struct {
		const char *name;
		const struct texts *list;
		const char **to;
	} lists[] = { { "media", &in->media, &r->media }, { "queues", &in->queues, &r->queues }, { "teams", &in->teams, &r->teams } };

	for (size_t i = 0; i < COUNT_OF(lists); i++)
		if (lists[i].list->v && response_list_set(call, lists[i].name, lists[i].list, lists[i].to, err) < 0)
			return -1;
	return 0;
}

/* Agents put what they write where others have made room; who leads makes room. */
static int
take_category(struct call *call, const struct edit_in *in, struct response *r, struct err *err)
{
	struct category *category;
	const char *language;
	int rc = 0;

	if (!in->category && r->category)
		rc = category_of(call, r->category, &category, err);
	if (rc > 0)
		return 0;
	if (rc == 0)
		rc = in->category && !call_may_lead(call) ? category_get(call, in->category, &category, err) : category_need(call, in->category, r->language, &category, err);
	if (rc < 0 || category_language(call, category, &language, err) < 0)
		return -1;
	/* Moved to where another language is spoken, it speaks that, unless it is said to speak another. */
	if (r->category && !in->language && !language_fits(r->language, language))
		r->language = NULL;
	r->category = category->id;
	return 0;
}

/* What its owner alone may do is not what who leads may. */
static int
check_rights(struct call *call, const struct edit_in *in, struct response *r, struct err *err)
{
	struct agent *agent;

	if (in->owner && *in->owner && agent_get(call, in->owner, &agent, err) < 0)
		return -1;
	if (call_may_lead(call))
		return 0;
	if (in->approved == 1)
		return err_set(err, E_RESPONSE_APPROVAL, "id", r->id ? r->id : "", "who", call->actor.name, NULL);
	if (!r->owner || strcmp(r->owner, call->actor.name) != 0)
		return err_set(err, E_NOT_PERMITTED, "who", call->actor.name, "role", "lead", NULL);
	r->approved = 0;
	return 0;
}

/* Whoever writes a field code that is none is told where, before a contact could read it. */
static int
check_codes(struct call *call, const struct edit_in *in, struct err *err)
{
	const struct field *bodies[] = { record_field(&rec_response_edit_in, "text"), record_field(&rec_response_edit_in, "html") };
	struct code_faults faults;

	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		const char *text = field_text(bodies[i], in);

		if (!text || text == text_null)
			continue;
		if (response_codes_check(call, text, &faults, err) < 0 || field_code_faults_err(bodies[i]->name, &faults, err) < 0)
			return -1;
	}
	return 0;
}

/* Attachments: what is added, replaced, taken off by this change. */

static int
restore_attachments(struct call *call, const struct response *r, const struct response *former, const struct records *now, struct err *err)
{
	const struct attachment *v = now->v;
	struct records then;

	if (attachments_at(call, former, &then, err) < 0)
		return -1;
	for (size_t i = 0; i < now->n; i++) {
		const struct attachment *a = attachment_named(&then, v[i].name);

		if ((!a || strcmp(a->digest, v[i].digest) != 0) && attachment_end(call, r, &v[i], err) < 0)
			return -1;
	}
	v = then.v;
	for (size_t i = 0; i < then.n; i++) {
		const struct attachment *a = attachment_named(now, v[i].name);

		if ((!a || strcmp(a->digest, v[i].digest) != 0) && attachment_add(call, r, &v[i], err) < 0)
			return -1;
	}
	return 0;
}

static int
detach(struct call *call, const struct response *r, const char *name, bool must, struct err *err)
{
	const struct attachment *a;
	struct records now;

	if (attachments_of(call, r->id, &now, err) < 0)
		return -1;
	a = attachment_named(&now, name);
	if (!a)
		return must ? err_set(err, E_NO_ATTACHMENT, "id", r->id, "name", name, NULL) : 0;
	return attachment_end(call, r, a, err);
}

static int
attach(struct call *call, const struct response *r, const struct attach_in *in, struct err *err)
{
	size_t max = strlen(in->data ? in->data : "") / 4 * 3 + 3, size = 0;
	unsigned char *bytes = arena_alloc(call->arena, max);
	struct attachment a = { .name = in->name, .type = in->type };

	if (!in->name || !in->data || sodium_base642bin(bytes, max, in->data, strlen(in->data), "\r\n", &size, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return err_set(err, E_BAD_FIELD, "where", r->name, "name", "attach", "what", N_("needs a name and bytes in base64"), NULL);
	if (size > ATTACHMENT_MAX)
		return err_set(err, E_TOO_LARGE, "what", in->name, "limit", "10 MiB", NULL);
	a.size = (int64_t)size;
	if (detach(call, r, in->name, false, err) < 0 || blob_put(call, bytes, size, &a.digest, err) < 0)
		return -1;
	return attachment_add(call, r, &a, err);
}

static int
edit_attachments(struct call *call, const struct edit_in *in, const struct response *r, const struct response *former, struct err *err)
{
	struct records now;

	if (attachments_of(call, r->id, &now, err) < 0 || (former && restore_attachments(call, r, former, &now, err) < 0))
		return -1;
	for (size_t i = 0; i < in->detach.n; i++)
		if (detach(call, r, in->detach.v[i], true, err) < 0)
			return -1;
	for (size_t i = 0; i < in->attach.n; i++)
		if (attach(call, r, (const struct attach_in *)in->attach.v + i, err) < 0)
			return -1;
	if (attachments_of(call, r->id, &now, err) < 0)
		return -1;
	return now.n > ATTACHMENTS_MAX ? err_set(err, E_TOO_LARGE, "what", N_("attachments"), "limit", "20", NULL) : 0;
}

/* As it was, but for who owns it by now. */
static int
restore(struct call *call, int64_t version, struct response *r, struct response **former_r, struct err *err)
{
	struct response *f = ARENA_NEW(call->arena, struct response), now = *r;
	char text[32];
	int rc = sql_one(call->tx, call->arena, SQL_RESPONSE_VERSION, ARGS(V_TEXT(r->id), V_INT(version)), &rec_response, f, err);

	snprintf(text, sizeof(text), "%lld", (long long)version);
	if (rc <= 0)
		return rc < 0 ? -1 : err_set(err, E_NO_VERSION, "id", r->id, "version", text, NULL);
	*r = *f;
	r->version = now.version;
	r->removed = 0;
	r->owner = now.owner;
	*former_r = f;
	return 0;
}

static int
find(struct call *call, const struct edit_in *in, struct response **r_r, struct err *err)
{
	struct response *r;
	char is[32], seen[32];

	if (!in->id) {
		*r_r = response_new(call);
		return in->remove == 1 || in->restore != INT_ABSENT ? err_set(err, E_MISSING_OPERAND, "what", "RESPONSE", "command", "response-edit", NULL) : 0;
	}
	if ((in->restore != INT_ABSENT ? response_find : response_get)(call, in->id, r_r, err) < 0 || response_may_change(call, *r_r, err) < 0)
		return -1;
	r = *r_r;
	snprintf(is, sizeof(is), "%lld", (long long)r->version);
	snprintf(seen, sizeof(seen), "%lld", (long long)in->version);
	if (in->version != INT_ABSENT && in->version != r->version)
		return err_set(err, E_RESPONSE_CHANGED, "id", r->id, "version", is, "seen", seen, NULL);
	return 0;
}

static int
edit_fn(struct call *call, const void *input, struct err *err)
{
	const struct edit_in *in = input;
	struct response *r, *former = NULL;
	const char *displaced;
	struct edit_out *out;

	if (find(call, in, &r, err) < 0 || (in->restore != INT_ABSENT && restore(call, in->restore, r, &former, err) < 0))
		return -1;
	take_fields(in, r);
	if (check_codes(call, in, err) < 0 || clear_fields(&in->clear, r, err) < 0 || take_lists(call, in, r, err) < 0 || check_rights(call, in, r, err) < 0 || take_category(call, in, r, err) < 0)
		return -1;
	r->removed = in->remove == 1;
	if (response_put(call, r, &displaced, err) < 0 || edit_attachments(call, in, r, former, err) < 0)
		return -1;
	out = call_answer(call);
	*out = (struct edit_out){ r->id, response_state(r, call->now), r->version, r->name, r->path, displaced };
	return 0;
}

const struct op op_response_edit = { "response.edit", N_("writes a standard response, or changes one"), MAY_ALL, OP_WRITE | OP_LIBRARY, &rec_response_edit_in, &rec_response_edit_out, edit_fn, NULL };
