/*
 * find_priv.h - what the files of team-find share: words.c finds by words,
 * found.c says what was found and what may be done with it, favourites.c keeps
 * whom an agent wants or had on top, find.c brings them in order.
 */
#ifndef DESK_FIND_PRIV_H
#define DESK_FIND_PRIV_H

#include "desk/priv.h"
#include "search/match.h"

/* words.c */

/* What a contact is found by: its name and addresses, folded. */
int words_of_contact(struct call *call, const char *contact, const char **text_r, struct err *err);

/* Of one kind, those that a query finds, the better ones at least as far as want. One may be added again. */
struct lookup {
	struct call *call;
	const char *kind; /* agent, team, queue, skill, workbin or contact */
	const struct match_query *query;
	size_t want, found, looked;
	/* label: what it was found by. How many were new. */
	size_t (*add)(void *context, const char *kind, const char *ref, const char *label, enum match_rank rank);
	void *context;
};
int words_look(struct lookup *lookup, struct err *err);

/* favourites.c */

/* Targets of the actor: its own favourites and those of the site; whom it dealt with, the last first. */
int favourites_all(struct call *call, struct texts *out, struct err *err);
int recents_all(struct call *call, struct texts *out, struct err *err);

/* found.c */

struct found {
	const char *target;
	int64_t kind;
	const char *name;
	int64_t presence;
	struct texts actions;
	int64_t waiting, favourite, recent, match;
};
extern const struct record rec_team_hit;

/* What decides about actions, read once: who asks, about which interaction. */
struct chances {
	const struct ixn *ixn; /* NULL: none in particular */
	unsigned possible;     /* of actions: a command there is, for this role, and in this state */
};
int chances_read(struct call *call, const struct ixn *ixn, struct chances *chances_r, struct err *err);
/* The kinds of targets that an action is done with, as bits. */
unsigned chances_kinds(enum action action);

/* The one form of a target: scheme in lower case, addresses as they are compared, whole ids. E_BAD_TARGET and kin. */
int target_canonical(struct call *call, const char *text, struct target *target_r, const char **text_r, struct err *err);
/* Name, presence, actions. E_NO_AGENT and the other errors of what is not there. */
int found_describe(struct call *call, const struct chances *chances, const struct target *target, struct found *found, struct err *err);
/* What a target of that name is found by, folded: for those that stand in no index, and those on top. */
int found_text(struct call *call, const struct target *target, const char *name, const char **text_r, struct err *err);

#endif
