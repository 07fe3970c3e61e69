#include "base/csv.h"

#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"

static bool
is_formula(const char *text)
{
	/* U+FF1D, U+FF0B, U+FF0D, U+FF20 */
	static const char *const wide[] = { "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0" };

	if (*text != '\0' && strchr("=+-@\t\r\n", *text))
		return true;
	for (size_t i = 0; i < COUNT_OF(wide); i++)
		if (strncmp(text, wide[i], 3) == 0)
			return true;
	return false;
}

/* Any apostrophes, and what a spreadsheet would take for a formula. */
static bool
is_guarded(const char *text)
{
	return is_formula(text + strspn(text, "'"));
}

const char *
csv_plain(const char *cell)
{
	return *cell == '\'' && is_guarded(cell) ? cell + 1 : cell;
}

void
csv_cell(struct buf *out, const char *text)
{
	bool quoted = text[strcspn(text, ",;\t\"\r\n")] != '\0';

	if (quoted)
		buf_char(out, '"');
	if (is_guarded(text))
		buf_char(out, '\'');
	for (; *text; text++) {
		if (*text == '"')
			buf_char(out, '"');
		buf_char(out, *text);
	}
	if (quoted)
		buf_char(out, '"');
}
