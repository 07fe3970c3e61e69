/*
 * target.h - whom something goes to: "agent:alice", "queue:billing",
 * "mailto:a@b.fr". See ixn-targets(7).
 */
#ifndef MODEL_TARGET_H
#define MODEL_TARGET_H

#include <stdbool.h>

#include "base/attr.h"

struct arena;
struct err;

#define TARGET_KINDS(X) \
	X(TARGET_AGENT, "agent", N_("an agent, by name")) \
	X(TARGET_QUEUE, "queue", N_("a queue, by name")) \
	X(TARGET_TEAM, "team", N_("any agent of a team")) \
	X(TARGET_LEAD, "lead", N_("any lead of a team")) \
	X(TARGET_SKILL, "skill", N_("any agent with these skills: skill:\"french>=3\"")) \
	X(TARGET_WORKBIN, "workbin", N_("a workbin, by name")) \
	X(TARGET_CONTACT, "contact", N_("a contact, by id")) \
	X(TARGET_MAILTO, "mailto", N_("a mail address")) \
	X(TARGET_TEL, "tel", N_("a telephone number")) \
	X(TARGET_SIP, "sip", N_("a SIP address")) \
	X(TARGET_SMS, "sms", N_("a telephone number, by text message")) \
	X(TARGET_WHATSAPP, "whatsapp", N_("a WhatsApp number")) \
	X(TARGET_OTHER, "", N_("an address of a scheme that a configured gateway claims"))

#define TARGET_ENUM(value, name, doc) value,
enum target_kind { TARGET_KINDS(TARGET_ENUM) };
#undef TARGET_ENUM

extern const struct names target_kinds;

struct target {
	enum target_kind kind;
	char scheme[24];
	const char *value; /* behind the colon; points into the text parsed */
};

/* E_BAD_TARGET. A scheme is letters, digits, '+', '-', '.', and starts with a letter. */
int target_parse(const char *text, struct target *target_r, struct err *err) ATTR_MUSTUSE;

/*
 * An address as it is compared: mail with the domain in lower case, telephone
 * numbers as '+' and digits where they are international, digits otherwise.
 * NULL when it is none of that scheme.
 */
const char *address_normalize(struct arena *arena, const char *scheme, const char *address);
/* The scheme that an address without one belongs to: "mailto", "tel" or NULL. */
const char *address_scheme(const char *address);

#endif
