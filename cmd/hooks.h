/*
 * hooks.h - the commands that ixn-watch runs at events, beside the watch and
 * one at a time.
 *
 * One of higher priority ends the one that runs; others wait for their turn,
 * the most important first. One that is repeated runs again and again until
 * what its event announced is settled (signals.def). Intervals count on the
 * monotonic clock; on that of a test store where it is pinned.
 *
 * What a contact wrote reaches a command on its standard input only; IXN_EVENT
 * and IXN_IXN in its environment are words of ours.
 */
#ifndef CMD_HOOKS_H
#define CMD_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/record.h"

struct cli;
struct err;
struct hooks;

/* EVENT=COMMAND, EVENT=N, EVENT=T, as typed. */
struct hook_options {
	struct pairs on, priority, repeat;
};

/* E_BAD_VALUE. Where there are commands, SIGINT, SIGTERM and SIGHUP are caught from now on. */
int hooks_new(struct cli *cli, const struct hook_options *options, struct hooks **hooks_r, struct err *err) ATTR_MUSTUSE;
/* Ends what runs; signals do again what they did. */
void hooks_free(struct hooks **hooks);

/* Something happened: it may settle what is repeated. */
void hooks_settle(struct hooks *hooks, const struct record *record, const void *p);
/* Something happened at which commands are to run: false where it has none. */
bool hooks_add(struct hooks *hooks, const struct record *record, const void *p);
/* Starts, repeats and ends commands as of now; to be called whenever hooks_fd can be read or hooks_wait is over. */
void hooks_step(struct hooks *hooks);
/* Returns when all that wait have run, or a signal came. */
void hooks_finish(struct hooks *hooks);
/* What is to be repeated is not begun (true), or may be. */
void hooks_hold_repeats(struct hooks *hooks, bool hold);
/* Nothing is repeated any more; what is to be repeated and runs is ended. */
void hooks_stop_repeats(struct hooks *hooks);

/* -1: there are no commands. */
int hooks_fd(const struct hooks *hooks);
/* At most ms, less where something is to be done before. */
int64_t hooks_wait(const struct hooks *hooks, int64_t ms);

#endif
