/* Which files there are, and of what format. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "export/import_priv.h"

static const struct {
	const char *end;
	enum import_format format;
} ends[] = {
	{ ".jsonl", IMPORT_JSONL },
	{ ".ndjson", IMPORT_JSONL },
	{ ".csv", IMPORT_CSV },
	{ ".md", IMPORT_MARKDOWN },
	{ ".markdown", IMPORT_MARKDOWN },
	{ ".tar", IMPORT_ARCHIVE },
	{ ".tar.gz", IMPORT_ARCHIVE },
	{ ".tgz", IMPORT_ARCHIVE },
	{ ".tar.zst", IMPORT_ARCHIVE },
	{ ".zip", IMPORT_ARCHIVE },
};

static const struct {
	const char *bytes;
	size_t size;
	enum import_format format;
} beginnings[] = {
	{ "PK\3\4", 4, IMPORT_ARCHIVE },
	{ "PK\5\6", 4, IMPORT_ARCHIVE },
	{ "\x1f\x8b", 2, IMPORT_ARCHIVE },
	{ "\x28\xb5\x2f\xfd", 4, IMPORT_ARCHIVE },
	{ "---\n", 4, IMPORT_MARKDOWN },
	{ "---\r\n", 5, IMPORT_MARKDOWN },
	{ "{", 1, IMPORT_JSONL },
};

#define SNIFF 512
#define USTAR_AT 257

static enum import_format
by_name(const char *name)
{
	size_t size = strlen(name);

	for (size_t i = 0; i < COUNT_OF(ends); i++)
		if (size > strlen(ends[i].end) && strcasecmp(name + size - strlen(ends[i].end), ends[i].end) == 0)
			return ends[i].format;
	return IMPORT_ANY;
}

/* By its name, else by its first bytes. */
static enum import_format
sniff(const char *name, const char *start, size_t size)
{
	enum import_format format = by_name(name);

	if (format != IMPORT_ANY)
		return format;
	if (size >= USTAR_AT + 5 && memcmp(start + USTAR_AT, "ustar", 5) == 0)
		return IMPORT_ARCHIVE;
	if (size >= 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0) {
		start += 3;
		size -= 3;
	}
	for (size_t i = 0; i < COUNT_OF(beginnings); i++)
		if (size >= beginnings[i].size && memcmp(start, beginnings[i].bytes, beginnings[i].size) == 0)
			return beginnings[i].format;
	return IMPORT_CSV;
}

static int
io_error(const char *path, struct err *err)
{
	return err_set(err, errno == ENOENT || errno == ENOTDIR ? E_NO_FILE : E_IO, "path", path, "reason", strerror(errno), NULL);
}

static int
open_file(const struct import *import, const struct import_file *file, enum import_format format, struct err *err)
{
	char start[SNIFF];
	ssize_t n = format == IMPORT_ANY ? pread(file->fd, start, sizeof(start), 0) : 0;

	if (n < 0)
		return io_error(file->name, err);
	if (format == IMPORT_ANY)
		format = sniff(file->name, start, (size_t)n);
	switch (format) {
	case IMPORT_JSONL:
		return import_jsonl(import, file, err);
	case IMPORT_MARKDOWN:
		return import_markdown(import, file, err);
	case IMPORT_ARCHIVE:
		return import_archive(import, file->fd, file->name, err);
	case IMPORT_ANY:
	case IMPORT_CSV:
		break;
	}
	return import_csv(import, file, err);
}

/* Folders. */

struct walk {
	const struct import *import;
	size_t files;
};

/* One folder of the tree; name: for messages, category: what it stands for. */
struct folder {
	int fd;
	const char *name, *category;
	int depth;
};

static int
list(const struct folder *folder, struct arena *arena, struct texts *out, struct err *err)
{
	int fd = openat(folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir)
		return io_error(folder->name, err);
	*out = (struct texts){ NULL, 0, 0 };
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			texts_add(arena, out, arena_strdup(arena, entry->d_name));
	closedir(dir);
	texts_sort(out);
	return 0;
}

static int walk_folder(struct walk *walk, const struct folder *folder, struct err *err);

