#include "wire/extract.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"

/*
 * The patterns are free of nested unbounded repeats: a repeat without a bound
 * is of one class, and possessive. What cannot be a number is consumed whole
 * and skipped, so that no byte is looked at often.
 */
#define SKIP "(*SKIP)(*FAIL)"

/* Parts that are called by name; PARTS defines them. A blank is never a tab or a new line. */
#define BLANKS " \\x{a0}\\x{2009}\\x{202f}"
#define H "[" BLANKS "]"
#define SEP "(?&sep)"
#define DATE "(?&date)"
/* Digits in groups of two or more. */
#define DIGITS(min, max) "(?>[0-9]|(?&joined)){" #min "," #max "}"

/* Digits before it would make it a part of something else. */
#define ALONE "(?<![0-9]" H ")"

/* A country's prefix: +33, 0033, (+33). */
#define PREFIX(country) "(?:\\((?:\\+|00)" country "\\)|(?:\\+|00)" H "?" country ")"
#define TRUNK SEP "?(?:\\(0\\)" SEP "?)?"
#define COUNTRY \
	"(?!33|1)(?:7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]" \
	"|(?:2[1-689]|3[578]|42|5[09]|6[789]|8[035789]|9[679])[0-9])"
#define TO_FRANCE PREFIX("33") TRUNK "[1-9](?:" SEP "?[0-9]{2}){4}"
#define TO_AMERICA PREFIX("1") SEP "?(?:\\([2-9][0-9]{2}\\)|[2-9][0-9]{2})" SEP "?[2-9][0-9]{2}" SEP "?[0-9]{4}"
#define TO_BRITAIN PREFIX("44") TRUNK "[1-9](?:" SEP "?[0-9]){9}"
#define TO_OTHERS PREFIX(COUNTRY) SEP "?(?:\\(0\\)" SEP "?[0-9]" DIGITS(5, 10) OTHER_AREA ")(?:-[0-9])?"
#define OTHER_AREA "|\\([1-9][0-9]{0,3}\\)" SEP "?[0-9]" DIGITS(3, 7) "|[0-9]" DIGITS(5, 11)
#define INTERNATIONAL TO_FRANCE "|" TO_AMERICA "|" TO_BRITAIN "|" TO_OTHERS

#define AMERICAN ALONE "(?&american)"
#define AMERICAN_PART \
	"(?:1" SEP ")?(?:\\([2-9][0-9]{2}\\)" SEP "?[2-9][0-9]{2}" SEP "?" \
	"|[2-9][0-9]{2}" SEP "[2-9][0-9]{2}" SEP ")[0-9]{4}"
#define FRENCH \
	"0[1-9](" SEP "?)[0-9]{2}(?:\\g{-1}[0-9]{2}){3}" \
	"|0" H "[89][0-9]{2}" H "(?:[0-9]{3}" H "[0-9]{3}|[0-9]{2}(?:" H "[0-9]{2}){2})"
#define BRITISH \
	"0[1-9][0-9]" SEP "[0-9]{4}" SEP "[0-9]{4}|0[1-9][0-9]{2}" SEP "[0-9]{3}" SEP "[0-9]{3,4}" \
	"|0[1-9][0-9]{3}" SEP "[0-9]{6}"
/* Area and subscriber, as in Germany. */
#define GERMAN \
	ALONE "(?:\\(0[1-9][0-9]{0,4}\\)" SEP "?|0[1-9][0-9]{0,4}" SEP "(?!" DATE "))" \
	      "[0-9]" DIGITS(3, 8) "(?:-[0-9])?"
#define BARE "0[1-9][0-9]{7,10}"

/* 21.11.2026, 11/21/2026, 2026-11-21, 21.11.26 */
#define DATE_PART \
	"[0-3]?[0-9]([-./ ])[0-3]?[0-9]\\g{-1}(?:19|20)[0-9]{2}(?![0-9])" \
	"|(?:19|20)[0-9]{2}([-./ ])[01]?[0-9]\\g{-1}[0-3]?[0-9](?![0-9])" \
	"|[0-3][0-9]([-./])[0-3][0-9]\\g{-1}[0-9]{2}(?![0-9]|\\g{-1}[0-9])"
#define PARTS \
	"(?(DEFINE)(?<sep>[" BLANKS "./\\x{2010}-\\x{2013}-]|" H "[-/\\x{2013}]" H ")" \
	"(?<joined>" SEP "(?!" DATE ")[0-9](?=[0-9]))(?<date>" DATE_PART ")(?<american>" AMERICAN_PART ")" \
	"(?<behind>" BEHIND_PART "))"

