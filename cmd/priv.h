/*
 * priv.h - what the files of the runner share. Commands take cmd.h.
 */
#ifndef CMD_PRIV_H
#define CMD_PRIV_H

#include "base/buf.h"
#include "base/ini.h"
#include "base/near.h"
#include "cmd/cmd.h"

/* What differs between the programs: light/program.c, remote/program.c, full/program.c, server/program.c. */
struct program {
	bool full;
	/* Stores that it reaches beside files: "https,http"; NULL: none. */
	const char *schemes;
	/* 'ixn --mdoc NAME', 'ixn --table NAME'; an exit status. */
	int (*document)(int argc, char **argv);
	int (*json_records)(struct arena *arena, const struct json_source *source, const struct record *record, struct records *out, struct err *err);
	/* The HTML of a mail as it came; NULL: it has none. */
	const char *(*mail_html)(struct arena *arena, const char *bytes, size_t size);
};
extern const struct program program;

enum common {
	COMMON_NONE,
	COMMON_HELP,
	COMMON_VERSION,
	COMMON_JSON,
	COMMON_QUIET,
	COMMON_DEBUG,
	COMMON_STORE,
	COMMON_AGENT,
	COMMON_OFFLINE,
	COMMON_NO_INPUT,
	COMMON_YES,
	COMMON_FIELDS,
	COMMON_IDS,
	COMMON_NULL,
	COMMON_SCHEMA,
	COMMON_KEY,
	COMMON_DRY_RUN,
};

/* A session file. */
struct session {
	const char *agent, *token, *current;
	bool service; /* no file of ours */
};

/* Rows held back until their widths are known. */
struct table {
	const struct record *record;
	const struct field **columns;
	size_t columns_n;
	VEC(const char **)
	rows;
};

struct cli_priv {
	struct arena *arena; /* of the whole invocation, whatever cli->arena is by now */
	char **argv;
	const struct option_row *rows;
	size_t rows_n;
	/* Options as given, in order. */
	VEC(struct given {
		const struct option_row *row;
		const char *value;
	})
	given;
	const char *schema; /* the value of --schema */
	const char *item;   /* the id at hand, when there are several */
	const char *named;  /* the last id for which all went well */
	const char *first;  /* first field of the first answer of this call */
	struct table table;
	/* What the last header on the terminal was for: a stream that is flushed row by row has one. */
	const struct record *headed;
	int headed_widths[64];
	size_t cards;   /* printed so far */
	size_t printed; /* of this call */
	int64_t limit;  /* of a list; 0: none */
	struct session session;
	const char *store_name; /* of which sessions are */
	struct ini config[2];   /* user's, system's */
	const char *config_path[2];
	struct err config_err;
	int argc;
	enum common asked; /* --help, --version, --schema */
	int write_errno;   /* why standard output could not be written */
	enum { TTY_UNKNOWN,
	       TTY_NO,
	       TTY_YES } tty; /* standard output */
	bool several;
	bool closed; /* nobody reads standard output */
	bool told;   /* that standard output could not be written */
	bool cut;    /* a list: there was more */
	bool configured;
};

/* main.c */
/* The program's folder without bin or libexec/ixn; NULL when it cannot be told. */
const char *program_prefix(struct arena *arena);
/* Runs another program ("ixn-full") with the same arguments; returns only when that fails. */
int program_exec(struct cli *cli, const char *name);
/* Where another program is the one that reaches the store: runs that. 0 where it is this one. */
int program_exec_for_store(struct cli *cli);
int program_exec_for(struct cli *cli, const char *url);
/* cli.c */
int cli_run(struct cli *cli);
/* An invocation for messages: no command, no store. */
struct cli *cli_new(struct arena *arena, const struct command *command, int argc, char **argv);
const char *cli_name(const struct cli *cli);

/* options.c */
/* Reads the command line into cli; 0 or an exit status. */
int options_parse(struct cli *cli);
/* What must wait for the desk: times of a test store's clock, ends of ids. */
int options_late(struct cli *cli, struct err *err);
/* "text" of external_id is "external-id". */
const char *option_name(struct arena *arena, const char *field);
struct field_context cli_field_context(struct cli *cli);

/* ids.c */
/* Are there as many operands as the command takes? Adds '@' where it is meant. */
int operands_check(struct cli *cli, struct err *err);
const struct field *operand_field(const struct command *command);
/* Will this invocation change something? */
bool changes(struct cli *cli);
/* The one target that team-find finds by a word, of those that the command could take. E_AMBIGUOUS_TARGET, E_NOTHING_FOUND. */
int resolve_word(struct cli *cli, const char *word, const char **target_r, struct err *err);
/* The id that an option's value names: of an interaction, unless the field says whose. */
int resolve_option(struct cli *cli, const struct field *field, const char *value, const char **id_r, struct err *err);

/* output.c */
/* What the command prints first of all; may be NULL. */
const struct record *output_record(const struct command *command);
/* Is --fields made of fields of records that the command prints? */
int output_check_fields(struct cli *cli, struct err *err);
/* Flushes standard output; the exit status with that. */
int output_close(struct cli *cli, int status);
/* text, safe to show, to out. */
void output_bytes(struct cli *cli, const char *p, size_t size);

/* config.c */
/* Reads the files once; E_BAD_CONFIG, E_NO_FILE for IXN_CONFIG, E_IO. */
int config_load(struct cli *cli, struct err *err);
/* $XDG_..._HOME/ixn, else HOME/fallback/ixn; NULL without a HOME. */
const char *config_folder(struct arena *arena, const char *variable, const char *fallback);

/* session.c */
/* Who acts, into cli->priv->session; agent NULL: nobody, the owner of the store. */
int session_choose(struct cli *cli, struct err *err);
/* A file beside the session's, told by its ending; NULL without a home. */
const char *session_file(struct cli *cli, const char *agent, const char *ending);
/* Where the files lie that lie beside a store's own file, where it has none; NULL without a home. */
const char *session_folder(struct cli *cli);
/* Whether the store is a server's, where nobody is the owner. */
bool store_is_remote(struct cli *cli);

/* The agent's mirror of such a store; NULL where there is none. */
const char *session_mirror(struct cli *cli);

/* list.c */
/* The list of the last search goes with the session. */
void list_forget(struct cli *cli, const char *agent);

/* help.c */
/* "[ID...]": how often the operand may stand; "" without one. */
const char *usage_operand(struct arena *arena, const struct command *command);

/* i18n.c */
void i18n_init(struct cli *cli);

/* overview.c */
/* 'ixn' without a command: all of them by task. */
int overview_print(struct cli *cli);

/* why.c: what 'ixn-show --why' tells people. */
struct why_shown {
	struct arena *arena;
	const void **v;
	size_t n, cap;
};
/* An emit_fn; context is the struct. */
int why_keep(void *context, const struct record *record, const void *p, struct err *err);
int why_print(struct cli *cli, const struct why_shown *shown, struct err *err);

#endif
