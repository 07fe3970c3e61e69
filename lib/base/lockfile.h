/*
 * lockfile.h - one process at a time, by flock(2) on a file: the kernel lets
 * go when the process dies, however it dies. The file stays, and may hold who
 * has the lock, for a message to those who wait in vain.
 *
 * Waiting uses SIGALRM, whose handler it puts back, and a timer of the thread's own.
 */
#ifndef BASE_LOCKFILE_H
#define BASE_LOCKFILE_H

#include <stdint.h>

#include "base/attr.h"

struct err;

#define LOCK_HOLDER 128

/* Opens or makes the file, for its owner alone; a descriptor, or -1 and errno. */
int lockfile_open(const char *path) ATTR_MUSTUSE;
/* Waits until clock_monotonic() is deadline; -1: another process has it still. */
int lockfile_wait(int fd, int64_t deadline) ATTR_MUSTUSE;
/* Writes down that this process has it. */
void lockfile_sign(int fd);
/* Whoever watches the file (inotify's IN_MODIFY) is told; what it says stays. By who has signed it. */
void lockfile_tell(int fd);
/* Who wrote so last: "process 4711 (outbox-send)". */
const char *lockfile_holder(int fd, char who[LOCK_HOLDER]);
void lockfile_drop(int fd);

/*
 * All of it for a batch: a descriptor that holds the lock until it is closed.
 * -1: E_LOCKED with what and the holder after ms, E_CANNOT_CREATE.
 */
int lockfile_take(const char *path, const char *what, int64_t ms, struct err *err) ATTR_MUSTUSE;

#endif
