#!/bin/sh
# A chat between agents: it is work of who begins it, a colleague joins, no contact and
# no queue ever has part in it.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
command -v sqlite3 >/dev/null || skip_all 'sqlite3 is not installed'
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":2}},{"name":"bob","alias":"Bob","capacity":{"chat":1}},
{"name":"cleo","alias":"Cleo","queues":["none"],"capacity":{"chat":1}},{"name":"mute","capacity":{"email":1}},
{"name":"lee","alias":"Lee","role":"lead","teams":["support"],"queues":["none"],"capacity":{"chat":1}}],
"queues":[{"name":"q"},{"name":"none"}],"teams":[{"name":"support","members":["alice"]}],
"dispositions":[{"code":"sold","mandatory_for":["chat"]}],
"policy":[{"name":"no-gossip","roles":["agent"],"verbs":["chat"],"targets":["agent:mute"]}]}
J
mail
load() { agent-state --agent "$1" --fields load; }
ready alice bob

status 64 as alice chat-start
status 64 as alice chat-start --to queue:q --json
is "$(code)" target_kind 'only with people'
status 79 as alice chat-start --to agent:cleo --json
is "$(code)" target_unavailable 'who are there'
status 79 as alice chat-start --to lead:support
status 79 as alice chat-start --to agent:alice --json
is "$(code)" not_a_choice 'and are others'
status 77 as alice chat-start --to agent:mute --json
is "$(code)" not_allowed 'as far as the site allows it'
is "$(sql 'SELECT count(*) FROM ixn')$(load alice)" 00 'what is refused leaves nothing'

ok as alice chat-start --to agent:bob --text 'lunch?'
id=$(printf '%s' "$out" | cut -f 1)
is "$out" "$id	active	chat		alice	" 'it is hers at once'
is "$(show "$id" direction,contact,queue,online)" 'internal			yes' 'between agents: no contact, no queue'
is "$(load alice) $(load bob)" '1 1' 'it is work'
is "$(ixn-list --offers --agent bob --fields id,purpose)" "$id	conference" 'the colleague is asked'
ok as bob ixn-accept
ok as bob chat-send @ --text 'at noon'
ok as alice chat-send @ --text 'fine'
is "$(chat-tail "$id" --agent bob --fields role,author,text | tr '\t\n' ':/')" 'agent:Alice:lunch?/system::Bob has joined the conversation./agent:Bob:at noon/agent:Alice:fine/' 'they talk'
is "$(ixn-show "$id" --part participants --fields role,agent | tr '\t\n' ' ,')" 'owner alice,conference bob,' 'who takes part'
waits=$(create --queue q --from ann@example.org)
is "$(show "$waits" state,agent)" 'offered	alice' 'bob has no room for a contact'
ok as '' chat-end "$waits" --as-contact

# Nothing that takes a contact or a queue.
for c in 'ixn-transfer ID --to agent:bob' 'ixn-transfer ID --to queue:q' 'ixn-consult ID --to agent:bob' 'ixn-place ID --in queue:q' 'transcript-send ID --to x@example.org'; do
	# shellcheck disable=SC2046 # words
	status 79 as alice $(echo "$c" | sed "s/ID/$id/")
done
ready lee
status 79 as lee ixn-take "$id" --from alice
status 77 as lee chat-send "$id" --visible agents --text x
unlike "$(ixn-show "$id" --json --agent alice | jq -r '.can[]')" 'transfer|consult|place|transcript' 'nor is it proposed'
like "$(ixn-show "$id" --json --agent alice | jq -r '.can[]')" 'ixn-conference' 'but that others come'

# A third one.
ready cleo
ok as alice ixn-conference "$id" --to agent:cleo
ok as cleo ixn-accept
ok as cleo chat-send "$id" --text 'me, too'
ok as cleo ixn-conference "$id" --end
is "$(chat-tail "$id" --fields text | tail -n 1)" 'Cleo has left the conversation.' 'comes and goes'

# Either side ends it; who began it marks it done, without an outcome.
status 79 as alice ixn-done "$id"
ok as bob chat-end "$id"
is "$(show "$id" state,agent) $(load bob)" 'wrap	alice 0' 'ended by the other side'
status 79 as alice chat-send "$id" --text 'still there?'
status 79 as alice ixn-done "$id" --transcript=x@example.org --json
ok as alice ixn-done "$id"
is "$(show "$id" state,reason)" 'done	completed' 'done'
is "$(outbox-list --ids)" '' 'nothing is mailed'
is "$(sql "SELECT count(*) FROM offer WHERE ixn = '$id' AND purpose IN ('route', 'transfer')")" 0 'it was never routed'

# To a lead; declined, it is ended alone.
id=$(as alice chat-start --to lead:support --ids)
is "$(ixn-list --offers --agent lee --ids)" "$id" 'a lead is asked'
ok as lee ixn-reject
is "$(show "$id" state,agent)" 'active	alice' 'declined, it stays'
ok as alice chat-end @
ok as alice ixn-done "$id"

# The session of who began it ends: so does the chat, and nobody gets it.
id=$(as alice chat-start --to agent:bob --ids)
ok as bob ixn-accept "$id"
status 79 as alice agent-logout
ok as alice agent-logout --requeue
is "$(show "$id" state,reason,agent) $(load bob)" 'done	stopped	alice 0' 'with the session of who began it'
is "$(sql "SELECT count(*) FROM ixn WHERE direction = 'internal' AND state <> 'done'")" 0 'none is left'
is "$(sql "SELECT count(*) FROM segment WHERE ended IS NULL AND ixn = '$id'")" 0 'no segment is open'
done_testing
