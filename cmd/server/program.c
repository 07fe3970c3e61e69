/*
 * The server's program: all commands there are, on every engine of the store.
 */
#include "cmd/full/full.h"
#include "store/store.h"

const struct engine *const store_engines[] = { &sqlite_engine, &postgresql_engine, NULL };
const struct program program = { .full = true, .schemes = "https,http,postgresql,postgres", .document = document_run, .json_records = records_read, .mail_html = mail_html };

#define LIGHT(symbol, name) extern const struct command cmd_##symbol;
#define FULL(symbol, name) extern const struct command cmd_##symbol;
#define SERVER(symbol, name) extern const struct command cmd_##symbol;
#include "commands.inc"
#undef LIGHT
#undef FULL
#undef SERVER

#define LIGHT(symbol, name) { name, &cmd_##symbol, NULL },
#define FULL(symbol, name) { name, &cmd_##symbol, "ixn-full" },
#define SERVER(symbol, name) { name, &cmd_##symbol, "ixn-server" },
const struct command_row command_table[] = {
#include "commands.inc"
	{ NULL, NULL, NULL },
};
const size_t command_table_n = COUNT_OF(command_table) - 1;
