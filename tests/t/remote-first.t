#!/bin/sh
# What was written without the server is sent first: where somebody else answers in the
# server's place it is not taken for sent, and where it cannot be sent yet nothing that
# changes something goes before it.
# covers: ixn-sync, ixn-note, ixn-disposition, chat-end
# place: embedded - it makes its own servers
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
. "$top/tests/t/peers.sh"
command -v sqlite3 >/dev/null || skip_all 'no sqlite3'
umask 077
site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","queues":["orders"],"media":["chat"],"capacity":{"chat":9}}],
"queues":[{"name":"orders","offer_timeout":"1d","inactivity_warning":"2d"}],"dispositions":[{"code":"ok"}]}
J
id=$(create --queue orders --from ann@example.org --text 'Where is it?')
serve
export IXN_STORE="$url"
echo secret-alice >alice.pw && later
agent-login alice --password-file alice.pw >/dev/null
export IXN_AGENT=alice
later && agent-state ready >/dev/null
later && ixn-accept "$id" >/dev/null
ixn-sync
state=$(find "$XDG_STATE_HOME" -name alice.session) mirror=$(find "$XDG_STATE_HOME" -name alice.mirror)
unsent() { sqlite3 "$mirror" 'SELECT count(*) FROM unsent'; }
notes() { sql "SELECT text FROM note WHERE ixn = '$id' ORDER BY text" | tr '\n' ' '; }
asked() { jq -r .path "$log" | grep -c "^/v1/$1\$"; }
port=${url##*:}
again() { peer_gone && serve --store "$here" --listen "127.0.0.1:$port"; }
# instead [OPTION...] ANSWER...: an http-peer where the server was.
instead() { peer_start http-peer --port "$port" --version "$(cat "$top/VERSION")" --at /healthz '200,type=application/json {"test":true}' "$@"; }
stop

# Somebody else says 200.
later && ok ixn-note "$id" --text precious --offline
page='<html><body>Down for maintenance</body></html>'
for answer in "200,type=text/html $page" '200,type=text/html ' "200 $page" '200 ' "200,type=application/json {\"id\":\"$id\"}" "200,endless {\"id\":\"$id\"}" "404,type=text/html $page"; do
	instead "$answer"
	later && status 76 ixn-sync
	like "$err" 'broke its protocol' 'that is said'
	is "$(asked ixn.note) $(unsent)" '1 1' "it waits on: $answer"
done
again
later && ok ixn-sync
is "$(printf '%s\n' "$out" | cut -f 2,3) $(unsent) $(notes)" 'sent	ixn-note 0 precious ' 'the server has it, once'
stop

# The server is busy for what comes first.
later && ixn-disposition "$id" --set ok --offline >/dev/null 2>&1
later && ixn-note "$id" --text second --offline >/dev/null 2>&1
busy='503,retry-after=300 {"error":{"code":"store_busy","class":75,"args":{"holder":"another transaction"}}}'
instead --at /v1/ixn.disposition "$busy" "200 {\"id\":\"$id\"}"
for c in "chat-end $id" "ixn-done $id" agent-logout "ixn-note $id --text third"; do
	# shellcheck disable=SC2086 # a command and its words
	later && status 75 $c
	like "$err" 'cannot be sent yet: 2; the store is in use by another transaction' "$c: says how many come first, and why they wait"
done
later && status 75 chat-end "$id" --json
is "$(code)" unsent_first 'to programs, too'
is "$(asked 'chat.end') $(asked 'ixn.done') $(asked 'session.logout') $(asked 'ixn.note')" '0 0 0 0' 'nothing that changes something goes before them'
n=$(asked ixn.disposition)
later && status 75 chat-end "$id" "$id" "$id"
is "$(($(asked ixn.disposition) - n))" 1 'one command tries once'
later && ok ixn-list --ids
is "$out" "$id" 'what only reads goes on'
is "$(unsent)" 2 'they wait on'
instead --at /v1/ixn.disposition "$busy" "200 $(printf '{"noun":"end","seq":%s}' "$(sql 'SELECT max(seq) FROM event')")"
later && status 75 ixn-sync --json
is "$(code) $(asked mirror.since) $(unsent)" 'unsent_first 1 2' 'ixn-sync fetches what it can, and says what waits'

# Nobody is logged in any more: that is what is said.
again
cp "$state" session
sed -i 's/^token = .*/token = 0123456789abcdef/' "$state"
later && status 77 chat-end "$id"
is "$(unsent)" 2 'they wait for the next login'
cp session "$state"

# Another process is about it.
background flock "$mirror.lock" sleep 600
wait_for sh -c "! flock -n '$mirror.lock' true"
later && status 75 chat-end "$id"
like "$err" 'cannot be sent yet: 2; ixn-sync is already running' 'who does not get the lock changes nothing'
kill "$pid" && wait "$pid" 2>/dev/null
mark=$(sql 'SELECT max(seq) FROM event')
later && ok chat-end "$id"
like "$err" 'what was kept on this machine was sent: 2' 'then all goes'
is "$(sql "SELECT event FROM event WHERE seq > $mark AND ixn = '$id' ORDER BY seq" | tr '\n' ' ')$(notes)$(unsent)" 'disposition.set ixn.changed chat.ended precious second 0' 'in order, each once'

# Kept by a program that knew more.
later && ixn-note "$id" --text later --offline >/dev/null 2>&1
sqlite3 "$mirror" "UPDATE unsent SET op = 'ixn.dream'"
later && status 66 ixn-sync --debug
unlike "$err" 'ixn.dream: HTTP' 'it is not sent: nobody here could tell what is answered'
is "$(ixn-sync --list --json | jq -r '.state + " " + .code')" 'refused no_such_operation' 'it is for a person'
background flock "$mirror.lock" sleep 600
wait_for sh -c "! flock -n '$mirror.lock' true"
later && ok ixn-data "$id" --set order=1234
is "$(unsent)" 1 'what was refused is waited for by nobody'
done_testing
