#!/bin/sh
# Two servers over one database are one desk: who races has one winner, who reads at
# either misses nothing and sees nothing twice, what falls due falls once, a contact's
# chat goes through both; and one of them, killed in the middle, takes nothing along.
# covers: ixn-routerd
# place: embedded - it has servers of its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
. "$top/tests/t/pg.sh"
command -v python3 >/dev/null || skip_all 'no python3'
peer=$top/tests/peers/http-desk
pg_begin
pg_init data
pg_start data 5432
echo 'CREATE DATABASE desk' | pg_sql 5432
IXN_STORE=$(pg_url 5432 desk)
export IXN_STORE
sql() { echo "$1" | pg_sql 5432 desk; }
ids() { sed -n 's/^id: //p' "$@"; }

site <<'J'
{"agents":[{"name":"a0","password":"secret-a0","alias":"Ada","capacity":{"email":3,"chat":3},"skills":{"f":1}},
{"name":"a1","password":"secret-a1","alias":"Bea","capacity":{"email":3,"chat":3},"skills":{"f":1}},
{"name":"a2","password":"secret-a2","alias":"Cleo","capacity":{"email":3,"chat":3},"skills":{"f":1}},
{"name":"a3","password":"secret-a3","alias":"Dora","capacity":{"email":3,"chat":3},"skills":{"f":1}},
{"name":"boss","role":"admin","password":"secret-boss"}],
"queues":[{"name":"q","skills":"f>=1","offer_timeout":"20s"},{"name":"pull","pull":true}],
"web":[{"name":"shop","origins":["https://www.example.org"],"chat_queue":"q"}]}
J
serve --workers 4 && a=$url a_server=$server
serve --workers 4 && b=$url b_server=$server
at() { url=$1 && shift && "$@"; }

# A session of one is a session of the other.
for x in a0 a1 a2 a3 boss; do at "$a" login $x '"ready":true'; done
at "$b" call a0 ixn.list '{}'
is "$http" 200 'who logged in at one is known at the other'
# Each of its workers has met the one who goes.
for _ in 1 2 3 4 5 6 7 8; do at "$a" call a3 ixn.list '{}'; done
at "$b" call a3 session.logout '{}'
for _ in 1 2 3 4 5 6 7 8; do at "$a" call a3 ixn.list '{}' && echo "$http $(error)"; done >gone
is "$(sort -u gone)" '401 session_ended' 'and who logged out at the other is not'
at "$a" login a3 '"ready":true'

# Many want the same, at both.
at "$a" listen boss a.events && at "$b" listen boss b.events
wait_for grep -q retry a.events
wait_for grep -q retry b.events
n=0
while [ $((n += 1)) -le 12 ]; do
	create --media email --queue pull --from x@example.org
done >wanted
take() { # AGENT URL: everything, in an order of its own
	while read -r id; do
		curl -s -o /dev/null -w "$1 $id %{http_code}\n" -d "{\"id\":[\"$id\"]}" -H "Authorization: Bearer $1:$(cat "$tmp/token.$1")" "$2/v1/ixn.take"
	done
}
take a0 "$a" <wanted >taken.a0 &
one=$!
take a1 "$b" <wanted >taken.a1 &
two=$!
wait $one && wait $two
grep -h ' 200$' taken.* | cut -d ' ' -f 2 | sort >won
is "$(uniq -d won)" '' 'nothing is taken twice'
is "$(sql "SELECT id || ' ' || agent FROM ixn WHERE queue = 'pull' AND agent IS NOT NULL" | sort)" "$(grep -h ' 200$' taken.* | awk '{ print $2 " " $1 }' | sort)" 'who was told so has it'
is "$(sql "SELECT count(*) FROM event WHERE event = 'ixn.taken'")" "$(wc -l <won)" 'once, says the log'
for x in a0 a1; do
	for id in $(sql "SELECT id FROM ixn WHERE agent = '$x'"); do at "$b" call $x ixn.done "{\"id\":\"$id\"}"; done
done

# An offer is accepted at both at once, by the same agent: once, with each key its answer.
id=$(create --media chat --queue q --name N --text hi)
who=$(sql "SELECT agent FROM offer WHERE ixn = '$id' ORDER BY id DESC LIMIT 1")
ask_a='' ask_b=''
for u in "$a" "$b"; do
	curl -s -o /dev/null -w '%{http_code}\n' -d "{\"id\":\"$id\"}" -H "Authorization: Bearer $who:$(cat "$tmp/token.$who")" -H 'Idempotency-Key: both' "$u/v1/ixn.accept" >>both &
	eval "ask_$([ "$u" = "$a" ] && echo a || echo b)=\$!"
