#!/bin/sh
# Row 61: a skill expression picks only who qualifies, in both directions.
# covers: ixn-create, ixn-transfer, ixn-setup, agent-login
# shellcheck disable=SC2119 # chat: its options are its own
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/routing.sh"

people='{"name":"anna","skills":{"french":3,"billing":1},"capacity":{"chat":9}},
	{"name":"ben","skills":{"french":2,"billing":5},"capacity":{"chat":9}},
	{"name":"carl","skills":{"sales":2},"capacity":{"chat":9}},
	{"name":"dora","capacity":{"chat":9}}'
at 0
site '{"agents":['"$people"'],"queues":[{"name":"q"},{"name":"french","skills":"french>=2"}]}'
for a in dora carl ben anna; do
	after 1000
	login "$a" --ready
done

# who EXPRESSION WANT: to whom a chat that asks for it goes; anna is idle for the shortest time.
who() {
	chat --skill "$1"
	is "$(holds "$id")" "$2" "$1"
	chat-end "$id" --as-contact >/dev/null
}
who 'french>=3' 'offered anna'
who 'french>=2' 'offered ben'
who 'french' 'offered ben'
who 'french=3' 'offered anna'
who 'french>2' 'offered anna'
who 'french<=2 & french>=1' 'offered ben'
who 'french>=4' 'queued'
who 'spanish' 'queued'
who 'french>=2 & billing>=2' 'offered ben'
who 'french>=3 & billing>=2' 'queued'
who 'french>=3 | sales>=2' 'offered carl'
who 'french>=3 & billing>=2 | sales>=2' 'offered carl'
who 'french>=3 & (billing>=2 | sales>=2)' 'queued'
who 'french>=3 & (billing>=1 | sales>=2)' 'offered anna'
who '(french>=3 | sales>=3) & (billing | sales)' 'offered anna'
chat
is "$(holds "$id")" 'offered dora' 'no skills asked for: the longest idle'

# What is not an expression is refused, and makes nothing.
n=$(ixn-list --all --ids | wc -l)
for bad in 'french>=' 'french>=x' '(french' 'french &' '& french' 'french)' 'french french'; do
	status 65 ixn-create --queue q --skill "$bad"
done
is "$(ixn-list --all --ids | wc -l)" "$n" 'nothing was made'
printf '%s\n' '{"queues":[{"name":"bad","skills":"french>="}]}' >bad.json
status 65 ixn-setup --load bad.json
is "$(ixn-setup --dump | grep -c bad)" 0 'nor a queue of such'

# The queue's skills and the interaction's own are asked for together.
ixn-create --queue french --ids >"$tmp/id" && id=$(cat "$tmp/id")
is "$(holds "$id")" 'offered ben' "the queue's skills"
id=$(ixn-create --queue french --skill 'billing<=1' --ids)
is "$(holds "$id")" 'offered anna' "and the interaction's own"
id=$(ixn-create --queue french --skill 'sales' --ids)
is "$(holds "$id")" 'queued' 'nobody has both'

# From the agent's side: a specialist gets only what is for the specialist; others are not in the way.
at 100000
site '{"agents":['"$people"'],"queues":[{"name":"q"},{"name":"french","skills":"french>=2"}]}'
chat --skill 'spanish>=1' && s=$id
after 1000
chat --skill 'french>=3' && f=$id
after 1000
chat --skill 'sales>=1' && c=$id
login dora --ready
is "$(as dora ixn-list --offers --ids)" '' 'nothing eligible: nothing is offered'
is "$(holds "$s" "$f" "$c")" 'queued, queued, queued' 'all wait'
login carl --ready
is "$(as carl ixn-list --offers --ids)" "$c" 'only what is for carl'
login ben --ready
is "$(as ben ixn-list --offers --ids)" '' 'too low a level'
login anna --ready
is "$(as anna ixn-list --offers --ids)" "$f" 'behind an older one that is for nobody here'

# A level rises: what waits is offered at once.
printf '%s\n' '{"agents":[{"name":"ben","skills":{"spanish":1}}]}' >"$tmp/more.json"
ok ixn-setup --load "$tmp/more.json"
is "$(holds "$s")" 'offered ben' 'a new skill counts at once'

# An agent may be held to some queues.
at 200000
site '{"agents":[{"name":"anna","queues":["p"],"capacity":{"chat":9}},{"name":"ben","capacity":{"chat":9}}],"queues":[{"name":"q"},{"name":"p"}]}'
login anna --ready
after 1000
login ben --ready
chat
is "$(holds "$id")" 'offered ben' 'not of this queue'
id=$(ixn-create --queue p --ids)
is "$(holds "$id")" 'offered anna' 'of this queue'

