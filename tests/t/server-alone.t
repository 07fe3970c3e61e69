#!/bin/sh
# covers: ixn-routerd
# What falls due while nobody asks for anything is settled by the server alone, at once. Between the time and what
# came of it there is no command and no request: that is looked up in the store, past the desk.
# place: embedded postgresql - it makes its own server
# shellcheck disable=SC2119 # serve: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"

site <<'J'
{"agents":[{"name":"alice","capacity":{"chat":3,"callback":1}}],
"queues":[{"name":"q","wrap_up":"30s","inactivity_warning":"60s","inactivity_warning2":"30s","inactivity_close":"45s"},{"name":"calls"}],
"web":[{"name":"shop","callback_queue":"calls"}]}
J
holds() { [ "$(sql "$2")" = "$1" ]; }
# then_it SECONDS WANT STATEMENT NAME: a second before it is not so, then it is.
then_it() {
	later $(($1 - 1))
	unlike "$(sql "$3")" "^$2\$" "$4: not before its time"
	later
	wait_for holds "$2" "$3"
	is "$(sql "$3")" "$2" "$4"
}
# told EVENT: how often, and at the last time, when.
told() { echo "SELECT count(*) || ' ' || (max(at) / 1000) FROM event WHERE event = '$1'"; }
# due N: as told has it, when it is due in so many seconds.
due() { echo $(($(cat "$tmp/now") + $1)); }

ready alice
i=$(create --media chat --queue q --name Ann --text Hello)
ok as alice ixn-accept "$i"
serve
later 0

then_it 60 "1 $(due 60)" "$(told chat.inactive)" 'a silence is warned of'
then_it 30 "2 $(due 30)" "$(told chat.inactive)" 'and again'
then_it 45 "1 $(due 45)" "$(told chat.ended)" 'then it ends the chat'
is "$(sql "SELECT state || ' ' || online FROM ixn")" 'wrap 0' 'which the agent finishes'

chat="SELECT state FROM agent_medium WHERE agent = 'alice' AND medium = 'chat'"
is "$(sql "$chat")" after-work 'the wrap-up has begun'
then_it 30 ready "$chat" 'the wrap-up ends'
is "$(sql "SELECT cause || ' ' || (since / 1000) FROM agent_medium WHERE agent = 'alice' AND medium = 'chat'")" "timer $(due 0)" 'by its time'

ask /contact/v1/callback -d "{\"name\":\"Bea\",\"number\":\"0123456789\",\"at\":\"$(in_seconds 3600)\"}"
is "$http $(field later)" '200 true' 'a call for later'
then_it 3600 "1 $(due 3600)" "$(told callback.queued)" 'a call that is due waits in its queue'
is "$(sql "SELECT state FROM ixn WHERE name = 'Bea'")" offered 'and is offered'
ok stop
done_testing
