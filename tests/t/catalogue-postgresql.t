#!/bin/sh
# The schema and every statement of the catalogue, prepared and run by a
# throw-away PostgreSQL: unix socket only, in a folder of its own.
# place: embedded - it is about the statements of the store themselves, in a database of its own
. "$(dirname "$0")/lib.sh"

catalogue=$IXN_BIN/../peers/sql-catalogue
[ -x "$catalogue" ] || skip_all "no $catalogue"
. "$top/tests/t/pg.sh"
pg_begin
pg_init data
pg_start data 5432 -c autovacuum=off
script() { pg_sql 5432; }

"$catalogue" names | sort >"$tmp/names"
"$catalogue" prepare postgresql >"$tmp/prepare"
is "$({
	echo 'CREATE TABLE flushed (id BIGINT PRIMARY KEY, n BIGINT NOT NULL); INSERT INTO flushed VALUES (1, 99);'
	"$catalogue" schema postgresql
} | script)" '' 'the schema'
{
	cat "$tmp/prepare"
	echo 'SELECT name FROM pg_prepared_statements'
} | script | sort >"$tmp/prepared"
is "$(cat "$tmp/prepared")" "$(cat "$tmp/names")" "each of the $(wc -l <"$tmp/names") statements can be prepared"

# What a parameter or a cast means is known only when it is run.
{
	cat "$tmp/prepare"
	"$catalogue" run postgresql
	echo "INSERT INTO event (seq, at, event, actor_kind, ixn, ref) VALUES (2, 1, 'ixn.note', 'owner', 'x', 'note'), (3, 1, 'chat.message', 'owner', 'x', '7');"
	echo "INSERT INTO message (ixn, seq, at, role, visible, text) VALUES ('x', 7, 1, 'contact', 'all', 'hello');"
	echo "EXECUTE \"EVENTS_OF_IXN\" (0, 9, 'x'); EXECUTE \"EVENTS\" (1, 9, '');"
	echo "UPDATE flushed SET n = 2; EXECUTE \"EVENTS\" (1, 9, ''); EXECUTE \"EVENT_LAST\"; EXECUTE \"NEWS\" (1, 9)"
} | script >"$tmp/rows"
is "$(grep ERROR "$tmp/rows")" '' 'each statement runs'
is "$(tail -n 3 "$tmp/rows" | cut -d '|' -f 1 | uniq -c | sed 's/^ *//')" '3 2' 'an event that a failure could take back is shown to nobody'
is "$(tail -n 7 "$tmp/rows" | head -n 4 | cut -d '|' -f 1,3,14)" '2|ixn.note|
3|chat.message|hello
2|ixn.note|
3|chat.message|hello' 'an event whose ref is no number is no message'
done_testing
