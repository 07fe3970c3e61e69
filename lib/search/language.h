/*
 * language.h - in which language is this written?
 *
 * By the script, by stop words, and by typical endings and letters. Made for
 * messages: right from one plain sentence on, unsure below that, and never
 * asked to tell closely related languages apart from two words.
 */
#ifndef SEARCH_LANGUAGE_H
#define SEARCH_LANGUAGE_H

#include <stddef.h>

#include "search/search.h"

struct analyser;

/* A guess this sure may be acted on. */
#define LANGUAGE_SURE 30

/*
 * One of the languages given ("fr", "fr-CA": the name comes back as it was
 * given), or of all known ones where none are; NULL: nothing speaks for any.
 * *sure_r (may be NULL): 0 to 100, how far before the next one.
 */
const char *language_guess(struct analyser *analyser, const char *text, size_t size, const struct search_names *among, int *sure_r);

#endif
