#include "export/export.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "export/export_priv.h"

#define FILE_NAME_MAX 80

struct export
{
	enum export_format format;
	bool tree;
	struct export_place *place;
	struct buf buf;
	/* Of a tree of one file: what it is to hold. */
	struct buf whole;
	size_t left_out;
	/* Names of files given already, so that none is given twice. */
	struct arena *arena;
	struct texts names;
	uint64_t *used;
	size_t used_n, used_cap;
};

static bool
ends_with(const char *path, const char *end)
{
	size_t size = strlen(path), n = strlen(end);

	return size > n && strcasecmp(path + size - n, end) == 0;
}

bool
export_is_archive(const char *path)
{
	static const char *const ends[] = { ".tar.gz", ".tgz", ".tar.zst", ".tar", ".zip" };

	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (ends_with(path, ends[i]))
			return true;
	return false;
}

enum export_format
export_format_of(const char *path)
{
	if (ends_with(path, ".csv"))
		return EXPORT_CSV;
	if (strcmp(path, "-") == 0 || ends_with(path, ".jsonl") || ends_with(path, ".ndjson"))
		return EXPORT_JSONL;
	return EXPORT_MARKDOWN;
}

struct export *
export_new(const char *path, enum export_format format, bool force, struct err *err)
{
	bool single = strcmp(path, "-") == 0 || ends_with(path, ".csv") || ends_with(path, ".jsonl") || ends_with(path, ".ndjson") || ends_with(path, ".md");
	struct export *e;

	if (format == EXPORT_MARKDOWN && single) {
		err_set(err, E_USAGE, "what", N_("Markdown is a file for each response: -o names a folder or an archive"), "command", "response-export", NULL);
		return NULL;
	}
	e = xcalloc(1, sizeof(*e));
	e->format = format;
	e->tree = export_is_archive(path) || format == EXPORT_MARKDOWN;
	e->arena = arena_new();
	e->place = place_open(path, e->tree, force, err);
	if (!e->place) {
		export_free(&e);
		return NULL;
	}
	if (format == EXPORT_CSV)
		export_csv_header(e->tree ? &e->whole : &e->buf, e->tree);
	return e;
}

void
export_free(struct export **export)
{
	struct export *e = *export;

	if (!e)
		return;
	place_free(&e->place);
	buf_release(&e->buf);
	buf_release(&e->whole);
	arena_free(&e->arena);
	free(e->used);
	free(e);
	*export = NULL;
}

size_t
export_left_out(const struct export *e)
{
	return e->left_out;
}

/* Names of files. */

static uint64_t
hash_of(const char *text)
{
	uint64_t h = UINT64_C(1469598103934665603);

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return h ? h : 1;
}

/* Open addressing; twice as large before it is two thirds full. */
static bool
use_hash(struct export *e, uint64_t h)
{
	if (e->used_n * 3 >= e->used_cap * 2) {
		uint64_t *old = e->used;
		size_t n = e->used_cap;

		e->used_cap = n ? n * 2 : 1024;
		e->used = xcalloc(e->used_cap, sizeof(*e->used));
		e->used_n = 0;
		for (size_t i = 0; i < n; i++)
			if (old[i])
				use_hash(e, old[i]);
		free(old);
	}
	for (size_t i = (size_t)h & (e->used_cap - 1);; i = (i + 1) & (e->used_cap - 1)) {
		if (e->used[i] == h)
			return false;
		if (!e->used[i]) {
			e->used[i] = h;
			e->used_n++;
			return true;
		}
	}
}

