/*
 * names.h - the enumerations of the trade, each with the name that scripts,
 * SQL and JSON use and a line that man pages print. A value of 0 is the first.
 */
#ifndef MODEL_NAMES_H
#define MODEL_NAMES_H

#include <stddef.h>

#include "base/attr.h"
#include "base/i18n.h"

struct names {
	const char *what; /* "interaction state", for messages */
	const struct name {
		const char *name, *doc;
	} * v;
	size_t n;
};

/* The value of a name, or -1. */
int names_find(const struct names *names, const char *name);
/* The name of a value; "?" for one that is none. */
const char *names_get(const struct names *names, int value);

#define IXN_STATES(X) \
	X(IXN_QUEUED, "queued", N_("waits in a queue, or for one agent, to be offered")) \
	X(IXN_OFFERED, "offered", N_("an agent has been asked to take it")) \
	X(IXN_ACTIVE, "active", N_("an agent works on it")) \
	X(IXN_HELD, "held", N_("the contact waits on the line")) \
	X(IXN_CONSULTING, "consulting", N_("the agent talks to a colleague about it")) \
	X(IXN_PARKED, "parked", N_("lies in a workbin")) \
	X(IXN_REVIEW, "review", N_("its answer is being reviewed")) \
	X(IXN_WRAP, "wrap", N_("the contact is gone, the agent finishes it")) \
	X(IXN_DONE, "done", N_("marked done: nothing changes any more"))

#define OFFER_STATES(X) \
	X(OFFER_PENDING, "pending", N_("the agent may accept it until it expires")) \
	X(OFFER_ACCEPTED, "accepted", N_("the agent took it")) \
	X(OFFER_REJECTED, "rejected", N_("the agent declined it")) \
	X(OFFER_EXPIRED, "expired", N_("the agent did not answer in time")) \
	X(OFFER_WITHDRAWN, "withdrawn", N_("taken back before an answer"))

#define OFFER_PURPOSES(X) \
	X(PURPOSE_ROUTE, "route", N_("routed from a queue")) \
	X(PURPOSE_TRANSFER, "transfer", N_("handed over by a colleague")) \
	X(PURPOSE_CONSULT, "consult", N_("a colleague asks for advice")) \
	X(PURPOSE_CONFERENCE, "conference", N_("to join, seen by the contact")) \
	X(PURPOSE_REVIEW, "review", N_("a mail to review")) \
	X(PURPOSE_CALLBACK, "callback", N_("a contact to call back")) \
	X(PURPOSE_MONITOR, "monitor", N_("to follow as a team lead"))

#define END_REASONS(X) \
	X(END_NONE, "", N_("not ended")) \
	X(END_COMPLETED, "completed", N_("the agent finished it")) \
	X(END_TRANSFERRED, "transferred", N_("it went on to somebody else")) \
	X(END_STOPPED, "stopped", N_("taken out of the workflow")) \
	X(END_ABANDONED, "abandoned", N_("the contact left before an agent came")) \
	X(END_MISSED, "missed", N_("the agent offered it did not answer")) \
	X(END_EXPIRED, "expired", N_("its time ran out")) \
	X(END_ERROR, "error", N_("something broke")) \
	X(END_PARKED, "parked", N_("put into a workbin"))

#define ROLES(X) \
	X(ROLE_AGENT, "agent", N_("takes and finishes interactions")) \
	X(ROLE_LEAD, "lead", N_("an agent who also leads teams")) \
	X(ROLE_ADMIN, "admin", N_("sets up the site")) \
	X(ROLE_SERVICE, "service", N_("a program: gateway, batch, web hook"))

#define AGENT_STATES(X) \
	X(AGENT_LOGGED_OUT, "logged-out", N_("no session")) \
	X(AGENT_NOT_READY, "not-ready", N_("logged in, takes nothing new")) \
	X(AGENT_READY, "ready", N_("takes new interactions")) \
	X(AGENT_AFTER_WORK, "after-work", N_("finishes the last one"))

#define AGENT_PRESENCES(X) \
	X(READY_LOGGED_OUT, "logged-out", N_("no session")) \
	X(READY_NONE, "not-ready", N_("ready on no medium")) \
	X(READY_PARTIAL, "partial", N_("ready on some media")) \
	X(READY_ALL, "ready", N_("ready on all media"))

#define MESSAGE_ROLES(X) \
	X(FROM_CONTACT, "contact", N_("the contact")) \
	X(FROM_AGENT, "agent", N_("an agent")) \
	X(FROM_SYSTEM, "system", N_("the desk itself"))

