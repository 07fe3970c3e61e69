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
 * A word of a sequence: three bits that say how many bits follow, then those.
 * What stands for how many was chosen for the words of this file.
 */
#define CODE_CLASSES 8
#define CODE_PREFIX 3
struct code {
	uint8_t width[CODE_CLASSES];
	uint32_t base[CODE_CLASSES]; /* the first number of each */
};
/* Sets base by width. */
void code_set(struct code *code, const uint8_t width[CODE_CLASSES]);
/* The best widths for n numbers; before[i]: how many times one below i is said, for i from 0 to n. */
void code_choose(const uint64_t *before, uint32_t n, uint8_t width[CODE_CLASSES]);
void code_put(struct buf *out, const struct code *code, const uint32_t *v, size_t n);
/* false: not n numbers in size bytes. */
bool code_get(const struct code *code, const unsigned char *p, size_t size, uint32_t *v, size_t n);

/* Something that is read piece by piece; bad is set where it ends too early. */
struct cut {
	const unsigned char *p, *end;
	bool bad;
};
uint64_t cut_number(struct cut *cut);
int64_t cut_signed(struct cut *cut);
/* Up to its NUL. */
const char *cut_string(struct cut *cut);
void put_number(struct buf *out, uint64_t v);
void put_signed(struct buf *out, int64_t v);
/* With its NUL; NULL is empty. */
void put_string(struct buf *out, const char *s);

#endif
