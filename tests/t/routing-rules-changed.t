#!/bin/sh
# The site is loaded anew while interactions wait, are offered, are reserved: what they
# wait for is what the rules say now, with the age they have; nothing of the old rules happens.
# covers: ixn-setup
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

tick='{"name":"tick","queues":["none"],"media":["email"]}'
tick() { agent-login tick >/dev/null 2>&1; }
load() { printf '%s\n' "$@" >"$tmp/more.json" && status 0 ixn-setup --load "$tmp/more.json"; }
rule() { load '{"queues":[{"name":"q",'"$1"'}]}'; }
people='{"name":"anna","skills":{"x":1},"capacity":{"chat":1}},{"name":"ben","capacity":{"chat":1}},'"$tick"
queue() { site '{"agents":['"$people"'],"queues":[{"name":"q"'"$1"'},{"name":"p"}],"hours":[{"name":"h","zone":"UTC","sat":"10:00-11:00"},{"name":"always","zone":"UTC","sat":"00:00-24:00","sun":"00:00-24:00"}]}'; }
log() { eye ixn-show "$id" --part history --fields at,event,agent,ref,reason | tr '\t' ' ' | grep -E -e 'overflowed|reserved|released|hours|widened' | sed 's/^2026-11-21T//; s/  */ /g; s/ $//'; }

# Push and pull.
at 0
queue ',"push":false,"pull":true'
login anna --ready
chat
is "$(holds "$id")" 'queued' 'a queue that does not push offers nothing'
rule '"push":true'
is "$(holds "$id")" 'offered anna' 'it pushes from now on'
rule '"push":false'
is "$(holds "$id")" 'offered anna' 'not any more: what is offered stays offered'
ok as anna ixn-reject "$id"
login ben --ready
is "$(holds "$id")" 'queued' 'and is not offered again'
ok ixn-setup --dump
printf '%s\n' '{"queues":[{"name":"q","push":true}]}' >"$tmp/more.json"
ok ixn-setup --load "$tmp/more.json" --dry-run
is "$(holds "$id")" 'queued' 'a dry run offers nothing'

# Skills.
at 100000
queue ',"skills":"y"'
login anna --ready
chat
rule '"skills":"x & y"'
is "$(holds "$id")" 'queued' 'other skills'
rule '"skills":"x"'
is "$(holds "$id"), $(field "$id" queued)" 'offered anna, 2026-11-21T09:01:40.000Z' 'and others again, with its age'

# Hours: none, closed, others, none.
at 200000
queue ''
chat
rule '"hours":"h"'
login anna --ready
is "$(holds "$id"); $(log)" 'queued; ' 'closed from now on: it holds, whatever is done with what comes'
rule '"hours":"h","closed":"message"'
is "$(holds "$id")" 'queued' 'still'
rule '"hours":"always"'
is "$(holds "$id")" 'offered anna' 'other hours: open'
is "$(events at,event,ref,actor_kind 'queue\.')" '2026-11-21T09:03:20.000Z queue.closed queue:q owner
2026-11-21T09:03:20.000Z queue.opened queue:q owner' 'the log'
as anna ixn-reject "$id" >/dev/null
load '{"hours":[{"name":"always","sat":"09:30-11:00"}]}'
after 60000
login ben --ready
is "$(holds "$id")" 'queued' 'the hours themselves are others: closed'
load '{"hours":[{"name":"always","sat":"09:04-11:00"}]}'
is "$(holds "$id")" 'offered anna' 'and open again'
as anna agent-state not-ready >/dev/null && as anna ixn-reject "$id" >/dev/null
as ben ixn-reject "$id" >/dev/null
rule '"hours":"h","closed":null'
at 3600000
tick
is "$(holds "$id")" 'offered ben' 'opens when the new hours say'
rule '"hours":null'

# Overflow: brought in when it should have been long ago; put off; taken away.
at 300000
queue ''
chat
at 400000
rule '"overflow_to":"p","overflow_after":"30s"'
is "$(field "$id" queue); $(log)" 'p; 09:06:40.000Z ixn.overflowed queue:p wait' 'overdue by a new rule: now, not before the rule was there'
chat && two=$id
at 420000
rule '"overflow_after":"60s"'
at 459999
tick
is "$(field "$two" queue)" 'q' 'put off'
at 460000
tick
is "$(field "$two" queue); $(log)" 'p; 09:07:40.000Z ixn.overflowed queue:p wait' 'to the millisecond'
chat
rule '"overflow_to":null,"overflow_after":null'
at 600000
tick
is "$(field "$id" queue); $(log)" 'q; ' 'taken away: the old deadline means nothing'

