/*
 * Archives: unpacked into a folder of their own, within bounds, and read from
 * there. Nothing of them is trusted: neither names nor sizes.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "export/import_priv.h"
#include "export/names.h"

#define BLOCK 65536

struct unpack {
	struct archive *archive;
	struct arena *arena;
	const char *name; /* of the archive, for messages */
	int folder;
	size_t packed, bytes, files;
};

static int
refuse(struct unpack *u, const char *entry, const char *what, struct err *err)
{
	return err_set(err, E_BAD_FILE, "where", entry ? arena_printf(u->arena, "%s: %s", u->name, entry) : u->name, "what", what, NULL);
}

static int
broken(struct unpack *u, struct err *err)
{
	const char *reason = archive_error_string(u->archive);

	return refuse(u, NULL, reason ? reason : N_("it cannot be read"), err);
}

/* Names of folders and a file, one below the other: nothing that leads elsewhere. */
static int
check_path(struct unpack *u, const char *path, struct err *err)
{
	int depth = 0;

	if (!path || !*path || utf8_valid(path, strlen(path)) < strlen(path))
		return refuse(u, NULL, N_("an entry whose name is not valid UTF-8"), err);
	if (*path == '/' || strchr(path, '\\'))
		return refuse(u, path, N_("it would be written outside"), err);
	for (const char *p = path; *p; depth++) {
		size_t size = strcspn(p, "/");

		if (size == 2 && strncmp(p, "..", 2) == 0)
			return refuse(u, path, N_("it would be written outside"), err);
		if (size > 255)
			return refuse(u, path, N_("its name is too long"), err);
		if (depth > IMPORT_DEPTH)
			return refuse(u, path, N_("too many folders within each other"), err);
		p += size + (p[size] == '/');
	}
	return 0;
}

/* The folder of an entry, made where it is not there; *name_r: what is left of the path. */
static int
enter(struct unpack *u, const char *path, const char **name_r, struct err *err)
{
	int at = fcntl(u->folder, F_DUPFD_CLOEXEC, 0);
	size_t size;

	while (path[size = strcspn(path, "/")]) {
		const char *name = arena_memdup(u->arena, path, size);
		int next;

		path += size + 1;
		if (!size || strcmp(name, ".") == 0)
			continue;
		next = mkdirat(at, name, 0700) < 0 && errno != EEXIST ? -1 : openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(at);
		if (next < 0)
			return refuse(u, name, strerror(errno), err);
		at = next;
	}
	*name_r = path;
	return at;
}

/* What it says of its sizes is not believed: what comes is counted. */
static int
count(struct unpack *u, const char *path, size_t size, struct err *err)
{
	u->bytes += size;
	if (u->bytes > IMPORT_BYTES)
		return refuse(u, path, N_("more than 4 GiB are packed in it"), err);
	if (u->bytes > IMPORT_SMALL && u->bytes / IMPORT_RATIO > u->packed)
		return refuse(u, path, N_("it unpacks to more than 200 times its size"), err);
	return 0;
}

static int
copy(struct unpack *u, int fd, const char *path, struct err *err)
{
	char block[BLOCK];
	la_ssize_t n;

	while ((n = archive_read_data(u->archive, block, sizeof(block))) > 0) {
		if (count(u, path, (size_t)n, err) < 0)
			return -1;
		if (file_write_all(fd, block, (size_t)n) < 0)
			return err_set(err, E_IO, "path", path, "reason", strerror(errno), NULL);
	}
	return n < 0 ? broken(u, err) : 0;
}

static int
one_file(struct unpack *u, const char *path, struct err *err)
{
	const char *name;
	int at = enter(u, path, &name, err), fd, rc;

	if (at < 0)
		return -1;
	fd = openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	close(at);
	if (fd < 0)
		return refuse(u, path, errno == EEXIST ? N_("it stands there twice") : strerror(errno), err);
	rc = copy(u, fd, path, err);
	close(fd);
	return rc;
}

static int
one_entry(struct unpack *u, struct archive_entry *entry, struct err *err)
{
	const char *path = archive_entry_pathname(entry);

	if (++u->files > IMPORT_FILES)
		return refuse(u, NULL, N_("more than 1,000,000 entries"), err);
	if (check_path(u, path, err) < 0)
		return -1;
	if (archive_entry_hardlink(entry) || archive_entry_symlink(entry))
		return refuse(u, path, N_("a link"), err);
	if (archive_entry_filetype(entry) == AE_IFDIR)
		return 0;
	if (archive_entry_filetype(entry) != AE_IFREG)
		return refuse(u, path, N_("neither a file nor a folder"), err);
	if (archive_entry_is_encrypted(entry))
		return refuse(u, path, N_("it is encrypted"), err);
	return one_file(u, path, err);
}

static int
unpack_all(struct unpack *u, int fd, struct err *err)
{
	struct archive_entry *entry;
	int rc = 0, got;

	archive_read_support_filter_gzip(u->archive);
	archive_read_support_filter_zstd(u->archive);
	archive_read_support_format_tar(u->archive);
	archive_read_support_format_zip(u->archive);
	if (archive_read_open_fd(u->archive, fd, BLOCK) != ARCHIVE_OK)
		return broken(u, err);
	while (rc == 0 && (got = archive_read_next_header(u->archive, &entry)) != ARCHIVE_EOF) {
		rc = got == ARCHIVE_OK || got == ARCHIVE_WARN ? one_entry(u, entry, err) : broken(u, err);
		arena_reset(u->arena);
	}
	return rc == 0 && !u->files ? refuse(u, NULL, N_("there is nothing in it"), err) : rc;
}

static int
unpack(int folder, int fd, const char *name, struct err *err)
{
	struct unpack u = { .archive = archive_read_new(), .arena = arena_new(), .name = name, .folder = folder };
	struct name_locale locale = name_locale_enter();
	struct stat st;
	int rc;

	if (!u.archive)
		abort();
	u.packed = fstat(fd, &st) == 0 ? (size_t)st.st_size : 0;
	rc = unpack_all(&u, fd, err);
	archive_read_free(u.archive);
	name_locale_leave(&locale);
	arena_free(&u.arena);
	return rc;
}

int
import_archive(const struct import *import, int fd, const char *name, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	struct arena *arena = arena_new();
	char *path = arena_printf(arena, "%s/ixn-import.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	int folder = mkdtemp(path) ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1, rc;

	if (folder < 0) {
		rc = err_set(err, E_CANNOT_CREATE, "path", path, "reason", strerror(errno), NULL);
	} else {
		rc = unpack(folder, fd, name, err);
		if (rc == 0)
			rc = import_folder(import, folder, name, err);
		close(folder);
		file_remove_all(path);
	}
	arena_free(&arena);
	return rc;
}
