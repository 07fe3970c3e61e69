#!/bin/sh
# covers: ixn-routerd, ixn-watch
# A long log of which an agent may see next to nothing: its stream comes to the end of it, and answers have an end.
# shellcheck disable=SC2119 # serve: its options are its own
# place: embedded postgresql - it makes its own server
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
. "$top/tests/t/server.sh"

site <<'J'
{"agents":[{"name":"alice","alias":"Alice","password":"secret-alice","queues":["q"],"capacity":{"chat":3}},{"name":"eve","password":"secret-eve","queues":["other"],"capacity":{"chat":3}},
{"name":"boss","role":"admin","password":"secret-boss"}],"queues":[{"name":"q"},{"name":"other"}],
"web":[{"name":"shop","origins":["https://www.example.org"],"chat_queue":"q"}]}
J
serve
login alice '"ready":true'
ask /contact/v1/start -d '{"name":"Ann","text":"hi"}'
secret=$(field secret) id=$(sql 'SELECT id FROM ixn')
call alice ixn.accept "{\"id\":\"$id\"}"
is "$http" 200 'a chat'
ok stop
# PostgreSQL calls its column as one says.
[ "$place" = embedded ] || generated='(value)'
# Much that eve may not see, then something that she may.
sql "INSERT INTO event (seq, at, event, actor_kind, actor, agent) SELECT last.seq + s.value, last.at, 'favourite.changed', 'agent', 'alice', 'alice'
FROM (SELECT max(seq) AS seq, max(at) AS at FROM event) AS last, generate_series(1, 100000) AS s${generated-}"
serve
login boss && login eve
last=$(sql 'SELECT max(seq) FROM event')
like "$last" '^1[0-9]{5}$' 'a long log'

# Each stream comes to its own.
curl -sN -m 120 "$url/v1/events?after=1" -H "Authorization: Bearer eve:$(cat "$tmp/token.eve")" >eve 2>/dev/null &
pids="$pids $!"
curl -sN -m 120 "$url/contact/v1/events" -H "Authorization: Bearer $secret" >ann 2>/dev/null &
pids="$pids $!"
call alice chat.send "{\"id\":\"$id\",\"text\":\"at last\"}"
is "$http" 200 'something is said meanwhile'
wait_for grep -q 'at last' ann
ok grep -q 'at last' ann
wait_for grep -q "^id: $last" eve
ok grep -q "^id: $last" eve

# In one answer no more than so many, and all of it by going on.
call boss event.list '{"limit":1000000000}'
is "$http $(printf '%s\n' "$out" | wc -l)" '200 1000' 'an answer has an end'
call boss event.list '{"limit":3}'
is "$(printf '%s\n' "$out" | wc -l)" 3 'or one that is asked for'
is "$(ixn-watch --after 0 --timeout 1ms --fields seq | wc -l)" "$(sql 'SELECT count(*) FROM event')" 'who goes on behind the last has it all'
ok stop
done_testing
