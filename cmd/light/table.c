/*
 * The commands of the light programs: those of cmd/full and cmd/server are names that
 * other programs know.
 */
#include "cmd/priv.h"

#define LIGHT(symbol, name) extern const struct command cmd_##symbol;
#define FULL(symbol, name)
#define SERVER(symbol, name)
#include "commands.inc"
#undef LIGHT
#undef FULL
#undef SERVER

#define LIGHT(symbol, name) { name, &cmd_##symbol, NULL },
#define FULL(symbol, name) { name, NULL, "ixn-full" },
#define SERVER(symbol, name) { name, NULL, "ixn-server" },
const struct command_row command_table[] = {
#include "commands.inc"
	{ NULL, NULL, NULL },
};
const size_t command_table_n = COUNT_OF(command_table) - 1;
