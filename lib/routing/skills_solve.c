/*
 * Questions about all agents at once, answered by trying the alternatives: of
 * an expression that is to be met, each member of an AND and one of an OR; of
 * its negation, the other way round.
 */
#include "routing/skills_priv.h"

#include <string.h>

/* Nodes yet to be met. */
struct todo {
	const struct node *node;
	const struct todo *next;
};

struct search {
	bool negated;
	unsigned steps;
	size_t n;
	const struct node *term[SKILLS_TERMS]; /* that are to be met together */
};

static bool
all_meet(const struct search *s, const char *name, int level)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->term[i]->name, name) == 0 && skills_meets(s->term[i], level) == s->negated)
			return false;
	return true;
}

/* Is there a level of this skill for all terms? None changes its mind but beside the level it names. */
static bool
possible(const struct search *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->term[i]->name, name) != 0)
			continue;
		for (int level = s->term[i]->level - 1; level <= s->term[i]->level + 1; level++)
			if (level >= 0 && level <= SKILLS_LEVEL_MAX && all_meet(s, name, level))
				return true;
	}
	return false;
}

static bool solve(struct search *s, const struct todo *todo);

/* Terms first: they rule out most, and cost no choice. */
static bool
solve_all(struct search *s, const struct node *list, const struct todo *next)
{
	struct todo items[SKILLS_TERMS];
	size_t n = 0;

	for (int terms = 0; terms <= 1; terms++) {
		for (const struct node *c = list->child; c; c = c->next) {
			if ((c->kind == TERM) != terms)
				continue;
			items[n] = (struct todo){ c, next };
			next = &items[n++];
		}
	}
	return solve(s, next);
}

static bool
solve_any(struct search *s, const struct node *list, const struct todo *next)
{
	for (const struct node *c = list->child; c; c = c->next)
		if (solve(s, &(struct todo){ c, next }))
			return true;
	return false;
}

static bool
solve_term(struct search *s, const struct node *term, const struct todo *next)
{
	bool solved;

	s->term[s->n++] = term;
	solved = possible(s, term->name) && solve(s, next);
	s->n--;
	return solved;
}

/* Can all be met? Also true when the steps are used up: it is not known to be impossible. */
static bool
solve(struct search *s, const struct todo *todo)
{
	if (!todo || s->steps == 0)
		return true;
	s->steps--;
	if (todo->node->kind == TERM)
		return solve_term(s, todo->node, todo->next);
	if ((todo->node->kind == AND) != s->negated)
		return solve_all(s, todo->node, todo->next);
	return solve_any(s, todo->node, todo->next);
}

bool
skills_satisfiable(const struct skills *expr)
{
	struct search s = { .steps = SKILLS_STEPS };

	return !expr->root || solve(&s, &(struct todo){ expr->root, NULL });
}

bool
skills_always(const struct skills *expr)
{
	struct search s = { .steps = SKILLS_STEPS, .negated = true };

	return !expr->root || !solve(&s, &(struct todo){ expr->root, NULL });
}

static int
turn_of(const struct node *node, const char *name)
{
	int turn = 0;

	if (node->kind == TERM)
		return skills_same_name(node->name, name) ? node->level + (node->op != AT_LEAST) : 0;
	for (const struct node *c = node->child; c; c = c->next) {
		int other = turn_of(c, name);

		turn = other > turn ? other : turn;
	}
	return turn;
}

int
skills_turn(const struct skills *expr, const char *name)
{
	return expr->root ? turn_of(expr->root, name) : 0;
}
