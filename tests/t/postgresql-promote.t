#!/bin/sh
# The pair of servers of the site template, as promote.md tells to make it, while agents
# work over TLS: the primary is lost, the standby promoted, the former primary taken back
# by pg_rewind; then all of it the other way round, in peace. Nothing that was
# acknowledged is lost, nothing happens twice.
# covers: ixn-setup
# place: embedded - it makes its own servers
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/pg.sh"
. "$top/tests/t/pair.sh"
load=$IXN_BIN/../peers/desk-load
[ -x "$load" ] || skip_all "no $load"
pg_begin
pair_begin
is "$(diff "$top/scripts/site/postgresql.conf" "$pg/etc.1/$pg_version/main/conf.d/ixn.conf" | grep -c '^> [a-z]')" 3 'three lines of the settings are a server'\''s own'
pair_follow 'The pair'
ok wait_for pair_streams 1 quorum
[ "$failed" = 0 ] || done_testing

url=$(pair_url)
like "$url" '^postgresql://ixn@127[^?]*,127[^?]*/ixn\?sslmode=verify-full&sslrootcert=/' 'the routers look at certificates'
(umask 077 && echo "*:*:*:ixn:$password" >pass)
export IXN_STORE="$url" PGPASSFILE="$tmp/work/pass"
cat >site.json <<'J'
{"agents":[{"name":"a0","skills":{"f":1},"capacity":{"email":2}},{"name":"a1","skills":{"f":2},"capacity":{"email":2}},
{"name":"a2","skills":{"f":3},"capacity":{"email":2}},{"name":"a3","skills":{"f":3},"capacity":{"email":2}}],"queues":[{"name":"q","skills":"f>=1"}]}
J
ok ixn-setup --load site.json
is "$(pair_sql 1 "SELECT count(*) > 0 AND bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_replication USING (pid)" postgres)" t 'the servers speak TLS'

for a in 0 1 2 3; do
	"$load" login "$url" "a$a" >"$tmp/token.$a"
done
background "$load" read "$url" a9
reader=$pid
n=100 round=0
# begin_work: all agents, in the background, until they are well at it. end_work: they have come to the end.
begin_work() {
	round=$((round + 1))
	for a in 0 1 2 3; do
		"$load" work "$url" "a$a" "$(cat "$tmp/token.$a")" $n $((round * n)) >"$tmp/work.$round.$a" 2>"$tmp/wrong.$a" &
		eval "work_$a=\$!"
	done
	wait_for at_it
}
at_it() { [ "$(cat "$tmp/work.$round".* | wc -l)" -gt 40 ]; }
end_work() {
	worked=
	for a in 0 1 2 3; do
		eval "wait \$work_$a"
		worked=$worked$?
	done
	is "$worked:$(cat "$tmp"/wrong.*)" 0000: "$1: all agents go on to the end"
}

# A server that is promoted takes minutes for its first checkpoint where it has something to write.
pair_sql 1 "CREATE TABLE ballast AS SELECT g, repeat('x', 1000) AS x FROM generate_series(1, 14000) AS g" postgres

# The primary is lost with no word to anybody.
begin_work
pair_lose 1
pair_follow 'When the primary is lost'
pair_follow 'The former primary comes back'
ok wait_for pair_streams 2 quorum
end_work 'promoted'
is "$(pair_sql 1 'SHOW synchronous_standby_names' postgres)" "$(pair_sql 2 'SHOW synchronous_standby_names' postgres)" 'both wait for a standby, whichever is the primary'

# And is changed in peace.
begin_work
echo "pg_ctlcluster $pg_version main stop" | pair_at 2
pair_follow 'When the primary is lost' changed
pair_follow 'The former primary comes back' changed
ok wait_for pair_streams 1 quorum
end_work 'and the other way round'
is "$(pair_sql 2 'SELECT count(*) FROM pg_replication_slots')" 0 'no slot is left at a standby'
cat "$tmp"/work.* >acknowledged
echo "# $(wc -l <acknowledged) changes; the longest took $(cut -d ' ' -f 4 acknowledged | sort -n | tail -n 1) ms"
for pair in ixn.create:ixn.created ixn.accept:offer.accepted ixn.done:ixn.done; do
	grep "^${pair%:*} " acknowledged | cut -d ' ' -f 3 | sort >said
	pair_sql 1 "SELECT ixn FROM event WHERE event = '${pair#*:}'" | sort >is
	is "$({ comm -23 said is && uniq -d said && uniq -d is; } | head -n 3)" '' "all of ${pair%:*} that was acknowledged is there, once"
done
is "$(pair_sql 1 "SELECT count(*) FROM event WHERE event = 'ixn.created'")" $((4 * n * round)) 'what came in came in once for each key'
ok ixn-doctor
pair_sql 1 "INSERT INTO event (seq, at, event, actor_kind, ref) SELECT max(seq) + 1, max(at), 'ixn.note', 'owner', 'a9' FROM event; UPDATE flushed SET n = (SELECT max(seq) FROM event)"
wait_for pair_gone "$reader"
is "$(cat "$tmp/$reader.out")" "$(pair_sql 1 'SELECT count(*) FROM event')" 'who reads saw all events, each once, in order'
same() { [ "$(pair_sql 2 "$digest")" = "$(pair_sql 1 "$digest")" ]; }
digest="SELECT md5(string_agg(e::text, ',' ORDER BY seq)) FROM event e"
ok wait_for same
done_testing
