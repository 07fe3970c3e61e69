/*
 * process.h - a command of the shell that runs beside a loop, in a process
 * group of its own; and the signals that such a loop has to see.
 *
 * Signals are written to a pipe, so that none comes unseen between looking and
 * waiting. One loop of a program may catch them, and run one command at a time.
 */
#ifndef CMD_PROCESS_H
#define CMD_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"

struct err;

/* SIGCHLD wakes from now on, and so do SIGINT, SIGTERM and SIGHUP, which end who has not restored them 3 s later. E_IO. */
int signals_catch(struct err *err) ATTR_MUSTUSE;
void signals_restore(void);
/* Can be read when a signal came, until signals_seen; -1 when none is caught. */
int signals_fd(void);
void signals_seen(void);
/* The signal that told us to end; 0: none. */
int signals_end(void);

struct process {
	pid_t pid;
	int64_t kill_at; /* it was told to end, and is killed then; 0: it was not */
	bool gone;       /* it has ended, what it started perhaps not */
	bool killed;
};

struct process_spec {
	const char *command, *input;
	/* Variables and their values, NULL behind the last; one without a value is taken away. */
	const char *const (*environment)[2];
};

/* -1: errno says why. */
int process_start(struct process *process, const struct process_spec *spec);
/* SIGTERM to its group; SIGKILL a second later to what is left of it. */
void process_end(struct process *process);
/* To be called when a signal came or process_wait is over: true when it has ended, with all of its group where it was told to. */
bool process_look(struct process *process, int *status_r);
/* At most ms. */
int64_t process_wait(const struct process *process, int64_t ms);

#endif
