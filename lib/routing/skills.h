/*
 * skills.h - skill expressions: french>=3 & (billing | sales>=2).
 *
 * A term is a name, or a name, one of > >= < <= = == != and a level; a name
 * alone means level 1 or more. & binds tighter than |; parentheses group; there
 * is no "not" (!= says most of it). Names are letters, digits, _ - . of any
 * script; A-Z and a-z are the same, other letters are compared as they stand.
 * A skill that an agent lacks has level 0, so billing<3 includes who lacks it.
 * White space is free. The empty expression is fulfilled by everyone.
 *
 * An expression belongs to the arena it was parsed into and never changes; any
 * number of threads may read it. Nothing here does I/O.
 * The form is that of Genesys URS targets (domain.md 4.1), nested freely.
 */
#ifndef ROUTING_SKILLS_H
#define ROUTING_SKILLS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;
struct err;
struct skills;

#define SKILLS_BYTES 1000 /* of an expression, as typed and in canonical form */
#define SKILLS_DEPTH 32   /* of parentheses */
#define SKILLS_TERMS 64
#define SKILLS_LEVEL_MAX 1000000
#define SKILLS_UNFIT INT_MAX

/* What an agent has. Levels below 0 count as 0; of two equal names the first counts. */
struct skill {
	const char *name; /* borrowed */
	int level;
};

/*
 * text is copied; NULL is the empty expression. E_BAD_SKILLS with value, what
 * and at, the number of the character where it went wrong, counted from 1.
 */
int skills_parse(struct arena *arena, const char *text, const struct skills **expr_r, struct err *err) ATTR_MUSTUSE;
/* May an agent's skill be called so, that is: can an expression name it? */
bool skills_name_valid(const char *name);

/*
 * The one text for all expressions that differ only in order, repetition,
 * needless parentheses, letter case, spaces, or the way to write a level (a>2
 * is a>=3, a>=1 is a). It parses, and is its own canonical form. "" for the
 * empty expression. It does no algebra: a & (b | c) stays apart from a & b | a & c.
 */
const char *skills_canonical(struct arena *arena, const struct skills *expr);

/*
 * Does who has these skills fulfil it? If not, *missing_r (may be NULL) is the
 * first term not met, "french>=3", of the first alternative; if so, NULL.
 */
bool skills_match(const struct skills *expr, const struct skill *skills, size_t n, const char **missing_r);

/*
 * How far the skills exceed what is asked, in levels: the sum over the terms
 * "at least", in the alternative where it is smallest. 0 is the closest fit;
 * SKILLS_UNFIT when the expression is not fulfilled.
 */
int skills_fit(const struct skills *expr, const struct skill *skills, size_t n);

/*
 * Could any agent fulfil it? False only where none could: french>=3 & french<2.
 * Could any fail to? skills_always is true only where none could: a | a=0. What
 * takes more than SKILLS_STEPS alternatives to find out counts as neither
 * impossible nor certain.
 */
#define SKILLS_STEPS 20000
bool skills_satisfiable(const struct skills *expr);
bool skills_always(const struct skills *expr);

/* The names that it mentions, one after the other, in the order of its canonical form; NULL behind the last. */
const char *skills_name(const struct skills *expr, size_t i);

/* The level of this skill from which on more makes no difference; 0: the expression does not name it. */
int skills_turn(const struct skills *expr, const char *name);

#endif
