#!/bin/sh
# A synchronous standby is promoted while agents work: what was acknowledged is
# there, nothing happened twice, whoever reads goes on where it was.
# covers: ixn-setup
# place: embedded - it makes its own servers
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/pg.sh"
load=$IXN_BIN/../peers/desk-load
[ -x "$load" ] || skip_all "no $load"
pg_begin
pg_pair one two
is "$(pg_follows && echo sync)" sync 'the standby follows, synchronously'
echo 'CREATE DATABASE desk; ALTER DATABASE desk SET synchronous_commit = on' | pg_sql 5432 >"$tmp/created"

url="postgresql://ixn@/desk?host=$pg,$pg&port=5432,5433"
export IXN_STORE="$url"
cat >site.json <<'J'
{"agents":[{"name":"a0","skills":{"f":1}},{"name":"a1","skills":{"f":2}},{"name":"a2","skills":{"f":3}},{"name":"a3","skills":{"f":3}}],"queues":[{"name":"q","skills":"f>=1"}]}
J
for a in 0 1 2 3; do
	sed -i "s/\"name\":\"a$a\"/&,\"capacity\":{\"email\":2}/" site.json
done
ok ixn-setup --load site.json
for a in 0 1 2 3; do
	"$load" login "$url" "a$a" >"$tmp/token.$a"
done
background "$load" read "$url" a9
reader=$pid
n=40
for a in 0 1 2 3; do
	"$load" work "$url" "a$a" "$(cat "$tmp/token.$a")" $n >"$tmp/work.$a" 2>"$tmp/wrong.$a" &
	eval "work_$a=\$!"
done
wait_for sh -c "[ \$(cat '$tmp'/work.* | wc -l) -gt 60 ]"
pg_kill one
pg_promote two
before=$(cat "$tmp"/work.* | wc -l)
worked=
for a in 0 1 2 3; do
	eval "wait \$work_$a"
	worked=$worked$?
done
is "$worked:$(cat "$tmp"/wrong.*)" 0000: 'all agents go on to the end'
cat "$tmp"/work.* >"$tmp/acknowledged"
echo "# $before changes were acknowledged before, $(wc -l <"$tmp/acknowledged") in all; the longest took $(cut -d ' ' -f 4 "$tmp/acknowledged" | sort -n | tail -n 1) ms"

tell() { echo "$1" | pg_sql 5433 desk; }
# there CHANGE QUERY: the ids of what was acknowledged, each once, and of what is there.
there() {
	grep "^$1 " "$tmp/acknowledged" | cut -d ' ' -f 3 | sort >"$tmp/said"
	tell "$2" | sort >"$tmp/is"
	is "$(comm -23 "$tmp/said" "$tmp/is")" '' "all of $1 that was acknowledged is there"
	is "$(uniq -d "$tmp/said")" '' '... and was acknowledged once'
	is "$(uniq -d "$tmp/is")" '' '... and happened once'
}
there ixn.create "SELECT ixn FROM event WHERE event = 'ixn.created'"
there ixn.accept "SELECT ixn FROM event WHERE event = 'offer.accepted'"
there ixn.done "SELECT ixn FROM event WHERE event = 'ixn.done'"
is "$(tell "SELECT count(*) FROM event WHERE event = 'ixn.created'")" $((4 * n)) 'what came in came in once for each key'
is "$(tell 'SELECT count(*) = max(seq) AND min(seq) = 1 FROM event')" t 'no number of an event is left out'
ok ixn-doctor
tell "INSERT INTO event (seq, at, event, actor_kind, ref) SELECT max(seq) + 1, max(at), 'ixn.note', 'owner', 'a9' FROM event; UPDATE flushed SET n = (SELECT max(seq) FROM event)"
wait_for sh -c "! kill -0 $reader"
is "$(cat "$tmp/$reader.out")" "$(tell 'SELECT count(*) FROM event')" 'the reader saw all events, each once, in order'
done_testing
