/*
 * cmd.h - what a command is: a table, and now and then a function.
 *
 * A command file (cmd/NAME.c, light; cmd/full/NAME.c where it needs the large
 * libraries) defines one struct command named by its file: cmd_ixn_accept in
 * ixn-accept.c. Options, help, man page, completion, output columns and schema
 * are read off the operation's records; the runner does the rest:
 *
 *	options -> input record, operands -> its FIELD_OPERAND field, one call
 *	per operand, answers printed; a bad item is reported and skipped.
 *
 * Only what no table can say has a function of its own (.run).
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/i18n.h"
#include "desk/desk.h"
#include "model/record.h"
#include "model/record_read.h"

/* How 'ixn' groups the commands; the order there. */
#define TASKS(X) \
	X(TASK_SESSION, N_("Agent session and team")) \
	X(TASK_IXN, N_("Interactions of any medium")) \
	X(TASK_CHANNEL, N_("Channels")) \
	X(TASK_LIBRARY, N_("Contacts, responses, history")) \
	X(TASK_SITE, N_("The site"))

#define TASK_ENUM(value, title) value,
enum task { TASKS(TASK_ENUM) };

enum command_flags {
	/* Operands are ids of interactions: ends, '@', '@offer' and '-' are resolved. */
	CMD_IXN_IDS = 1 << 0,
	/* Operands are ids of outgoing mails. */
	CMD_MAIL_IDS = 1 << 1,
	/* Operands are ids of contacts, "contact:" before them or not. */
	CMD_CONTACT_IDS = 1 << 14,
	/* No operand means '@': always for reads, only at a terminal for changes. */
	CMD_DEFAULT_CURRENT = 1 << 2,
	/* A list: --limit said when it was cut; table with a header on a terminal. */
	CMD_LIST = 1 << 3,
	/* Naming or taking an interaction makes it '@'. */
	CMD_SETS_CURRENT = 1 << 4,
	/* No answer is exit 1 with .empty_code: searches, ixn-accept. */
	CMD_EMPTY_FAILS = 1 << 5,
	/* Runs without a store: ixn-setup, ixn. */
	CMD_NO_STORE = 1 << 6,
	/* Exactly one operand, and it is not an id: agent-login NAME. */
	CMD_ONE_OPERAND = 1 << 7,
	/* The operand may be left out. */
	CMD_OPTIONAL_OPERAND = 1 << 8,
	/* Acts as the owner of the store, unless --agent or IXN_AGENT names an agent: ixn-create. */
	CMD_AS_OWNER = 1 << 9,
	/* Takes --dry-run. */
	CMD_DRY_RUN = 1 << 10,
	/* Acts as the owner of the store's file whoever is logged in: ixn-setup. */
	CMD_OWNER = 1 << 12,
	/* Prints as things happen: on a terminal the table keeps its empty columns. */
	CMD_STREAM = 1 << 13,
	/* On a terminal a record is shown as a card, a line per field that is present. */
	CMD_CARD = 1 << 11,
};

#define CMD_ANY_IDS (CMD_IXN_IDS | CMD_MAIL_IDS | CMD_CONTACT_IDS)

struct example {
	const char *line, *doc; /* "ixn-accept --wait 60s", "wait up to a minute for an offer" */
};

struct cli;

struct command {
	const char *name, *summary; /* summary: N_("takes an offer") */
	const char *about;          /* paragraphs of the man page, separated by empty lines; N_() */
	enum task task;
	unsigned flags;
	const struct op *op;
	/* What it prints, where that is not op->out; and operations whose answers it prints beside (NULL behind the last). */
	const struct record *out;
	const struct op *const *also;
	/* Options beside those of op->in: fields of this record, found in cli->extra. */
	const struct record *extra;
	const char *operand; /* how help names it: "ID" */
	struct example examples[5];
	enum err_code empty_code;
	/* Replaces the runner; cli holds what was parsed. Returns an exit status. */
	int (*run)(struct cli *cli);
	/* Commands whose pages to look at next: "ixn-done, chat-send". */
	const char *see;
	/* Of a list: how many without --limit; 0: as of all lists. */
	int64_t limit;
	/*
	 * Words of which one stands first, each a command of its own: 'email-review
	 * list'. NULL behind the last. What else is here is for help and the man page.
	 */
	const struct command *const *verbs;
	/* Options by which a light command becomes ixn-full's: "input". */
	const char *full;
	/* As CMD_AS_OWNER, where that depends on the options: 'chat-send --as-contact'. */
	bool (*as_owner)(struct cli *cli);
	/* True where these options only read though the operation changes: ixn-note --show. */
	bool (*reads)(struct cli *cli);
};

/* One invocation. */
struct cli {
	const struct command *command;
	struct arena *arena;
	struct desk *desk; /* NULL with CMD_NO_STORE until cli_open_desk */
	void *in;          /* record of command->op->in, filled; times anew when a test store's clock is known */
	void *extra;       /* record of command->extra */
	int operands_n;    /* operands, as typed */
	const char **operands;
	const char *store_url, *agent;
	const char *idempotency_key;
	const char *fields; /* --fields */
	bool json, quiet, debug, ids, null, no_input, yes, dry_run, offline;
	bool live; /* set by who waits for what happens: only the server itself may answer */
	int worst; /* exit status so far: see cli_remember */
	struct cli_priv *priv;
};

