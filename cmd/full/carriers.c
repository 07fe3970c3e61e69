/*
 * Programs with the large libraries reach servers, too.
 */
#include "desk/carrier.h"
#include "remote/remote.h"

const struct carrier *const desk_carriers[] = { &remote_carrier, &local_carrier, NULL };
