#include "desk/site.h"

#define X struct site_agent
RECORD(rec_site_agent, X, "agent", N_("An agent, lead, administrator or service."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("the login; letters, digits and _ - .")),
       TEXT_FIELD(X, alias, 0, N_("what contacts see")),
       NAME_FIELD(X, role, roles, 0, N_("agent (the default), lead, admin or service")),
       TEXT_FIELD(X, password, FIELD_SECRET, N_("in clear: hashed on loading, with a warning")),
       TEXT_FIELD(X, password_file, 0, N_("a file that only its owner may read")),
       TEXT_FIELD(X, password_hash, 0, N_("an Argon2id hash, as dumped")),
       PAIRS_FIELD(X, skills, FIELD_NUMBERS, N_("skills and their levels")),
       TEXTS_FIELD(X, queues, 0, N_("the queues served; every queue when left out")),
       TEXTS_FIELD(X, teams, 0, N_("the teams; a lead leads them")),
       TEXTS_FIELD(X, media, 0, N_("the media of a login that names none")),
       PAIRS_FIELD(X, capacity, FIELD_NUMBERS, N_("how many at once of each medium; one voice call and nothing else when left out")),
       TEXT_FIELD(X, place, 0, N_("extension or desk")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_queue
RECORD(rec_site_queue, X, "queue", N_("A queue."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name")),
       TEXT_FIELD(X, skills, 0, N_("the skills it asks for: french>=3 & (billing | sales>=2)")),
       INT_FIELD(X, priority, 0, N_("points of what enters it; one is worth a minute of waiting")),
       REAL_FIELD(X, ageing, 0, N_("points that a minute of waiting adds (1)")),
       BOOL_FIELD(X, rona, 0, N_("an agent who does not answer becomes not ready (true)")),
       DURATION_FIELD(X, offer_timeout, 0, N_("how long an offer stands (30s)")),
       DURATION_FIELD(X, exclusion, 0, N_("how long who refused or missed it is not offered it again (60s)")),
       BOOL_FIELD(X, transcript, 0, N_("mail the transcript at Mark Done unless told otherwise (false)")),
       BOOL_FIELD(X, pull, 0, N_("agents may choose what they take (false)")),
       TEXT_FIELD(X, selection, 0, N_("who gets it: longest-idle (the default), least-loaded, best-fit or order")),
       BOOL_FIELD(X, push, 0, N_("it is offered to agents (true); else they take it with ixn-take")),
       BOOL_FIELD(X, auto_answer, 0, N_("what is offered is accepted at once (false)")),
       RECORDS_FIELD(X, widen, rec_site_widen, 0, N_("other skills asked for after a time, in steps")),
       TEXT_FIELD(X, overflow_to, 0, N_("the queue it overflows to")),
       DURATION_FIELD(X, overflow_after, 0, N_("overflow what has waited so long")),
       INT_FIELD(X, overflow_length, 0, N_("overflow what comes when so many wait")),
       BOOL_FIELD(X, overflow_nobody, 0, N_("overflow what comes when nobody who could serve it is logged in (false)")),
       TEXT_FIELD(X, hours, 0, N_("its opening hours: an item of hours; always open when left out")),
       NAME_FIELD(X, closed, closed_policies, 0, N_("what becomes of what comes while it is closed (hold)")),
       TEXT_FIELD(X, closed_to, 0, N_("the queue for closed = overflow")),
       NAME_FIELD(X, last_agent, last_agent_policies, 0, N_("goes first to the agent who served the contact last (off)")),
       DURATION_FIELD(X, last_agent_wait, 0, N_("how long it waits for that agent (1m)")),
       DURATION_FIELD(X, wrap_up, 0, N_("after-call work: how long at most its agent takes nothing new behind it (none)")),
       DURATION_FIELD(X, waiting_late, 0, N_("a side that has waited so long for an answer is flagged late (20s)")),
       DURATION_FIELD(X, waiting_overdue, 0, N_("and overdue (60s)")),
       DURATION_FIELD(X, inactivity_warning, 0, N_("a chat silent for so long is warned (never)")),
       DURATION_FIELD(X, inactivity_warning2, 0, N_("and again after so long more")),
       DURATION_FIELD(X, inactivity_close, 0, N_("and closed after so long more")),
       TEXT_FIELD(X, fallback, 0, N_("the queue for --if-unavailable fallback")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

RECORD(rec_site_widen, struct site_widen, "widening", N_("A step of widening."),
       DURATION_FIELD(struct site_widen, after, FIELD_REQUIRED, N_("after so long a wait")),
       TEXT_FIELD(struct site_widen, skills, 0, N_("the queue asks for these skills only")))

#define X struct site_setting
RECORD(rec_site_setting, X, "setting", N_("What holds for the whole site."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name")),
       TEXT_FIELD(X, value, 0, N_("its value; the default when left out")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_team
RECORD(rec_site_team, X, "team", N_("A team."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name")),
       TEXTS_FIELD(X, leads, 0, N_("agents who lead it")),
       TEXTS_FIELD(X, members, 0, N_("agents who belong to it")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_disposition
RECORD(rec_site_disposition, X, "disposition", N_("A code for the outcome of an interaction."),
       TEXT_FIELD(X, code, 0, N_("the code")),
       TEXT_FIELD(X, name, 0, N_("the same")),
       TEXT_FIELD(X, label, 0, N_("what people read")),
       TEXT_FIELD(X, parent, 0, N_("the code above it in the tree")),
       TEXTS_FIELD(X, mandatory_for, 0, N_("media whose interactions need a disposition before Mark Done")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_node
RECORD(rec_site_node, X, "workflow", N_("What Mark Done offers in a queue."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("the queue where it is")),
       TEXTS_FIELD(X, next, 0, N_("the queues it may go on to")),
       BOOL_FIELD(X, stop, 0, N_("it may leave the workflow (true)")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_item
RECORD(rec_site_item, X, "item", N_("An item; members beside these are kept as they are."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name")),
       TEXT_FIELD(X, label, 0, N_("what people read")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site
RECORD(rec_site, X, "site", N_("The site: agents, queues and the rest."),
       RECORDS_FIELD(X, agents, rec_site_agent, 0, N_("agents, leads, administrators, services")),
       RECORDS_FIELD(X, queues, rec_site_queue, 0, N_("queues")),
       RECORDS_FIELD(X, teams, rec_site_team, 0, N_("teams")),
       RECORDS_FIELD(X, dispositions, rec_site_disposition, 0, N_("the tree of outcomes")),
       RECORDS_FIELD(X, workflow, rec_site_node, 0, N_("what Mark Done offers in each queue")),
       RECORDS_FIELD(X, workbins, rec_site_item, 0, N_("workbins")),
       RECORDS_FIELD(X, custom_data, rec_site_item, 0, N_("custom data")),
       RECORDS_FIELD(X, data_display, rec_site_item, 0, N_("which attached data is displayed, in this order; all when there is none")),
       RECORDS_FIELD(X, review, rec_site_item, 0, N_("quality review")),
       RECORDS_FIELD(X, mailboxes, rec_site_item, 0, N_("mailboxes")),
       RECORDS_FIELD(X, gateways, rec_site_item, 0, N_("text gateways")),
       RECORDS_FIELD(X, hours, rec_site_item, 0, N_("opening hours")),
       RECORDS_FIELD(X, sites, rec_site_item, 0, N_("external websites")),
       RECORDS_FIELD(X, settings, rec_site_setting, 0, N_("what holds for the whole site")),
       BOOL_FIELD(X, replace, FIELD_NO_OPTION | FIELD_INTERNAL, NULL),
       BOOL_FIELD(X, reset_passwords, FIELD_NO_OPTION | FIELD_INTERNAL, NULL),
       BOOL_FIELD(X, dry_run, FIELD_NO_OPTION | FIELD_INTERNAL, NULL))
#undef X