done
wait "$ask_a" && wait "$ask_b"
is "$(cat both)" '200
200' 'with one key at both: both are answered'
is "$(sql "SELECT count(*) FROM event WHERE event = 'offer.accepted' AND ixn = '$id'")" 1 'and it happened once'
at "$b" call "$who" chat.end "{\"id\":\"$id\"}" && at "$a" call "$who" ixn.done "{\"id\":\"$id\"}"

# What falls due is settled by both and happens once.
n=0
while [ $((n += 1)) -le 8 ]; do create --media chat --queue q --name "Due $n" --text hi; done >due
offered=$(sql "SELECT count(*) FROM offer WHERE state = 'pending'")
like "$offered" '^[1-9]' 'some are offered'
later 21
expired() { [ "$(sql "SELECT count(*) FROM event WHERE event = 'offer.expired'")" -ge "$offered" ]; }
wait_for expired
is "$(sql "SELECT ref FROM event WHERE event = 'offer.expired' GROUP BY ixn, agent, ref, at HAVING count(*) > 1")" '' 'an offer expires once'
is "$(sql "SELECT (SELECT count(*) FROM event WHERE event = 'offer.expired') - (SELECT count(*) FROM offer WHERE state = 'expired')")" 0 'one event each'
while read -r id; do chat-end "$id" --as-contact; done <due >/dev/null 2>&1

# A contact's chat through both.
start() { curl -s "$1/contact/v1/start" -d "$2" | jq -r .secret; }
say() { curl -s -o /dev/null -w '%{http_code}' "$1/contact/v1/send" -H "Authorization: Bearer $2" -H "Idempotency-Key: $3" -d "{\"text\":\"$3\"}"; }
for x in a0 a1 a2 a3; do at "$a" call $x agent.state '{"media":["chat"],"set":"ready"}'; done
ann=$(start "$a" '{"name":"Ann","text":"first"}')
id=$(sql "SELECT id FROM ixn WHERE name = 'Ann'")
"$peer" "$a" contact "$ann" last >contact.a 2>&1 &
contact_a=$!
"$peer" "$b" contact "$ann" last >contact.b 2>&1 &
contact_b=$!
who=$(sql "SELECT agent FROM offer WHERE ixn = '$id' AND state = 'pending'")
at "$b" call "$who" ixn.accept "{\"id\":\"$id\"}"
is "$http" 200 'begun at one, accepted at the other'
n=0
while [ $((n += 1)) -le 10 ]; do
	is "$(say "$a" "$ann" "contact $n")" 200 "the contact at one ($n)"
	at "$b" call "$who" chat.send "{\"id\":\"$id\",\"text\":\"agent $n\"}"
	is "$http" 200 "the agent at the other ($n)"
	is "$(say "$b" "$ann" "contact $n")" 200 'asked again at the other: the same message'
done
say "$b" "$ann" last >"$tmp/said"
wait $contact_a && wait $contact_b
grep -v '^#' contact.a >seen.a
is "$(tr '\n' ' ' <seen.a)" "$(seq 22 | tr '\n' ' ')" 'who reads at one has each message once, in order'
is "$(grep -v '^#' contact.b)" "$(cat seen.a)" 'and who reads at the other has the same'
at "$a" call "$who" chat.end "{\"id\":\"$id\"}" && at "$b" call "$who" ixn.done "{\"id\":\"$id\"}"

# So far: what the two streams tell is the log.
end=$(sql 'SELECT max(seq) FROM event')
wait_for grep -q "^id: $end\$" a.events
wait_for grep -q "^id: $end\$" b.events
first=$(for x in a b; do ids $x.events | head -n 1; done | sort -n | tail -n 1)
sql "SELECT seq FROM event WHERE seq >= $first ORDER BY seq" >log
is "$(ids a.events | sed -n "/^$first\$/,/^$end\$/p")" "$(cat log)" 'all that happened at either, in order, without gap or repeat, at one'
is "$(ids b.events | sed -n "/^$first\$/,/^$end\$/p")" "$(cat log)" 'and at the other'

# One is killed in the middle of work, again and again, and comes back.
work_0='' work_1=''
for x in 0 1 2 3; do
	"$peer" "$([ $((x % 2)) = 0 ] && echo "$a,$b" || echo "$b,$a")" work a$x "$(cat "$tmp/token.a$x")" 20 "k$x" >"work.$x" 2>"wrong.$x" &
	eval "work_$x=\$!"
