/* The files that attachments name: beside what names them, and nowhere else. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "export/import_priv.h"

static int
bad(const char *where, const char *what, struct err *err)
{
	return err_set(err, E_BAD_FIELD, "where", where, "name", "attachments", "what", what, NULL);
}

/* Names, one below the other: nothing that leads elsewhere. */
static bool
is_below(const char *path)
{
	if (!*path || *path == '/' || strchr(path, '\\'))
		return false;
	for (;; path++) {
		size_t size = strcspn(path, "/");

		if (!size || (size == 2 && strncmp(path, "..", 2) == 0))
			return false;
		path += size;
		if (!*path)
			return true;
	}
}

/* By no link. */
static int
open_below(int folder, struct arena *arena, const char *where, const char *path, struct err *err)
{
	int at = is_below(path) ? fcntl(folder, F_DUPFD_CLOEXEC, 0) : -1;

	if (at < 0)
		return bad(where, arena_printf(arena, "'%s' is not a file beside it", path), err);
	for (;;) {
		size_t size = strcspn(path, "/");
		const char *name = arena_memdup(arena, path, size);
		int next = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (path[size] ? O_DIRECTORY : 0));

		close(at);
		at = next;
		if (at < 0)
			return bad(where, arena_printf(arena, "%s: %s", name, strerror(errno)), err);
		if (!path[size])
			return at;
		path += size + 1;
	}
}

static const char *
base64(struct arena *arena, const unsigned char *bytes, size_t size)
{
	size_t cap = sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL);
	char *text = arena_alloc(arena, cap);

	return sodium_bin2base64(text, cap, bytes, size, sodium_base64_VARIANT_ORIGINAL);
}

static int
read_file(int fd, struct arena *arena, const char *where, struct import_attachment *a, struct err *err)
{
	struct stat st;
	size_t size, done = 0;
	unsigned char *bytes;
	ssize_t n = 1;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return bad(where, arena_printf(arena, "'%s' is not a file", a->file), err);
	size = (size_t)st.st_size;
	if (size > IMPORT_ATTACHMENT_MAX)
		return bad(where, arena_printf(arena, "'%s' is larger than 10 MiB", a->file), err);
	bytes = xmalloc(size + 1);
	while (done < size && (n = read(fd, bytes + done, size - done)) > 0)
		done += (size_t)n;
	a->data = base64(arena, bytes, done);
	free(bytes);
	return n < 0 ? bad(where, arena_printf(arena, "%s: %s", a->file, strerror(errno)), err) : 0;
}

static int
load_one(const struct import *import, const struct import_file *file, const char *where, struct import_attachment *a, struct err *err)
{
	const char *slash;
	int fd, rc;

	if (!a->file || a->file == text_null)
		return 0;
	if (a->data)
		return bad(where, N_("data or file, not both"), err);
	fd = open_below(file->folder, import->arena, where, a->file, err);
	if (fd < 0)
		return -1;
	rc = read_file(fd, import->arena, where, a, err);
	close(fd);
	slash = strrchr(a->file, '/');
	if (!a->name)
		a->name = slash ? slash + 1 : a->file;
	return rc;
}

static int
load(const struct import *import, const struct import_file *file, void *item, const char *where, struct err *err)
{
	const struct field *f = record_field(import->record, "attachments");
	struct records *all = f ? field_at(f, item) : NULL;

	for (size_t i = 0; all && i < all->n; i++)
		if (load_one(import, file, where, (struct import_attachment *)all->v + i, err) < 0)
			return -1;
	return 0;
}

int
import_hand_on(const struct import *import, const struct import_file *file, void *item, const char *where, struct err *err)
{
	struct err found = { 0 };

	where = arena_strdup(import->arena, where);
	record_set_text(import->record, item, "where", where);
	if (load(import, file, item, where, &found) == 0)
		return import->take(import->context, item, err);
	return import_refuse(import, &found, err);
}
