#!/bin/sh
# The store on PostgreSQL: rows in and out, transactions, versions, what goes
# wrong; agents at work at once, and a reader who misses nothing.
# covers: ixn-setup
# place: embedded - it makes its own server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/pg.sh"
load=$IXN_BIN/../peers/desk-load
[ -x "$load" ] || skip_all "no $load"
pg_begin
pg_init data
pg_start data 5432
new() { echo "CREATE DATABASE $1 ${2-}" | pg_sql 5432; }

new unit
IXN_TEST_STORE=$(pg_url 5432 unit) "$IXN_BIN/../unit/store.t" >"$tmp/unit"
is "$?:$(grep -v '^ok' "$tmp/unit")" "0:1..$(grep -c '^ok' "$tmp/unit")" 'the unit tests of the store'
new together
IXN_TEST_STORE=$(pg_url 5432 together) "$IXN_BIN/../unit/store_group.t" >"$tmp/unit"
is "$?:$(grep -v '^ok' "$tmp/unit")" "0:1..$(grep -c '^ok' "$tmp/unit")" 'what several threads change together'
new kept
IXN_TEST_STORE=$(pg_url 5432 kept) "$IXN_BIN/../unit/store_kept.t" >"$tmp/unit"
is "$?:$(grep -v '^ok' "$tmp/unit")" "0:1..$(grep -c '^ok' "$tmp/unit")" 'what it keeps of what it was asked'

# What is there already.
url=$(pg_url 5432 desk)
export IXN_STORE="$url"
status 69 ixn-setup
like "$err" 'database "desk" does not exist' 'no database'
new desk
status 78 ixn-setup --dump
like "$err" 'desk.* is not a store' 'an empty one is no store'
new other && echo 'CREATE TABLE mine (x INTEGER)' | pg_sql 5432 other
status 78 ixn-setup --store "$(pg_url 5432 other)"
like "$err" 'is not a store' "somebody else's is not made one"
new latin "TEMPLATE template0 ENCODING 'LATIN1'"
status 78 ixn-setup --store "$(pg_url 5432 latin)"
like "$err" 'LATIN1, not as UTF-8' 'nor one of another encoding'
status 69 ixn-list --store "postgresql://ixn:se%63ret@/desk?host=$pg/none&password=se%63ret"
unlike "$err" 'se%63ret' 'a password is not repeated'

# Eight make it at once.
i=0
while [ $((i += 1)) -le 8 ]; do
	ixn-setup >"$tmp/made.$i" 2>&1 &
	eval "made_$i=\$!"
done
made=
while [ $((i -= 1)) -ge 1 ]; do
	eval "wait \$made_$i"
	made=$made$?
done
is "$made:$(cat "$tmp"/made.*)" 00000000: 'eight make it at once'
is "$(echo 'SELECT count(*) FROM turn' | pg_sql 5432 desk)" 1 'and it is made once'
echo "UPDATE meta SET value = '99' WHERE key = 'min_reader'" | pg_sql 5432 desk
status 78 ixn-list
like "$err" 'format 99' 'one of a newer format is left alone'
echo "UPDATE meta SET value = '1' WHERE key = 'min_reader'" | pg_sql 5432 desk

cat >site.json <<'J'
{"agents":[{"name":"a0","skills":{"f":1}},{"name":"a1","skills":{"f":2}},{"name":"a2","skills":{"f":3}},{"name":"a3","skills":{"f":3}},
{"name":"a4","skills":{"f":3}},{"name":"a5","skills":{"f":3}},{"name":"a6","skills":{"f":3}},{"name":"a7","skills":{"f":3}}],
"queues":[{"name":"q","skills":"f>=1"}]}
J
for a in 0 1 2 3 4 5 6 7; do
	sed -i "s/\"name\":\"a$a\"/&,\"capacity\":{\"email\":2}/" site.json
done
ok ixn-setup --load site.json
ok ixn-setup --check

# Eight agents at work at once, and one who reads.
for a in 0 1 2 3 4 5 6 7; do
	"$load" login "$url" "a$a" >"$tmp/token.$a"
done
background "$load" read "$url" a9
reader=$pid
n=25
for a in 0 1 2 3 4 5 6 7; do
	"$load" work "$url" "a$a" "$(cat "$tmp/token.$a")" $n >"$tmp/work.$a" 2>"$tmp/wrong.$a" &
	eval "work_$a=\$!"
done
worked=
for a in 0 1 2 3 4 5 6 7; do
	eval "wait \$work_$a"
	worked=$worked$?
done
is "$worked:$(cat "$tmp"/wrong.*)" 00000000: "eight agents, $n times each"
is "$(cat "$tmp"/work.* | grep -c '^ixn.create ')" $((8 * n)) 'all of what came in was taken in'
tell() { echo "$1" | pg_sql 5432 desk; }
is "$(tell "SELECT ixn FROM event WHERE event = 'offer.accepted' GROUP BY ixn HAVING count(*) > 1")" '' 'nothing was accepted twice'
is "$(tell "SELECT max(load) <= 2 FROM (SELECT agent, sum(CASE event WHEN 'offer.created' THEN 1 ELSE -1 END) OVER (PARTITION BY agent ORDER BY seq) AS load
	FROM event WHERE event IN ('offer.created', 'offer.expired', 'offer.rejected', 'offer.withdrawn', 'ixn.done')) AS s")" t 'nobody ever had more than two'
is "$(tell 'SELECT count(*) = max(seq) AND min(seq) = 1 FROM event')" t 'no number of an event is left out'
is "$(cat "$tmp"/work.* | grep -c '^ixn.done ')" "$(tell "SELECT count(*) FROM event WHERE event = 'ixn.done'")" 'what was acknowledged as done is, and nothing else'
ok ixn-doctor
tell "INSERT INTO event (seq, at, event, actor_kind, ref) SELECT max(seq) + 1, max(at), 'ixn.note', 'owner', 'a9' FROM event; UPDATE flushed SET n = (SELECT max(seq) FROM event)"
wait_for sh -c "! kill -0 $reader"
is "$(cat "$tmp/$reader.out")" "$(tell 'SELECT count(*) FROM event')" 'the reader saw all events, each once, in order'

# A writer who does not go on loses its turn.
echo "BEGIN; UPDATE turn SET n = n; SELECT pg_sleep(3); ROLLBACK" | pg_sql 5432 desk >/dev/null &
wait_for sh -c "echo \"SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)%' AND state = 'active' AND pid <> pg_backend_pid()\" | '$pgbin/psql' -X -q -A -t -h '$pg' -U ixn -d desk | grep -q 1"
ok ixn-create --media email --queue q --from x@example.org --quiet
is "$(tell "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3)%' AND state = 'active' AND pid <> pg_backend_pid()")" 0 'a change waits for its turn'

done_testing
