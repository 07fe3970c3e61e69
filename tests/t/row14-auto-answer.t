#!/bin/sh
# Row 14: with auto-answer on, what is offered is in hand without a command; never more
# than there is room for.
# covers: ixn-setup, ixn-create, ixn-transfer, agent-login
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

people='{"name":"anna","capacity":{"chat":2,"email":1}},{"name":"ben","capacity":{"chat":1}}'
at 0
site '{"agents":['"$people"'],"queues":[{"name":"q","auto_answer":true,"offer_timeout":"20s"},{"name":"p"}]}'
login anna --ready
ok ixn-create --queue q --from ann@example.org
id=$(printf '%s\n' "$out" | cut -f1) one=$id
is "$(printf '%s\n' "$out" | cut -f2-5)" 'active	chat	q	anna' 'it comes, and is in hand'
is "$(offers "$id"); $(field "$id" answered)" 'accepted anna; 2026-11-21T09:00:00.000Z' 'by an offer that was accepted at once'
is "$(ixn-show "$id" --part history --fields at,event,agent,state)" '2026-11-21T09:00:00.000Z	ixn.created		queued
2026-11-21T09:00:00.000Z	offer.created	anna	offered
2026-11-21T09:00:00.000Z	offer.accepted	anna	active' 'the log tells both'
is "$(presence anna medium,load,room)" 'chat 1 1
email 0 1' 'it counts'
ok as anna chat-send "$id" --text hello
after 20000
is "$(holds "$id")" 'active anna' 'no offer is left to expire'

# No more than there is room for.
chat && two=$id
after 1
chat && three=$id
is "$(holds "$two" "$three")" 'active anna, queued' 'the third waits'
ok as anna chat-end "$two"
ok as anna ixn-done "$two"
is "$(holds "$three")" 'active anna' 'until there is room'
after 1
chat && four=$id
after 1
chat && five=$id
after 1000
login ben --ready
is "$(holds "$four" "$five")" 'active ben, queued' 'who becomes ready has as many as there is room for'

# Handed over: accepted by whom it is for, when there is room; another queue asks first.
ok as anna ixn-transfer "$one" --to agent:ben
is "$(holds "$one"), $(holds "$five")" 'queued, active anna' 'ben has no room; anna has'
ok as ben chat-end "$four"
after 1000
ok as ben ixn-done "$four"
is "$(holds "$one"); $(offers "$one")" 'active ben; accepted anna, accepted ben' 'now ben has'
is "$(ixn-show "$one" --part offers --fields purpose | tr '\n' ' ')" 'route transfer ' 'as a transfer'
ok as ben ixn-transfer "$one" --to queue:p
is "$(holds "$one")" 'offered ben' 'a queue without it offers'

# The contact left while it was handed over: it only waits to be finished.
at 100000
site '{"agents":['"$people"'],"queues":[{"name":"q","auto_answer":true}]}'
login anna --ready
chat
ok as anna ixn-transfer "$id" --to queue:q --note x
login ben
is "$(holds "$id")" 'active anna' 'back to the only one who is ready'
as anna agent-state not-ready >/dev/null
ok as anna ixn-transfer "$id" --to queue:q
ok chat-end "$id" --as-contact
is "$(field "$id" state,reason)" 'done abandoned' 'gone while it waited'
id=$(ixn-create --ids --queue q --media email --from ann@example.org)
ok as anna agent-state ready
is "$(holds "$id")" 'active anna' 'mail, too'
done_testing
