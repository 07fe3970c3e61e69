/*
 * news.h - for a server: what has just happened, and whom that concerns, so
 * that not every stream need be asked each time. It may name too many, never
 * too few; what each of them sees of it event.list decides.
 */
#ifndef DESK_NEWS_H
#define DESK_NEWS_H

#include "desk/desk.h"

struct desk_news {
	int64_t seq; /* how far the log was read; 0 at first: nothing that was before is news */
	bool any;    /* something has happened */
	bool all;    /* and that concerns everybody */
	bool more;   /* than was read */
	/* In order. */
	struct texts ixns, agents;
};

/* What came behind news->seq; of the local carrier only. */
int desk_news(struct desk *desk, struct arena *arena, struct desk_news *news, struct err *err) ATTR_MUSTUSE;
/* Whether a list has a name. */
bool desk_news_of(const struct texts *list, const char *name);

#endif
