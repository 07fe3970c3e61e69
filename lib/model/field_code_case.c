/*
 * Upper and lower case of the alphabets of Europe: Latin, Greek, Cyrillic.
 */
#include "model/field_code_priv.h"

/* Capitals from first to last, and how far away their small letters are; 1: the two stand side by side, the capital first. */
static const struct span {
	uint32_t first, last, step;
} spans[] = {
	{ 0xc0, 0xd6, 32 },
	{ 0xd8, 0xde, 32 },
	{ 0x100, 0x12f, 1 },
	{ 0x132, 0x137, 1 },
	{ 0x139, 0x148, 1 },
	{ 0x14a, 0x177, 1 },
	{ 0x179, 0x17e, 1 },
	{ 0x1cd, 0x1dc, 1 },
	{ 0x1f8, 0x21f, 1 },
	{ 0x222, 0x233, 1 },
	{ 0x388, 0x38a, 37 },
	{ 0x391, 0x3a1, 32 },
	{ 0x3a3, 0x3ab, 32 },
	{ 0x400, 0x40f, 80 },
	{ 0x410, 0x42f, 32 },
	{ 0x460, 0x481, 1 },
	{ 0x48a, 0x4bf, 1 },
	{ 0x4d0, 0x52f, 1 },
	{ 0x1e00, 0x1e95, 1 },
	{ 0x1ea0, 0x1eff, 1 },
};

/* Those that stand alone. */
static const struct {
	uint32_t upper, lower;
} pairs[] = { { 0x178, 0xff }, { 0x386, 0x3ac }, { 0x38c, 0x3cc }, { 0x38e, 0x3cd }, { 0x38f, 0x3ce }, { 0x3a3, 0x3c2 } };

uint32_t
code_lower(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	for (size_t i = 0; i < COUNT_OF(spans); i++)
		if (c >= spans[i].first && c <= spans[i].last)
			return spans[i].step > 1 ? c + spans[i].step : c + ((c - spans[i].first) % 2 == 0);
	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		if (c == pairs[i].upper)
			return pairs[i].lower;
	return c;
}

uint32_t
code_upper(uint32_t c)
{
	if (c < 0x80)
		return c >= 'a' && c <= 'z' ? c - 32 : c;
	for (size_t i = 0; i < COUNT_OF(spans); i++) {
		const struct span *s = &spans[i];

		if (s->step == 1 && c >= s->first && c <= s->last)
			return c - (c - s->first) % 2;
		if (s->step > 1 && c >= s->first + s->step && c <= s->last + s->step)
			return c - s->step;
	}
	for (size_t i = 0; i < COUNT_OF(pairs); i++)
		if (c == pairs[i].lower)
			return pairs[i].upper;
	return c;
}
