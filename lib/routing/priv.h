/*
 * priv.h - what the parsers of routing share.
 */
#ifndef ROUTING_PRIV_H
#define ROUTING_PRIV_H

#include "base/err.h"

/*
 * Always -1: code with value (text, shortened where it is too long to be read),
 * what, at (the number of the character, counted from 1), and name unless NULL.
 */
int routing_bad(struct err *err, enum err_code code, const char *name, const char *text, const char *at, const char *what);

#endif
