/*
 * The full program: all commands, the JSON parser, and the pages that are
 * generated.
 */
#include "cmd/full/full.h"

const struct program program = { .full = true, .document = document_run, .json_records = json_records };

#define LIGHT(symbol, name) extern const struct command cmd_##symbol;
#define FULL(symbol, name) extern const struct command cmd_##symbol;
#include "commands.inc"
#undef LIGHT
#undef FULL

#define LIGHT(symbol, name) { name, &cmd_##symbol, false },
#define FULL(symbol, name) { name, &cmd_##symbol, true },
const struct command_row command_table[] = {
#include "commands.inc"
	{ NULL, NULL, false },
};
const size_t command_table_n = COUNT_OF(command_table) - 1;
