#!/bin/sh
# Row 13: an offer is accepted, rejected, expires or is withdrawn; who is offered
# what next; both directions of routing.
# covers: ixn-accept, ixn-reject, ixn-list, ixn-show, ixn-create, chat-end
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

at 0
site '{"agents":[{"name":"alice","capacity":{"chat":2,"email":1}},{"name":"bob","capacity":{"chat":2}},{"name":"cleo","capacity":{"chat":2}}],
	"queues":[{"name":"q"},{"name":"soft","rona":false,"offer_timeout":"20s","exclusion":"10s"}]}'

# Nothing to take; taking.
status 77 ixn-accept
login alice --ready
status 1 ixn-accept
status 1 ixn-reject
status 66 ixn-accept 01ARZ3NDEKTSV4RRFFQ69G5FAV
status 65 ixn-accept hello
chat && one=$id
like "$(ixn-list --offers)" "^$one	offered	chat	q	alice" 'the preview'
is "$(field "$one" expires)" '2026-11-21T09:00:30.000Z' 'it stands for 30 s'
ok ixn-accept "$one"
is "$(echo "$out" | cut -f1-5)" "$one	active	chat	q	alice" 'accepted'
is "$(offers "$one")" 'accepted alice' 'the offer is accepted'
status 79 ixn-accept "$one"
like "$err" 'is active: accept is not possible' 'twice is once'
status 79 ixn-reject "$one"
is "$(events event,agent,state 'offer\.')" 'offer.created alice offered
offer.accepted alice active' 'the log'

# Rejected: to another agent, at once; the same one not before a minute, to the millisecond.
after 1000
chat && two=$id
login bob --ready
status 79 as bob ixn-accept "$two"
like "$err" "$two is offered to alice" 'offered to another'
status 79 as bob ixn-reject "$two"
after 1
ok as alice ixn-reject "$two" --reason busy
is "$out" "$two	offered	chat	q	bob	" 'rejected: offered to another agent'
is "$(presence alice medium,state)" 'chat ready
email ready' 'rejecting changes no state'
is "$(offers "$two")" 'rejected alice busy, pending bob' 'the reason is kept'
is "$(events event,agent,reason 'offer.rejected')" 'offer.rejected alice busy' 'and in the log'
status 79 as alice ixn-accept "$two"
like "$err" "$two is offered to bob" 'who rejected it has no claim'
ok as bob ixn-reject "$two"
is "$(holds "$two"), $(field "$two" queued)" 'queued, 2026-11-21T09:00:01.000Z' 'nobody is left: it waits, with its age'
after 59999
as alice agent-state ready >/dev/null
is "$(holds "$two")" 'queued' 'excluded until the last millisecond'
after 1
status 1 as bob ixn-accept
is "$(holds "$two")" 'offered alice' 'then offered again'
status 65 as alice ixn-reject "$two" --reason "$(printf %065d 0)"

# Each exclusion ends by itself: alice is excluded longer than bob.
at 200000
site '{"agents":[{"name":"alice","capacity":{"chat":9}},{"name":"bob","capacity":{"chat":9}},{"name":"cleo","capacity":{"chat":9}}],"queues":[{"name":"q"}]}'
login alice --ready
chat && x=$id
as alice ixn-reject "$x" >/dev/null
after 29000
login bob --ready
as bob ixn-reject "$x" >/dev/null
after 31000
as bob agent-state ready >/dev/null
is "$(holds "$x")" 'offered alice' 'the first to be eligible again'
after 1000
as alice ixn-reject "$x" >/dev/null
after 27999
login cleo
is "$(holds "$x")" 'queued' 'a millisecond before the second is'
after 1
login cleo
is "$(holds "$x")" 'offered bob' 'the second'

# Time-out: accept just before; expired just then: back with its age, not ready for that medium.
at 400000
site '{"agents":[{"name":"alice","capacity":{"chat":2,"email":1}},{"name":"bob","capacity":{"chat":2}}],
	"queues":[{"name":"q"},{"name":"soft","rona":false,"offer_timeout":"20s","exclusion":"10s"}]}'