/* For commands with .run; all print their own errors. */

/* What the configuration says about a desk, without a session. */
int cli_desk_options(struct cli *cli, struct desk_options *options, struct err *err);
/* Opens the desk with the session that was chosen; 0 or an exit status. */
int cli_open_desk(struct cli *cli);
/*
 * One call of an operation; answers go to emit, or are printed when emit is
 * NULL. They live in cli->arena: who calls for ever puts an arena of its own
 * there, and resets it when cli_flush has been called. -1: err is set; E_OK in
 * it means that nobody reads our output any more: return, and say nothing.
 */
int cli_call(struct cli *cli, const struct op *op, const void *in, emit_fn *emit, void *context, struct err *err);
/* An emit where it is enough that the operation was done. */
int cli_silent(void *context, const struct record *record, const void *p, struct err *err);
/*
 * Calls once per operand after resolving it, as the runner does (with NULL when
 * there is none); reports and remembers what fails; returns the exit status.
 */
int cli_each(struct cli *cli, int (*one)(struct cli *cli, const char *operand, struct err *err));
/*
 * For who goes on looking: a round each second, with an arena of its own, what
 * it prints written at its end, until one does not say 1. 0: it is over; -1.
 */
int cli_follow(struct cli *cli, int (*look)(struct cli *cli, void *context, struct err *err), void *context, struct err *err);
/*
 * For who waits for something: begins a wait of ms, beyond which no call waits
 * for a server that is away, either; INT_ABSENT: without an end. It is over by
 * the machine's clock, or by the store's, which a test may move on.
 */
struct cli_wait {
	int64_t ms, start;
	time_ms now;
};
struct cli_wait cli_wait_begin(struct cli *cli, int64_t ms);
/* How long to sleep before another look, ms; 0: it is over. */
int64_t cli_wait_left(const struct cli_wait *wait);
/* What the runner does without .run, for commands that only now and then do something else. */
int cli_operation(struct cli *cli);
/* Prints a record of the answer as --json, text or table demands. Also an emit_fn (context is the cli). */
int cli_print(void *context, const struct record *record, const void *p, struct err *err);
/* Whether what is printed goes to a terminal as a table or card, and may be put in words for people. */
bool cli_to_people(struct cli *cli);
/* Ends the table that cli_print may hold back for alignment; everything is written now. */
void cli_flush(struct cli *cli);
/* Where a table would be shown on a terminal that can: clears it, so that the next one stands at its top. */
bool cli_clear(struct cli *cli);
/* Reports an error on standard error (JSON with --json), remembers its status, returns it. item may be NULL. */
int cli_fail(struct cli *cli, const struct err *err, const char *item);
/* Merges an exit status into cli->worst: the same stays, different ones become 80 (75 where all are retryable). */
void cli_remember(struct cli *cli, int status);
/* The text of the user's language; falls back to English. */
const char *cli_text(const char *english) __attribute__((format_arg(1)));
/* A line for people on standard error unless --quiet; printf-like, sanitized. */
void cli_say(struct cli *cli, const char *format, ...) ATTR_PRINTF(2, 3);
/* Where standard error is a terminal: how much of a long work is done. Once a desk was opened. */
void cli_progress(size_t done, size_t n);
/* Resolves '@', '@offer', ends of ids to whole ids (interaction or, with CMD_MAIL_IDS, mail); whole ids come back as they are. */
int cli_resolve(struct cli *cli, const char *operand, const char **id_r, struct err *err);
/* The session's current interaction, and setting it (NULL clears). */
const char *cli_current(struct cli *cli);
void cli_set_current(struct cli *cli, const char *id);
/*
 * A value of the configuration (a key of config.def): environment, user's file,
 * system's file, built-in; NULL where there is none. origin_r may be NULL.
 */
const char *cli_config(struct cli *cli, const char *key, const char **origin_r);
/*
 * The same of a mailbox: [imap.support] wins over [imap], key by key. section:
 * "imap", "smtp". mailbox NULL: [imap] alone.
 */
