/*
 * library.h - the index of standard responses beside the store: kept in step,
 * and made anew from it.
 *
 * It is searched without the store (search/search.h); whoever finds it missing
 * or damaged has it built. What it holds is in the store all the same: losing
 * it loses nothing.
 */
#ifndef DESK_LIBRARY_H
#define DESK_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;
struct desk;
struct err;
struct local;

/* Where the index of the store at url ("file:PATH") is. */
const char *library_path(struct arena *arena, const char *url);
/*
 * Makes the index at path anew from the store, in short readings: nobody waits
 * for it, and who searches meanwhile has the old one. told may be NULL. Errors:
 * those of the store, E_CANNOT_CREATE, E_IO, E_STORE_FULL.
 */
int library_build(struct desk *desk, const char *path, void (*told)(size_t done, size_t n), struct err *err) ATTR_MUSTUSE;
/* How many changes the index lacks, about a hundred at most. */
int library_behind(struct desk *desk, const char *path, size_t *n_r, struct err *err) ATTR_MUSTUSE;
/* Fetches what the index lacks: who writes keeps in step only the one that lies beside the store on the same machine. */
int library_follow(struct desk *desk, const char *path, struct err *err) ATTR_MUSTUSE;
/* Whether the log is large enough beside the index to be merged into it, and that is soon done; of a large index only where the log is larger still. */
bool library_outgrown(const char *path);
/*
 * After the commit of a write that drew so many seqs of the library: what the
 * index lacks goes to its log, that of writers who died before they came to it,
 * too. A log that has outgrown a small index is merged into it. Fails silently:
 * the write is done, and the next one tries again.
 */
void library_sync(struct local *desk, size_t drawn);

/* Of the local carrier. */
int library_local_build(struct local *desk, const char *path, void (*told)(size_t done, size_t n), struct err *err) ATTR_MUSTUSE;
int library_local_behind(struct local *desk, const char *path, size_t *n_r, struct err *err) ATTR_MUSTUSE;
int library_local_follow(struct local *desk, const char *path, struct err *err) ATTR_MUSTUSE;
/*
 * Moves what imports have decided to its place, in short transactions, whoever
 * was to do it; then the index follows.
 */
int library_finish(struct local *desk, struct err *err) ATTR_MUSTUSE;

#endif
