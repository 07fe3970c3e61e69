/*
 * folder.h - a test takes away the folder that it made, with all that is in it.
 */
#ifndef TESTS_FOLDER_H
#define TESTS_FOLDER_H

#include <ftw.h>
#include <stdio.h>

static inline int
folder_remove_one(const char *name, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(name);
}

static inline void
folder_remove(const char *folder)
{
	nftw(folder, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
