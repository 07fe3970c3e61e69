/*
 * Guessing passwords over a network takes longer with each wrong one, by who
 * is guessed, from where, and both. Nobody sleeps: the next one is refused
 * unseen until its time has come.
 */
#include <string.h>

#include "desk/priv.h"

/* Forgotten after so long without another one. */
#define REMEMBERED (MS_HOUR)

struct guess {
	int64_t count, until;
};
RECORD(rec_guess, struct guess, "guess", NULL, INT_FIELD(struct guess, count, 0, NULL), TIME_FIELD(struct guess, until, 0, NULL))

/* So many are free, then a second, doubled with each, up to most. A whole account is never shut for long: that would be a weapon. */
static const struct {
	bool account, address;
	int64_t free, most;
} rules[] = {
	{ true, true, 4, 15 * MS_MINUTE },
	{ false, true, 20, 15 * MS_MINUTE },
	{ true, false, 40, MS_MINUTE },
};

/* What somebody types as a name may be long, or a password: only its hash is kept. */
static const char *
key_of(struct call *call, size_t rule, const char *name)
{
	const char *account = rules[rule].account ? arena_memdup(call->arena, secret_hash(call->arena, name), 32) : "";

	return arena_printf(call->arena, "%s@%s", account, rules[rule].address ? call->from : "");
}

static int
find(struct call *call, const char *key, struct guess *guess, struct err *err)
{
	int rc = sql_one(call->tx, call->arena, SQL_GUESS_GET, ARGS(V_TEXT(key)), &rec_guess, guess, err);

	if (rc == 0)
		*guess = (struct guess){ 0, 0 };
	return rc < 0 ? -1 : 0;
}

int
guess_admit(struct call *call, const char *name, struct err *err)
{
	struct guess guess;
	char at[TIME_TEXT];

	for (size_t i = 0; call->from && i < COUNT_OF(rules); i++) {
		if (find(call, key_of(call, i, name), &guess, err) < 0)
			return -1;
		if (guess.until > call->now)
			return err_set(err, E_WAIT_LOGIN, "at", time_format(guess.until, at), NULL);
	}
	return 0;
}

static int64_t
pause(size_t rule, int64_t count)
{
	int64_t over = count - rules[rule].free, ms = MS_SECOND;

	if (over <= 0)
		return 0;
	while (--over > 0 && ms < rules[rule].most)
		ms *= 2;
	return ms < rules[rule].most ? ms : rules[rule].most;
}

int
guess_wrong(struct call *call, const char *name, struct err *err)
{
	struct err ignored = { 0 };
	struct agent *agent = NULL;
	struct guess guess;

	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		const char *key = key_of(call, i, name);

		if (find(call, key, &guess, err) < 0)
			return -1;
		guess.count++;
		if (RUN(call, GUESS_PUT, V_TEXT(key), V_INT(guess.count), V_INT(call->now + pause(i, guess.count))) < 0 ||
		    due_set(call, "guess", key, call->now + pause(i, guess.count) + REMEMBERED, err) < 0)
			return -1;
	}
	/* A name that is none of the site's stands in no event. */
	return event_add(call, &(struct event){ .event = "agent.refused", .agent = agent_get(call, name, &agent, &ignored) == 0 ? name : NULL }, err);
}

int
guess_right(struct call *call, const char *name, struct err *err)
{
	for (size_t i = 0; call->from && i < COUNT_OF(rules); i++)
		if (rules[i].account && guess_forget(call, key_of(call, i, name), err) < 0)
			return -1;
	return 0;
}

int
guess_forget(struct call *call, const char *key, struct err *err)
{
	return RUN(call, GUESS_DELETE, V_TEXT(key)) < 0 || due_clear(call, "guess", key, err) < 0 ? -1 : 0;
}
