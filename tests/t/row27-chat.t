#!/bin/sh
# covers: chat-send, chat-tail, chat-end, ixn-create, ixn-accept, transcript-show
# A chat between two clients: who is seen under which name, when, who sees what, how it ends.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
export PLACE_OWNER=gate # over the network a gateway speaks for contacts
site <<'J'
{"agents":[{"name":"alice.login","alias":"Alice A.","capacity":{"chat":3}},{"name":"bob","capacity":{"chat":3}},{"name":"cleo","alias":"Cleo","capacity":{"chat":1}},
{"name":"lee","role":"lead"},{"name":"gate","role":"service"}],"queues":[{"name":"sales"}]}
J
contact() { as '' chat-send "$id" --as-contact "$@"; }
lines() { chat-tail "$id" --agent "$1" --fields seq,role,author,visible,text | tr '\t' '|'; }

ready alice.login
id=$(create --from ann@example.org --name Ann --queue sales --text 'Hello?')
contact --text 'Anybody there?' >/dev/null
ok as alice.login ixn-accept
ok as alice.login chat-send @ --text 'Good morning'
is "$out" "$id	active	chat	sales	alice.login	3" 'it prints the number of the message'
ok contact --text 'My parcel is late'
is "$(chat-tail "$id")" '1	2026-11-21T09:00:02.000Z	contact	Ann	all	Hello?	
2	2026-11-21T09:00:03.000Z	contact	Ann	all	Anybody there?	
3	2026-11-21T09:00:05.000Z	agent	Alice A.	all	Good morning	
4	2026-11-21T09:00:06.000Z	contact	Ann	all	My parcel is late	' 'who said what when: the alias of the agent'
is "$(chat-tail "$id" --after 2 --fields seq | paste -sd ' ')" '3 4' '--after'
printf 'two\nlines\n' | as alice.login chat-send "$id" --file - >/dev/null
is "$(chat-tail "$id" --after 4 --json | jq -r .text)" 'two
lines' 'a text of several lines from standard input'
unlike "$(chat-tail "$id"; chat-tail "$id" --json; transcript-show "$id"; transcript-show "$id" --html)" 'alice\.login' 'the login is shown to nobody who chats'
ok as alice.login chat-send "$id" --typing
is "$(chat-tail "$id" --fields seq | wc -l)" 5 'typing is no message'

# An agent without an alias.
ready bob cleo lee
ok as alice.login ixn-transfer "$id" --to agent:bob
ok as bob ixn-accept
ok as bob chat-send "$id" --text 'It is me now'
is "$(chat-tail "$id" --after 5 --fields author)" Agent 'a neutral word where there is no alias'

# What agents say among themselves.
ok as bob chat-send "$id" --visible agents --text 'a hidden word'
ok as bob chat-send "$id" --visible agent:cleo --text 'a word in your ear'
status 77 as lee chat-send "$id" --visible agents --text 'a word of the lead' --json
is "$(code)" not_yours 'a lead who takes no part has no say'
# Over a network colleagues see of it what they take part in.
if $served; then
	unseen 0 chat-tail "$id" --agent cleo
else
	like "$(lines cleo)" '^7\|agent\|Agent\|agents\|a hidden word$' 'colleagues see what is for agents'
	like "$(lines cleo)" '\|agent:cleo\|a word in your ear$' 'the one meant sees what is for one'
fi
unlike "$(lines alice.login)" 'ear' 'another does not'
like "$(lines bob)" 'ear' 'who said it does'
like "$(lines lee)" 'ear' 'and a lead'
unlike "$(transcript-show "$id"; transcript-show "$id" --html; transcript-show "$id" --json)" 'hidden|ear' 'nothing of it in what the contact sees'
like "$(transcript-show "$id" --internal)" 'a hidden word \(\*\)' 'but marked in the internal transcript'
unlike "$(ixn-watch --after 0 --timeout 0s --ixn "$id" --agent alice.login --json)" 'in your ear' 'nor does another agent in the events'
status 64 as bob chat-send "$id" --visible nobody --text x
status 64 as bob chat-send "$id" --visible queue:sales --text x
status 66 as bob chat-send "$id" --visible agent:nobody --text x

# Who may speak.
status 77 as alice.login chat-send "$id" --text 'not mine any more' --json
is "$(code)" not_yours 'only the holder speaks'
status 77 as bob chat-send "$id" --as-contact --text 'I am Ann' --json
is "$(code)" not_permitted 'no agent speaks for the contact'
ready gate
ok as gate chat-send "$id" --as-contact --text 'by a gateway'
is "$(chat-tail "$id" --after 8 --fields role,author,text)" 'contact	Ann	by a gateway' 'a service does'
status 64 as bob chat-send "$id"
status 66 as bob chat-send 01ARZ3NDEKTSV4RRFFQ69G5FAV --text x

# The end, by the agent.
background chat-tail "$id" --follow --json
tail=$pid
wait_for grep -q 'by a gateway' "$tmp/$tail.out"
ok as bob chat-send "$id" --text 'Goodbye'
ok as bob chat-end "$id"
wait $tail
is $? 0 'chat-tail --follow ends with the session'
is "$(jq -r .text "$tmp/$tail.out" | tail -n 1)" Goodbye 'and has printed what was said last'
is "$(show "$id" state,online,agent)" 'wrap	no	bob' 'the interaction stays, to be marked done'
ok as bob chat-end "$id"
is "$(ixn-show "$id" --part history --fields event | grep -c chat.ended)" 1 'ending it again is no error and no second end'
status 79 as bob chat-send "$id" --text late --json
is "$(code)" state 'nobody speaks behind the end'
like "$(printf '%s\n' "$err" | jq -r '.error.can[]')" "^ixn-done $id" 'what can be done is said'
status 79 contact --text late
ok as '' chat-end "$id" --as-contact
ok as bob ixn-done "$id"
ok as bob chat-end "$id"

# The end, by the contact.
id=$(create --from ann@example.org --queue sales)
who=$(show "$id" agent)
ok as "$who" ixn-accept
status 77 as "$who" chat-end "$id" --as-contact
ok as '' chat-end "$id" --as-contact
is "$(show "$id" state,agent)" "wrap	$who" 'the contact leaves: the agent has it still'
is "$(ixn-show "$id" --part history --json | jq -r 'select(.event == "chat.ended") | .ref')" contact 'and who ended it is known'
ok as "$who" ixn-done "$id"

# The contact leaves before anybody came.
for a in alice.login bob cleo; do as "$a" agent-state not-ready >/dev/null; done
id=$(create --from ann@example.org --queue sales --text 'Hello?')
status 79 as bob chat-send "$id" --text 'not yet' --json
is "$(code) $(printf '%s\n' "$err" | jq -r .error.state)" 'state queued' 'an agent does not speak to one who waits'
status 77 as bob chat-end "$id" --json
is "$(code)" not_permitted 'nor is it an agent who ends the chat of one who waits'
ok as '' chat-end "$id" --as-contact
is "$(show "$id" state,reason)" 'done	abandoned' 'abandoned while waiting'
id=$(create --from ann@example.org --queue sales)
ok as cleo agent-state ready
is "$(show "$id" state,agent)" 'offered	cleo' 'offered'
next=$(create --from bea@example.org --queue sales)
is "$(show "$next" state)" queued 'another one waits'
ok as '' chat-end "$id" --as-contact
is "$(show "$id" state,reason)" 'done	abandoned' 'abandoned while offered'
status 79 as cleo ixn-accept "$id"
is "$(show "$next" state,agent)" 'offered	cleo' 'the agent is offered the next one at once'
done_testing