# Widening: brought in, changed, taken away.
at 700000
queue ',"skills":"y"'
login anna --ready
chat
at 760000
rule '"widen":[{"after":"30s","skills":"z"},{"after":"90s","skills":"x"}]'
is "$(holds "$id")" 'queued' 'the first step has passed'
at 790000
tick
is "$(holds "$id"); $(log)" 'offered anna; 09:13:10.000Z ixn.widened 2' 'the second comes in its time'
rule '"widen":[]'
ok as anna ixn-reject "$id"
at 900000
as anna agent-state ready >/dev/null
is "$(holds "$id")" 'queued' 'taken away while it was offered: the skills of the queue are asked for'
rule '"widen":[{"after":"30s","skills":"x"}]'
is "$(holds "$id")" 'offered anna' 'a step that has passed holds at once'

# The last agent.
reserved() {
	queue ',"last_agent":"always"'
	login ben --ready
	chat
	as ben ixn-accept >/dev/null && as ben chat-end "$id" >/dev/null && as ben ixn-done "$id" >/dev/null
	after 1000
	login anna --ready
	chat --to agent:ben && as ben ixn-accept >/dev/null
	after 1000
	chat
}
at 1000000
reserved
is "$(holds "$id")" 'queued' 'it waits for ben'
rule '"last_agent":"off"'
is "$(holds "$id"); $(log released)" 'offered anna; 09:16:42.000Z ixn.reserved ben last-agent
09:16:42.000Z ixn.released ben rules' 'off: to the queue at once'
at 1100000
reserved
load '{"agents":[{"name":"ben","skills":{"x":9}}]}'
is "$(holds "$id")" 'queued' 'what does not concern it leaves it there'
at 1161999
tick
is "$(holds "$id")" 'queued' 'for as long'
at 1162000
tick
is "$(holds "$id")" 'offered anna' 'as before'
at 1200000
reserved
printf '%s\n' '{"agents":[{"name":"anna"},'"$tick"']}' >"$tmp/more.json"
ok ixn-setup --load "$tmp/more.json" --replace
is "$(holds "$id")" 'offered anna' 'the agent is no longer there: to the queue'

# A queue is taken away, and comes back.
at 1300000
queue ',"skills":"y","overflow_to":"p","overflow_after":"60s"'
chat
printf '%s\n' '{"queues":[{"name":"p"}]}' >"$tmp/more.json"
ok ixn-setup --load "$tmp/more.json" --replace
login ben --ready
is "$(holds "$id"), $(field "$id" queue)" 'offered ben, q' 'without its queue it waits for anybody'
as ben ixn-reject "$id" >/dev/null
at 1400000
tick
is "$(holds "$id"); $(log)" 'offered ben; ' 'and goes nowhere else'
as ben ixn-reject "$id" >/dev/null
rule '"skills":"x"'
login anna --ready
is "$(holds "$id"), $(field "$id" queued)" 'offered anna, 2026-11-21T09:21:40.000Z' 'there again, with rules of its own'

# Who serves it.
at 1500000
queue ''
load '{"agents":[{"name":"anna","queues":["p"]},{"name":"ben","queues":["p"]}]}'
login anna --ready
login ben --ready
chat
is "$(holds "$id")" 'queued' 'nobody serves it'
load '{"agents":[{"name":"ben","queues":["p","q"]}]}'
is "$(holds "$id")" 'offered ben' 'somebody does'

# The clock of the machine goes back, then far ahead: nothing twice, all in order.
at 1600000
queue ',"overflow_to":"p","overflow_after":"30s"'
load '{"queues":[{"name":"q","skills":"y","widen":[{"after":"10s","skills":"z"}]},{"name":"p","skills":"y","overflow_to":"o","overflow_after":"30s"},{"name":"o"}]}'
chat
at 1615000
tick
at 1000000
tick
at 1615000
tick
is "$(log)" '09:26:50.000Z ixn.widened 1' 'back and forth'
at 9000000
tick
is "$(log); $(field "$id" queue,queued)" '09:26:50.000Z ixn.widened 1
09:27:10.000Z ixn.overflowed queue:p wait
09:27:40.000Z ixn.overflowed queue:o wait; o 2026-11-21T09:26:40.000Z' 'far ahead: in order, each at its time'
login ben --ready
is "$(field "$id" state,expires)" 'offered 2026-11-21T11:30:30.000Z' 'an offer stands from now on'

# What was due is settled by the rules as they were, what follows goes by those that are loaded.
at 10000000
queue ',"skills":"x"'
login anna --ready
login ben --ready
chat
after 31000
rule '"skills":"","offer_timeout":"90s"'
is "$(offers "$id")" 'expired anna no-answer, pending ben' 'the load settles what was due'
is "$(field "$id" state,expires)" 'offered 2026-11-21T11:48:41.000Z' 'and offers it by the rules it brings'
done_testing
