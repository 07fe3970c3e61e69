/*
 * priv.h - a desk far away, as the files of the carrier share it.
 */
#ifndef REMOTE_PRIV_H
#define REMOTE_PRIV_H

#include "desk/carrier.h"
#include "remote/http.h"

struct remote {
	struct desk desk;
	struct desk_options options;
	struct http *http;
	char *folder;
	bool test;
};

/* library.c */
int remote_library_build(struct desk *desk, const char *path, void (*told)(size_t done, size_t n), struct err *err);
int remote_library_behind(struct desk *desk, const char *path, size_t *n_r, struct err *err);
int remote_library_follow(struct desk *desk, const char *path, struct err *err);

#endif
