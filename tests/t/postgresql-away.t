#!/bin/sh
# A database that is away for longer than anybody is patient with a server that is only busy: through two servers and
# directly, who changes something with a key, or only reads, is told after a while that it waits, and goes on with the
# standby once that is promoted. Nothing is lost, nothing comes twice, streams miss nothing; the servers stay alive.
# To the clients each request takes long, by a clock that jumps; what they say tells when they have waited long enough.
# covers: ixn-routerd, chat-send, agent-list, ixn-watch
# place: embedded - it has servers of its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
. "$top/tests/t/pg.sh"
command -v python3 >/dev/null || skip_all 'no python3'
${CC:-cc} -shared -fPIC -O1 -D_GNU_SOURCE -o holdback.so "$top/tests/peers/preload/holdback.c" 2>cc.err || skip_all 'no C compiler'
peer=$top/tests/peers/http-desk
unset IXN_CLOCK
umask 077
pg_begin
pg_pair one two

# As it is to be: who asks shows a password, to a standby, too.
echo '*:*:*:router:open sesame' >pass
export PGPASSFILE="$tmp/work/pass"
echo "CREATE ROLE router LOGIN PASSWORD 'open sesame'; CREATE DATABASE desk OWNER router; ALTER DATABASE desk SET synchronous_commit = on" | sed 's/; /;\n/g' | pg_sql 5432
for x in one two; do
	{ echo 'local desk router scram-sha-256' && cat "$pg/$x/pg_hba.conf"; } >hba && cat hba >"$pg/$x/pg_hba.conf"
done
for x in 5432 5433; do echo 'SELECT pg_reload_conf()' | pg_sql $x >reloaded; done
direct="postgresql://router@/desk?host=$pg,$pg&port=5432,5433"
refused() { ! PGPASSFILE=/dev/null "$pgbin/psql" -X -w -h "$pg" -p 5433 -U router -d desk -c 'SELECT 1'; }
wait_for refused
IXN_STORE=$direct site <<'J'
{"agents":[{"name":"a0","password":"secret-a0","alias":"Ada","queues":["q"],"media":["chat"],"capacity":{"chat":3}},
{"name":"a1","password":"secret-a1","alias":"Bea","queues":["q"],"media":["chat"],"capacity":{"chat":3}},
{"name":"boss","role":"admin","password":"secret-boss"}],
"queues":[{"name":"q"}],"web":[{"name":"shop","chat_queue":"q"}]}
J
sql() { echo "$1" | pg_sql "${port:-5432}" desk; }
at() { url=$1 && shift && "$@"; }
owner() { env XDG_STATE_HOME="$tmp/owner" IXN_STORE="$direct" "$@"; }
export IXN_STORE="$direct"
serve --workers 4 && a=$url a_server=$server
serve --workers 4 && b=$url
# One that waits for the database itself as long as that likes.
IXN_STORE="$direct&connect_timeout=60" serve --workers 2 && c=$url
unset IXN_STORE

at "$b" login boss
for x in a0:$a a1:$b boss:$b; do
	echo "secret-${x%%:*}" >pw
	agent-login "${x%%:*}" --store "${x#*:}" --password-file pw >/dev/null || echo "# no login: $x"
done
IXN_AGENT=a0 agent-state ready --store "$a" >/dev/null
secret=$(curl -s "$b/contact/v1/start" -d '{"name":"Ann","text":"first"}' | jq -r .secret)
IXN_AGENT=a0 ixn-accept --store "$a" >/dev/null
IXN_AGENT=a1 agent-state ready --store "$b" >/dev/null
i0=$(sql "SELECT id FROM ixn WHERE agent = 'a0'")
IXN_AGENT=a0 agent-state not-ready --store "$a" >/dev/null
i1=$(owner ixn-create --media chat --queue q --name Ben --text hi --ids)
IXN_AGENT=a1 ixn-accept --store "$b" >/dev/null
is "$(sql "SELECT agent FROM ixn ORDER BY agent" | tr '\n' ' ')" 'a0 a1 ' 'two chats'
"$peer" "$b" contact "$secret" last >heard 2>contact.breaks &
contact=$!
curl -sN -m 120 -H "Authorization: Bearer boss:$(cat "$tmp/token.boss")" "$b/v1/events" >events 2>/dev/null &
pids="$pids $!"
wait_for grep -q retry events

# All who could see to it are held up: who comes then is told to come again, at once.
echo 'BEGIN; UPDATE turn SET n = n; SELECT pg_sleep(60)' | pg_sql 5432 desk >/dev/null &
has_turn() { [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")" = 1 ]; }
wait_for has_turn
n=0
asks() {
	n=$((n + 1))
	curl -s -m 30 -o "held.$n" -d '{"state":"not-ready"}' -H "Authorization: Bearer boss:$(cat "$tmp/token.boss")" "$c/v1/agent.state" &
	grep -q server_busy held.*
}
ok wait_for asks
at "$c" ask /healthz
is "$http" 200 'alive'
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" >terminated
free() { at "$c" call boss event.list '{"last":true}' && [ "$http" = 200 ]; }
ok wait_for free

# say AGENT URL ID: one message after the other, until some have got through to who took over.
say() {
	_n=0 _left=3
	while [ $_left -gt 0 ]; do
		_n=$((_n + 1))
		[ ! -e promoted ] || _left=$((_left - 1))
		env LD_PRELOAD="$PWD/holdback.so" HOLDBACK=chat.send HOLDBACK_MS=4500 IXN_AGENT="$1" IXN_STORE="$2" \
			chat-send "$3" --text "$1 $_n" --idempotency-key "$1-$_n" --debug >>"said.$1" 2>>"err.$1" || echo "$1 $_n: $?" >>failed
		echo $_n >"count.$1"
	done
}
: >failed
say a0 "$a" "$i0" &
say_0=$!
say a1 "$b" "$i1" &
say_1=$!
wait_for grep -q '^[2-9]' count.a0
wait_for grep -q '^[2-9]' count.a1
pg_kill one

