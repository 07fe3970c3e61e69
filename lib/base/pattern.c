#include "base/pattern.h"

#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"

/* All in all, not for each place where it could begin: PCRE2's own limit counts anew there. */
#define STEPS_MAX 2000000
#define HEAP_KIB 8192

struct pattern {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	long steps;
};

static int
step(pcre2_callout_block *block, void *context)
{
	struct pattern *pattern = context;

	(void)block;
	return ++pattern->steps > STEPS_MAX ? PCRE2_ERROR_CALLOUT : 0;
}

static size_t
characters(const char *text, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < size && text[i]; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

struct pattern *
pattern_new(const char *text, struct pattern_fault *fault_r)
{
	struct pattern *pattern;
	PCRE2_SIZE at = 0;
	int why = 0;
	/* A step is counted before each item; what repeats must not hide behind one. */
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
					 PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT | PCRE2_NO_AUTO_POSSESS, &why, &at, NULL);

	if (!code) {
		fault_r->at = characters(text, at) + 1;
		if (pcre2_get_error_message(why, (PCRE2_UCHAR *)fault_r->what, sizeof(fault_r->what)) < 0)
			fault_r->what[sizeof(fault_r->what) - 1] = '\0';
		return NULL;
	}
	pattern = xcalloc(1, sizeof(*pattern));
	pattern->code = code;
	pattern->data = pcre2_match_data_create_from_pattern(code, NULL);
	pattern->limits = pcre2_match_context_create(NULL);
	if (!pattern->data || !pattern->limits)
		abort();
	pcre2_set_match_limit(pattern->limits, STEPS_MAX);
	pcre2_set_depth_limit(pattern->limits, STEPS_MAX);
	pcre2_set_heap_limit(pattern->limits, HEAP_KIB);
	pcre2_set_callout(pattern->limits, step, pattern);
	return pattern;
}

void
pattern_free(struct pattern **pattern)
{
	if (!*pattern)
		return;
	pcre2_match_context_free((*pattern)->limits);
	pcre2_match_data_free((*pattern)->data);
	pcre2_code_free((*pattern)->code);
	free(*pattern);
	*pattern = NULL;
}

enum pattern_found
pattern_find(struct pattern *pattern, const char *text, size_t size)
{
	int rc;

	if (size > PATTERN_TEXT_MAX)
		return PATTERN_GIVES_UP;
	pattern->steps = 0;
	rc = pcre2_match(pattern->code, (PCRE2_SPTR)text, size, 0, 0, pattern->data, pattern->limits);
	if (rc == PCRE2_ERROR_NOMATCH)
		return PATTERN_ABSENT;
	return rc >= 0 ? PATTERN_FOUND : PATTERN_GIVES_UP;
}

const char *
pattern_group(const struct pattern *pattern, const char *text, size_t n, size_t *size_r)
{
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(pattern->data);

	if (n >= pcre2_get_ovector_count(pattern->data) || ends[2 * n] == PCRE2_UNSET || ends[2 * n + 1] < ends[2 * n])
		return NULL;
	*size_r = ends[2 * n + 1] - ends[2 * n];
	return text + ends[2 * n];
}
