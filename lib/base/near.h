/*
 * near.h - the nearest of several words, for what was mistyped.
 */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

/* { .word = "acept" }, near_try for each candidate; best is then the nearest that is near enough, or NULL. */
struct near {
	const char *word, *best;
	int distance;
};

/* Candidates are borrowed; of two that are as near the first stands. */
void near_try(struct near *near, const char *candidate);
/* Edits (a letter more, less, other, two swapped) that make one the other; 63 for words longer than that. */
int near_distance(const char *a, const char *b);

#endif
