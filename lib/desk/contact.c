/*
 * Contacts: recognised by an address, or made.
 */
#include <string.h>

#include "desk/priv.h"

RECORD(rec_contact_row, struct contact, "contact", NULL,
       ID_FIELD(struct contact, id, 0, NULL),
       TEXT_FIELD(struct contact, rid, 0, NULL),
       INT_FIELD(struct contact, version, 0, NULL),
       TEXT_FIELD(struct contact, name, FIELD_PERSONAL, NULL),
       TEXT_FIELD(struct contact, language, 0, NULL),
       TIME_FIELD(struct contact, created, 0, NULL))

static const char *
new_rid(struct arena *arena, const char *id)
{
	char rid[ID_SIZE];

	id_reverse(id, rid);
	return arena_strdup(arena, rid);
}

static int
contact_make(struct call *call, const char *scheme, const char *address, const char *shown, const char *name, const char *language,
	     const char **contact_r, struct err *err)
{
	struct contact c = { .version = 1, .name = name, .language = language, .created = call->now };

	c.id = id_new(call->arena, call->now);
	c.rid = new_rid(call->arena, c.id);
	*contact_r = c.id;
	if (sql_put(call->tx, SQL_CONTACT_NEW, &rec_contact_row, &c, err) < 0 ||
	    RUN(call, CONTACT_ADDRESS_NEW, V_TEXT(scheme), V_TEXT(address), V_TEXT(c.id), V_TEXT(shown), V_INT(1)) < 0)
		return -1;
	return event_add(call, &(struct event){ .event = "contact.created", .ref = c.id }, err);
}

int
contact_recognize(struct call *call, const char *scheme, const char *address, const char *name, const char *language,
		  const char **contact_r, struct err *err)
{
	const char *normal = address_normalize(call->arena, scheme, address);
	int rc;

	if (!normal)
		return err_set(err, E_BAD_ADDRESS, "value", address, "what", scheme, NULL);
	/* Of several who share an address, the one made first; the interaction can be assigned to another. */
	rc = sql_text(call->tx, call->arena, SQL_CONTACT_BY_ADDRESS, ARGS(V_TEXT(scheme), V_TEXT(normal)), contact_r, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return contact_make(call, scheme, normal, address, name, language, contact_r, err);
}

int
contact_address(struct call *call, const char *contact, const char *scheme, const char **address_r, struct err *err)
{
	*address_r = NULL;
	if (!contact)
		return 0;
	return sql_text(call->tx, call->arena, SQL_CONTACT_ADDRESS, ARGS(V_TEXT(contact), V_TEXT(scheme)), address_r, err) < 0 ? -1 : 0;
}
