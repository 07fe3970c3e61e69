/*
 * site.h - the site as 'ixn-setup --load' gives it and '--dump' takes it: the
 * records of its sections. Only name is required of each item. Members that
 * nothing here reads are kept in extra, as JSON, and dumped again.
 */
#ifndef DESK_SITE_H
#define DESK_SITE_H

#include "model/record.h"

struct site_agent {
	const char *name, *alias;
	int64_t role;
	const char *password, *password_file, *password_hash;
	struct pairs skills;
	struct texts queues, teams, media;
	struct pairs capacity;
	const char *capacity_rule, *place, *extra;
};

struct site_capacity {
	const char *name;
	struct records media;
	const char *extra;
};

struct site_capacity_medium {
	const char *name;
	int64_t max;
	const char *unless;
	int64_t takes, needs;
};

struct site_queue {
	const char *name, *skills;
	int64_t priority;
	double ageing;
	int64_t rona, offer_timeout, exclusion, transcript, pull;
	const char *selection;
	int64_t push, auto_answer;
	struct records widen;
	const char *overflow_to;
	int64_t overflow_after, overflow_length, overflow_nobody;
	const char *hours;
	int64_t closed;
	const char *closed_to;
	int64_t last_agent, last_agent_wait, wrap_up, waiting_late, waiting_overdue;
	int64_t inactivity_warning, inactivity_warning2, inactivity_close;
	const char *fallback, *extra;
};

struct site_widen {
	int64_t after;
	const char *skills;
};

struct site_hours {
	const char *name, *zone;
	const char *mon, *tue, *wed, *thu, *fri, *sat, *sun;
	struct records special;
	const char *extra;
};

struct site_special {
	const char *date, *open;
};

struct site_policy {
	const char *name;
	struct texts roles, verbs, targets;
	int64_t allow;
	const char *extra;
};

struct site_setting {
	const char *name, *value, *extra;
};

struct site_team {
	const char *name;
	struct texts leads, members;
	const char *extra;
};

struct site_disposition {
	const char *code, *name, *label, *parent;
	struct texts mandatory_for;
	int64_t hidden, folder;
	struct texts media;
	const char *extra;
};

struct site_workbin {
	const char *name, *label;
	int64_t kind;
	const char *team;
	int64_t read_only;
	const char *extra;
};

struct site_data {
	const char *name, *label;
	int64_t type;
	struct records values;
	int64_t editable;
	const char *extra;
};

struct site_value {
	const char *name, *label;
};

struct site_website {
	const char *name, *label, *url, *extra;
};

struct site_web {
	const char *name, *label;
	struct texts origins;
	const char *chat_queue, *callback_queue;
	int64_t cobrowse;
	struct pairs titles, greetings;
	const char *extra;
};

struct site_gateway {
	const char *name, *label, *medium, *queue, *key_file, *extra;
};

struct site_field_code {
	const char *name, *formula, *extra;
};

struct site_node {
	const char *name;
	struct texts next;
	int64_t stop;
	const char *extra;
};

struct site_mailbox {
	const char *name, *label, *address, *sender_name;
	struct texts addresses;
	const char *queue, *folder;
	int64_t after;
	const char *move_to;
	int64_t max_size, duplicates, token;
	const char *acknowledgement, *autoresponse;
	int64_t auto_limit, sent;
	const char *sent_folder;
	struct texts teams;
	struct records signatures, rules;
	const char *extra;
};

struct site_signature {
	const char *language, *text;
};

struct site_mail_rule {
	const char *name, *header, *matches, *queue, *skills;
	int64_t priority;
	struct pairs data;
	const char *language, *discard;
	int64_t stop;
};

struct site_review {
	const char *name, *label;
	struct texts agents, teams, queues;
	int64_t every, share, newer;
	struct records must, must_not;
	int64_t cards, attachments, larger, language;
	struct records stages;
	int64_t clean, rejected_to;
	const char *extra;
};

struct site_pattern {
	const char *pattern, *label;
};

struct site_stage {
	struct texts reviewers;
	int64_t quorum, escalate_after;
	const char *escalate_to;
};

struct site {
	struct records agents, queues, teams, dispositions, workflow;
	struct records workbins, custom_data, data_display, review, mailboxes, gateways, hours, sites, field_codes, settings, policy, capacities, web;
	int64_t replace, reset_passwords, dry_run;
};

extern const struct record rec_site, rec_site_agent, rec_site_queue, rec_site_team, rec_site_disposition, rec_site_node, rec_site_widen, rec_site_hours, rec_site_special,
	rec_site_setting, rec_site_policy, rec_site_capacity, rec_site_capacity_medium,
	rec_site_mailbox, rec_site_signature, rec_site_mail_rule,
	rec_site_review, rec_site_pattern, rec_site_stage,
	rec_site_workbin, rec_site_data, rec_site_value, rec_site_website, rec_site_field_code, rec_site_web, rec_site_gateway;

#endif
