#!/bin/sh
# covers: ixn-transfer, ixn-accept, ixn-reject, chat-send, chat-tail
# A chat handed over to a queue, an agent, a lead, a skill: it goes along whole, and the contact stays connected.
. "$(dirname "$0")/lib.sh"
. "$top/tests/t/rows.sh"
site <<'J'
{"agents":[{"name":"alice","alias":"Alice","skills":{"sales":3},"queues":["sales"],"capacity":{"chat":1}},
{"name":"bob","alias":"Bob","skills":{"french":3},"queues":["billing","sales"],"capacity":{"chat":1}},
{"name":"cleo","alias":"Cleo","skills":{"french":2},"queues":["billing"],"capacity":{"chat":1}},
{"name":"dan","queues":["other"],"capacity":{"chat":1}},
{"name":"lee","alias":"Lee","role":"lead","queues":["none"],"capacity":{"chat":1}}],
"queues":[{"name":"sales"},{"name":"billing"},{"name":"other"},{"name":"none"}],
"teams":[{"name":"support","leads":["lee"]},{"name":"empty"}]}
J
n=0
# The contact writes, and is heard.
speaks() {
	n=$((n + 1))
	ok as '' chat-send "$id" --as-contact --text "still here $n"
	is "$(chat-tail "$id" --json | jq -r 'select(.role == "contact") | .text' | tail -n 1)" "still here $n" "the contact is connected: $1"
}
whole() {
	is "$(chat-tail "$id" --fields author,text --agent "$1" | sed -n '1,2p')" "$first" "the transcript is whole for $1"
	is "$(ixn-data "$id" --get order --agent "$1")" 12 "the data, too"
}

ready alice
id=$(create --from ann@example.org --name Ann --queue sales --text Hello --data order=12)
ok as alice ixn-accept
ok as alice chat-send "$id" --text 'Good morning'
first=$(chat-tail "$id" --fields author,text)
speaks 'with alice'

# To a queue: nobody is there yet.
ok as alice ixn-transfer "$id" --to queue:billing --note 'about an invoice'
is "$out" "$id	queued	chat	billing		" 'to a queue where nobody is'
is "$(show "$id" online,origin,agent)" 'yes	sales	' 'connected, and nobody has it'
speaks 'while it waits'
status 79 as alice chat-send "$id" --text 'not mine any more'
is "$(ixn-list --agent alice --ids)" '' 'not among those of the sender'
ready cleo
is "$(show "$id" state,agent)" 'offered	cleo' 'offered to who comes'
speaks 'while it is offered'
ok as cleo ixn-accept
whole cleo
is "$(ixn-note "$id" --show --json | jq -r .text)" 'about an invoice' 'the reason is in the notepad'
ok as cleo chat-send "$id" --text 'Cleo here'
speaks 'with cleo'
status 77 as alice ixn-transfer "$id" --to queue:sales

# To an agent.
status 66 as cleo ixn-transfer "$id" --to agent:nobody --json
is "$(code)" no_such_agent 'an unknown agent'
status 79 as cleo ixn-transfer "$id" --to agent:bob --json
is "$(code)" target_unavailable 'an agent who is not logged in'
status 79 as cleo ixn-transfer "$id" --to agent:cleo --json
is "$(code)" not_a_choice 'to itself'
is "$(show "$id" state,agent)" 'active	cleo' 'what is refused stays'
ready bob
ok as cleo ixn-transfer "$id" --to agent:bob
is "$(show "$id" state,agent)" 'offered	bob' 'an agent is offered it alone'
status 79 as cleo ixn-accept "$id"
speaks 'on the way to bob'
ok as bob ixn-accept
whole bob

# Refused: it goes to the queue with its age.
queued=$(show "$id" queued)
ok as cleo agent-state not-ready
later 600
younger=$(create --from bea@example.org --queue billing)
ok as bob ixn-transfer "$id" --to agent:cleo
is "$(show "$id" state)" queued 'who is not ready is not offered it'
is "$(show "$younger" state,agent)" 'offered	bob' 'and the sender is free for another'
ok as bob ixn-reject
ok as bob agent-state not-ready
ok as cleo agent-state ready
is "$(show "$id" state,agent)" 'offered	cleo' 'ready, she is'
ok as cleo ixn-reject "$id" --reason busy
is "$(show "$id" state,queue,queued)" "queued	billing	$queued" 'refused, it goes to the queue with its age'
speaks 'after the refusal'
later 120
ok as cleo agent-state not-ready
ok as bob agent-state ready
is "$(show "$id" state,agent)" 'offered	bob' 'who comes is offered the older one first'
is "$(show "$younger" state)" queued 'before the younger'
ok as bob ixn-accept "$id"

