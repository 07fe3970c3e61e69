/*
 * verbs_live.h - what is in progress, as verbs.c last saw it.
 */
#ifndef TESTS_VERBS_LIVE_H
#define TESTS_VERBS_LIVE_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "model/names.h"
#include "model/record.h"

#define LIVE_MAX 96

struct lives {
	size_t n, contacts_n;
	struct live {
		char id[32], agent[8];
		char kind; /* i, I, d or r: as in words of verbs_table.h */
	} v[LIVE_MAX];
	char contacts[LIVE_MAX][32];
};

/* What is in review has nobody: there it is its author's. */
static inline void
lives_add(struct lives *lives, const char *id, const char *agent, char kind)
{
	struct live *live = &lives->v[lives->n];

	if (lives->n == LIVE_MAX)
		return;
	snprintf(live->agent, sizeof(live->agent), "%s", agent ? agent : "");
	snprintf(live->id, sizeof(live->id), "%s", id);
	live->kind = kind;
	lives->n++;
}

/* Of ixn.list. */
static inline int
lives_remember(void *context, const struct record *record, const void *p, struct err *err)
{
	struct lives *lives = context;
	const char *contact = record_text(record, p, "contact"), *agent = record_text(record, p, "agent");
	bool mail = strcmp(record_text(record, p, "medium"), "email") == 0, out = record_int(record, p, "direction") == OUTBOUND;
	bool review = record_int(record, p, "state") == IXN_REVIEW;

	(void)err;
	if (!review || !out || !mail)
		lives_add(lives, record_text(record, p, "id"), agent ? agent : record_text(record, p, "keeper"), !mail ? 'i' : out ? 'd'
																   : 'I');
	if (contact && lives->contacts_n < LIVE_MAX)
		snprintf(lives->contacts[lives->contacts_n++], sizeof(lives->contacts[0]), "%s", contact);
	return 0;
}

/* Of review.list. */
static inline int
lives_remember_review(void *context, const struct record *record, const void *p, struct err *err)
{
	(void)err;
	lives_add(context, record_text(record, p, "id"), record_text(record, p, "author"), 'r');
	return 0;
}

/* Mostly one that the one who acts has, or is offered; i: of any kind. NULL: there is none. */
static inline const char *
lives_any(const struct lives *lives, char kind, const char *acting, unsigned (*draw)(unsigned n))
{
	size_t from = lives->n ? draw((unsigned)lives->n) : 0;
	const char *other = NULL;

	for (size_t i = 0, mine = draw(4); i < lives->n; i++) {
		const struct live *live = &lives->v[(from + i) % lives->n];

		if (kind != 'i' && live->kind != kind)
			continue;
		if (!mine || (acting && strcmp(live->agent, acting) == 0))
			return live->id;
		other = other ? other : live->id;
	}
	return other;
}

#endif
