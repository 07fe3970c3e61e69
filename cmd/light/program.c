/* The light program: for stores that are files. */
#include "cmd/priv.h"

const struct program program = { .full = false };