# Handed over by skill.
at 300000
site '{"agents":['"$people"'],"queues":[{"name":"q"}]}'
login dora --ready
login anna --ready
chat --skill 'billing'
as anna ixn-accept >/dev/null
ok as anna ixn-transfer "$id" --to 'skill:sales>=2'
is "$(holds "$id")" 'queued' 'nobody here has it'
login carl --ready
is "$(holds "$id")" 'offered carl' 'who has it'

# Widening: the longer it waits, the less is asked for. What the interaction itself asks for stays.
at 400000
site '{"agents":['"$people"',{"name":"eve","skills":{"french":2},"capacity":{"chat":9}}],"queues":[{"name":"q","skills":"french>=3","widen":[{"after":"30s","skills":"french>=2"},{"after":"60s","skills":""}]},{"name":"p"}]}'
login ben --ready
login dora --ready
chat && x=$id
after 1000
chat --skill 'billing>=4' && y=$id
chat --skill 'spanish' && z=$id
is "$(holds "$x" "$y" "$z")" 'queued, queued, queued' 'nobody has french>=3'
at 429999
tick() { agent-login carl >/dev/null; }
tick
is "$(holds "$x")" 'queued' 'to the last millisecond'
at 430000
tick
is "$(holds "$x"), $(field "$x" queued,priority)" 'offered ben, 2026-11-21T09:06:40.000Z 0' 'french>=2 from then on, with its age'
is "$(eye ixn-show "$x" --part history --fields at,event,agent,ref,actor_kind | tr '\t' ' ' | tail -n 2)" "2026-11-21T09:07:10.000Z ixn.widened  1 system
2026-11-21T09:07:10.000Z offer.created ben $(eye ixn-show "$x" --part offers --fields id) system" 'the log: which step'
at 431000
tick
is "$(holds "$y" "$z")" 'offered ben, queued' 'its own skills are asked for as before'
# Rejected: it stays widened, and widens on.
ok as ben ixn-reject "$x"
is "$(holds "$x")" 'queued' 'nobody else has french>=2'
at 445000
login eve --ready
is "$(holds "$x"), $(eye ixn-show "$x" --part history --fields event | grep -c widened)" 'offered eve, 1' 'somebody has, and it has widened once'
as eve agent-logout >/dev/null
at 459999
tick
is "$(holds "$x")" 'queued' 'and goes'
at 460000
tick
is "$(holds "$x" "$z")" 'offered dora, queued' 'nothing is asked for any more'
at 470000
tick
is "$(holds "$z"), $(field "$z" skills)" 'queued, spanish' 'but what the interaction asks for'
# Settled late: each step at its time; what goes on to another queue has its steps, by the age it has.
at 500000
site '{"agents":[{"name":"lea","role":"lead"},'"$people"'],"queues":[{"name":"q","skills":"french>=3","widen":[{"after":"10s","skills":"french>=2"},{"after":"20s","skills":"french"}]},{"name":"p","skills":"sales>=3","widen":[{"after":"15s","skills":"sales>=1"}]}]}'
chat && x=$id
at 530000
login carl --ready
is "$(eye ixn-show "$x" --part history --fields at,event,ref | grep widened | tr '\t' ' ')" '2026-11-21T09:08:30.000Z ixn.widened 1
2026-11-21T09:08:40.000Z ixn.widened 2' 'late, but in order'
login lea
ok as lea ixn-transfer "$x" --to queue:p
is "$(holds "$x")" 'offered carl' 'another queue: as long as it has waited'

# Who of those who qualify: by load, by the closest fit, in the order of the site.
at 600000
site '{"agents":[{"name":"zoe","skills":{"s":1},"capacity":{"chat":9}},{"name":"amy","skills":{"s":2},"capacity":{"chat":9}},{"name":"max","skills":{"s":3},"capacity":{"chat":9}}],
	"queues":[{"name":"q"},{"name":"load","selection":"least-loaded"},{"name":"fit","selection":"best-fit"},{"name":"order","selection":"order"}]}'
for a in max zoe amy; do
	after 1000
	login $a --ready
done
to() { # QUEUE OPTION... WANT
	_queue=$1 && shift
	for _want; do :; done
	[ $# -eq 1 ] || _skill=$1
	id=$(ixn-create --ids --queue "$_queue" ${_skill:+--skill "$_skill"}) && _skill=
	is "$(holds "$id")" "offered $_want" "$_queue: $_want"
}
_skill=
to q max
to load zoe
to load amy
to load max
to order zoe
to order zoe
to order 's>=2' amy
to fit 's>=2' amy
to fit 's>=2' amy
to fit 's' zoe
to fit 's>=3' max
done_testing