/* What may not stand before and behind; an extension may. */
#define BEFORE \
	"(?<![\\p{L}\\p{N}_#=&%@$\\x{a3}\\x{20ac}+])(?<![\\p{L}\\p{N}][/_-])(?<![0-9][.:])(?<![$\\x{a3}\\x{20ac}]" H ")"
#define BEHIND "(?![0-9@_])(?&behind)"
#define BEHIND_PART \
	"(?![.:-][0-9])(?!,[0-9]{1,2}(?![0-9]))(?!-\\p{L})" \
	"(?!" H "?(?:[$%\\x{a3}\\x{20ac}]|(?i:eur|usd|gbp|chf|euros?|dollars?|francs?|pounds?)(?!\\p{L})))" \
	"(?:(?=(?i:x|ext|poste|p)\\.?" H "?[0-9])|(?!\\p{L}))"

#define ADDRESS "(?:[0-9]{1,3}\\.){3}[0-9]{1,3}(?![0-9]|\\.[0-9])"
#define CARD "[0-9]{4}([ -])[0-9]{4}\\g{-1}[0-9]{4}\\g{-1}[0-9]{3,4}(?![0-9])"
/* Any digits, where the callout says that a word announces a number. */
#define ANNOUNCED "(?C1)(?:[2-9][0-9]{2}[.-][0-9]{4}|[1-9]" DIGITS(6, 14) ")"

/* Worth a closer look: long enough, and not a list of digits. */
#define LIKELY "(?=[0-9+(]\\+?[" BLANKS "()./0-9\\x{2010}-\\x{2013}-]{6})(?![0-9][ .][0-9][ .])"

static const char phones[] =
	"[^0-9+(:]++" SKIP
	"|:++(?://\\S++)?+" SKIP
	"|[(+]{4,}+" SKIP
	"|(?C2)" LIKELY BEFORE "(?:(?:" DATE_PART "|" ADDRESS "|" CARD ")" SKIP
	"|(?:(?=[+(]|" ALONE "00)(?:" INTERNATIONAL ")|" AMERICAN
	"|(?=[0(])(?:" FRENCH "|" BRITISH "|" BARE "|" GERMAN ")|" ANNOUNCED ")" BEHIND ")"
	"|[0-9]++" SKIP PARTS;

/* Never in a URL: white space, controls, invisible ones, quoting, U+FFFD, full stops of the East. */
#define NEVER \
	"\\x{00}-\\x{20}\\x{7f}-\\x{a0}\"<>\\\\^`{|}\\x{ab}\\x{bb}\\x{ad}\\x{61c}\\p{Z}\\x{180e}" \
	"\\x{200b}-\\x{200f}\\x{2028}-\\x{202e}\\x{2060}-\\x{206f}\\x{feff}\\x{fff9}-\\x{ffff}\\x{e0000}-\\x{e0fff}"
#define QUOTES "\\x{2018}-\\x{201f}\\x{2026}\\x{2039}\\x{203a}\\x{3001}\\x{3002}\\x{300c}-\\x{300f}\\x{ff0c}"

static const char urls[] =
	"(?<![\\p{L}\\p{N}+.-])(?i:https?)://(?![(/?#:.,;!*'])(?:[^/?#@'\\[\\]" NEVER QUOTES "]{1,256}@)?+"
	"(?:[\\p{L}\\p{Nd}]|\\[[0-9a-fA-F:.]{2,45}\\])[^" NEVER QUOTES "]{0,2048}+";

#define LABEL "[\\p{L}\\p{Nd}](?:[\\p{L}\\p{Nd}\\p{M}-]{0,61}[\\p{L}\\p{Nd}\\p{M}])?+"
#define PORT \
	"(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"

static const char pushable[] =
	"\\A(?i:https?)://(?:" LABEL "(?:\\." LABEL "){0,126}\\.?|\\[[0-9a-fA-F:.]{2,45}\\])"
	"(?::" PORT ")?(?:[/?#][^'" NEVER QUOTES "]*+)?\\z";

/* UTF-8 in octal; strncasecmp leaves it as it is. */
static const char *const phone_words[] = {
	"tel", "t\303\251l", "T\303\211L", "telephone", "t\303\251l\303\251phone", "t\303\251l\303\251phonez", "telefon",
	"telefonnummer", "phone", "call", "ring", "fax", "mobil", "mobile", "cell", "handy", "portable", "gsm", "sms",
	"whatsapp", "appeler", "appelez", "rappeler", "rappelez"
};
static const char *const reference_words[] = {
	"order", "ref", "r\303\251f", "reference", "r\303\251f\303\251rence", "commande", "dossier", "ticket", "invoice",
	"facture", "siren", "siret", "bestellung", "auftrag", "bestellnummer", "kundennummer", "rechnungsnummer", "auftragsnummer"
};
static const char *const fillers[] = {
	"n", "n\302\260", "n\302\272", "no", "nr", "number", "numero", "num\303\251ro", "nummer", "is", "est", "ist",
	"at", "on", "me", "us", "back", "le", "au", "unter"
};

