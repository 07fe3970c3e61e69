#!/bin/sh
# Row 3: no logout with work open, unless it goes back, with its age.
# covers: agent-logout, agent-login, ixn-done
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

at 0
site '{"agents":[{"name":"alice","capacity":{"chat":3}},{"name":"bob","capacity":{"chat":3}},{"name":"lee","role":"lead"}],"queues":[{"name":"q"}]}'
status 77 agent-logout
like "$err" 'nobody is logged in' 'nobody to log out'

# Refused while a chat is active, and while it waits to be finished.
login alice --ready
chat && first=$id
after 1000
ok as alice ixn-accept
before=$(events seq | tail -1)
status 79 agent-logout
like "$err" "still open: $first" 'it says what is open'
like "$err" 'agent-logout --requeue' 'and what to type'
like "$(agent-logout --json 2>&1)" '"code":"still_open","message":.*"exit":79.*"choices":\["'"$first" 'as JSON'
is "$(events seq | tail -1) $(holds "$first") $(presence alice state,load)" "$before active alice ready 1" 'refused: nothing changed'
ok chat-end "$first"
status 79 agent-logout
is "$(holds "$first")" 'wrap alice' 'nor while it is to be finished'
ok ixn-done "$first"
ok agent-logout
is "$out" "alice		logged-out		2026-11-21T09:00:01.000Z				" 'after done it succeeds'
status 77 agent-logout
status 77 as alice agent-state
is "$(agent-list --fields agent,state | tr '\t' ' ' | head -1)" 'alice logged-out' 'logged out'
is "$(events event,agent,reason,actor agent.logout)" 'agent.logout alice agent alice' 'the log'

# An offer is not work: it is withdrawn, and goes to the next.
login alice --ready
chat && offered=$id
login bob --ready
after 1
ok as alice agent-logout
is "$(holds "$offered")" 'offered bob' 'an offer goes on to the next'
is "$(offers "$offered")" 'withdrawn alice agent, pending bob' 'withdrawn'
is "$(events event,agent,ref offer.withdrawn)" "offer.withdrawn alice $(ixn-show "$offered" --part offers --fields id | head -1)" 'withdrawn, in the log'

# With --requeue what is open goes back, before what came later.
at 10000
login alice --ready
ok as bob ixn-accept
as bob agent-state not-ready >/dev/null
chat && older=$id
ok as alice ixn-accept
after 1000
chat && newer=$id
ok as alice ixn-accept
after 60000
as alice agent-state not-ready >/dev/null
chat && latest=$id
ok as alice chat-end "$newer"
status 79 as alice agent-logout
is "$(echo "$err" | grep -c "$older,$newer")" 1 'both are named'
ok as alice agent-logout --requeue
is "$(holds "$older" "$newer" "$latest")" 'queued, queued, queued' 'both are back'
is "$(field "$older" queued) $(field "$newer" queued)" '2026-11-21T09:00:10.000Z 2026-11-21T09:00:11.000Z' 'with their age'
is "$(events event,ixn,agent,state,reason ixn.requeued)" "ixn.requeued $older alice queued logout
ixn.requeued $newer alice queued logout" 'the log'
as bob agent-state ready >/dev/null
is "$(as bob ixn-list --offers --ids)" "$older
$newer" 'the oldest are offered first'
ok as bob ixn-accept "$newer"
like "$(holds "$newer")" 'wrap bob' 'whose contact is gone only waits to be finished'
done_testing
