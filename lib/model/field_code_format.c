/*
 * Numbers as text. Formats are cut to what anybody could mean, and rounding is
 * that of people: 1.005 is 1.01 with two decimals, whatever binary makes of it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "model/field_code_priv.h"

#define DIGITS 15 /* that a double is sure to keep */
#define PATTERN_MAX 100

/* 0.d1 d2 d3... times 10 to the power of point. */
struct decimal {
	bool negative;
	char digits[DIGITS + 2];
	int n, point;
};

static void
decimal_set(struct decimal *d, double number)
{
	char text[40];

	*d = (struct decimal){ .negative = number < 0, .n = DIGITS };
	snprintf(text, sizeof(text), "%.*e", DIGITS - 1, fabs(number));
	d->digits[0] = text[0];
	memcpy(d->digits + 1, text + 2, DIGITS - 1);
	d->point = (int)strtol(strchr(text, 'e') + 1, NULL, 10) + 1;
	if (number == 0)
		d->n = d->point = 0;
}

static void
trim(struct decimal *d)
{
	while (d->n > 0 && d->digits[d->n - 1] == '0')
		d->n--;
	if (d->n == 0)
		*d = (struct decimal){ .n = 0 };
}

/* One more in the last place; a nine carries. */
static void
count_up(struct decimal *d)
{
	int i = d->n;

	while (i > 0 && d->digits[i - 1] == '9')
		d->digits[--i] = '0';
	if (i > 0) {
		d->digits[i - 1]++;
		return;
	}
	memmove(d->digits + 1, d->digits, (size_t)d->n);
	d->digits[0] = '1';
	d->n++;
	d->point++;
}

static void
decimal_round(struct decimal *d, int decimals)
{
	int keep = d->point + decimals;

	if (keep < 0)
		d->n = 0;
	if (keep >= 0 && keep < d->n) {
		d->n = keep;
		if (d->digits[keep] >= '5')
			count_up(d);
	}
	trim(d);
}

static char
digit_at(const struct decimal *d, int i)
{
	return (char)(i >= 0 && i < d->n ? d->digits[i] : '0');
}

/* So many digits before the decimals, and at least and at most so many of these. */
struct shape {
	int whole, least, most;
	bool grouped;
};

static void
put_digits(struct buf *out, const struct decimal *d, const struct shape *shape, const struct code_language *l)
{
	int whole = d->point > shape->whole ? d->point : shape->whole, decimals = d->n - d->point;

	if (decimals < shape->least)
		decimals = shape->least;
	for (int i = whole; i > 0; i--) {
		buf_char(out, digit_at(d, d->point - i));
		if (shape->grouped && i > 1 && i % 3 == 1)
			buf_str(out, l->group);
	}
	if (decimals > 0)
		buf_str(out, l->decimal);
	for (int i = 0; i < decimals; i++)
		buf_char(out, digit_at(d, d->point + i));
}

double
code_round(double number, int decimals)
{
	struct decimal d;
	char text[40];

	decimal_set(&d, number);
	if (d.point + decimals >= DIGITS)
		return number;
	decimal_round(&d, decimals);
	snprintf(text, sizeof(text), "%s0.%.*se%d", d.negative ? "-" : "", d.n, d.digits, d.point);
	return strtod(text, NULL);
}

const char *
code_number_text(struct code_run *run, double number)
{
	static const struct shape shape = { 1, 0, DIGITS, false };
	struct buf out = BUF_INIT;
	struct decimal d;
	const char *text;

	decimal_set(&d, number);
	trim(&d);
	if (d.point > DIGITS || d.point < -DIGITS)
		return arena_printf(run->arena, "%.*g", DIGITS, number);
	if (d.negative)
		buf_char(&out, '-');
	put_digits(&out, &d, &shape, run->language);
	text = arena_strdup(run->arena, buf_get(&out));
	buf_release(&out);
	return text;
}

/* Patterns: text around digits, as in "€ #,##0.00". */

struct pattern {
	struct buf before, after;
	struct shape shape;
	bool percent, digits;
};

static bool
begins_digits(const char *s)
{
	return *s == '#' || *s == '0' || (*s == '.' && (s[1] == '#' || s[1] == '0'));
}

static const char *
take_digits(struct pattern *p, const char **at)
{
	const char *s = *at;
	int optional = 0;

	for (; *s && strchr("#0,", *s); s++) {
		p->shape.grouped = p->shape.grouped || *s == ',';
		p->shape.whole += *s == '0';
		optional += *s == '#';
		if (*s == '#' && p->shape.whole)
			return "a # stands behind a 0";
	}
	if (*s == '.' && begins_digits(s)) {
		for (s++; *s == '0'; s++)
			p->shape.least++;
		for (p->shape.most = p->shape.least; *s == '#'; s++)
			p->shape.most++;
		if (*s == '0')
			return "a 0 stands behind a # of the decimals";
	}
	*at = s;
	return p->shape.whole + optional > DIGITS || p->shape.most > DIGITS ? "more than 15 digits" : NULL;
}

static const char *
take_quoted(struct buf *out, const char **at)
{
	const char *end = strchr(*at + 1, '\'');

	if (!end)
		return "a ' is never closed";
	buf_add(out, *at + 1, (size_t)(end - *at - 1));
	*at = end + 1;
	return NULL;
}

/* What is wrong with it, or NULL. */
static const char *
read_pattern(struct pattern *p, const char *text)
{
	const char *what = NULL;

	if (strlen(text) > PATTERN_MAX)
		return "longer than 100 bytes";
	while (*text && !what) {
		struct buf *out = p->digits ? &p->after : &p->before;

		if (begins_digits(text) && p->digits)
			return "it has digits twice";
		if (begins_digits(text)) {
			p->digits = true;
			what = take_digits(p, &text);
		} else if (*text == '\'') {
			what = take_quoted(out, &text);
		} else if (*text == ';') {
			what = "';' has no meaning in it";
		} else {
			p->percent = p->percent || *text == '%';
			buf_char(out, *text++);
		}
	}
	return what || p->digits ? what : "it has neither # nor 0";
}

static const char *
fill_pattern(struct code_run *run, struct pattern *p, double number, const char **what_r)
{
	struct buf out = BUF_INIT;
	struct decimal d = { .point = DIGITS + 1 };
	const char *text;

	number *= p->percent ? 100 : 1;
	if (isfinite(number)) {
		decimal_set(&d, number);
		decimal_round(&d, p->shape.most);
	}
	if (d.point > DIGITS) {
		*what_r = "the number has more than 15 digits";
		return NULL;
	}
	if (d.negative)
		buf_char(&out, '-');
	buf_str(&out, buf_get(&p->before));
	put_digits(&out, &d, &p->shape, run->language);
	buf_str(&out, buf_get(&p->after));
	text = arena_strdup(run->arena, buf_get(&out));
	buf_release(&out);
	return text;
}

const char *
code_number_format(struct code_run *run, double number, const char *pattern, const char **what_r)
{
	struct pattern p = { BUF_INIT, BUF_INIT, { 0, 0, 0, false }, false, false };
	const char *text = NULL;

	*what_r = read_pattern(&p, pattern);
	if (!*what_r)
		text = fill_pattern(run, &p, number, what_r);
	buf_release(&p.before);
	buf_release(&p.after);
	return text;
}
