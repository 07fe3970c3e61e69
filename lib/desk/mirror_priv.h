/*
 * mirror_priv.h - the tables of a store that are mirrored.
 */
#ifndef DESK_MIRROR_PRIV_H
#define DESK_MIRROR_PRIV_H

#include "desk/mirror.h"
#include "desk/priv.h"

/* By what their rows belong to. */
struct mirror_table {
	enum mirror_noun noun;
	struct rows_of rows;
};
extern const struct mirror_table mirror_tables[];
extern const size_t mirror_tables_n;

#endif
