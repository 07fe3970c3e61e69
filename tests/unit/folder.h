/*
 * folder.h - a folder of a test's own; file_remove_all takes it away.
 */
#ifndef TESTS_FOLDER_H
#define TESTS_FOLDER_H

#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"

/* Of that name and something behind it. */
static inline char *
folder_new(struct arena *arena, const char *name)
{
	const char *tmp = getenv("TMPDIR");
	char *folder = arena_printf(arena, "%s/%s.XXXXXX", tmp && *tmp ? tmp : "/tmp", name);

	if (!mkdtemp(folder))
		abort();
	return folder;
}

#endif