# Who is directly at it, and who only reads.
owner ixn-create --media email --queue q --from x@example.org --subject straight --idempotency-key straight --ids >direct 2>direct.err &
direct_pid=$!
IXN_AGENT=boss agent-list --store "$b" --fields agent >list 2>list.err &
list_pid=$!
env LD_PRELOAD="$PWD/holdback.so" HOLDBACK=ixn.list HOLDBACK_MS=6000 IXN_AGENT=a1 ixn-list --store "$b" --fields id --debug >mine 2>mine.err &
mine_pid=$!
IXN_AGENT=boss ixn-watch --store "$b" --timeout 1s >watched 2>watch.err &
watch_pid=$!
at "$b" ask /readyz
is "$http $(error)" '503 unreachable' 'a server is not ready'
at "$b" ask /healthz
is "$http" 200 'and alive'
curl -s -o /dev/null -D headers "$b/v1/ixn.list" -d '{}' -H "Authorization: Bearer boss:$(cat "$tmp/token.boss")"
like "$(cat headers)" '^Retry-After: 1' 'who asks is told when to come again'
ok wait_for grep -q 'ixn-create: cannot reach .*; trying again for' direct.err
ok wait_for grep -q 'agent-list: cannot reach .*; trying again for' list.err
away() { [ "$(grep -c 'HTTP 503' "err.$1")" -ge 3 ]; }
for x in a0 a1; do ok wait_for away $x; done
like "$(cat err.a0)" 'chat-send: cannot reach .*postgresql://.*; trying again for [0-9]+s at most' 'who waits is told so'
is "$(cat failed)" '' 'nobody has given up'

# One of the servers goes, too, and comes back after the database.
kill -9 "$(pgrep -P "$a_server")"
ok wait_for grep -q 'chat.send: unreachable' err.a0
pg_promote two
port=5433
: >promoted
IXN_STORE=$direct background ixn-routerd --listen "${a#http://}" --url --requests 0
ok wait_for grep -q '^http' "$tmp/$pid.out"
wait $say_0 && wait $say_1
is "$(cat failed)" '' 'no client failed'
wait $direct_pid
is "$?:$(sql "SELECT count(*) FROM ixn WHERE subject = 'straight'")" 0:1 'nor who is directly at it: it happened once'
wait $watch_pid
is "$?:$(grep -c 'trying again' watch.err)" 69:0 'who has said for how long did not wait for longer'
wait $mine_pid
like "$?:$(grep -c 'HTTP 503' mine.err):$(grep -c 'without the server' mine.err)" '^0:[12]:1$' 'what the mirror has is not waited for so long'
wait $list_pid
is "$?:$(tr '\n' ' ' <list)" '0:a0 a1 boss ' 'nor who reads'
for x in a0 a1; do
	is "$(sql "SELECT text FROM message WHERE text LIKE '$x %' ORDER BY seq")" "$(seq -f "$x %g" "$(cat count.$x)")" "what $x said: all, each once, in order"
done

# Who listens.
chat_end=$(sql "SELECT max(seq) FROM message WHERE ixn = '$i0'")
curl -s -o /dev/null "$b/contact/v1/send" -H "Authorization: Bearer $secret" -H 'Idempotency-Key: last' -d '{"text":"last"}'
wait $contact
is "$?:$(grep -v '^#' heard | tr '\n' ' ')" "0:$(seq -s ' ' $((chat_end + 1))) " 'the contact has each message once, in order'
end=$(sql 'SELECT max(seq) FROM event')
ok wait_for grep -q "^id: $end\$" events
first=$(sed -n 's/^id: //p' events | head -n 1)
is "$(sed -n 's/^id: //p' events)" "$(sql "SELECT seq FROM event WHERE seq >= $first ORDER BY seq")" 'the stream, which was never cut, has all that happened, once, in order'
is "$(sql 'SELECT count(*) = max(seq) AND min(seq) = 1 FROM event')" t 'no number of an event is left out'

# It goes for good, and nobody is to take over: that is not waited for.
pg_kill two
status 69 owner ixn-list --all
unlike "$err" 'trying again' 'none is there: told at once'
# A server that has found it away looks for it once at a time, and nobody else waits for what comes of that.
for x in 1 2 3 4; do
	curl -s -m 30 -o /dev/null -w '%{http_code}\n' "$c/readyz" >"ready.$x" &
	eval "ready_$x=\$!"
done
for x in 1 2 3 4; do eval "wait \$ready_$x"; done
is "$(sort -u ready.?)" 503 'not ready'
cat >silent.py <<'P'
import os, socket, sys, threading
s = socket.socket(socket.AF_UNIX)
os.path.exists(sys.argv[1]) and os.unlink(sys.argv[1])
s.bind(sys.argv[1])
s.listen(64)
kept = []
while True:
    kept.append(s.accept())
    print("came", flush=True)
P
background python3 silent.py "$pg/.s.PGSQL.5433"
silent=$pid
# Its watcher is one of those.
came() { [ "$(grep -c came "$tmp/$silent.out")" -ge "$1" ]; }
ok wait_for came 1
curl -s -m 60 -o looks -w '%{http_code}' "$c/readyz" >looks.http &
looks=$!
ok wait_for came 2
for _ in 1 2 3 4; do
	at "$c" ask /readyz -m 20
	is "$http" 503 'told at once'
done
is "$(kill -0 "$looks" && echo looks)" looks 'while one looks for it'
kill "$silent"
wait $looks
is "$(cat looks.http)" 503 'in vain'
done_testing
