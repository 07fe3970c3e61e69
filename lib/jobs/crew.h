/*
 * crew.h - several pieces of work at once, each in a process of its own, so
 * that one that crashes takes nothing with it. What they have to say comes to
 * the parent by a pipe each, as messages.
 *
 * Nothing that does not survive fork(2) may be open in the parent: no store,
 * no thread. The parent catches SIGTERM, SIGINT and SIGHUP while they work, and
 * passes on that it was told to end; children that lose it are told so by the
 * kernel. One crew of a program at a time.
 */
#ifndef JOBS_CREW_H
#define JOBS_CREW_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct err;

#define CREW_MESSAGE_MAX ((size_t)1 << 20)

struct crew {
	size_t n;       /* pieces of work */
	size_t at_once; /* 0: all */
	/* In the child: returns its exit status. out is for crew_say. */
	int (*work)(void *context, size_t i, int out);
	/* In the parent: a message of it. -1: nobody wants to hear more, all are told to end. */
	int (*heard)(void *context, size_t i, const char *message, size_t size);
	/* It ended; status as of waitpid(2). Starts it again after so many ms; -1: it is done. */
	int64_t (*ended)(void *context, size_t i, int status);
	/* All that there is was heard. */
	void (*quiet)(void *context);
	void *context;
};

/* Returns when all are done. E_IO where none could be started. */
int crew_run(const struct crew *crew, struct err *err) ATTR_MUSTUSE;

/* In the child. -1: the parent is gone. */
int crew_say(int out, const void *message, size_t size) ATTR_MUSTUSE;
/* Not 0 once it was told to end; the descriptor can be read then. In children and in the parent. */
const volatile sig_atomic_t *crew_stop(void);
int crew_stop_fd(void);

#endif