#define WAITING_SIDES(X) \
	X(WAITING_CONTACT, "contact", N_("the contact waits for the agent")) \
	X(WAITING_AGENT, "agent", N_("the agent waits for the contact"))

#define WAITING_LEVELS(X) \
	X(LEVEL_OK, "ok", N_("not for long")) \
	X(LEVEL_LATE, "late", N_("for longer than the queue's waiting_late")) \
	X(LEVEL_OVERDUE, "overdue", N_("for longer than its waiting_overdue"))

#define PARTY_ROLES(X) \
	X(PARTY_CONSULT, "consult", N_("a colleague asked for advice, unseen by the contact")) \
	X(PARTY_CONFERENCE, "conference", N_("a colleague whom the contact sees")) \
	X(PARTY_MONITOR, "monitor", N_("a lead who follows")) \
	X(PARTY_REVIEW, "review", N_("who has a mail in hand to review it"))

#define MONITOR_MODES(X) \
	X(MONITOR_OFF, "off", N_("follows no more")) \
	X(MONITOR_LISTEN, "listen", N_("reads; nobody sees it")) \
	X(MONITOR_COACH, "coach", N_("speaks to the agent alone")) \
	X(MONITOR_BARGE, "barge", N_("speaks to all"))

#define DIRECTIONS(X) \
	X(INBOUND, "inbound", N_("came from a contact")) \
	X(OUTBOUND, "outbound", N_("begun by an agent, to a contact")) \
	X(INTERNAL, "internal", N_("between agents"))

#define CLOSED_POLICIES(X) \
	X(CLOSED_HOLD, "hold", N_("waits until the queue opens")) \
	X(CLOSED_OVERFLOW, "overflow", N_("goes on to another queue")) \
	X(CLOSED_MESSAGE, "message", N_("the contact is told when it opens, and the interaction ends")) \
	X(CLOSED_CALLBACK, "callback", N_("the contact is offered a call, and it waits until the queue opens"))

#define LAST_AGENT_POLICIES(X) \
	X(LAST_AGENT_OFF, "off", N_("whoever served the contact last counts for nothing")) \
	X(LAST_AGENT_MEMBER, "member", N_("goes to that agent first, where one of the queue's")) \
	X(LAST_AGENT_ALWAYS, "always", N_("goes to that agent first, of whatever queue"))

#define MAIL_STATES(X) \
	X(MAIL_DRAFT, "draft", N_("being written")) \
	X(MAIL_FOR_REVIEW, "for-review", N_("waits for a reviewer")) \
	X(MAIL_REJECTED, "rejected", N_("sent back by a reviewer")) \
	X(MAIL_QUEUED, "queued", N_("waits for the next 'outbox-send'")) \
	X(MAIL_SENDING, "sending", N_("on its way right now")) \
	X(MAIL_DEFERRED, "deferred", N_("the server said later; it is tried again")) \
	X(MAIL_SENT, "sent", N_("the server took it")) \
	X(MAIL_FAILED, "failed", N_("refused for good, or given up")) \
	X(MAIL_UNKNOWN, "unknown", N_("cut after everything was sent: only a person can tell")) \
	X(MAIL_DROPPED, "dropped", N_("given up by a person"))

#define EMAIL_KINDS(X) \
	X(EMAIL_PERSONAL, "personal", N_("a person wrote it")) \
	X(EMAIL_AUTOMATIC, "automatic", N_("a program answered by itself")) \
	X(EMAIL_LIST, "list", N_("came by a mailing list")) \
	X(EMAIL_REPORT, "report", N_("a report about a mail that was sent")) \
	X(EMAIL_NEW, "new", N_("begun by an agent")) \
	X(EMAIL_REPLY, "reply", N_("answers one that came")) \
	X(EMAIL_FORWARD, "forward", N_("hands one that came to somebody outside"))

#define FETCH_OUTCOMES(X) \
	X(FETCH_KEPT, "kept", N_("a new interaction")) \
	X(FETCH_THREADED, "threaded", N_("a new interaction in a conversation that was open")) \
	X(FETCH_RETURNED, "returned", N_("an answer that came back to the interaction that asked for it")) \
	X(FETCH_REPORTED, "reported", N_("a report, kept with the mail it is about")) \
	X(FETCH_DUPLICATE, "duplicate", N_("was there already")) \
	X(FETCH_OWN, "own", N_("sent by the desk itself")) \
	X(FETCH_DISCARDED, "discarded", N_("a rule said so"))

