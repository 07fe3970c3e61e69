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

/* Strings are those of the row, or live in the arena. */
struct search_item response_item(struct arena *arena, const struct response *response);
struct search_item use_item(const struct use *use);
struct search_item favourite_item(const struct favourite_row *favourite);
int agent_item(struct call *call, const struct member *member, struct search_item *item_r, struct err *err);

#endif
