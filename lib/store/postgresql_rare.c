/*
 * Statements that mostly find nothing, asked as one: whether each finds
 * anything. What does not has its answer by that; what does is asked. One that
 * would remove nothing is not sent.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "store/postgresql.h"

/* Its parameters count on from those of the statements before it. */
static void
add_part(struct buf *out, const struct statement *s, size_t before)
{
	static const char removes[] = "DELETE ";
	const char *text = s->text;

	buf_str(out, "EXISTS (");
	if (strncmp(text, removes, sizeof(removes) - 1) == 0) {
		buf_str(out, "SELECT 1 ");
		text += sizeof(removes) - 1;
	}
	for (const char *p = text; *p;) {
		char *end;

		if (*p != '$' || !isdigit((unsigned char)p[1])) {
			buf_char(out, *p++);
			continue;
		}
		buf_printf(out, "$%zu", (size_t)strtoul(p + 1, &end, 10) + before);
		p = end;
	}
	buf_char(out, ')');
}

static struct fused *
fused_new(struct pg *pg, struct cursor *const *cursors, size_t n)
{
	struct fused *f = xcalloc(1, sizeof(*f));
	struct buf text = BUF_INIT;
	size_t parameters = 0;

	for (size_t i = 0; i < n; i++) {
		f->of[i] = (const struct statement *)cursors[i];
		buf_str(&text, i ? ", " : "SELECT ");
		add_part(&text, f->of[i], parameters);
		parameters += f->of[i]->n;
	}
	f->n = n;
	f->whole = xcalloc(1, sizeof(*f->whole));
	pg_statement_init(f->whole, buf_get(&text));
	snprintf(f->whole->name, sizeof(f->whole->name), "t%u", ++pg->texts);
	buf_release(&text);
	f->next = pg->fused;
	return pg->fused = f;
}

/* Made once for all that are asked together. */
static struct fused *
fused_of(struct pg *pg, struct cursor *const *cursors, size_t n)
{
	for (struct fused *f = pg->fused; f; f = f->next) {
		size_t i = 0;

		while (i < n && i < f->n && f->of[i] == (const struct statement *)cursors[i])
			i++;
		if (i == n && i == f->n)
			return f;
	}
	return fused_new(pg, cursors, n);
}

int
pg_rare(struct store *store, struct cursor *const *cursors, size_t n, struct err *err)
{
	struct pg *pg = pg_of(store);
	struct fused *f = fused_of(pg, cursors, n);
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < f->of[i]->n; k++, at++) {
			f->whole->values[at] = f->of[i]->values[k];
			f->whole->sizes[at] = f->of[i]->sizes[k];
			f->whole->formats[at] = f->of[i]->formats[k];
		}
	if (pg_statement_send(store, f->whole, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		((struct statement *)cursors[i])->rare = true;
		answers_add(pg, f->of[i], (int)i);
	}
	return 0;
}

void
rare_free(struct pg *pg)
{
	for (struct fused *f = pg->fused, *next; f; f = next) {
		next = f->next;
		pg_statement_release(f->whole);
		free(f->whole);
		free(f);
	}
	pg->fused = NULL;
}
