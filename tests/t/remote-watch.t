#!/bin/sh
# A watch of a server far away begins where the log stood at its call: what happens
# while it asks for the rest, each answer a while later, is not missed.
# covers: ixn-watch
# place: embedded - a server, and a long way to it
# shellcheck disable=SC2119 # serve: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"
command -v python3 >/dev/null || skip_all 'no python3'
umask 077
site <<'J'
{"agents":[{"name":"alice","password":"secret-alice","media":["chat"],"capacity":{"chat":9}}],"queues":[{"name":"orders"}]}
J
serve --access-log access
port=${url##*:}
background python3 "$top/tests/bench/delay-proxy" 400 127.0.0.1 "$port" port
wait_for test -s port
IXN_STORE="http://127.0.0.1:$(cat port)" IXN_AGENT=alice
export IXN_STORE IXN_AGENT
echo secret-alice >alice.pw
later && agent-login alice --password-file alice.pw --ready >/dev/null
a=$(at_store ixn-create --ids --queue orders --from ann@example.org --text Hello)
b=$(at_store ixn-create --ids --queue orders --from bea@example.org --text Hello)
for id in $a $b; do as alice ixn-accept "$id" >/dev/null; done

# served N: requests of alice have been answered, so many since the log was emptied.
served() { [ "$(grep -c '"agent":"alice"' access)" -ge "$1" ]; }
: >access
background ixn-watch --ixn "$a" --ixn "$b" --until chat.message --timeout 30s --json
watcher=$pid
wait_for served 1
at_store chat-send "$b" --as-contact --text 'said while it still asks' >/dev/null
wait "$watcher"
is $? 0 'it was seen'
is "$(jq -r 'select(.event == "chat.message") | .ixn' "$tmp/$watcher.out")" "$b" 'by its event'
is "$(jq -r 'select(.agent == "alice") | .what' access | head -n 3 | paste -sd ' ')" 'event.list ixn.show ixn.show' 'where the log stands is asked for first, then what is to be watched'

# And before it nothing.
: >access
background ixn-watch --ixn "$a" --until chat.message --timeout 30s --json
watcher=$pid
wait_for served 1
at_store chat-send "$a" --as-contact --text 'and again' >/dev/null
wait "$watcher"
is "$(jq -r .event "$tmp/$watcher.out")" chat.message 'nothing of what was before'
done_testing
