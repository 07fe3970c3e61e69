/*
 * Numbers of payment cards in texts: what is one, what only looks like one.
 */
#include "base/card.h"

#include <stdlib.h>

#include "tests/unit/tap.h"

static const struct {
	const char *text, *last; /* NULL: none */
	int digits;
} rows[] = {
	{ "4111111111111111", "1111", 16 },
	{ "my card is 4111 1111 1111 1111, thank you", "1111", 16 },
	{ "4111-1111-1111-1111", "1111", 16 },
	{ "4111.1111.1111.1111", "1111", 16 },
	{ "4111\xc2\xa0"
	  "1111\xc2\xa0"
	  "1111\xc2\xa0"
	  "1111",
	  "1111", 16 },
	{ "4111\xe2\x80\xaf"
	  "1111\xe2\x80\x91"
	  "1111\xe2\x80\x93"
	  "1111",
	  "1111", 16 },
	{ "amex 378282246310005", "0005", 15 },
	{ "3782 822463 10005", "0005", 15 },
	{ "4222222222222", "2222", 13 },
	{ "6304000000000000000", "0000", 19 },
	{ "6304000000000000001", NULL, 0 },
	{ "5555555555554444 and 4111111111111111", "4444", 16 },
	{ "4111 1111 1111 1111 12/27", "1111", 16 },
	{ "order 12 4111 1111 1111 1111", "1111", 16 },
	{ "No. 5 4111111111111111", "1111", 16 },
	{ "4111111111111112", NULL, 0 },
	{ "4111 1111 1111 1112", NULL, 0 },
	{ "411111111111", NULL, 0 },
	{ "0000000000000000", NULL, 0 },
	{ "41111111111111110000", NULL, 0 },
	{ "4111  1111 1111 1111", NULL, 0 },
	{ "4111\n1111 1111 1111", NULL, 0 },
	{ "4111x1111 1111 1111", NULL, 0 },
	{ "+33 1 23 45 67 89", NULL, 0 },
	{ "2026-11-22 13:10", NULL, 0 },
	{ "", NULL, 0 },
	{ "4", NULL, 0 },
	{ "4111 1111 1111 111", NULL, 0 },
	{ "4111 1111 1111 1111\xc2", "1111", 16 },
};

static void
test_luhn(void)
{
	ok(card_luhn((const unsigned char[]){ 7, 9, 9, 2, 7, 3, 9, 8, 7, 1, 3 }, 11), "the example of the standard");
	for (unsigned char d = 0; d < 10; d++)
		ok(card_luhn((const unsigned char[]){ 7, 9, 9, 2, 7, 3, 9, 8, 7, 1, d }, 11) == (d == 3), "with check digit %d", d);
	ok(!card_luhn(NULL, 0), "nothing is none");
}

/* Digits and separators without end: one look at each, a bounded number of times. */
static void
test_long(void)
{
	size_t size = (size_t)4 << 20;
	char *text = malloc(size + 1);
	struct card card = { 0, 0, 0, "" };

	if (!text)
		return;
	for (size_t i = 0; i < size; i++)
		text[i] = i % 2 ? ' ' : '1';
	text[size] = '\0';
	ok(!card_find(text, size, 0, &card), "groups of one digit without end");
	memset(text, '7', size);
	ok(!card_find(text, size, 0, &card), "one group without end is none");
	free(text);
}

int
main(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct card card = { 0, 0, 0, "" };
		bool found = card_find(rows[i].text, strlen(rows[i].text), 0, &card);

		ok(found == (rows[i].last != NULL), "'%s': %s", rows[i].text, rows[i].last ? "a card" : "none");
		if (found && rows[i].last) {
			is_str(card.last, rows[i].last, "its last four digits");
			is_int(card.digits, rows[i].digits, "how many it has");
			ok(card.at + card.size <= strlen(rows[i].text), "it lies within the text");
		}
	}
	test_luhn();
	test_long();
	return done();
}
