/*
 * The values of field codes: properties of contact, agent and interaction, and
 * attached data of the type that the site gives its key.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "desk/field_priv.h"

#define ZONE_KEY "time_zone"

typedef int value_fn(const struct field_source *s, const char *key, struct code_value *out, struct err *err);

static int
put(const char *text, struct code_value *out)
{
	if (text && *text)
		*out = (struct code_value){ .type = CODE_TEXT, .text = text };
	return 0;
}

/* The contact. */

#define VALUE(name) \
	static int name(const struct field_source *s, const char *key, struct code_value *out, struct err *err)
#define TEXT_VALUE(name, expression) \
	VALUE(name) \
	{ \
		(void)key, (void)err; \
		return put(expression, out); \
	}
TEXT_VALUE(contact_id, s->contact)
TEXT_VALUE(contact_title, person_parse(s->call->arena, s->full_name).title)
TEXT_VALUE(contact_first_name, person_parse(s->call->arena, s->full_name).first)
TEXT_VALUE(contact_last_name, person_parse(s->call->arena, s->full_name).last)
TEXT_VALUE(contact_full_name, s->full_name)
TEXT_VALUE(contact_language, s->language)

static int
address(const struct field_source *s, const char *scheme, struct code_value *out, struct err *err)
{
	const char *found;

	return contact_address(s->call, s->contact, scheme, &found, err) < 0 ? -1 : put(found, out);
}

VALUE(contact_email)
{
	(void)key;
	return address(s, "mailto", out, err);
}

VALUE(contact_phone)
{
	(void)key;
	return address(s, "tel", out, err);
}

struct address_row {
	const char *scheme, *address;
};
RECORD(rec_field_address, struct address_row, "address", NULL, TEXT_FIELD(struct address_row, scheme, 0, NULL), TEXT_FIELD(struct address_row, address, 0, NULL))

static int
emails(const struct field_source *s, struct texts *out, struct err *err)
{
	struct records rows = { NULL, 0 };

	*out = (struct texts){ NULL, 0, 0 };
	if (s->contact && sql_all(s->call->tx, s->call->arena, SQL_CONTACT_ADDRESSES, ARGS(V_TEXT(s->contact)), &rec_field_address, &rows, err) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct address_row *a = (const struct address_row *)rows.v + i;

		if (strcmp(a->scheme, "mailto") == 0)
			texts_add(s->call->arena, out, a->address);
	}
	return 0;
}

VALUE(contact_emails)
{
	struct texts list;

	(void)key;
	if (emails(s, &list, err) < 0)
		return -1;
	return put(texts_join(s->call->arena, &list, ", "), out);
}

VALUE(contact_emails_count)
{
	struct texts list;

	(void)key;
	if (emails(s, &list, err) < 0)
		return -1;
	*out = (struct code_value){ .type = CODE_NUMBER, .number = (double)list.n };
	return 0;
}

VALUE(contact_emails_exists)
{
	const char *normal = address_normalize(s->call->arena, "mailto", key);
	struct texts list;

	if (emails(s, &list, err) < 0)
		return -1;
	*out = (struct code_value){ .type = CODE_BOOLEAN, .boolean = normal && texts_has(&list, normal) };
	return 0;
}

/* The agent. */

TEXT_VALUE(agent_name, s->agent)
TEXT_VALUE(agent_alias, s->alias)
TEXT_VALUE(agent_first_name, person_parse(s->call->arena, s->alias).first)
TEXT_VALUE(agent_last_name, person_parse(s->call->arena, s->alias).last)
TEXT_VALUE(agent_signature, s->signature)

/* The interaction. */

TEXT_VALUE(ixn_id, s->ixn->id)
TEXT_VALUE(ixn_subject, s->ixn->subject)
TEXT_VALUE(ixn_queue, s->ixn->queue)
TEXT_VALUE(ixn_medium, s->ixn->medium)
TEXT_VALUE(ixn_external_id, s->ixn->external_id)
TEXT_VALUE(ixn_conversation, s->ixn->conversation)
TEXT_VALUE(ixn_zone, s->zone)
/* The other side's address is the only one that is known of an interaction. */
TEXT_VALUE(ixn_from, s->ixn->direction == OUTBOUND ? NULL : s->ixn->address)
TEXT_VALUE(ixn_to, s->ixn->direction == OUTBOUND ? s->ixn->address : NULL)

VALUE(ixn_created)
{
	(void)key, (void)err;
	*out = (struct code_value){ .type = CODE_TIME, .time = s->ixn->created };
	return 0;
}

/* Data: what was kept fits the type; what was attached before the site said so may not, and is text. */

static void
typed(const struct field_source *s, const struct datum *d, struct code_value *out)
{
	struct err ignored = { 0 };
	time_ms time;
	char *end;

	switch (d->type) {
	case DATA_NUMBER:
		*out = (struct code_value){ .type = CODE_NUMBER, .number = strtod(d->value, &end) };
		if (*end)
			put(d->value, out);
		return;
	case DATA_BOOLEAN:
		*out = (struct code_value){ .type = CODE_BOOLEAN, .boolean = strcmp(d->value, "true") == 0 };
		return;
	case DATA_DATE:
	case DATA_TIME:
		if (time_parse(d->value, s->call->now, s->zone, &time, &ignored) == 0)
			*out = (struct code_value){ .type = CODE_TIME, .time = time, .day = d->type == DATA_DATE };
		return;
	default:
		return;
	}
}

