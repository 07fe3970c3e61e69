/*
 * carrier.h - what carries operations from a command to the desk: this
 * process and a store, or a server far away. Commands never see it.
 */
#ifndef DESK_CARRIER_H
#define DESK_CARRIER_H

#include "desk/desk.h"

/* The first member of whatever a carrier opens. */
struct desk {
	const struct carrier *carrier;
};

/* One function for each of desk.h, with the same promises. */
struct carrier {
	/* "https,http"; NULL: all that no carrier before it in the list takes. */
	const char *schemes;
	int (*open)(const char *url, const struct desk_options *options, struct desk **desk_r, struct err *err);
	void (*close)(struct desk *desk);
	int (*call)(struct desk *desk, const struct request *request, struct arena *arena, emit_fn *emit, void *context, struct err *err);
	void (*until)(struct desk *desk, int64_t until);
	void (*wait)(struct desk *desk, int fd, int64_t ms);
	const char *(*beside)(struct desk *desk, struct arena *arena, const char *suffix);
	int (*verify)(struct desk *desk, struct err *err);
	bool (*is_test)(const struct desk *desk);
	/* NULL: there is nothing to gain. */
	void (*bulk)(struct desk *desk, bool on);
	/* Of library.h. */
	int (*library_build)(struct desk *desk, const char *path, void (*told)(size_t done, size_t n), struct err *err);
	int (*library_behind)(struct desk *desk, const char *path, size_t *n_r, struct err *err);
	int (*library_follow)(struct desk *desk, const char *path, struct err *err);
};

extern const struct carrier local_carrier;

/* Those that the program was linked with, NULL behind the last: the local one, or a list of its own. */
extern const struct carrier *const desk_carriers[];

#endif
