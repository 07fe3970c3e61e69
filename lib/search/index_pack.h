/*
 * index_pack.h - how numbers lie in the index: blocks of postings, sequences of
 * words, numbers of seven bits a byte.
 *
 * Whatever the bytes are, reading stays within them and the pad behind the
 * last section; a number may come out wrong, which the sums notice.
 */
#ifndef SEARCH_INDEX_PACK_H
#define SEARCH_INDEX_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf;

#define PACK_BLOCK 128
#define PACK_PAD 64 /* bytes that may be read behind what is packed */

/* How many bits the largest takes. */
unsigned pack_bits(const uint32_t *v, size_t n);
size_t pack_size(size_t n, unsigned bits);
/* A whole block lies in four lanes, a shorter one bit behind bit. */
void pack_block(struct buf *out, const uint32_t *v, size_t n, unsigned bits);
/* v has room for a whole block. */
void unpack_block(const unsigned char *p, size_t n, unsigned bits, uint32_t v[PACK_BLOCK]);

/*
 * A symbol of a sequence is a word, or a phrase: two symbols that often stand
 * side by side. It is told by its class, in few bits where the class is
 * frequent, and as many more as the class has. What stands for how many was
 * chosen for the symbols of this file.
 */
#define CODE_CLASSES 16 /* the first half stand for words, the others for phrases */
#define CODE_HALF (CODE_CLASSES / 2)
#define CODE_PREFIX_MAX 8
#define CODE_PHRASE (UINT32_C(1) << 31) /* of a symbol: it is the phrase of this number */
#define CODE_NONE UINT32_MAX
struct code_widths {
	uint8_t prefix[CODE_CLASSES]; /* bits of the class; 0: there is nothing in it */
	uint8_t width[CODE_CLASSES];
};
struct code {
	struct code_widths widths;
	uint32_t base[CODE_CLASSES];         /* the first symbol of each */
	uint32_t bits[CODE_CLASSES];         /* the class itself, its lowest bit first */
	uint8_t class[1 << CODE_PREFIX_MAX]; /* by what comes next; CODE_CLASSES: nothing does */
};
void code_set(struct code *code, const struct code_widths *widths);
/* The best widths; said[0] of words, said[1] of phrases: how many times one below i is said, for i from 0 to n. */
void code_choose(const uint64_t *const said[2], const uint32_t n[2], struct code_widths *widths);
void code_put(struct buf *out, const struct code *code, const uint32_t *symbols, size_t n);

/* A sequence that is read. */
struct code_at {
	const unsigned char *p;
	size_t at, end; /* in bits */
};
static inline uint32_t
code_next(const struct code *code, struct code_at *c)
{
	uint64_t word;
	unsigned class, prefix, width;

	if (c->at >= c->end)
		return CODE_NONE;
	memcpy(&word, c->p + c->at / 8, sizeof(word));
	word >>= c->at % 8;
	class = code->class[word & ((1 << CODE_PREFIX_MAX) - 1)];
	if (class == CODE_CLASSES)
		return CODE_NONE;
	prefix = code->widths.prefix[class];
	width = code->widths.width[class];
	c->at += prefix + width;
	return code->base[class] + (uint32_t)(word >> prefix & ((UINT64_C(1) << width) - 1));
}

/* Something that is read piece by piece; bad is set where it ends too early. */
struct cut {
	const unsigned char *p, *end;
	bool bad;
};
uint64_t cut_long(struct cut *cut);
static inline uint64_t
cut_number(struct cut *cut)
{
	return cut->p < cut->end && *cut->p < 0x80 ? *cut->p++ : cut_long(cut);
}
int64_t cut_signed(struct cut *cut);
/* Up to its NUL. */
const char *cut_string(struct cut *cut);
void put_number(struct buf *out, uint64_t v);
void put_signed(struct buf *out, int64_t v);
/* With its NUL; NULL is empty. */
void put_string(struct buf *out, const char *s);

#endif
