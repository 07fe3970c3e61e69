/*
 * pattern.h - patterns that people who set up a site write: PCRE2, over UTF-8.
 *
 * ^ and $ are those of lines; (?i) makes case no difference. However a pattern
 * is written, looking for it ends soon: it gives up when it has taken too many
 * steps, or when the text is too long. One pattern, one thread at a time.
 */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include <stddef.h>

#include "base/attr.h"

/* Bytes of text that are looked at, at most. */
#define PATTERN_TEXT_MAX ((size_t)64 << 10)

struct pattern;

struct pattern_fault {
	char what[128];
	size_t at; /* the character of the pattern, from 1 */
};

enum pattern_found { PATTERN_ABSENT,
		     PATTERN_FOUND,
		     PATTERN_GIVES_UP };

/* NULL, with what is wrong about it. */
struct pattern *pattern_new(const char *text, struct pattern_fault *fault_r) ATTR_MUSTUSE;
/* Accepts a pointer to NULL; sets *pattern to NULL. */
void pattern_free(struct pattern **pattern);
/* text is valid UTF-8. */
enum pattern_found pattern_find(struct pattern *pattern, const char *text, size_t size);
/* What group number n (0: the whole) stood for in the text that was found last, which has to be there still; NULL: for nothing. */
const char *pattern_group(const struct pattern *pattern, const char *text, size_t n, size_t *size_r);

#endif
