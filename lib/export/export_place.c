/*
 * Where an export goes: a file, a folder, an archive; under another name beside
 * its own until it is whole.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "export/export_priv.h"
#include "export/names.h"

struct export_place {
	char *path, *part; /* part: its name until it is whole; NULL: standard output, or it has its own */
	bool force;
	int fd; /* the file, or the folder */
	bool tree;
	struct archive *archive;
};

static int
fail(const struct export_place *p, enum err_code code, const char *path, struct err *err)
{
	return err_set(err, code, "path", path ? path : p->path, "reason", strerror(errno), NULL);
}

/* Always the same bytes for the same library: no times, no owners. */
static int
open_archive(struct export_place *p, struct err *err)
{
	size_t size = strlen(p->path);
	struct archive *a = p->archive = archive_write_new();
	bool zip = size > 4 && strcasecmp(p->path + size - 4, ".zip") == 0;

	if (!a)
		abort();
	if (zip)
		archive_write_set_format_zip(a);
	else
		archive_write_set_format_pax_restricted(a);
	if (!zip && size > 4 && strcasecmp(p->path + size - 4, ".zst") == 0)
		archive_write_add_filter_zstd(a);
	else if (!zip && size > 3 && strcasecmp(p->path + size - 3, "tar") != 0) {
		archive_write_add_filter_gzip(a);
		archive_write_set_filter_option(a, "gzip", "timestamp", NULL);
	}
	if (archive_write_open_fd(a, p->fd) == ARCHIVE_OK)
		return 0;
	return err_set(err, E_CANNOT_CREATE, "path", p->path, "reason", archive_error_string(a), NULL);
}

static int
open_part(struct export_place *p, struct err *err)
{
	struct buf name = BUF_INIT;

	if (strcmp(p->path, "-") == 0) {
		p->fd = STDOUT_FILENO;
		return 0;
	}
	buf_printf(&name, "%s.%ld.part", p->path, (long)getpid());
	p->part = xstrdup(buf_get(&name));
	buf_release(&name);
	if (p->tree && !export_is_archive(p->path)) {
		if (mkdir(p->part, 0700) < 0)
			return fail(p, E_CANNOT_CREATE, NULL, err);
		p->fd = open(p->part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	} else {
		p->fd = open(p->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	}
	if (p->fd < 0)
		return fail(p, E_CANNOT_CREATE, NULL, err);
	return export_is_archive(p->path) ? open_archive(p, err) : 0;
}

struct export_place *
place_open(const char *path, bool tree, bool force, struct err *err)
{
	struct export_place *p = xcalloc(1, sizeof(*p));
	size_t size = strlen(path);

	p->path = xstrdup(path);
	while (size > 1 && p->path[size - 1] == '/')
		p->path[--size] = '\0';
	p->tree = tree;
	p->force = force;
	p->fd = -1;
	if (!force && strcmp(path, "-") != 0 && access(p->path, F_OK) == 0)
		err_set(err, E_EXISTS, "path", p->path, NULL);
	else if (open_part(p, err) == 0)
		return p;
	place_free(&p);
	return NULL;
}

void
place_free(struct export_place **place)
{
	struct export_place *p = *place;

	if (!p)
		return;
	if (p->archive)
		archive_write_free(p->archive);
	if (p->fd > STDERR_FILENO)
		close(p->fd);
	if (p->part)
		file_remove_all(p->part);
	free(p->part);
	free(p->path);
	free(p);
	*place = NULL;
}

int
place_write(struct export_place *p, const void *data, size_t size, struct err *err)
{
	return file_write_all(p->fd, data, size) < 0 ? fail(p, E_IO, NULL, err) : 0;
}

static int
write_entry(struct export_place *p, struct archive_entry *entry, const void *data, size_t size)
{
	return archive_write_header(p->archive, entry) == ARCHIVE_OK && (!size || archive_write_data(p->archive, data, size) == (la_ssize_t)size);
}

static int
put_entry(struct export_place *p, const char *path, const void *data, size_t size, struct err *err)
{
	struct archive_entry *entry = archive_entry_new();
	struct name_locale locale = name_locale_enter();
	bool good;

	archive_entry_set_pathname(entry, path);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)size);
	/* The first day that all formats know. */
	archive_entry_set_mtime(entry, 315532800, 0);
	good = write_entry(p, entry, data, size);
	archive_entry_free(entry);
	name_locale_leave(&locale);
	return good ? 0 : err_set(err, E_IO, "path", p->path, "reason", archive_error_string(p->archive), NULL);
}

