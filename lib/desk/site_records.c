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
       TEXT_FIELD(X, capacity_rule, 0, N_("or an item of capacities that says it")),
       TEXT_FIELD(X, place, 0, N_("extension or desk")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_capacity
RECORD(rec_site_capacity, X, "capacity", N_("How much an agent may have at once."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name, for capacity_rule of agents")),
       RECORDS_FIELD(X, media, rec_site_capacity_medium, 0, N_("the media; one that is not among them is never offered")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_capacity_medium
RECORD(rec_site_capacity_medium, X, "medium", N_("How many of a medium: each of its limits must leave room."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("the medium")),
       INT_FIELD(X, max, 0, N_("at most so many of it")),
       TEXT_FIELD(X, unless, 0, N_("none while this is so; media for skills, their counts for levels: email | voice>=1")),
       INT_FIELD(X, takes, 0, N_("percent of the agent that each takes (0)")),
       INT_FIELD(X, needs, 0, N_("percent that must be free for one more (as much as it takes)")))
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
       RECORDS_FIELD(X, widen, rec_site_widen, 0, N_("other skills asked for after a time since it was first queued, in steps")),
       TEXT_FIELD(X, overflow_to, 0, N_("the queue it overflows to")),
       DURATION_FIELD(X, overflow_after, 0, N_("overflow what has waited so long in it")),
       INT_FIELD(X, overflow_length, 0, N_("overflow what comes when so many wait")),
       BOOL_FIELD(X, overflow_nobody, 0, N_("overflow what comes when nobody who could serve it is logged in (false)")),
       TEXT_FIELD(X, hours, 0, N_("its opening hours: an item of hours; always open when left out")),
       NAME_FIELD(X, closed, closed_policies, 0, N_("what becomes of what comes while it is closed: hold (the default), overflow, message or callback")),
       TEXT_FIELD(X, closed_to, 0, N_("the queue for closed = overflow")),
       NAME_FIELD(X, last_agent, last_agent_policies, 0, N_("goes first to the agent who served the contact last: off (the default), member of the queue, or always")),
       DURATION_FIELD(X, last_agent_wait, 0, N_("how long it waits for that agent (1m)")),
       DURATION_FIELD(X, wrap_up, 0, N_("after-call work: how long at most its agent takes nothing new behind it (none)")),
       DURATION_FIELD(X, waiting_late, 0, N_("a side that has waited so long for an answer is flagged late (20s; 0s: never)")),
       DURATION_FIELD(X, waiting_overdue, 0, N_("and overdue (60s; 0s: never)")),
       DURATION_FIELD(X, inactivity_warning, 0, N_("a chat silent for so long is warned (never)")),
       DURATION_FIELD(X, inactivity_warning2, 0, N_("and again after so long more")),
       DURATION_FIELD(X, inactivity_close, 0, N_("and closed after so long more")),
       TEXT_FIELD(X, fallback, 0, N_("the queue for --if-unavailable fallback")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

RECORD(rec_site_widen, struct site_widen, "widening", N_("A step of widening."),
       DURATION_FIELD(struct site_widen, after, FIELD_REQUIRED, N_("after so long a wait")),
       TEXT_FIELD(struct site_widen, skills, 0, N_("the queue asks for these skills only")))

RECORD(rec_site_special, struct site_special, "day", N_("A day with other hours."),
       TEXT_FIELD(struct site_special, date, FIELD_REQUIRED, N_("2026-12-25, or 12-25 of every year")),
       TEXT_FIELD(struct site_special, open, 0, N_("its intervals; closed when left out")))

#define X struct site_hours
RECORD(rec_site_hours, X, "hours", N_("Opening hours."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("what queues call it")),
       TEXT_FIELD(X, zone, 0, N_("the time zone of its times, as in Europe/Paris; that of who loads it when left out")),
       TEXT_FIELD(X, mon, 0, N_("intervals of Mondays: 09:00-12:00, 13:00-18:00; closed when left out")),
       TEXT_FIELD(X, tue, 0, N_("of Tuesdays")),
       TEXT_FIELD(X, wed, 0, N_("of Wednesdays")),
       TEXT_FIELD(X, thu, 0, N_("of Thursdays")),
       TEXT_FIELD(X, fri, 0, N_("of Fridays")),
       TEXT_FIELD(X, sat, 0, N_("of Saturdays")),
       TEXT_FIELD(X, sun, 0, N_("of Sundays; one that ends before it begins goes on on the next day")),
       RECORDS_FIELD(X, special, rec_site_special, 0, N_("days with other hours")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_setting
RECORD(rec_site_setting, X, "setting", N_("What holds for the whole site."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name")),
       TEXT_FIELD(X, value, 0, N_("its value; the default when left out")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_policy
RECORD(rec_site_policy, X, "policy", N_("Who may do what with whom. The first rule that matches decides; where none does, it is allowed."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name, which a refusal tells")),
       TEXTS_FIELD(X, roles, 0, N_("agent, lead; both when left out. Administrators and services are bound by no rule")),
       TEXTS_FIELD(X, verbs, 0, N_("transfer, consult, conference, place, chat, monitor, mail, call, find; all when left out")),
       TEXTS_FIELD(X, targets, 0, N_("patterns such as agent:*, queue:billing*, mailto:*@example.org, agent:@team; all targets when left out")),
       BOOL_FIELD(X, allow, 0, N_("it is allowed (false)")),
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
       BOOL_FIELD(X, hidden, 0, N_("agents neither see nor set it, nor what lies under it (false)")),
       BOOL_FIELD(X, folder, 0, N_("it only holds others, and cannot be set (false)")),
       TEXTS_FIELD(X, media, 0, N_("for interactions of these media only, as is what lies under it; all when left out")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_node
RECORD(rec_site_node, X, "workflow", N_("What Mark Done offers in a queue."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("the queue where it is")),
       TEXTS_FIELD(X, next, 0, N_("the queues it may go on to")),
       BOOL_FIELD(X, stop, 0, N_("it may leave the workflow (true)")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_workbin
RECORD(rec_site_workbin, X, "workbin", N_("Where interactions lie that are nobody's current work."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name")),
       TEXT_FIELD(X, label, 0, N_("what people read")),
       NAME_FIELD(X, kind, workbin_kinds, 0, N_("personal (the default): each agent has a drawer; team: for a team; shared: for everybody")),
       TEXT_FIELD(X, team, 0, N_("whose it is, where its kind is team")),
       BOOL_FIELD(X, read_only, 0, N_("agents take from it; only who leads puts into it (false)")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_data
RECORD(rec_site_data, X, "key", N_("A key of the data of interactions."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("the key")),
       TEXT_FIELD(X, label, 0, N_("what people read")),
       NAME_FIELD(X, type, data_types, 0, N_("text (the default), number, boolean, date, time or enum")),
       RECORDS_FIELD(X, values, rec_site_value, 0, N_("the values of an enum, and how values are read")),
       BOOL_FIELD(X, editable, 0, N_("agents may change it (true)")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

RECORD(rec_site_value, struct site_value, "value", N_("A value that a key may have."),
       TEXT_FIELD(struct site_value, name, FIELD_REQUIRED, N_("the value")),
       TEXT_FIELD(struct site_value, label, 0, N_("what people read")))

#define X struct site_website
RECORD(rec_site_website, X, "website", N_("A website of others, opened for an interaction."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name")),
       TEXT_FIELD(X, label, 0, N_("what people read")),
       TEXT_FIELD(X, url, 0, N_("its URL, with field codes: https://crm.example/?id=$Contact.Id$&order=$Data.order|Interaction.ExternalId$")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_web
RECORD(rec_site_web, X, "web", N_("Pages on which contacts ask for a chat or a call."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name, as in /chat?site=NAME; where there is only one, the page needs no name")),
       TEXT_FIELD(X, label, 0, N_("what agents read")),
       TEXTS_FIELD(X, origins, 0, N_("the websites that may embed it, and whose pages contacts may show: https://www.example.org; none when left out")),
       TEXT_FIELD(X, chat_queue, 0, N_("the queue of chats; no chat when left out")),
       TEXT_FIELD(X, callback_queue, 0, N_("the queue of callbacks, whose hours are those that may be chosen; no callback when left out")),
       BOOL_FIELD(X, cobrowse, 0, N_("contacts may show an agent which pages of these websites they are on (false)")),
       PAIRS_FIELD(X, titles, 0, N_("what stands above the page, by language: {\"en\":\"Talk to us\",\"fr\":\"Parlons-en\"}")),
       PAIRS_FIELD(X, greetings, 0, N_("what the contact reads first, by language")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_gateway
RECORD(rec_site_gateway, X, "gateway", N_("A program of others that brings text messages to /hooks/v1/NAME."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name")),
       TEXT_FIELD(X, label, 0, N_("what people read")),
       TEXT_FIELD(X, medium, 0, N_("what the messages are: sms (the default), whatsapp, ...")),
       TEXT_FIELD(X, queue, 0, N_("the queue they wait in; nothing is taken when left out")),
       TEXT_FIELD(X, key_file, 0, N_("on the server, a file with the key of its signatures that only the server may read; nothing is taken when left out")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_field_code
RECORD(rec_site_field_code, X, "field_code", N_("A formula that field codes use by its name."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name: a letter, then letters, digits and _")),
       TEXT_FIELD(X, formula, 0, N_("the formula, without <$ and $>: \"Dear \" + First(Contact.FirstName, \"customer\")")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

#define X struct site_mailbox
RECORD(rec_site_mailbox, X, "mailbox", N_("A mailbox: what comes to it, and what is sent in its name."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name, as in [imap.NAME] of the configuration")),
       TEXT_FIELD(X, label, 0, N_("what people read")),
       TEXT_FIELD(X, address, 0, N_("its address; answers come from it")),
       TEXT_FIELD(X, sender_name, 0, N_("the name beside the address")),
       TEXTS_FIELD(X, addresses, 0, N_("further addresses whose mail comes here")),
       TEXT_FIELD(X, queue, 0, N_("the queue that its mail waits in; none is fetched when left out")),
       TEXT_FIELD(X, folder, 0, N_("the folder that is fetched (INBOX)")),
       NAME_FIELD(X, after, after_policies, 0, N_("what is done at the server with what was fetched: seen (the default), keep or move")),
       TEXT_FIELD(X, move_to, 0, N_("the folder for after = move")),
       INT_FIELD(X, max_size, 0, N_("of a larger mail, in bytes, only the header is kept (25165824)")),
       NAME_FIELD(X, duplicates, duplicate_policies, 0, N_("a mail that came to another mailbox, too: each (the default) has its own interaction, or once")),
       BOOL_FIELD(X, token, 0, N_("answers go to an address with a signed mark: support+MARK@example.org (false)")),
       TEXT_FIELD(X, acknowledgement, 0, N_("the response that tells a contact that the mail has come; none when left out")),
       TEXT_FIELD(X, autoresponse, 0, N_("the response that answers each new mail of a person by itself")),
       INT_FIELD(X, auto_limit, 0, N_("so many of these go to one address in 24 hours (1)")),
       NAME_FIELD(X, sent, sent_policies, 0, N_("copies of what was sent: server (the default) keeps them by itself, append, none")),
       TEXT_FIELD(X, sent_folder, 0, N_("the folder for sent = append (Sent)")),
       TEXTS_FIELD(X, teams, 0, N_("the teams that may send in its name; everybody when left out")),
       RECORDS_FIELD(X, signatures, rec_site_signature, 0, N_("what stands below answers, by language; the first where none fits")),
       RECORDS_FIELD(X, rules, rec_site_mail_rule, 0, N_("what is done with a mail that matches, in order")),
       TEXT_FIELD(X, extra, FIELD_INTERNAL, NULL))
#undef X

RECORD(rec_site_signature, struct site_signature, "signature", N_("What stands below answers."),
       TEXT_FIELD(struct site_signature, language, FIELD_REQUIRED, N_("in answers of this language, as in fr")),
       TEXT_FIELD(struct site_signature, text, FIELD_REQUIRED, N_("the lines")))

#define X struct site_mail_rule
RECORD(rec_site_mail_rule, X, "rule", N_("What is done with a mail that matches."),
       TEXT_FIELD(X, name, FIELD_REQUIRED, N_("its name, which says why")),
       TEXT_FIELD(X, header, 0, N_("where it looks: the name of a header, * for all of them, body, sender-priority (1 high to 5 low), or subject (the default)")),
       TEXT_FIELD(X, matches, FIELD_REQUIRED, N_("a pattern of PCRE2; (?i) before it for letters of any case")),
       TEXT_FIELD(X, queue, 0, N_("the queue it goes to")),
       TEXT_FIELD(X, skills, 0, N_("the skills it asks for: french>=3")),
       INT_FIELD(X, priority, 0, N_("its points; one is worth a minute of waiting")),
       PAIRS_FIELD(X, data, 0, N_("attached data; $1 is what the first group of the pattern matched")),
       TEXT_FIELD(X, language, 0, N_("the language it is in, as in fr")),
       TEXT_FIELD(X, discard, 0, N_("no interaction is made of it: the reason")),
       BOOL_FIELD(X, stop, 0, N_("the rules behind it are not looked at (false)")))
#undef X

#define X struct site
RECORD(rec_site, X, "site", N_("The site: agents, queues and the rest."),
       RECORDS_FIELD(X, agents, rec_site_agent, FIELD_NULLS, N_("agents, leads, administrators, services")),
       RECORDS_FIELD(X, queues, rec_site_queue, FIELD_NULLS, N_("queues")),
       RECORDS_FIELD(X, teams, rec_site_team, FIELD_NULLS, N_("teams")),
       RECORDS_FIELD(X, dispositions, rec_site_disposition, FIELD_NULLS, N_("the tree of outcomes")),
       RECORDS_FIELD(X, workflow, rec_site_node, FIELD_NULLS, N_("what Mark Done offers in each queue")),
       RECORDS_FIELD(X, workbins, rec_site_workbin, FIELD_NULLS, N_("workbins")),
       RECORDS_FIELD(X, custom_data, rec_site_data, FIELD_NULLS, N_("what custom data is: its keys, types and values")),
       RECORDS_FIELD(X, data_display, rec_site_data, FIELD_NULLS, N_("which attached data is displayed, in this order; all when there is none")),
       RECORDS_FIELD(X, review, rec_site_review, FIELD_NULLS, N_("which mails are reviewed before they are sent, and by whom")),
       RECORDS_FIELD(X, mailboxes, rec_site_mailbox, FIELD_NULLS, N_("mailboxes")),
       RECORDS_FIELD(X, gateways, rec_site_gateway, FIELD_NULLS, N_("text gateways")),
       RECORDS_FIELD(X, hours, rec_site_hours, FIELD_NULLS, N_("opening hours")),
       RECORDS_FIELD(X, sites, rec_site_website, FIELD_NULLS, N_("external websites")),
       RECORDS_FIELD(X, field_codes, rec_site_field_code, FIELD_NULLS, N_("formulas that field codes use by their names")),
       RECORDS_FIELD(X, settings, rec_site_setting, FIELD_NULLS, N_("what holds for the whole site")),
       RECORDS_FIELD(X, capacities, rec_site_capacity, FIELD_NULLS, N_("how much agents may have at once, for those who name it")),
       RECORDS_FIELD(X, policy, rec_site_policy, FIELD_NULLS, N_("who may do what with whom, in order")),
       RECORDS_FIELD(X, web, rec_site_web, FIELD_NULLS, N_("pages on which contacts ask for a chat or a call")),
       BOOL_FIELD(X, replace, FIELD_NO_OPTION | FIELD_INTERNAL, NULL),
       BOOL_FIELD(X, reset_passwords, FIELD_NO_OPTION | FIELD_INTERNAL, NULL),
       BOOL_FIELD(X, dry_run, FIELD_NO_OPTION | FIELD_INTERNAL, NULL))
#undef X
