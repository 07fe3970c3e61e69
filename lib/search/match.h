/*
 * match.h - people and things found by words of their names and addresses.
 *
 * What belongs to one of them (a name, an alias, addresses: labels) becomes one
 * text, folded: "Léa O'Neil", "lea@example.org" is "lea o neil\tlea
 * example.org". A query is folded alike; each of its words must begin a word of
 * the text. How well it does is a rank, best first. An index of words (the
 * words of a text, each with its place) finds candidates; the text of a
 * candidate settles the rest. Pure: no store, no locale.
 */
#ifndef SEARCH_MATCH_H
#define SEARCH_MATCH_H

#include <stddef.h>

struct arena;

#define MATCH_WORDS_MAX 64   /* of a text; what is behind is not found */
#define MATCH_QUERY_WORDS 16 /* words behind these do not count */

enum match_rank {
	MATCH_EXACT,       /* it is a label */
	MATCH_BEGINS_WORD, /* a label begins with it, and a word ends there */
	MATCH_BEGINS,      /* a label begins with it */
	MATCH_WORDS,       /* each of its words is a word */
	MATCH_PREFIXES,    /* each begins a word */
	MATCH_NOT,
};

/* Folded, the words divided by one space: what is neither letter nor digit divides. */
const char *match_fold(struct arena *arena, const char *text);
/* The text of names and addresses; NULL ones and empty ones are left out. Of an address only '@' divides: nobody looks for "org". */
struct match_labels {
	const char *const *names, *const *addresses;
	size_t names_n, addresses_n;
};
const char *match_text(struct arena *arena, const struct match_labels *labels);

struct match_query {
	const char *text; /* folded */
	const char *word[MATCH_QUERY_WORDS];
	size_t n;
};
void match_query(struct arena *arena, const char *text, struct match_query *query);
/* The same with what looks like part of an address kept whole: "ann example.org". 0: there is nothing of the kind. */
int match_query_address(struct arena *arena, const char *text, struct match_query *query);
/* label_r (may be NULL): where in the text the label begins that makes the rank; of words anywhere, the first. */
enum match_rank match_rank(const char *text, const struct match_query *query, const char **label_r);

/* Where a word stands in its label. */
enum match_place {
	MATCH_ALONE,
	MATCH_FIRST,
	MATCH_WITHIN,
};

/* The words of a text with their places, each pair once; at most MATCH_WORDS_MAX. */
struct match_word {
	const char *word;
	enum match_place place;
};
size_t match_words(struct arena *arena, const char *text, const struct match_word **words_r);

#endif
