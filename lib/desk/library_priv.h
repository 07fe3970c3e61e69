/*
 * library_priv.h - the index of the library: what its files share.
 */
#ifndef DESK_LIBRARY_PRIV_H
#define DESK_LIBRARY_PRIV_H

#include "desk/library.h"
#include "desk/response_priv.h"
#include "search/search.h"

struct member {
	const char *name;
	int64_t role;
};
extern const struct record rec_library_agent;

/* A call that only reads, and is nobody's. */
struct call library_reader(struct local *desk, struct tx *tx, struct arena *arena);

/* What has changed behind seq, of each kind so many rows at most, in the order of the changes. A store_fn; context is the struct. */
struct lack {
	struct local *desk;
	struct arena *arena;
	size_t rows;
	int64_t seq, last; /* what the index has, and the store */
	/* Of a kind that has more rows than were read, none behind the last of them. */
	int64_t bound;
	VEC(struct search_change)
	v;
};
int library_lack(struct tx *tx, void *context, struct err *err);

/* Strings are those of the row, or live in the arena. */
struct search_item response_item(struct arena *arena, const struct response *response);
struct search_item use_item(const struct use *use);
struct search_item favourite_item(const struct favourite_row *favourite);
int agent_item(struct call *call, const struct member *member, struct search_item *item_r, struct err *err);

#endif
