/*
 * site_priv.h - the kinds of items of a site: site_kinds.c knows each, site.c
 * loads and dumps them all alike.
 */
#ifndef DESK_SITE_PRIV_H
#define DESK_SITE_PRIV_H

#include "desk/priv.h"
#include "desk/site.h"

struct loading {
	struct call *call;
	const struct site *site;
	const char *section;
	int64_t ord;
	struct texts changed_queues;
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

/* E_BAD_FIELD for what stands in the section being loaded. */
int site_bad(struct loading *l, const char *name, const char *what, struct err *err);
int site_check_name(struct loading *l, const char *name, struct err *err);
/* What an item is called in the store: its name, with the section where several share a table. */
const char *site_store_key(struct call *call, const struct kind *k, const char *name);
int site_names(struct call *call, const struct kind *k, struct texts *out, struct err *err);

#endif
