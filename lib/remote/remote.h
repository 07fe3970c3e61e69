/*
 * remote.h - the carrier of operations over HTTPS, for programs that name it in
 * their desk_carriers: https: and http: stores.
 *
 * One connection is kept for as long as the desk is open, and one more where
 * something waits. A call that could not be sent, or that the server was too
 * busy for, is made again after a while; one that may have got through, too:
 * what changes something carries a key, by which it happens once.
 */
#ifndef REMOTE_REMOTE_H
#define REMOTE_REMOTE_H

#include "desk/carrier.h"

extern const struct carrier remote_carrier;

#endif
