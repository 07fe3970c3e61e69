/*
 * dial.h - TCP connections by a deadline; what stream.h builds on.
 *
 * Every address of the name is tried, each with its share of the time that is
 * left. The socket does not block and is O_CLOEXEC. No state, any thread.
 */
#ifndef WIRE_DIAL_H
#define WIRE_DIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct err;

struct dial {
	const char *host;
	uint16_t port;
	int64_t ms;       /* for connecting; the name is looked up before */
	bool local_only;  /* E_BAD_CONFIG when an address is of another machine */
	const char *peer; /* for messages */
};

/*
 * A connected socket; *loopback_r says whether its peer is this machine.
 * E_UNREACHABLE, E_BAD_CONFIG.
 */
int dial_connect(const struct dial *dial, bool *loopback_r, struct err *err) ATTR_MUSTUSE;

/* 1 when fd is ready, 0 when until (clock_monotonic) has passed, -1 with errno. */
int dial_wait(int fd, short events, int64_t until) ATTR_MUSTUSE;

#define DIAL_REASON 64
/* "no answer within 30s". */
const char *dial_late(int64_t ms, char reason[DIAL_REASON]);

#endif
