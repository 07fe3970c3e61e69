#!/bin/sh
# watch.sql of the site template, asked by the role that it tells to make, at the pair of
# servers that promote.md tells to make: all is fine; a turn that is not given back, a
# standby that is gone or does not answer show, and what is to be done then helps.
# covers: ixn-setup, ixn-create
# place: embedded - it makes its own servers
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/pg.sh"
. "$top/tests/t/pair.sh"
watch=$top/scripts/site/watch.sql
pg_begin
pair_begin
pair_follow 'The pair'
ok wait_for pair_streams 1 quorum
[ "$failed" = 0 ] || done_testing
(umask 077 && echo "*:*:*:ixn:$password" >pass)
IXN_STORE=$(pair_url)
export IXN_STORE PGPASSFILE="$tmp/work/pass"
echo '{"queues":[{"name":"q"}]}' >site.json
ok ixn-setup --load site.json
comes() { ixn-create --media email --queue q --from x@example.org --subject "$1" --idempotency-key "$1" --quiet; }
ok comes first

sed -n 's/^--   psql/psql/p' "$watch" >role
is "$(wc -l <role)" 1 'watch.sql says who is to ask'
status 0 pair_at 1 <role
# by ROLE: what watch.sql says, a line for each column, those of a record together.
by() { "$pgbin/psql" -X -q -A -t -x -h "$pg/run.1" -U "$1" -d ixn -v ON_ERROR_STOP=1 -f "$watch" 2>&1; }
# fine COLUMN: of the records that have it. says COLUMN WANT
fine() { by watcher | awk -F '|' -v name="$1" '$1 == name { on = 1 } on && $1 == "fine" { print $2; on = 0 }'; }
says() { [ "$(fine "$1")" = "$2" ]; }
sound() { [ "$(by watcher | sed -n 's/^fine|//p' | tr -d '\n')" = tttttttttt ]; }
ok wait_for sound
is "$(by watcher | grep -c '^fine')" "$(by watcher | sed -n 's/^fine|//p' | grep -c t)" 'all is fine'
like "$(by watcher)" '^standby\|ixn_b streaming quorum$' 'the standby is named'
is "$(by watcher | sed -n 's/^rows_of|//p' | sort | tr '\n' ' ')" 'agent_medium due flushed turn ' 'the rows that every change writes are there'
like "$("$pgbin/psql" -X -h "$pg/run.1" -U watcher -d ixn -c 'SELECT * FROM message' 2>&1)" 'permission denied' 'who watches sees nothing else'
pair_sql 1 'CREATE ROLE nosy LOGIN; GRANT SELECT ON event, flushed TO nosy'
like "$(by nosy | head -n 2 | tail -n 1)" '^fine\|f$' 'who may not see whether all is fine is not told so'

# Somebody has the turn and does nothing.
mkfifo stranger.sql
sh -c "{ echo 'BEGIN; UPDATE turn SET n = n;' && cat stranger.sql; } | '$pgbin/psql' -X -q -h '$pg/run.1' -U '$pair_owner' -d ixn" >stranger 2>&1 &
stranger=$!
exec 8>stranger.sql
has_turn() { [ "$(pair_sql 1 "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE 'UPDATE turn%'")" = 1 ]; }
ok wait_for has_turn
comes second >waits 2>&1 &
waiting=$!
ok wait_for says waiting_for_turn f
is "$(fine waiting_for_standby)" t 'which is not for the standby'
ok wait_for says idle_since f
echo 'ROLLBACK;' >&8
exec 8>&-
wait "$stranger"
wait "$waiting"
is "$?" 0 'it goes on when the turn is given back'
ok wait_for sound

# The standby does not answer.
receiver=$(pair_sql 2 'SELECT pid FROM pg_stat_wal_receiver')
kill -STOP "$receiver"
comes third >waits 2>&1 &
waiting=$!
ok wait_for says waiting_for_standby f
kill -CONT "$receiver"
wait "$waiting"
is "$?" 0 'it goes on when it answers'
ok wait_for sound

# It is gone.
pair_lose 2
comes fourth >waits 2>&1 &
waiting=$!
ok wait_for says standby f
ok wait_for says slot f
ok wait_for says waiting_for_standby f
is "$(kill -0 "$waiting" && echo waits)" waits 'what it has not is not acknowledged'
pair_follow 'When the standby is lost'
wait "$waiting"
is "$?" 0 'until nobody waits for it'
ok comes fifth
is "$(fine waiting_for_standby)$(fine waiting_for_turn)$(fine ahead)$(fine standby)" tttf 'that there is none is still said'
echo "pg_ctlcluster $pg_version main start" | pair_at 2 >again 2>&1
ok wait_for pair_streams 1 async
pair_follow 'The standby is back'
ok wait_for pair_streams 1 quorum
ok wait_for sound
is "$(pair_sql 1 'SELECT count(*), count(DISTINCT subject) FROM ixn')" '5|5' 'each came in, once'
done_testing
