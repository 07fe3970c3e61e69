/*
 * Functions of field codes on times.
 */
#include <math.h>
#include <string.h>

#include "base/err.h"
#include "model/field_code_priv.h"

#define CALL(name) \
	static int name(struct code_run *run, const struct node *call, const struct code_value *args, size_t n, struct code_value *out)

/* A whole number that an int holds. */
static int
whole(struct code_run *run, const struct node *call, const struct code_value *args, size_t at, int *n_r)
{
	double number = args[at].number;

	if (fabs(number) > 1e6 || number != floor(number))
		return code_fault(run, call->v[at]->at, "%s takes a whole number here, not %s", call->name, code_number_text(run, number));
	*n_r = (int)number;
	return 0;
}

CALL(date)
{
	int parts[6] = { 0 };
	struct civil c;

	for (size_t i = 0; i < n; i++)
		if (whole(run, call, args, i, &parts[i]) < 0)
			return -1;
	c = (struct civil){ .year = parts[0], .month = parts[1], .day = parts[2], .hour = parts[3], .minute = parts[4], .second = parts[5] };
	return code_put_civil(run, call, &c, n == 3, out);
}

CALL(now)
{
	(void)call, (void)args, (void)n;
	*out = (struct code_value){ .type = CODE_TIME, .time = run->options->now };
	return 0;
}

CALL(today)
{
	struct civil c;

	now(run, call, args, n, out);
	if (code_civil(run, call, out, &c) < 0)
		return -1;
	c = (struct civil){ .year = c.year, .month = c.month, .day = c.day };
	return code_put_civil(run, call, &c, true, out);
}

CALL(date_time)
{
	const char *text = args[0].text, *zone = run->options->zone;
	struct err ignored = { 0 };

	(void)n;
	*out = (struct code_value){ .type = CODE_TIME, .day = strlen(text) == 10 };
	if (strlen(text) > 64 || *text < '0' || *text > '9' || time_parse(text, run->options->now, zone ? zone : "UTC", &out->time, &ignored) < 0)
		return code_fault(run, call->v[0]->at, "DateTime: '%.40s' is no time", text);
	return 0;
}

#define PART(name, expression) \
	CALL(name) \
	{ \
		struct civil c; \
\
		(void)n; \
		return code_civil(run, call, &args[0], &c) < 0 ? -1 : code_put_number(run, call, (double)(expression), out); \
	}
PART(year, c.year)
PART(month, c.month)
PART(day, c.day)
PART(hour, c.hour)
PART(minute, c.minute)
PART(second, c.second)
PART(weekday, c.weekday ? c.weekday : 7)

CALL(weekday_name)
{
	struct civil c;

	(void)n;
	return code_civil(run, call, &args[0], &c) < 0 ? -1 : code_put_text(run, call, run->language->days[c.weekday], out);
}

CALL(month_name)
{
	struct civil c;

	(void)n;
	return code_civil(run, call, &args[0], &c) < 0 ? -1 : code_put_text(run, call, run->language->months[c.month - 1], out);
}

CALL(add_days)
{
	(void)n;
	return code_add_days(run, call, &args[0], args[1].number, out);
}

static int
add_ms(struct code_run *run, const struct node *call, const struct code_value *args, int64_t unit, struct code_value *out)
{
	struct civil c;

	if (fabs(args[1].number) > 1e9)
		return code_fault(run, call->v[1]->at, "%s: too large a number", call->name);
	*out = (struct code_value){ .type = CODE_TIME, .time = args[0].time + llround(args[1].number * (double)unit) };
	return code_civil(run, call, out, &c);
}

CALL(add_hours)
{
	(void)n;
	return add_ms(run, call, args, MS_HOUR, out);
}

CALL(add_minutes)
{
	(void)n;
	return add_ms(run, call, args, MS_MINUTE, out);
}