static bool
listed(const char *const *list, size_t count, const char *s, size_t n)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i]) == n && strncasecmp(list[i], s, n) == 0)
			return true;
	return false;
}

/* How many bytes has the blank or punctuation that ends at `at`? 0: none stands there. */
static size_t
gap_before(const char *text, size_t at)
{
	if (at >= 1 && text[at - 1] != '\0' && strchr(" .:-", text[at - 1]))
		return 1;
	if (at >= 2 && memcmp(text + at - 2, "\302\240", 2) == 0)
		return 2;
	if (at >= 3 && (memcmp(text + at - 3, "\342\200\257", 3) == 0 || memcmp(text + at - 3, "\342\200\211", 3) == 0))
		return 3;
	return 0;
}

#define WORD_MAX 24
/* How many bytes has the word that ends at `at`? At most WORD_MAX. */
static size_t
word_before(const char *text, size_t at)
{
	size_t n = 0;

	for (; n < WORD_MAX && n < at; n++) {
		char c = text[at - n - 1];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80)))
			break;
	}
	return n;
}

/* Is the number at `at` said to be one of these: "tel", "call me at", "order no."? */
static bool
follows(const char *text, size_t at, const char *const *words, size_t count)
{
	for (int left = 8; left > 0; left--) {
		size_t n = gap_before(text, at);

		if (n == 0) {
			n = word_before(text, at);
			if (n == 0 || !listed(fillers, COUNT_OF(fillers), text + at - n, n))
				return n > 0 && listed(words, count, text + at - n, n);
		}
		at -= n;
	}
	return false;
}

/*
 * Callout 1, in ANNOUNCED: 0 goes on, 1 fails here. Callout 2 counts the places
 * where a number could begin, and ends the search of what cannot be a message.
 */
static int
callout(pcre2_callout_block *block, void *data)
{
	int *tries = data;

	if (block->callout_number == 2)
		return --*tries < 0 ? PCRE2_ERROR_CALLOUT : 0;
	return !follows((const char *)block->subject, block->start_match, phone_words, COUNT_OF(phone_words));
}

struct pattern {
	const char *text;
	_Atomic(pcre2_code *) code;
};

static struct pattern phone_pattern = { phones, NULL };
static struct pattern url_pattern = { urls, NULL };
static struct pattern pushable_pattern = { pushable, NULL };

/* Compiled at first use; the loser of a race drops its own. NULL: the pattern is wrong. */
static const pcre2_code *
compiled(struct pattern *pattern)
{
	pcre2_code *code = atomic_load(&pattern->code), *before = NULL;
	PCRE2_SIZE at;
	int why;

	if (code)
		return code;
	code = pcre2_compile((PCRE2_SPTR)pattern->text, PCRE2_ZERO_TERMINATED,
			     PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &why, &at, NULL);
	if (!code || atomic_compare_exchange_strong(&pattern->code, &before, code))
		return code;
	pcre2_code_free(code);
	return before;
}

/* One search after the other through a text. */
struct scan {
	const pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	const char *text;
	char *copy; /* on the heap, when text is not UTF-8; as long as text */
	size_t size, at;
	int tries;
};

/* Every byte that is not UTF-8 becomes a control character: offsets stay. */
static void
scan_repair(struct scan *scan)
{
	size_t at = utf8_valid(scan->text, scan->size);

	if (at == scan->size)
		return;
	scan->copy = xmalloc(scan->size);
	memcpy(scan->copy, scan->text, scan->size);
	for (; at < scan->size; at += utf8_valid(scan->copy + at, scan->size - at))
		scan->copy[at++] = '\x01';
}

static void
scan_open(struct scan *scan, const pcre2_code *code, const char *text, size_t size)
{
	*scan = (struct scan){ .code = code, .text = text, .size = size, .tries = PHONE_TRIES };
	scan->data = pcre2_match_data_create(1, NULL);
	scan->limits = pcre2_match_context_create(NULL);
	if (!scan->data || !scan->limits)
		abort();
	/* Of one attempt at one place; the heap in KiB. */
	pcre2_set_match_limit(scan->limits, 20000);
	pcre2_set_depth_limit(scan->limits, 1000);
	pcre2_set_heap_limit(scan->limits, 1024);
	pcre2_set_callout(scan->limits, callout, &scan->tries);
	scan_repair(scan);
}

