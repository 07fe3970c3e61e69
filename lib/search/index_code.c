#include "search/index_pack.h"

#include <string.h>

/* Each class has the next code of its length, as Huffman's codes are counted; turned round, for they are read from the lowest bit. */
static void
set_prefixes(struct code *code)
{
	uint32_t next = 0;

	memset(code->class, CODE_CLASSES, sizeof(code->class));
	for (unsigned length = 1; length <= CODE_PREFIX_MAX; length++, next <<= 1)
		for (unsigned c = 0; c < CODE_CLASSES; c++) {
			uint32_t bits = 0;

			if (code->widths.prefix[c] != length || next >> length)
				continue;
			for (unsigned i = 0; i < length; i++)
				bits |= (next >> i & 1) << (length - 1 - i);
			code->bits[c] = bits;
			for (uint32_t i = bits; i < sizeof(code->class); i += UINT32_C(1) << length)
				code->class[i] = (uint8_t)c;
			next++;
		}
}

void
code_set(struct code *code, const struct code_widths *widths)
{
	uint64_t base = 0;

	code->widths = *widths;
	for (unsigned c = 0; c < CODE_CLASSES; c++) {
		base = c == CODE_HALF ? 0 : base;
		code->widths.width[c] = widths->width[c] <= 31 ? widths->width[c] : 31;
		code->base[c] = (uint32_t)base | (c < CODE_HALF ? 0 : CODE_PHRASE);
		base += UINT64_C(1) << code->widths.width[c];
		base = base < CODE_PHRASE ? base : CODE_PHRASE - 1;
	}
	set_prefixes(code);
}

/* Widths tried so far, and the best ones. */
struct choice {
	const uint64_t *before;
	uint32_t n;
	uint64_t best;
	uint8_t width[CODE_HALF], best_width[CODE_HALF];
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
		memset(choice->best_width + i, (int)least, CODE_HALF - i);
		return;
	}
	for (unsigned w = least; i < CODE_HALF && w < 32; w++) {
		uint64_t end = start + (UINT64_C(1) << w);
		uint64_t here = choice->before[end < choice->n ? end : choice->n] - choice->before[start];

		choice->width[i] = (uint8_t)w;
		choose(choice, i + 1, end, w, cost + here * w);
		if (end >= choice->n)
			return;
	}
}

/* Huffman's code: the two rarest become one, and all in them a bit longer. */
static void
choose_prefixes(const uint64_t said[CODE_CLASSES], uint8_t prefix[CODE_CLASSES])
{
	uint64_t rest[CODE_CLASSES];
	unsigned group[CODE_CLASSES];

	for (unsigned c = 0; c < CODE_CLASSES; c++) {
		rest[c] = said[c];
		group[c] = c;
		prefix[c] = 0;
	}
	for (;;) {
		unsigned a = CODE_CLASSES, b = CODE_CLASSES;

		for (unsigned c = 0; c < CODE_CLASSES; c++) {
			if (!rest[c])
				continue;
			if (a == CODE_CLASSES || rest[c] < rest[a]) {
				b = a;
				a = c;
			} else if (b == CODE_CLASSES || rest[c] < rest[b]) {
				b = c;
			}
		}
		if (b == CODE_CLASSES)
			return;
		rest[b] += rest[a];
		rest[a] = 0;
		for (unsigned c = 0; c < CODE_CLASSES; c++) {
			prefix[c] += said[c] && (group[c] == a || group[c] == b);
			group[c] = group[c] == a ? b : group[c];
		}
	}
}

/* None is so rare that its code becomes too long. */
static void
prefixes(uint64_t said[CODE_CLASSES], uint8_t prefix[CODE_CLASSES])
{
	uint64_t all = 0;
	unsigned used = 0;

	for (unsigned c = 0; c < CODE_CLASSES; c++) {
		all += said[c];
		used += said[c] > 0;
	}
	for (unsigned c = 0; c < CODE_CLASSES; c++)
		said[c] = said[c] ? said[c] + all / 40 + 1 : 0;
	choose_prefixes(said, prefix);
	for (unsigned c = 0; c < CODE_CLASSES; c++)
		prefix[c] = used == 1 && said[c] ? 1 : prefix[c];
}

void
code_choose(const uint64_t *const said[2], const uint32_t n[2], struct code_widths *widths)
{
	uint64_t classes[CODE_CLASSES];

	for (unsigned kind = 0; kind < 2; kind++) {
		struct choice choice = { .before = said[kind], .n = n[kind], .best = UINT64_MAX };
		uint64_t at = 0;

		choose(&choice, 0, 0, 0, 0);
		memcpy(widths->width + (size_t)kind * CODE_HALF, choice.best_width, CODE_HALF);
		for (unsigned c = 0; c < CODE_HALF; c++) {
			uint64_t end = at + (UINT64_C(1) << choice.best_width[c]);

			end = end < n[kind] ? end : n[kind];
			/* What is not said in the sample may yet be. */
			classes[kind * CODE_HALF + c] = end > at ? said[kind][end] - said[kind][at] + 1 : 0;
			at = end;
		}
	}
	prefixes(classes, widths->prefix);
}