static int
days_of(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* The last day of a month where it has none of that number. */
static int
add_by_month(struct code_run *run, const struct node *call, const struct code_value *args, int unit, struct code_value *out)
{
	struct civil c;
	int64_t months;
	int count = 0;

	if (whole(run, call, args, 1, &count) < 0 || code_civil(run, call, &args[0], &c) < 0)
		return -1;
	months = c.year * 12 + c.month - 1 + (int64_t)count * unit;
	c.year = months / 12;
	if (months >= 0) {
		c.month = (int)(months % 12) + 1;
		c.day = c.day > days_of(c.year, c.month) ? days_of(c.year, c.month) : c.day;
	}
	return code_put_civil(run, call, &c, args[0].day, out);
}

CALL(add_months)
{
	(void)n;
	return add_by_month(run, call, args, 1, out);
}

CALL(add_years)
{
	(void)n;
	return add_by_month(run, call, args, 12, out);
}

CALL(format_date)
{
	const char *what = NULL, *text;
	struct civil c;

	(void)n;
	if (code_civil(run, call, &args[0], &c) < 0)
		return -1;
	text = code_time_format(run, &c, args[0].day, args[1].text, &what);
	return text ? code_put_text(run, call, text, out) : code_fault(run, call->v[1]->at, "the format: %s", what);
}

#define CALLED(name, args, gives, fn, doc, example, shows) \
	{ \
		name, "date", args, gives, fn, NULL, doc, example, shows \
	}
const struct function_row code_functions_date[] = {
	CALLED("Now", "", 'd', now, N_("now, as a time"), "Now()", "21 November 2026, 09:30"),
	CALLED("Today", "", 'd', today, N_("the day that it is"), "Today()", "21 November 2026"),
	CALLED("Date", "nnn|nnn", 'd', date, N_("of year, month, day, and hour, minute, second"), "Date(2026, 12, 24)", "24 December 2026"),
	CALLED("DateTime", "t", 'd', date_time, N_("the time that a text is, as in 2026-12-24, 2026-12-24 09:30 or 2026-12-24T09:30:00Z"), "DateTime(\"2026-12-24\") - Today()", "33"),
	CALLED("Year", "d", 'n', year, N_("its year"), "Year(Today())", "2026"),
	CALLED("Month", "d", 'n', month, N_("its month, 1 to 12"), "Month(Today())", "11"),
	CALLED("Day", "d", 'n', day, N_("its day of the month"), "Day(Today())", "21"),
	CALLED("Hour", "d", 'n', hour, N_("its hour, 0 to 23"), "Hour(Now())", "9"),
	CALLED("Minute", "d", 'n', minute, N_("its minute"), "Minute(Now())", "30"),
	CALLED("Second", "d", 'n', second, N_("its second"), "Second(Now())", "0"),
	CALLED("Weekday", "d", 'n', weekday, N_("its day of the week, 1 for Monday to 7"), "Weekday(Today())", "6"),
	CALLED("WeekdayName", "d", 't', weekday_name, N_("the name of that day"), "WeekdayName(Today())", "Saturday"),
	CALLED("MonthName", "d", 't', month_name, N_("the name of its month"), "MonthName(Today())", "November"),
	CALLED("AddMinutes", "dn", 'd', add_minutes, N_("so many minutes later"), "AddMinutes(Now(), 45) : \"time\"", "10:15"),
	CALLED("AddHours", "dn", 'd', add_hours, N_("so many hours later, whatever the clocks do"), "AddHours(Now(), 3) : \"time\"", "12:30"),
	CALLED("AddDays", "dn", 'd', add_days, N_("so many days later, at the same hour"), "AddDays(Today(), 14)", "5 December 2026"),
	CALLED("AddMonths", "dn", 'd', add_months, N_("so many months later; the last day of a month that is shorter"), "AddMonths(Date(2026, 1, 31), 1)", "28 February 2026"),
	CALLED("AddYears", "dn", 'd', add_years, N_("so many years later"), "AddYears(Today(), 1)", "21 November 2027"),
	CALLED("FormatDate", "dt", 't', format_date, N_("by a format, as with ':'"), "FormatDate(Today(), \"dddd d MMM\")", "Saturday 21 Nov"),
	{ .name = NULL },
};
