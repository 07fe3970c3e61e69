/*
 * card.h - numbers of payment cards in a text: 13 to 19 digits, in groups or
 * not, whose check digit is right (ISO/IEC 7812-1, the Luhn algorithm).
 */
#ifndef BASE_CARD_H
#define BASE_CARD_H

#include <stdbool.h>
#include <stddef.h>

#define CARD_MIN 13
#define CARD_MAX 19

struct card {
	size_t at, size; /* where it stands in the text, in bytes */
	int digits;
	char last[5]; /* its last four digits: all of it that may be shown */
};

/* Is the check digit of these digits (0 to 9 each) right? */
bool card_luhn(const unsigned char *digits, size_t n);
/* The first one from byte from on. A blank, a no-break space, a hyphen, a dash or a dot may part its groups. Linear. */
bool card_find(const char *text, size_t size, size_t from, struct card *card_r);

#endif