/* The name as a file may have it anywhere: small letters and digits without accents, and hyphens. */
static const char *
slug(struct arena *arena, const char *name)
{
	const char *folded = utf8_fold(arena, name);
	char *out = arena_alloc(arena, FILE_NAME_MAX + 1);
	size_t n = 0;

	for (const char *p = folded; *p && n < FILE_NAME_MAX; p++) {
		if ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'))
			out[n++] = *p;
		else if (n && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n && out[n - 1] == '-')
		n--;
	out[n] = '\0';
	return out;
}

/* "Root/Sub/name": below its category, which may be written in any case where it is read back. */
static const char *
path_of(struct export *e, struct arena *arena, const struct import_item *item)
{
	const char *name = slug(arena, item->shortcut ? item->shortcut : item->name), *path;

	path = arena_printf(arena, "%s/%s", item->category ? item->category : "", *name ? name : item->id);
	if (!use_hash(e, hash_of(utf8_fold(arena, path)))) {
		path = arena_printf(arena, "%s.%s", path, item->id);
		use_hash(e, hash_of(utf8_fold(arena, path)));
	}
	return *path == '/' ? path + 1 : path;
}

/* Attachments: files in a folder beside what names them. */

static int
put_attachment(struct export *e, const struct import_attachment *a, const char *path, struct err *err)
{
	size_t cap = strlen(a->data) / 4 * 3 + 3, size;
	unsigned char *bytes = xmalloc(cap);
	int rc;

	if (sodium_base642bin(bytes, cap, a->data, strlen(a->data), NULL, &size, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		rc = err_set(err, E_BUG, "what", "an attachment is not base64", NULL);
	else
		rc = place_put(e->place, path, bytes, size, err);
	free(bytes);
	return rc;
}

/* folder: where they go; beside: how that is called from the file that names them. */
static int
put_attachments(struct export *e, struct arena *arena, const struct import_item *item, const char *folder, const char *beside, struct texts *out, struct err *err)
{
	for (size_t i = 0; i < item->attachments.n; i++) {
		const struct import_attachment *a = (const struct import_attachment *)item->attachments.v + i;

		texts_add(arena, out, arena_printf(arena, "%s/%s;type=%s", beside, a->name, a->type));
		if (put_attachment(e, a, arena_printf(arena, "%s/%s", folder, a->name), err) < 0)
			return -1;
	}
	return 0;
}

static int
markdown_item(struct export *e, struct arena *arena, const struct import_item *item, struct err *err)
{
	const char *path = path_of(e, arena, item), *slash = strrchr(path, '/');
	const char *folder = arena_printf(arena, "%s.files", path), *beside = arena_printf(arena, "%s.files", slash ? slash + 1 : path);
	struct texts attachments = { NULL, 0, 0 };

	if (put_attachments(e, arena, item, folder, beside, &attachments, err) < 0)
		return -1;
	buf_reset(&e->buf);
	export_markdown(&e->buf, arena, item, &attachments);
	return place_put(e->place, arena_printf(arena, "%s.md", path), e->buf.p, e->buf.n, err);
}

static int
csv_item(struct export *e, struct arena *arena, const struct import_item *item, struct buf *out, struct err *err)
{
	const char *folder = arena_printf(arena, "attachments/%s", item->id);
	struct texts attachments = { NULL, 0, 0 };

	if (!e->tree)
		e->left_out += item->attachments.n;
	else if (put_attachments(e, arena, item, folder, folder, &attachments, err) < 0)
		return -1;
	export_csv(out, arena, item, e->tree ? &attachments : NULL);
	return 0;
}

int
export_item(struct export *e, struct arena *arena, const struct import_item *item, struct err *err)
{
	struct buf *out = e->tree ? &e->whole : &e->buf;

	if (e->format == EXPORT_MARKDOWN)
		return markdown_item(e, arena, item, err);
	if (e->format == EXPORT_JSONL)
		export_json(out, item);
	else if (csv_item(e, arena, item, out, err) < 0)
		return -1;
	if (e->tree)
		return 0;
	if (place_write(e->place, buf_get(&e->buf), e->buf.n, err) < 0)
		return -1;
	buf_reset(&e->buf);
	return 0;
}

int
export_end(struct export *e, struct err *err)
{
	if (!e->tree && e->buf.n && place_write(e->place, e->buf.p, e->buf.n, err) < 0)
		return -1;
	if (e->tree && e->format != EXPORT_MARKDOWN &&
	    place_put(e->place, e->format == EXPORT_CSV ? "responses.csv" : "responses.jsonl", buf_get(&e->whole), e->whole.n, err) < 0)
		return -1;
	return place_end(e->place, err);
}
