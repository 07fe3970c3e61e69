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
	const char *place, *extra;
};

struct site_queue {
	const char *name, *skills;
	int64_t priority;
	double ageing;
	int64_t rona, offer_timeout, exclusion, transcript, pull;
	const char *selection, *extra;
};

struct site_team {
	const char *name;
	struct texts leads, members;
	const char *extra;
};

struct site_disposition {
	const char *code, *name, *label, *parent;
	struct texts mandatory_for;
	const char *extra;
};

struct site_node {
	const char *name;
	struct texts next;
	int64_t stop;
	const char *extra;
};

/* An item of a section that is kept for others to read. */
struct site_item {
	const char *name, *label, *extra;
};

struct site {
	struct records agents, queues, teams, dispositions, workflow;
	struct records workbins, custom_data, data_display, review, mailboxes, gateways, hours, sites;
	int64_t replace, reset_passwords, dry_run;
};

extern const struct record rec_site, rec_site_agent, rec_site_queue, rec_site_team, rec_site_disposition, rec_site_node, rec_site_item;

#endif
