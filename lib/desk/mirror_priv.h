/*
 * mirror_priv.h - the tables of a store that are mirrored.
 */
#ifndef DESK_MIRROR_PRIV_H
#define DESK_MIRROR_PRIV_H

#include "desk/mirror.h"
#include "desk/priv.h"

/* By what their rows belong to. */
struct mirror_table {
	enum mirror_noun noun;
	struct rows_of rows;
};
extern const struct mirror_table mirror_tables[];
extern const size_t mirror_tables_n;

struct pull {
	struct call *call;
	const struct mirror_since_in *in;
	int64_t after, last;
	bool monitors; /* the agent is told who listens */
	struct mirror_row *end;
	/* In order of their names. */
	struct texts has, keeps;
	struct texts contacts; /* of what the agent sees; some more than once */
};

/* mirror_pull.c: all of a noun that belongs to this id. */
int pull_noun(struct pull *p, enum mirror_noun noun, const char *id, struct err *err);

/* mirror_library.c */
/* Responses, as far as the agent sees them: a page of those that changed, or of all. */
int pull_library(struct pull *p, struct err *err);
/* Alerts that stand, skills, favourites, the tree of the library: whole, where something of it changed. */
int pull_own(struct pull *p, struct err *err);

#endif
