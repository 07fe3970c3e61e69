#include "search/index_pack.h"

#include <string.h>

#include "base/buf.h"

#define LANES 4

unsigned
pack_bits(const uint32_t *v, size_t n)
{
	uint32_t all = 0;

	for (size_t i = 0; i < n; i++)
		all |= v[i];
	return all ? 32 - (unsigned)__builtin_clz(all) : 0;
}

static void
pack_lanes(struct buf *out, const uint32_t *v, unsigned bits)
{
	uint32_t word[LANES] = { 0 };
	unsigned used = 0;

	for (size_t i = 0; bits && i < PACK_BLOCK; i += LANES) {
		for (size_t k = 0; k < LANES; k++)
			word[k] |= v[i + k] << used;
		used += bits;
		if (used < 32)
			continue;
		buf_add(out, word, sizeof(word));
		used -= 32;
		for (size_t k = 0; k < LANES; k++)
			word[k] = used ? v[i + k] >> (bits - used) : 0;
	}
}

/* Bits behind bits, added to a buffer in pieces. */
struct bits {
	struct buf *out;
	uint64_t word;
	unsigned used;
	size_t n;
	unsigned char piece[256];
};

static inline void
put_bits(struct bits *b, uint64_t v, unsigned width)
{
	b->word |= v << b->used;
	for (b->used += width; b->used >= 8; b->used -= 8, b->word >>= 8)
		b->piece[b->n++] = (unsigned char)b->word;
	if (b->n + 16 > sizeof(b->piece)) {
		buf_add(b->out, b->piece, b->n);
		b->n = 0;
	}
}

static void
end_bits(struct bits *b)
{
	if (b->used)
		b->piece[b->n++] = (unsigned char)b->word;
	buf_add(b->out, b->piece, b->n);
}

void
pack_block(struct buf *out, const uint32_t *v, size_t n, unsigned bits)
{
	struct bits b = { .out = out };

	if (n == PACK_BLOCK) {
		pack_lanes(out, v, bits);
		return;
	}
	for (size_t i = 0; i < n; i++)
		put_bits(&b, v[i], bits);
	end_bits(&b);
}

static inline uint32_t
mask_of(unsigned bits)
{
	return bits < 32 ? (UINT32_C(1) << bits) - 1 : UINT32_MAX;
}

typedef uint32_t lanes __attribute__((vector_size(16)));
typedef uint32_t lanes_anywhere __attribute__((vector_size(16), aligned(1), may_alias));

static void
unpack_lanes(const unsigned char *p, unsigned bits, uint32_t v[PACK_BLOCK])
{
	const lanes_anywhere *in = (const lanes_anywhere *)(const void *)p;
	lanes_anywhere *out = (lanes_anywhere *)(void *)v;
	uint32_t m = mask_of(bits);
	lanes mask = { m, m, m, m }, word = *in;
	unsigned used = 0;

	for (size_t i = 0; i < PACK_BLOCK / LANES; i++) {
		lanes value = word >> used;

		used += bits;
		if (used >= 32) {
			used -= 32;
			word = *++in;
			if (used)
				value |= word << (bits - used);
		}
		out[i] = value & mask;
	}
}

void
unpack_block(const unsigned char *p, size_t n, unsigned bits, uint32_t v[PACK_BLOCK])
{
	uint32_t mask = mask_of(bits);

	if (bits == 0) {
		memset(v, 0, n * sizeof(*v));
		return;
	}
	if (n == PACK_BLOCK) {
		unpack_lanes(p, bits, v);
		return;
	}
	for (size_t i = 0, at = 0; i < n; i++, at += bits) {
		uint64_t word;

		memcpy(&word, p + at / 8, sizeof(word));
		v[i] = (uint32_t)(word >> at % 8) & mask;
	}
}

size_t
pack_size(size_t n, unsigned bits)
{
	return n == PACK_BLOCK ? (size_t)bits * 16 : (n * bits + 7) / 8;
}

uint64_t
cut_long(struct cut *cut)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		if (cut->p >= cut->end)
			break;
		v |= (uint64_t)(*cut->p & 0x7f) << shift;
		if (!(*cut->p++ & 0x80))
			return v;
	}
	cut->bad = true;
	cut->p = cut->end;
	return 0;
}

int64_t
cut_signed(struct cut *cut)
{
	uint64_t v = cut_number(cut);

	return (int64_t)(v >> 1 ^ (0 - (v & 1)));
}

const char *
cut_string(struct cut *cut)
{
	size_t room = (size_t)(cut->end - cut->p);
	const unsigned char *end = room ? memchr(cut->p, '\0', room) : NULL, *s = cut->p;

	if (!end) {
		cut->bad = true;
		return "";
	}
	cut->p = end + 1;
	return (const char *)s;
}

void
put_number(struct buf *out, uint64_t v)
{
	char bytes[10];
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		bytes[n++] = (char)(v | 0x80);
	bytes[n++] = (char)v;
	buf_add(out, bytes, n);
}

void
put_signed(struct buf *out, int64_t v)
{
	put_number(out, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
}

void
put_string(struct buf *out, const char *s)
{
	buf_add(out, s ? s : "", s ? strlen(s) + 1 : 1);
}

static inline unsigned
class_of(const struct code *code, uint32_t symbol)
{
	unsigned c = symbol & CODE_PHRASE ? CODE_HALF : 0, last = c + CODE_HALF - 1;

	while (c < last && symbol >= code->base[c + 1])
		c++;
	return c;
}

void
code_put(struct buf *out, const struct code *code, const uint32_t *symbols, size_t n)
{
	struct bits b = { .out = out };

	for (size_t i = 0; i < n; i++) {
		unsigned c = class_of(code, symbols[i]), prefix = code->widths.prefix[c];

		put_bits(&b, (uint64_t)(symbols[i] - code->base[c]) << prefix | code->bits[c], prefix + code->widths.width[c]);
	}
	end_bits(&b);
}
