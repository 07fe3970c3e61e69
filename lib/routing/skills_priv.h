/*
 * skills_priv.h - a skill expression as a tree: skills.c reads and evaluates
 * it, skills_solve.c reasons about it.
 */
#ifndef ROUTING_SKILLS_PRIV_H
#define ROUTING_SKILLS_PRIV_H

#include <stdbool.h>

#include "routing/skills.h"

enum kind { TERM,
	    AND,
	    OR };

/* > and < are turned into these when they are read. */
enum op { AT_LEAST,
	  AT_MOST,
	  EXACTLY,
	  OTHER_THAN };

struct node {
	enum kind kind;
	enum op op;
	int level;
	const char *name;         /* lower case */
	const char *text;         /* of a term: canonical */
	const struct node *child; /* of AND and OR: two or more */
	struct node *next;
};

struct skills {
	const struct node *root; /* NULL: empty */
};

bool skills_meets(const struct node *term, int level);
/* Is it that name, which is in lower case already? */
bool skills_same_name(const char *lowered, const char *name);

#endif
