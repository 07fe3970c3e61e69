#!/bin/sh
# A store of an older version: refused by all commands, brought up to date by ixn-setup alone.
# covers: ixn-setup
. "$(dirname "$0")/lib.sh"

db=$XDG_DATA_HOME/ixn/store.db
status 0 ixn-setup --demo
sqlite3 "$db" "DELETE FROM template; UPDATE meta SET value = '1' WHERE key IN ('version', 'min_reader')"

status 78 ixn-list --all
like "$err" 'older format' 'an older store is refused, and says what to do'
status 0 ixn-setup
is "$(sqlite3 "$db" "SELECT value FROM meta WHERE key = 'version'")" 2 'ixn-setup raised its version'
is "$(sqlite3 "$db" "SELECT count(*) > 0 FROM template")" 1 'and ran what the later version adds'
status 0 ixn-list --all --ids
is "$(printf '%s\n' "$out" | grep -c .)" 1 'what was in it is still there'

sqlite3 "$tmp/other.db" 'CREATE TABLE mine (x)'
status 78 ixn-setup --store "file:$tmp/other.db"
is "$(sqlite3 "$tmp/other.db" 'PRAGMA journal_mode; SELECT name FROM sqlite_master' | tr '\n' ' ')" 'delete mine ' "somebody else's database is left as it was"

done_testing
