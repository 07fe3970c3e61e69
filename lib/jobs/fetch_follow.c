/*
 * Fetching for ever: news by IDLE, and a server that goes away.
 */
#include "base/rand.h"
#include "jobs/fetch_priv.h"

/* Servers hang up after 30 minutes, some ways between after less. */
#define IDLE_MS (24 * MS_MINUTE)
#define WAIT_FIRST MS_SECOND
#define WAIT_LAST (5 * MS_MINUTE)

/* Doubled each time, and none like the others': all clients of a server that starts again would come at once. */
static int64_t
wait_after(int64_t *step)
{
	uint32_t dice;
	int64_t wait;

	rand_bytes(&dice, sizeof(dice));
	wait = *step / 2 + (int64_t)(dice % (uint32_t)(*step / 2 + 1));
	*step = *step * 2 < WAIT_LAST ? *step * 2 : WAIT_LAST;
	return wait;
}

/* Only a person can: a login that is refused often is locked. */
static bool
is_for_person(const struct err *err)
{
	static const enum err_code codes[] = { E_LOGIN_REFUSED, E_TLS_REFUSED, E_TLS_MISSING, E_NO_BACKEND, E_OK };
	enum err_class class = err_class(err);

	for (size_t i = 0; codes[i] != E_OK; i++)
		if (err->code == codes[i])
			return true;
	return class == ERR_CONFIG || class == ERR_DENIED || class == ERR_USAGE || class == ERR_INPUT || class == ERR_NONE;
}

static void
tell(const struct fetch *f, const struct err *err, int64_t wait)
{
	if (f->settings->trouble)
		f->settings->trouble(f->settings->context, err, wait);
}

/* -1: what broke the session. */
static int
wait_for_news(struct fetch *f, struct err *err)
{
	return imap_idle(f->imap, IDLE_MS, f->settings->stop_fd, err) == IMAP_FAILED ? -1 : 0;
}

int
fetch_follow(struct desk *desk, const struct fetch_settings *settings, struct fetch_totals *totals, struct err *err)
{
	struct fetch f;
	int64_t step = WAIT_FIRST, wait;
	int lock, rc = fetch_begin(&f, desk, settings, totals, &lock, err);

	while (rc == 0 && !*settings->stop) {
		rc = fetch_pass(&f, err);
		if (rc == 0 && f.undone.code != E_OK)
			tell(&f, &f.undone, 0);
		if (rc == 0) {
			step = WAIT_FIRST;
			rc = *settings->stop ? 0 : wait_for_news(&f, err);
		}
		if (rc == 0 || is_for_person(err))
			continue;
		fetch_hang_up(&f);
		step = f.progress ? WAIT_FIRST : step;
		f.progress = false;
		wait = wait_after(&step);
		tell(&f, err, wait);
		err->code = E_OK;
		fetch_pause(&f, wait);
		rc = 0;
	}
	fetch_end(&f, lock);
	return rc;
}
