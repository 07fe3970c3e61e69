/*
 * The engines of a program that names none: a member of the library by
 * itself, so that a program's own list takes its place.
 */
#include "store/store.h"

const struct engine *const store_engines[] = { &sqlite_engine, NULL };
