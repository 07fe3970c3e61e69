/*
 * site_priv.h - the kinds of items of a site: site_kinds.c knows each, site.c
 * loads and dumps them all alike.
 */
#ifndef DESK_SITE_PRIV_H
#define DESK_SITE_PRIV_H

#include "desk/priv.h"
#include "desk/site.h"

struct hours;

struct loading {
	struct call *call;
	const struct site *site;
	const char *section;
	int64_t ord;
	struct texts changed_queues;
	struct texts rules; /* of the policy, in the order they had */
	struct texts shut;  /* agents whose password was replaced */
	bool people;        /* an agent or a team changed */
	bool moved;         /* the item that was put changed its place alone */
};

/* One kind of item: how it is read from the store, checked, written, removed, listed. */
struct kind {
	const char *section;
	const struct record *record;
	/* 1 and the item, 0: the store has none of that name. */
	int (*get)(struct call *call, const char *name, void *item, struct err *err);
	int (*put)(struct loading *l, const void *item, struct err *err);
	int (*check)(struct loading *l, const void *item, struct err *err);
	enum sql remove, names;
};

extern const struct kind site_kinds[];
extern const size_t site_kinds_n;

/* What holds between items: checked when all are loaded, NULL behind the last. */
extern int (*const site_whole[])(struct loading *l, struct err *err);

/* E_BAD_FIELD for what stands in the section being loaded. */
int site_bad(struct loading *l, const char *name, const char *what, struct err *err);
/* The same, whole for translators: what says {value} and, unless that is NULL, {other}. */
int site_bad_of(struct loading *l, const char *name, const char *what, const char *value, const char *other, struct err *err);
int site_check_name(struct loading *l, const char *name, struct err *err);
/* A parser's error, which says what is wrong and at which character, told with its place: E_BAD_RULE. */
int site_bad_rule(struct loading *l, const char *name, struct err *err);
/* What an item is called in the store: its name, with the section where several share a table. */
const char *site_store_key(struct call *call, const struct kind *k, const char *name);
/* A list column: NULL is absent, "" is the empty list. */
void site_list(struct arena *arena, const char *text, struct texts *out);

/* A number, or what holds where it is not given. */
int64_t site_or(int64_t n, int64_t otherwise);

/* Queues (site_queue.c). */
int queue_item_get(struct call *call, const char *name, void *item, struct err *err);
int queue_item_check(struct loading *l, const void *item, struct err *err);
int queue_item_put(struct loading *l, const void *item, struct err *err);
/* What they name is there, and nothing goes in circles. */
int queue_whole_check(struct loading *l, struct err *err);

/* Opening hours (site_hours.c). */
int hours_item_get(struct call *call, const char *name, void *item, struct err *err);
int hours_item_check(struct loading *l, const void *item, struct err *err);
int hours_item_put(struct loading *l, const void *item, struct err *err);
int hours_item_parse(struct arena *arena, const struct site_hours *item, struct hours **hours_r, struct err *err);

/* Workbins (workbin.c). */
int workbin_item_get(struct call *call, const char *name, void *item, struct err *err);
int workbin_item_check(struct loading *l, const void *item, struct err *err);
int workbin_item_put(struct loading *l, const void *item, struct err *err);
int workbin_whole_check(struct loading *l, struct err *err);

/* External websites (website.c). */
int website_item_get(struct call *call, const char *name, void *item, struct err *err);
int website_item_check(struct loading *l, const void *item, struct err *err);
int website_item_put(struct loading *l, const void *item, struct err *err);

/* Formulas that have names (field_site.c). */
int field_item_get(struct call *call, const char *key, void *item, struct err *err);
int field_item_check(struct loading *l, const void *item, struct err *err);
int field_item_put(struct loading *l, const void *item, struct err *err);
/* Each is right, and none leads to itself. */
int field_whole_check(struct loading *l, struct err *err);

/* Keys of data (data.c). */
int display_item_get(struct call *call, const char *name, void *item, struct err *err);
int custom_item_get(struct call *call, const char *name, void *item, struct err *err);
int data_item_check(struct loading *l, const void *item, struct err *err);
int data_item_put(struct loading *l, const void *item, struct err *err);

/* Outcomes (disposition.c). */
int disposition_item_get(struct call *call, const char *name, void *item, struct err *err);
int disposition_item_put(struct loading *l, const void *item, struct err *err);
int disposition_whole_check(struct loading *l, struct err *err);

/* Rules about targets (policy.c). */
int policy_item_get(struct call *call, const char *name, void *item, struct err *err);
int policy_item_put(struct loading *l, const void *item, struct err *err);
int policy_item_check(struct loading *l, const void *item, struct err *err);
/* Of all of them, when they are in place. */
int policy_whole_check(struct loading *l, struct err *err);
int site_names(struct call *call, const struct kind *k, struct texts *out, struct err *err);

/* Pages for contacts, and gateways (web_site.c). */
int web_item_get(struct call *call, const char *name, void *item, struct err *err);
int web_item_check(struct loading *l, const void *item, struct err *err);
int web_item_put(struct loading *l, const void *item, struct err *err);
int gateway_item_get(struct call *call, const char *name, void *item, struct err *err);
int gateway_item_check(struct loading *l, const void *item, struct err *err);
int gateway_item_put(struct loading *l, const void *item, struct err *err);
/* The queues they name are there. */
int web_whole_check(struct loading *l, struct err *err);

/* Mailboxes (site_mail.c). */
int mailbox_item_get(struct call *call, const char *name, void *item, struct err *err);
int mailbox_item_check(struct loading *l, const void *item, struct err *err);
int mailbox_item_put(struct loading *l, const void *item, struct err *err);
/* The queues and teams they name are there, and no two share an address. */
int mailbox_whole_check(struct loading *l, struct err *err);

/* Which mails are reviewed (site_review.c). */
int review_item_get(struct call *call, const char *name, void *item, struct err *err);
int review_item_check(struct loading *l, const void *item, struct err *err);
int review_item_put(struct loading *l, const void *item, struct err *err);
/* Whom they name is there, and there are enough of them; what waits goes by the rules as they are now. */
int review_whole_check(struct loading *l, struct err *err);

/* capacities (site_capacity.c) */
int site_get_capacity(struct call *call, const char *name, void *item, struct err *err);
int site_put_capacity(struct loading *l, const void *item, struct err *err);
int site_check_capacity(struct loading *l, const void *item, struct err *err);
int site_check_capacity_rules(struct loading *l, struct err *err);

#endif
