/*
 * finder.h - the index of responses as commands use it: made anew, and said so,
 * where it is missing or damaged; and what was found, shown to people.
 */
#ifndef CMD_FINDER_H
#define CMD_FINDER_H

#include "cmd/cmd.h"
#include "search/search.h"

struct finder {
	struct cli *cli;
	const char *path;
	struct search *search;
};

/* Where it is; of a store that a server keeps, the agent's own, beside the session. NULL: said why. */
const char *finder_path(struct cli *cli);
/* Whether it is to be fetched, or to be brought in step, before it is searched: once the agent is chosen. */
bool finder_is_stale(struct cli *cli);
/* Opens no store as long as the index is sound; one that is open brings it in step. */
int finder_open(struct finder *finder, struct cli *cli, struct err *err);
void finder_close(struct finder *finder);
/* Makes the index anew from the store. */
int finder_rebuild(struct finder *finder, struct err *err);
int finder_run(struct finder *finder, const struct search_query *query, struct arena *arena, struct search_hits *hits_r, struct err *err);

/* Answers each line of a file ("-": standard input) with what the query says beside its text; bad lines are reported. */
int finder_batch(struct finder *finder, const struct search_query *query, const char *path, struct err *err);

/* What a score is made of, as records of rec_reason. */
extern const struct record rec_reason;
struct records reasons_of(struct arena *arena, const struct search_hit *hit);

/* A numbered table with the passages of the texts that match, their words marked. */
void finder_show(struct finder *finder, const struct search_query *query, const struct search_hits *hits);

#endif