#define AFTER_POLICIES(X) \
	X(AFTER_SEEN, "seen", N_("marked as read")) \
	X(AFTER_KEEP, "keep", N_("left as it is")) \
	X(AFTER_MOVE, "move", N_("moved to another folder"))

#define DUPLICATE_POLICIES(X) \
	X(DUPLICATES_EACH, "each", N_("one interaction in each mailbox that it came to")) \
	X(DUPLICATES_ONCE, "once", N_("one interaction in all"))

#define SENT_POLICIES(X) \
	X(SENT_SERVER, "server", N_("the mail server keeps copies by itself")) \
	X(SENT_APPEND, "append", N_("a copy is put into the folder of sent mails")) \
	X(SENT_NONE, "none", N_("no copy is kept"))

#define REVIEW_VERDICTS(X) \
	X(REVIEW_SUBMITTED, "submitted", N_("given to review")) \
	X(REVIEW_APPROVED, "approved", N_("a reviewer agreed")) \
	X(REVIEW_REJECTED, "rejected", N_("sent back to its author")) \
	X(REVIEW_EDITED, "edited", N_("changed by a reviewer")) \
	X(REVIEW_WITHDRAWN, "withdrawn", N_("taken back by its author")) \
	X(REVIEW_ESCALATED, "escalated", N_("waited too long: passed to others")) \
	X(REVIEW_RELEASED, "released", N_("by a rule, without a person"))

#define CLEAN_POLICIES(X) \
	X(CLEAN_HOLD, "hold", N_("waits for a reviewer all the same")) \
	X(CLEAN_RELEASE, "release", N_("is sent"))

#define REJECTED_POLICIES(X) \
	X(REJECTED_WORKBIN, "workbin", N_("to the author's workbin")) \
	X(REJECTED_PREVIEW, "preview", N_("offered to the author"))

/* What is done with a target: rules of the site allow or forbid it, team-find says where it may be done. */
#define ACTIONS(X) \
	X(ACTION_TRANSFER, "transfer", N_("hand an interaction over")) \
	X(ACTION_CONSULT, "consult", N_("ask for advice")) \
	X(ACTION_CONFERENCE, "conference", N_("bring into a conversation with a contact")) \
	X(ACTION_PLACE, "place", N_("put an interaction there")) \
	X(ACTION_CHAT, "chat", N_("write to a colleague")) \
	X(ACTION_MONITOR, "monitor", N_("follow as a team lead")) \
	X(ACTION_MAIL, "mail", N_("write a mail")) \
	X(ACTION_CALL, "call", N_("telephone")) \
	X(ACTION_FIND, "find", N_("be shown by team-find"))

#define UNAVAILABLE_POLICIES(X) \
	X(UNAVAILABLE_FAIL, "fail", N_("refuse, and change nothing")) \
	X(UNAVAILABLE_QUEUE, "queue", N_("it waits in the agent's first queue, else in its own")) \
	X(UNAVAILABLE_FALLBACK, "fallback", N_("it goes to the fallback of the queue meant, else of its own"))

#define WORKBIN_KINDS(X) \
	X(WORKBIN_PERSONAL, "personal", N_("every agent has a drawer of it")) \
	X(WORKBIN_TEAM, "team", N_("for the members and leads of a team")) \
	X(WORKBIN_SHARED, "shared", N_("for everybody"))

#define MISSING_POLICIES(X) \
	X(MISSING_FAIL, "fail", N_("refuse")) \
	X(MISSING_EMPTY, "empty", N_("leave it empty")) \
	X(MISSING_KEEP, "keep", N_("leave the field code as it is"))

#define DATA_TYPES(X) \
	X(DATA_TEXT, "text", N_("any text")) \
	X(DATA_NUMBER, "number", N_("a number, as in 12 or -3.5")) \
	X(DATA_BOOLEAN, "boolean", N_("true or false")) \
	X(DATA_DATE, "date", N_("a day, as in 2026-11-21")) \
	X(DATA_TIME, "time", N_("a time, as in 2026-11-21T09:30Z")) \
	X(DATA_ENUM, "enum", N_("one of the values listed"))

#define ALERT_LEVELS(X) \
	X(ALERT_INFO, "info", N_("good to know")) \
	X(ALERT_WARNING, "warning", N_("to be heeded")) \
	X(ALERT_CRITICAL, "critical", N_("to be acted upon at once"))

#define RESPONSE_USAGES(X) \
	X(USAGE_ACKNOWLEDGEMENT, "acknowledgement", N_("says that a message has arrived; one is active in each category")) \
	X(USAGE_AUTORESPONSE, "autoresponse", N_("answers by itself; one is active in each category")) \
	X(USAGE_SUGGESTION, "suggestion", N_("found by agents, and suggested to them")) \
	X(USAGE_FAQ, "faq", N_("a question that is often asked, with its answer"))