static int
walk_file(struct walk *walk, const struct folder *folder, const char *name, int fd, const char *path, struct err *err)
{
	const struct import_file file = { fd, path, folder->fd, folder->category };
	enum import_format format = by_name(name);

	/* An archive in a folder is nothing but a file: it may be an attachment. */
	if (format == IMPORT_ANY || format == IMPORT_ARCHIVE)
		return 0;
	if (++walk->files > IMPORT_FILES)
		return err_set(err, E_TOO_LARGE, "what", folder->name, "limit", "1,000,000 files", NULL);
	return open_file(walk->import, &file, format, err);
}

static int
walk_entry(struct walk *walk, const struct folder *folder, struct arena *arena, const char *name, struct err *err)
{
	const char *path = arena_printf(arena, "%s/%s", folder->name, name), *category;
	int fd = openat(folder->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), rc = 0;
	struct stat st;

	/* Links are not followed: what they name was not given. */
	if (fd < 0 && (errno == ELOOP || errno == ENXIO))
		return 0;
	if (fd < 0)
		return io_error(path, err);
	category = folder->category ? arena_printf(arena, "%s/%s", folder->category, name) : name;
	if (fstat(fd, &st) < 0)
		rc = io_error(path, err);
	else if (S_ISDIR(st.st_mode))
		rc = walk_folder(walk, &(struct folder){ fd, path, category, folder->depth + 1 }, err);
	else if (S_ISREG(st.st_mode))
		rc = walk_file(walk, folder, name, fd, path, err);
	close(fd);
	return rc;
}

static int
walk_folder(struct walk *walk, const struct folder *folder, struct err *err)
{
	struct arena *arena = arena_new();
	struct texts names = { 0 };
	int rc;

	if (folder->depth > IMPORT_DEPTH)
		rc = err_set(err, E_TOO_LARGE, "what", folder->name, "limit", "32 folders within each other", NULL);
	else
		rc = list(folder, arena, &names, err);
	for (size_t i = 0; rc == 0 && i < names.n; i++)
		rc = walk_entry(walk, folder, arena, names.v[i], err);
	arena_free(&arena);
	return rc;
}

int
import_folder(const struct import *import, int folder, const char *name, struct err *err)
{
	struct walk walk = { import, 0 };
	struct arena *arena = arena_new();
	size_t size = strlen(name);
	int rc;

	while (size > 1 && name[size - 1] == '/')
		size--;
	rc = walk_folder(&walk, &(struct folder){ folder, arena_memdup(arena, name, size), NULL, 0 }, err);
	arena_free(&arena);
	return rc;
}

/* What is named on the command line. */

/* Standard input may be a pipe: what is looked at twice is kept in a file that has no name. */
static int
spool(struct err *err)
{
	const char *folder = getenv("TMPDIR");
	char some[65536];
	ssize_t n;
	int fd;

	folder = folder && *folder ? folder : "/tmp";
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(err, E_CANNOT_CREATE, "path", folder, "reason", strerror(errno), NULL);
	while ((n = read(STDIN_FILENO, some, sizeof(some))) > 0 || (n < 0 && errno == EINTR))
		if (n > 0 && file_write_all(fd, some, (size_t)n) < 0)
			break;
	if (n == 0 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	err_set(err, E_IO, "path", "-", "reason", strerror(errno), NULL);
	close(fd);
	return -1;
}

/* The folder that a file lies in. */
static int
folder_of(const char *path, struct arena *arena, struct err *err)
{
	const char *slash = strrchr(path, '/'), *folder = ".";
	int fd;

	if (slash)
		folder = slash == path ? "/" : arena_memdup(arena, path, (size_t)(slash - path));
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? io_error(folder, err) : fd;
}

static int
read_named(const struct import *import, int fd, const char *path, enum import_format format, struct err *err)
{
	struct import_file file = { .fd = fd, .name = path };
	struct arena *arena;
	struct stat st;
	int rc;

	if (fstat(fd, &st) < 0)
		return io_error(path, err);
	if (S_ISDIR(st.st_mode))
		return import_folder(import, fd, path, err);
	arena = arena_new();
	file.folder = folder_of(strcmp(path, "-") == 0 ? "" : path, arena, err);
	rc = file.folder < 0 ? -1 : open_file(import, &file, format, err);
	if (file.folder >= 0)
		close(file.folder);
	arena_free(&arena);
	return rc;
}

int
import_read(const struct import *import, const char *path, enum import_format format, struct err *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? spool(err) : open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return is_stdin ? -1 : io_error(path, err);
	rc = read_named(import, fd, path, format, err);
	close(fd);
	return rc;
}