login alice --ready
chat && a=$id
after 1
chat && b=$id
at 429999
ok ixn-accept "$a"
at 430001
status 79 ixn-accept "$b"
like "$err" "the offer of $b is expired" 'expired to the millisecond'
is "$(holds "$b"), $(field "$b" queued)" 'queued, 2026-11-21T09:06:40.001Z' 'back with its age'
is "$(presence alice medium,state,reason,cause,since)" 'chat not-ready no-answer rona 2026-11-21T09:07:10.001Z
email ready  login 2026-11-21T09:06:40.000Z' 'who did not answer is not ready, for that medium'
is "$(events at,event,agent,state,reason,actor_kind 'expired|rona')" '2026-11-21T09:07:10.001Z agent.state alice not-ready rona:no-answer system
2026-11-21T09:07:10.001Z offer.expired alice queued no-answer system' 'the log: at the deadline, by the system'
is "$(offers "$b")" 'expired alice no-answer' 'the offer'
after 5000
chat && c=$id
login bob --ready
is "$(as bob ixn-list --offers --ids)" "$b
$c" 'the one that came back is older than the next'
is "$(as bob ixn-accept --ids)" "$b" 'the oldest offer is taken'
after 30000
is "$(holds "$c"); $(offers "$c"); $(presence bob state,cause)" 'queued; expired bob no-answer; not-ready rona' 'looking tells the state of now, though nobody changed anything'
# A server settles without being asked.
$served || is "$(ixn-show "$c" --part history --fields event)" 'ixn.created
offer.created' 'and writes nothing'
ok as bob agent-state ready
is "$(ixn-show "$c" --part history --fields event)" 'ixn.created
offer.created
offer.expired' 'the next change writes it'

# RONA off, times of the queue's own.
at 500000
site '{"agents":[{"name":"alice","capacity":{"chat":2}}],"queues":[{"name":"soft","rona":false,"offer_timeout":"20s","exclusion":"10s"}]}'
login alice --ready
id=$(ixn-create --ids --queue soft)
is "$(field "$id" expires)" '2026-11-21T09:08:40.000Z' "the queue's time"
at 520000
status 1 ixn-accept
is "$(holds "$id") $(presence alice state,cause)" 'queued ready login' 'RONA off: the agent stays ready'
at 529999
status 1 ixn-accept
at 530000
is "$(ixn-accept --ids)" "$id" 'offered again behind the exclusion'

# The contact leaves while it is offered: withdrawn, and nothing happens to the agent.
at 600000
site '{"agents":[{"name":"alice","capacity":{"chat":1}},{"name":"bob","capacity":{"chat":1}}],"queues":[{"name":"q"}]}'
login alice --ready
chat && gone=$id
chat && next=$id
at 629999
ok chat-end "$gone" --as-contact
is "$(echo "$out" | cut -f1,2)" "$gone	done" 'abandoned'
is "$(field "$gone" state,reason); $(offers "$gone")" 'done abandoned; withdrawn alice abandoned' 'the offer is withdrawn'
is "$(events event,ixn,agent,reason "offer.withdrawn|abandoned")" "offer.withdrawn $gone alice abandoned
ixn.abandoned $gone alice abandoned" 'the log'
at 630000
is "$(presence alice state,cause), $(holds "$next")" 'ready login, offered alice' 'no state change; the next is offered'
status 79 ixn-accept "$gone"
status 79 ixn-reject "$gone"
at 659998
ok as alice ixn-accept

# Both directions. An agent becomes ready: the oldest waiting, and as many as there is room for.
at 700000
site '{"agents":[{"name":"alice","capacity":{"chat":2}},{"name":"bob","capacity":{"chat":2}},{"name":"cleo","capacity":{"chat":2}}],"queues":[{"name":"q"},{"name":"p"}]}'
ids=
for _ in 1 2 3; do
	after 1000
	chat && ids="$ids$id "
done
login alice --ready
# shellcheck disable=SC2086 # a list
set -- $ids
is "$(as alice ixn-list --offers --ids | tr '\n' ' ')" "$1 $2 " 'the oldest two'
ok as alice ixn-reject "$1"
is "$(as alice ixn-list --offers --ids | tr '\n' ' ')" "$2 $3 " 'rejected: the next in its place'
# It arrives: the longest idle agent.
after 1000
login bob --ready
after 1000
login cleo --ready
is "$(holds "$1")" 'offered bob' 'who was there waiting'
ok as bob ixn-accept
after 1000
chat
is "$(holds "$id")" 'offered bob' 'idle since login: bob before cleo'
ok as bob ixn-accept
ok as bob chat-end "$id"
after 1000
ok as bob ixn-done "$id"
after 1000
chat
is "$(holds "$id")" 'offered cleo' 'bob finished one since'
as cleo ixn-accept >/dev/null
chat
is "$(holds "$id")" 'offered cleo' 'holding one is not being busy lately'

# --wait: an offer that comes, and a time-out by the clock.
at 800000
site '{"agents":[{"name":"alice","capacity":{"chat":1}}],"queues":[{"name":"q"}]}'
login alice --ready
background ixn-accept --wait 60s --ids
waits=$pid
chat
wait "$waits"
is "$? $(cat "$tmp/$waits.out")" "0 $id" '--wait takes what comes'
background ixn-accept --wait 60s --ids
waits=$pid
at 860000
wait "$waits"
is "$?" 1 '--wait ends'
done_testing
