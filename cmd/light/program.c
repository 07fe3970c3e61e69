/*
 * The light program: commands of cmd/full are names that ixn-full knows.
 */
#include "cmd/priv.h"

const struct program program = { .full = false };

#define LIGHT(symbol, name) extern const struct command cmd_##symbol;
#define FULL(symbol, name)
#include "commands.inc"
#undef LIGHT
#undef FULL

#define LIGHT(symbol, name) { name, &cmd_##symbol, false },
#define FULL(symbol, name) { name, NULL, true },
const struct command_row command_table[] = {
#include "commands.inc"
	{ NULL, NULL, false },
};
const size_t command_table_n = COUNT_OF(command_table) - 1;
