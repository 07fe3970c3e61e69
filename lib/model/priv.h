/*
 * priv.h - how record.c lays fields out, for record_json.c.
 */
#ifndef MODEL_PRIV_H
#define MODEL_PRIV_H

#include "model/record.h"

/* The seven C types of record.h. */
enum layout {
	AS_TEXT,
	AS_INT,
	AS_REAL,
	AS_BYTES,
	AS_TEXTS,
	AS_PAIRS,
	AS_RECORDS,
};

enum layout field_layout(enum field_type type);

#endif