static const struct datum *
datum_find(const struct field_source *s, const char *key)
{
	const struct datum *v = s->data.v;

	for (size_t i = 0; i < s->data.n; i++)
		if (strcmp(v[i].key, key) == 0)
			return &v[i];
	return NULL;
}

VALUE(data)
{
	const struct datum *d = datum_find(s, key);

	(void)err;
	if (!d || !d->value || !*d->value)
		return 0;
	put(d->value, out);
	if (!s->raw)
		typed(s, d, out);
	return 0;
}

static value_fn *const values[CODE_PROPERTY_COUNT] = {
	[CODE_CONTACT_ID] = contact_id,
	[CODE_CONTACT_TITLE] = contact_title,
	[CODE_CONTACT_FIRST_NAME] = contact_first_name,
	[CODE_CONTACT_LAST_NAME] = contact_last_name,
	[CODE_CONTACT_FULL_NAME] = contact_full_name,
	[CODE_CONTACT_EMAIL] = contact_email,
	[CODE_CONTACT_PHONE] = contact_phone,
	[CODE_CONTACT_EMAILS] = contact_emails,
	[CODE_CONTACT_EMAILS_COUNT] = contact_emails_count,
	[CODE_CONTACT_EMAILS_EXISTS] = contact_emails_exists,
	[CODE_CONTACT_LANGUAGE] = contact_language,
	[CODE_AGENT_NAME] = agent_name,
	[CODE_AGENT_ALIAS] = agent_alias,
	[CODE_AGENT_FIRST_NAME] = agent_first_name,
	[CODE_AGENT_LAST_NAME] = agent_last_name,
	[CODE_AGENT_FULL_NAME] = agent_alias,
	[CODE_AGENT_SIGNATURE] = agent_signature,
	[CODE_IXN_ID] = ixn_id,
	[CODE_IXN_CREATED] = ixn_created,
	[CODE_IXN_SUBJECT] = ixn_subject,
	[CODE_IXN_FROM] = ixn_from,
	[CODE_IXN_TO] = ixn_to,
	[CODE_IXN_QUEUE] = ixn_queue,
	[CODE_IXN_MEDIUM] = ixn_medium,
	[CODE_IXN_EXTERNAL_ID] = ixn_external_id,
	[CODE_IXN_CONVERSATION] = ixn_conversation,
	[CODE_IXN_ZONE] = ixn_zone,
	[CODE_IXN_DATA] = data,
	[CODE_DATA] = data,
};

/* The source. */

static int
contact_init(struct field_source *s, struct err *err)
{
	struct contact *contact;

	if (contact_head(s->call, s->ixn->contact, &s->contact, err) < 0 || contact_get(s->call, s->contact, &contact, err) < 0)
		return -1;
	if (contact->name)
		s->full_name = contact->name;
	if (contact->language)
		s->language = contact->language;
	return 0;
}

/* A member of the agent that the site keeps beside those that are known. */
static const char *
signature_of(struct arena *arena, const char *extra)
{
	struct json_member m;

	while (extra && json_next(&extra, &m))
		if (m.key_size == 9 && memcmp(m.key, "signature", 9) == 0 && m.value[0] == '"')
			return json_text(arena, m.value, m.size);
	return NULL;
}

static int
agent_init(struct field_source *s, struct err *err)
{
	const struct actor *actor = &s->call->actor;
	struct agent *agent = NULL;

	if (actor->kind == ACTOR_AGENT && agent_get(s->call, actor->name, &agent, err) < 0)
		return -1;
	/* A program without an alias speaks for the agent. */
	if (!agent || (agent->role == ROLE_SERVICE && !agent->alias)) {
		if (!s->ixn->agent)
			return 0;
		if (agent_get(s->call, s->ixn->agent, &agent, err) < 0)
			return -1;
	}
	s->agent = agent->name;
	s->alias = agent->alias;
	s->signature = signature_of(s->call->arena, agent->extra);
	return 0;
}

int
field_source_init(struct field_source *s, struct call *call, const struct ixn *ixn, struct err *err)
{
	const struct datum *zone;

	*s = (struct field_source){ .call = call, .ixn = ixn, .full_name = ixn->name, .language = ixn->language, .zone = call->desk->options.zone };
	if (!s->zone)
		s->zone = "";
	if ((ixn->contact && contact_init(s, err) < 0) || agent_init(s, err) < 0 || data_read(call, ixn->id, &s->data, err) < 0)
		return -1;
	zone = datum_find(s, ZONE_KEY);
	if (zone && zone->value && *zone->value && zone_exists(zone->value))
		s->zone = zone->value;
	return 0;
}

static int
get(void *context, struct arena *arena, enum code_property property, const char *key, struct code_value *value_r, struct err *err)
{
	(void)arena;
	return values[property](context, key, value_r, err);
}

static int
named(void *context, struct arena *arena, const char *name, const char **formula_r, struct err *err)
{
	(void)arena;
	return field_formula(((struct field_source *)context)->call, name, formula_r, err);
}

struct code_options
field_options(struct field_source *s, const char *name, enum missing_policy missing)
{
	return (struct code_options){
		.name = name,
		.missing = missing,
		.language = s->language ? s->language : s->call->desk->options.language,
		.zone = s->zone,
		.now = s->call->now,
		.get = get,
		.named = named,
		.context = s,
	};
}