const char *cli_config_of(struct cli *cli, const char *section, const char *mailbox, const char *key, const char **origin_r);
/* The keys that mailboxes have of their own ("imap.support.host") in the files, with what stands there; section NULL: of all. -1 of fn ends it. */
typedef int config_each_fn(void *context, const char *key, const char *value, const char *origin, struct err *err);
int cli_config_each(struct cli *cli, const char *section, config_each_fn *fn, void *context, struct err *err);
/* Whether a store is named at all, or has a home: E_NO_HOME, E_BAD_VALUE. Before one is made. */
int store_named(struct cli *cli, struct err *err);
/* The store's URL and the time zone ("": TZ), options looked at first. */
const char *cli_store_url(struct cli *cli);
/* The store as people may read it: without a password. */
const char *cli_store_shown(struct cli *cli);
const char *cli_zone(struct cli *cli);
/* A secret: KEY_command, KEY_file; E_NO_BACKEND when neither is set. */
int cli_secret(struct cli *cli, const char *key, const char **secret_r, struct err *err);
/* That of a mailbox, as cli_config_of. */
int cli_secret_of(struct cli *cli, const char *section, const char *mailbox, const char *key, const char **secret_r, struct err *err);
/* Sessions are files of the user's state folder, one per store and agent. */
int cli_session_save(struct cli *cli, const char *agent, const char *token, struct err *err);
void cli_session_forget(struct cli *cli, const char *agent);
/* Who acts, where there is no desk yet; NULL: the owner of the store. 0 or an exit status. */
int cli_choose(struct cli *cli, const char **agent_r);
/* Names of the agents logged in from this home at this store. */
struct texts cli_sessions(struct cli *cli);
/*
 * The list of the session's last search for responses, as numbered: kept in the
 * state folder beside the session. ixn: for which it was, or NULL.
 */
struct listed {
	const char *id, *shortcut;
};
int cli_list_keep(struct cli *cli, const char *ixn, const struct listed *v, size_t n, struct err *err);
/*
 * A response as it is typed: an id, a shortcut, or #N, number N of that list; at
 * a terminal, or where nothing changes, N alone will do when no response is
 * called so. E_NO_RESPONSE.
 */
struct choice {
	const char *name; /* an id, or a shortcut as it was typed */
	/* Where that search was for the interaction ixn: its place, 0 for none, and the ids of those above it. */
	int rank;
	struct texts passed;
};
int cli_response(struct cli *cli, const char *typed, const char *ixn, struct choice *choice_r, struct err *err);
/* The same for an input of the command's operation that may name one: its fields response, rank and passed. */
int cli_response_in(struct cli *cli, void *in, const char *ixn, struct err *err);
/*
 * The command's operation for one interaction, where a response may be named
 * (fields response, rank, passed): #N is looked up, edit lets the user change
 * the text (the field called name) first, and what cannot go along is said.
 */
int cli_send(struct cli *cli, const char *id, const char *name, bool edit, struct err *err);
/* -1, E_PROTOCOL: what the server answered does not say what it must. */
int cli_unsaid(struct cli *cli, const char *reason, struct err *err);
/* What a check found (fields text, id, what), in the reader's language: {id} and {what} of its text filled in. */
const char *cli_finding(struct cli *cli, const struct record *record, const void *p);
/* Reads --text/--file/--edit like sources; the runner has done so for FIELD_BODY. */
int cli_read_file(struct cli *cli, const char *path, const char **text_r, struct err *err);
/* Lets the user change a text in VISUAL, EDITOR or vi. E_NEEDS_TERMINAL. */
int cli_edit(struct cli *cli, const char *text, const char **text_r, struct err *err);
/* Runs a program of the user's with this argument; what it prints goes to standard error. True: it succeeded. */
bool cli_program(const char *command, const char *argument);
bool cli_interactive(const struct cli *cli); /* stdin and stderr are terminals, no --no-input */
/* Sets a field of a record whose struct is not at hand, from text; E_BUG when there is no such field. */
int cli_set(struct cli *cli, const struct record *record, void *p, const char *field, const char *text, struct err *err);
/* The text of such a field; NULL when absent. */
const char *cli_get(struct cli *cli, const struct record *record, const void *p, const char *field);
/* records_read, which only ixn-full has: see command.full. */
int cli_json_records(struct arena *arena, const struct json_source *source, const struct record *record, struct records *out, struct err *err);

/* The table of all commands. */
struct command_row {
	const char *name;
	const struct command *command; /* NULL where this program lacks it */
	const char *program;           /* the least one that has it: "ixn-full"; NULL: each */
};
extern const struct command_row command_table[];
extern const size_t command_table_n;
const struct command_row *command_find(const char *name);
/* The word of a command that has verbs, as it is typed behind the command's name; NULL: none. */
const struct command *command_verb(const struct command *command, const char *word);
/* "list" of "email-review list". */
const char *command_word(const struct command *verb);

/* Every option of a command, in the order of help: generated from the records. */
struct option_row {
	const char *name, *value, *doc; /* "text", "TEXT", "..."; value NULL: a switch */
	const struct field *field;      /* NULL: a common option */
	int common;                     /* which common option: enum common */
	char letter;
	bool repeatable, optional_value;
	bool extra;     /* the field is one of command->extra */
	bool from_file; /* --file: the value is the path of what --text would give */
	bool full;      /* only ixn-full can */
};
size_t command_options(struct arena *arena, const struct command *command, const struct option_row **rows_r);

/* Every key of the configuration: config.def. */
struct config_key {
	const char *name, *env, *fallback, *doc; /* env, fallback: may be NULL */
};
extern const struct config_key config_keys[];
extern const size_t config_keys_n;

/* help.c: --help text; complete.c: completion words. */
void help_print(struct cli *cli);
int complete_run(struct cli *cli, int argc, char **argv);

/* main of each program calls this. */
int cli_main(int argc, char **argv);

#endif