#define RESPONSE_STATES(X) \
	X(RESPONSE_ACTIVE, "active", N_("may be used")) \
	X(RESPONSE_INACTIVE, "inactive", N_("switched off, or another of its category and usage is active")) \
	X(RESPONSE_UNAPPROVED, "unapproved", N_("nobody who leads has approved it as it is")) \
	X(RESPONSE_SCHEDULED, "scheduled", N_("not to be used before its start")) \
	X(RESPONSE_EXPIRED, "expired", N_("not to be used any more")) \
	X(RESPONSE_REMOVED, "removed", N_("removed; a former version can be restored"))

#define USE_KINDS(X) \
	X(USE_SENT, "sent", N_("sent as it is")) \
	X(USE_EDITED, "edited", N_("sent, made to fit")) \
	X(USE_PASSED, "passed", N_("stood above the one that was chosen")) \
	X(USE_REFUSED, "refused", N_("said not to fit"))

#define NAMES_ENUM(value, name, doc) value,
#define NAMES_ONE(value, name, doc) +1
/* How many a list has: the size of a table that is looked up by its values, so that a new one is a row without anything, never outside. */
#define NAMES_COUNT(LIST) (0 LIST(NAMES_ONE))
enum ixn_state { IXN_STATES(NAMES_ENUM) };
enum offer_state { OFFER_STATES(NAMES_ENUM) };
enum offer_purpose { OFFER_PURPOSES(NAMES_ENUM) };
enum end_reason { END_REASONS(NAMES_ENUM) };
enum role { ROLES(NAMES_ENUM) };
enum agent_state { AGENT_STATES(NAMES_ENUM) };
enum agent_presence { AGENT_PRESENCES(NAMES_ENUM) };
enum waiting_side { WAITING_SIDES(NAMES_ENUM) };
enum waiting_level { WAITING_LEVELS(NAMES_ENUM) };
enum message_role { MESSAGE_ROLES(NAMES_ENUM) };
enum mail_state { MAIL_STATES(NAMES_ENUM) };
enum party_role { PARTY_ROLES(NAMES_ENUM) };
enum monitor_mode { MONITOR_MODES(NAMES_ENUM) };
enum direction { DIRECTIONS(NAMES_ENUM) };
enum closed_policy { CLOSED_POLICIES(NAMES_ENUM) };
enum last_agent_policy { LAST_AGENT_POLICIES(NAMES_ENUM) };
enum unavailable_policy { UNAVAILABLE_POLICIES(NAMES_ENUM) };
enum workbin_kind { WORKBIN_KINDS(NAMES_ENUM) };
enum data_type { DATA_TYPES(NAMES_ENUM) };
enum missing_policy { MISSING_POLICIES(NAMES_ENUM) };
enum action { ACTIONS(NAMES_ENUM) };
enum alert_level { ALERT_LEVELS(NAMES_ENUM) };
enum response_usage { RESPONSE_USAGES(NAMES_ENUM) };
enum response_state { RESPONSE_STATES(NAMES_ENUM) };
enum use_kind { USE_KINDS(NAMES_ENUM) };
enum email_kind { EMAIL_KINDS(NAMES_ENUM) };
enum fetch_outcome { FETCH_OUTCOMES(NAMES_ENUM) };
enum after_policy { AFTER_POLICIES(NAMES_ENUM) };
enum duplicate_policy { DUPLICATE_POLICIES(NAMES_ENUM) };
enum sent_policy { SENT_POLICIES(NAMES_ENUM) };
enum review_verdict { REVIEW_VERDICTS(NAMES_ENUM) };
enum clean_policy { CLEAN_POLICIES(NAMES_ENUM) };
enum rejected_policy { REJECTED_POLICIES(NAMES_ENUM) };

extern const struct names ixn_states, offer_states, offer_purposes, end_reasons, roles, agent_states, agent_presences;
extern const struct names waiting_sides, waiting_levels, message_roles, mail_states, party_roles, monitor_modes, directions;
extern const struct names closed_policies, last_agent_policies, unavailable_policies, workbin_kinds, data_types, missing_policies;
extern const struct names actions, alert_levels, response_usages, response_states, use_kinds, email_kinds, fetch_outcomes;
extern const struct names after_policies, duplicate_policies, sent_policies, review_verdicts, clean_policies, rejected_policies;

#endif
