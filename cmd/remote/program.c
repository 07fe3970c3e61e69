/*
 * The remote program: the light commands for stores that a server keeps, linked
 * with what it takes to reach it.
 */
#include "cmd/priv.h"
#include "desk/carrier.h"
#include "remote/remote.h"

const struct carrier *const desk_carriers[] = { &remote_carrier, &local_carrier, NULL };
const struct program program = { .full = false, .schemes = "https,http" };

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
