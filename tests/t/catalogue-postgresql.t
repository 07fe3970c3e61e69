#!/bin/sh
# The schema and every statement of the catalogue, prepared and run by a
# throw-away PostgreSQL: unix socket only, in a folder of its own.
. "$(dirname "$0")/lib.sh"

catalogue=$IXN_BIN/../peers/sql-catalogue
[ -x "$catalogue" ] || skip_all "no $catalogue"
bin=''
for d in /usr/lib/postgresql/*/bin; do
	[ ! -x "$d/initdb" ] || bin=$d
done
[ -n "$bin" ] || ! command -v initdb >/dev/null || bin=$(dirname "$(command -v initdb)")
[ -n "$bin" ] || skip_all 'no PostgreSQL'

# It refuses to run as root. Nobody but root gets into $tmp, so the folder is
# elsewhere; its name is short, as that of a socket must be.
pg=$(mktemp -d /tmp/ixn-pg.XXXXXX) || exit 1
trap '_end; rm -rf "$pg"' EXIT
as=
if [ "$(id -u)" = 0 ]; then
	command -v setpriv >/dev/null || skip_all 'root, and no setpriv'
	chown nobody "$pg" && as='setpriv --reuid=nobody --regid=nogroup --clear-groups'
fi
cd "$pg" || exit 1
# shellcheck disable=SC2086 # $as is a command and its options
run() { $as env HOME="$pg" "$@"; }
run "$bin/initdb" -D "$pg/data" -U ixn --auth=trust --encoding=UTF8 --locale=C --no-sync >"$tmp/initdb" 2>&1 || {
	sed 's/^/# /' "$tmp/initdb"
	skip_all 'initdb does not work here'
}
# shellcheck disable=SC2086 # as above
background $as "$bin/postgres" -D "$pg/data" -k "$pg" -c listen_addresses= -c fsync=off -c autovacuum=off
script() { "$bin/psql" -X -q -A -t -h "$pg" -U ixn -d postgres -v VERBOSITY=terse 2>&1; }
wait_for "$bin/pg_isready" -q -h "$pg" || cat "$tmp/$pid.out"

"$catalogue" names | sort >"$tmp/names"
"$catalogue" prepare postgresql >"$tmp/prepare"
is "$("$catalogue" schema postgresql | script)" '' 'the schema'
{
	cat "$tmp/prepare"
	echo 'SELECT name FROM pg_prepared_statements'
} | script | sort >"$tmp/prepared"
is "$(cat "$tmp/prepared")" "$(cat "$tmp/names")" "each of the $(wc -l <"$tmp/names") statements can be prepared"

# What a parameter or a cast means is known only when it is run.
{
	cat "$tmp/prepare"
	"$catalogue" run postgresql
	echo "INSERT INTO event (at, event, actor_kind, ixn, ref) VALUES (1, 'ixn.note', 'owner', 'x', 'note'), (1, 'chat.message', 'owner', 'x', '7');"
	echo "INSERT INTO message (ixn, seq, at, role, visible, text) VALUES ('x', 7, 1, 'contact', 'all', 'hello');"
	echo "EXECUTE \"EVENTS_OF_IXN\" (0, 9, 'x'); EXECUTE \"EVENTS\" (1, 9, '');"
} | script >"$tmp/rows"
is "$(grep ERROR "$tmp/rows")" '' 'each statement runs'
is "$(tail -n 4 "$tmp/rows" | cut -d '|' -f 1,3,13)" '2|ixn.note|
3|chat.message|hello
2|ixn.note|
3|chat.message|hello' 'an event whose ref is no number is no message'
done_testing