# Missed: the same.
ok as cleo agent-state ready
ok as cleo ixn-accept "$younger"
ok as cleo ixn-transfer "$younger" --to agent:alice
is "$(show "$younger" state,agent)" 'offered	alice' 'another one goes to alice'
ok as cleo agent-state not-ready
later 31
is "$(show "$younger" state,queue)" 'queued	billing' 'missed, it goes to its queue'
is "$(agent-state --agent alice --fields state,reason)" 'not-ready	no-answer' 'and who missed it is not ready'
is "$(show "$younger" queued)" "$(show "$younger" created)" 'with its age'
ok as '' chat-end "$younger" --as-contact

# To a lead, to a skill.
status 66 as bob ixn-transfer "$id" --to lead:nobody
status 79 as bob ixn-transfer "$id" --to lead:support --json
is "$(code)" target_unavailable 'no lead is there'
status 79 as bob ixn-transfer "$id" --to lead:empty
ready lee
ok as bob ixn-transfer "$id" --to lead:support
is "$(show "$id" state,agent)" 'offered	lee' 'a lead is offered it'
speaks 'on the way to the lead'
ok as lee ixn-accept
whole lee
ok as cleo agent-state ready
status 65 as lee ixn-transfer "$id" --to 'skill:french>>3'
ok as lee ixn-transfer "$id" --to 'skill:french>=3'
is "$(show "$id" state,agent,skills)" 'offered	bob	french>=3' 'to a skill: to who has it'
speaks 'on the way to a skill'
ok as bob ixn-accept
whole bob

# What is no target of it.
status 64 as bob ixn-transfer "$id" --to mailto:x@example.org --json
is "$(code)" target_kind 'not by mail'
status 64 as bob ixn-transfer "$id" --to mailto:x@example.org
like "$err" email-forward 'the command for that is named'
for t in workbin:w tel:+33140506070 contact:01ARZ3NDEKTSV4RRFFQ69G5FAV bob '' 'agent:'; do
	status 64 as bob ixn-transfer "$id" --to "$t"
done
status 66 as bob ixn-transfer "$id" --to queue:nowhere
status 64 as bob ixn-transfer "$id"
is "$(show "$id" state,agent)" 'active	bob' 'and it stays'

# A lead moves what is offered: who was offered it is free for the next one.
ok as bob ixn-transfer "$id" --to queue:none
ok as cleo agent-state not-ready
ok as bob agent-state ready
a=$(create --from ann@example.org --queue billing)
b=$(create --from bea@example.org --queue billing)
is "$(show "$a" state,agent) $(show "$b" state)" 'offered	bob queued' 'one offered, one waits'
ok as lee ixn-transfer "$a" --to queue:other
is "$(show "$a" state,queue)" 'queued	other' 'the lead moves it on'
is "$(show "$b" state,agent)" 'offered	bob' 'and the next is offered'
status 77 as bob ixn-transfer "$a" --to queue:billing

# Whoever refused it is asked again where somebody means that agent.
ok as bob ixn-accept
ok as bob agent-state not-ready
ok as bob ixn-transfer "$b" --to agent:cleo
ok as cleo agent-state ready
ok as cleo ixn-reject
is "$(show "$b" state)" queued 'refused'
ok as bob agent-state ready
ok as bob ixn-accept "$b"
ok as bob ixn-transfer "$b" --to agent:cleo
is "$(show "$b" state,agent)" 'offered	cleo' 'and asked again, being named'
ok as cleo ixn-reject

# The end stays the end.
ok as bob ixn-accept
ok as bob chat-end "$b"
ok as bob ixn-transfer "$b" --to agent:lee
is "$(show "$b" state,agent,online)" 'queued		no' 'what has ended can be handed over, too'
done_testing
