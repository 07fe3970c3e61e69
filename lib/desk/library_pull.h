/*
 * library_pull.h - what an index of the library far from the store is made of:
 * pages of what changed, for one agent.
 */
#ifndef DESK_LIBRARY_PULL_H
#define DESK_LIBRARY_PULL_H

#include "model/record.h"

struct library_since_in {
	int64_t after;
	int64_t site; /* of the page before; INT_ABSENT: there was none */
};

enum library_kind { LIBRARY_RESPONSE,
		    LIBRARY_USE,
		    LIBRARY_FAVOURITE,
		    LIBRARY_AGENT,
		    LIBRARY_END };

/* A change; or, as LIBRARY_END, up to where the page goes, whether there is more, and whether all is to be asked for anew. */
struct library_change {
	int64_t seq, kind;
	const char *id, *shortcut, *name, *description, *text, *language, *category;
	struct texts media, queues, teams;
	int64_t start, expires, unnamed, offered, removed;
	int64_t number, use;
	int64_t all, more, anew, site;
};
extern const struct record rec_library_since_in, rec_library_change;

#endif
