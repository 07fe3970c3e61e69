#include "model/names.h"

#include <string.h>

int
names_find(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->v[i].name, name) == 0)
			return (int)i;
	return -1;
}

const char *
names_get(const struct names *names, int value)
{
	return value >= 0 && (size_t)value < names->n ? names->v[value].name : "?";
}

#define ROW(value, name, doc) { name, doc },
#define NAMES(variable, text, LIST) \
	static const struct name variable##_v[] = { LIST(ROW) }; \
	const struct names variable = { text, variable##_v, COUNT_OF(variable##_v) };

NAMES(ixn_states, "interaction state", IXN_STATES)
NAMES(offer_states, "offer state", OFFER_STATES)
NAMES(offer_purposes, "offer purpose", OFFER_PURPOSES)
NAMES(end_reasons, "end reason", END_REASONS)
NAMES(roles, "role", ROLES)
NAMES(agent_states, "agent state", AGENT_STATES)
NAMES(agent_presences, "presence", AGENT_PRESENCES)
NAMES(waiting_sides, "side of a chat", WAITING_SIDES)
NAMES(waiting_levels, "length of a wait", WAITING_LEVELS)
NAMES(message_roles, "message role", MESSAGE_ROLES)
NAMES(mail_states, "mail state", MAIL_STATES)
NAMES(party_roles, "part taken", PARTY_ROLES)
NAMES(monitor_modes, "monitor mode", MONITOR_MODES)
NAMES(directions, "direction", DIRECTIONS)
NAMES(closed_policies, "what a closed queue does", CLOSED_POLICIES)
NAMES(last_agent_policies, "last agent policy", LAST_AGENT_POLICIES)
NAMES(unavailable_policies, "what becomes of a transfer", UNAVAILABLE_POLICIES)
NAMES(workbin_kinds, "kind of workbin", WORKBIN_KINDS)
NAMES(data_types, "type of data", DATA_TYPES)
NAMES(missing_policies, "what a missing value does", MISSING_POLICIES)
NAMES(actions, "action", ACTIONS)
NAMES(alert_levels, "alert level", ALERT_LEVELS)
NAMES(response_usages, "usage of a response", RESPONSE_USAGES)
NAMES(response_states, "state of a response", RESPONSE_STATES)
NAMES(use_kinds, "kind of use", USE_KINDS)
NAMES(email_kinds, "kind of mail", EMAIL_KINDS)
NAMES(fetch_outcomes, "what became of a mail", FETCH_OUTCOMES)
NAMES(after_policies, "what is done at the server", AFTER_POLICIES)
NAMES(duplicate_policies, "what a second copy does", DUPLICATE_POLICIES)
NAMES(sent_policies, "who keeps copies", SENT_POLICIES)
NAMES(review_verdicts, "verdict", REVIEW_VERDICTS)
NAMES(clean_policies, "what is done without findings", CLEAN_POLICIES)
NAMES(rejected_policies, "where a rejected mail goes", REJECTED_POLICIES)
