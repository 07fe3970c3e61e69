#!/bin/sh
# A clock that is set back: time goes on from the latest that has happened, though what
# was settled late, at the older time when it was due, stands last in the log.
# covers: ixn-create, ixn-note
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

at 0
site '{"agents":[{"name":"ben","queues":["p"],"skills":{"x":1},"capacity":{"chat":1}}],
	"queues":[{"name":"q","skills":"","overflow_to":"p","overflow_after":"30s"},{"name":"p"}]}'
login ben --ready
chat --skill x && x=$id
after 1000
chat && y=$id
# What is refused settles what is due all the same. Both overflow: the first is offered
# at once, now; then the second, which was due before that.
at 40000
status 66 ixn-note 00000000000000000000000000 --text nothing
is "$(events at,event 'overflowed|offer\.created' | tail -n 3)" '2026-11-21T09:00:30.000Z ixn.overflowed
2026-11-21T09:00:40.000Z offer.created
2026-11-21T09:00:31.000Z ixn.overflowed' 'each at its own time'
at 35000
chat
is "$(field "$id" created)" '2026-11-21T09:00:40.000Z' 'nothing happens before what has happened'
is "$(holds "$x" "$y")" 'offered ben, queued' 'and nothing is lost by it'
done_testing
