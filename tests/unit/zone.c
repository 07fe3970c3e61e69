/*
 * The environment holds TZ, which is another one for moments: no thread looks
 * through it while one changes it. setenv and getenv stand here before those of
 * the C library, and see who is inside at once.
 */
#include "base/clock.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "tap.h"

static atomic_int changes, met;
static atomic_bool changing, over;

/* Long enough for the other thread to come by. */
int
setenv(const char *name, const char *value, int replace)
{
	int (*real)(const char *, const char *, int);
	int rc;

	*(void **)&real = dlsym(RTLD_NEXT, "setenv");
	atomic_store(&changing, true);
	for (int i = 0; i < 100; i++)
		sched_yield();
	rc = real(name, value, replace);
	atomic_store(&changing, false);
	atomic_fetch_add(&changes, 1);
	return rc;
}

char *
getenv(const char *name)
{
	char *(*real)(const char *);

	*(void **)&real = dlsym(RTLD_NEXT, "getenv");
	if (atomic_load(&changing))
		atomic_fetch_add(&met, 1);
	return real(name);
}

static void *
look(void *context)
{
	(void)context;
	while (!atomic_load(&over)) {
		zone_exists("Europe/Paris");
		env_get("HOME");
	}
	return NULL;
}

int
main(void)
{
	struct arena *arena = arena_new();
	struct err err = { 0 };
	const char *text = "";
	pthread_t thread;

	if (pthread_create(&thread, NULL, look, NULL) != 0)
		return 1;
	for (int i = 0; i < 100; i++)
		ok(time_format_zone(arena, 0, i % 2 ? "Europe/Paris" : "Asia/Tokyo", "%H", &text, &err) == 0 && strcmp(text, i % 2 ? "01" : "09") == 0, "the hour there, %d", i);
	atomic_store(&over, true);
	pthread_join(thread, NULL);
	ok(atomic_load(&changes) >= 100, "TZ was changed");
	is_int(atomic_load(&met), 0, "and nobody looked meanwhile");
	arena_free(&arena);
	return done();
}
