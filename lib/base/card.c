#include "base/card.h"

#include <string.h>

bool
card_luhn(const unsigned char *digits, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned d = digits[n - 1 - i];

		if (i % 2 == 1)
			d = d > 4 ? 2 * d - 9 : 2 * d;
		sum += d;
	}
	return n > 0 && sum % 10 == 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What parts two groups: its size, 0 where nothing does. */
static size_t
separator(const char *p, size_t size)
{
	static const char *const separators[] = { " ", "-", ".", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89", "\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92", "\xe2\x80\x93" };

	for (size_t i = 0; i < sizeof(separators) / sizeof(*separators); i++) {
		size_t n = strlen(separators[i]);

		if (n <= size && memcmp(p, separators[i], n) == 0)
			return n;
	}
	return 0;
}

/* A card that begins at a group: it ends where a group does. The longest one. */
static bool
card_at(const char *text, size_t size, size_t at, struct card *card_r)
{
	unsigned char digits[CARD_MAX];
	size_t n = 0, i = at;
	bool found = false, zeros = true;

	while (i < size && is_digit(text[i]) && n < CARD_MAX) {
		size_t gap;

		zeros = zeros && text[i] == '0';
		digits[n++] = (unsigned char)(text[i++] - '0');
		if (i < size && is_digit(text[i]))
			continue;
		if (n >= CARD_MIN && !zeros && card_luhn(digits, n)) {
			*card_r = (struct card){ .at = at, .size = i - at, .digits = (int)n };
			for (size_t k = 0; k < 4; k++)
				card_r->last[k] = (char)('0' + digits[n - 4 + k]);
			found = true;
		}
		gap = separator(text + i, size - i);
		i += gap && i + gap < size && is_digit(text[i + gap]) ? gap : 0;
	}
	return found;
}

bool
card_find(const char *text, size_t size, size_t from, struct card *card_r)
{
	for (size_t i = from; i < size; i++) {
		bool begins = is_digit(text[i]) && (i == from || !is_digit(text[i - 1]));

		if (begins && card_at(text, size, i, card_r))
			return true;
	}
	return false;
}
