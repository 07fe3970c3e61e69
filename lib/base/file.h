/*
 * file.h - files that are whole or not there.
 *
 * Descriptors are O_CLOEXEC, new files have mode 0600 unless said otherwise.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

struct arena;
struct err;

/*
 * Reads all of path ("-": standard input), at most limit bytes, with a NUL
 * behind it. E_NO_FILE, E_IO, E_TOO_LARGE.
 */
int file_read(struct arena *arena, const char *path, size_t limit, const char **data_r, size_t *size_r, struct err *err) ATTR_MUSTUSE;
/*
 * Writes to a temporary name beside path, syncs when durable is set, renames.
 * "-" is standard output; a device or pipe is written to as it is. Without
 * replace an existing file is E_EXISTS; a replaced one keeps its mode.
 * E_CANNOT_CREATE, E_IO.
 */
int file_write(const char *path, const void *data, size_t size, bool replace, bool durable, struct err *err) ATTR_MUSTUSE;
/* As mkdir -p, with mode 0700. */
int file_mkdirs(const char *path, struct err *err) ATTR_MUSTUSE;
/* A folder with all that is in it, or a file; links are not followed, and what cannot be removed stays. */
void file_remove_all(const char *path);
/*
 * A secret of one line, at most 4 KiB: from a file that only its owner may
 * read (E_SECRET_OPEN otherwise), without its newline. E_BAD_CONFIG when it is
 * empty or has more lines, E_NO_FILE, E_IO, E_TOO_LARGE.
 */
int file_secret(struct arena *arena, const char *path, const char **secret_r, struct err *err) ATTR_MUSTUSE;
/* Runs a program by /bin/sh -c and takes its first line: "pass show imap". E_BAD_CONFIG. */
int command_secret(struct arena *arena, const char *command, const char **secret_r, struct err *err) ATTR_MUSTUSE;

/* All of it, however little goes at a time; -1: errno. */
int file_write_all(int fd, const char *data, size_t size) ATTR_MUSTUSE;

#endif
