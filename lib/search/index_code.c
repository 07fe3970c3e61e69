#include "search/index_pack.h"

#include <string.h>

void
code_set(struct code *code, const uint8_t width[CODE_CLASSES])
{
	uint64_t base = 0;

	for (size_t i = 0; i < CODE_CLASSES; i++) {
		code->width[i] = width[i] <= 32 ? width[i] : 32;
		code->base[i] = (uint32_t)base;
		base += UINT64_C(1) << code->width[i];
		if (base > UINT32_MAX)
			base = UINT32_MAX;
	}
}

/* Widths tried so far, and the best ones. */
struct choice {
	const uint64_t *before;
	uint32_t n;
	uint64_t best;
	uint8_t width[CODE_CLASSES], best_width[CODE_CLASSES];
};

/* The classes from i on, for numbers from start on, not narrower than least. */
static void
choose(struct choice *choice, size_t i, uint64_t start, unsigned least, uint64_t cost)
{
	uint64_t rest = start < choice->n ? choice->before[choice->n] - choice->before[start] : 0;

	if (cost + rest * least >= choice->best)
		return;
	if (start >= choice->n) {
		choice->best = cost;
		memcpy(choice->best_width, choice->width, i);
		memset(choice->best_width + i, (int)least, CODE_CLASSES - i);
		return;
	}
	for (unsigned w = least; i < CODE_CLASSES && w <= 32; w++) {
		uint64_t end = start + (UINT64_C(1) << w);
		uint64_t here = choice->before[end < choice->n ? end : choice->n] - choice->before[start];

		choice->width[i] = (uint8_t)w;
		choose(choice, i + 1, end, w, cost + here * w);
		if (end >= choice->n)
			return;
	}
}

void
code_choose(const uint64_t *before, uint32_t n, uint8_t width[CODE_CLASSES])
{
	struct choice choice = { .before = before, .n = n, .best = UINT64_MAX };

	choose(&choice, 0, 0, 0, 0);
	memcpy(width, choice.best_width, CODE_CLASSES);
}
