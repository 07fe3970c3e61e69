/* Text whose lines flow (RFC 3676). */
#include <string.h>

#include "base/buf.h"
#include "wire/mail_text.h"

#define QUOTES_MAX 32

struct flow {
	struct buf *out;
	unsigned depth; /* of the line that is open */
	bool open;
};

static void
begin_line(struct flow *f, unsigned depth)
{
	if (f->open)
		buf_char(f->out, '\n');
	for (unsigned i = 0; i < depth && i < QUOTES_MAX; i++)
		buf_str(f->out, "> ");
	f->depth = depth;
	f->open = false;
}

static void
add_line(struct flow *f, const char *p, size_t n, bool delsp)
{
	unsigned depth = 0;
	bool flows;

	for (; n > 0 && *p == '>'; p++, n--)
		depth++;
	if (n > 0 && *p == ' ') {
		p++;
		n--;
	}
	/* The mark of a signature is no line that flows. */
	flows = n > 0 && p[n - 1] == ' ' && !(n == 3 && memcmp(p, "-- ", 3) == 0);
	if (!f->open || f->depth != depth || (n == 3 && memcmp(p, "-- ", 3) == 0))
		begin_line(f, depth);
	buf_add(f->out, p, n - (flows && delsp));
	if (!flows)
		buf_char(f->out, '\n');
	f->open = flows;
}

void
mail_flowed(struct buf *out, const char *text, size_t size, bool delsp)
{
	struct flow f = { out, 0, false };
	const char *end = text + size;

	for (const char *p = text; p < end;) {
		const char *newline = memchr(p, '\n', (size_t)(end - p)), *stop = newline ? newline : end;

		add_line(&f, p, (size_t)(stop - p) - (stop > p && stop[-1] == '\r'), delsp);
		p = newline ? newline + 1 : end;
	}
	if (f.open)
		buf_char(out, '\n');
}