/* The folders above a file, made where they are not there; name: what is left. */
static int
enter(const struct export_place *p, const char *path, const char **name, struct err *err)
{
	int at = fcntl(p->fd, F_DUPFD_CLOEXEC, 0);
	size_t size;

	while (at >= 0 && path[size = strcspn(path, "/")]) {
		char *folder = xstrdup(path);
		int next;

		folder[size] = '\0';
		next = mkdirat(at, folder, 0777) < 0 && errno != EEXIST ? -1 : openat(at, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(at);
		at = next;
		free(folder);
		path += size + 1;
	}
	*name = path;
	return at < 0 ? fail(p, E_CANNOT_CREATE, path, err) : at;
}

static int
put_file(struct export_place *p, const char *path, const void *data, size_t size, struct err *err)
{
	const char *name;
	int at = enter(p, path, &name, err), fd, rc;

	if (at < 0)
		return -1;
	fd = openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	close(at);
	if (fd < 0)
		return fail(p, E_CANNOT_CREATE, path, err);
	rc = file_write_all(fd, data, size) < 0 ? fail(p, E_IO, path, err) : 0;
	if (close(fd) < 0 && rc == 0)
		rc = fail(p, E_IO, path, err);
	return rc;
}

int
place_put(struct export_place *p, const char *path, const void *data, size_t size, struct err *err)
{
	return p->archive ? put_entry(p, path, data, size, err) : put_file(p, path, data, size, err);
}

/* Nothing but what an export writes: else somebody's files would go with the folder. */
static int
is_strange(const char *path, const struct stat *st, int type, struct FTW *at)
{
	const char *name = path + at->base, *dot = strrchr(name, '.');

	(void)st;
	if (type == FTW_D)
		return at->level > 0 && *name == '.';
	return type != FTW_F || *name == '.' || (!strstr(path, ".files/") && (!dot || strcmp(dot, ".md") != 0));
}

static int
check_folder(const struct export_place *p, struct err *err)
{
	if (nftw(p->path, is_strange, 32, FTW_PHYS) != 1)
		return 0;
	return err_set(err, E_CANNOT_CREATE, "path", p->path, "reason", N_("other files lie in the folder that is there"), NULL);
}

/* A folder that is there gives way as a whole. */
static int
replace(struct export_place *p, struct err *err)
{
	if (renameat2(AT_FDCWD, p->part, AT_FDCWD, p->path, p->force ? 0 : RENAME_NOREPLACE) == 0) {
		free(p->part);
		p->part = NULL;
		return 0;
	}
	if (errno == EEXIST && !p->force)
		return err_set(err, E_EXISTS, "path", p->path, NULL);
	if (check_folder(p, err) < 0)
		return -1;
	/* What was there has the other name now, and goes with it. */
	if (p->force && renameat2(AT_FDCWD, p->part, AT_FDCWD, p->path, RENAME_EXCHANGE) == 0)
		return 0;
	return fail(p, E_CANNOT_CREATE, NULL, err);
}

int
place_end(struct export_place *p, struct err *err)
{
	if (p->archive && archive_write_close(p->archive) != ARCHIVE_OK)
		return err_set(err, E_IO, "path", p->path, "reason", archive_error_string(p->archive), NULL);
	if (!p->part)
		return 0;
	if (fsync(p->fd) < 0)
		return fail(p, E_IO, NULL, err);
	return replace(p, err);
}