done
"$peer" "$b,$a" read boss "$(cat "$tmp/token.boss")" the-end >read.b 2>read.breaks &
reader=$!
kills=0
# crash SERVER URL: killed, and begun anew at the same address; its process is $crashed.
crash() {
	kill -9 "$(pgrep -P "$1")" && kills=$((kills + 1))
	background ixn-routerd --listen "${2#http://}" --url --requests 0
	crashed=$pid
	wait_for grep -q '^http' "$tmp/$pid.out"
}
while [ $kills -lt 6 ]; do
	wait_for sh -c "[ \$(cat work.* | wc -l) -ge $((kills * 20 + 4)) ] || ! kill -0 $work_0"
	kill -0 "$work_0" 2>/dev/null || kill -0 "$work_1" 2>/dev/null || break
	crash "$b_server" "$b" && b_server=$crashed
	wait_for sh -c "[ \$(cat work.* | wc -l) -ge $((kills * 20 + 4)) ] || ! kill -0 $work_0"
	crash "$a_server" "$a" && a_server=$crashed
done
like "$kills" '^[2-6]$' "killed in turn: $kills times"
worked=
for x in 0 1 2 3; do
	eval "wait \$work_$x"
	worked=$worked$?
done
is "$worked:$(cat wrong.*)" 0000: 'all go on to the end'
cat work.* >acknowledged
there() {
	grep "^$1 " acknowledged | cut -d ' ' -f 3 | sort >said
	sql "$2" | sort >is
	is "$(comm -23 said is)" '' "all of $1 that was acknowledged is there"
	is "$(uniq -d said)$(uniq -d is)" '' '... once'
}
there ixn.create "SELECT ixn FROM event WHERE event = 'ixn.created'"
there ixn.accept "SELECT ixn FROM event WHERE event = 'offer.accepted'"
there ixn.done "SELECT ixn FROM event WHERE event = 'ixn.done'"
is "$(grep -c '^ixn.create ' acknowledged)" 80 'each key was answered'
is "$(sql "SELECT count(*) FROM ixn WHERE medium = 'email' AND queue = 'q'")" 80 'and made one interaction'
sql "BEGIN; UPDATE turn SET n = n; INSERT INTO event (seq, at, event, actor_kind, ref) SELECT max(seq) + 1, max(at), 'ixn.note', 'owner', 'the-end' FROM event; UPDATE flushed SET n = (SELECT max(seq) FROM event); COMMIT"
wait $reader
is $? 0 'who reads sees the end'
is "$(cat read.b)" "$(sql 'SELECT seq FROM event ORDER BY seq')" "and all before it once, in order: $(cat read.breaks)"
is "$(sql 'SELECT count(*) = max(seq) AND min(seq) = 1 FROM event')" t 'no number of an event is left out'
ok ixn-doctor

# A session that ends unused, in eight hours, has not ended at one where it was used at the other; what is known of it is half a minute old.
echo 'CREATE DATABASE timed' | pg_sql 5432
IXN_STORE=$(pg_url 5432 timed) IXN_CLOCK=$tmp/clock
export IXN_CLOCK
echo 2026-11-23T09:00:30Z >"$IXN_CLOCK"
site <<'J'
{"agents":[{"name":"a0","password":"secret-a0","capacity":{"email":3}}]}
J
serve --workers 4 && c=$url c_server=$server
serve --workers 4 && d=$url d_server=$server
at "$c" login a0 '"ready":true'
all_of() { for _ in 1 2 3 4 5 6 7 8; do at "$c" call a0 ixn.list '{}' && echo "$http $(error)"; done | sort -u; }
echo 2026-11-23T17:00:05Z >"$IXN_CLOCK"
is "$(all_of)" '200 ' 'a session'
at "$d" call a0 agent.state '{"state":"not-ready"}'
echo 2026-11-23T17:00:45Z >"$IXN_CLOCK"
is "$http $(all_of)" '200 200 ' 'used at one, it goes on at the other'
kill "$c_server" "$d_server"
wait "$c_server" "$d_server"
unset IXN_CLOCK

# The database goes for good: who asks is told so, and a server that is to end does not wait for it.
kill -INT "$(head -n 1 "$pg/data/postmaster.pid")"
wait_for sh -c "! '$pgbin/pg_isready' -q -h '$pg' -p 5432"
for at in "$a" "$b"; do
	at "$at" ask /readyz
	is "$http" 503 'not ready without its database'
done
for x in $a_server $b_server; do
	process=$(pgrep -P "$x")
	kill "$process"
	ok wait_for sh -c "! kill -0 $process"
done
done_testing
