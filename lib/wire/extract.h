/*
 * extract.h - telephone numbers and URLs in what people write.
 *
 * Text comes from outside: bytes that are not UTF-8 end a match and are no
 * error, the time taken grows with the size alone, and no more than
 * EXTRACT_MAX are reported. Matches are told in order, do not overlap, and
 * point into text. E_BUG when PCRE2 gives up, which the tests rule out.
 * Thread-safe: the patterns are compiled once per process and kept.
 */
#ifndef WIRE_EXTRACT_H
#define WIRE_EXTRACT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct err;

#define EXTRACT_MAX 1000
#define PHONE_DIGITS_MIN 7
#define PHONE_DIGITS_MAX 15 /* E.164 */
#define PHONE_TRIES 300000  /* groups of digits that are looked at */
#define URL_MAX 2048        /* bytes */

/*
 * Numbers as the French, English, Germans and Americans write them, as they
 * stand there, without their extension. Those without a + or a leading 0 are
 * taken in the form of North America or right behind a word such as "tel" or
 * "call". Dates, times, prices, IP addresses, IBANs, cards, references
 * (A-1234567, "order 0123456789") and what belongs to a URL are none. Behind
 * PHONE_TRIES groups of digits the search ends: no message has so many.
 */
int extract_phones(const char *text, size_t size, void (*found)(void *context, const char *s, size_t n),
		   void *context, struct err *err) ATTR_MUSTUSE;
/*
 * http and https with a host, up to white space or quoting, without the
 * punctuation of the sentence around it. Longer ones than URL_MAX are left
 * out. Found is not yet harmless: see url_pushable.
 */
int extract_urls(const char *text, size_t size, void (*found)(void *context, const char *s, size_t n),
		 void *context, struct err *err) ATTR_MUSTUSE;

/*
 * May this URL be sent to a contact to open? Only http and https, a host of
 * letters, digits, '-' and '.' (or an IPv6 address in brackets), no user
 * information, valid UTF-8 without white space, controls, invisible
 * characters, quotes, angle brackets or backslashes, at most URL_MAX bytes.
 */
bool url_pushable(const char *url);

#endif
