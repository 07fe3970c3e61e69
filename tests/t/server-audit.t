#!/bin/sh
# Who took much away over the network, and from where: exports, copies on other
# machines, streams of events are kept as events, as changes are.
# covers: ixn-routerd, response-export
# place: embedded - it makes its own server
# shellcheck disable=SC2119 # serve: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
umask 077
site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","media":["chat"]},{"name":"lea","role":"lead","password":"secret-lea"},
{"name":"ada","role":"admin","password":"secret-ada"}],"queues":[{"name":"orders"}],"teams":[{"name":"t","members":["alice"],"leads":["lea"]}]}
J
for n in 1 2 3; do response-edit --name "N $n" --shortcut "s$n" --approved --text "Text $n" >/dev/null; done
serve --behind-proxy 127.0.0.1
for a in alice lea ada; do login $a; done
# copied: who took what, from where, since the last time.
echo 0 >after
copied() {
	call ada event.list "{\"after\":\"$(cat after)\"}" -H 'X-Forwarded-For: 192.0.2.9'
	[ -z "$out" ] || printf '%s\n' "$out" | tail -n 1 | jq -r .seq >after
	printf '%s\n' "$out" | jq -r 'select(.event == "data.copied") | "\(.actor_kind) \(.actor) \(.ref) \(.origin)"' | paste -sd ,
}
copied >/dev/null
from() { _f=$1 && shift && call "$@" -H "X-Forwarded-For: $_f"; }

from 192.0.2.1 lea response.dump '{}'
is "$http $(copied)" '200 agent lea response.dump 192.0.2.1' 'an export: who, what, from where'
from 192.0.2.1 lea response.dump "{\"after\":\"$(field id)\"}"
is "$http $(copied)" '200 ' 'its further pages belong to it'
from 192.0.2.2 ada site.dump '{}'
is "$(copied)" 'agent ada site.dump 192.0.2.2' 'the site'
from 192.0.2.3 alice mirror.since '{"after":0,"library":0}'
is "$(copied)" 'agent alice mirror.since 192.0.2.3' 'a mirror begins'
from 192.0.2.3 alice mirror.since "{\"after\":$(cat after),\"library\":1}"
is "$(copied)" '' 'and goes on'
from 192.0.2.3 alice library.since '{"after":0}'
is "$(copied)" 'agent alice library.since 192.0.2.3' 'an index begins'

# Who says to go on, behind whatever, is kept all the same: once in a day, for each address and token.
for j in '{"after":0,"library":0,"own":"x"}' '{"after":1,"library":0}' '{"after":1,"library":0,"ixns":["x"]}'; do
	from 192.0.2.6 alice mirror.since "$j"
	is "$http $(copied)" "200 ${first-agent alice mirror.since 192.0.2.6}" "a mirror, $j"
	first=''
done
from 192.0.2.6 lea response.dump '{"after":"00000000000000000000000000"}'
is "$(printf '%s\n' "$out" | wc -l) $(copied)" '3 agent lea response.dump 192.0.2.6' 'an export behind nothing'
from 192.0.2.6 alice library.since '{"after":1}'
is "$(copied)" 'agent alice library.since 192.0.2.6' 'an index'
from 192.0.2.7 alice library.since '{"after":1}'
is "$(copied)" 'agent alice library.since 192.0.2.7' 'from elsewhere'
login alice
from 192.0.2.7 alice library.since '{"after":1}'
is "$(copied)" 'agent alice library.since 192.0.2.7' 'by another token'
before=$(sql 'SELECT count(*) FROM idempotency')
for n in 1 2 3; do from 192.0.2.7 alice library.since '{"after":1}'; done
is "$(copied) $(sql 'SELECT count(*) FROM idempotency')" " $before" 'and no more that day, nor is anything written'
later 86400
login alice && login lea && login ada
from 192.0.2.7 alice library.since '{"after":1}'
is "$(copied)" 'agent alice library.since 192.0.2.7' 'on the next day'

# Streams.
stream() {
	curl -sN -m 60 -H "Authorization: Bearer $1:$(cat "$tmp/token.$1")" -H "X-Forwarded-For: $2" ${3:+-H "Last-Event-ID: $3"} "$url/v1/events" >"$tmp/stream.$1" 2>/dev/null &
	pids="$pids $!"
}
stream alice 192.0.2.4
wait_for grep -q retry "$tmp/stream.alice"
is "$(copied)" 'agent alice event.list 192.0.2.4' 'a stream of events'
stream lea 192.0.2.5 "$(cat after)"
wait_for grep -q retry "$tmp/stream.lea"
is "$(copied)" 'agent lea event.list 192.0.2.5' 'one that goes on, too'
call lea alert.post '{"text":"for the team","to":"team:t"}'
wait_for grep -q alert.posted "$tmp/stream.alice"
wait_for grep -q alert.posted "$tmp/stream.lea"
is "$(grep -c data.copied "$tmp/stream.alice") $(grep -c data.copied "$tmp/stream.lea")" '0 0' 'neither agents nor leads are told'
call alice event.list '{"after":"0"}'
is "$(printf '%s\n' "$out" | grep -c data.copied)" 0 'nor when they ask'

# What is refused took nothing; what is only looked at is no copy; nor is the owner's own.
call alice response.dump '{}'
is "$http $(copied)" '403 ' 'what is refused is none'
call alice ixn.list '{}'
call alice event.list '{"after":"0"}'
is "$(copied)" '' 'a look is none'
response-export >/dev/null
is "$(copied)" '' 'who can read the file needs no export'
done_testing
