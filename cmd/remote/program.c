/*
 * The remote program: the light commands for stores that a server keeps, linked
 * with what it takes to reach it.
 */
#include "cmd/priv.h"
#include "desk/carrier.h"
#include "remote/remote.h"

const struct carrier *const desk_carriers[] = { &remote_carrier, &local_carrier, NULL };
const struct program program = { .full = false, .schemes = "https,http" };
