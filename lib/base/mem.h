/*
 * mem.h - memory that is there or the process is not: no function here
 * returns NULL. Sizes are in bytes; a product that overflows aborts.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

#include "base/attr.h"

void *xmalloc(size_t size) ATTR_MUSTUSE;
void *xcalloc(size_t count, size_t size) ATTR_MUSTUSE;
void *xrealloc(void *old, size_t count, size_t size) ATTR_MUSTUSE;
char *xstrdup(const char *s) ATTR_MUSTUSE;

/* Overwrites secrets in a way the compiler keeps. */
void mem_wipe(void *p, size_t size);

#endif
