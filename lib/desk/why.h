/*
 * why.h - what 'ixn-show --why' says, for who words it in another language.
 */
#ifndef DESK_WHY_H
#define DESK_WHY_H

#include "model/record.h"

/* The words, in the order of why.def. */
extern const struct names why_words;

/* A statement about why an interaction is where it is; p in the functions below. */
extern const struct record rec_why;

/* How it is said in English, with {fields} in it. */
const char *why_sentence(const void *p);

/* The same filled in: text says what stands for a field. */
typedef const char *why_text_fn(void *context, const struct field *field, const void *p);
const char *why_fill(struct arena *arena, const char *sentence, const void *p, why_text_fn *text, void *context);

#endif
