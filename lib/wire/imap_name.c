#include "wire/imap_name.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/* Six bits a letter; count of them wait in bits. */
struct shift {
	uint32_t bits;
	unsigned count;
};

static void
add_unit(struct buf *out, struct shift *s, uint32_t unit)
{
	s->bits = s->bits << 16 | unit;
	for (s->count += 16; s->count >= 6; s->count -= 6)
		buf_char(out, letters[s->bits >> (s->count - 6) & 63]);
	s->bits &= (1U << s->count) - 1;
}

static void
add_character(struct buf *out, struct shift *s, uint32_t c)
{
	if (c >= 0x10000) {
		add_unit(out, s, 0xd800 + ((c - 0x10000) >> 10));
		c = 0xdc00 + ((c - 0x10000) & 0x3ff);
	}
	add_unit(out, s, c);
}

static void
end_shift(struct buf *out, struct shift *s)
{
	if (s->count > 0)
		buf_char(out, letters[s->bits << (6 - s->count) & 63]);
	buf_char(out, '-');
	*s = (struct shift){ 0, 0 };
}

const char *
imap_name_encode(struct arena *arena, const char *utf8)
{
	struct buf out = BUF_INIT;
	struct shift shift = { 0, 0 };
	bool shifted = false;
	const char *name;
	uint32_t c;

	if (utf8_valid(utf8, strlen(utf8)) != strlen(utf8))
		return NULL;
	for (; *utf8; utf8 += utf8_decode(utf8, &c)) {
		bool plain;

		utf8_decode(utf8, &c);
		plain = c >= 0x20 && c <= 0x7e;
		if (plain && shifted)
			end_shift(&out, &shift);
		if (!plain && !shifted)
			buf_char(&out, '&');
		if (!plain)
			add_character(&out, &shift, c);
		else
			buf_str(&out, c == '&' ? "&-" : (const char[]){ (char)c, '\0' });
		shifted = !plain;
	}
	if (shifted)
		end_shift(&out, &shift);
	name = arena_memdup(arena, buf_get(&out), out.n);
	buf_release(&out);
	return name;
}