static void
scan_close(struct scan *scan)
{
	pcre2_match_data_free(scan->data);
	pcre2_match_context_free(scan->limits);
	free(scan->copy);
}

/* 1 and the next match, 0 at the end, or PCRE2's negative number. */
static int
scan_next(struct scan *scan, const char **s_r, size_t *n_r)
{
	const char *text = scan->copy ? scan->copy : scan->text;
	const PCRE2_SIZE *found = pcre2_get_ovector_pointer(scan->data);
	int rc = pcre2_match(scan->code, (PCRE2_SPTR)text, scan->size, scan->at,
			     PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY, scan->data, scan->limits);

	if (rc < 0)
		return rc == PCRE2_ERROR_NOMATCH || rc == PCRE2_ERROR_CALLOUT ? 0 : rc;
	*s_r = scan->text + found[0];
	*n_r = found[1] - found[0];
	scan->at = found[1];
	return 1;
}

static int
fail(int why, struct err *err)
{
	char text[128] = "";

	pcre2_get_error_message(why, (PCRE2_UCHAR *)text, sizeof(text));
	return err_set(err, E_BUG, "what", text, NULL);
}

/* accept says how much of a match is to be told, 0: nothing, and may move scan->at. */
static int
extract(struct pattern *pattern, const char *text, size_t size, size_t (*accept)(struct scan *scan, const char *s, size_t n),
	void (*found)(void *context, const char *s, size_t n), void *context, struct err *err)
{
	const pcre2_code *code = compiled(pattern);
	struct scan scan;
	const char *s = NULL;
	size_t n = 0;
	int rc = 1;

	if (!code)
		return err_set(err, E_BUG, "what", "a pattern does not compile", NULL);
	scan_open(&scan, code, text ? text : "", text ? size : 0);
	for (int left = EXTRACT_MAX; left > 0;) {
		rc = scan_next(&scan, &s, &n);
		if (rc <= 0)
			break;
		n = accept(&scan, s, n);
		if (n > 0) {
			found(context, s, n);
			left--;
		}
	}
	scan_close(&scan);
	return rc < 0 ? fail(rc, err) : 0;
}

static size_t
accept_phone(struct scan *scan, const char *s, size_t n)
{
	size_t digits = 0;

	for (size_t i = 0; i < n; i++)
		digits += s[i] >= '0' && s[i] <= '9';
	if (digits < PHONE_DIGITS_MIN || digits > PHONE_DIGITS_MAX)
		return 0;
	if (digits == n && follows(scan->text, (size_t)(s - scan->text), reference_words, COUNT_OF(reference_words)))
		return 0;
	return n;
}

int
extract_phones(const char *text, size_t size, void (*found)(void *context, const char *s, size_t n),
	       void *context, struct err *err)
{
	return extract(&phone_pattern, text, size, accept_phone, found, context, err);
}

/* Without the punctuation behind it and the brackets that were opened before it. */
static size_t
trimmed(const char *s, size_t n)
{
	int round = 0, square = 0;

	for (size_t i = 0; i < n; i++) {
		round += (s[i] == '(') - (s[i] == ')');
		square += (s[i] == '[') - (s[i] == ']');
	}
	for (; n > 0; n--) {
		char last = s[n - 1];

		if (last == ')' && round < 0)
			round++;
		else if (last == ']' && square < 0)
			square++;
		else if (last == '(')
			round--;
		else if (last == '[')
			square--;
		else if (!memchr(".,;:!?'*", last, 8))
			break;
	}
	return n;
}

static size_t
accept_url(struct scan *scan, const char *s, size_t n)
{
	const char *quote = s > scan->text && s[-1] == '\'' ? memchr(s, '\'', n) : NULL;

	if (quote)
		n = (size_t)(quote - s);
	if (n <= URL_MAX)
		return trimmed(s, n);
	/* Its rest is none either. */
	while (scan->at < scan->size && !strchr(" \t\r\n", scan->text[scan->at]))
		scan->at++;
	return 0;
}

int
extract_urls(const char *text, size_t size, void (*found)(void *context, const char *s, size_t n),
	     void *context, struct err *err)
{
	return extract(&url_pattern, text, size, accept_url, found, context, err);
}

bool
url_pushable(const char *url)
{
	const pcre2_code *code = compiled(&pushable_pattern);
	size_t n = url ? strnlen(url, URL_MAX + 1) : 0;
	struct scan scan;
	const char *s;
	int rc;

	if (!code || n == 0 || n > URL_MAX || utf8_valid(url, n) < n)
		return false;
	scan_open(&scan, code, url, n);
	rc = scan_next(&scan, &s, &n);
	scan_close(&scan);
	return rc == 1;
}
