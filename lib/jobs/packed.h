/*
 * packed.h - a record of numbers and texts as bytes, from one process to
 * another of the same program: never for files, never over a network.
 */
#ifndef JOBS_PACKED_H
#define JOBS_PACKED_H

#include <stddef.h>

#include "base/attr.h"
#include "model/record.h"

struct arena;
struct buf;

/* Its texts, ids, numbers, names and times; other fields stay behind. */
void packed_add(struct buf *out, const struct record *record, const void *p);
/* -1: it is none. Texts live in the arena. */
int packed_read(struct arena *arena, const char *bytes, size_t size, const struct record *record, void *p) ATTR_MUSTUSE;

#endif
