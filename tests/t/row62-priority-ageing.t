#!/bin/sh
# Row 62: priority and ageing: who overtakes whom, and at which millisecond.
# covers: ixn-create, ixn-accept, ixn-transfer, ixn-setup
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

# queues JSON: a site of one agent, who takes one chat at a time.
queues() { site '{"agents":[{"name":"alice","capacity":{"chat":1}}],"queues":['"$1"']}'; }
# first MS: what alice is offered who becomes ready then (and goes again).
first() {
	at "$1"
	agent-login alice --ready >/dev/null
	ixn-list --offers --ids
	agent-logout >/dev/null
}

# One lane: a point is worth a minute, whenever one looks.
at 0
queues '{"name":"q"}'
chat --priority 0 && low=$id
at 300000
chat --priority 5 && high=$id
is "$(first 300000)" "$low" 'as old as the other is important: the first'
at 1000000
queues '{"name":"q"}'
chat --priority 0 && low=$id
at 1299999
chat --priority 5 && high=$id
is "$(first 1300000)" "$high" 'a millisecond earlier: the important one'
is "$(first 9000000)" "$high" 'and for ever'
at 10000000
queues '{"name":"q"}'
chat --priority 0 && low=$id
at 10300001
chat --priority 5 && high=$id
is "$(first 10300001)" "$low" 'a millisecond later: the old one'

# Two queues that age at their own pace. slow: 10 points and 0.5 a minute; fast: 2 a minute.
# 10 + 0.5 t = 2 (t - 1) at t = 8 minutes.
at 20000000
queues '{"name":"slow","ageing":0.5,"priority":10},{"name":"fast","ageing":2}'
slow=$(ixn-create --queue slow --ids)
at 20060000
fast=$(ixn-create --queue fast --ids)
is "$(first 20060000)" "$slow" 'important at first'
is "$(first 20479999)" "$slow" 'a millisecond before the instant'
is "$(first 20480001)" "$fast" 'a millisecond behind it: overtaken'
is "$(first 29000000)" "$fast" 'and for good'

# Many queues: the one ahead may be the youngest of all.
at 29500000
queues "$(for i in 1 2 3 4 5 6 7 8 9 10 11; do printf '{"name":"s%d"},' $i; done)"'{"name":"fast","ageing":100}'
for i in 1 2 3 4 5 6 7 8 9 10 11; do
	ixn-create --queue "s$i" --ids >/dev/null
	after 1000
done
fast=$(ixn-create --queue fast --ids)
is "$(first 29571000)" "$fast" 'twelve queues, and the fastest is the last to come'

# The priority of the queue, unless one is given; negative ones.
at 30000000
queues '{"name":"vip","priority":3},{"name":"q"}'
chat && plain=$id
vip=$(ixn-create --queue vip --ids)
at 30000001
vip0=$(ixn-create --queue vip --priority 0 --ids)
later=$(ixn-create --queue q --priority -1 --ids)
is "$(field "$vip" priority) $(field "$vip0" priority) $(field "$later" priority)" '3 0 -1' 'priorities'
at 30000002
login alice --ready
order=
for _ in 1 2 3 4; do
	id=$(ixn-accept --ids) && order="$order$id "
	chat-end "$id" >/dev/null && ixn-done "$id" >/dev/null
done
is "$order" "$vip $plain $vip0 $later " 'by score, then by age'

# The age is that of the first time, wherever it goes and comes back from.
at 40000000
site '{"agents":[{"name":"alice","capacity":{"chat":1}},{"name":"bob","capacity":{"chat":1}}],"queues":[{"name":"q"},{"name":"p"}]}'
login alice --ready
chat && old=$id
after 1000
chat && young=$id
ok as alice ixn-accept "$old"
after 600000
ok as alice ixn-transfer "$old" --to queue:p
is "$(holds "$young"), $(holds "$old")" 'queued, offered alice' 'handed to another queue: still the older one'
is "$(field "$old" queued)" '2026-11-21T20:06:40.000Z' 'its age'
ok as alice ixn-reject "$old"
is "$(holds "$young"), $(holds "$old")" 'offered alice, queued' 'rejected'
login bob --ready
is "$(holds "$old")" 'offered bob' 'with its age'

# The pace of a queue changes: what waits is ranked anew.
at 50000000
queues '{"name":"slow","ageing":0.5,"priority":10},{"name":"q"}'
chat && q=$id
slow=$(ixn-create --queue slow --ids)
is "$(first 50060000)" "$slow" 'ten points ahead'
printf '%s\n' '{"queues":[{"name":"q","ageing":100}]}' >"$tmp/more.json"
ok ixn-setup --load "$tmp/more.json"
is "$(first 50060000)" "$q" 'faster now'

# Whatever the rules of queues do with it, the score goes on from where it was: widened at
# ten seconds, overflowed at twenty into a queue that ages faster.
# 5 + t = 2 t at five minutes: the one that was always there is ahead until then.
at 60000000
site '{"agents":[{"name":"alice","capacity":{"chat":1}}],"queues":[{"name":"q","skills":"s=0","widen":[{"after":"10s","skills":""}],"overflow_to":"fast","overflow_after":"20s"},
	{"name":"fast","ageing":2},{"name":"slow","priority":5}]}'
chat && moved=$id
slow=$(ixn-create --queue slow --ids)
is "$(first 60299999)" "$slow" 'a millisecond before the instant'
is "$(field "$moved" queue,queued)" 'fast 2026-11-22T01:40:00.000Z' 'moved on, with its age'
is "$(first 60300001)" "$moved" 'a millisecond behind it: overtaken'
done_testing
