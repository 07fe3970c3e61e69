#!/bin/sh
# covers: ixn-done, ixn-show
# Mark Done in a workflow: OK goes on to a legal queue, Stop leaves it, a missing choice changes nothing.
# shellcheck disable=SC2317 # functions are called by name
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
mail
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","queues":["front"],"capacity":{"chat":4}},{"name":"bob","alias":"Bob","queues":["back"],"capacity":{"chat":4}}],
"queues":[{"name":"front","transcript":true},{"name":"back"},{"name":"other"}],
"dispositions":[{"code":"ok"}],
"workflow":[{"name":"front","next":["back","front"],"stop":true},{"name":"back","next":["front"],"stop":false}]}
J
all() { ixn-show "$id" --json | jq 'del(.elapsed)'; ixn-show "$id" --part history; ixn-show "$id" --part notes; ixn-show "$id" --part data; outbox-list; }
unchanged() { is "$(all)" "$before" "unchanged: $1"; }
wrapped() { id=$(create --from ann@example.org --queue front --data k=v) && as alice ixn-accept && as alice chat-end "$id"; }

ready alice bob
ok wrapped
before=$(all)
is "$(ixn-done "$id" --choices --fields id,queues,stop)" "$id	back,front	yes" '--choices shows the queues and whether it may stop'
unchanged '--choices'
status 79 as alice ixn-done "$id" --json
is "$(code) $(printf '%s\n' "$err" | jq -c .error.choices)" 'need_choice ["--stop","--queue back","--queue front"]' 'a choice is missing'
unchanged 'a missing choice'
status 79 as alice ixn-done "$id" --disposition ok --transcript --note Bye
unchanged 'a missing choice, with a disposition and a transcript'
status 79 as alice ixn-done "$id" --queue other --json
is "$(code) $(printf '%s\n' "$err" | jq -c .error.choices)" 'not_a_choice ["--stop","--queue back","--queue front"]' 'a queue that is not in the workflow'
unchanged 'a wrong queue'
status 79 as alice ixn-done "$id" --queue nowhere
status 64 as alice ixn-done "$id" --queue back --stop
unchanged 'two choices'
status 65 as alice ixn-done "$id" --queue back --disposition ok --disposition nonsense
unchanged 'a disposition that is none, behind one that is'
status 65 as alice ixn-done "$id" --queue back --disposition ok --transcript='not an address'
unchanged 'a transcript to nowhere'

# OK.
queued=$(show "$id" queued)
later 300
ok as alice ixn-done "$id" --queue back --disposition ok
is "$(show "$id" state,queue,agent)" 'offered	back	bob' 'OK: it goes to the chosen queue, and a new step of routing begins'
is "$(show "$id" queued)" "$queued" 'with the age it has'
is "$(outbox-list --ids | wc -l)" 1 'the transcript goes out at this Mark Done'
is "$(ixn-list --agent alice --ids)" '' 'the agent has it no more'
ok as bob ixn-accept
is "$(show "$id" state)" wrap 'the contact has left: it only waits to be finished'
is "$(ixn-data "$id" --get k)" v 'its data came along'
is "$(ixn-show "$id" --json | jq -c .dispositions)" '["ok"]' 'its disposition, too'
is "$(ixn-done "$id" --choices --fields queues,stop,transcript)" 'front	no	no' 'another node, other choices'
before=$(all)
status 79 as bob ixn-done "$id" --stop --json
is "$(code)" not_a_choice 'a node that has no end'
unchanged 'no stop here'
ok as bob ixn-done "$id" --queue front
ok as alice ixn-accept
ok as alice ixn-done "$id" --stop
is "$(show "$id" state,reason)" 'done	stopped' 'Stop: it leaves the workflow'
is "$(outbox-list --ids | wc -l)" 1 'one transcript, however many steps'
status 79 as alice ixn-done "$id" --queue back --json
is "$(code)" state 'what is done is done'

# Where the site has no node.
id=$(create --from ann@example.org --to agent:alice --queue other)
ok as alice ixn-accept
ok as alice chat-end "$id"
status 79 as alice ixn-done "$id" --queue back
ok as alice ixn-done "$id"
is "$(show "$id" state,reason)" 'done	completed' 'a queue without a node asks for no choice'

# The age it has: older than what came meanwhile.
ok as bob agent-login bob
ok wrapped
old=$id
new=$(create --from bea@example.org --queue back)
ok as alice ixn-done "$old" --queue back
ok as bob agent-state ready
is "$(ixn-list --offers --agent bob --ids | sort)" "$(printf '%s\n' "$old" "$new" | sort)" 'both are offered'
is "$(ixn-accept --agent bob --ids)" "$old" 'the older one first'
done_testing
