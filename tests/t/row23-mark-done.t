#!/bin/sh
# covers: ixn-done, chat-end, ixn-accept, ixn-list
# Mark Done: the only way to the end; it frees the agent for what waits.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","capacity":{"chat":1}},{"name":"bob","capacity":{"chat":1}},{"name":"lee","role":"lead"}],"queues":[{"name":"sales"}]}
J
segments() { sql "SELECT agent, reason, (ended - started) / 1000 FROM segment WHERE ixn = '$1'"; }

ready alice
a=$(create --from ann@example.org --queue sales)
b=$(create --from bea@example.org --queue sales)
c=$(create --from cat@example.org --queue sales)
ok as alice ixn-accept
is "$(show "$b" state) $(show "$c" state)" 'queued queued' 'one at a time: the others wait'
status 79 as alice ixn-done "$a" --json
is "$(code)" still_connected 'refused while the contact is connected'
is "$(printf '%s\n' "$err" | jq -r '.error.can[0]')" "chat-end $a" 'with the command to type'
is "$(show "$a" state,online)" 'active	yes' 'it is open still'
ok as alice chat-end "$a"
is "$(show "$a" state,online)" 'wrap	no' 'the session has ended, the interaction has not'
is "$(show "$b" state)" queued 'wrapping up, the agent is not free'
ready bob
is "$(show "$b" state,agent)" 'offered	bob' 'who is free gets the next one'
unseen 77 as bob ixn-done "$a" --json
$served || is "$(code)" not_yours 'only the holder marks done'

ok as alice ixn-done "$a"
is "$out" "$a	done	chat	sales	alice	" 'it prints what became of it'
is "$(show "$a" state,reason,done)" 'done	completed	2026-11-21T09:00:10.000Z' 'the end, its reason and time'
is "$(show "$c" state,agent)" 'offered	alice' 'the agent is offered the next one at once'
is "$(ixn-show "$a" --part history --fields event | grep -c '^ixn\.done$')" 1 'one end in the history'
is "$(segments "$a")" 'alice|completed|5' 'one segment, from accept to done'
status 79 as alice ixn-done "$a" --json
is "$(code) $(printf '%s\n' "$err" | jq -r .error.state)" 'state done' 'a second time it is done already'
is "$(segments "$a") $(ixn-show "$a" --part history --fields event | grep -c '^ixn\.done$')" 'alice|completed|5 1' 'and no second record is written'
is "$(ixn-list --agent alice --ids)" '' 'it is not among the open ones'

status 79 as alice ixn-done "$c"
ok as alice ixn-accept
status 66 as alice ixn-done 01ARZ3NDEKTSV4RRFFQ69G5FAV
ok as alice chat-end "$c"
ready lee
ok as lee ixn-done "$c"
is "$(show "$c" state)" 'done' 'a lead may finish for an agent'
is "$(segments "$c")" 'alice|completed|4' 'whose time it stays'
done_testing
