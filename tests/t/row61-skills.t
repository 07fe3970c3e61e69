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
done_testing
